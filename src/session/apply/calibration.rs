//! The physicist's mode, and test patterns.

use crate::calibration::pattern::Pattern;
use crate::calibration::{Instrument, Reading, ReadingError, Series, SeriesKind, SignalPath, Taken};
use crate::command::{CalibrationCommand, CalibrationTab, Next};
use crate::grayscale::GsdfOwner;

use super::super::calibrating::{BuiltTable, Calibrating, Measured, RunningSeries, ShownPattern, Unrecorded};
use super::super::effect::{Effect, RecordKind, RecordOrder};
use super::super::state::{MessageKind, Session};
use crate::units::Phi;

const UNDER_WAY: &str = "A series is under way: `calibration stop` interrupts it.";
const TEST_UNDER_WAY: &str = "The ambient test is under way: `calibration stop` breaks it off.";

const NOTHING_LOOKED_AT: &str = "Nothing is looked at as images are: `pattern TG270-sQC` shows a pattern, `calibration path through` leads \
                                 it through the table.";

/// Uniform fields would be recorded as of the day of the file.
const FILE_FIRST: &str =
    "The response comes from a file, and these fields are of today: record it first, `calibration record`.";

/// What a physicist's work needs and is not there.
const NO_MONITOR: &str = "It is not known on which monitor this window is, so nothing is measured here.";

impl Session {
    pub(super) fn apply_calibration(&mut self, command: &CalibrationCommand) -> Vec<Effect> {
        match command {
            CalibrationCommand::Toggle if self.calibrating.is_open => return self.leave_calibration(),
            CalibrationCommand::Toggle => return self.open_calibration(),
            CalibrationCommand::Tab(tab) => return self.show_tab(*tab),
            CalibrationCommand::TabNext(next) => {
                let tabs = CalibrationTab::ALL;
                let at = tabs.iter().position(|tab| *tab == self.calibrating.tab).unwrap_or(0);
                let at = match next {
                    Next::Previous => at + tabs.len() - 1,
                    _ => at + 1,
                };
                return self.show_tab(tabs.get(at % tabs.len()).copied().unwrap_or_default());
            }
            CalibrationCommand::Path(path) => self.set_path(*path),
            CalibrationCommand::Profile(name) => self.set_profile(name),
            CalibrationCommand::Measure(kind) => return self.measure(*kind),
            CalibrationCommand::Stop => {
                self.end_ambient_test();
                return self.stop_series();
            }
            CalibrationCommand::Back => return self.go_back(),
            CalibrationCommand::Reading(typed) => return self.take_typed(typed),
            CalibrationCommand::Take => {
                let typed =
                    self.calibrating.running.as_mut().map(|running| std::mem::take(&mut running.typed));
                if let Some(typed) = typed.filter(|typed| !typed.reveal().trim().is_empty()) {
                    return self.take_typed(typed.reveal());
                }
            }
            CalibrationCommand::Due => return self.do_what_is_due(),
            CalibrationCommand::Later => self.put_off_due(),
            CalibrationCommand::AmbientTest => return self.begin_ambient_test(),
            CalibrationCommand::Seen(spot) => return self.take_sighting(*spot),
            CalibrationCommand::Ambient(typed) => self.set_ambient(typed),
            CalibrationCommand::Operator(name) => self.calibrating.operator.clone_from(name),
            CalibrationCommand::Instrument(name) => {
                let instrument =
                    Instrument { name: name.clone(), serial: String::new(), calibrated_until: None };
                self.calibrating.instrument = Some(instrument);
            }
            CalibrationCommand::Record => return self.record_measured(),
            CalibrationCommand::Build => self.build_table(),
            CalibrationCommand::Activate => return self.activate_table(),
            CalibrationCommand::Revert => {
                let Some(monitor) = self.physicists_monitor() else { return Vec::new() };
                let Some(operator) = self.named_operator() else { return Vec::new() };
                return vec![Effect::RevertTable { monitor, operator }];
            }
            CalibrationCommand::Owner(name) => return self.set_owner(name),
            CalibrationCommand::Visual(remarks) => return self.record_visual(remarks),
            CalibrationCommand::Import(path) => return self.import_measured(path),
            CalibrationCommand::Certificate(path) => {
                if let Some(monitor) = self.monitor_of_bench() {
                    return vec![Effect::WriteCertificate { monitor, path: path.into() }];
                }
            }
            CalibrationCommand::Line(steps) => {
                let book = self.bench().map(|bench| &bench.book);
                let lines = match self.calibrating.tab {
                    CalibrationTab::Schedule => book.map_or(0, |book| book.due.len()),
                    CalibrationTab::Images => {
                        self.calibrating.quality.as_ref().map_or(0, |(trends, _)| trends.len())
                    }
                    _ => book.map_or(0, |book| book.records.len()),
                };
                let chosen = i64::try_from(self.calibrating.chosen).unwrap_or(0) + i64::from(*steps);
                let last = i64::try_from(lines.saturating_sub(1)).unwrap_or(0);
                self.calibrating.chosen = usize::try_from(chosen.clamp(0, last)).unwrap_or(0);
            }
        }
        Vec::new()
    }

