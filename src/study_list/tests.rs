//! The list as places fill it.

use std::sync::Arc;

use crate::dicom::{Demographic, PatientAttributes, StudyAttributes, StudyUid};
use crate::units::Phi;

use super::{
    Answered, Availability, Column, Day, Entry, Held, Order, OtherStudies, Place, PlaceState, Status,
    StudyList,
};

fn phi(text: &str) -> Phi<String> {
    Phi::new(text.to_owned())
}

fn archive(name: &str) -> Place {
    Place::Archive(name.to_owned())
}

/// A CT study of a patient, with as many objects as its number says.
fn study(number: usize, patient: usize, place: &Place) -> Entry {
    Entry {
        patient: PatientAttributes {
            name: phi(&format!("NOBODY^P{patient:05}")),
            id: phi(&format!("{:07}", 1_000_000 + patient)),
            birth_date: phi("19400110"),
            sex: "F".to_owned(),
            ..PatientAttributes::default()
        },
        study: StudyAttributes {
            uid: StudyUid::new(&format!("2.25.{number}")),
            date: format!("202611{:02}", 1 + number % 28),
            time: format!("{:02}{:02}00", number / 60 % 24, number % 60),
            description: ["CT chest", "CT abdomen", "MR brain"][number % 3].to_owned(),
            accession: phi(&format!("A{number:06}")),
            procedures: Vec::new(),
        },
        modalities: vec![["CT", "CT", "MR"][number % 3].to_owned()],
        body_parts: Vec::new(),
        laterality: String::new(),
        held: vec![Held {
            place: place.clone(),
            series: None,
            instances: Some(number + 1),
            of: None,
            availability: Availability::Online,
        }],
    }
}

fn give(list: &mut StudyList, question: u32, entries: Vec<Entry>) {
    let place = entries[0].held[0].place.clone();
    list.take(question, &place, &Arc::new(entries));
}

fn asked(places: &[Place]) -> StudyList {
    let mut list = StudyList::default();
    list.ask(1, places);
    list
}

fn accessions(list: &StudyList) -> Vec<String> {
    (0..list.shown_count()).map(|place| list.at(place).expect("a row").accession().to_owned()).collect()
}

#[test]
fn a_study_of_several_places_is_one_row_that_knows_what_is_missing() {
    let (main, annex) = (archive("MAIN"), archive("ANNEX"));
    let mut list = asked(&[Place::Store, annex.clone(), main.clone()]);
    give(&mut list, 1, vec![study(9, 1, &main), study(8, 1, &main)]);
    give(&mut list, 1, vec![study(9, 1, &annex)]);
    assert_eq!(list.count(), 2);
    let row = |list: &StudyList| list.row(&StudyUid::new("2.25.9")).expect("a row").clone();
    // As many objects everywhere: the first by name.
    assert_eq!(row(&list).status(), Status::Away("ANNEX", Availability::Online));
    let mut here = study(9, 1, &Place::Store);
    here.held[0].instances = Some(4);
    give(&mut list, 1, vec![here]);
    assert_eq!(row(&list).status(), Status::Partly(4, 10));
    list.note_arrived(&StudyUid::new("2.25.9"), 10);
    assert_eq!(row(&list).status(), Status::Here);
    // The store knows what is missing though no archive says.
    let mut half = study(7, 1, &Place::Store);
    half.held[0].of = Some(12);
    give(&mut list, 1, vec![half]);
    assert_eq!(list.row(&StudyUid::new("2.25.7")).expect("a row").status(), Status::Partly(8, 12));
    let mut tape = study(8, 1, &annex);
    tape.held[0] = Held { instances: Some(99), availability: Availability::Nearline, ..tape.held[0].clone() };
    give(&mut list, 1, vec![tape]);
    let other = list.row(&StudyUid::new("2.25.8")).expect("a row");
    assert_eq!(other.status(), Status::Away("MAIN", Availability::Online), "soon goes before many");
    assert_eq!(list.other_studies(&row(&list)), OtherStudies { here: 0, of: 2 });
    assert_eq!(list.other_studies(other), OtherStudies { here: 1, of: 2 });
}

