//! One record: what it says, and the text that its hash is made of.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::calibration::{Act, Instrument};

use super::error::RecordsError;

/// Most bytes of a body.
pub const BODY_MAX: usize = 1 << 20;

/// Most letters of what is a line.
const LETTERS_MAX: usize = 200;

/// The columns of a record, in the order in which [`Record::of_row`] reads them.
pub(super) const COLUMNS: &str =
    "n, at, monitor, kind, operator, instrument, software, display_table, body, previous, hash";

/// What a record is about. Its body is of one type by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What a photometer told: a [`Measurement`](crate::calibration::Measurement).
    Measured,
    /// What was found in it: an [`Evaluation`](crate::calibration::Evaluation), of the measurement recorded before it.
    Evaluated,
    /// Uniform fields that were measured by themselves: a [`UniformityRecord`](super::UniformityRecord).
    Uniformity,
    /// A table is applied from now on.
    Activated,
    /// The table before it is applied again.
    Reverted,
    /// Somebody looked at a pattern: a [`VisualCheck`](super::VisualCheck).
    VisualCheck,
    /// Somebody confirmed that the room's light is as it was measured.
    RoomLight,
    /// The room's light is another than it was: an [`AmbientLight`](super::AmbientLight).
    AmbientLight,
    /// Somebody looked for what the ambient test hides: a [`VisualCheck`](super::VisualCheck).
    AmbientTest,
    /// Somebody answered all questions of a pattern of image quality: a [`VisualCheck`](super::VisualCheck).
    ImageQuality,
    /// What images of a phantom are worth: a report of `hotlight quality`. It is of a scanner, and of no monitor.
    PhantomQuality,
    /// Checks are due by another schedule from now on.
    ScheduleChanged,
    /// A chain begins, because the one before it is broken. Only the book writes it.
    ChainBegun,
    /// What was recorded elsewhere.
    Imported,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Measured,
        Self::Evaluated,
        Self::Uniformity,
        Self::Activated,
        Self::Reverted,
        Self::VisualCheck,
        Self::RoomLight,
        Self::AmbientLight,
        Self::AmbientTest,
        Self::ImageQuality,
        Self::PhantomQuality,
        Self::ScheduleChanged,
        Self::ChainBegun,
        Self::Imported,
    ];

    /// Its name in the book.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Evaluated => "evaluated",
            Self::Uniformity => "uniformity",
            Self::Activated => "activated",
            Self::Reverted => "reverted",
            Self::VisualCheck => Act::VisualCheck.name(),
            Self::RoomLight => Act::RoomLight.name(),
            Self::AmbientLight => "ambient-light",
            Self::AmbientTest => Act::AmbientTest.name(),
            Self::ImageQuality => Act::ImageQuality.name(),
            Self::PhantomQuality => "phantom-quality",
            Self::ScheduleChanged => "schedule-changed",
            Self::ChainBegun => "chain-begun",
            Self::Imported => "imported",
        }
    }

    /// The kind of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What schedules call it, where it does a task by itself.
    pub fn act(self) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.name() == self.name())
    }
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord {
    /// When it was, where it was.
    pub at: DateTime<FixedOffset>,
    /// What the monitor is known by; empty where it is of images of a phantom.
    pub monitor: String,
    /// What it is about.
    pub kind: Kind,
    /// Who did it; empty where nobody said.
    pub operator: String,
    /// With what.
    pub instrument: Option<Instrument>,
    /// The name and version of the program.
    pub software: String,
    /// The digest of the table that Hotlight applies from then on; none where it applies none.
    pub table: Option<String>,
    /// All else, by its kind.
    pub body: Value,
}

