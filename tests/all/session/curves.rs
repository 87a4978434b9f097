//! Paths through the patient, and pictures along them.

use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::geometry::{CurveMode, Patient, Point, View};
use hotlight::render::cpu::curved_modality_values;
use hotlight::render::{CurvedPass, Picture, ViewportPlan};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::sections::{badges, focused, on_screen, open, told};

/// A way in the coronal plane through the middle of the volume, which is 40 × 30 × 40 mm.
const WAY: [[f64; 3]; 4] = [[10.0, 15.0, 34.0], [13.0, 15.0, 26.0], [12.0, 15.0, 16.0], [16.0, 15.0, 6.0]];

fn click(scripted: &mut Scripted, at: Point<View>) {
    scripted.run(&format!("pointer press left {} {}; pointer release", at.xyz.x, at.xyz.y));
}

/// Draws a way by clicks on the section in focus.
fn draw(scripted: &mut Scripted, way: &[[f64; 3]]) {
    scripted.run("curve start");
    for [x, y, z] in way {
        let at = on_screen(&focused(scripted), *x, *y, *z);
        click(scripted, at);
    }
}

/// The coronal section, the way drawn on it, and beside it the picture along the way, which has the focus.
fn drawn(folder: &TempDir) -> Scripted {
    let mut scripted = open(folder);
    scripted.run("plane coronal");
    draw(&mut scripted, &WAY);
    scripted.run("curve close");
    scripted
}

fn along(plan: &ViewportPlan) -> &CurvedPass {
    match &plan.picture {
        Picture::Curved(pass) => pass,
        other => panic!("no picture along a path: {other:?}"),
    }
}

fn points(scripted: &Scripted) -> Vec<Point<Patient>> {
    scripted.reading.session.path.as_ref().map_or_else(Vec::new, |path| path.points.clone())
}

/// How far the points of the path are from a way at most, mm.
fn distance(scripted: &Scripted, way: &[[f64; 3]]) -> f64 {
    let found = points(scripted);
    assert_eq!(found.len(), way.len(), "{found:?}");
    let ways = way.iter().map(|[x, y, z]| Point::new(*x, *y, *z));
    found.iter().zip(ways).map(|(found, way)| (*found - way).length()).fold(0.0, f64::max)
}

/// Where the picture along the path shows its middle line so far along, mm.
fn in_picture(plan: &ViewportPlan, along_mm: f64) -> Point<View> {
    let to_view = along(plan).unrolled_from_view.inverse().expect("a map");
    let at = to_view * Point::flat(0.0, along_mm);
    Point::flat(at.xyz.x, at.xyz.y)
}

#[test]
fn a_path_is_drawn_by_clicks_and_shown_beside_the_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    draw(&mut scripted, &WAY);
    assert!(distance(&scripted, &WAY) < 1e-6, "{:?}", points(&scripted));
    // The mouse lies on the last point: Enter ends the path.
    let at = on_screen(&focused(&scripted), 16.0, 15.0, 6.0).xyz;
    scripted.run(&format!("pointer hover 1 1 {} {}; pointer click", at.x, at.y));
    let session = &scripted.reading.session;
    assert_eq!((session.focus.viewport, session.tool.name()), (1, "scroll"));
    let plan = focused(&scripted);
    let pass = along(&plan);
    let length_mm = pass.curve.length_mm();
    assert!((29.3..30.3).contains(&length_mm), "{length_mm}");
    let name = format!("curved reformat, straightened, {length_mm:.0} mm");
    assert!(badges(&plan).contains(&name.as_str()), "{:?}", badges(&plan));
    // Down leads to the feet all the way; across lies in the plane, to the left of the patient.
    let letters = &plan.labels.letters;
    assert_eq!([&letters.top, &letters.bottom, &letters.left, &letters.right], ["H", "F", "R", "L"]);
    // On the middle line stand the values of the way: column + 50 × row + 1000 × slice.
    let values = curved_modality_values(pass);
    for along_mm in [3.0, 11.0, 20.0, 28.0] {
        let at = in_picture(&plan, along_mm).xyz;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the picture")]
        let found = values.values[at.y as usize * values.width as usize + at.x as usize];
        let place = pass.curve.at(along_mm).expect("on the way").at.xyz;
        let truth = place.x + 50.0 * place.y + 500.0 * place.z;
        let pixel_mm = pass.unrolled_from_view.x_axis().length();
        assert!((f64::from(found) - truth).abs() < 505.0 * pixel_mm, "{along_mm}: {found} for {truth}");
    }
}

