//! Sections of a volume in place of its images.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::app::{CommandSource, read_headers};
use hotlight::command::Command;
use hotlight::dicom::{Frame, Pixels, Writer};
use hotlight::geometry::{CardinalPlane, Point, Section, View};
use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, VoiFunction, Window};
use hotlight::render::cpu::{reformat_modality_values, reformat_p_values};
use hotlight::render::{Picture, ReformatPass, ViewportPlan, plan};
use hotlight::session::{Event, Reformat, Session, SessionSettings, Source, Surface, Wanted};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use hotlight::volume::{Projection, Slab};
use tempfile::TempDir;

/// Forty columns, thirty rows and twenty axial slices.
const COLUMNS: u16 = 40;
const ROWS: u16 = 30;
pub(super) const SLICES: u16 = 20;

/// Column + 50 × row + 1000 × slice.
pub(super) fn value(column: u16, row: u16, slice: u16) -> i16 {
    i16::try_from(column + 50 * row + 1000 * slice).expect("fits")
}

/// An image of a series by its slice; the first voxel lies at the patient's origin, voxels are 1 × 1 × 2 mm.
pub(super) fn writer(series: &str, slice: u16) -> Writer {
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3.{series}.{slice}"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2.{series}"))
        .text(tags::MODALITY, "CT")
        .text(tags::PATIENT_NAME, "ZZCANARY^SECTIONS")
        .text(tags::SERIES_NUMBER, series)
        .text(tags::INSTANCE_NUMBER, &slice.to_string())
        .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
        .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(slice) * 2.0])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
        .decimals(tags::WINDOW_CENTER, &[10000.0])
        .decimals(tags::WINDOW_WIDTH, &[20000.0])
        .gray_16(ROWS, COLUMNS, true)
}

pub(super) fn words(slice: u16) -> Vec<i16> {
    (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| value(column, row, slice))).collect()
}

pub(super) fn write(folder: &Path, series: &str, slice: u16) {
    let at = folder.join(format!("{series}-{slice}"));
    writer(series, slice).pixels(&words(slice)).write_to(&at).expect("written");
}

/// The volume in one viewport, without some of its slices.
pub(super) fn open_without(folder: &TempDir, missing: &[u16]) -> Scripted {
    for slice in (0..SLICES).filter(|slice| !missing.contains(slice)) {
        write(folder.path(), "1", slice);
    }
    Scripted::open(folder.path())
}

/// The whole volume; its image in the middle is shown, whichever came first.
pub(super) fn open(folder: &TempDir) -> Scripted {
    let mut scripted = open_without(folder, &[]);
    scripted.run("scroll to 11");
    scripted
}

pub(super) fn focused(scripted: &Scripted) -> ViewportPlan {
    scripted.focused().expect("a viewport")
}

pub(super) fn pass(plan: &ViewportPlan) -> &ReformatPass {
    match &plan.picture {
        Picture::Reformat(pass) => pass,
        other => panic!("no section: {other:?}"),
    }
}

pub(super) fn badges(plan: &ViewportPlan) -> Vec<&str> {
    plan.labels.badges.iter().map(|badge| badge.text.as_str()).collect()
}

