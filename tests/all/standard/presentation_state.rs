//! Grayscale softcopy presentation states, whole: gray, bitmap and other shutters, overlays, turns and displayed areas at once.
//! PS3.3 A.33.1; rules P-14, P-15, P-22, S-2 to S-6.
//!
//! `dcmp2pgm` applies modality LUT, VOI LUT, presentation LUT, rotation and flip, in 8 bits: a window's share of 255 is cut as
//! ours of 65,535 is, so that ours over 257 is theirs. A table's output of n bits it takes by 256 / 2ⁿ, inverted 255 / 2ⁿ, and
//! not by 255 / (2ⁿ − 1): two grays of 8 bits above at most, both for a table of 8 bits. Shutters, overlays and displayed areas
//! it does not draw: they are put onto its picture here, by formulas over matrices.

#![expect(clippy::cast_possible_wrap, reason = "sides of small images")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Source, Writer, read_frame};
use hotlight::presentation::PresentationState;
use hotlight::render::{cpu, slice_pass};
use hotlight::session::{Applied, Look, View, Zoom};
use tempfile::TempDir;

use crate::support::data;

use super::made::{Random, entries, lut, monochrome, read};

/// How far areas reach beyond the image.
const MARGIN: usize = 9;

type Matrix<T> = Vec<Vec<T>>;

/// A quarter clockwise: the first column, from below, becomes the first row.
fn turned<T: Copy>(matrix: &Matrix<T>) -> Matrix<T> {
    (0..matrix[0].len()).map(|column| matrix.iter().rev().map(|row| row[column]).collect()).collect()
}

fn flipped<T: Copy>(matrix: &Matrix<T>) -> Matrix<T> {
    matrix.iter().map(|row| row.iter().rev().copied().collect()).collect()
}

/// Rotation, then flip.
fn lain<T: Copy>(mut matrix: Matrix<T>, quarters: i64, is_flipped: bool) -> Matrix<T> {
    for _ in 0..quarters {
        matrix = turned(&matrix);
    }
    if is_flipped { flipped(&matrix) } else { matrix }
}

/// With `MARGIN` of nothing around it.
fn padded<T: Copy>(matrix: &Matrix<T>) -> Matrix<Option<T>> {
    let width = matrix[0].len() + 2 * MARGIN;
    let side = || vec![None; MARGIN];
    let row = |row: &Vec<T>| [side(), row.iter().copied().map(Some).collect(), side()].concat();
    let blank = || vec![vec![None; width]; MARGIN];
    [blank(), matrix.iter().map(row).collect(), blank()].concat()
}

/// A state, and what is known of its picture without reading it.
struct Case {
    rows: usize,
    columns: usize,
    quarters: i64,
    is_flipped: bool,
    /// Over each pixel of the image: the gray that is drawn there, if any, which dcmp2pgm does not draw.
    over: Matrix<Option<u16>>,
    /// Top, left, bottom and right of the displayed area, in the padded and turned matrix; the last are included.
    area: [usize; 4],
    /// Whether dcmp2pgm takes grays of 16 bits by 1 / 256.
    has_tables: bool,
}

