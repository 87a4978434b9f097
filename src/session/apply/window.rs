//! Windowing.

use crate::command::WindowCommand;
use crate::grayscale::{Window, WindowPreset};
use crate::study::Library;

use super::super::state::{MessageKind, Session};
use super::super::viewport::VoiChoice;

impl Session {
    pub(super) fn apply_window(&mut self, command: &WindowCommand, library: &Library) {
        let Some((_, image)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        if *command != WindowCommand::Invert && self.tell_if_color(library) {
            return;
        }
        let modality = &image.instance.series.modality;
        let presets = &self.settings.presets;
        let choice = match command {
            WindowCommand::Preset(name) => {
                let Some(preset) = presets.named(modality, name) else {
                    let text = format!("There is no window preset '{name}' for {modality}.");
                    return self.tell(MessageKind::Note, text);
                };
                preset_choice(preset)
            }
            WindowCommand::Slot(place) => match presets.of(modality).get(place - 1) {
                Some(preset) => preset_choice(preset),
                // A modality without presets has the image's own windows on the digits.
                None if presets.of(modality).is_empty() => VoiChoice::Own(place - 1),
                None => {
                    return self.tell(MessageKind::Note, format!("{modality} has no window preset {place}."));
                }
            },
            WindowCommand::Own(place) => VoiChoice::Own(place - 1),
            WindowCommand::Set { center, width } => match Window::new(*center, *width) {
                Ok(window) => VoiChoice::Hand(window),
                Err(why) => return self.tell(MessageKind::Note, why.to_string()),
            },
            WindowCommand::Invert => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.is_inverted = !viewport.look.is_inverted;
                }
                return;
            }
        };
        if matches!(choice, VoiChoice::Own(place) if place > 0 && place >= image.own_windows().count()) {
            return self.tell(MessageKind::Note, "The image has no such window of its own.");
        }
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.look.voi = choice;
        }
    }
}

fn preset_choice(preset: &WindowPreset) -> VoiChoice {
    VoiChoice::Preset { name: preset.name.clone(), window: preset.window }
}
