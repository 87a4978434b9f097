//! Compound graphics in both units, under all eight turns, against complex numbers (`tests/oracle/graphics/make.py`).

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;
use hotlight::presentation::{Justification, VerticalAlignment};
use hotlight::render::{GraphicPlan, TextPlan};
use hotlight::session::{Event, Surface};
use hotlight::testing::Scripted;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{are_near, expected, numbers};
use crate::standard::{Object, state};

/// Coordinates are of single precision, of a thousand device pixels.
const TOLERANCE: f64 = 2e-3;

fn compound(case: &Value) -> Writer {
    let points: Vec<f64> = case["points"].as_array().expect("points").iter().flat_map(numbers).collect();
    let text = |key: &str| case[key].as_str().expect(key).to_owned();
    let yes = |key: &str| case[key].as_bool().unwrap_or_default();
    let mut item = Writer::item()
        .longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[1])
        .text(tags::COMPOUND_GRAPHIC_UNITS, &text("units"))
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, u16::try_from(points.len() / 2).expect("a few"))
        .floats(tags::GRAPHIC_DATA, &points)
        .text(tags::COMPOUND_GRAPHIC_TYPE, &text("kind"));
    if case["about"].is_array() {
        item = item.floats(tags::ROTATION_POINT, &numbers(&case["about"]));
        item = item.doubles(tags::ROTATION_ANGLE, &[case["angle"].as_f64().unwrap_or_default()]);
    }
    for (key, tag) in [("gap", tags::GAP_LENGTH), ("diameter", tags::DIAMETER_OF_VISIBILITY)] {
        item = case[key].as_f64().into_iter().fold(item, |item, length| item.floats(tag, &[length]));
    }
    if case["side"].is_string() {
        let tick = |tick: &Value| {
            let item = Writer::item().floats(tags::TICK_POSITION, &[tick[0].as_f64().expect("a place")]);
            item.text(tags::TICK_LABEL, tick[1].as_str().expect("a label"))
        };
        item = item
            .sequence_unless_empty(
                tags::MAJOR_TICKS_SEQUENCE,
                case["ticks"].as_array().into_iter().flatten().map(tick).collect(),
            )
            .text(tags::TICK_ALIGNMENT, &text("side"))
            .text(tags::SHOW_TICK_LABEL, if yes("labels") { "Y" } else { "N" })
            .text(tags::TICK_LABEL_ALIGNMENT, if yes("above") { "TOP" } else { "BOTTOM" });
    }
    item
}

/// A plain form that must not be drawn as well.
fn plain() -> Writer {
    Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, "PIXEL")
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, 1)
        .floats(tags::GRAPHIC_DATA, &[1.0, 1.0])
        .text(tags::GRAPHIC_TYPE, "POINT")
        .longs(tags::COMPOUND_GRAPHIC_INSTANCE_ID, &[1])
}

/// One state a case, newest first in their order, each compound graphic beside its plain form.
fn open(folder: &TempDir, all: &Value) -> Scripted {
    let [columns, rows, aspect] = numbers(&all["image"])[..] else { panic!("an image") };
    let (columns, rows) = (columns as u16, rows as u16);
    Object::gray(rows, columns, 12, &vec![700; usize::from(rows) * usize::from(columns)])
        .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .text(tags::PATIENT_NAME, "PN", "ZZCANARY^STATE")
        .text(tags::PIXEL_ASPECT_RATIO, "IS", &format!("{aspect}\\1"))
        .write_to(&folder.path().join("image"));
    for (number, case) in all["cases"].as_array().expect("cases").iter().enumerate() {
        let annotation = Writer::item()
            .text(tags::GRAPHIC_LAYER, "A")
            .sequence(tags::GRAPHIC_OBJECT_SEQUENCE, [plain()])
            .sequence(tags::COMPOUND_GRAPHIC_SEQUENCE, [compound(case)]);
        let layer = Writer::item().text(tags::GRAPHIC_LAYER, "A").text(tags::GRAPHIC_LAYER_ORDER, "1");
        state()
            .text(tags::SOP_INSTANCE_UID, &format!("2.25.8{number}"))
            .text(tags::PRESENTATION_CREATION_TIME, &format!("10{:02}00", 59 - number))
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer])
            .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
            .write_to(&folder.path().join(format!("state {number}")))
            .expect("a state");
    }
    let mut scripted = Scripted::open(folder.path());
    let [width, height, scale] = numbers(&all["room"])[..] else { panic!("a room") };
    let surface = Surface { width: width as u32, height: height as u32, scale: scale as f32 };
    scripted.reading.event(&Event::ScreenResized { screen: 0, surface });
    scripted
}

