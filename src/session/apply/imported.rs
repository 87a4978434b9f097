//! A response that was measured elsewhere, from a file.

use std::path::PathBuf;

use crate::calibration::{MeasuredFile, Measurement, SignalPath};
use crate::command::CalibrationTab;
use crate::units::Phi;

use super::super::calibrating::{FromFile, Measured, Unrecorded};
use super::super::effect::Effect;
use super::super::state::{MessageKind, Session};

const GONE: &str = "Nothing is imported: no window is on that monitor any more.";
const BEGUN: &str =
    "Nothing is imported: a series or a test was begun meanwhile. Import the file again when it is done.";
const NOT_RECORDED: &str = "Nothing is imported: what was measured here is not in the book of records yet. Record it, `calibration record`, \
                            and import the file again.";

impl Session {
    /// Has a file read of what was measured elsewhere on the monitor under the window.
    pub(super) fn import_measured(&mut self, path: &Phi<PathBuf>) -> Vec<Effect> {
        if self.tells_under_way() {
            return Vec::new();
        }
        let Some(monitor) = self.monitor_looked_at() else { return Vec::new() };
        let mut effects = self.open_calibration();
        effects.push(Effect::ReadMeasured { monitor, path: path.clone() });
        effects
    }

    /// Takes what the file says as measured on a monitor, in place of what is in the book or came from another file.
    pub(in super::super) fn take_measured_file(
        &mut self,
        monitor: &str,
        read: &Result<Box<MeasuredFile>, String>,
    ) {
        let file = match read {
            Ok(file) => file.as_ref().clone(),
            Err(why) => return self.tell(MessageKind::Caution, format!("Nothing is imported: {why}.")),
        };
        let mut monitors = self.screens.iter().filter_map(|screen| screen.monitor.as_ref().ok());
        let on = monitors.find(|on| on.id == monitor && on.remote.is_none());
        let Some(table) = on.map(|on| on.table.clone()) else {
            return self.tell(MessageKind::Caution, GONE);
        };
        if self.calibrating.running.is_some() || self.calibrating.ambient_test.is_some() {
            return self.tell(MessageKind::Caution, BEGUN);
        }
        let MeasuredFile { measurement, is_path_said, instrument, measured, operator } = file;
        let path = if is_path_said { measurement.path } else { self.calibrating.path };
        let bench = self.calibrating.benches.entry(monitor.to_owned()).or_default();
        let is_of_here = |own: &Measured| own.from_file.is_none() && own.unrecorded >= Unrecorded::Fields;
        if bench.measured(path).is_some_and(is_of_here) {
            return self.tell(MessageKind::Caution, NOT_RECORDED);
        }
        // What the operator has said of the light goes before the file, as in `hotlight display evaluate`.
        if measurement.ambient_cd_m2.is_some() && !bench.is_ambient_said {
            (bench.ambient_cd_m2, bench.is_ambient_said) = (measurement.ambient_cd_m2, true);
        }
        if path == SignalPath::Around {
            bench.built = None;
        }
        let measurement = Measurement { path, ambient_cd_m2: bench.ambient_cd_m2, ..measurement };
        let from_file = FromFile { instrument, measured, operator };
        let (kind, words) = told(&measurement, &from_file);
        let evaluation = self.evaluated(monitor, &measurement);
        let (unrecorded, from_file) = (Unrecorded::All, Some(Box::new(from_file)));
        let bench = self.calibrating.benches.entry(monitor.to_owned()).or_default();
        *bench.measured_mut(path) = Some(Measured { measurement, table, evaluation, unrecorded, from_file });
        self.calibrating.tab = CalibrationTab::Evaluate;
        self.set_path(path);
        self.tell(kind, words);
    }
}

/// What was taken. Without a day it is to be known what comes of that.
fn told(measurement: &Measurement, from_file: &FromFile) -> (MessageKind, String) {
    let levels = measurement.response.len();
    let path = match measurement.path {
        SignalPath::Around => "around the table",
        SignalPath::Through => "through the table",
    };
    let taken = format!("Read from the file: {levels} levels {path}");
    if let Some(day) = &from_file.measured {
        return (MessageKind::Note, format!("{taken}, measured on {day}."));
    }
    let words = format!(
        "{taken}. It does not say when they were measured: they are recorded as of today. A line `# date: 2026-11-24` in it says it."
    );
    (MessageKind::Caution, words)
}
