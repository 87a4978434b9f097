//! The priors of the study that is read: which there are, where they are, and what of them is fetched before the reader asks.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::{Next, PriorCommand};
use crate::dicom::{Demographic, PatientAttributes, StudyUid, TechniqueItem, date_words};
use crate::priors::{Picked, Ranking, rank};
use crate::study::{Library, Study};
use crate::study_list::{Availability, Day, Entry, Held, Place, StudyQuestion};

use super::archive::{Retrieval, RetrievalState, RetrieveOrder, Urgency};
use super::beside::Beside;
use super::compare::Blinked;
use super::effect::Effect;
use super::event::Event;
use super::state::{MessageKind, Session};

/// The most studies of a patient that are compared; what an archive answers beyond is not looked at.
const STUDIES_MAX: usize = 1000;

/// The most studies that are fetched ahead for one that is read.
const FETCHED_MAX: usize = 10;

/// The priors of the study that is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Priors {
    /// What became of each study of the patient.
    pub ranking: Ranking,
    /// Whose priors.
    pub(super) current: Option<StudyUid>,
    /// The prior beside the study that is read.
    pub(super) beside: Option<Beside>,
    /// The viewport that shows for now what it is compared with.
    pub(super) blinked: Option<Blinked>,
    /// A prior that hangs as soon as its first images are here.
    pub(super) awaited: Option<StudyUid>,
    /// The number of the question that was asked for the patient's studies.
    asked: Option<u32>,
    /// The places that have not answered it yet.
    waits_for: BTreeSet<Place>,
    /// The places that failed to.
    unanswered: BTreeSet<Place>,
    /// What the store and archives know.
    found: BTreeMap<StudyUid, Entry>,
    /// Fetched ahead.
    fetched: BTreeSet<StudyUid>,
    /// The study that is read, and one of which the reader has said that it is of the same patient.
    accepted: BTreeSet<(StudyUid, StudyUid)>,
}

/// Where a prior is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriorState<'a> {
    /// Open: it hangs at once.
    Here,
    /// Whole in the store of this machine.
    Stored,
    /// Some of it is in the store, and no more comes: how much, as `228 of 230`, and why.
    Partial(String, &'a str),
    /// On its way.
    Arriving(&'a Retrieval),
    /// In an archive, by its name.
    OnArchive(&'a str),
    /// It cannot be had; a sentence on why.
    Failed(String),
}

/// A study of the patient, as the strip and the panel of priors show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorLine<'a> {
    /// The study.
    pub entry: &'a Entry,
    /// Its place among the priors, from 0; none for what is left out or waits for the reader's word.
    pub picked: Option<usize>,
    /// Why it is a prior, or why not, each a few words.
    pub reasons: Vec<String>,
    /// What contradicts, and waits for the reader's word.
    pub conflict: &'a [Demographic],
    /// Where it is.
    pub state: PriorState<'a>,
    /// Its place among those that wait, from 1.
    waits: usize,
}

impl PriorLine<'_> {
    /// Whether the reader must say that it is of the same patient.
    pub const fn is_conflicting(&self) -> bool {
        !self.conflict.is_empty()
    }

    /// What Enter does with it.
    pub fn command(&self) -> Option<PriorCommand> {
        match self.picked {
            Some(place) => Some(PriorCommand::Show(Next::Number(place + 1))),
            None => self.is_conflicting().then_some(PriorCommand::Accept(self.waits)),
        }
    }
}

impl Priors {
    /// Whether the reader has said that a study is of the same patient as another, or the other way round.
    pub fn is_accepted(&self, a: &StudyUid, b: &StudyUid) -> bool {
        let pair = |a: &StudyUid, b: &StudyUid| (a.clone(), b.clone());
        self.accepted.contains(&pair(a, b)) || self.accepted.contains(&pair(b, a))
    }

    /// Why a study is a prior, if it is picked.
    pub fn picked(&self, study: &StudyUid) -> Option<&Picked> {
        self.ranking.picked.iter().find(|picked| picked.entry.study.uid == *study)
    }

    /// Whether it came because it is a prior, or was taken away again.
    pub(super) fn is_fetched(&self, study: &StudyUid) -> bool {
        self.fetched.contains(study)
    }

    /// It hangs only when the reader asks for it.
    pub(super) fn note_fetched(&mut self, study: StudyUid) {
        self.fetched.insert(study);
    }

    /// Nobody waits any more for what was asked; it is called off where a place still answers.
    fn call_off(&mut self) -> Option<Effect> {
        let is_under_way = !std::mem::take(&mut self.waits_for).is_empty();
        self.asked.take().filter(|_| is_under_way).map(Effect::CancelFind)
    }

