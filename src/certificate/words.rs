//! The words and numbers of a report.

use chrono::{DateTime, FixedOffset};

use crate::calibration::{Check, Evaluation, Instrument, Limit, Quantity, SignalPath, Verdict};

/// Below each page.
pub(super) const NOT_FOR_DIAGNOSIS: &str = "Not for diagnosis: Hotlight is not a cleared medical device.";

/// Where nothing is known.
pub(super) const NOTHING: &str = "–";

/// What a limit says that nobody has compared with its source.
const INDICATIVE: &str = "indicative";

/// Below the checks, where one of them is.
pub(super) const UNCONFIRMED: &str = "Indicative limits: nobody has compared them with the text of their source. What lies \
                                      within one is indicative too, and no pass.";

/// Where letters of the certificate are no letters of the faces.
pub(super) const LETTERS: &str =
    "Letters that this report's font lacks are shown as question marks; the certificate's JSON has them.";

/// The verdict in one word, or two.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotMeasured => "Not measured",
        Verdict::Pass => "Pass",
        Verdict::Indicative => "Indicative",
        Verdict::Fail => "Fail",
    }
}

/// What the verdict means, in sentences.
pub(super) fn meaning(evaluation: &Evaluation) -> String {
    let names = |verdict: Verdict| {
        let checks = evaluation.checks.iter().filter(|check| check.verdict == verdict);
        checks.map(|check| check.quantity.name()).collect::<Vec<_>>().join(", ")
    };
    let meaning = match evaluation.verdict {
        Verdict::NotMeasured => "Nothing was measured that has a limit.".to_owned(),
        Verdict::Pass => {
            "All that was measured and has a limit is within it, and the limits are confirmed.".to_owned()
        }
        Verdict::Indicative => {
            "Nothing is beyond its limit. This is no pass: a limit is not confirmed, or what was \
                                measured allows no more."
                .to_owned()
        }
        Verdict::Fail => format!("Beyond the limit: {}.", names(Verdict::Fail)),
    };
    let not_measured = names(Verdict::NotMeasured);
    if not_measured.is_empty() { meaning } else { format!("{meaning} Not measured: {not_measured}.") }
}

/// A quantity's number with its unit. It has as many decimals as its side of the limit needs to be seen.
pub(super) fn value(check: &Check) -> String {
    let Some(value) = check.value else { return NOTHING.to_owned() };
    let decimals = match check.quantity {
        Quantity::Ratio => 1,
        Quantity::PixelPitch => 3,
        quantity if quantity.unit().is_empty() => 4,
        _ => 2,
    };
    let side = |value: f64| {
        let limit = check.limit.as_ref();
        let is_below = limit.and_then(|limit| limit.min).is_some_and(|min| value < min);
        let is_above = limit.and_then(|limit| limit.max).is_some_and(|max| value > max);
        (is_below, is_above)
    };
    let mut texts = (decimals..=decimals + 6).map(|decimals| number(value, decimals));
    let honest = |text: &String| text.parse().is_ok_and(|rounded: f64| side(rounded) == side(value));
    let text = texts.find(honest).unwrap_or_else(|| value.to_string());
    with_unit(&text, check.quantity)
}

/// What a quantity may be, and whether somebody has confirmed that.
pub(super) fn limit(quantity: Quantity, limit: Option<&Limit>) -> String {
    let Some(limit) = limit else { return "no limit".to_owned() };
    let range = match (limit.min, limit.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => return "no limit".to_owned(),
    };
    let range = with_unit(&range, quantity);
    if limit.is_confirmed { range } else { format!("{range}, {INDICATIVE}") }
}

fn with_unit(text: &str, quantity: Quantity) -> String {
    format!("{text} {}", quantity.unit()).trim_end().to_owned()
}

/// A number with so many decimals; one that is large beyond measure by its power of ten.
pub(super) fn number(value: f64, decimals: usize) -> String {
    if value.abs() < 1e7 { format!("{value:.decimals$}") } else { format!("{value:.3e}") }
}

