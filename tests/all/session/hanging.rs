//! How an image stands in its viewport: turned, tiled, alone in the window.

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::geometry::Point;
use hotlight::render::{Picture, SlicePass};
use hotlight::session::{Event, ScreenMonitor};
use hotlight::testing::Scripted;
use hotlight::units::Mm;

use crate::support::phantom;

fn pass(scripted: &Scripted) -> SlicePass {
    match scripted.focused().expect("a viewport").picture {
        Picture::Slice(pass) => *pass,
        other => panic!("an image, not {other:?}"),
    }
}

/// Left, right, top, bottom.
fn letters(scripted: &Scripted) -> [String; 4] {
    let letters = scripted.focused().expect("a viewport").labels.letters;
    [letters.left, letters.right, letters.top, letters.bottom]
}

#[track_caller]
fn check(commands: &str, expected: [&str; 4]) {
    let mut scripted = Scripted::open(phantom());
    scripted.run(commands);
    assert_eq!(letters(&scripted), expected, "{commands}");
}

/// Trap X-9: a letter that does not follow puts the disease on the other side.
#[test]
fn orientation_letters_follow_turns_and_flips() {
    check("reset", ["R", "L", "A", "P"]);
    // Clockwise: what lay at the left is on top.
    check("rotate right", ["P", "A", "R", "L"]);
    check("rotate left", ["A", "P", "L", "R"]);
    check("rotate half", ["L", "R", "P", "A"]);
    check("flip horizontal", ["L", "R", "A", "P"]);
    check("flip vertical", ["R", "L", "P", "A"]);
    check("rotate right; flip horizontal", ["A", "P", "R", "L"]);
    check("flip horizontal; rotate right", ["P", "A", "L", "R"]);
    check("rotate right; reset", ["R", "L", "A", "P"]);
    check("rotate right; zoom fit", ["P", "A", "R", "L"]);
}

/// The letters, asked of the picture itself: a step to the right leads where the right letter says.
#[test]
fn the_picture_turns_as_its_letters_say() {
    let mut scripted = Scripted::open(phantom());
    for step in
        ["rotate right", "flip horizontal", "rotate right", "flip vertical", "rotate half", "rotate left"]
    {
        scripted.run(step);
        let map = pass(&scripted).image_from_view;
        // The phantom lies straight: columns to the left, rows to the back.
        let named =
            |axis: [f64; 2]| match axis.map(|part| part.signum() * f64::from(u8::from(part.abs() > 1e-9))) {
                [x, _] if x > 0.5 => "L",
                [x, _] if x < -0.5 => "R",
                [_, y] if y > 0.5 => "P",
                _ => "A",
            };
        let right = named([map.x_axis().xyz.x, map.x_axis().xyz.y]);
        let down = named([map.y_axis().xyz.x, map.y_axis().xyz.y]);
        let [_, right_letter, _, bottom_letter] = letters(&scripted);
        assert_eq!([right, down], [right_letter.as_str(), bottom_letter.as_str()], "{step}");
    }
}

#[test]
fn however_it_is_turned_the_whole_image_fits_and_the_hand_keeps_what_it_holds() {
    let mut scripted = Scripted::open(phantom());
    for turn in ["reset", "rotate right", "flip horizontal", "rotate right", "rotate right", "flip vertical"]
    {
        scripted.run(turn);
        scripted.run("zoom fit");
        let fit = pass(&scripted);
        let (columns, rows) = fit.image_size;
        let inverse = fit.image_from_view.inverse().expect("a map");
        let (width, height) = fit.view_size;
        for corner in [(0, 0), (columns, 0), (0, rows), (columns, rows)] {
            let at = (inverse * Point::flat(f64::from(corner.0), f64::from(corner.1))).xyz;
            let inside = |at: f64, room: u32| at > -0.01 && at < f64::from(room) + 0.01;
            assert!(inside(at.x, width) && inside(at.y, height), "{turn}: {corner:?} at {at}");
        }
        let at = Point::flat(70.0, 210.0);
        let before = (fit.image_from_view * at).xyz;
        scripted.run("pointer zoom 1.8 70 210");
        assert!(before.distance((pass(&scripted).image_from_view * at).xyz) < 1e-9, "{turn}");
        scripted.run("pan 31 -17");
        let moved = pass(&scripted).image_from_view * Point::flat(101.0, 193.0);
        assert!(before.distance(moved.xyz) < 1e-9, "{turn}: {} after a pan", moved.xyz);
    }
}