    /// Takes studies that a place has found.
    fn take(&mut self, entries: &[Entry], current: Option<&PatientAttributes>) {
        for entry in entries {
            if let Some(known) = self.found.get_mut(&entry.study.uid) {
                known.held.retain(|held| entry.held.iter().all(|now| now.place != held.place));
                known.held.extend(entry.held.iter().cloned());
                // Where two places contradict each other, the one counts that contradicts the study that is read.
                if current.is_some_and(|current| !current.is_same_person(&entry.patient)) {
                    known.patient.clone_from(&entry.patient);
                }
            } else if self.found.len() < STUDIES_MAX {
                self.found.insert(entry.study.uid.clone(), entry.clone());
            }
        }
    }
}

impl Session {
    /// Finds the priors of the study that is read, when it is another than before or more of it has come.
    pub(super) fn find_priors(&mut self, library: &Library) -> Vec<Effect> {
        let Some(current) = self.read_study(library) else { return Vec::new() };
        let uid = &current.attributes.uid;
        let mut called_off = None;
        if self.priors.current.as_ref() != Some(uid) {
            let mut before = std::mem::take(&mut self.priors);
            called_off = before.call_off();
            self.priors.current = Some(uid.clone());
            self.priors.accepted = before.accepted;
        }
        self.rank_priors(library);
        self.hang_awaited(library);
        called_off.into_iter().chain(self.ask_for_priors(library)).collect()
    }

    /// Asks the store and archives for studies of the patient, once.
    pub(super) fn ask_for_priors(&mut self, library: &Library) -> Vec<Effect> {
        let current = self.priors.current.as_ref().and_then(|uid| study_of(library, uid));
        let is_due = self.priors.asked.is_none() && !self.archives.places.is_empty();
        let Some(current) = current.filter(|study| is_due && !study.patient.is_nobody()) else {
            return Vec::new();
        };
        let number = self.next_question();
        self.priors.asked = Some(number);
        self.priors.waits_for = self.archives.places.iter().cloned().collect();
        self.priors.unanswered.clear();
        let question = StudyQuestion { patient_id: current.patient.id.clone(), ..StudyQuestion::default() };
        vec![Effect::FindStudies(number, Box::new(question))]
    }

    /// The same when the reader went to another study.
    pub(super) fn follow_read_study(&mut self, library: &Library) -> Vec<Effect> {
        let read = self.read_study(library).map(|study| &study.attributes.uid);
        if read.is_none() || read == self.priors.current.as_ref() {
            Vec::new()
        } else {
            self.find_priors(library)
        }
    }

    /// Takes what the store or an archive says, if it was asked for priors.
    pub(super) fn take_prior_news(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        match event {
            Event::StudiesFound { question, entries, .. } => self.take_priors(*question, entries, library),
            Event::FindEnded { question, place, outcome } if self.priors.asked == Some(*question) => {
                self.priors.waits_for.remove(place);
                if outcome.is_err() {
                    self.priors.unanswered.insert(place.clone());
                }
                return self.fetch_priors(library);
            }
            Event::ArchiveReached { archive, outcome: Ok(()), .. }
                if self.priors.unanswered.contains(&Place::Archive(archive.clone())) =>
            {
                let called_off = self.priors.call_off();
                return called_off.into_iter().chain(self.ask_for_priors(library)).collect();
            }
            Event::DayBegan(_) => self.rank_priors(library),
            _ => {}
        }
        Vec::new()
    }

    fn take_priors(&mut self, question: u32, entries: &[Entry], library: &Library) {
        if self.priors.asked != Some(question) {
            return;
        }
        let current = self.priors.current.as_ref().and_then(|uid| study_of(library, uid));
        self.priors.take(entries, current.map(|study| &study.patient));
        self.rank_priors(library);
    }

    /// A place has said all: what is worth it is fetched, after all that the reader waits for.
    fn fetch_priors(&mut self, library: &Library) -> Vec<Effect> {
        let mut orders = Vec::new();
        for picked in &self.priors.ranking.picked {
            let uid = &picked.entry.study.uid;
            let PriorState::OnArchive(archive) = self.prior_state(&picked.entry, library) else { continue };
            if self.priors.fetched.len() + orders.len() < FETCHED_MAX && !self.priors.fetched.contains(uid) {
                let (study, archive) = (uid.clone(), archive.to_owned());
                orders.push(RetrieveOrder { study, archive, urgency: Urgency::Background });
            }
        }
        self.priors.fetched.extend(orders.iter().map(|order| order.study.clone()));
        orders.into_iter().map(Effect::Retrieve).collect()
    }

