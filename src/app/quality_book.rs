//! What images of phantoms are worth, in the book of records: written there, and what became of it.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use serde::Serialize;

use crate::calibration::CertifiedRecords;
use crate::quality::{QualityReport, Trend, course, is_same_measurement};
use crate::records::{Book, Kind, NewRecord, Record, RecordsError, Verified};
use crate::session::{QualityDay, QualityNumber, QualityTrend};

use super::certified::station;
use super::clock::local_now;
use super::recorded::software;

/// What of the technique tells one scanner from another.
const SCANNER: [&str; 3] = ["manufacturer", "model", "station"];

/// Trends that are shown.
const SHOWN_MAX: usize = 100;

/// One measurement of a phantom on one scanner, as often as it was recorded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedTrend {
    /// Maker, model and station, as the images say them; empty where they do not.
    pub scanner: String,
    /// SOP Class UID of the images.
    pub sop_class: String,
    /// Modality of the images.
    pub modality: String,
    /// What became of it: its reports are called `record 12`. Of one day it has no slope.
    #[serde(flatten)]
    pub trend: Trend,
    /// Who measured, by the same names.
    pub operators: BTreeMap<String, String>,
}

/// What is handed on of image quality: all that the book has of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityFile {
    /// [`QualityFile::FORMAT`].
    pub format: &'static str,
    /// When it was written, RFC 3339 with the offset.
    pub issued: String,
    /// The name of the workstation.
    pub station: String,
    /// By phantom and metric.
    pub trends: Vec<RecordedTrend>,
    /// The hash of the last record of the book then, and what is wrong with it.
    pub records: CertifiedRecords,
}

impl QualityFile {
    /// The form of the file and its version.
    pub const FORMAT: &'static str = "hotlight-image-quality/1";

    /// What the book has now.
    pub fn of(book: &Book) -> Result<Self, RecordsError> {
        let (trends, verified) = recorded_trends(book)?;
        Ok(Self {
            format: Self::FORMAT,
            issued: local_now().to_rfc3339_opts(SecondsFormat::Secs, false),
            station: station(),
            trends,
            records: CertifiedRecords { fault: verified.fault(), head: verified.head },
        })
    }
}

/// Adds a report to the book. It must name its phantom and its day, or no trend could have it.
pub fn record_quality(book: &Book, report: &QualityReport, operator: &str) -> Result<Record, String> {
    course(&[("--record".to_owned(), report.clone())]).map_err(|why| why.to_string())?;
    let new = NewRecord {
        at: local_now(),
        monitor: String::new(),
        kind: Kind::PhantomQuality,
        operator: operator.to_owned(),
        instrument: None,
        software: software(),
        table: None,
        body: serde_json::to_value(report).map_err(|why| why.to_string())?,
    };
    book.append(&new).map_err(|why| why.to_string())
}

/// What became of each measurement that the book has, by phantom and metric, and what is wrong with the book. Records that do not hold
/// are none. Of the same images measured twice the later record counts.
pub fn recorded_trends(book: &Book) -> Result<(Vec<RecordedTrend>, Verified), RecordsError> {
    let (records, verified) = book.evidence("")?;
    let mut all: Vec<Vec<(&Record, QualityReport)>> = Vec::new();
    for record in records.iter().filter(|record| record.what() == Some(Kind::PhantomQuality)) {
        // A newer Hotlight may have written another form.
        let Ok(report) = record.read::<QualityReport>() else { continue };
        let is_its = |group: &&mut Vec<(&Record, QualityReport)>| {
            group.first().is_some_and(|(_, first)| is_same(first, &report))
        };
        match all.iter_mut().find(is_its) {
            Some(group) => {
                group.retain(|(_, earlier)| earlier.images != report.images);
                group.push((record, report));
            }
            None => all.push(vec![(record, report)]),
        }
    }
    let mut trends: Vec<RecordedTrend> = all.into_iter().filter_map(|group| trend_of(&group)).collect();
    trends.sort_by_cached_key(|of| (of.trend.phantom.clone(), of.trend.metric.name(), of.scanner.clone()));
    Ok((trends, verified))
}

fn is_same(one: &QualityReport, other: &QualityReport) -> bool {
    scanner_of(one) == scanner_of(other)
        && one.sop_class == other.sop_class
        && is_same_measurement(one, other)
}

fn scanner_of(report: &QualityReport) -> String {
    let said = SCANNER.iter().filter_map(|name| report.technique.get(*name).map(String::as_str));
    said.collect::<Vec<_>>().join(" ")
}

