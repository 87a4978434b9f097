//! Marks on sections of volumes: they lie in the patient, and their numbers are those of the patient.

use std::cell::RefCell;
use std::path::Path;

use hotlight::annotation::{Measurement, Region, Statistics, Values};
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::geometry::{Patient, Point, Section, Vector, View};
use hotlight::render::{MarkPlan, MarkTone, ViewportPlan};
use hotlight::session::{Mark, Reformat};
use hotlight::testing::Scripted;
use hotlight::volume::{Projection, Slab};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::sections::{badges, focused, on_screen, open, open_without, pass, reformats, told, write};
use crate::support::data;

fn at(x: f64, y: f64, z: f64) -> Point<Patient> {
    Point::new(x, y, z)
}

fn seen_at(plan: &ViewportPlan, point: Point<Patient>) -> Point<View> {
    let [x, y, z] = point.xyz.to_array();
    on_screen(plan, x, y, z)
}

/// A stroke from point to point of the patient, in the viewport in focus; then clicks.
fn stroke(scripted: &Scripted, points: &[Point<Patient>]) -> String {
    let plan = focused(scripted);
    let step = |(number, point): (usize, &Point<Patient>)| {
        let [x, y, _] = seen_at(&plan, *point).xyz.to_array();
        match number {
            0 if points.len() > 1 => format!("pointer press left {x} {y}; "),
            1 => format!("pointer move {x} {y}; pointer release; "),
            _ => format!("pointer press left {x} {y}; pointer release; "),
        }
    };
    points.iter().enumerate().map(step).collect()
}

fn draw(scripted: &mut Scripted, tool: &str, points: &[Point<Patient>]) {
    scripted.run(&format!("tool {tool}"));
    let text = stroke(scripted, points);
    scripted.run(&text);
}

/// The marks of the section in focus.
fn marks(scripted: &Scripted) -> Vec<Mark> {
    let (session, library) = (&scripted.reading.session, &scripted.reading.library);
    let viewport = session.focused_viewport().expect("a viewport");
    let (reformat, volume) = viewport.section(library).expect("a section");
    let set = &viewport.source.as_ref().expect("a source").display_set;
    let (.., set) = library.find(set).expect("a set");
    let marks = session.marks_on_section(&reformat, &volume, set, library);
    marks.into_iter().map(|seen| seen.mark.clone()).collect()
}

fn last(scripted: &Scripted) -> Measurement {
    marks(scripted).last().expect("a mark").measurement.clone()
}

fn plans(scripted: &Scripted) -> Vec<MarkPlan> {
    focused(scripted).overlay.marks
}

fn length_mm(measurement: &Measurement) -> f64 {
    match measurement.values {
        Values::Length { mm: Some(mm), .. } => mm,
        other => panic!("no length: {other:?}"),
    }
}

fn region(measurement: &Measurement) -> Region {
    match measurement.values {
        Values::Region(region) => region,
        other => panic!("no region: {other:?}"),
    }
}

fn statistics(measurement: &Measurement) -> Statistics {
    region(measurement).statistics.unwrap_or_else(|| panic!("no values: {:?}", measurement.lines))
}

fn section(scripted: &Scripted) -> Section {
    reformats(scripted)[scripted.reading.session.focus.viewport].expect("a section").section
}

/// The volume of `sections.rs` at a place: a ramp.
fn ramp(point: Point<Patient>) -> f64 {
    let [x, y, z] = point.xyz.to_array();
    x + 50.0 * y + 500.0 * z
}

/// Mean, SD, smallest, largest and number of what `value` gives for every millimetre of an ellipse or a box between two corners,
/// counted from the middle of the section.
fn by_hand(
    section: &Section,
    corners: [Point<Patient>; 2],
    is_ellipse: bool,
    value: impl Fn(Point<Patient>) -> f64,
) -> [f64; 5] {
    let place = |corner: Point<Patient>| {
        let from_center = corner - section.center();
        (from_center.dot(section.right()), from_center.dot(section.down()))
    };
    let [(x1, y1), (x2, y2)] = corners.map(place);
    let (middle, radius) =
        ((x1.midpoint(x2), y1.midpoint(y2)), ((x1 - x2).abs() / 2.0, (y1 - y2).abs() / 2.0));
    let mut values = Vec::new();
    for row in -60..60 {
        for column in -60..60 {
            let (x, y) = (f64::from(column) + 0.5, f64::from(row) + 0.5);
            let (u, v) = ((x - middle.0) / radius.0, (y - middle.1) / radius.1);
            let is_inside = if is_ellipse { u * u + v * v <= 1.0 } else { u.abs().max(v.abs()) <= 1.0 };
            if is_inside {
                values.push(value(section.center() + section.right() * x + section.down() * y));
            }
        }
    }
    let count = values.iter().fold(0.0, |count, _| count + 1.0);
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let (min, max) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(*value), max.max(*value)));
    [mean, (squares / count).sqrt(), min, max, count]
}

