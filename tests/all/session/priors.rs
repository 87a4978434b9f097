//! Priors: which hang beside the study that is read, by one key and back, and which wait for the reader's word.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::command::Command;
use hotlight::dicom::{StudyUid, Writer};
use hotlight::hanging::{Level, ProtocolFile, Protocols};
use hotlight::render::Picture;
use hotlight::session::{
    Check, Effect, Event, MessageKind, PriorState, Retrieval, RetrievalState, RetrieveOrder, Session,
    Urgency, Zoom, entry_of,
};
use hotlight::study_list::{Answered, Availability, Entry, Held, Place};
use hotlight::testing::Scripted;
use hotlight::units::Phi;
use tempfile::TempDir;

/// A CT of so many planes, 5 mm apart, and what is changed of each.
pub(super) fn ct(folder: &Path, study: &str, date: &str, planes: u16, change: impl Fn(Writer) -> Writer) {
    for plane in 0..planes {
        let uid = format!("2.25.{study}.{plane}");
        let plain = Writer::new(uids::CT_IMAGE_STORAGE, &uid)
            .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}9"))
            .text(tags::FRAME_OF_REFERENCE_UID, &format!("2.25.{study}8"))
            .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
            .text(tags::PATIENT_ID, "4711")
            .text(tags::PATIENT_SEX, "F")
            .text(tags::STUDY_DATE, date)
            .text(tags::STUDY_TIME, "120000")
            .text(tags::STUDY_DESCRIPTION, "CT chest")
            .text(tags::MODALITY, "CT")
            .text(tags::SERIES_DESCRIPTION, "soft")
            .number(tags::INSTANCE_NUMBER, plane + 1)
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 5.0 * f64::from(plane)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .gray_16(2, 2, false)
            .pixels(&[0, 1, 2, 3]);
        change(plain).write_to(&folder.join(format!("{study}-{plane}"))).expect("a file");
    }
}

/// A study of 2026 with nine planes, and one of 2024 with five, changed.
pub(super) fn opened(change: impl Fn(Writer) -> Writer) -> (Scripted, TempDir) {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 9, |writer| writer);
    ct(folder.path(), "2", "20240211", 5, change);
    (Scripted::open(folder.path()), folder)
}

/// The study and the image, from 1, of each viewport on screen.
fn hung(scripted: &Scripted) -> Vec<(String, usize)> {
    let screen = &scripted.reading.session.screens[0];
    let shown = screen.visible().map(|(_, viewport)| match &viewport.source {
        Some(source) => (source.display_set.study.as_str().to_owned(), source.index + 1),
        None => ("nothing".to_owned(), 0),
    });
    shown.collect()
}

#[track_caller]
pub(super) fn check(scripted: &mut Scripted, commands: &str, expected: &[(&str, usize)]) {
    scripted.run(commands);
    let expected: Vec<_> = expected.iter().map(|(study, index)| ((*study).to_owned(), *index)).collect();
    assert_eq!(hung(scripted), expected, "{commands}: {:?}", scripted.reading.session.messages.last());
}

#[test]
fn one_key_hangs_the_prior_beside_and_takes_it_away() {
    let (mut scripted, _folder) = opened(|writer| writer);
    check(&mut scripted, "layout 1x1; scroll to 3", &[("2.25.1", 3)]);
    check(&mut scripted, "prior toggle", &[("2.25.1", 3), ("2.25.2", 2)]);
    assert!(scripted.reading.session.links.scroll, "linked");
    // Ten millimetres are two planes of both, from the two that were seen together.
    check(&mut scripted, "scroll +2", &[("2.25.1", 5), ("2.25.2", 4)]);
    check(&mut scripted, "scroll last", &[("2.25.1", 9), ("2.25.2", 5)]);
    check(&mut scripted, "scroll to 3", &[("2.25.1", 3), ("2.25.2", 2)]);
    // The prior leads as well, and what it is moved by itself stays.
    check(&mut scripted, "viewport 2; scroll +1", &[("2.25.1", 4), ("2.25.2", 3)]);
    check(&mut scripted, "link all; scroll last; link all; scroll -1", &[("2.25.1", 3), ("2.25.2", 4)]);
    check(&mut scripted, "prior toggle", &[("2.25.1", 3)]);
    assert!(!scripted.reading.session.links.any(), "as before");
    check(&mut scripted, "prior 1", &[("2.25.1", 3), ("2.25.2", 2)]);
    check(&mut scripted, "prior 2", &[("2.25.1", 3), ("2.25.2", 2)]);
    assert_eq!(scripted.reading.session.messages.last().expect("a message").text, "There is 1 prior.");
}

