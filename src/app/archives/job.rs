//! A study that is being fetched: what the archive has of it, what is here, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;

use crate::dicom::{SeriesUid, StudyUid};
use crate::net::dimse::{Part, Retrieved};
use crate::net::{Backoff, NetError};
use crate::session::{Retrieval, RetrievalState, RetrieveOrder, Urgency};

use super::{Archive, backoff};

/// Failures in a row, with nothing come between them, after which it ends.
const FAILURES_MAX: u32 = 6;

/// How often a series is asked for that the archive answers without sending all of it.
const SERIES_TRIES_MAX: u32 = 2;

/// Objects of a series named in one request: their UIDs must fit into one value. PS3.5 6.2, UI of 64 characters.
const NAMED_MAX: usize = 500;

/// A study on its way.
pub(super) struct Job {
    /// As the session is told.
    pub(super) retrieval: Retrieval,
    pub(super) archive: Arc<Archive>,
    pub(super) progress: Arc<Progress>,
    /// None until the archive has said what there is.
    series: Option<Vec<SeriesJob>>,
    /// What is being done for it.
    pub(super) running: Vec<(Unit, AbortHandle)>,
    failures: u32,
    backoff: Backoff,
    /// Not tried before, since the thread began.
    pub(super) not_before: Duration,
    /// Objects here at the last failure, or when it began.
    here_before: usize,
    /// Why something was given up, the first time.
    given_up: Option<String>,
    /// When the session was told last, and how many objects.
    pub(super) told: Option<(Duration, usize)>,
}

/// What comes of a study, counted where it comes.
#[derive(Default)]
pub(super) struct Progress {
    /// Objects that came since it was last looked what is here.
    pub(super) came: AtomicUsize,
    /// Whether it is shown as it comes.
    pub(super) is_open: AtomicBool,
}

/// A series of it.
struct SeriesJob {
    part: Part,
    missing: Vec<String>,
    tries: u32,
}

/// What can be done at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// Ask what there is.
    Inventory,
    /// Fetch what is missing of a series, by its UID.
    Series(String),
}

/// What a unit has to fetch.
pub(super) struct Wanted {
    pub(super) series: String,
    pub(super) sop_classes: BTreeSet<String>,
    /// SOP Instance UIDs; empty for the whole series.
    pub(super) instances: Vec<String>,
}

impl Job {
    pub(super) fn new(order: RetrieveOrder, archive: Arc<Archive>, now: Duration) -> Self {
        let is_open = AtomicBool::new(order.urgency == Urgency::Foreground);
        Self {
            retrieval: Retrieval { order, received: 0, expected: None, state: RetrievalState::Waiting },
            archive,
            progress: Arc::new(Progress { came: AtomicUsize::new(0), is_open }),
            series: None,
            running: Vec::new(),
            failures: 0,
            backoff: backoff(),
            not_before: now,
            here_before: 0,
            given_up: None,
            told: None,
        }
    }

    pub(super) const fn study(&self) -> &StudyUid {
        &self.retrieval.order.study
    }

    pub(super) fn is_foreground(&self) -> bool {
        self.retrieval.order.urgency == Urgency::Foreground
    }

    pub(super) fn is_open(&self) -> bool {
        self.progress.is_open.load(Ordering::Acquire)
    }

    /// Takes what the archive has.
    pub(super) fn take_inventory(&mut self, mut parts: Vec<Part>, held: &BTreeMap<String, PathBuf>) {
        self.retrieval.expected = Some(parts.iter().map(|part| part.instances.len()).sum());
        parts.sort_by_key(|part| part.number.unwrap_or(i64::MAX));
        let series =
            parts.into_iter().map(|part| SeriesJob { missing: Vec::new(), part, tries: 0 }).collect();
        self.series = Some(series);
        self.look_again(held);
        self.here_before = self.retrieval.received;
    }

