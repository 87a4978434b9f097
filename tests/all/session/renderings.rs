//! The whole of a volume seen from outside.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::dicom::Writer;
use hotlight::geometry::{Camera, Map, Point, View, Voxel};
use hotlight::render::cpu::{reformat_modality_values, rendering_colors};
use hotlight::render::{Picture, RenderingPass, ViewportPlan};
use hotlight::session::{Effect, Event, Rendering, RenderingLook};
use hotlight::testing::Scripted;
use hotlight::volume::Volume;
use tempfile::TempDir;

const COLUMNS: u16 = 20;
const ROWS: u16 = 16;
const SLICES: u16 = 12;

/// Air around a body of 1000 HU; a plate of 500 HU lies behind it, and a pearl of 1500 HU in its left half.
fn value(column: u16, row: u16, slice: u16) -> i16 {
    match (column, row, slice) {
        (14, 8, 6) => 1500,
        (4..=15, 4..=11, 2..=9) => 1000,
        (_, 12..=14, _) => 500,
        _ => -1000,
    }
}

/// Axial slices of 1 × 1 × 1 mm; the first voxel lies at the patient's origin.
fn write(folder: &Path, slice: u16) {
    let words: Vec<i16> =
        (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| value(column, row, slice))).collect();
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3.{slice}"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::MODALITY, "CT")
        .text(tags::PATIENT_NAME, "ZZCANARY^RENDERINGS")
        .text(tags::INSTANCE_NUMBER, &slice.to_string())
        .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
        .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(slice)])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
        .decimals(tags::RESCALE_INTERCEPT, &[0.0])
        .decimals(tags::RESCALE_SLOPE, &[1.0])
        .decimals(tags::WINDOW_CENTER, &[500.0])
        .decimals(tags::WINDOW_WIDTH, &[2000.0])
        .gray_16(ROWS, COLUMNS, true)
        .pixels(&words)
        .write_to(&folder.join(slice.to_string()))
        .expect("written");
}

fn open(folder: &TempDir) -> Scripted {
    (0..SLICES).for_each(|slice| write(folder.path(), slice));
    Scripted::open(folder.path())
}

fn focused(scripted: &Scripted) -> ViewportPlan {
    scripted.focused().expect("a viewport")
}

fn pass(plan: &ViewportPlan) -> &RenderingPass {
    match &plan.picture {
        Picture::Rendering(pass) => pass,
        other => panic!("no rendering: {other:?}"),
    }
}

fn rendering(scripted: &Scripted, viewport: usize) -> &Rendering {
    scripted.reading.session.screens[0].viewports[viewport].rendering.as_ref().expect("a rendering")
}

fn camera(scripted: &Scripted) -> (f64, f64) {
    let Camera { azimuth_degrees, elevation_degrees } = rendering(scripted, 0).camera;
    (azimuth_degrees, elevation_degrees)
}

fn letters(plan: &ViewportPlan) -> [&str; 4] {
    let letters = &plan.labels.letters;
    [&letters.left, &letters.right, &letters.top, &letters.bottom].map(String::as_str)
}

fn badges(plan: &ViewportPlan) -> Vec<&str> {
    plan.labels.badges.iter().map(|badge| badge.text.as_str()).collect()
}

fn told(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

/// Where a voxel stands in the picture.
fn on_screen(plan: &ViewportPlan, [x, y, z]: [f64; 3]) -> Point<View> {
    let (map, _): (&Map<Voxel, View>, &Volume) = match &plan.picture {
        Picture::Reformat(pass) => (&pass.voxel_from_view, &pass.volume),
        Picture::Rendering(pass) => (&pass.voxel_from_view, &pass.volume),
        other => panic!("nothing of a volume: {other:?}"),
    };
    let at = (map.inverse().expect("a map") * Point::new(x, y, z)).xyz;
    Point::flat(at.x, at.y)
}

/// What the status row reads over a voxel: the value, and where it was met.
fn read_over(scripted: &mut Scripted, voxel: [f64; 3]) -> Option<(f64, [f64; 3])> {
    let at = on_screen(&focused(scripted), voxel).xyz;
    scripted.run(&format!("pointer hover 1 1 {} {}", at.x, at.y));
    let words = scripted.plan().readout?;
    let numbers: Vec<f64> = words.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [value, x, y, z] = numbers[..] else { panic!("{words}") };
    Some((value, [x, y, z]))
}

#[test]
fn a_rendering_stands_as_the_patient_and_is_looked_at_from_every_side() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    for (side, expected) in [
        ("anterior", ["R", "L", "H", "F"]),
        ("left", ["A", "P", "H", "F"]),
        ("posterior", ["L", "R", "H", "F"]),
        ("right", ["P", "A", "H", "F"]),
        ("head", ["R", "L", "P", "A"]),
        ("feet", ["R", "L", "A", "P"]),
    ] {
        scripted.run(&format!("volume bone; volume view {side}"));
        let plan = focused(&scripted);
        assert_eq!(letters(&plan), expected, "{side}");
        let [face] = plan.overlay.cube.as_slice() else { panic!("{:?}", plan.overlay.cube) };
        assert_eq!(face.side.name(), side);
        // What is upright in the words is so in the picture: the pearl lies to the patient's left.
        let left = on_screen(&plan, [14.0, 8.0, 6.0]).xyz.x;
        match side {
            "anterior" | "head" | "feet" => assert!(left > 400.0, "{side}: {left}"),
            "posterior" => assert!(left < 400.0, "{left}"),
            _ => {}
        }
    }
    assert_eq!(badges(&focused(&scripted)), ["Bone rendering"]);
    scripted.run("rotate right");
    assert_eq!(letters(&focused(&scripted)), ["P", "A", "R", "L"], "turned on the screen");
}

