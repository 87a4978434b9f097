//! The question at the start, after an end that nobody asked for.

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::session::{Event, Focus, LeftOpen, OpenLayout};
use crate::units::Phi;

use super::desk::{Desk, check, open, press};

fn left(was_resuming: bool) -> LeftOpen {
    LeftOpen {
        was_resuming,
        paths: vec![Phi::new("/a/one".into())],
        stored: Vec::new(),
        layout: OpenLayout { screens: Vec::new(), focus: Focus { screen: 0, viewport: 0 }, stage: None },
    }
}

#[test]
fn enter_opens_what_was_open_and_begins_anew_where_that_ended_the_program_once() {
    let anew = "1. Begin anew: What was not saved comes back when its study is opened.";
    for (was_resuming, first, command) in
        [(false, "1. Open it again: 1 file or folder", "resume"), (true, anew, "resume not")]
    {
        let mut desk = Desk::new();
        desk.hear(&Event::LeftOpen(Box::new(left(was_resuming))));
        let mut harness = open(desk);
        assert!(harness.query_by_label(first).is_some(), "{first}");
        check(&mut harness, vec![press(Key::Enter)], &["accept", command]);
        assert_eq!(harness.state().session.panel, None);
        // It is decided.
        assert_eq!(harness.state().session.resume_lines(), []);
    }
}

#[test]
fn whoever_puts_the_question_off_can_ask_for_it() {
    let mut desk = Desk::new();
    desk.hear(&Event::LeftOpen(Box::new(left(false))));
    let mut harness = open(desk);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert_eq!(harness.state().session.panel, None);
    assert_eq!(harness.state().session.resume_lines().len(), 2);
}
