//! Presentation states that pydicom made, one for each thing that a state can say, against numpy
//! (`tests/oracle/states/make.py`): pictures pixel by pixel, graphics by their places. Rules P-22, S-2 to S-7, S-10.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Source, Writer};
use hotlight::geometry::{Point, View};
use hotlight::presentation::PresentationState;
use hotlight::render::GraphicPlan;
use hotlight::session::Zoom;
use hotlight::testing::Scripted;
use serde_json::Value;
use tempfile::TempDir;

use super::{expected, numbers};
use crate::standard::{Object, read, shown_by, state};

const ROWS: u16 = 20;
const COLUMNS: u16 = 24;

/// Image `number`, with stored values as `make.py` has them.
fn image(number: u64) -> Object {
    let (rows, columns) = (u64::from(ROWS), u64::from(COLUMNS));
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let words: Vec<u16> =
        places.map(|(row, column)| ((977 * row + 131 * column + 57 * number) % 2400) as u16).collect();
    Object::gray(ROWS, COLUMNS, 16, &words).text(tags::SOP_INSTANCE_UID, "UI", &format!("2.25.7{number}"))
}

/// Puts attributes of the DICOM JSON model. PS3.18 F.
fn put(object: Writer, model: &Value) -> Writer {
    model.as_object().expect("attributes").iter().fold(object, |object, (key, element)| {
        let number = u32::from_str_radix(key, 16).expect("a tag");
        let tag = Tag((number >> 16) as u16, number as u16);
        let values = element["Value"].as_array().expect("values");
        let whole = || values.iter().map(|value| value.as_i64().expect("a whole number"));
        match element["vr"].as_str().expect("a VR") {
            "SQ" => object.sequence(tag, values.iter().map(|item| put(Writer::item(), item))),
            "US" | "SS" | "OW" => {
                object.words(tag, &whole().map(|value| (value & 0xFFFF) as u16).collect::<Vec<_>>())
            }
            "SL" => object.integers(tag, &whole().map(|value| value as i32).collect::<Vec<_>>()),
            "FL" => object.floats(tag, &numbers(&element["Value"])),
            _ => {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                object.text(tag, &values.iter().map(text).collect::<Vec<_>>().join("\\"))
            }
        }
    })
}

fn write_state(case: &Value, path: &Path) {
    let state = state().text(tags::STUDY_INSTANCE_UID, "2.25.5");
    put(state, &case["state"]).write_to(path).expect("a state");
}

#[test]
fn states_that_pydicom_made_are_what_numpy_makes_of_them() {
    let folder = TempDir::new().expect("a temporary folder");
    let (image_path, state_path) = (folder.path().join("image"), folder.path().join("state"));
    let expected = expected("states/expected.json");
    let cases = expected["states"].as_array().expect("cases");
    let (mut pixels, mut differing) = (0, 0);
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        write_state(case, &state_path);
        let Some(number) = case["image"].as_u64() else {
            let state = PresentationState::read(&Source::file(&state_path)).expect("read").expect("a state");
            for number in 0..2 {
                image(number).write_to(&image_path);
                assert!(!read(&image_path).is_of(&state), "{name}");
            }
            continue;
        };
        image(number).write_to(&image_path);
        let rows: Vec<&str> =
            case["picture"].as_array().expect("rows").iter().map(|row| row.as_str().expect("text")).collect();
        let size = (rows[0].len() as u32 / 4, rows.len() as u32);
        let (ours, named) = shown_by(&image_path, &state_path, Zoom::Fit, Some(0.5), size);
        assert!(named.is_empty(), "{name}: {named:?}");
        let digits = rows.concat();
        let theirs = digits.as_bytes().chunks(4).map(|word| {
            let word = std::str::from_utf8(word).expect("digits");
            u16::from_str_radix(word, 16).expect("four digits")
        });
        assert_eq!(digits.len() / 4, ours.len(), "{name}");
        for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            // A share that falls on a step may be computed to lie on either side of it.
            assert!(ours.abs_diff(theirs) <= 1, "{name}, pixel {index}: {ours} and numpy's {theirs}");
            differing += usize::from(*ours != theirs);
        }
        pixels += ours.len();
    }
    eprintln!("numpy: {} states, {pixels} pixels, {differing} differ by 1 P-value", cases.len());
    assert!(cases.len() == 19 && pixels > 9000);
}

#[test]
fn graphics_stand_where_numpy_puts_them_however_the_picture_is_turned() {
    let expected = expected("states/expected.json");
    let cases = expected["graphics"].as_array().expect("cases");
    let mut count = 0;
    for (number, case) in cases.iter().enumerate() {
        let folder = TempDir::new().expect("a temporary folder");
        let aspect = case["aspect"].as_str().expect("text");
        image(0).text(tags::PIXEL_ASPECT_RATIO, "IS", aspect).write_to(&folder.path().join("image"));
        write_state(case, &folder.path().join("state"));
        let plan = Scripted::open(folder.path()).focused().expect("a viewport");
        assert_eq!([plan.rect.width, plan.rect.height], [800, 600]);
        let lines = plan.overlay.graphics.iter().map(|graphic| match graphic {
            GraphicPlan::Shape(shape) => shape.lines.concat(),
            GraphicPlan::Text(text) => panic!("{text:?}"),
        });
        let lines: Vec<Vec<Point<View>>> = lines.collect();
        let graphics = case["graphics"].as_array().expect("graphics");
        assert_eq!(lines.len(), graphics.len(), "case {number}");
        for (line, graphic) in lines.iter().zip(graphics) {
            check(line, graphic, &format!("case {number}, {graphic}"));
            count += 1;
        }
    }
    assert_eq!(count, 8 * 2 * 10, "turns, shapes of pixels, kinds in both units");
}

fn check(line: &[Point<View>], graphic: &Value, words: &str) {
    let at: Vec<Point<View>> = graphic["at"].as_array().expect("points").iter().map(point).collect();
    let is_near = |a: Point<View>, b: Point<View>| (a - b).length() < 1e-3;
    match graphic["kind"].as_str().expect("a kind") {
        "POINT" | "POLYLINE" => {
            assert!(
                line.len() == at.len() && line.iter().zip(&at).all(|(a, b)| is_near(*a, *b)),
                "{line:?}, {words}"
            );
        }
        "INTERPOLATED" => {
            // In their order; what lies between is not the standard's.
            let mut on = line.iter();
            assert!(at.iter().all(|point| on.any(|on| is_near(*on, *point))), "{line:?}, {words}");
        }
        _ => {
            let (centre, major, minor) = (at[0], at[1] - at[0], at[2] - at[0]);
            for point in line {
                let from = *point - centre;
                let share = |axis: hotlight::geometry::Vector<View>| from.dot(axis) / axis.dot(axis);
                let round = share(major).hypot(share(minor));
                assert!((round - 1.0).abs() < 1e-5, "{point:?} is {round}, {words}");
            }
            for end in [major, minor] {
                for end in [centre + end, centre + end * -1.0] {
                    let nearest = line.iter().map(|on| (*on - end).length()).fold(f64::MAX, f64::min);
                    assert!(nearest < 1e-3, "{nearest}, {words}");
                }
            }
            assert!(line.len() > 12 && is_near(line[0], line[line.len() - 1]), "closed: {words}");
        }
    }
}

fn point(value: &Value) -> Point<View> {
    let [x, y] = numbers(value)[..] else { panic!("{value}") };
    Point::flat(x, y)
}
