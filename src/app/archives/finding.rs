//! Questions to archives, and their answers as entries of the study list. PS3.4 C.6.2.1.

use std::sync::Arc;
use std::time::Duration;

use dicom_dictionary_std::tags;
use tokio::sync::watch;

use crate::app::clock::Clock;
use crate::app::services::Answers;
use crate::dicom::{Attributes, PatientAttributes, StudyAttributes, StudyUid, Tag, VR};
use crate::net::dimse::find_until;
use crate::net::serve::matches;
use crate::net::{Level, NetError, Query};
use crate::session::Event;
use crate::store::StoredStudy;
use crate::study_list::{Answered, Availability, Entry, Held, Place, StudyQuestion};
use crate::units::Phi;

use super::{Archive, Shelf};

/// More answers are called off: nobody reads them line by line.
const ANSWERS_MAX: usize = 20_000;

/// Answers told at once, and how long they wait for one another.
const BATCH_MAX: usize = 256;
const STORED_BATCH_MAX: usize = 4096;
const BATCH_PAUSE: Duration = Duration::from_millis(100);

/// How long an archive may take to heed a C-CANCEL before it is left.
const CANCEL_PATIENCE: Duration = Duration::from_secs(2);

/// What a study level answer is to say beside what is asked for.
const WANTED: [Tag; 14] = [
    tags::STUDY_INSTANCE_UID,
    tags::STUDY_DATE,
    tags::STUDY_TIME,
    tags::STUDY_DESCRIPTION,
    tags::ACCESSION_NUMBER,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::ISSUER_OF_PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
    tags::MODALITIES_IN_STUDY,
    tags::NUMBER_OF_STUDY_RELATED_SERIES,
    tags::NUMBER_OF_STUDY_RELATED_INSTANCES,
    tags::INSTANCE_AVAILABILITY,
];

/// Asks one archive, and tells answers as they come and then the end. Called off, it ends as a question with more answers.
pub(super) async fn ask(
    archive: &Archive,
    question: u32,
    asked: &StudyQuestion,
    answers: &Answers,
    cancelled: watch::Receiver<bool>,
) -> Result<(), NetError> {
    let place = Place::Archive(archive.name.clone());
    let mut batch =
        Batch { place: place.clone(), question, answers, entries: Vec::new(), told: Clock::start() };
    let (mut count, mut late) = (0, cancelled.clone());
    let query = query(asked);
    let found = {
        let is_enough = || *cancelled.borrow();
        let finding = find_until(&archive.peer, &query, ANSWERS_MAX, is_enough, |answer| {
            let entry = entry(answer.attributes(), &place).filter(|entry| fits(entry, asked));
            count += usize::from(entry.is_some());
            batch.add(entry);
        });
        let gives_up = async {
            // Nobody is left to call it off: it is not.
            if late.wait_for(|is_cancelled| *is_cancelled).await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(CANCEL_PATIENCE).await;
        };
        tokio::select! {
            found = finding => found.map(|found| found.is_truncated),
            () = gives_up => Ok(true),
        }
    };
    batch.tell();
    let outcome = found.as_ref().map(|is_truncated| Answered { count, is_truncated: *is_truncated });
    let outcome = outcome.map_err(ToString::to_string);
    tokio::task::block_in_place(|| answers.send(Event::FindEnded { question, place, outcome }));
    found.map(drop)
}

/// Looks in the store, and tells what fits and the end.
pub(super) fn look(shelf: &Shelf, question: u32, asked: &StudyQuestion, answers: &Answers) {
    let found = shelf.studies();
    let outcome = found.map(|studies| {
        let entries: Vec<Entry> =
            studies.into_iter().filter(|study| is_asked_for(study, asked)).map(stored_entry).collect();
        for entries in entries.chunks(STORED_BATCH_MAX) {
            let entries = Arc::new(entries.to_vec());
            answers.send(Event::StudiesFound { question, place: Place::Store, entries });
        }
        Answered { count: entries.len(), is_truncated: false }
    });
    let outcome = outcome.map_err(|error| error.to_string());
    answers.send(Event::FindEnded { question, place: Place::Store, outcome });
}

/// Whether a study matches as an archive would match it. PS3.4 C.2.2.2.
fn is_asked_for(stored: &StoredStudy, asked: &StudyQuestion) -> bool {
    let is = |vr, key: &str, value: &str| matches(vr, key, &[value.to_owned()]);
    let any = |wanted: &[String], values: &[String]| {
        wanted.is_empty() || values.iter().any(|value| wanted.contains(value))
    };
    is(VR::PN, asked.name.reveal(), stored.patient.name.reveal())
        && is(VR::LO, asked.patient_id.reveal(), stored.patient.id.reveal())
        && is(VR::SH, asked.accession.reveal(), stored.study.accession.reveal())
        && is(VR::DA, &asked.dates, &stored.study.date)
        && any(&asked.modalities, &stored.modalities)
        && any(&asked.studies, &[stored.study.uid.as_str().to_owned()])
}