pub(super) fn told(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

pub(super) fn reformats(scripted: &Scripted) -> Vec<Option<Reformat>> {
    scripted.reading.session.screens[0].viewports.iter().map(|viewport| viewport.reformat).collect()
}

/// Where on the screen a viewport shows a point of the patient.
pub(super) fn on_screen(plan: &ViewportPlan, x: f64, y: f64, z: f64) -> Point<View> {
    let pass = pass(plan);
    let voxel = *pass.volume.voxel_from_patient() * Point::new(x, y, z);
    let at = pass.voxel_from_view.inverse().expect("a map") * voxel;
    Point::flat(at.xyz.x, at.xyz.y)
}

/// What the reader sees under a point of the patient.
pub(super) fn seen(plan: &ViewportPlan, x: f64, y: f64, z: f64) -> f32 {
    let at = on_screen(plan, x, y, z).xyz;
    let values = reformat_modality_values(pass(plan));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the picture")]
    let index = at.y as usize * values.width as usize + at.x as usize;
    values.values[index]
}

#[test]
fn planes_are_shown_as_radiologists_hang_them() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    // The middle voxel is column 20, row 15 of slice 10, which hangs.
    for (plane, letters, number, name) in [
        ("axial", ["R", "L", "A", "P"], (11, 20), "axial reformat"),
        ("coronal", ["R", "L", "H", "F"], (16, 30), "coronal reformat"),
        // The normal of a sagittal section as it is hung leads to the right: the last column is first.
        ("sagittal", ["A", "P", "H", "F"], (20, 40), "sagittal reformat"),
    ] {
        scripted.run(&format!("plane {plane}"));
        let plan = focused(&scripted);
        let found = &plan.labels.letters;
        assert_eq!([&found.left, &found.right, &found.top, &found.bottom], letters, "{plane}");
        assert_eq!(plan.labels.number, Some(number), "{plane}");
        assert!(badges(&plan).contains(&name), "{plane}: {:?}", badges(&plan));
        let middle = seen(&plan, 20.0, 15.0, 20.0);
        assert!((middle - f32::from(value(20, 15, 10))).abs() < 60.0, "{plane}: {middle}");
    }
    scripted.run("plane acquired");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
    assert_eq!(focused(&scripted).labels.number, Some((11, 20)));
    scripted.run("scroll to 3; plane coronal; scroll to 5; plane axial");
    assert_eq!(focused(&scripted).labels.number, Some((3, 20)), "back where it was");
}

/// The plan's picture is that of a pass made by hand.
#[test]
fn a_section_is_the_picture_of_its_plane() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal; slab 6; projection mean; scroll to 11; zoom 1:1");
    let plan = focused(&scripted);
    let pass = pass(&plan);
    let window = Window::with_function(10000.0, 20000.0, VoiFunction::Linear).expect("a window");
    let transform = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    // Sheet pixels are 1 mm; the middle of the sheet is that of the volume, which at 1:1 lies on a corner of pixels.
    let section = Section::cardinal(CardinalPlane::Coronal, Point::new(19.5, 10.0, 19.0));
    let slab = Slab::new(6.0, Projection::Mean, 1.0);
    let by_hand = ReformatPass::new(
        Arc::clone(&pass.volume),
        &section,
        1.0,
        (plan.rect.width, plan.rect.height),
        slab,
        transform,
    );
    assert_eq!(pass.slab, by_hand.slab);
    assert!(!pass.is_moving, "at rest");
    let (found, expected) = (reformat_p_values(pass), reformat_p_values(&by_hand));
    assert_eq!(found.values, expected.values);
    assert!(found.values.iter().any(|value| value.0 > 0));
    scripted.run("invert");
    let plan = focused(&scripted);
    let Picture::Reformat(inverted) = &plan.picture else { panic!("a section") };
    let by_hand = ReformatPass {
        transform: GrayTransform { polarity: Polarity::Inverse, ..by_hand.transform },
        ..by_hand
    };
    assert_eq!(reformat_p_values(inverted).values, reformat_p_values(&by_hand).values);
}

#[test]
fn a_section_is_scrolled_by_a_voxel_and_not_out_of_the_volume() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    for (commands, number, middle_mm) in [
        ("plane axial", 11, 20.0),
        ("scroll +1", 12, 22.0),
        ("scroll -3", 9, 16.0),
        ("scroll last", 20, 38.0),
        ("scroll +5", 20, 38.0),
        ("scroll first", 1, 0.0),
        ("scroll -5", 1, 0.0),
        ("scroll to 7", 7, 12.0),
        ("scroll to 700", 20, 38.0),
    ] {
        scripted.run(commands);
        assert_eq!(focused(&scripted).labels.number, Some((number, 20)), "{commands}");
        let section = reformats(&scripted)[0].expect("a section").section;
        assert!((section.center().xyz.z - middle_mm).abs() < 1e-9, "{commands}: {section:?}");
    }
    // A wheel over the coronal plane goes from row to row.
    scripted.run("plane coronal; scroll first; scroll +3");
    assert!((reformats(&scripted)[0].expect("a section").section.center().xyz.y - 3.0).abs() < 1e-9);
    scripted.run("panel jump; type 20; accept");
    assert_eq!(focused(&scripted).labels.number, Some((20, 30)));
}

