//! What of the running program goes to the audit trail: which studies are on screen, what is asked, fetched and sent, what is saved and
//! exported. Nothing here waits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::audit::{Access, AuditStudy, Direction, Happening};
use crate::dicom::{PatientAttributes, StudyUid};
use crate::session::{Effect, Event, FusedWith, Retrieval, RetrievalState, Screen, Session, Viewport};
use crate::study::{Library, Study};
use crate::study_list::Place;
use crate::units::Phi;

use super::archives::query_of;
use super::auditor::{AuditHandle, Auditor, uri_of};
use super::clock::Clock;
use super::reading::Reading;

/// How archives are asked, in the trail: explicit little endian.
const TRANSFER_SYNTAX: &str = "1.2.840.10008.1.2.1";

/// A study that comes back within this time, as a prior that blinks does, was not closed.
const GONE_AFTER: Duration = Duration::from_secs(10);

/// The studies on screen, as the audit trail has them.
#[derive(Default)]
pub(super) struct Watched {
    /// Each as it was recorded, and when it left the screen, if it did: by the program's clock, and by the system's.
    studies: BTreeMap<StudyUid, (AuditStudy, Option<(Duration, SystemTime)>)>,
}

/// What a view shows whose pictures leave the program, for whoever writes them.
pub(super) struct Exported {
    user: Option<String>,
    studies: Vec<AuditStudy>,
    auditor: AuditHandle,
}

impl Exported {
    /// Records that so many pictures went to a file or folder; else to the clipboard.
    pub(super) fn record(self, to: Option<&Phi<PathBuf>>, has_identity: bool, pictures: usize) {
        let to = to.map_or_else(|| "clipboard:".to_owned(), |path| uri_of(path.reveal()));
        let Self { user, studies, auditor } = self;
        auditor.note(Happening::Exported { user, studies, to: Phi::new(to), has_identity, pictures });
    }
}

impl Reading {
    /// Records what happens from now on.
    pub fn audit_with(&mut self, auditor: Auditor) {
        self.auditor = auditor;
    }

    /// The audit trail.
    pub const fn auditor(&self) -> &Auditor {
        &self.auditor
    }

    /// Records which studies came on screen and which left it.
    pub(super) fn audit_shown(&mut self) {
        if !self.auditor.is_on() {
            return;
        }
        let (now, at) = (self.trace.clock().elapsed(), Clock::now());
        let shown = self.shown_studies();
        for study in &shown {
            if let Some((_, gone)) = self.watched.studies.get_mut(study) {
                *gone = None;
                continue;
            }
            // What is not read yet is recorded with its patient, once it is.
            let Some(found) = open_study(&self.library, study) else { continue };
            let is_read = self.session.hung.as_ref().is_none_or(|hung| hung.study == *study);
            let access = if is_read { Access::Opened } else { Access::ShownBeside };
            self.auditor.note_at(at, Happening::Accessed { study: found.clone(), access });
            self.watched.studies.insert(study.clone(), (found, None));
        }
        self.watched.studies.retain(|study, (recorded, gone)| {
            if shown.contains(study) {
                return true;
            }
            let (since, left) = *gone.get_or_insert((now, at));
            let is_gone = now.saturating_sub(since) >= GONE_AFTER;
            if is_gone {
                let what = Happening::Accessed { study: recorded.clone(), access: Access::Closed };
                self.auditor.note_at(left, what);
            }
            !is_gone
        });
    }

    /// The program ends, or another reader takes over: what is on screen is closed.
    pub(super) fn audit_end(&mut self) {
        let now = Clock::now();
        for (study, gone) in std::mem::take(&mut self.watched.studies).into_values() {
            let at = gone.map_or(now, |(_, left)| left);
            self.auditor.note_at(at, Happening::Accessed { study, access: Access::Closed });
        }
    }

    /// Those of all images on screen and of what lies over them.
    fn shown_studies(&self) -> BTreeSet<StudyUid> {
        let visible = self.session.screens.iter().flat_map(Screen::visible).map(|(_, viewport)| viewport);
        visible.flat_map(studies_of).cloned().collect()
    }

    /// Records what is asked of archives.
    pub(super) fn audit_effect(&self, effect: &Effect) {
        match effect {
            _ if !self.auditor.is_on() => {}
            Effect::FindStudies(_, asked) => {
                let query = query_of(asked).identifier(TRANSFER_SYNTAX);
                for place in &self.session.archives.places {
                    let Place::Archive(name) = place else { continue };
                    self.auditor.note(Happening::Queried {
                        archive: self.auditor.archive(name),
                        query: Phi::new(query.clone()),
                        transfer_syntax: TRANSFER_SYNTAX.to_owned(),
                    });
                }
            }
            Effect::Retrieve(order) => self.auditor.note(Happening::TransferBegun {
                archive: self.auditor.archive(&order.archive),
                direction: Direction::Received,
                study: known_study(&self.session, &self.library, &order.study),
            }),
            _ => {}
        }
    }

