//! The only place that reads a clock.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, FixedOffset, Local, NaiveDateTime, Offset, TimeZone, Utc};

use crate::dicom::Creation;
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

/// Which time the clocks of this station show: what the reader saves is dated by it, and others' objects that do not say theirs count as
/// dated by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// What the system says, with summer and winter.
    Local,
    /// So many seconds to the east of UTC, all year.
    East(i32),
}

/// UTC, so that what does not ask the system is the same on every machine.
impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl Zone {
    /// That of runs without a window.
    pub const UTC: Self = Self::East(0);

    /// Now, as an object says it that is made now.
    pub(super) fn creation(self) -> Creation {
        self.creation_at(Clock::now())
    }

    fn creation_at(self, time: SystemTime) -> Creation {
        let utc = DateTime::<Utc>::from(time);
        let here = utc.with_timezone(&self.offset_at(&utc.naive_utc()));
        Creation {
            date: here.format("%Y%m%d").to_string(),
            time: here.format("%H%M%S").to_string(),
            utc_offset: here.format("%z").to_string(),
            station_s: here.offset().local_minus_utc(),
        }
    }

    /// Says of an object that was made somewhere what the clocks of this station showed then.
    pub(super) fn place(self, creation: &mut Creation) {
        let of_moment = creation.stated_utc().map(|utc| self.offset_at(&utc));
        let offset = of_moment.or_else(|| Some(self.offset_by_clock(&creation.recorded()?)));
        creation.station_s = offset.map_or(0, |offset| offset.local_minus_utc());
    }

    fn offset_at(self, utc: &NaiveDateTime) -> FixedOffset {
        match self {
            Self::Local => Local.offset_from_utc_datetime(utc),
            Self::East(seconds) => FixedOffset::east_opt(seconds).unwrap_or_else(|| Utc.fix()),
        }
    }

    /// When the clocks show a time; of an hour that comes twice the first counts.
    fn offset_by_clock(self, shown: &NaiveDateTime) -> FixedOffset {
        match self {
            Self::Local => {
                let offset = Local.offset_from_local_datetime(shown).earliest();
                offset.unwrap_or_else(|| self.offset_at(shown))
            }
            Self::East(_) => self.offset_at(shown),
        }
    }
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

    use super::{Clock, Creation, Zone, date_and_time_of, local_now};

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

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// As `TZ=UTC-9:30 date -d @1795852800` says, and half an hour before midnight in the west.
    #[test]
    fn what_is_made_is_dated_where_the_station_stands() {
        for (zone, expected) in [
            (Zone::UTC, ["20261128", "080000", "+0000"]),
            (Zone::East(34_200), ["20261128", "173000", "+0930"]),
            (Zone::East(-30_600), ["20261127", "233000", "-0830"]),
        ] {
            let made = zone.creation_at(at(1_795_852_800));
            assert_eq!([&made.date, &made.time, &made.utc_offset], expected, "{zone:?}");
            assert_eq!(Zone::East(made.station_s), zone);
            assert_eq!(made.moment(), Zone::UTC.creation_at(at(1_795_852_800)).moment(), "{zone:?}");
        }
        let here = local_now().format("%z").to_string();
        assert_eq!(Zone::Local.creation().utc_offset, here, "as the system says");
    }

    #[test]
    fn what_others_made_is_placed_by_its_own_offset_or_by_the_station_s() {
        let placed = |date: &str, utc_offset: &str| {
            let (date, utc_offset) = (date.to_owned(), utc_offset.to_owned());
            let mut made = Creation { date, time: "091500".to_owned(), utc_offset, station_s: 1 };
            Zone::East(3_600).place(&mut made);
            made
        };
        let (theirs, silent) = (placed("20261128", "+0000"), placed("20261128", ""));
        assert_eq!((theirs.station_s, silent.station_s), (3_600, 3_600));
        assert_eq!(theirs.words(), ["2026-11-28", "10:15:00"]);
        assert!(silent.moment() < theirs.moment(), "an hour lies between");
        assert_eq!(placed("", "").station_s, 0, "without a date no clock showed anything");
    }
}