/// A study of the store as the list shows it.
fn stored_entry(stored: StoredStudy) -> Entry {
    Entry {
        patient: stored.patient,
        study: stored.study,
        modalities: stored.modalities,
        body_parts: stored.body_parts,
        laterality: stored.laterality,
        held: vec![Held {
            place: Place::Store,
            series: Some(stored.series),
            instances: Some(stored.instances),
            of: stored.expected,
            availability: Availability::Online,
        }],
    }
}

/// What one question of a place has brought and nobody has told yet.
struct Batch<'a> {
    place: Place,
    question: u32,
    answers: &'a Answers,
    entries: Vec<Entry>,
    told: Clock,
}

impl Batch<'_> {
    fn add(&mut self, entry: Option<Entry>) {
        self.entries.extend(entry);
        if self.entries.len() >= BATCH_MAX || self.told.elapsed() >= BATCH_PAUSE {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told = Clock::start();
        if self.entries.is_empty() {
            return;
        }
        let entries = Arc::new(std::mem::take(&mut self.entries));
        let event = Event::StudiesFound { question: self.question, place: self.place.clone(), entries };
        tokio::task::block_in_place(|| self.answers.send(event));
    }
}

/// The question as an archive is asked it.
pub(in crate::app) fn query(asked: &StudyQuestion) -> Query {
    let one_modality = asked.modalities.first().filter(|_| asked.modalities.len() == 1);
    let recent = Some(&asked.recent_from).filter(|day| asked.dates.is_empty() && !day.is_empty());
    let dates = recent.map_or_else(|| asked.dates.clone(), |day| format!("{day}-"));
    let mut keys = vec![
        (tags::PATIENT_NAME, asked.name.reveal().clone()),
        (tags::PATIENT_ID, asked.patient_id.reveal().clone()),
        (tags::ACCESSION_NUMBER, asked.accession.reveal().clone()),
        (tags::STUDY_DATE, dates),
        // Only UIDs may be a list (PS3.4 C.2.2.2.2): several modalities are looked for among the answers.
        (tags::MODALITIES_IN_STUDY, one_modality.cloned().unwrap_or_default()),
        (tags::STUDY_INSTANCE_UID, asked.studies.join("\\")),
    ];
    for tag in WANTED {
        if keys.iter().all(|(key, _)| *key != tag) {
            keys.push((tag, String::new()));
        }
    }
    Query { level: Level::Study, keys }
}

/// Whether an answer is one to what the archive was not asked.
fn fits(entry: &Entry, asked: &StudyQuestion) -> bool {
    asked.modalities.len() < 2 || entry.modalities.iter().any(|modality| asked.modalities.contains(modality))
}

/// An answer as the list shows it; none that names no study.
pub(super) fn entry(answer: Attributes<'_>, place: &Place) -> Option<Entry> {
    let text = |tag| answer.text(tag).unwrap_or_default();
    let phi = |tag| Phi::new(text(tag));
    let count = |tag| answer.integer(tag).and_then(|count| usize::try_from(count).ok());
    let uid = answer.text(tags::STUDY_INSTANCE_UID).filter(|uid| !uid.is_empty())?;
    let mut modalities = answer.texts(tags::MODALITIES_IN_STUDY);
    modalities.retain(|modality| !modality.is_empty());
    modalities.sort_unstable();
    modalities.dedup();
    let availability = match text(tags::INSTANCE_AVAILABILITY).as_str() {
        "NEARLINE" => Availability::Nearline,
        "OFFLINE" => Availability::Offline,
        "UNAVAILABLE" => Availability::Unavailable,
        _ => Availability::Online,
    };
    Some(Entry {
        patient: PatientAttributes {
            name: phi(tags::PATIENT_NAME),
            id: phi(tags::PATIENT_ID),
            issuer: phi(tags::ISSUER_OF_PATIENT_ID),
            birth_date: phi(tags::PATIENT_BIRTH_DATE),
            sex: text(tags::PATIENT_SEX),
            ..PatientAttributes::default()
        },
        study: StudyAttributes {
            uid: StudyUid::new(&uid),
            date: text(tags::STUDY_DATE),
            time: text(tags::STUDY_TIME),
            description: text(tags::STUDY_DESCRIPTION),
            accession: phi(tags::ACCESSION_NUMBER),
            procedures: Vec::new(),
        },
        modalities,
        body_parts: Vec::new(),
        laterality: String::new(),
        held: vec![Held {
            place: place.clone(),
            series: count(tags::NUMBER_OF_STUDY_RELATED_SERIES),
            instances: count(tags::NUMBER_OF_STUDY_RELATED_INSTANCES),
            of: None,
            availability,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_asked_for_the_last_days_where_no_dates_are_said() {
        let dates = |dates: &str, recent: &str| {
            let (dates, recent_from) = (dates.to_owned(), recent.to_owned());
            let query = query(&StudyQuestion { dates, recent_from, ..StudyQuestion::default() });
            query.keys.into_iter().find_map(|(tag, value)| (tag == tags::STUDY_DATE).then_some(value))
        };
        assert_eq!(dates("", "20261122").as_deref(), Some("20261122-"));
        assert_eq!(dates("20260101", "20261122").as_deref(), Some("20260101"));
        assert_eq!(dates("", "").as_deref(), Some(""));
    }
}
