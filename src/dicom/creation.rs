//! When an object was made, as it says, and which of two was made first.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::Attributes;
use super::technique::{date_words, day_number, time_words};

/// Date and time of an object's making, by the clocks of where it was made. PS3.3 C.12.1.1.8.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Creation {
    /// `YYYYMMDD`, or empty.
    pub date: String,
    /// `HHMMSS`, or empty.
    pub time: String,
    /// Timezone Offset From UTC (0008,0201), `+0100`, or empty where the object does not say which time it keeps.
    pub utc_offset: String,
    /// How far the clocks of this station were from UTC then, in seconds to the east; 0 where nobody asked them.
    pub station_s: i32,
}

impl Creation {
    /// What an object says of it in two attributes.
    pub fn read(at: &Attributes<'_>, date: Tag, time: Tag) -> Self {
        let text = |tag| at.text(tag).unwrap_or_default();
        Self {
            date: text(date),
            time: text(time),
            utc_offset: text(tags::TIMEZONE_OFFSET_FROM_UTC),
            station_s: 0,
        }
    }

    /// As it was recorded, a date without a time from midnight; `None` for what is no date.
    pub fn recorded(&self) -> Option<NaiveDateTime> {
        let day = NaiveDate::from_epoch_days(day_number(&self.date)?)?;
        let since_midnight =
            Duration::try_from_secs_f64(time_seconds(&self.time).unwrap_or_default()).ok()?;
        day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::from_std(since_midnight).ok()?)
    }

    /// When that was in UTC, where the object says which time it keeps.
    pub fn stated_utc(&self) -> Option<NaiveDateTime> {
        let offset_s = offset_seconds(&self.utc_offset)?;
        self.recorded()?.checked_sub_signed(TimeDelta::seconds(offset_s.into()))
    }

    /// What tells which of two was made first: the time in UTC, by the clocks of this station where the object does not say
    /// whose it went by. What has no date comes before all others.
    pub fn moment(&self) -> Option<NaiveDateTime> {
        let by_station = || self.recorded()?.checked_sub_signed(TimeDelta::seconds(self.station_s.into()));
        self.stated_utc().or_else(by_station)
    }

    /// The same moment by clocks that are `utc_offset` from UTC, `+0100`; unchanged where either says no offset.
    #[must_use]
    pub fn in_offset(&self, utc_offset: &str) -> Self {
        let there = || {
            let offset_s = offset_seconds(utc_offset).filter(|_| utc_offset != self.utc_offset)?;
            self.stated_utc()?.checked_add_signed(TimeDelta::seconds(offset_s.into()))
        };
        let Some(there) = there() else { return self.clone() };
        Self {
            date: there.format("%Y%m%d").to_string(),
            time: there.format("%H%M%S").to_string(),
            utc_offset: utc_offset.to_owned(),
            station_s: self.station_s,
        }
    }

    /// Date and time in words, by the clocks of this station; as they were recorded where the object does not say whose it went by.
    pub fn words(&self) -> [String; 2] {
        let here = || {
            let utc = self.stated_utc().filter(|_| time_seconds(&self.time).is_some())?;
            let here = utc.checked_add_signed(TimeDelta::seconds(self.station_s.into()))?;
            (self.recorded() != Some(here)).then_some(here)
        };
        match here() {
            Some(here) => [here.format("%Y-%m-%d").to_string(), here.format("%H:%M:%S").to_string()],
            None => [date_words(&self.date), time_words(&self.time)],
        }
    }
}