    /// Opens the mode for the monitor under the window in focus.
    pub(super) fn open_calibration(&mut self) -> Vec<Effect> {
        self.panel = None;
        self.beneath = None;
        self.studies.is_open = false;
        self.end_gesture();
        self.calibrating.is_open = true;
        let mut effects = self.ask_for_bench();
        effects.extend((self.calibrating.tab == CalibrationTab::Images).then_some(Effect::FindQuality));
        effects
    }

    /// What is known of the monitor under the window in focus is to be told again.
    pub(in super::super) fn ask_for_bench(&self) -> Vec<Effect> {
        self.bench_monitor().map(|monitor| Effect::OpenBench(monitor.id.clone())).into_iter().collect()
    }

    /// Ends a series whose window is gone or on another monitor, or whose levels would go through another table from now on; and
    /// asks what is known of the monitor under another window in focus than before.
    pub(in super::super) fn follow_bench(&mut self, focused_before: usize) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.calibrating.is_open && self.focus.screen != focused_before {
            effects.extend(self.ask_for_bench());
        }
        self.follow_ambient_test();
        let Some(running) = &mut self.calibrating.running else { return effects };
        let screen = self.screens.iter().find(|screen| screen.id == running.screen);
        let monitor = screen.and_then(|screen| screen.monitor.as_ref().ok());
        let why = match monitor.filter(|monitor| monitor.id == running.monitor) {
            None => "Its window is not on the monitor any more",
            Some(monitor)
                if running.series.path() == SignalPath::Through
                    && monitor.table.as_deref() != running.series.table() =>
            {
                if running.series.is_unread() {
                    let (kind, path, rules) =
                        (running.series.kind(), running.series.path(), running.series.rules());
                    running.series = Series::new(kind, path, rules).under(monitor.table.clone());
                    effects.extend(std::mem::take(&mut running.is_reading).then_some(Effect::StopReading));
                    return effects;
                }
                "Another table is in use now"
            }
            Some(_) => return effects,
        };
        effects.extend(self.stop_series());
        self.tell(MessageKind::Caution, format!("{why}: the series is interrupted."));
        effects
    }

    pub(super) fn leave_calibration(&mut self) -> Vec<Effect> {
        self.end_ambient_test();
        let effects = self.stop_series();
        self.calibrating.is_open = false;
        effects
    }

    /// Shows a part of the mode. What the book has of image quality is looked up each time: others write it.
    pub(super) fn show_tab(&mut self, tab: CalibrationTab) -> Vec<Effect> {
        self.calibrating.tab = tab;
        self.calibrating.chosen = 0;
        (tab == CalibrationTab::Images).then_some(Effect::FindQuality).into_iter().collect()
    }

    /// What the monitor under the window is known by; where it is not known the operator is told.
    pub(super) fn monitor_of_bench(&mut self) -> Option<String> {
        let monitor = self.bench_monitor().map(|monitor| monitor.id.clone());
        if monitor.is_none() {
            self.tell(MessageKind::Caution, NO_MONITOR);
        }
        monitor
    }

    /// The same for what is seen or measured there: not where the picture goes to a display that nobody knows.
    pub(super) fn monitor_looked_at(&mut self) -> Option<String> {
        if let Some(remote) = self.bench_monitor().and_then(|monitor| monitor.remote) {
            let text = format!(
                "The picture goes to another machine ({remote}): what is seen and measured there says nothing of this monitor."
            );
            self.tell(MessageKind::Caution, text);
            return None;
        }
        self.monitor_of_bench()
    }

    /// The same for what only a physicist may do.
    fn physicists_monitor(&mut self) -> Option<String> {
        if !self.settings.calibration.is_physicist {
            self.tell(
                MessageKind::Caution,
                "Only a physicist changes what a monitor goes by: the setting `calibration.role` says who is one.",
            );
            return None;
        }
        self.monitor_of_bench()
    }

    pub(super) fn set_path(&mut self, path: SignalPath) {
        if self.tells_under_way() {
            return;
        }
        self.calibrating.path = path;
        let path_of = |pattern: &mut ShownPattern| pattern.path = path;
        self.screens.iter_mut().filter_map(|screen| screen.pattern.as_mut()).for_each(path_of);
    }

    fn set_profile(&mut self, name: &str) {
        if self.settings.calibration.profiles.get(name).is_none() {
            let names = self.settings.calibration.profiles.names().collect::<Vec<_>>().join(", ");
            self.tell(MessageKind::Note, format!("There is no profile '{name}': there are {names}."));
            return;
        }
        let Some(monitor) = self.monitor_of_bench() else { return };
        self.calibrating.profiles.insert(monitor, name.to_owned());
        self.evaluate_again();
    }

    fn set_ambient(&mut self, typed: &str) {
        let Some(monitor) = self.monitor_of_bench() else { return };
        let ambient = match typed {
            "none" => None,
            typed => match luminance(typed) {
                Ok(luminance) => Some(luminance),
                Err(why) => return self.tell(MessageKind::Caution, why),
            },
        };
        let bench = self.calibrating.benches.entry(monitor).or_default();
        bench.is_ambient_said = true;
        let is_new = bench.ambient_cd_m2 != ambient;
        if is_new {
            bench.built = None;
        }
        bench.ambient_cd_m2 = ambient;
        // Also when it is again what it was: what it was meanwhile may be in the book.
        let is_other = |measured: &&mut Measured| is_new || measured.measurement.ambient_cd_m2 != ambient;
        for measured in bench.around.iter_mut().chain(&mut bench.through).filter(is_other) {
            measured.measurement.ambient_cd_m2 = ambient;
            if measured.unrecorded == Unrecorded::Nothing {
                measured.unrecorded = Unrecorded::Light;
            }
        }
        self.evaluate_again();
    }

    /// Holds what was measured against the limits once more.
    pub(in super::super) fn evaluate_again(&mut self) {
        // Each is held against the one beside it, too: none may be away meanwhile.
        let mut benches = self.calibrating.benches.clone();
        for (monitor, bench) in &mut benches {
            for measured in bench.around.iter_mut().chain(&mut bench.through) {
                measured.evaluation = self.evaluated(monitor, &measured.measurement);
            }
        }
        self.calibrating.benches = benches;
    }

    /// Whether a series or a test is under way, which the operator is told then.
    pub(super) fn tells_under_way(&mut self) -> bool {
        let words = if self.calibrating.running.is_some() {
            UNDER_WAY
        } else if self.calibrating.ambient_test.is_some() {
            TEST_UNDER_WAY
        } else {
            return false;
        };
        self.tell(MessageKind::Note, words);
        true
    }

    /// Begins a series, or goes on with the one of this kind that was interrupted.
    fn measure(&mut self, kind: SeriesKind) -> Vec<Effect> {
        if self.tells_under_way() {
            return Vec::new();
        }
        let Some(monitor) = self.monitor_looked_at() else { return Vec::new() };
        let Some(screen) = self.focused_screen().map(|screen| screen.id) else { return Vec::new() };
        let table = self.bench_monitor().and_then(|monitor| monitor.table.clone());
        let (path, rules) = (self.calibrating.path, self.settings.calibration.rules);
        let own = self.calibrating.benches.get(&monitor).and_then(|bench| bench.measured(path));
        let is_of_file = own.is_some_and(|own| own.from_file.is_some() && !own.is_recorded());
        if kind == SeriesKind::Uniformity && is_of_file {
            self.tell(MessageKind::Note, FILE_FIRST);
            return Vec::new();
        }
        let bench = self.calibrating.benches.entry(monitor.clone()).or_default();
        let goes_on = |series: &Series| {
            let is_same_table = path == SignalPath::Around || series.table() == table.as_deref();
            series.kind() == kind && series.path() == path && is_same_table
        };
        let kept = bench.interrupted.take().filter(goes_on);
        let news = kept.as_ref().map(|series| {
            let (read, count) = series.progress();
            format!("The series goes on: {read} of {count} were read.")
        });
        let series = kept.unwrap_or_else(|| Series::new(kind, path, rules).under(table));
        let effects = self.open_calibration();
        self.calibrating.tab = CalibrationTab::Measure;
        self.calibrating.running = Some(RunningSeries {
            monitor,
            screen,
            series,
            typed: Phi::default(),
            settles_s: 0,
            is_reading: false,
            news,
        });
        self.show_patch();
        effects
    }

    /// Goes back by a patch; what is being read of the one on screen is not wanted.
    fn go_back(&mut self) -> Vec<Effect> {
        let Some(running) = &mut self.calibrating.running else { return Vec::new() };
        running.series.back();
        running.news = None;
        running.typed = Phi::default();
        let was_reading = std::mem::take(&mut running.is_reading);
        self.show_patch();
        was_reading.then_some(Effect::StopReading).into_iter().collect()
    }

    /// Interrupts the series: it is kept, and the pattern goes.
    fn stop_series(&mut self) -> Vec<Effect> {
        let Some(running) = self.calibrating.running.take() else { return Vec::new() };
        let RunningSeries { monitor, screen, mut series, is_reading, .. } = running;
        series.note_hidden();
        self.drop_patch(screen);
        let was_read = series.progress().0 > 0;
        let kept = was_read.then_some(series);
        self.calibrating.benches.entry(monitor.clone()).or_default().interrupted.clone_from(&kept);
        let mut effects = vec![Effect::KeepSeries { monitor, series: kept.map(Box::new) }];
        effects.extend(is_reading.then_some(Effect::StopReading));
        effects
    }

    /// Fills the window with the patch that is to be read.
    fn show_patch(&mut self) {
        let Some(running) = &mut self.calibrating.running else { return };
        let Some(patch) = running.series.patch() else { return };
        running.settles_s = running.series.rules().settle_ms.div_ceil(1000);
        let pattern = Pattern::of_patch(patch.level, patch.place.is_some());
        let shown = ShownPattern::of(pattern, running.series.path());
        let place = running.screen;
        if let Some(screen) = self.screens.iter_mut().find(|screen| screen.id == place) {
            screen.pattern = Some(shown);
        }
    }

    /// The patch of a series goes from its window, by the window's id; a pattern in another one stays.
    pub(super) fn drop_patch(&mut self, id: u32) {
        for screen in self.screens.iter_mut().filter(|screen| screen.id == id) {
            screen.pattern = None;
        }
    }

    pub(super) fn drop_patterns(&mut self) {
        for screen in &mut self.screens {
            screen.pattern = None;
        }
    }

    /// Takes what the operator read off.
    fn take_typed(&mut self, typed: &str) -> Vec<Effect> {
        match luminance(typed) {
            Ok(luminance_cd_m2) => {
                let running = self.calibrating.running.as_mut();
                // What a program reads meanwhile is of this patch, and not of the next one.
                let was_reading = running.is_some_and(|running| std::mem::take(&mut running.is_reading));
                let mut effects: Vec<Effect> =
                    was_reading.then_some(Effect::StopReading).into_iter().collect();
                effects.extend(self.take_reading(Reading { luminance_cd_m2, chromaticity: None }));
                effects
            }
            Err(why) => {
                if let Some(running) = &mut self.calibrating.running {
                    running.news = Some(why);
                } else {
                    self.tell(MessageKind::Caution, why);
                }
                Vec::new()
            }
        }
    }

    /// A program read the luminance, or could not.
    pub(in super::super) fn take_luminance(&mut self, read: &Result<Reading, String>) -> Vec<Effect> {
        let Some(running) = &mut self.calibrating.running else { return Vec::new() };
        running.is_reading = false;
        let read = match read {
            // A program that says so once says so again.
            Ok(Reading { luminance_cd_m2: luminance, .. }) if !(0.0..=4000.0).contains(luminance) => {
                Err(ReadingError::Luminance { luminance: *luminance }.to_string())
            }
            read => read.clone(),
        };
        match read {
            Ok(reading) => self.take_reading(reading),
            Err(why) => {
                let is_kept = running.series.progress().0 > 0;
                let kept = if is_kept { " The series is kept." } else { "" };
                let text = format!("The luminance cannot be read: {why}.{kept}");
                let effects = self.stop_series();
                self.tell(MessageKind::Caution, text);
                effects
            }
        }
    }

    fn take_reading(&mut self, reading: Reading) -> Vec<Effect> {
        let Some(running) = &mut self.calibrating.running else {
            self.tell(
                MessageKind::Note,
                "No series is under way: `calibration measure response` begins one.",
            );
            return Vec::new();
        };
        let taken = running.series.take(reading);
        running.news = match taken {
            Ok(Taken::Odd) => Some("The readings of this patch do not agree. Once more.".to_owned()),
            Err(why @ ReadingError::Luminance { .. }) => Some(format!("{why}.")),
            _ => None,
        };
        match taken {
            Ok(Taken::Next) => {
                self.show_patch();
                let Some(RunningSeries { monitor, series, .. }) = &self.calibrating.running else {
                    return Vec::new();
                };
                // A power cut costs a patch and no series.
                vec![Effect::KeepSeries { monitor: monitor.clone(), series: Some(Box::new(series.clone())) }]
            }
            Ok(Taken::Done) => self.finish_series(),
            Ok(Taken::More | Taken::Odd) | Err(_) => Vec::new(),
        }
    }

    /// The operator, who must have said who that is before anything is recorded.
    pub(super) fn named_operator(&mut self) -> Option<String> {
        if self.calibrating.operator.is_empty() {
            self.tell(MessageKind::Note, "Say who measures first: `calibration operator NAME`.");
            return None;
        }
        Some(self.calibrating.operator.clone())
    }

    fn record_visual(&mut self, remarks: &str) -> Vec<Effect> {
        let (outcome, words) = remarks.split_once(' ').unwrap_or((remarks, ""));
        let is_passed = match outcome {
            "pass" => true,
            "fail" => false,
            _ => {
                self.tell(
                    MessageKind::Note,
                    "Say what was seen: `calibration visual pass` or `calibration visual fail`, and why.",
                );
                return Vec::new();
            }
        };
        let Some(monitor) = self.monitor_looked_at() else { return Vec::new() };
        let Some(operator) = self.named_operator() else { return Vec::new() };
        let table = self.bench_monitor().and_then(|monitor| monitor.table.clone());
        let shown = self.focused_screen().and_then(|screen| screen.pattern.clone());
        // Around a table it is not seen as images are.
        let is_as_read = |shown: &ShownPattern| table.is_none() || shown.path == SignalPath::Through;
        let Some(ShownPattern { name: pattern, .. }) = shown.filter(is_as_read) else {
            self.tell(MessageKind::Note, NOTHING_LOOKED_AT);
            return Vec::new();
        };
        let asked = Pattern::parse(&pattern).ok().and_then(Pattern::questions);
        if let Some(questions) = asked.filter(|_| words.trim().is_empty()) {
            self.tell(MessageKind::Note, format!("Say behind `pass` or `fail` what was seen. {questions}"));
            return Vec::new();
        }
        let kind = RecordKind::Visual { pattern, is_passed, remarks: words.trim().to_owned() };
        vec![Effect::Record(RecordOrder { monitor, operator, instrument: None, table, kind })]
    }

    /// Makes a table of what was measured around the one that is used.
    fn build_table(&mut self) {
        let Some(monitor) = self.monitor_of_bench() else { return };
        let bench = self.calibrating.benches.get(&monitor);
        let Some(measured) = bench.and_then(|bench| bench.around.as_ref()) else {
            self.tell(
                MessageKind::Note,
                "A table is made of what the panel shows around any table: `calibration path around`, then `calibration measure response`.",
            );
            return;
        };
        let Some(ambient) = measured.measurement.ambient_cd_m2 else {
            self.tell(
                MessageKind::Note,
                "Say first what the room's light adds: `calibration ambient CD_M2`, 0 in a dark room.",
            );
            return;
        };
        let owner = self.bench_monitor().map(|monitor| monitor.gsdf).unwrap_or_default();
        match BuiltTable::of(&measured.measurement, ambient, owner) {
            Ok(built) => {
                self.calibrating.benches.entry(monitor).or_default().built = Some(built);
                self.calibrating.tab = CalibrationTab::Calibrate;
            }
            Err(why) => self.tell(MessageKind::Caution, format!("No table can be made of this: {why}.")),
        }
    }

    fn activate_table(&mut self) -> Vec<Effect> {
        let Some(monitor) = self.physicists_monitor() else { return Vec::new() };
        let Some(operator) = self.named_operator() else { return Vec::new() };
        let bench = self.calibrating.benches.get_mut(&monitor);
        let ready = bench.and_then(|bench| bench.built.take().and(bench.around.clone()));
        let Some(around) = ready else {
            self.tell(MessageKind::Note, "There is no new table: `calibration build` makes one.");
            return Vec::new();
        };
        self.calibrating.path = SignalPath::Through;
        let instrument = around.instrument(self.calibrating.instrument.clone());
        let Measured { measurement, from_file, .. } = around;
        let measurement = Box::new(measurement);
        vec![Effect::ActivateTable { monitor, operator, instrument, measurement, from_file }]
    }

    fn set_owner(&mut self, name: &str) -> Vec<Effect> {
        let Some(monitor) = self.physicists_monitor() else { return Vec::new() };
        let Some(operator) = self.named_operator() else { return Vec::new() };
        let Some(owner) = GsdfOwner::ALL.into_iter().find(|owner| owner.name() == name) else {
            return Vec::new();
        };
        vec![Effect::SetGsdfOwner { monitor, operator, owner }]
    }

    /// Whether Escape ends something of the mode: a series, a pattern, the mode itself.
    pub(super) fn cancels_calibration(&self) -> bool {
        let Calibrating { is_open, running, ambient_test, .. } = &self.calibrating;
        let has_pattern = self.focused_screen().is_some_and(|screen| screen.pattern.is_some());
        running.is_some() || ambient_test.is_some() || has_pattern || *is_open
    }

    /// Ends the first of these that there is.
    pub(super) fn cancel_calibration(&mut self) -> Vec<Effect> {
        if self.calibrating.running.is_some() {
            return self.stop_series();
        }
        if self.end_ambient_test() {
            return Vec::new();
        }
        if self.focused_screen_mut().and_then(|screen| screen.pattern.take()).is_some() {
            return Vec::new();
        }
        self.leave_calibration()
    }
}

/// A luminance as typed.
fn luminance(typed: &str) -> Result<f64, String> {
    if typed.contains(',') {
        return Err(format!("'{typed}' has a comma: write 12.5 for twelve and a half."));
    }
    let number: Result<f64, _> = typed.trim().parse();
    let number = number.ok().filter(|number| (0.0..=4000.0).contains(number));
    number.ok_or_else(|| format!("'{typed}' is no luminance: it is a number of cd/m² from 0 to 4000."))
}
