//! Uniform fields that were measured by themselves, and the response that they stand beside.

use serde::{Deserialize, Serialize};

use crate::calibration::{Check, Evaluation, Measurement};

use super::record::{Kind, Record};

/// Uniform fields that were measured by themselves: the body of their record. The response is told by its record, and not once more: it
/// was measured when that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UniformityRecord {
    /// The fields and the room's light. It has no response.
    pub measurement: Measurement,
    /// The record of the response that they were measured beside; none where none is in the book.
    pub response: Option<RecordRef>,
    /// The profile of limits, by name.
    pub profile: String,
    /// What was found; empty where nothing could be.
    pub checks: Vec<Check>,
}

/// Another record of the same book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRef {
    /// Its number.
    pub n: i64,
    /// Its hash.
    pub hash: String,
}

impl UniformityRecord {
    /// The checks under the limits of the evaluation that they stand beside: who measured may have had another profile then.
    pub fn checks_beside(&self, evaluation: &Evaluation) -> Vec<Check> {
        if self.profile == evaluation.profile {
            return self.checks.clone();
        }
        let limit = |own: &Check| {
            let mut checks = evaluation.checks.iter();
            checks.find(|check| check.quantity == own.quantity).and_then(|check| check.limit.as_ref())
        };
        self.checks.iter().map(|own| own.under(limit(own))).collect()
    }
}

impl RecordRef {
    /// A record, as others name it.
    pub fn of(record: &Record) -> Self {
        Self { n: record.n, hash: record.hash.clone() }
    }

    /// Whether a record is the one that is named.
    pub fn is(&self, record: &Record) -> bool {
        (self.n, &self.hash) == (record.n, &record.hash)
    }
}

/// Of the records of a monitor, the last one of uniform fields that were measured beside a response, by the response's record.
pub fn fields_beside<'r>(records: &'r [Record], response: &Record) -> Option<(&'r Record, UniformityRecord)> {
    records.iter().rev().filter(|record| record.what() == Some(Kind::Uniformity)).find_map(|record| {
        let found = record.read::<UniformityRecord>().ok()?;
        found.response.as_ref().is_some_and(|named| named.is(response)).then_some((record, found))
    })
}

