//! Comparing in one place: the study that is read and its prior in turn, and viewports that are exchanged.

use crate::study::{DisplaySetId, Image, Library, Study};

use super::beside::moved_along;
use super::state::{MessageKind, Session};
use super::viewport::{Source, Viewport, Zoom};

/// Why there is nothing to compare with.
pub(super) const NOTHING_BESIDE: &str =
    "Nothing of this patient hangs beside to compare with: `prior toggle` hangs a prior.";

/// A viewport that shows for now what it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blinked {
    /// [`Screen::id`](super::Screen::id).
    screen: u32,
    viewport: usize,
    /// What it showed before.
    kept: Box<Viewport>,
    /// What it shows now.
    shown: DisplaySetId,
    /// Its image then and now: as far as the reader goes on from the latter, as far it is from the former.
    pair: (usize, usize),
    /// Where the other hangs, by the indices of window and viewport.
    companion: (usize, usize),
}

impl Session {
    /// Exchanges in the viewport in focus the study that is read and its prior: the image that hangs beside, or what was there before.
    pub(super) fn blink(&mut self, library: &Library) {
        let here = (self.focus.screen, self.focus.viewport);
        self.end_gesture();
        if self.end_blink(library) == Some(here) {
            return;
        }
        let Some(there) = self.companion(library) else {
            return self.tell(MessageKind::Note, NOTHING_BESIDE);
        };
        let (Some(before), Some(other)) = (self.viewport(here).cloned(), self.viewport(there).cloned())
        else {
            return;
        };
        let (Some(own), Some(theirs), Some(screen)) =
            (before.source.clone(), other.source.clone(), self.focused_screen().map(|screen| screen.id))
        else {
            return;
        };
        let index = self.index_beside(&own, there, &theirs, library);
        let (shown, tiles) = (theirs.display_set.clone(), before.tiles);
        let mut viewport = Viewport { source: Some(Source { index, ..theirs }), tiles, ..other };
        viewport.cine.stop();
        if let Some(zoom) = self.as_large(&before, &viewport, library) {
            viewport.view.zoom = zoom;
        }
        let (kept, pair) = (Box::new(before), (own.index, index));
        if let Some(place) = self.viewport_mut(here) {
            *place = viewport;
        }
        self.priors.blinked = Some(Blinked { screen, viewport: here.1, kept, shown, pair, companion: there });
    }

    /// Shows again what a viewport showed before, as far on as the reader went meanwhile; gives its place.
    pub(super) fn end_blink(&mut self, library: &Library) -> Option<(usize, usize)> {
        let Blinked { screen, viewport, mut kept, shown, pair, companion } = self.priors.blinked.take()?;
        let place = (self.screens.iter().position(|known| known.id == screen)?, viewport);
        // The reader may have hung something else there since.
        let source = self.viewport(place)?.source.as_ref();
        let now = source.filter(|source| source.display_set == shown)?.index;
        let own = kept.source.as_mut()?;
        let ((.., set), (.., before)) = (library.find(&shown)?, library.find(&own.display_set)?);
        let moved = (now != pair.1).then(|| moved_along(set, pair.1, now, before, pair.0)).flatten();
        own.index = moved.unwrap_or(pair.0).min(before.images.len().saturating_sub(1));
        kept.cine.stop();
        *self.viewport_mut(place)? = *kept;
        // Both stay as far apart as they were, where they go along.
        if (self.links.scroll || self.sync_groups(place).iter().any(|group| group.on.scroll))
            && let Some(source) = self.viewport_mut(companion).and_then(|other| other.source.as_mut())
            && source.display_set == shown
        {
            source.index = now;
        }
        Some(place)
    }

    /// Exchanges what the viewport in focus shows with what it is compared with, or with the next viewport of the window.
    pub(super) fn swap_viewports(&mut self, library: &Library) {
        self.end_blink(library);
        self.history.end_run();
        let here = (self.focus.screen, self.focus.viewport);
        let count = self.focused_screen().map_or(0, |screen| screen.division.count());
        let next = (count > 1).then(|| (here.0, (here.1 + 1) % count));
        let Some(there) = self.companion(library).or(next) else {
            return self.tell(MessageKind::Note, "There is only one viewport.");
        };
        let (Some(own), Some(other)) = (self.viewport(here).cloned(), self.viewport(there).cloned()) else {
            return;
        };
        for (place, viewport) in [(here, other), (there, own)] {
            if let Some(known) = self.viewport_mut(place) {
                *known = viewport;
            }
        }
        let screen = self.focused_screen().filter(|_| here.0 == there.0).map(|screen| screen.id);
        if let Some(beside) = self.priors.beside.as_mut().filter(|beside| Some(beside.screen) == screen) {
            let moved = |viewport: usize| match viewport {
                from if from == here.1 => there.1,
                from if from == there.1 => here.1,
                from => from,
            };
            beside.viewports = (moved(beside.viewports.0), moved(beside.viewports.1));
        }
    }

