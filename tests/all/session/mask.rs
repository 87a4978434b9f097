//! Mask subtraction under the reader's hands. PS3.3 C.7.6.10, C.11.13; rule S-12.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::dicom::{Frame, Writer};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::presentation::{pass, window};
use crate::standard::state;

/// Six frames of 4 × 4 pixels: the first two are 500, each further one darker by 10 more, and frame 4 a step lower at its right.
fn run() -> Writer {
    let frame = |number: i16| {
        let value = 500 - 10 * (number - 2).max(0);
        (0..16_i16).map(move |at| if number == 4 && at % 4 > 1 { value - 40 } else { value })
    };
    let pixels: Vec<i16> = (1..=6).flat_map(frame).collect();
    Writer::new(uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE, "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^MASK")
        .text(tags::MODALITY, "XA")
        .text(tags::NUMBER_OF_FRAMES, "6")
        .gray_16(4, 4, false)
        .decimals(tags::WINDOW_CENTER, &[400.0])
        .decimals(tags::WINDOW_WIDTH, &[200.0])
        .pixels(&pixels)
}

fn item(mask: &[u16]) -> Writer {
    Writer::item().text(tags::MASK_OPERATION, "AVG_SUB").words(tags::MASK_FRAME_NUMBERS, mask)
}

fn masked(mode: &str) -> Writer {
    run()
        .sequence(tags::MASK_SUBTRACTION_SEQUENCE, [item(&[1]).words(tags::APPLICABLE_FRAME_RANGE, &[3, 6])])
        .text(tags::RECOMMENDED_VIEWING_MODE, mode)
}

fn open(folder: &Path, object: Writer) -> Scripted {
    object.write_to(&folder.join("run")).expect("a file");
    Scripted::open(folder)
}

fn frame(scripted: &Scripted) -> Frame {
    let pass = pass(scripted);
    let frame = scripted.reading.library.frame(&pass.frame).and_then(FrameState::ready);
    frame.expect("pixels").clone()
}

/// The first row of what is shown, as it is in the image's units.
fn row(scripted: &Scripted) -> Vec<f64> {
    let frame = frame(scripted);
    let modality = pass(scripted).gray().expect("gray").modality.clone();
    let stored = (0..4).map(|at| frame.stored(at).expect("a pixel"));
    stored.map(|stored| modality.to_modality(stored).0).collect()
}

fn badges(scripted: &Scripted) -> Vec<String> {
    let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
    badges.map(|badge| badge.text).filter(|text| text.contains("subtract")).collect()
}

#[test]
fn what_is_recommended_is_seen_first_and_frames_without_a_mask_stay_as_they_are() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), masked("SUB"));
    scripted.run("scroll to 3");
    assert_eq!((row(&scripted), badges(&scripted)), (vec![-10.0; 4], vec!["subtracted".to_owned()]));
    // The image's window is meant for differences.
    assert_eq!(window(&scripted), (400.0, 200.0));
    scripted.run("scroll to 2");
    assert_eq!((row(&scripted), badges(&scripted)), (vec![500.0; 4], vec!["not subtracted".to_owned()]));
    assert_eq!(window(&scripted), (32768.0, 65536.0), "and what is as it was stored is seen whole");
    scripted.run("scroll to 6\nmask off");
    assert_eq!((row(&scripted), badges(&scripted)), (vec![460.0; 4], vec!["not subtracted".to_owned()]));
}

#[test]
fn without_a_recommendation_images_are_as_they_are_stored_until_the_reader_asks() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), masked("NAT"));
    scripted.run("scroll to 4");
    assert_eq!((row(&scripted), window(&scripted)), (vec![480.0, 480.0, 440.0, 440.0], (400.0, 200.0)));
    scripted.run("mask toggle");
    assert_eq!((row(&scripted), window(&scripted)), (vec![-20.0, -20.0, -60.0, -60.0], (0.0, 50.0)));
    // Each kind of picture keeps its own window.
    scripted.run("window set -50 80\nmask toggle");
    assert_eq!(window(&scripted), (400.0, 200.0));
    scripted.run("mask toggle");
    assert_eq!(window(&scripted), (-50.0, 80.0));
    scripted.run("undo\nundo\nundo\nundo");
    assert_eq!((row(&scripted), window(&scripted)), (vec![480.0, 480.0, 440.0, 440.0], (400.0, 200.0)));
}

#[test]
fn the_reader_chooses_the_mask_and_moves_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), run());
    scripted.run("scroll to 4\nmask toggle");
    assert_eq!(badges(&scripted), Vec::<String>::new(), "no mask is stated");
    scripted.run("mask frame\nscroll to 5");
    assert_eq!(row(&scripted), [-10.0, -10.0, 30.0, 30.0]);
    scripted.run("mask shift 0.5,0");
    let moved = row(&scripted);
    assert!(moved[0].is_nan() && moved[1..] == [-10.0, 10.0, 30.0], "{moved:?}");
    assert_eq!(badges(&scripted), ["subtracted, mask 0.5 px right"]);
    scripted.run("mask shift -0.2,-1");
    assert_eq!(badges(&scripted), ["subtracted, mask 0.3 px right 1 px up"]);
    scripted.run("mask shift reset\nmask frame 6");
    assert_eq!((row(&scripted), badges(&scripted)), (vec![10.0; 4], vec!["subtracted".to_owned()]));
    scripted.run("undo");
    assert_eq!(row(&scripted), [-10.0, -10.0, 30.0, 30.0]);
    scripted.run("mask reset");
    assert_eq!((row(&scripted), badges(&scripted)), (vec![470.0; 4], Vec::new()));
}

