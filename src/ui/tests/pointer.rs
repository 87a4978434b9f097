//! Pointer and wheel over viewports.

use dicom_dictionary_std::tags;
use egui::PointerButton::{Middle, Primary, Secondary};
use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::desk::{Desk, button, check, ct, open, open_at, press, read, release, wheel};

#[test]
fn a_press_focuses_its_viewport_and_counts_device_pixels_from_its_corner() {
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
    check(&mut harness, vec![wheel(Line, 1.0, Modifiers::SHIFT)], &["slab +1"]);
    check(&mut harness, vec![wheel(Line, -2.0, Modifiers::SHIFT)], &["slab -2"]);
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

/// Four images, none of which is loaded.
fn series() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.take((1..=4).map(|number| read(folder.path(), ct("1", "1", number))).collect(), Vec::new());
    desk.run("scroll first")
}

/// Moves the pointer, runs until nothing moves, and checks what the session is told of it.
#[track_caller]
fn check_hover(harness: &mut Harness<'_, Desk>, events: Vec<Event>, hovers: &[&str]) {
    harness.state_mut().hovers.clear();
    check(harness, events, &[]);
    assert_eq!(harness.state().hovers, hovers);
}

fn click(at: Pos2, which: egui::PointerButton) -> Vec<Event> {
    vec![button(at, which, true), button(at, which, false)]
}

/// A press, a move by so much, and the release.
fn drag(at: Pos2, by: Vec2, which: egui::PointerButton) -> Vec<Event> {
    let to = at + by;
    vec![button(at, which, true), Event::PointerMoved(to), button(to, which, false)]
}

#[test]
fn a_pointer_that_moves_is_told_once_a_frame_and_one_that_rests_is_not() {
    let mut harness = open_at(2.0, Desk::new().run("layout 1x2"));
    let [first, second] = [1, 2].map(|number| {
        harness.get_by_label(&format!("Viewport {number}, empty")).rect().min + vec2(10.0, 20.0)
    });
    let moves = vec![Event::PointerMoved(second), Event::PointerMoved(first)];
    check_hover(&mut harness, moves, &["pointer hover 1 1 20 40"]);
    check_hover(&mut harness, vec![Event::PointerMoved(first)], &[]);
    check_hover(&mut harness, vec![Event::PointerMoved(second)], &["pointer hover 2 1 20 40"]);
    assert_eq!(harness.state().session.focus.viewport, 0, "the focus stays");
    let title = egui::pos2(300.0, 5.0);
    check_hover(&mut harness, vec![Event::PointerMoved(title)], &["pointer leave"]);
    check_hover(&mut harness, vec![Event::PointerMoved(title + vec2(5.0, 0.0))], &[]);
    check_hover(&mut harness, vec![Event::PointerMoved(first)], &["pointer hover 1 1 20 40"]);
    check_hover(&mut harness, vec![Event::PointerGone], &["pointer leave"]);
}

#[test]
fn a_window_without_the_focus_does_not_tell_of_the_pointer() {
    let mut harness = open(Desk::new().run("screen open"));
    let at = harness.get_by_label("Viewport 1, empty").rect().center();
    assert_eq!(harness.state().session.focus.screen, 1);
    check_hover(&mut harness, vec![Event::PointerMoved(at)], &[]);
    harness.state_mut().obey("screen 1");
    harness.run();
    check_hover(&mut harness, vec![Event::PointerMoved(at + vec2(1.0, 0.0))], &["pointer hover 1 1 399 319"]);
}

#[test]
fn the_session_learns_the_tile_before_a_press_and_counts_from_its_corner() {
    let mut harness = open(series().run("tiles 2x2"));
    let third = harness.get_by_label("Viewport 1, loading image 3 of 4").rect();
    let at = third.min + vec2(10.0, 20.0);
    harness.state_mut().hovers.clear();
    let commands = ["pointer press left 10 20", "pointer move 20 20", "pointer release"];
    check(&mut harness, drag(at, vec2(10.0, 0.0), Primary), &commands);
    assert_eq!(harness.state().hovers, ["pointer hover 1 3 10 20", "pointer hover 1 3 20 20"]);
    let pointer = harness.state().session.pointer.expect("over a tile");
    assert_eq!((pointer.viewport, pointer.tile), (0, 2));
}