/// Of the records of a monitor, the evaluation of a response, by the response's record.
pub(super) fn evaluation_of(records: &[Record], response: &RecordRef) -> Option<(Evaluation, Record)> {
    let behind = records.iter().skip_while(|record| !response.is(record)).skip(1);
    let mut own = behind.take_while(|record| record.what() != Some(Kind::Measured));
    let record = own.find(|record| record.what() == Some(Kind::Evaluated))?;
    Some((record.read().ok()?, record.clone()))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset};
    use serde_json::Value;

    use super::super::{Book, NewRecord, done};
    use super::*;
    use crate::calibration::{Done, Limit, Quantity, Schedules, SignalPath, Verdict, testing};

    fn at(day: u32) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T09:20:00+01:00")).expect("a time")
    }

    fn append(book: &Book, day: u32, kind: Kind, body: Value) -> Record {
        let new = NewRecord {
            at: at(day),
            monitor: "NIL-1".to_owned(),
            kind,
            operator: "Physicist 1".to_owned(),
            instrument: None,
            software: "hotlight".to_owned(),
            table: None,
            body,
        };
        book.append(&new).expect("recorded")
    }

    fn check(quantity: Quantity, value: Option<f64>, verdict: Verdict) -> Check {
        let limit = Limit { min: None, max: Some(30.0), source: String::new(), is_confirmed: false };
        Check { quantity, value, limit: Some(limit), verdict }
    }

    /// The fields alone, or all but these.
    fn checks(are_of_fields: bool, verdict: Verdict) -> Vec<Check> {
        let all = Quantity::ALL.into_iter();
        let is_asked = |quantity: Quantity| quantity.is_of_fields() == are_of_fields;
        let found = |quantity| {
            if is_asked(quantity) {
                Some(check(quantity, Some(1.0), verdict))
            } else {
                (!are_of_fields).then(|| check(quantity, None, Verdict::NotMeasured))
            }
        };
        all.filter_map(found).collect()
    }

    fn evaluation() -> Evaluation {
        testing::evaluation(18, checks(false, Verdict::Indicative), Verdict::Indicative)
    }

    fn json(value: impl Serialize) -> Value {
        serde_json::to_value(value).expect("JSON")
    }

    #[test]
    fn fields_are_held_against_the_limits_of_the_response_and_not_against_those_of_another_profile() {
        let limit =
            |max| Some(Limit { min: None, max: Some(max), source: String::new(), is_confirmed: true });
        let of = |limit: Option<Limit>, verdict| {
            let check = |quantity| Check { limit: limit.clone(), ..check(quantity, Some(20.0), verdict) };
            vec![check(Quantity::UniformityLudm)]
        };
        let strict = Evaluation { checks: of(limit(15.0), Verdict::Fail), ..evaluation() };
        let beside = |profile: &str, limit: Option<Limit>, verdict| {
            let measurement = Measurement {
                path: SignalPath::Through,
                highest: 255,
                response: Vec::new(),
                ambient_cd_m2: None,
                fields: Vec::new(),
            };
            let checks = of(limit, verdict);
            UniformityRecord { measurement, response: None, profile: profile.to_owned(), checks }
        };
        let under = |record: UniformityRecord, evaluation: &Evaluation| record.checks_beside(evaluation);
        assert_eq!(under(beside("clinical", None, Verdict::Indicative), &strict), strict.checks);
        assert_eq!(under(beside("clinical", limit(30.0), Verdict::Pass), &strict), strict.checks);
        let wide = |verdict| Evaluation { checks: of(limit(30.0), verdict), ..evaluation() };
        let (passes, indicates) = (wide(Verdict::Pass), wide(Verdict::Indicative));
        assert_eq!(under(beside("clinical", limit(25.0), Verdict::Pass), &passes), passes.checks);
        // Nobody said what the room's light adds, perhaps.
        assert_eq!(under(beside("clinical", None, Verdict::Indicative), &passes), indicates.checks);
        let own = beside("diagnostic", limit(30.0), Verdict::Indicative);
        assert_eq!(under(own.clone(), &strict), own.checks, "of the same profile");
    }

    #[test]
    fn a_task_that_asks_for_both_is_done_on_the_day_of_the_response_and_failed_on_that_of_the_fields() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let measurement = Measurement {
            path: SignalPath::Through,
            highest: 255,
            response: Vec::new(),
            ambient_cd_m2: Some(0.25),
            fields: Vec::new(),
        };
        let response = append(&book, 3, Kind::Measured, json(&measurement));
        append(&book, 3, Kind::Evaluated, json(evaluation()));
        // Of another day, and of nobody's fields.
        append(&book, 5, Kind::Measured, json(&measurement));
        append(&book, 5, Kind::Evaluated, json(Evaluation { levels: Vec::new(), ..evaluation() }));
        let fields = |verdict, response: &Record| UniformityRecord {
            measurement: measurement.clone(),
            response: Some(RecordRef::of(response)),
            profile: "diagnostic".to_owned(),
            checks: checks(true, verdict),
        };
        let annual = || -> Vec<Done> {
            let (records, _) = book.evidence("NIL-1").expect("readable");
            let schedules = Schedules::default();
            let done = done(&records, schedules.get("diagnostic").expect("it is there"));
            done.into_iter().filter(|done| done.task == "annual").collect()
        };
        let expected = |day, passed| Done { task: "annual".to_owned(), at: at(day), passed };
        assert_eq!(annual(), [], "there are no fields yet");
        append(&book, 10, Kind::Uniformity, json(fields(Verdict::Indicative, &response)));
        assert_eq!(annual(), [expected(3, true)]);
        append(&book, 12, Kind::Uniformity, json(fields(Verdict::Fail, &response)));
        assert_eq!(annual(), [expected(3, true), expected(12, false)]);
        let (records, _) = book.evidence("NIL-1").expect("readable");
        let newest = fields_beside(&records, &response).map(|(record, _)| record.n);
        assert_eq!(newest, Some(6));
        let other = records.get(2).expect("a record");
        assert!(fields_beside(&records, other).is_none(), "another response");
    }
}
