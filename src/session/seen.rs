//! Which display sets the reader has had on screen.

use super::screen::Screen;
use super::state::Session;

impl Session {
    /// Takes note of what stands in viewports now; to be called whenever something may have come there.
    pub(super) fn note_seen(&mut self) {
        let shown = self.screens.iter().flat_map(Screen::visible);
        let sets = shown.filter_map(|(_, viewport)| Some(&viewport.source.as_ref()?.display_set));
        let new: Vec<_> = sets.filter(|set| !self.seen.contains(set)).cloned().collect();
        self.seen.extend(new);
    }
}