#[test]
fn at_one_to_one_pixels_meet_pixels_in_every_turn() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("zoom 1:1; pan 0.3 0.4");
    for turn in ["rotate right", "flip horizontal", "rotate left", "flip vertical"] {
        scripted.run(turn);
        let origin = pass(&scripted).image_from_view.origin().xyz;
        assert!((origin.x.fract(), origin.y.fract()) == (0.0, 0.0), "{turn}: {origin}");
        assert_eq!(pass(&scripted).sampling, hotlight::render::Sampling::Nearest, "{turn}");
    }
}

#[test]
fn tiles_show_successive_images_and_one_identity() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("viewport 1; scroll to 2; tiles 2x2");
    let numbers = |scripted: &Scripted| -> Vec<Option<usize>> {
        let plan = scripted.plan();
        let tiles = plan.viewports.iter().filter(|tile| tile.index == 0);
        tiles.map(|tile| tile.labels.number.map(|(number, _)| number)).collect()
    };
    assert_eq!(numbers(&scripted), [Some(2), Some(3), Some(4), Some(5)]);
    let plan = scripted.plan();
    let tiles: Vec<_> = plan.viewports.iter().filter(|tile| tile.index == 0).collect();
    assert!(tiles[0].labels.identity.len() > 1 && tiles[1].labels.identity.is_empty());
    assert!(tiles.windows(2).all(|pair| pair[0].rect != pair[1].rect));
    scripted.run("scroll +1");
    assert_eq!(numbers(&scripted), [Some(3), Some(4), Some(5), Some(6)]);
    // Behind the last image there is nothing, and no other image takes its place.
    scripted.run("scroll last");
    assert_eq!(numbers(&scripted), [Some(9), None, None, None]);
    assert!(scripted.plan().viewports.iter().filter(|tile| tile.picture == Picture::Past).count() == 3);
    scripted.run("tiles 3x3");
    assert_eq!(numbers(&scripted).first(), Some(&Some(1)), "as many as can be are filled");
    scripted.run("tiles 1x1");
    assert_eq!(numbers(&scripted).len(), 1);
}

#[test]
fn one_viewport_fills_the_window_and_goes_back() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("layout 2x2; viewport 2");
    let places = |scripted: &Scripted| -> Vec<usize> {
        scripted.plan().viewports.iter().map(|viewport| viewport.index).collect()
    };
    let in_grid = scripted.focused().expect("a viewport").rect;
    scripted.run("full");
    assert_eq!(places(&scripted), [1]);
    let alone = scripted.focused().expect("a viewport").rect;
    assert_eq!((alone.x, alone.y, alone.width, alone.height), (0, 0, 800, 600));
    scripted.run("viewport next");
    assert_eq!(places(&scripted), [2], "the focus is always seen");
    scripted.run("viewport 2; full");
    assert_eq!(places(&scripted), [0, 1, 2, 3]);
    assert_eq!(scripted.focused().expect("a viewport").rect, in_grid);
    scripted.run("full; layout 1x2");
    assert_eq!(places(&scripted), [0, 1], "a layout is not hidden behind one viewport");
}

#[test]
fn sixteen_viewports_are_the_most() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("layout 4x4");
    assert_eq!(scripted.plan().viewports.len(), 16);
    assert!(hotlight::command::Command::parse("layout 5x1").is_err());
    assert!(hotlight::command::Command::parse("tiles 1x5").is_err());
}

