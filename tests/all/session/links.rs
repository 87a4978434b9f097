//! Viewports of one frame of reference: linked, cut by lines, shown a shared point.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::render::{FramePlan, Picture};
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// Position, orientation and rows of a slice by its number.
type Plane = fn(u16) -> ([f64; 3], [f64; 6], u16);

/// Two series at right angles in one frame of reference: ten axial slices of 40 × 40 pixels of 1 mm, 2 mm apart, and ten
/// coronal ones of 40 × 20 pixels, 4 mm apart; a third that says nothing of a frame of reference; and a fourth like the
/// first, of another modality.
fn write(folder: &Path, coronal_mm: f64) {
    let axial = |number: u16| ([-20.0, -20.0, f64::from(number) * 2.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], 40);
    let coronal =
        |number: u16| ([-20.0, f64::from(number) * 4.0 - 20.0, 20.0], [1.0, 0.0, 0.0, 0.0, 0.0, -1.0], 20);
    let series: [(&str, Plane, Option<&str>); 4] = [
        ("1", axial, Some("2.25.9")),
        ("2", coronal, Some("2.25.9")),
        ("3", axial, None),
        ("4", axial, Some("2.25.9")),
    ];
    for (name, plane, frame_of_reference) in series {
        for number in 0..10 {
            let (position, orientation, rows) = plane(number);
            let mut writer = Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3.{name}.{number}"))
                .text(tags::STUDY_INSTANCE_UID, "2.25.1")
                .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2.{name}"))
                .text(tags::MODALITY, if name == "4" { "MR" } else { "CT" })
                .text(tags::PATIENT_NAME, "NOBODY^ONE")
                .text(tags::SERIES_NUMBER, name)
                .text(tags::INSTANCE_NUMBER, &number.to_string())
                .decimals(tags::IMAGE_POSITION_PATIENT, &position)
                .decimals(tags::IMAGE_ORIENTATION_PATIENT, &orientation)
                .decimals(tags::PIXEL_SPACING, &[if name == "2" { coronal_mm } else { 1.0 }; 2])
                .gray_16(rows, 40, true);
            if let Some(uid) = frame_of_reference {
                writer = writer.text(tags::FRAME_OF_REFERENCE_UID, uid);
            }
            let words = vec![0; usize::from(rows) * 40];
            writer.pixels(&words).write_to(&folder.join(format!("{name}-{number}"))).expect("written");
        }
    }
}

/// Axial, coronal, axial again, and the one without a frame of reference, in four viewports.
fn open(folder: &TempDir) -> Scripted {
    open_with(folder, 1.0)
}

/// The same with coronal pixels of another size.
fn open_with(folder: &TempDir, coronal_mm: f64) -> Scripted {
    write(folder.path(), coronal_mm);
    let mut scripted = Scripted::open(folder.path());
    scripted
        .run("layout 2x2; viewport 1; hang 1; viewport 2; hang 2; viewport 3; hang 1; viewport 4; hang 3");
    scripted.run("viewport 1");
    scripted
}

fn numbers(plan: &FramePlan) -> Vec<usize> {
    plan.viewports.iter().map(|viewport| viewport.labels.number.expect("images").0).collect()
}

fn zooms(plan: &FramePlan) -> Vec<f64> {
    let zoom = |picture: &Picture| match picture {
        Picture::Slice(pass) => 1.0 / pass.image_from_view.x_axis().length(),
        _ => 0.0,
    };
    plan.viewports.iter().map(|viewport| zoom(&viewport.picture)).collect()
}

#[test]
fn linked_viewports_scroll_to_the_nearest_image_of_the_same_orientation() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    // Not where the middle of an axial image would lead it.
    scripted.run("viewport 2; scroll to 2; viewport 1");
    let before = numbers(&scripted.plan());
    scripted.run("scroll to 3");
    assert_eq!(numbers(&scripted.plan())[1..], before[1..], "not linked");
    scripted.run("link scroll; scroll to 8");
    let after = numbers(&scripted.plan());
    assert_eq!((after[0], after[2]), (8, 8));
    assert_eq!((after[1], after[3]), (before[1], before[3]), "another orientation, another space");
    scripted.run("link scroll; scroll to 1");
    assert_eq!(numbers(&scripted.plan())[2], 8, "no longer");
}

