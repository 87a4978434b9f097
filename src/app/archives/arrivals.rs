//! What has come of studies that are open, on its way to the `index` thread: in batches, so that each costs the assembly of a
//! series only now and then.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::Sender;

use crate::app::clock::Clock;
use crate::app::services::Request;
use crate::dicom::{SeriesUid, StudyUid};

/// Between two batches: it doubles each time. The first object goes at once.
const PAUSE_FIRST: Duration = Duration::from_millis(40);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// What has come and was not looked at yet: no more than the studies that are open have objects.
pub(in crate::app) struct Arrivals {
    index: Sender<Request>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: Arrived,
    /// The `index` thread was asked to take them.
    is_asked: bool,
    due: Duration,
    pause: Duration,
}

/// A batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Arrived {
    /// Files, each whole.
    pub(in crate::app) paths: Vec<PathBuf>,
    /// How many objects an archive says that a series has.
    pub(in crate::app) declared: Vec<(StudyUid, SeriesUid, u32)>,
    /// So many studies have come to their end.
    pub(in crate::app) ended: usize,
}

impl Arrived {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Arrivals {
    pub(in crate::app) fn new(index: Sender<Request>) -> Self {
        Self { index, clock: Clock::start(), state: Mutex::default() }
    }

    /// A study begins to come: its first object must not wait.
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        state.due = self.clock.elapsed();
        state.pause = PAUSE_FIRST;
    }

    /// Objects have come.
    pub(super) fn add(&self, paths: impl IntoIterator<Item = PathBuf>) {
        self.lock().waiting.paths.extend(paths);
        self.ask();
    }

    /// An archive says how many objects a series has.
    pub(super) fn declare(&self, declared: impl IntoIterator<Item = (StudyUid, SeriesUid, u32)>) {
        self.lock().waiting.declared.extend(declared);
    }

    /// Nothing more comes of a study.
    pub(super) fn end(&self) {
        self.lock().waiting.ended += 1;
        self.ask();
    }

    /// Asks the `index` thread to take what waits, if it is time; whether something waits for that time.
    pub(super) fn ask(&self) -> bool {
        let mut state = self.lock();
        if state.is_asked || state.waiting.is_empty() {
            return false;
        }
        let now = self.clock.elapsed();
        if now < state.due && state.waiting.ended == 0 {
            return true;
        }
        // When it has too much to do, it is asked again a little later.
        state.is_asked = self.index.try_send(Request::Arrived).is_ok();
        state.due = now + state.pause;
        state.pause = (state.pause * 2).clamp(PAUSE_FIRST, PAUSE_MAX);
        !state.is_asked
    }

    /// What waits, for the `index` thread.
    pub(in crate::app) fn take(&self) -> Arrived {
        let mut state = self.lock();
        state.is_asked = false;
        std::mem::take(&mut state.waiting)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_object_goes_at_once_and_the_next_ones_together() {
        let (index, requests) = crossbeam_channel::bounded(1);
        let arrivals = Arrivals::new(index);
        arrivals.begin();
        let begun = arrivals.clock.elapsed();
        arrivals.add([PathBuf::from("1")]);
        assert!(requests.try_recv().is_ok(), "at once");
        assert_eq!(arrivals.take().paths.len(), 1);
        assert!(arrivals.lock().due >= begun + PAUSE_FIRST);
        // A busy machine may let that pass between two lines.
        arrivals.lock().due += Duration::from_mins(10);
        arrivals.add([PathBuf::from("2")]);
        arrivals.add([PathBuf::from("3")]);
        assert!(requests.try_recv().is_err(), "it waits for more");
        assert!(arrivals.ask(), "and says so");
        // The end waits for nothing.
        arrivals.end();
        assert!(requests.try_recv().is_ok());
        assert_eq!((arrivals.take().paths.len(), arrivals.take().ended), (2, 0));
    }

    #[test]
    fn what_cannot_be_asked_for_now_is_asked_for_later() {
        let (index, requests) = crossbeam_channel::bounded(1);
        let arrivals = Arrivals::new(index.clone());
        index.try_send(Request::Arrived).expect("room");
        arrivals.begin();
        arrivals.end();
        assert!(arrivals.ask(), "there is no room");
        requests.try_recv().expect("what stood in the way");
        assert!(!arrivals.ask());
        assert!(requests.try_recv().is_ok());
    }
}
