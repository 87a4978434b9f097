//! Stored and modality values against pydicom's (`tests/oracle/pixels/make.py`).

use hotlight::dicom::{Instance, read_frame};
use hotlight::grayscale::Rescale;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{expected, numbers};
use crate::support::data;

fn hash(values: impl Iterator<Item = [u8; 4]>) -> String {
    let mut hash = Sha256::new();
    values.for_each(|bytes| hash.update(bytes));
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn check(file: &Value) {
    let path = file["path"].as_str().expect("a path");
    let instance = Instance::read(&data().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"));
    let frame = read_frame(&instance, 0).unwrap_or_else(|why| panic!("{path}: {why}"));
    let count = frame.pixels.count();
    let stored = |index: usize| frame.stored(index).expect("a pixel");
    let gray = &instance.frame(0).gray;
    let (slope, intercept) = gray.rescale.unwrap_or((1.0, 0.0));
    let rescale = Rescale { slope, intercept };
    let modality = |index: usize| rescale.to_modality(stored(index)).0 as f32;
    assert_eq!(
        [frame.rows, frame.columns],
        [&file["rows"], &file["columns"]].map(|n| n.as_u64().expect("a size") as u32)
    );
    assert_eq!(instance.pixels.photometric.name(), file["photometric"], "{path}");
    assert_eq!(
        hash((0..count).map(|i| (stored(i).0 as i32).to_le_bytes())),
        file["stored_sha256"],
        "stored values of {path}"
    );
    assert_eq!(
        hash((0..count).map(|i| modality(i).to_le_bytes())),
        file["modality_sha256"],
        "modality values of {path}"
    );
    let windows: Vec<_> = gray.windows.iter().map(|window| (window.center, window.width)).collect();
    let stated: Vec<_> =
        numbers(&file["window_centers"]).into_iter().zip(numbers(&file["window_widths"])).collect();
    assert_eq!(windows, stated, "windows of {path}");
}

#[test]
fn every_file_has_the_values_that_pydicom_reads() {
    let expected = expected("pixels/expected.json");
    let files = expected["files"].as_array().expect("files");
    assert!(files.len() > 15, "{}", files.len());
    files.iter().for_each(check);
}

#[test]
fn what_cannot_be_shown_is_refused_in_words() {
    let expected = expected("pixels/expected.json");
    for file in expected["refused"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        let why = Instance::read(&data().join(path)).expect_err(path).to_string();
        assert!(why.len() > 10 && !why.contains('\n'), "{path}: {why}");
    }
    let why = |path: &str| Instance::read(&data().join(path)).expect_err(path).to_string();
    assert!(
        why("bad/MR_truncated.dcm").contains("of 8192 bytes")
            || why("bad/MR_truncated.dcm").contains("end early"),
        "{}",
        why("bad/MR_truncated.dcm")
    );
    assert_eq!(why("bad/empty.dcm"), "the file is empty");
    assert_eq!(why("bad/report.txt"), "not a DICOM file");
}
