//! The pattern that moves, by commands and the time that passes.

use hotlight::session::{Event, Played};
use hotlight::testing::Scripted;

use super::calibration::{asked, bench, heard, session, told};

fn name(scripted: &Scripted) -> String {
    session(scripted).screens[0].pattern.as_ref().map(|shown| shown.name.clone()).unwrap_or_default()
}

fn played(scripted: &Scripted) -> &Played {
    let shown = session(scripted).screens[0].pattern.as_ref().expect("a pattern");
    shown.played.as_ref().expect("it moves")
}

/// What is shown once the program has run for so long.
fn at(scripted: &mut Scripted, now_ms: f64) -> String {
    heard(scripted, &Event::TimePassed { now_ms });
    name(scripted)
}

/// It plays, all its frames are drawn, and no time has passed.
fn playing() -> Scripted {
    let mut scripted = bench(false);
    scripted.run("pattern play");
    assert!(!played(&scripted).is_playing, "it comes at rest");
    scripted.run("pattern play");
    // What passed while its frames were drawn does not count.
    for _ in 0..2 {
        asked(&mut scripted, "pattern play");
    }
    scripted
}

#[test]
fn it_goes_by_the_time_that_passes_and_tells_what_was_left_out() {
    let mut scripted = playing();
    let first = name(&scripted);
    assert!(session(&scripted).wanted_patterns(&scripted.reading.library).is_empty(), "all are drawn");
    assert_eq!(at(&mut scripted, 1e6), first);
    let second = at(&mut scripted, 1e6 + 125.0);
    assert_ne!(second, first);
    assert_eq!(at(&mut scripted, 1e6 + 200.0), second, "it stands as long as it should");
    assert_eq!(session(&scripted).next_due_ms(), Some(1e6 + 250.0));
    at(&mut scripted, 1e6 + 625.0);
    assert_eq!((played(&scripted).shown, played(&scripted).left_out), (2, 3));
    assert_eq!(at(&mut scripted, 1e6 + 1000.0), first, "all begins anew");
    assert!(played(&scripted).reached.is_some_and(|reached| reached < 4.0), "{:?}", played(&scripted));
}

#[test]
fn at_rest_nothing_is_drawn_again() {
    let mut scripted = playing();
    at(&mut scripted, 1e6);
    let shown = at(&mut scripted, 1e6 + 130.0);
    scripted.run("pattern play");
    assert_eq!(session(&scripted).next_due_ms(), None);
    assert!(!session(&scripted).is_time_due(1e9));
    assert_eq!(at(&mut scripted, 1e6 + 1000.0), shown);
    assert_eq!(played(&scripted).shown, 1, "what was counted is still told");
    scripted.run("pattern play; pattern off");
    assert_eq!(session(&scripted).next_due_ms(), None, "what is gone does not play");
}

#[test]
fn its_rate_is_chosen_and_each_is_counted_by_itself() {
    let mut scripted = playing();
    at(&mut scripted, 1e6);
    at(&mut scripted, 1e6 + 130.0);
    asked(&mut scripted, "pattern faster");
    assert_eq!((played(&scripted).rate, played(&scripted).shown), (15, 0));
    at(&mut scripted, 2e6);
    let due_ms = session(&scripted).next_due_ms().expect("it plays");
    assert!((due_ms - 2e6 - 1000.0 / 15.0).abs() < 1e-3, "{due_ms}");
    scripted.run("pattern play; pattern slower; pattern slower; pattern slower");
    assert_eq!(played(&scripted).rate, 4, "there is an end to it");
    scripted.run("pattern SMPTE; pattern faster");
    assert!(told(&scripted).contains("stands still"), "{}", told(&scripted));
}

#[test]
fn the_next_pattern_is_the_next_one_whatever_frame_is_shown() {
    let mut scripted = playing();
    at(&mut scripted, 1e6);
    let shown = at(&mut scripted, 1e6 + 260.0);
    assert!(shown.starts_with("temporal-") && shown != "temporal-0", "{shown}");
    scripted.run("pattern next");
    assert_eq!(name(&scripted), "black");
    scripted.run("pattern previous");
    assert_eq!((name(&scripted).as_str(), played(&scripted).is_playing), ("temporal-0", false));
}

#[test]
fn after_a_sleep_of_the_machine_nothing_is_caught_up() {
    let mut scripted = playing();
    at(&mut scripted, 1e6);
    at(&mut scripted, 1e6 + 130.0);
    heard(&mut scripted, &Event::Woke { slept_s: 600 });
    at(&mut scripted, 2e6);
    at(&mut scripted, 2e6 + 130.0);
    assert_eq!((played(&scripted).shown, played(&scripted).left_out), (2, 0));
}
