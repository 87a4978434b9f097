//! Writes into the book of records what the physicist's mode says happened.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::Serialize;
use serde_json::Value;

use crate::calibration::pattern::Pattern;
use crate::calibration::{Measurement, SignalPath};
use crate::records::{AmbientLight, Answer, Book, Kind, NewRecord, RecordRef, UniformityRecord, VisualCheck};
use crate::session::{FromFile, RecordKind, RecordOrder};

use super::clock::local_now;
use super::sighted::what_was_seen;

/// What follows of another light.
const OTHER_LIGHT: &str = "Recorded. What was found in another light of the room is void: measure the response again, `calibration measure response`.";

/// The name and version of the program, as records have it.
pub(super) fn software() -> String {
    format!("Hotlight {}", env!("CARGO_PKG_VERSION"))
}

/// Writes what happened into the book; what to say of it.
pub(super) fn record(book: &Book, order: &RecordOrder) -> Result<Option<String>, String> {
    let RecordOrder { monitor, operator, instrument, table, kind } = order;
    let append_at = |at: DateTime<FixedOffset>, kind: Kind, body: Value| {
        let new = NewRecord {
            at,
            monitor: monitor.clone(),
            kind,
            operator: operator.clone(),
            instrument: instrument.clone(),
            software: software(),
            table: table.clone(),
            body,
        };
        book.append(&new).map_err(|why| why.to_string())
    };
    let append = |kind: Kind, body: Value| append_at(local_now(), kind, body);
    match kind {
        RecordKind::Measured { measurement, evaluation, from_file } => {
            let now = local_now();
            // What was measured another day does no check of today.
            let at =
                from_file.as_ref().and_then(|file| time_of(file.measured.as_deref()?, now)).unwrap_or(now);
            let measured = append_at(at, Kind::Measured, json(measurement)?)?;
            if let Some(file) = from_file {
                let FromFile { measured: day, operator, .. } = file.as_ref();
                let body = serde_json::json!({
                    "from": "file", "record": RecordRef::of(&measured), "measured": day, "operator": operator,
                });
                append(Kind::Imported, body)?;
            }
            // What the panel shows around its table is no finding on what is read with.
            let found = evaluation.as_ref().filter(|_| measurement.path == SignalPath::Through);
            if let Some(evaluation) = found {
                append_at(at, Kind::Evaluated, json(evaluation)?)?;
            }
        }
        RecordKind::Uniformity { measurement, profile, checks } => {
            let response = response_of(book, monitor, measurement)?;
            let measurement = Measurement { response: Vec::new(), ..measurement.as_ref().clone() };
            let (profile, checks) = (profile.clone(), checks.clone());
            append(Kind::Uniformity, json(&UniformityRecord { measurement, response, profile, checks })?)?;
        }
        RecordKind::Visual { pattern, is_passed, remarks } => {
            let asked = Pattern::parse(pattern).ok().and_then(Pattern::questions);
            let kind = if asked.is_some() { Kind::ImageQuality } else { Kind::VisualCheck };
            let question = asked.unwrap_or("Does it look as it should?").to_owned();
            let answer = Answer { question, answer: remarks.clone(), passed: *is_passed };
            let check = VisualCheck { pattern: pattern.clone(), answers: vec![answer], passed: *is_passed };
            append(kind, json(&check)?)?;
        }
        RecordKind::AmbientLight { ambient_cd_m2, .. } => {
            append(Kind::AmbientLight, json(&AmbientLight { ambient_cd_m2: *ambient_cd_m2 })?)?;
            return Ok(Some(OTHER_LIGHT.to_owned()));
        }
        RecordKind::AmbientTest(test) => {
            append(Kind::AmbientTest, json(&what_was_seen(test))?)?;
        }
    }
    Ok(Some("Recorded.".to_owned()))
}

/// The last record of the very response that uniform fields were measured beside; none where it is in no record that holds.
fn response_of(book: &Book, monitor: &str, measurement: &Measurement) -> Result<Option<RecordRef>, String> {
    let (records, _) = book.evidence(monitor).map_err(|why| why.to_string())?;
    let mut measured = records.iter().rev().filter(|record| record.what() == Some(Kind::Measured));
    let is_it = |of: Measurement| of.path == measurement.path && of.response == measurement.response;
    let found = measured.find(|record| record.read::<Measurement>().is_ok_and(is_it));
    Ok(found.filter(|_| !measurement.response.is_empty()).map(RecordRef::of))
}

