//! What the reader has had on screen: which display sets, and which of their images.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::command::Command;
use crate::dicom::{FrameKey, StudyUid};
use crate::study::{DisplaySet, DisplaySetId, FrameState, Image, Library};

use super::archive::Retrieval;
use super::fused::FusedWith;
use super::state::Session;
use super::viewport::Viewport;

/// So many display sets are remembered, and so many studies that were read. Of what is beyond nothing counts as seen.
const REMEMBERED_MAX: usize = 10_000;

/// What the reader has had on screen.
///
/// An image was shown when a command or an event left it in a viewport with its pixels there. What a step skips was not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    sets: BTreeMap<DisplaySetId, SeenSet>,
    /// How many images of a display set were not shown when the reader was told so last.
    pub(super) told: BTreeMap<DisplaySetId, usize>,
    /// Studies that the reader marked as read.
    read: BTreeSet<StudyUid>,
    /// The command that waits until the reader gives it again, in the panel of what was not seen.
    pub(super) stopped: Option<Command>,
}

/// What of a display set was on screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SeenSet {
    /// The images that were shown, by their places from 0.
    images: Ranges,
    /// Sections or renderings of its volume were, or it lay over another.
    pub(super) is_reformatted: bool,
    /// All images were shown, and no more were on their way.
    was_whole: bool,
    /// Images came after that, and were not all shown yet.
    pub(super) is_late: bool,
}

impl SeenSet {
    /// How many images were shown.
    pub(super) fn count(&self) -> usize {
        self.images.count()
    }

    /// The place, from 0, of the first image that was not shown.
    pub(super) fn first_unseen(&self) -> usize {
        self.images.0.first().filter(|range| range.start == 0).map_or(0, |range| range.end)
    }

    /// Notes images of a viewport whose pixels are there.
    fn note(&mut self, viewport: &Viewport, set: &DisplaySet, library: &Library) {
        let is_here = |image: &Image| {
            library.frame(&viewport.presented.key(image, library)).and_then(FrameState::ready).is_some()
        };
        // Of key images alone, none that stands between them.
        for place in viewport.tile_indices(set.images.len()) {
            let Some(image) = set.images.get(place) else { break };
            if !self.images.has(place) && is_here(image) {
                self.images.insert(place);
            }
        }
    }
}

impl Seen {
    /// Whether something of a display set is or was on screen.
    pub fn contains(&self, set: &DisplaySetId) -> bool {
        self.sets.contains_key(set)
    }

    /// Whether the reader marked a study as read, since the program began.
    pub fn is_read(&self, study: &StudyUid) -> bool {
        self.read.contains(study)
    }

    /// The reader marks a study as read; whether it was not yet.
    pub(super) fn mark_read(&mut self, study: &StudyUid) -> bool {
        self.read.len() < REMEMBERED_MAX && self.read.insert(study.clone())
    }

    /// What of a display set was on screen.
    pub(super) fn of(&self, set: &DisplaySetId) -> Option<&SeenSet> {
        self.sets.get(set)
    }

    /// Forgets which images of studies were shown; that they were read stays.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        self.sets.retain(|set, _| !closed.contains(&set.study));
        self.told.retain(|set, _| !closed.contains(&set.study));
    }

    /// The reader is told how many images of a display set were not shown.
    pub(super) fn note_told(&mut self, set: &DisplaySetId, unseen: usize) {
        if self.told.len() >= REMEMBERED_MAX {
            self.told.clear();
        }
        self.told.insert(set.clone(), unseen);
    }

    fn entry(&mut self, set: &DisplaySetId) -> Option<&mut SeenSet> {
        if !self.sets.contains_key(set) && self.sets.len() < REMEMBERED_MAX {
            self.sets.insert(set.clone(), SeenSet::default());
        }
        self.sets.get_mut(set)
    }

    /// Notes what a viewport shows; `is_coming` where more of its study is on its way.
    fn note(&mut self, viewport: &Viewport, is_coming: bool, library: &Library) {
        let fused = viewport.fused.as_ref().filter(|fused| fused.is_shown).map(|fused| &fused.with);
        if let Some(FusedWith::Series(above)) = fused
            && let Some(seen) = self.entry(&above.display_set)
        {
            seen.is_reformatted = true;
        }
        let Some(source) = &viewport.source else { return };
        let Some(seen) = self.entry(&source.display_set) else { return };
        if viewport.is_of_volume() {
            seen.is_reformatted = true;
            return;
        }
        let Some((.., set)) = library.find(&source.display_set) else { return };
        seen.note(viewport, set, library);
        if !is_coming && seen.count() >= set.images.len() {
            (seen.was_whole, seen.is_late) = (true, false);
        }
    }
}