#[test]
fn the_picture_is_that_of_the_body() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume bone; volume turn 30,20");
    let plan = focused(&scripted);
    let shown = pass(&plan);
    // The same in a small picture: the reference is slow.
    let small = RenderingPass {
        view_size: (40, 30),
        voxel_from_view: Map::from_axes(
            shown.voxel_from_view.x_axis() * 20.0,
            shown.voxel_from_view.y_axis() * 20.0,
            shown.voxel_from_view.z_axis(),
            shown.voxel_from_view.origin(),
        ),
        ..shown.clone()
    };
    let picture = rendering_colors(&small);
    let at = |x: usize, y: usize| picture.values[y * 40 + x];
    assert_eq!(at(0, 0), [0, 0, 0], "beside it");
    assert!(at(20, 15).iter().any(|level| *level > 40), "bone in the middle: {:?}", at(20, 15));
}

#[test]
fn a_hand_turns_it_as_if_it_held_the_body_and_the_wheel_steps_around() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume bone; pointer press left 400 300; pointer move 440 320; pointer release");
    assert_eq!(camera(&scripted), (340.0, 10.0), "to the right: the patient's right comes forward");
    scripted.run("volume view anterior; scroll +3");
    assert_eq!((camera(&scripted), focused(&scripted).labels.number), ((15.0, 0.0), Some((4, 72))));
    scripted.run("scroll first; scroll -1");
    assert_eq!((camera(&scripted).0, focused(&scripted).labels.number), (355.0, Some((72, 72))));
    scripted.run("scroll to 19; volume turn 0,-120");
    assert_eq!(camera(&scripted), (90.0, -90.0), "not over the feet");
    scripted.run("plane turn down 30; plane turn left 5");
    assert_eq!(camera(&scripted), (95.0, -60.0), "as a section is turned");
    assert!(
        focused(&scripted).labels.bottom_left.iter().any(|line| line.contains("azimuth 95° elevation -60°"))
    );
}

#[test]
fn the_eye_meets_what_it_sees_and_leads_sections_there() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume bone");
    let (value, [x, y, z]) = read_over(&mut scripted, [8.0, 0.0, 5.0]).expect("bone");
    assert!((x - 8.0).abs() < 0.06 && (z - 5.0).abs() < 0.06, "{x} {z}");
    // The front of the body lies between rows 3 and 4.
    assert!((3.0..5.5).contains(&y) && (150.0..=1000.0).contains(&value), "{y} {value}");
    // Beside the body the plate behind it is seen.
    let (_, [_, y, _]) = read_over(&mut scripted, [1.0, 0.0, 5.0]).expect("the plate");
    assert!((11.0..15.0).contains(&y), "{y}");
    scripted.run("pointer hover 1 1 2 2");
    assert_eq!(scripted.plan().readout, None, "nothing is met there");
    // Of the largest values, the largest: the pearl, of which samples lie half a voxel away at most.
    scripted.run("volume mip");
    let (value, at) = read_over(&mut scripted, [14.0, 0.0, 6.0]).expect("the pearl");
    assert!((1240.0..=1500.0).contains(&value) && (at[1] - 8.0).abs() < 0.52, "{value} {at:?}");
    scripted.run("volume bone");
    let at = on_screen(&focused(&scripted), [8.0, 0.0, 5.0]).xyz;
    scripted.run(&format!("tool point; pointer press left {} {}; pointer release", at.x, at.y));
    let point = scripted.reading.session.shared_point.as_ref().expect("a point").at.xyz;
    assert!((point.x - 8.0).abs() < 0.06 && (3.0..5.5).contains(&point.y), "{point}");
    assert!(focused(&scripted).overlay.point.is_some_and(|point| !point.is_in_plane), "a ring");
}