fn check(found: &Statistics, expected: [f64; 5], what: &str) {
    let [mean, deviation, min, max, count] = expected;
    let pairs = [(found.mean, mean), (found.deviation, deviation), (found.min, min), (found.max, max)];
    for (found, expected) in pairs {
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{what}: {found} {expected}");
    }
    assert_eq!(found.count.to_string(), count.to_string(), "{what}");
}

#[test]
fn a_length_on_a_section_is_that_in_the_patient() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    let (a, b) = (at(5.25, 15.0, 8.5), at(32.0, 15.0, 30.125));
    scripted.run("plane coronal");
    draw(&mut scripted, "length", &[a, b]);
    let expected = (b - a).length();
    assert!((length_mm(&last(&scripted)) - expected).abs() < 1e-9);
    assert_eq!(plans(&scripted)[0].words, [format!("{expected:.1} mm reformat")]);
    assert!(plans(&scripted)[0].why.as_ref().is_some_and(|why| why.contains("section of a volume")));
    // Wherever the plane is shown, and however it lies there.
    for commands in ["zoom by 3", "rotate right", "flip horizontal", "reset", "scroll +1; scroll -1"] {
        scripted.run(commands);
        let plan = focused(&scripted);
        assert_eq!(plan.overlay.marks.len(), 1, "{commands}");
        for (handle, point) in plan.overlay.marks[0].handles.iter().zip([a, b]) {
            let expected = seen_at(&plan, point).xyz;
            assert!(handle.xyz.distance(expected) < 1e-6, "{commands}: {handle:?} {expected}");
        }
        assert!((length_mm(&last(&scripted)) - expected).abs() < 1e-9, "{commands}");
    }
    // Turned within its plane, which no command does but the hand that turns about the normal.
    let turned = section(&scripted).turned(section(&scripted).normal(), 33.0);
    scripted.reading.session.screens[0].viewports[0].reformat = Some(Reformat::new(turned));
    let plan = focused(&scripted);
    for (handle, point) in plan.overlay.marks[0].handles.iter().zip([a, b]) {
        assert!(handle.xyz.distance(seen_at(&plan, point).xyz) < 1e-6);
    }
    for commands in
        ["scroll +1", "plane sagittal", "plane axial", "plane coronal; plane turn left 5", "plane acquired"]
    {
        scripted.run(&format!("plane coronal; {commands}"));
        assert!(plans(&scripted).is_empty(), "{commands}: {:?}", plans(&scripted));
    }
    scripted.run("layout mpr; crosshair at 20 15 20; viewport 1; plane coronal");
    let shown = scripted.plan().viewports.iter().map(|plan| plan.overlay.marks.len()).collect::<Vec<_>>();
    assert_eq!(shown, [1, 1, 0, 0], "in both coronal sections");
}

#[test]
fn an_angle_on_a_section_is_that_in_the_patient() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; crosshair at 20 15 20; plane turn down 25; plane turn right 40");
    let of = section(&scripted);
    let place = |x: f64, y: f64| of.center() + of.right() * x + of.down() * y;
    let (a, vertex, b) = (place(9.0, 1.0), place(-3.0, -2.0), place(1.5, 8.0));
    draw(&mut scripted, "angle", &[a, vertex, b]);
    let (one, other) = (a - vertex, b - vertex);
    let degrees = (one.dot(other) / one.length() / other.length()).acos().to_degrees();
    let found = last(&scripted);
    let Values::Angle { degrees: found_degrees } = found.values else { panic!("an angle: {found:?}") };
    assert!((found_degrees - degrees).abs() < 1e-9, "{found_degrees} {degrees}");
    assert_eq!(found.lines, [format!("{degrees:.1}° reformat")]);
}