#[test]
fn current_and_prior_are_seen_in_one_place_in_turn() {
    let (mut scripted, _folder) = opened(|writer| writer);
    let is_prior = |scripted: &Scripted| scripted.focused().expect("a viewport").labels.is_prior;
    check(&mut scripted, "layout 1x1; scroll to 3; prior blink", &[("2.25.1", 3)]);
    assert!(last_told(&scripted).contains("`prior toggle` hangs a prior"), "{}", last_told(&scripted));
    check(&mut scripted, "prior toggle", &[("2.25.1", 3), ("2.25.2", 2)]);
    check(&mut scripted, "prior blink", &[("2.25.2", 2), ("2.25.2", 2)]);
    assert!(is_prior(&scripted), "it says which it is");
    check(&mut scripted, "prior blink", &[("2.25.1", 3), ("2.25.2", 2)]);
    assert!(!is_prior(&scripted));
    // What is scrolled meanwhile is as far on when the other comes back.
    check(&mut scripted, "scroll +2; prior blink; scroll +1", &[("2.25.2", 5), ("2.25.2", 5)]);
    check(&mut scripted, "prior blink", &[("2.25.1", 6), ("2.25.2", 5)]);
    check(&mut scripted, "scroll -1", &[("2.25.1", 5), ("2.25.2", 4)]);
    // Full size the prior is hidden, and at its place all the same.
    check(&mut scripted, "full; scroll -2; prior blink", &[("2.25.2", 2)]);
    check(&mut scripted, "prior blink; full", &[("2.25.1", 3), ("2.25.2", 2)]);
    // From the prior's side it is the other way round.
    check(&mut scripted, "viewport 2; prior blink", &[("2.25.1", 3), ("2.25.1", 3)]);
    check(&mut scripted, "viewport 1; prior blink", &[("2.25.2", 2), ("2.25.2", 2)]);
    check(&mut scripted, "prior toggle", &[("2.25.1", 3)]);
}

/// The prior has pixels of half the size.
#[test]
fn what_is_seen_in_turn_is_as_large() {
    let (mut scripted, _folder) = opened(|writer| writer.decimals(tags::PIXEL_SPACING, &[0.5, 0.5]));
    let mm_per_pixel = |scripted: &Scripted, pixel_mm: f64| {
        let Picture::Slice(pass) = scripted.focused().expect("a viewport").picture else {
            panic!("an image")
        };
        pass.image_from_view.x_axis().length() * pixel_mm
    };
    scripted.run("layout 1x1; prior toggle");
    let current = mm_per_pixel(&scripted, 1.0);
    scripted.run("prior blink");
    assert!((mm_per_pixel(&scripted, 0.5) - current).abs() < 1e-9);
    scripted.run("prior blink; zoom by 2");
    let current = mm_per_pixel(&scripted, 1.0);
    scripted.run("prior blink");
    assert!((mm_per_pixel(&scripted, 0.5) - current).abs() < 1e-9);
    // As a protocol shows views at one size.
    scripted.run("prior blink");
    scripted.reading.session.screens[0].viewports[0].view.zoom = Zoom::FitTo { columns: 7.0, rows: 7.0 };
    let current = mm_per_pixel(&scripted, 1.0);
    scripted.run("prior blink");
    assert!((mm_per_pixel(&scripted, 0.5) - current).abs() < 1e-9);
}

