//! `hotlight display monitors`: the monitors of this machine, and what is said of each.

use clap::Args;
use serde::Serialize;

use crate::config::{Displays, MonitorSettings};
use crate::display::{Monitor, Monitors};

use super::{Failure, ReaderArgs, SettingsArgs, say, view::load_config};

/// Arguments of `display monitors`.
#[derive(Args, Debug)]
pub(super) struct MonitorsArgs {
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct MonitorJson<'a> {
    /// What `displays.toml` calls it.
    id: &'a str,
    /// What that rests on.
    known_by: &'static str,
    /// Whether it is plugged in; what is said of others is listed too.
    is_here: bool,
    connector: Option<&'a str>,
    name: Option<String>,
    serial: Option<&'a str>,
    made: Option<String>,
    /// Columns and rows that the desktop gives it.
    size: Option<(u32, u32)>,
    /// Its upper left corner on the desktop.
    corner: Option<(i32, i32)>,
    is_primary: bool,
    /// Its own columns and rows.
    native: Option<(u16, u16)>,
    size_mm: Option<(u16, u16)>,
    pixel_mm: Option<f64>,
    /// Bits a colour that it says it takes.
    bits: Option<u8>,
    /// Why it says nothing of itself.
    no_edid: Option<String>,
    gsdf: &'static str,
    /// The file and line that says so.
    said_in: Option<String>,
}

/// Prints the monitors of this machine, then those of which something is said and that are not here.
pub(super) fn monitors(args: &MonitorsArgs) -> Result<(), Failure> {
    let displays = load_config(&SettingsArgs::default(), &ReaderArgs::default())?.displays;
    let found = Monitors::default().look().map_err(|error| Failure::new(error.to_string()))?;
    let lines = lines(&found, &displays);
    if args.json {
        say(&serde_json::to_string(&lines).map_err(|error| Failure::new(error.to_string()))?);
        return Ok(());
    }
    if found.is_empty() {
        say("no monitor is attached");
    }
    for line in &lines {
        print(line);
    }
    Ok(())
}

fn lines<'a>(found: &'a [Monitor], displays: &'a Displays) -> Vec<MonitorJson<'a>> {
    let is_here = |id: &str| found.iter().any(|monitor| monitor.id.as_str() == id);
    let elsewhere = displays.iter().filter(|(id, _)| !is_here(id));
    let here = found.iter().map(|monitor| of_monitor(monitor, displays.get(monitor.id.as_str())));
    here.chain(elsewhere.map(|(id, settings)| of_another(id, settings))).collect()
}

fn of_monitor<'a>(monitor: &'a Monitor, settings: Option<&'a MonitorSettings>) -> MonitorJson<'a> {
    let edid = monitor.edid.as_ref().ok();
    let stated = settings.and_then(|settings| settings.pixel_mm);
    MonitorJson {
        id: monitor.id.as_str(),
        known_by: monitor.id.basis.words(),
        is_here: true,
        connector: Some(&monitor.connector),
        name: Some(monitor.name()),
        serial: edid.and_then(|edid| edid.serial.as_deref()),
        made: edid.and_then(|edid| edid.made).map(|made| made.to_string()),
        size: Some(monitor.size),
        corner: monitor.corner,
        is_primary: monitor.is_primary,
        native: edid.and_then(|edid| edid.native),
        size_mm: edid.and_then(|edid| edid.size_mm),
        pixel_mm: stated.or_else(|| monitor.pixel_mm().map(|side| side.0)),
        bits: edid.and_then(|edid| edid.bits),
        no_edid: monitor.edid.as_ref().err().map(ToString::to_string),
        ..of(settings)
    }
}

fn of_another<'a>(id: &'a str, settings: &'a MonitorSettings) -> MonitorJson<'a> {
    MonitorJson { id, known_by: "displays.toml", pixel_mm: settings.pixel_mm, ..of(Some(settings)) }
}

/// What is said of a monitor, and nothing of itself.
fn of(settings: Option<&MonitorSettings>) -> MonitorJson<'_> {
    MonitorJson {
        id: "",
        known_by: "",
        is_here: false,
        connector: None,
        name: None,
        serial: None,
        made: None,
        size: None,
        corner: None,
        is_primary: false,
        native: None,
        size_mm: None,
        pixel_mm: None,
        bits: None,
        no_edid: None,
        gsdf: settings.map(|settings| settings.gsdf.owner()).unwrap_or_default().name(),
        said_in: settings.map(|settings| format!("{}:{}", settings.origin, settings.line)),
    }
}

/// A line for the monitor, and one below it for each thing known of it.
fn print(monitor: &MonitorJson<'_>) {
    let MonitorJson { id, known_by, is_here, .. } = monitor;
    if *is_here {
        let name = monitor.name.as_deref().unwrap_or_default();
        let primary = if monitor.is_primary { ", primary" } else { "" };
        say(&format!("{id}  {name} on {}{primary}", monitor.connector.unwrap_or_default()));
        say(&format!("  {:<12} {known_by}", "known by"));
    } else {
        say(&format!("{id}  not attached"));
    }
    let pair = |pair: Option<(u32, u32)>| pair.map(|(width, height)| format!("{width} × {height}"));
    let small = |pair: (u16, u16)| (u32::from(pair.0), u32::from(pair.1));
    let rows = [
        ("made", monitor.made.clone()),
        ("desktop", pair(monitor.size)),
        ("corner", monitor.corner.map(|(x, y)| format!("{x}, {y}"))),
        ("own pixels", pair(monitor.native.map(small))),
        ("picture", pair(monitor.size_mm.map(small)).map(|size| format!("{size} mm"))),
        ("pixel", monitor.pixel_mm.map(|side| format!("{side:.4} mm"))),
        ("takes", monitor.bits.map(|bits| format!("{bits} bits a colour"))),
        ("unidentified", monitor.no_edid.clone()),
    ];
    for (what, value) in rows {
        if let Some(value) = value {
            say(&format!("  {what:<12} {value}"));
        }
    }
    let said = monitor.said_in.as_deref().unwrap_or("displays.toml says nothing of it");
    say(&format!("  {:<12} {} ({said})", "GSDF", monitor.gsdf));
}
