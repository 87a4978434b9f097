//! The panel of settings, and that of recent studies.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::session::{RecentStudy, SettingLine};
use crate::units::Phi;

use super::desk::{Desk, check, open, press, release, text};

fn line(key: &'static str, values: [Option<&str>; 3], origin: &'static str) -> SettingLine {
    let [previous, value, next] = values.map(|value| value.map(str::to_owned));
    let (is_decided, is_locked) = (origin == "command line", key == "studies.days");
    let allowed = "a number from 0.3 to 1.0".to_owned();
    let (value, help) = (value.unwrap_or_default(), "How bright it is.");
    SettingLine { key, value, previous, next, origin, allowed, help, is_decided, is_locked }
}

fn settings() -> Desk {
    let mut desk = Desk::new();
    desk.session.setting_lines = vec![
        line("logging.hash_uids", [Some("true"), Some("false"), Some("true")], "shipped"),
        line("viewer.dim", [Some("0.55"), Some("0.6"), Some("0.65")], "user"),
        line("viewer.text_size", [Some("27.0"), Some("28.0"), None], "site"),
        line("memory.frames_mib", [None, Some("64"), None], "command line"),
        line("studies.days", [None, Some("7"), None], "site"),
    ];
    desk.run("panel settings")
}

#[test]
fn settings_are_lines_with_value_and_origin_and_arrows_change_the_chosen_one() {
    let mut harness = open(settings());
    for name in [
        "logging.hash_uids: false, shipped",
        "viewer.dim: 0.6, yours",
        "viewer.text_size: 28.0, the site's",
        "memory.frames_mib: 64, the command line decides",
        "studies.days: 7, the site's, locked",
    ] {
        assert_eq!(harness.get_by_label(name).accesskit_node().role(), egui::Role::ListBoxOption, "{name}");
    }
    harness.get_by_label("How bright it is.");
    harness.get_by_label("Allowed: a number from 0.3 to 1.0.");
    check(&mut harness, vec![press(Key::ArrowRight)], &["set logging.hash_uids true"]);
    check(&mut harness, vec![release(Key::ArrowRight), press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::ArrowRight)], &["set viewer.dim 0.65"]);
    check(&mut harness, vec![press(Key::ArrowLeft)], &["set viewer.dim 0.55"]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "set viewer.dim 0.65"]);
    assert!(harness.state().session.panel.is_some(), "it stays open");
    let saved = r#"SaveSetting("viewer.dim", "0.65")"#;
    assert!(harness.state().effects.iter().any(|effect| effect == saved), "{:?}", harness.state().effects);
}

#[test]
fn where_the_values_end_and_where_the_command_line_decides_nothing_changes() {
    let mut harness = open(settings());
    check(&mut harness, vec![press(Key::ArrowDown), press(Key::ArrowDown)], &["choose +1", "choose +1"]);
    check(&mut harness, vec![press(Key::ArrowRight)], &[]);
    check(&mut harness, vec![press(Key::Enter)], &["accept"]);
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::ArrowLeft)], &[]);
    harness.get_by_label("The command line decides this one until the next start.");
    let end = harness.get_by_label("memory.frames_mib: next value, none");
    assert!(end.accesskit_node().is_disabled());
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    harness.get_by_label("The site has locked this one.");
}

#[test]
fn a_held_arrow_steps_once_and_letters_do_nothing() {
    let mut harness = open(settings());
    let held = egui::Event::Key {
        key: Key::ArrowRight,
        physical_key: None,
        pressed: true,
        repeat: true,
        modifiers: egui::Modifiers::NONE,
    };
    check(&mut harness, vec![press(Key::ArrowRight)], &["set logging.hash_uids true"]);
    check(&mut harness, vec![held], &[]);
    check(&mut harness, vec![press(Key::W), text("w")], &[]);
}

#[test]
fn buttons_change_a_setting_and_a_click_chooses_it() {
    let mut harness = open(settings());
    harness.get_by_role_and_label(egui::Role::Button, "viewer.dim: next value, 0.65").click();
    check(&mut harness, Vec::new(), &["set viewer.dim 0.65"]);
    harness.get_by_role_and_label(egui::Role::Button, "viewer.dim: previous value, 0.55").click();
    check(&mut harness, Vec::new(), &["set viewer.dim 0.55"]);
    harness.get_by_label("viewer.text_size: 28.0, the site's").click();
    check(&mut harness, Vec::new(), &["choose +2"]);
    assert_eq!(harness.state().session.panel.as_ref().map(|panel| panel.chosen), Some(2));
}

fn recent(name: &str, description: &str, is_gone: bool) -> RecentStudy {
    RecentStudy {
        path: Phi::new(std::path::Path::new("/archive").join(name)),
        date: "20261120".to_owned(),
        description: description.to_owned(),
        modalities: "CT".to_owned(),
        is_gone,
    }
}

#[test]
fn recent_studies_are_lines_and_enter_or_a_click_opens_one() {
    let desk = || {
        let mut desk = Desk::new();
        desk.session.recent = vec![recent("one", "chest", false), recent("two", "", true)];
        desk.run("panel recent")
    };
    let mut harness = open(desk());
    harness.get_by_label("2026-11-20, CT, chest, one");
    harness.get_by_label("2026-11-20, CT, two, is not there any more");
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "open ⟨phi⟩"]);
    assert_eq!(harness.state().session.panel, None);
    assert_eq!(harness.state().effects, ["Index([⟨phi⟩])"]);
    let mut harness = open(desk());
    harness.get_by_label("2026-11-20, CT, two, is not there any more").click();
    check(&mut harness, Vec::new(), &["choose +1", "accept", "open ⟨phi⟩"]);
}

#[test]
fn with_no_recent_study_it_says_so_and_enter_does_nothing() {
    let mut harness = open(Desk::new().run("panel recent"));
    harness.get_by_label("Nothing was opened yet.");
    check(&mut harness, vec![press(Key::Enter)], &["accept"]);
    assert_eq!(harness.state().effects, Vec::<String>::new());
}
