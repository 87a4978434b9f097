//! Presentation states under the reader's hands. PS3.3 A.33; rules P-22, S-2, S-3, S-13.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::app::Zone;
use hotlight::dicom::Writer;
use hotlight::render::{CoverPass, Over, Picture, SlicePass, Tone};
use hotlight::session::{Event, ScreenMonitor};
use hotlight::testing::Scripted;
use hotlight::units::{Mm, PValue};
use tempfile::TempDir;

use crate::standard::{Object, state, with_plane};

/// An image of 8 rows of 16 columns; its window is not the states'.
fn image() -> Object {
    Object::gray(8, 16, 12, &[700; 128])
        .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.2")
        .text(tags::PATIENT_NAME, "PN", "ZZCANARY^STATE")
        .text(tags::RESCALE_INTERCEPT, "DS", "-1000")
        .text(tags::RESCALE_SLOPE, "DS", "1")
        .text(tags::WINDOW_CENTER, "DS", "10")
        .text(tags::WINDOW_WIDTH, "DS", "20")
}

fn area(top_left: [i32; 2], bottom_right: [i32; 2], mode: &str) -> Writer {
    Writer::item()
        .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &top_left)
        .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &bottom_right)
        .text(tags::PRESENTATION_SIZE_MODE, mode)
        .text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, "1\\1")
}

/// A state with a window, by its label and the time of its making.
fn labelled(label: &str, time: &str, window: [f64; 2]) -> Writer {
    let item = Writer::item().decimals(tags::WINDOW_CENTER, &window[..1]);
    state()
        .text(tags::SOP_INSTANCE_UID, &format!("2.25.8{time}"))
        .text(tags::CONTENT_LABEL, label)
        .text(tags::PRESENTATION_CREATION_TIME, time)
        .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
        .sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item.decimals(tags::WINDOW_WIDTH, &window[1..])])
}

fn write(folder: &Path, states: impl IntoIterator<Item = Writer>) {
    image().write_to(&folder.join("image"));
    for (number, state) in states.into_iter().enumerate() {
        state.write_to(&folder.join(format!("state {number}"))).expect("a state");
    }
}

fn open(folder: &Path, states: impl IntoIterator<Item = Writer>) -> Scripted {
    write(folder, states);
    Scripted::open(folder)
}

pub(super) fn pass(scripted: &Scripted) -> SlicePass {
    match scripted.focused().expect("a viewport").picture {
        Picture::Slice(pass) => *pass,
        other => panic!("no slice: {other:?}"),
    }
}

pub(super) fn window(scripted: &Scripted) -> (f64, f64) {
    let pass = pass(scripted);
    let window = pass.gray().expect("gray").window;
    (window.center(), window.width())
}

fn badges(scripted: &Scripted) -> Vec<String> {
    let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
    badges.map(|badge| badge.text).filter(|text| text.starts_with("PS")).collect()
}

/// Rule S-13. The image's own window and rescale come back with it as acquired.
#[test]
fn of_several_states_the_newest_is_applied_and_each_can_be_chosen() {
    let folder = TempDir::new().expect("a temporary folder");
    let states = [
        labelled("OLD", "080000", [100.0, 200.0]),
        labelled("NEW", "120000", [300.0, 400.0]),
        labelled("MIDDLE", "100000", [500.0, 600.0]),
    ];
    let mut scripted = open(folder.path(), states);
    assert_eq!(
        (window(&scripted), badges(&scripted)),
        ((300.0, 400.0), vec!["PS NEW · Tester^One".to_owned()])
    );
    for (command, expected, label) in [
        ("presentation next", (500.0, 600.0), Some("PS MIDDLE · Tester^One")),
        ("presentation next", (100.0, 200.0), Some("PS OLD · Tester^One")),
        ("presentation next", (300.0, 400.0), Some("PS NEW · Tester^One")),
        ("presentation previous", (100.0, 200.0), Some("PS OLD · Tester^One")),
        ("presentation toggle", (10.0, 20.0), None),
        ("presentation toggle", (300.0, 400.0), Some("PS NEW · Tester^One")),
        ("presentation none", (10.0, 20.0), None),
        ("presentation 2", (500.0, 600.0), Some("PS MIDDLE · Tester^One")),
        ("presentation gray off", (10.0, 20.0), Some("PS MIDDLE · Tester^One without gray")),
        ("presentation gray toggle", (500.0, 600.0), Some("PS MIDDLE · Tester^One")),
    ] {
        scripted.run(command);
        let label: Vec<String> = label.into_iter().map(str::to_owned).collect();
        assert_eq!((window(&scripted), badges(&scripted)), (expected, label), "{command}");
    }
    scripted.run("presentation 4");
    assert_eq!(window(&scripted), (500.0, 600.0));
}