/// A luminance to the digits that photometers have.
pub(super) fn luminance(value: f64) -> String {
    let decimals = if value < 10.0 {
        4
    } else if value < 100.0 {
        3
    } else {
        2
    };
    number(value, decimals)
}

/// `2026-11-24 09:20:00 +01:00`
pub(super) fn time(time: &DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// A text, or that there is none.
pub(super) fn or_nothing(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { NOTHING.to_owned() } else { text.to_owned() }
}

/// Who applies the GSDF, by the word of `displays.toml`.
pub(super) fn owner(word: &str) -> String {
    match word {
        "none" => "nobody".to_owned(),
        "panel" => "the panel".to_owned(),
        "system" => "the system".to_owned(),
        "viewer" => "Hotlight".to_owned(),
        other => or_nothing(other),
    }
}

/// What levels are.
pub(super) const fn path(path: SignalPath) -> &'static str {
    match path {
        SignalPath::Around => "driving levels, around the table of the GSDF",
        SignalPath::Through => "P-values, through the table of the GSDF",
    }
}

/// `Konica CS-100, serial 123, calibrated until 2027-01-31`
pub(super) fn instrument(instrument: Option<&Instrument>) -> String {
    let Some(Instrument { name, serial, calibrated_until }) = instrument else { return NOTHING.to_owned() };
    let mut words = or_nothing(name);
    if !serial.is_empty() {
        words = format!("{words}, serial {serial}");
    }
    match calibrated_until {
        Some(day) => format!("{words}, calibrated until {day}"),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(quantity: Quantity, value: f64, min: Option<f64>, max: Option<f64>) -> Check {
        let limit = Limit { min, max, source: "Source (2019)".to_owned(), is_confirmed: true };
        Check { quantity, value: Some(value), limit: Some(limit), verdict: Verdict::Pass }
    }

    #[test]
    fn a_rounded_number_stays_on_its_side_of_the_limit() {
        let percent = |percent| value(&check(Quantity::GsdfDeviation, percent, None, Some(10.0)));
        let found = [9.994, 9.999, 10.0, 10.004, 10.4].map(percent);
        assert_eq!(found, ["9.99 %", "10.00 %", "10.00 %", "10.004 %", "10.40 %"]);
        assert_eq!(value(&check(Quantity::LMin, 0.996, Some(1.0), None)), "0.996 cd/m²");
        assert_eq!(value(&check(Quantity::LMin, 0.9999, Some(1.0), None)), "0.9999 cd/m²");
        assert_eq!(value(&check(Quantity::Ratio, 402.3, Some(250.0), None)), "402.3");
        assert_eq!(value(&check(Quantity::Ratio, 4e12, Some(250.0), None)), "4.000e12");
        let unknown = Check { value: None, ..check(Quantity::LMin, 1.0, None, None) };
        assert_eq!(value(&unknown), "–");
    }

    #[test]
    fn a_limit_that_nobody_confirmed_says_so() {
        let mut held = check(Quantity::LMax, 400.0, Some(350.0), None);
        assert_eq!(limit(held.quantity, held.limit.as_ref()), "≥ 350 cd/m²");
        if let Some(limit) = &mut held.limit {
            (limit.max, limit.is_confirmed) = (Some(500.5), false);
        }
        assert_eq!(limit(held.quantity, held.limit.as_ref()), "350 to 500.5 cd/m², indicative");
        assert_eq!(limit(Quantity::LMax, None), "no limit");
    }

    #[test]
    fn an_instrument_says_what_is_known_of_it() {
        let mut meter =
            Instrument { name: "CS-100".to_owned(), serial: String::new(), calibrated_until: None };
        assert_eq!((instrument(None), instrument(Some(&meter))), ("–".to_owned(), "CS-100".to_owned()));
        meter.serial = "7".to_owned();
        meter.calibrated_until = Some("2027-01-31".to_owned());
        assert_eq!(instrument(Some(&meter)), "CS-100, serial 7, calibrated until 2027-01-31");
    }
}
