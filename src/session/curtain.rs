//! The curtain: the study that is read and its prior in one place, the one seen left of an edge and the other right of it.

use crate::command::{CurtainCommand, Grid};
use crate::study::Library;

use super::compare::NOTHING_BESIDE;
use super::hung::{GroupOf, SyncGroup};
use super::link::{Links, Together};
use super::patients::instance_of;
use super::screen::DeviceRect;
use super::state::{MessageKind, Session};
use super::viewport::Source;

/// Where the edge is at first, in thousandths of the width.
const MIDDLE: u16 = 500;

/// How far a step moves it.
const STEP: u16 = 50;

/// Two viewports that fill the room of their window, each as if it did alone: of one is seen what lies left of an edge, of the other
/// what lies right of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Curtain {
    /// The viewports left and right of the edge.
    pub viewports: (usize, usize),
    /// Where the edge is, in thousandths of the width from the left.
    pub edge: u16,
    /// The images that were seen together.
    pub(super) together: Together,
}

impl Curtain {
    /// The other one of the two; none for a viewport that is neither.
    pub fn other_of(&self, viewport: usize) -> Option<usize> {
        match self.viewports {
            (left, right) if left == viewport => Some(right),
            (left, right) if right == viewport => Some(left),
            _ => None,
        }
    }

    /// The parts of a rectangle left and right of the edge, without a gap.
    pub fn parts(&self, rect: DeviceRect) -> (DeviceRect, DeviceRect) {
        let before = u64::from(rect.width) * u64::from(self.edge) / 1000;
        let before = u32::try_from(before).unwrap_or(rect.width).min(rect.width);
        let right = DeviceRect { x: rect.x + before, width: rect.width - before, ..rect };
        (DeviceRect { width: before, ..rect }, right)
    }
}

impl Session {
    pub(super) fn apply_curtain(&mut self, command: CurtainCommand, library: &Library) {
        let drawn = self.focused_screen_mut().and_then(|screen| screen.curtain.as_mut());
        let Some(curtain) = drawn else {
            if command == CurtainCommand::Toggle {
                return self.draw_curtain(library);
            }
            return self.tell(MessageKind::Note, "The curtain is not drawn: `prior curtain` draws it.");
        };
        let edge = match command {
            CurtainCommand::Toggle => return self.end_curtain(),
            CurtainCommand::Left => curtain.edge.saturating_sub(STEP),
            CurtainCommand::Right => curtain.edge.saturating_add(STEP),
            CurtainCommand::To(edge) => edge,
        };
        curtain.edge = edge.clamp(*CurtainCommand::EDGE.start(), *CurtainCommand::EDGE.end());
    }

    fn end_curtain(&mut self) {
        self.end_gesture();
        if let Some(screen) = self.focused_screen_mut() {
            screen.curtain = None;
        }
    }

    /// Draws it before what the viewport in focus shows and what that is compared with: the study that is read is on the left.
    fn draw_curtain(&mut self, library: &Library) {
        self.end_gesture();
        let (screen, here) = (self.focus.screen, self.focus.viewport);
        let compared = self.compared(library);
        let Some((_, there)) = compared.iter().copied().find(|place| place.0 == screen) else {
            let text = if self.priors.awaited.is_some() {
                "The prior still comes: it hangs beside as soon as its first images are here, and the curtain can be drawn then."
            } else if compared.is_empty() {
                NOTHING_BESIDE
            } else {
                "What this is compared with hangs in another window: `prior toggle` hangs a prior in this one."
            };
            return self.tell(MessageKind::Note, text);
        };
        let current = self.priors.current.clone();
        let is_read = |viewport: usize| {
            let viewport = self.viewport((screen, viewport));
            current.as_ref().zip(viewport).is_some_and(|(study, viewport)| viewport.shows_study(study))
        };
        let viewports = if is_read(there) && !is_read(here) { (there, here) } else { (here, there) };
        if let Err(why) = self.check_curtain(screen, viewports, library) {
            return self.tell(MessageKind::Note, why);
        }
        let (Some(shown), Some(other)) =
            (self.viewport((screen, here)).cloned(), self.viewport((screen, there)).cloned())
        else {
            return;
        };
        let (Some(own), Some(theirs)) = (&shown.source, &other.source) else { return };
        // Where it was hidden it did not go along.
        let index = self.index_beside(own, (screen, there), theirs, library);
        let together = if viewports.0 == here { vec![own.index, index] } else { vec![index, own.index] };
        let has_scale = self.as_large(&shown, &other, library).is_some();
        if let Some(viewport) = self.viewport_mut((screen, there)).filter(|_| theirs.index != index) {
            viewport.cine.stop();
            viewport.source = Some(Source { index, ..theirs.clone() });
        }
        if let Some(screen) = self.focused_screen_mut() {
            screen.curtain = Some(Curtain { viewports, edge: MIDDLE, together: Together::of(together) });
        }
        self.rest_hidden();
        if !has_scale {
            let text = "The two are not at one scale: an image does not say how large its pixels are, or is shown by its stored pixels.";
            self.tell(MessageKind::Caution, text);
        }
    }

