//! TG270-sQC against numpy (`tests/oracle/patterns/make.py`), by the numbers that rule G-26 found in its authors' pictures.

use hotlight::calibration::pattern::{Levels, Pattern, draw};
use sha2::{Digest, Sha256};

use super::expected;

#[test]
fn sqc_is_to_the_pixel_what_numpy_draws() {
    let expected = expected("patterns/expected.json");
    let cases = expected["sqc"].as_array().expect("cases");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let number = |key: &str| case[key].as_u64().expect(key) as u32;
        let (columns, rows, bits) = (number("columns"), number("rows"), number("bits") as u8);
        let picture = draw(&Pattern::Sqc, columns, rows, bits).expect("a picture");
        let Levels::Gray(levels) = picture.levels else { panic!("it is gray") };
        // Its name stands above.
        let scale = columns.min(rows) / 1024;
        let first = (rows - 1024 * scale) / 2 + 40 * scale;
        let below = levels.iter().skip((first * columns) as usize);
        let bytes: Vec<u8> = below.flat_map(|level| level.to_le_bytes()).collect();
        let digest = format!("{:x}", Sha256::digest(&bytes));
        assert_eq!(Some(digest.as_str()), case["sha256"].as_str(), "{columns} × {rows}, {bits} bits");
    }
}