/// A record of the book, as it is written there: also what somebody may have made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1 on without a gap.
    pub n: i64,
    /// When, RFC 3339 with the offset.
    pub at: String,
    /// What the monitor is known by; empty where it is of none: of the book itself, or of images of a phantom.
    pub monitor: String,
    /// The name of a [`Kind`].
    pub kind: String,
    /// Who did it.
    pub operator: String,
    /// With what, JSON; `null` for nothing.
    pub instrument: String,
    /// The name and version of the program.
    pub software: String,
    /// The digest of the table that Hotlight applies from then on; empty where it applies none.
    pub table: String,
    /// All else, JSON.
    pub body: String,
    /// The hash of the record before; empty at the beginning of a chain.
    pub previous: String,
    /// SHA-256 over `previous` and then [`Record::text`], in hexadecimal.
    pub hash: String,
}

impl NewRecord {
    /// As it will stand in the book, but for its number and hashes.
    pub(super) fn draft(&self) -> Result<Record, RecordsError> {
        let refused = |what, why: &str| Err(RecordsError::Refused { what, why: why.to_owned() });
        if self.kind == Kind::ChainBegun {
            return refused("kind", "is one that only the book writes");
        }
        let table = self.table.clone().unwrap_or_default();
        for (what, line, is_needed) in [
            ("monitor", &self.monitor, self.kind != Kind::PhantomQuality),
            ("operator", &self.operator, false),
            ("software", &self.software, true),
            ("table", &table, false),
        ] {
            if is_needed && line.is_empty() {
                return refused(what, "is not named");
            }
            if line.chars().count() > LETTERS_MAX || line.chars().any(char::is_control) {
                return refused(what, "is no line of 200 letters at most");
            }
        }
        let instrument = json(&self.instrument, "instrument")?;
        if instrument.len() > 4 * LETTERS_MAX {
            return refused("instrument", "is described at too great a length");
        }
        let body = canonical(&self.body);
        if body.len() > BODY_MAX {
            return Err(RecordsError::TooLarge { bytes: body.len() });
        }
        Ok(Record {
            n: 0,
            at: self.at.to_rfc3339_opts(SecondsFormat::Secs, false),
            monitor: self.monitor.clone(),
            kind: self.kind.name().to_owned(),
            operator: self.operator.clone(),
            instrument,
            software: self.software.clone(),
            table,
            body,
            previous: String::new(),
            hash: String::new(),
        })
    }
}

impl Record {
    /// What it is about; none where a newer Hotlight wrote it, or somebody's hand.
    pub fn what(&self) -> Option<Kind> {
        Kind::of(&self.kind)
    }

