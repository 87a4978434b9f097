//! Whether the book is as it was written: each record is read, and held against its hash and the record before.

use std::collections::BTreeSet;
use std::fmt;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::record::{COLUMNS, Kind, Record};

/// So many breaks are told; the last of these goes on to where the book is broken last.
const BREAKS_MAX: usize = 100;

/// What the book says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Verified {
    /// How many records there are.
    pub records: u64,
    /// How many chains there are: one more for each time that one was found broken.
    pub chains: u64,
    /// The hash of the last record; empty where there is none.
    pub head: String,
    /// Where chains are broken, in the order of the book.
    pub breaks: Vec<Break>,
    /// Files of the book that were damaged and put aside, by name.
    pub damaged: BTreeSet<String>,
    /// The highest number that a record ever had.
    #[serde(skip)]
    pub(super) last: i64,
    /// The number of the record that begins the last chain; none where it is the first chain.
    #[serde(skip)]
    pub(super) begun: Option<i64>,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The number of the record.
    pub at: i64,
    /// The last of them, where several are missing or too many are broken to be told; else the same.
    pub through: i64,
    /// What is wrong with it.
    pub fault: Fault,
    /// The hash that stands there; of what is missing, that of the record before.
    pub hash: String,
}

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It does not say what its hash was made of.
    Changed,
    /// It is not there any more.
    Missing,
    /// It was written behind another record than the one before it: one of both was put in later.
    Apart,
}

/// What a record that begins a chain says of the one before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Begun {
    /// Where it is broken.
    pub(super) broken: Vec<Break>,
    /// Its last hash.
    pub(super) head: String,
    /// Files that were put aside.
    pub(super) damaged: BTreeSet<String>,
}

/// `record 3 was changed`
impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, through, fault, .. } = self;
        match fault {
            Fault::Missing if at == through => write!(f, "record {at} is missing"),
            Fault::Missing => write!(f, "records {at} to {through} are missing"),
            Fault::Changed => write!(f, "record {at} was changed"),
            Fault::Apart => write!(f, "record {at} does not follow the one before"),
        }
    }
}

impl Verified {
    /// Nothing is wrong, nor ever was.
    pub fn is_whole(&self) -> bool {
        self.breaks.is_empty() && self.damaged.is_empty() && self.begun.is_none()
    }

    /// All that is or ever was wrong, a sentence; none where the book is whole.
    pub fn fault(&self) -> Option<String> {
        let breaks = self.breaks.iter().map(Break::to_string);
        let begun = self.begun.filter(|n| *n > 1);
        let begun = begun.map(|n| format!("a chain was broken, and another begins at record {n}"));
        let damaged = self.damaged.iter().map(|name| format!("{name} was damaged and is put aside"));
        let all: Vec<String> = breaks.chain(begun).chain(damaged).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Whether the last chain is broken, so that nothing can be added to it.
    pub(super) fn is_broken(&self) -> bool {
        self.breaks.iter().any(|broken| self.begun.is_none_or(|begun| broken.through >= begun))
    }

    /// The number of the next record.
    pub(super) const fn next(&self) -> i64 {
        self.last.saturating_add(1)
    }
}

/// Reads every record, in order. `each` is given it, and whether it holds.
pub(super) fn walk(
    connection: &Connection,
    mut each: impl FnMut(&Record, bool),
) -> Result<Verified, rusqlite::Error> {
    let mut walk = Walk { verified: Verified { chains: 1, ..Verified::default() }, is_sure: true };
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM record ORDER BY n"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (record, is_text) = Record::of_row(row)?;
        let holds = walk.take(&record, is_text);
        each(&record, holds);
    }
    let given = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'record'";
    let given: Option<i64> = connection.query_row(given, [], |row| row.get(0))?;
    Ok(walk.finish(given.unwrap_or_default()))
}

struct Walk {
    verified: Verified,
    /// The record before is there and has its own hash.
    is_sure: bool,
}

impl Walk {
    /// Takes the next record; whether it holds.
    fn take(&mut self, record: &Record, is_text: bool) -> bool {
        let next = self.verified.next();
        self.verified.records += 1;
        if record.n < next {
            // Numbers rise from one on: only one below that gets here.
            self.broken(record.n, record.n, Fault::Changed, &record.hash);
            return false;
        }
        if record.n > next {
            let head = self.verified.head.clone();
            self.broken(next, record.n - 1, Fault::Missing, &head);
            self.is_sure = false;
        }
        let is_own = is_text && record.is_own();
        let begins = record.kind == Kind::ChainBegun.name();
        let follows = if begins || record.n == 1 {
            record.previous.is_empty()
        } else {
            // That one does not follow a record that was changed or is missing says nothing of itself.
            !self.is_sure || record.previous == self.verified.head
        };
        if !is_own {
            self.broken(record.n, record.n, Fault::Changed, &record.hash);
        } else if !follows {
            self.broken(record.n, record.n, Fault::Apart, &record.hash);
        } else if begins && record.n > 1 {
            self.verified.chains += 1;
        }
        let holds = is_own && follows;
        if begins && holds {
            self.verified.begun = Some(record.n);
        }
        self.is_sure = is_own;
        self.verified.last = record.n;
        self.verified.head.clone_from(&record.hash);
        holds
    }

    /// The end of the book, where the highest number that was ever given is this.
    fn finish(mut self, given: i64) -> Verified {
        let next = self.verified.next();
        if given >= next {
            let head = self.verified.head.clone();
            self.broken(next, given, Fault::Missing, &head);
            self.verified.last = given;
        }
        self.verified
    }

    fn broken(&mut self, at: i64, through: i64, fault: Fault, hash: &str) {
        let breaks = &mut self.verified.breaks;
        if breaks.len() < BREAKS_MAX {
            breaks.push(Break { at, through, fault, hash: hash.to_owned() });
        } else if let Some(last) = breaks.last_mut() {
            last.through = through;
        }
    }
}
