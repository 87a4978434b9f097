//! Whose images are on screen: another patient's stand beside them only by the reader's explicit word.

use crate::dicom::Instance;
use crate::study::{DisplaySet, Library};

use super::state::{Focus, MessageKind, Session};
use super::viewport::Viewport;

/// Whom a display set would join in the viewport in focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// Its own patient, or nobody.
    Own,
    /// Another patient, whose place it would take.
    Replaced,
    /// Another patient, beside whom it would stand.
    Other,
}

impl Session {
    /// Whether two images are of one patient: by ID, issuer and what else must not contradict, unless the reader has said that it
    /// does not matter.
    pub fn is_same_patient(&self, a: &Instance, b: &Instance) -> bool {
        a.patient.is_same_person(&b.patient) || self.priors.is_accepted(&a.study.uid, &b.study.uid)
    }

    /// Whom a display set would join. What one that fills the window hides counts: it comes back.
    pub(super) fn company(&self, set: &DisplaySet, library: &Library) -> Company {
        let Some(image) = set.images.first() else { return Company::Own };
        let mut company = Company::Own;
        for (screen, known) in self.screens.iter().enumerate() {
            for (viewport, shown) in known.viewports.iter().take(known.division.count()).enumerate() {
                let Some(there) = instance_of(shown, library) else { continue };
                if self.is_same_patient(there, &image.instance) {
                    return Company::Own;
                }
                if (Focus { screen, viewport }) != self.focus {
                    company = Company::Other;
                } else if company == Company::Own {
                    company = Company::Replaced;
                }
            }
        }
        company
    }

    /// Another patient takes the place of the one in focus: nothing of the latter is left in a viewport without a place, and
    /// nothing that still comes of that study hangs.
    pub(super) fn go_over(&mut self) {
        let (fresh, focus) = (self.settings.fresh_viewport(), self.focus);
        for (screen, known) in self.screens.iter_mut().enumerate() {
            for (viewport, shown) in known.viewports.iter_mut().enumerate() {
                if (Focus { screen, viewport }) != focus && shown.source.is_some() {
                    shown.clone_from(&fresh);
                }
            }
        }
        self.priors.blinked = None;
        self.hung = None;
    }

    /// Says why a display set of another patient does not hang, and how it does.
    pub(super) fn refuse_other_patient(&mut self, set: &DisplaySet, library: &Library) {
        let place = library.display_sets().take_while(|(.., known)| known.id != set.id).count() + 1;
        let studies = library.studies().iter();
        let study = studies.take_while(|known| known.attributes.uid != set.id.study).count() + 1;
        let text = format!(
            "This is another patient's: `study {study}` shows it in place of what hangs, `hang {place} anyway` beside it."
        );
        self.tell(MessageKind::Caution, text);
    }
}

/// Of the image itself: a study may hold a stranger's.
pub(super) fn instance_of<'a>(viewport: &Viewport, library: &'a Library) -> Option<&'a Instance> {
    let source = viewport.source.as_ref()?;
    let (.., set) = library.find(&source.display_set)?;
    set.images.get(source.index).map(|image| image.instance.as_ref())
}