#[test]
fn points_are_set_on_images_while_scrolling() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("curve start");
    for (image, x, y) in [(18, 10.5, 8.5), (11, 12.5, 14.5), (4, 20.5, 20.5)] {
        scripted.run(&format!("scroll to {image}"));
        let plan = focused(&scripted);
        let Picture::Slice(pass) = &plan.picture else { panic!("an image") };
        let at = (pass.image_from_view.inverse().expect("a map") * Point::flat(x, y)).xyz;
        click(&mut scripted, Point::flat(at.x, at.y));
    }
    // Each lies on its image: the first of them at 0 mm, the next 2 mm above.
    let way = [[10.0, 8.0, 34.0], [12.0, 14.0, 20.0], [20.0, 20.0, 6.0]];
    assert!(distance(&scripted, &way) < 1e-6, "{:?}", points(&scripted));
    // The image shows its own point, and as much of the path as lies within half the way to the next image.
    let plan = focused(&scripted);
    let path = plan.overlay.path.as_ref().expect("the path");
    assert_eq!((path.points.len(), path.lines.len()), (1, 1));
    scripted.run("curve close");
    assert!(matches!(focused(&scripted).picture, Picture::Curved(_)));
    // Down the patient, seen from the front.
    let letters = &focused(&scripted).labels.letters;
    assert_eq!((letters.top.as_str(), letters.bottom.as_str()), ("H", "F"));
}

#[test]
fn a_point_is_dragged_and_its_way_taken_back() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = drawn(&folder);
    let length_mm = |scripted: &Scripted| along(&focused(scripted)).curve.length_mm();
    let before_mm = length_mm(&scripted);
    scripted.run("viewport 1");
    let plan = focused(&scripted);
    let (from, to) = (on_screen(&plan, 12.0, 15.0, 16.0).xyz, on_screen(&plan, 30.0, 15.0, 16.0).xyz);
    scripted.run(&format!("pointer press left {} {}; pointer move {} {}", from.x, from.y, to.x, to.y));
    let moved = [WAY[0], WAY[1], [30.0, 15.0, 16.0], WAY[3]];
    assert!(distance(&scripted, &moved) < 1e-6, "{:?}", points(&scripted));
    scripted.run("pointer release; viewport 2");
    let after_mm = length_mm(&scripted);
    assert!(after_mm > before_mm + 5.0, "{after_mm} after {before_mm}");
    scripted.run("undo");
    assert!(distance(&scripted, &WAY) < 1e-6, "{:?}", points(&scripted));
    assert_eq!(length_mm(&scripted).to_bits(), before_mm.to_bits());
    scripted.run("redo");
    assert_eq!(length_mm(&scripted).to_bits(), after_mm.to_bits());
    // Esc in the midst of a drag gives the point back.
    scripted.run("viewport 1");
    scripted.run(&format!("pointer press left {} {}; pointer move {} {}", to.x, to.y, from.x, from.y));
    scripted.run("cancel");
    assert!(distance(&scripted, &moved) < 1e-6, "{:?}", points(&scripted));
    scripted.run("viewport 2");
    assert_eq!(length_mm(&scripted).to_bits(), after_mm.to_bits());
}

