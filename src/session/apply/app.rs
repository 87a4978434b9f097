//! Panels and the program.

use std::path::PathBuf;

use crate::command::{AppCommand, Command, CommandError, PanelName, StudyCommand};
use crate::units::Phi;

use super::super::effect::Effect;
use super::super::panel::Panel;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_app(&mut self, command: &AppCommand) -> Vec<Effect> {
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
            AppCommand::Accept => return self.accept(),
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

    fn accept(&mut self) -> Vec<Effect> {
        let choices = self.palette_choices();
        let Some(panel) = self.panel.take() else { return Vec::new() };
        match panel.name {
            PanelName::Palette => {
                let chosen = choices.get(panel.chosen).map(|choice| choice.command.as_str());
                let command = Command::parse(chosen.unwrap_or_else(|| panel.text.reveal()));
                match command {
                    Ok(command) => vec![Effect::Run(command)],
                    Err(why) => {
                        // Not the typed text itself: it may be a path that names the patient.
                        let text = match why {
                            CommandError::Arguments { usage, .. } => format!("The command is {usage}."),
                            CommandError::Empty | CommandError::Unknown { .. } => {
                                "No command is called that.".to_owned()
                            }
                        };
                        self.tell(MessageKind::Note, text);
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
                let path = Phi::new(PathBuf::from(path));
                vec![Effect::Run(Command::Study(StudyCommand::Open(path)))]
            }
            PanelName::Keys | PanelName::Messages => Vec::new(),
        }
    }
}
