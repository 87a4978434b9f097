//! Controls and viewports by their names.

use std::path::Path;

use dicom_dictionary_std::tags;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::dicom::{ReadError, Source};
use crate::study::Unreadable;

use super::desk::{Desk, check, ct, open, read, text};

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
    let file = |name: &str, why| Unreadable { source: Source::file(Path::new(name)), why };
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
fn objects_without_an_image_are_listed_apart_and_no_alarm() {
    let mut desk = Desk::new();
    let file = |name: &str, why| Unreadable { source: Source::file(Path::new(name)), why };
    let report = ReadError::NoImage { what: "a report".to_owned() };
    desk.take(Vec::new(), vec![file("/a/report.dcm", report), file("/a/two.txt", ReadError::NotDicom)]);
    let mut harness = open(desk.run("panel messages"));
    harness.run();
    // The title, and the heading of the list.
    assert_eq!(harness.query_all_by_label("1 file not read").count(), 2);
    assert_eq!(harness.query_all_by_label("1 file holds no image").count(), 1);
    let top = |label: &str| harness.get_by_label_contains(label).rect().top();
    assert!(top("two.txt: ") < top("report.dcm: Holds no image"));
}

#[test]
fn a_viewport_is_named_without_its_patient_and_two_patients_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(
        vec![
            read(folder.path(), ct("1", "1", 1).text(tags::PATIENT_NAME, "NOBODY^ONE")),
            read(folder.path(), ct("2", "2", 1).text(tags::PATIENT_NAME, "NOBODY^TWO")),
        ],
        Vec::new(),
    );
    let mut harness = open(desk.run("layout 1x2; viewport 2; series next; study next anyway"));
    harness.run();
    assert_eq!(
        harness.get_by_label("Viewport 2, loading image 1 of 1").accesskit_node().is_selected(),
        Some(true)
    );
    assert!(harness.query_by_label_contains("Viewport 1, loading").is_some());
    assert!(harness.query_by_label("2 patients on screen").is_some());
    let description = |name: &str| {
        let node = harness.get_by_label_contains(name);
        node.accesskit_node().description().unwrap_or_default()
    };
    assert!(description("Viewport 1").starts_with("other patient"), "{}", description("Viewport 1"));
    assert!(!description("Viewport 2").contains("other patient"), "{}", description("Viewport 2"));
    let names = harness
        .root()
        .children_recursive()
        .filter_map(|node| node.accesskit_node().label())
        .filter(|label| label.contains("Viewport"));
    assert!(names.into_iter().all(|name| !name.contains("NOBODY")));
}

#[test]
fn the_rail_says_what_is_on() {
    let harness = open(Desk::new().run("link all; tool ellipse"));
    for (name, is_on) in
        [("Link viewports", true), ("Ellipse tool", true), ("Cine", false), ("Scroll tool", false)]
    {
        let button = harness.get_by_role_and_label(egui::Role::Button, name);
        let toggled = if is_on { egui::accesskit::Toggled::True } else { egui::accesskit::Toggled::False };
        assert_eq!(button.accesskit_node().toggled(), Some(toggled), "{name}");
    }
}

#[test]
fn a_long_name_in_the_title_does_not_run_into_what_stands_at_the_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let name = format!("NOBODY^{}", "ONE ".repeat(40));
    desk.take(vec![read(folder.path(), ct("1", "1", 1).text(tags::PATIENT_NAME, &name))], Vec::new());
    let harness = open(desk);
    let state = harness.get_by_label("uncalibrated").rect();
    let names: Vec<_> = harness.query_all_by_label_contains("NOBODY").map(|node| node.rect()).collect();
    let in_title: Vec<_> = names.into_iter().filter(|rect| rect.top() < 30.0).collect();
    assert_eq!(in_title.len(), 1);
    assert!(in_title.iter().all(|rect| rect.right() < state.left()), "{in_title:?} {state:?}");
}
