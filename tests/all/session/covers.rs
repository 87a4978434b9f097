//! Overlay planes and the display shutter under the reader's hands.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::render::{CoverPass, Over, Picture, Tone};
use hotlight::testing::Scripted;
use hotlight::units::PValue;
use tempfile::TempDir;

use crate::standard::Object;
use crate::support::phantom;

fn image() -> Object {
    Object::gray(8, 8, 12, &[700; 64])
}

fn with_plane(object: Object) -> Object {
    object
        .words(Tag(0x6000, 0x0010), "US", &[2])
        .words(Tag(0x6000, 0x0011), "US", &[2])
        .text(Tag(0x6000, 0x0040), "CS", "G")
        .words(Tag(0x6000, 0x0050), "SS", &[1, 1])
        .text(Tag(0x6000, 0x1500), "LO", "scale")
        .bytes(Tag(0x6000, 0x3000), "OB", &[0b1111])
}

fn with_shutter(object: Object) -> Object {
    object
        .text(tags::SHUTTER_SHAPE, "CS", "RECTANGULAR")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "IS", "3")
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "IS", "8")
        .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "IS", "1")
        .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "IS", "8")
        .words(tags::SHUTTER_PRESENTATION_VALUE, "US", &[4000])
}

fn open(folder: &Path, object: &Object) -> Scripted {
    object.write_to(&folder.join("object"));
    Scripted::open(folder)
}

fn cover(scripted: &Scripted) -> Option<CoverPass> {
    match scripted.focused().expect("a viewport").picture {
        Picture::Slice(pass) => pass.cover,
        other => panic!("no slice: {other:?}"),
    }
}

/// Words of amber badges, and what they mean.
fn cautions(scripted: &Scripted) -> Vec<(String, String)> {
    let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
    badges.filter(|badge| badge.tone == Tone::Caution).map(|badge| (badge.text, badge.why)).collect()
}

/// Rule P-23: on unless the reader says otherwise, and never off without a word.
#[test]
fn planes_and_shutter_are_on_until_switched_off_and_then_a_badge_says_so() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), &with_shutter(with_plane(image())));
    let of = |shows_planes: bool, shutter: Option<u16>| {
        let planes = shows_planes.then_some(Over::gray(PValue::WHITE));
        let shutter = shutter.map(|gray| Over::gray(PValue(gray)));
        Some(CoverPass { planes: planes.into_iter().collect(), shutter })
    };
    assert_eq!(cover(&scripted), of(true, Some(4000)));
    assert_eq!(cautions(&scripted), []);
    scripted.run("overlay shutter toggle");
    assert_eq!(cover(&scripted), of(true, None));
    assert_eq!(cautions(&scripted).into_iter().map(|badge| badge.0).collect::<Vec<_>>(), ["shutter off"]);
    scripted.run("overlay planes off; overlay shutter on");
    assert_eq!(cover(&scripted), of(false, Some(4000)));
    let [(text, why)] = &cautions(&scripted)[..] else { panic!("{:?}", cautions(&scripted)) };
    assert!(text == "overlay off" && why.contains("graphics “scale”"), "{text}: {why}");
    scripted.run("overlay planes off; overlay shutter off");
    assert_eq!(cover(&scripted), None);
    scripted.run("overlay planes toggle; overlay shutter toggle; overlay planes on");
    assert_eq!((cover(&scripted), cautions(&scripted)), (of(true, Some(4000)), vec![]));
}

#[test]
fn the_pixel_under_the_pointer_is_read_through_the_cover() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), &with_shutter(with_plane(image())));
    scripted.run("zoom fit; pointer step 0 0");
    let mut value = || {
        scripted.run("pointer step -3 -3");
        scripted.plan().readout.unwrap_or_default()
    };
    assert!(value().contains("700"), "{}", value());
}

#[test]
fn where_there_is_nothing_to_switch_it_is_said() {
    let mut scripted = Scripted::open(phantom());
    let kinds = [
        ("planes", "There is no overlay plane on these images."),
        ("shutter", "There is no display shutter on these images."),
    ];
    for (kind, told) in kinds {
        scripted.run(&format!("overlay {kind} off"));
        let message = scripted.reading.session.messages.last().expect("a message");
        assert_eq!(message.text, told);
        assert_eq!((cover(&scripted), cautions(&scripted)), (None, vec![]));
    }
}

/// The menu has a line for what there is.
#[test]
fn the_menu_offers_what_the_image_has() {
    let folder = TempDir::new().expect("a temporary folder");
    let scripted = open(folder.path(), &with_shutter(image()));
    let lines = scripted.reading.session.menu_lines(&scripted.reading.library);
    let found = |title: &str| lines.iter().find(|line| line.title == title).map(|line| line.is_current);
    assert_eq!(found("Display shutter on or off"), Some(true));
    assert_eq!(found("Overlay planes on or off"), None);
}

/// What cannot be applied is told, and the rest of the image is shown.
#[test]
fn a_broken_plane_and_a_shutter_over_everything_are_findings() {
    let folder = TempDir::new().expect("a temporary folder");
    let object = with_shutter(with_plane(image()))
        .words(Tag(0x6000, 0x0010), "US", &[9])
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "IS", "30")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "IS", "20");
    let scripted = open(folder.path(), &object);
    assert_eq!(cover(&scripted), None);
    let words: Vec<String> = cautions(&scripted).into_iter().map(|badge| badge.0).collect();
    let expected = "not applied: overlay: Overlay Data (6000,3000) has 16 bits instead of 18, \
                    shutter: it hides the whole image";
    assert_eq!(words, [expected]);
}

/// Stored values from 4000 on are places in a table of one colour: no Hounsfield unit is read off them, nor averaged.
#[test]
fn a_coloured_pixel_is_read_as_its_colour_and_left_out_of_a_region() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut words = [700; 64];
    words[..8].fill(4000);
    let mut object = Object::gray(8, 8, 12, &words).text(tags::PIXEL_PRESENTATION, "CS", "MIXED");
    for (element, level) in [(1, 10_u16), (2, 20), (3, 30)] {
        object = object.words(Tag(0x0028, 0x1100 + element), "US", &[1, 4000, 16]).words(
            Tag(0x0028, 0x1200 + element),
            "OW",
            &[level << 8],
        );
    }
    let mut scripted = open(folder.path(), &object);
    scripted.run("zoom fit; pointer hover 1 1 400 20");
    let readout = scripted.plan().readout.unwrap_or_default();
    assert!(readout.starts_with("R 10 G 20 B 30 · column"), "{readout}");
    scripted.run("tool rectangle; pointer press left 10 10; pointer move 700 500; pointer release");
    let marks = scripted.focused().expect("a viewport").overlay.marks;
    let words = marks.iter().flat_map(|mark| &mark.words).cloned().collect::<Vec<_>>().join(" · ");
    assert!(words.contains("mean 700") && words.contains("left out"), "{words}");
}
