//! The curtain: its edge under the hand, and whom the pointer means on either side.

use dicom_dictionary_std::tags;
use egui::PointerButton::Primary;
use egui::{Event, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::desk::{Desk, button, check, ct, open, open_at, read};

/// Two studies of one patient under the curtain, none of which is loaded.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |study: &str, date: &str| {
        let writer = ct(study, study, 1).text(tags::PATIENT_ID, "1").text(tags::STUDY_DATE, date);
        read(folder.path(), writer)
    };
    let mut desk = Desk::new();
    desk.take(vec![of("1", "20261120"), of("2", "20240211")], Vec::new());
    desk.run("layout 1x2; viewport 2; hang 2; viewport 1; prior curtain")
}

/// The upper left corner of both pictures.
fn corner(harness: &Harness<'_, Desk>) -> Pos2 {
    harness.get_by_label_contains("Viewport 1").rect().min
}

#[test]
fn the_edge_is_dragged_by_its_handle_and_stops_where_words_still_have_room() {
    let mut harness = open(desk());
    let handle = harness.get_by_label("Curtain").rect().center();
    let (corner, right) = (corner(&harness), harness.get_by_label_contains("Viewport 2").rect().right());
    let at = |share: f32, y: f32| pos2(corner.x + (right - corner.x) * share, y);
    let press = vec![Event::PointerMoved(handle), button(handle, Primary, true)];
    check(&mut harness, press, &["prior curtain 50"]);
    // Of several moves in a frame the last counts, far beside the handle too.
    let moves = vec![Event::PointerMoved(at(0.3, handle.y)), Event::PointerMoved(at(0.625, corner.y + 5.0))];
    check(&mut harness, moves, &["prior curtain 62.5"]);
    let node = harness.get_by_label("Curtain");
    assert_eq!(node.accesskit_node().numeric_value(), Some(62.5));
    let last = at(0.99, handle.y);
    check(&mut harness, vec![Event::PointerMoved(last)], &["prior curtain 90"]);
    check(&mut harness, vec![button(last, Primary, false)], &[]);
    check(&mut harness, vec![Event::PointerMoved(at(0.2, handle.y))], &[]);
    assert_eq!(harness.state().session.focus.viewport, 0, "the focus stays");
}

#[test]
fn on_each_side_the_pointer_is_over_what_is_seen_there() {
    let click =
        |at: Pos2| vec![Event::PointerMoved(at), button(at, Primary, true), button(at, Primary, false)];
    for (scale, right, left) in [(1.0, "250 100", "150 140"), (2.0, "500 200", "300 280")] {
        // The edge stands 199 points from the corner, from which both sides count.
        let mut harness = open_at(scale, desk().run("prior curtain 25"));
        let corner = corner(&harness);
        let over = |harness: &Harness<'_, Desk>| harness.state().session.pointer.map(|it| it.viewport);
        let press = format!("pointer press left {right}");
        let events = click(corner + vec2(250.0, 100.0));
        check(&mut harness, events, &["viewport 2", &press, "pointer release"]);
        assert_eq!(over(&harness), Some(1));
        let press = format!("pointer press left {left}");
        let events = click(corner + vec2(150.0, 140.0));
        check(&mut harness, events, &["viewport 1", &press, "pointer release"]);
        assert_eq!(over(&harness), Some(0));
    }
}

#[test]
fn without_a_curtain_there_is_no_edge() {
    let mut harness = open(desk());
    assert!(harness.query_by_label("Curtain").is_some());
    harness.state_mut().obey("prior curtain");
    harness.run();
    assert!(harness.query_by_label("Curtain").is_none());
}
