//! The slider at the edge of a viewport.

use dicom_dictionary_std::tags;
use egui::{Event, Key, PointerButton, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::session::percent;

use super::desk::{Desk, button, check, ct, open, press, read};

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

/// Two series of one place in the patient, the second over the first.
fn fused() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let slice = |series: &str, number: u16| {
        let writer = ct("1", series, number)
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(number)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .decimals(tags::WINDOW_CENTER, &[40.0])
            .decimals(tags::WINDOW_WIDTH, &[400.0]);
        read(folder.path(), writer)
    };
    let mut desk = Desk::new();
    let images = (1..=4).flat_map(|number| ["1", "2"].map(|series| slice(series, number)));
    desk.take(images.collect(), Vec::new());
    desk.run("scroll first; fusion on")
}

#[test]
fn the_blend_slider_blends_from_top_to_bottom_and_keys_do_the_same() {
    let mut harness = open(fused());
    let told = |harness: &egui_kittest::Harness<'_, Desk>| {
        harness.get_by_label("Blend in viewport 1").accesskit_node().numeric_value()
    };
    // The hand may miss the rail by some points on each side.
    let rail = harness.get_by_label("Blend in viewport 1").rect().shrink2(vec2(6.0, 3.0));
    let at = |share: f32| pos2(rail.center().x, rail.top() + share * rail.height());
    let presses = vec![Event::PointerMoved(at(0.25)), button(at(0.25), PointerButton::Primary, true)];
    check(&mut harness, presses, &["fusion blend 75"]);
    assert_eq!(told(&harness), Some(75.0));
    let moves = vec![Event::PointerMoved(at(0.5)), Event::PointerMoved(at(0.9) + vec2(200.0, 0.0))];
    check(&mut harness, moves, &["fusion blend 10"]);
    check(&mut harness, vec![Event::PointerMoved(at(-3.0))], &["fusion blend over"]);
    check(&mut harness, vec![Event::PointerMoved(at(9.0))], &["fusion blend under"]);
    check(&mut harness, vec![button(at(9.0), PointerButton::Primary, false)], &[]);
    check(&mut harness, vec![Event::PointerMoved(at(0.5))], &[]);
    assert_eq!(told(&harness), Some(0.0), "it stays where it was let go");
    check(&mut harness, vec![press(Key::CloseBracket)], &["fusion blend +5"]);
    assert_eq!(told(&harness), Some(5.0));
    let shown = harness.state().session.focused_viewport().and_then(|viewport| viewport.fused.as_ref());
    assert_eq!(shown.map(|fused| percent(fused.opacity)), Some(5));
}