    /// Records what came of it.
    pub(super) fn audit_event(&self, event: &Event) {
        let (archive, direction, study, outcome) = match event {
            _ if !self.auditor.is_on() => return,
            Event::Retrieving(retrieval) => {
                let Some(outcome) = ended(retrieval) else { return };
                (&retrieval.order.archive, Direction::Received, &retrieval.order.study, outcome)
            }
            Event::ObjectsSent { archive, study, outcome } => {
                (archive, Direction::Sent, study, outcome.clone())
            }
            _ => return,
        };
        self.auditor.note(Happening::Transferred {
            archive: self.auditor.archive(archive),
            direction,
            study: known_study(&self.session, &self.library, study),
            outcome,
        });
    }

    /// What the viewport in focus shows, to be exported; none where nothing is recorded.
    pub(super) fn exported(&self) -> Option<Exported> {
        let auditor = self.auditor.handle()?;
        let studies = self.session.focused_viewport().into_iter().flat_map(studies_of);
        let studies = studies.map(|study| known_study(&self.session, &self.library, study)).collect();
        let user = self.session.reader.name().map(str::to_owned);
        Some(Exported { user, studies, auditor })
    }
}

impl Auditor {
    /// Records that something of the reader's was kept of a study.
    pub(super) fn note_saved(&self, study: Option<&StudyUid>, session: &Session, library: &Library) {
        if let Some(study) = study.filter(|_| self.is_on()) {
            let study = known_study(session, library, study);
            self.note(Happening::Accessed { study, access: Access::Saved });
        }
    }
}

/// The study of a viewport's images, and that of what the reader laid over them.
fn studies_of(viewport: &Viewport) -> impl Iterator<Item = &StudyUid> {
    let over = viewport.fused.as_ref().filter(|fused| fused.is_shown).and_then(|fused| match &fused.with {
        FusedWith::Series(series) => Some(&series.display_set.study),
        FusedWith::State => None,
    });
    viewport.source.as_ref().map(|source| &source.display_set.study).into_iter().chain(over)
}

/// How a retrieval has ended, if it has.
fn ended(retrieval: &Retrieval) -> Option<Result<(), String>> {
    let Retrieval { received, state, .. } = retrieval;
    let partly = |why: &str| Err(format!("{received} objects are here: {why}"));
    match state {
        RetrievalState::Waiting | RetrievalState::Running | RetrievalState::TriedAgain(_) => None,
        RetrievalState::Whole => Some(Ok(())),
        RetrievalState::Incomplete(why) => Some(partly(why)),
        RetrievalState::Cancelled => Some(partly("the reader stopped it")),
    }
}

/// A study as it is known: open, or only listed, or by its UID alone.
fn known_study(session: &Session, library: &Library, uid: &StudyUid) -> AuditStudy {
    let listed = || {
        let entry = session.studies.list.row(uid).and_then(|row| row.entries().next());
        entry.map(|entry| AuditStudy {
            uid: uid.clone(),
            patient: entry.patient.clone(),
            description: entry.study.description.clone(),
            accession: entry.study.accession.clone(),
            objects: BTreeMap::new(),
        })
    };
    let of_uid = || AuditStudy {
        uid: uid.clone(),
        patient: PatientAttributes::default(),
        description: String::new(),
        accession: Phi::default(),
        objects: BTreeMap::new(),
    };
    open_study(library, uid).or_else(listed).unwrap_or_else(of_uid)
}

fn open_study(library: &Library, uid: &StudyUid) -> Option<AuditStudy> {
    let study = library.studies().iter().find(|study| study.attributes.uid == *uid)?;
    Some(AuditStudy {
        uid: uid.clone(),
        patient: study.patient.clone(),
        description: study.attributes.description.clone(),
        accession: study.attributes.accession.clone(),
        objects: objects_of(study),
    })
}

/// How many objects of each SOP class are here.
fn objects_of(study: &Study) -> BTreeMap<String, usize> {
    let images = study.series.iter().flat_map(|series| &series.display_sets).flat_map(|set| &set.images);
    let mut classes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for image in images {
        let instance = &image.instance;
        classes.entry(&instance.sop_class).or_default().insert(instance.uid.as_str());
    }
    classes.into_iter().map(|(class, objects)| (class.to_owned(), objects.len())).collect()
}
