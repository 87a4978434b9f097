//! Whether sections are moving: their picture may be less exact then, and is exact a moment after they rest.

use super::reformat::Reformat;
use super::state::Session;
use super::viewport::{View, Viewport};

/// So long after the last change sections are at rest, ms: with a frame of the monitor, less than 100 ms.
const REST_MS: f64 = 70.0;

/// Sections that have changed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Motion {
    /// The program's time at which the change was noticed, ms; nothing before time is told.
    since_ms: Option<f64>,
}

/// How viewports show sections; nothing of those that show images.
pub(super) type ShownSections = Vec<Option<(Reformat, View)>>;

impl Session {
    /// Whether the sections on screen have just changed.
    pub const fn is_moving(&self) -> bool {
        self.motion.is_some()
    }

    pub(super) fn sections_now(&self) -> ShownSections {
        let shown = |viewport: &Viewport| Some((viewport.reformat?, viewport.view));
        self.screens.iter().flat_map(|screen| &screen.viewports).map(shown).collect()
    }

    /// After a command: whether it moved a section.
    pub(super) fn note_motion(&mut self, before: &ShownSections) {
        let now = self.sections_now();
        if now != *before && now.iter().any(Option::is_some) {
            self.motion = Some(Motion::default());
        }
    }

    /// Lets sections come to rest.
    pub(super) fn rest_sections(&mut self, now_ms: f64) {
        self.motion = self.motion.and_then(|motion| match motion.since_ms {
            None => Some(Motion { since_ms: Some(now_ms) }),
            Some(since_ms) => (now_ms < since_ms + REST_MS).then_some(motion),
        });
    }

    /// When the sections are to be told the time next, ms since the program began; `None` when they rest.
    pub(super) fn rest_due_ms(&self) -> Option<f64> {
        self.motion.map(|motion| motion.since_ms.map_or(0.0, |since_ms| since_ms + REST_MS))
    }
}