impl Case {
    fn random(seed: u64, folder: &Path) -> (Self, PathBuf, PathBuf) {
        let mut dice = Random::seeded(seed);
        let (rows, columns) = (dice.of(12..=40) as usize, dice.of(12..=40) as usize);
        let (bits, is_signed) = (dice.of(8..=16) as u16, dice.coin());
        let count = 1_i64 << bits;
        let (low, high) = if is_signed { (-count / 2, count / 2 - 1) } else { (0, count - 1) };
        let words: Vec<u16> = (0..rows * columns).map(|_| (dice.of(low..=high) & 0xFFFF) as u16).collect();
        // What the image says of its gray is not the state's, and does not count.
        let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, "ZZCANARY^STATE")
            .text(tags::MODALITY, "OT")
            .gray_16(rows as u16, columns as u16, is_signed)
            .text(tags::PHOTOMETRIC_INTERPRETATION, monochrome(&mut dice))
            .number(tags::BITS_STORED, bits)
            .number(tags::HIGH_BIT, bits - 1)
            .decimals(tags::RESCALE_SLOPE, &[3.0])
            .decimals(tags::RESCALE_INTERCEPT, &[-77.0])
            .decimals(tags::WINDOW_CENTER, &[10.0])
            .decimals(tags::WINDOW_WIDTH, &[20.0])
            .words(tags::PIXEL_DATA, &words);
        let (state, has_tables) = gray(state(), &mut dice, (low, high));
        let (state, over) = covered(state, &mut dice, (rows, columns));
        let (quarters, is_flipped) = (dice.of(0..=3), dice.coin());
        let labels = (0..rows + 2 * MARGIN).map(|row| {
            (0..columns + 2 * MARGIN)
                .map(|column| [column as i32 - MARGIN as i32 + 1, row as i32 - MARGIN as i32 + 1])
                .collect()
        });
        let labels = lain(labels.collect(), quarters, is_flipped);
        let side = |dice: &mut Random, length: usize| {
            // The first is at the left of the image's middle and the last at its right: never outside.
            let first = dice.of(0..=length as i64 / 2) as usize;
            (first, dice.of(length as i64 / 2..=length as i64 - 1) as usize)
        };
        let (top, bottom) = side(&mut dice, labels.len());
        let (left, right) = side(&mut dice, labels[0].len());
        let area = Writer::item()
            .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &labels[top][left])
            .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &labels[bottom][right])
            .text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT")
            .text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, "1\\1");
        let state = state
            .number(tags::IMAGE_ROTATION, 90 * quarters as u16)
            .text(tags::IMAGE_HORIZONTAL_FLIP, if is_flipped { "Y" } else { "N" })
            .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
        let (image_path, state_path) = (folder.join("image.dcm"), folder.join("state.dcm"));
        image.write_to(&image_path).expect("an image");
        state.write_to(&state_path).expect("a state");
        let area = [top, left, bottom, right];
        (Self { rows, columns, quarters, is_flipped, over, area, has_tables }, image_path, state_path)
    }

    /// What dcmp2pgm makes of it, cut to the displayed area; beside it what is drawn over that.
    fn expected(&self, theirs: &[u16]) -> Matrix<(Option<u16>, Option<u16>)> {
        let width = if self.quarters % 2 == 1 { self.rows } else { self.columns };
        let picture: Matrix<u16> = theirs.chunks(width).map(<[u16]>::to_vec).collect();
        let over = lain(self.over.clone(), self.quarters, self.is_flipped);
        let [top, left, bottom, right] = self.area;
        let (picture, over) = (padded(&picture), padded(&over));
        let row = |row: usize| {
            (left..=right).map(|column| (picture[row][column], over[row][column].flatten())).collect()
        };
        (top..=bottom).map(row).collect()
    }
}

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

/// Modality LUT, VOI LUT and presentation LUT of every kind; says whether any is a table with an output of its own.
fn gray(state: Writer, dice: &mut Random, (low, high): (i64, i64)) -> (Writer, bool) {
    let shape = if dice.coin() { "IDENTITY" } else { "INVERSE" };
    let shaped = |state: Writer| state.text(tags::PRESENTATION_LUT_SHAPE, shape);
    let window = |center: f64, width: f64| {
        let item = Writer::item().decimals(tags::WINDOW_CENTER, &[center]);
        item.decimals(tags::WINDOW_WIDTH, &[width])
    };
    let (state, range) = match dice.of(0..=2) {
        0 => (state, (low, high)),
        1 => {
            let (slope, intercept) = (dice.of(1..=4), dice.of(-2000..=2000));
            let state = state
                .decimals(tags::RESCALE_SLOPE, &[slope as f64])
                .decimals(tags::RESCALE_INTERCEPT, &[intercept as f64])
                .text(tags::RESCALE_TYPE, "US");
            (state, (slope * low + intercept, slope * high + intercept))
        }
        _ => {
            let (count, bits) = (dice.of(2..=4096), 8 + 2 * dice.of(0..=4) as u16);
            let table = lut(dice.of(low..=high), &entries(dice, count as usize, bits), bits);
            let item = table.text(tags::MODALITY_LUT_TYPE, "US");
            (state.sequence(tags::MODALITY_LUT_SEQUENCE, [item]), (0, (1 << bits) - 1))
        }
    };
    match dice.of(0..=3) {
        0 | 1 => {
            let center = dice.of(2 * range.0..=2 * range.1) as f64 / 2.0;
            let width = dice.of(2..=2 * (range.1 - range.0)) as f64 / 2.0;
            (shaped(state.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [window(center, width)])), false)
        }
        2 => {
            let (count, bits) = (dice.of(2..=2048), dice.of(8..=16) as u16);
            let first = dice.of(range.0.max(-32_768)..=range.1.min(32_767));
            let table = lut(first, &entries(dice, count as usize, bits), bits);
            let item = Writer::item().sequence(tags::VOILUT_SEQUENCE, [table]);
            (shaped(state.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item])), true)
        }
        _ => {
            // A whole window over as many values as the table has inputs: each value has an input of its own.
            let width = range.1 - range.0 + 1;
            let count = if width <= 65_535 { width } else { 256 };
            let window = window(range.0 as f64 + count as f64 / 2.0, count as f64);
            let bits = dice.of(8..=16) as u16;
            let table = lut(0, &entries(dice, count as usize, bits), bits);
            let state = state.sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [window]);
            (state.sequence(tags::PRESENTATION_LUT_SEQUENCE, [table]), true)
        }
    }
}