    /// How many objects the archive says of each series.
    pub(super) fn declared(&self) -> Vec<(StudyUid, SeriesUid, u32)> {
        let series = self.series.iter().flatten().map(|series| {
            let count = u32::try_from(series.part.instances.len()).unwrap_or(u32::MAX);
            (self.study().clone(), SeriesUid::new(&series.part.series), count)
        });
        series.collect()
    }

    /// Looks what is missing.
    pub(super) fn look_again(&mut self, held: &BTreeMap<String, PathBuf>) {
        self.progress.came.store(0, Ordering::Release);
        let Some(series) = &mut self.series else {
            self.retrieval.received = held.len();
            return;
        };
        for series in series.iter_mut() {
            series.missing =
                series.part.instances.iter().filter(|uid| !held.contains_key(*uid)).cloned().collect();
        }
        let missing: usize = series.iter().map(|series| series.missing.len()).sum();
        self.retrieval.received = self.retrieval.expected.unwrap_or_default().saturating_sub(missing);
    }

    /// What is to be done next: the series that is looked at first, then by their numbers.
    pub(super) fn next(&self, looked_at: &[(StudyUid, SeriesUid)]) -> Option<Unit> {
        let is_running = |unit: &Unit| self.running.iter().any(|(running, _)| running == unit);
        let Some(series) = &self.series else {
            return Some(Unit::Inventory).filter(|unit| !is_running(unit));
        };
        let waiting = series.iter().filter(|series| {
            !series.missing.is_empty()
                && series.tries < SERIES_TRIES_MAX
                && !is_running(&Unit::Series(series.part.series.clone()))
        });
        let place = |series: &&SeriesJob| {
            let is_it = |(study, uid): &(StudyUid, SeriesUid)| {
                study == self.study() && uid.as_str() == series.part.series
            };
            looked_at.iter().position(is_it).unwrap_or(usize::MAX)
        };
        waiting.min_by_key(place).map(|series| Unit::Series(series.part.series.clone()))
    }

    /// What is to be fetched of a series.
    pub(super) fn wanted(&self, uid: &str) -> Option<Wanted> {
        let series = self.series.as_ref()?.iter().find(|series| series.part.series == uid)?;
        let is_whole = series.missing.len() == series.part.instances.len();
        let instances = if is_whole { &[] } else { series.missing.as_slice() };
        Some(Wanted {
            series: series.part.series.clone(),
            sop_classes: series.part.sop_classes.clone(),
            instances: instances.iter().take(NAMED_MAX).cloned().collect(),
        })
    }

    /// An archive has answered for a series, and this is here now.
    pub(super) fn take_series(&mut self, uid: &str, retrieved: &Retrieved, held: &BTreeMap<String, PathBuf>) {
        let before: Vec<usize> = self.series.iter().flatten().map(|series| series.missing.len()).collect();
        self.look_again(held);
        let mut all = self.series.iter_mut().flatten().zip(before);
        let series = all.find(|(series, _)| series.part.series == uid);
        let Some((series, before)) = series.filter(|(series, _)| !series.missing.is_empty()) else { return };
        // A part that was named and came whole is followed by the next one.
        let has_come = series.missing.len() < before && retrieved.received >= retrieved.total();
        series.tries += u32::from(!has_come);
        if series.tries >= SERIES_TRIES_MAX {
            let why = match &retrieved.refusal {
                Some(refusal) => format!("what came cannot be kept: {refusal}"),
                None if retrieved.status.is_done() => "the archive sent no more".to_owned(),
                None => format!("the archive says: {}", retrieved.status),
            };
            self.given_up.get_or_insert(why);
        }
    }