#[test]
fn a_region_tells_the_values_of_its_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; crosshair at 20.3 14.6 19.2");
    let corners = [at(8.1, 14.6, 30.4), at(29.7, 14.6, 7.9)];
    for (tool, is_ellipse) in [("ellipse", true), ("rectangle", false)] {
        draw(&mut scripted, tool, &corners);
        let found = last(&scripted);
        check(&statistics(&found), by_hand(&section(&scripted), corners, is_ellipse, ramp), tool);
        let area = 21.6 * 22.5 * if is_ellipse { std::f64::consts::FRAC_PI_4 } else { 1.0 };
        assert!(region(&found).area_mm2.is_some_and(|mm2| (mm2 - area).abs() < 1e-9), "{found:?}");
        let words = format!("area {area:.1} mm² reformat ({} px)", region(&found).pixels);
        assert_eq!(found.lines.last(), Some(&words));
        assert!(found.lines[0].starts_with("mean ") && !found.lines[0].contains("of"), "{found:?}");
        scripted.run("mark clear");
    }
    // Obliquely, and cubic on the screen: values lie between voxels linearly all the same.
    scripted.run("plane turn down 25; plane turn right 40; interpolation cubic");
    let of = section(&scripted);
    let place = |x: f64, y: f64| of.center() + of.right() * x + of.down() * y;
    let corners = [place(-6.2, -4.4), place(5.9, 7.7)];
    draw(&mut scripted, "ellipse", &corners);
    check(&statistics(&last(&scripted)), by_hand(&of, corners, true, ramp), "oblique");
}

#[test]
fn a_region_in_a_slab_says_of_which_slab() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; crosshair at 20.3 14.6 19.2; slab 7");
    let corners = [at(8.1, 14.6, 30.4), at(29.7, 14.6, 7.9)];
    let of = section(&scripted);
    for (projection, name) in
        [(Projection::Maximum, "MIP"), (Projection::Minimum, "MinIP"), (Projection::Mean, "mean")]
    {
        scripted.run(&format!("projection {}", projection.name()));
        draw(&mut scripted, "rectangle", &corners);
        let found = last(&scripted);
        let slab = |point: Point<Patient>| {
            let values: Vec<f64> = Slab::new(7.0, projection, 1.0)
                .offsets_mm()
                .map(|offset| ramp(point + of.normal() * offset))
                .collect();
            match projection {
                Projection::Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                Projection::Minimum => values.iter().copied().fold(f64::INFINITY, f64::min),
                Projection::Mean => values.iter().sum::<f64>() / 7.0,
            }
        };
        check(&statistics(&found), by_hand(&of, corners, false, slab), name);
        assert!(found.lines[0].starts_with(&format!("mean of 7 mm {name} ")), "{found:?}");
        draw(&mut scripted, "probe", &[at(32.0, 14.6, 33.0)]);
        let found = last(&scripted);
        let value = slab(at(32.0, 14.6, 33.0));
        let lines =
            [format!("{value:.1}"), "x 32.0 y 14.6 z 33.0 mm".to_owned(), format!("7 mm {name}, reformat")];
        assert_eq!(found.lines, lines);
        scripted.run("mark clear");
    }
    // What was measured in the slab stays that, however thick the section is that is shown now.
    draw(&mut scripted, "rectangle", &corners);
    let before = last(&scripted);
    scripted.run("slab off");
    assert_eq!(last(&scripted), before);
}

/// A mark is to be seen in its own plane, in a slab that holds it dimmed, and nowhere else.
#[test]
fn a_mark_beside_the_plane_is_dimmed_in_a_slab_and_not_seen_in_a_thin_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial; scroll to 6");
    draw(&mut scripted, "length", &[at(5.0, 5.0, 10.0), at(25.0, 20.0, 10.0)]);
    scripted.run("tool point; tool scroll");
    let id = plans(&scripted)[0].id;
    scripted.reading.session.selected = None;
    for (moved_mm, slab_mm, expected) in [
        (0.0, 0.0, Some(MarkTone::Plain)),
        (1.0, 0.0, Some(MarkTone::Plain)),
        (1.01, 0.0, None),
        (1.01, 2.0, None),
        (1.01, 2.1, Some(MarkTone::Beside)),
        (4.9, 10.0, Some(MarkTone::Beside)),
        (-4.9, 10.0, Some(MarkTone::Beside)),
        (5.1, 10.0, None),
    ] {
        let here = section(&scripted);
        let shown = Reformat { slab_mm, ..Reformat::new(here.moved(moved_mm)) };
        scripted.reading.session.screens[0].viewports[0].reformat = Some(shown);
        let found = plans(&scripted);
        let tones: Vec<_> = found.iter().map(|mark| mark.tone).collect();
        assert_eq!(tones, expected.into_iter().collect::<Vec<_>>(), "{moved_mm} mm beside {slab_mm} mm");
        scripted.reading.session.screens[0].viewports[0].reformat = Some(Reformat::new(here));
    }
    scripted.run("overlay marks");
    assert!(plans(&scripted).is_empty());
    scripted.run("overlay marks");
    // Seen from behind it is the same plane.
    let here = section(&scripted);
    let behind = Section::new(here.center(), here.right() * -1.0, here.down()).expect("a plane");
    scripted.reading.session.screens[0].viewports[0].reformat = Some(Reformat::new(behind));
    assert_eq!(plans(&scripted)[0].id, id);
}