fn flat(lines: &Value) -> Vec<Vec<f64>> {
    lines
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| line.as_array().expect("a line").iter().flat_map(numbers).collect())
        .collect()
}

/// Which way it is drawn does not matter.
fn is_same_line(found: &[f64], expected: &[f64]) -> bool {
    let back: Vec<f64> = found.chunks(2).rev().flatten().copied().collect();
    are_near(found, expected, TOLERANCE) || are_near(&back, expected, TOLERANCE)
}

/// Whether all points lie on the ellipse with this middle and these ends of its axes, which the line goes around.
fn is_ellipse(line: &[f64], expected: &[Vec<f64>]) -> bool {
    let [middle, a, b] = expected else { return false };
    let [a, b] = [a, b].map(|end| [end[0] - middle[0], end[1] - middle[1]]);
    let across = a[0] * b[1] - a[1] * b[0];
    let is_on = |at: &[f64]| {
        let [x, y] = [at[0] - middle[0], at[1] - middle[1]];
        let (s, t) = ((x * b[1] - y * b[0]) / across, (y * a[0] - x * a[1]) / across);
        (s.hypot(t) - 1.0).abs() < 1e-4
    };
    line.len() >= 26 && line[..2] == line[line.len() - 2..] && line.chunks(2).all(is_on)
}

fn label(plan: &TextPlan) -> Value {
    let (corners, horizontal, vertical) = plan.in_box.expect("a place");
    let horizontal = match horizontal {
        Justification::Left => "LEFT",
        Justification::Center => "CENTER",
        Justification::Right => "RIGHT",
    };
    let vertical = match vertical {
        VerticalAlignment::Top => "TOP",
        VerticalAlignment::Center => "CENTER",
        VerticalAlignment::Bottom => "BOTTOM",
    };
    let words: Vec<&str> = plan.lines.iter().map(|line| line.reveal().as_str()).collect();
    json!([words.concat(), [corners[0].xyz.x, corners[0].xyz.y], horizontal, vertical])
}

#[test]
fn compound_graphics_stand_where_complex_numbers_put_them_however_the_picture_is_turned() {
    let all = expected("graphics/expected.json");
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(&folder, &all);
    let mut compared = 0;
    for one in all["expected"].as_array().expect("values") {
        let [quarters, number] = [0, 2].map(|at| one[at].as_u64().expect("a number"));
        scripted.run(&format!("presentation {}", number + 1));
        scripted.run(&"rotate right;".repeat(usize::try_from(quarters).expect("a few")));
        if one[1] == true {
            scripted.run("flip horizontal");
        }
        let viewport = scripted.focused().expect("a viewport");
        let (graphics, badges) = (viewport.overlay.graphics, viewport.labels.badges);
        let what = format!("{quarters} quarters, flipped {}, {}", one[1], all["cases"][number as usize]);
        assert!(badges.iter().all(|badge| badge.text != "PS partly applied"), "{what}: {badges:?}");
        let lines: Vec<Vec<f64>> = graphics
            .iter()
            .flat_map(|plan| match plan {
                GraphicPlan::Shape(shape) => shape.lines.clone(),
                GraphicPlan::Text(_) => Vec::new(),
            })
            .map(|line| line.iter().flat_map(|at| [at.xyz.x, at.xyz.y]).collect())
            .collect();
        let wanted = flat(&one[3]);
        if one[4].is_array() {
            let ellipse: Vec<Vec<f64>> = one[4].as_array().expect("points").iter().map(numbers).collect();
            assert!(lines.len() == 1 && is_ellipse(&lines[0], &ellipse), "{what}: {lines:?}");
        } else {
            assert_eq!(lines.len(), wanted.len(), "{what}: {lines:?} {wanted:?}");
            for line in &wanted {
                assert!(lines.iter().any(|found| is_same_line(found, line)), "{what}: {line:?} in {lines:?}");
            }
        }
        let labels: Vec<Value> = graphics
            .iter()
            .filter_map(|plan| match plan {
                GraphicPlan::Text(text) => Some(label(text)),
                GraphicPlan::Shape(_) => None,
            })
            .collect();
        let wanted = one[5].as_array().expect("labels");
        assert_eq!(labels.len(), wanted.len(), "{what}: {labels:?}");
        for (found, label) in labels.iter().zip(wanted) {
            let is_right = [0, 2, 3].into_iter().all(|at| found[at] == label[at]);
            assert!(
                is_right && are_near(&numbers(&found[1]), &numbers(&label[1]), TOLERANCE),
                "{what}: {found} {label}"
            );
        }
        compared += 1;
    }
    assert_eq!(compared, 320);
}
