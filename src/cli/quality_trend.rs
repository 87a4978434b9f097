//! `hotlight quality trend`: reports of one phantom side by side.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::recorded_trends;
use crate::quality::{Drift, QualityReport, Trend, trend as trend_of};

use super::quality::digits;
use super::records::open_book;
use super::{Failure, ReaderArgs, SettingsArgs, complain, say, view::load_config};

/// A report has a few KiB; what is larger is none.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// So many reports are compared at most.
const FILES_MAX: usize = 1_000;

/// Arguments of `quality trend`.
#[derive(Args, Debug)]
pub(super) struct TrendArgs {
    /// Reports that `quality --json` printed, of one phantom, metric and place, in any order.
    #[arg(value_name = "FILE.json", required_unless_present = "recorded", conflicts_with = "recorded")]
    files: Vec<PathBuf>,
    /// Take the reports from the book of records: a trend of each phantom, metric, place and scanner.
    #[arg(long)]
    recorded: bool,
    /// Only of this phantom.
    #[arg(long, value_name = "NAME", requires = "recorded")]
    phantom: Option<String>,
    /// Print one JSON object; with --recorded an array of them.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) fn trend(args: &TrendArgs) -> Result<(), Failure> {
    if args.recorded {
        return recorded(args);
    }
    if args.files.len() > FILES_MAX {
        return Err(Failure::usage(format!("{FILES_MAX} reports are compared at most")));
    }
    let mut reports: Vec<(String, QualityReport)> = Vec::new();
    for path in &args.files {
        reports.push((path.display().to_string(), read(path)?));
    }
    let found = trend_of(&reports).map_err(|why| Failure::new(why.to_string()))?;
    if args.json {
        say(&serde_json::to_string(&found).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        print(&found);
    }
    Ok(())
}

/// What the book of records has.
fn recorded(args: &TrendArgs) -> Result<(), Failure> {
    let failure = |why: &dyn std::fmt::Display| Failure::new(why.to_string());
    let book = open_book(&load_config(&args.settings, &ReaderArgs::default())?.settings)?;
    let (mut trends, verified) = recorded_trends(&book).map_err(|why| failure(&why))?;
    if let Some(phantom) = &args.phantom {
        trends.retain(|recorded| recorded.trend.phantom == *phantom);
    }
    if args.json {
        say(&serde_json::to_string(&trends).map_err(|why| failure(&why))?);
    } else if trends.is_empty() {
        say(&format!("nothing is recorded of image quality: {}", book.path().display()));
    }
    for recorded in trends.iter().filter(|_| !args.json) {
        let source = [recorded.modality.as_str(), recorded.scanner.as_str()];
        say(&source.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "));
        print(&recorded.trend);
    }
    if let Some(fault) = verified.fault() {
        complain(&format!("warning: {}: {fault}", book.path().display()));
    }
    Ok(())
}

fn read(path: &Path) -> Result<QualityReport, Failure> {
    let failure = |why: String| Failure::new(format!("{}: {why}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|error| failure(format!("cannot be read: {error}")))?;
    let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
    let bytes = read.map_err(|error| failure(format!("cannot be read: {error}")))?;
    if bytes as u64 > FILE_BYTES_MAX {
        return Err(failure(format!("no report: it has more than {FILE_BYTES_MAX} bytes")));
    }
    serde_json::from_str(&text)
        .map_err(|error| failure(format!("no report of hotlight quality --json: {error}")))
}

/// A row a day, then what became of each number.
fn print(found: &Trend) {
    let Trend { metric, phantom, measured, drifts, notes } = found;
    let reports = if measured.len() == 1 { "report" } else { "reports" };
    say(&format!("{metric} of {phantom}, {} {reports}", measured.len()));
    let heads = drifts.iter().map(|drift| match drift.unit.as_str() {
        "" => drift.name.clone(),
        unit => format!("{} [{unit}]", drift.name),
    });
    let mut table = vec![std::iter::once("day".to_owned()).chain(heads).collect::<Vec<String>>()];
    for day in measured {
        table.push(std::iter::once(day.date.clone()).chain(day.values.iter().copied().map(digits)).collect());
    }
    let row = |name: &str, of: &dyn Fn(&Drift) -> Option<String>| {
        let cells = drifts.iter().map(|drift| of(drift).unwrap_or_else(|| "–".to_owned()));
        std::iter::once(name.to_owned()).chain(cells).collect::<Vec<String>>()
    };
    table.push(row("change", &|drift| Some(signed(drift.change))));
    table.push(row("change, %", &|drift| drift.change_percent.map(signed)));
    table.push(row("a year", &|drift| drift.per_year.map(signed)));
    table.push(row("a year, ±", &|drift| drift.per_year_error.map(digits)));
    let columns = drifts.len() + 1;
    let width = |column: usize| {
        let cells = table.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in &table {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
        say(&cells.collect::<Vec<_>>().join("  "));
    }
    for note in notes {
        say(&format!("note: {note}"));
    }
}

fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", digits(value)) } else { digits(value) }
}
