//! A reader's command becomes state: one match; the nouns have their files.

mod ambient_test;
mod app;
mod calibration;
mod cine;
mod clip;
mod curve;
mod display;
mod drafts;
mod due;
mod fusion;
mod imported;
mod key_image;
mod layout;
mod mark;
mod mask;
mod measured;
mod overlay;
mod pattern;
mod presentation;
mod protocol;
mod section;
mod studies;
mod study;
mod support;
mod tool;
mod transfer;
mod view;
mod volume;
mod window;

pub(super) use curve::HeldPoint;
pub(super) use mark::MARKS_MAX;

use crate::command::{
    Command, Filter, Grid, LayoutCommand, OverlayCommand, ScreenCommand, StudyCommand, ViewCommand,
    WindowCommand,
};
use crate::command::{CurveCommand, EditCommand, PresentationCommand, SectionCommand};
use crate::study::{DisplaySet, Image, Library};

use super::effect::Effect;
use super::history::Shown;
use super::presented::{Applied, Framing};
use super::screen::Screen;
use super::state::{MessageKind, Session};
use super::viewport::Viewport;

/// A picture along the path is true along the path alone.
const NO_MARKS_ALONG: &str =
    "Nothing is measured on a picture along a path: lengths are true along the path, and not elsewhere.";

impl Session {
    /// Carries out a command. Total: it cannot fail, though it may explain in a message.
    pub fn apply(&mut self, command: &Command, library: &Library) -> Vec<Effect> {
        let focused = self.focus.screen;
        let mut effects = self.obey(command, library);
        effects.extend(self.follow_bench(focused));
        self.keep_curtains(library);
        // No other command makes a key image or none of an image, or has another state, and these come by the hundred.
        if !matches!(command, Command::View(_) | Command::Tool(_)) {
            self.list_key_images_again(library);
            self.scale_marks_again(library);
        }
        self.keep_to_key_images();
        self.note_seen(library);
        effects
    }