/// Rule S-13, PS3.3 C.12.1.1.8. Their clocks showed the other order; one that does not say whose it went by counts as the station's.
#[test]
fn the_newest_of_states_from_several_places_is_the_newest_in_one_time() {
    let [folder, kept] = [(), ()].map(|()| TempDir::new().expect("a temporary folder"));
    let states = [
        labelled("WEST", "060000", [100.0, 200.0]).text(tags::TIMEZONE_OFFSET_FROM_UTC, "-0500"),
        labelled("UTC", "103000", [300.0, 400.0]).text(tags::TIMEZONE_OFFSET_FROM_UTC, "+0000"),
        labelled("SILENT", "120000", [500.0, 600.0]),
    ];
    write(folder.path(), states);
    let mut scripted = Scripted::keeping_in(kept.path().to_path_buf(), Zone::East(7_200));
    scripted.run(&format!("open {}", folder.path().display()));
    for label in ["WEST", "UTC", "SILENT"] {
        assert_eq!(badges(&scripted), [format!("PS {label} · Tester^One")]);
        scripted.run("presentation next");
    }
    let lines = scripted.reading.session.shown_by_lines(&scripted.reading.library);
    let told: Vec<(&str, &str)> =
        lines.iter().map(|line| (line.title.as_str(), line.created.as_str())).collect();
    let expected = [
        ("WEST", "2024-06-15 13:00:00"),
        ("UTC", "2024-06-15 12:30:00"),
        ("SILENT", "2024-06-15 12:00:00"),
        ("As acquired", ""),
    ];
    assert_eq!(told, expected, "by the station's clocks");
}

/// Modality LUT of the state, which has none, is the identity: 700 is 700, and not 700 − 1000.
#[test]
fn the_states_gray_replaces_the_images_wholly_until_the_reader_windows_by_hand() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut scripted = open(folder.path(), [labelled("GRAY", "100000", [700.0, 1001.0])]);
    let shown = |scripted: &Scripted| {
        let pass = pass(scripted);
        let gray = pass.gray().expect("gray");
        gray.present(gray.modality.to_modality(hotlight::units::StoredValue(700.0)))
    };
    assert_eq!(shown(&scripted), PValue(32_800));
    scripted.run("invert");
    assert_eq!(shown(&scripted), PValue(32_734));
    scripted.run("invert; window set 650 1001");
    assert_eq!(shown(&scripted), PValue(36_077));
    assert_eq!(badges(&scripted), ["PS GRAY · Tester^One"]);
}

/// Rule S-2, S-3: the room is 800 × 600.
#[test]
fn the_displayed_area_fills_the_viewport_in_its_three_size_modes_and_the_reader_turns_on() {
    let folder = TempDir::new().expect("a temporary folder");
    // Rotated clockwise: what is top left lies at the bottom left of the image.
    let turned = |label, time, area| {
        let state = labelled(label, time, [700.0, 1001.0]).number(tags::IMAGE_ROTATION, 90);
        state.sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area])
    };
    let states = [
        turned("FIT", "120000", area([3, 6], [6, 3], "SCALE TO FIT")),
        turned(
            "MAGNIFY",
            "110000",
            area([3, 6], [6, 3], "MAGNIFY").floats(tags::PRESENTATION_PIXEL_MAGNIFICATION_RATIO, &[2.0]),
        ),
        turned("REVERSED", "100000", area([3, 3], [6, 6], "SCALE TO FIT")),
        turned("OUTSIDE", "090000", area([103, 106], [106, 103], "SCALE TO FIT")),
    ];
    let mut scripted = open(folder.path(), states);
    let middle = |scripted: &Scripted| {
        let (map, room) = (pass(scripted).image_from_view, pass(scripted).view_size);
        let at = map * hotlight::geometry::Point::flat(f64::from(room.0) / 2.0, f64::from(room.1) / 2.0);
        let scale = 1.0 / map.x_axis().length();
        ([at.xyz.x, at.xyz.y, scale].map(|value| (value * 1e6).round() / 1e6), map.x_axis().xyz.y < 0.0)
    };
    let (_, height) = pass(&scripted).view_size;
    // Columns 3 to 6 and rows 3 to 6, as wide as high; right on the screen is up in the image.
    assert_eq!(middle(&scripted), ([4.0, 4.0, f64::from(height) / 4.0], true));
    scripted.run("presentation next");
    assert_eq!(middle(&scripted), ([4.0, 4.0, 2.0], true));
    scripted.run("rotate right");
    assert!(pass(&scripted).image_from_view.x_axis().xyz.x < 0.0, "half a turn in all");
    scripted.run("presentation geometry off; reset");
    assert_eq!(middle(&scripted).0[..2], [8.0, 4.0]);
    scripted.run("presentation geometry on; presentation 3");
    assert_eq!(middle(&scripted).0[..2], [4.0, 4.0]);
    let why = |scripted: &Scripted| {
        let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
        let partly = badges.filter(|badge| badge.text == "PS partly applied" && badge.tone == Tone::Caution);
        partly.map(|badge| badge.why).collect::<String>()
    };
    assert!(why(&scripted).contains("corners are not those of the turned image"), "{}", why(&scripted));
    scripted.run("presentation 4");
    assert_eq!((middle(&scripted).0[..2].to_vec(), middle(&scripted).1), (vec![8.0, 4.0], true));
    assert!(why(&scripted).contains("it lies outside the image"), "{}", why(&scripted));
}