#[test]
fn places_that_contradict_each_other_are_marked_and_the_store_speaks_first() {
    let (main, annex) = (archive("MAIN"), archive("ANNEX"));
    let mut list = asked(&[Place::Store, annex.clone(), main.clone()]);
    let of = |place: &Place, name: &str, sex: &str| {
        let mut entry = study(5, 1, place);
        entry.patient.name = phi(name);
        entry.patient.sex = sex.to_owned();
        entry
    };
    give(&mut list, 1, vec![of(&main, "NOBODY^ALPHA", "F")]);
    give(&mut list, 1, vec![of(&annex, "Nobody^Alpha", "")]);
    assert_eq!(list.at(0).expect("a row").conflicts(), [], "only written otherwise");
    give(&mut list, 1, vec![of(&Place::Store, "NOBODY^BRAVO", "M")]);
    let row = list.at(0).expect("a row");
    assert_eq!(row.conflicts(), [Demographic::Name, Demographic::Sex]);
    assert_eq!((row.name(), row.sex()), ("NOBODY^BRAVO", "M"));
    list.filter(&phi("is:conflict"));
    assert_eq!(list.shown_count(), 1);
    let said: Vec<&str> =
        list.at(0).expect("a row").entries().map(|entry| entry.patient.name.reveal().as_str()).collect();
    assert_eq!(said, ["NOBODY^BRAVO", "Nobody^Alpha", "NOBODY^ALPHA"]);
}

#[test]
fn words_and_conditions_show_what_holds_for_all_of_them() {
    let main = archive("MAIN");
    let mut list = asked(std::slice::from_ref(&main));
    list.set_today(Day::parse("20261128").expect("a day"), &phi(""));
    give(&mut list, 1, (0..60).map(|number| study(number, number / 2, &main)).collect());
    let mut count = |text: &str| {
        list.filter(&phi(text));
        list.shown_count()
    };
    assert_eq!(count(""), 60);
    assert_eq!(count("chest"), 20);
    assert_eq!(count("CHEST ct"), 20);
    assert_eq!(count("chest mr"), 0);
    assert_eq!(count("mod:mr"), 20);
    assert_eq!(count("mod:m,ct"), 60);
    assert_eq!(count("name:p00003"), 2);
    assert_eq!(count("id:1000003"), 2);
    assert_eq!(count("name:1000003"), 0);
    assert_eq!(count("acc:a000007"), 1);
    assert_eq!(count("desc:brain"), 20);
    assert_eq!(count("date:today"), 2);
    assert_eq!(count("date:2026-11-28"), 2);
    assert_eq!(count("date:week"), 14);
    assert_eq!(count("date:2026-1"), 60);
    assert_eq!(count("date:2025"), 0);
    assert_eq!(count("date:2026-11-27.."), 4);
    assert_eq!(count("place:ma"), 60);
    assert_eq!(count("place:store"), 0);
    assert_eq!(count("is:away chest"), 20);
    assert_eq!(count("is:here"), 0);
}

#[test]
fn what_comes_later_stands_where_it_would_have_stood() {
    let places = [Place::Store, archive("MAIN")];
    for column in Column::ALL {
        for is_descending in [false, true] {
            let order = Order { column, is_descending };
            let mut late = asked(&places);
            late.order_by(order);
            late.filter(&phi("ct"));
            let mut early = asked(&places);
            for list in [&mut late, &mut early] {
                for batch in 0..8 {
                    let numbers = (0..25).map(|place| (batch * 25 + place) * 37 % 200);
                    give(list, 1, numbers.map(|number| study(number, number / 3, &places[1])).collect());
                    let here =
                        (0..9).map(|place| study(place * 11 + batch, (place * 11 + batch) / 3, &places[0]));
                    give(list, 1, here.collect());
                }
            }
            early.order_by(order);
            early.filter(&phi("ct"));
            assert_eq!(accessions(&late), accessions(&early), "{order:?}");
            assert!(late.shown_count() > 120);
        }
    }
}

#[test]
fn what_arrives_moves_a_row_where_that_counts() {
    let main = archive("MAIN");
    let mut list = asked(&[Place::Store, main.clone()]);
    give(&mut list, 1, vec![study(1, 1, &main), study(2, 1, &main), study(3, 3, &main)]);
    let arrives = |list: &mut StudyList, objects| list.note_arrived(&StudyUid::new("2.25.1"), objects);
    let by = |column| Order { column, is_descending: false };
    list.order_by(by(Column::Status));
    assert_eq!(accessions(&list), ["A000003", "A000002", "A000001"]);
    arrives(&mut list, 1);
    assert_eq!(accessions(&list), ["A000001", "A000003", "A000002"], "half of it is here");
    list.filter(&phi("is:here"));
    assert_eq!(list.shown_count(), 0);
    arrives(&mut list, 2);
    assert_eq!(accessions(&list), ["A000001"]);
}

