//! Two series in two frames of reference, and a registration: the crosshair, lines and links go from one to the other, and say so.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::geometry::Point;
use hotlight::render::{FramePlan, Picture, ViewportPlan};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::priors::{check, ct};
use super::sections::{SLICES, badges, on_screen, reformats, words, write, writer};

/// The other series is turned a quarter about the axis of the body: a point x y z of it lies at 30 - y, x, z + 4 of the first.
const REGISTERED: [f64; 16] =
    [0.0, -1.0, 0.0, 30.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 4.0, 0.0, 0.0, 0.0, 1.0];

/// From one frame of reference to another.
type Frames = (&'static str, &'static str);

const FRAMES: Frames = ("2.25.10", "2.25.9");

fn registration(folder: &Path, uid: &str, date: &str, numbers: &[f64]) {
    write_to(folder, uid, relating(uid, date, FRAMES, numbers));
}

fn write_to(folder: &Path, uid: &str, object: Writer) {
    object.write_to(&folder.join(format!("registration-{uid}"))).expect("written");
}

fn relating(uid: &str, date: &str, (source, registered): Frames, numbers: &[f64]) -> Writer {
    let matrix = Writer::item()
        .decimals(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, numbers)
        .text(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, "RIGID");
    let item = Writer::item().text(tags::FRAME_OF_REFERENCE_UID, source).sequence(
        tags::MATRIX_REGISTRATION_SEQUENCE,
        [Writer::item().sequence(tags::MATRIX_SEQUENCE, [matrix])],
    );
    header(uids::SPATIAL_REGISTRATION_STORAGE, uid, date)
        .text(tags::FRAME_OF_REFERENCE_UID, registered)
        .sequence(tags::REGISTRATION_SEQUENCE, [item])
}

fn header(class: &str, uid: &str, date: &str) -> Writer {
    Writer::new(class, uid)
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.8")
        .text(tags::MODALITY, "REG")
        .text(tags::PATIENT_NAME, "ZZCANARY^SECTIONS")
        .text(tags::CONTENT_LABEL, "QUARTER")
        .text(tags::CONTENT_DATE, date)
}

/// Both series beside each other, the first in focus.
fn open(folder: &TempDir) -> Scripted {
    for slice in 0..SLICES {
        write(folder.path(), "1", slice);
        writer("2", slice)
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.10")
            .pixels(&words(slice))
            .write_to(&folder.path().join(format!("2-{slice}")))
            .expect("written");
    }
    let mut scripted = Scripted::open(folder.path());
    scripted.run("layout 1x2; viewport 2; hang 2; viewport 1; hang 1; scroll to 3; viewport 2; scroll to 3; viewport 1");
    scripted
}

fn registered(folder: &TempDir) -> Scripted {
    registration(folder.path(), "2.25.5", "20260101", &REGISTERED);
    open(folder)
}

fn numbers(plan: &FramePlan) -> Vec<usize> {
    plan.viewports.iter().map(|viewport| viewport.labels.number.expect("images").0).collect()
}

fn is_registered(plan: &ViewportPlan) -> bool {
    badges(plan).contains(&"registered")
}

#[test]
fn the_crosshair_goes_through_a_registration_both_ways_and_says_so() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = registered(&folder);
    assert!(!scripted.plan().viewports.iter().any(is_registered), "nothing is linked yet");
    scripted.run("crosshair at 20 15 14");
    let plan = scripted.plan();
    // 15 10 10 there: the sixth image.
    assert_eq!(numbers(&plan), [8, 6]);
    let point = plan.viewports[1].overlay.point.expect("the point");
    let Picture::Slice(pass) = &plan.viewports[1].picture else { panic!("an image") };
    let in_image = (pass.image_from_view * point.at).xyz;
    assert!((in_image.x - 15.5).abs() < 1e-6 && (in_image.y - 10.5).abs() < 1e-6, "{in_image}");
    assert!(point.is_in_plane);
    assert!(is_registered(&plan.viewports[1]) && !is_registered(&plan.viewports[0]), "where it came to");
    let badge = plan.viewports[1].labels.badges.iter().find(|badge| badge.text == "registered");
    let why = badge.expect("the badge").why.as_str();
    assert!(why.contains("QUARTER") && why.contains("for the reader to judge"), "{why}");
    // And back: 10 12 20 there is 18 10 24 here.
    scripted.run("viewport 2; crosshair at 10 12 20");
    let plan = scripted.plan();
    assert_eq!(numbers(&plan), [13, 11]);
    assert!(is_registered(&plan.viewports[0]) && !is_registered(&plan.viewports[1]));
}

