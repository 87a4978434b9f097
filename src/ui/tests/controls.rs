//! Controls and viewports by their names.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::dicom::{Instance, ReadError, Writer};
use crate::study::Unreadable;
use crate::units::Phi;

use super::desk::{Desk, check, open, text};

#[test]
fn every_control_is_found_by_its_name_and_does_what_it_says() {
    let mut harness = open(Desk::new());
    for (name, command) in
        [("Window tool", "tool window"), ("Invert gray", "invert"), ("everything (Ctrl+K)", "panel palette")]
    {
        harness.state_mut().commands.clear();
        harness.get_by_role_and_label(egui::Role::Button, name).click();
        harness.run();
        assert_eq!(harness.state().commands, [command], "{name}");
    }
    check(&mut harness, vec![text("tool")], &["type ⟨phi⟩"]);
    harness.get_by_role_and_label(egui::Role::ListBoxOption, "Pan tool").click();
    check(&mut harness, Vec::new(), &["choose +3", "accept", "tool pan"]);
    assert_eq!(harness.state().session.tool, crate::command::ToolName::Pan);
}

#[test]
fn unreadable_files_are_counted_and_a_click_lists_them_with_reasons() {
    let mut desk = Desk::new();
    let file = |name: &str, why| Unreadable { path: Phi::new(Arc::from(Path::new(name))), why };
    desk.take(
        Vec::new(),
        vec![file("/a/one.dcm", ReadError::Empty), file("/a/two.txt", ReadError::NotDicom)],
    );
    let mut harness = open(desk);
    harness.get_by_label("2 files not read").click();
    harness.run();
    let row = harness.get_by_label("one.dcm: The file is empty.");
    assert_eq!(row.accesskit_node().role(), egui::Role::ListItem);
}

#[test]
fn a_viewport_is_named_without_its_patient_and_two_patients_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(
        vec![image(folder.path(), "1", "NOBODY^ONE"), image(folder.path(), "2", "NOBODY^TWO")],
        Vec::new(),
    );
    let mut harness = open(desk.run("layout 1x2; viewport 2; series next; study next"));
    harness.run();
    assert_eq!(
        harness.get_by_label("Viewport 2, loading image 1 of 1").accesskit_node().is_selected(),
        Some(true)
    );
    assert!(harness.query_by_label_contains("Viewport 1, loading").is_some());
    assert!(harness.query_by_label_contains("2 patients").is_some());
    let names = harness
        .root()
        .children_recursive()
        .filter_map(|node| node.accesskit_node().label())
        .filter(|label| label.contains("Viewport"));
    assert!(names.into_iter().all(|name| !name.contains("NOBODY")));
}

/// A CT image of a patient of that name.
fn image(folder: &Path, uid: &str, name: &str) -> Arc<Instance> {
    let path = folder.join(uid);
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("1.2.3.{uid}"))
        .text(tags::STUDY_INSTANCE_UID, &format!("1.2.4.{uid}"))
        .text(tags::SERIES_INSTANCE_UID, &format!("1.2.5.{uid}"))
        .text(tags::STUDY_DATE, "20261120")
        .text(tags::MODALITY, "CT")
        .text(tags::PATIENT_NAME, name)
        .text(tags::PATIENT_ID, name)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .number(tags::SAMPLES_PER_PIXEL, 1)
        .number(tags::ROWS, 2)
        .number(tags::COLUMNS, 2)
        .number(tags::BITS_ALLOCATED, 16)
        .number(tags::BITS_STORED, 16)
        .number(tags::HIGH_BIT, 15)
        .number(tags::PIXEL_REPRESENTATION, 1)
        .pixels(&[0; 4])
        .write_to(&path)
        .expect("written");
    Arc::new(Instance::read(&path).expect("read"))
}
