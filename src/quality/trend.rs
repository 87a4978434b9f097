//! The same numbers of the same phantom over the years.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::grid::number;
use super::metric::Metric;
use super::report::QualityReport;

/// Spacings that differ by a smaller share are one, written with fewer digits.
const SAME_SPACING_SHARE: f64 = 1e-3;

const DAYS_IN_A_YEAR: f64 = 365.25;

/// Why reports make no trend: a sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrendError {
    /// There is nothing to compare.
    #[error("a trend takes two reports at least")]
    TooFew,
    /// A report of another form.
    #[error("{file}: the report has form {found}, and this Hotlight reads form {}", QualityReport::FORM)]
    Form {
        /// The report.
        file: String,
        /// Its form.
        found: u32,
    },
    /// It is not known of which phantom it is.
    #[error(
        "{file}: the report names no phantom, so that nothing says that it is the same: measure with --phantom NAME"
    )]
    NoPhantom {
        /// The report.
        file: String,
    },
    /// It is not known of which day it is.
    #[error("{file}: the report is of no day: '{date}'")]
    NoDate {
        /// The report.
        file: String,
        /// What it says.
        date: String,
    },
    /// Two reports cannot be compared.
    #[error("{file}: {what} is {own}, and in {other} it is {others}: these are not the same measurement")]
    Different {
        /// The report.
        file: String,
        /// What differs.
        what: &'static str,
        /// What it says.
        own: String,
        /// The first report.
        other: String,
        /// What that one says.
        others: String,
    },
    /// One measurement came twice.
    #[error("{file}: the report is of the same images as {other}, and would count twice")]
    Twice {
        /// The report.
        file: String,
        /// The one before.
        other: String,
    },
    /// No number is in all of them.
    #[error("no number is in all of the reports")]
    NothingInCommon,
}

/// What became of a measurement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// What was counted.
    pub metric: Metric,
    /// The phantom.
    pub phantom: String,
    /// By day, the first one first.
    pub measured: Vec<Measured>,
    /// Of each number that all reports have, in the order of the first.
    pub drifts: Vec<Drift>,
    /// What was not the same, a sentence each.
    pub notes: Vec<String>,
}

/// One report of a trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// The day, `2026-11-30`.
    pub date: String,
    /// The report.
    pub file: String,
    /// Its numbers, in the order of [`Trend::drifts`].
    pub values: Vec<f64>,
}

/// What became of one number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// What it is.
    pub name: String,
    /// Its unit; empty for a ratio.
    pub unit: String,
    /// On the first day.
    pub first: f64,
    /// On the last day.
    pub last: f64,
    /// The last less the first.
    pub change: f64,
    /// The same as a share of the first, in percent; none where that is 0.
    pub change_percent: Option<f64>,
    /// The slope of the line that fits best, in units a year; none where all are of one day.
    pub per_year: Option<f64>,
    /// Standard error of the slope, from how far the days are off the line; none of fewer than three days.
    pub per_year_error: Option<f64>,
}

/// The trend of reports, each with the name of its file. They have to be the same measurement: of one metric, phantom, unit and
/// size of pixels, in the same regions. What of the technique differs is told.
pub fn trend(reports: &[(String, QualityReport)]) -> Result<Trend, TrendError> {
    let found = course(reports)?;
    if found.measured.len() < 2 { Err(TrendError::TooFew) } else { Ok(found) }
}

/// Whether two reports are of the same measurement, so that a trend may have both.
pub fn is_same_measurement(one: &QualityReport, other: &QualityReport) -> bool {
    same("", one, "", other).is_ok()
}

