//! A reader's command becomes state: one match; the nouns have their files.

mod app;
mod cine;
mod display;
mod drafts;
mod key_image;
mod layout;
mod mark;
mod mask;
mod overlay;
mod presentation;
mod study;
mod tool;
mod view;
mod window;

pub(super) use mark::MARKS_MAX;

use crate::command::{Command, PresentationCommand};
use crate::study::{DisplaySet, Image, Library};

use super::effect::Effect;
use super::history::Shown;
use super::presented::{Applied, Framing};
use super::state::{MessageKind, Session};
use super::viewport::Viewport;

impl Session {
    /// Carries out a command. Total: it cannot fail, though it may explain in a message.
    pub fn apply(&mut self, command: &Command, library: &Library) -> Vec<Effect> {
        // The reader has gone on; what this command has to tell comes after.
        self.has_news &= command.is_fleeting();
        let before = self.shown_now();
        match command {
            Command::View(command) => self.apply_view(*command, library),
            Command::Window(command) => self.apply_window(command, library),
            Command::Cine(command) => self.apply_cine(*command, library),
            Command::Layout(command) => self.apply_layout(*command, library),
            Command::Tool(command) => self.apply_tool(*command, library),
            Command::Overlay(command) => self.apply_overlay(*command, library),
            Command::Presentation(PresentationCommand::Save(label)) => {
                return vec![Effect::SavePresentation(label.clone())];
            }
            Command::Mask(command) => self.apply_mask(*command, library),
            Command::KeyImage(command) => return self.apply_key_image(*command, library),
            Command::Drafts(command) => return self.apply_drafts(*command, library),
            Command::Presentation(command) => self.apply_presentation(command, library),
            Command::Display(command) => self.apply_display(*command),
            Command::Link(command) => self.apply_link(*command, library),
            Command::Edit(command) => self.apply_edit(*command, library),
            Command::Study(command) => {
                let effects = self.apply_study(command, library);
                self.note_seen();
                return effects;
            }
            Command::App(command) => return self.apply_app(command, library),
        }
        if !matches!(command, Command::Edit(_)) {
            self.note_shown(before.as_ref(), command);
        }
        let presented = |shown: &Shown| shown.presented.clone();
        if before.as_ref().map(presented) != self.shown_now().as_ref().map(presented) {
            self.count_marks_again(library);
        }
        self.follow(before.as_ref(), library);
        self.note_seen();
        Vec::new()
    }

    /// Whether the focused viewport shows colour, which no window applies to: then the reader is told.
    fn tell_if_color(&mut self, library: &Library) -> bool {
        let is_color = self.shown(library).is_some_and(|(_, image)| image.instance.pixels.is_color());
        if is_color {
            self.tell(MessageKind::Note, "A colour image has no window.");
        }
        is_color
    }

    /// The presentation state of an image in a viewport, as it applies.
    pub fn applied<'a>(&self, viewport: &Viewport, image: &Image, library: &'a Library) -> Applied<'a> {
        viewport.applied(image, library, self.settings.pixel_mm)
    }

    /// What of an image the focused viewport frames.
    fn framing(&self, image: &Image, library: &Library) -> Option<Framing> {
        Some(self.applied(self.focused_viewport()?, image, library).framing(image))
    }

    /// The display set and the image that the focused viewport shows.
    pub(super) fn shown<'a>(&self, library: &'a Library) -> Option<(&'a DisplaySet, &'a Image)> {
        let source = self.focused_viewport()?.source.as_ref()?;
        let (_, _, set) = library.find(&source.display_set)?;
        Some((set, set.images.get(source.index)?))
    }
}
