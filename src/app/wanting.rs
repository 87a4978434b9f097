//! What the program without a window asks its services to make ready.

use std::sync::Arc;

use crate::dicom::FrameKey;
use crate::session::{Applied, Masked, PatternOrder};
use crate::study::Library;

use super::decoding::ThumbnailOrder;
use super::reading::Reading;
use super::trace::TraceEvent;

impl Reading {
    /// Asks for the pixels that are missing, and forgets those that are far from everything shown when memory is short.
    pub(super) fn want(&mut self) {
        let wanted = self.wanted.next(&self.session, &mut self.library);
        self.services.want(wanted);
        self.want_covers();
        self.services.want_patterns(self.session.wanted_patterns(&self.library));
        self.services.want_counts(self.session.wanted_counts(&self.library));
        self.services.want_values(self.session.wanted_values(&self.library));
        if self.wanted.is_unfinished() {
            self.is_stale = true;
            self.services.wake();
        }
        if self.session.indexing.runs > 0 {
            return;
        }
        for (screen, viewport, set) in self.wanted.complete() {
            if self.complete.insert(set.id.clone()) {
                let images = set.images.len();
                self.trace.note(&TraceEvent::SeriesComplete { screen, viewport, images });
            }
        }
    }

    /// Forgets the patterns that no window shows any more.
    pub(super) fn drop_patterns(&mut self) {
        let is_old = |key: &&FrameKey| PatternOrder::is_pattern(key) && !self.session.shows_pattern(key);
        let old: Vec<FrameKey> = self.library.loaded_frames_unsorted().filter(is_old).cloned().collect();
        for key in &old {
            self.library.drop_frame(key);
        }
    }

    /// Asks for the covers that are missing, and forgets those that nobody would miss.
    fn want_covers(&mut self) {
        let mut wanted = self.session.wanted_covers(&self.library);
        self.library.keep_covers(|made| wanted.iter().any(|order| order.is(made)));
        wanted.retain(|order| self.library.cover(&order.state, &order.key).is_none());
        self.services.want_covers(wanted);
    }

    /// Asks for thumbnails of what has none, the nearest to the set in focus first. The middle of a set moves while files
    /// arrive: a thumbnail that is there stays until all are.
    pub(super) fn want_thumbnails(&self) {
        let is_growing = self.session.indexing.runs > 0;
        let focused = self.session.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let focused = focused.map(|source| &source.display_set);
        let mut place_in_focus = 0;
        let mut orders = Vec::new();
        for (place, (_, _, set)) in self.library.display_sets().enumerate() {
            if focused == Some(&set.id) {
                place_in_focus = place;
            }
            let Some(image) = set.images.get(set.images.len() / 2) else { continue };
            let key = Applied::NONE.subtracting(image, &Masked::default()).key(image);
            let thumbnail = self.library.thumbnail(&set.id);
            if !thumbnail.is_some_and(|thumbnail| is_growing || thumbnail.key == key) {
                let instance = Arc::clone(&image.instance);
                orders.push((place, ThumbnailOrder { set: set.id.clone(), key, instance }));
            }
        }
        orders.sort_by_key(|(place, _)| place.abs_diff(place_in_focus));
        let nearest = orders.into_iter().take(Library::THUMBNAILS_MAX);
        self.services.want_thumbnails(nearest.map(|(_, order)| order).collect());
    }
}
