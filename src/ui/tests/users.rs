//! The panel of users, and the one who reads in the title row.

use egui::{Key, Role};
use egui_kittest::kittest::Queryable;

use crate::session::UserLine;

use super::desk::{Desk, check, open, press};

/// A station with two users besides the account's; the second one reads.
fn station() -> Desk {
    let mut desk = Desk::new();
    let lines = [("account", "settings"), ("ann", "keys, presets"), ("bo", "")];
    let line = |(reader, own): (&str, &str)| UserLine {
        reader: reader.parse().expect("a name"),
        own: own.to_owned(),
    };
    desk.session.users = lines.map(line).to_vec();
    desk.session.reader = "ann".parse().expect("a name");
    desk
}

#[test]
fn users_are_lines_and_enter_or_a_click_lets_one_read() {
    let mut harness = open(station().run("user"));
    harness.get_by_label("1. The user of this account: own settings");
    harness.get_by_label("2. ann, reads now: own keys, presets");
    harness.get_by_label("What is set and saved now is theirs.");
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "user bo"]);
    let session = &harness.state().session;
    assert_eq!((&session.panel, session.reader.name()), (&None, Some("ann")), "nobody has switched yet");
    assert_eq!(harness.state().effects.last().map(String::as_str), Some("SwitchUser(Reader(Some(\"bo\")))"));
    let mut harness = open(station().run("panel users"));
    harness.get_by_label("1. The user of this account: own settings").click();
    check(&mut harness, Vec::new(), &["choose -1", "accept", "user account"]);
}

#[test]
fn a_named_user_is_in_the_title_row_and_the_palette_offers_the_others() {
    let harness = open(Desk::new());
    assert!(harness.query_by_role_and_label(Role::Button, "ann").is_none());
    let mut harness = open(station());
    harness.get_by_role_and_label(Role::Button, "ann").click();
    check(&mut harness, Vec::new(), &["panel users"]);
    let harness = open(station().run("panel palette; type bo reads"));
    let choices = harness.state().session.palette_choices();
    let commands: Vec<&str> = choices.iter().map(|choice| choice.command.as_str()).collect();
    assert_eq!(commands, ["user bo"]);
    let harness = open(station().run("panel palette; type ann reads"));
    assert!(harness.state().session.palette_choices().is_empty(), "who reads already is not offered");
}

#[test]
fn a_long_name_is_cut_in_the_title_row() {
    let mut desk = station();
    desk.session.reader = "a-name-of-many-letters-and-more".parse().expect("a name");
    open(desk).get_by_role_and_label(Role::Button, "a-name-of-many-letters-…");
}