/// As `zoom true`: what is said of the monitor comes before what stands for all of them.
#[test]
fn true_size_of_a_state_is_that_of_the_monitor_that_the_window_is_on() {
    let folder = TempDir::new().expect("a temporary folder");
    let area = area([1, 1], [16, 8], "TRUE SIZE").decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.5, 0.5]);
    let state =
        labelled("TRUE", "100000", [700.0, 1001.0]).sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
    let mut scripted = open(folder.path(), [state]);
    let scale = |scripted: &Scripted| 1.0 / pass(scripted).image_from_view.x_axis().length();
    let on = |scripted: &mut Scripted, pixel_mm: Option<f64>| {
        let monitor = ScreenMonitor { pixel_mm: pixel_mm.map(Mm), ..ScreenMonitor::default() };
        scripted.reading.event(&Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
    };
    on(&mut scripted, None);
    assert_eq!(badges(&scripted), ["PS TRUE · Tester^One", "PS partly applied"]);
    // The monitor alone is known, then all of them by one number, then both.
    for (of_all, of_it, expected) in
        [(None, Some(0.125), 4.0), (Some(0.25), None, 2.0), (Some(0.25), Some(0.125), 4.0)]
    {
        scripted.reading.session.settings.pixel_mm = of_all;
        on(&mut scripted, of_it);
        let found = scale(&scripted);
        assert!((found - expected).abs() < 1e-9, "{of_all:?} and {of_it:?}: {found}");
        assert_eq!(badges(&scripted), ["PS TRUE · Tester^One"]);
    }
}

fn drawn(scripted: &Scripted) -> Vec<String> {
    let marks = scripted.focused().expect("a viewport").overlay.marks.into_iter();
    marks.flat_map(|mark| mark.words).collect()
}

fn why(scripted: &Scripted) -> String {
    let badges = scripted.focused().expect("a viewport").labels.badges.into_iter();
    badges.filter(|badge| badge.text == "PS partly applied").map(|badge| badge.why).collect()
}

/// PS3.3 C.10.4: an image without a size of its own is measured by its state's, as long as it is shown by that.
#[test]
fn an_image_without_a_pixel_size_is_measured_by_its_states() {
    let folder = TempDir::new().expect("a temporary folder");
    let area = area([1, 1], [16, 8], "SCALE TO FIT").decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.5, 0.5]);
    let sized = labelled("SIZED", "100000", [700.0, 1001.0])
        .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
    let mut scripted = open(folder.path(), [sized]);
    scripted.run("tool length; pointer press left 300 300; pointer move 330 300; pointer move 380 300; pointer release");
    assert_eq!(badges(&scripted), ["PS SIZED · Tester^One"], "wholly applied");
    let by_state = drawn(&scripted);
    let [one] = by_state.as_slice() else { panic!("one line: {by_state:?}") };
    assert!(one.ends_with(" mm presentation state"), "{one}");
    let mm = one.split(' ').next().and_then(|mm| mm.parse::<f64>().ok()).expect("a number");
    scripted.run("presentation none");
    let plain = drawn(&scripted);
    let px = plain.first().and_then(|line| line.strip_suffix(" px")?.parse::<f64>().ok()).expect("pixels");
    assert!((mm - px * 0.5).abs() < 0.06, "{mm} mm of {px} px");
    scripted.run("presentation 1");
    assert_eq!(drawn(&scripted), by_state);
    scripted.run("presentation geometry off");
    assert_eq!(drawn(&scripted), plain, "the area is not the state's");
}

