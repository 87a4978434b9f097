//! The only place that reads a clock.

use std::time::{Duration, Instant};

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

/// Date and time of day now, as DICOM writes them: `YYYYMMDD` and `HHMMSS`. UTC: the system's own zone is not asked for.
pub(super) fn date_and_time() -> (String, String) {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    date_and_time_of(since_1970.as_secs())
}

/// By the proleptic Gregorian calendar, in years that begin in March: the leap day is then the last.
fn date_and_time_of(seconds: u64) -> (String, String) {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) =
        if month < 10 { (month + 3, era * 400 + year) } else { (month - 9, era * 400 + year + 1) };
    let time = format!("{:02}{:02}{:02}", second / 3600, second / 60 % 60, second % 60);
    (format!("{year:04}{month:02}{day:02}"), time)
}

#[cfg(test)]
mod tests {
    use super::date_and_time_of;

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
            assert_eq!(date_and_time_of(seconds), (date.to_owned(), time.to_owned()), "{seconds}");
        }
    }
}