/// The same as [`trend`], of one report too: what changed is nothing then.
pub fn course(reports: &[(String, QualityReport)]) -> Result<Trend, TrendError> {
    let mut days = Vec::new();
    for (file, report) in reports {
        days.push((day_of(file, report)?, file, report));
    }
    days.sort_by_key(|(day, ..)| *day);
    let [(_, first_file, first), ..] = days.as_slice() else { return Err(TrendError::TooFew) };
    let mut seen: BTreeMap<&[String], &String> = BTreeMap::new();
    let mut notes = Vec::new();
    for (_, file, report) in &days {
        same(first_file, first, file, report)?;
        if let Some(other) = seen.insert(&report.images, file) {
            return Err(TrendError::Twice { file: (*file).clone(), other: other.clone() });
        }
        notes.extend(differences(first_file, first, file, report));
    }
    let common: Vec<(&str, &str)> = first
        .values
        .iter()
        .map(|value| (value.name.as_str(), value.unit.as_str()))
        .filter(|(name, unit)| days.iter().all(|(.., report)| number_of(report, name, unit).is_some()))
        .collect();
    if common.is_empty() {
        return Err(TrendError::NothingInCommon);
    }
    let missing = |name: &str| !common.iter().any(|(common, _)| *common == name);
    let mut left_out: Vec<&str> = days
        .iter()
        .flat_map(|(.., report)| report.values.iter().map(|value| value.name.as_str()))
        .filter(|name| missing(name))
        .collect();
    left_out.sort_unstable();
    left_out.dedup();
    notes.extend(left_out.iter().map(|name| format!("{name} is not in all of the reports, and is left out")));
    let values_of = |report: &QualityReport| -> Vec<f64> {
        common.iter().filter_map(|(name, unit)| number_of(report, name, unit)).collect()
    };
    let at: Vec<f64> = days.iter().map(|(day, ..)| f64::from(*day) / DAYS_IN_A_YEAR).collect();
    let drift = |(name, unit): &(&str, &str)| {
        let values: Vec<f64> = days.iter().filter_map(|(.., report)| number_of(report, name, unit)).collect();
        drift(name, unit, &at, &values)
    };
    Ok(Trend {
        metric: first.metric,
        phantom: first.phantom.clone(),
        drifts: common.iter().map(drift).collect(),
        measured: days
            .iter()
            .map(|(_, file, report)| Measured {
                date: report.date.clone(),
                file: (*file).clone(),
                values: values_of(report),
            })
            .collect(),
        notes,
    })
}

/// The day of a report, from 1 January 1970 on, where it can be part of a trend at all.
fn day_of(file: &str, report: &QualityReport) -> Result<i32, TrendError> {
    let file = || file.to_owned();
    if report.form != QualityReport::FORM {
        return Err(TrendError::Form { file: file(), found: report.form });
    }
    if report.phantom.trim().is_empty() {
        return Err(TrendError::NoPhantom { file: file() });
    }
    let day = NaiveDate::parse_from_str(&report.date, "%Y-%m-%d").ok().map(|day| day.to_epoch_days());
    day.ok_or_else(|| TrendError::NoDate { file: file(), date: report.date.clone() })
}

/// Whether a report is of the same measurement as the first.
fn same(
    first_file: &str,
    first: &QualityReport,
    file: &str,
    report: &QualityReport,
) -> Result<(), TrendError> {
    type Told<'a> = (&'static str, &'a dyn Fn(&QualityReport) -> String);
    let regions = |report: &QualityReport| {
        let regions: Vec<String> = report.regions.iter().map(ToString::to_string).collect();
        regions.join(" ")
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let quoted = |text: &str| format!("'{text}'");
    let size = |report: &QualityReport| report.size.map(|side| side.to_string()).join(" × ");
    let told: [Told<'_>; 9] = [
        ("the metric", &|report| report.metric.to_string()),
        ("the phantom", &|report| quoted(&report.phantom)),
        ("the modality", &|report| quoted(&report.modality)),
        ("the unit", &|report| quoted(&report.unit)),
        ("the size of the image", &size),
        ("what millimetres rest on", &|report| quoted(&report.spacing_basis)),
        ("the place of the regions", &regions),
        ("the background", &|report| or_none(report.background.map(|region| region.to_string()))),
        ("the side of the squares", &|report| or_none(report.side.map(|side| side.to_string()))),
    ];
    let different = |what, own, others| TrendError::Different {
        file: file.to_owned(),
        what,
        own,
        other: first_file.to_owned(),
        others,
    };
    for (what, tell) in told {
        let (own, others) = (tell(report), tell(first));
        if own != others {
            return Err(different(what, own, others));
        }
    }
    if are_same_spacings(first.spacing_mm, report.spacing_mm) {
        return Ok(());
    }
    let spacing = |mm: Option<[f64; 2]>| or_none(mm.map(|[row, column]| format!("{row} × {column} mm")));
    Err(different("the size of a pixel", spacing(report.spacing_mm), spacing(first.spacing_mm)))
}

fn are_same_spacings(a: Option<[f64; 2]>, b: Option<[f64; 2]>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| (a - b).abs() <= SAME_SPACING_SHARE * b.abs()),
        (None, None) => true,
        _ => false,
    }
}

