//! A study is left: what of it was not seen is listed first, once, and the same command goes on.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::command::{PanelName, UnseenGuard};
use hotlight::dicom::Writer;
use hotlight::hanging::{Level, ProtocolFile, Protocols};
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// Axial images of a series, 5 mm apart: of whom and when, study, number and description.
fn series(
    folder: &Path,
    (patient, date): (&str, &str),
    study: u16,
    (number, what): (u16, &str),
    planes: Range<u16>,
) {
    for plane in planes {
        let kind = if what == "scout" { "LOCALIZER" } else { "AXIAL" };
        Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.{study}.{number}.{plane}"))
            .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}.{number}"))
            .text(tags::FRAME_OF_REFERENCE_UID, &format!("2.25.{study}.8"))
            .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
            .text(tags::PATIENT_ID, patient)
            .text(tags::STUDY_DATE, date)
            .text(tags::STUDY_TIME, "120000")
            .text(tags::MODALITY, "CT")
            .text(tags::IMAGE_TYPE, &format!("ORIGINAL\\PRIMARY\\{kind}"))
            .text(tags::SERIES_DESCRIPTION, what)
            .number(tags::SERIES_NUMBER, number)
            .number(tags::INSTANCE_NUMBER, plane + 1)
            .decimals(tags::SLICE_THICKNESS, &[5.0])
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 5.0 * f64::from(plane)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .gray_16(4, 4, false)
            .pixels(&[7; 16])
            .write_to(&folder.join(format!("{study}-{number}-{plane}")))
            .expect("a file");
    }
}

const READ: (&str, &str) = ("4711", "20261120");
const OTHER: (&str, &str) = ("4712", "20240211");

/// A study to read, of the series given, and another one of one image; what is left of the first is asked about.
pub(super) fn reading(sets: &[(u16, &str, u16)], guard: UnseenGuard) -> (TempDir, Scripted) {
    let folder = TempDir::new().expect("a folder");
    for &(number, what, planes) in sets {
        series(folder.path(), READ, 1, (number, what), 0..planes);
    }
    series(folder.path(), OTHER, 2, (2, "lung"), 0..1);
    let mut scripted = Scripted::empty();
    scripted.reading.session.settings.unseen = guard;
    scripted.run(&format!("open {}", folder.path().display()));
    (folder, scripted)
}

/// Runs commands; the lines of the panel of what was not seen, where that is open then.
pub(super) fn listed(scripted: &mut Scripted, commands: &str) -> Vec<String> {
    scripted.run(commands);
    let session = &scripted.reading.session;
    if session.panel.as_ref().is_none_or(|panel| panel.name != PanelName::Unseen) {
        return Vec::new();
    }
    let lines = session.unseen_lines(&scripted.reading.library);
    lines.into_iter().map(|line| format!("{}: {}", line.title, line.why)).collect()
}

/// The series in the viewport in focus and its image, from 1.
pub(super) fn shown(scripted: &Scripted) -> String {
    let viewport = scripted.reading.session.focused_viewport().expect("a viewport");
    let source = viewport.source.as_ref().expect("a series");
    let series = source.display_set.series.as_str().trim_start_matches("2.25.");
    format!("{series} image {}", source.index + 1)
}

#[test]
fn a_study_that_was_all_seen_is_left_at_once() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Ask);
    scripted.run("scroll first");
    scripted.run("scroll +2");
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn what_was_not_seen_stops_once_and_then_the_same_goes_on() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 3), (3, "bone", 2)], UnseenGuard::Ask);
    let expected = [
        "series 2, CT lung: 2 of 3 images not shown",
        "series 3, CT bone: never hung",
        "Go on: to the next study",
    ];
    assert_eq!(listed(&mut scripted, "study next"), expected);
    assert_eq!(shown(&scripted), "1.2 image 2", "it waits");
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
    // The reader knows it by now.
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn a_line_hangs_its_series_where_it_was_not_seen_and_the_last_one_goes_on() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 3), (3, "bone", 2)], UnseenGuard::Ask);
    assert_eq!(listed(&mut scripted, "study next; accept"), [""; 0]);
    assert_eq!(shown(&scripted), "1.2 image 1");
    let expected = ["series 2, CT lung: 1 of 3 images not shown", "series 3, CT bone: never hung"];
    assert_eq!(listed(&mut scripted, "panel unseen"), expected);
    assert_eq!(listed(&mut scripted, "choose +1; accept"), [""; 0]);
    assert_eq!(shown(&scripted), "1.3 image 2");
    // More was seen than the reader was told of, and nothing else is new.
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");

    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Ask);
    assert_eq!(listed(&mut scripted, "study 2; choose +1; accept"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn scrolling_through_clears_and_a_fast_wheel_leaves_what_it_skips() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 12)], UnseenGuard::Ask);
    scripted.run("scroll first");
    let expected = "series 2, CT lung: 9 of 12 images not shown";
    assert_eq!(listed(&mut scripted, "scroll +10; panel unseen"), [expected]);
    // The tiles beside the first are not waited for.
    scripted.wait_for("all are here", |scripted| scripted.reading.trace.count("series-complete") > 0);
    scripted.settle();
    scripted.run("panel unseen; scroll first");
    scripted.run("tiles 2x2");
    assert_eq!(listed(&mut scripted, "panel unseen"), ["series 2, CT lung: 6 of 12 images not shown"]);
    scripted.run("panel unseen; tiles 1x1");
    for place in 1..=12 {
        scripted.run(&format!("scroll to {place}"));
    }
    assert_eq!(listed(&mut scripted, "panel unseen"), [""; 0]);
    assert_eq!(listed(&mut scripted, "panel unseen; study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn images_that_come_after_all_was_seen_are_late() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Ask);
    for place in 1..=3 {
        scripted.run(&format!("scroll to {place}"));
    }
    let late = TempDir::new().expect("a folder");
    series(late.path(), READ, 1, (2, "lung"), 3..5);
    scripted.run(&format!("open {}", late.path().display()));
    let expected = ["series 2, CT lung: 2 images came late", "Go on: to the next study"];
    assert_eq!(listed(&mut scripted, "study next"), expected);
    scripted.run("cancel");
    for place in 1..=5 {
        scripted.run(&format!("scroll to {place}"));
    }
    assert_eq!(listed(&mut scripted, "panel unseen"), [""; 0]);
    // A series that comes is none of which images came late.
    series(late.path(), READ, 1, (3, "bone"), 0..2);
    scripted.run(&format!("panel unseen; open {}", late.path().display()));
    assert_eq!(listed(&mut scripted, "panel unseen"), ["series 3, CT bone: never hung"]);
}

#[test]
fn a_reformat_is_said_to_be_one_and_is_not_every_image() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 5)], UnseenGuard::Ask);
    let expected = "series 2, CT lung: seen as reformat; 4 of 5 images not shown as acquired";
    assert_eq!(listed(&mut scripted, "plane coronal; panel unseen"), [expected]);
    scripted.run("accept");
    assert_eq!(shown(&scripted), "1.2 image 1");
    assert!(scripted.reading.session.focused_viewport().is_some_and(|shown| !shown.is_of_volume()));
}

