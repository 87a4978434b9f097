//! Blending states and the registrations that they need, whole pictures against numpy (`tests/oracle/blending/make.py`): PS3.3 C.11.14,
//! C.20.2, PS3.4 N.2.4.

use hotlight::app::read_headers;
use hotlight::geometry::{Patient, Point};
use hotlight::study::DisplaySet;

use super::fusion::rgb;
use super::{expected, numbers};
use crate::support::{data, hotlight, stderr};

#[test]
fn pictures_of_blending_states_are_those_of_numpy() {
    let expected = expected("blending/expected.json");
    let folder = data().join("blending");
    let (mut pixels, mut differing, mut most) = (0, 0, 0);
    let states = expected["states"].as_array().expect("states");
    for case in states {
        let name = case["state"].as_str().expect("a name");
        let out = tempfile::tempdir().expect("a folder");
        let png = out.path().join("blended.png");
        let (state, slice) = (folder.join(name), case["slice"].to_string());
        let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
        let (folder, state, png_path) = (path(&folder), path(&state), path(&png));
        let series = "2.25.2026112815.1";
        let arguments = [
            "render",
            &folder,
            "--presentation",
            &state,
            "--series",
            series,
            "--slice",
            &slice,
            "--backend",
            "cpu",
            "--out",
            &png_path,
        ];
        let output = hotlight(&arguments);
        assert!(output.status.success() && stderr(&output).is_empty(), "{name}: {}", stderr(&output));
        let found = rgb(&png);
        let due: Vec<u8> = hex(case["colors"].as_str().expect("colours"));
        let slack = u8::try_from(case["slack"].as_u64().expect("a number")).expect("a level");
        let apart: Vec<u8> = found.as_flattened().iter().zip(&due).map(|(a, b)| a.abs_diff(*b)).collect();
        assert_eq!((found.len() * 3, apart.len()), (due.len(), due.len()), "{name}: the size of the picture");
        let largest = apart.iter().copied().max().unwrap_or_default();
        assert!(largest <= slack, "{name}: {largest} levels, {slack} allowed");
        pixels += found.len();
        differing += apart.chunks(3).filter(|levels| levels.iter().any(|apart| *apart > 0)).count();
        most = most.max(largest);
    }
    eprintln!("{} states, {pixels} pixels, {differing} differ, by {most} of 255 at most", states.len());
    assert!(states.len() >= 20 && differing * 50 <= pixels, "{differing} of {pixels}");
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect()
}

#[test]
fn points_go_from_frame_to_frame_as_the_registration_says() {
    let library = read_headers(&[data().join("blending")]);
    let set = |modality: &str| -> DisplaySet {
        let mut sets = library.display_sets();
        let found = sets.find(|(_, series, _)| series.attributes.modality == modality);
        found.map(|(.., set)| (**set).clone()).expect(modality)
    };
    let alignment = library.alignment(&set("MR"), &set("CT"), &[]).expect("registered");
    assert_eq!(alignment.registration.as_ref().map(|of| of.label.as_str()), Some("REGISTERED"));
    let point = |values: &serde_json::Value| -> Point<Patient> {
        let [x, y, z] = numbers(values).try_into().expect("three numbers");
        Point::new(x, y, z)
    };
    for pair in expected("blending/expected.json")["points"].as_array().expect("points") {
        let apart = alignment.layer_from_base * point(&pair["mr"]) - point(&pair["ct"]);
        // Its numbers have nine digits.
        assert!(apart.length() < 1e-6, "{pair}: {apart:?}");
    }
    let same = library.alignment(&set("CT"), &set("PT"), &[]).expect("one frame of reference");
    assert!(same.registration.is_none());
}
