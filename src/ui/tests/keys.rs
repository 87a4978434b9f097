//! Keys.

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::command::UnseenGuard;
use crate::session::ScreenMonitor;

use super::desk::{Desk, check, ct, key, moved, open, press, read, release, text};

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

/// A series whose readings are typed.
fn measuring() -> Desk {
    let mut desk = Desk::new();
    desk.session.screens[0].monitor =
        Ok(ScreenMonitor { id: "ZZM-1".to_owned(), ..ScreenMonitor::default() });
    desk.run("calibration measure response")
}

#[test]
fn letters_run_nothing_while_a_reading_is_typed() {
    let mut harness = open(measuring());
    // Bound in the mode, everywhere, and to a leader of the images.
    for (letter, written) in
        [(Key::M, "m"), (Key::F, "f"), (Key::R, "r"), (Key::P, "p"), (Key::G, "g"), (Key::Num1, "1")]
    {
        check(&mut harness, vec![press(letter), text(written), release(letter)], &["type ⟨phi⟩"]);
    }
    let running = |harness: &Harness<'_, Desk>| harness.state().session.calibrating.running.clone();
    assert_eq!(running(&harness).map(|running| running.typed.reveal().clone()).as_deref(), Some("mfrpg1"));
    // What moves in the text, or takes it back, shows no other pattern and takes no table back.
    harness.state_mut().commands.clear();
    for event in [press(Key::ArrowLeft), press(Key::ArrowRight), key(Key::Z, Modifiers::COMMAND)] {
        harness.input_mut().events.push(event);
    }
    harness.run();
    let commands = &harness.state().commands;
    assert!(commands.iter().all(|command| command.starts_with("type")), "{commands:?}");
    assert!(harness.state().session.messages.is_empty());
    // Where nothing is typed they are keys again.
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    check(&mut harness, vec![press(Key::A), text("a")], &["calibration path around"]);
}

#[test]
fn a_letter_of_the_readers_own_is_text_in_a_panels_field_too() {
    let mut harness = open(Desk::new().with_keys("[panel]\nX = \"choose +1\"").run("panel palette"));
    check(&mut harness, vec![press(Key::X), text("x")], &["type ⟨phi⟩"]);
    assert_eq!(harness.state().text(), Some("x"));
    let mut harness = open(Desk::new().with_keys("[panel]\nX = \"choose +1\"").run("panel priors"));
    check(&mut harness, vec![press(Key::X), text("x")], &["choose +1"]);
}

#[test]
fn a_reading_is_corrected_before_one_goes_back_a_patch() {
    let mut harness = open(measuring());
    check(&mut harness, vec![press(Key::Num1), text("1")], &["type ⟨phi⟩"]);
    check(&mut harness, vec![press(Key::Backspace)], &["type ⟨phi⟩"]);
    let again = vec![release(Key::Backspace), press(Key::Backspace)];
    check(&mut harness, again, &["calibration back"]);
    check(
        &mut harness,
        vec![press(Key::Num2), text("2"), press(Key::Enter)],
        &["type ⟨phi⟩", "calibration take"],
    );
    let running = harness.state().session.calibrating.running.as_ref().expect("it runs");
    assert_eq!(running.series.progress().0, 1);
}

#[test]
fn the_arrows_choose_among_priors() {
    let mut harness = open(Desk::new().run("panel priors"));
    check(&mut harness, vec![press(Key::ArrowDown), press(Key::ArrowUp)], &["choose +1", "choose -1"]);
}

#[test]
fn the_key_that_was_stopped_goes_on_when_it_comes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new();
    desk.session.settings.unseen = UnseenGuard::Ask;
    let studies = ["1", "2"].map(|study| read(folder.path(), ct(study, study, 1)));
    desk.take(studies.to_vec(), Vec::new());
    let mut harness = open(desk);
    let next = key(Key::PageDown, Modifiers::COMMAND);
    check(&mut harness, vec![next.clone()], &["study next"]);
    assert!(harness.state().session.stopped().is_some());
    assert!(harness.query_by_label("2. Go on: to the next study").is_some());
    check(&mut harness, vec![release(Key::PageDown), next], &["study next"]);
    assert_eq!(harness.state().session.panel, None);
}

#[test]
fn a_digit_is_where_it_stands_on_every_layout() {
    let mut harness = open(Desk::new());
    // AZERTY: the place of 6 writes a minus sign, which alone would fit the image.
    let minus = moved(Key::Minus, Key::Num6, Modifiers::NONE);
    check(&mut harness, vec![minus, text("-")], &["window slot 6"]);
    check(&mut harness, vec![release(Key::Minus), press(Key::Minus), text("-")], &["zoom fit"]);
    let number_pad = moved(Key::End, Key::Num1, Modifiers::NONE);
    check(&mut harness, vec![number_pad], &["scroll last"]);
}

