//! Keys.

use egui::{Event, Key, Modifiers};

use super::desk::{Desk, check, key, open, press, release, text};

#[test]
fn a_key_gives_its_command_and_its_letter_goes_nowhere() {
    let mut harness = open(Desk::new());
    check(&mut harness, vec![press(Key::W), text("w")], &["tool window"]);
    check(&mut harness, vec![key(Key::K, Modifiers::COMMAND)], &["panel palette"]);
    assert_eq!(harness.state().text(), Some(""));
}

#[test]
fn fast_hands_give_the_same_as_slow_ones() {
    let mut harness = open(Desk::new());
    let at_once = vec![
        key(Key::K, Modifiers::COMMAND),
        press(Key::P),
        text("p"),
        press(Key::A),
        text("a"),
        press(Key::N),
        text("n"),
        press(Key::Enter),
        press(Key::S),
        text("s"),
    ];
    let commands = ["panel palette", "type ⟨phi⟩", "accept", "tool pan", "tool scroll"];
    check(&mut harness, at_once, &commands);
    assert_eq!(harness.state().session.panel, None);
}

#[test]
fn what_writes_text_is_text_in_a_field_and_the_panels_own_keys_are_not() {
    let mut harness = open(Desk::new().run("panel palette"));
    check(&mut harness, vec![key(Key::Questionmark, Modifiers::SHIFT), text("?")], &["type ⟨phi⟩"]);
    assert_eq!(harness.state().text(), Some("?"));
    check(&mut harness, vec![press(Key::Backspace)], &["type ⟨phi⟩"]);
    check(&mut harness, vec![press(Key::ArrowDown)], &["choose +1"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert_eq!(harness.state().session.panel, None);
    let again = vec![release(Key::Questionmark), key(Key::Questionmark, Modifiers::SHIFT), text("?")];
    check(&mut harness, again, &["panel keys"]);
}

#[test]
fn a_digit_is_where_it_stands_on_every_layout() {
    let mut harness = open(Desk::new());
    // AZERTY: the place of 6 writes a minus sign, which alone would fit the image.
    let minus = Event::Key {
        key: Key::Minus,
        physical_key: Some(Key::Num6),
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    check(&mut harness, vec![minus, text("-")], &["window slot 6"]);
    check(&mut harness, vec![release(Key::Minus), press(Key::Minus), text("-")], &["zoom fit"]);
    let number_pad = Event::Key {
        key: Key::End,
        physical_key: Some(Key::Num1),
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    check(&mut harness, vec![number_pad], &["scroll last"]);
}

#[test]
fn a_held_key_repeats_scrolling_only() {
    let mut harness = open(Desk::new());
    check(&mut harness, vec![press(Key::ArrowDown), press(Key::ArrowDown)], &["scroll +1", "scroll +1"]);
    check(&mut harness, vec![press(Key::I), press(Key::I), text("i")], &["invert"]);
    check(&mut harness, vec![release(Key::I), press(Key::I)], &["invert"]);
}

#[test]
fn tab_moves_between_viewports_and_not_between_controls() {
    let mut harness = open(Desk::new().run("layout 1x2"));
    check(&mut harness, vec![press(Key::Tab)], &["viewport next"]);
    assert_eq!(harness.state().session.focus.viewport, 1);
    assert_eq!(harness.ctx.memory(egui::Memory::focused), None);
}
