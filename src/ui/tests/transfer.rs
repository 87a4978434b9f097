//! The panel of a rendering's colours and opacities.

use egui::{Event, Key, Modifiers, PointerButton, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::command::PanelName;
use crate::session::{CountedValues, Event as News};
use crate::volume::{Histogram, TransferFile};

use super::desk::{Desk, button, check, key, open, press, release};
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

/// Presses a handle, drags it by so many points, and lets it go.
fn drag(harness: &mut Harness<'_, Desk>, handle: &str, by: Vec2) {
    let at = harness.get_by_label(handle).rect().center();
    harness.input_mut().events.extend([Event::PointerMoved(at), button(at, PointerButton::Primary, true)]);
    harness.run();
    for share in [0.6, 1.0] {
        harness.input_mut().events.push(Event::PointerMoved(at + by * share));
        harness.run();
    }
    harness.input_mut().events.push(button(at + by, PointerButton::Primary, false));
    harness.run();
}

fn curves(harness: &Harness<'_, Desk>) -> TransferFile {
    harness.state().session.edited_transfer().expect("a rendering").file()
}

/// The points that differ.
fn changed(before: &TransferFile, after: &TransferFile) -> Vec<String> {
    assert_eq!(
        (before.opacity.len(), before.color.len()),
        (after.opacity.len(), after.color.len()),
        "no point more or less"
    );
    let opacity = (0..before.opacity.len()).filter(|&at| before.opacity[at..=at] != after.opacity[at..=at]);
    let color = (0..before.color.len()).filter(|&at| before.color[at..=at] != after.color[at..=at]);
    let opacity = opacity.map(|at| format!("Point {} of the opacity", at + 1));
    opacity.chain(color.map(|at| format!("Point {} of the colours", at + 1))).collect()
}

#[test]
fn each_handle_has_a_name_and_moves_its_point_and_no_other() {
    let mut harness = open(stack().run("volume bone; panel transfer"));
    for curve in ["opacity", "colours"] {
        for number in 1..=4 {
            let handle = format!("Point {number} of the {curve}");
            let before = curves(&harness);
            drag(&mut harness, &handle, vec2(12.0, -10.0));
            assert_eq!(changed(&before, &curves(&harness)), [handle]);
        }
    }
    let told = harness.get_by_label("Point 3 of the opacity").accesskit_node().numeric_value();
    assert_eq!(told, Some(curves(&harness).opacity[2][1]), "its opacity");
}

#[test]
fn a_handle_stops_at_its_neighbours_and_at_the_ends_of_the_opacity() {
    let mut harness = open(stack().run("volume bone; panel transfer"));
    drag(&mut harness, "Point 2 of the opacity", vec2(120.0, -300.0));
    let after = curves(&harness);
    let [[_, _], [value, opacity], [next, _], ..] = after.opacity[..] else { panic!("{after:?}") };
    assert!(value < next && next - value < 1e-9, "{value} before {next}");
    assert!((opacity - 1.0).abs() < 1e-9, "{opacity}");
    drag(&mut harness, "Point 2 of the colours", vec2(-200.0, 100.0));
    let after = curves(&harness);
    assert!(after.color[1][0] > after.color[0][0] && after.color[1][0] - after.color[0][0] < 1e-9);
    // By keys as well.
    harness.state_mut().obey("transfer point 4 1200 0.985");
    harness.state_mut().obey("choose -99");
    harness.state_mut().obey("choose +3");
    harness.run();
    let up = || vec![key(Key::ArrowRight, Modifiers::SHIFT)];
    harness.input_mut().events.extend([up(), up(), up()].concat());
    harness.run();
    let [_, opacity] = curves(&harness).opacity[3];
    assert!((opacity - 1.0).abs() < 1e-9, "{opacity}");
}

#[test]
fn keys_tint_colours_and_go_from_preset_to_preset() {
    let mut harness = open(stack().run("volume bone; panel transfer; choose +4"));
    let name = |harness: &Harness<'_, Desk>| {
        harness.state().session.edited_transfer().map(|transfer| transfer.name.clone())
    };
    let before = curves(&harness);
    check(&mut harness, vec![press(Key::R)], &["transfer color 1 160 148,89,61"]);
    check(&mut harness, vec![key(Key::B, Modifiers::ALT)], &["transfer color 1 160 148,89,53"]);
    assert_eq!(changed(&before, &curves(&harness)), ["Point 1 of the colours"]);
    harness.get_by_label("Bone, changed");
    check(&mut harness, vec![press(Key::Backspace)], &["transfer reset"]);
    assert!(harness.query_by_label("Bone, changed").is_none());
    check(&mut harness, vec![press(Key::N)], &["transfer next"]);
    assert_eq!(name(&harness).as_deref(), Some("cta"));
    check(&mut harness, vec![key(Key::N, Modifiers::SHIFT)], &["transfer previous"]);
    assert_eq!(name(&harness).as_deref(), Some("bone"));
    check(&mut harness, vec![key(Key::Delete, Modifiers::COMMAND)], &[]);
    assert!(harness.query_by_label("Delete this preset…").is_none(), "it is of every installation");
}

