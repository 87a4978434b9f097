//! What is asked at the start of checks that are due, and what comes of the answers.

use hotlight::calibration::{Act, SignalPath};
use hotlight::command::{CalibrationTab, PanelName};
use hotlight::session::{BenchNews, BookLines, DueLine, Effect, Event, ScreenMonitor};
use hotlight::testing::Scripted;

use super::calibration::{asked, heard, session, told};
use crate::support::phantom;

const VISUAL: (&str, Option<Act>) = ("Visual check", Some(Act::VisualCheck));
const LIGHT: (&str, Option<Act>) = ("Room light", Some(Act::AmbientTest));
const ANNUAL: (&str, Option<Act>) = ("All by a physicist", None);

fn asking() -> Scripted {
    let mut scripted = Scripted::open(phantom());
    scripted.reading.session.settings.calibration.asks_at_start = true;
    scripted
}

/// A window comes to a monitor.
fn comes_to(scripted: &mut Scripted, screen: u32, id: &str) -> Vec<Effect> {
    let monitor = ScreenMonitor { id: id.to_owned(), name: "ZZM".to_owned(), ..ScreenMonitor::default() };
    heard(scripted, &Event::ScreenOnMonitor { screen, monitor: Ok(monitor) })
}

/// What is due on it becomes known; what is measured is overdue.
fn known(scripted: &mut Scripted, id: &str, due: &[(&str, Option<Act>)]) {
    let line = |(task, act): &(&str, Option<Act>)| DueLine {
        task: (*task).to_owned(),
        act: *act,
        words: "due since 2026-11-28".to_owned(),
        is_due: true,
        is_overdue: act.is_none(),
    };
    let book = BookLines { due: due.iter().map(line).collect(), ..BookLines::default() };
    let news = Box::new(BenchNews { book, ..BenchNews::default() });
    heard(scripted, &Event::BenchKnown { monitor: id.to_owned(), news });
}

/// The check that a window asks for, and how many more are due.
fn task(scripted: &Scripted, screen: usize) -> Option<(String, usize)> {
    session(scripted).asks_due(screen).map(|asked| (asked.line.task.clone(), asked.more))
}

fn pattern(scripted: &Scripted) -> Option<(String, SignalPath)> {
    session(scripted).screens[0].pattern.as_ref().map(|shown| (shown.name.clone(), shown.path))
}

#[test]
fn each_monitor_is_asked_of_once_a_start_and_the_look_comes_first() {
    let mut scripted = asking();
    assert_eq!(comes_to(&mut scripted, 0, "ZZM-1"), [Effect::FindDue("ZZM-1".to_owned())]);
    assert_eq!(task(&scripted, 0), None, "nothing is known yet");
    known(&mut scripted, "ZZM-1", &[ANNUAL, LIGHT, VISUAL]);
    assert_eq!(task(&scripted, 0), Some(("Visual check".to_owned(), 2)));
    assert_eq!(comes_to(&mut scripted, 0, "ZZM-1"), []);
    assert_eq!(comes_to(&mut scripted, 0, "ZZM-2"), [Effect::FindDue("ZZM-2".to_owned())]);
    assert_eq!(task(&scripted, 0), None, "nothing is due there");
    comes_to(&mut scripted, 0, "ZZM-1");
    assert!(task(&scripted, 0).is_some());
    // Done, and recorded.
    known(&mut scripted, "ZZM-1", &[]);
    assert_eq!(task(&scripted, 0), None);
}

#[test]
fn one_command_opens_the_mode_at_the_check_that_is_due() {
    let mut scripted = asking();
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[LIGHT, VISUAL]);
    scripted.run("calibration operator A; calibration path around; calibration due");
    assert_eq!(pattern(&scripted), Some(("TG270-sQC".to_owned(), SignalPath::Through)));
    assert_eq!(session(&scripted).calibrating.tab, CalibrationTab::Schedule);
    assert_eq!(task(&scripted, 0), None, "nothing lies over a pattern");
    let effects = asked(&mut scripted, "calibration visual pass");
    assert!(matches!(effects.as_slice(), [Effect::Record(_)]), "{effects:?}");
    known(&mut scripted, "ZZM-1", &[ANNUAL, LIGHT]);
    scripted.run("cancel; cancel");
    assert_eq!(task(&scripted, 0), Some(("Room light".to_owned(), 1)));
    scripted.run("calibration due");
    assert!(session(&scripted).calibrating.ambient_test.is_some());
    scripted.run("calibration");
    known(&mut scripted, "ZZM-1", &[ANNUAL]);
    scripted.run("calibration due");
    assert!(session(&scripted).calibrating.is_open && pattern(&scripted).is_none());
    assert_eq!(session(&scripted).calibrating.tab, CalibrationTab::Measure);
}

