//! Studies that are closed: nothing of them stays in memory. What is not saved of them is a draft by then, and comes back with them.

use crate::dicom::StudyUid;
use crate::study::Library;

use super::effect::Effect;
use super::state::{Focus, MessageKind, Session};
use super::viewport::Viewport;

impl Session {
    /// Closes the study that is read, and the priors that came with it: what hangs goes.
    pub(super) fn close_read(&mut self, library: &Library) -> Vec<Effect> {
        let Some(read) = self.read_study(library).map(|study| study.attributes.uid.clone()) else {
            self.tell(MessageKind::Note, "No study hangs.");
            return Vec::new();
        };
        self.take_prior_away();
        let uids = library.studies().iter().map(|study| &study.attributes.uid);
        let priors: Vec<StudyUid> =
            uids.filter(|uid| **uid != read && self.priors.is_fetched(uid)).cloned().collect();
        let closed: Vec<StudyUid> = std::iter::once(read).chain(priors).collect();
        self.end_gesture();
        self.take_off(&closed);
        vec![Effect::Close(closed)]
    }

    /// Whether a study may be closed without the reader's word: nobody looks at it, waits for it or compares with it.
    pub fn is_idle(&self, study: &StudyUid) -> bool {
        let is_shown = |viewport: &Viewport| viewport.shows_study(study);
        let mut viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        !viewports.any(is_shown)
            && self.hung.as_ref().is_none_or(|hung| hung.study != *study)
            && self.awaited.as_ref() != Some(study)
            && self.priors.picked(study).is_none()
            && !self.archives.retrieval(study).is_some_and(super::Retrieval::is_under_way)
    }

    /// Forgets studies that are closed.
    pub(super) fn forget_studies(&mut self, closed: &[StudyUid]) {
        self.take_off(closed);
        self.marks.forget(closed);
        self.key_images.forget(closed);
        self.seen.forget(closed);
        self.unsaved.forget(closed);
        self.history.forget(closed);
        self.forget_values(closed);
    }

    /// Takes studies off the screen; the rest stays where it is.
    fn take_off(&mut self, closed: &[StudyUid]) {
        let fresh = self.settings.fresh_viewport();
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if closed.iter().any(|study| viewport.shows_study(study)) {
                viewport.clone_from(&fresh);
            }
        }
        if self.hung.as_ref().is_some_and(|hung| closed.contains(&hung.study)) {
            self.hung = None;
            self.focus = Focus { screen: 0, viewport: 0 };
            for screen in &mut self.screens {
                screen.show_all();
            }
        }
    }
}