/// What was measured in millimetres was in pixels once it was saved.
#[test]
fn a_size_that_the_reader_measures_by_goes_into_the_state_that_is_saved() {
    let [folder, kept] = [(), ()].map(|()| TempDir::new().expect("a temporary folder"));
    let area = area([1, 1], [16, 8], "SCALE TO FIT").decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.5, 0.5]);
    let sized = labelled("SIZED", "100000", [700.0, 1001.0])
        .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
    write(folder.path(), [sized]);
    let mut scripted = Scripted::keeping_saved(kept.path().to_path_buf());
    scripted.run(&format!("open {}", folder.path().display()));
    scripted.run("tool length; pointer press left 300 300; pointer move 330 300; pointer move 380 300; pointer release");
    let before = drawn(&scripted);
    assert!(before[0].ends_with(" mm presentation state"), "{before:?}");
    for (commands, label) in
        [("presentation save first", "PS FIRST"), ("zoom by 1.5; presentation save second", "PS SECOND")]
    {
        scripted.run(commands);
        assert_eq!(badges(&scripted).first().map(String::as_str), Some(label));
        assert_eq!(drawn(&scripted), before, "{commands}");
    }
}

/// That of a study that is still being fetched may come when the reader has begun to measure.
#[test]
fn what_was_measured_goes_by_the_size_of_a_state_that_comes_later() {
    let [folder, later] = [(), ()].map(|()| TempDir::new().expect("a temporary folder"));
    let area = area([1, 1], [16, 8], "SCALE TO FIT").decimals(tags::PRESENTATION_PIXEL_SPACING, &[0.5, 0.5]);
    let sized = labelled("SIZED", "100000", [700.0, 1001.0])
        .sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area]);
    let path = later.path().join("state");
    sized.write_to(&path).expect("a state");
    let mut scripted = open(folder.path(), []);
    scripted.run("tool length; pointer press left 300 300; pointer move 330 300; pointer move 380 300; pointer release");
    assert!(drawn(&scripted)[0].ends_with(" px"), "{:?}", drawn(&scripted));
    scripted.run(&format!("open {}", path.display()));
    assert_eq!(badges(&scripted), ["PS SIZED · Tester^One"]);
    assert!(drawn(&scripted)[0].ends_with(" mm presentation state"), "{:?}", drawn(&scripted));
}

/// What the image says by itself stays, and that the state says something else is told.
#[test]
fn a_size_that_contradicts_the_images_own_is_named_and_not_measured_by() {
    let folder = TempDir::new().expect("a temporary folder");
    let spaced = |mm: f64| {
        let area =
            area([1, 1], [16, 8], "SCALE TO FIT").decimals(tags::PRESENTATION_PIXEL_SPACING, &[mm, mm]);
        labelled("SIZED", "100000", [700.0, 1001.0]).sequence(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, [area])
    };
    for (stated, is_told) in [(0.5, true), (0.25, false)] {
        image().text(tags::PIXEL_SPACING, "DS", "0.25\\0.25").write_to(&folder.path().join("image"));
        spaced(stated).write_to(&folder.path().join("state")).expect("a state");
        let mut scripted = Scripted::open(folder.path());
        scripted.run("tool length; pointer press left 300 300; pointer move 330 300; pointer move 380 300; pointer release");
        assert!(drawn(&scripted)[0].ends_with(" mm calibration unknown"), "{:?}", drawn(&scripted));
        let told = "Presentation Pixel Spacing (0070,0101) is another than the image's own, which counts";
        assert_eq!(why(&scripted).contains(told), is_told, "{stated}: {}", why(&scripted));
    }
}

/// One key reveals what is hidden.
#[test]
fn the_states_shutter_is_drawn_and_revealed_by_one_command() {
    let folder = TempDir::new().expect("a temporary folder");
    let state = labelled("SHUTTER", "100000", [700.0, 1001.0])
        .text(tags::SHUTTER_SHAPE, "CIRCULAR")
        .text(tags::CENTER_OF_CIRCULAR_SHUTTER, "4\\8")
        .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, "3")
        .number(tags::SHUTTER_PRESENTATION_VALUE, 4000);
    let mut scripted = open(folder.path(), [state]);
    assert_eq!(
        pass(&scripted).cover,
        Some(CoverPass { planes: Vec::new(), shutter: Some(Over::gray(PValue(4000))) })
    );
    let cells = pass(&scripted).state_cells.expect("cells");
    let visible: Vec<&u8> = cells.cells().iter().filter(|cell| **cell == 0).collect();
    assert_eq!(visible.len(), 29, "pixels of the circle");
    scripted.run("overlay shutter toggle");
    assert_eq!(pass(&scripted).cover, None);
    scripted.run("overlay shutter toggle; presentation none");
    assert_eq!(pass(&scripted).cover, None);
}

