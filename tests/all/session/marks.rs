//! Marks: drawn with the mouse and by keys, kept with their image, taken back.

use hotlight::annotation::{Shape, Values};
use hotlight::command::ToolName;
use hotlight::session::Mark;
use hotlight::testing::Scripted;

use crate::support::phantom;

fn open() -> Scripted {
    let mut scripted = Scripted::open(phantom());
    scripted.run("viewport 1; layout 1x1; zoom 1:1");
    scripted
}

/// The marks of the image in focus.
fn marks(scripted: &Scripted) -> Vec<Mark> {
    let session = &scripted.reading.session;
    let source = session.focused_viewport().and_then(|viewport| viewport.source.as_ref()).expect("a source");
    let (_, _, set) = scripted.reading.library.find(&source.display_set).expect("a set");
    session.marks.of(&set.images[source.index].key()).to_vec()
}

fn spacing_mm(scripted: &Scripted) -> f64 {
    let (_, _, set) = scripted.reading.library.display_sets().next().expect("a set");
    set.images[0].attributes().spacing.expect("millimetres").column
}

fn told(scripted: &Scripted) -> String {
    scripted.reading.session.messages.last().map_or_else(String::new, |message| message.text.clone())
}

const DRAG: &str =
    "tool length; pointer press left 300 200; pointer move 330 220; pointer move 360 280; pointer release";

#[test]
fn a_drag_measures_a_length_and_the_tool_scrolls_again() {
    let mut scripted = open();
    scripted.run(DRAG);
    let marks = marks(&scripted);
    let [mark] = marks.as_slice() else { panic!("one mark: {marks:?}") };
    let Values::Length { mm: Some(mm), px } = mark.measurement.values else { panic!("{mark:?}") };
    // 60 right and 80 down.
    assert!((px - 100.0).abs() < 1e-9, "{px}");
    assert!((mm - 100.0 * spacing_mm(&scripted)).abs() < 1e-9, "{mm}");
    assert_eq!(mark.measurement.lines, [format!("{mm:.1} mm")]);
    assert_eq!(scripted.reading.session.tool, ToolName::Scroll);
    assert_eq!(scripted.reading.session.selected, Some(mark.id));
}

#[test]
fn clicks_place_points_too_and_an_angle_takes_three() {
    let click =
        |x: i32, y: i32| format!("pointer hover 1 1 {x} {y}; pointer press left {x} {y}; pointer release; ");
    let mut scripted = open();
    scripted.run(&format!("tool length; {}pointer hover 1 1 350 230; {}", click(300, 200), click(360, 280)));
    let Values::Length { px, .. } = marks(&scripted)[0].measurement.values else { panic!("a length") };
    assert!((px - 100.0).abs() < 1e-9, "{px}");
    scripted.run(&format!("tool angle; {}{}{}", click(300, 300), click(200, 300), click(200, 210)));
    let Values::Angle { degrees } = marks(&scripted)[1].measurement.values else { panic!("an angle") };
    assert!((degrees - 90.0).abs() < 1e-9, "{degrees}");
    // The first arm may be dragged.
    scripted.run(&format!(
        "tool angle; pointer press left 300 400; pointer move 200 400; pointer release; {}",
        click(300, 500)
    ));
    let Values::Angle { degrees } = marks(&scripted)[2].measurement.values else { panic!("an angle") };
    assert!((degrees - 45.0).abs() < 1e-9, "{degrees}");
}

/// The hand need not leave the keys.
#[test]
fn a_region_is_measured_by_keys_alone() {
    let mut scripted = open();
    // Beyond the edge there is nothing to point at.
    scripted.run("pointer step 0 0; pointer step 9000 -9000");
    let at = scripted.reading.session.pointer.expect("a pointer").at.xyz;
    assert_eq!((at.x, at.y), (800.0, 0.0));
    scripted.run("pointer leave");
    scripted.run("tool rectangle; pointer step 0 0; pointer click; pointer step 20 10; pointer click");
    let marks = marks(&scripted);
    let [Mark { shape: Shape::Rectangle([a, b]), measurement, .. }] = marks.as_slice() else {
        panic!("a rectangle: {marks:?}")
    };
    let size = (*b - *a).xyz;
    assert!((size.x.abs() - 20.0).abs() < 1e-9 && (size.y.abs() - 10.0).abs() < 1e-9, "{size}");
    let Values::Region(region) = measurement.values else { panic!("a region") };
    assert!(region.statistics.is_some(), "{region:?}");
    assert!(measurement.lines.iter().any(|line| line.starts_with("mean ")), "{:?}", measurement.lines);
}

