//! Panels and the program.

use std::path::PathBuf;

use crate::command::{
    AppCommand, Command, CommandError, Export, ExportTarget, PanelName, ScrollTarget, StudyCommand,
    SupportCommand, ToolName, ViewCommand,
};
use crate::study::Library;
use crate::units::Phi;
use crate::volume::{Transfer, levels};

use super::super::effect::Effect;
use super::super::panel::Panel;
use super::super::priors::PriorLine;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Source;

impl Session {
    pub(super) fn apply_app(&mut self, command: &AppCommand, library: &Library) -> Vec<Effect> {
        match command {
            AppCommand::Panel(name) => {
                let is_open = self.panel.as_ref().is_some_and(|panel| panel.name == *name);
                let chosen = match name {
                    PanelName::Series => self.place_in_strip(library),
                    PanelName::States => self.place_shown_by(library),
                    PanelName::Users => self.place_of_reader(),
                    _ => 0,
                };
                let at = self.pointer_for_menu().filter(|_| *name == PanelName::Menu);
                let fresh = Panel { name: *name, text: Phi::default(), chosen, at };
                if is_open {
                    self.close_panel();
                } else {
                    self.open_panel(fresh);
                }
                self.seen.stopped = None;
                self.end_gesture();
                match name {
                    PanelName::Users if !is_open => return vec![Effect::FindUsers],
                    PanelName::About if !is_open => return vec![Effect::TellAbout],
                    _ => {}
                }
            }
            AppCommand::Type(text) => {
                if self.panel.is_none() && self.studies.is_open {
                    self.studies.filter(text);
                } else if self.panel.is_none() && self.types_readings() {
                    if let Some(running) = &mut self.calibrating.running {
                        running.typed = text.clone();
                    }
                } else if let Some(panel) = &mut self.panel {
                    let is_number = panel.name == PanelName::Jump;
                    panel.text = if is_number { digits(text.reveal()) } else { text.clone() };
                    panel.chosen = 0;
                }
            }
            AppCommand::Begin(text) => self.begin_command(text),
            AppCommand::Choose(steps) => self.choose(*steps, library),
            AppCommand::Accept => {
                let effects = self.accept(library);
                if self.panel.is_none() {
                    self.panel = self.beneath.take();
                }
                return effects;
            }
            AppCommand::Set(key, value) => return vec![Effect::SaveSetting(key.clone(), value.clone())],
            AppCommand::Macro(name) => return self.run_macro(name),
            AppCommand::Reload => return vec![Effect::Reload],
            AppCommand::User(reader) => {
                self.end_gesture();
                return vec![Effect::SwitchUser(reader.clone())];
            }
            AppCommand::Export(export) => return self.export(export),
            AppCommand::Cancel if self.panel.is_none() && self.studies.is_open => {
                return self.leave_studies();
            }
            AppCommand::Cancel if self.panel.is_none() && self.cancels_calibration() => {
                return self.cancel_calibration();
            }
            AppCommand::Cancel => {
                let has_ended = self.end_gesture()
                    || self.close_panel()
                    || self.draft.take().is_some()
                    || self.cancel_path()
                    || self.shared_point.take().is_some()
                    || std::mem::take(&mut self.tool) != ToolName::Scroll;
                if !has_ended && self.exporting.is_some() {
                    return vec![Effect::CancelExport];
                }
                if !has_ended && self.indexing.runs > 0 {
                    let mut effects = self.cancel_retrievals();
                    effects.push(Effect::CancelIndex);
                    return effects;
                }
            }
            AppCommand::Quit => return vec![Effect::Quit],
        }
        Vec::new()
    }

    /// Ends a drag; a mark in the hand goes back to where it was. Whether there was one.
    pub(in super::super) fn end_gesture(&mut self) -> bool {
        let had_outline = self.outline.take().is_some();
        let Some(gesture) = self.gesture.take() else { return had_outline };
        if let Some(held) = gesture.mark {
            self.marks.replace(&held.place, held.before);
        }
        self.give_path_back(gesture.path_point);
        self.draft = None;
        true
    }