#[test]
fn a_right_click_opens_the_menu_where_the_pointer_stays() {
    let mut harness = open(Desk::new());
    let at = harness.get_by_label("Viewport 1, empty").rect().min + vec2(100.0, 100.0);
    check(&mut harness, vec![Event::PointerMoved(at), button(at, Secondary, true)], &[]);
    assert!(harness.state().session.panel.is_none(), "not before the release");
    let to = at + vec2(3.0, 0.0);
    check(&mut harness, vec![Event::PointerMoved(to), button(to, Secondary, false)], &["panel menu"]);
    assert!(harness.state().session.pointer.is_some());
    harness.state_mut().obey("cancel");
    harness.run();
    let commands = ["pointer press right 100 100", "pointer move 104 100", "pointer release"];
    check(&mut harness, drag(at, vec2(4.0, 0.0), Secondary), &commands);
    check(&mut harness, vec![button(at, Secondary, true), Event::WindowFocused(false)], &[]);
    check(&mut harness, vec![button(at, Secondary, false)], &[]);
}

#[test]
fn a_double_click_gives_the_viewport_the_window_and_back() {
    let mut harness = open(Desk::new().run("layout 1x2"));
    let at = harness.get_by_label("Viewport 1, empty").rect().min + vec2(100.0, 100.0);
    let twice = |by: Vec2, which| [click(at, which), click(at + by, which)].concat();
    let [press, again] = [100, 103].map(|x| format!("pointer press left {x} 100"));
    let up = "pointer release";
    let double = [&press, up, &again, up, "full"];
    check(&mut harness, twice(vec2(3.0, 0.0), Primary), &double);
    // The third click begins anew.
    harness.run_steps(4);
    check(&mut harness, click(at, Primary), &[&press, up]);
    assert_eq!(harness.state().session.screens.first().and_then(|screen| screen.full), Some(0));
    harness.run_steps(4);
    check(&mut harness, click(at, Primary), &[&press, up]);
    harness.run_steps(4);
    let far = ["pointer press left 100 100", up, "pointer press left 105 100", up];
    check(&mut harness, twice(vec2(5.0, 0.0), Primary), &far);
    harness.run_steps(4);
    let middle = ["pointer press middle 100 100", up].repeat(2);
    check(&mut harness, twice(Vec2::ZERO, Middle), &middle);
    harness.run_steps(4);
    let drags = [drag(at, vec2(9.0, 0.0), Primary), click(at, Primary)].concat();
    check(&mut harness, drags, &[&press, "pointer move 109 100", up, &press, up]);
    harness.state_mut().obey("tool length");
    harness.run_steps(4);
    check(&mut harness, twice(Vec2::ZERO, Primary), &[&press, up, &press, up]);
}

#[test]
fn a_click_that_only_focuses_does_not_scroll() {
    let mut harness = open(series().run("layout 1x2; viewport 2; hang 1; scroll to 2; viewport 1"));
    let at = harness.get_by_label_contains("Viewport 2, loading").rect().center();
    harness.state_mut().commands.clear();
    harness.input_mut().events.extend(drag(at, vec2(0.0, 3.9), Primary));
    harness.run();
    let session = &harness.state().session;
    assert_eq!(session.focus.viewport, 1);
    let shown = session.focused_viewport().and_then(|viewport| viewport.source.as_ref());
    assert_eq!(shown.map(|source| source.index), Some(1));
}