/// Rule S-13: nothing is left out without a word, and never on the wrong image.
#[test]
fn what_is_not_applied_is_named_and_states_of_absent_images_are_listed() {
    let folder = TempDir::new().expect("a temporary folder");
    let other = Writer::item().text(tags::REFERENCED_SOP_INSTANCE_UID, "2.25.99");
    let series = Writer::item().text(tags::SERIES_INSTANCE_UID, "2.25.2");
    let absent = labelled("ABSENT", "120000", [1.0, 2.0]).sequence(
        tags::REFERENCED_SERIES_SEQUENCE,
        [series.sequence(tags::REFERENCED_IMAGE_SEQUENCE, [other])],
    );
    let graphic = Writer::item()
        .text(tags::GRAPHIC_ANNOTATION_UNITS, "PIXEL")
        .number(tags::GRAPHIC_DIMENSIONS, 2)
        .number(tags::NUMBER_OF_GRAPHIC_POINTS, 1)
        .floats(tags::GRAPHIC_DATA, &[1.0, 1.0])
        .text(tags::GRAPHIC_TYPE, "POLYLINE");
    let annotation = Writer::item()
        .text(tags::GRAPHIC_LAYER, "NOWHERE")
        .sequence(tags::GRAPHIC_OBJECT_SEQUENCE, [graphic]);
    let subtracted = Writer::item().text(tags::MASK_OPERATION, "AVG_SUB");
    let partly = labelled("PARTLY", "100000", [700.0, 1001.0])
        .sequence(tags::GRAPHIC_ANNOTATION_SEQUENCE, [annotation])
        .sequence(tags::MASK_SUBTRACTION_SEQUENCE, [subtracted]);
    let mut scripted = open(folder.path(), [absent, partly]);
    assert_eq!(badges(&scripted), ["PS PARTLY · Tester^One", "PS partly applied"]);
    let badge = scripted.focused().expect("a viewport").labels.badges.into_iter();
    let why =
        badge.filter(|badge| badge.text == "PS partly applied").map(|badge| badge.why).collect::<String>();
    for part in ["mask subtraction", "POLYLINE of 1 points", "layer \"NOWHERE\", which is not defined"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let unreadable = scripted.reading.library.unreadable();
    let [file] = unreadable else { panic!("{unreadable:?}") };
    assert!(file.source.name().reveal().contains("state 0"));
    assert_eq!(file.why.to_string(), "holds no image (presentation state of images that are not here)");
    scripted.run("presentation 2");
    assert_eq!(badges(&scripted), ["PS PARTLY · Tester^One", "PS partly applied"]);
}

/// Rule P-13.
#[test]
fn a_table_of_a_state_keeps_its_shape_under_the_readers_hand() {
    let folder = TempDir::new().expect("a temporary folder");
    let table = Writer::item()
        .words(tags::LUT_DESCRIPTOR, &[4, 699, 12])
        .words(tags::LUT_DATA, &[0, 4095, 100, 2000]);
    let item = Writer::item().sequence(tags::VOILUT_SEQUENCE, [table]);
    let state = labelled("TABLE", "100000", [1.0, 2.0]).sequence(tags::SOFTCOPY_VOILUT_SEQUENCE, [item]);
    let mut scripted = open(folder.path(), [state]);
    let curve = |scripted: &Scripted| pass(scripted).gray().expect("gray").curve.clone();
    let (shape, before) = (curve(&scripted), window(&scripted));
    assert_eq!(shape.as_ref().map(hotlight::grayscale::Curve::count), Some(4));
    scripted.run("tool window; pointer press left 300 200; pointer move 330 260; pointer release");
    assert_ne!(window(&scripted), before);
    assert_eq!(curve(&scripted), shape);
}

#[test]
fn the_states_planes_are_switched_off_and_on_by_one_command() {
    let folder = TempDir::new().expect("a temporary folder");
    let state = with_plane(labelled("PLANES", "100000", [700.0, 1001.0]), 0x6000, [8, 16], [1, 1], &[1; 8])
        .overlay_activation(0x6000, "MARKS")
        .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")]);
    let mut scripted = open(folder.path(), [state]);
    for is_drawn in [true, false, true] {
        assert_eq!(pass(&scripted).cover.is_some(), is_drawn);
        scripted.run("overlay planes toggle");
    }
}