#[test]
fn localizers_come_last_and_stop_nobody_alone() {
    let sets = [(2, "lung", 1), (3, "scout", 1), (4, "bone", 1)];
    let (_folder, mut scripted) = reading(&sets, UnseenGuard::Ask);
    let expected =
        ["series 4, CT bone: never hung", "series 3, CT scout: never hung", "Go on: to the next study"];
    assert_eq!(listed(&mut scripted, "study next"), expected);
    scripted.run("cancel; hang 3");
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    let (_folder, mut scripted) = reading(&sets[..2], UnseenGuard::Ask);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn a_series_that_no_stage_shows_is_named_so() {
    let text = "schema = 1\nname = \"Mine\"\n[sets.a]\nprefer = \"first\"\n[[stages]]\nname = \"one\"\n\
                screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
    let mine = ProtocolFile { id: "mine".to_owned(), level: Level::User, path: None, text: text.to_owned() };
    let (protocols, errors) = Protocols::read(&[mine]);
    assert!(errors.is_empty(), "{errors:#?}");
    let folder = TempDir::new().expect("a folder");
    for number in [2, 3] {
        series(folder.path(), READ, 1, (number, "lung"), 0..1);
    }
    series(folder.path(), OTHER, 2, (2, "lung"), 0..1);
    let mut scripted = Scripted::empty();
    scripted.reading.session.settings.protocols = Arc::new(protocols);
    scripted.reading.session.settings.unseen = UnseenGuard::Ask;
    scripted.run(&format!("open {}", folder.path().display()));
    let expected = ["series 3, CT lung: not hung by any stage", "Go on: to the next study"];
    assert_eq!(listed(&mut scripted, "study next"), expected);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn a_prior_is_not_asked_about() {
    let folder = TempDir::new().expect("a folder");
    series(folder.path(), READ, 1, (2, "lung"), 0..3);
    for number in [2, 3] {
        series(folder.path(), (READ.0, OTHER.1), 2, (number, "lung"), 0..3);
    }
    let mut scripted = Scripted::open(folder.path());
    scripted.run("viewport 1");
    assert_eq!(listed(&mut scripted, "panel unseen"), ["series 2, CT lung: 2 of 3 images not shown"]);
}

#[test]
fn marking_as_read_is_asked_about_too_and_then_lasts() {
    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Ask);
    let expected = ["series 2, CT lung: 2 of 3 images not shown", "Go on: marks the study as read"];
    assert_eq!(listed(&mut scripted, "study read"), expected);
    let read = |scripted: &Scripted| {
        let studies = scripted.reading.library.studies().iter();
        studies.map(|study| scripted.reading.session.seen.is_read(&study.attributes.uid)).collect::<Vec<_>>()
    };
    assert_eq!(read(&scripted), [false, false]);
    assert_eq!(listed(&mut scripted, "study read"), [""; 0]);
    assert_eq!(read(&scripted), [true, false]);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
}

#[test]
fn the_setting_may_ask_for_a_note_or_for_nothing() {
    let notes = |scripted: &Scripted| {
        let messages = scripted.reading.session.messages.iter();
        messages
            .filter(|message| message.text.starts_with("Not seen"))
            .map(|it| it.text.clone())
            .collect::<Vec<_>>()
    };
    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Tell);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
    assert_eq!(notes(&scripted), ["Not seen of this study: series 2, CT lung: 2 of 3 images not shown."]);

    let (_folder, mut scripted) = reading(&[(2, "lung", 3)], UnseenGuard::Off);
    assert_eq!(listed(&mut scripted, "study next"), [""; 0]);
    assert_eq!(shown(&scripted), "2.2 image 1");
    assert_eq!(notes(&scripted), [""; 0]);
}
