//! Closing studies, so that a day of reading ends with as much memory as it began with.

use std::sync::Arc;

use crate::dicom::StudyUid;
use crate::session::{Event, MessageKind, PatternOrder};
use crate::study::{Studies, Unreadable};

use super::archives::Order;
use super::reading::Reading;

/// Studies from the store and archives that are open: beyond, the one goes that was opened first and that nobody looks at.
const OPEN_MAX: usize = 32;

impl Reading {
    /// Another program of the reader keeps the drafts.
    pub const fn keep_no_drafts(&mut self) {
        self.drafts.turn_off();
    }

    /// Studies from the store and archives that are open, in the order in which they were opened.
    pub fn opened(&self) -> Vec<StudyUid> {
        self.opened.iter().cloned().collect()
    }

    /// A study from the store or an archive is opened.
    pub(super) fn note_opened(&mut self, study: &StudyUid) {
        self.opened.retain(|known| known != study);
        self.opened.push_back(study.clone());
        let surplus = self.opened.len().saturating_sub(OPEN_MAX);
        let idle = self.opened.iter().filter(|study| self.session.is_idle(study)).cloned();
        let closed: Vec<StudyUid> = idle.take(surplus).collect();
        if !closed.is_empty() {
            self.close(closed, false);
        }
    }

    /// Forgets studies. What is not saved of one must be a draft by then: it stays otherwise, which the reader is told who asked
    /// for it.
    pub(super) fn close(&mut self, mut studies: Vec<StudyUid>, is_asked: bool) {
        self.keep_drafts();
        let (drafts, session, library) = (&self.drafts, &self.session, &self.library);
        let count = studies.len();
        studies.retain(|study| drafts.have_all_of(study, session, library));
        let some_stay = studies.len() < count;
        let is_taken = studies.is_empty() || self.services.close(studies.clone());
        if is_taken {
            if self.services.has_archives() {
                // Before any of them can be opened again. Where there is too much to do they stay in the store until others are opened.
                let _is_taken = self.services.order(Order::LetGo(studies.clone()));
            }
            self.session.take_off(&studies);
            // Views of them are not worth coming back.
            self.keep_drafts();
        }
        let told = match (some_stay, is_taken) {
            (true, _) => {
                "A study stays open: what is not saved of it cannot be kept as a draft. Save it first."
            }
            (false, false) => "There is too much to do; close the study again later.",
            (false, true) => return,
        };
        if is_asked {
            self.session.tell(MessageKind::Caution, told);
        }
    }

    /// What is not saved is on its way to the disk.
    fn keep_drafts(&mut self) {
        self.drafts.note_change();
        self.drafts.follow(&self.session, &self.library, &self.services);
    }

    /// Whether pixels have come of a study that was closed while they were read, from a disk that hung it may be hours before: nobody
    /// would let go of them.
    pub(super) fn is_of_closed(&self, event: &Event) -> bool {
        let study = match event {
            Event::FrameRead { key, .. } if !PatternOrder::is_pattern(key) => &key.study,
            Event::ThumbnailRead { set, .. } => &set.study,
            _ => return false,
        };
        self.library.studies().iter().all(|known| known.attributes.uid != *study)
    }

    /// Studies were closed: what is left is this.
    pub(super) fn take_closed(
        &mut self,
        closed: &[StudyUid],
        studies: &Arc<Studies>,
        unreadable: &Arc<Vec<Unreadable>>,
    ) {
        // The reader may have hung one again before it was gone, and marked something.
        self.keep_drafts();
        // Before their marks go from the session: else drafts would be emptied.
        self.drafts.forget(closed);
        let shown = self.session.shown_images(&self.library);
        self.library.take(Arc::clone(studies), Arc::clone(unreadable));
        self.library.forget(closed);
        self.session.keep_images(shown, &self.library);
        self.wanted.forget(closed);
        self.complete.retain(|set| !closed.contains(&set.study));
        self.opened.retain(|study| !closed.contains(study));
        self.services.forget_pixels(closed);
    }
}
