//! Badges: their reasons under the pointer, by a click and by a key.

use egui::{Event, Key, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::desk::{Desk, button, check, ct, open, press, read, release};

/// An image whose pixels never come.
fn harness() -> Harness<'static, Desk> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), ct("1", "1", 1))], Vec::new());
    open(desk)
}

const REASON: &str = "The pixels of this image are being read.";
const ROW: &str = "loading: The pixels of this image are being read.";

#[test]
fn the_reason_is_told_under_the_pointer() {
    let mut harness = harness();
    let at = harness.get_by_label("loading").rect().center();
    assert!(harness.query_by_label(REASON).is_none());
    harness.input_mut().events.push(Event::PointerMoved(at));
    harness.run_steps(8);
    assert!(harness.query_by_label(REASON).is_some());
}

#[test]
fn a_click_on_a_badge_lists_them_all_and_is_no_drag() {
    let mut harness = harness();
    let at = harness.get_by_label("loading").rect().center();
    harness.input_mut().events.push(Event::PointerMoved(at));
    harness.run();
    let [down, up] = [true, false].map(|pressed| button(at, PointerButton::Primary, pressed));
    check(&mut harness, vec![down, up], &["panel badges"]);
    let row = harness.get_by_label(ROW);
    assert_eq!(row.accesskit_node().role(), egui::Role::ListItem);
}

#[test]
fn a_key_lists_them_and_closes_the_list() {
    let mut harness = harness();
    check(&mut harness, vec![press(Key::P)], &["panel badges"]);
    assert!(harness.query_by_label(ROW).is_some());
    check(&mut harness, vec![release(Key::P), press(Key::P)], &["panel badges"]);
    assert_eq!(harness.state().session.panel, None);
    check(&mut harness, vec![press(Key::I)], &["invert"]);
}

#[test]
fn an_empty_viewport_has_none_to_list() {
    let mut harness = open(Desk::new());
    check(&mut harness, vec![press(Key::P)], &["panel badges"]);
    assert!(harness.query_by_label("There is no badge on the image in focus.").is_some());
}
