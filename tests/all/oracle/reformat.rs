//! Planes and slabs through tilted and oblique series against `SimpleITK`, numpy and VTK (`tests/oracle/reformat/make.py`).

use std::path::Path;

use hotlight::geometry::{Patient, Vector};
use serde_json::Value;

use super::{expected, numbers};
use crate::support::{data, hotlight, more_data, npy, stderr};

/// The values are committed with four decimals and written in single precision.
const TOLERANCE: f64 = 1e-3;

fn words(vector: Vector<Patient>) -> String {
    let [x, y, z] = vector.xyz.to_array();
    format!("{x},{y},{z}")
}

/// How many values were compared, and the largest difference.
fn check_all(folder: &Path, file: &str) -> (usize, f64) {
    let expected = expected(file);
    let size = format!("{}x{}", expected["columns"], expected["rows"]);
    let mut compared = (0, 0.0_f64);
    for case in expected["cases"].as_array().expect("cases") {
        let input = folder.join(case["folder"].as_str().expect("a folder")).display().to_string();
        let vector = |key: &str| match *numbers(&case[key]) {
            [x, y, z] => Vector::<Patient>::new(x, y, z),
            _ => panic!("{key} is a direction"),
        };
        let (right, down) = (vector("right"), vector("down"));
        let (normal, up) = (words(right.cross(down)), words(down * -1.0));
        let (center, mm) = (words(vector("center_mm")), case["pixel_mm"].to_string());
        let (slab, projection) = (case["slab_mm"].to_string(), case["projection"].as_str().expect("a name"));
        let out = tempfile::TempDir::new().expect("a temporary folder");
        let out = out.path().join("x.npy");
        let out_text = out.display().to_string();
        let mut arguments =
            vec!["render", &input, "--out", &out_text, "--values", "modality", "--size", &size];
        arguments.extend([
            "--plane-normal",
            &normal,
            "--plane-up",
            &up,
            "--center",
            &center,
            "--pixel-mm",
            &mm,
        ]);
        if slab != "0" {
            arguments.extend(["--slab", &slab, "--projection", projection]);
        }
        let output = hotlight(&arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        let (_, found) = npy(&std::fs::read(&out).expect("values"));
        let truth = case["values"].as_array().expect("values");
        assert_eq!(found.len(), truth.len(), "{arguments:?}");
        for (place, (found, truth)) in found.iter().zip(truth).enumerate() {
            match truth.as_f64() {
                Some(truth) => {
                    let difference = (f64::from(*found) - truth).abs();
                    assert!(difference < TOLERANCE, "pixel {place}: {found} for {truth}: {arguments:?}");
                    compared = (compared.0 + 1, compared.1.max(difference));
                }
                None => {
                    assert!(found.is_nan() && *truth == Value::Null, "pixel {place}: {found}: {arguments:?}");
                }
            }
        }
    }
    compared
}

#[test]
fn planes_and_slabs_hold_the_values_of_simpleitk() {
    let (count, most) = check_all(&data(), "reformat/expected.json");
    eprintln!("{count} values, largest difference {most:.1e}");
}

#[test]
fn those_of_whole_series_do_too_when_there_are_any() {
    match more_data() {
        Some(folder) => {
            let (count, most) = check_all(&folder, "reformat/expected-large.json");
            eprintln!("{count} values, largest difference {most:.1e}");
        }
        None => {
            eprintln!("HOTLIGHT_DATA names no folder of more data: the committed series alone were checked");
        }
    }
}