    /// The study that is read: that of the viewport in focus, unless it is a prior of the one that was read.
    pub(super) fn read_study<'a>(&self, library: &'a Library) -> Option<&'a Study> {
        let before = self.priors.current.as_ref().and_then(|uid| study_of(library, uid));
        let source = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let Some((focused, ..)) = source.and_then(|source| library.find(&source.display_set)) else {
            return before;
        };
        let is_prior = self.priors.picked(&focused.attributes.uid).is_some();
        before.filter(|_| is_prior).or(Some(focused))
    }

    fn rank_priors(&mut self, library: &Library) {
        let Some(current) = self.priors.current.as_ref().and_then(|uid| study_of(library, uid)) else {
            return;
        };
        let mut candidates = self.priors.found.clone();
        for study in library.studies() {
            // What the objects say of themselves, and where else they are.
            let mut entry = entry_of(study);
            let uid = entry.study.uid.clone();
            entry.held = candidates.remove(&uid).map(|found| found.held).unwrap_or_default();
            candidates.insert(uid, entry);
        }
        let candidates: Vec<Entry> = candidates.into_values().collect();
        let uid = &current.attributes.uid;
        let of_current = self.priors.accepted.iter().filter(|(study, _)| study == uid);
        let accepted = of_current.map(|(_, prior)| prior.clone()).collect();
        self.priors.ranking =
            rank(&entry_of(current), &candidates, &accepted, &self.settings.prior_rules, &self.today());
    }

    /// The date, `YYYYMMDD`; the last there is as long as nobody has told.
    fn today(&self) -> String {
        self.studies.list.today().map_or_else(|| "99991231".to_owned(), Day::text)
    }

    /// Where a prior is.
    pub fn prior_state<'a>(&'a self, entry: &'a Entry, library: &Library) -> PriorState<'a> {
        let uid = &entry.study.uid;
        if study_of(library, uid).is_some() {
            return PriorState::Here;
        }
        if let Some(retrieval) = self.archives.retrieval(uid) {
            match &retrieval.state {
                RetrievalState::Whole => return PriorState::Stored,
                RetrievalState::Incomplete(why) if retrieval.received == 0 => {
                    return PriorState::Failed(why.clone());
                }
                RetrievalState::Incomplete(why) => return PriorState::Partial(retrieval.count(), why),
                RetrievalState::Waiting | RetrievalState::Running | RetrievalState::TriedAgain(_) => {
                    return PriorState::Arriving(retrieval);
                }
                RetrievalState::Cancelled => {}
            }
        }
        let stored = entry.held.iter().find(|held| held.place == Place::Store);
        let stored = stored.map(|held| (held.instances, Held::most(entry.held.iter())));
        match (stored, Held::best_archive(entry.held.iter())) {
            (Some((here, of)), _) if here.is_none() || here >= of => PriorState::Stored,
            (_, Some((name, Availability::Online | Availability::Nearline))) => PriorState::OnArchive(name),
            (Some((Some(here), Some(of))), _) => {
                PriorState::Partial(format!("{here} of {of}"), "no archive can give the others now")
            }
            (_, Some((name, Availability::Offline))) => {
                PriorState::Failed(format!("{name} keeps it offline: somebody must fetch it by hand"))
            }
            (_, Some((name, Availability::Unavailable))) => {
                PriorState::Failed(format!("{name} has lost it, or does not give it away"))
            }
            (_, None) => PriorState::Failed("nobody holds it any more".to_owned()),
        }
    }

    /// What became of each study of the patient: the priors, the best first, what waits for the reader's word, and the rest.
    pub fn prior_lines<'a>(&'a self, library: &'a Library) -> impl Iterator<Item = PriorLine<'a>> {
        let Ranking { picked, conflicting, left_out } = &self.priors.ranking;
        let line = move |entry: &'a Entry, reasons: Vec<String>| PriorLine {
            entry,
            picked: None,
            reasons,
            conflict: &[],
            state: self.prior_state(entry, library),
            waits: 0,
        };
        let picked = picked.iter().enumerate().map(move |(place, picked)| PriorLine {
            picked: Some(place),
            ..line(&picked.entry, picked.reasons.clone())
        });
        let conflicting = (1..).zip(conflicting).map(move |(waits, (entry, what))| PriorLine {
            conflict: what,
            waits,
            ..line(entry, vec![format!("the same Patient ID, but the {}", differing(what))])
        });
        let left_out = left_out.iter().map(move |left_out| line(&left_out.entry, vec![left_out.why.clone()]));
        picked.chain(conflicting).chain(left_out)
    }

    /// Whether all that were asked for the patient's studies have answered, or failed to.
    pub fn are_priors_known(&self) -> bool {
        self.priors.waits_for.is_empty()
    }

    /// How many priors can be hung at once, and how many there are.
    pub fn priors_ready(&self, library: &Library) -> (usize, usize) {
        let picked = &self.priors.ranking.picked;
        let is_ready = |picked: &&Picked| {
            matches!(self.prior_state(&picked.entry, library), PriorState::Here | PriorState::Stored)
        };
        (picked.iter().filter(is_ready).count(), picked.len())
    }

    /// Whether a study is an earlier one of the same patient as another that is open.
    pub fn is_prior(&self, study: &Study, library: &Library) -> bool {
        library.studies().iter().any(|other| {
            let (uid, of_other) = (&study.attributes.uid, &other.attributes.uid);
            study.is_prior_of(other)
                || (self.priors.is_accepted(uid, of_other) && study.attributes.date < other.attributes.date)
        })
    }

    pub(super) fn apply_prior(&mut self, command: PriorCommand, library: &Library) -> Vec<Effect> {
        if command != PriorCommand::Blink {
            self.end_blink(library);
        }
        match command {
            PriorCommand::Blink => {
                self.blink(library);
                Vec::new()
            }
            PriorCommand::Curtain(command) => {
                self.apply_curtain(command, library);
                Vec::new()
            }
            PriorCommand::Toggle if self.take_prior_away() => Vec::new(),
            PriorCommand::Toggle if self.priors.awaited.take().is_some() => {
                self.tell(MessageKind::Note, "The prior will not hang; it still comes.");
                Vec::new()
            }
            PriorCommand::Toggle => self.show_prior(0, library),
            PriorCommand::Show(next) => {
                let picked = &self.priors.ranking.picked;
                let hung =
                    self.priors.beside.as_ref().map(|beside| &beside.study).or(self.priors.awaited.as_ref());
                let place = hung.and_then(|uid| picked.iter().position(|it| it.entry.study.uid == *uid));
                let wanted = match (next, place) {
                    (Next::Next | Next::Previous, None) => Some(0),
                    (next, place) => next.index_from(place.unwrap_or(0), picked.len()),
                };
                let Some(wanted) = wanted else {
                    let text = match picked.len() {
                        1 => "There is 1 prior.".to_owned(),
                        count => format!("There are {count} priors."),
                    };
                    self.tell(MessageKind::Note, text);
                    return Vec::new();
                };
                self.show_prior(wanted, library)
            }
            PriorCommand::Accept(number) => self.accept_prior(number, library),
        }
    }

    /// The reader says that a study whose demographics contradict is of the same patient: for the study that is read alone.
    fn accept_prior(&mut self, number: usize, library: &Library) -> Vec<Effect> {
        // Its number may be another's by then.
        if !self.are_priors_known() {
            self.tell(MessageKind::Note, "Archives are still answering: look again, then say so.");
            return Vec::new();
        }
        let conflict = self.priors.ranking.conflicting.get(number.saturating_sub(1)).cloned();
        let (Some((entry, what)), Some(current)) = (conflict, self.priors.current.clone()) else {
            self.tell(MessageKind::Note, "No study waits to be taken for the same patient's.");
            return Vec::new();
        };
        self.priors.accepted.insert((current, entry.study.uid.clone()));
        self.rank_priors(library);
        let text = format!(
            "The study of {} is taken for the same patient's though the {}: beside this study only.",
            date_words(&entry.study.date),
            differing(&what)
        );
        self.tell(MessageKind::Caution, text);
        self.fetch_priors(library)
    }

    /// Hangs a prior beside the study that is read, or has it fetched for that.
    fn show_prior(&mut self, place: usize, library: &Library) -> Vec<Effect> {
        let Some(picked) = self.priors.ranking.picked.get(place).cloned() else {
            let text = match self.priors.ranking.conflicting.as_slice() {
                _ if self.priors.current.is_none() => "Nothing hangs in this viewport.".to_owned(),
                [] if !self.priors.unanswered.is_empty() => {
                    let silent: Vec<&str> = self.priors.unanswered.iter().map(Place::name).collect();
                    format!("No prior is known, and {} did not answer.", silent.join(" and "))
                }
                [] => "There is no prior; `panel priors` tells of each study why not.".to_owned(),
                [(_, what), ..] => format!(
                    "A study has the same Patient ID, but the {}: `prior accept 1` takes it for the same patient's.",
                    differing(what)
                ),
            };
            self.tell(MessageKind::Note, text);
            return Vec::new();
        };
        let (entry, uid) = (&picked.entry, picked.entry.study.uid.clone());
        let (date, modality) = (date_words(&entry.study.date), entry.modalities.join("/"));
        let (effect, how) = match self.prior_state(entry, library) {
            PriorState::Here => {
                self.priors.awaited = None;
                self.hang_beside(&uid, library);
                return Vec::new();
            }
            PriorState::Stored | PriorState::Partial(..) => {
                (Effect::OpenStored(uid.clone()), "read from the store".to_owned())
            }
            PriorState::Arriving(retrieval) => again(retrieval),
            PriorState::OnArchive(archive) => {
                let order = RetrieveOrder {
                    study: uid.clone(),
                    archive: archive.to_owned(),
                    urgency: Urgency::Foreground,
                };
                (Effect::Retrieve(order), format!("fetched from {archive}"))
            }
            PriorState::Failed(why) => match self.archives.retrieval(&uid) {
                // What failed once may go now.
                Some(retrieval) if matches!(retrieval.state, RetrievalState::Incomplete(_)) => {
                    again(retrieval)
                }
                _ => {
                    let text = format!("Prior {modality} {date} cannot be hung: {why}.");
                    self.tell(MessageKind::Caution, text);
                    return Vec::new();
                }
            },
        };
        self.priors.fetched.insert(uid.clone());
        self.priors.awaited = Some(uid);
        let text =
            format!("Prior {modality} {date} is {how}: it hangs as soon as its first images are here.");
        self.tell(MessageKind::Note, text);
        vec![effect]
    }

    /// Hangs the prior that was waited for, when its first images are here.
    fn hang_awaited(&mut self, library: &Library) {
        let is_here =
            |uid: &StudyUid| study_of(library, uid).is_some_and(|study| study.first_set().is_some());
        if let Some(uid) = self.priors.awaited.take_if(|uid| is_here(uid)) {
            if self.priors.picked(&uid).is_some() {
                return self.hang_beside(&uid, library);
            }
            // Its images say something else than what found it.
            let line = self.prior_lines(library).find(|line| line.entry.study.uid == uid);
            let why = line.map_or_else(|| "it is no prior".to_owned(), |line| line.reasons.join(", "));
            let text = format!("The study that was to hang as a prior does not hang: {why}.");
            self.tell(MessageKind::Caution, text);
        }
    }
}

