//! `hotlight config`: the configuration as it applies, with the origin of every value.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// Arguments of `config`.
#[derive(Args, Debug)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Check every file of the configuration; print one line for each fault.
    Check(CheckArgs),
    /// Print every setting with its origin.
    Show(ShowArgs),
}

#[derive(Args, Debug)]
struct CheckArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Args, Debug)]
struct ShowArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Serialize)]
struct EntryJson {
    key: &'static str,
    value: String,
    origin: String,
    line: Option<usize>,
}

pub(super) fn config(args: &ConfigArgs) -> Result<(), Failure> {
    match &args.action {
        Action::Check(CheckArgs { settings, reader }) => {
            let config = load_config(settings, reader)?;
            let named = config.peers.check();
            let faults: Vec<String> =
                config.left_out.iter().cloned().chain(named.iter().map(ToString::to_string)).collect();
            if !faults.is_empty() {
                return Err(Failure::of_lines(faults));
            }
            for file in config.files() {
                let found = if file.is_there { "ok" } else { "not there" };
                say(&format!("{}: {found}", file.origin));
            }
            Ok(())
        }
        Action::Show(args) => show(args),
    }
}

fn show(args: &ShowArgs) -> Result<(), Failure> {
    let config = load_config(&args.settings, &args.reader)?;
    let entries: Vec<EntryJson> = config
        .entries()
        .iter()
        .map(|entry| EntryJson {
            key: entry.key,
            value: entry.value.to_string(),
            origin: entry.origin.to_string(),
            line: entry.line,
        })
        .collect();
    if args.json {
        say(&serde_json::to_string(&entries).map_err(|error| Failure::new(error.to_string()))?);
        return Ok(());
    }
    for EntryJson { key, value, origin, line } in &entries {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        say(&format!("{key:<24}  {value:<12}  {origin}{line}"));
    }
    Ok(())
}
