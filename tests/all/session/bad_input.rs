//! Damaged and foreign files: one clear line each; what is good stays readable.

use std::fs;

use hotlight::phantom::Phantom;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::{hotlight, stderr, stdout};

/// A folder with a good series and one of each kind of bad file.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let files = Phantom::chest_ct().small().write_into(folder.path()).expect("a study");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect(name);
    write("empty", b"");
    write("notes.txt", b"no images today\n");
    write("garbage.bin", &[0x5A; 4096]);
    let whole = fs::read(&files[2]).expect("a slice");
    write("IM00003.dcm", &whole[..whole.len() - 1000]);
    write("marked", &[&[0; 128][..], b"DICM", &[0xFF; 200]].concat());
    folder
}

#[test]
fn the_viewer_lists_each_bad_file_and_shows_the_rest() {
    let folder = folder();
    let mut scripted = Scripted::open(folder.path());
    scripted.run("scroll first");
    let count = scripted.focused().expect("a viewport").labels.number.expect("images").1;
    let good = fs::read_dir(folder.path()).expect("the folder").count() - 5;
    assert_eq!(count, good, "all good slices");
    let mut reasons: Vec<String> =
        scripted.reading.library.unreadable().iter().map(|file| file.why.to_string()).collect();
    reasons.sort();
    assert_eq!(reasons.len(), 5, "{reasons:#?}");
    let expect =
        |words: &str| assert!(reasons.iter().any(|why| why.contains(words)), "{words}: {reasons:#?}");
    expect("the file is empty");
    expect("not a DICOM file");
    expect("truncated: ");
    assert_eq!(reasons.iter().filter(|why| why.contains("not a DICOM file")).count(), 3);
    // The missing slice is told on the image.
    let badges = scripted.focused().expect("a viewport").labels.badges;
    assert!(badges.iter().any(|badge| badge.text == "1 slice missing"), "{badges:?}");
}

#[test]
fn info_names_file_and_reason_and_goes_on() {
    let folder = folder();
    let output = hotlight(&["info", "--json", &folder.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output).lines().count(), 5, "{}", stderr(&output));
    assert!(
        stderr(&output).lines().all(|line| line.starts_with("error: ") && line.matches(": ").count() >= 2)
    );
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["unreadable"].as_array().map(Vec::len), Some(5));
    assert_eq!(json["studies"][0]["series"][0]["stacks"][0]["problems"][0], "missing-slices");
}

#[test]
fn an_empty_folder_says_so_though_an_image_hangs() {
    let mut scripted = Scripted::open(crate::support::phantom());
    let empty = TempDir::new().expect("a temporary folder");
    scripted.run(&format!("open {}", empty.path().display()));
    let message = scripted.reading.session.messages.last().expect("a message");
    assert!(message.text.contains("No DICOM image"), "{message:?}");
}

#[test]
fn opening_a_folder_again_changes_nothing() {
    let folder = folder();
    let mut scripted = Scripted::open(folder.path());
    let count = |scripted: &Scripted| {
        let number = scripted.focused().expect("a viewport").labels.number;
        (number, scripted.reading.library.unreadable().len())
    };
    let before = count(&scripted);
    scripted.run(&format!("open {}", folder.path().display()));
    assert_eq!(before, count(&scripted));
}

#[test]
fn a_folder_without_images_says_so() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("notes.txt"), "nothing").expect("a file");
    let scripted = Scripted::open(folder.path());
    let texts: Vec<_> = scripted.reading.session.messages.iter().map(|message| &message.text).collect();
    assert!(texts.iter().any(|text| text.contains("No DICOM image")), "{texts:?}");
    let output = hotlight(&["info", &folder.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no DICOM image could be read"), "{}", stderr(&output));
}
