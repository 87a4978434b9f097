//! What a presentation state lays over an image is made on the decode threads, and the image is never shown without.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dicom_dictionary_std::tags;
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::dicom::{Frame, Writer, read_frame};
use hotlight::render::Picture;
use hotlight::session::Event;
use hotlight::study::{FrameState, Image};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::standard::{Object, state};

const FRAMES: u16 = 60;

/// An object of many frames, and two states with a shutter each: the newer one comes first.
fn study() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let words = vec![700; 8 * 8 * usize::from(FRAMES)];
    Object::gray(8, 8, 12, &words)
        .text(tags::NUMBER_OF_FRAMES, "IS", &FRAMES.to_string())
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .write_to(&folder.path().join("image"));
    let shutter = |radius: &str, hour: &str| -> Writer {
        state()
            .text(tags::SOP_INSTANCE_UID, &format!("2.25.8{hour}"))
            .text(tags::PRESENTATION_CREATION_TIME, &format!("{hour}0000"))
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .text(tags::SHUTTER_SHAPE, "CIRCULAR")
            .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "4\\4")
            .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, radius)
    };
    shutter("2", "12").write_to(&folder.path().join("newer")).expect("a state");
    shutter("3", "11").write_to(&folder.path().join("older")).expect("a state");
    folder
}

/// How many pixels are seen beside the shutter; nothing while the image is not shown.
fn seen(scripted: &Scripted) -> Option<usize> {
    match scripted.focused()?.picture {
        Picture::Slice(pass) => {
            let cells = pass.state_cells.expect("never without");
            Some(cells.cells().iter().map(|cell| usize::from(*cell == 0)).sum())
        }
        _ => None,
    }
}

fn image(scripted: &Scripted, index: usize) -> Image {
    let (.., set) = scripted.reading.library.display_sets().next().expect("a display set");
    set.images[index].clone()
}

/// Whether the cover of a state, the newest being 0, over an image is made.
fn is_made(scripted: &Scripted, place: usize, index: usize) -> bool {
    let library = &scripted.reading.library;
    let image = image(scripted, index);
    let state = library.states_of(&image).nth(place).expect("a state");
    library.cover(state, &image.key()).is_some()
}

/// Takes news until something is so.
fn wait(scripted: &mut Scripted, is_so: impl Fn(&Scripted) -> bool) {
    scripted.wait_for("it comes", is_so);
}

#[test]
fn an_image_waits_for_its_shutter_and_is_never_seen_without() {
    let folder = study();
    let mut scripted = Scripted::empty();
    let open = Command::parse(&format!("open {}", folder.path().display())).expect("a command");
    scripted.reading.command(&open, CommandSource::Script);
    let end = Instant::now() + Duration::from_mins(2);
    let mut states = vec![seen(&scripted)];
    while states.last() != Some(&Some(13)) {
        assert!(Instant::now() < end, "it never came");
        if let Some(event) = scripted.reading.services().wait(Duration::from_millis(20)) {
            scripted.reading.event(&event);
            // Pixels alone do not show it.
            let has_pixels_only = matches!(event, Event::FrameRead { .. }) && !states.contains(&Some(13));
            assert!(!has_pixels_only || seen(&scripted).is_none());
        }
        states.push(seen(&scripted));
        scripted.reading.tick();
        states.push(seen(&scripted));
    }
    assert!(states.contains(&None));
}

#[test]
fn a_state_is_switched_in_one_frame_and_neighbours_have_their_covers_before_they_are_scrolled_to() {
    let folder = study();
    let mut scripted = Scripted::open(folder.path());
    scripted.run("scroll to 20");
    wait(&mut scripted, |scripted| is_made(scripted, 1, 19) && is_made(scripted, 0, 20));
    let command = |scripted: &mut Scripted, text: &str| {
        scripted.reading.command(&Command::parse(text).expect("a command"), CommandSource::Script);
    };
    command(&mut scripted, "scroll +1");
    assert_eq!(seen(&scripted), Some(13));
    command(&mut scripted, "scroll -1");
    command(&mut scripted, "presentation next");
    assert_eq!(seen(&scripted), Some(29));
    command(&mut scripted, "scroll to 50");
    assert_eq!(seen(&scripted), None, "that was not made ahead");
    scripted.settle();
    assert_eq!(seen(&scripted), Some(29));
}

/// The stored frame comes once more with the first that a mask is subtracted from, and goes where memory is short.
#[test]
fn a_shutter_stays_over_an_image_whose_mask_is_switched() {
    let folder = study();
    let mut scripted = Scripted::open(folder.path());
    scripted.run("mask frame 1\nscroll to 5");
    assert_eq!(seen(&scripted), Some(13));
    let key = image(&scripted, 4).key();
    let again = match scripted.reading.library.frame(&key) {
        Some(FrameState::Ready(frame)) => Arc::new(Frame::clone(frame)),
        _ => Arc::new(read_frame(&image(&scripted, 4).instance, 4).expect("pixels")),
    };
    scripted.reading.event(&Event::FrameRead { key: key.clone(), result: Ok(again) });
    assert_eq!(seen(&scripted), Some(13));
    scripted.reading.library.drop_frame(&key);
    assert_eq!(seen(&scripted), Some(13));
}

#[test]
fn covers_are_forgotten_when_nothing_near_them_is_shown() {
    let folder = study();
    let mut scripted = Scripted::open(folder.path());
    for number in [1, 15, 30, 45, 60] {
        scripted.run(&format!("scroll to {number}"));
        wait(&mut scripted, |scripted| is_made(scripted, 0, number - 1));
    }
    wait(&mut scripted, |scripted| is_made(scripted, 0, 55));
    let made = (0..usize::from(FRAMES)).filter(|index| is_made(&scripted, 0, *index));
    assert!(made.clone().all(|index| index >= 51), "{:?}", made.collect::<Vec<_>>());
}

/// With its pixels a cover goes: those that are read later may be others.
#[test]
fn without_its_pixels_an_image_has_no_cover() {
    let folder = study();
    let mut scripted = Scripted::open(folder.path());
    let shown = scripted.reading.session.shown_images(&scripted.reading.library).remove(0).expect("an image");
    let index = usize::try_from(shown.frame).expect("a small number");
    assert!(is_made(&scripted, 0, index));
    scripted.reading.library.drop_frame(&shown);
    assert!(!is_made(&scripted, 0, index));
}
