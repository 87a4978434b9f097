//! Studies that are closed: nothing of them stays in memory. What is not saved of them is a draft by then, and comes back with them.

use crate::dicom::StudyUid;
use crate::priors::Ranking;
use crate::study::Library;

use super::archive::Retrieval;
use super::effect::Effect;
use super::state::{Focus, MessageKind, Session};
use super::viewport::Viewport;

impl Session {
    /// Closes the study that is read, and the priors that came with it. What is still being fetched stays: the rest of it would come
    /// back, and look like all of it.
    pub(super) fn close_read(&mut self, library: &Library) -> Vec<Effect> {
        let Some(read) = self.read_study(library).map(|study| study.attributes.uid.clone()) else {
            self.tell(MessageKind::Note, "No study hangs.");
            return Vec::new();
        };
        if self.is_coming(&read) {
            let text = "The study is still being fetched: close it when all of it is here, or when that was cancelled.";
            self.tell(MessageKind::Note, text);
            return Vec::new();
        }
        self.end_blink(library);
        self.take_prior_away();
        let uids = library.studies().iter().map(|study| &study.attributes.uid);
        let is_its = |uid: &&StudyUid| **uid != read && self.priors.is_fetched(uid) && !self.is_coming(uid);
        let priors: Vec<StudyUid> = uids.filter(is_its).cloned().collect();
        self.end_gesture();
        vec![Effect::Close(std::iter::once(read).chain(priors).collect())]
    }

    fn is_coming(&self, study: &StudyUid) -> bool {
        self.archives.retrieval(study).is_some_and(Retrieval::is_under_way)
    }

    /// Whether a study may be closed without the reader's word: nobody looks at it, waits for it or compares with it.
    pub fn is_idle(&self, study: &StudyUid) -> bool {
        let is_shown = |viewport: &Viewport| viewport.shows_study(study) || viewport.fuses_study(study);
        let mut viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        !self.is_resuming()
            && !viewports.any(is_shown)
            && self.hung.as_ref().is_none_or(|hung| hung.study != *study)
            && self.awaited.as_ref() != Some(study)
            && self.priors.picked(study).is_none()
            && !self.is_coming(study)
    }

    /// Forgets studies that are closed.
    pub(super) fn forget_studies(&mut self, closed: &[StudyUid]) {
        self.take_off(closed);
        self.marks.forget(closed);
        self.key_images.forget(closed);
        self.seen.forget(closed);
        self.unsaved.forget(closed);
        self.history.forget(closed);
        self.path = self.path.take().filter(|path| !closed.contains(&path.display_set.study));
        self.shared_point =
            self.shared_point.take().filter(|point| !closed.contains(&point.display_set.study));
        if self.priors.current.as_ref().is_some_and(|read| closed.contains(read)) {
            // Its priors are nobody's.
            self.priors.ranking = Ranking::default();
        }
        self.forget_values(closed);
    }

    /// Takes studies off the screen; the rest stays where it is.
    pub fn take_off(&mut self, closed: &[StudyUid]) {
        let fresh = self.settings.fresh_viewport();
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if closed.iter().any(|study| viewport.shows_study(study)) {
                viewport.clone_from(&fresh);
            } else if closed.iter().any(|study| viewport.fuses_study(study)) {
                viewport.fused = None;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Palettes;
    use crate::dicom::SeriesUid;
    use crate::session::{Fused, FusedSeries, FusedWith, SessionSettings, Source, VoiChoice};
    use crate::study::DisplaySetId;
    use crate::units::Opacity;

    #[test]
    fn what_lies_over_another_study_is_looked_at_until_it_is_closed() {
        let [below, over] = ["2.25.1", "2.25.2"].map(StudyUid::new);
        let set = |study: &StudyUid| DisplaySetId {
            study: study.clone(),
            series: SeriesUid::new("2.25.3"),
            index: 0,
        };
        let mut session = Session::new(SessionSettings::default());
        assert!(session.is_idle(&over));
        let palette = Palettes::default().named("hot-iron").expect("a palette").clone();
        let with = FusedSeries { display_set: set(&over), voi: VoiChoice::default(), palette };
        let fused = Fused { with: FusedWith::Series(with), is_shown: true, opacity: Opacity::HALF };
        let viewport = session.focused_viewport_mut().expect("a viewport");
        viewport.source = Some(Source { display_set: set(&below), index: 0 });
        viewport.fused = Some(fused);
        assert!(!session.is_idle(&over) && !session.is_idle(&below));
        session.take_off(std::slice::from_ref(&over));
        let viewport = session.focused_viewport().expect("a viewport");
        assert!(viewport.fused.is_none() && viewport.shows_study(&below));
    }
}