/// While a mask is moved the picture before stays, and its badge with it.
#[test]
fn a_mask_that_is_moved_does_not_flicker() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), masked("SUB"));
    scripted.run("scroll to 4");
    let command = Command::parse("mask shift 0,1").expect("a command");
    scripted.reading.command(&command, CommandSource::Script);
    assert_eq!(
        (row(&scripted), badges(&scripted)),
        (vec![-20.0, -20.0, -60.0, -60.0], vec!["subtracted".to_owned()])
    );
    scripted.settle();
    assert!(row(&scripted).iter().all(|value| value.is_nan()), "{:?}", row(&scripted));
    assert_eq!(badges(&scripted), ["subtracted, mask 1 px down"]);
}

#[test]
fn numbers_are_those_of_the_picture_and_say_that_they_are_differences() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), masked("NAT"));
    scripted.run("scroll to 3\nmask on\ntool probe\npointer step 1 0\npointer click");
    let mark = |scripted: &Scripted| {
        let marks = scripted.focused().expect("a viewport").overlay.marks;
        marks.first().expect("a mark").words.clone()
    };
    assert_eq!(mark(&scripted), ["-10 subtracted"]);
    let readout = scripted.plan().readout.expect("a pointer");
    assert!(readout.starts_with("-10 subtracted"), "{readout}");
    scripted.run("mask off");
    assert_eq!(mark(&scripted), ["490"]);
}

#[test]
fn a_mask_that_contradicts_its_object_is_named() {
    let folder = TempDir::new().expect("a temporary folder");
    let object = run()
        .text(tags::PIXEL_INTENSITY_RELATIONSHIP, "LIN")
        .sequence(tags::MASK_SUBTRACTION_SEQUENCE, [item(&[9]), item(&[])]);
    let scripted = open(folder.path(), object.text(tags::RECOMMENDED_VIEWING_MODE, "SUB"));
    assert_eq!(badges(&scripted).first().map(String::as_str), Some("not subtracted"));
    let why: String =
        scripted.focused().expect("a viewport").labels.badges.into_iter().map(|badge| badge.why).collect();
    for part in
        ["asks for frame 9 of 6", "AVG_SUB without Mask Frame Numbers", "logarithm of linear intensities"]
    {
        assert!(why.contains(part), "{part}: {why}");
    }
}

/// PS3.3 C.11.13: for the frames that the state references, and none where it says nothing.
#[test]
fn a_states_mask_belongs_to_its_gray_and_rules_alone() {
    let folder = TempDir::new().expect("a temporary folder");
    let of_frames = |frames: &str| {
        let image = Writer::item()
            .text(
                tags::REFERENCED_SOP_CLASS_UID,
                uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE,
            )
            .text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.7")
            .text(tags::REFERENCED_FRAME_NUMBER, frames);
        let series = Writer::item()
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .sequence(tags::REFERENCED_IMAGE_SEQUENCE, [image]);
        state()
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .sequence(tags::REFERENCED_SERIES_SEQUENCE, [series])
    };
    let with_mask = of_frames("3\\4")
        .text(tags::SOP_INSTANCE_UID, "2.25.81")
        .sequence(tags::MASK_SUBTRACTION_SEQUENCE, [item(&[2, 5])])
        .text(tags::RECOMMENDED_VIEWING_MODE, "SUB");
    with_mask.write_to(&folder.path().join("state 1")).expect("a state");
    of_frames("5\\6")
        .text(tags::SOP_INSTANCE_UID, "2.25.82")
        .write_to(&folder.path().join("state 2"))
        .expect("a state");
    let mut scripted = open(folder.path(), masked("SUB"));
    scripted.run("scroll to 3");
    assert_eq!(row(&scripted), [5.0; 4], "less the mean of 500 and 470");
    scripted.run("presentation gray off");
    assert_eq!(row(&scripted), [-10.0; 4], "the image's own");
    scripted.run("presentation gray on\nscroll to 5");
    assert_eq!(row(&scripted), [470.0; 4], "the state says nothing");
}

/// S-14 for a mask: TID stays what it is, and what the reader made is said as the mean of frames.
#[test]
fn what_is_subtracted_is_saved_with_what_is_shown() {
    let study = TempDir::new().expect("a folder");
    let interval = Writer::item().text(tags::MASK_OPERATION, "TID").words(tags::TID_OFFSET, &[2]);
    let object = run().sequence(tags::MASK_SUBTRACTION_SEQUENCE, [interval]);
    object.write_to(&study.path().join("run")).expect("a file");
    let open = |kept: &Path| {
        let mut scripted = Scripted::keeping_saved(kept.to_owned());
        scripted.run(&format!("open {}", study.path().display()));
        scripted
    };
    for commands in ["mask on\nmask shift 0.5,-1", "mask frame 2\nmask shift 0.25,0"] {
        let kept = TempDir::new().expect("a folder");
        let mut scripted = open(kept.path());
        scripted.run("presentation none\nscroll to 5");
        scripted.run(commands);
        let (before, picture) = (row(&scripted), window(&scripted));
        scripted.run("presentation save MASK");
        drop(scripted);
        let folder = std::fs::read_dir(kept.path()).expect("a folder").flatten().next().expect("a study");
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            super::saved_states::verify_modules(&file.path());
        }
        let mut again = open(kept.path());
        again.run("scroll to 5");
        assert_eq!(format!("{:?}", row(&again)), format!("{before:?}"), "{commands}");
        assert_eq!(window(&again), picture, "{commands}");
        assert!(badges(&again).iter().any(|badge| badge.starts_with("subtracted")), "{:?}", badges(&again));
    }
}
