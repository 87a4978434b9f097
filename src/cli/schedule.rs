//! `hotlight display schedule`: which checks of each monitor are due, and what may be said of its calibration.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use clap::Args;
use serde::Serialize;

use crate::app::{local_now, read_display_system};
use crate::calibration::{Conditions, DueState, Schedule, due, status};
use crate::config::{Config, Gsdf, MonitorSettings};
use crate::grayscale::{DisplayTable, GsdfOwner};
use crate::handwritten::did_you_mean;
use crate::records::{Book, conditions, done, in_light_since};
use crate::units::CdPerM2;

use super::records::open_book;
use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// Arguments of `display schedule`.
#[derive(Args, Debug)]
pub(super) struct ScheduleArgs {
    /// Only of this monitor, by what it is known by; without it, of all that displays.toml names or that have records.
    #[arg(long, value_name = "ID")]
    monitor: Option<String>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Serialize)]
struct MonitorJson {
    monitor: String,
    /// What displays.toml says that it is used for.
    #[serde(rename = "use")]
    used_for: Option<String>,
    /// What may be said of its calibration: a name for programs.
    status: &'static str,
    /// The same for people.
    words: String,
    /// What is wrong with the records.
    records_fault: Option<String>,
    tasks: Vec<TaskJson>,
}

#[derive(Serialize)]
struct TaskJson {
    name: String,
    title: String,
    state: &'static str,
    due_on: String,
    /// When it was last done.
    last: Option<String>,
    /// Whether the monitor passed then.
    passed: Option<bool>,
    is_optional: bool,
    source: String,
    is_confirmed: bool,
}

pub(super) fn schedule(args: &ScheduleArgs) -> Result<(), Failure> {
    let config = load_config(&args.settings, &ReaderArgs::default())?;
    let book = open_book(&config.settings)?;
    let named: BTreeSet<String> = if let Some(monitor) = &args.monitor {
        [monitor.clone()].into()
    } else {
        let recorded = book.monitors().map_err(|error| Failure::new(error.to_string()))?;
        config.displays.iter().map(|(id, _)| id.to_owned()).chain(recorded).collect()
    };
    let (now, mut faults) = (local_now(), Vec::new());
    let mut monitors = Vec::new();
    for id in named {
        monitors.push(of_monitor(id, &config, &book, now, &mut faults)?);
    }
    if args.json {
        say(&serde_json::to_string(&monitors).map_err(|error| Failure::new(error.to_string()))?);
    } else if monitors.is_empty() {
        say("displays.toml names no monitor, and none has a record");
    } else {
        monitors.iter().for_each(print);
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::of_lines(faults)) }
}

fn of_monitor(
    id: String,
    config: &Config,
    book: &Book,
    now: DateTime<FixedOffset>,
    faults: &mut Vec<String>,
) -> Result<MonitorJson, Failure> {
    let settings = config.displays.get(&id);
    let schedule = settings.and_then(|settings| schedule_of(settings, config, faults));
    let (records, verified) = book.evidence(&id).map_err(|error| Failure::new(error.to_string()))?;
    let evaluated = conditions(&records);
    let current = in_light_since(current(&id, settings, faults), evaluated.as_ref(), &records);
    let done = schedule.map(|schedule| done(&records, schedule)).unwrap_or_default();
    let found = status(schedule, &done, evaluated.as_ref(), &current, now);
    let due = schedule.map(|schedule| due(schedule, &done, now)).unwrap_or_default();
    let tasks = due.into_iter().map(|due| TaskJson {
        name: due.task.name.clone(),
        title: due.task.title.clone(),
        state: due.state.name(),
        due_on: due.due_on.to_string(),
        last: due.last.map(|last| last.to_rfc3339()),
        passed: due.last.map(|_| due.passed),
        is_optional: due.task.is_optional,
        source: due.task.source.clone(),
        is_confirmed: due.task.is_confirmed,
    });
    Ok(MonitorJson {
        tasks: tasks.collect(),
        monitor: id,
        used_for: settings.and_then(|settings| settings.used_for.clone()),
        status: found.name(),
        words: found.words(),
        records_fault: verified.fault(),
    })
}

/// The schedule of what a monitor is used for; a use that has none is a fault.
fn schedule_of<'c>(
    settings: &MonitorSettings,
    config: &'c Config,
    faults: &mut Vec<String>,
) -> Option<&'c Schedule> {
    let name = settings.used_for.as_deref()?;
    let schedule = config.schedules.get(name);
    if schedule.is_none() {
        let nearest = did_you_mean(config.schedules.nearest(name));
        let MonitorSettings { origin, line, .. } = settings;
        faults.push(format!("{origin}:{line}: there is no schedule '{name}'{nearest}"));
    }
    schedule
}

/// What is applied to a monitor now.
fn current(id: &str, settings: Option<&MonitorSettings>, faults: &mut Vec<String>) -> Conditions {
    let owner = settings.map_or(GsdfOwner::Nobody, |settings| settings.gsdf.owner()).name().to_owned();
    let none = Conditions { monitor: id.to_owned(), table: None, owner: Some(owner), ambient_cd_m2: None };
    let Some(MonitorSettings { gsdf: Gsdf::Viewer { luminance, ambient_cd_m2 }, bits, .. }) = settings else {
        return none;
    };
    let table = match read_display_system(luminance, CdPerM2(*ambient_cd_m2), *bits) {
        Ok(system) => Some(DisplayTable::calibrated(&system).digest()),
        Err(why) => {
            faults.push(why);
            None
        }
    };
    Conditions { table, ambient_cd_m2: Some(*ambient_cd_m2), ..none }
}

/// A line for the monitor, and one below it for each task.
fn print(monitor: &MonitorJson) {
    let MonitorJson { monitor: id, words, records_fault, tasks, .. } = monitor;
    say(&format!("{id}  {words}"));
    let is_told = |task: &&TaskJson| !(task.is_optional && task.last.is_none());
    for TaskJson { title, state, due_on, last, passed, is_confirmed, source, .. } in
        tasks.iter().filter(is_told)
    {
        let on = if *state == DueState::NeverDone.name() { "now" } else { due_on.as_str() };
        let failed = if *passed == Some(false) { ", not passed" } else { "" };
        let last = last.as_ref().map_or_else(String::new, |last| format!("; last {last}{failed}"));
        let source = if *is_confirmed { source.clone() } else { format!("{source}, not confirmed") };
        say(&format!("  {state:<10}  due {on:<10}  {title}{last} ({source})"));
    }
    if let Some(fault) = records_fault {
        say(&format!("  records: {fault}"));
    }
}
