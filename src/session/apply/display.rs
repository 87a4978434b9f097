//! How panels are driven.

use crate::command::DisplayCommand;

use super::super::state::Session;

impl Session {
    pub(super) fn apply_display(&mut self, command: DisplayCommand) {
        let DisplayCommand::Dither(switch) = command;
        if let Some(screen) = self.focused_screen_mut() {
            screen.is_dithered = switch.applied_to(screen.is_dithered);
        }
    }
}
