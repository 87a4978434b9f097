//! What the stages beside the one on screen begin with: its pixels are read, and sent to the card, before it is asked for.

use crate::command::Next;
use crate::hanging::{HungStage, Mode, Tile, Zoom as HungZoom};
use crate::study::{Image, Library};

use super::state::Session;
use super::viewport::{Viewport, Zoom};

/// A viewport of a stage that is not on screen, as it will be put there.
#[derive(Debug, Clone, PartialEq)]
pub struct Upcoming {
    /// The viewport; it has a source.
    pub viewport: Viewport,
    /// Whether it will show images, and no section or rendering of them.
    pub shows_images: bool,
}

impl Upcoming {
    /// The images that are seen first: one, or one a tile.
    pub fn images<'a>(&self, library: &'a Library) -> &'a [Image] {
        let source = self.viewport.source.as_ref();
        let images = source.and_then(|source| {
            let (.., set) = library.find(&source.display_set)?;
            set.images.get(self.viewport.shown_images(set.images.len()))
        });
        images.unwrap_or_default()
    }
}

impl Session {
    /// The viewports of the next stage, then those of the one before: a key brings either.
    pub fn upcoming(&self, library: &Library) -> Vec<Upcoming> {
        let tiles = self.stages_beside().into_iter().flat_map(|stage| &stage.screens);
        let tiles = tiles.flat_map(|screen| &screen.tiles);
        tiles.filter_map(|tile| self.upcoming_tile(tile, library)).collect()
    }

    fn stages_beside(&self) -> Vec<&HungStage> {
        let Some((hung, winner)) = self.hung.as_ref().and_then(|hung| Some((hung, hung.winner()?))) else {
            return Vec::new();
        };
        let beside = |next: Next| next.index_from(hung.stage, winner.stages.len());
        let mut stages: Vec<usize> = [Next::Next, Next::Previous].into_iter().filter_map(beside).collect();
        stages.dedup();
        stages.retain(|stage| *stage != hung.stage);
        stages.into_iter().filter_map(|stage| winner.stages.get(stage)).collect()
    }

    fn upcoming_tile(&self, tile: &Tile, library: &Library) -> Option<Upcoming> {
        let (.., set) = library.find(tile.shown.as_ref().ok()?)?;
        let mut viewport = self.settings.fresh_viewport();
        self.dress(&mut viewport, tile, set);
        if tile.view.zoom == HungZoom::Pixels {
            viewport.view.zoom = Zoom::DevicePixels(1.0);
        }
        let shows_images = !matches!(tile.view.mode, Mode::Mpr { .. } | Mode::Volume(_));
        Some(Upcoming { viewport, shows_images })
    }
}