#[test]
fn without_a_registration_nothing_goes_along() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("crosshair at 20 15 14; link all; scroll to 12");
    let plan = scripted.plan();
    assert_eq!(numbers(&plan), [12, 3]);
    assert!(plan.viewports[1].overlay.point.is_none() && !plan.viewports.iter().any(is_registered));
}

/// The newest, as a fused series is placed.
#[test]
fn of_two_registrations_the_newest_leads() {
    let folder = TempDir::new().expect("a folder");
    let mut further = REGISTERED;
    further[11] = 8.0;
    registration(folder.path(), "2.25.6", "20260601", &further);
    let mut scripted = registered(&folder);
    scripted.run("crosshair at 20 15 14");
    assert_eq!(numbers(&scripted.plan()), [8, 4]);
}

#[test]
fn a_registration_of_another_patient_leads_nothing() {
    let folder = TempDir::new().expect("a folder");
    let object = relating("2.25.5", "20260101", FRAMES, &REGISTERED);
    write_to(folder.path(), "2.25.5", object.text(tags::PATIENT_NAME, "ZZCANARY^OTHER"));
    let mut scripted = open(&folder);
    scripted.run("crosshair at 20 15 14");
    let plan = scripted.plan();
    assert_eq!(numbers(&plan), [8, 3]);
    assert!(plan.viewports[1].overlay.point.is_none());
}

/// What is newer and not applied is not passed over in silence.
#[test]
fn a_newer_one_that_deforms_is_told_where_an_older_one_leads() {
    let folder = TempDir::new().expect("a folder");
    let item = Writer::item().text(tags::SOURCE_FRAME_OF_REFERENCE_UID, FRAMES.0);
    let deforms = header(uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE, "2.25.6", "20260601")
        .text(tags::FRAME_OF_REFERENCE_UID, FRAMES.1)
        .sequence(tags::DEFORMABLE_REGISTRATION_SEQUENCE, [item]);
    write_to(folder.path(), "2.25.6", deforms);
    let mut scripted = registered(&folder);
    scripted.run("crosshair at 20 15 14");
    let plan = scripted.plan();
    assert_eq!(numbers(&plan), [8, 6]);
    let badge = plan.viewports[1].labels.badges.iter().find(|badge| badge.text == "registered");
    let why = badge.expect("the badge").why.as_str();
    assert!(why.contains("QUARTER") && why.contains("left out: it deforms"), "{why}");
}

/// The first and the second frame are related, and the second and the third: in the third no section goes through a point of the first,
/// and so it goes along with the second.
#[test]
fn a_section_that_the_point_does_not_reach_scrolls_along() {
    let folder = TempDir::new().expect("a folder");
    let mut shift = [0.0; 16];
    for diagonal in [0, 5, 10, 15] {
        shift[diagonal] = 1.0;
    }
    shift[11] = 4.0;
    write_to(folder.path(), "2.25.6", relating("2.25.6", "20260101", ("2.25.11", "2.25.10"), &shift));
    for slice in 0..SLICES {
        writer("3", slice)
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.11")
            .pixels(&words(slice))
            .write_to(&folder.path().join(format!("3-{slice}")))
            .expect("written");
    }
    let mut scripted = registered(&folder);
    scripted
        .run("layout 1x3; viewport 3; hang 3; scroll to 3; plane axial; viewport 1; crosshair at 20 15 14");
    let height = |scripted: &Scripted| reformats(scripted)[2].expect("a section").section.center().xyz.z;
    assert!((height(&scripted) - 4.0).abs() < 1e-9, "{}", height(&scripted));
    scripted.run("viewport 2; link scroll; scroll to 12");
    assert!((height(&scripted) - 18.0).abs() < 1e-9, "{}", height(&scripted));
}