/// A shutter of any kind or none, and perhaps an overlay plane in a layer of its own gray; what is drawn of them, pixel by
/// pixel.
fn covered(
    state: Writer,
    dice: &mut Random,
    (rows, columns): (usize, usize),
) -> (Writer, Matrix<Option<u16>>) {
    let presentation = dice.word();
    let (middle, radius) = ([rows as i64 / 2, columns as i64 / 2], dice.of(4..=30));
    let [upper, left] = middle.map(|middle| dice.of(1..=middle));
    let (lower, right) = (dice.of(middle[0]..=rows as i64 + 3), dice.of(middle[1]..=columns as i64 + 3));
    let kind = dice.of(0..=3);
    let plane = dice.coin();
    let bits: Vec<u16> = (0..(rows * columns).div_ceil(16)).map(|_| dice.word() & dice.word()).collect();
    let is_set = |row: usize, column: usize| {
        let index = row * columns + column;
        bits[index / 16] >> (index % 16) & 1 == 1
    };
    let overlay = |state: Writer, group: u16| {
        state
            .words(Tag(group, 0x0010), &[rows as u16])
            .words(Tag(group, 0x0011), &[columns as u16])
            .text(Tag(group, 0x0040), "G")
            .words(Tag(group, 0x0050), &[1, 1])
            .words(Tag(group, 0x0100), &[1])
            .words(Tag(group, 0x0102), &[0])
            .words(Tag(group, 0x3000), &bits)
    };
    let state = match kind {
        0 => state,
        1 => overlay(state, 0x6002)
            .text(tags::SHUTTER_SHAPE, "BITMAP")
            .number(tags::SHUTTER_OVERLAY_GROUP, 0x6002)
            .number(tags::SHUTTER_PRESENTATION_VALUE, presentation),
        _ => {
            let shape = if kind == 2 { "RECTANGULAR" } else { "RECTANGULAR\\CIRCULAR" };
            state
                .text(tags::SHUTTER_SHAPE, shape)
                .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, &left.to_string())
                .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, &right.to_string())
                .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &upper.to_string())
                .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, &lower.to_string())
                .text(tags::CENTER_OF_CIRCULAR_SHUTTER, &format!("{}\\{}", middle[0], middle[1]))
                .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, &radius.to_string())
                .number(tags::SHUTTER_PRESENTATION_VALUE, presentation)
        }
    };
    let layer_gray = dice.word();
    let state = if plane {
        let layer = Writer::item()
            .text(tags::GRAPHIC_LAYER, "PLANES")
            .text(tags::GRAPHIC_LAYER_ORDER, "1")
            .number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, layer_gray);
        overlay(state, 0x6000)
            .text(Tag(0x6000, 0x1001), "PLANES")
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer])
    } else {
        state
    };
    let over = |row: usize, column: usize| {
        let (y, x) = (row as i64 + 1, column as i64 + 1);
        let is_inside = (left..=right).contains(&x) && (upper..=lower).contains(&y);
        let is_near = (x - middle[1]).pow(2) + (y - middle[0]).pow(2) <= radius * radius;
        let is_hidden = match kind {
            0 => false,
            1 => is_set(row, column),
            2 => !is_inside,
            _ => !is_inside || !is_near,
        };
        if plane && is_set(row, column) {
            return Some(layer_gray);
        }
        is_hidden.then_some(presentation)
    };
    let over = (0..rows).map(|row| (0..columns).map(|column| over(row, column)).collect()).collect();
    (state, over)
}

