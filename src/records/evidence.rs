//! What records show of a monitor: which tasks of its schedule were done, and what its last evaluation rests on.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calibration::{Conditions, Done, Evaluation, Measurement, Schedule, Verdict};

use super::book::Book;
use super::chain::Verified;
use super::error::RecordsError;
use super::record::{Kind, Record};
use super::uniformity::{UniformityRecord, evaluation_of};

/// So many of a monitor's records are looked at, the last ones: years of daily checks.
const EVIDENCE_MAX: usize = 10_000;

/// What somebody saw in a pattern: the body of a check by eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisualCheck {
    /// The pattern: `TG270-sQC`.
    pub pattern: String,
    /// What was asked and answered.
    pub answers: Vec<Answer>,
    /// Whether all that must be seen was seen.
    pub passed: bool,
}

/// An answer to a question about a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub question: String,
    /// What was answered: `14 of 14`.
    pub answer: String,
    /// Whether that is enough.
    pub passed: bool,
}

/// What the room's light adds since it was measured anew, and the response was not: the body of its record.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AmbientLight {
    /// On the panel, cd/m².
    pub ambient_cd_m2: f64,
}

impl Book {
    /// The records of a monitor that hold, the first one first, and what is wrong with the book.
    pub fn evidence(&self, monitor: &str) -> Result<(Vec<Record>, Verified), RecordsError> {
        let mut records = VecDeque::new();
        let verified = self.each(|record, holds| {
            if holds && record.monitor == monitor {
                if records.len() >= EVIDENCE_MAX {
                    records.pop_front();
                }
                records.push_back(record.clone());
            }
        })?;
        Ok((records.into(), verified))
    }
}

/// The tasks of a schedule that records show as done.
pub fn done(records: &[Record], schedule: &Schedule) -> Vec<Done> {
    let by_itself = records.iter().flat_map(|record| done_by(record, schedule).unwrap_or_default());
    let by_fields =
        records.iter().flat_map(|record| done_by_fields(records, record, schedule).unwrap_or_default());
    by_itself.chain(by_fields).collect()
}

/// What uniform fields do that were measured by themselves. A task that asks for the response, too, is done on the day on which that was
/// measured; at fault is the monitor on the day on which that was seen.
fn done_by_fields(records: &[Record], record: &Record, schedule: &Schedule) -> Option<Vec<Done>> {
    if record.what() != Some(Kind::Uniformity) {
        return None;
    }
    let (fields, at) = (record.read::<UniformityRecord>().ok()?, record.time()?);
    let beside = fields.response.as_ref().and_then(|response| evaluation_of(records, response));
    let found = beside.as_ref().map(|(found, _)| found);
    let checks = found.map_or_else(|| fields.checks.clone(), |found| fields.checks_beside(found));
    let is_at_fault = checks.iter().any(|check| check.verdict == Verdict::Fail);
    let measured = beside.as_ref().and_then(|(_, evaluated)| evaluated.time());
    let at = measured.filter(|_| !is_at_fault).map_or(at, |measured| measured.min(at));
    Some(schedule.done_by_fields(&checks, found, at))
}

fn done_by(record: &Record, schedule: &Schedule) -> Option<Vec<Done>> {
    let (kind, at) = (record.what()?, record.time()?);
    if kind == Kind::Evaluated {
        return Some(schedule.done_by_evaluation(&record.read::<Evaluation>().ok()?, at));
    }
    let act = kind.act()?;
    let said = record.read::<Value>().ok().and_then(|body| body.get("passed")?.as_bool());
    // Who confirms the room's light says all there is to say; what was looked at passes where that is said.
    let passed = said.unwrap_or(kind == Kind::RoomLight);
    Some(schedule.done_by_act(act, passed, at))
}

/// Who applied the GSDF until a change; none where its record does not say.
fn owner_before(change: &Record) -> Option<String> {
    Some(change.read::<Value>().ok()?.get("was")?.as_str()?.to_owned())
}

/// What the last evaluation among records rests on: the table that was applied then, who applied the GSDF as far as a later change
/// tells, and the room's light as it was measured before it. None where nobody evaluated anything.
pub fn conditions(records: &[Record]) -> Option<Conditions> {
    let mut ambient_cd_m2 = None;
    let mut found: Option<Conditions> = None;
    for record in records {
        match record.what() {
            Some(Kind::Measured) => {
                ambient_cd_m2 = record.read::<Measurement>().ok().and_then(|measured| measured.ambient_cd_m2);
            }
            Some(Kind::Evaluated) => {
                let table = Some(record.table.clone()).filter(|table| !table.is_empty());
                found =
                    Some(Conditions { monitor: record.monitor.clone(), table, owner: None, ambient_cd_m2 });
            }
            Some(Kind::Activated | Kind::Reverted) => {
                // What the first change since found there is what it rests on.
                if let Some(found) = found.as_mut().filter(|found| found.owner.is_none()) {
                    found.owner = owner_before(record);
                }
            }
            _ => {}
        }
    }
    found
}

/// What the room's light adds, cd/m², by the last record since the last evaluation that says it; none where none does.
pub fn ambient_since(records: &[Record]) -> Option<f64> {
    let is_evaluation = |record: &&Record| record.what() == Some(Kind::Evaluated);
    let evaluated = records.iter().rev().find(is_evaluation).and_then(Record::time);
    let since = records.iter().rev().take_while(|record| !is_evaluation(record));
    // What a file says of an earlier day is not how the room is now.
    let mut since = since.filter(|record| record.time() >= evaluated);
    since.find_map(|record| match record.what()? {
        Kind::AmbientLight => Some(record.read::<AmbientLight>().ok()?.ambient_cd_m2),
        Kind::Measured => record.read::<Measurement>().ok()?.ambient_cd_m2,
        Kind::Uniformity => record.read::<UniformityRecord>().ok()?.measurement.ambient_cd_m2,
        _ => None,
    })
}

/// What is applied now, in the room's light as it was recorded since the evaluation. A table of ours that is made for another light than
/// that of the evaluation is another condition already, and stays so.
pub fn in_light_since(current: Conditions, evaluated: Option<&Conditions>, records: &[Record]) -> Conditions {
    let then = evaluated.and_then(|evaluated| evaluated.ambient_cd_m2);
    let of_table = current.ambient_cd_m2;
    let is_other = of_table.is_some() && of_table != then;
    let ambient_cd_m2 = ambient_since(records).filter(|_| !is_other).or(of_table);
    Conditions { ambient_cd_m2, ..current }
}
