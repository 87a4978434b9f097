//! Colours and palettes whose every value is known by formula, and by pydicom and dcmtk (`tests/oracle/color/make.py`).

use hotlight::dicom::{Instance, Pixels, read_frame};
use sha2::{Digest, Sha256};

use super::expected;
use crate::support::data;

#[test]
fn every_colour_is_the_one_that_the_file_was_made_with() {
    let expected = expected("color/expected.json");
    let files = expected["files"].as_array().expect("files");
    assert!(files.len() > 15, "{} files", files.len());
    for file in files {
        let path = file["path"].as_str().expect("a path");
        let instance = Instance::read(&data().join(path)).expect(path);
        let frame = read_frame(&instance, 0).expect(path);
        let Pixels::Color(colors) = &frame.pixels else { panic!("{path} has no colours") };
        let bytes: Vec<u8> = colors.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect();
        let hash =
            Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(file["sha256"], hash, "{path}");
    }
}