/// As where a slow frame follows a key that is held.
#[test]
fn each_key_of_a_frame_goes_on_from_the_one_before() {
    let mut harness = open(stack().run("volume bone; panel transfer"));
    let before = curves(&harness).opacity[0][0];
    harness.input_mut().events.extend([
        press(Key::ArrowRight),
        press(Key::ArrowRight),
        press(Key::ArrowRight),
    ]);
    harness.run();
    let after = curves(&harness).opacity[0][0];
    assert!((after - before - 3.0 * 5.2).abs() < 1e-9, "{before} to {after}");
    harness.state_mut().obey("choose +4");
    harness.run();
    check(&mut harness, vec![press(Key::S), press(Key::N), press(Key::R)], &["begin transfer save"]);
    harness.state_mut().obey("cancel");
    harness.run();
    let twice = vec![press(Key::R), press(Key::R)];
    check(&mut harness, twice, &["transfer color 1 160 148,89,61", "transfer color 1 160 156,89,61"]);
}

#[test]
fn presets_are_listed_and_the_readers_own_can_go() {
    let mut desk = stack();
    let skin = desk.session.settings.transfers.named("skin").expect("skin").file().to_toml();
    desk.session.settings.transfers.lay("mine", &skin).expect("a preset");
    let mut harness = open(desk.run("volume bone; panel transfer"));
    for preset in ["bone: Bone", "cta: CTA", "lung: ", "mr-angio: ", "skin: Skin", "mine: Skin"] {
        harness.get_by_label_contains(&format!("Preset {preset}"));
    }
    harness.get_by_label("Preset mine: Skin").click_accesskit();
    check(&mut harness, Vec::new(), &["volume mine"]);
    // One key destroys nothing: Enter has to follow.
    let asked = |harness: &Harness<'_, Desk>| {
        harness.state().effects.iter().filter(|effect| *effect == "DeletePreset(\"mine\")").count()
    };
    check(&mut harness, vec![key(Key::Delete, Modifiers::COMMAND)], &["begin transfer delete mine"]);
    assert_eq!(harness.state().text(), Some("transfer delete mine "));
    check(&mut harness, vec![release(Key::Escape), press(Key::Escape)], &["cancel"]);
    assert_eq!(asked(&harness), 0);
    harness.get_by_label("Delete this preset…").click_accesskit();
    check(&mut harness, Vec::new(), &["begin transfer delete mine"]);
    assert_eq!(asked(&harness), 0);
    check(&mut harness, vec![release(Key::Enter), press(Key::Enter)], &["accept", "transfer delete mine"]);
    assert_eq!(asked(&harness), 1);
}

