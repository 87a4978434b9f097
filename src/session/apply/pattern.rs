//! Test patterns.

use crate::calibration::pattern::Pattern;
use crate::command::{Next, PatternCommand};

use super::super::calibrating::ShownPattern;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_pattern(&mut self, command: &PatternCommand) {
        if self.tells_under_way() {
            return;
        }
        let path = self.calibrating.path;
        let name = match command {
            PatternCommand::Off => None,
            PatternCommand::Show(name) => match Pattern::parse(name) {
                Ok(pattern) => Some(pattern.name()),
                Err(why) => return self.tell(MessageKind::Note, format!("{why}.")),
            },
            PatternCommand::Step(next) => {
                let names = Pattern::PAGES.map(Pattern::name);
                let shown = self.focused_screen().and_then(|screen| screen.pattern.as_ref());
                let at = shown.and_then(|shown| names.iter().position(|name| *name == shown.name));
                let at = match (at, next) {
                    (None, _) => 0,
                    (Some(at), Next::Previous) => at + names.len() - 1,
                    (Some(at), _) => at + 1,
                };
                names.get(at % names.len().max(1)).cloned()
            }
        };
        if let Some(screen) = self.focused_screen_mut() {
            screen.pattern = name.map(|name| ShownPattern { name, path });
        }
    }
}