    fn obey(&mut self, command: &Command, library: &Library) -> Vec<Effect> {
        // The reader has gone on; what this command has to tell comes after.
        self.has_news &= command.is_fleeting();
        if self.waits_for_unseen(command, library) {
            return Vec::new();
        }
        if let Some(why) = self.refusal_on_rendering(command).or_else(|| self.refusal_on_section(command)) {
            self.tell(MessageKind::Note, format!("{why} `plane acquired` shows the images."));
            return Vec::new();
        }
        // What hangs takes windows that open by themselves, so that this does not touch it.
        if matches!(command, Command::Layout(LayoutCommand::Screen(ScreenCommand::Roles))) {
            return vec![Effect::OpenRoles];
        }
        if changes_screen(command) {
            self.note_touched();
        }
        let before = self.shown_now();
        let of_volumes = self.volumes_now();
        let whole = command;
        match command {
            Command::View(command) => self.apply_view(*command, library),
            Command::Window(command) => self.apply_window(command, library),
            Command::Section(command) => self.apply_section(*command, library),
            Command::Volume(command) => self.apply_volume(command, library),
            Command::Clip(command) => self.apply_clip(command, library),
            Command::Transfer(command) => {
                let effects = self.apply_transfer(command);
                self.note_shown(before.as_ref(), &of_volumes, whole);
                self.note_motion(&of_volumes);
                return effects;
            }
            Command::Fusion(command) => self.apply_fusion(command, library),
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
                let mut effects = self.apply_study(command, library);
                effects.extend(self.follow_read_study(library));
                return effects;
            }
            Command::Prior(command) => {
                let effects = self.apply_prior(*command, library);
                self.gather_sections(library);
                self.gather_curves();
                return effects;
            }
            Command::Protocol(command) => {
                let effects = self.apply_protocol(command, library);
                self.gather_sections(library);
                self.gather_curves();
                self.note_motion(&of_volumes);
                return effects;
            }
            Command::Studies(command) => return self.apply_studies(command, library),
            Command::Calibration(command) => return self.apply_calibration(command),
            Command::Pattern(command) => {
                self.apply_pattern(command);
                return Vec::new();
            }
            Command::Support(command) => return self.apply_support(command),
            Command::App(command) => return self.apply_app(command, library),
        }
        // What was exchanged with another was not changed.
        let before = before.filter(|_| !matches!(command, Command::Layout(LayoutCommand::Swap)));
        // With the path, what was shown along it goes: one change.
        let ends_path = matches!(command, Command::Section(SectionCommand::Curve(CurveCommand::Off)));
        if !ends_path && !matches!(command, Command::Edit(_)) {
            self.note_shown(before.as_ref(), &of_volumes, command);
        }
        self.gather_sections(library);
        self.gather_curves();
        let presented = |shown: &Shown| shown.presented.clone();
        if before.as_ref().map(presented) != self.shown_now().as_ref().map(presented) {
            self.count_marks_again(library);
        }
        self.follow(before.as_ref(), library);
        self.note_motion(&of_volumes);
        self.follow_read_study(library)
    }

    /// Why a command that is for images is not for the section in focus.
    fn refusal_on_section(&self, command: &Command) -> Option<&'static str> {
        self.focused_viewport()?.reformat?;
        match command {
            Command::Edit(EditCommand::Undo | EditCommand::Redo) => None,
            Command::Edit(_) if self.is_along_path() => Some(NO_MARKS_ALONG),
            Command::Section(SectionCommand::Turn(..)) if self.is_along_path() => {
                Some("A picture along a path is turned about it, by `curve turn` or the wheel.")
            }
            Command::Edit(EditCommand::Calibrate(_)) => {
                Some("A section has the millimetres of the patient, and is not calibrated.")
            }
            Command::KeyImage(_) => Some("A section is no key image."),
            Command::Presentation(_) => Some(
                "Presentation states are for images and not for sections, nor do they hold marks on sections; those are kept as \
                 a draft.",
            ),
            Command::Cine(_) => Some("Cine plays images and no sections."),
            Command::View(ViewCommand::Filter(filter)) if *filter != Filter::None => {
                Some("Sections are not filtered.")
            }
            Command::Window(WindowCommand::Padding(_)) => Some("Padding is black in sections."),
            Command::Layout(LayoutCommand::Tiles(grid)) if *grid != Grid::ONE => {
                Some("Tiles are of images and not of sections.")
            }
            Command::Overlay(OverlayCommand::Planes(_) | OverlayCommand::Shutter(_)) => {
                Some("What lies over images is not drawn on sections.")
            }
            _ => None,
        }
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
        // A copy of a viewport is in no window: what is focused stands for it.
        let has_it = |screen: &Screen| screen.viewports.iter().any(|own| std::ptr::eq(own, viewport));
        let screen = self.screens.iter().position(has_it).unwrap_or(self.focus.screen);
        viewport.applied(image, library, self.pixel_mm_on(screen))
    }

    /// The side of a pixel of the monitor that a window is on, in millimetres, where it is known; by the index of the window.
    pub(super) fn pixel_mm_on(&self, screen: usize) -> Option<f64> {
        let of_all = self.settings.pixel_mm;
        self.screens.get(screen).map_or(of_all, |screen| screen.pixel_mm(of_all))
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

/// Whether the reader changes what is on screen by a command: from then on it stays as it is.
const fn changes_screen(command: &Command) -> bool {
    match command {
        Command::View(_)
        | Command::Window(_)
        | Command::Section(_)
        | Command::Volume(_)
        | Command::Clip(_)
        | Command::Transfer(_)
        | Command::Fusion(_)
        | Command::Cine(_)
        | Command::Layout(_)
        | Command::Presentation(_)
        | Command::Mask(_)
        | Command::KeyImage(_)
        | Command::Drafts(_)
        | Command::Edit(_)
        | Command::Study(
            StudyCommand::Series(_)
            | StudyCommand::Study(_)
            | StudyCommand::StudyAnyway(_)
            | StudyCommand::Hang(_)
            | StudyCommand::HangAnyway(_),
        )
        | Command::Prior(_) => true,
        Command::Tool(_)
        | Command::Overlay(_)
        | Command::Display(_)
        | Command::Link(_)
        | Command::Study(_)
        | Command::Protocol(_)
        | Command::Studies(_)
        | Command::Calibration(_)
        | Command::Pattern(_)
        | Command::Support(_)
        | Command::App(_) => false,
    }
}
