//! `hotlight protocols`: hanging protocols as files, and as DICOM objects.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::app::{date_and_time, fresh_uid};
use crate::config::{
    PROTOCOLS_FOLDER, Sources, fixture_files, groups_or_known, known_names, protocol_files, read_protocols,
    save_new,
};
use crate::dicom::{DataSet, InstanceUid, Source};
use crate::hanging::{self, Fixture, Level, Made, Protocol, ProtocolFile, Protocols, shipped};

use super::{Failure, ReaderArgs, SettingsArgs, complain, say, view};

/// Arguments of `protocols`.
#[derive(Args, Debug)]
pub(super) struct ProtocolsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Check files, or all in folders; print each fault with its line and column.
    Check(CheckArgs),
    /// Try protocols on made-up studies: those of fixtures/NAME.toml beside each, and Hotlight's own.
    Test(TestArgs),
    /// Print the protocols that apply, each with whose it is.
    List(ListArgs),
    /// Write a protocol as a DICOM Hanging Protocol object, and say what such an object cannot.
    Export(ExportArgs),
    /// Make a protocol of a DICOM Hanging Protocol object, and say what a protocol cannot. No file is written over.
    Import(ImportArgs),
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// Files and folders.
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct TestArgs {
    /// Files of protocols, and folders of such files; without any, the site's, its groups' and the reader's own.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// The groups that the reader is in; without any, those of the settings.
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct ListArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct ExportArgs {
    /// The protocol, by its name as `protocols list` prints it.
    #[arg(value_name = "NAME")]
    name: String,
    /// The DICOM file to write; one that is there is not written over.
    #[arg(value_name = "FILE.dcm")]
    file: PathBuf,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct ImportArgs {
    /// The DICOM file.
    #[arg(value_name = "FILE.dcm")]
    file: PathBuf,
    /// The folder to write to; your own folder of protocols without it.
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Serialize)]
struct ProtocolJson {
    id: String,
    name: String,
    level: String,
    file: Option<PathBuf>,
    priority: i64,
    stages: Vec<String>,
}

#[derive(Serialize)]
struct FixtureJson {
    protocol: String,
    level: String,
    file: PathBuf,
    situations: usize,
    failures: Vec<FailureJson>,
}

#[derive(Serialize)]
struct FailureJson {
    situation: String,
    line: usize,
    column: usize,
    why: String,
}

pub(super) fn protocols(args: &ProtocolsArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Check(args) => check(args),
        Action::Test(args) => test(args),
        Action::List(args) => list(args),
        Action::Export(args) => export(args),
        Action::Import(args) => import(args),
    }
}

/// The configuration of this machine and this reader.
fn here(reader: &ReaderArgs) -> Result<Sources, Failure> {
    view::sources(&SettingsArgs::default(), reader)
}

/// What is shipped, which others may extend, and then what lies at paths; and what cannot be read.
fn files_at(paths: &[PathBuf]) -> (Vec<ProtocolFile>, Vec<String>) {
    let (mut files, mut faults) = (shipped(), Vec::new());
    for path in paths {
        let (more, wrong) = read_protocols(path, &Level::User);
        if more.is_empty() && wrong.is_empty() {
            faults.push(format!("{}: no protocol is in it", path.display()));
        }
        files.extend(more);
        faults.extend(wrong.iter().map(ToString::to_string));
    }
    (files, faults)
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (files, mut faults) = files_at(&args.paths);
    let (_, errors) = Protocols::read_checked(&files, &known_names(&here(&args.reader)?));
    faults.extend(errors.iter().map(ToString::to_string));
    if !faults.is_empty() {
        return Err(Failure::of_lines(faults));
    }
    for file in files.iter().filter_map(|file| file.path.as_ref()) {
        say(&format!("{}: ok", file.display()));
    }
    Ok(())
}

