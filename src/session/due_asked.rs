//! What is asked at the start: which checks of the monitors in use are due.

use crate::calibration::Act;

use super::calibrating::DueLine;
use super::effect::Effect;
use super::monitor::ScreenMonitor;
use super::state::Session;

/// A check that is due on the monitor under a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DueAsked<'a> {
    /// The monitor.
    pub monitor: &'a ScreenMonitor,
    /// The check: one by eye before all others.
    pub line: &'a DueLine,
    /// How many more are due there.
    pub more: usize,
}

impl Session {
    /// A window came to a monitor: the first time since the program started it is looked up what is due there. What a remote display
    /// is, nobody knows.
    pub(super) fn look_what_is_due(&mut self, monitor: &Result<ScreenMonitor, String>) -> Option<Effect> {
        let monitor = monitor.as_ref().ok().filter(|monitor| monitor.remote.is_none())?;
        let asks = self.settings.calibration.asks_at_start;
        if !asks || !self.calibrating.looked_up.insert(monitor.id.clone()) {
            return None;
        }
        self.calibrating.asked.insert(monitor.id.clone());
        Some(Effect::FindDue(monitor.id.clone()))
    }

    /// What is due on the monitor under a window, by its index, as long as the reader has not put it off.
    pub(super) fn due_under(&self, screen: usize) -> Option<DueAsked<'_>> {
        let monitor = self.screens.get(screen)?.monitor.as_ref().ok()?;
        let calibrating = &self.calibrating;
        if !self.settings.calibration.asks_at_start || !calibrating.asked.contains(&monitor.id) {
            return None;
        }
        let bench = calibrating.benches.get(&monitor.id)?;
        let due = || bench.book.due.iter().filter(|line| line.is_due);
        let line = due().min_by_key(|line| (rank(line.act), !line.is_overdue))?;
        Some(DueAsked { monitor, line, more: due().count() - 1 })
    }

    /// What a window, by its index, asks of its monitor: in one window of each, and not over the physicist's mode or a pattern.
    pub fn asks_due(&self, screen: usize) -> Option<DueAsked<'_>> {
        let asked = self.due_under(screen)?;
        let is_on = |monitor: &Result<ScreenMonitor, String>| {
            monitor.as_ref().is_ok_and(|monitor| monitor.id == asked.monitor.id)
        };
        let is_first = self.screens.iter().position(|other| is_on(&other.monitor)) == Some(screen);
        let is_free = self.screens.get(screen)?.pattern.is_none() && !self.calibrates(screen);
        (is_first && is_free).then_some(asked)
    }
}

/// What everybody can do comes first, and the look of every day before all.
fn rank(act: Option<Act>) -> u8 {
    match act {
        Some(Act::VisualCheck) => 0,
        Some(Act::AmbientTest) => 1,
        Some(Act::RoomLight | Act::ImageQuality) => 2,
        None => 3,
    }
}
