//! A study as one row, whatever its places say of it.

use std::sync::Arc;

use crate::dicom::{Demographic, PersonName, SamePatient, StudyUid};
use crate::units::Phi;

use super::entry::{Availability, Entry, Held, Place};

/// A study as one row. What several places say is the store's word, then that of the first archive by its name; what one
/// leaves empty the next says.
#[derive(Clone)]
pub struct Row {
    /// What each place says, by place.
    parts: Vec<Part>,
    /// Objects that have arrived in the store since it was asked.
    arrived: usize,
    /// What typed words are looked for in, small, a line each: name, ID, accession, description, modalities.
    words: Phi<String>,
    /// Modalities, each once.
    modalities: String,
    /// Study Date and Time as a number.
    moment: u64,
    /// How many objects there are, as far as anybody says, and how many of them lie in the store; `None` where it has the
    /// study and does not say.
    objects: Option<usize>,
    here: Option<usize>,
    /// What places contradict each other in.
    conflicts: Vec<Demographic>,
}

/// What one place says, shared with the answer that it came in.
#[derive(Clone)]
struct Part {
    answer: Arc<Vec<Entry>>,
    at: usize,
    /// The number of the question that it answers.
    question: u32,
}

impl Part {
    fn entry(&self) -> Option<&Entry> {
        self.answer.get(self.at)
    }

    fn place(&self) -> Option<&Place> {
        self.entry().and_then(|entry| entry.held.first()).map(|held| &held.place)
    }
}

/// Whether a study can be read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status<'a> {
    /// All that anybody says there is lies in the store.
    Here,
    /// So many of so many objects lie in the store.
    Partly(usize, usize),
    /// It must be fetched, from this archive.
    Away(&'a str, Availability),
}

/// The lines of [`Row::words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Name,
    Id,
    Accession,
    Description,
}

impl Row {
    /// A row of nothing, to be given what places say.
    pub(super) const fn new() -> Self {
        Self {
            parts: Vec::new(),
            arrived: 0,
            words: Phi::new(String::new()),
            modalities: String::new(),
            moment: 0,
            objects: None,
            here: None,
            conflicts: Vec::new(),
        }
    }

    /// Takes what a place says; `at` is the place of it in its answer.
    pub(super) fn take(&mut self, answer: &Arc<Vec<Entry>>, at: usize, question: u32) {
        let part = Part { answer: Arc::clone(answer), at, question };
        self.parts.retain(|known| known.place() != part.place());
        self.parts.push(part);
        self.parts.sort_by(|a, b| a.place().cmp(&b.place()));
        self.sum_up();
    }

    /// Forgets what a place said in answer to earlier questions; whether it had said anything.
    pub(super) fn forget(&mut self, place: &Place, question: u32) -> bool {
        let count = self.parts.len();
        self.parts.retain(|part| part.place() != Some(place) || part.question == question);
        if *place == Place::Store {
            // It counts them itself.
            self.arrived = 0;
        }
        let is_changed = self.parts.len() != count;
        if is_changed {
            self.sum_up();
        }
        is_changed
    }

    /// Whether nobody holds it any more.
    pub(super) const fn is_gone(&self) -> bool {
        self.parts.is_empty()
    }

    /// So many objects of it lie in the store now.
    pub(super) fn note_arrived(&mut self, objects: usize) {
        self.arrived = objects;
        self.count();
    }

    fn count(&mut self) {
        let arrived = (self.arrived > 0).then_some(self.arrived);
        self.objects = Held::most(self.held()).max(arrived);
        let of_store = self.held().find(|held| held.place == Place::Store);
        let here = of_store.map_or(Some(0), |held| held.instances);
        self.here = here.map(|here| here.max(self.arrived));
    }

    /// Makes what the list looks at often.
    fn sum_up(&mut self) {
        let mut modalities: Vec<&str> =
            self.entries().flat_map(|entry| &entry.modalities).map(String::as_str).collect();
        modalities.sort_unstable();
        modalities.dedup();
        self.modalities = modalities.join(" ");
        self.moment = moment(self.date(), self.time());
        self.count();
        let lines = [self.name(), self.id(), self.accession(), self.description(), &self.modalities];
        let lines = lines.map(|line| line.replace(char::is_control, " ").to_lowercase());
        self.words = Phi::new(lines.join("\n"));
        let mut said = self.entries().map(|entry| &entry.patient);
        let first = said.next();
        let mut conflicts = Vec::new();
        for other in said {
            match first.map(|first| first.same_patient(other)) {
                Some(SamePatient::Conflict(differing)) => conflicts.extend(differing),
                // Another ID within one study: the name is what a reader looks at.
                Some(SamePatient::Different) => conflicts.push(Demographic::Name),
                Some(SamePatient::Same) | None => {}
            }
        }
        conflicts.sort_unstable_by_key(|what| what.words());
        conflicts.dedup();
        self.conflicts = conflicts;
    }