#[test]
fn the_largest_values_of_the_whole_volume_are_a_picture_of_gray() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume mip; window set 500 2000");
    let plan = focused(&scripted);
    assert_eq!(badges(&plan), ["MIP of the whole volume"]);
    let Picture::Reformat(shown) = &plan.picture else { panic!("{:?}", plan.picture) };
    let values = reformat_modality_values(shown);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the picture")]
    let at = |voxel: [f64; 3]| {
        let at = on_screen(&plan, voxel).xyz;
        values.values[at.y as usize * 800 + at.x as usize]
    };
    assert!((at([8.0, 0.0, 5.0]) - 1000.0).abs() < 1.0);
    assert!(at([14.0, 0.0, 6.0]) > 1240.0, "the pearl is seen through the body");
    assert!((at([1.0, 0.0, 5.0]) - 500.0).abs() < 30.0, "the plate behind it");
}

#[test]
fn presets_change_the_look_and_are_taken_back_and_the_camera_stays() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume bone; volume turn 40,10; volume skin");
    let name = |scripted: &Scripted| match &rendering(scripted, 0).look {
        RenderingLook::Light(transfer) => transfer.name.clone(),
        RenderingLook::Maximum => "mip".to_owned(),
    };
    assert_eq!((name(&scripted), camera(&scripted)), ("skin".to_owned(), (40.0, 10.0)));
    scripted.run("volume turn 5,0; undo");
    assert_eq!((name(&scripted), camera(&scripted)), ("bone".to_owned(), (45.0, 10.0)));
    scripted.run("redo; volume off");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
    scripted.run("undo");
    assert_eq!(name(&scripted), "skin");
    scripted.run("volume nobody");
    assert_eq!(told(&scripted), "There is no rendering 'nobody'; there are bone, cta, lung, mr-angio, skin.");
    scripted.run("plane coronal");
    assert!(scripted.reading.session.screens[0].viewports[0].rendering.is_none(), "a section in its place");
}

#[test]
fn the_window_tool_moves_the_colours_and_the_image_says_where_they_lie() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    let colors = |scripted: &Scripted| {
        let lines = focused(scripted).labels.bottom_left;
        lines.into_iter().find(|line| line.contains("colours")).expect("a line")
    };
    scripted.run("volume bone");
    assert!(colors(&scripted).contains("colours 160 to 1200 HU"), "{}", colors(&scripted));
    scripted.run("volume shift 100");
    assert!(colors(&scripted).contains("colours 260 to 1300 HU"), "{}", colors(&scripted));
    scripted.run("volume shift -100; pointer press right 400 300; pointer move 440 300; pointer release");
    assert!(colors(&scripted).contains("colours 108 to 1252 HU"), "right is wider: {}", colors(&scripted));
}

#[test]
fn what_is_for_images_is_refused_on_renderings_in_words() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("volume bone");
    let shown = rendering(&scripted, 0).clone();
    for commands in [
        "key-image toggle",
        "key-image only",
        "presentation next",
        "filter smooth",
        "flip horizontal",
        "slab +1",
        "projection mean",
        "tiles 2x2",
        "window slot 1",
        "invert",
        "overlay shutter toggle",
        "mark clear",
        "tool length; pointer press left 300 300; pointer release; tool scroll",
        "tool probe; pointer press left 300 300; pointer release; tool scroll",
    ] {
        let before = scripted.reading.session.messages.len();
        scripted.run(commands);
        assert!(scripted.reading.session.messages.len() > before, "{commands}");
        let words = told(&scripted);
        assert!(words.ends_with("`plane acquired` shows the images."), "{commands}: {words}");
        assert_eq!(*rendering(&scripted, 0), shown, "{commands}");
    }
    assert!(focused(&scripted).overlay.marks.is_empty());
    // What needs a rendering says so where there is none.
    scripted.run("volume off");
    for commands in [
        "volume off",
        "volume turn 5,0",
        "volume view left",
        "volume turntable on",
        "export --frames 4 /nowhere",
    ] {
        scripted.run(commands);
        assert!(told(&scripted).starts_with("There is no rendering"), "{commands}: {}", told(&scripted));
    }
}

#[test]
fn what_makes_no_volume_is_not_rendered_and_says_why() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), 0);
    let mut scripted = Scripted::open(folder.path());
    scripted.run("volume bone");
    assert_eq!(told(&scripted), "This series is shown as images only: its images do not lie side by side.");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
}

/// Lets time pass without the clock of the machine.
fn pass_time(scripted: &mut Scripted, now_ms: f64) {
    let effects = scripted.reading.session.absorb(&Event::TimePassed { now_ms }, &scripted.reading.library);
    assert!(effects.is_empty());
}

fn obey(scripted: &mut Scripted, command: &str) {
    scripted.reading.command(&Command::parse(command).expect("a command"), CommandSource::Script);
}

