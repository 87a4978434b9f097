//! The tree for assistive technology: every control has a name of its own, a role, and a key that does the same.

use std::path::Path;

use egui::accesskit::Action;
use egui::{Event, Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::command::{AppCommand, Command, ListLine, PanelName, StudiesCommand, StudyCommand, catalogue};
use crate::dicom::{ReadError, Source};
use crate::keymap::{Keymap, Sequence};
use crate::session::{RecentStudy, SettingLine, UserLine};
use crate::study::Unreadable;
use crate::units::Phi;

use super::super::{shell, theme};
use super::desk::{Desk, ct, open, read};
use super::pointer::stack;
use super::studies::listed;

/// A node that can be clicked or can have the focus.
#[derive(Debug, Clone, PartialEq)]
struct Control {
    role: Role,
    name: String,
    rect: Rect,
}

fn controls<S>(harness: &Harness<'_, S>) -> Vec<Control> {
    let nodes = harness.root().children_recursive();
    let usable = nodes.filter(|node| {
        let node = node.accesskit_node();
        [Action::Click, Action::Focus].into_iter().any(|action| node.data().supports_action(action))
    });
    let control = |node: egui_kittest::Node<'_>| {
        let rect = node.rect();
        let node = node.accesskit_node();
        Control { role: node.role(), name: node.label().unwrap_or_default(), rect }
    };
    // A list's bar is egui's own; the list is scrolled by the keys that choose in it.
    usable.map(control).filter(|control| control.role != Role::ScrollBar).collect()
}

/// What is wrong with them.
fn faults(controls: &[Control]) -> Vec<String> {
    let mut faults = Vec::new();
    for (place, Control { role, name, .. }) in controls.iter().enumerate() {
        if name.trim().is_empty() {
            faults.push(format!("a {role:?} without a name"));
        }
        if !matches!(
            role,
            Role::Button
                | Role::Label
                | Role::ListBoxOption
                | Role::MenuItem
                | Role::Slider
                | Role::TextInput
                | Role::SearchInput
                | Role::ColorWell
        ) {
            faults.push(format!("'{name}' is a {role:?}"));
        }
        let others = controls.iter().skip(place + 1);
        if others.clone().any(|other| (other.role, &other.name) == (*role, name)) {
            faults.push(format!("two {role:?} called '{name}'"));
        }
    }
    faults
}

/// Two series, the first of which hangs, and a file that could not be read.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let images = [("1", 1), ("1", 2), ("1", 3), ("2", 1)];
    let images = images.map(|(series, number)| read(folder.path(), ct("1", series, number)));
    let unreadable = Unreadable { source: Source::file(Path::new("/a/one.dcm")), why: ReadError::Empty };
    desk.take(images.to_vec(), vec![unreadable]);
    desk.session.setting_lines = ["viewer.dim", "viewer.text_size"].map(setting).to_vec();
    let recent = |path: &str| RecentStudy {
        path: Phi::new(path.into()),
        date: "20261120".to_owned(),
        description: String::new(),
        modalities: "CT".to_owned(),
        is_gone: false,
    };
    desk.session.recent = vec![recent("/a/one"), recent("/a/two")];
    desk.session.users = ["account", "ann"].map(user).to_vec();
    desk
}

fn setting(key: &'static str) -> SettingLine {
    let [previous, value, next] = ["0.5", "0.6", "0.7"].map(str::to_owned);
    let (allowed, help) = ("a number".to_owned(), "How it is.");
    let (previous, next) = (Some(previous), Some(next));
    SettingLine {
        key,
        value,
        previous,
        next,
        origin: "user",
        allowed,
        help,
        is_decided: false,
        is_locked: false,
    }
}

fn user(reader: &str) -> UserLine {
    UserLine { reader: reader.parse().expect("a name"), own: String::new() }
}

const PANELS: [&str; 18] = [
    "panel palette",
    "panel keys",
    "panel messages",
    "panel open",
    "panel series",
    "panel badges",
    "panel jump",
    "panel menu",
    "panel settings",
    "panel recent",
    "panel states",
    "panel transfer",
    "panel priors",
    "panel hanging",
    "panel unseen",
    "panel users",
    "panel resume",
    "support bundle",
];

#[test]
fn every_control_has_a_name_of_its_own_and_a_role() {
    let mut states: Vec<(&str, Desk)> =
        vec![("nothing open", Desk::new()), ("images only", desk().run("chrome"))];
    states.extend([
        ("a study", desk()),
        ("four viewports", desk().run("layout 2x2; viewport 2; hang 2; tiles 2x2")),
    ]);
    // A point of the opacity, and one of the colours.
    states.extend(
        ["choose +0", "choose +5"]
            .map(|chosen| (chosen, stack().run("volume bone; panel transfer").run(chosen))),
    );
    states.extend(PANELS.map(|panel| (panel, desk().run(panel))));
    let mut named = desk();
    named.session.reader = "ann".parse().expect("a name");
    states.push(("a named user", named));
    states.push(("studies", listed()));
    states.push(("no study", Desk::new().run("studies")));
    states.push(("a panel over the list", listed().run("panel keys")));
    for (state, desk) in states {
        let controls = controls(&open(desk));
        assert!(!controls.is_empty(), "{state}");
        assert_eq!(faults(&controls), [""; 0], "{state}");
    }
}

