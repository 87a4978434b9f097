//! `hotlight protocols`: hanging protocols as files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::config::{protocol_files, read_protocols};
use crate::hanging::{Level, Protocols, shipped};

use super::{Failure, SettingsArgs, say, view};

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
    /// Print the protocols that apply, each with whose it is.
    List(ListArgs),
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// Files and folders.
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<PathBuf>,
}

#[derive(Args, Debug)]
struct ListArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
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

pub(super) fn protocols(args: &ProtocolsArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Check(args) => check(args),
        Action::List(args) => list(args),
    }
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    // What is shipped may be extended.
    let (mut files, mut faults) = (shipped(), Vec::new());
    let own = files.len();
    for path in &args.paths {
        let (more, wrong) = read_protocols(path, &Level::User);
        if more.is_empty() && wrong.is_empty() {
            faults.push(format!("{}: no protocol is in it", path.display()));
        }
        files.extend(more);
        faults.extend(wrong.iter().map(ToString::to_string));
    }
    let (_, errors) = Protocols::read(&files);
    faults.extend(errors.iter().map(ToString::to_string));
    if !faults.is_empty() {
        return Err(Failure::of_lines(faults));
    }
    for file in files.iter().skip(own).filter_map(|file| file.path.as_ref()) {
        say(&format!("{}: ok", file.display()));
    }
    Ok(())
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let (files, wrong) = protocol_files(&view::sources(&SettingsArgs { set: Vec::new() }), &[]);
    let (protocols, errors) = Protocols::read(&files);
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
