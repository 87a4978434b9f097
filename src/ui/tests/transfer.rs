//! The panel of a rendering's colours and opacities.

use egui::{Event, Key, Modifiers, PointerButton, vec2};
use egui_kittest::kittest::Queryable;

use crate::session::{CountedValues, Event as News};
use crate::volume::Histogram;

use super::desk::{button, check, key, open, press};
use super::pointer::stack;

#[test]
fn keys_choose_move_add_and_remove_points() {
    // Nothing is read: the curve's room is the range of the preset, from 160 to 1200.
    let mut harness = open(stack().run("volume bone; panel transfer"));
    harness.get_by_label("Opacity 1 of 4: 0.0 % of a millimetre's light at 160.0");
    check(&mut harness, vec![press(Key::ArrowRight)], &["transfer point 1 165.2 0"]);
    check(&mut harness, vec![key(Key::ArrowRight, Modifiers::SHIFT)], &["transfer point 1 165.2 0.01"]);
    harness.get_by_label("Opacity 1 of 4: 1.0 % of a millimetre's light at 165.2");
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::Insert)], &["transfer add 380 0.215"]);
    check(&mut harness, vec![press(Key::Delete)], &["transfer remove 2"]);
    (0..3).for_each(|_| harness.state_mut().obey("choose +1"));
    harness.run();
    harness.get_by_label("Colour 1 of 4: 140, 89, 61 at 160.0");
    check(&mut harness, vec![press(Key::Delete)], &["transfer color remove 1"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(harness.state().session.panel.is_none());
}

#[test]
fn the_hand_drags_a_point_and_a_drag_is_one_change() {
    let mut harness = open(stack().run("volume bone; panel transfer"));
    let before = harness.state().session.edited_transfer().expect("a rendering").file();
    let curve = harness.get_by_label("Curve of opacity and colours by value").rect();
    // The last point of the opacity: 0.8 at the right end.
    let at = curve.right_top() + vec2(-8.0, 8.0 + 0.2 * 154.0);
    harness.input_mut().events.extend([Event::PointerMoved(at), button(at, PointerButton::Primary, true)]);
    harness.run();
    let to = at + vec2(-60.0, 77.0);
    for share in [0.3, 0.6, 1.0] {
        harness.input_mut().events.push(Event::PointerMoved(at + (to - at) * share));
        harness.run();
    }
    harness.input_mut().events.push(button(to, PointerButton::Primary, false));
    harness.run();
    let after = harness.state().session.edited_transfer().expect("a rendering").file();
    let [value, opacity] = after.opacity[3];
    assert!(value < 1150.0 && value > 900.0 && (opacity - 0.3).abs() < 0.02, "{value} {opacity}");
    assert_eq!(after.opacity[..3], before.opacity[..3]);
    assert_eq!(harness.state().session.panel.as_ref().map(|panel| panel.chosen), Some(3));
    harness.state_mut().obey("undo");
    assert_eq!(harness.state().session.edited_transfer().expect("a rendering").file(), before);
}

#[test]
fn the_panel_says_that_values_are_counted_until_they_are() {
    let mut harness = open(stack().run("volume bone; panel transfer"));
    harness.get_by_label("counting…");
    let desk = harness.state_mut();
    let order = desk.session.wanted_values(&desk.library).expect("a volume");
    let histogram = Histogram { low: 0.0, high: 2000.0, counts: vec![1; Histogram::BINS] };
    let counted = CountedValues { of: order.of, histogram: Some(histogram) };
    desk.hear(&News::ValuesCounted(Box::new(counted)));
    harness.run();
    assert!(harness.query_by_label("counting…").is_none());
    // The room is that of the values now: a step is a share of it.
    check(&mut harness, vec![press(Key::ArrowRight)], &["transfer point 1 170 0"]);
}

#[test]
fn without_a_rendering_the_panel_says_so() {
    let harness = open(stack().run("panel transfer"));
    harness.get_by_label("There is no rendering in colours in this viewport: “volume bone” shows one.");
    assert!(harness.query_by_label("Curve of opacity and colours by value").is_none());
}
