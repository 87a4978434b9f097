//! Display shutters, PS3.3 C.7.6.11: an example of each shape by hand, then exact arithmetic on random ones
//! (`tests/oracle/shutter/make.py`). dcmtk draws none of these shapes.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::geometry::Turn;
use hotlight::session::{Hidden, Look};
use serde_json::Value;
use tempfile::TempDir;

use super::{Object, shown};
use crate::oracle::expected;

/// An image without a dark pixel, all of them unlike each other.
fn image(rows: u16, columns: u16) -> Object {
    let words: Vec<u16> = (0..rows * columns).map(|at| 1000 + at).collect();
    Object::gray(rows, columns, 16, &words)
}

/// The picture as rows of dots, and hashes where it is `hidden`.
fn picture(path: &Path, turn: Turn, hidden: u16) -> Vec<String> {
    let raster = shown(path, 0, turn, &Look::default());
    let line = |values: &[hotlight::units::PValue]| {
        values.iter().map(|p| if p.0 == hidden { '#' } else { '.' }).collect()
    };
    raster.values.chunks(raster.width as usize).map(line).collect()
}

fn check(object: &Object, turn: Turn, hidden: u16, expected: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("shutter");
    object.write_to(&path);
    assert_eq!(picture(&path, turn, hidden), expected, "{turn:?}");
}

fn rectangle() -> Object {
    image(4, 6)
        .text(tags::SHUTTER_SHAPE, "CS", "RECTANGULAR")
        .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, "IS", "2")
        .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, "IS", "3")
        .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, "IS", "2")
        .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, "IS", "4")
}

#[test]
fn a_rectangle_turns_with_its_image() {
    check(&rectangle(), Turn::default(), 0, &["######", "#..###", "#..###", "#..###"]);
    check(&rectangle(), Turn::new(1, false), 0, &["####", "...#", "...#", "####", "####", "####"]);
    check(&rectangle(), Turn::new(0, true), 0, &["######", "###..#", "###..#", "###..#"]);
}

/// Neither inversion nor MONOCHROME1 touches it: it is drawn in P-values.
#[test]
fn what_is_hidden_has_the_presentation_value_whatever_the_window() {
    let gray = rectangle().words(tags::SHUTTER_PRESENTATION_VALUE, "US", &[0x5678]);
    let expected = ["######", "#..###", "#..###", "#..###"];
    check(&gray, Turn::default(), 0x5678, &expected);
    let inverse = gray.text(tags::PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME1");
    check(&inverse, Turn::default(), 0x5678, &expected);
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("shutter");
    inverse.write_to(&path);
    let inverted = Look { is_inverted: true, ..Look::default() };
    assert_eq!(shown(&path, 0, Turn::default(), &inverted).values.first().map(|p| p.0), Some(0x5678));
}

#[test]
fn a_circle_and_a_polygon_are_given_by_row_and_then_column() {
    let circle = image(4, 6)
        .text(tags::SHUTTER_SHAPE, "CS", "CIRCULAR")
        .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "IS", "2\\5")
        .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, "IS", "1");
    check(&circle, Turn::default(), 0, &["####.#", "###...", "####.#", "######"]);
    let polygon = image(4, 6).text(tags::SHUTTER_SHAPE, "CS", "POLYGONAL").text(
        tags::VERTICES_OF_THE_POLYGONAL_SHUTTER,
        "IS",
        "1\\1\\1\\4\\4\\1",
    );
    check(&polygon, Turn::default(), 0, &["....##", "...###", "..####", ".#####"]);
}

/// Marks that were drawn where nothing else is to be seen stay readable.
#[test]
fn overlay_planes_lie_over_the_shutter() {
    let object = rectangle()
        .words(Tag(0x6000, 0x0010), "US", &[1])
        .words(Tag(0x6000, 0x0011), "US", &[1])
        .words(Tag(0x6000, 0x0050), "SS", &[1, 6])
        .bytes(Tag(0x6000, 0x3000), "OB", &[1]);
    check(&object, Turn::default(), 0, &["#####.", "#..###", "#..###", "#..###"]);
}

#[test]
fn random_shutters_equal_exact_arithmetic() {
    let expected = expected("shutter/expected.json");
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("shutter");
    let mut pixels = 0;
    let cases = expected["cases"].as_array().expect("cases");
    for (number, case) in cases.iter().enumerate() {
        let size = |key: &str| u16::try_from(case[key].as_u64().expect(key)).expect("small");
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let (rows, columns) = (size("rows"), size("columns"));
        let mut object = image(rows, columns)
            .text(tags::SHUTTER_SHAPE, "CS", text("shape"))
            .text(tags::PIXEL_ASPECT_RATIO, "IS", text("aspect"))
            .words(tags::SHUTTER_PRESENTATION_VALUE, "US", &[size("presentation")]);
        for (key, value) in case["attributes"].as_object().expect("attributes") {
            let element = u16::from_str_radix(key, 16).expect("an element of group 0018");
            object = object.text(Tag(0x0018, element), "IS", value.as_str().expect("text"));
        }
        object.write_to(&path);
        let ours = shown(&path, 0, Turn::default(), &Look::default());
        let bare = shown(
            &path,
            0,
            Turn::default(),
            &Look { hidden: Hidden { shutter: true, ..Hidden::default() }, ..Look::default() },
        );
        let masks = case["visible"].as_array().expect("rows").iter().map(bits);
        for (row, mask) in masks.enumerate() {
            for column in 0..usize::from(columns) {
                let at = row * usize::from(columns) + column;
                let is_visible = mask >> (usize::from(columns) - 1 - column) & 1 == 1;
                let expected = if is_visible { bare.values[at].0 } else { size("presentation") };
                assert_eq!(ours.values[at].0, expected, "case {number}, row {row}, column {column}: {case}");
                pixels += 1;
            }
        }
    }
    assert!(cases.len() >= 120 && pixels > 50_000, "{} cases, {pixels} pixels", cases.len());
}

/// A row of the image: the highest bit is the first column.
fn bits(row: &Value) -> u64 {
    u64::from_str_radix(row.as_str().expect("digits"), 16).expect("digits")
}