    /// When it was; none where that is no time.
    pub fn time(&self) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_rfc3339(&self.at).ok()
    }

    /// With what it was measured.
    pub fn photometer(&self) -> Option<Instrument> {
        serde_json::from_str(&self.instrument).ok()
    }

    /// Its body as what its kind says.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.body)
    }

    /// The text that its hash is made of, behind `previous`: JSON without white space, its keys in order.
    pub fn text(&self) -> String {
        self.text_with(&self.instrument, &self.body)
    }

    /// A line of JSON for others, `{"hash":…,"previous":…,"record":…}`: SHA-256 over previous and record, to the letter, is the hash.
    pub fn line(&self) -> String {
        // What somebody made of it may be no JSON any more, and has to be text then.
        let safe = |text: &str| if is_json(text) { text.to_owned() } else { quoted(text) };
        let record = self.text_with(&safe(&self.instrument), &safe(&self.body));
        format!(
            "{{\"hash\":{},\"previous\":{},\"record\":{record}}}",
            quoted(&self.hash),
            quoted(&self.previous)
        )
    }

    fn text_with(&self, instrument: &str, body: &str) -> String {
        format!(
            "{{\"at\":{},\"body\":{body},\"instrument\":{instrument},\"kind\":{},\"monitor\":{},\"n\":{},\"operator\":{},\
             \"software\":{},\"table\":{}}}",
            quoted(&self.at),
            quoted(&self.kind),
            quoted(&self.monitor),
            self.n,
            quoted(&self.operator),
            quoted(&self.software),
            quoted(&self.table),
        )
    }

    /// Whether its hash is that of what it says.
    pub(super) fn is_own(&self) -> bool {
        // Two values that are JSON each have one way only to stand in the text.
        is_json(&self.instrument) && is_json(&self.body) && self.hash == self.digest()
    }

    fn digest(&self) -> String {
        format!("{:x}", Sha256::new().chain_update(&self.previous).chain_update(self.text()).finalize())
    }

    /// The same with its number, behind the record of a hash.
    pub(super) fn placed(mut self, n: i64, previous: &str) -> Self {
        (self.n, self.previous) = (n, previous.to_owned());
        self.hash = self.digest();
        self
    }

    /// A record of the book itself, written with this one.
    pub(super) fn of_book(&self, kind: Kind, body: &impl Serialize) -> Result<Self, RecordsError> {
        Ok(Self {
            monitor: String::new(),
            kind: kind.name().to_owned(),
            instrument: "null".to_owned(),
            table: String::new(),
            body: json(body, "body")?,
            ..self.clone()
        })
    }

    /// From a row of [`COLUMNS`]; and whether all in it is text.
    pub(super) fn of_row(row: &Row<'_>) -> Result<(Self, bool), rusqlite::Error> {
        let mut is_text = true;
        let mut text = |at: usize| -> Result<String, rusqlite::Error> {
            let value = row.get_ref(at)?;
            let sound = value.as_str().ok();
            is_text &= sound.is_some();
            let lossy = || String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned();
            Ok(sound.map_or_else(lossy, str::to_owned))
        };
        let record = Self {
            n: row.get(0)?,
            at: text(1)?,
            monitor: text(2)?,
            kind: text(3)?,
            operator: text(4)?,
            instrument: text(5)?,
            software: text(6)?,
            table: text(7)?,
            body: text(8)?,
            previous: text(9)?,
            hash: text(10)?,
        };
        Ok((record, is_text))
    }

    pub(super) fn insert(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let Self { n, at, monitor, kind, operator, instrument, software, table, body, previous, hash } = self;
        let sql =
            format!("INSERT INTO record ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
        connection.execute(
            &sql,
            params![n, at, monitor, kind, operator, instrument, software, table, body, previous, hash],
        )?;
        Ok(())
    }
}

/// As canonical JSON; what cannot be that is refused.
fn json(value: &impl Serialize, what: &'static str) -> Result<String, RecordsError> {
    let value = serde_json::to_value(value);
    value
        .map(|value| canonical(&value))
        .map_err(|error| RecordsError::Refused { what, why: format!("cannot be written: {error}") })
}

/// JSON without white space, keys in the order of their bytes, numbers in the fewest digits that are read as the same number.
fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                text.push(if at == 0 { '{' } else { ',' });
                text.push_str(&quoted(key));
                text.push(':');
                write_canonical(value, text);
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                text.push(if at == 0 { '[' } else { ',' });
                write_canonical(value, text);
            }
            text.push_str(if values.is_empty() { "[]" } else { "]" });
        }
        other => text.push_str(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_canonical_and_numbers_come_back_to_the_bit() {
        let value = json!({ "b": [1, {}, [], { "z": null, "a": "µ\n\"" }], "a": 0.1, "B": true });
        assert_eq!(
            canonical(&value),
            "{\"B\":true,\"a\":0.1,\"b\":[1,{},[],{\"a\":\"µ\\n\\\"\",\"z\":null}]}"
        );
        for number in [0.1 + 0.2, 1.0 / 3.0, 412.3 / 7.1, f64::from_bits(1), f64::MAX, 0.05 - f64::EPSILON] {
            let back: f64 = serde_json::from_str(&canonical(&json!(number))).expect("a number");
            assert_eq!(back.to_bits(), number.to_bits(), "{number}");
        }
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_acts_have_those_of_schedules() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.name()), Some(kind));
        }
        let acts: Vec<Act> = Kind::ALL.into_iter().filter_map(Kind::act).collect();
        assert_eq!(acts, Act::ALL);
    }
}
