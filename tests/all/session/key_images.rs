//! Key images: marked with one key, kept as Key Object Selections, found again, and gone through. PS3.3 A.35.4, TID 2010.

use std::path::{Path, PathBuf};
use std::process::Command;

use hotlight::dicom::Source;
use hotlight::presentation::{KeyObjects, KeyTitle};
use hotlight::render::Tone;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::phantom;

fn open(kept: &Path) -> Scripted {
    let mut scripted = Scripted::keeping(Some(kept.to_path_buf()));
    scripted.run(&format!("open {}", phantom().join("current").display()));
    scripted.run("viewport 1; layout 1x1");
    scripted
}

/// What the badge says, if there is one.
fn badge(scripted: &Scripted) -> Option<String> {
    let badges = scripted.focused().expect("a viewport").labels.badges;
    badges.into_iter().find(|badge| badge.text == "key image").map(|badge| badge.why)
}

fn number(scripted: &Scripted) -> usize {
    scripted.focused().expect("a viewport").labels.number.expect("an image").0
}

fn told(scripted: &Scripted) -> String {
    scripted.reading.session.messages.last().map_or_else(String::new, |message| message.text.clone())
}

fn files(kept: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(kept).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

fn read(file: &Path) -> KeyObjects {
    KeyObjects::read(&Source::file(file)).expect("it is whole").expect("a document")
}

#[test]
fn marked_images_are_kept_and_found_again_until_unmarked() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run("scroll first; key-image toggle; scroll +3; key-image title 4");
    assert!(badge(&scripted).expect("a badge").contains("For Teaching"));
    scripted.run("scroll -1");
    assert_eq!(badge(&scripted), None);
    let found: Vec<KeyTitle> = files(kept.path()).iter().map(|file| read(file).title).collect();
    let titles = [1, 4].map(|number| KeyTitle::offered(number).expect("a title"));
    assert_eq!(found, titles);

    let mut again = open(kept.path());
    again.run("scroll first");
    assert!(badge(&again).expect("a badge").contains("Of Interest"));
    again.run("key-image unmark");
    assert_eq!((badge(&again), told(&again).as_str()), (None, "No key image of yours any more."));
    assert_eq!(files(kept.path()).len(), 1, "a document without images is none");
    let mut last = open(kept.path());
    last.run("scroll first");
    assert_eq!(badge(&last), None);
    last.run("scroll +3");
    assert!(badge(&last).is_some());
}

#[test]
fn key_images_are_gone_through_in_both_directions() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run("key-image next");
    assert_eq!(told(&scripted), "This study has no key image.");
    scripted.run(
        "scroll to 2; key-image mark; scroll to 5; key-image mark; scroll to 7; key-image mark; scroll first",
    );
    let mut places = Vec::new();
    for _ in 0..4 {
        scripted.run("key-image next");
        places.push(number(&scripted));
    }
    assert_eq!(places, [2, 5, 7, 2]);
    scripted.run("scroll to 6; key-image previous");
    assert_eq!(number(&scripted), 5);
    scripted.run("key-image previous; key-image previous");
    assert_eq!(number(&scripted), 7);
    scripted.run("scroll to 6; key-image next");
    assert_eq!(number(&scripted), 7);
}

#[test]
fn others_documents_are_shown_and_not_changed() {
    let kept = TempDir::new().expect("a temporary folder");
    let elsewhere = TempDir::new().expect("a temporary folder");
    open(elsewhere.path()).run("scroll to 3; key-image title 5");
    let theirs = files(elsewhere.path()).remove(0);
    let before = std::fs::read(&theirs).expect("their document");
    let mut scripted = open(kept.path());
    scripted.run(&format!("open {}; scroll to 3", theirs.display()));
    assert!(badge(&scripted).expect("a badge").contains("For Conference"));
    scripted.run("key-image mark; key-image unmark");
    assert!(badge(&scripted).expect("theirs stays").contains("For Conference"));
    assert_eq!(std::fs::read(&theirs).expect("their document"), before);
}

/// IHE's Imaging Object Change Management withdraws images by the same kind of document, and its manifests list all that there are.
#[test]
fn images_that_are_rejected_or_listed_are_no_key_images() {
    let [kept, elsewhere] = [(), ()].map(|()| TempDir::new().expect("a temporary folder"));
    open(elsewhere.path()).run("scroll to 3; key-image mark");
    let theirs = read(&files(elsewhere.path()).remove(0));
    let mut scripted = open(kept.path());
    let header = {
        let source = scripted.reading.session.focused_viewport().and_then(|shown| shown.source.clone());
        let set = source.expect("a source").display_set;
        let (.., set) = scripted.reading.library.find(&set).expect("a display set");
        set.images[2].instance.clone()
    };
    for (code, meaning) in [
        ("113001", "Rejected for Quality Reasons"),
        ("113037", "Rejected for Patient Safety Reasons"),
        ("113038", "Incorrect Modality Worklist Entry"),
        ("113039", "Data Retention Policy Expired"),
        ("113030", "Manifest"),
    ] {
        let title = KeyTitle { code: code.to_owned(), meaning: meaning.to_owned() };
        let path = elsewhere.path().join(code);
        KeyObjects { title, ..theirs.clone() }.to_object(&header).write_to(&path).expect("written");
        scripted.run(&format!("open {}; scroll to 3", path.display()));
        let badges = scripted.focused().expect("a viewport").labels.badges;
        let rejected = badges.into_iter().find(|badge| badge.text == "rejected");
        let rejected = rejected.map(|badge| (badge.tone, badge.why.contains(meaning)));
        assert_eq!(rejected, (meaning != "Manifest").then_some((Tone::Caution, true)), "{meaning}");
        assert_eq!(badge(&scripted), None, "{meaning}");
        scripted.run("key-image next");
        assert_eq!(told(&scripted), "This study has no key image.");
    }
}

/// `dciodvfy` and `dsrdump`, which shares no code with ours, understand the document.
#[test]
fn documents_are_whole_for_others() {
    let kept = TempDir::new().expect("a temporary folder");
    open(kept.path()).run("scroll first; key-image mark; scroll +2; key-image mark");
    let file = files(kept.path()).remove(0);
    let run = |program: &str| {
        let output = Command::new(program).arg(&file).output();
        let output = output.expect("the validators run (make test installs dcmtk and dicom3tools)");
        (output.status, String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (_, text) = run("dciodvfy");
    assert!(!text.contains("Error"), "{text}");
    let (status, text) = run("dsrdump");
    assert!(status.success(), "{text}");
    assert!(text.contains("Of Interest") && text.matches("contains IMAGE").count() == 2, "{text}");
    assert!(!text.contains("E: "), "{text}");
    let document = read(&file);
    assert_eq!(document.references.iter().map(|series| series.images.len()).sum::<usize>(), 2);
}
