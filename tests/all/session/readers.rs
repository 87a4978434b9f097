//! Another reader comes while the program runs.

use hotlight::testing::Scripted;

use super::calibration::bench;
use crate::support::phantom;

const WORK: &str = "layout 1x1; scroll first; tool length; pointer press left 300 200; pointer move 330 220; \
     pointer move 360 280; pointer release; window set 41 333.5";

/// Marks in focus, and studies with work that is not saved.
fn made(scripted: &Scripted) -> (usize, usize) {
    let (session, library) = (&scripted.reading.session, &scripted.reading.library);
    let marks = scripted.focused().expect("a viewport").overlay.marks.len();
    (marks, session.unsaved_work(library).len())
}

fn unseen(scripted: &Scripted) -> String {
    let lines = scripted.reading.session.unseen_lines(&scripted.reading.library);
    lines.first().map_or_else(String::new, |line| line.why.clone())
}

#[test]
fn what_hangs_stays_and_what_the_one_before_made_and_saw_is_not_the_next_one_s() {
    let mut scripted = Scripted::open(&phantom().join("current"));
    scripted.run(WORK);
    let (shown, unseen_before) = (scripted.words(), unseen(&scripted));
    assert_eq!(made(&scripted), (1, 1));
    scripted.reading.session.change_reader(&scripted.reading.library);
    assert_eq!(made(&scripted), (0, 0), "the view is nobody's work either");
    assert_eq!(scripted.words(), shown);
    scripted.run("undo");
    assert_eq!((made(&scripted), scripted.words()), ((0, 0), shown), "it is not taken back by another");
    assert_ne!(unseen(&scripted), unseen_before, "what somebody else saw was not seen");
    scripted.run("window set 40 100");
    assert_eq!(made(&scripted), (0, 1), "what the next one does is theirs");
}

#[test]
fn what_is_looked_at_on_a_monitor_is_not_recorded_as_seen_by_the_one_before() {
    let mut scripted = bench(false);
    scripted.run("calibration ambient-test");
    assert!(scripted.reading.session.calibrating.ambient_test.is_some());
    scripted.reading.session.change_reader(&scripted.reading.library);
    let session = &scripted.reading.session;
    assert_eq!((session.calibrating.operator.as_str(), &session.calibrating.ambient_test), ("", &None));
    assert!(session.screens[0].pattern.is_none());
}
