//! About Hotlight: what it says, and what becomes of it.

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::command::PanelName;
use crate::session::{AboutLine, Event as News, NOTICE};

use super::super::words::NOT_FOR_DIAGNOSIS;
use super::desk::{Desk, check, ct, open, press, read, release};

/// With a study on screen, and so many facts more.
fn about(more: usize) -> Harness<'static, Desk> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take(vec![read(folder.path(), ct("1", "1", 1))], Vec::new());
    let line = |what, value: &str| AboutLine { what, value: value.to_owned() };
    let mut lines = vec![line("Version", "hotlight 0.1.0"), line("Logs", "/a/logs")];
    lines.extend((1..=more).map(|number| line("Fact", &format!("number {number}"))));
    desk.hear(&News::AboutTold(lines));
    open(desk.run("panel about"))
}

#[test]
fn facts_are_lines_below_the_notice_and_the_text_is_all_of_them_and_no_patient() {
    let harness = about(0);
    assert!(NOTICE.to_lowercase().starts_with(NOT_FOR_DIAGNOSIS), "the words of every window");
    harness.get_by_label(NOTICE);
    for name in ["Version: hotlight 0.1.0", "Logs: /a/logs"] {
        assert_eq!(harness.get_by_label(name).accesskit_node().role(), egui::Role::ListItem, "{name}");
    }
    let desk = harness.state();
    assert_eq!(desk.effects.last().map(String::as_str), Some("TellAbout"), "it is told anew");
    let expected = format!("{NOTICE}\nVersion: hotlight 0.1.0\nLogs: /a/logs\n");
    assert_eq!(desk.session.about_text(), expected);
}

#[test]
fn enter_or_a_click_copies_it_and_it_stays_open() {
    let mut harness = about(0);
    let panel = |harness: &Harness<'_, Desk>| harness.state().session.panel.as_ref().map(|it| it.name);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "support copy"]);
    let copied = |harness: &Harness<'_, Desk>| {
        harness.state().effects.iter().filter(|effect| *effect == "CopyAbout").count()
    };
    assert_eq!((copied(&harness), panel(&harness)), (1, Some(PanelName::About)));
    harness.get_by_label("Copy all of it as text (Enter)").click();
    check(&mut harness, Vec::new(), &["support copy"]);
    assert_eq!((copied(&harness), panel(&harness)), (2, Some(PanelName::About)));
}

#[test]
fn a_key_or_a_click_goes_on_to_the_support_bundle() {
    let mut harness = about(0);
    check(&mut harness, vec![press(Key::B)], &["support bundle"]);
    let panel = harness.state().session.panel.as_ref().map(|panel| panel.name);
    assert_eq!(panel, Some(PanelName::Bundle));
    check(&mut harness, vec![release(Key::B), press(Key::B)], &[]);
    let mut harness = about(0);
    harness.get_by_label("Support bundle (B)").click();
    check(&mut harness, Vec::new(), &["support bundle"]);
}

#[test]
fn what_does_not_fit_scrolls_by_keys() {
    let mut harness = about(60);
    let top = |harness: &Harness<'_, Desk>| harness.get_by_label("Fact: number 9").rect().top();
    let before = top(&harness);
    check(&mut harness, vec![press(Key::ArrowDown)], &[]);
    assert!(top(&harness) < before - 10.0, "{before} and {}", top(&harness));
}
