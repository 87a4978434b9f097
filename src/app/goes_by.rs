//! What a monitor is to go by: a table of what was measured, or what it went by before.

use std::path::{Path, PathBuf};

use crate::calibration::{Instrument, Measurement};
use crate::config::{
    Displays, Gsdf, MonitorSettings, Sources, monitor_toml, read_monitor_toml, save_monitor,
};
use crate::grayscale::{CharacteristicCurve, DisplaySystem, DisplayTable, GsdfOwner};
use crate::records::{Book, Kind, NewRecord, Record};
use crate::session::FromFile;
use crate::units::{CdPerM2, Ddl};

use super::booked::open_book;
use super::clock::local_now;
use super::luminance::read_display_system;
use super::recorded::software;

/// A table of what was measured around any, for a monitor.
pub(super) struct NewTable {
    /// What is said of the monitor then.
    pub(super) then: MonitorSettings,
    /// The name of the file of its luminances, and its text.
    pub(super) curve: (String, String),
    /// The digest of the table.
    pub(super) table: String,
}

/// What a monitor went by before a change.
#[derive(Debug, PartialEq)]
pub(super) struct Before {
    /// All that was said of it then.
    pub(super) settings: MonitorSettings,
    /// The digest of its table; none where it is none of ours.
    pub(super) table: Option<String>,
}

/// A change of what is said of a monitor, and what is recorded of it.
pub(super) struct Change {
    pub(super) monitor: String,
    /// What is said of it from then on.
    pub(super) then: MonitorSettings,
    /// The name of the file of its luminances, and its text, where it goes by new ones.
    pub(super) curve: Option<(String, String)>,
    pub(super) kind: Kind,
    pub(super) operator: String,
    pub(super) instrument: Option<Instrument>,
    /// The digest of the table that it goes by then.
    pub(super) table: Option<String>,
}

/// A change that was made.
pub(super) struct Made {
    /// The file that says so now.
    pub(super) file: PathBuf,
    /// What to say of it; or why the book does not have it.
    pub(super) recorded: Result<String, String>,
}

impl Change {
    /// Makes it, and records it in the book of a folder: waits for disks. The error says why the monitor stays as it is.
    pub(super) fn make(
        self,
        sources: &Sources,
        displays: &Displays,
        records: Option<&Path>,
    ) -> Result<Made, String> {
        let Self { monitor, then, curve, kind, operator, instrument, table } = self;
        let curve = curve.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        let file = save_monitor(sources, displays, &monitor, &then, curve)?;
        let body = body_of_change(&monitor, displays.get(&monitor), &then, &file);
        let (at, software) = (local_now(), software());
        let new = NewRecord { at, monitor, kind, operator, instrument, software, table, body };
        let words = match kind {
            Kind::Reverted => "The monitor goes by what it went by before.",
            _ => "The monitor goes by this from now on: measure it through the table next.",
        };
        let written = open_book(records).and_then(|book| book.append(&new).map_err(|why| why.to_string()));
        let recorded = written
            .map(|_| words.to_owned())
            .map_err(|why| format!("the monitor goes by it, and the book of records does not say so: {why}"));
        Ok(Made { file, recorded })
    }
}

