//! What was measured: how a series ends, and what of it goes into the book of records.

use crate::calibration::{Measurement, SeriesKind, SignalPath};
use crate::command::CalibrationTab;

use super::super::calibrating::{Measured, RunningSeries, Unrecorded};
use super::super::effect::{Effect, RecordKind, RecordOrder};
use super::super::state::{MessageKind, Session};

/// Why nothing is recorded of a light that nobody has measured.
const NO_LIGHT: &str = "The response is in the book already, with what was said of the room's light when it was measured. Say what the light \
                        adds now, `calibration ambient CD_M2`, or measure the response again.";

impl Session {
    /// All is read: what was found is shown.
    pub(super) fn finish_series(&mut self) -> Vec<Effect> {
        let Some(RunningSeries { monitor, screen, series, .. }) = self.calibrating.running.take() else {
            return Vec::new();
        };
        self.drop_patch(screen);
        let bench = self.calibrating.benches.entry(monitor.clone()).or_default();
        let ambient_cd_m2 = bench.ambient_cd_m2;
        let path = series.path();
        // What went through another table says nothing of this one.
        let is_like =
            |before: &Measured| path == SignalPath::Around || before.table.as_deref() == series.table();
        let before = bench.measured_mut(path).take().filter(is_like);
        let is_new = |before: &Measured| before.unrecorded == Unrecorded::All;
        let unrecorded = if series.kind() == SeriesKind::Uniformity && !before.as_ref().is_some_and(is_new) {
            // The response is in the book as of the day on which it was measured, or there is none.
            Unrecorded::Fields
        } else {
            Unrecorded::All
        };
        let mut measurement = before.map_or_else(
            || Measurement { path, highest: 255, response: Vec::new(), ambient_cd_m2, fields: Vec::new() },
            Measured::with_what_is_new,
        );
        series.put_into(&mut measurement);
        measurement.ambient_cd_m2 = ambient_cd_m2;
        if path == SignalPath::Around {
            bench.built = None;
        }
        let evaluation = self.evaluated(&monitor, &measurement);
        let table = series.table().map(str::to_owned);
        let bench = self.calibrating.benches.entry(monitor.clone()).or_default();
        *bench.measured_mut(path) =
            Some(Measured { measurement, table, evaluation, unrecorded, from_file: None });
        self.calibrating.tab = CalibrationTab::Evaluate;
        vec![Effect::KeepSeries { monitor, series: None }]
    }

    /// Records what was measured and is not in the book.
    pub(super) fn record_measured(&mut self) -> Vec<Effect> {
        let Some(monitor) = self.monitor_of_bench() else { return Vec::new() };
        let Some(operator) = self.named_operator() else { return Vec::new() };
        let (path, at_bench) = (self.calibrating.path, self.calibrating.instrument.clone());
        let bench = self.calibrating.benches.get_mut(&monitor);
        let measured = bench.and_then(|bench| bench.measured_mut(path).as_mut());
        let Some(measured) = measured.filter(|measured| !measured.is_recorded()) else {
            self.tell(MessageKind::Note, "Nothing was measured here that is not in the book of records.");
            return Vec::new();
        };
        if measured.unrecorded == Unrecorded::Light {
            return self.record_light(monitor, operator, path);
        }
        let unrecorded = std::mem::replace(&mut measured.unrecorded, Unrecorded::Nothing);
        let (table, measurement) = (measured.table.clone(), Box::new(measured.measurement.clone()));
        let evaluation = measured.evaluation.clone().ok().map(Box::new);
        let (instrument, from_file) = (measured.instrument(at_bench), measured.from_file.clone());
        let kind = if unrecorded == Unrecorded::Fields {
            let profile = self.profile_of(&monitor).to_owned();
            let checks = self.evaluated_fields(&monitor, &measurement).unwrap_or_default();
            RecordKind::Uniformity { measurement, profile, checks }
        } else {
            RecordKind::Measured { measurement, evaluation, from_file }
        };
        vec![Effect::Record(RecordOrder { monitor, operator, instrument, table, kind })]
    }
    /// Records the room's light alone: a response that nobody measured once more would do its tasks of the schedule as of today.
    fn record_light(&mut self, monitor: String, operator: String, path: SignalPath) -> Vec<Effect> {
        let table = self.bench_monitor().and_then(|monitor| monitor.table.clone());
        let Some(bench) = self.calibrating.benches.get_mut(&monitor) else { return Vec::new() };
        let Some(ambient_cd_m2) = bench.ambient_cd_m2 else {
            self.tell(MessageKind::Note, NO_LIGHT);
            return Vec::new();
        };
        for measured in bench.around.iter_mut().chain(&mut bench.through) {
            if measured.unrecorded == Unrecorded::Light {
                measured.unrecorded = Unrecorded::Nothing;
            }
        }
        let kind = RecordKind::AmbientLight { path, ambient_cd_m2 };
        vec![Effect::Record(RecordOrder { monitor, operator, instrument: None, table, kind })]
    }
}
