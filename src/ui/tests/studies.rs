//! The list of studies.

use std::sync::Arc;

use egui::{Event, Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::dicom::{PatientAttributes, StudyAttributes, StudyUid};
use crate::session::{Event as News, Retrieval, RetrievalState, RetrieveOrder, ScanState, Urgency};
use crate::study_list::{Answered, Availability, Day, Entry, Held, Place, SavedFilter};
use crate::units::Phi;

use super::desk::{Desk, check, ct, key, open, press, read, release, text};

fn phi(text: &str) -> Phi<String> {
    Phi::new(text.to_owned())
}

fn archive(name: &str) -> Place {
    Place::Archive(name.to_owned())
}

/// A study of 9 images; of the patient of its hundreds, so that 101 and 105 are of one.
fn study(number: usize, place: &Place) -> Entry {
    Entry {
        patient: PatientAttributes {
            name: phi(&format!("NOBODY^P{}", number / 100)),
            id: phi(&format!("ID{}", number / 100)),
            birth_date: phi("19400110"),
            sex: "F".to_owned(),
            ..PatientAttributes::default()
        },
        study: StudyAttributes {
            uid: StudyUid::new(&format!("2.25.1{number}")),
            date: "20261120".to_owned(),
            time: format!("{:02}{:02}00", number / 60 % 24, number % 60),
            description: "CT chest".to_owned(),
            accession: phi(&format!("A{number}")),
            procedures: Vec::new(),
        },
        modalities: vec!["CT".to_owned()],
        body_parts: Vec::new(),
        laterality: String::new(),
        held: vec![Held {
            place: place.clone(),
            series: Some(2),
            instances: Some(9),
            of: None,
            availability: Availability::Online,
        }],
    }
}

fn found(desk: &mut Desk, question: u32, entries: Vec<Entry>) {
    let place = entries[0].held[0].place.clone();
    desk.hear(&News::StudiesFound { question, place, entries: Arc::new(entries) });
}

fn ended(desk: &mut Desk, question: u32, place: &Place, outcome: Result<usize, &str>) {
    let outcome = outcome.map(|count| Answered { count, is_truncated: false }).map_err(str::to_owned);
    desk.hear(&News::FindEnded { question, place: place.clone(), outcome });
}

/// The store and an archive, asked and not heard yet.
fn asked() -> Desk {
    let mut desk = Desk::new();
    desk.hear(&News::DayBegan(Day::parse("20261128").expect("a day")));
    desk.hear(&News::FiltersRead(SavedFilter::shipped()));
    desk.hear(&News::PlacesKnown { places: vec![Place::Store, archive("MAIN")], no_store: None });
    desk.run("studies")
}

/// Study 205 is here, 101, 105 and 302 are on MAIN: the newest first that is 302, 205, 105, 101.
pub(super) fn listed() -> Desk {
    let mut desk = asked();
    found(&mut desk, 1, vec![study(205, &Place::Store)]);
    found(&mut desk, 1, [101, 105, 302].map(|number| study(number, &archive("MAIN"))).to_vec());
    ended(&mut desk, 1, &Place::Store, Ok(1));
    ended(&mut desk, 1, &archive("MAIN"), Ok(3));
    desk.effects.clear();
    desk
}

fn chosen(harness: &Harness<'_, Desk>) -> Option<String> {
    let studies = &harness.state().session.studies;
    studies.chosen_place().and_then(|place| studies.list.at(place)).map(|row| row.accession().to_owned())
}

fn effects(harness: &mut Harness<'_, Desk>) -> Vec<String> {
    std::mem::take(&mut harness.state_mut().effects)
}

fn typed(letters: &str) -> Vec<Event> {
    letters.chars().map(|letter| text(&letter.to_string())).collect()
}

/// One key a frame, as hands type.
fn type_slowly(harness: &mut Harness<'_, Desk>, letters: &str) {
    for event in typed(letters) {
        harness.input_mut().events.push(event);
        harness.run();
    }
}

const RETRIEVE_101: &str =
    "Retrieve(RetrieveOrder { study: StudyUid(\"2.25.1101\"), archive: \"MAIN\", urgency: Foreground })";

#[test]
fn a_key_opens_the_list_and_asks_every_place_for_the_last_days() {
    let mut desk = Desk::new();
    desk.hear(&News::DayBegan(Day::parse("20261128").expect("a day")));
    desk.hear(&News::PlacesKnown { places: vec![archive("MAIN")], no_store: None });
    let mut harness = open(desk);
    check(&mut harness, vec![key(Key::L, Modifiers::COMMAND)], &["studies"]);
    let asked = effects(&mut harness);
    assert!(
        asked.len() == 1
            && asked[0].starts_with("FindStudies(1, ")
            && asked[0].contains("recent_from: \"20261122\""),
        "{asked:?}"
    );
    harness.get_by_label("Asking for studies");
    // Asked again, the question before is called off.
    check(&mut harness, vec![press(Key::F5)], &["studies ask"]);
    let asked = effects(&mut harness);
    assert!(asked[0] == "CancelFind(1)" && asked[1].starts_with("FindStudies(2, "), "{asked:?}");
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(!harness.state().session.studies.is_open);
}

#[test]
fn rows_are_told_with_what_they_are_and_keys_choose_among_them() {
    let mut harness = open(listed());
    let rows = [
        "1. NOBODY^P3, ID3, CT chest, 2026-11-20 05:02, CT, 9 images, on MAIN, A302",
        "2. NOBODY^P2, ID2, CT chest, 2026-11-20 03:25, CT, 9 images, here, A205",
        "3. NOBODY^P1, ID1, CT chest, 2026-11-20 01:45, CT, 9 images, on MAIN, A105",
    ];
    for row in rows {
        assert_eq!(harness.get_by_label(row).accesskit_node().role(), Role::ListBoxOption, "{row}");
    }
    assert_eq!(chosen(&harness), None, "what comes next could stand there");
    check(&mut harness, vec![press(Key::Enter)], &["studies open"]);
    assert_eq!(effects(&mut harness), [""; 0]);
    check(&mut harness, vec![release(Key::Enter), press(Key::ArrowDown)], &["studies line +1"]);
    assert_eq!(chosen(&harness).as_deref(), Some("A302"));
    check(&mut harness, vec![press(Key::End)], &["studies line last"]);
    assert_eq!(chosen(&harness).as_deref(), Some("A101"));
    check(&mut harness, vec![press(Key::PageUp)], &["studies line -20"]);
    assert_eq!(chosen(&harness).as_deref(), Some("A302"));
    check(&mut harness, vec![press(Key::ArrowDown), press(Key::ArrowDown)], &["studies line +1"; 2]);
    check(&mut harness, vec![press(Key::Home)], &["studies line first"]);
    assert_eq!(chosen(&harness).as_deref(), Some("A302"));
    harness.get_by_label(rows[2]).click();
    check(&mut harness, Vec::new(), &["studies line 3"]);
    // The choice is a study, not a place: a newer one comes above it.
    found(harness.state_mut(), 1, vec![study(909, &archive("MAIN"))]);
    harness.run();
    assert_eq!(chosen(&harness).as_deref(), Some("A105"));
    assert_eq!(harness.state().session.studies.chosen_place(), Some(3));
}

#[test]
fn typing_filters_and_enter_opens_what_is_here_or_fetches_it() {
    let mut harness = open(listed());
    type_slowly(&mut harness, "p1 a10");
    assert_eq!(harness.state().session.studies.list.shown_count(), 2);
    assert_eq!(chosen(&harness).as_deref(), Some("A105"), "the first of what is left");
    type_slowly(&mut harness, "1");
    assert_eq!(chosen(&harness).as_deref(), Some("A101"));
    check(&mut harness, vec![press(Key::Enter)], &["studies open"]);
    assert_eq!(effects(&mut harness), [RETRIEVE_101]);
    // The list stays until there is an image.
    assert!(harness.state().session.studies.is_open);
    harness.get_by_label("Opening CT chest: on MAIN");
    let order = RetrieveOrder {
        study: StudyUid::new("2.25.1101"),
        archive: "MAIN".to_owned(),
        urgency: Urgency::Foreground,
    };
    let retrieval = Retrieval { order, received: 3, expected: Some(9), state: RetrievalState::Running };
    harness.state_mut().hear(&News::Retrieving(Box::new(retrieval)));
    harness.run();
    harness.get_by_label("Opening CT chest: arriving 3/9");
    let folder = tempfile::tempdir().expect("a folder");
    // The study "101" of the desk has this UID.
    harness.state_mut().take(vec![read(folder.path(), ct("101", "1", 1))], Vec::new());
    harness.run();
    assert!(!harness.state().session.studies.is_open);
    assert!(harness.state().session.focused_viewport().is_some_and(|viewport| viewport.source.is_some()));
    // What is here is read from here.
    let mut harness = open(listed().run("studies filter A205"));
    check(&mut harness, vec![press(Key::Enter)], &["studies open"]);
    assert_eq!(effects(&mut harness), ["OpenStored(StudyUid(\"2.25.1205\"))"]);
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
    assert!(harness.state().session.studies.is_open, "what is opened is given up first");
    check(&mut harness, vec![release(Key::Escape), press(Key::Escape)], &["cancel"]);
    assert!(!harness.state().session.studies.is_open);
}

#[test]
fn a_scanned_number_opens_exactly_its_study_whatever_was_typed_before() {
    let mut harness = open(listed());
    type_slowly(&mut harness, "p3 ");
    harness.run_steps(5);
    let mut events = typed("A101");
    events.extend([press(Key::Enter), release(Key::Enter)]);
    check(&mut harness, events, &["type ⟨phi⟩", "studies scan ⟨phi⟩"]);
    assert_eq!(effects(&mut harness), [RETRIEVE_101]);
    assert_eq!(chosen(&harness).as_deref(), Some("A101"));
    // By hand the same letters filter, and Enter takes what is chosen.
    let mut harness = open(listed());
    type_slowly(&mut harness, "A101");
    check(&mut harness, vec![press(Key::Enter)], &["studies open"]);
}

/// A slow frame comes in the middle of a number, whose end is the number of another study.
#[test]
fn the_end_of_a_torn_number_is_no_number() {
    let mut harness = open(listed());
    check(&mut harness, typed("XX"), &["type ⟨phi⟩"]);
    let mut events = typed("A101");
    events.extend([press(Key::Enter), release(Key::Enter)]);
    check(&mut harness, events, &["type ⟨phi⟩", "studies open"]);
    assert_eq!(effects(&mut harness), [""; 0]);
    assert_eq!(harness.state().session.studies.typed().reveal(), "XXA101");
}

#[test]
fn a_scanned_number_that_is_only_part_of_another_opens_nothing_and_is_asked_for() {
    let mut harness = open(listed());
    let mut events = typed("ID20");
    events.push(press(Key::Enter));
    check(&mut harness, events, &["type ⟨phi⟩", "studies scan ⟨phi⟩"]);
    let asked = effects(&mut harness);
    assert!(asked.len() == 1 && asked[0].starts_with("FindStudies(2, "), "{asked:?}");
    harness.get_by_label("Scanned ID20: looking for it");
    let state = harness.state_mut();
    ended(state, 2, &Place::Store, Ok(0));
    assert_eq!(state.effects, [""; 0], "MAIN has not answered yet");
    ended(state, 2, &archive("MAIN"), Err("MAIN refused the association."));
    let asked = effects(&mut harness);
    assert!(asked.len() == 1 && asked[0].starts_with("FindStudies(3, "), "then as a Patient ID: {asked:?}");
    ended(harness.state_mut(), 3, &Place::Store, Ok(0));
    ended(harness.state_mut(), 3, &archive("MAIN"), Err("MAIN refused the association."));
    harness.run();
    harness
        .get_by_label("Scanned ID20: no study has this accession number or patient ID. Not answered: MAIN.");
    assert_eq!(effects(&mut harness), [""; 0]);
}

#[test]
fn of_several_studies_with_a_scanned_number_the_reader_chooses() {
    let mut harness = open(listed().run("studies scan ID1"));
    harness.get_by_label("Scanned ID1: 2 studies have it. Choose one.");
    assert_eq!((chosen(&harness), harness.state().session.studies.list.shown_count()), (None, 2));
    assert_eq!(effects(&mut harness), [""; 0]);
    check(&mut harness, vec![press(Key::Enter)], &["studies open"]);
    assert_eq!(effects(&mut harness), [""; 0], "none was chosen");
}

#[test]
fn a_scanned_number_waits_for_places_and_opens_nothing_that_they_contradict_each_other_in() {
    let mut desk = asked();
    desk.effects.clear();
    found(&mut desk, 1, vec![study(101, &archive("MAIN"))]);
    desk.obey("studies scan A101");
    assert_eq!(desk.effects, [""; 0], "the store may know another");
    let mut other = study(101, &Place::Store);
    other.patient.sex = "M".to_owned();
    found(&mut desk, 1, vec![other]);
    ended(&mut desk, 1, &archive("MAIN"), Ok(1));
    ended(&mut desk, 1, &Place::Store, Ok(1));
    assert_eq!(desk.effects, [""; 0]);
    let scan = desk.session.studies.scan.as_ref().expect("told");
    assert_eq!(scan.state, ScanState::Conflict);
    let harness = open(desk);
    assert_eq!(chosen(&harness).as_deref(), Some("A101"));
}

#[test]
fn a_place_that_fails_says_why_and_the_others_go_on() {
    let mut desk = asked();
    found(&mut desk, 1, vec![study(205, &Place::Store)]);
    ended(&mut desk, 1, &archive("MAIN"), Err("the connection was refused"));
    let mut harness = open(desk);
    harness.get_by_label("MAIN: no answer");
    harness.get_by_label("this machine 1…");
    harness.get_by_label("1 of 1");
    harness.state_mut().obey("studies filter xyzzy");
    harness.run();
    harness.get_by_label("None of 1 studies holds all that is typed");
    harness.get_by_label("MAIN did not answer: The connection was refused.");
    let mut harness = open(Desk::new().run("studies"));
    harness.get_by_label("There is no archive and no store yet");
    check(&mut harness, vec![press(Key::Escape)], &["cancel"]);
}

#[test]
fn a_panel_lies_over_the_list_and_leads_back_to_it() {
    let mut harness = open(listed());
    check(&mut harness, vec![key(Key::K, Modifiers::COMMAND)], &["panel palette"]);
    check(&mut harness, typed("studies save night"), &["type ⟨phi⟩"]);
    check(&mut harness, vec![press(Key::Enter)], &["accept", "studies save ⟨phi⟩"]);
    assert!(effects(&mut harness)[0].starts_with("SaveFilters("));
    harness.get_by_label("Filter 6, night");
    type_slowly(&mut harness, "p2");
    assert_eq!(harness.state().session.studies.list.shown_count(), 1);
    check(&mut harness, vec![key(Key::Num3, Modifiers::ALT)], &["studies saved 3"]);
    assert_eq!(harness.state().session.studies.typed().reveal(), "mod:ct");
    check(&mut harness, vec![key(Key::Num2, Modifiers::COMMAND)], &["studies sort name"]);
    check(&mut harness, vec![press(Key::Home)], &["studies line first"]);
    assert_eq!(chosen(&harness).as_deref(), Some("A105"), "of one name the newest first");
    harness.state_mut().obey("studies forget night");
    assert!(!format!("{:?}", harness.state().session).contains("NOBODY"));
}

#[test]
fn fifty_thousand_rows_cost_no_more_than_those_in_sight() {
    let mut desk = asked();
    found(&mut desk, 1, (0..50_000).map(|number| study(number, &archive("MAIN"))).collect());
    let mut harness = open(desk);
    harness.get_by_label("50\u{2009}000 of 50\u{2009}000");
    let rows = |harness: &Harness<'_, Desk>| {
        let nodes = harness.root().children_recursive();
        nodes.filter(|node| node.accesskit_node().role() == Role::ListBoxOption).count()
    };
    assert!((15..40).contains(&rows(&harness)), "{}", rows(&harness));
    for event in [press(Key::End), text("p"), text("7")] {
        harness.input_mut().events.push(event);
        harness.run();
        assert!((15..40).contains(&rows(&harness)), "{}", rows(&harness));
    }
    check(&mut harness, vec![press(Key::Backspace), press(Key::Backspace)], &["type ⟨phi⟩"]);
    check(&mut harness, vec![press(Key::End)], &["studies line last"]);
    harness.get_by_label_contains("50000. ");
}
