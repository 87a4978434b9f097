//! `hotlight audit`: who saw which study and when, as this account recorded it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::{Clock, audit_source, trail_options, uri_of};
use crate::audit::{
    Alert, AuditEvent, Happening, Link, Summary, Trail, TrailError, Verified, each_link, message, verify,
};
use crate::command::Reader;
use crate::config::{Settings, audit_folder};

use super::view::{config_of, sources};
use super::{Failure, ReaderArgs, SettingsArgs, complain, say};

/// Arguments of `audit`.
#[derive(Args, Debug)]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Read the whole trail: whether each message follows the one before, unchanged, and is what the standard asks for.
    Verify(TrailArgs),
    /// Print what was recorded, a line each. That it was read is recorded, too.
    List {
        /// Only what happened on this day or later, UTC: YYYY-MM-DD or YYYYMMDD.
        #[arg(long, value_name = "DAY", value_parser = parse_day)]
        since: Option<String>,
        #[command(flatten)]
        args: TrailArgs,
    },
}

#[derive(Args, Debug)]
struct TrailArgs {
    /// The folder of the trail; without it, that of the settings.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print JSON: one object, or one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

impl TrailArgs {
    /// The folder of the trail, the settings, and who asks.
    fn place(&self) -> Result<(PathBuf, Settings, Reader), Failure> {
        let sources = sources(&self.settings, &self.reader)?;
        let settings = config_of(&sources)?.settings;
        let folder = self.folder.clone().or_else(|| audit_folder(&settings));
        let folder = folder.ok_or_else(|| Failure::new("no folder for the audit trail: say --folder DIR"))?;
        Ok((folder, settings, sources.reader))
    }
}

pub(super) fn audit(args: &AuditArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Verify(args) => verified(args),
        Action::List { since, args } => list(args, since.as_deref()),
    }
}

/// `YYYY-MM-DD` from either form.
fn parse_day(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let is_day = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let parts = (digits.get(..4), digits.get(4..6), digits.get(6..));
    match parts {
        (Some(year), Some(month), Some(day)) if is_day => Ok(format!("{year}-{month}-{day}")),
        _ => Err("a day is YYYY-MM-DD or YYYYMMDD".to_owned()),
    }
}

#[derive(Serialize)]
struct VerifiedJson<'a> {
    files: usize,
    messages: u64,
    first: Option<u64>,
    last: Option<u64>,
    sent: Option<u64>,
    faults: &'a [String],
    notes: &'a [String],
}

fn verified(args: &TrailArgs) -> Result<(), Failure> {
    let (folder, settings, _) = args.place()?;
    let mut found =
        verify(&folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    // Where what was sent stays here, too, it does not go by itself.
    if settings.audit.file
        && found.links == 0
        && let Some(sent) = found.sent
    {
        found.faults.push(format!("the trail: messages up to {sent} were here, and all were taken away"));
    }
    let Verified { files, links, first, last, sent, faults, notes } = &found;
    if args.json {
        let line = VerifiedJson {
            files: *files,
            messages: *links,
            first: *first,
            last: *last,
            sent: *sent,
            faults,
            notes,
        };
        say(&serde_json::to_string(&line).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        for note in notes {
            complain(&format!("note: {note}"));
        }
        for fault in faults {
            complain(&format!("error: {fault}"));
        }
        let unsent = last.unwrap_or_default().saturating_sub(sent.unwrap_or_default());
        let waits = sent.map_or_else(String::new, |_| format!(", {unsent} wait for the server"));
        let state = if faults.is_empty() { "as they were written" } else { "NOT as they were written" };
        say(&format!("{links} messages in {files} files are {state}{waits}"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(Vec::new())) }
}

#[derive(Serialize)]
struct LineJson<'a> {
    number: u64,
    at: &'a str,
    event: &'a str,
    who: &'a str,
    studies: &'a [String],
    patients: Vec<&'a str>,
    others: Vec<&'a str>,
    failure: &'a str,
}

fn list(args: &TrailArgs, since: Option<&str>) -> Result<(), Failure> {
    let (folder, settings, reader) = args.place()?;
    let failed = |why: String| Failure::new(format!("{}: {why}", folder.display()));
    // Before the first line: who ends it then has read. Another folder is somebody else's trail, which is only read.
    let is_own = settings.audit.is_on() && args.folder.is_none();
    let own = if is_own { Some(note_read(&folder, &settings, &reader)?) } else { None };
    each_link(&folder, |link| {
        if own == Some(link.number) {
            return;
        }
        if let Some(summary) = Summary::of(&link.message) {
            // Days of one form: what is later is greater.
            if since.is_none_or(|since| summary.at.as_str() >= since) {
                print(link, &summary, args.json);
            }
        } else {
            complain(&format!("error: message {} cannot be read", link.number));
        }
    })
    .map_err(|error| failed(error.to_string()))
}

/// Records that the trail is read, and gives the number of that message.
fn note_read(folder: &Path, settings: &Settings, reader: &Reader) -> Result<u64, Failure> {
    let (at, source, uri) = (Clock::now(), audit_source(reader, Vec::new()), uri_of(folder));
    let told = |error: TrailError| Failure::new(error.to_string());
    let mut trail = Trail::new(trail_options(folder.to_owned(), &settings.audit));
    let read = AuditEvent { at, what: Happening::TrailRead { uri: uri.clone() } };
    let added = trail.append(at, &message(&source, &read)).map_err(told)?;
    if added.was_cut {
        // Whoever adds next finds nothing of it any more.
        let why = "What stood before is not whole: it was cut while it was written, or changed.".to_owned();
        let what = Happening::Alert { alert: Alert::TrailChanged, why, subject: uri };
        trail.append(at, &message(&source, &AuditEvent { at, what })).map_err(told)?;
    }
    trail.sync().map_err(told)?;
    Ok(added.number)
}

fn print(link: &Link, summary: &Summary, is_json: bool) {
    let Summary { at, event, failure, who, studies, patients, others } = summary;
    let patients: Vec<&str> = patients.iter().map(|patient| patient.reveal().as_str()).collect();
    let others: Vec<&str> = others.iter().map(|other| other.reveal().as_str()).collect();
    if is_json {
        let json = LineJson { number: link.number, at, event, who, studies, patients, others, failure };
        say(&serde_json::json!(json).to_string());
        return;
    }
    let parts = [who.clone(), patients.join(", "), studies.join(", "), others.join(", "), failure.clone()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    say(&format!("{:>6}  {at}  {event}  {}", link.number, parts.join("  ")));
}