    /// Why two viewports of a window are not shown in one place.
    fn check_curtain(
        &self,
        screen: usize,
        (left, right): (usize, usize),
        library: &Library,
    ) -> Result<(), &'static str> {
        let count = self.screens.get(screen).map_or(0, |screen| screen.division.count());
        let shown = |viewport: usize| self.viewport((screen, viewport)).filter(|_| viewport < count);
        let (Some(left), Some(right)) = (shown(left), shown(right)) else { return Err(NOTHING_BESIDE) };
        if left.is_of_volume() || right.is_of_volume() {
            return Err(
                "The curtain is for images, and not for sections and renderings: `plane acquired` shows the images.",
            );
        }
        if left.tiles != Grid::ONE || right.tiles != Grid::ONE {
            return Err("The curtain is for viewports of one image: `tiles 1x1` shows one.");
        }
        let (Some(left), Some(right)) = (instance_of(left, library), instance_of(right, library)) else {
            return Err(NOTHING_BESIDE);
        };
        if left.study.uid == right.study.uid {
            Err(NOTHING_BESIDE)
        } else if self.is_same_patient(left, right) {
            Ok(())
        } else {
            Err("The curtain is not drawn: these images say that they are of two patients.")
        }
    }

    /// After whatever may have changed what hangs: both of a curtain look alike. It is gone where they are no longer images of two
    /// studies of one patient, and where the focus went to another viewport.
    pub(super) fn keep_curtains(&mut self, library: &Library) {
        for screen in 0..self.screens.len() {
            let Some(curtain) = self.screens.get(screen).and_then(|shown| shown.curtain.as_ref()) else {
                continue;
            };
            let leader = if self.focus.screen == screen { self.focus.viewport } else { curtain.viewports.0 };
            let follower = curtain.other_of(leader);
            let is_sound = self.check_curtain(screen, curtain.viewports, library).is_ok();
            if let Some(follower) = follower.filter(|_| is_sound) {
                let on = self.curtain_links();
                self.look_alike((screen, leader), (screen, follower), on, library);
            } else if let Some(shown) = self.screens.get_mut(screen) {
                shown.curtain = None;
            }
        }
    }

    /// The two of a curtain, if a viewport is one of them, by the indices of window and viewport: they go along whatever the stage
    /// says.
    pub(super) fn curtain_group(&self, place: (usize, usize)) -> Option<SyncGroup> {
        let screen = self.screens.get(place.0)?;
        let curtain = screen.curtain.as_ref().filter(|curtain| curtain.other_of(place.1).is_some())?;
        let (left, right) = curtain.viewports;
        let is_beside = self
            .priors
            .beside
            .as_ref()
            .is_some_and(|beside| (beside.screen, beside.viewports) == (screen.id, curtain.viewports));
        Some(SyncGroup {
            of: if is_beside { GroupOf::Beside } else { GroupOf::Curtain },
            places: [left, right].map(|viewport| (place.0, viewport)).to_vec(),
            on: self.curtain_links(),
            by_offset: true,
        })
    }

    /// In what the two go along: in what the reader has linked, and in all where that is nothing.
    const fn curtain_links(&self) -> Links {
        if self.links.any() { self.links } else { Links::ALL }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_parts_fill_the_room_wherever_the_edge_is() {
        for edge in [100, 333, 500, 900] {
            let curtain = Curtain { viewports: (2, 0), edge, together: Together::default() };
            for width in [0, 1, 7, 1000, 3839] {
                let rect = DeviceRect { x: 5, y: 3, width, height: 9 };
                let (left, right) = curtain.parts(rect);
                assert_eq!((left.x, left.x + left.width, right.x + right.width), (5, right.x, 5 + width));
                assert_eq!(left.width, width * u32::from(edge) / 1000, "{edge} of {width}");
                assert_eq!((left.height, right.y), (9, 3));
            }
            assert_eq!([0, 1, 2].map(|it| curtain.other_of(it)), [Some(2), None, Some(0)]);
        }
    }
}
