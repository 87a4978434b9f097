//! `hotlight doctor`: what of this installation works, and what to do about what does not.

use std::sync::Arc;

use clap::Args;

use crate::app::{Clock, StorePlace};
use crate::config::{Config, Sources, state_dir};
use crate::doctor::{Check, Finding, Situation, State, examine};

use super::view::sources;
use super::{Failure, ReaderArgs, SettingsArgs, say};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Look at this alone: configuration, graphics, displays, peers, certificates, secrets, queue, store, disk, clock, logs or audit; it
    /// may be said several times.
    #[arg(long, value_name = "CHECK", value_parser = parse_check)]
    only: Vec<Check>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
}

pub(super) fn doctor(args: &DoctorArgs) -> Result<(), Failure> {
    let situation = Arc::new(situation(&sources(&args.settings, &args.reader)?));
    let mut found = Vec::new();
    for check in Check::ALL.into_iter().filter(|check| args.only.is_empty() || args.only.contains(check)) {
        let findings = examine(check, &situation);
        // Each is told when it is known: archives take their time.
        for finding in findings.iter().filter(|_| !args.json) {
            tell(finding);
        }
        found.extend(findings);
    }
    if args.json {
        say(&serde_json::to_string(&found).map_err(|error| Failure::new(error.to_string()))?);
    }
    let fails = found.iter().any(|finding| finding.state == State::Fail);
    if fails { Err(Failure::of_lines(Vec::new())) } else { Ok(()) }
}

fn situation(sources: &Sources) -> Situation {
    let config = Config::load(sources)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<String>>());
    let store = config.as_ref().ok().and_then(|config| StorePlace::of(&config.settings));
    Situation { config, state_dir: state_dir(), store, now: Clock::now() }
}

/// A line for the finding, and one below it for what to do.
fn tell(finding: &Finding) {
    let Finding { check, state, what, remedy } = finding;
    say(&format!("{:<4}  {:<13}  {what}", state.name(), check.name()));
    if let Some(remedy) = remedy {
        say(&format!("{:21}{remedy}", ""));
    }
}

fn parse_check(text: &str) -> Result<Check, String> {
    let named = Check::ALL.into_iter().find(|check| check.name() == text);
    named.ok_or_else(|| format!("it is one of {}", Check::ALL.map(Check::name).join(", ")))
}
