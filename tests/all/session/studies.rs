//! How long the list of studies takes at 50,000 of them: printed, since a debug build on a busy machine proves nothing by it.
//! What is judged is how much it looks at (`src/study_list/tests.rs`).

use std::sync::Arc;
use std::time::Instant;

use hotlight::dicom::{PatientAttributes, StudyAttributes, StudyUid};
use hotlight::study_list::{Availability, Column, Entry, Held, Order, Place, StudyList};
use hotlight::units::Phi;

fn study(number: usize, place: &Place) -> Entry {
    let patient = number / 4;
    Entry {
        patient: PatientAttributes {
            name: Phi::new(format!("ZZCANARY^P{patient:05}")),
            id: Phi::new(format!("{:07}", 1_000_000 + patient)),
            ..PatientAttributes::default()
        },
        study: StudyAttributes {
            uid: StudyUid::new(&format!("2.25.{number}")),
            date: format!("202611{:02}", 1 + number % 28),
            description: ["CT chest", "CT abdomen", "MR brain"][number % 3].to_owned(),
            time: String::new(),
            accession: Phi::new(format!("A{number:06}")),
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

#[test]
fn fifty_thousand_studies_are_filtered_and_ordered() {
    let main = Place::Archive("MAIN".to_owned());
    let batches: Vec<Arc<Vec<Entry>>> = (0..50)
        .map(|batch| {
            Arc::new((batch * 1000..(batch + 1) * 1000).map(|number| study(number, &main)).collect())
        })
        .collect();
    let mut list = StudyList::default();
    list.ask(1, std::slice::from_ref(&main));
    let mut timed = |what: &str, work: &mut dyn FnMut(&mut StudyList)| {
        let start = Instant::now();
        work(&mut list);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        eprintln!("study list: {what}: {ms:.2} ms, {} of {} shown", list.shown_count(), list.count());
        list.shown_count()
    };
    timed("50 answers of 1,000 studies", &mut |list| {
        for batch in &batches {
            list.take(1, &main, batch);
        }
    });
    let typed = "mod:ct chest p0123";
    let mut shown = 0;
    for end in 1..=typed.len() {
        let text = Phi::new(typed[..end].to_owned());
        shown = timed(&format!("typed {end} letters"), &mut |list| list.filter(&text));
    }
    assert_eq!(shown, 14);
    assert_eq!(timed("all again", &mut |list| list.filter(&Phi::default())), 50_000);
    for column in Column::ALL {
        timed(column.name(), &mut |list| list.order_by(Order { column, is_descending: false }));
    }
}