/// dcmp2pgm's picture: an 8-bit PGM.
fn dcmp2pgm(folder: &Path, image: &Path, state: &Path) -> Vec<u16> {
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

#[test]
fn random_states_are_what_dcmp2pgm_makes_of_them_cut_and_covered() {
    let folder = TempDir::new().expect("a temporary folder");
    let (mut pixels, mut exact, mut covered) = (0, 0, 0);
    for seed in 0..300 {
        let (case, image_path, state_path) = Case::random(seed, folder.path());
        let theirs = dcmp2pgm(folder.path(), &image_path, &state_path);
        let expected = case.expected(&theirs);
        let size = (expected[0].len() as u32, expected.len() as u32);
        let ours = shown_by(&image_path, &state_path, size);
        for (index, (theirs, over)) in expected.into_iter().flatten().enumerate() {
            let p = ours[index];
            let is_right = match (theirs, over) {
                (_, Some(gray)) => p == gray,
                (None, None) => p == 0,
                (Some(theirs), None) if case.has_tables => (p / 257..=p / 257 + 2).contains(&theirs),
                // A share that falls on a step of theirs may be computed to lie on either side of it.
                (Some(theirs), None) => {
                    (p.saturating_sub(1) / 257..=p.saturating_add(1) / 257).contains(&theirs)
                }
            };
            assert!(is_right, "seed {seed}, pixel {index} of {size:?}: {p} for {theirs:?} under {over:?}");
            pixels += 1;
            exact += usize::from(theirs.is_none_or(|theirs| over.is_some() || p / 257 == theirs));
            covered += usize::from(over.is_some());
        }
    }
    eprintln!(
        "A.33.1: 300 states, {pixels} pixels, {covered} covered, {} one gray of 8 bits below",
        pixels - exact
    );
    assert!(pixels > 120_000 && covered * 10 > pixels, "{pixels}, {covered}");
}

/// Wild tables one after the other, 256 entries of 8 bits each: nothing lies between two of them, and all is exact.
#[test]
fn a_public_state_of_three_tables_is_what_dcmp2pgm_makes_of_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let (image_path, state_path) =
        (data().join("weasis/imageForPrLUTs.dcm"), data().join("weasis/prLUTs.dcm"));
    let theirs = dcmp2pgm(folder.path(), &image_path, &state_path);
    let ours = shown_by(&image_path, &state_path, (512, 512));
    let differ = ours.iter().zip(&theirs).filter(|(p, theirs)| **p / 257 != **theirs).count();
    assert_eq!((differ, ours.len()), (0, theirs.len()));
}

/// Two planes of the image, in bits of its pixels, and four of the state.
#[test]
fn a_public_state_activates_planes_of_its_image_and_its_own() {
    let (image_path, state_path) = (data().join("weasis/overlay.dcm"), data().join("weasis/prOverlay.dcm"));
    let white = |pixels: &[u16]| pixels.iter().filter(|p| **p == u16::MAX).count();
    let ours = shown_by(&image_path, &state_path, (512, 512));
    let image = read(&image_path);
    let own = read_frame(&image.instance, 0).expect("pixels").cover.expect("planes");
    let of_image = own.cells().iter().enumerate().filter(|(_, cell)| **cell != 0);
    assert!(of_image.clone().count() > 500 && of_image.clone().all(|(index, _)| ours[index] == u16::MAX));
    assert!(white(&ours) > of_image.count() + 1000, "{}", white(&ours));
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
    let (state, _) = gray(state(), &mut dice, (0, 255));
    let (state, _) = covered(state, &mut dice, (12, 12));
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
fn shown_by(image_path: &Path, state_path: &Path, size: (u32, u32)) -> Vec<u16> {
    let state = PresentationState::read(&Source::file(state_path)).expect("read").expect("a state");
    let (state, image) = (Arc::new(state), read(image_path));
    let frame = Arc::new(read_frame(&image.instance, 0).expect("pixels"));
    assert!(image.is_of(&state));
    let applied = Applied::whole(&state, &image, &frame);
    let not_applied = applied.not_applied(&image);
    assert!(not_applied.is_empty(), "{}: {not_applied:?}", state_path.display());
    let view = View { zoom: Zoom::Stored, ..View::default() };
    let pass = slice_pass(&image, &frame, &view, &Look::default(), &applied, size).expect("a picture");
    cpu::p_values(&pass, &frame).values.iter().map(|p| p.0).collect()
}