#[test]
fn words_on_images_have_three_levels_and_the_identity_stays() {
    let mut scripted = Scripted::open(phantom());
    let counts = |scripted: &Scripted| {
        let labels = scripted.focused().expect("a viewport").labels;
        let words = labels.top_left.len() + labels.top_right.len() + labels.bottom_left.len();
        (labels.identity.len(), words)
    };
    let full = counts(&scripted);
    scripted.run("overlay text next");
    let short = counts(&scripted);
    scripted.run("overlay text next");
    let identity = counts(&scripted);
    assert!(full.1 > short.1 && short.1 > 0, "{full:?} {short:?}");
    assert_eq!(identity.1, 0);
    assert!(full.0 >= 2 && full.0 == short.0 && short.0 == identity.0, "{full:?} {short:?} {identity:?}");
    scripted.run("overlay text next");
    assert_eq!(counts(&scripted), full);
}

#[test]
fn a_filter_is_told_in_a_badge_and_goes_with_reset() {
    let mut scripted = Scripted::open(phantom());
    let badges = |scripted: &Scripted| -> Vec<String> {
        let badges = scripted.focused().expect("a viewport").labels.badges;
        badges.into_iter().map(|badge| badge.text).collect()
    };
    scripted.run("filter sharpen");
    assert!(badges(&scripted).contains(&"sharpened".to_owned()), "{:?}", badges(&scripted));
    assert_eq!(pass(&scripted).filter, hotlight::command::Filter::Sharpen);
    scripted.run("reset");
    assert!(!badges(&scripted).contains(&"sharpened".to_owned()));
}

#[test]
fn true_size_needs_to_know_the_monitor_and_the_image() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("zoom true");
    let told = scripted.reading.session.messages.last().map(|message| message.text.clone());
    assert!(told.expect("a message").contains("display.pixel_mm"));
    scripted.reading.session.settings.pixel_mm = Some(0.25);
    scripted.run("zoom true");
    let pass = pass(&scripted);
    let spacing = {
        let session = &scripted.reading.session;
        let source =
            session.focused_viewport().and_then(|viewport| viewport.source.clone()).expect("a source");
        let (_, _, set) = scripted.reading.library.find(&source.display_set).expect("a set");
        set.images[0].attributes().spacing.expect("millimetres").column
    };
    let mm_per_device_pixel = pass.image_from_view.x_axis().length() * spacing;
    assert!((mm_per_device_pixel - 0.25).abs() < 1e-9, "{mm_per_device_pixel}");
}

#[test]
fn true_size_is_that_of_the_monitor_that_the_window_is_on() {
    let mut scripted = Scripted::open(phantom());
    scripted.reading.session.settings.pixel_mm = Some(0.25);
    let zoomed = |scripted: &mut Scripted, pixel_mm: Option<f64>| {
        let monitor = ScreenMonitor {
            name: "ZZM GRAY 5MP".to_owned(),
            id: "ZZM-0x1234-00204321".to_owned(),
            pixel_mm: pixel_mm.map(Mm),
            ..ScreenMonitor::default()
        };
        scripted.reading.event(&Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
        scripted.run("zoom true");
        pass(scripted).image_from_view.x_axis().length()
    };
    let [general, of_it] = [None, Some(0.125)].map(|pixel_mm| zoomed(&mut scripted, pixel_mm));
    assert!((of_it * 2.0 - general).abs() < 1e-9, "{of_it} beside {general}");
}

/// A radiograph has no place in the patient; its letters are stated, and turn with it. PS3.3 C.7.6.1.1.1.
#[test]
fn the_letters_of_a_radiograph_are_stated_and_turn_with_it() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let write = |name: &str, orientation: &str| {
        Writer::new(uids::COMPUTED_RADIOGRAPHY_IMAGE_STORAGE, &format!("2.25.3.{name}"))
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2.{name}"))
            .text(tags::SERIES_NUMBER, name)
            .text(tags::MODALITY, "CR")
            .text(tags::PATIENT_ORIENTATION, orientation)
            .gray_16(2, 3, false)
            .pixels(&[0; 6])
            .write_to(&folder.path().join(name))
            .expect("written");
    };
    write("1", "L\\F");
    write("2", "LE\\F");
    let mut scripted = Scripted::open(folder.path());
    scripted.run("hang 2; hang 1");
    assert_eq!(letters(&scripted), ["R", "L", "H", "F"]);
    scripted.run("rotate right");
    assert_eq!(letters(&scripted), ["F", "H", "R", "L"]);
    scripted.run("reset; flip horizontal");
    assert_eq!(letters(&scripted), ["L", "R", "H", "F"]);
    // What is no direction of a biped says nothing.
    scripted.run("hang 2");
    assert_eq!(letters(&scripted), ["", "", "", ""]);
}