    /// Each command of a macro by itself: in the journal, and to be taken back.
    fn run_macro(&mut self, name: &str) -> Vec<Effect> {
        if let Some(commands) = self.settings.macros.get(name) {
            return commands.iter().cloned().map(Effect::Run).collect();
        }
        self.tell(
            MessageKind::Note,
            format!("There is no macro '{name}': keymap.toml has them in [macros]."),
        );
        Vec::new()
    }

    fn export(&mut self, export: &Export) -> Vec<Effect> {
        let is_empty = self.focused_viewport().is_none_or(|viewport| viewport.source.is_none());
        if is_empty {
            self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
            return Vec::new();
        }
        if export.frames.is_some() && self.focused_viewport().is_none_or(|shown| shown.rendering.is_none()) {
            self.tell_no_rendering();
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

    /// The place of the one who reads in the panel of users, from 0.
    fn place_of_reader(&self) -> usize {
        self.users.iter().position(|user| user.reader == self.reader).unwrap_or(0)
    }

    fn choose(&mut self, steps: i32, library: &Library) {
        let choices = match self.panel.as_ref().map(|panel| panel.name) {
            Some(PanelName::Series) => library.display_sets().count(),
            Some(PanelName::Settings) => self.setting_lines.len(),
            Some(PanelName::Recent) => self.recent.len(),
            Some(PanelName::Menu) => self.menu_lines(library).len(),
            Some(PanelName::States) => self.shown_by_lines(library).len(),
            Some(PanelName::Priors) => self.prior_lines(library).count(),
            Some(PanelName::Hanging) => self.hanging_lines(library).len(),
            Some(PanelName::Unseen) => self.unseen_lines(library).len(),
            Some(PanelName::Users) => self.users.len(),
            Some(PanelName::Resume) => self.resume_lines().len(),
            Some(PanelName::Bundle) => self.bundle.as_ref().map_or(0, Vec::len),
            Some(PanelName::Transfer) => {
                self.edited_transfer().map_or(0, |transfer| transfer.opacity.len() + transfer.color.len())
            }
            _ => self.palette_choices().len(),
        };
        let last = choices.saturating_sub(1);
        if let Some(panel) = &mut self.panel {
            let steps = isize::try_from(steps).unwrap_or_default();
            panel.chosen = panel.chosen.min(last).saturating_add_signed(steps).min(last);
        }
    }

    fn accept(&mut self, library: &Library) -> Vec<Effect> {
        let choices = self.palette_choices();
        let menu = self.menu_lines(library);
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
            PanelName::Settings => {
                let line = self.setting_lines.get(panel.chosen);
                let next = line.and_then(|line| Some((line.key, line.next.clone()?)));
                // Open still: the reader sees what it does.
                self.panel = Some(panel);
                let set = |(key, next): (&str, String)| AppCommand::Set(key.to_owned(), next);
                next.map(|next| Effect::Run(Command::App(set(next)))).into_iter().collect()
            }
            PanelName::Recent => {
                let path = self.recent.get(panel.chosen).map(|study| study.path.clone());
                path.map(|path| Effect::Run(Command::Study(StudyCommand::Open(path)))).into_iter().collect()
            }
            PanelName::States => {
                let line = self.shown_by_lines(library).into_iter().nth(panel.chosen);
                let commands = line.map(|line| line.commands).unwrap_or_default();
                commands.into_iter().map(Effect::Run).collect()
            }
            PanelName::Hanging => {
                let line = self.hanging_lines(library).into_iter().nth(panel.chosen);
                let command = line.and_then(|line| line.command);
                if command.is_none() {
                    self.panel = Some(panel);
                }
                command.map(|command| Effect::Run(Command::Protocol(command))).into_iter().collect()
            }
            PanelName::Priors => {
                let line = self.prior_lines(library).nth(panel.chosen);
                let command = line.as_ref().and_then(PriorLine::command);
                if command.is_none() {
                    self.panel = Some(panel);
                }
                command.map(|command| Effect::Run(Command::Prior(command))).into_iter().collect()
            }
            PanelName::Unseen => self.accept_unseen(panel.chosen, library),
            PanelName::Users => {
                let reader = self.users.get(panel.chosen).map(|user| user.reader.clone());
                let switch = reader.map(|reader| Command::App(AppCommand::User(reader)));
                switch.map(Effect::Run).into_iter().collect()
            }
            PanelName::Resume => {
                let line = self.resume_lines().into_iter().nth(panel.chosen);
                line.map(|line| Effect::Run(Command::Drafts(line.command))).into_iter().collect()
            }
            PanelName::Series => vec![Effect::Run(Command::Study(StudyCommand::Hang(panel.chosen + 1)))],
            PanelName::About => {
                // Open still: the reader may want the bundle, too.
                self.panel = Some(panel);
                vec![Effect::Run(Command::Support(SupportCommand::Copy))]
            }
            PanelName::Bundle if self.bundle.is_none() => {
                self.panel = Some(panel);
                Vec::new()
            }
            PanelName::Bundle => {
                vec![Effect::Run(Command::Support(SupportCommand::Save(ExportTarget::Dialog)))]
            }
            PanelName::Jump => self.jump(panel, library),
            PanelName::Menu => {
                // It means the image that it was opened on, wherever the pointer went since.
                self.pointer = panel.at.or(self.pointer);
                let line = menu.into_iter().nth(panel.chosen);
                line.map(|line| Effect::Run(line.command)).into_iter().collect()
            }
            PanelName::Transfer => self.type_point(panel),
            PanelName::Keys | PanelName::Messages | PanelName::Badges => Vec::new(),
        }
    }

    /// Begins the command that the chosen point of a transfer function is as it is, to be changed by typing.
    fn type_point(&mut self, panel: Panel) -> Vec<Effect> {
        let text = self.edited_transfer().and_then(|transfer| typed_point(transfer, panel.chosen));
        self.panel = Some(panel);
        text.map(|text| Effect::Run(Command::App(AppCommand::Begin(text)))).into_iter().collect()
    }

    /// To the image whose number was typed; the field stays open where there is none.
    fn jump(&mut self, panel: Panel, library: &Library) -> Vec<Effect> {
        let of_volume = self.focused_viewport().and_then(|viewport| viewport.of_volume(library));
        let of_series = || {
            let set = self.shown(library).map(|(set, _)| set);
            self.focused_viewport().zip(set).map_or(0, |(shown, set)| shown.count_of(set.images.len()))
        };
        let images = of_volume.map_or_else(of_series, |(view, volume)| view.place(&volume).1);
        let number = panel.text.reveal().parse().unwrap_or_default();
        if (1..=images).contains(&number) {
            return vec![Effect::Run(Command::View(ViewCommand::Scroll(ScrollTarget::To(number))))];
        }
        let why = match images {
            0 => "Nothing hangs in this viewport.".to_owned(),
            _ if panel.text.reveal().is_empty() => "Type the number of an image.".to_owned(),
            1 => "There is 1 image.".to_owned(),
            _ => format!("There are {images} images."),
        };
        self.tell(MessageKind::Note, why);
        self.panel = Some(panel);
        Vec::new()
    }
}

/// The command that leaves a point of a transfer function as it is.
fn typed_point(transfer: &Transfer, chosen: usize) -> Option<String> {
    let count = transfer.opacity.len();
    let chosen = chosen.min((count + transfer.color.len()).saturating_sub(1));
    if let Some([value, opacity]) = transfer.opacity.get(chosen) {
        return Some(format!("transfer point {} {value} {opacity}", chosen + 1));
    }
    let number = chosen.checked_sub(count)?;
    let [value, color @ ..] = transfer.color.get(number)?;
    let [red, green, blue] = levels(*color);
    Some(format!("transfer color {} {value} {red},{green},{blue}", number + 1))
}

/// What counts in the number of an image.
fn digits(typed: &str) -> Phi<String> {
    const DIGITS_MAX: usize = 9;
    Phi::new(typed.chars().filter(char::is_ascii_digit).take(DIGITS_MAX).collect())
}