/// A region too large to be counted under the moving hand is counted once the hand lets go.
#[test]
fn a_large_region_is_counted_when_it_is_let_go() {
    let mut scripted = open();
    scripted.run("zoom by 0.1; tool rectangle; pointer press left 300 200; pointer move 420 320");
    scripted.run("pointer release");
    let counted = |scripted: &Scripted| {
        let Values::Region(region) = marks(scripted)[0].measurement.values else { panic!("a region") };
        region.statistics
    };
    let whole = counted(&scripted).expect("numbers");
    scripted.run("pointer press left 300 260; pointer move 310 260");
    assert_eq!(counted(&scripted), None, "in the hand");
    scripted.run("pointer release");
    // The image lies within it before and after.
    assert_eq!(counted(&scripted), Some(whole));
}

#[test]
fn a_mark_stays_with_its_image() {
    let mut scripted = open();
    scripted.run("scroll to 4");
    scripted.run(DRAG);
    let words = |scripted: &Scripted| scripted.focused().expect("a viewport").overlay.marks.len();
    assert_eq!(words(&scripted), 1);
    scripted.run("scroll +1");
    assert_eq!((words(&scripted), marks(&scripted).len()), (0, 0));
    scripted.run("study next; study next; scroll to 4");
    assert_eq!(words(&scripted), 1);
    scripted.run("overlay marks");
    assert_eq!((words(&scripted), marks(&scripted).len()), (0, 1), "hidden, not gone");
}

#[test]
fn a_mark_is_moved_by_its_line_and_changed_by_its_ends() {
    let mut scripted = open();
    scripted.run(DRAG);
    let ends = |scripted: &Scripted| match marks(scripted)[0].shape {
        Shape::Length([a, b]) => (a.xyz, b.xyz),
        other => panic!("{other:?}"),
    };
    let before = ends(&scripted);
    // The middle of the line.
    scripted.run("pointer press left 330 240; pointer move 340 245; pointer release");
    let moved = ends(&scripted);
    assert!((moved.0 - before.0).distance(glam::DVec3::new(10.0, 5.0, 0.0)) < 1e-9, "{moved:?}");
    assert!((moved.1 - before.1).distance(glam::DVec3::new(10.0, 5.0, 0.0)) < 1e-9, "{moved:?}");
    // Its second end.
    scripted.run("pointer press left 370 285; pointer move 400 285; pointer release");
    let changed = ends(&scripted);
    assert!(
        changed.0.distance(moved.0) < 1e-9 && (changed.1.x - moved.1.x - 30.0).abs() < 1e-9,
        "{changed:?}"
    );
    scripted.run("undo");
    assert_eq!(ends(&scripted), moved);
    scripted.run("undo; undo");
    assert!(marks(&scripted).is_empty());
    scripted.run("redo; redo; redo");
    assert_eq!(ends(&scripted), changed);
    // Esc with the mark in the hand puts it back.
    scripted.run("pointer press left 400 285; pointer move 10 10; cancel; pointer release");
    assert_eq!(ends(&scripted), changed);
}

#[test]
fn marks_are_selected_and_removed_by_keys_and_come_back() {
    let mut scripted = open();
    scripted.run(DRAG);
    scripted.run("tool probe; pointer press left 100 100; pointer release");
    assert_eq!(marks(&scripted).len(), 2);
    scripted.run("mark 1; mark delete");
    assert!(matches!(marks(&scripted).as_slice(), [Mark { shape: Shape::Probe(_), .. }]));
    scripted.run("mark delete");
    assert_eq!(told(&scripted), "No mark is selected on this image.");
    scripted.run("undo; mark clear");
    assert!(marks(&scripted).is_empty());
    scripted.run("undo");
    assert_eq!(marks(&scripted).len(), 2);
    scripted.run("scroll +1; mark next");
    assert_eq!(told(&scripted), "There is no such mark on this image.");
}