    /// What each place says, the store first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().filter_map(Part::entry)
    }

    fn said<'a>(&'a self, what: fn(&'a Entry) -> &'a str) -> &'a str {
        self.entries().map(what).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Study Instance UID.
    pub fn uid(&self) -> Option<&StudyUid> {
        self.entries().next().map(|entry| &entry.study.uid)
    }

    /// Patient's Name, as encoded.
    pub fn name(&self) -> &str {
        self.said(|entry| entry.patient.name.reveal())
    }

    /// The same, every representation of it in one line.
    pub fn name_line(&self) -> String {
        PersonName::parse(self.name()).lines().join("  ")
    }

    /// Patient ID.
    pub fn id(&self) -> &str {
        self.said(|entry| entry.patient.id.reveal())
    }

    /// Issuer of Patient ID.
    fn issuer(&self) -> &str {
        self.said(|entry| entry.patient.issuer.reveal()).trim()
    }

    /// Patient's Birth Date.
    pub fn birth_date(&self) -> &str {
        self.said(|entry| entry.patient.birth_date.reveal())
    }

    /// Patient's Sex.
    pub fn sex(&self) -> &str {
        self.said(|entry| &entry.patient.sex)
    }

    /// Accession Number.
    pub fn accession(&self) -> &str {
        self.said(|entry| entry.study.accession.reveal())
    }

    /// Study Description.
    pub fn description(&self) -> &str {
        self.said(|entry| &entry.study.description)
    }

    /// Study Date.
    pub fn date(&self) -> &str {
        self.said(|entry| &entry.study.date)
    }

    /// Study Time.
    pub fn time(&self) -> &str {
        self.said(|entry| &entry.study.time)
    }

    /// Modalities, each once.
    pub fn modalities(&self) -> &str {
        &self.modalities
    }

    /// Whether one of its modalities begins so; `start` in capitals.
    pub(super) fn has_modality(&self, start: &str) -> bool {
        self.modalities.split(' ').any(|modality| modality.starts_with(start))
    }

    /// Who holds it, the store first.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.entries().flat_map(|entry| &entry.held)
    }

    /// What its places contradict each other in.
    pub fn conflicts(&self) -> &[Demographic] {
        &self.conflicts
    }

    /// How many objects there are, as far as anybody says.
    pub const fn objects(&self) -> Option<usize> {
        self.objects
    }

    /// The archive that it is best fetched from: the soonest, then the one that has most of it.
    pub fn best_archive(&self) -> Option<(&str, Availability)> {
        Held::best_archive(self.held())
    }

    /// Whether it can be read at once.
    pub fn status(&self) -> Status<'_> {
        match (self.here, self.objects) {
            (Some(0), _) if let Some((archive, availability)) = self.best_archive() => {
                Status::Away(archive, availability)
            }
            (Some(here), Some(of)) if here < of => Status::Partly(here, of),
            _ => Status::Here,
        }
    }

    /// Whether another row of the same Patient ID may show the same person: no two issuers are stated that differ.
    pub(super) fn may_be_same_patient(&self, other: &Self) -> bool {
        let (issuer, of_other) = (self.issuer(), other.issuer());
        issuer.is_empty() || of_other.is_empty() || issuer == of_other
    }

    /// Whether a line holds a small word.
    pub(super) fn line_holds(&self, line: Line, word: &str) -> bool {
        self.words.reveal().split('\n').nth(line as usize).is_some_and(|text| text.contains(word))
    }

    /// Whether any line holds a small word.
    pub(super) fn holds(&self, word: &str) -> bool {
        self.words.reveal().contains(word)
    }

    /// A line, small.
    pub(super) fn line(&self, line: Line) -> &str {
        self.words.reveal().split('\n').nth(line as usize).unwrap_or_default()
    }

    /// Study Date and Time as the number `YYYYMMDDHHMMSS`; without a date 0.
    pub(super) const fn moment(&self) -> u64 {
        self.moment
    }
}

fn moment(date: &str, time: &str) -> u64 {
    let digits = |text: &str, count: usize| {
        let digits: String = text.chars().filter(char::is_ascii_digit).take(count).collect();
        format!("{digits:0<count$}").parse::<u64>().unwrap_or_default()
    };
    if date.is_empty() { 0 } else { digits(date, 8) * 1_000_000 + digits(time, 6) }
}