fn test(args: &TestArgs) -> Result<(), Failure> {
    let here = here(&args.reader)?;
    let (files, mut faults) = if args.paths.is_empty() {
        let (files, wrong) = protocol_files(&here, &groups_or_known(&args.groups, &here));
        (files, wrong.iter().map(ToString::to_string).collect())
    } else {
        files_at(&args.paths)
    };
    let (_, errors) = Protocols::read_checked(&files, &known_names(&here));
    faults.extend(errors.iter().map(ToString::to_string));
    let (fixtures, wrong) = fixture_files(&files);
    faults.extend(wrong.iter().map(ToString::to_string));
    let mut tried = Vec::new();
    for fixture in &fixtures {
        match Fixture::read(fixture) {
            Ok(fixture) => tried.push(tried_on(&fixture, &files)),
            Err(errors) => faults.extend(errors.iter().map(ToString::to_string)),
        }
    }
    for FixtureJson { file, failures, .. } in &tried {
        let lines = failures.iter().map(|FailureJson { situation, line, column, why }| {
            format!("{}:{line}:{column}: \"{situation}\": {why}", file.display())
        });
        faults.extend(lines);
    }
    if args.json {
        say(&serde_json::to_string(&tried).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        for fixture in tried.iter().filter(|fixture| fixture.failures.is_empty()) {
            say(&format!("{}: ok, {} situations", fixture.file.display(), fixture.situations));
        }
        let is_tried = |file: &&ProtocolFile| {
            fixtures.iter().any(|fixture| fixture.id == file.id && fixture.level == file.level)
        };
        for path in files.iter().filter(|file| !is_tried(file)).filter_map(|file| file.path.as_ref()) {
            say(&format!("{}: no fixture is beside it", path.display()));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(faults)) }
}

/// What comes of a fixture where nothing of a higher level is: the reader's own protocols are no fault of the site's.
fn tried_on(fixture: &Fixture, files: &[ProtocolFile]) -> FixtureJson {
    let applies = |file: &&ProtocolFile| match (&file.level, &fixture.level) {
        (Level::Group(one), Level::Group(other)) => one == other,
        (one, other) => one <= other,
    };
    let files: Vec<ProtocolFile> = files.iter().filter(applies).cloned().collect();
    // What is wrong with them was told.
    let (protocols, _) = Protocols::read(&files);
    let failures = fixture.failures(&protocols);
    let failures = failures.into_iter().map(|(case, why)| FailureJson {
        situation: case.name.clone(),
        line: case.at.line,
        column: case.at.column,
        why,
    });
    FixtureJson {
        protocol: fixture.id.clone(),
        level: fixture.level.to_string(),
        file: fixture.path.clone(),
        situations: fixture.cases.len(),
        failures: failures.collect(),
    }
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let here = here(&args.reader)?;
    let (files, wrong) = protocol_files(&here, &groups_or_known(&[], &here));
    let (protocols, errors) = Protocols::read_checked(&files, &known_names(&here));
    let list: Vec<ProtocolJson> = protocols
        .iter()
        .map(|protocol| ProtocolJson {
            id: protocol.id.clone(),
            name: protocol.name.clone(),
            level: protocol.level.to_string(),
            file: protocol.path.clone(),
            priority: protocol.priority,
            stages: protocol.stages.iter().map(|stage| stage.name.clone()).collect(),
        })
        .collect();
    if args.json {
        say(&serde_json::to_string(&list).map_err(|error| Failure::new(error.to_string()))?);
    } else {
        for ProtocolJson { id, name, level, stages, .. } in &list {
            say(&format!("{id:<20}  {level:<12}  {name} ({})", stages.join(", ")));
        }
    }
    let faults: Vec<String> =
        wrong.iter().map(ToString::to_string).chain(errors.iter().map(ToString::to_string)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(faults)) }
}

fn export(args: &ExportArgs) -> Result<(), Failure> {
    let here = here(&args.reader)?;
    let (files, wrong) = protocol_files(&here, &groups_or_known(&[], &here));
    let (protocols, errors) = Protocols::read(&files);
    let Some(protocol) = protocols.get(&args.name) else {
        // A file with a fault makes no protocol.
        let faults = wrong.iter().map(ToString::to_string).chain(errors.iter().map(ToString::to_string));
        let none = format!(
            "{}: no protocol has this name; `hotlight protocols list` prints those there are",
            args.name
        );
        return Err(Failure::of_lines(std::iter::once(none).chain(faults).collect()));
    };
    if args.file.exists() {
        return Err(Failure::new(format!(
            "{}: is there already, and is not written over",
            args.file.display()
        )));
    }
    let (date, time) = date_and_time();
    let made = Made { uid: InstanceUid::new(&fresh_uid()), created: format!("{date}{time}+0000") };
    let (object, not_said) = hanging::export(protocol, Some(&text_of(protocol, &files)), &made);
    object.write_to(&args.file).map_err(|error| Failure::new(format!("{}: {error}", args.file.display())))?;
    say(&args.file.display().to_string());
    for note in not_said {
        complain(&format!("note: {note}"));
    }
    Ok(())
}

/// The text of a protocol's file; where that extends another one, the whole of both.
fn text_of(protocol: &Protocol, files: &[ProtocolFile]) -> String {
    let file = files.iter().find(|file| file.id == protocol.id && file.level == protocol.level);
    let by_itself =
        file.filter(|file| Protocols::read(std::slice::from_ref(*file)).0.get(&file.id) == Some(protocol));
    by_itself.map_or_else(|| protocol.to_toml(), |file| file.text.clone())
}

fn import(args: &ImportArgs) -> Result<(), Failure> {
    let folder = if let Some(folder) = &args.into {
        Some(folder.clone())
    } else {
        let sources = here(&args.reader)?;
        if let Some(why) = sources.refusal(PROTOCOLS_FOLDER) {
            return Err(Failure::new(format!(
                "{}: {why}: name another folder with --into",
                args.file.display()
            )));
        }
        sources.user_dir().map(|folder| folder.join(PROTOCOLS_FOLDER))
    };
    let folder = folder.ok_or_else(|| {
        Failure::usage("--into: this system names no folder for your settings; name one to write to")
    })?;
    let failed = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}", args.file.display()));
    let object = DataSet::read(&Source::file(&args.file)).map_err(|error| failed(&error))?;
    let imported = hanging::import(&object).map_err(|error| failed(&error))?;
    let written =
        save_new(&folder, &imported.id, &imported.text).map_err(|error| Failure::new(error.to_string()))?;
    say(&written.display().to_string());
    if imported.level != Level::User {
        complain(&format!(
            "note: it was of level {}; here the folder of a file says whose it is",
            imported.level
        ));
    }
    for note in imported.not_said {
        complain(&format!("note: {note}"));
    }
    Ok(())
}