#[test]
fn marks_on_sections_are_moved_removed_and_taken_back() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    let (a, b, c) = (at(5.0, 15.0, 8.0), at(32.0, 15.0, 30.0), at(30.0, 15.0, 10.0));
    draw(&mut scripted, "length", &[a, b]);
    let drawn = last(&scripted);
    // Its end is dragged.
    let text = stroke(&scripted, &[b, c]);
    scripted.run(&text);
    assert!((length_mm(&last(&scripted)) - (c - a).length()).abs() < 1e-9);
    scripted.run("undo");
    assert_eq!(last(&scripted), drawn);
    scripted.run("redo");
    // As a whole, by its middle.
    let middle = a + (c - a) * 0.5;
    let by = Vector::<Patient>::new(-3.0, 0.0, 12.0);
    let text = stroke(&scripted, &[middle, middle + by]);
    scripted.run(&text);
    let plan = focused(&scripted);
    assert!(plan.overlay.marks[0].handles[0].xyz.distance(seen_at(&plan, a + by).xyz) < 1e-6);
    assert_eq!(marks(&scripted).len(), 1);
    scripted.run("mark delete");
    assert!(marks(&scripted).is_empty());
    scripted.run("mark delete");
    assert_eq!(told(&scripted), "No mark is selected on this section.");
    scripted.run("mark clear");
    assert_eq!(told(&scripted), "There is no mark on this section.");
    scripted.run("undo");
    assert_eq!(marks(&scripted).len(), 1);
    let before = scripted.reading.session.messages.len();
    scripted.run("scroll +3; redo");
    assert_eq!(told(&scripted), "That changed marks on a section that is not on the screen.");
    assert_eq!(scripted.reading.session.messages.len(), before + 1);
    scripted.run("undo; scroll -3");
    assert_eq!(marks(&scripted).len(), 1);
    // Other planes keep theirs.
    scripted.run("scroll +3");
    draw(&mut scripted, "probe", &[at(10.0, 18.0, 10.0)]);
    scripted.run("mark clear; scroll -3");
    assert_eq!(marks(&scripted).len(), 1);
}

/// A point that follows the pointer belongs to the plane on which the mark was begun.
#[test]
fn a_mark_is_drawn_in_one_plane() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; tool angle");
    let text = stroke(&scripted, &[at(5.0, 15.0, 8.0), at(20.0, 15.0, 20.0)]);
    scripted.run(&text);
    assert_eq!(plans(&scripted).len(), 1, "the first arm");
    let arm = plans(&scripted)[0].handles.clone();
    scripted.run("scroll +2; pointer hover 1 1 333 222");
    assert!(plans(&scripted).is_empty());
    scripted.run("scroll -2");
    assert_eq!(plans(&scripted)[0].handles, arm, "the pointer was on another plane");
    let end = seen_at(&focused(&scripted), at(32.0, 15.0, 9.0)).xyz;
    scripted.run(&format!("pointer press left {} {}; pointer release", end.x, end.y));
    assert!(matches!(last(&scripted).values, Values::Angle { .. }));
}

#[test]
fn the_next_mark_brings_its_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial; scroll to 6; slab 4");
    draw(&mut scripted, "length", &[at(5.0, 5.0, 10.0), at(25.0, 20.0, 10.0)]);
    let axial = reformats(&scripted)[0].expect("a section");
    scripted.run("slab off; plane coronal");
    draw(&mut scripted, "length", &[at(5.0, 15.0, 8.0), at(32.0, 15.0, 30.0)]);
    let (first, second) = {
        scripted.run("mark 1");
        let now = reformats(&scripted)[0].expect("a section");
        assert_eq!((now.section.normal(), now.slab_mm), (axial.section.normal(), 4.0));
        assert!((now.section.center().xyz.z - 10.0).abs() < 1e-9);
        let first = plans(&scripted)[0].clone();
        scripted.run("mark next");
        (first, plans(&scripted)[0].clone())
    };
    assert_eq!((first.tone, second.tone), (MarkTone::Selected, MarkTone::Selected));
    assert_ne!(first.id, second.id);
    assert!(badges(&focused(&scripted)).contains(&"coronal reformat"));
    // Where a point leads the sections it goes to the mark, and all of them with it.
    scripted.run("layout mpr; mark previous");
    let point = scripted.reading.session.shared_point.as_ref().expect("a point").at;
    assert!((point - at(15.0, 12.5, 10.0)).length() < 1e-9, "{point:?}");
    scripted.run("mark 9");
    assert_eq!(told(&scripted), "There is no such mark on this section.");
}