#[test]
fn linked_viewports_zoom_pan_and_window_along() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open_with(&folder, 2.0);
    let before = zooms(&scripted.plan());
    scripted.run("link all; zoom by 2");
    let after = zooms(&scripted.plan());
    assert!((after[0] - 2.0 * before[0]).abs() < 1e-9);
    // A coronal pixel is twice as large in the patient, and on the screen.
    assert!((after[1] - 2.0 * after[0]).abs() < 1e-9 && (after[2] - after[0]).abs() < 1e-9, "{after:?}");
    assert!((after[3] - before[3]).abs() < 1e-9, "{after:?}");
    scripted.run("pan 20 0; window set 10 100");
    let session = &scripted.reading.session;
    let offsets: Vec<f64> =
        session.screens[0].viewports.iter().map(|viewport| viewport.view.center_offset.xyz.x).collect();
    // The middle of an axial image lies at x -0.5, that of a coronal one at 19, with pixels twice as large.
    assert!(offsets[0] < -0.5 && (offsets[1] - (offsets[0] - 19.5) / 2.0).abs() < 1e-9, "{offsets:?}");
    assert!((offsets[2] - offsets[0]).abs() < 1e-9 && offsets[3].abs() < 1e-9, "{offsets:?}");
    let looks: Vec<_> =
        session.screens[0].viewports.iter().map(|viewport| viewport.look.voi.clone()).collect();
    assert_eq!(looks[0], looks[1]);
    assert_ne!(looks[0], looks[3]);
    // A window of one modality says nothing to another.
    scripted.run("viewport 3; hang 4; viewport 1; window set 77 700");
    let voi = |index: usize| scripted.reading.session.screens[0].viewports[index].look.voi.clone();
    assert_eq!(voi(0), voi(1));
    assert_ne!(voi(0), voi(2));
    let badges = |index: usize| scripted.plan().viewports[index].labels.badges.clone();
    assert!(badges(0).iter().any(|badge| badge.text == "linked"));
    assert!(!badges(3).iter().any(|badge| badge.text == "linked"));
}

#[test]
fn a_line_shows_where_the_image_in_focus_cuts_another() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("scroll to 6");
    let plan = scripted.plan();
    let lines: Vec<usize> = plan.viewports.iter().map(|viewport| viewport.overlay.lines.len()).collect();
    assert_eq!(lines, [0, 1, 0, 0], "parallel planes and other spaces have none");
    // The sixth axial slice lies at z 10; on a coronal image, z 20 on top and 1 mm a row, that is 10 below the first centre.
    let Picture::Slice(pass) = &plan.viewports[1].picture else { panic!("an image") };
    for end in plan.viewports[1].overlay.lines[0] {
        assert!(((pass.image_from_view * end).xyz.y - 10.5).abs() < 1e-9);
    }
    scripted.run("overlay lines");
    assert!(scripted.plan().viewports.iter().all(|viewport| viewport.overlay.lines.is_empty()));
}

#[test]
fn a_shared_point_is_found_in_every_viewport_of_its_space() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("scroll to 4; zoom fit");
    // The point of column 10.5, row 32.5 of an axial slice: x -10, y 12, z 6.
    let Picture::Slice(pass) = &scripted.plan().viewports[0].picture else { panic!("an image") };
    let at =
        (pass.image_from_view.inverse().expect("a map") * hotlight::geometry::Point::flat(10.5, 32.5)).xyz;
    scripted.run(&format!("tool point; pointer press left {} {}; pointer release", at.x, at.y));
    let plan = scripted.plan();
    // y 12 is the ninth coronal slice, counted from y -20 in steps of 4.
    assert_eq!(numbers(&plan)[..3], [4, 9, 4]);
    let point = plan.viewports[1].overlay.point.expect("the point");
    let Picture::Slice(pass) = &plan.viewports[1].picture else { panic!("an image") };
    let in_image = (pass.image_from_view * point.at).xyz;
    // x -10 is column 10.5; z 6 is 14 below the first centre.
    assert!((in_image.x - 10.5).abs() < 1e-6 && (in_image.y - 14.5).abs() < 1e-6, "{in_image}");
    assert!(point.is_in_plane && plan.viewports[3].overlay.point.is_none());
    scripted.run("viewport 2; scroll +1");
    assert!(!scripted.plan().viewports[1].overlay.point.expect("the point").is_in_plane);
    scripted.run("cancel");
    assert!(scripted.plan().viewports.iter().all(|viewport| viewport.overlay.point.is_none()));
}