/// What of the technique differs from that of the first.
fn differences(first_file: &str, first: &QualityReport, file: &str, report: &QualityReport) -> Vec<String> {
    let names = first
        .technique
        .keys()
        .chain(report.technique.keys().filter(|name| !first.technique.contains_key(*name)));
    let said = |report: &QualityReport, name: &str| {
        report.technique.get(name).map_or_else(|| "not said".to_owned(), |text| format!("'{text}'"))
    };
    names
        .map(|name| (name, said(report, name), said(first, name)))
        .filter(|(_, own, others)| own != others)
        .map(|(name, own, others)| format!("{file}: {name} is {own}, and in {first_file} it is {others}"))
        .collect()
}

fn number_of(report: &QualityReport, name: &str, unit: &str) -> Option<f64> {
    let found = report.values.iter().find(|value| value.name == name && value.unit == unit);
    found.map(|value| value.value).filter(|value| value.is_finite())
}

/// What became of a number, at times in years.
fn drift(name: &str, unit: &str, at: &[f64], values: &[f64]) -> Drift {
    let (first, last) =
        (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
    let count = number(values.len());
    let (middle, mean) = (at.iter().sum::<f64>() / count, values.iter().sum::<f64>() / count);
    let spread: f64 = at.iter().map(|at| (at - middle) * (at - middle)).sum();
    let joint: f64 = at.iter().zip(values).map(|(at, value)| (at - middle) * (value - mean)).sum();
    let per_year = (spread > 0.0).then(|| joint / spread);
    let error = |slope: f64| {
        let off = |at: &f64, value: &f64| value - mean - slope * (at - middle);
        let squares: f64 = at.iter().zip(values).map(|(at, value)| off(at, value) * off(at, value)).sum();
        (squares / (count - 2.0) / spread).sqrt()
    };
    let change = last - first;
    let share = 100.0 * change / first.abs();
    Drift {
        name: name.to_owned(),
        unit: unit.to_owned(),
        first,
        last,
        change,
        change_percent: share.is_finite().then_some(share),
        per_year,
        per_year_error: per_year.filter(|_| count > 2.0).map(error),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::{Rect, Region};
    use super::super::report::NamedValue;
    use super::super::testing::{near, report};
    use super::*;

    fn of(reports: Vec<QualityReport>) -> Result<Trend, TrendError> {
        let named = (1..).zip(reports).map(|(at, report): (u32, _)| (format!("{at}.json"), report));
        trend(&named.collect::<Vec<_>>())
    }

    #[test]
    fn the_slope_is_that_of_a_line_through_the_days_and_the_change_that_of_the_last() {
        // Out of order, and a year of 365 days and one of 366 apart.
        let found =
            of(vec![report("2024-03-01", 52.0), report("2023-03-01", 50.0), report("2022-03-01", 51.0)]);
        let found = found.expect("a trend");
        let dates: Vec<&str> = found.measured.iter().map(|measured| measured.date.as_str()).collect();
        assert_eq!(dates, ["2022-03-01", "2023-03-01", "2024-03-01"]);
        let [drift] = found.drifts.as_slice() else { panic!("{:?}", found.drifts) };
        assert!(near(drift.first, 51.0) && near(drift.last, 52.0) && near(drift.change, 1.0), "{drift:?}");
        assert!(drift.change_percent.is_some_and(|share| near(share, 100.0 / 51.0)));
        // numpy.polyfit over 0, 365 and 731 days of 1 ÷ 365.25 years.
        assert!(drift.per_year.is_some_and(|slope| (slope - 0.500_341_2).abs() < 1e-6), "{drift:?}");
        assert!(drift.per_year_error.is_some_and(|error| (error - 0.865_037_9).abs() < 1e-6), "{drift:?}");
        assert_eq!(found.notes, Vec::<String>::new());
    }

    #[test]
    fn one_report_is_no_trend_and_has_a_course_in_which_nothing_changed() {
        let only = vec![("1".to_owned(), report("2026-01-01", 10.0))];
        assert_eq!(trend(&only), Err(TrendError::TooFew));
        let found = course(&only).expect("a course");
        let drift = found.drifts.first().expect("a number");
        assert!(near(drift.last, 10.0) && near(drift.change, 0.0) && drift.per_year.is_none(), "{drift:?}");
        assert_eq!(course(&[]), Err(TrendError::TooFew));
        let mut other = report("2026-02-01", 10.0);
        assert!(is_same_measurement(&only[0].1, &other));
        other.phantom = "water 2".to_owned();
        assert!(!is_same_measurement(&only[0].1, &other));
    }

    #[test]
    fn two_days_have_no_error_and_one_day_no_slope() {
        let found = of(vec![report("2026-01-01", 10.0), report("2026-07-01", 11.0)]).expect("a trend");
        let drift = found.drifts.first().expect("a number");
        assert!(drift.per_year.is_some_and(|slope| (slope - 365.25 / 181.0).abs() < 1e-9), "{drift:?}");
        assert_eq!(drift.per_year_error, None);
        let mut again = report("2026-01-01", 0.0);
        again.images = vec!["others".to_owned()];
        let found = of(vec![again, report("2026-01-01", 10.0)]).expect("a trend");
        let drift = found.drifts.first().expect("a number");
        assert_eq!((drift.per_year, drift.change_percent), (None, None));
    }

    #[test]
    fn what_is_another_measurement_is_refused_with_what_differs() {
        let first = report("2026-01-01", 10.0);
        let check = |change: &dyn Fn(&mut QualityReport), expected: &str| {
            let mut other = report("2026-02-01", 11.0);
            change(&mut other);
            let error = of(vec![first.clone(), other]).expect_err("refused").to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(&|other| other.metric = Metric::Nps, "2.json: the metric is nps, and in 1.json it is snr");
        check(&|other| other.phantom = "water 2".to_owned(), "the phantom is 'water 2'");
        check(&|other| other.unit = String::new(), "the unit is ''");
        check(
            &|other| other.size = [256, 256],
            "the size of the image is 256 × 256, and in 1.json it is 512 × 512",
        );
        check(&|other| other.spacing_mm = Some([0.5, 0.6]), "the size of a pixel is 0.5 × 0.6 mm");
        check(&|other| other.spacing_mm = None, "the size of a pixel is none");
        check(&|other| other.side = Some(32), "the side of the squares is 32");
        let region = Region { rect: Rect { x: 11, y: 20, width: 30, height: 40 }, image: 7 };
        check(&|other| other.regions = vec![region], "the place of the regions is 11,20,30,40@7");
        check(&|other| other.background = Some(region), "the background is 11,20,30,40@7");
        check(&|other| other.phantom = " ".to_owned(), "names no phantom");
        check(&|other| other.date = "2026".to_owned(), "2.json: the report is of no day: '2026'");
        check(&|other| other.form = 2, "form 2, and this Hotlight reads form 1");
        check(
            &|other| other.images = first.images.clone(),
            "2.json: the report is of the same images as 1.json",
        );
        check(&|other| other.values = Vec::new(), "no number is in all of the reports");
        let mut fine = report("2026-02-01", 11.0);
        fine.spacing_mm = Some([0.500_01, 0.5]);
        assert!(of(vec![first.clone(), fine]).is_ok());
        assert_eq!(of(vec![first]), Err(TrendError::TooFew));
        assert_eq!(of(Vec::new()), Err(TrendError::TooFew));
    }

    #[test]
    fn another_technique_and_numbers_that_are_not_in_all_are_told() {
        let first = report("2026-01-01", 10.0);
        let mut other = report("2026-02-01", 11.0);
        other.technique =
            [("kvp".to_owned(), "100".to_owned()), ("kernel".to_owned(), "B30".to_owned())].into();
        other.values.push(NamedValue { name: "mtf10".to_owned(), value: 1.0, unit: String::new() });
        let found = of(vec![first, other]).expect("a trend");
        let expected = [
            "2.json: kvp is '100', and in 1.json it is '120'",
            "2.json: kernel is 'B30', and in 1.json it is not said",
            "mtf10 is not in all of the reports, and is left out",
        ];
        assert_eq!(found.notes, expected);
    }
}
