//! The strip of series, cine, and what a colour image answers.

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::render::Tone;
use hotlight::session::Event;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::check;
use crate::support::phantom;

fn last_message(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

#[test]
fn a_series_hangs_by_its_place_in_the_strip() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("viewport 1; hang 2");
    assert!(scripted.focused().expect("a viewport").labels.is_prior);
    scripted.run("hang 2");
    assert_eq!(last_message(&scripted), "This series hangs here already.");
    scripted.run("hang 3");
    assert_eq!(last_message(&scripted), "There are 2 series in the strip.");
    scripted.run("panel series; choose -1; accept");
    assert!(!scripted.focused().expect("a viewport").labels.is_prior);
}

#[test]
fn cine_says_what_it_plays() {
    check("cine toggle", "cine 10 fps (rate not stated)");
    check("cine toggle; cine faster; cine faster", "cine 20 fps ×2 (rate not stated)");
    check("cine slower; cine reverse; cine toggle", "cine 7.5 fps ×0.75 backwards (rate not stated)");
    let mut scripted = Scripted::open(phantom());
    for stop in ["cine toggle", "scroll -1", "study next"] {
        scripted.run("cine toggle");
        assert!(scripted.words().contains("cine"), "{}", scripted.words());
        scripted.run(stop);
        assert!(!scripted.words().contains("cine"), "{stop}: {}", scripted.words());
    }
}

/// The program is asked for a picture twice a second; 5 of 10 images a second can be shown.
#[test]
fn cine_that_cannot_keep_up_says_so_in_a_badge() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("scroll first");
    // All nine are in memory, and nothing is left to wait for: only the time below passes.
    for _ in 0..8 {
        scripted.run("scroll +1");
    }
    scripted.run("scroll first");
    scripted.run("cine toggle");
    for step in 0..=10 {
        scripted.reading.event(&Event::TimePassed { now_ms: f64::from(step) * 200.0 });
    }
    let labels = scripted.focused().expect("a viewport").labels;
    let badge = labels.badges.iter().find(|badge| badge.text.starts_with("cine")).expect("a badge");
    assert_eq!((badge.text.as_str(), badge.tone), ("cine 5 of 10 fps", Tone::Caution));
    assert!(labels.bottom_left.iter().any(|line| line.contains("cine 5 fps")), "{:?}", labels.bottom_left);
    // Twenty images after the first, in a loop of nine.
    assert_eq!(labels.number, Some((3, 9)));
}

#[test]
fn every_badge_has_its_reason() {
    let folder = TempDir::new().expect("a temporary folder");
    let files = hotlight::phantom::Phantom::chest_ct().small().write_into(folder.path()).expect("a study");
    std::fs::remove_file(&files[4]).expect("one image less");
    let mut scripted = Scripted::open(folder.path());
    scripted.run("scroll first");
    let badges = scripted.focused().expect("a viewport").labels.badges;
    assert!(badges.len() >= 2, "{badges:?}");
    assert!(badges.iter().all(|badge| badge.why.ends_with('.') && badge.why.len() > 20), "{badges:#?}");
    let missing = badges.iter().find(|badge| badge.text == "1 slice missing").expect("the gap");
    assert!(missing.why.contains("1 after image 4"), "{}", missing.why);
}

#[test]
fn a_colour_image_says_that_it_has_no_window_and_a_single_one_that_it_does_not_play() {
    let folder = TempDir::new().expect("a temporary folder");
    let red = Writer::new(uids::SECONDARY_CAPTURE_IMAGE_STORAGE, "2.25.1")
        .text(tags::STUDY_INSTANCE_UID, "2.25.2")
        .text(tags::SERIES_INSTANCE_UID, "2.25.3")
        .text(tags::MODALITY, "OT")
        .text(tags::PHOTOMETRIC_INTERPRETATION, "RGB")
        .number(tags::SAMPLES_PER_PIXEL, 3)
        .number(tags::PLANAR_CONFIGURATION, 0)
        .number(tags::ROWS, 2)
        .number(tags::COLUMNS, 2)
        .number(tags::BITS_ALLOCATED, 8)
        .number(tags::BITS_STORED, 8)
        .number(tags::HIGH_BIT, 7)
        .number(tags::PIXEL_REPRESENTATION, 0)
        .pixels(&[0; 6]);
    red.write_to(&folder.path().join("red")).expect("written");
    let mut scripted = Scripted::open(folder.path());
    for command in ["window slot 1", "window set 10 20", "pointer press right 10 10"] {
        scripted.run("scroll first");
        let look =
            |scripted: &Scripted| scripted.reading.session.focused_viewport().map(|shown| shown.look.clone());
        let before = (scripted.focused(), look(&scripted));
        scripted.run(command);
        assert_eq!(last_message(&scripted), "A colour image has no window.", "{command}");
        assert!(scripted.reading.session.has_news, "{command}");
        scripted.run("pointer move 90 90; pointer release");
        assert_eq!((scripted.focused(), look(&scripted)), before, "{command}");
    }
    scripted.run("cine toggle");
    assert_eq!(last_message(&scripted), "There is only one image here: nothing to play.");
}
