//! Presets in the form of 3D Slicer's, entry by entry as VTK looks them up (`tests/oracle/slicer/make.py`).

use std::path::Path;

use hotlight::volume::{Transfer, read_slicer};

use super::{are_near, expected, numbers};

#[test]
fn presets_look_up_what_vtk_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/slicer/presets.xml");
    let (presets, faults) = read_slicer("presets", &std::fs::read_to_string(path).expect("a file"));
    assert_eq!(faults, []);
    let expected = expected("slicer/expected.json");
    let cases = expected["cases"].as_array().expect("a list");
    assert_eq!(presets.len(), cases.len());
    for (preset, case) in presets.into_iter().zip(cases) {
        assert_eq!(Some(preset.file.title.as_str()), case["name"].as_str());
        // By way of the file that is written.
        let transfer = Transfer::parse(&preset.name, &preset.file.to_toml()).expect("a transfer function");
        let ends = [&case["low"], &case["high"]].map(|end| end.as_f64().expect("a number").to_bits());
        assert_eq!([transfer.low.to_bits(), transfer.high.to_bits()], ends);
        let entries = case["entries"].as_array().expect("a list");
        assert!(entries.len() > 140);
        for entry in entries {
            let [place, seen @ ..] =
                numbers(entry).try_into().map(|numbers: [f64; 5]| numbers).expect("five");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place of 4096")]
            let ours = transfer.entries[place as usize];
            let [red, green, blue] = ours.color;
            // What is written has 12 digits.
            let seen_here = [ours.opacity_per_mm, red, green, blue];
            assert!(
                are_near(&seen_here, &seen, 1e-11),
                "{} {place}: {seen_here:?}, not {seen:?}",
                preset.name
            );
        }
    }
}
