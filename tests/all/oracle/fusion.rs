//! A second series over images, planes and slabs of another, whole pictures against `SimpleITK`, numpy and pydicom's palettes
//! (`tests/oracle/fusion/make.py`): PS3.4 N.2.4.3.

use hotlight::geometry::{Patient, Vector};
use serde_json::Value;

use super::{expected, numbers};
use crate::support::{data, hotlight, stderr};

/// Levels of 8 bits that a level may lie apart: the picture below is cut to 16 bits here and not there, which at the half of a
/// level makes one.
const TOLERANCE: u8 = 1;

/// The arguments that draw a case.
fn arguments(case: &Value) -> Vec<String> {
    let word = |key: &str| match &case[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let list = |value: &Value| {
        let words = value.as_array().expect("a list").iter().map(|item| match item {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        words.collect::<Vec<_>>().join(",")
    };
    let uid = |number: u32| format!("2.25.20261128.{number}");
    let over = uid(if word("over") == "pet" { 2 } else { 3 });
    let mut all: Vec<(&str, String)> = vec![
        ("--series", uid(1)),
        ("--over", over),
        ("--opacity", word("opacity")),
        ("--palette", word("palette")),
        ("--voi", list(&case["voi"])),
        ("--over-voi", list(&case["over_voi"])),
    ];
    if let Some(matrix) = case.get("matrix") {
        all.push(("--over-matrix", list(matrix)));
    }
    if case.get("slice").is_some() {
        all.push(("--slice", word("slice")));
    } else {
        let vector = |key: &str| match *numbers(&case[key]) {
            [x, y, z] => Vector::<Patient>::new(x, y, z),
            _ => panic!("{key} is a direction"),
        };
        let words = |vector: Vector<Patient>| {
            let [x, y, z] = vector.xyz.to_array();
            format!("{x},{y},{z}")
        };
        let (right, down) = (vector("right"), vector("down"));
        all.push(("--plane-normal", words(right.cross(down))));
        all.push(("--plane-up", words(down * -1.0)));
        all.push(("--center", list(&case["center_mm"])));
        all.push(("--pixel-mm", word("pixel_mm")));
        all.push(("--size", format!("{}x{}", case["columns"], case["rows"])));
        if case.get("slab_mm").is_some() {
            all.push(("--slab", word("slab_mm")));
            all.push(("--projection", word("projection")));
        }
    }
    let mut all: Vec<String> = all.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect();
    if case["clear_floor"] == true {
        all.push("--clear-floor".to_owned());
    }
    all
}

pub(super) fn rgb(png: &std::path::Path) -> Vec<[u8; 3]> {
    let file = std::io::BufReader::new(std::fs::File::open(png).expect("the picture"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut samples = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut samples).expect("a picture");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    samples.as_chunks().0.to_vec()
}

#[test]
fn fused_pictures_are_those_of_others() {
    let expected = expected("fusion/expected.json");
    let input = data().join("fusion").display().to_string();
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join("x.png");
    let (mut pixels, mut apart) = (0, 0);
    for (number, case) in expected["cases"].as_array().expect("cases").iter().enumerate() {
        let arguments = arguments(case);
        // Each engine in turn; every fourth case by both.
        let backends: &[&str] = if number % 4 == 0 { &["cpu", "gpu"] } else { &[["cpu", "gpu"][number % 2]] };
        for backend in backends {
            let out_text = out.display().to_string();
            let mut all = vec!["render", &input, "--out", &out_text, "--backend", backend];
            all.extend(arguments.iter().map(String::as_str));
            let output = hotlight(&all);
            assert_eq!(output.status.code(), Some(0), "{all:?}: {}", stderr(&output));
            let found = rgb(&out);
            let truth = case["rgb"].as_array().expect("pixels");
            assert_eq!(found.len(), truth.len(), "{all:?}");
            for (place, (found, truth)) in found.iter().zip(truth).enumerate() {
                let truth = truth.as_str().expect("a colour");
                let Ok(truth) = u32::from_str_radix(truth, 16) else { continue };
                let [_, truth @ ..] = truth.to_be_bytes();
                let most = found.iter().zip(truth).map(|(found, truth)| found.abs_diff(truth)).max();
                assert!(most <= Some(TOLERANCE), "{all:?}: {found:?} and not {truth:?} at {place}");
                pixels += 1;
                apart += usize::from(most > Some(0));
            }
        }
    }
    assert!(pixels > 9000, "{pixels} pixels");
    eprintln!("{pixels} pixels, {apart} of them one level apart");
}
