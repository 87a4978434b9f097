//! Key images: marked with one key, kept as Key Object Selections, found again, and gone through. PS3.3 A.35.4, TID 2010.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use dicom_dictionary_std::tags;
use hotlight::app::{Clock, Zone};
use hotlight::command::UnseenGuard;
use hotlight::dicom::{DataSet, Source};
use hotlight::presentation::{KeyObjects, KeyTitle};
use hotlight::render::{Picture, Tone};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::unseen::{listed, reading, shown};
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

/// The next save wrote the reader's documents from the images that were here, and all others were key images no more.
#[test]
fn key_images_that_are_not_here_stay_and_count_when_they_come() {
    let [kept, some, rest] = [(), (), ()].map(|()| TempDir::new().expect("a temporary folder"));
    let mut scripted = open(kept.path());
    scripted.run("scroll to 2; key-image mark; scroll to 5; key-image title 4; scroll to 7; key-image mark");
    let source = scripted.reading.session.focused_viewport().and_then(|shown| shown.source.clone());
    let (.., set) = scripted.reading.library.find(&source.expect("an image").display_set).expect("a set");
    let uids: Vec<_> = set.images.iter().map(|image| image.instance.uid.clone()).collect();
    for (index, image) in set.images.iter().enumerate() {
        let folder = if [4, 6].contains(&index) { &rest } else { &some };
        let copy = folder.path().join(format!("{index}.dcm"));
        std::fs::copy(image.instance.source.path.reveal(), copy).expect("copied");
    }
    drop(scripted);
    // By title, the images of the series from 1.
    let kept_now = || -> Vec<(String, Vec<usize>)> {
        let named = |file: &PathBuf| {
            let document = read(file);
            let named = document.references.iter().flat_map(|of_series| of_series.images.keys());
            let places =
                named.map(|named| uids.iter().position(|uid| uid == named).expect("of the series") + 1);
            let mut places: Vec<usize> = places.collect();
            places.sort_unstable();
            (document.title.meaning, places)
        };
        files(kept.path()).iter().map(named).collect()
    };
    let expected = |interest: &[usize]| {
        let of = |title: &str, places: &[usize]| (title.to_owned(), places.to_vec());
        let all = [of("Of Interest", interest), of("For Teaching", &[5])];
        all.into_iter().filter(|(_, places)| !places.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(kept_now(), expected(&[2, 7]));

    let mut scripted = Scripted::keeping(Some(kept.path().to_path_buf()));
    scripted.run(&format!("open {}", some.path().display()));
    scripted.run("viewport 1; layout 1x1; scroll first; key-image mark");
    assert_eq!(kept_now(), expected(&[1, 2, 7]));
    scripted.run("scroll +1; key-image unmark");
    assert_eq!(kept_now(), expected(&[1, 7]));
    scripted.run("scroll first; key-image unmark");
    assert_eq!(kept_now(), expected(&[7]), "a document of absent images alone");

    scripted.run(&format!("open {}", rest.path().display()));
    scripted.run("viewport 1; layout 1x1; scroll to 7");
    assert!(badge(&scripted).expect("a badge").contains("Of Interest"));
    scripted.run("key-image unmark");
    assert_eq!(kept_now(), expected(&[]), "now it is here, and the reader's word counts");
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

/// PS3.3 C.7.2.1, C.12.1.1.8, C.17.6.2.
#[test]
fn documents_are_dated_by_the_clocks_of_the_station_and_say_what_their_images_say_of_the_study() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = Scripted::keeping_in(kept.path().to_path_buf(), Zone::East(34_200));
    scripted.run(&format!("open {}", phantom().join("current").display()));
    let before = DateTime::<Utc>::from(Clock::now()).naive_utc();
    scripted.run("viewport 1; layout 1x1; scroll first; key-image mark");
    let after = DateTime::<Utc>::from(Clock::now()).naive_utc();
    let file = files(kept.path()).remove(0);
    let created = read(&file).created;
    let made = created.moment().expect("a date");
    assert_eq!(created.utc_offset, "+0930");
    assert!(before - TimeDelta::seconds(1) < made && made <= after, "{before} {made} {after}");

    let source = scripted.reading.session.focused_viewport().and_then(|shown| shown.source.clone());
    let (.., set) = scripted.reading.library.find(&source.expect("an image").display_set).expect("a set");
    let image = &set.images.first().expect("an image").instance.source;
    let [ours, theirs] = [&Source::file(&file), image].map(|source| {
        let object = DataSet::read(source).expect("it is whole");
        let tags = [tags::STUDY_ID, tags::REFERRING_PHYSICIAN_NAME, tags::STUDY_DESCRIPTION];
        tags.map(|tag| object.attributes().text(tag).expect("it is said"))
    });
    assert_eq!(ours, theirs);
}

/// Images 2, 5 and 7 become key images, and 5 is shown; these alone are gone through.
fn open_only(kept: &Path) -> Scripted {
    let mut scripted = open(kept);
    scripted.run("scroll to 2; key-image mark; scroll to 7; key-image mark; scroll to 5; key-image mark; key-image only");
    scripted
}

/// Where the images that a viewport shows stand in their series, from 1.
fn images(scripted: &Scripted, viewport: usize) -> Vec<usize> {
    let viewports = &scripted.reading.session.screens.first().expect("a window").viewports;
    let viewport = viewports.get(viewport).expect("a viewport");
    viewport.tile_indices(usize::MAX).map(|index| index + 1).collect()
}

/// How the badge is told that others are left out, if it is there.
fn only(scripted: &Scripted) -> Option<Tone> {
    let badges = scripted.focused().expect("a viewport").labels.badges;
    badges.into_iter().find(|badge| badge.text == "key images only").map(|badge| badge.tone)
}

#[test]
fn key_images_alone_are_gone_through_until_the_command_is_given_again() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open_only(kept.path());
    assert_eq!(images(&scripted, 0), [5], "it is one, and stays");
    let labels = scripted.focused().expect("a viewport").labels;
    assert_eq!((labels.number, labels.is_of_key_images), (Some((2, 3)), true));
    assert!(labels.bottom_left.iter().any(|line| line.contains("key image 2 / 3")), "{labels:?}");
    assert_eq!(only(&scripted), Some(Tone::Caution));
    for (commands, image) in [
        ("scroll +1", 7),
        ("scroll +1", 7),
        ("scroll first", 2),
        ("scroll to 2", 5),
        ("scroll last", 7),
        ("scroll -1", 5),
        ("scroll -9", 2),
        ("pointer press left 10 10; pointer move 10 9000; pointer release", 7),
    ] {
        scripted.run(commands);
        assert_eq!(images(&scripted, 0), [image], "{commands}");
    }
    scripted.run("key-image only");
    let labels = scripted.focused().expect("a viewport").labels;
    assert_eq!((labels.number.map(|(number, _)| number), labels.is_of_key_images), (Some(7), false));
    assert!(!labels.bottom_left.iter().any(|line| line.contains("key image")), "{labels:?}");
    assert_eq!(only(&scripted), None);
    scripted.run("scroll -1");
    assert_eq!(images(&scripted, 0), [6]);
}

#[test]
fn an_image_that_is_none_gives_way_to_the_nearest_key_image() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open_only(kept.path());
    for (from, to) in [("first", 2), ("to 4", 5), ("to 6", 5), ("last", 7)] {
        scripted.run(&format!("key-image only; scroll {from}; key-image only"));
        assert_eq!(images(&scripted, 0), [to], "from {from}");
    }
}