fn trend_of(group: &[(&Record, QualityReport)]) -> Option<RecordedTrend> {
    let name = |record: &Record| format!("record {}", record.n);
    let reports: Vec<(String, QualityReport)> =
        group.iter().map(|(record, report)| (name(record), report.clone())).collect();
    let (_, first) = group.first()?;
    Some(RecordedTrend {
        scanner: scanner_of(first),
        sop_class: first.sop_class.clone(),
        modality: first.modality.clone(),
        trend: course(&reports).ok()?,
        operators: group.iter().map(|(record, _)| (name(record), record.operator.clone())).collect(),
    })
}

/// What the physicist's mode shows of the book; what is wrong with the book is a sentence.
pub(super) fn quality_lines(book: Result<&Book, String>) -> (Vec<QualityTrend>, Option<String>) {
    match book.and_then(|book| recorded_trends(book).map_err(|why| format!("{why}."))) {
        Ok((trends, verified)) => {
            let trends = trends.iter().take(SHOWN_MAX).map(shown).collect();
            (trends, verified.fault().map(|why| format!("{why}.")))
        }
        Err(why) => (Vec::new(), Some(why)),
    }
}

fn shown(recorded: &RecordedTrend) -> QualityTrend {
    let RecordedTrend { scanner, modality, trend, operators, .. } = recorded;
    let source: Vec<&str> =
        [modality.as_str(), scanner.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let begin = trend.metric.main_number();
    let main = trend.drifts.iter().position(|drift| drift.name.starts_with(begin));
    QualityTrend {
        title: format!("{} of {}", trend.metric, trend.phantom),
        source: source.join(", "),
        main: main.unwrap_or_default(),
        numbers: trend
            .drifts
            .iter()
            .map(|drift| QualityNumber {
                name: drift.name.clone(),
                unit: drift.unit.clone(),
                change: drift.change,
                per_year: drift.per_year,
                per_year_error: drift.per_year_error,
            })
            .collect(),
        days: trend
            .measured
            .iter()
            .map(|measured| QualityDay {
                date: measured.date.clone(),
                operator: operators.get(&measured.file).cloned().unwrap_or_default(),
                values: measured.values.clone(),
            })
            .collect(),
        notes: trend.notes.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::quality::{NamedValue, testing};

    use super::*;

    /// Of a scanner by its station, and of two numbers.
    fn report(date: &str, station: &str, value: f64) -> QualityReport {
        let technique = [("model", "Nil"), ("station", station)];
        let mean = NamedValue { name: "mean 1".to_owned(), value: 10.0 * value, unit: "HU".to_owned() };
        let report = testing::report(date, value);
        QualityReport {
            technique: technique.map(|(key, word)| (key.to_owned(), word.to_owned())).into(),
            images: vec![format!("of {date} {station}#1")],
            values: std::iter::once(mean).chain(report.values).collect(),
            ..report
        }
    }

    #[test]
    fn each_scanner_has_a_trend_of_its_own_and_images_that_come_twice_count_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        for (date, station, value) in [
            ("2026-03-01", "CT1", 52.0),
            ("2026-01-01", "CT1", 50.0),
            ("2026-01-01", "CT2", 40.0),
            ("2026-03-01", "CT1", 53.0),
        ] {
            record_quality(&book, &report(date, station, value), "A. Physicist").expect("recorded");
        }
        let (trends, verified) = recorded_trends(&book).expect("readable");
        assert!(verified.is_whole(), "{verified:?}");
        let told: Vec<_> = trends.iter().map(|of| (of.scanner.as_str(), of.trend.measured.len())).collect();
        assert_eq!(told, [("Nil CT1", 2), ("Nil CT2", 1)]);
        let files: Vec<&str> = trends[0].trend.measured.iter().map(|day| day.file.as_str()).collect();
        assert_eq!(files, ["record 2", "record 4"], "by day, and the later record of the same images");
        assert_eq!(book.monitors(), Ok(std::collections::BTreeSet::new()), "they are of no monitor");

        let (shown, fault) = quality_lines(Ok(&book));
        assert_eq!((shown.len(), fault), (2, None));
        let first = &shown[0];
        assert_eq!((first.title.as_str(), first.source.as_str()), ("snr of water 1", "CT, Nil CT1"));
        assert_eq!((first.main, first.numbers[1].change.round().to_bits()), (1, 3.0_f64.to_bits()));
        assert_eq!(first.days[1].operator, "A. Physicist");
    }

    #[test]
    fn what_no_trend_could_have_is_not_recorded() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let nameless = QualityReport { phantom: String::new(), ..report("2026-01-01", "CT1", 50.0) };
        for (report, words) in [(nameless, "--phantom"), (report("", "CT1", 50.0), "no day")] {
            let why = record_quality(&book, &report, "A. Physicist").expect_err("refused");
            assert!(why.contains(words), "{why}");
        }
        assert!(!book.path().exists());
    }
}
