//! Which pixels are needed, the most urgent first: what is on screen, then its neighbours. And which need not be kept.
//!
//! A frame of the screen costs the same whatever the number of images: what was read near the image shown is remembered,
//! and only its edges are looked at.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::dicom::{FrameKey, Instance, StudyUid};
use crate::study::{DisplaySet, DisplaySetId, Image, Library};

use super::link::nearest_image;
use super::presented::{Presented, StateChoice};
use super::screen::Screen;
use super::state::Session;
use super::upcoming::Upcoming;
use super::viewport::Viewport;

/// Frames asked for at once: more than the workers read before the next time.
const ASKED_MAX: usize = 256;

/// Images looked at to find those.
const LOOKED_AT_MAX: usize = 1024;

/// In place of the index of a window: what the stages beside the one on screen show, and single key images.
const APART: usize = usize::MAX;

/// Where key images alone are gone through, so many are read on either side of those on screen.
const KEY_IMAGES_BESIDE: usize = 8;

/// What was read, and what is wanted next.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Of each visible viewport.
    reached: Vec<Reached>,
    /// Frames whose pixels are here, the oldest first.
    loaded: VecDeque<FrameKey>,
    is_unfinished: bool,
}

/// What was read around the image that a viewport shows.
#[derive(Debug)]
struct Reached {
    /// Index of the window, index of the viewport.
    place: (usize, usize),
    set: Arc<DisplaySet>,
    presented: Presented,
    /// All of these images were read; the one shown is among them or beside them.
    images: Range<usize>,
}

/// What a viewport shall have in memory: the images around the one shown that fit its part of the budget.
struct Near {
    place: (usize, usize),
    set: Arc<DisplaySet>,
    presented: Presented,
    shown: usize,
    images: Range<usize>,
}

impl Near {
    /// All images of a display set, that nearest to `shown` first.
    fn volume(place: (usize, usize), set: Arc<DisplaySet>, shown: usize) -> Self {
        // States are for images.
        let presented = Presented { choice: StateChoice::AsAcquired, ..Presented::default() };
        let images = 0..set.images.len();
        Self { place, set, presented, shown, images }
    }
}

/// From the image shown outwards.
struct Search<'a> {
    near: &'a Near,
    /// All of these were looked at.
    seen: Range<usize>,
    /// All of these were read.
    reached: &'a mut Range<usize>,
}

impl Wanted {
    /// Takes note of pixels that have come.
    pub fn note_loaded(&mut self, key: FrameKey) {
        self.loaded.push_back(key);
    }

    /// Takes note of display sets that have changed.
    pub fn note_changed(&mut self) {
        self.reached.clear();
    }

    /// Forgets studies that were closed.
    pub fn forget(&mut self, closed: &[StudyUid]) {
        self.loaded.retain(|key| !closed.contains(&key.study));
        self.note_changed();
    }

    /// The frames to read, the most urgent first: each visible viewport's image, then images ever further from it, as
    /// long as they fit in the memory for frames. What is on screen is wanted whatever the budget, and of a section that is the
    /// whole volume, the nearest images first. Frames that are far from everything shown go out of the library when it is
    /// over the budget.
    pub fn next(&mut self, session: &Session, library: &mut Library) -> Vec<(FrameKey, Arc<Instance>)> {
        let budget_bytes = session.settings.frame_budget_bytes;
        let near = near(session, library, budget_bytes);
        self.drop_far(&near, library, budget_bytes);
        let is_full = library.frame_bytes() > budget_bytes;
        let mut known = std::mem::take(&mut self.reached);
        let reached = near.iter().map(|near| reached(near, &mut known, library));
        self.reached = reached.collect();
        let searches = near.iter().zip(&mut self.reached);
        let mut searches: Vec<Search<'_>> = searches
            .map(|(near, Reached { images, .. })| Search { near, seen: images.clone(), reached: images })
            .collect();
        let mut wanted = Vec::new();
        self.is_unfinished = true;
        for _ in 0..LOOKED_AT_MAX {
            let nearest = searches.iter_mut().filter_map(|search| Some((search.nearest()?, search)));
            let Some(((distance, at), search)) = nearest.min_by_key(|(nearest, _)| *nearest) else {
                self.is_unfinished = false;
                break;
            };
            // When memory is full one more keeps the wheel turning: when it has come, more that is far is let go.
            if wanted.len() == ASKED_MAX || distance > 0 && is_full && !wanted.is_empty() {
                break;
            }
            let Some(image) = search.near.set.images.get(at) else { break };
            let key = search.near.presented.key(image, library);
            let is_read = library.frame(&key).is_some();
            search.see(at, is_read);
            if !is_read {
                wanted.push((key, Arc::clone(&image.instance)));
            }
        }
        self.is_unfinished &= wanted.is_empty();
        wanted
    }