/// Of a straight path down a section the picture is that of the section, wherever both are shown.
#[test]
fn along_a_straight_path_the_section_itself_is_shown() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    draw(&mut scripted, &[[20.0, 15.0, 36.0], [20.0, 15.0, 4.0]]);
    scripted.run("curve close");
    let plan = focused(&scripted);
    let pass = along(&plan);
    let values = curved_modality_values(pass);
    let mut count = 0;
    for (row, values) in (0_u32..).zip(values.values.chunks(values.width as usize)) {
        for (column, value) in (0_u32..).zip(values) {
            let at = Point::flat(f64::from(column) + 0.5, f64::from(row) + 0.5);
            let at = (pass.unrolled_from_view * at).xyz;
            let (x, z) = (20.0 + at.x, 36.0 - at.y);
            // Between the outermost centres values are those of the ramp.
            if (0.0..=39.0).contains(&x) && (4.0..=36.0).contains(&z) {
                let truth = x + 50.0 * 15.0 + 500.0 * z;
                assert!((f64::from(*value) - truth).abs() < 0.01, "{column} {row}: {value} for {truth}");
                count += 1;
            }
        }
    }
    assert!(count > 10_000, "{count} pixels");
}

#[test]
fn the_wheel_turns_the_picture_and_slabs_are_as_on_sections() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = drawn(&folder);
    let turn = |scripted: &Scripted| along(&focused(scripted)).turn_degrees;
    for (command, degrees, number) in [
        ("scroll +3", 15.0, 4),
        ("scroll -4", 355.0, 72),
        ("scroll first", 0.0, 1),
        ("scroll to 19", 90.0, 19),
        ("curve turn -100", 350.0, 71),
    ] {
        scripted.run(command);
        assert!((turn(&scripted) - degrees).abs() < 1e-9, "{command}: {}", turn(&scripted));
        assert_eq!(focused(&scripted).labels.number, Some((number, 72)), "{command}");
    }
    let lines = focused(&scripted).labels.bottom_left;
    assert!(lines.iter().any(|line| line.contains("350° about the path")), "{lines:?}");
    scripted.run("slab 5; projection minip");
    let plan = focused(&scripted);
    assert!((along(&plan).slab.thickness_mm - 5.0).abs() < 1e-9);
    assert!(badges(&plan).contains(&"MinIP 5 mm"), "{:?}", badges(&plan));
    scripted.run("curve mode stretched");
    let plan = focused(&scripted);
    let length_mm = along(&plan).curve.length_mm();
    let name = format!("curved reformat, stretched, {length_mm:.0} mm");
    assert!(badges(&plan).contains(&name.as_str()), "{:?}", badges(&plan));
    scripted.run("undo");
    let path = scripted.reading.session.path.as_ref().expect("a path");
    let straightened = path.curve(CurveMode::Straightened).expect("a curve").clone();
    assert_eq!(along(&focused(&scripted)).curve, straightened);
}

/// As on sections: what is drawn less finely while it moves says so.
#[test]
fn a_slab_along_the_path_that_moves_says_so() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = drawn(&folder);
    let turn = Command::parse("scroll +1").expect("a command");
    for (slab, is_told) in [("slab 5", true), ("slab off", false)] {
        scripted.run(slab);
        assert!(!along(&focused(&scripted)).is_moving, "{slab}: at rest");
        assert!(!badges(&focused(&scripted)).contains(&"moving"), "{slab}: at rest");
        scripted.reading.command(&turn, CommandSource::Script);
        let plan = focused(&scripted);
        assert!(along(&plan).is_moving, "{slab}");
        assert_eq!(badges(&plan).contains(&"moving"), is_told, "{slab}");
    }
}