#[test]
fn a_stroke_without_length_is_no_mark_and_escape_ends_one() {
    let mut scripted = open();
    scripted.run("tool ellipse; pointer press left 300 200; pointer move 340 220; pointer move 300 200; pointer release");
    scripted.run("pointer hover 1 1 320 220; cancel");
    assert_eq!(scripted.reading.session.tool, ToolName::Ellipse, "one thing at a time");
    scripted.run("pointer press left 380 240; pointer move 382 240; pointer release");
    assert!(
        marks(&scripted).is_empty() && scripted.reading.session.draft.is_some(),
        "a hand that trembles clicks"
    );
    scripted.run("cancel; cancel");
    assert_eq!(scripted.reading.session.tool, ToolName::Scroll);
    assert!(marks(&scripted).is_empty());
    assert!(scripted.reading.session.draft.is_none());
}

#[test]
fn a_mark_in_a_tile_lies_on_the_image_of_the_tile() {
    let mut scripted = open();
    scripted.run("scroll to 1; tiles 1x2; zoom fit");
    scripted.run("tool probe; pointer hover 1 2 100 100; pointer press left 100 100; pointer release");
    assert!(marks(&scripted).is_empty(), "not on the first");
    scripted.run("tiles 1x1; scroll to 2");
    assert_eq!(marks(&scripted).len(), 1);
}

/// How an image is shown is taken back too, a drag as one.
#[test]
fn changes_of_the_view_are_taken_back_one_by_one() {
    let mut scripted = open();
    let start = scripted.words();
    scripted.run("pointer press right 100 100; pointer move 120 100; pointer move 140 90; pointer release");
    let windowed = scripted.words();
    assert_ne!(windowed, start);
    scripted.run("rotate right; zoom by 2; zoom by 2; invert");
    scripted.run("undo; undo; undo");
    assert_eq!(scripted.words(), windowed, "two notches of zoom are one change");
    scripted.run("undo");
    assert_eq!(scripted.words(), start);
    scripted.run("redo");
    assert_eq!(scripted.words(), windowed);
    scripted.run("redo; redo; redo");
    assert!(
        scripted.words().contains("inverted") && scripted.words().contains("turned"),
        "{}",
        scripted.words()
    );
    scripted.run("undo; rotate left; redo");
    assert_eq!(told(&scripted), "There is nothing to do again.");
}

/// The picture may be moved and windowed between two points; that places none.
#[test]
fn another_button_between_two_points_places_none() {
    let mut scripted = open();
    scripted.run("tool length; pointer press left 300 200; pointer release; pointer hover 1 1 340 220");
    for button in ["middle", "right"] {
        scripted.run(&format!(
            "pointer press {button} 340 220; pointer move 380 260; pointer move 350 230; pointer release"
        ));
        assert!(marks(&scripted).is_empty(), "{button}");
        assert!(scripted.reading.session.draft.is_some(), "{button}");
    }
    scripted.run("pointer press left 360 280; pointer release");
    assert_eq!(marks(&scripted).len(), 1);
}

/// A drag that something else ends is none: the mark is where it was, and the history does not lie.
#[test]
fn a_mark_in_the_hand_goes_back_when_something_takes_the_hand_away() {
    for taken in ["layout 1x2", "study next; study next", "panel menu; cancel", "screen open; screen close"] {
        let mut scripted = open();
        scripted.run("scroll to 5");
        scripted.run(DRAG);
        let before = marks(&scripted)[0].shape;
        scripted.run("pointer press left 330 240; pointer move 360 270");
        assert_ne!(marks(&scripted)[0].shape, before);
        scripted.run(&format!("{taken}; pointer release; layout 1x1; scroll to 5"));
        assert_eq!(marks(&scripted)[0].shape, before, "{taken}");
    }
}

/// The pointer was over a tile that is no more: commands mean what can be seen.
#[test]
fn a_tile_that_is_gone_is_not_meant() {
    let mut scripted = open();
    scripted.run("scroll to 1; tiles 1x2; zoom fit");
    scripted.run("tool probe; pointer hover 1 2 100 100; pointer press left 100 100; pointer release");
    scripted.run("tiles 1x1; mark clear");
    assert_eq!(told(&scripted), "There is no mark on this image.");
    scripted.run("scroll to 2");
    assert_eq!(marks(&scripted).len(), 1);
}

