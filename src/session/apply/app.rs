//! Panels and the program.

use std::path::PathBuf;

use crate::command::{AppCommand, Command, PanelName};
use crate::study::Library;
use crate::units::Phi;

use super::super::effect::Effect;
use super::super::panel::Panel;
use super::super::state::Session;

impl Session {
    pub(super) fn apply_app(&mut self, command: &AppCommand, library: &Library) -> Vec<Effect> {
        match command {
            AppCommand::Panel(name) => {
                let is_open = self.panel.as_ref().is_some_and(|panel| panel.name == *name);
                let fresh = Panel { name: *name, text: Phi::default(), chosen: 0 };
                self.panel = (!is_open).then_some(fresh);
                self.gesture = None;
            }
            AppCommand::Type(text) => {
                if let Some(panel) = &mut self.panel {
                    panel.text = text.clone();
                    panel.chosen = 0;
                }
            }
            AppCommand::Choose(steps) => self.choose(*steps),
            AppCommand::Accept => return self.accept(library),
            AppCommand::Cancel => {
                if self.gesture.take().is_none() {
                    self.panel = None;
                }
            }
            AppCommand::Quit => return vec![Effect::Quit],
        }
        Vec::new()
    }

    fn choose(&mut self, steps: i32) {
        let last = self.palette_choices().len().saturating_sub(1);
        if let Some(panel) = &mut self.panel {
            let steps = isize::try_from(steps).unwrap_or_default();
            panel.chosen = panel.chosen.saturating_add_signed(steps).min(last);
        }
    }

    fn accept(&mut self, library: &Library) -> Vec<Effect> {
        let choices = self.palette_choices();
        let Some(panel) = self.panel.take() else { return Vec::new() };
        match panel.name {
            PanelName::Palette => {
                let chosen = choices.get(panel.chosen);
                // Typing a whole command works too.
                let text = chosen.map_or(panel.text.reveal().as_str(), |choice| choice.command.as_str());
                match Command::parse(text) {
                    Ok(command) => self.apply(&command, library),
                    Err(_not_a_command) => {
                        self.panel = Some(panel);
                        Vec::new()
                    }
                }
            }
            PanelName::Open => {
                let path = panel.text.reveal().trim();
                if path.is_empty() {
                    return Vec::new();
                }
                self.index(vec![Phi::new(PathBuf::from(path))])
            }
            PanelName::Keys | PanelName::Messages => Vec::new(),
        }
    }
}
