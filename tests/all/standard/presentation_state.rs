//! Presentation states as files: public ones beside `dcmp2pgm`, damaged ones, and what other suites make states of. PS3.3 A.33.1.

#![expect(clippy::cast_possible_wrap, reason = "sides and counts are small")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::command::Interpolation;
use hotlight::dicom::{Source, Writer, read_frame};
use hotlight::presentation::PresentationState;
use hotlight::render::{cpu, slice_pass};
use hotlight::session::{Applied, Look, View, Zoom};
use tempfile::TempDir;

use crate::support::data;

use super::made::{Random, read};
use super::object::Object;
use super::states::Case;

/// A state without anything that changes the picture.
pub(crate) fn state() -> Writer {
    let image = Writer::item()
        .text(tags::REFERENCED_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.7")
        .text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.7");
    let series = Writer::item()
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .sequence(tags::REFERENCED_IMAGE_SEQUENCE, [image]);
    Writer::new("1.2.840.10008.5.1.4.1.1.11.1", "2.25.8")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.3")
        .text(tags::PATIENT_NAME, "ZZCANARY^STATE")
        .text(tags::PATIENT_ID, "")
        .text(tags::PATIENT_BIRTH_DATE, "")
        .text(tags::PATIENT_SEX, "")
        .text(tags::STUDY_DATE, "")
        .text(tags::STUDY_TIME, "")
        .text(tags::STUDY_ID, "")
        .text(tags::ACCESSION_NUMBER, "")
        .text(tags::REFERRING_PHYSICIAN_NAME, "")
        .text(tags::MANUFACTURER, "")
        .text(tags::MODALITY, "PR")
        .text(tags::SERIES_NUMBER, "1")
        .text(tags::INSTANCE_NUMBER, "1")
        .text(tags::CONTENT_LABEL, "RANDOM")
        .text(tags::CONTENT_DESCRIPTION, "")
        .text(tags::CONTENT_CREATOR_NAME, "Tester^One")
        .text(tags::PRESENTATION_CREATION_DATE, "20240615")
        .text(tags::PRESENTATION_CREATION_TIME, "100000")
        .sequence(tags::REFERENCED_SERIES_SEQUENCE, [series])
}

/// dcmp2pgm's picture: an 8-bit PGM.
pub(super) fn dcmp2pgm(folder: &Path, image: &Path, state: &Path) -> Vec<u16> {
    let out = folder.join("theirs.pgm");
    let output = Command::new("dcmp2pgm")
        .args(["-q", "-p"])
        .args([state, image, &out])
        .output()
        .expect("dcmp2pgm runs (make test installs dcmtk)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(&out).expect("a picture");
    let mut end = 0;
    let mut words = 0;
    while words < 4 {
        // Words of the header end with a white space; a comment with its line.
        let is_comment = bytes[end] == b'#';
        let ends = |byte: &u8| if is_comment { *byte == b'\n' } else { byte.is_ascii_whitespace() };
        end += bytes[end..].iter().position(ends).expect("a header") + 1;
        words += usize::from(!is_comment);
    }
    bytes[end..].iter().copied().map(u16::from).collect()
}

/// Wild tables one after the other, 256 entries of 8 bits each: nothing lies between two of them, and all is exact.
#[test]
fn a_public_state_of_three_tables_is_what_dcmp2pgm_makes_of_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let (image_path, state_path) =
        (data().join("weasis/imageForPrLUTs.dcm"), data().join("weasis/prLUTs.dcm"));
    let theirs = dcmp2pgm(folder.path(), &image_path, &state_path);
    let ours = whole(&image_path, &state_path, (512, 512));
    let differ = ours.iter().zip(&theirs).filter(|(p, theirs)| **p / 257 != **theirs).count();
    assert_eq!((differ, ours.len()), (0, theirs.len()));
}

/// Two planes of the image, in bits of its pixels, and four of the state.
#[test]
fn a_public_state_activates_planes_of_its_image_and_its_own() {
    let (image_path, state_path) = (data().join("weasis/overlay.dcm"), data().join("weasis/prOverlay.dcm"));
    let white = |pixels: &[u16]| pixels.iter().filter(|p| **p == u16::MAX).count();
    let ours = whole(&image_path, &state_path, (512, 512));
    let image = read(&image_path);
    let own = read_frame(&image.instance, 0).expect("pixels").cover.expect("planes");
    let of_image = own.cells().iter().enumerate().filter(|(_, cell)| **cell != 0);
    assert!(of_image.clone().count() > 500 && of_image.clone().all(|(index, _)| ours[index] == u16::MAX));
    assert!(white(&ours) > of_image.count() + 1000, "{}", white(&ours));
}

/// An overlay plane of so many rows and columns, its origin by row and column from 1. PS3.3 C.9.2.
pub(crate) fn with_plane(
    object: Writer,
    group: u16,
    [rows, columns]: [u16; 2],
    origin: [u16; 2],
    bits: &[u16],
) -> Writer {
    object
        .words(Tag(group, 0x0010), &[rows])
        .words(Tag(group, 0x0011), &[columns])
        .text(Tag(group, 0x0040), "G")
        .words(Tag(group, 0x0050), &origin)
        .words(Tag(group, 0x0100), &[1])
        .words(Tag(group, 0x0102), &[0])
        .words(Tag(group, 0x3000), bits)
}

/// The picture of a gray image with a plane of its own, by a state.
fn over_plane(state: Writer) -> (Vec<u16>, Vec<String>) {
    let folder = TempDir::new().expect("a temporary folder");
    let (image_path, state_path) = (folder.path().join("image"), folder.path().join("state"));
    let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .gray_16(8, 16, false)
        .pixels(&[700; 128]);
    with_plane(image, 0x6000, [8, 16], [1, 1], &[0x00FF; 8]).write_to(&image_path).expect("an image");
    state.write_to(&state_path).expect("a state");
    shown_by(&image_path, &state_path, Zoom::Stored, None, (16, 8))
}

#[test]
fn a_blank_plane_of_a_state_stands_in_for_the_images_and_nothing_is_drawn() {
    let sound = || {
        state()
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
            .overlay_activation(0x6000, "MARKS")
    };
    let white = |state| over_plane(state).0.into_iter().filter(|p| *p == u16::MAX).count();
    assert_eq!((white(sound()), white(with_plane(sound(), 0x6000, [8, 16], [1, 1], &[0; 8]))), (64, 0));
}

#[test]
fn a_bitmap_that_hides_the_whole_image_is_named_and_hides_nothing() {
    let sound = || {
        state()
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .text(tags::SHUTTER_SHAPE, "BITMAP")
            .number(tags::SHUTTER_OVERLAY_GROUP, 0x6002)
    };
    let hidden = |words: &[u16; 8]| {
        let (pixels, named) = over_plane(with_plane(sound(), 0x6002, [8, 16], [1, 1], words));
        (pixels.into_iter().filter(|p| *p == 0).count(), named)
    };
    let mut words = [u16::MAX; 8];
    assert_eq!(hidden(&words), (0, vec!["shutter: it hides the whole image".to_owned()]));
    words[3] = 0xFFFE;
    assert_eq!(hidden(&words), (127, Vec::new()));
}

/// What cannot be framed is the whole image, and named.
#[test]
fn areas_beside_the_image_and_beyond_all_reason_are_named() {
    let folder = TempDir::new().expect("a temporary folder");
    let (image_path, state_path) = (folder.path().join("image"), folder.path().join("state"));
    let image = Object::gray(8, 8, 12, &[700; 64]).text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1").text(
        tags::SERIES_INSTANCE_UID,
        "UI",
        "2.25.2",
    );
    image.write_to(&image_path);
    let named = |top_left: [i32; 2], bottom_right: [i32; 2], mode: &str, spacing: &[f64]| {
        let area = Writer::item()
            .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &top_left)
            .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &bottom_right)
            .text(tags::PRESENTATION_SIZE_MODE, mode)
            .decimals(tags::PRESENTATION_PIXEL_SPACING, spacing);
        let state = state().text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY");
        let state = state.sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
        state.write_to(&state_path).expect("a state");
        shown_by(&image_path, &state_path, Zoom::Fit, None, (8, 8)).1
    };
    let fit = |top_left, bottom_right| named(top_left, bottom_right, "SCALE TO FIT", &[1.0, 1.0]);
    let outside = ["displayed area: it lies outside the image"];
    for (top_left, bottom_right) in
        [([-5, 1], [0, 8]), ([9, 1], [12, 8]), ([1, -5], [8, 0]), ([1, 9], [8, 12])]
    {
        assert_eq!(fit(top_left, bottom_right), outside, "{top_left:?}");
    }
    for (top_left, bottom_right) in
        [([-5, 1], [1, 8]), ([8, 1], [12, 8]), ([1, -5], [8, 1]), ([1, 8], [8, 12])]
    {
        assert_eq!(fit(top_left, bottom_right), [""; 0], "one pixel of it is: {top_left:?}");
    }
    let huge = ["displayed area: it is many times as large as the image"];
    assert_eq!(fit([-20_000, 1], [20_000, 8]), huge);
    assert_eq!(fit([i32::MIN, 1], [i32::MAX, 8]), huge);
    let unknown = ["true size: the size of the monitor's pixels is not known"];
    assert_eq!(named([1, 1], [8, 8], "TRUE SIZE", &[1.0, 1.0]), unknown);
}

