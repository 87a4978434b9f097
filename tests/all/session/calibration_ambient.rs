//! The ambient test by commands: what is to be found, what counts, and what is recorded.

use std::collections::BTreeSet;

use hotlight::calibration::pattern::Pattern;
use hotlight::calibration::{AmbientTest, SignalPath};
use hotlight::command::CalibrationTab;
use hotlight::session::{BenchNews, BookLine, BookLines, Effect, Event, RecordKind};
use hotlight::testing::Scripted;

use super::calibration::{asked, bench, heard, place, session, told};

/// What is to be found now, and told to be on the screen.
fn bars(scripted: &mut Scripted) -> Pattern {
    let key = session(scripted).awaited_patch(0).expect("bars");
    heard(scripted, &Event::PatchShown { key, now_ms: 10.0 });
    shown(scripted).expect("bars")
}

fn shown(scripted: &Scripted) -> Option<Pattern> {
    let shown = session(scripted).screens[0].pattern.as_ref()?;
    Some(Pattern::parse(&shown.name).expect("a pattern"))
}

fn looked_for(scripted: &Scripted) -> Option<usize> {
    session(scripted).calibrating.ambient_test.as_ref().map(|running| running.test.sightings().len())
}

/// Answers all; so many of them are right.
fn answer(scripted: &mut Scripted, found: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    for place in 0..AmbientTest::COUNT {
        assert_eq!(looked_for(scripted), Some(place));
        let object = bars(scripted).object(800, 600).expect("bars");
        let right = format!("calibration seen at {} {}", object.left, object.top);
        let answer = if place < found { &right } else { "calibration seen nothing" };
        effects = asked(scripted, answer);
    }
    effects
}

#[test]
fn who_finds_the_bars_has_it_recorded_and_is_told() {
    for (found, passed) in [(5, true), (4, true), (3, false)] {
        let mut scripted = bench(false);
        place(&mut scripted, 0, "ZZM-1", Some("a"));
        scripted.run("calibration path around; calibration ambient-test");
        let path = session(&scripted).screens[0].pattern.as_ref().map(|shown| shown.path);
        assert_eq!(path, Some(SignalPath::Through), "what is read with is looked at");
        let effects = answer(&mut scripted, found);
        let [Effect::Record(order)] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((order.monitor.as_str(), order.operator.as_str()), ("ZZM-1", "A. Physicist"));
        assert_eq!(order.table.as_deref(), Some("a"));
        let RecordKind::AmbientTest(test) = &order.kind else { panic!("{order:?}") };
        assert_eq!((test.found(), test.passed()), (found, passed));
        assert!(told(&scripted).contains(&format!("{found} of 5")), "{}", told(&scripted));
        assert_eq!(told(&scripted).contains("Dim the room"), !passed, "{}", told(&scripted));
        assert_eq!((shown(&scripted), session(&scripted).calibrating.tab), (None, CalibrationTab::Measure));
        assert!(session(&scripted).bench().is_some_and(|bench| bench.ambient_test.is_some()));
    }
}

#[test]
fn what_is_not_on_the_screen_yet_cannot_be_seen() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient-test; calibration seen nothing; calibration seen 5");
    assert_eq!(looked_for(&scripted), Some(0));
    bars(&mut scripted);
    scripted.run("calibration seen nothing; calibration seen nothing");
    assert_eq!(looked_for(&scripted), Some(1), "the next ones are not drawn yet");
}

#[test]
fn bars_are_elsewhere_each_time() {
    let mut scripted = bench(false);
    let mut names = BTreeSet::new();
    for _ in 0..4 {
        scripted.run("calibration ambient-test");
        names.insert(shown(&scripted).expect("bars").name());
        scripted.run("calibration stop");
    }
    assert!(names.len() > 2, "{names:?}");
}

#[test]
fn bars_are_elsewhere_after_a_start_once_more_is_in_a_long_book() {
    let first = |last: &str| {
        let mut scripted = bench(false);
        let line = BookLine { at: last.to_owned(), words: String::new(), is_fail: false };
        let book = BookLines { records: vec![line; 500], ..BookLines::default() };
        let news = Box::new(BenchNews { book, ..BenchNews::default() });
        heard(&mut scripted, &Event::BenchKnown { monitor: "ZZM-1".to_owned(), news });
        scripted.run("calibration ambient-test");
        shown(&scripted).expect("bars")
    };
    assert_ne!(first("2026-11-29 09:20"), first("2026-11-29 09:21"));
    assert_eq!(first("2026-11-29 09:20"), first("2026-11-29 09:20"));
}

#[test]
fn a_test_that_is_broken_off_leaves_nothing() {
    for command in ["cancel", "calibration stop", "calibration", "studies"] {
        let mut scripted = bench(false);
        scripted.run("calibration ambient-test");
        bars(&mut scripted);
        scripted.run("calibration seen nothing");
        let effects = asked(&mut scripted, command);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Record(_))), "{command}: {effects:?}");
        assert_eq!((looked_for(&scripted), shown(&scripted)), (None, None), "{command}");
    }
    for (id, table) in [("ZZM-2", None), ("ZZM-1", Some("b"))] {
        let mut scripted = bench(false);
        scripted.run("calibration ambient-test");
        place(&mut scripted, 0, "ZZM-1", None);
        assert_eq!(looked_for(&scripted), Some(0), "it is told again what was known");
        place(&mut scripted, 0, id, table);
        assert_eq!((looked_for(&scripted), shown(&scripted)), (None, None), "another monitor, another table");
        assert!(told(&scripted).contains("broken off"), "{}", told(&scripted));
    }
}

#[test]
fn one_thing_at_a_time_and_by_somebody() {
    let mut scripted = bench(false);
    scripted.run("calibration seen 5");
    assert!(told(&scripted).contains("calibration ambient-test"), "{}", told(&scripted));
    scripted.run("calibration ambient-test");
    let before = shown(&scripted);
    for command in ["calibration measure response", "pattern SMPTE", "calibration path around"] {
        scripted.run(command);
        assert!(told(&scripted).contains("under way"), "{command}: {}", told(&scripted));
        assert_eq!((looked_for(&scripted), shown(&scripted)), (Some(0), before), "{command}");
    }
    scripted.run("calibration stop; calibration measure response; calibration ambient-test");
    assert!(session(&scripted).calibrating.ambient_test.is_none(), "a series is under way");
    scripted.run("calibration stop");
    scripted.reading.session.calibrating.operator.clear();
    scripted.run("calibration ambient-test");
    assert!(told(&scripted).contains("Say who measures"), "{}", told(&scripted));
    assert_eq!((looked_for(&scripted), shown(&scripted)), (None, None));
}

#[test]
fn what_is_seen_on_a_display_that_nobody_knows_is_not_recorded_of_the_monitor_here() {
    let mut scripted = bench(false);
    let mut monitor = session(&scripted).screens[0].monitor.clone().expect("a monitor");
    monitor.remote = Some("a session");
    heard(&mut scripted, &Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
    scripted.run("calibration ambient-test");
    assert_eq!((looked_for(&scripted), shown(&scripted)), (None, None));
    assert!(told(&scripted).contains("another machine (a session)"), "{}", told(&scripted));
    assert_eq!(asked(&mut scripted, "calibration visual pass"), []);
    scripted.run("calibration measure response");
    assert!(session(&scripted).calibrating.running.is_none(), "nor what is measured there");
}