    /// The viewport that the one in focus is compared with, by the indices of window and viewport.
    fn companion(&self, library: &Library) -> Option<(usize, usize)> {
        self.compared(library).first().copied()
    }

    /// Those with another study of the same patient, the likeliest first: that of a prior that hangs beside, one that goes along by the
    /// stage, or the next of the window.
    pub(super) fn compared(&self, library: &Library) -> Vec<(usize, usize)> {
        let here = (self.focus.screen, self.focus.viewport);
        let study_at = |place: (usize, usize)| -> Option<&Study> {
            let source = self.viewport(place)?.source.as_ref()?;
            library.find(&source.display_set).map(|(study, ..)| study)
        };
        let (Some(own), Some(screen)) = (study_at(here), self.focused_screen()) else { return Vec::new() };
        let beside = self.priors.beside.as_ref().filter(|beside| beside.screen == screen.id);
        let beside = beside.and_then(|beside| beside.other_of(here.1)).map(|viewport| (here.0, viewport));
        let grouped = self.sync_groups(here).into_iter().flat_map(|group| group.places);
        let count = screen.division.count();
        let next = (1..count).map(|step| (here.0, (here.1 + step) % count));
        let is_its = |place: &(usize, usize)| {
            study_at(*place).is_some_and(|other| {
                let (uid, of_other) = (&own.attributes.uid, &other.attributes.uid);
                uid != of_other
                    && (own.patient.is_same_person(&other.patient) || self.priors.is_accepted(uid, of_other))
            })
        };
        beside.into_iter().chain(grouped).chain(next).filter(is_its).collect()
    }

    /// The image that hangs in another viewport; where that one is hidden and did not go along, the one that it would have gone to.
    pub(super) fn index_beside(
        &self,
        own: &Source,
        there: (usize, usize),
        theirs: &Source,
        library: &Library,
    ) -> usize {
        let full = self.screens.get(there.0).and_then(|screen| screen.full);
        let is_hidden = full.is_some_and(|full| full != there.1);
        let beside = self.priors.beside.as_ref().filter(|_| is_hidden && self.links.scroll);
        let together = beside.and_then(|beside| beside.seen_from(self.focus.viewport));
        let moved = together.filter(|(_, other)| *other == theirs.index).and_then(|(seen, other)| {
            let ((.., set), (.., prior)) =
                (library.find(&own.display_set)?, library.find(&theirs.display_set)?);
            (seen != own.index).then(|| moved_along(set, seen, own.index, prior, other)).flatten()
        });
        moved.unwrap_or(theirs.index)
    }

    /// The zoom that shows the image of one viewport as large, in millimetres, as that of another is shown; none where that is not known.
    pub(super) fn as_large(&self, shown: &Viewport, other: &Viewport, library: &Library) -> Option<Zoom> {
        let image = |viewport: &Viewport| -> Option<&Image> {
            let source = viewport.source.as_ref().filter(|_| !viewport.is_of_volume())?;
            library.find(&source.display_set)?.2.images.get(source.index)
        };
        let mm = |image: &Image| image.attributes().spacing.map(|spacing| spacing.column);
        let here = image(shown)?;
        let ratio = mm(image(other)?)? / mm(here)?;
        let framing = self.applied(shown, here, library).framing(here);
        Some(match (shown.view.zoom, framing.magnification) {
            (Zoom::Fit, None) => {
                Zoom::FitTo { columns: framing.size.0 / ratio, rows: framing.size.1 / ratio }
            }
            (Zoom::Fit, Some(scale)) | (Zoom::DevicePixels(scale), _) => Zoom::DevicePixels(scale * ratio),
            (Zoom::FitTo { columns, rows }, _) => {
                Zoom::FitTo { columns: columns / ratio, rows: rows / ratio }
            }
            (Zoom::Stored, _) => return None,
        })
    }
}