#[test]
fn what_turns_is_drawn_less_finely_says_so_and_rests_within_100_ms() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout 1x2; hang 1; volume bone; viewport 2; hang 1; plane axial; slab 5; viewport 1");
    obey(&mut scripted, "volume turn 5,0");
    let plans = scripted.plan().viewports;
    let is_moving = |plan: &ViewportPlan| badges(plan).contains(&"moving");
    assert!(pass(&plans[0]).is_moving && is_moving(&plans[0]));
    assert!(!is_moving(&plans[1]), "what rests beside it is exact");
    let start = 1e9;
    pass_time(&mut scripted, start);
    pass_time(&mut scripted, start + 60.0);
    assert!(is_moving(&focused(&scripted)));
    pass_time(&mut scripted, start + 80.0);
    assert!(!is_moving(&focused(&scripted)) && !pass(&focused(&scripted)).is_moving);
    assert_eq!(scripted.reading.session.next_due_ms(), None);
    // A slab is drawn in fewer planes while it moves, a thin plane as at rest.
    obey(&mut scripted, "viewport 2");
    obey(&mut scripted, "scroll +1");
    assert!(is_moving(&focused(&scripted)));
    scripted.run("slab off");
    obey(&mut scripted, "scroll +1");
    assert!(!is_moving(&focused(&scripted)));
}

#[test]
fn the_turntable_goes_by_time_takes_linked_ones_along_and_is_ended_by_the_hand() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout 1x2; hang 1; volume bone; viewport 2; hang 1; volume mip; viewport 1");
    obey(&mut scripted, "cine toggle");
    let session = &scripted.reading.session;
    assert!(session.is_time_due(1e9) && session.next_due_ms().is_some());
    pass_time(&mut scripted, 1e9);
    pass_time(&mut scripted, 1e9 + 100.0);
    let azimuth = |scripted: &Scripted, viewport| rendering(scripted, viewport).camera.azimuth_degrees;
    assert!((azimuth(&scripted, 0) - 3.6).abs() < 1e-6, "36° a second: {}", azimuth(&scripted, 0));
    assert!(azimuth(&scripted, 1).abs() < 1e-9, "not linked");
    assert!(badges(&focused(&scripted)).contains(&"moving"));
    let lines = focused(&scripted).labels.bottom_left.join(" ");
    assert!(lines.contains("turntable 36° a second"), "{lines}");
    obey(&mut scripted, "link scroll");
    obey(&mut scripted, "cine reverse");
    pass_time(&mut scripted, 1e9 + 200.0);
    assert!(azimuth(&scripted, 0).abs() < 1e-6, "back again: {}", azimuth(&scripted, 0));
    pass_time(&mut scripted, 1e9 + 300.0);
    assert!((azimuth(&scripted, 1) - 356.4).abs() < 1e-6, "along: {}", azimuth(&scripted, 1));
    obey(&mut scripted, "scroll +1");
    assert!(!rendering(&scripted, 0).turntable.is_turning);
    assert_eq!(azimuth(&scripted, 0).to_bits(), azimuth(&scripted, 1).to_bits(), "by hand, too");
    // What cannot be seen does not turn.
    obey(&mut scripted, "volume turntable on");
    obey(&mut scripted, "viewport 2");
    obey(&mut scripted, "full");
    assert!(!rendering(&scripted, 0).turntable.is_turning);
}

#[test]
fn sections_and_images_show_no_line_of_a_rendering() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout mpr; viewport 4; volume bone; pointer press left 100 100; pointer release");
    let plans = scripted.plan().viewports;
    let crosshairs: Vec<_> = plans.iter().map(|plan| plan.overlay.crosshair.is_some()).collect();
    assert_eq!(crosshairs, [true, true, true, false]);
    assert!(plans.iter().all(|plan| plan.overlay.lines.is_empty()), "the focus is no section");
    let lines = |plan: &ViewportPlan| plan.overlay.crosshair.as_ref().map_or(0, |cross| cross.lines.len());
    assert_eq!(plans.iter().map(lines).collect::<Vec<_>>(), [2, 2, 2, 0]);
}

#[test]
fn an_export_of_frames_is_ended_by_the_same_key_as_a_look_through_files() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    let library = &scripted.reading.library;
    let session = &mut scripted.reading.session;
    let cancel = Command::parse("cancel").expect("a command");
    assert!(session.apply(&cancel, library).is_empty());
    assert!(session.absorb(&Event::Exporting(Some((3, 72))), library).is_empty());
    assert_eq!(session.apply(&cancel, library), [Effect::CancelExport]);
    assert!(session.absorb(&Event::Exporting(None), library).is_empty());
    assert!(session.apply(&cancel, library).is_empty());
}
