//! The slider at the edge of a viewport.

use egui::{Event, PointerButton, pos2};
use egui_kittest::kittest::{NodeT, Queryable};

use super::desk::{Desk, button, check, ct, open, read};

/// A series of eleven images, the first of which is shown.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take((1..=11).map(|number| read(folder.path(), ct("1", "1", number))).collect(), Vec::new());
    desk.run("scroll first")
}

#[test]
fn a_press_on_the_slider_jumps_and_a_drag_goes_on_from_there() {
    let mut harness = open(desk());
    let rail = harness.get_by_label("Position in viewport 1").rect();
    let at = |share: f32| pos2(rail.center().x, rail.top() + share * rail.height());
    let presses = vec![Event::PointerMoved(at(0.5)), button(at(0.5), PointerButton::Primary, true)];
    check(&mut harness, presses, &["scroll to 6"]);
    // Far beside the rail the hand still holds it; of several moves in a frame the last counts.
    let moves = vec![Event::PointerMoved(at(0.7)), Event::PointerMoved(at(0.81) - egui::vec2(200.0, 0.0))];
    check(&mut harness, moves, &["scroll to 9"]);
    check(&mut harness, vec![Event::PointerMoved(at(9.0))], &["scroll to 11"]);
    check(&mut harness, vec![button(at(9.0), PointerButton::Primary, false)], &[]);
    check(&mut harness, vec![Event::PointerMoved(at(0.0))], &[]);
    let node = harness.get_by_label("Position in viewport 1");
    assert_eq!(node.accesskit_node().numeric_value(), Some(11.0));
}

#[test]
fn beside_the_slider_the_left_button_is_the_tool() {
    let mut harness = open(desk());
    let rail = harness.get_by_label("Position in viewport 1").rect();
    let at = rail.left_center() - egui::vec2(4.0, 0.0);
    harness.state_mut().commands.clear();
    harness.input_mut().events.push(button(at, PointerButton::Primary, true));
    harness.run();
    let [command] = harness.state().commands.as_slice() else { panic!("{:?}", harness.state().commands) };
    assert!(command.starts_with("pointer press left"), "{command}");
}

#[test]
fn a_single_image_has_no_slider() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), ct("1", "1", 1))], Vec::new());
    assert!(open(desk).query_by_label_contains("Position in viewport").is_none());
}