#[test]
fn viewports_that_are_exchanged_still_go_along_and_the_prior_is_taken_away() {
    let (mut scripted, _folder) = opened(|writer| writer);
    check(&mut scripted, "layout 1x1; scroll to 3; viewport swap", &[("2.25.1", 3)]);
    assert_eq!(last_told(&scripted), "There is only one viewport.");
    check(&mut scripted, "prior toggle; viewport swap", &[("2.25.2", 2), ("2.25.1", 3)]);
    check(&mut scripted, "viewport 2; scroll +2", &[("2.25.2", 4), ("2.25.1", 5)]);
    check(&mut scripted, "prior toggle", &[("2.25.1", 5)]);
    check(&mut scripted, "layout 1x2; viewport 2; viewport swap", &[("2.25.2", 3), ("2.25.1", 5)]);
}

#[test]
fn of_several_priors_each_hangs_in_its_turn() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    ct(folder.path(), "2", "20240211", 3, |writer| writer);
    ct(folder.path(), "3", "20230211", 3, |writer| writer);
    ct(folder.path(), "4", "20260101", 3, |writer| writer.text(tags::STUDY_DESCRIPTION, "CT foot"));
    let mut scripted = Scripted::open(folder.path());
    check(&mut scripted, "layout 1x1; prior toggle", &[("2.25.1", 2), ("2.25.2", 2)]);
    check(&mut scripted, "prior next", &[("2.25.1", 2), ("2.25.3", 2)]);
    check(&mut scripted, "prior next", &[("2.25.1", 2), ("2.25.2", 2)]);
    check(&mut scripted, "prior previous", &[("2.25.1", 2), ("2.25.3", 2)]);
    check(&mut scripted, "prior toggle", &[("2.25.1", 2)]);
    let lines: Vec<_> = scripted.reading.session.prior_lines(&scripted.reading.library).collect();
    let why: Vec<_> =
        lines.iter().map(|line| (line.entry.study.date.as_str(), line.reasons[0].as_str())).collect();
    assert_eq!(
        why,
        [
            ("20240211", "the same region, chest by its description"),
            ("20230211", "the same region, chest by its description"),
            ("20260101", "it shows another part of the body: foot"),
        ]
    );
}

#[test]
fn a_contradiction_waits_for_the_readers_word() {
    let (mut scripted, _folder) = opened(|writer| writer.text(tags::PATIENT_SEX, "M"));
    check(&mut scripted, "prior toggle", &[("2.25.1", 5)]);
    let told = scripted.reading.session.messages.last().expect("a message").text.clone();
    assert_eq!(
        told,
        "A study has the same Patient ID, but the sex differs: `prior accept 1` takes it for the same patient's."
    );
    let is_prior = |scripted: &Scripted, place: usize| {
        let plan = scripted.plan();
        plan.viewports.get(place).is_some_and(|viewport| viewport.labels.is_prior)
    };
    check(&mut scripted, "study 2", &[("2.25.2", 3)]);
    assert!(!is_prior(&scripted, 0), "not before the reader has said so");
    check(&mut scripted, "study 1; prior accept 1; prior toggle", &[("2.25.1", 5), ("2.25.2", 3)]);
    assert!(is_prior(&scripted, 1));
    let caution = scripted.reading.session.messages.iter().any(|told| told.kind == MessageKind::Caution);
    assert!(caution, "it is no small thing");
}

#[test]
fn the_same_id_of_another_issuer_is_another_patient() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer.text(tags::ISSUER_OF_PATIENT_ID, "NORTH"));
    ct(folder.path(), "2", "20240211", 3, |writer| writer.text(tags::ISSUER_OF_PATIENT_ID, "SOUTH"));
    let mut scripted = Scripted::open(folder.path());
    check(&mut scripted, "prior toggle", &[("2.25.1", 2)]);
    assert!(scripted.plan().viewports.iter().all(|viewport| !viewport.labels.is_prior));
    let ranking = &scripted.reading.session.priors.ranking;
    assert_eq!((ranking.picked.len(), ranking.conflicting.len()), (0, 0));
    assert_eq!(ranking.left_out[0].why, "of another patient");
}