#[test]
fn a_latin_letter_is_the_key_that_says_so() {
    for (key, place, command) in [
        // AZERTY, which has a comma where M is elsewhere.
        (Key::A, Key::Q, "tool angle"),
        (Key::Q, Key::A, "tool rectangle"),
        (Key::M, Key::Semicolon, "tool pan"),
        (Key::Comma, Key::M, "cine slower"),
        // QWERTZ and Dvorak.
        (Key::Z, Key::Y, "tool zoom"),
        (Key::Period, Key::E, "cine faster"),
    ] {
        let mut harness = open(Desk::new());
        check(&mut harness, vec![moved(key, place, Modifiers::NONE)], &[command]);
    }
}

/// egui gives a letter that it has no name for as the key of its place, and a sign in the place of a letter as that sign.
#[test]
fn where_a_layout_has_no_latin_letters_their_places_count() {
    for (key, place, written, command) in [
        // Cyrillic, then Hebrew, then Greek.
        (Key::W, Key::W, "ц", "tool window"),
        (Key::OpenBracket, Key::OpenBracket, "х", "fusion blend -5"),
        (Key::Quote, Key::W, "'", "tool window"),
        (Key::Slash, Key::Q, "/", "tool rectangle"),
        (Key::Semicolon, Key::Q, ";", "tool rectangle"),
    ] {
        let mut harness = open(Desk::new());
        check(&mut harness, vec![moved(key, place, Modifiers::NONE), text(written)], &[command]);
        assert_eq!(harness.state().text(), None);
    }
    // Where text is typed it is text.
    let mut harness = open(Desk::new().run("panel palette"));
    check(&mut harness, vec![moved(Key::Quote, Key::W, Modifiers::NONE), text("'")], &["type ⟨phi⟩"]);
}

#[test]
fn a_sign_that_is_bound_to_nothing_goes_by_its_place() {
    for (key, place, modifiers, commands) in [
        // Swedish has + at the end of the row of digits, QWERTZ farther down.
        (Key::Plus, Key::Minus, Modifiers::NONE, &["zoom fit"][..]),
        (Key::Plus, Key::Minus, Modifiers::COMMAND, &["zoom by 1.25"]),
        (Key::Plus, Key::CloseBracket, Modifiers::NONE, &["fusion blend +5"]),
        (Key::Minus, Key::Slash, Modifiers::NONE, &["zoom fit"]),
        // With Shift a US keyboard has another sign there, which is bound to nothing.
        (Key::Plus, Key::Equals, Modifiers::SHIFT, &[]),
        (Key::Pipe, Key::Backslash, Modifiers::SHIFT, &[]),
    ] {
        let mut harness = open(Desk::new());
        check(&mut harness, vec![moved(key, place, modifiers)], commands);
    }
}

#[test]
fn a_place_is_where_it_is_on_every_layout() {
    for (key, place, command) in [
        (Key::A, Key::A, "plane turn left 5"),
        (Key::Q, Key::A, "plane turn left 5"),
        (Key::Z, Key::W, "plane turn up 5"),
        // Dvorak.
        (Key::Comma, Key::W, "plane turn up 5"),
    ] {
        let mut harness = open(Desk::new());
        check(&mut harness, vec![moved(key, place, Modifiers::ALT)], &[command]);
    }
    // Where nobody says which place it is, it is that of the US keyboard.
    let mut harness = open(Desk::new());
    check(&mut harness, vec![key(Key::W, Modifiers::ALT)], &["plane turn up 5"]);
}

