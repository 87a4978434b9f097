//! Calendar days: what `date:week` means depends on which day it is.

use chrono::{Days, NaiveDate};

use crate::dicom::day_number;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl Day {
    /// Reads a day as [`day_number`] does; `None` for what is no day.
    pub fn parse(date: &str) -> Option<Self> {
        NaiveDate::from_epoch_days(day_number(date)?).map(Self)
    }

    /// `YYYYMMDD`.
    pub fn text(self) -> String {
        self.0.format("%Y%m%d").to_string()
    }

    /// So many days earlier; the same day where the calendar does not reach.
    #[must_use]
    pub fn earlier(self, days: u32) -> Self {
        self.0.checked_sub_days(Days::new(days.into())).map_or(self, Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_day_is_read_and_written_and_counted_back_over_months_and_leap_days() {
        let earlier = |date: &str, days| Day::parse(date).expect(date).earlier(days).text();
        assert_eq!(earlier("19700101", 0), "19700101");
        assert_eq!(earlier("20261128", 6), "20261122");
        assert_eq!(earlier("20240301", 1), "20240229");
        assert_eq!(earlier("21000301", 1), "21000228");
        assert_eq!(earlier("20000101", 1), "19991231");
        assert_eq!(earlier("20261128", 365), "20251128");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for date in ["", "2026", "20261301", "20260229", "20261100", "2026-1-1", "２０２６"] {
            assert_eq!(Day::parse(date), None, "{date}");
        }
    }
}