#[test]
fn slabs_are_thicker_by_steps_and_say_what_they_show() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    for (commands, badge) in [
        ("plane axial; slab 8", "MIP 8 mm"),
        ("slab +1", "MIP 10 mm"),
        ("slab +2; projection minip", "MinIP 20 mm"),
        ("projection mean; slab -1", "mean 15 mm"),
        ("slab 2.5", "mean 2.5 mm"),
        ("slab 99999", "mean 500 mm"),
    ] {
        scripted.run(commands);
        let plan = focused(&scripted);
        assert!(badges(&plan).contains(&badge), "{commands}: {:?}", badges(&plan));
    }
    for off in ["slab off", "slab 1; slab -3"] {
        scripted.run(off);
        let plan = focused(&scripted);
        assert!(badges(&plan).iter().all(|badge| !badge.contains(" mm")), "{off}: {:?}", badges(&plan));
        assert_eq!(pass(&plan).slab, Slab::PLANE);
    }
}

/// A slab of the images shown is one of their own plane, through the image shown.
#[test]
fn a_slab_of_images_begins_where_they_are() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("scroll to 5; slab 4; projection mip");
    let plan = focused(&scripted);
    assert_eq!(plan.labels.number, Some((5, 20)));
    assert!(badges(&plan).contains(&"MIP 4 mm"), "{:?}", badges(&plan));
    // Of the planes at 6.5, 7.5, 8.5 and 9.5 mm the last has the largest values.
    let seen = seen(&plan, 20.0, 15.0, 8.0);
    assert!((f64::from(seen) - (1000.0 * 9.5 / 2.0 + 770.0)).abs() < 60.0, "{seen}");
    scripted.run("undo; undo; undo");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)), "taken back");
}

#[test]
fn a_section_turns_and_stays_what_it_is() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial");
    let before = focused(&scripted);
    let middle = on_screen(&before, 20.0, 15.0, 20.0).xyz;
    let size = pass(&before).mm_per_pixel();
    scripted.run("crosshair at 20 15 20; plane turn down 30; plane turn right 20");
    let plan = focused(&scripted);
    let section = reformats(&scripted)[0].expect("a section").section;
    assert!((section.normal().xyz.z - 30_f64.to_radians().cos() * 20_f64.to_radians().cos()).abs() < 1e-9);
    assert!(section.right().dot(section.down()).abs() < 1e-12);
    assert!(on_screen(&plan, 20.0, 15.0, 20.0).xyz.distance(middle) < 1e-6, "the point stays where it is");
    assert!((pass(&plan).mm_per_pixel() - size).abs() < 1e-12, "and as large");
    assert!(badges(&plan).contains(&"oblique axial reformat"), "{:?}", badges(&plan));
    assert!((seen(&plan, 20.0, 15.0, 20.0) - f32::from(value(20, 15, 10))).abs() < 60.0);
    scripted.run("undo");
    let name = badges(&focused(&scripted)).contains(&"axial reformat");
    assert!(name, "both turns are one change: {:?}", badges(&focused(&scripted)));
}

#[test]
fn one_point_leads_all_sections() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout mpr");
    let plan = scripted.plan();
    assert_eq!(plan.viewports.len(), 4);
    let names: Vec<&str> = plan.viewports.iter().take(3).map(|plan| badges(plan)[0]).collect();
    assert_eq!(names, ["axial reformat", "coronal reformat", "sagittal reformat"]);
    assert!(matches!(plan.viewports[3].picture, Picture::Slice(_)));
    for (index, viewport) in plan.viewports.iter().enumerate() {
        let crosshair = viewport.overlay.crosshair.as_ref().expect("a crosshair");
        assert_eq!(crosshair.lines.len(), 2, "viewport {index}: those that cut it");
        assert_eq!(crosshair.own, (index < 3).then_some(index));
        assert!(viewport.overlay.lines.is_empty(), "not twice");
    }
    // Dragging the middle in the axial section leads the others, scrolling it leads them too.
    let from = on_screen(&plan.viewports[0], 20.0, 15.0, 20.0).xyz;
    let to = on_screen(&plan.viewports[0], 5.0, 25.0, 20.0).xyz;
    scripted.run(&format!(
        "pointer hover 1 1 {} {}; pointer press left {} {}; pointer move {} {}; pointer release; scroll +4",
        from.x, from.y, from.x, from.y, to.x, to.y
    ));
    let at = scripted.reading.session.shared_point.as_ref().expect("a point").at;
    assert!(at.xyz.distance(glam::DVec3::new(5.0, 25.0, 28.0)) < 1e-6, "{at:?}");
    assert_eq!(focused(&scripted).labels.number, Some((15, 20)));
    for section in reformats(&scripted).into_iter().flatten() {
        assert!((at - section.section.center()).dot(section.section.normal()).abs() < 1e-9);
    }
    assert_eq!(scripted.plan().viewports[3].labels.number, Some((15, 20)), "the stack goes along");
    scripted.run("crosshair by 2 -1; crosshair off");
    assert!(scripted.plan().viewports.iter().all(|viewport| viewport.overlay.crosshair.is_none()));
    let before = reformats(&scripted);
    scripted.run("scroll -2");
    let after = reformats(&scripted);
    assert_eq!((before[1], before[2]), (after[1], after[2]), "without a point each is scrolled alone");
    assert_ne!(before[0], after[0]);
}