/// Bytes of a state that are wrong anywhere are refused or named, and stop nothing.
#[test]
fn damaged_states_are_read_or_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let (mut dice, mut read) = (Random::seeded(33), 0);
    let graphic = |units: &str, kind: &str, values: &[f64]| {
        Writer::item()
            .text(tags::GRAPHIC_ANNOTATION_UNITS, units)
            .number(tags::GRAPHIC_DIMENSIONS, 2)
            .number(tags::NUMBER_OF_GRAPHIC_POINTS, 2)
            .floats(tags::GRAPHIC_DATA, values)
            .text(tags::GRAPHIC_TYPE, kind)
    };
    let annotation = Writer::item().text(tags::GRAPHIC_LAYER, "PLANES").sequence(
        tags::GRAPHIC_OBJECT_SEQUENCE,
        [
            graphic("PIXEL", "CIRCLE", &[4.0, 4.0, 8.0, 4.0]),
            graphic("DISPLAY", "POLYLINE", &[0.1, 0.2, 0.3, 0.4]),
        ],
    );
    let state = Case::random(33).state_object();
    let path = folder.path().join("state");
    state.sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation]).write_to(&path).expect("a state");
    let whole = std::fs::read(&path).expect("its bytes");
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        for _ in 0..dice.of(1..=8) {
            let at = dice.of(132..=bytes.len() as i64 - 1) as usize;
            bytes[at] = dice.word().to_be_bytes()[0];
        }
        std::fs::write(&path, bytes).expect("a file");
        read += u32::from(PresentationState::read(&Source::file(&path)).is_ok_and(|state| state.is_some()));
    }
    assert!((500..2000).contains(&read), "{read} of 2000 read");
}

