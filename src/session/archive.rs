//! What is known of archives and of what is on its way from and to them.

use std::collections::BTreeMap;

use crate::dicom::StudyUid;
use crate::study::Library;
use crate::study_list::Place;

use super::effect::Effect;
use super::event::Event;
use super::state::{MessageKind, Session};

/// Retrievals that are remembered: the oldest that nothing more is to be said of goes first, then the oldest that has ended.
const RETRIEVALS_MAX: usize = 256;

/// Comparisons with archives that are remembered; one that found no difference goes first.
const CHECKS_MAX: usize = 256;

/// A study to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrieveOrder {
    /// Which.
    pub study: StudyUid,
    /// From which archive, by its name in `peers.toml`.
    pub archive: String,
    /// How urgent it is.
    pub urgency: Urgency,
}

/// How urgent a retrieval is: what the reader waits for goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A prior that may be looked at.
    Background,
    /// The reader waits for it.
    Foreground,
}

/// Where a retrieval stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retrieval {
    /// What was asked.
    pub order: RetrieveOrder,
    /// Objects filed in the store, those that were there before included.
    pub received: usize,
    /// Objects that the archive says there are, where it says.
    pub expected: Option<usize>,
    /// How it goes.
    pub state: RetrievalState,
}

/// How a retrieval goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetrievalState {
    /// It waits its turn.
    Waiting,
    /// Objects arrive.
    Running,
    /// It failed, and is tried again; a sentence on why.
    TriedAgain(String),
    /// All that the archive has is here.
    Whole,
    /// It has ended and some is missing; a sentence on why.
    Incomplete(String),
    /// The reader stopped it.
    Cancelled,
}

impl Retrieval {
    /// Whether more comes.
    pub const fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            RetrievalState::Waiting | RetrievalState::Running | RetrievalState::TriedAgain(_)
        )
    }

    /// Whether the reader waits for it.
    pub fn is_waited_for(&self) -> bool {
        self.is_under_way() && self.order.urgency == Urgency::Foreground
    }

    /// How much is here: `228 of 230`.
    pub fn count(&self) -> String {
        match self.expected {
            Some(expected) => format!("{} of {expected}", self.received),
            None => self.received.to_string(),
        }
    }
}

/// What is known of archives, and of what comes from and goes to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Archives {
    /// Where studies are found.
    pub places: Vec<Place>,
    /// How each study stands that was fetched since the program started, the latest last; bounded.
    pub retrievals: Vec<Retrieval>,
    /// The archives that do not answer, by name.
    pub silent: BTreeMap<String, Silence>,
    /// What archives said of studies that were opened from the store, each with the archive's name; bounded.
    pub checks: BTreeMap<StudyUid, (String, Check)>,
    /// What the reader saved and no archive has confirmed yet.
    pub outgoing: Outgoing,
}

/// What came of comparing a study of the store with its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// The archive says the same.
    Same,
    /// It says something else of these.
    Differs(Vec<&'static str>),
    /// It does not have the study any more.
    Gone,
    /// It could not be asked; a sentence on why.
    NotAsked(String),
}

/// An archive that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// For how long, at the last try, min.
    pub minutes: u64,
    /// Why; a sentence.
    pub why: String,
    /// When this was found first, since the program began, s.
    since_s: u64,
}

impl Archives {
    /// How the fetching of a study stands, if it was fetched since the program started.
    pub fn retrieval(&self, study: &StudyUid) -> Option<&Retrieval> {
        self.retrievals.iter().find(|retrieval| retrieval.order.study == *study)
    }

    fn take(&mut self, retrieval: &Retrieval) {
        let study = &retrieval.order.study;
        if let Some(known) = self.retrievals.iter_mut().find(|known| known.order.study == *study) {
            if known.is_under_way() || !retrieval.is_under_way() {
                return known.clone_from(retrieval);
            }
            // It begins anew: now it is the latest.
            self.retrievals.retain(|known| known.order.study != *study);
        } else if self.retrievals.len() >= RETRIEVALS_MAX {
            let is_settled =
                |known: &Retrieval| matches!(known.state, RetrievalState::Whole | RetrievalState::Cancelled);
            let settled = self.retrievals.iter().position(is_settled);
            let ended = self.retrievals.iter().position(|known| !known.is_under_way());
            self.retrievals.remove(settled.or(ended).unwrap_or(0));
        }
        self.retrievals.push(retrieval.clone());
    }

    fn note_check(&mut self, study: &StudyUid, archive: &str, check: &Check) {
        if self.checks.len() >= CHECKS_MAX && !self.checks.contains_key(study) {
            let same = self.checks.iter().find(|(_, (_, check))| *check == Check::Same);
            if let Some(study) =
                same.or_else(|| self.checks.first_key_value()).map(|(study, _)| study.clone())
            {
                self.checks.remove(&study);
            }
        }
        self.checks.insert(study.clone(), (archive.to_owned(), check.clone()));
    }

    fn note_reached(&mut self, archive: &str, now_ms: f64, outcome: &Result<(), String>) {
        let Err(why) = outcome else {
            self.silent.remove(archive);
            return;
        };
        let seconds = std::time::Duration::from_secs_f64(now_ms.max(0.0) / 1000.0).as_secs();
        let since_s = self.silent.get(archive).map_or(seconds, |silence| silence.since_s);
        let silence = Silence { minutes: seconds.saturating_sub(since_s) / 60, why: why.clone(), since_s };
        self.silent.insert(archive.to_owned(), silence);
    }
}