    /// A unit failed: whether it goes on, after a pause or with what else there is.
    pub(super) fn fail(&mut self, unit: &Unit, error: &NetError, now: Duration) -> bool {
        let why = error.to_string();
        let here = self.retrieval.received + self.progress.came.load(Ordering::Acquire);
        if here > self.here_before {
            self.failures = 0;
            self.backoff.reset();
        }
        self.here_before = here;
        if error.is_transient() {
            // What fails while it is waited already failed together with what failed before.
            let is_counted = now < self.not_before;
            self.failures += u32::from(!is_counted);
            if self.failures < FAILURES_MAX {
                if !is_counted {
                    self.not_before = now + self.backoff.wait();
                }
                self.retrieval.state = RetrievalState::TriedAgain(why);
                return true;
            }
        }
        self.given_up.get_or_insert(why);
        // Others may be had.
        let is_its_own =
            matches!(error, NetError::Failed { .. } | NetError::NotAccepted { .. } | NetError::NothingThere)
                && !error.is_transient();
        let is_its = |series: &&mut SeriesJob| *unit == Unit::Series(series.part.series.clone());
        match self.series.iter_mut().flatten().find(is_its) {
            Some(series) if is_its_own => {
                series.tries = SERIES_TRIES_MAX;
                true
            }
            _ => false,
        }
    }

    /// Objects here now.
    pub(super) fn here(&self) -> usize {
        let here = self.retrieval.received + self.progress.came.load(Ordering::Acquire);
        here.min(self.retrieval.expected.unwrap_or(usize::MAX))
    }

    /// Whether nothing is left to be done.
    pub(super) fn has_ended(&self) -> bool {
        self.running.is_empty() && self.series.is_some() && self.next(&[]).is_none()
    }

    /// How it ended.
    pub(super) fn outcome(&self) -> RetrievalState {
        let is_whole = self.retrieval.expected.is_some_and(|expected| self.retrieval.received >= expected);
        if is_whole {
            return RetrievalState::Whole;
        }
        let why = self.given_up.as_deref().unwrap_or("the archive sent no more");
        RetrievalState::Incomplete(why.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Peer;

    /// A study of two series, of one object each, of which nothing is here.
    fn job() -> Job {
        let title = |title: &str| title.parse().expect("a title");
        let archive = Archive {
            name: "NORTH".to_owned(),
            peer: Peer::new("127.0.0.1", 104, title("NORTH"), title("HOTLIGHT")),
            query: true,
            retrieve: None,
            store: false,
        };
        let study = StudyUid::new("2.25.1");
        let order = RetrieveOrder { study, archive: archive.name.clone(), urgency: Urgency::Foreground };
        let mut job = Job::new(order, Arc::new(archive), Duration::ZERO);
        let part = |number: i64| Part {
            series: format!("2.25.{number}"),
            number: Some(number),
            instances: vec![format!("2.25.{number}.1")],
            sop_classes: BTreeSet::new(),
        };
        job.take_inventory(vec![part(2), part(3)], &BTreeMap::new());
        job
    }

    fn series(number: u32) -> Unit {
        Unit::Series(format!("2.25.{number}"))
    }

    #[test]
    fn a_series_that_cannot_be_had_is_given_up_and_the_others_come() {
        let mut job = job();
        let error = NetError::NotAccepted { what: "Video".to_owned() };
        assert_eq!(job.next(&[]), Some(series(2)));
        assert!(job.fail(&series(2), &error, Duration::ZERO), "it goes on");
        assert_eq!(job.next(&[]), Some(series(3)));
        let held = BTreeMap::from([("2.25.3.1".to_owned(), PathBuf::new())]);
        job.look_again(&held);
        assert!(job.has_ended());
        assert_eq!(job.outcome(), RetrievalState::Incomplete("the archive accepts no Video".to_owned()));
        // What no series has to do with ends all.
        let mut job = self::job();
        assert!(!job.fail(&series(2), &NetError::Keep { why: "full".to_owned() }, Duration::ZERO));
    }

    #[test]
    fn what_fails_together_fails_once() {
        let mut job = job();
        let lost = NetError::Lost { why: "reset".to_owned() };
        for _ in 0..20 {
            assert!(job.fail(&series(2), &lost, Duration::ZERO), "one failure");
        }
        let rounds = (0..10).take_while(|_| job.fail(&series(2), &lost, job.not_before)).count();
        assert_eq!(rounds, 4, "the sixth failure is the last");
    }
}