#[test]
fn a_click_in_the_picture_leads_the_crosshair_there() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = drawn(&folder);
    let plan = focused(&scripted);
    let at = in_picture(&plan, 20.0);
    let place = along(&plan).curve.at(20.0).expect("on the way").at;
    scripted.run(&format!("pointer hover 2 1 {} {}", at.xyz.x, at.xyz.y));
    let whole = scripted.plan();
    let readout = whole.readout.expect("a line");
    assert!(
        readout.contains(&format!("z {:.1} mm", place.xyz.z)) && readout.contains("20.0 mm along"),
        "{readout}"
    );
    // On the section the place is marked.
    let section = &whole.viewports[0];
    let here = section.overlay.path.as_ref().and_then(|path| path.here).expect("the place");
    let truth = on_screen(section, place.xyz.x, place.xyz.y, place.xyz.z);
    assert!((here - truth).length() < 1e-6, "{here:?} for {truth:?}");
    click(&mut scripted, at);
    let shared = scripted.reading.session.shared_point.as_ref().expect("a point").at;
    assert!((shared - place).length() < 1e-6, "{shared:?} for {place:?}");
    // Beyond the end of the path there is no place.
    let beyond = in_picture(&focused(&scripted), -5.0);
    scripted.run(&format!("pointer hover 2 1 {} {}", beyond.xyz.x, beyond.xyz.y));
    assert_eq!(scripted.plan().readout, None);
}

#[test]
fn points_go_back_one_by_one_and_a_path_is_given_up() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    draw(&mut scripted, &WAY);
    scripted.run("curve back");
    assert!(distance(&scripted, &WAY[..3]) < 1e-6);
    scripted.run("undo");
    assert!(distance(&scripted, &WAY) < 1e-6);
    // Esc: nothing is shown along it, and it goes.
    scripted.run("cancel");
    assert_eq!(scripted.reading.session.path, None);
    assert_eq!(scripted.reading.session.tool.name(), "scroll");
    scripted.run("undo");
    assert!(distance(&scripted, &WAY) < 1e-6);
    scripted.run("curve close");
    assert!(matches!(focused(&scripted).picture, Picture::Curved(_)));
    scripted.run("curve off");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
    assert_eq!(scripted.reading.session.path, None);
    // A plane takes the picture's place.
    scripted.run("undo; curve close");
    assert!(matches!(focused(&scripted).picture, Picture::Curved(_)));
    scripted.run("plane axial");
    assert!(matches!(focused(&scripted).picture, Picture::Reformat(_)));
}

#[test]
fn a_path_is_drawn_by_keys_alone() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; curve start; pointer step 0 1; pointer click");
    assert_eq!(points(&scripted).len(), 1);
    scripted.run("pointer step 3 8; pointer click");
    let [first, second] = points(&scripted)[..] else { panic!("two points") };
    let way = (second - first).xyz;
    assert!(way.x > 0.0 && way.y.abs() < 1e-9 && way.z < 0.0, "right and down: {way}");
    // Once more in the same place ends the path.
    scripted.run("pointer click");
    assert!(matches!(focused(&scripted).picture, Picture::Curved(_)));
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    for (command, words) in [
        ("curve close", "There is no path"),
        ("curve back", "There is no path"),
        ("curve off", "There is no path"),
        ("curve turn 5", "no picture along a path"),
        ("curve mode stretched", "There is no path"),
        ("curve start; curve close", "two points that are apart"),
        ("curve add 1 2 3; curve add 1 2 3; curve close", "two points that are apart"),
    ] {
        scripted.run(command);
        assert!(told(&scripted).contains(words), "{command}: {}", told(&scripted));
    }
    let mut scripted = drawn(&folder);
    for (command, words) in [
        ("tool length; pointer press left 50 50", "lengths are true along the path"),
        ("mark clear", "lengths are true along the path"),
        ("plane turn left 5", "turned about it"),
        ("curve start", "not on the picture along it"),
    ] {
        scripted.run(command);
        assert!(told(&scripted).contains(words), "{command}: {}", told(&scripted));
        assert!(matches!(focused(&scripted).picture, Picture::Curved(_)), "{command}");
    }
    let many = "curve add 1 2 3; ".repeat(300);
    scripted.run(&format!("tool scroll; viewport 1; {many}"));
    assert!(told(&scripted).contains("256 points at most"), "{}", told(&scripted));
    assert_eq!(points(&scripted).len(), 256);
}