    /// Whether nothing is wanted only because not all was looked at: to be asked again soon.
    pub const fn is_unfinished(&self) -> bool {
        self.is_unfinished
    }

    /// Viewports whose images were all read: index of the window, index of the viewport, and what it shows.
    pub fn complete(&self) -> impl Iterator<Item = (usize, usize, &DisplaySet)> {
        let is_complete = |reached: &&Reached| reached.images == (0..reached.set.images.len());
        let is_on_screen = |reached: &&Reached| reached.place.0 != APART;
        self.reached
            .iter()
            .filter(is_on_screen)
            .filter(is_complete)
            .map(|Reached { place: (screen, viewport), set, .. }| (*screen, *viewport, &**set))
    }

    /// Drops frames that no viewport is near, the oldest first, until the library is within its budget.
    fn drop_far(&mut self, near: &[Near], library: &mut Library, budget_bytes: u64) {
        for _ in 0..self.loaded.len().min(ASKED_MAX) {
            if library.frame_bytes() <= budget_bytes {
                return;
            }
            let Some(key) = self.loaded.pop_front() else { return };
            // Of an image that is near, only what is shown of it.
            let is_shown = |near: &Near, at: usize| {
                near.set.images.get(at).is_some_and(|image| near.presented.key(image, library) == key)
            };
            let is_near = |(set, at): (DisplaySetId, usize)| {
                let mut near = near.iter().filter(|near| near.set.id == set && near.images.contains(&at));
                near.any(|near| is_shown(near, at))
            };
            if library.locate(&key).is_some_and(is_near) {
                self.loaded.push_back(key);
            } else {
                library.drop_frame(&key);
            }
        }
    }
}

impl Search<'_> {
    /// The next image to look at, behind its distance from the one shown.
    fn nearest(&self) -> Option<(usize, usize)> {
        let Near { shown, images, .. } = self.near;
        let above = (self.seen.end < images.end).then_some(self.seen.end);
        let below = (self.seen.start > images.start).then(|| self.seen.start - 1);
        above
            .into_iter()
            .chain(below)
            .map(|at| (at.abs_diff(*shown), at))
            .min_by_key(|(distance, _)| *distance)
    }

    fn see(&mut self, at: usize, is_read: bool) {
        if at >= self.seen.end {
            if is_read && self.reached.end == at {
                self.reached.end = at + 1;
            }
            self.seen.end = at + 1;
        } else {
            if is_read && self.reached.start == at + 1 {
                self.reached.start = at;
            }
            self.seen.start = at;
        }
    }
}

/// What was read before of what a viewport is near to.
fn reached(near: &Near, known: &mut Vec<Reached>, library: &Library) -> Reached {
    let nothing = near.shown..near.shown;
    let is_same = |reached: &Reached| {
        reached.place == near.place
            && Arc::ptr_eq(&reached.set, &near.set)
            && reached.presented == near.presented
    };
    let before = known.iter().position(is_same);
    let before = before.map_or(nothing.clone(), |place| known.swap_remove(place).images);
    let images = before.start.max(near.images.start)..before.end.min(near.images.end);
    let is_read = |image: &Image| library.frame(&near.presented.key(image, library)).is_some();
    let is_shown_read = near.set.images.get(near.shown).is_some_and(is_read);
    let images = if images.contains(&near.shown) && is_shown_read { images } else { nothing };
    let presented = near.presented.clone();
    Reached { place: near.place, set: Arc::clone(&near.set), presented, images }
}

/// The key images on screen and those beside them, where these alone are gone through: each by itself, however far apart they are.
fn key_images(viewport: &Viewport, set: &Arc<DisplaySet>) -> Vec<Near> {
    let Some(here) = viewport.place().filter(|_| viewport.only.is_some()) else { return Vec::new() };
    let first = here.saturating_sub(KEY_IMAGES_BESIDE);
    let places = first..here + viewport.tiles.count() + KEY_IMAGES_BESIDE;
    let indices = places.filter_map(|place| viewport.index_at(place));
    let near = |shown: usize| Near {
        place: (APART, shown),
        set: Arc::clone(set),
        presented: viewport.presented.clone(),
        shown,
        images: shown..(shown + 1).min(set.images.len()),
    };
    indices.map(near).collect()
}