#[test]
fn a_tools_key_that_is_held_lends_the_tool_for_a_gesture_and_a_tap_keeps_it() {
    let mut harness = open(Desk::new());
    let at = harness.get_by_label("Viewport 1, empty").rect().min + vec2(100.0, 100.0);
    let used = ["pointer press left 100 100", "pointer move 109 100", "pointer release"];
    check(&mut harness, vec![press(Key::Z)], &["tool zoom"]);
    check(&mut harness, drag(at, vec2(9.0, 0.0), Primary), &used);
    check(&mut harness, vec![release(Key::Z)], &["tool scroll"]);
    check(&mut harness, vec![press(Key::Z), release(Key::Z)], &["tool zoom"]);
    check(&mut harness, drag(at, vec2(9.0, 0.0), Primary), &used);
    check(&mut harness, vec![press(Key::W), release(Key::A)], &["tool window"]);
    harness.run_steps(4);
    check(&mut harness, click(at, Primary), &["pointer press left 100 100", "pointer release"]);
    check(&mut harness, vec![Event::WindowFocused(false)], &["tool zoom"]);
    // All in one slow frame.
    let at_once = [vec![press(Key::L)], drag(at, vec2(9.0, 0.0), Primary), vec![release(Key::L)]].concat();
    check(&mut harness, at_once, &[&["tool length"], used.as_slice(), &["tool zoom"]].concat());
    // The right button has a tool of its own.
    check(&mut harness, vec![press(Key::M)], &["tool pan"]);
    let right = ["pointer press right 100 100", "pointer move 109 100", "pointer release"];
    check(&mut harness, drag(at, vec2(9.0, 0.0), Secondary), &right);
    check(&mut harness, vec![release(Key::M)], &[]);
}

#[test]
fn a_key_that_comes_up_in_the_midst_of_a_drag_gives_the_tool_back_after_it() {
    let mut harness = open(Desk::new());
    let at = harness.get_by_label("Viewport 1, empty").rect().min + vec2(100.0, 100.0);
    let down = vec![press(Key::Z), button(at, Primary, true)];
    check(&mut harness, down, &["tool zoom", "pointer press left 100 100"]);
    check(&mut harness, vec![release(Key::Z)], &[]);
    check(&mut harness, vec![button(at, Primary, false)], &["pointer release", "tool scroll"]);
    let down = vec![press(Key::Z), button(at, Primary, true)];
    harness.run_steps(4);
    check(&mut harness, down, &["tool zoom", "pointer press left 100 100"]);
    check(&mut harness, vec![release(Key::Z), press(Key::Escape)], &["cancel", "tool scroll"]);
}

#[test]
fn moving_the_pointer_leaves_news_where_it_is() {
    let mut harness = open(Desk::new());
    harness.state_mut().session.tell(crate::session::MessageKind::Note, "Something came.");
    let at = harness.get_by_label("Viewport 1, empty").rect().center();
    check_hover(&mut harness, vec![Event::PointerMoved(at)], &["pointer hover 1 1 398 319"]);
    assert!(harness.state().session.has_news);
    check(&mut harness, vec![press(Key::S)], &["tool scroll"]);
    assert!(!harness.state().session.has_news);
}

/// Six axial slices of one place after the other: a volume, none of which is loaded.
pub(super) fn stack() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    let slice = |number: u16| {
        let writer = ct("1", "1", number)
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.9")
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(number)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0]);
        read(folder.path(), writer)
    };
    desk.take((1..=6).map(slice).collect(), Vec::new());
    desk.run("scroll first")
}

#[test]
fn a_click_on_a_face_of_the_cube_goes_to_that_side_and_beside_it_turns() {
    let mut harness = open_at(2.0, stack().run("volume bone; volume turn 40,30"));
    let cell = harness.get_by(|node| node.label().is_some_and(|name| name.starts_with("Viewport 1"))).rect();
    let plan = crate::render::plan(&harness.state().session, &harness.state().library, 0);
    let faces = plan.viewports[0].overlay.cube.clone();
    assert_eq!(faces.len(), 3);
    for face in faces {
        harness.state_mut().obey("volume view anterior");
        harness.state_mut().obey("volume turn 40,30");
        harness.run();
        let at = face.letter_at.expect("a letter").xyz;
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let at = cell.min + vec2(at.x as f32, at.y as f32) / 2.0;
        let click = vec![Event::PointerMoved(at), button(at, Primary, true), button(at, Primary, false)];
        check(&mut harness, click, &[&format!("volume view {}", face.side.name())]);
    }
    let at = cell.center();
    let drag = vec![Event::PointerMoved(at), button(at, Primary, true), button(at, Primary, false)];
    harness.state_mut().commands.clear();
    harness.input_mut().events.extend(drag);
    harness.run();
    assert!(harness.state().commands.iter().all(|command| command.starts_with("pointer")), "no cube there");
}
