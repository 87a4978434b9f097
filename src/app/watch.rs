//! Watches what runs beside the frames: a thread that comes no further, a machine that has slept, a clock that was set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::session::Event;

use super::clock::{Clock, Moment};
use super::services::Answers;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);

/// How long a thread may come no further before the reader is told.
const PATIENCE: Duration = Duration::from_secs(20);

/// Clocks that differ by less between two looks do so because a machine is busy.
const JUMP: Duration = Duration::from_secs(5);

/// The threads that are watched.
pub(super) struct Watched {
    clock: Clock,
    patience_ms: AtomicU64,
    seats: Mutex<Vec<Arc<Seat>>>,
    /// The jobs of which the reader knows that they come no further.
    told: Mutex<BTreeSet<&'static str>>,
}

/// One of them.
pub(super) struct Seat {
    job: &'static str,
    clock: Clock,
    /// When it came further last, ms since the start, from 1; 0 while it has nothing to do.
    last_ms: AtomicU64,
    is_stuck: AtomicBool,
}

impl Watched {
    /// Nobody is watched yet.
    pub(super) fn new() -> Self {
        Self {
            clock: Clock::start(),
            patience_ms: AtomicU64::new(milliseconds(PATIENCE)),
            seats: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// How long a thread may come no further before the reader is told: 20 s unless this says otherwise.
    pub(super) fn be_patient_for(&self, patience: Duration) {
        self.patience_ms.store(milliseconds(patience), Ordering::Relaxed);
    }

    /// A thread that does a job is watched from now on.
    pub(super) fn seat(&self, job: &'static str) -> Arc<Seat> {
        let seat = Arc::new(Seat {
            job,
            clock: self.clock,
            last_ms: AtomicU64::new(0),
            is_stuck: AtomicBool::new(false),
        });
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&seat));
        seat
    }

    /// What is to be told of the threads at that time, ms since the start, and the job of each that came to a stand since the last look.
    fn look(&self, now_ms: u64) -> (Vec<Event>, Vec<&'static str>) {
        let patience_ms = self.patience_ms.load(Ordering::Relaxed);
        let mut longest: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut stopped = Vec::new();
        for seat in self.seats.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let last_ms = seat.last_ms.load(Ordering::Relaxed);
            let still_ms = if last_ms == 0 { 0 } else { now_ms.saturating_sub(last_ms) };
            let is_stuck = still_ms >= patience_ms && last_ms > 0;
            if !seat.is_stuck.swap(is_stuck, Ordering::Relaxed) && is_stuck {
                stopped.push(seat.job);
            }
            let known = longest.entry(seat.job).or_default();
            *known = (*known).max(if is_stuck { still_ms.max(1) } else { 0 });
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = Vec::new();
        for (job, still_ms) in longest {
            if still_ms > 0 && told.insert(job) {
                news.push(Event::JobStuck { job, for_s: still_ms / 1000 });
            } else if still_ms == 0 && told.remove(job) {
                news.push(Event::JobGoesOn { job });
            }
        }
        (news, stopped)
    }

    /// What nobody could do while the machine slept is held against nobody.
    fn forgive(&self, now_ms: u64) {
        for seat in self.seats.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if seat.last_ms.load(Ordering::Relaxed) > 0 {
                seat.beat_at(now_ms);
            }
        }
    }
}

impl Seat {
    /// The thread begins something, or came further with it.
    pub(super) fn beat(&self) {
        self.beat_at(milliseconds(self.clock.elapsed()));
    }

    fn beat_at(&self, now_ms: u64) {
        self.last_ms.store(now_ms.max(1), Ordering::Relaxed);
    }

    /// The thread has nothing to do, or waits for somebody who may take his time.
    pub(super) fn rest(&self) {
        self.last_ms.store(0, Ordering::Relaxed);
    }
}

/// Looks until the other end is gone; `help` hears of the job of each thread that came to a stand.
pub(super) fn watch(watched: &Watched, end: &Receiver<()>, answers: &Answers, help: impl Fn(&'static str)) {
    let mut before = watched.clock.moment();
    while end.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = watched.clock.moment();
        let mut news = jumps(&before, &now);
        before = now;
        let now_ms = milliseconds(now.elapsed);
        if news.iter().any(|event| matches!(event, Event::Woke { .. })) {
            watched.forgive(now_ms);
        }
        let (of_threads, stopped) = watched.look(now_ms);
        news.extend(of_threads);
        for job in stopped {
            tracing::warn!(job, "a thread comes no further");
            help(job);
        }
        if !news.into_iter().all(|event| answers.send(event)) {
            return;
        }
    }
}

