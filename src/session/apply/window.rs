//! Windowing.

use crate::command::{PaddingView, WindowCommand};
use crate::grayscale::{VoiFunction, Window, WindowError};
use crate::study::{FrameState, Image, Library};

use super::super::state::{MessageKind, Session};
use super::super::viewport::{VoiChoice, fitting_window};

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
                preset.into()
            }
            WindowCommand::Slot(place) => match presets.of(modality).get(place - 1) {
                Some(preset) => preset.into(),
                // A modality without presets has the image's own windows on the digits.
                None if presets.of(modality).is_empty() => VoiChoice::Own(place - 1),
                None => {
                    return self.tell(MessageKind::Note, format!("{modality} has no window preset {place}."));
                }
            },
            WindowCommand::Own(place) => VoiChoice::Own(place - 1),
            WindowCommand::Auto => {
                let key = self.focused_viewport().map(|viewport| viewport.presented.key(image, library));
                let frame = key.and_then(|key| library.frame(&key)).and_then(FrameState::ready);
                let Some(window) = frame.and_then(|frame| fitting_window(image, frame)) else {
                    return self.tell(MessageKind::Note, "The pixels of this image are not here yet.");
                };
                VoiChoice::Preset { name: "auto".to_owned(), window }
            }
            WindowCommand::Set { center, width } => match set_window(*center, *width, image) {
                Ok(window) => VoiChoice::Hand(window),
                Err(why) => return self.tell(MessageKind::Note, why.to_string()),
            },
            WindowCommand::Palette(name) => return self.choose_palette(name.as_deref()),
            WindowCommand::Invert => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.is_inverted = !viewport.look.is_inverted;
                }
                return;
            }
            WindowCommand::Padding(view) => {
                if image.attributes().gray.padding.is_none() {
                    return self.tell(MessageKind::Note, "This image states no padding.");
                }
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.shows_padding = match view {
                        PaddingView::Show => true,
                        PaddingView::Black => false,
                        PaddingView::Toggle => !viewport.look.shows_padding,
                    };
                }
                return;
            }
        };
        if matches!(choice, VoiChoice::Own(place) if place > 0 && place >= image.own_voi().count()) {
            return self.tell(MessageKind::Note, "The image has no such window of its own.");
        }
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.look.voi = choice;
        }
    }

    fn choose_palette(&mut self, name: Option<&str>) {
        let palette = name.map(|name| self.settings.palettes.named(name).cloned().ok_or(name)).transpose();
        match palette {
            Ok(palette) => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.look.palette = palette;
                }
            }
            Err(name) => self.tell_of_palettes(name),
        }
    }

    /// Tells which palettes there are, where one is asked for that is not among them.
    pub(super) fn tell_of_palettes(&mut self, name: &str) {
        let all = self.settings.palettes.all().iter();
        let names: Vec<&str> = all.map(|palette| palette.name()).collect();
        let text = format!("There is no palette '{name}'; there are {}.", names.join(", "));
        self.tell(MessageKind::Note, text);
    }
}

/// A window of the reader's own numbers: of real values without half steps, so that it may be narrower than 1.
pub(super) fn set_window(center: f64, width: f64, image: &Image) -> Result<Window, WindowError> {
    let is_real = image.instance.pixels.is_float || image.instance.pixels.bits_allocated > 16;
    let function = if is_real { VoiFunction::LinearExact } else { VoiFunction::Linear };
    Window::with_function(center, width, function)
}