impl Session {
    /// Takes news of archives.
    pub(super) fn take_archive_news(&mut self, event: &Event) {
        match event {
            Event::PlacesKnown { places, no_store } => {
                self.archives.places.clone_from(places);
                if let Some(why) = no_store {
                    self.tell(MessageKind::Caution, format!("Studies cannot be kept here: {why}."));
                }
            }
            Event::StudyChecked { study, archive, check } => {
                if let Check::Differs(what) = check {
                    let text = format!(
                        "{archive} says another {} of a study that is open here. Compare with the request before you read it.",
                        what.join(" and another ")
                    );
                    self.tell(MessageKind::Caution, text);
                }
                self.archives.note_check(study, archive, check);
            }
            Event::Retrieving(retrieval) => self.take_retrieval(retrieval),
            Event::ArchiveReached { archive, now_ms, outcome } => {
                let was_silent = self.archives.silent.contains_key(archive);
                self.archives.note_reached(archive, *now_ms, outcome);
                match outcome {
                    Err(why) if !was_silent => {
                        let text = format!(
                            "{archive} does not answer: {why}. What is here can be read; it is tried again."
                        );
                        self.tell(MessageKind::Caution, text);
                    }
                    Ok(()) if was_silent => self.tell(MessageKind::Note, format!("{archive} answers again.")),
                    _ => {}
                }
            }
            Event::OutgoingChanged(outgoing) => self.archives.outgoing.clone_from(outgoing),
            _ => {}
        }
    }

    fn take_retrieval(&mut self, retrieval: &Retrieval) {
        let before = self.archives.retrieval(&retrieval.order.study).map(|known| known.state.clone());
        self.archives.take(retrieval);
        if !retrieval.is_under_way() && retrieval.received == 0 {
            self.await_no_more(&retrieval.order.study);
        }
        if retrieval.order.urgency == Urgency::Background || before.as_ref() == Some(&retrieval.state) {
            return;
        }
        let (archive, count) = (&retrieval.order.archive, retrieval.count());
        match &retrieval.state {
            RetrievalState::TriedAgain(why) if !matches!(before, Some(RetrievalState::TriedAgain(_))) => {
                let text = format!("{count} images are here; {archive} is tried again: {why}.");
                self.tell(MessageKind::Caution, text);
            }
            RetrievalState::Incomplete(why) => {
                let text = format!(
                    "A study is incomplete: {count} images from {archive} are here. {why}. “retrieve” fetches the rest.",
                );
                self.tell(MessageKind::Caution, text);
            }
            _ => {}
        }
    }

    /// Opens a study as the reader chose it in a list: its images hang as they come, in place of what hung.
    pub fn open_study(&mut self, study: StudyUid, effect: Effect) -> Vec<Effect> {
        self.wait_for(study);
        vec![effect]
    }

    /// A study that was opened is on its way: until it comes or it is clear that it does not, no other hangs by itself.
    pub fn wait_for(&mut self, study: StudyUid) {
        self.awaited = Some(study);
    }

    /// Nothing of a study comes: it is waited for no more, and the list stays. Whether it was.
    pub(super) fn await_no_more(&mut self, study: &StudyUid) -> bool {
        let is_it = |awaited: &mut StudyUid| awaited == study;
        let opened = self.awaited.take_if(is_it);
        let prior = self.priors.awaited.take_if(is_it);
        opened.or(prior).is_some()
    }

    /// What was to hang, has come to its end and does not hang is waited for no more.
    pub(super) fn end_waiting(&mut self, ended: &[StudyUid]) {
        for study in ended {
            let is_coming = self.archives.retrieval(study).is_some_and(Retrieval::is_under_way);
            if !is_coming && self.await_no_more(study) {
                self.tell(MessageKind::Caution, "Nothing of the study that was opened can be shown.");
            }
        }
    }

    /// Fetches what is missing of the study in focus, from where it came.
    pub(super) fn retrieve_focused(&mut self, library: &Library) -> Vec<Effect> {
        let source = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let study = source.and_then(|source| library.find(&source.display_set)).map(|(study, ..)| study);
        let study = study.map(|study| &study.attributes.uid);
        // Where nothing came of it, nothing hangs: the one that failed last is meant.
        let retrieval = match study {
            Some(study) => self.archives.retrieval(study),
            None => self.archives.retrievals.iter().rfind(|retrieval| !retrieval.is_under_way()),
        };
        let Some(order) = retrieval.map(|retrieval| retrieval.order.clone()) else {
            self.tell(MessageKind::Note, "This study did not come from an archive.");
            return Vec::new();
        };
        vec![Effect::Retrieve(RetrieveOrder { urgency: Urgency::Foreground, ..order })]
    }

    /// Stops fetching what the reader waits for.
    pub(super) fn cancel_retrievals(&self) -> Vec<Effect> {
        let waited_for = self.archives.retrievals.iter().filter(|retrieval| retrieval.is_waited_for());
        waited_for.map(|retrieval| Effect::CancelRetrieve(retrieval.order.study.clone())).collect()
    }
}

/// What the reader saved and no archive has confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outgoing {
    /// Objects that wait.
    pub waiting: usize,
    /// Why the last try failed; a sentence.
    pub why: Option<String>,
}
