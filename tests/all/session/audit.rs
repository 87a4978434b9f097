//! The audit trail of a reading: which study was on screen, from when to when, and what was made of it. PS3.15 A.5.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use hotlight::app::{Auditor, AuditorOptions, audit_source};
use hotlight::audit::{Happening, Summary, TrailOptions, check, each_link, verify};
use hotlight::command::Reader;
use hotlight::session::Session;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::phantom;

/// What is recorded, into a folder.
pub(crate) fn options(folder: &Path) -> AuditorOptions {
    AuditorOptions {
        trail: TrailOptions { folder: folder.to_owned(), bytes_max: 8 << 20, keeps_sent: true },
        server: None,
        source: audit_source(&Reader::account(), Vec::new()),
        archives: BTreeMap::new(),
    }
}

/// What each message says; each is one by the standard, and the trail is whole.
#[track_caller]
pub(crate) fn recorded(folder: &Path) -> Vec<Summary> {
    let mut summaries = Vec::new();
    each_link(folder, |link| {
        assert_eq!(check(&link.message), Ok(()), "{}", link.message);
        summaries.push(Summary::of(&link.message).expect("a summary"));
    })
    .expect("a trail");
    assert_eq!(verify(folder).expect("readable").faults, [""; 0]);
    summaries
}

/// Each event with the number of studies that it is about.
pub(crate) fn events(folder: &Path) -> Vec<(String, usize)> {
    recorded(folder).into_iter().map(|summary| (summary.event, summary.studies.len())).collect()
}

/// Those of a program that was ended, once all is written: its end waits for a slow disk no longer than a moment.
fn all_events(folder: &Path) -> Vec<(String, usize)> {
    let end = Instant::now() + Duration::from_mins(2);
    loop {
        let events = if folder.is_dir() { events(folder) } else { Vec::new() };
        if events.last().is_some_and(|(event, _)| event == "Application Activity: Application Stop") {
            return events;
        }
        assert!(Instant::now() < end, "{events:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A reader's folders.
fn reading(folder: &TempDir) -> Scripted {
    let mut scripted = Scripted::keeping(Some(folder.path().join("kept")));
    let auditor = Auditor::start(options(&folder.path().join("audit"))).expect("threads");
    scripted.reading.audit_with(auditor);
    scripted
}

#[test]
fn a_study_and_the_prior_beside_it_are_recorded_from_when_they_are_seen_to_the_end() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = reading(&folder);
    scripted.run(&format!("open {}", phantom().display()));
    scripted.run("presentation save SEEN");
    drop(scripted);
    let place = folder.path().join("audit");
    let events = all_events(&place);
    let names: Vec<&str> = events.iter().map(|(event, _)| event.as_str()).collect();
    let expected = [
        "Application Activity: Application Start",
        "DICOM Instances Accessed: Study opened",
        "DICOM Instances Accessed: Study shown beside another",
        "DICOM Instances Accessed: Object of the reader's saved",
        "DICOM Instances Accessed: Study closed",
        "DICOM Instances Accessed: Study closed",
        "Application Activity: Application Stop",
    ];
    // Which of the two is seen first is a matter of which is read first.
    let opened = names.iter().position(|name| name.ends_with("Study opened")).expect("it was opened");
    let mut in_order = names.clone();
    in_order[1..3].sort_by_key(|name| !name.ends_with("Study opened"));
    assert_eq!(in_order, expected);
    assert!(events.iter().all(|(event, studies)| *studies == usize::from(event.starts_with("DICOM"))));
    let recorded = recorded(&place);
    let of = |place: usize| recorded[place].studies[0].clone();
    assert_ne!(of(1), of(2));
    assert_eq!(of(opened), of(3), "what was saved is of the study in focus");
    let patient = recorded[1].patients[0].reveal();
    assert!(patient.contains("ZZCANARY"), "the trail names the patient, by its nature");
}

/// As a prior that blinks does.
#[test]
fn what_leaves_the_screen_for_a_moment_is_not_closed() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = reading(&folder);
    scripted.run(&format!("open {}", phantom().display()));
    for _ in 0..3 {
        scripted.run("layout 1x1");
        scripted.run("layout 1x2");
    }
    drop(scripted);
    let events = all_events(&folder.path().join("audit"));
    let count = |name: &str| events.iter().filter(|(event, _)| event.ends_with(name)).count();
    assert_eq!((count("Study opened"), count("beside another"), count("Study closed")), (1, 1, 2));
}

#[test]
fn nothing_is_recorded_unless_it_is_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = Scripted::keeping(Some(folder.path().join("kept")));
    assert!(!scripted.reading.auditor().is_on());
    scripted.run(&format!("open {}", phantom().display()));
    drop(scripted);
    assert!(!folder.path().join("audit").exists());
}

/// As a disk of another machine does that hangs: it says nothing at all.
#[test]
fn a_disk_that_hangs_is_told_when_events_are_lost_and_how_many_once_it_answers() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    std::fs::create_dir(&place).expect("a folder");
    let turn = File::create(place.join("lock")).expect("a file");
    turn.lock().expect("nobody has it");
    let mut scripted = reading(&folder);
    // Twice 1,024 find room at most.
    for _ in 0..3000 {
        scripted.reading.auditor().note(Happening::TrailRead { uri: String::new() });
    }
    let is_told = |words: &'static str| {
        move |session: &Session| session.messages.iter().any(|message| message.text.contains(words))
    };
    scripted.wait_until("events are lost", is_told("what is done now is not recorded"));
    turn.unlock().expect("it is ours");
    scripted.wait_until("it is told how many", is_told("events found no room and are not recorded"));
}