/// A picture by a state of which nothing is left out, pixel for pixel.
fn whole(image_path: &Path, state_path: &Path, size: (u32, u32)) -> Vec<u16> {
    let (pixels, not_applied) = shown_by(image_path, state_path, Zoom::Stored, None, size);
    assert!(not_applied.is_empty(), "{}: {not_applied:?}", state_path.display());
    pixels
}

/// A picture by a state, with nothing between pixels, and what is not applied. `pixel_mm` is the side of the monitor's pixels.
pub(crate) fn shown_by(
    image_path: &Path,
    state_path: &Path,
    zoom: Zoom,
    pixel_mm: Option<f64>,
    size: (u32, u32),
) -> (Vec<u16>, Vec<String>) {
    let state = PresentationState::read(&Source::file(state_path)).expect("read").expect("a state");
    let (state, image) = (Arc::new(state), read(image_path));
    let frame = Arc::new(read_frame(&image.instance, 0).expect("pixels"));
    assert!(image.is_of(&state));
    let mut applied = Applied::whole(&state, &image, &frame);
    applied.pixel_mm = pixel_mm;
    let view = View { zoom, ..View::default() };
    let look = Look { interpolation: Interpolation::Nearest, ..Look::default() };
    let pass = slice_pass(&image, &frame, &view, &look, &applied, size).expect("a picture");
    let pixels = cpu::p_values(&pass, &frame).values.iter().map(|p| p.0).collect();
    (pixels, applied.not_applied(&image))
}