/// A study as an archive answers.
fn answered(scripted: &Scripted, study: &str, date: &str, place: Place) -> Entry {
    let mut entry = entry_of(&scripted.reading.library.studies()[0]);
    entry.study.uid = StudyUid::new(study);
    date.clone_into(&mut entry.study.date);
    entry.held =
        vec![Held { place, series: None, instances: None, of: None, availability: Availability::Online }];
    entry
}

/// The session alone, and what it asks of the world.
#[test]
fn priors_are_asked_for_fetched_in_the_background_and_sooner_when_the_reader_wants_one() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let mut scripted = Scripted::open(folder.path());
    let found = vec![
        answered(&scripted, "2.25.2", "20240211", Place::Archive("NORTH".to_owned())),
        answered(&scripted, "2.25.3", "20230211", Place::Store),
    ];
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let north = Place::Archive("NORTH".to_owned());
    let known = Event::PlacesKnown { places: vec![Place::Store, north.clone()], no_store: None };
    let effects = session.absorb(&known, library);
    let [Effect::FindStudies(question, asked)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(asked.patient_id.reveal(), "4711");
    let question = *question;
    let found = Event::StudiesFound { question, place: north.clone(), entries: found.into() };
    assert_eq!(session.absorb(&found, library), []);
    // Another question's answer is nobody's business here.
    let outcome = Ok(Answered { count: 2, is_truncated: false });
    let other = Event::FindEnded { question: question + 7, place: north.clone(), outcome: outcome.clone() };
    assert_eq!(session.absorb(&other, library), []);
    let effects =
        session.absorb(&Event::FindEnded { question, place: north, outcome: outcome.clone() }, library);
    let [Effect::Retrieve(order)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((order.study.as_str(), order.urgency), ("2.25.2", Urgency::Background));
    let store = Event::FindEnded { question, place: Place::Store, outcome };
    assert_eq!(session.absorb(&store, library), [], "once is enough");
    assert_eq!(session.priors_ready(library), (1, 2), "the store has one");
    let retrieval = |state, received| {
        let retrieval = Retrieval { order: order.clone(), received, expected: Some(5), state };
        Event::Retrieving(Box::new(retrieval))
    };
    session.absorb(&retrieval(RetrievalState::Running, 2), library);
    let lines: Vec<_> = session.prior_lines(library).collect();
    assert!(matches!(&lines[0].state, PriorState::Arriving(retrieval) if retrieval.count() == "2 of 5"));
    let toggle = Command::parse("prior toggle").expect("a command");
    let effects = session.apply(&toggle, library);
    let [Effect::Retrieve(sooner)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((sooner.study.as_str(), sooner.urgency), ("2.25.2", Urgency::Foreground));
    let told = &session.messages.last().expect("a message").text;
    assert!(told.starts_with("Prior CT 2024-02-11 is fetched from NORTH: it hangs as soon as"), "{told}");
    let lost = || RetrievalState::Incomplete("the archive has lost it".to_owned());
    session.absorb(&retrieval(lost(), 0), library);
    let lines: Vec<_> = session.prior_lines(library).collect();
    assert_eq!(lines[0].state, PriorState::Failed("the archive has lost it".to_owned()));
    // What failed is asked for again when the reader asks again.
    let effects = session.apply(&toggle, library);
    assert!(matches!(effects.as_slice(), [Effect::Retrieve(again)] if again == sooner), "{effects:?}");
    session.absorb(&retrieval(lost(), 2), library);
    let lines: Vec<_> = session.prior_lines(library).collect();
    assert!(matches!(lines[0].state, PriorState::Partial(_, "the archive has lost it")));
    assert_eq!(session.priors_ready(library), (1, 2), "what is not whole is not ready");
    let next = Command::parse("prior 2").expect("a command");
    assert_eq!(session.apply(&next, library), [Effect::OpenStored(StudyUid::new("2.25.3"))]);
}

pub(super) fn last_told(scripted: &Scripted) -> String {
    scripted.reading.session.messages.last().expect("a message").text.clone()
}

/// Archives that have a prior, which is fetched for the reader; what comes of it is of a man.
#[test]
fn what_comes_as_a_prior_hangs_only_if_its_images_are_of_the_patient() {
    for (sex, hangs) in [("F", true), ("M", false)] {
        let folder = TempDir::new().expect("a folder");
        ct(folder.path(), "1", "20261120", 3, |writer| writer);
        let mut scripted = Scripted::open(folder.path());
        let north = Place::Archive("NORTH".to_owned());
        let entry = answered(&scripted, "2.25.2", "20240211", north.clone());
        let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
        session.absorb(&Event::PlacesKnown { places: vec![north.clone()], no_store: None }, library);
        let found = Event::StudiesFound { question: 1, place: north, entries: vec![entry].into() };
        session.absorb(&found, library);
        let toggle = Command::parse("prior toggle").expect("a command");
        let effects = session.apply(&toggle, library);
        assert!(matches!(effects.as_slice(), [Effect::Retrieve(_)]), "{effects:?}");
        ct(folder.path(), "2", "20240211", 3, |writer| writer.text(tags::PATIENT_SEX, sex));
        let again = hotlight::units::Phi::new(folder.path().to_path_buf());
        scripted.reading.event(&Event::FilesChosen(vec![again]));
        scripted.settle();
        let is_hung = hung(&scripted).iter().any(|(study, _)| study == "2.25.2");
        assert_eq!(is_hung, hangs, "{sex}: {:?}", hung(&scripted));
        let why =
            "The study that was to hang as a prior does not hang: the same Patient ID, but the sex differs.";
        let told = scripted.reading.session.messages.iter().any(|told| told.text == why);
        assert_eq!(told, !hangs, "{sex}: {:?}", scripted.reading.session.messages);
    }
}

/// The reader opens a study from the list, and it is here.
fn open_study(scripted: &mut Scripted, study: &str) {
    let study = StudyUid::new(study);
    drop(scripted.reading.session.open_study(study.clone(), Effect::OpenStored(study.clone())));
    scripted.reading.event(&Event::IndexBegun { study: Some(study) });
    scripted.reading.event(&Event::IndexEnded { is_cut_short: false });
}

#[test]
fn what_is_opened_is_seen_though_a_hidden_viewport_shows_it() {
    let (mut scripted, _folder) = opened(|writer| writer);
    check(&mut scripted, "layout 1x2; scroll to 3", &[("2.25.1", 3), ("2.25.2", 3)]);
    open_study(&mut scripted, "2.25.2");
    check(&mut scripted, "scroll +1", &[("2.25.1", 3), ("2.25.2", 4)]);
    check(&mut scripted, "viewport 1; layout 1x1", &[("2.25.1", 3)]);
    open_study(&mut scripted, "2.25.2");
    assert_eq!(hung(&scripted), [("2.25.2".to_owned(), 3)]);
}

#[test]
fn what_comes_before_the_study_that_was_opened_does_not_hang_in_its_place() {
    let (earlier, later) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    ct(earlier.path(), "2", "20240211", 5, |writer| writer);
    ct(later.path(), "1", "20261120", 9, |writer| writer);
    let mut scripted = Scripted::empty();
    let mut come = |folder: &TempDir| {
        scripted.reading.event(&Event::FilesChosen(vec![Phi::new(folder.path().to_owned())]));
        scripted.reading.session.wait_for(StudyUid::new("2.25.1"));
        scripted.settle();
        hung(&scripted)
    };
    assert_eq!(come(&earlier), [("nothing".to_owned(), 0)]);
    assert_eq!(come(&later), [("2.25.1".to_owned(), 5), ("2.25.2".to_owned(), 3)]);
}

#[test]
fn files_that_the_reader_chooses_hang_though_a_study_was_waited_for() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let mut scripted = Scripted::empty();
    scripted.reading.session.wait_for(StudyUid::new("2.25.9"));
    scripted.reading.event(&Event::FilesChosen(vec![Phi::new(folder.path().to_owned())]));
    scripted.settle();
    assert_eq!(hung(&scripted), [("2.25.1".to_owned(), 2)]);
}

#[test]
fn what_is_opened_takes_the_place_of_the_study_and_of_the_prior_beside_it() {
    let (mut scripted, folder) = opened(|writer| writer);
    let other = TempDir::new().expect("a folder");
    ct(other.path(), "3", "20250101", 3, |writer| writer.text(tags::PATIENT_ID, "4712"));
    check(&mut scripted, "layout 1x1; prior toggle", &[("2.25.1", 5), ("2.25.2", 3)]);
    let path = hotlight::units::Phi::new(other.path().to_path_buf());
    scripted.reading.event(&Event::FilesChosen(vec![path]));
    scripted.settle();
    open_study(&mut scripted, "2.25.3");
    assert_eq!(hung(&scripted), [("2.25.3".to_owned(), 2)]);
    assert!(!scripted.reading.session.links.any(), "links of the prior are gone with it");
    drop(folder);
}

#[test]
fn what_does_not_come_is_waited_for_no_more() {
    let (mut scripted, _folder) = opened(|writer| writer);
    check(&mut scripted, "layout 1x1", &[("2.25.1", 5)]);
    let study = StudyUid::new("2.25.2");
    drop(scripted.reading.session.open_study(study.clone(), Effect::OpenStored(study.clone())));
    let order = RetrieveOrder { study, archive: "NORTH".to_owned(), urgency: Urgency::Foreground };
    let state = RetrievalState::Incomplete("it is off".to_owned());
    let failed = Retrieval { order, received: 0, expected: None, state };
    scripted.reading.event(&Event::Retrieving(Box::new(failed)));
    // It comes another way.
    scripted.reading.event(&Event::IndexBegun { study: None });
    scripted.reading.event(&Event::IndexEnded { is_cut_short: false });
    assert_eq!(hung(&scripted), [("2.25.1".to_owned(), 5)]);
    // And what has nothing to hang, or went from the store, is told.
    open_study(&mut scripted, "2.25.9");
    assert_eq!(last_told(&scripted), "Nothing of the study that was opened can be shown.");
    let count = scripted.reading.session.messages.len();
    scripted.reading.event(&Event::IndexBegun { study: None });
    scripted.reading.event(&Event::IndexEnded { is_cut_short: false });
    assert_eq!(scripted.reading.session.messages.len(), count, "once");
}

/// There is nobody to fetch it.
#[test]
fn what_is_made_and_cannot_be_fetched_is_waited_for_no_more() {
    let mut scripted = Scripted::empty();
    scripted.reading.retrieve_made(Some(StudyUid::new("2.25.9")), Box::new(Vec::<RetrieveOrder>::new));
    assert_eq!(scripted.reading.session.awaited, None);
    assert_eq!(last_told(&scripted), "Nothing of the study that was opened can be shown.");
}

#[test]
fn what_hangs_in_the_place_of_the_prior_does_not_go_along() {
    let folder = TempDir::new().expect("a folder");
    for (study, date) in [("1", "20261120"), ("2", "20240211"), ("3", "20230211")] {
        ct(folder.path(), study, date, 5, |writer| writer);
    }
    let mut scripted = Scripted::open(folder.path());
    check(&mut scripted, "layout 1x1; prior toggle", &[("2.25.1", 3), ("2.25.2", 3)]);
    check(&mut scripted, "viewport 2; study 3", &[("2.25.1", 3), ("2.25.3", 3)]);
    check(&mut scripted, "viewport 1; scroll +1", &[("2.25.1", 4), ("2.25.3", 3)]);
}

#[test]
fn nobody_is_taken_for_the_patient_while_archives_are_still_answering() {
    let (mut scripted, _folder) = opened(|writer| writer.text(tags::PATIENT_SEX, "M"));
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let north = Place::Archive("NORTH".to_owned());
    let effects =
        session.absorb(&Event::PlacesKnown { places: vec![north.clone()], no_store: None }, library);
    let [Effect::FindStudies(question, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let accept = Command::parse("prior accept 1").expect("a command");
    session.apply(&accept, library);
    assert_eq!(
        session.messages.last().expect("a message").text,
        "Archives are still answering: look again, then say so."
    );
    assert_eq!(session.priors.ranking.conflicting.len(), 1);
    let ended = |outcome| Event::FindEnded { question: *question, place: north.clone(), outcome };
    session.absorb(&ended(Ok(Answered { count: 0, is_truncated: false })), library);
    session.apply(&accept, library);
    assert_eq!(session.priors.ranking.conflicting.len(), 0);
}

#[test]
fn a_stage_beside_a_prior_is_not_passed_over_in_silence_while_archives_are_still_answering() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let text = "schema = 1\nname = \"CT\"\n[when]\nmodality = \"CT\"\n[sets.now]\npick = { modality = \"CT\" }\n\
        [sets.before]\nlike = \"now\"\nfrom = { prior = { same = \"modality\" } }\noptional = true\n\
        [[stages]]\nname = \"alone\"\nscreens.main.grid = [\"A\"]\nviews.A.set = \"now\"\n\
        [[stages]]\nname = \"beside\"\nneeds = [\"before\"]\nscreens.main.grid = [\"A\"]\nviews.A.set = \"before\"\n\
        [[stages]]\nname = \"again\"\nscreens.main.grid = [\"A\"]\nviews.A.set = \"now\"\n";
    let file = ProtocolFile { id: "ct".to_owned(), level: Level::User, path: None, text: text.to_owned() };
    let (protocols, errors) = Protocols::read(&[file]);
    assert!(errors.is_empty(), "{errors:#?}");
    let mut scripted = Scripted::empty();
    scripted.reading.session.settings.protocols = Arc::new(protocols);
    scripted.run(&format!("open {}", folder.path().display()));
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let place = Place::Archive("NORTH".to_owned());
    let effects =
        session.absorb(&Event::PlacesKnown { places: vec![place.clone()], no_store: None }, library);
    let [Effect::FindStudies(question, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let next = Command::parse("stage next").expect("a command");
    let told = "Priors are still looked for: stages that show one come when it is found.";
    let is_told = |session: &Session| session.messages.iter().any(|message| message.text == told);
    session.apply(&next, library);
    assert!(is_told(session), "{:?}", session.messages);
    session.messages.clear();
    let outcome = Ok(Answered { count: 0, is_truncated: false });
    session.absorb(&Event::FindEnded { question: *question, place, outcome }, library);
    session.apply(&next, library);
    assert!(!is_told(session), "there is none");
}

#[test]
fn an_archive_that_does_not_say_whether_there_are_priors_is_named_and_asked_again() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let mut scripted = Scripted::open(folder.path());
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let main = Place::Archive("MAIN".to_owned());
    let known = Event::PlacesKnown { places: vec![Place::Store, main.clone()], no_store: None };
    let effects = session.absorb(&known, library);
    let [Effect::FindStudies(question, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let ended = |place: Place, outcome| Event::FindEnded { question: *question, place, outcome };
    session.absorb(&ended(Place::Store, Ok(Answered { count: 1, is_truncated: false })), library);
    session.absorb(&ended(main, Err("nothing listens there".to_owned())), library);
    session.apply(&Command::parse("prior toggle").expect("a command"), library);
    let told = &session.messages.last().expect("a message").text;
    assert_eq!(told, "No prior is known, and MAIN did not answer.");
    let reached =
        |archive: &str| Event::ArchiveReached { archive: archive.to_owned(), now_ms: 0.0, outcome: Ok(()) };
    assert_eq!(session.absorb(&reached("OTHER"), library), []);
    let effects = session.absorb(&reached("MAIN"), library);
    assert!(matches!(effects.as_slice(), [Effect::FindStudies(..)]), "{effects:?}");
    assert_eq!(session.absorb(&reached("MAIN"), library), [], "once");
}

#[test]
fn half_a_prior_in_the_store_is_half_a_prior() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let scripted = Scripted::open(folder.path());
    let (session, library) = (&scripted.reading.session, &scripted.reading.library);
    let mut entry = answered(&scripted, "2.25.2", "20240211", Place::Store);
    entry.held[0].instances = Some(5);
    assert_eq!(session.prior_state(&entry, library), PriorState::Stored);
    entry.held[0].of = Some(6);
    assert!(
        matches!(session.prior_state(&entry, library), PriorState::Partial(count, _) if count == "5 of 6")
    );
    let north = answered(&scripted, "2.25.2", "20240211", Place::Archive("NORTH".to_owned()));
    entry.held.extend(north.held);
    assert_eq!(session.prior_state(&entry, library), PriorState::OnArchive("NORTH"));
}

#[test]
fn what_is_remembered_of_archives_is_bounded_and_keeps_what_matters() {
    let mut scripted = Scripted::empty();
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let retrieving = |number: usize, state| {
        let study = StudyUid::new(&format!("2.25.{number}"));
        let order = RetrieveOrder { study, archive: "NORTH".to_owned(), urgency: Urgency::Background };
        Event::Retrieving(Box::new(Retrieval { order, received: 1, expected: Some(2), state }))
    };
    let half = || RetrievalState::Incomplete("it is off".to_owned());
    session.absorb(&retrieving(0, half()), library);
    for number in 1..400 {
        session.absorb(&retrieving(number, RetrievalState::Running), library);
        session.absorb(&retrieving(number, RetrievalState::Whole), library);
    }
    assert_eq!(session.archives.retrievals.len(), 256);
    assert!(session.archives.retrieval(&StudyUid::new("2.25.0")).is_some(), "something of it is missing");
    // What is fetched again is the latest.
    session.absorb(&retrieving(0, RetrievalState::Waiting), library);
    let latest = session.archives.retrievals.last().expect("retrievals");
    assert_eq!(latest.order.study.as_str(), "2.25.0");
    for number in 0..400 {
        let check = if number == 0 { Check::Gone } else { Check::Same };
        let (study, archive) = (StudyUid::new(&format!("2.25.{number}")), "NORTH".to_owned());
        session.absorb(&Event::StudyChecked { study, archive, check }, library);
    }
    assert_eq!(session.archives.checks.len(), 256);
    assert!(session.archives.checks.contains_key(&StudyUid::new("2.25.0")));
}

/// The reader goes from one patient's study to another's while archives still answer for the first, and back once all is said.
#[test]
fn what_was_asked_of_the_study_before_is_called_off_while_it_is_under_way() {
    let (mut scripted, _folder) = opened(|writer| writer.text(tags::PATIENT_ID, "4712"));
    let (session, library) = (&mut scripted.reading.session, &scripted.reading.library);
    let north = Place::Archive("NORTH".to_owned());
    let effects =
        session.absorb(&Event::PlacesKnown { places: vec![north.clone()], no_store: None }, library);
    let [Effect::FindStudies(first, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let effects = session.apply(&Command::parse("study 2").expect("a command"), library);
    let [Effect::CancelFind(called_off), Effect::FindStudies(second, asked)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((called_off, asked.patient_id.reveal().as_str()), (first, "4712"));
    let ended = |question| {
        let outcome = Ok(Answered { count: 0, is_truncated: false });
        Event::FindEnded { question, place: north.clone(), outcome }
    };
    // It ends all the same, and nobody is waiting for it.
    assert_eq!(session.absorb(&ended(*first), library), []);
    assert_eq!(session.absorb(&ended(*second), library), []);
    let effects = session.apply(&Command::parse("study 1").expect("a command"), library);
    assert!(matches!(effects.as_slice(), [Effect::FindStudies(..)]), "{effects:?}");
}

/// There is nobody to take the question: it ends all the same.
#[test]
fn a_question_that_nobody_takes_has_ended() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 3, |writer| writer);
    let mut scripted = Scripted::open(folder.path());
    let places = vec![Place::Archive("NORTH".to_owned())];
    scripted.reading.event(&Event::PlacesKnown { places, no_store: None });
    scripted.run("prior toggle");
    assert_eq!(last_told(&scripted), "No prior is known, and NORTH did not answer.");
}
