//! Pointer and wheel over viewports.

use egui::{Event, Modifiers, MouseWheelUnit, vec2};
use egui_kittest::kittest::Queryable;

use super::desk::{Desk, button, check, open, open_at, wheel};

#[test]
fn a_press_focuses_its_viewport_and_counts_device_pixels_from_its_corner() {
    use egui::PointerButton::{Primary, Secondary};
    let mut harness = open_at(2.0, Desk::new().run("layout 1x2"));
    let second = harness.get_by_label("Viewport 2, empty").rect();
    let at = second.min + vec2(10.0, 20.0);
    let drag = vec![
        Event::PointerMoved(at),
        button(at, Primary, true),
        Event::PointerMoved(at + vec2(3.0, 0.0)),
        Event::PointerMoved(at + vec2(5.0, 1.0)),
        button(at + vec2(5.0, 1.0), Primary, false),
    ];
    let commands = ["viewport 2", "pointer press left 20 40", "pointer move 30 42", "pointer release"];
    check(&mut harness, drag, &commands);
    let right_click = vec![
        button(at, Secondary, true),
        Event::PointerMoved(at + vec2(3.0, 0.0)),
        button(at + vec2(3.0, 0.0), Secondary, false),
    ];
    check(&mut harness, right_click, &["pointer press right 20 40", "pointer release"]);
    let right_drag = vec![button(at, Secondary, true), Event::PointerMoved(at + vec2(9.0, 0.0))];
    check(&mut harness, right_drag, &["pointer press right 20 40", "pointer move 38 40"]);
    check(&mut harness, vec![Event::WindowFocused(false)], &["pointer release"]);
}

#[test]
fn a_notch_scrolls_an_image_and_a_touchpad_saves_up_for_one() {
    use MouseWheelUnit::{Line, Point};
    let mut harness = open(Desk::new());
    let at = harness.get_by_label("Viewport 1, empty").rect().center();
    check(&mut harness, vec![Event::PointerMoved(at), wheel(Line, -1.0, Modifiers::NONE)], &["scroll +1"]);
    check(&mut harness, vec![wheel(Line, 2.0, Modifiers::NONE)], &["scroll -2"]);
    check(&mut harness, vec![wheel(Point, -14.0, Modifiers::NONE)], &[]);
    check(&mut harness, vec![wheel(Point, -14.0, Modifiers::NONE)], &["scroll +1"]);
    check(&mut harness, vec![wheel(Point, 14.0, Modifiers::NONE)], &[]);
    check(&mut harness, vec![wheel(Point, 14.0, Modifiers::NONE)], &["scroll -1"]);
    let zoom = format!("pointer zoom 1.15 {} {}", 398, 319);
    check(&mut harness, vec![wheel(Line, 1.0, Modifiers::COMMAND)], &[&zoom]);
}

#[test]
fn under_a_panel_the_viewports_do_not_feel_the_pointer() {
    let mut harness = open(Desk::new().run("panel keys"));
    let at = harness.get_by_label("Viewport 1, empty").rect().left_bottom() + vec2(5.0, -5.0);
    let wheel = wheel(MouseWheelUnit::Line, 1.0, Modifiers::NONE);
    check(&mut harness, vec![Event::PointerMoved(at), wheel], &[]);
    let click =
        vec![button(at, egui::PointerButton::Primary, true), button(at, egui::PointerButton::Primary, false)];
    check(&mut harness, click, &["cancel"]);
}