#[test]
fn what_was_not_received_is_left_out_and_said() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open_without(&folder, &[7, 8]);
    scripted.run("plane coronal");
    // Slices 7 and 8 stand for 13 to 17 mm: eight and four rows of ten pixels are left.
    draw(&mut scripted, "rectangle", &[at(10.0, 15.0, 21.0), at(20.0, 15.0, 5.0)]);
    let found = last(&scripted);
    let counted = statistics(&found);
    assert_eq!((counted.not_received, counted.count), (40, 120));
    assert!(found.lines.contains(&"40 px left out: not received".to_owned()), "{found:?}");
    draw(&mut scripted, "probe", &[at(30.0, 15.0, 15.0)]);
    assert_eq!(last(&scripted).lines[0], "not received");
    // They come: the numbers are those of all.
    for slice in [7, 8] {
        write(folder.path(), "1", slice);
    }
    scripted.run(&format!("open {}", folder.path().display()));
    let found = marks(&scripted).into_iter().map(|mark| mark.measurement).collect::<Vec<_>>();
    let counted = statistics(&found[0]);
    assert_eq!((counted.not_received, counted.count), (0, 160), "{found:?}");
    assert!(found[1].lines[0].parse::<f64>().is_ok(), "{:?}", found[1]);
}

/// Many values are counted beside, and never while the hand waits.
#[test]
fn a_large_region_is_counted_beside() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial; slab 38; projection mean; tool rectangle");
    // 39 × 28 pixels through 38 planes.
    let corners = [at(0.0, 0.0, 20.0), at(39.0, 28.0, 20.0)];
    for command in stroke(&scripted, &corners).split("; ").filter(|text| !text.is_empty()) {
        scripted.reading.command(&Command::parse(command).expect(command), CommandSource::Script);
    }
    let found = last(&scripted);
    assert!(region(&found).statistics.is_none());
    assert_eq!(found.lines.last().map(String::as_str), Some("counting its values"));
    assert!(!scripted.reading.is_settled());
    scripted.settle();
    let counted = statistics(&last(&scripted));
    assert_eq!(counted.count, 39 * 28);
    assert!(last(&scripted).lines[0].starts_with("mean of 38 mm mean "), "{:?}", last(&scripted));
    // Numbers of what was changed meanwhile are not taken.
    scripted.run("tool rectangle");
    for command in stroke(&scripted, &corners).split("; ").filter(|text| !text.is_empty()) {
        scripted.reading.command(&Command::parse(command).expect(command), CommandSource::Script);
    }
    scripted.run("undo");
    assert_eq!(marks(&scripted).len(), 1);
}

/// The numbers are those of the section at rest.
#[test]
fn a_section_that_moves_is_measured_as_at_rest() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; slab 5; scroll +1; scroll -1; tool rectangle");
    let corners = [at(8.1, 15.0, 30.4), at(29.7, 15.0, 7.9)];
    let text = stroke(&scripted, &corners);
    scripted.run(&text);
    let at_rest = last(&scripted);
    scripted.run("undo; tool rectangle");
    for command in
        ["scroll +1", "scroll -1"].into_iter().chain(text.split("; ")).filter(|text| !text.is_empty())
    {
        scripted.reading.command(&Command::parse(command).expect(command), CommandSource::Script);
    }
    assert!(pass(&focused(&scripted)).is_moving);
    assert_eq!(last(&scripted), at_rest);
}