#[test]
fn image_quality_that_is_due_is_looked_at_and_its_questions_are_answered() {
    let mut scripted = asking();
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[("Image quality", Some(Act::ImageQuality))]);
    scripted.run("calibration operator A; calibration path around; calibration due");
    assert_eq!(pattern(&scripted), Some(("TG18-OIQ".to_owned(), SignalPath::Through)));
    assert_eq!(asked(&mut scripted, "calibration visual pass"), []);
    assert!(told(&scripted).contains("letters or more of QUALITY CONTROL"), "{}", told(&scripted));
    let effects = asked(&mut scripted, "calibration visual pass 13 letters on each");
    assert!(matches!(effects.as_slice(), [Effect::Record(_)]), "{effects:?}");
}

#[test]
fn where_nothing_is_asked_the_schedule_is_shown() {
    let mut scripted = asking();
    scripted.run("calibration due");
    assert!(session(&scripted).calibrating.is_open && pattern(&scripted).is_none());
    assert_eq!(session(&scripted).calibrating.tab, CalibrationTab::Schedule);
}

#[test]
fn later_is_at_the_next_start() {
    let mut scripted = asking();
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    scripted.run("calibration later");
    assert_eq!(task(&scripted, 0), None);
    assert_eq!(comes_to(&mut scripted, 0, "ZZM-1"), []);
    known(&mut scripted, "ZZM-1", &[VISUAL, LIGHT]);
    assert_eq!(task(&scripted, 0), None);
}

#[test]
fn nobody_is_asked_where_the_site_wants_none_or_the_display_is_not_known() {
    let mut scripted = asking();
    scripted.reading.session.settings.calibration.asks_at_start = false;
    assert_eq!(comes_to(&mut scripted, 0, "ZZM-1"), []);
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    assert_eq!(task(&scripted, 0), None);
    let mut scripted = asking();
    let monitor =
        ScreenMonitor { id: "ZZM-1".to_owned(), remote: Some("a session"), ..ScreenMonitor::default() };
    assert_eq!(heard(&mut scripted, &Event::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) }), []);
    let unknown = Err("The window is on none of the monitors.".to_owned());
    assert_eq!(heard(&mut scripted, &Event::ScreenOnMonitor { screen: 0, monitor: unknown }), []);
    // Switched off while it asks.
    let mut scripted = asking();
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    scripted.reading.session.settings.calibration.asks_at_start = false;
    assert_eq!(task(&scripted, 0), None);
}

#[test]
fn who_looks_is_named_before_and_a_user_of_the_station_is_known() {
    let mut scripted = asking();
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    scripted.run("calibration due");
    let panel = session(&scripted).panel.as_ref().expect("a panel");
    assert_eq!((panel.name, panel.text.reveal().as_str()), (PanelName::Palette, "calibration operator "));
    assert!(pattern(&scripted).is_none() && told(&scripted).contains("calibration due"));
    scripted.run("cancel; calibration operator A; calibration due");
    assert!(pattern(&scripted).is_some());
    let mut scripted = asking();
    scripted.reading.session.reader = "ann".parse().expect("a user");
    comes_to(&mut scripted, 0, "ZZM-1");
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    scripted.run("calibration due");
    assert_eq!(
        (session(&scripted).calibrating.operator.as_str(), pattern(&scripted).is_some()),
        ("ann", true)
    );
}

#[test]
fn one_window_of_a_monitor_asks_and_the_command_goes_there() {
    let mut scripted = asking();
    scripted.run("screen open");
    let second = session(&scripted).screens[1].id;
    for (screen, id) in [(0, "ZZM-1"), (second, "ZZM-1")] {
        comes_to(&mut scripted, screen, id);
    }
    known(&mut scripted, "ZZM-1", &[VISUAL]);
    assert!(task(&scripted, 0).is_some() && task(&scripted, 1).is_none());
    comes_to(&mut scripted, second, "ZZM-2");
    known(&mut scripted, "ZZM-1", &[]);
    known(&mut scripted, "ZZM-2", &[ANNUAL]);
    assert!(task(&scripted, 0).is_none() && task(&scripted, 1).is_some());
    scripted.run("screen 1; calibration due");
    assert_eq!((session(&scripted).focus.screen, session(&scripted).calibrating.is_open), (1, true));
}