/// The end of a line is dragged around the point: only its section turns, and through the point.
#[test]
fn the_end_of_a_line_turns_its_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout mpr");
    let plan = scripted.plan();
    let point = on_screen(&plan.viewports[0], 20.0, 15.0, 20.0).xyz;
    // The coronal section's line runs from left to right in the axial one.
    let end = on_screen(&plan.viewports[0], 35.0, 15.0, 20.0).xyz;
    let (sin, cos) = 30_f64.to_radians().sin_cos();
    let to = point + glam::DVec3::new(cos, sin, 0.0) * (end.x - point.x);
    let before = reformats(&scripted);
    scripted.run(&format!(
        "pointer hover 1 1 {} {}; pointer press left {} {}; pointer move {} {}; pointer release",
        end.x, end.y, end.x, end.y, to.x, to.y
    ));
    let after = reformats(&scripted);
    assert_eq!((before[0], before[2]), (after[0], after[2]));
    let normal = after[1].expect("a section").section.normal().xyz;
    // Clockwise as seen from the feet: the normal that led to the back leads to the right of the patient too.
    assert!(normal.distance(glam::DVec3::new(-sin, cos, 0.0)) < 1e-6, "{normal}");
    scripted.run("crosshair turn -30");
    let normals: Vec<_> =
        reformats(&scripted).into_iter().flatten().map(|shown| shown.section.normal().xyz).collect();
    assert!(normals[1].distance(glam::DVec3::Y) < 1e-6, "{normals:?}");
    assert!(normals[2].distance(glam::DVec3::new(-cos, sin, 0.0)) < 1e-6, "{normals:?}");
}

#[test]
fn the_pointer_reads_the_value_and_the_place_of_a_section() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    let at = on_screen(&focused(&scripted), 12.0, 15.0, 8.0).xyz;
    scripted.run(&format!("pointer hover 1 1 {} {}", at.x, at.y));
    let expected = f64::from(value(12, 15, 4));
    assert_eq!(scripted.plan().readout, Some(format!("{expected:.1} · x 12.0 y 15.0 z 8.0 mm")));
    scripted.run("pointer hover 1 1 1 1");
    assert_eq!(scripted.plan().readout, None, "outside of the volume");
}

#[test]
fn positions_that_were_not_received_are_told() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open_without(&folder, &[7, 8]);
    scripted.run("plane coronal");
    let plan = focused(&scripted);
    assert!(badges(&plan).contains(&"2 of 20 positions missing"), "{:?}", badges(&plan));
    let at = on_screen(&plan, 12.0, 15.0, 15.0).xyz;
    scripted.run(&format!("pointer hover 1 1 {} {}", at.x, at.y));
    assert_eq!(scripted.plan().readout.as_deref(), Some("not received · x 12.0 y 15.0 z 15.0 mm"));
}

