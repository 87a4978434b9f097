//! The field for the number of an image.

use egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::desk::{Desk, check, ct, open, press, release, text};

/// A series of eleven images, the first of which is shown.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let images = (1..=11).map(|number| super::desk::read(folder.path(), ct("1", "1", number)));
    desk.take(images.collect(), Vec::new());
    desk.run("scroll first")
}

#[test]
fn a_number_and_enter_lead_to_that_image() {
    let mut harness = open(desk());
    let keys = vec![press(Key::J), text("j"), press(Key::Num7), text("7"), press(Key::Enter)];
    check(&mut harness, keys, &["panel jump", "type ⟨phi⟩", "accept", "scroll to 7"]);
    assert_eq!(harness.state().session.panel, None);
    assert!(harness.query_by_label_contains("image 7 of 11").is_some());
}

#[test]
fn only_digits_count() {
    let mut harness = open(desk().run("panel jump"));
    check(&mut harness, vec![text("1x-"), text("0")], &["type ⟨phi⟩"]);
    assert_eq!(harness.state().text(), Some("10"));
}

#[test]
fn a_number_beyond_the_last_is_told_and_the_field_stays() {
    let mut harness = open(desk().run("panel jump; type 12"));
    check(&mut harness, vec![press(Key::Enter)], &["accept"]);
    // In the status row and below the field.
    assert_eq!(harness.query_all_by_label("There are 11 images.").count(), 2);
    assert_eq!(harness.state().text(), Some("12"));
    check(&mut harness, vec![release(Key::Enter), press(Key::Escape)], &["cancel"]);
    assert_eq!(harness.state().session.panel, None);
    assert!(harness.query_by_label_contains("image 1 of 11").is_some());
}

#[test]
fn it_stands_low_in_the_middle_of_the_viewport_in_focus() {
    let harness = open(desk().run("layout 1x2; viewport 2; panel jump"));
    let viewport = harness.get_by_label("Viewport 2, empty").rect();
    let field = harness.get_by_role_and_label(Role::TextInput, "Number of the image");
    assert!(viewport.contains_rect(field.rect()), "{:?} in {viewport:?}", field.rect());
    assert!(field.rect().center().y > viewport.center().y);
    assert_eq!(field.accesskit_node().role(), Role::TextInput);
}
