//! The ambient test in the window: bars that are hardly seen, one after the other, for a click or a key.

use crate::calibration::{AmbientTest, SignalPath, Spot};
use crate::command::CalibrationTab;
use crate::study_list::Day;

use super::super::calibrating::{RunningTest, ShownPattern};
use super::super::effect::{Effect, RecordKind, RecordOrder};
use super::super::screen::Screen;
use super::super::state::{MessageKind, Session};

const NONE_UNDER_WAY: &str = "No ambient test is under way: `calibration ambient-test` begins one.";

impl Session {
    /// Begins the test in the window in focus. Who looks is named first: nothing that was found is to be lost.
    pub(super) fn begin_ambient_test(&mut self) -> Vec<Effect> {
        if self.tells_under_way() {
            return Vec::new();
        }
        let Some(monitor) = self.monitor_looked_at() else { return Vec::new() };
        if self.named_operator().is_none() {
            return Vec::new();
        }
        let shown = self.focused_screen().map(|screen| (screen.id, screen.surface));
        let Some((screen, surface)) = shown else { return Vec::new() };
        let effects = self.open_calibration();
        self.calibrating.tests_begun = self.calibrating.tests_begun.wrapping_add(1);
        let test = AmbientTest::new(self.places_of_bars(&monitor), (surface.width, surface.height));
        let table = self.bench_monitor().and_then(|monitor| monitor.table.clone());
        self.calibrating.ambient_test = Some(RunningTest { monitor, table, screen, test, on_screen: None });
        self.show_bars();
        effects
    }

    /// What puts the bars elsewhere on another day, in another test, and on another monitor: the session knows no chance.
    fn places_of_bars(&self, monitor: &str) -> u32 {
        let day = self.studies.list.today().map(Day::text).unwrap_or_default();
        let records = self.bench().map(|bench| bench.book.records.as_slice()).unwrap_or_default();
        // Only so many are listed: where there are more, the last one tells the tests of a day apart.
        let last = records.first().map_or("", |last| last.at.as_str());
        let (count, begun) = (records.len(), self.calibrating.tests_begun);
        let known = format!("{monitor} {day} {count} {last} {begun}");
        // FNV-1a.
        known.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    /// Takes where the bars are seen. What is not on the screen yet cannot have been looked for.
    pub(super) fn take_sighting(&mut self, spot: Spot) -> Vec<Effect> {
        let Some(running) = &mut self.calibrating.ambient_test else {
            self.tell(MessageKind::Note, NONE_UNDER_WAY);
            return Vec::new();
        };
        let screen = self.screens.iter().find(|screen| screen.id == running.screen);
        let order = screen.and_then(Screen::pattern_order);
        let Some(order) = order.filter(|order| running.on_screen.as_ref() == Some(&order.key)) else {
            return Vec::new();
        };
        running.test.answer(spot, order.size);
        if running.test.pattern().is_none() {
            return self.finish_ambient_test();
        }
        self.show_bars();
        Vec::new()
    }

    /// Fills the window with the bars that are to be found, through the table: what is read with is looked at.
    fn show_bars(&mut self) {
        let Some(running) = &self.calibrating.ambient_test else { return };
        let Some(pattern) = running.test.pattern() else { return };
        let place = running.screen;
        if let Some(screen) = self.screens.iter_mut().find(|screen| screen.id == place) {
            screen.pattern = Some(ShownPattern::of(pattern, SignalPath::Through));
        }
    }

    /// All was looked for: what was found is told, shown and recorded.
    fn finish_ambient_test(&mut self) -> Vec<Effect> {
        let Some(RunningTest { monitor, table, screen, test, .. }) = self.calibrating.ambient_test.take()
        else {
            return Vec::new();
        };
        self.drop_patch(screen);
        self.calibrating.tab = CalibrationTab::Measure;
        self.calibrating.benches.entry(monitor.clone()).or_default().ambient_test = Some(test.clone());
        let (found, count, least) = (test.found(), AmbientTest::COUNT, AmbientTest::FOUND_MIN);
        if test.passed() {
            self.tell(MessageKind::Note, format!("Ambient test: {found} of {count} found, as it should be."));
        } else {
            self.tell(
                MessageKind::Caution,
                format!(
                    "Ambient test: {found} of {count} found, and {least} are needed. Dim the room, and try again; if it is as dark as it \
                     was when the monitor was measured, have its black measured."
                ),
            );
        }
        let operator = self.calibrating.operator.clone();
        let kind = RecordKind::AmbientTest(test);
        vec![Effect::Record(RecordOrder { monitor, operator, instrument: None, table, kind })]
    }

    /// Breaks the test off: nothing of it is kept. Whether there was one.
    pub(in super::super) fn end_ambient_test(&mut self) -> bool {
        let Some(running) = self.calibrating.ambient_test.take() else { return false };
        self.drop_patch(running.screen);
        self.tell(MessageKind::Note, "The ambient test is broken off: nothing of it is recorded.");
        true
    }

    /// Breaks it off where its window is gone or on another monitor, or where that goes by another table now.
    pub(super) fn follow_ambient_test(&mut self) {
        let Some(running) = &self.calibrating.ambient_test else { return };
        let screen = self.screens.iter().find(|screen| screen.id == running.screen);
        let monitor = screen.and_then(|screen| screen.monitor.as_ref().ok());
        if monitor.is_none_or(|monitor| monitor.id != running.monitor || monitor.table != running.table) {
            self.end_ambient_test();
        }
    }
}
