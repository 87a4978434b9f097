//! Whether sections and renderings are moving: their picture may be less exact then, and is exact a moment after they rest.

use std::collections::BTreeMap;

use super::curve::Along;
use super::reformat::Reformat;
use super::rendering::Rendering;
use super::state::Session;
use super::viewport::View;

/// So long after the last change they are at rest, ms: with a frame of the monitor, less than 100 ms.
const REST_MS: f64 = 70.0;

/// Where: the window and the viewport, as indices.
type Place = (usize, usize);

/// Sections and renderings that have changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Motion {
    /// The program's time at which the change was noticed, ms; nothing before time is told.
    since_ms: BTreeMap<Place, Option<f64>>,
}

/// How viewports show volumes; nothing of those that show images.
pub(super) type ShownOfVolumes = BTreeMap<Place, (Option<Reformat>, Option<Along>, Option<Rendering>, View)>;

impl Session {
    /// Whether anything of a volume on screen has just changed and is to rest; a turntable is not.
    pub fn is_moving(&self) -> bool {
        self.motion.since_ms.keys().any(|(screen, viewport)| {
            let shown = self.screens.get(*screen).and_then(|screen| screen.viewports.get(*viewport));
            let rendering = shown.and_then(|shown| shown.rendering.as_ref());
            !rendering.is_some_and(|rendering| rendering.turntable.is_turning)
        })
    }

    /// Whether what a viewport shows of a volume has just changed; by the indices of window and viewport.
    pub fn moves(&self, place: (usize, usize)) -> bool {
        self.motion.since_ms.contains_key(&place)
    }

    pub(super) fn volumes_now(&self) -> ShownOfVolumes {
        let screens = self.screens.iter().enumerate();
        let viewports = screens.flat_map(|(screen, shown)| {
            shown.viewports.iter().enumerate().map(move |(index, viewport)| ((screen, index), viewport))
        });
        let of_volumes = viewports.filter(|(_, viewport)| viewport.is_of_volume());
        of_volumes
            .map(|(place, viewport)| {
                (
                    place,
                    (viewport.reformat, viewport.along().cloned(), viewport.rendering.clone(), viewport.view),
                )
            })
            .collect()
    }

    /// After a command: what of volumes it moved.
    pub(super) fn note_motion(&mut self, before: &ShownOfVolumes) {
        let moved = self.volumes_now().into_iter().filter(|(place, now)| before.get(place) != Some(now));
        self.motion.since_ms.extend(moved.map(|(place, _)| (place, None)));
    }

    /// Lets everything rest at once: for a picture that is to be exact.
    pub fn rest_all(&mut self) {
        self.motion = Motion::default();
    }

    /// What moves by itself, moves on.
    pub(super) fn keep_moving(&mut self, place: (usize, usize), now_ms: f64) {
        self.motion.since_ms.insert(place, Some(now_ms));
    }

    /// Lets what moved come to rest.
    pub(super) fn rest_volumes(&mut self, now_ms: f64) {
        self.motion.since_ms.retain(|_, since_ms| now_ms < *since_ms.get_or_insert(now_ms) + REST_MS);
    }

    /// When what moved is to be told the time next, ms since the program began; `None` when all rests.
    pub(super) fn rest_due_ms(&self) -> Option<f64> {
        let due = self.motion.since_ms.values().map(|since_ms| since_ms.map_or(0.0, |ms| ms + REST_MS));
        due.min_by(f64::total_cmp)
    }
}