/// What clocks that differ say has happened between two looks.
fn jumps(before: &Moment, now: &Moment) -> Vec<Event> {
    let awake = now.elapsed.saturating_sub(before.elapsed);
    let (passed, slept) = match (before.booted, now.booted) {
        (Some(before), Some(now)) => {
            let passed = now.saturating_sub(before);
            // However late the look comes: a machine that is busy has not slept, and its connections are alive.
            (passed, passed.saturating_sub(awake))
        }
        // Where the clock of the program goes on in sleep, the look comes late.
        _ => (awake, awake.saturating_sub(EVERY)),
    };
    let mut jumps = Vec::new();
    if slept > JUMP {
        jumps.push(Event::Woke { slept_s: slept.as_secs() });
    }
    let set = match before.time.checked_add(passed).map(|expected| now.time.duration_since(expected)) {
        Some(Ok(ahead)) if ahead > JUMP => Some((false, ahead)),
        Some(Err(behind)) if behind.duration() > JUMP => Some((true, behind.duration())),
        _ => None,
    };
    match set {
        // Whether it slept or the clock was set cannot be told here; what is to be done is the same.
        Some((false, by)) if now.booted.is_none() => jumps.push(Event::Woke { slept_s: by.as_secs() }),
        Some((is_back, by)) => jumps.push(Event::ClockSet { is_back, by_s: by.as_secs() }),
        None => {}
    }
    jumps
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    const BEGUN: Duration = Duration::from_hours(1_000);

    /// Clocks after so many seconds of work and of sleep, the time of day set by an hour or not.
    fn moment(worked_s: u64, slept_s: u64, set: Option<bool>) -> Moment {
        let (worked, slept) = (Duration::from_secs(worked_s), Duration::from_secs(slept_s));
        let time = SystemTime::UNIX_EPOCH + BEGUN + worked + slept;
        let time = match set {
            None => time,
            Some(true) => time - HOUR,
            Some(false) => time + HOUR,
        };
        Moment { elapsed: worked, booted: Some(HOUR + worked + slept), time }
    }

    #[test]
    fn sleep_and_a_clock_that_was_set_are_told_apart() {
        let begun = moment(0, 0, None);
        let after = |now: Moment| jumps(&begun, &now);
        let (woke, set) =
            (|slept_s| Event::Woke { slept_s }, |is_back| Event::ClockSet { is_back, by_s: 3600 });
        assert_eq!(after(moment(1, 0, None)), []);
        assert_eq!(after(moment(4, 0, None)), [], "a busy machine");
        assert_eq!(after(moment(900, 0, None)), [], "a very busy one, or a debugger");
        assert_eq!(after(moment(1, 900, None)), [woke(900)]);
        assert_eq!(after(moment(1, 0, Some(true))), [set(true)]);
        assert_eq!(after(moment(1, 0, Some(false))), [set(false)]);
        assert_eq!(after(moment(1, 900, Some(true))), [woke(900), set(true)]);
    }

    #[test]
    fn where_the_system_does_not_tell_of_sleep_a_late_look_and_a_clock_ahead_do() {
        let untold = |now: Moment| Moment { booted: None, ..now };
        let after = |now: Moment| jumps(&untold(moment(0, 0, None)), &untold(now));
        assert_eq!(after(moment(1, 900, None)), [Event::Woke { slept_s: 900 }]);
        // Windows counts sleep as time of the program.
        assert_eq!(after(moment(901, 0, None)), [Event::Woke { slept_s: 900 }]);
        assert_eq!(after(moment(1, 0, Some(true))), [Event::ClockSet { is_back: true, by_s: 3600 }]);
        assert_eq!(after(moment(1, 0, None)), []);
    }

    #[test]
    fn a_job_is_told_of_once_when_it_comes_no_further_and_once_when_it_goes_on() {
        let watched = Watched::new();
        watched.be_patient_for(Duration::from_millis(100));
        let seats = [watched.seat("decoding"), watched.seat("decoding"), watched.seat("headers")];
        assert_eq!(watched.look(1_000), (vec![], vec![]), "nobody has anything to do");
        seats[0].beat_at(1_000);
        assert_eq!(watched.look(1_099), (vec![], vec![]), "not yet");
        let stuck = |job, for_s| Event::JobStuck { job, for_s };
        assert_eq!(watched.look(3_000), (vec![stuck("decoding", 2)], vec!["decoding"]));
        assert_eq!(watched.look(3_001), (vec![], vec![]));
        // The second thread of a job is news for who helps, and not for the reader.
        seats[1].beat_at(3_001);
        assert_eq!(watched.look(3_200), (vec![], vec!["decoding"]));
        seats[0].rest();
        assert_eq!(watched.look(3_201), (vec![], vec![]));
        seats[1].rest();
        assert_eq!(watched.look(3_202), (vec![Event::JobGoesOn { job: "decoding" }], vec![]));
        // What comes further, however slowly, is not stuck; nor is what could not while the machine slept.
        seats[2].beat_at(3_300);
        seats[2].beat_at(3_399);
        assert_eq!(watched.look(3_450), (vec![], vec![]));
        watched.forgive(90_000);
        assert_eq!(watched.look(90_001), (vec![], vec![]));
        assert_eq!(watched.look(90_100), (vec![stuck("headers", 0)], vec!["headers"]));
    }
}