#[test]
fn what_a_place_no_longer_holds_goes_and_what_it_could_not_say_stays() {
    let (main, annex) = (archive("MAIN"), archive("ANNEX"));
    let mut list = asked(&[main.clone(), annex.clone()]);
    give(&mut list, 1, vec![study(1, 1, &main), study(2, 2, &main)]);
    give(&mut list, 1, vec![study(2, 2, &annex), study(3, 3, &annex)]);
    let all = Answered { count: 2, is_truncated: false };
    list.end(1, &main, &Ok(all));
    list.end(1, &annex, &Ok(all));
    list.ask(2, &[main.clone(), annex.clone()]);
    assert!(list.is_asking() && list.count() == 3, "nothing flickers");
    give(&mut list, 2, vec![study(1, 1, &main)]);
    list.end(2, &main, &Ok(Answered { count: 1, is_truncated: false }));
    list.end(2, &annex, &Err("ANNEX refused the connection.".to_owned()));
    assert!(!list.is_asking());
    assert_eq!(list.count(), 3);
    assert_eq!(list.places()[&annex], PlaceState::Failed("ANNEX refused the connection.".to_owned()));
    list.ask(3, &[main.clone(), annex.clone()]);
    give(&mut list, 3, vec![study(1, 1, &main)]);
    list.end(3, &main, &Ok(Answered { count: 1, is_truncated: false }));
    give(&mut list, 3, vec![study(3, 3, &annex)]);
    list.end(3, &annex, &Ok(Answered { count: 1, is_truncated: false }));
    assert_eq!(accessions(&list), ["A000003", "A000001"]);
    assert_eq!(list.place_of(&StudyUid::new("2.25.1")), Some(1));
    assert!(list.with_number(&phi("A000002")).is_empty());
    // Another answer to the question before comes too late.
    list.end(2, &annex, &Ok(Answered { count: 0, is_truncated: false }));
    assert_eq!(list.count(), 2);
    // What a place was called off in says nothing of the rest.
    list.ask(4, std::slice::from_ref(&annex));
    list.end(4, &annex, &Ok(Answered { count: 0, is_truncated: true }));
    assert_eq!(accessions(&list), ["A000003"], "MAIN is asked no more");
}

#[test]
fn a_number_is_that_number_and_no_part_of_it() {
    let main = archive("MAIN");
    let mut list = asked(std::slice::from_ref(&main));
    give(&mut list, 1, vec![study(12, 1, &main), study(123, 1, &main), study(7, 2, &main)]);
    list.filter(&phi("nothing has this"));
    let found = |number: &str| list.with_number(&phi(number)).len();
    assert_eq!(found("a000012"), 1);
    assert_eq!(found("A00001"), 0);
    assert_eq!(found("000012"), 0);
    assert_eq!(found(" 1000001 "), 2, "by the patient, whatever is shown");
    assert_eq!(found(""), 0);
}

#[test]
fn the_list_is_bounded_and_counts_what_finds_no_room() {
    let main = archive("MAIN");
    let mut list = asked(std::slice::from_ref(&main));
    let more = StudyList::ROWS_MAX + 3;
    give(&mut list, 1, (0..more).map(|number| study(number, number, &main)).collect());
    assert_eq!((list.count(), list.left_out()), (StudyList::ROWS_MAX, 3));
    list.ask(2, std::slice::from_ref(&main));
    assert_eq!(list.left_out(), 0);
    give(&mut list, 2, vec![study(more, more, &main)]);
    assert_eq!(list.left_out(), 1);
}

/// How long it takes is told by `tests/all/session/studies.rs`.
#[test]
fn fifty_thousand_studies_are_filtered_by_looking_at_no_more_than_is_shown() {
    let (main, annex) = (archive("MAIN"), archive("ANNEX"));
    let mut list = asked(&[main.clone(), annex.clone()]);
    for batch in 0..50 {
        let first = batch * 1000;
        give(&mut list, 1, (first..first + 1000).map(|number| study(number, number / 4, &main)).collect());
    }
    give(&mut list, 1, (0..100).map(|number| study(number * 50, number * 50 / 4, &annex)).collect());
    assert_eq!(list.count(), 50_000);
    let typed = "mod:ct chest p0123";
    let mut shown_before = list.count();
    for end in 1..=typed.len() {
        list.filter(&phi(&typed[..end]));
        let is_still_a_word = end <= 3;
        if !is_still_a_word && end != 4 {
            assert!(list.looked_at() <= shown_before, "{end}: {} of {shown_before}", list.looked_at());
        }
        shown_before = list.shown_count();
    }
    assert_eq!(list.shown_count(), 14);
    assert!(list.looked_at() < 200, "{}", list.looked_at());
    list.filter(&phi("mod:ct chest p012"));
    assert_eq!(list.looked_at(), 50_000);
    assert_eq!(list.with_number(&phi("A049999")).len(), 1);
}
