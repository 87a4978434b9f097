//! `render`: the oracle's door.

use std::path::Path;

use hotlight::phantom::Phantom;
use hotlight::units::MmPerPixel;

use crate::support::{hotlight, phantom, stderr, stdout};

/// Renders the current phantom study; gives the file's bytes and standard output.
fn render(name: &str, arguments: &[&str]) -> (Vec<u8>, String) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join(name);
    let study = phantom().join("current").display().to_string();
    let out_text = out.display().to_string();
    let output = hotlight(&[&["render", &study, "--out", &out_text], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    (std::fs::read(&out).expect("the picture"), stdout(&output))
}

#[test]
fn gpu_and_cpu_write_equal_pictures_at_one_to_one() {
    for arguments in [&[][..], &["--voi", "-600,1500"], &["--invert", "--slice", "1"], &["--voi-index", "2"]]
    {
        let of = |backend: &str| render("x.pgm", &[arguments, &["--backend", backend]].concat()).0;
        assert_eq!(of("gpu"), of("cpu"), "{arguments:?}");
    }
}

#[test]
fn modality_values_are_the_same_from_both_engines_and_in_hounsfield_units() {
    let of = |backend: &str| render("x.npy", &["--values", "modality", "--backend", backend]).0;
    let bytes = of("cpu");
    assert_eq!(bytes, of("gpu"));
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let header_bytes = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(header_bytes % 64, 0);
    let values: Vec<f32> = bytes[header_bytes..]
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes(four.try_into().expect("four")))
        .collect();
    assert_eq!(values.len(), 64 * 64);
    let least = values.iter().copied().fold(f32::INFINITY, f32::min);
    assert!((-1024.0..-900.0).contains(&least), "air is about −1000 HU, found {least}");
}

#[test]
fn the_json_line_tells_the_geometry_of_the_picture() {
    let (_, text) = render("x.png", &["--json", "--size", "128x128", "--slice", "1"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let (_, plain) = render("x.png", &["--json", "--slice", "1"]);
    let plain: serde_json::Value = serde_json::from_str(&plain).expect("JSON");
    let spacing = |json: &serde_json::Value| json["spacing_mm"][0].as_f64().expect("a spacing");
    assert!((spacing(&json) * 2.0 - spacing(&plain)).abs() < 1e-9, "twice as large, half the spacing");
    let x = |json: &serde_json::Value| json["origin_mm"][0].as_f64().expect("an origin");
    assert!(
        (x(&plain) - x(&json) - spacing(&json) / 2.0).abs() < 1e-9,
        "the corner stays, its first pixel is smaller"
    );
    assert_eq!(json["fidelity"], serde_json::json!({"lossy": false, "interpolated": true}));
    assert_eq!(plain["fidelity"]["interpolated"], false);
    assert_eq!(plain["voi"], serde_json::json!({"center": 40.0, "width": 400.0, "function": "linear"}));
}

/// Traps X-1 and P-24: the first value of Pixel Spacing is between rows.
#[test]
fn pixels_that_are_not_square_keep_their_shape_and_size() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let spacing = MmPerPixel { row: 3.0, column: 1.5 };
    Phantom::chest_ct().small().with_matrix(32, 64, spacing).write_into(folder.path()).expect("a study");
    let (study, out) =
        (folder.path().display().to_string(), folder.path().join("x.png").display().to_string());
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = hotlight(&[&["render", &study, "--out", &out, "--json"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).expect("JSON")
    };
    let stored = json(&[]);
    assert_eq!(stored["spacing_mm"], serde_json::json!([3.0, 1.5]), "one picture pixel a stored pixel");
    assert_eq!([&stored["rows"], &stored["columns"]], [32, 64]);
    let fitted = json(&["--size", "128x128"]);
    assert_eq!(fitted["spacing_mm"], serde_json::json!([0.75, 0.75]), "as wide as high on the screen");
}

#[test]
fn the_wrong_ending_series_or_image_is_refused_in_words() {
    let study = phantom().join("current").display().to_string();
    let check = |arguments: &[&str], code: i32, words: &str| {
        let output = hotlight(&[&["render", &study], arguments].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(!Path::new("x.npy").exists());
    };
    check(&["--out", "x.npy"], 2, "--values pvalue writes .png or .pgm");
    check(&["--out", "x.png", "--series", "1.2.3"], 1, "no series 1.2.3");
    check(&["--out", "x.png", "--slice", "9999"], 1, "there is no image 9999");
    check(&["--out", "x.png", "--slice", "0"], 2, "--slice");
    check(&["--out", "x.png", "--voi", "40,0.5"], 2, "width 0.5");
    check(&["--out", "no-such-folder/x.png"], 1, "cannot be written");
}
