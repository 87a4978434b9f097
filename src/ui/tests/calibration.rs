//! The physicist's mode by keys, by mouse and by the names of its controls.

use egui::PointerButton::Primary;
use egui::{Event, Key, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::calibration::{Act, AmbientTest};
use crate::session::{BenchNews, BookLines, DueLine, Event as News, ScreenMonitor};

use super::desk::{Desk, button, check, open, press, release, text};

/// The mode for a monitor, and who works there.
fn at_the_bench() -> Harness<'static, Desk> {
    let mut desk = Desk::new();
    desk.session.screens[0].monitor =
        Ok(ScreenMonitor { id: "ZZM-1".to_owned(), ..ScreenMonitor::default() });
    open(desk.run("calibration; calibration operator A. Physicist"))
}

/// What the window shows is on the screen.
fn on_screen(harness: &mut Harness<'_, Desk>) {
    let key = harness.state().session.awaited_patch(0).expect("bars");
    harness.state_mut().hear(&News::PatchShown { key, now_ms: 10.0 });
}

fn under_way(harness: &Harness<'_, Desk>) -> Option<AmbientTest> {
    harness.state().session.calibrating.ambient_test.as_ref().map(|running| running.test.clone())
}

#[test]
fn bars_are_found_by_a_click_and_by_keys_alone() {
    let mut harness = at_the_bench();
    check(&mut harness, vec![press(Key::S), text("s")], &["calibration ambient-test"]);
    assert!(harness.query_by_label_contains("1 of 5").is_some());
    on_screen(&mut harness);
    let surface = harness.state().session.screens[0].surface;
    let pattern = under_way(&harness).and_then(|test| test.pattern()).expect("bars");
    let object = pattern.object(surface.width, surface.height).expect("bars");
    let (x, y) = (object.left + object.width / 2, object.top + object.height / 2);
    #[expect(clippy::cast_precision_loss, reason = "a place in a small window")]
    let at = pos2(x as f32 + 0.5, y as f32 + 0.5);
    let click = vec![Event::PointerMoved(at), button(at, Primary, true), button(at, Primary, false)];
    check(&mut harness, click, &[&format!("calibration seen at {x} {y}")]);
    assert_eq!(under_way(&harness).map(|test| test.found()), Some(1));
    on_screen(&mut harness);
    check(&mut harness, vec![press(Key::Num0), text("0")], &["calibration seen nothing"]);
    assert!(harness.query_by_label_contains("3 of 5").is_some());
    for _ in 0..2 {
        on_screen(&mut harness);
        check(&mut harness, vec![press(Key::Num5), text("5"), release(Key::Num5)], &["calibration seen 5"]);
    }
    on_screen(&mut harness);
    harness.get_by_label("Not seen (0)").click();
    check(&mut harness, Vec::new(), &["calibration seen nothing"]);
    assert_eq!(under_way(&harness), None);
    let recorded = harness.state().effects.iter().filter(|effect| effect.starts_with("Record(")).count();
    assert_eq!(recorded, 1);
    assert!(harness.query_by_label_contains("of 5 found: ").is_some());
}

#[test]
fn escape_breaks_the_ambient_test_off_and_leaves_the_mode_open() {
    let mut harness = at_the_bench();
    harness.get_by_label("Ambient test (S)").click();
    check(&mut harness, Vec::new(), &["calibration ambient-test"]);
    assert!(harness.query_by_label("Where bars are hidden").is_some());
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(under_way(&harness).is_none() && harness.state().session.calibrating.is_open);
    assert!(harness.query_by_label("Where bars are hidden").is_none());
}