/// Parts the budget among the visible viewports: a section or a rendering has its whole volume first; what small display sets do not need is left to the large ones.
fn near(session: &Session, library: &Library, budget_bytes: u64) -> Vec<Near> {
    let windows = session.screens.iter().map(Screen::visible).enumerate();
    let viewports =
        windows.flat_map(|(screen, shown)| shown.map(move |(viewport, shown)| ((screen, viewport), shown)));
    let mut near: Vec<Near> = Vec::new();
    let mut volumes: Vec<Near> = Vec::new();
    let mut apart: Vec<Near> = Vec::new();
    for (place, viewport) in viewports {
        let Some(source) = &viewport.source else { continue };
        let Some((_, _, set)) = library.find(&source.display_set) else { continue };
        let Some(shown) = viewport.urgent_index() else { continue };
        let set = Arc::clone(set);
        // What lies over it is a volume, too: its middle first.
        let layer = session.layer_set(viewport, library);
        let is_known =
            |volumes: &[Near], set: &DisplaySet| volumes.iter().any(|volume| volume.set.id == set.id);
        if let Some(layer) = layer.filter(|layer| !is_known(&volumes, layer)) {
            let middle = layer.images.len() / 2;
            volumes.push(Near::volume(place, Arc::clone(layer), middle));
        }
        match viewport.of_volume(library) {
            None => {
                let presented = viewport.presented.clone();
                let tiles = if viewport.only.is_some() { 1 } else { viewport.tiles.count() };
                let images = shown..(shown + tiles).min(set.images.len());
                apart.extend(key_images(viewport, &set));
                near.push(Near { place, set, presented, shown, images });
            }
            // Several sections of one volume need it once.
            Some(_) if is_known(&volumes, &set) => {}
            Some((view, volume)) => {
                let nearest = nearest_image(&set, view.sheet(&volume).middle());
                let shown = nearest.map_or(shown, |(index, _)| index);
                volumes.push(Near::volume(place, set, shown));
            }
        }
    }
    let image_bytes = |near: &Near| {
        let image = near.set.images.get(near.shown);
        let bytes = |image: &Image| match near.presented.key(image, library).subtraction {
            Some(_) => image.instance.subtracted_frame_bytes(),
            None => image.instance.decoded_frame_bytes(),
        };
        image.map_or(1, bytes).max(1)
    };
    let volume_bytes: u64 =
        volumes.iter().map(|volume| image_bytes(volume).saturating_mul(volume.images.len() as u64)).sum();
    let budget_bytes = budget_bytes.saturating_sub(volume_bytes);
    near.sort_by_cached_key(|near| image_bytes(near).saturating_mul(near.set.images.len() as u64));
    let (mut left_bytes, mut sharers) = (budget_bytes, near.len() as u64);
    for near in &mut near {
        let count = near.set.images.len();
        let fitting = usize::try_from(left_bytes / sharers.max(1) / image_bytes(near)).unwrap_or(usize::MAX);
        // All its tiles, however little there is for it.
        let tiles = near.images.len().max(1);
        let fitting = fitting.clamp(tiles, count.max(tiles));
        let before = (fitting - tiles).div_ceil(2);
        let start = near.shown.saturating_sub(before).min(count.saturating_sub(fitting));
        near.images = start..start + fitting;
        left_bytes = left_bytes.saturating_sub(fitting as u64 * image_bytes(near));
        sharers -= 1;
    }
    near.extend(volumes);
    let first = apart.len();
    near.extend(apart.into_iter().enumerate().map(|(number, near)| Near { place: (APART, number), ..near }));
    // After all that is on screen, the images that other stages begin with.
    for (number, Upcoming { viewport, .. }) in session.upcoming(library).into_iter().enumerate() {
        let Some(source) = &viewport.source else { continue };
        let Some((.., set)) = library.find(&source.display_set) else { continue };
        let (place, shown) = ((APART, first + number), source.index);
        let images = viewport.shown_images(set.images.len());
        near.push(Near { place, set: Arc::clone(set), presented: viewport.presented, shown, images });
    }
    near
}