/// Fetches it now, and how that is said.
fn again(retrieval: &Retrieval) -> (Effect, String) {
    let order = RetrieveOrder { urgency: Urgency::Foreground, ..retrieval.order.clone() };
    let how = format!("fetched from {}", order.archive);
    (Effect::Retrieve(order), how)
}

/// What differs, in words: `name and sex differ`.
pub fn differing(what: &[Demographic]) -> String {
    let words: Vec<&str> = what.iter().map(|what| what.words()).collect();
    match words.as_slice() {
        [one] => format!("{one} differs"),
        [rest @ .., last] => format!("{} and {last} differ", rest.join(", ")),
        [] => String::new(),
    }
}

/// A loaded study as it is compared.
pub fn entry_of(study: &Study) -> Entry {
    let firsts =
        study.series.iter().flat_map(|series| &series.display_sets).filter_map(|set| set.images.first());
    let (mut parts, mut sides) = (BTreeSet::new(), BTreeSet::new());
    for image in firsts {
        let said = |item| image.instance.technique(image.frame, item);
        parts.extend(said(TechniqueItem::BodyPart));
        sides.extend(said(TechniqueItem::Laterality));
    }
    let modalities: BTreeSet<String> =
        study.series.iter().map(|series| series.attributes.modality.clone()).collect();
    let side = sides.first().filter(|_| sides.len() == 1).cloned();
    Entry {
        patient: study.patient.clone(),
        study: study.attributes.clone(),
        modalities: modalities.into_iter().collect(),
        body_parts: parts.into_iter().collect(),
        laterality: side.unwrap_or_else(|| if sides.is_empty() { String::new() } else { "B".to_owned() }),
        held: Vec::new(),
    }
}

/// A study that is open.
pub(super) fn study_of<'a>(library: &'a Library, uid: &StudyUid) -> Option<&'a Study> {
    library.studies().iter().find(|study| study.attributes.uid == *uid)
}
