//! Values along curves through tilted and oblique series against numpy and scipy (`tests/oracle/curve/make.py`).

use serde_json::Value;

use super::expected;
use crate::support::{data, hotlight, npy, stderr, stdout};

/// The values are committed with four decimals and written in single precision.
const TOLERANCE: f64 = 1e-3;

#[test]
fn pictures_along_curves_hold_the_values_of_scipy() {
    let expected = expected("curve/expected.json");
    let size = format!("{}x{}", expected["columns"], expected["rows"]);
    let (mut count, mut most) = (0, 0.0_f64);
    for case in expected["cases"].as_array().expect("cases") {
        let text = |key: &str| case[key].as_str().expect("a text").to_owned();
        let number = |key: &str| case[key].to_string();
        let input = data().join(text("folder")).display().to_string();
        let out = tempfile::TempDir::new().expect("a temporary folder");
        let out = out.path().join("x.npy").display().to_string();
        let (points, plane, mode, projection) =
            (text("points"), text("plane"), text("mode"), text("projection"));
        let (turn, mm, slab) = (number("turn"), number("pixel_mm"), number("slab_mm"));
        let fixed = ["render", &input, "--out", &out, "--values", "modality", "--size", &size, "--json"];
        let curve = ["--curve", &points, "--plane", &plane, "--curve-turn", &turn, "--curve-mode", &mode];
        let mut arguments = [&fixed[..], &curve[..], &["--pixel-mm", &mm]].concat();
        if slab != "0" {
            arguments.extend(["--slab", &slab, "--projection", &projection]);
        }
        let output = hotlight(&arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        let (length_mm, truth_mm) = (&json["length_mm"], &case["length_mm"]);
        let difference_mm = length_mm.as_f64().expect("mm") - truth_mm.as_f64().expect("mm");
        assert!(difference_mm.abs() < 1e-6, "{length_mm} for {truth_mm} mm: {arguments:?}");
        assert_eq!(json["slab"]["planes"], case["planes"], "{arguments:?}");
        let (_, found) = npy(&std::fs::read(&out).expect("values"));
        let truth = case["values"].as_array().expect("values");
        assert_eq!(found.len(), truth.len(), "{arguments:?}");
        for (place, (found, truth)) in found.iter().zip(truth).enumerate() {
            match truth.as_f64() {
                Some(truth) => {
                    let difference = (f64::from(*found) - truth).abs();
                    assert!(difference < TOLERANCE, "pixel {place}: {found} for {truth}: {arguments:?}");
                    (count, most) = (count + 1, most.max(difference));
                }
                None => assert!(found.is_nan(), "pixel {place}: {found}: {arguments:?}"),
            }
        }
    }
    eprintln!("{count} values, largest difference {most:.1e}");
}
