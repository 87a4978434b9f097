//! What is done about a check that is due.

use crate::calibration::pattern::Pattern;
use crate::calibration::{Act, SignalPath};
use crate::command::CalibrationTab;

use super::super::calibrating::ShownPattern;
use super::super::effect::Effect;
use super::super::state::{MessageKind, Session};

const WHO_LOOKS: &str = "Say who looks, and go on: `calibration due`.";

impl Session {
    /// Opens the physicist's mode at the check that is due on the monitor under the window in focus, or else under the first window
    /// where one is; where none is asked for, at the schedule.
    pub(super) fn do_what_is_due(&mut self) -> Vec<Effect> {
        if self.tells_under_way() {
            return Vec::new();
        }
        let mut screens = std::iter::once(self.focus.screen).chain(0..self.screens.len());
        let screen = screens.find(|screen| self.due_under(*screen).is_some());
        if let Some(screen) = screen.filter(|screen| *screen != self.focus.screen) {
            self.focus_screen(screen);
        }
        let act = self.due_under(self.focus.screen).map(|due| due.line.act);
        let mut effects = self.open_calibration();
        effects.extend(self.show_tab(match act {
            Some(None | Some(Act::AmbientTest)) => CalibrationTab::Measure,
            _ => CalibrationTab::Schedule,
        }));
        let is_by_eye = matches!(act, Some(Some(Act::VisualCheck | Act::ImageQuality | Act::AmbientTest)));
        if is_by_eye && self.calibrating.operator.is_empty() {
            if let Some(name) = self.reader.name() {
                name.clone_into(&mut self.calibrating.operator);
            } else {
                self.begin_command("calibration operator");
                self.tell(MessageKind::Note, WHO_LOOKS);
                return effects;
            }
        }
        match act.flatten() {
            Some(look @ (Act::VisualCheck | Act::ImageQuality)) => {
                let pattern = if look == Act::ImageQuality { Pattern::Oiq } else { Pattern::Sqc };
                let pattern = ShownPattern::of(pattern, SignalPath::Through);
                if let Some(screen) = self.focused_screen_mut() {
                    screen.pattern = Some(pattern);
                }
            }
            // It opens the mode too, which asks the same of the world.
            Some(Act::AmbientTest) => return self.begin_ambient_test(),
            _ => {}
        }
        effects
    }

    /// Puts off what is asked until the next start.
    pub(super) fn put_off_due(&mut self) {
        self.calibrating.asked.clear();
    }
}