#[test]
fn what_a_key_writes_comes_before_its_place() {
    let keys = "[viewport]\nY = \"none\"\n\"[Y]\" = \"invert\"";
    let mut harness = open(Desk::new().with_keys(keys));
    check(&mut harness, vec![moved(Key::Y, Key::Y, Modifiers::NONE)], &["invert"]);
    // QWERTZ.
    check(&mut harness, vec![moved(Key::Z, Key::Y, Modifiers::NONE)], &["tool zoom"]);
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

#[test]
fn a_leader_waits_for_the_next_key_however_long_that_takes() {
    let mut harness = open(Desk::new());
    check(&mut harness, vec![press(Key::D), text("d"), release(Key::D)], &[]);
    harness.run_steps(40);
    check(&mut harness, vec![press(Key::Num4), text("4"), release(Key::Num4)], &["layout 2x2"]);
    check(&mut harness, vec![press(Key::Num4), text("4"), release(Key::Num4)], &["window slot 4"]);
    // Shift goes down before its key, and is none itself.
    let shift = Modifiers::SHIFT;
    let above = vec![press(Key::D), release(Key::D), key(Key::ShiftLeft, shift), key(Key::Num2, shift)];
    check(&mut harness, above, &["layout 2x1"]);
}

#[test]
fn a_key_that_follows_no_leader_ends_it_and_gives_nothing() {
    let mut harness = open(Desk::new());
    let again = || vec![release(Key::W), press(Key::W), text("w")];
    check(&mut harness, vec![press(Key::D), press(Key::W), text("w")], &[]);
    check(&mut harness, again(), &["tool window"]);
    check(&mut harness, vec![release(Key::D), press(Key::D), press(Key::Escape)], &[]);
    check(&mut harness, again(), &["tool window"]);
    check(&mut harness, vec![release(Key::D), press(Key::D), press(Key::Tab)], &[]);
    assert_eq!(harness.ctx.memory(egui::Memory::focused), None);
    check(&mut harness, vec![release(Key::D), press(Key::D), Event::WindowFocused(false)], &[]);
    check(&mut harness, again(), &["tool window"]);
}

#[test]
fn a_key_that_is_held_neither_leads_nor_follows() {
    let mut harness = open(Desk::new());
    check(
        &mut harness,
        vec![press(Key::Num4), press(Key::D), press(Key::D), press(Key::Num4)],
        &["window slot 4"],
    );
    check(&mut harness, vec![release(Key::Num4), press(Key::Num4)], &["layout 2x2"]);
    check(&mut harness, vec![press(Key::D)], &[]);
    check(&mut harness, vec![release(Key::Num4), press(Key::Num4)], &["window slot 4"]);
}

#[test]
fn a_panel_that_opens_ends_a_leader() {
    let mut harness = open(Desk::new());
    check(&mut harness, vec![press(Key::N)], &[]);
    harness.state_mut().obey("panel keys");
    harness.run();
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    check(&mut harness, vec![press(Key::Num4)], &["window slot 4"]);
}

#[test]
fn a_leader_writes_where_text_is_typed() {
    let mut harness = open(Desk::new().run("panel palette"));
    check(&mut harness, vec![press(Key::D), text("d")], &["type ⟨phi⟩"]);
    check(&mut harness, vec![press(Key::Num4), text("4")], &["type ⟨phi⟩"]);
    assert_eq!(harness.state().text(), Some("d4"));
}

#[test]
fn a_hint_lists_what_may_follow_a_leader() {
    let mut harness = open(Desk::new());
    assert!(harness.query_by_label("Keys after D").is_none());
    check(&mut harness, vec![press(Key::D)], &[]);
    let group = harness.get_by_label("Keys after D");
    assert_eq!(group.accesskit_node().role(), egui::Role::Group);
    let viewport = harness.get_by_label("Viewport 1, empty").rect();
    assert!(viewport.contains_rect(group.rect()) && group.rect().bottom() > viewport.bottom() - 30.0);
    let four = harness.get_by_label("Four viewports (D 4)");
    assert!(group.rect().contains_rect(four.rect()));
    assert!(harness.query_by_label("Tiles of four images (N 4)").is_none());
    check(&mut harness, vec![press(Key::Escape)], &[]);
    assert!(harness.query_by_label("Keys after D").is_none());
}

#[test]
fn copying_by_keys_copies_the_view_once_and_in_a_field_the_text() {
    const COPY: &str = "export --without-identity clipboard";
    let mut harness = open(Desk::new());
    check(&mut harness, vec![Event::Copy, Event::Copy], &[COPY]);
    check(&mut harness, vec![Event::Copy], &[]);
    check(&mut harness, vec![release(Key::C), Event::Copy], &[COPY]);
    check(
        &mut harness,
        vec![release(Key::C), key(Key::C, Modifiers::COMMAND | Modifiers::SHIFT)],
        &["export clipboard"],
    );
    harness.state_mut().obey("panel palette");
    harness.run();
    check(&mut harness, vec![Event::Copy], &[]);
}

#[test]
fn steps_of_the_pointer_repeat() {
    let mut harness = open(Desk::new());
    let right = || key(Key::ArrowRight, Modifiers::SHIFT);
    check(&mut harness, vec![right(), right()], &["pointer step 1 0", "pointer step 1 0"]);
    check(&mut harness, vec![press(Key::Enter), press(Key::Enter)], &["pointer click"]);
}