impl Session {
    /// Takes note of what stands in viewports now; to be called whenever something may have come there.
    pub(super) fn note_seen(&mut self, library: &Library) {
        let mut seen = std::mem::take(&mut self.seen);
        for (place, screen) in self.screens.iter().enumerate() {
            // Under the list of studies no image is seen.
            if self.hides_images(place) {
                continue;
            }
            for (_, viewport) in screen.visible() {
                let study = viewport.source.as_ref().map(|source| &source.display_set.study);
                let retrieval = study.and_then(|study| self.archives.retrieval(study));
                let is_coming = self.indexing.runs > 0 || retrieval.is_some_and(Retrieval::is_under_way);
                seen.note(viewport, is_coming, library);
            }
        }
        self.seen = seen;
    }

    /// The display sets of which images were shown, as they are now: for [`Session::keep_seen`].
    pub fn seen_sets(&self, library: &Library) -> Vec<Arc<DisplaySet>> {
        let shown = self.seen.sets.iter().filter(|(_, seen)| seen.count() > 0);
        shown.filter_map(|(id, _)| library.find(id)).map(|(.., set)| Arc::clone(set)).collect()
    }

    /// After more files have come: every image that was shown stays so, wherever it stands now. What came to a display set that
    /// was whole, and all shown, is late.
    pub fn keep_seen(&mut self, before: &[Arc<DisplaySet>], library: &Library) {
        let mut shown: Vec<FrameKey> = Vec::new();
        for was in before {
            let now = library.find(&was.id).map(|(.., now)| now);
            let Some(seen) = self.seen.sets.get_mut(&was.id) else { continue };
            if now.is_some_and(|now| Arc::ptr_eq(was, now)) {
                continue;
            }
            let places = std::mem::take(&mut seen.images).0.into_iter().flatten();
            shown.extend(places.filter_map(|place| was.images.get(place)).map(Image::key));
            if now.is_some_and(|now| now.images.len() > was.images.len()) {
                seen.is_late |= std::mem::take(&mut seen.was_whole);
                self.seen.told.remove(&was.id);
            }
        }
        for key in shown {
            if let Some((set, place)) = library.locate(&key)
                && let Some(seen) = self.seen.entry(&set)
            {
                seen.images.insert(place);
            }
        }
    }
}

/// Numbers in ranges, in order and apart from each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Ranges(Vec<Range<usize>>);

impl Ranges {
    /// The most ranges; a number that would need one more is left out.
    const COUNT_MAX: usize = 1000;

    fn count(&self) -> usize {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    fn has(&self, number: usize) -> bool {
        let at = self.0.partition_point(|range| range.end <= number);
        self.0.get(at).is_some_and(|range| range.start <= number)
    }

    fn insert(&mut self, number: usize) {
        let after = number.saturating_add(1);
        let at = self.0.partition_point(|range| range.end < number);
        let touches = |range: &&Range<usize>| range.start <= after;
        let next_end = self.0.get(at + 1).filter(touches).map(|next| next.end);
        if !self.0.get(at).is_some_and(|range| touches(&range)) {
            if self.0.len() < Self::COUNT_MAX {
                self.0.insert(at, number..after);
            }
            return;
        }
        if let Some(range) = self.0.get_mut(at) {
            range.start = range.start.min(number);
            range.end = range.end.max(next_end.unwrap_or(after)).max(after);
        }
        if next_end.is_some() {
            self.0.remove(at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_any_order_are_kept_in_few_ranges() {
        let mut ranges = Ranges::default();
        for number in [5, 3, 4, 9, 0, 4, 8, 1] {
            ranges.insert(number);
        }
        assert_eq!(ranges.0, [0..2, 3..6, 8..10]);
        assert_eq!(ranges.count(), 7);
        let there: Vec<usize> = (0..12).filter(|number| ranges.has(*number)).collect();
        assert_eq!(there, [0, 1, 3, 4, 5, 8, 9]);
        ranges.insert(2);
        assert_eq!(ranges.0, [0..6, 8..10]);
    }

    #[test]
    fn there_are_so_many_ranges_and_no_more() {
        let mut ranges = Ranges::default();
        for number in 0..Ranges::COUNT_MAX + 9 {
            ranges.insert(number * 2);
        }
        assert_eq!(ranges.count(), Ranges::COUNT_MAX);
        ranges.insert(1);
        assert_eq!(ranges.0[0], 0..3, "what joins two needs no room");
    }
}