#[test]
fn what_is_typed_is_typed_into_the_palette_and_the_panel_comes_back() {
    let curve = "Curve of opacity and colours by value";
    let panel = |harness: &Harness<'_, Desk>| harness.state().session.panel.as_ref().map(|it| it.name);
    // A key that did not come up between is held.
    let again = |key: Key| vec![release(key), press(key)];
    let mut harness = open(stack().run("volume bone; panel transfer"));
    check(&mut harness, again(Key::Enter), &["accept", "begin transfer point 1 160 0"]);
    assert_eq!(harness.state().text(), Some("transfer point 1 160 0 "));
    harness.get_by_label(curve);
    check(&mut harness, again(Key::Escape), &["cancel"]);
    assert_eq!(panel(&harness), Some(PanelName::Transfer));
    check(&mut harness, vec![press(Key::S)], &["begin transfer save"]);
    harness.state_mut().obey("type transfer save mine");
    check(&mut harness, again(Key::Enter), &["accept", "transfer save mine"]);
    assert_eq!(panel(&harness), Some(PanelName::Transfer));
    assert!(harness.state().effects.iter().any(|effect| effect.starts_with("SavePreset(\"mine\"")));
    check(&mut harness, vec![press(Key::I)], &["begin transfer import"]);
    check(&mut harness, again(Key::Escape), &["cancel"]);
    // What comes by itself or by a command comes over it as well, and goes.
    harness.state_mut().obey("support bundle");
    assert_eq!(panel(&harness), Some(PanelName::Bundle));
    check(&mut harness, again(Key::Escape), &["cancel"]);
    assert_eq!(panel(&harness), Some(PanelName::Transfer));
    check(&mut harness, again(Key::Escape), &["cancel"]);
    assert_eq!(panel(&harness), None);
    assert!(harness.query_by_label(curve).is_none());
}

#[test]
fn the_panel_stands_beside_the_picture_which_the_hand_still_turns() {
    let mut harness = open(stack().run("volume bone"));
    let picture = |harness: &Harness<'_, Desk>| {
        harness.get_by(|node| node.label().is_some_and(|name| name.starts_with("Viewport 1"))).rect()
    };
    let whole = picture(&harness);
    harness.state_mut().obey("panel transfer");
    harness.run();
    let seen = picture(&harness);
    let curve = harness.get_by_label("Curve of opacity and colours by value").rect();
    assert!(seen.right() <= curve.left() && curve.right() <= whole.right(), "{seen:?} {curve:?}");
    assert!((seen.left() - whole.left()).abs() < 0.5 && seen.width() > 300.0, "{seen:?}");
    let at = seen.center();
    harness.state_mut().commands.clear();
    harness.input_mut().events.extend([Event::PointerMoved(at), button(at, PointerButton::Primary, true)]);
    harness.run();
    let commands = &harness.state().commands;
    assert!(commands.iter().any(|command| command.starts_with("pointer press left")), "{commands:?}");
}

#[test]
fn the_panel_goes_with_the_images_and_leaves_the_list_and_patterns_alone() {
    for (typed, is_list) in [("studies", true), ("pattern SMPTE", false)] {
        let mut harness = open(stack().run("volume bone; panel transfer"));
        check(&mut harness, vec![press(Key::S)], &["begin transfer save"]);
        harness.state_mut().obey(&format!("type {typed}"));
        harness.state_mut().obey("accept");
        harness.run();
        let session = &harness.state().session;
        assert_eq!(session.studies.is_open, is_list);
        assert!(session.hides_images(0) && session.panel.is_none(), "{typed}");
        assert!(harness.query_by_label("Curve of opacity and colours by value").is_none(), "{typed}");
    }
}

#[test]
fn without_a_rendering_the_panel_says_so_and_keys_are_the_readers() {
    let mut harness = open(stack().run("panel transfer"));
    harness.get_by_label("There is no rendering in colours in this viewport: “volume bone” shows one.");
    assert!(harness.query_by_label("Curve of opacity and colours by value").is_none());
    check(&mut harness, vec![press(Key::ArrowDown)], &["scroll +1"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(harness.state().session.panel.is_none());
}