#[test]
fn tiles_show_key_images_side_by_side() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open_only(kept.path());
    scripted.run("tiles 1x2; scroll first");
    assert_eq!(images(&scripted, 0), [2, 5]);
    let plan = scripted.plan();
    let numbers: Vec<_> = plan.viewports.iter().filter_map(|tile| tile.labels.number).collect();
    assert_eq!(numbers, [(1, 3), (2, 3)]);
    assert_eq!(plan.viewports[1].labels.bottom_left, ["key image 2 / 3"]);
    scripted.run("tiles 2x2");
    let plan = scripted.plan();
    assert_eq!(images(&scripted, 0), [2, 5, 7]);
    assert!(plan.viewports[..3].iter().all(|tile| matches!(tile.picture, Picture::Slice(_))), "all are read");
    assert_eq!(plan.viewports[3].picture, Picture::Past);
}

#[test]
fn what_is_marked_or_unmarked_meanwhile_is_followed() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open_only(kept.path());
    scripted.run("key-image title 4");
    assert_eq!((images(&scripted, 0), number(&scripted)), (vec![5], 2), "another title is a title");
    scripted.run("key-image unmark");
    assert_eq!((images(&scripted, 0), number(&scripted)), (vec![7], 2), "7 is nearer than 2");
    scripted.run("scroll -1");
    assert_eq!(images(&scripted, 0), [2]);
    scripted.run("scroll last; key-image unmark; key-image unmark");
    assert_eq!(
        told(&scripted),
        "This series has no key image any more: all its images are gone through again."
    );
    assert_eq!((images(&scripted, 0), only(&scripted)), (vec![2], None));
    scripted.run("key-image only");
    assert_eq!((told(&scripted).as_str(), only(&scripted)), ("This series has no key image.", None));
    scripted.run("scroll +1");
    assert_eq!(images(&scripted, 0), [3]);
}

#[test]
fn another_series_ends_it_and_links_still_lead() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 10), (3, "bone", 10)], UnseenGuard::Off);
    scripted.run("layout 1x2; viewport 2; hang 2; viewport 1; hang 1; link scroll");
    scripted.run("scroll to 3; key-image mark; scroll to 8; key-image mark; key-image only");
    for (commands, both) in [
        ("scroll first", [3, 3]),
        ("scroll last", [8, 8]),
        ("viewport 2; scroll to 5", [3, 5]),
        ("scroll to 6", [8, 6]),
    ] {
        scripted.run(commands);
        assert_eq!([images(&scripted, 0), images(&scripted, 1)].concat(), both, "{commands}");
    }
    scripted.run("viewport 1");
    assert!(only(&scripted).is_some());
    scripted.run("hang 2");
    assert_eq!(only(&scripted), None);
    scripted.run("hang 1");
    assert_eq!(only(&scripted), None);
}

/// The guard of what was not seen, and the way to it.
#[test]
fn images_that_are_left_out_stay_unseen() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 12)], UnseenGuard::Ask);
    for place in [9, 2] {
        scripted.run(&format!("scroll to {place}; key-image mark"));
    }
    scripted.wait_for("all are here", |scripted| scripted.reading.trace.count("series-complete") > 0);
    scripted.settle();
    let before = listed(&mut scripted, "panel unseen");
    assert_eq!(before.len(), 1, "{before:?}");
    scripted.run("panel unseen");
    for commands in ["key-image only", "tiles 1x2", "scroll first", "scroll last", "scroll -1"] {
        scripted.run(commands);
    }
    assert_eq!(images(&scripted, 0), [2, 9]);
    assert_eq!(listed(&mut scripted, "panel unseen"), before);
    scripted.run("accept");
    assert_eq!((shown(&scripted).as_str(), only(&scripted)), ("1.2 image 1", None));
}