/// Trap: a square image fits either way.
#[test]
fn an_oblong_image_fits_when_it_is_turned() {
    let mut scripted =
        Scripted::open(&crate::support::data().join("pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm"));
    for turn in ["reset", "rotate right", "rotate right"] {
        scripted.run(turn);
        let fit = pass(&scripted);
        let covered = fit.covered().expect("an image");
        assert!(covered.width == fit.view_size.0 || covered.height == fit.view_size.1, "{turn}: {covered:?}");
        let (columns, rows) = fit.image_size;
        let on_screen = if covered.width > covered.height { (columns, rows) } else { (rows, columns) };
        let shape = f64::from(covered.width) / f64::from(covered.height);
        let expected = f64::from(on_screen.0) / f64::from(on_screen.1);
        assert!((shape / expected - 1.0).abs() < 0.01, "{turn}: {covered:?} of {columns} × {rows}");
    }
}

#[test]
fn a_turned_or_mirrored_picture_says_so_in_words() {
    let mut scripted = Scripted::open(phantom());
    let words = |scripted: &Scripted| scripted.words();
    assert!(!words(&scripted).contains("turned") && !words(&scripted).contains("flipped"));
    scripted.run("flip horizontal");
    assert!(words(&scripted).contains("· flipped ·"), "{}", words(&scripted));
    scripted.run("flip horizontal; rotate left");
    assert!(words(&scripted).contains("turned 270°"), "{}", words(&scripted));
    scripted.run("flip horizontal");
    assert!(words(&scripted).contains("and flipped"), "{}", words(&scripted));
}

/// The longest round number of millimetres that is no longer than a third of the viewport, and just so long on the screen.
#[test]
fn the_ruler_is_as_long_as_it_says() {
    let mut scripted = Scripted::open(phantom());
    for zoom in ["zoom fit", "zoom 1:1", "zoom by 7", "rotate right"] {
        scripted.run(zoom);
        let viewport = scripted.focused().expect("a viewport");
        let ruler = viewport.overlay.ruler.clone().expect("a ruler");
        let (number, unit) = ruler.words.split_once(' ').expect("a number and a unit");
        let mm = number.parse::<f64>().expect("a number") * if unit == "cm" { 10.0 } else { 1.0 };
        let pass = pass(&scripted);
        let spacing = {
            let (_, _, set) = scripted.reading.library.display_sets().next().expect("a set");
            set.images[0].attributes().spacing.expect("millimetres").row
        };
        let on_screen = ruler.length * pass.image_from_view.y_axis().length() * spacing;
        assert!((on_screen - mm).abs() < 1e-6, "{zoom}: {ruler:?}, {on_screen} mm");
        let share = ruler.length / f64::from(viewport.rect.height);
        assert!(share <= 0.3 && (share > 0.1 || mm >= 500.0), "{zoom}: {ruler:?} is {share} of the height");
    }
}

/// One pixel in a hundred at each end, metal and noise, does not decide what is seen.
#[test]
fn a_window_that_fits_the_image_leaves_its_extremes_out() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut words: Vec<i16> = (0..400).map(|at| at % 100).collect();
    (words[7], words[207]) = (5000, -5000);
    Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::MODALITY, "CT")
        .gray_16(20, 20, true)
        .pixels(&words)
        .write_to(&folder.path().join("one"))
        .expect("written");
    let mut scripted = Scripted::open(folder.path());
    scripted.run("window auto");
    let window = pass(&scripted).gray().expect("gray").window;
    assert!((90.0..=101.0).contains(&window.width()), "{window:?}");
    assert!((window.center() - 50.0).abs() < 3.0, "{window:?}");
}