/// Whatever section holds two points, the length between them is that of the patient.
#[test]
fn the_length_between_two_points_is_one_in_every_section() {
    let folder = TempDir::new().expect("a folder");
    let mut upright = open(&folder);
    let mut tilted = Scripted::open(&data().join("ct-gantry-tilt"));
    for scripted in [&mut upright, &mut tilted] {
        scripted.run("plane axial");
        let volume = pass(&focused(scripted)).volume.clone();
        let scripted = RefCell::new(scripted);
        let share = || prop::array::uniform3(0.0..1.0);
        let place = |[x, y, z]: [f64; 3]| {
            let [columns, rows, slices] = volume.size().map(|count| f64::from(count) - 1.0);
            *volume.patient_from_voxel() * Point::new(x * columns, y * rows, z * slices)
        };
        let inputs = (share(), share(), prop::array::uniform3(-1.0..1.0), 0.5..4.0);
        let mut runner =
            TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&inputs, |(a, b, [x, y, z], zoom)| {
            let (a, b) = (place(a), place(b));
            let Some(section) = Section::new(a, b - a, Vector::new(x, y, z)) else {
                return Err(TestCaseError::reject("no plane"));
            };
            let mut scripted = scripted.borrow_mut();
            scripted.reading.session.screens[0].viewports[0].reformat = Some(Reformat::new(section));
            scripted.run(&format!("reset; zoom by {zoom}"));
            draw(&mut scripted, "length", &[a, b]);
            let found = last(&scripted);
            scripted.run("mark clear");
            let expected = (b - a).length();
            prop_assert!((length_mm(&found) - expected).abs() < 0.001, "{found:?} {expected}");
            Ok(())
        });
        outcome.expect("one length");
    }
}

/// After a crash, and after it was given up and brought back.
#[test]
fn marks_on_sections_are_drafts() {
    let (folder, kept) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    drop(open(&folder));
    let mut first = Scripted::keeping(Some(kept.path().to_path_buf()));
    first.run(&format!("open {}", folder.path().display()));
    first.run("plane coronal; crosshair at 20.3 14.6 19.2; plane turn down 25; slab 3; projection mean");
    let of = section(&first);
    let place = |x: f64, y: f64| of.center() + of.right() * x + of.down() * y;
    draw(&mut first, "ellipse", &[place(-6.2, -4.4), place(5.9, 7.7)]);
    draw(&mut first, "length", &[place(-9.0, -9.0), place(9.0, -8.0)]);
    let before: Vec<_> =
        marks(&first).into_iter().map(|mark| (mark.shape, mark.section, mark.measurement)).collect();
    let draft = || {
        let mut files =
            std::fs::read_dir(kept.path()).into_iter().flatten().flatten().map(|file| file.path());
        files.find(|file| file.to_string_lossy().ends_with(".draft.toml"))
    };
    let has_both = |file: &Path| {
        std::fs::read_to_string(file).is_ok_and(|text| text.matches("[[section_mark]]").count() == 2)
    };
    first.wait_for("there is a draft", |_| draft().is_some_and(|file| has_both(&file)));
    std::mem::forget(first);
    let mut second = Scripted::keeping(Some(kept.path().to_path_buf()));
    second.run(&format!("open {}", folder.path().display()));
    let messages = &second.reading.session.messages;
    assert!(messages.iter().any(|message| message.text.contains("2 marks on sections")), "{messages:?}");
    let back = |scripted: &mut Scripted| -> Vec<_> {
        scripted.run("plane axial; mark 1");
        marks(scripted).into_iter().map(|mark| (mark.shape, mark.section, mark.measurement)).collect()
    };
    assert_eq!(back(&mut second), before);
    second.run("drafts discard");
    assert!(marks(&second).is_empty());
    second.run("drafts restore");
    assert_eq!(back(&mut second), before);
}

#[test]
fn a_saved_state_says_that_marks_on_sections_are_not_in_it() {
    let (folder, kept) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    drop(open(&folder));
    let mut scripted = Scripted::keeping(Some(kept.path().to_path_buf()));
    scripted.run(&format!("open {}", folder.path().display()));
    scripted.run("plane coronal");
    draw(&mut scripted, "length", &[at(5.0, 15.0, 8.0), at(32.0, 15.0, 30.0)]);
    scripted.run("presentation save ONE");
    assert!(told(&scripted).contains("nor do they hold marks on sections"), "{}", told(&scripted));
    scripted.run("plane acquired; presentation save ONE");
    let messages = &scripted.reading.session.messages;
    let saved = messages.iter().find(|message| message.text.starts_with("Saved")).expect("saved");
    assert!(saved.text.contains("marks on sections, which stay a draft"), "{}", saved.text);
    let study = scripted.reading.library.studies()[0].attributes.uid.clone();
    let left = scripted.reading.session.unsaved_work(&scripted.reading.library);
    assert_eq!(left[&study].section_marks.values().map(Vec::len).sum::<usize>(), 1);
}
