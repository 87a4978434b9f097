//! The menu of the image.

use dicom_dictionary_std::tags;
use egui::{Event, Key, Modifiers, PointerButton, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::command::ToolName;
use crate::grayscale::WindowPresets;

use super::desk::{Desk, button, check, ct, key, open, press, read, release};

/// An image with two windows of its own, the first of which has a name.
fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let presets = WindowPresets::parse(include_str!("../../../assets/presets/window.toml"));
    desk.session.settings.presets = presets.expect("the shipped presets");
    let image = ct("1", "1", 1)
        .text(tags::WINDOW_CENTER, "40\\300")
        .text(tags::WINDOW_WIDTH, "80\\2000")
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "BRAIN\\");
    desk.take(vec![read(folder.path(), image)], Vec::new());
    desk
}

fn names(harness: &Harness<'_, Desk>) -> Vec<String> {
    let nodes = harness.root().children_recursive().map(|node| node.accesskit_node());
    nodes.filter(|node| node.role() == Role::MenuItem).filter_map(|node| node.label()).collect()
}

#[test]
fn it_tells_windows_with_numbers_and_what_is_so_now() {
    let names = names(&open(desk().run("window preset bone; filter smooth; panel menu")));
    for name in [
        "Own window 1, brain, W 80 L 40",
        "Own window 2, W 2000 L 300",
        "Window bone, W 1800 L 400, so now",
        "Window that fits the image",
        "Fit to viewport, so now",
        "Smooth, so now",
        "No filter",
        "Scroll tool, so now",
        "One viewport, so now",
        "Reset view",
    ] {
        assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
    }
    assert!(!names.iter().any(|name| name.contains("mark")), "there is none to remove: {names:?}");
}

#[test]
fn arrows_choose_and_enter_takes() {
    let mut harness = open(desk());
    let second = vec![key(Key::F10, Modifiers::SHIFT), press(Key::ArrowDown), press(Key::Enter)];
    check(&mut harness, second, &["panel menu", "choose +1", "accept", "window own 2"]);
    assert_eq!(harness.state().session.panel, None);
    check(&mut harness, vec![release(Key::F10), key(Key::F10, Modifiers::SHIFT)], &["panel menu"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert_eq!(harness.state().session.panel, None);
}

#[test]
fn a_right_click_opens_it_there_and_a_click_takes_a_line() {
    let mut harness = open(desk());
    let at = harness.get_by_label_contains("Viewport 1").rect().min + vec2(50.0, 60.0);
    let click = [true, false].map(|is_pressed| button(at, PointerButton::Secondary, is_pressed)).into_iter();
    let mut events = vec![Event::PointerMoved(at)];
    events.extend(click);
    for event in events {
        harness.input_mut().events.push(event);
    }
    harness.run();
    let first =
        harness.get_by_role_and_label(Role::MenuItem, "Own window 1, brain, W 80 L 40, so now").rect();
    // It is as high as this window, and begins at its top.
    assert!((first.left() - at.x).abs() < 12.0, "{first:?} opened at {at:?}");
    harness.state_mut().commands.clear();
    harness.get_by_role_and_label(Role::MenuItem, "Length tool").click();
    harness.run();
    assert_eq!(harness.state().session.tool, ToolName::Length);
    assert_eq!(harness.state().session.panel, None);
}

#[test]
fn near_the_corner_it_stays_in_the_window() {
    let harness = open(desk().run("pointer hover 1 1 790 630; panel menu"));
    let window = harness.ctx.content_rect();
    for name in ["Own window 1, brain, W 80 L 40, so now", "Window soft, W 400 L 40"] {
        let line = harness.get_by_role_and_label(Role::MenuItem, name).rect();
        assert!(window.contains_rect(line), "{name} at {line:?}");
    }
}

#[test]
fn marks_are_removed_where_the_menu_was_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let images = (1..=2).map(|number| read(folder.path(), ct("1", "1", number))).collect();
    desk.take(images, Vec::new());
    // The mark is drawn on the second tile, and the pointer is elsewhere when the line is taken.
    let mut harness = open(desk.run("scroll first; tiles 1x2"));
    for command in [
        "tool length",
        "pointer hover 1 2 100 300",
        "pointer press left 100 300",
        "pointer move 200 300",
        "pointer release",
        "panel menu",
        "pointer leave",
    ] {
        harness.state_mut().obey(command);
    }
    harness.run();
    assert!(names(&harness).iter().any(|name| name == "Remove the selected mark"), "{:?}", names(&harness));
    harness.get_by_role_and_label(Role::MenuItem, "Remove the selected mark").click_accesskit();
    harness.run();
    assert_eq!(harness.state().commands.last().map(String::as_str), Some("mark delete"));
    harness.state_mut().obey("panel menu");
    harness.run();
    assert!(!names(&harness).iter().any(|name| name.contains("mark")), "{:?}", names(&harness));
}

#[test]
fn where_nothing_hangs_it_leads_to_something_that_can() {
    let names = names(&open(Desk::new().run("panel menu")));
    assert_eq!(names.first().map(String::as_str), Some("Choose a series by keys"));
    assert!(!names.iter().any(|name| name.contains("indow ")), "{names:?}");
}
