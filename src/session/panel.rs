//! The panel over the images: palette, key sheet, messages, path field.

use crate::command::{Command, PanelName, catalogue, form_begun_by};
use crate::units::Phi;

use super::state::{PointerAt, Session};

/// An open panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Which.
    pub name: PanelName,
    /// What was typed. In the path field it may name the patient, so it is not logged.
    pub text: Phi<String>,
    /// The chosen line, from 0.
    pub chosen: usize,
    /// Where in the focused viewport the menu was opened; nowhere by a key with the pointer elsewhere.
    pub at: Option<PointerAt>,
}

/// A line that the palette offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The reader's words.
    pub title: String,
    /// The command's text form.
    pub command: String,
}

impl Session {
    /// Whether a window, by its index, shows the strip of series: always, or as long as keys go there.
    pub fn shows_strip(&self, screen: usize) -> bool {
        let has_keys = self.focus.screen == screen && self.is_in_strip();
        has_keys || self.screens.get(screen).is_some_and(|screen| screen.has_strip && screen.has_chrome)
    }

    /// Whether a window, by its index, shows the panel of the transfer function beside its images.
    pub fn shows_transfer(&self, screen: usize) -> bool {
        self.focus.screen == screen && !self.hides_images(screen) && self.edits_transfer()
    }

    /// Whether the panel of the transfer function is open, with another one over the images or none.
    pub(super) fn edits_transfer(&self) -> bool {
        self.panel.as_ref().is_some_and(|panel| panel.name == PanelName::Transfer || self.beneath.is_some())
    }

    /// Whether keys go to the open panel. The one that stands beside the images has them where there is a rendering to change, and
    /// leaves them to the images elsewhere.
    pub fn panel_has_keys(&self) -> bool {
        let is_beside = |panel: &Panel| panel.name == PanelName::Transfer;
        self.panel.as_ref().is_some_and(|panel| !is_beside(panel) || self.edited_transfer().is_some())
    }

    /// Where something stands in place of the images, no panel stands beside them.
    pub(super) fn close_beside(&mut self) {
        self.beneath = None;
        self.panel = self.panel.take().filter(|panel| panel.name != PanelName::Transfer);
    }

    /// Opens a panel; the one that stands beside the images comes back after it.
    pub(super) fn open_panel(&mut self, panel: Panel) {
        let beneath = match self.panel.take() {
            Some(open) if open.name == PanelName::Transfer => Some(open),
            Some(_) => self.beneath.take(),
            None => None,
        };
        self.beneath = beneath.filter(|beneath| beneath.name != panel.name);
        self.panel = Some(panel);
    }

    /// Opens the palette with a command that is begun, to be typed to its end.
    pub(super) fn begin_command(&mut self, begun: &str) {
        let text = Phi::new(format!("{begun} "));
        self.open_panel(Panel { name: PanelName::Palette, text, chosen: 0, at: None });
        self.end_gesture();
    }

    /// Closes the open panel; whether there was one.
    pub(super) fn close_panel(&mut self) -> bool {
        let was_open = self.panel.take().is_some();
        self.panel = self.beneath.take().filter(|_| was_open);
        was_open
    }

    /// Closes a panel, if it is the open one.
    pub(super) fn close_panel_named(&mut self, name: PanelName) {
        if self.panel.as_ref().is_some_and(|panel| panel.name == name) {
            self.close_panel();
        }
    }

    /// The chosen point of the panel of the transfer function, from 0: the points of the opacity first.
    pub fn chosen_point(&self) -> Option<usize> {
        let mut panels = [self.panel.as_ref(), self.beneath.as_ref()].into_iter().flatten();
        panels.find(|panel| panel.name == PanelName::Transfer).map(|panel| panel.chosen)
    }

    /// Whether keys go to the strip of series.
    pub fn is_in_strip(&self) -> bool {
        self.panel.as_ref().is_some_and(|panel| panel.name == PanelName::Series)
    }

    /// The form of the command that what was typed in the palette begins.
    pub fn palette_form(&self) -> Option<String> {
        let panel = self.panel.as_ref().filter(|panel| panel.name == PanelName::Palette)?;
        form_begun_by(panel.text.reveal())
    }

    /// What the palette offers for what was typed: every word must occur in the title or the command.
    pub fn palette_choices(&self) -> Vec<Choice> {
        let Some(panel) = self.panel.as_ref().filter(|panel| panel.name == PanelName::Palette) else {
            return Vec::new();
        };
        let typed = panel.text.reveal().to_lowercase();
        let presets = self.settings.presets.names().into_iter().map(|name| Choice {
            title: format!("Window preset {name}"),
            command: format!("window preset {name}"),
        });
        let macros = self
            .settings
            .macros
            .keys()
            .map(|name| Choice { title: format!("Macro {name}"), command: format!("macro {name}") });
        let readers = self.users.iter().filter(|user| user.reader != self.reader).map(|user| Choice {
            title: format!("{} reads", user.reader.title()),
            command: format!("user {}", user.reader),
        });
        let offers = catalogue()
            .iter()
            .flat_map(|entry| entry.offers)
            .map(|offer| Choice { title: offer.title.to_owned(), command: offer.text.to_owned() });
        let mut choices: Vec<Choice> = offers
            .chain(presets)
            .chain(macros)
            .chain(readers)
            .filter(|choice| {
                let text = format!("{} {}", choice.title.to_lowercase(), choice.command);
                typed.split_whitespace().all(|word| text.contains(word))
            })
            .collect();
        // What begins with the typed text comes first; otherwise the catalogue's order stays.
        choices.sort_by_key(|choice| !choice.title.to_lowercase().starts_with(typed.trim()));
        // A whole command that was typed is meant as it is.
        let whole = panel.text.reveal().trim();
        if Command::parse(whole).is_ok() {
            choices.retain(|choice| choice.command != whole);
            choices.insert(0, Choice { title: whole.to_owned(), command: whole.to_owned() });
        }
        choices
    }
}
