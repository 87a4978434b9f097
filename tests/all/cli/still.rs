//! `render --overlay all`: an image with the words of the screen.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;

use super::render::{json_of, png, render_of};
use crate::standard::{Object, state};
use crate::support::phantom;

const SIDE: usize = 600;
const SIZE: [&str; 2] = ["--size", "600x600"];

/// Letters are drawn by the card alone.
fn is_without_card() -> bool {
    std::env::var_os("HOTLIGHT_NO_GPU").is_some_and(|value| value == "1")
}

/// Red, green and blue.
fn words_of(input: &Path, more: &[&str]) -> Vec<u8> {
    let (bytes, _) = render_of(input, "x.png", &[&SIZE[..], &["--overlay", "all"], more].concat());
    let (kind, depth, samples) = png(&bytes);
    assert_eq!((kind, depth, samples.len()), (png::ColorType::Rgb, png::BitDepth::Eight, SIDE * SIDE * 3));
    samples
}

/// The middle is the picture, the corners have words, and it is not for diagnosis.
#[test]
fn the_words_of_the_screen_lie_over_the_picture_when_asked_for() {
    if is_without_card() {
        return;
    }
    let input = phantom().join("current");
    // Much room around the image, for nothing but words.
    let small = ["--zoom", "2"];
    let words = words_of(&input, &small);
    let (bytes, _) = render_of(&input, "x.png", &[&SIZE[..], &small].concat());
    let (kind, depth, bare) = png(&bytes);
    assert_eq!((kind, depth), (png::ColorType::Grayscale, png::BitDepth::Sixteen));
    let bare = |x: usize, y: usize| {
        let at = (y * SIDE + x) * 2;
        (f64::from(u16::from_be_bytes([bare[at], bare[at + 1]])) * 255.0 / 65_535.0).round()
    };
    let shown = |x: usize, y: usize| f64::from(words[(y * SIDE + x) * 3]);
    let middle = SIDE / 2 - 50..SIDE / 2 + 50;
    let differs = |(x, y): (usize, usize)| (shown(x, y) - bare(x, y)).abs() > 1.0;
    let places = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| {
        ys.flat_map(move |y| xs.clone().map(move |x| (x, y))).collect::<Vec<_>>()
    };
    let in_middle = places(middle.clone(), middle);
    assert!(in_middle.iter().any(|&(x, y)| shown(x, y) > 20.0), "there is a picture");
    assert!(!in_middle.into_iter().any(differs), "words lie beside what is read");
    for (name, xs, ys) in [("identity", 0..200, 0..120), ("bottom left", 0..200, SIDE - 80..SIDE)] {
        let bright = places(xs, ys).into_iter().filter(|&(x, y)| shown(x, y) > 100.0).count();
        assert!(bright > 50, "{name}: {bright} bright pixels");
    }
}

/// The state is one file, and the image another, as the screen never has it.
#[test]
fn texts_of_a_presentation_state_are_drawn_and_it_is_wholly_applied() {
    if is_without_card() {
        return;
    }
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let [image, with, without] = ["image", "with", "without"].map(|name| folder.path().join(name));
    Object::gray(8, 8, 12, &[700; 64])
        .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .write_to(&image);
    let text = Writer::item()
        .text(tags::UNFORMATTED_TEXT_VALUE, "seen")
        .text(tags::ANCHOR_POINT_ANNOTATION_UNITS, "PIXEL")
        .floats(tags::ANCHOR_POINT, &[4.0, 4.0])
        .text(tags::ANCHOR_POINT_VISIBILITY, "N");
    let annotation =
        Writer::item().text(tags::GRAPHIC_LAYER, "MARKS").sequence(tags::TEXT_OBJECT_SEQUENCE, [text]);
    let bare = || {
        state()
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
    };
    bare().write_to(&without).expect("a state");
    bare().sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation]).write_to(&with).expect("a state");
    let [with, without] = [with, without].map(|path| path.display().to_string());
    let drawn = |state: &str| words_of(&image, &["--presentation", state]);
    let in_middle = |samples: &[u8]| -> Vec<u8> {
        let rows = samples.chunks(SIDE * 3).skip(SIDE / 4).take(SIDE / 2);
        rows.flat_map(|row| row[SIDE * 3 / 4..SIDE * 9 / 4].to_vec()).collect()
    };
    assert!(in_middle(&drawn(&with)) != in_middle(&drawn(&without)), "the text is there");
    let json = json_of(&image, &[&["--presentation", &with, "--overlay", "all"][..], &SIZE].concat());
    assert_eq!(json["presentation_state"]["not_applied"], serde_json::json!([]));
}
