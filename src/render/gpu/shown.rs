//! Which volumes are on screen. What is shown in one viewport is not sent away for what is shown in another, and back again in the
//! next frame: neither would ever be whole.

use std::collections::HashMap;

use crate::volume::Volume;

use super::device::GpuError;
use super::engine::{Engine, Slot};
use super::in_time::Begun;
use super::of_volume::Seen;

/// Which volumes the pictures of viewports are of, as they were prepared last.
#[derive(Debug, Default)]
pub(super) struct Shown {
    clock: u64,
    pictures: HashMap<Slot, Picture>,
}

/// Of one viewport.
#[derive(Debug, Default)]
struct Picture {
    /// When it was prepared last, and the time before.
    at: u64,
    before: u64,
    /// On the card.
    volumes: Vec<u64>,
    /// The sheaf on the card that it is drawn from next.
    sheaf: Option<u64>,
    /// Whether there was no room beside others for all of them, and the time before.
    is_crowded: bool,
    was_crowded: bool,
}

impl Shown {
    /// A viewport's picture is about to be prepared; gives those of its screen that were not while it was twice: they are not on screen
    /// any more.
    fn begin(&mut self, slot: Slot) -> Vec<Slot> {
        self.clock += 1;
        let picture = self.pictures.entry(slot).or_default();
        let since = picture.before;
        let (before, was_crowded) = (picture.at, picture.is_crowded);
        *picture = Picture { at: self.clock, before, was_crowded, ..Picture::default() };
        let gone =
            self.pictures.extract_if(|other, picture| other.screen == slot.screen && picture.at < since);
        gone.map(|(other, _)| other).collect()
    }

    /// What its picture is of so far, and what others show that were prepared since it was last: some of it may have gone from the
    /// screen in this frame, none in the next.
    pub(super) fn beside(&self, slot: Slot) -> Vec<u64> {
        let since = self.pictures.get(&slot).map_or(0, |picture| picture.before);
        let others = self.pictures.values().filter(|picture| picture.at > since);
        others.flat_map(|picture| &picture.volumes).copied().collect()
    }

    /// The sheaves that others are drawn from next, of those that were prepared since it was last.
    pub(super) fn sheaves_beside(&self, slot: Slot) -> Vec<u64> {
        let since = self.pictures.get(&slot).map_or(0, |picture| picture.before);
        let others = self.pictures.iter().filter(|(other, picture)| **other != slot && picture.at > since);
        others.filter_map(|(_, picture)| picture.sheaf).collect()
    }

    /// A viewport's picture goes on from a sheaf in its next frame.
    pub(super) fn goes_on_from(&mut self, slot: Slot, sheaf: Option<u64>) {
        self.picture(slot).sheaf = sheaf;
    }

    fn picture(&mut self, slot: Slot) -> &mut Picture {
        let fresh = Picture { at: self.clock, ..Picture::default() };
        self.pictures.entry(slot).or_insert(fresh)
    }
}

impl Engine {
    /// A viewport's picture is about to be prepared. What was begun in viewports that are not on screen any more is let go: it takes more
    /// of the card than their pictures.
    pub(super) fn begin(&mut self, slot: Slot) {
        for gone in self.shown.begin(slot) {
            if let Some(work) = self.works.get_mut(&gone) {
                work.begun = Begun::default();
            }
            if let Some(laid) = self.slots.get_mut(&gone).and_then(|drawn| drawn.layer.as_mut()) {
                laid.begun = Begun::default();
            }
        }
    }

    /// What the card has of a volume that a viewport shows, a coarse copy of it where it has no room for all of it; an error where
    /// not even that has room beside what else is on screen.
    pub(super) fn volume_in(&mut self, slot: Slot, volume: &Volume) -> Result<Seen, GpuError> {
        let beside = self.shown.beside(slot);
        let mut outcome = self.residency.volume(&self.gpu, volume, &beside);
        let picture = self.shown.picture(slot);
        if matches!(outcome, Err(GpuError::VolumeTooLarge { .. })) {
            picture.is_crowded = true;
            // The first time the others may be those of the frame before, but for what this picture itself is of.
            if !picture.was_crowded {
                outcome = self.residency.volume(&self.gpu, volume, &picture.volumes);
            }
        }
        if let Ok(seen) = &outcome {
            picture.volumes.push(seen.volume.0);
        }
        outcome
    }
}