/// The time that a file of luminances says, at the beginning of the day where it tells a day alone; none where that is no day.
fn time_of(said: &str, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(said) {
        return Some(time);
    }
    let day: NaiveDate = said.get(..10)?.parse().ok()?;
    day.and_time(NaiveTime::MIN).and_local_timezone(*now.offset()).single()
}

fn json(value: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use crate::calibration::{
        EvaluationContext, FieldReading, PanelShape, PointReading, Profiles, Quantity, Schedules,
        SimulatedPanel, evaluate, evaluate_fields,
    };
    use crate::config::Displays;
    use crate::records::done;

    use super::super::booked::bench_news;
    use super::super::certified::newest_certificate;
    use super::*;

    const MONITOR: &str = "ZZM-1";

    fn field() -> FieldReading {
        let point = |luminance_cd_m2| PointReading { luminance_cd_m2, chromaticity: None };
        let points = [20.0, 21.0, 20.0, 22.0, 20.0, 20.0, 19.0, 20.0, 20.5].map(point).to_vec();
        FieldReading { level: 120, points }
    }

    fn order(kind: RecordKind) -> RecordOrder {
        RecordOrder {
            monitor: MONITOR.to_owned(),
            operator: "A. Physicist".to_owned(),
            instrument: None,
            table: None,
            kind,
        }
    }

    /// A response and its uniformity, recorded one after the other; the book, and what was measured.
    fn recorded(folder: &std::path::Path) -> (Book, Measurement) {
        let book = Book::open(folder).expect("a book");
        let profiles = Profiles::default();
        let profile = profiles.get("diagnostic").expect("it is shipped");
        let bare = Measurement {
            path: SignalPath::Through,
            ambient_cd_m2: Some(0.25),
            ..SimulatedPanel::new(PanelShape::Gsdf, [1.0, 350.0], 8).characterise(18)
        };
        let found = evaluate(&bare, profile, EvaluationContext::default()).expect("found");
        let response = RecordKind::Measured {
            measurement: Box::new(bare.clone()),
            evaluation: Some(Box::new(found)),
            from_file: None,
        };
        record(&book, &order(response)).expect("recorded");
        let whole = Measurement { fields: vec![field()], ..bare };
        let checks = evaluate_fields(&whole, profile).expect("found");
        let profile = profile.name.clone();
        let fields = RecordKind::Uniformity { measurement: Box::new(whole.clone()), profile, checks };
        record(&book, &order(fields)).expect("recorded");
        (book, whole)
    }

    #[test]
    fn uniformity_is_recorded_by_itself_and_names_the_record_of_its_response() {
        let folder = tempfile::tempdir().expect("a folder");
        let (book, whole) = recorded(folder.path());
        let (records, verified) = book.evidence(MONITOR).expect("readable");
        assert!(verified.is_whole());
        let kinds: Vec<_> = records.iter().map(|record| record.kind.as_str()).collect();
        assert_eq!(kinds, ["measured", "evaluated", "uniformity"], "the response is not written again");
        let fields: UniformityRecord = records[2].read().expect("a uniformity");
        assert!(fields.measurement.response.is_empty() && fields.measurement.fields == whole.fields);
        assert_eq!(fields.response, Some(RecordRef::of(&records[0])));
        assert!(fields.checks.iter().any(|check| check.value.is_some()), "{:?}", fields.checks);
        // Another response than any in the book.
        let mut other = whole.clone();
        other.response[3].luminance_cd_m2 += 0.5;
        assert_eq!(response_of(&book, MONITOR, &other), Ok(None));
    }

    #[test]
    fn the_mode_and_the_certificate_show_both_and_when_each_was_measured() {
        let folder = tempfile::tempdir().expect("a folder");
        let (book, whole) = recorded(folder.path());
        let news = bench_news(Ok(&book), MONITOR, None, None);
        assert_eq!(news.through.as_ref(), Some(&whole));
        assert_eq!(news.book.history.len(), 1, "the response was found once");
        assert!(news.book.records[0].words.contains("uniform"), "{:?}", news.book.records[0]);
        let certificate = newest_certificate(&book, &Displays::default(), MONITOR).expect("a certificate");
        assert_eq!(certificate.measurement, whole);
        let (records, _) = book.evidence(MONITOR).expect("readable");
        let of_fields = certificate.uniformity.as_ref().expect("measured by itself");
        assert_eq!((&of_fields.measured, &of_fields.record), (&records[2].at, &records[2].hash));
        assert_eq!(certificate.records.head, records[2].hash, "it rests on both");
        for quantity in [Quantity::GsdfDeviation, Quantity::UniformityMld, Quantity::UniformityLudm] {
            let mut checks = certificate.evaluation.checks.iter();
            let check = checks.find(|check| check.quantity == quantity).expect("all are there");
            assert!(check.value.is_some(), "{check:?}");
        }
        let findings = &certificate.evaluation.findings;
        assert!(!findings.iter().any(|words| words.starts_with("Uniformity was not")), "{findings:?}");
    }

    #[test]
    fn who_answers_the_questions_of_oiq_does_the_task_that_asks_for_image_quality() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let schedules = Schedules::default();
        let is_done = |used_for: &str, task: &str| {
            let (records, _) = book.evidence(MONITOR).expect("readable");
            let schedule = schedules.get(used_for).expect("it is there");
            done(&records, schedule).iter().any(|done| done.task == task && done.passed)
        };
        let look = |pattern: &str| {
            let (pattern, remarks) = (pattern.to_owned(), "13 letters".to_owned());
            record(&book, &order(RecordKind::Visual { pattern, is_passed: true, remarks }))
                .expect("recorded");
        };
        look("TG270-sQC");
        assert!(is_done("diagnostic", "visual"));
        assert!(!is_done("diagnostic", "image-quality") && !is_done("din", "visual"));
        look("TG18-OIQ");
        assert!(is_done("diagnostic", "image-quality") && is_done("din", "visual"));
    }
    #[test]
    fn what_a_file_says_is_recorded_as_of_its_day_and_that_it_comes_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let panel = SimulatedPanel::new(PanelShape::Gsdf, [1.0, 350.0], 8).characterise(18);
        let measurement = Measurement { path: SignalPath::Through, ambient_cd_m2: Some(0.25), ..panel };
        let profiles = Profiles::default();
        let profile = profiles.get("diagnostic").expect("it is shipped");
        let found = evaluate(&measurement, profile, EvaluationContext::default()).expect("found");
        let operator = Some("B. Physicist".to_owned());
        let file = FromFile { instrument: None, measured: Some("2025-03-01".to_owned()), operator };
        let kind = RecordKind::Measured {
            measurement: Box::new(measurement),
            evaluation: Some(Box::new(found)),
            from_file: Some(Box::new(file)),
        };
        record(&book, &order(kind)).expect("recorded");
        let (records, verified) = book.evidence(MONITOR).expect("readable");
        assert!(verified.is_whole());
        let told = records.iter().map(|record| (record.kind.as_str(), record.at.starts_with("2025-03-01")));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [("measured", true), ("imported", false), ("evaluated", true)],
            "it does no check of today"
        );
        let body: Value = records[1].read().expect("JSON");
        assert_eq!(body["record"]["hash"], records[0].hash.as_str());
        assert_eq!(body["measured"], "2025-03-01");
        assert_eq!(body["operator"], "B. Physicist");
        let certificate = newest_certificate(&book, &Displays::default(), MONITOR).expect("a certificate");
        assert!(certificate.measured.starts_with("2025-03-01"), "{}", certificate.measured);
    }

    #[test]
    fn the_day_of_a_file_begins_at_midnight_and_one_that_is_none_is_not_made_up() {
        let now = DateTime::parse_from_rfc3339("2026-11-24T09:20:00+01:00").expect("a time");
        let of = |said| time_of(said, now).map(|time| time.to_rfc3339());
        assert_eq!(of("2026-11-24").as_deref(), Some("2026-11-24T00:00:00+01:00"));
        assert_eq!(of("2026-11-24T08:00:00+02:00").as_deref(), Some("2026-11-24T08:00:00+02:00"));
        assert_eq!(of("2026-02-31"), None);
    }
}