impl NewTable {
    /// The table of a monitor, whose file's name begins like this.
    pub(super) fn of(
        measurement: &Measurement,
        from_file: Option<&FromFile>,
        file: &str,
        before: Option<MonitorSettings>,
    ) -> Result<Self, String> {
        let ambient_cd_m2 = measurement.ambient_cd_m2.ok_or("nobody said what the room's light adds")?;
        let levels =
            measurement.response.iter().map(|level| (Ddl(level.level), CdPerM2(level.luminance_cd_m2)));
        let curve = CharacteristicCurve::new(levels).map_err(|why| why.to_string())?;
        let system = DisplaySystem::new(&curve, CdPerM2(ambient_cd_m2), 8).map_err(|why| why.to_string())?;
        let table = DisplayTable::calibrated(&system).digest();
        let now = local_now();
        let rows =
            measurement.response.iter().map(|level| format!("{},{}\n", level.level, level.luminance_cd_m2));
        let today = now.format("%Y-%m-%d").to_string();
        let day = from_file.map_or(Some(today), |file| Some(file.measured.as_ref()?.get(..10)?.to_owned()));
        let text = format!(
            "# Measured around any table {} Hotlight {}{}; ambient light is not included.\nddl,luminance\n{}",
            if from_file.is_some() { "elsewhere and read by" } else { "with" },
            env!("CARGO_PKG_VERSION"),
            day.as_ref().map(|day| format!(" on {day}")).unwrap_or_default(),
            rows.collect::<String>()
        );
        let name = format!("{file}-{}.csv", now.format("%Y%m%d-%H%M%S"));
        let then = MonitorSettings {
            gsdf: Gsdf::Viewer { luminance: PathBuf::new(), ambient_cd_m2 },
            bits: 8,
            measured: day.map(|day| day.replace('-', "")),
            ..before.unwrap_or_default()
        };
        Ok(Self { then, curve: (name, text), table })
    }
}

impl Before {
    /// What a monitor went by before the last change that was not taken back. Reads the book.
    pub(super) fn of(book: &Book, monitor: &str) -> Result<Self, String> {
        let (records, _) = book.evidence(monitor).map_err(|why| why.to_string())?;
        let mut changes: Vec<&Record> = Vec::new();
        for record in &records {
            match record.what() {
                Some(Kind::Activated) => changes.push(record),
                Some(Kind::Reverted) => drop(changes.pop()),
                _ => {}
            }
        }
        let last = changes.pop().ok_or("nothing that it went by before is recorded")?;
        let body: serde_json::Value = last.read().map_err(|why| why.to_string())?;
        let before = body.get("before").and_then(serde_json::Value::as_str).unwrap_or_default();
        let settings = if before.is_empty() {
            MonitorSettings::default()
        } else {
            read_monitor_toml(before, monitor).ok_or("what it went by before cannot be read")?
        };
        let table = match &settings.gsdf {
            Gsdf::Viewer { luminance, ambient_cd_m2 } => {
                let system = read_display_system(luminance, CdPerM2(*ambient_cd_m2), settings.bits)?;
                Some(DisplayTable::calibrated(&system).digest())
            }
            _ => None,
        };
        Ok(Self { settings, table })
    }

    /// What is said of the monitor once it goes by that again: what it is for, and what else was said since, stays.
    pub(super) fn again(&self, now: MonitorSettings) -> MonitorSettings {
        let MonitorSettings { gsdf, bits, measured, .. } = self.settings.clone();
        MonitorSettings { gsdf, bits, measured, ..now }
    }
}

/// What a record of a change says: what was said of the monitor before, who applied the GSDF and who applies it now, and the file that
/// says so.
fn body_of_change(
    monitor: &str,
    before: Option<&MonitorSettings>,
    then: &MonitorSettings,
    file: &Path,
) -> serde_json::Value {
    let was = before.map_or(GsdfOwner::Nobody, |said| said.gsdf.owner()).name();
    let before = before.map(|said| monitor_toml(monitor, said)).unwrap_or_default();
    let gsdf = then.gsdf.owner().name();
    serde_json::json!({ "before": before, "was": was, "gsdf": gsdf, "file": file.display().to_string() })
}

#[cfg(test)]
mod tests {
    use crate::calibration::{CalibrationStatus, PanelShape, Schedules, SimulatedPanel, Verdict, testing};

    use super::super::booked::monitor_status;
    use super::*;

    fn append(book: &Book, kind: Kind, before: Option<&MonitorSettings>) {
        let then = MonitorSettings::default();
        let new = NewRecord {
            at: local_now(),
            monitor: "A".to_owned(),
            kind,
            operator: "A. Physicist".to_owned(),
            instrument: None,
            software: "hotlight".to_owned(),
            table: None,
            body: body_of_change("A", before, &then, Path::new("displays.toml")),
        };
        book.append(&new).expect("recorded");
    }