/// Tilted by a tenth about the middle of the third image: a corner of that lies two images further.
#[test]
fn a_prior_hangs_at_the_middle_of_what_is_read_as_it_scrolls_along() {
    let folder = TempDir::new().expect("a folder");
    let large = |writer: Writer| writer.decimals(tags::PIXEL_SPACING, &[200.0, 200.0]);
    ct(folder.path(), "1", "20261120", 9, large);
    ct(folder.path(), "2", "20240211", 5, large);
    let (sin, cos) = (0.1, 0.994_987_437);
    let tilt = [
        [1.0, 0.0, 0.0, 0.0],
        [0.0, cos, -sin, 100.0 - 100.0 * cos + 10.0 * sin],
        [0.0, sin, cos, 10.0 - 100.0 * sin - 10.0 * cos],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let object = relating("2.25.5", "20261120", ("2.25.28", "2.25.18"), tilt.as_flattened());
    let object = object.text(tags::PATIENT_NAME, "ZZCANARY^JANE").text(tags::PATIENT_ID, "4711");
    write_to(folder.path(), "2.25.5", object);
    let mut scripted = Scripted::open(folder.path());
    check(&mut scripted, "layout 1x1; scroll to 3; prior toggle", &[("2.25.1", 3), ("2.25.2", 3)]);
    check(&mut scripted, "scroll +1", &[("2.25.1", 4), ("2.25.2", 4)]);
    check(&mut scripted, "scroll -1", &[("2.25.1", 3), ("2.25.2", 3)]);
}

#[test]
fn sections_of_both_go_through_the_point_and_cut_each_other() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = registered(&folder);
    scripted.run("plane coronal; viewport 2; plane coronal; viewport 1; crosshair at 20 15 14");
    let away = reformats(&scripted)[1].expect("a section").section.center() - Point::new(15.0, 10.0, 10.0);
    assert!(away.length() < 1e-9, "{away:?}");
    // Coronal there is sagittal here.
    let plan = scripted.plan();
    let crosshair = plan.viewports[0].overlay.crosshair.as_ref().expect("a crosshair");
    let [(_, ends)] = crosshair.lines.as_slice() else { panic!("{:?}", crosshair.lines) };
    let x = on_screen(&plan.viewports[0], 20.0, 15.0, 14.0).xyz.x;
    assert!(ends.iter().all(|end| (end.xyz.x - x).abs() < 1e-6), "{ends:?} at {x}");
    assert!(is_registered(&plan.viewports[0]), "a line came from there");
    // About this section's normal, which is the other's x.
    scripted.run("crosshair turn 20");
    let section = reformats(&scripted)[1].expect("a section").section;
    let normal = section.normal().xyz;
    assert!(normal.x.abs() < 1e-9 && (normal.y.abs() - 20_f64.to_radians().cos()).abs() < 1e-9, "{normal}");
    assert!((section.center() - Point::new(15.0, 10.0, 10.0)).length() < 1e-9);
}

#[test]
fn linked_stacks_scroll_through_a_registration() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = registered(&folder);
    scripted.run("link scroll; scroll to 12");
    let plan = scripted.plan();
    assert_eq!(numbers(&plan), [12, 10]);
    assert!(plan.viewports.iter().all(|viewport| badges(viewport).contains(&"linked")));
    assert!(plan.viewports.iter().all(is_registered));
}

#[test]
fn a_registration_alone_is_told_as_what_it_is() {
    let folder = TempDir::new().expect("a folder");
    registration(folder.path(), "2.25.5", "20260101", &REGISTERED);
    let scripted = Scripted::open(folder.path());
    let texts: Vec<_> = scripted.reading.session.messages.iter().map(|message| &message.text).collect();
    assert!(
        texts.iter().any(|text| text.starts_with("1 spatial registration read, and no image")),
        "{texts:?}"
    );
    assert!(!texts.iter().any(|text| text.contains("No DICOM image")), "{texts:?}");
    let listed: Vec<_> =
        scripted.reading.library.unreadable().iter().map(|file| file.why.to_string()).collect();
    let why = "holds no image (spatial registration: relates frame of reference 2.25.10 to 2.25.9; no images of them are here)";
    assert_eq!(listed, [why]);
    // With the images it is no news.
    let folder = TempDir::new().expect("a folder");
    assert!(registered(&folder).reading.library.unreadable().is_empty());
}