#[test]
fn a_pattern_that_moves_is_started_and_stopped_by_a_key_and_by_a_click() {
    let mut harness = at_the_bench();
    let is_playing = |harness: &Harness<'_, Desk>| {
        let shown = harness.state().session.screens[0].pattern.as_ref();
        shown.and_then(|shown| shown.played.as_ref()).map(|played| played.is_playing)
    };
    check(&mut harness, vec![press(Key::Space), text(" "), release(Key::Space)], &["pattern play"]);
    assert!(harness.query_by_label("8 frames a second · at rest").is_some());
    check(&mut harness, vec![press(Key::Space), text(" "), release(Key::Space)], &["pattern play"]);
    assert_eq!(is_playing(&harness), Some(true));
    assert!(harness.query_by_label_contains("8 frames a second asked for").is_some());
    harness.get_by_label("Stop (Space)").click();
    check(&mut harness, Vec::new(), &["pattern play"]);
    assert_eq!(is_playing(&harness), Some(false));
    assert_eq!(harness.state().session.next_due_ms(), None);
    check(&mut harness, vec![press(Key::Period), text(".")], &["pattern faster"]);
    assert!(harness.query_by_label_contains("15 frames a second").is_some());
    check(&mut harness, vec![press(Key::Comma), text(",")], &["pattern slower"]);
    assert!(harness.query_by_label_contains("8 frames a second").is_some());
}

/// A window on a monitor that is due for its look of every day.
fn due(commands: &str) -> Harness<'static, Desk> {
    let mut desk = Desk::new();
    desk.session.settings.calibration.asks_at_start = true;
    let monitor =
        ScreenMonitor { id: "ZZM-1".to_owned(), name: "ZZM GRAY".to_owned(), ..ScreenMonitor::default() };
    desk.hear(&News::ScreenOnMonitor { screen: 0, monitor: Ok(monitor) });
    let line = DueLine {
        task: "Visual check".to_owned(),
        act: Some(Act::VisualCheck),
        words: "due since 2026-11-28".to_owned(),
        is_due: true,
        is_overdue: false,
    };
    let book = BookLines { due: vec![line], ..BookLines::default() };
    let news = Box::new(BenchNews { book, ..BenchNews::default() });
    desk.hear(&News::BenchKnown { monitor: "ZZM-1".to_owned(), news });
    open(if commands.is_empty() { desk } else { desk.run(commands) })
}

const ASKED: &str = "Visual check due since 2026-11-28, on ZZM GRAY. Look, then V: pass or fail";

#[test]
fn a_bar_asks_for_what_is_due_beside_the_images_and_is_put_off_by_a_key() {
    let mut harness = due("");
    let bottom = |harness: &Harness<'_, Desk>| harness.get_by_label("Viewport 1, empty").rect().bottom();
    let before = bottom(&harness);
    assert!(harness.get_by_label(ASKED).rect().top() >= before, "nothing lies over the images");
    // Reading goes on.
    check(&mut harness, vec![press(Key::W), text("w")], &["tool window"]);
    check(&mut harness, vec![press(Key::F8)], &["calibration later"]);
    assert!(harness.query_by_label(ASKED).is_none() && bottom(&harness) > before);
}

#[test]
fn a_key_opens_the_mode_at_what_is_due() {
    let mut harness = due("calibration operator A. Reader");
    check(&mut harness, vec![press(Key::F7)], &["calibration due"]);
    let shown = harness.state().session.screens[0].pattern.as_ref().map(|shown| shown.name.clone());
    assert_eq!(shown.as_deref(), Some("TG270-sQC"));
    assert!(harness.query_by_label(ASKED).is_none());
    let mut harness = due("calibration operator A. Reader");
    harness.get_by_label("Look at it now (F7)").click();
    check(&mut harness, Vec::new(), &["calibration due"]);
}

#[test]
fn who_looks_is_asked_for_in_a_field_that_has_the_keys() {
    let mut harness = due("");
    check(
        &mut harness,
        vec![press(Key::F7), press(Key::B), text("B"), press(Key::Enter)],
        &["calibration due", "type ⟨phi⟩", "accept", "calibration operator B"],
    );
    check(&mut harness, vec![release(Key::F7), press(Key::F7)], &["calibration due"]);
    assert!(harness.state().session.screens[0].pattern.is_some());
}

#[test]
fn the_list_of_studies_has_the_bar_too() {
    let mut harness = due("studies");
    assert!(harness.query_by_label(ASKED).is_some());
    harness.get_by_label("Later: ask at the next start (F8)").click();
    check(&mut harness, Vec::new(), &["calibration later"]);
    assert!(harness.query_by_label(ASKED).is_none() && harness.state().session.studies.is_open);
}