#[test]
fn a_control_without_a_name_without_a_role_or_with_anothers_name_is_found() {
    let setup = |ctx: &egui::Context| theme::install(ctx, theme::TEXT_SIZE, 1.0);
    let mut harness =
        Harness::builder().with_accessibility_check(false).with_context_setup(setup).build_ui(|ui| {
            let _unnamed = ui.button("");
            let _twins = [ui.button("Twin"), ui.button("Twin")];
            let id = ui.scope_id().with("no role");
            ui.interact(
                Rect::from_min_size(egui::pos2(5.0, 80.0), egui::vec2(9.0, 9.0)),
                id,
                egui::Sense::click(),
            );
        });
    harness.run();
    let found = faults(&controls(&harness));
    for expected in ["a Button without a name", "two Button called 'Twin'", "'' is a Unknown"] {
        assert!(found.iter().any(|fault| fault == expected), "{expected}: {found:?}");
    }
}

fn keymap() -> Keymap {
    Keymap::layer(Keymap::shipped().expect("the shipped map"), []).expect("no conflict")
}

fn in_state(state: &str) -> Desk {
    match state {
        "" => desk(),
        "studies" => listed(),
        panel => desk().run(panel),
    }
}

/// The name of a key for what a control did: the command's own, or that of the list it stands in.
fn key_for(keymap: &Keymap, command: &str) -> Option<String> {
    let command = Command::parse(command).expect(command);
    let app = |command| Command::App(command);
    let by = match command {
        // The line is chosen by the arrows.
        Command::App(AppCommand::Choose(steps)) => app(AppCommand::Choose(steps.signum())),
        Command::Studies(StudiesCommand::Line(_)) => Command::Studies(StudiesCommand::Line(ListLine::By(1))),
        Command::App(AppCommand::Set(..)) => app(AppCommand::Accept),
        Command::Study(StudyCommand::Hang(_)) => app(AppCommand::Panel(PanelName::Series)),
        command => command,
    };
    keymap.chord_for(&by).map(Sequence::label)
}

/// Clicks a control in a state; the commands that it gave, up to the one that takes a line of a list.
fn commands_of(state: &str, control: &Control) -> Vec<String> {
    let mut harness = open(in_state(state));
    harness.state_mut().commands.clear();
    // Also where it must be scrolled to.
    harness.get_by_role_and_label(control.role, &control.name).click_accesskit();
    harness.run();
    let mut commands = harness.state().commands.clone();
    let accept = commands.iter().position(|command| command == "accept");
    commands.truncate(accept.map_or(commands.len(), |accept| accept + 1));
    commands.retain(|command| command != "choose +0");
    commands
}

/// What is told where the pointer rests on a control: its tooltip, with its own words.
fn told_at(state: &str, control: &Control) -> String {
    let mut harness = open(in_state(state));
    let labels = |harness: &Harness<'_, Desk>| -> Vec<String> {
        let nodes = harness.root().children_recursive();
        nodes
            .filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value()))
            .collect()
    };
    let before = labels(&harness);
    harness.input_mut().events.push(Event::PointerMoved(control.rect.center()));
    harness.run_steps(8);
    let mut told = labels(&harness);
    told.retain(|label| !before.contains(label));
    told.push(control.name.clone());
    told.join("\n")
}

#[test]
fn what_a_button_does_a_key_does_and_the_tooltip_names_it() {
    let keymap = keymap();
    let window = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1000.0, 700.0));
    let mut tried = 0;
    for state in [
        "",
        "chrome",
        "panel open",
        "panel menu",
        "panel settings",
        "panel recent",
        "panel series",
        "studies",
    ] {
        let harness = open(in_state(state));
        let room = shell::room(window, 1.0, &harness.state().session, 0);
        // The strip stands beside the images.
        let is_list = state == "studies";
        let is_panel = harness.state().session.panel.is_some() && state != "panel series";
        // What stands on an image is the image's: its badges, its slider.
        let ours = |control: &Control| is_panel || is_list || !room.contains(control.rect.center());
        let is_pressed = |control: &Control| !matches!(control.role, Role::TextInput | Role::SearchInput);
        let is_behind = |control: &Control| is_panel && controls(&open(desk())).contains(control);
        let controls = controls(&harness);
        for control in
            controls.iter().filter(|control| ours(control) && is_pressed(control) && !is_behind(control))
        {
            let commands = commands_of(state, control);
            // The line of a list that is chosen already.
            let may_rest = control.role == Role::ListBoxOption;
            assert!(may_rest || !commands.is_empty(), "'{}' does nothing: {state}", control.name);
            for command in &commands {
                let key = key_for(&keymap, command);
                assert!(key.is_some(), "no key for '{command}' of '{}'", control.name);
                let is_setting = command.starts_with("set ");
                if control.role == Role::Button && !is_setting && commands.len() == 1 {
                    let (told, key) = (told_at(state, control), key.unwrap_or_default());
                    assert!(told.contains(&format!("({key})")), "'{}' ({key}): {told}", control.name);
                }
            }
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried} controls");
}

#[test]
fn the_palette_lists_every_command_that_is_offered() {
    let harness = open(desk().run("panel palette"));
    let controls = controls(&harness);
    for offer in catalogue().iter().flat_map(|entry| entry.offers) {
        let is_it =
            |control: &&Control| (control.role, control.name.as_str()) == (Role::ListBoxOption, offer.title);
        assert!(controls.iter().any(|control| is_it(&control)), "{}", offer.title);
    }
}
