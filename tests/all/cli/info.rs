//! `info` on the phantom: what was understood equals what was made.

use hotlight::phantom::Phantom;
use serde_json::Value;

use crate::support::{hotlight, phantom, stdout};

fn info(arguments: &[&str]) -> Value {
    let output = hotlight(&[&["info", "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

#[test]
fn studies_come_newest_first_with_one_volume_each() {
    let json = info(&[&phantom().display().to_string()]);
    let dates: Vec<_> =
        json["studies"].as_array().expect("studies").iter().map(|study| &study["date"]).collect();
    assert_eq!(dates, ["20261120", "20240211"]);
    let stack = &json["studies"][0]["series"][0]["stacks"][0];
    assert_eq!(stack["kind"], "volume");
    assert_eq!(stack["problems"], serde_json::json!([]));
    assert_eq!(stack["orientation_label"], "L\\P");
    assert_eq!(stack["normal"], serde_json::json!([0.0, 0.0, 1.0]));
    assert_eq!(stack["frames"], hotlight_slices());
}

fn hotlight_slices() -> usize {
    std::fs::read_dir(phantom().join("current")).expect("the folder").count()
}

#[test]
fn a_tilted_gantry_and_a_missing_slice_are_named() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let made = Phantom::chest_ct().small().with_tilt_degrees(16.5).with_missing(&[3]);
    made.write_into(folder.path()).expect("a study");
    let json = info(&[&folder.path().display().to_string()]);
    let problems = json["studies"][0]["series"][0]["stacks"][0]["problems"].clone();
    assert_eq!(problems, serde_json::json!(["missing-slices", "gantry-tilt"]));
}

#[test]
fn stacks_say_what_they_are_and_how_much_of_them_is_here() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    Phantom::chest_ct().small().with_missing(&[3]).write_into(folder.path()).expect("a study");
    let stack = &info(&[&folder.path().display().to_string()])["studies"][0]["series"][0]["stacks"][0];
    assert_eq!((&stack["present"], &stack["expected"]), (&8.into(), &9.into()));
    let made = crate::support::data().with_file_name("oracle/geometry/made/diffusion.dcm");
    let json = info(&[&made.display().to_string()]);
    let stacks = json["studies"][0]["series"][0]["stacks"].as_array().expect("stacks");
    let labels: Vec<_> = stacks.iter().map(|stack| &stack["label"]).collect();
    assert_eq!(labels, ["b 0", "b 1000 · direction 1", "b 1000 · direction 2"]);
}

#[test]
fn priors_are_told_with_their_reasons() {
    let path = phantom().display().to_string();
    let json = info(&["--priors", &path]);
    let priors = &json["priors"][0];
    assert_eq!(priors["current"], json["studies"][0]["uid"]);
    assert_eq!(priors["picked"][0]["uid"], json["studies"][1]["uid"]);
    assert_eq!(priors["picked"][0]["reasons"][0], "the same region, chest by body part");
    let text = stdout(&hotlight(&["info", "--priors", &path]));
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("priors of 2026-11-20 CT CT chest phantom"), "{text}");
    assert_eq!(
        lines[1],
        "  1. 2024-02-11 CT CT chest phantom: the same region, chest by body part; the same modality, CT; \
         the most recent to compare; the oldest to compare; the most recent of the region in whatever modality; \
         within the 5 years"
    );
}

/// It is neither an error nor something to draw, and spoils no other input.
#[test]
fn a_registration_alone_is_told_and_spoils_nothing() {
    let blending = crate::support::data().join("blending");
    let alone = blending.join("registration.dcm").display().to_string();
    let json = info(&[&alone]);
    let found = &json["registrations"][0];
    assert_eq!(json["registrations"].as_array().map(Vec::len), Some(1));
    assert!(
        found["frame_of_reference"].is_string() && found["not_applied"] == serde_json::json!([]),
        "{found}"
    );
    let why = json["unreadable"][0]["why"].as_str().expect("why");
    assert!(why.contains("relates frame") && why.contains("no images of them are here"), "{why}");
    let text = stdout(&hotlight(&["info", &alone]));
    assert!(text.starts_with("spatial registration ") && text.contains("relates frame"), "{text}");
    assert!(!text.contains("could not be read"), "{text}");
    let beside = info(&[&phantom().display().to_string(), &alone]);
    assert_eq!(beside["studies"].as_array().map(Vec::len), Some(2));

    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let out = folder.path().join("x.png").display().to_string();
    let image = blending.join("ct-1.dcm").display().to_string();
    let drawn = hotlight(&["render", &image, &alone, "--out", &out]);
    assert_eq!(drawn.status.code(), Some(0), "{}", crate::support::stderr(&drawn));
    let nothing = hotlight(&["render", &alone, "--out", &out]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(crate::support::stderr(&nothing).contains("no DICOM image could be read"));
}