#[test]
fn the_magnifier_shows_what_lies_under_the_pointer() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("tool magnifier; pointer hover 1 1 150 140");
    let plan = scripted.plan();
    let lens = plan.viewports[0].lens.as_ref().expect("a lens");
    let Picture::Slice(pass) = &plan.viewports[0].picture else { panic!("an image") };
    let under = (pass.image_from_view * hotlight::geometry::Point::flat(150.0, 140.0)).xyz;
    let Picture::Slice(magnified) = &lens.picture else { panic!("an image") };
    let half = f64::from(lens.rect.width) / 2.0;
    let middle = (magnified.image_from_view * hotlight::geometry::Point::flat(half, half)).xyz;
    assert!(under.distance(middle) < 1e-9, "{under} {middle}");
    let larger = pass.image_from_view.x_axis().length() / magnified.image_from_view.x_axis().length();
    assert!((larger - lens.factor).abs() < 1e-9);
    assert!(plan.viewports[1].lens.is_none());
    scripted.run("pointer leave");
    assert!(scripted.plan().viewports[0].lens.is_none());
    scripted.run("pointer hover 1 1 0 0");
    let edge = scripted.plan().viewports[0].lens.clone().expect("a lens");
    assert_eq!((edge.rect.x, edge.rect.y), (0, 0), "it stays in the viewport");
}

#[test]
fn the_pointer_reads_value_and_place() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = open(&folder);
    scripted.run("scroll to 4; zoom fit");
    let Picture::Slice(pass) = &scripted.plan().viewports[0].picture else { panic!("an image") };
    let at =
        (pass.image_from_view.inverse().expect("a map") * hotlight::geometry::Point::flat(10.5, 32.5)).xyz;
    scripted.run(&format!("pointer hover 1 1 {} {}", at.x, at.y));
    let readout = scripted.plan().readout.expect("a readout");
    assert_eq!(readout, "0 · column 11 row 33 · x -10.0 y 12.0 z 6.0 mm");
    scripted.run("pointer hover 1 1 0 0");
    assert_eq!(scripted.plan().readout, None, "beside the image there is nothing");
}

/// Copied or replaced identifiers give strangers one frame of reference.
#[test]
fn another_patient_in_the_same_frame_of_reference_does_not_go_along() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), 1.0);
    for number in 0..10_u16 {
        let writer = Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.8.{number}"))
            .text(tags::STUDY_INSTANCE_UID, "2.25.6")
            .text(tags::SERIES_INSTANCE_UID, "2.25.7")
            .text(tags::MODALITY, "CT")
            .text(tags::PATIENT_NAME, "NOBODY^TWO")
            .text(tags::INSTANCE_NUMBER, &number.to_string())
            .decimals(tags::IMAGE_POSITION_PATIENT, &[f64::from(number) * 4.0 - 20.0, -20.0, 0.0])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
            .gray_16(20, 40, true);
        writer.pixels(&[0; 800]).write_to(&folder.path().join(format!("other-{number}"))).expect("written");
    }
    let mut scripted = Scripted::open(folder.path());
    let stranger = |hang: usize, scripted: &mut Scripted| {
        scripted.run(&format!("viewport 2; hang {hang} anyway"));
        scripted.reading.session.screens[0].viewports[1]
            .source
            .as_ref()
            .is_some_and(|source| source.display_set.study.as_str() == "2.25.6")
    };
    scripted.run("layout 1x2");
    let hang = (1..=5).find(|hang| stranger(*hang, &mut scripted)).expect("the other study");
    let own = if hang == 1 { 2 } else { 1 };
    scripted.run(&format!("viewport 1; hang {own} anyway; link all"));
    let (before, zoom) = (numbers(&scripted.plan())[1], zooms(&scripted.plan())[1]);
    scripted.run("scroll first; zoom by 2; tool point; pointer press left 150 140; pointer release");
    let plan = scripted.plan();
    let other = &plan.viewports[1];
    assert_eq!(numbers(&plan)[1], before);
    assert!((zooms(&plan)[1] - zoom).abs() < 1e-9);
    assert!(plan.viewports[0].overlay.point.is_some(), "it is shown where it was set");
    assert!(other.overlay.point.is_none() && other.overlay.lines.is_empty());
    assert!(!other.labels.badges.iter().any(|badge| badge.text == "linked"));
}