    #[test]
    fn what_a_monitor_is_for_stays_when_its_table_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        assert!(Before::of(&book, "A").is_err(), "nothing was changed");
        let now = MonitorSettings {
            gsdf: Gsdf::System,
            measured: Some("20261128".to_owned()),
            used_for: Some("diagnostic".to_owned()),
            ..MonitorSettings::default()
        };
        append(&book, Kind::Activated, None);
        let before = Before::of(&book, "A").expect("nothing was said");
        let then = before.again(now.clone());
        assert_eq!((then.gsdf, then.measured, then.used_for), (Gsdf::None, None, now.used_for.clone()));
        let panel = MonitorSettings { gsdf: Gsdf::Panel, used_for: None, ..now.clone() };
        append(&book, Kind::Activated, Some(&panel));
        let then = Before::of(&book, "A").expect("read").again(now.clone());
        assert_eq!(
            (then.gsdf, then.measured, then.used_for),
            (Gsdf::Panel, now.measured.clone(), now.used_for)
        );
        // Step by step.
        append(&book, Kind::Reverted, Some(&panel));
        assert_eq!(Before::of(&book, "A").expect("read").settings.gsdf, Gsdf::None);
        append(&book, Kind::Reverted, None);
        assert!(Before::of(&book, "A").is_err(), "that is how it began");
    }

    #[test]
    fn a_table_whose_luminances_are_gone_is_not_gone_back_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let luminance = folder.path().join("gone.csv");
        let gsdf = Gsdf::Viewer { luminance, ambient_cd_m2: 0.25 };
        append(&book, Kind::Activated, Some(&MonitorSettings { gsdf, ..MonitorSettings::default() }));
        let why = Before::of(&book, "A").expect_err("no luminances");
        assert!(why.contains("gone.csv"), "{why}");
    }

    #[test]
    fn what_was_found_is_void_when_the_gsdf_is_left_to_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let found = testing::evaluation(18, Vec::new(), Verdict::Indicative);
        let evaluated = NewRecord {
            at: local_now(),
            monitor: "A".to_owned(),
            kind: Kind::Evaluated,
            operator: "A. Physicist".to_owned(),
            instrument: None,
            software: "hotlight".to_owned(),
            table: None,
            body: serde_json::to_value(found).expect("JSON"),
        };
        let said = |gsdf| MonitorSettings { gsdf, ..MonitorSettings::default() };
        let schedules = Schedules::default();
        let is_changed = |gsdf| {
            let schedule = schedules.get("diagnostic");
            let status = monitor_status(Some(folder.path()), "A", Some(&said(gsdf)), schedule);
            matches!(status, Ok(CalibrationStatus::Changed { .. }))
        };
        book.append(&evaluated).expect("recorded");
        assert!(!is_changed(Gsdf::Panel));
        append(&book, Kind::Activated, Some(&said(Gsdf::Panel)));
        assert!(is_changed(Gsdf::None) && is_changed(Gsdf::System), "there is no table on either side");
        assert!(!is_changed(Gsdf::Panel), "it was taken back");
        book.append(&evaluated).expect("recorded");
        assert!(!is_changed(Gsdf::None), "it was measured as it is now");
    }
    #[test]
    fn a_table_of_a_file_is_of_the_day_that_the_file_says() {
        let panel = SimulatedPanel::new(PanelShape::Gamma, [0.5, 400.0], 8).characterise(18);
        let measurement = Measurement { ambient_cd_m2: Some(0.25), ..panel };
        let table = |measured: Option<&str>| {
            let measured = measured.map(str::to_owned);
            let file = FromFile { instrument: None, measured, operator: None };
            let made = NewTable::of(&measurement, Some(&file), "A", None).expect("a table");
            (made.then.measured, made.curve.1.lines().next().unwrap_or_default().contains("elsewhere"))
        };
        assert_eq!(table(Some("2025-03-01 09:20")), (Some("20250301".to_owned()), true));
        assert_eq!(table(None), (None, true), "not today");
    }
}