/// Rule X-10 g: what the reader knows counts for the image, says so beside each number, and is taken back like a mark.
#[test]
fn a_known_length_calibrates_its_image_and_no_other() {
    let mut scripted = open();
    scripted.run(DRAG);
    scripted.run("tool rectangle; pointer press left 390 290; pointer move 400 310; pointer release");
    let lines = |scripted: &Scripted| -> Vec<String> {
        marks(scripted)
            .iter()
            .map(|mark| mark.measurement.lines.last().cloned().unwrap_or_default())
            .collect()
    };
    let before = lines(&scripted);
    scripted.run("mark calibrate 50");
    assert_eq!(told(&scripted), "Select a length on this image whose millimetres are known.");
    // 100 pixels are 50 mm: a pixel is half a millimetre.
    scripted.run("mark 1; mark calibrate 50");
    let after = lines(&scripted);
    assert!(after[0].starts_with("50.0 mm ") && after[0].len() > "50.0 mm ".len(), "{after:?}");
    assert!(after[1].starts_with("area 50.00 mm²"), "{after:?}");
    scripted.run("scroll +1");
    scripted.run(DRAG);
    assert_eq!(lines(&scripted), before[..1], "the next image says its own");
    scripted.run("undo; scroll -1; undo");
    assert_eq!(lines(&scripted), before);
    scripted.run("redo; mark calibrate none");
    assert_eq!(lines(&scripted), before);
}

/// What is taken back belongs to what hangs there: another series is left as it is.
#[test]
fn a_change_of_a_series_that_hangs_no_more_is_not_taken_back_from_another() {
    let mut scripted = open();
    scripted.run("window set 1 11; hang 2");
    let before = scripted.words();
    scripted.run("undo");
    assert_eq!(scripted.words(), before);
    assert_eq!(told(&scripted), "There is nothing to undo.");
}

/// The words of all probes stood in the corner of the picture, one over the other, and nothing where they were set.
#[test]
fn a_probe_is_shown_where_it_was_set_and_its_words_beside_it() {
    let mut scripted = open();
    scripted.run("tool probe; pointer press left 300 200; pointer release");
    scripted.run("tool probe; pointer press left 420 310; pointer release");
    let shown = scripted.focused().expect("a viewport").overlay.marks;
    for (mark, (x, y)) in shown.iter().zip([(300.0, 200.0), (420.0, 310.0)]) {
        let at = hotlight::geometry::Point::flat(x, y);
        assert_eq!((mark.words_at, mark.outline.as_slice()), (at, [vec![at]].as_slice()));
    }
    assert_eq!(shown.len(), 2);
}

/// Rule X-11: each region has its own scale, or none.
#[test]
fn ultrasound_regions_are_not_calibrated_over() {
    let mut scripted =
        Scripted::open(&crate::support::data().join("pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm"));
    scripted.run("zoom fit; tool length; pointer press left 350 250; pointer move 400 280; pointer release");
    let before = marks(&scripted)[0].measurement.clone();
    scripted.run("mark calibrate 500");
    assert_eq!(told(&scripted), "This image states a scale for each of its ultrasound regions.");
    assert_eq!(marks(&scripted)[0].measurement, before);
}

/// A mark must not come or go unseen.
#[test]
fn what_is_taken_back_out_of_sight_is_told() {
    const UNSEEN: &str = "That changed marks on an image that is not on the screen.";
    let mut scripted = open();
    scripted.run(DRAG);
    scripted.run("undo");
    assert_eq!(told(&scripted), "");
    scripted.run("redo; scroll +1; undo");
    assert_eq!(told(&scripted), UNSEEN);
    scripted.run("scroll -1; tool scroll");
    assert!(marks(&scripted).is_empty());
}

/// The hand may be faster than the disk.
#[test]
fn a_region_on_an_image_without_its_pixels_is_measured_when_they_come() {
    let mut scripted = open();
    let key = {
        let source = scripted.reading.session.focused_viewport().and_then(|viewport| viewport.source.clone());
        let source = source.expect("a source");
        let (_, _, set) = scripted.reading.library.find(&source.display_set).expect("a set");
        set.images[source.index].key()
    };
    scripted.reading.library.drop_frame(&key);
    // Runs to the end before anything is read, then waits for the pixels.
    scripted.run("tool ellipse; pointer press left 390 290; pointer move 410 310; pointer release");
    let lines = marks(&scripted)[0].measurement.lines.clone();
    assert!(lines.iter().any(|line| line.starts_with("mean ")), "{lines:?}");
}
