//! Which study and series.

use crate::command::{Next, StudyCommand};
use crate::dicom::StudyUid;
use crate::study::{DisplaySet, DisplaySetId, Library, Study};

use super::super::cine::Cine;
use super::super::effect::Effect;
use super::super::patients::Company;
use super::super::presented::Presented;
use super::super::state::{MessageKind, Session};
use super::super::viewport::{Source, View, VoiChoice};

impl Session {
    pub(super) fn apply_study(&mut self, command: &StudyCommand, library: &Library) -> Vec<Effect> {
        match command {
            StudyCommand::Open(path) => return self.index(vec![path.clone()]),
            StudyCommand::OpenDialog => return vec![Effect::PickFiles],
            StudyCommand::Retrieve => return self.retrieve_focused(library),
            StudyCommand::Series(next) => {
                let sets: Vec<_> = self
                    .study_in_focus(library)
                    .into_iter()
                    .flat_map(|study| &study.series)
                    .flat_map(|series| &series.display_sets)
                    .collect();
                let shown = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
                let place = shown.and_then(|source| sets.iter().position(|set| set.id == source.display_set));
                let next = match place {
                    Some(place) => next.index_from(place, sets.len()),
                    None => (!sets.is_empty()).then_some(0),
                };
                if let Some(set) = next.and_then(|index| sets.get(index)) {
                    self.show(set, library);
                }
            }
            StudyCommand::Hang(place) | StudyCommand::HangAnyway(place) => {
                let sets: Vec<_> = library.display_sets().collect();
                match sets.get(place.saturating_sub(1)) {
                    Some((.., set)) if self.shows(&set.id) => {
                        self.tell(MessageKind::Note, "This series hangs here already.");
                    }
                    Some((.., set)) if matches!(command, StudyCommand::HangAnyway(_)) => {
                        self.show_beside_anyone(set, library);
                    }
                    Some((.., set)) => self.show(set, library),
                    None => {
                        let text = format!("There are {} series in the strip.", sets.len());
                        self.tell(MessageKind::Note, text);
                    }
                }
            }
            StudyCommand::StudyAnyway(next) => {
                let set = self.next_study(*next, library).and_then(Study::first_set);
                if let Some(set) = set {
                    self.show_beside_anyone(set, library);
                }
            }
            StudyCommand::Study(next @ (Next::Next | Next::Previous))
                if self.place_in_list(library).is_some() =>
            {
                if let Some(study) = self.next_listed(*next, library) {
                    return self.open_listed(&study, library);
                }
                let end = if *next == Next::Next { "last" } else { "first" };
                self.tell(MessageKind::Note, format!("This is the {end} study of the list."));
            }
            StudyCommand::Study(next) => {
                let uid = self.study_in_focus(library).map(|study| &study.attributes.uid);
                let study = self.next_study(*next, library);
                if study.is_some_and(|study| {
                    Some(&study.attributes.uid) != uid && self.hang_study(study, library)
                }) {
                    return Vec::new();
                }
                if let Some(set) = study.and_then(Study::first_set) {
                    if self.company(set, library) == Company::Other {
                        self.clear_for(&set.id.study);
                    }
                    self.show(set, library);
                }
            }
            StudyCommand::Read => {
                let read = self.read_study(library).map(|study| study.attributes.uid.clone());
                let text = match read {
                    None => "No study hangs.",
                    Some(study) if self.seen.mark_read(&study) => {
                        "Marked as read, to the end of the program."
                    }
                    Some(_) => "It is marked as read already.",
                };
                self.tell(MessageKind::Note, text);
            }
            StudyCommand::Close => return self.close_read(library),
        }
        Vec::new()
    }

    /// Where the study that is read stands in the list of studies, from 0; none where it is not listed.
    pub(in super::super) fn place_in_list(&self, library: &Library) -> Option<usize> {
        self.studies.list.place_of(&self.read_study(library)?.attributes.uid)
    }

    /// The study below or above the one that is read in the list of studies, as it is filtered and ordered now.
    pub(in super::super) fn next_listed(&self, next: Next, library: &Library) -> Option<StudyUid> {
        let place = self.place_in_list(library)?;
        let place = match next {
            Next::Next => place + 1,
            Next::Previous => place.checked_sub(1)?,
            Next::Number(_) => return None,
        };
        self.studies.list.at(place)?.uid().cloned()
    }

    /// Another study than the one in focus, or the same where there is no other.
    pub(in super::super) fn next_study<'a>(&self, next: Next, library: &'a Library) -> Option<&'a Study> {
        let studies = library.studies();
        let uid = self.study_in_focus(library).map(|study| &study.attributes.uid);
        let place = studies.iter().position(|study| Some(&study.attributes.uid) == uid);
        studies.get(next.index_from(place.unwrap_or(0), studies.len())?)
    }

    /// The study that the focused viewport shows; for an empty viewport that which is read, or the newest one.
    fn study_in_focus<'a>(&self, library: &'a Library) -> Option<&'a Study> {
        let source = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        match source {
            Some(source) => library.find(&source.display_set).map(|(study, ..)| study),
            None => self.read_study(library).or_else(|| library.studies().first()),
        }
    }

    /// Whether the focused viewport shows a display set.
    pub(super) fn shows(&self, set: &DisplaySetId) -> bool {
        let shown = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        shown.is_some_and(|source| source.display_set == *set)
    }

    /// Shows the middle of a display set in the focused viewport, as it would hang: zoom and window start anew. Another patient's
    /// does not hang beside what hangs.
    pub(super) fn show(&mut self, set: &DisplaySet, library: &Library) {
        match self.company(set, library) {
            Company::Other => return self.refuse_other_patient(set, library),
            Company::Replaced => self.go_over(),
            Company::Own => {}
        }
        self.show_beside_anyone(set, library);
    }

    /// The same whoever hangs beside.
    fn show_beside_anyone(&mut self, set: &DisplaySet, library: &Library) {
        if self.shows(&set.id) {
            return self.tell(MessageKind::Note, "There is no other one to show.");
        }
        self.end_gesture();
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.source = Some(Source { display_set: set.id.clone(), index: set.images.len() / 2 });
            (viewport.reformat, viewport.along, viewport.rendering) = (None, None, None);
            viewport.view = View::default();
            viewport.fused = None;
            viewport.presented = Presented::default();
            viewport.look.voi = VoiChoice::default();
            viewport.look.is_inverted = false;
            viewport.look.shows_padding = false;
            viewport.cine = Cine::default();
        }
        self.hang_restored(&set.id, library);
    }
}