/// A reader who looks at a section keeps it while slices arrive.
#[test]
fn a_section_stays_while_slices_arrive() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open_without(&folder, &[17, 18, 19]);
    scripted.run("plane coronal; scroll to 4; slab 3");
    let before = reformats(&scripted);
    assert_eq!(pass(&focused(&scripted)).volume.size(), [40, 30, 17]);
    let more = TempDir::new().expect("a folder");
    for slice in 17..SLICES {
        write(more.path(), "1", slice);
    }
    scripted.run(&format!("open {}", more.path().display()));
    assert_eq!(reformats(&scripted), before);
    assert_eq!(pass(&focused(&scripted)).volume.size(), [40, 30, 20]);
    // An image of another size makes of the series two display sets or no volume: then there are images again, or the section.
    let odd = TempDir::new().expect("a folder");
    writer("1", 30)
        .gray_16(20, COLUMNS, true)
        .pixels(&[0; 800])
        .write_to(&odd.path().join("odd"))
        .expect("written");
    scripted.run(&format!("open {}", odd.path().display()));
    assert!(focused(&scripted).labels.number.is_some());
}

#[test]
fn what_is_for_images_is_refused_on_sections_in_words() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane coronal");
    let shown = reformats(&scripted);
    for commands in [
        "key-image toggle",
        "key-image only",
        "presentation next",
        "cine toggle",
        "filter smooth",
        "tiles 2x2",
        "window padding toggle",
        "overlay shutter toggle",
        "mark calibrate 20",
    ] {
        let before = scripted.reading.session.messages.len();
        scripted.run(commands);
        assert!(scripted.reading.session.messages.len() > before, "{commands}");
        assert!(
            told(&scripted).ends_with("`plane acquired` shows the images."),
            "{commands}: {}",
            told(&scripted)
        );
        assert_eq!(reformats(&scripted), shown, "{commands}");
    }
}

#[test]
fn marks_of_an_image_are_not_on_the_section_in_its_place() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("tool probe; pointer press left 400 300; pointer release");
    assert_eq!(focused(&scripted).overlay.marks.len(), 1);
    scripted.run("plane axial");
    assert!(focused(&scripted).overlay.marks.is_empty());
    scripted.run("plane acquired");
    assert_eq!(focused(&scripted).overlay.marks.len(), 1);
}

#[test]
fn what_makes_no_volume_stays_images_and_says_why() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "1", 0);
    let mut scripted = Scripted::open(folder.path());
    scripted.run("plane coronal");
    assert_eq!(told(&scripted), "This series is shown as images only: its images do not lie side by side.");
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    // Twenty images of 2400 bytes.
    scripted.reading.session.settings.frame_budget_bytes = 47_999;
    scripted.run("plane coronal");
    assert!(told(&scripted).contains("memory.frames_mib"), "{}", told(&scripted));
    assert!(matches!(focused(&scripted).picture, Picture::Slice(_)));
    scripted.reading.session.settings.frame_budget_bytes = 48_000;
    scripted.run("plane coronal");
    assert!(matches!(focused(&scripted).picture, Picture::Reformat(_)));
    // All of them are here, and stay here.
    assert_eq!(pass(&focused(&scripted)).volume.slices().iter().flatten().count(), 20);
}

#[test]
fn stacks_and_sections_cut_one_another_in_lines() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("layout 1x2; viewport 2; hang 1; plane coronal; viewport 1; scroll to 6");
    let plan = scripted.plan();
    let mut ends = plan.viewports[1].overlay.lines[0];
    ends.sort_by(|a, b| a.xyz.x.total_cmp(&b.xyz.x));
    for (end, x) in ends.into_iter().zip([-0.5, 39.5]) {
        let expected = on_screen(&plan.viewports[1], x, 15.0, 10.0).xyz;
        assert!(end.xyz.distance(expected) < 1e-6, "{end:?} {expected}");
    }
    scripted.run("viewport 2");
    let plan = scripted.plan();
    let Picture::Slice(slice) = &plan.viewports[0].picture else { panic!("an image") };
    let lines = &plan.viewports[0].overlay.lines;
    assert_eq!(lines.len(), 1);
    for end in lines[0] {
        assert!(((slice.image_from_view * end).xyz.y - 15.5).abs() < 1e-6);
    }
}

#[test]
fn the_magnifier_shows_a_section_larger() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane sagittal; tool magnifier; pointer hover 1 1 400 300");
    let plan = focused(&scripted);
    let lens = plan.lens.as_ref().expect("a lens");
    let Picture::Reformat(larger) = &lens.picture else { panic!("a section") };
    let half = f64::from(lens.rect.width) / 2.0;
    let middle = (larger.voxel_from_view * Point::flat(half, half)).xyz;
    let under = (pass(&plan).voxel_from_view * Point::flat(400.0, 300.0)).xyz;
    assert!(middle.distance(under) < 1e-9);
    assert!((pass(&plan).mm_per_pixel() / larger.mm_per_pixel() - lens.factor).abs() < 1e-9);
}

