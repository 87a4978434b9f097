//! Which covers of presentation states are to be made: of what is on screen, of what one command would show, be it another stage or
//! another state, and of images nearby, whose pixels are here.

use std::sync::Arc;

use crate::dicom::{Frame, FrameKey, Instance};
use crate::presentation::PresentationState;
use crate::study::{FrameState, Image, Library, MadeCover};

use super::screen::Screen;
use super::state::Session;
use super::viewport::Viewport;

/// Covers that are made ahead: so many at most, and of so many bytes together. What is on screen has its own besides.
const AHEAD_MAX: usize = 32;
const AHEAD_BYTES_MAX: u64 = 64 << 20;

/// Images so near to the one shown have theirs made ahead.
const NEAR: usize = 8;

/// A cover to be made.
#[derive(Debug, Clone)]
pub struct CoverOrder {
    /// Of which state.
    pub state: Arc<PresentationState>,
    /// Over which frame.
    pub key: FrameKey,
    /// That frame's object.
    pub instance: Arc<Instance>,
    /// Its pixels.
    pub frame: Arc<Frame>,
}

impl CoverOrder {
    /// For an image of a viewport whose pixels are here, as stored or less a mask: what lies over both is the same.
    fn new(
        viewport: &Viewport,
        state: &Arc<PresentationState>,
        image: &Image,
        library: &Library,
    ) -> Option<Self> {
        let key = image.key();
        let shown = library.frame(&viewport.presented.key(image, library));
        let Some(FrameState::Ready(frame)) = shown.or_else(|| library.frame(&key)) else { return None };
        let (state, frame) = (Arc::clone(state), Arc::clone(frame));
        state.has_cover().then(|| Self { state, key, instance: Arc::clone(&image.instance), frame })
    }

    /// Whether this is what was ordered.
    pub fn is(&self, made: &MadeCover) -> bool {
        made.key == self.key && Arc::ptr_eq(&made.state, &self.state)
    }

    fn bytes(&self) -> u64 {
        u64::from(self.frame.rows) * u64::from(self.frame.columns)
    }
}

impl Session {
    /// All covers that are worth having, made or not, the most urgent first.
    pub fn wanted_covers(&self, library: &Library) -> Vec<CoverOrder> {
        let mut wanted = self.shown_covers(library);
        let mut bytes = 0;
        let ahead = self.upcoming_covers(library).into_iter().chain(self.covers_ahead(library));
        let ahead = ahead.take_while(|order| {
            bytes += order.bytes();
            bytes <= AHEAD_BYTES_MAX
        });
        wanted.extend(ahead.take(AHEAD_MAX));
        wanted
    }

    /// Whether an image on screen cannot be shown as what lies over it is not made.
    pub fn awaits_covers(&self, library: &Library) -> bool {
        let mut shown = self.shown_covers(library).into_iter();
        shown.any(|order| library.cover(&order.state, &order.key).is_none())
    }

    /// Those of the images on screen, as they are shown.
    fn shown_covers(&self, library: &Library) -> Vec<CoverOrder> {
        let shown = self.shown_around(0, library).into_iter();
        shown
            .filter_map(|(viewport, image, _)| {
                CoverOrder::new(viewport, viewport.state(image, library)?, image, library)
            })
            .collect()
    }

    /// Those of the images that other stages begin with.
    fn upcoming_covers(&self, library: &Library) -> Vec<CoverOrder> {
        let upcoming = self.upcoming(library);
        let orders = upcoming.iter().filter(|upcoming| upcoming.shows_images).flat_map(|upcoming| {
            let viewport = &upcoming.viewport;
            let images = upcoming.images(library).iter();
            images.filter_map(move |image| {
                CoverOrder::new(viewport, viewport.state(image, library)?, image, library)
            })
        });
        orders.collect()
    }

    /// Those of other states of the images on screen, so that one command shows them at once; then those of images nearby.
    fn covers_ahead(&self, library: &Library) -> Vec<CoverOrder> {
        let mut near = self.shown_around(NEAR, library);
        near.sort_by_key(|(.., distance)| *distance);
        near.into_iter()
            .flat_map(|(viewport, image, distance)| {
                let shown = viewport.state(image, library);
                let is_meant = move |state: &&Arc<PresentationState>| {
                    distance == 0 || shown.is_some_and(|shown| Arc::ptr_eq(shown, state))
                };
                let states = library.states_of(image).filter(is_meant);
                states.filter_map(|state| CoverOrder::new(viewport, state, image, library))
            })
            .collect()
    }

    /// The images on screen and so many on either side, each with its viewport and its distance from what that shows. Those
    /// beside are of the image that time asks for where a viewport plays.
    fn shown_around<'a>(
        &'a self,
        near: usize,
        library: &'a Library,
    ) -> Vec<(&'a Viewport, &'a Image, usize)> {
        let viewports = self.screens.iter().flat_map(Screen::visible);
        let around = |(_, viewport): (usize, &'a Viewport)| {
            let source = viewport.source.as_ref()?;
            let (study, _, set) = library.find(&source.display_set)?;
            if study.states.is_empty() {
                return None;
            }
            let is_by_time = near > 0 && viewport.cine.is_playing;
            let first = if is_by_time { viewport.cine.target } else { viewport.place()? };
            let last = first + viewport.tiles.count() - 1;
            let images =
                first.saturating_sub(near)..(last + near + 1).min(viewport.count_of(set.images.len()));
            let of = move |place: usize| {
                let distance = first.saturating_sub(place).max(place.saturating_sub(last));
                Some((viewport, set.images.get(viewport.index_at(place)?)?, distance))
            };
            Some(images.filter_map(of))
        };
        viewports.filter_map(around).flatten().collect()
    }
}
