//! The only place that reads a clock.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, FixedOffset, Local, Utc};

use crate::study_list::Day;

/// Time since the process started (as near as a program can tell: since the first line of `main`).
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts counting.
    #[expect(clippy::disallowed_methods, reason = "this is the module that may")]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Milliseconds since the start.
    pub fn elapsed_ms(&self) -> f64 {
        self.elapsed().as_secs_f64() * 1000.0
    }
}

impl Clock {
    /// Date and time of day now, by the system's clock: for what outlives the program.
    pub fn now() -> SystemTime {
        SystemTime::now()
    }

    /// All clocks at once.
    pub(super) fn moment(&self) -> Moment {
        Moment { elapsed: self.elapsed(), booted: since_boot(), time: Self::now() }
    }
}

/// What all clocks say at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since the start; on Linux and macOS without the time that the machine slept.
    pub(super) elapsed: Duration,
    /// Since the machine was started, sleep included; none where the system does not tell.
    pub(super) booted: Option<Duration>,
    /// Date and time of day.
    pub(super) time: SystemTime,
}

#[cfg(target_os = "linux")]
fn since_boot() -> Option<Duration> {
    let told = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Some(Duration::new(u64::try_from(told.tv_sec).ok()?, u32::try_from(told.tv_nsec).ok()?))
}

#[cfg(not(target_os = "linux"))]
const fn since_boot() -> Option<Duration> {
    None
}

/// Date and time of day now, as DICOM writes them: `YYYYMMDD` and `HHMMSS`. UTC: the system's own zone is not asked for.
pub fn date_and_time() -> (String, String) {
    date_and_time_of(Clock::now())
}

/// The day where the reader is.
pub fn today() -> Day {
    Local::now().date_naive().into()
}

/// Date and time of day where the reader is, with how far that is from UTC: for records.
pub fn local_now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

fn date_and_time_of(time: SystemTime) -> (String, String) {
    let time = DateTime::<Utc>::from(time);
    (time.format("%Y%m%d").to_string(), time.format("%H%M%S").to_string())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Clock, date_and_time_of};

    /// A clock that stood still would tell of no sleep, and one that began anew of one at each look.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_was_started_before_the_program_and_both_clocks_go_on() {
        let clock = Clock::start();
        let before = clock.moment();
        std::thread::sleep(Duration::from_millis(20));
        let now = clock.moment();
        assert!(before.booted > Some(before.elapsed), "{before:?}");
        let passed = now.booted.expect("told").saturating_sub(before.booted.expect("told"));
        assert!(passed >= Duration::from_millis(15), "{passed:?}");
        // The one is read after the other, and a busy machine may do much between.
        assert!(passed.abs_diff(now.elapsed.saturating_sub(before.elapsed)) < Duration::from_secs(4));
    }

    /// As `date -u -d @SECONDS +%Y%m%d\ %H%M%S` says.
    #[test]
    fn seconds_are_the_date_that_the_system_says() {
        for (seconds, date, time) in [
            (0, "19700101", "000000"),
            (951_782_399, "20000228", "235959"),
            (951_868_799, "20000229", "235959"),
            (1_709_251_200, "20240301", "000000"),
            (1_795_852_800, "20261128", "080000"),
            (4_107_542_399, "21000228", "235959"),
            (4_107_542_400, "21000301", "000000"),
        ] {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(date_and_time_of(at), (date.to_owned(), time.to_owned()), "{seconds}");
        }
    }
}