/// `+0130` in seconds; `None` for what is none, or farther from UTC than any place. PS3.3 C.12.1.1.8.
pub fn offset_seconds(text: &str) -> Option<i32> {
    let (sign, digits) = text.split_at_checked(1)?;
    let (hours, minutes) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    match sign {
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

/// TM in seconds: hours, and as much of the rest as there is. Old files write `14:30:00`. PS3.5 6.2.
pub fn time_seconds(time: &str) -> Option<f64> {
    let digits = time.replace(':', "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    if !matches!(whole.len(), 2 | 4 | 6) || !fraction.is_empty() && whole.len() != 6 {
        return None;
    }
    let part = |at: usize, below: u32| match whole.get(at..at + 2) {
        Some(digits) => number(digits).filter(|value| *value < below).map(f64::from),
        None => Some(0.0),
    };
    let fraction = if fraction.is_empty() {
        0.0
    } else {
        number(fraction).and_then(|_digits| format!("0.{fraction}").parse().ok())?
    };
    // 60 is a leap second.
    Some(part(0, 24)? * 3600.0 + part(2, 60)? * 60.0 + part(4, 61)? + fraction)
}

/// Digits, and nothing else.
fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|digit| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(date: &str, time: &str, utc_offset: &str, station_s: i32) -> Creation {
        let [date, time, utc_offset] = [date, time, utc_offset].map(str::to_owned);
        Creation { date, time, utc_offset, station_s }
    }

    #[test]
    fn times_of_every_form_are_read_and_nonsense_is_none() {
        let times = ["14", "1430", "143015", "143015.25", "14:30:15", "235960"].map(time_seconds);
        assert_eq!(
            times,
            [50_400.0, 52_200.0, 52_215.0, 52_215.25, 52_215.0, 86_400.0].map(Some),
            "{times:?}"
        );
        for nonsense in ["", "1", "25", "1460", "14301", "1430.5", "+14300", "14301x", "143015.x", "äöü"] {
            assert_eq!(time_seconds(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn offsets_are_seconds_to_the_east() {
        let offsets = ["+0000", "+0100", "-0330", "+1245"].map(offset_seconds);
        assert_eq!(offsets, [0, 3_600, -12_600, 45_900].map(Some));
        for nonsense in
            ["", "+", "0100", "+100", "+01000", "+01:00", "*0100", "+0x00", "+-100", "äöü", "+2400", "-0160"]
        {
            assert_eq!(offset_seconds(nonsense), None, "{nonsense}");
        }
    }

    /// Each was made before the next one, whatever their clocks showed.
    #[test]
    fn what_was_made_first_is_known_whatever_the_clocks_showed() {
        let in_order = [
            made("", "", "", 0),
            made("20261127", "", "", 3_600),
            // 08:00 in UTC, by the station's clock.
            made("20261128", "090000", "", 3_600),
            // 08:15, 08:30 and 08:45 in UTC.
            made("20261128", "031500", "-0500", 3_600),
            made("2026.11.28", "08:30:00", "+0000", 3_600),
            made("20261128", "174500", "+0900", 3_600),
            made("20261128", "174500.5", "+0900", 3_600),
            made("20261128", "100000", "no offset", 3_600),
            // The evening before, in the west.
            made("20261127", "233000", "-1000", 3_600),
        ];
        for pair in in_order.windows(2) {
            assert!(pair[0].moment() < pair[1].moment(), "{pair:?}");
        }
        assert_eq!(made("soon", "090000", "+0100", 0).moment(), None);
    }

    #[test]
    fn words_are_by_the_clocks_of_the_station() {
        for (made, date, time) in [
            (made("20261128", "233000", "-0500", 3_600), "2026-11-29", "05:30:00"),
            (made("20261128", "091500.25", "+0100", 3_600), "2026-11-28", "09:15:00"),
            (made("20261128", "0915", "", 3_600), "2026-11-28", "09:15"),
            (made("20261128", "", "-0500", 3_600), "2026-11-28", ""),
            (made("20261128", "noon", "-0500", 3_600), "2026-11-28", "noon"),
            (made("", "", "", 3_600), "", ""),
        ] {
            assert_eq!(made.words(), [date, time], "{made:?}");
        }
    }

    #[test]
    fn a_moment_is_the_same_by_other_clocks() {
        let here = made("20261128", "233000", "-0500", -18_000);
        let there = here.in_offset("+0930");
        assert_eq!(there, made("20261129", "140000", "+0930", -18_000));
        assert_eq!(there.moment(), here.moment());
        for no_offset in ["", "UTC", "-0500"] {
            assert_eq!(here.in_offset(no_offset), here, "{no_offset}");
        }
        let unknown = made("20261128", "233000", "", 3_600);
        assert_eq!(unknown.in_offset("+0930"), unknown);
    }
}
