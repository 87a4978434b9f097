//! What lies over the images, and what goes along.

use crate::command::{Link, LinkCommand, OverlayCommand};
use crate::study::{DisplaySet, Image, Library};

use super::super::link::Links;
use super::super::presented::Applied;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Viewport;

impl Session {
    pub(super) fn apply_overlay(&mut self, command: OverlayCommand, library: &Library) {
        match command {
            OverlayCommand::Detail(detail) => self.detail = detail,
            OverlayCommand::NextDetail => self.detail = self.detail.next(),
            OverlayCommand::Marks => self.shows_marks = !self.shows_marks,
            OverlayCommand::ReferenceLines => self.shows_lines = !self.shows_lines,
            OverlayCommand::Planes(switch) => {
                if !self.is_any_shown(library, |applied, image| applied.has_planes(image)) {
                    return self.tell(MessageKind::Note, "There is no overlay plane on these images.");
                }
                if let Some(Viewport { look, .. }) = self.focused_viewport_mut() {
                    look.hidden.planes = !switch.applied_to(!look.hidden.planes);
                }
            }
            OverlayCommand::Shutter(switch) => {
                if !self.is_any_shown(library, |applied, image| applied.has_shutter(image)) {
                    return self.tell(MessageKind::Note, "There is no display shutter on these images.");
                }
                if let Some(Viewport { look, .. }) = self.focused_viewport_mut() {
                    look.hidden.shutter = !switch.applied_to(!look.hidden.shutter);
                }
            }
        }
    }

    /// Whether something is so of any image that the focused viewport can show, by its presentation state.
    pub(super) fn is_any_shown(&self, library: &Library, is: fn(Applied<'_>, &Image) -> bool) -> bool {
        let (Some((set, _)), Some(viewport)) = (self.shown(library), self.focused_viewport()) else {
            return false;
        };
        set.images.iter().any(|image| is(self.applied(viewport, image, library), image))
    }

    pub(super) fn apply_link(&mut self, command: LinkCommand, library: &Library) {
        match command {
            LinkCommand::All => {
                self.links = if self.links == Links::ALL { Links::default() } else { Links::ALL };
            }
            LinkCommand::One(link) => self.links.switch(link),
        }
        self.tell(MessageKind::Note, self.links_in_words(library));
    }

    fn links_in_words(&self, library: &Library) -> String {
        let linked: Vec<&str> =
            Link::ALL.into_iter().filter(|link| self.links.has(*link)).map(Link::name).collect();
        if linked.is_empty() {
            return "Viewports are not linked.".to_owned();
        }
        let sets = self.screens.iter().flat_map(super::super::Screen::visible).filter_map(|(_, viewport)| {
            let source = viewport.source.as_ref()?;
            library.find(&source.display_set).map(|(_, _, set)| set)
        });
        let focused = self.shown(library).map(|(set, _)| set);
        let is_linked =
            |set: &DisplaySet| focused.is_some_and(|focused| library.between(focused, set).is_some());
        let alike = sets.filter(|set| is_linked(set)).count();
        let linked = linked.join(", ");
        match alike {
            0 | 1 => format!(
                "Linked: {linked}. No other viewport lies in this frame of reference, or is registered to it."
            ),
            _ => format!("Linked: {linked}."),
        }
    }
}
