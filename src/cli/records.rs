//! `hotlight display records`: what was recorded of monitors, and whether it is as it was written.

use clap::Args;
use serde::Serialize;

use crate::calibration::{Evaluation, Verdict};
use crate::config::{Settings, records_folder};
use crate::quality::QualityReport;
use crate::records::{Book, Kind, Record, RecordsError, UniformityRecord, Verified, VisualCheck};

use super::{Failure, ReaderArgs, SettingsArgs, complain, say, view::load_config};

/// Arguments of `display records`.
#[derive(Args, Debug)]
pub(super) struct RecordsArgs {
    /// Only of this monitor, by what it is known by.
    #[arg(long, value_name = "ID", conflicts_with = "verify")]
    monitor: Option<String>,
    /// Say instead whether every record is as it was written; where one is not, the exit code is 1.
    #[arg(long)]
    verify: bool,
    /// Print JSON: a record a line with its hash, or one object with --verify.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Serialize)]
struct VerifiedJson<'a> {
    whole: bool,
    fault: Option<String>,
    #[serde(flatten)]
    verified: &'a Verified,
}

/// The book that the settings name.
pub(super) fn open_book(settings: &Settings) -> Result<Book, Failure> {
    let folder = records_folder(settings);
    let folder = folder.ok_or_else(|| {
        Failure::new("this system names no folder for the records: set displays.records to one")
    })?;
    Book::open(&folder).map_err(|error| Failure::new(error.to_string()))
}

pub(super) fn records(args: &RecordsArgs) -> Result<(), Failure> {
    let book = open_book(&load_config(&args.settings, &ReaderArgs::default())?.settings)?;
    if args.verify {
        return verify(&book, args.json);
    }
    let monitor = args.monitor.as_deref();
    let read = if args.json { book.export(monitor) } else { lines(&book, monitor) };
    let (lines, verified) = read.map_err(|error| Failure::new(error.to_string()))?;
    if lines.is_empty() && !args.json {
        let of = monitor.map_or_else(String::new, |monitor| format!(" of {monitor}"));
        say(&format!("nothing is recorded{of}: {}", book.path().display()));
    }
    for line in &lines {
        say(line);
    }
    if let Some(fault) = verified.fault() {
        complain(&format!("warning: {}: {fault}", book.path().display()));
    }
    Ok(())
}

fn verify(book: &Book, is_json: bool) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let verified = book.verify().map_err(|error| failure(&error))?;
    let fault = verified.fault();
    if is_json {
        let line = VerifiedJson { whole: fault.is_none(), fault: fault.clone(), verified: &verified };
        say(&serde_json::to_string(&line).map_err(|error| failure(&error))?);
    } else if fault.is_none() {
        let Verified { records, head, .. } = &verified;
        say(&format!("{records} records, each as it was written; the last one has the hash {head}"));
    }
    match fault {
        Some(fault) => Err(Failure::new(format!("{}: {fault}", book.path().display()))),
        None => Ok(()),
    }
}

/// A line a record; those that are not as they were written have a mark.
fn lines(book: &Book, monitor: Option<&str>) -> Result<(Vec<String>, Verified), RecordsError> {
    let mut lines = Vec::new();
    let verified = book.each(|record, holds| {
        if monitor.is_none_or(|monitor| record.monitor == monitor) {
            lines.push(words(record, holds));
        }
    })?;
    Ok((lines, verified))
}

fn words(record: &Record, holds: bool) -> String {
    let Record { n, at, monitor, kind, operator, .. } = record;
    let mark = if holds { ' ' } else { '!' };
    let what = summary(record).map_or_else(String::new, |what| format!("  {what}"));
    // What somebody made of it must not reach the terminal as more than text.
    let line = format!("{mark}{n:>6}  {at}  {monitor}  {kind}  {operator}{what}");
    line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn summary(record: &Record) -> Option<String> {
    match record.what()? {
        Kind::Evaluated => {
            let Evaluation { verdict, gsdf_max_deviation_percent: percent, l_max, .. } =
                record.read().ok()?;
            Some(format!("{}, {percent:.1} % from the GSDF, L′max {l_max:.0} cd/m²", verdict.name()))
        }
        Kind::Uniformity => {
            let UniformityRecord { measurement, response, checks, .. } = record.read().ok()?;
            let worst = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::NotMeasured);
            let beside =
                response.map_or_else(String::new, |response| format!(", beside record {}", response.n));
            Some(format!("uniform fields: {}, {}{beside}", measurement.fields.len(), worst.name()))
        }
        Kind::PhantomQuality => {
            let QualityReport { metric, phantom, modality, date, .. } = record.read().ok()?;
            Some(format!("{metric} of {phantom}, {modality}, {date}"))
        }
        Kind::VisualCheck | Kind::AmbientTest | Kind::ImageQuality => {
            let check: VisualCheck = record.read().ok()?;
            let passed = if check.passed { "passed" } else { "not passed" };
            Some(format!("{}, {passed}", check.pattern))
        }
        _ => None,
    }
}