/// All of the volume is asked for, the nearest images first, and none of it is let go while a section is shown.
#[test]
fn a_section_wants_its_whole_volume_from_the_plane_outwards() {
    let folder = TempDir::new().expect("a folder");
    for slice in 0..SLICES {
        write(folder.path(), "1", slice);
    }
    let mut library = read_headers(&[folder.path().to_path_buf()]);
    let set = Arc::clone(library.display_sets().next().expect("a series").2);
    let mut session =
        Session::new(SessionSettings { frame_budget_bytes: 48_000, ..SessionSettings::default() });
    session.screens[0].viewports[0].source = Some(Source { display_set: set.id.clone(), index: 10 });
    for text in ["plane axial", "scroll to 6"] {
        session.apply(&Command::parse(text).expect(text), &library);
    }
    let mut wanted = Wanted::default();
    let asked = wanted.next(&session, &mut library);
    let places: Vec<usize> =
        asked.iter().map(|(key, _)| library.locate(key).expect("of the series").1).collect();
    assert_eq!(places[..5], [5, 6, 4, 7, 3]);
    assert_eq!(places.len(), 20);
    let surface = Surface { width: 800, height: 600, scale: 1.0 };
    session.absorb(&Event::ScreenResized { screen: 0, surface }, &library);
    for (count, (key, _)) in asked.into_iter().enumerate() {
        let plan = plan(&session, &library, 0);
        if count == 0 {
            assert_eq!(plan.viewports[0].picture, Picture::Loading);
        }
        let badge = format!("loading {count} of 20");
        assert!(badges(&plan.viewports[0]).contains(&badge.as_str()), "{:?}", badges(&plan.viewports[0]));
        let pixels = Pixels::Words { is_signed: true, words: vec![0; 1200] };
        let frame = Frame { rows: ROWS.into(), columns: COLUMNS.into(), pixels, cover: None };
        wanted.note_loaded(key.clone());
        library.put_frame(key, FrameState::Ready(Arc::new(frame)));
    }
    session.settings.frame_budget_bytes = 10;
    assert!(wanted.next(&session, &mut library).is_empty());
    assert_eq!(library.volume(&set).expect("a volume").slices().iter().flatten().count(), 20);
    session.apply(&Command::parse("plane acquired").expect("a command"), &library);
    wanted.next(&session, &mut library);
    assert!(library.volume(&set).expect("a volume").slices().iter().flatten().count() < 20, "let go");
}

#[test]
fn a_section_beside_the_volume_says_so() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial; crosshair at 20 15 39");
    assert!(!badges(&focused(&scripted)).contains(&"outside the volume"));
    scripted.run("crosshair at 20 15 39.5");
    assert!(badges(&focused(&scripted)).contains(&"outside the volume"));
}

/// Pictures are exact again within 100 ms of rest.
#[test]
fn a_section_that_moved_rests_within_100_ms() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("plane axial");
    assert!(!pass(&focused(&scripted)).is_moving);
    let command = Command::parse("scroll +1").expect("a command");
    scripted.reading.command(&command, CommandSource::Script);
    assert!(pass(&focused(&scripted)).is_moving);
    // Time is told in frames of the monitor; far from now, which a test does not know.
    let at_ms = |frame: u8| 1e9 + f64::from(frame) * 16.7;
    let frames = (0..6).take_while(|frame| {
        let session = &mut scripted.reading.session;
        assert!(session.next_due_ms().is_some(), "somebody has to tell the time");
        session.absorb(&Event::TimePassed { now_ms: at_ms(*frame) }, &scripted.reading.library);
        session.is_moving()
    });
    let frames = frames.count();
    assert!((2..6).contains(&frames), "{frames}");
    assert!(!pass(&focused(&scripted)).is_moving);
    assert_eq!(scripted.reading.session.next_due_ms(), None);
    // The other images of a stack move no section.
    scripted.run("plane acquired");
    scripted.reading.command(&command, CommandSource::Script);
    assert!(!scripted.reading.session.is_moving());
}
