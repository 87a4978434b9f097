//! Panels and the program.

use std::path::PathBuf;

use crate::command::{
    AppCommand, Command, CommandError, Export, PanelName, ScrollTarget, StudyCommand, ViewCommand,
};
use crate::study::Library;
use crate::units::Phi;

use super::super::effect::Effect;
use super::super::panel::Panel;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Source;

impl Session {
    pub(super) fn apply_app(&mut self, command: &AppCommand, library: &Library) -> Vec<Effect> {
        match command {
            AppCommand::Panel(name) => {
                let is_open = self.panel.as_ref().is_some_and(|panel| panel.name == *name);
                let chosen = if *name == PanelName::Series { self.place_in_strip(library) } else { 0 };
                let fresh = Panel { name: *name, text: Phi::default(), chosen };
                self.panel = (!is_open).then_some(fresh);
                self.gesture = None;
            }
            AppCommand::Type(text) => {
                if let Some(panel) = &mut self.panel {
                    panel.text = text.clone();
                    panel.chosen = 0;
                }
            }
            AppCommand::Choose(steps) => self.choose(*steps, library),
            AppCommand::Accept => return self.accept(),
            AppCommand::Set(key, value) => return vec![Effect::SaveSetting(key.clone(), value.clone())],
            AppCommand::Reload => return vec![Effect::Reload],
            AppCommand::Export(export) => return self.export(export),
            AppCommand::Cancel => {
                let has_ended = self.end_gesture()
                    || self.panel.take().is_some()
                    || self.draft.take().is_some()
                    || self.shared_point.take().is_some();
                if !has_ended && self.indexing.runs > 0 {
                    return vec![Effect::CancelIndex];
                }
            }
            AppCommand::Quit => return vec![Effect::Quit],
        }
        Vec::new()
    }

    /// Ends a drag; a mark in the hand goes back to where it was. Whether there was one.
    fn end_gesture(&mut self) -> bool {
        let Some(gesture) = self.gesture.take() else { return false };
        if let Some(held) = gesture.mark {
            self.marks.replace(&held.key, held.before);
        }
        self.draft = None;
        true
    }

    fn export(&mut self, export: &Export) -> Vec<Effect> {
        let is_empty = self.focused_viewport().is_none_or(|viewport| viewport.source.is_none());
        if is_empty {
            self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
            return Vec::new();
        }
        vec![Effect::Export(export.clone())]
    }

    /// The place in the strip of what the focused viewport shows, from 0.
    fn place_in_strip(&self, library: &Library) -> usize {
        let shown = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let is_shown =
            |source: &Source| library.display_sets().position(|(.., set)| set.id == source.display_set);
        shown.and_then(is_shown).unwrap_or(0)
    }

    fn choose(&mut self, steps: i32, library: &Library) {
        let choices =
            if self.is_in_strip() { library.display_sets().count() } else { self.palette_choices().len() };
        let last = choices.saturating_sub(1);
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
            PanelName::Series => vec![Effect::Run(Command::Study(StudyCommand::Hang(panel.chosen + 1)))],
            PanelName::Jump => match panel.text.reveal().trim().parse() {
                Ok(number) if number > 0 => {
                    vec![Effect::Run(Command::View(ViewCommand::Scroll(ScrollTarget::To(number))))]
                }
                _ => {
                    self.tell(MessageKind::Note, "The number of an image is a whole number from 1.");
                    self.panel = Some(panel);
                    Vec::new()
                }
            },
            PanelName::Keys
            | PanelName::Messages
            | PanelName::Badges
            | PanelName::Menu
            | PanelName::Settings
            | PanelName::Recent => Vec::new(),
        }
    }
}
