//! The list of studies.

use crate::command::{ListLine, StudiesCommand};
use crate::dicom::StudyUid;
use crate::study::Library;
use crate::study_list::{Availability, Row, SavedFilter, Status};
use crate::units::Phi;

use super::super::archive::{Retrieval, RetrieveOrder, Urgency};
use super::super::effect::Effect;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_studies(&mut self, command: &StudiesCommand, library: &Library) -> Vec<Effect> {
        match command {
            StudiesCommand::Toggle if self.studies.is_open => {
                self.studies.is_open = false;
                return Vec::new();
            }
            StudiesCommand::Toggle => {
                self.end_gesture();
                self.close_beside();
                let mut effects = self.leave_calibration();
                self.drop_patterns();
                self.studies.is_open = true;
                effects.extend(self.ask_for_studies());
                return effects;
            }
            StudiesCommand::Filter(text) => self.studies.filter(text),
            StudiesCommand::Sort(column) => {
                let order = self.studies.list.order().by(*column);
                self.studies.list.order_by(order);
            }
            StudiesCommand::Line(line) => self.choose_listed(*line),
            StudiesCommand::Saved(place) => {
                if let Some(saved) = self.studies.saved.get(place.saturating_sub(1)).cloned() {
                    self.studies.list.order_by(saved.order);
                    self.studies.filter(&saved.text);
                } else {
                    let count = self.studies.saved.len();
                    self.tell(MessageKind::Note, format!("There are {count} saved filters."));
                }
            }
            StudiesCommand::Save(name) => return self.save_filter(name),
            StudiesCommand::Forget(name) => return self.forget_filter(name),
            StudiesCommand::Scan(number) => return self.scan(number, library),
            StudiesCommand::Open => {
                let meant = self.studies.meant().cloned();
                return match meant {
                    Some(study) => self.open_listed(&study, library),
                    None => self.tell_none_is_meant(),
                };
            }
            StudiesCommand::Retrieve => return self.retrieve_listed(),
            StudiesCommand::Cancel => {
                let Some(study) = self.studies.meant().cloned() else { return self.tell_none_is_meant() };
                if self.archives.retrieval(&study).is_some_and(Retrieval::is_under_way) {
                    return vec![Effect::CancelRetrieve(study)];
                }
                self.tell(MessageKind::Note, "This study is not being fetched.");
            }
            StudiesCommand::Ask => return self.ask_for_studies(),
        }
        Vec::new()
    }

    /// Asks all places for what is typed, or for the last days.
    pub(in super::super) fn ask_for_studies(&mut self) -> Vec<Effect> {
        if self.archives.places.is_empty() {
            return Vec::new();
        }
        let number = self.next_question();
        let list = &mut self.studies.list;
        let earlier = list.question().filter(|_| list.is_asking()).map(Effect::CancelFind);
        let question = list.typed().question(self.settings.study_days, list.today());
        list.ask(number, &self.archives.places);
        earlier.into_iter().chain([Effect::FindStudies(number, Box::new(question))]).collect()
    }

    fn tell_none_is_meant(&mut self) -> Vec<Effect> {
        let text = if self.studies.list.shown_count() == 0 {
            "No study is listed."
        } else {
            "Choose a study by the arrows, or type until one is left."
        };
        self.tell(MessageKind::Note, text);
        Vec::new()
    }

    fn choose_listed(&mut self, line: ListLine) {
        let last = self.studies.list.shown_count().saturating_sub(1);
        let place = match (line, self.studies.chosen_place()) {
            (ListLine::First, _) | (ListLine::By(_), None) => 0,
            (ListLine::Last, _) => last,
            (ListLine::Number(number), _) => number.saturating_sub(1),
            (ListLine::By(lines), Some(place)) => {
                place.saturating_add_signed(isize::try_from(lines).unwrap_or_default())
            }
        };
        self.studies.chosen = self.studies.list.at(place.min(last)).and_then(Row::uid).cloned();
    }

    /// Opens a study of the list, which stays until the first images hang.
    pub(in super::super) fn open_listed(&mut self, study: &StudyUid, library: &Library) -> Vec<Effect> {
        if self.opening_waits(study, library) {
            return Vec::new();
        }
        let Some(row) = self.studies.list.row(study) else { return Vec::new() };
        let stored = Effect::OpenStored(study.clone());
        let (effect, told) = match (row.status(), row.best_archive()) {
            (Status::Here, _) => (Some(stored), None),
            (Status::Partly(..), Some((archive, Availability::Online | Availability::Nearline)))
            | (Status::Away(archive, Availability::Online), _) => {
                (Some(fetched(study, archive, Urgency::Foreground)), None)
            }
            (Status::Partly(here, of), _) => {
                let text = format!("{here} of {of} images are here, and no archive can give the others now.");
                (Some(stored), Some((MessageKind::Caution, text)))
            }
            (Status::Away(archive, Availability::Nearline), _) => {
                let text = format!("{archive} has it nearline: it may take a while.");
                (Some(fetched(study, archive, Urgency::Foreground)), Some((MessageKind::Note, text)))
            }
            (Status::Away(archive, Availability::Offline), _) => {
                let text = format!("{archive} has it offline: somebody there must fetch it by hand first.");
                (None, Some((MessageKind::Caution, text)))
            }
            (Status::Away(archive, Availability::Unavailable), _) => {
                let text = format!("{archive} knows of it, and cannot give it.");
                (None, Some((MessageKind::Caution, text)))
            }
        };
        if let Some((kind, text)) = told {
            self.tell(kind, text);
        }
        let Some(effect) = effect else { return Vec::new() };
        self.studies.chosen = Some(study.clone());
        let mut effects = self.open_study(study.clone(), effect);
        // It may have been opened before.
        effects.extend(self.hang_first(library));
        effects
    }

    /// Fetches the chosen study behind what the reader waits for.
    fn retrieve_listed(&mut self) -> Vec<Effect> {
        let Some(study) = self.studies.meant().cloned() else { return self.tell_none_is_meant() };
        let Some(row) = self.studies.list.row(&study) else { return Vec::new() };
        let told = match (row.status(), row.best_archive()) {
            (Status::Here, _) => "All of it is here.",
            (_, Some((archive, Availability::Online | Availability::Nearline))) => {
                return vec![fetched(&study, archive, Urgency::Background)];
            }
            _ => "No archive can give it now.",
        };
        self.tell(MessageKind::Note, told);
        Vec::new()
    }

    /// Back: what is being opened is given up first, then the list goes.
    pub(super) fn leave_studies(&mut self) -> Vec<Effect> {
        let is_listed = |study: &mut StudyUid| self.studies.list.row(study).is_some();
        let Some(study) = self.awaited.take_if(is_listed) else {
            self.studies.is_open = false;
            return Vec::new();
        };
        vec![Effect::CancelRetrieve(study)]
    }

    fn save_filter(&mut self, name: &Phi<String>) -> Vec<Effect> {
        let is_short = name.reveal().chars().count() <= SavedFilter::NAME_MAX;
        let text = self.studies.typed().clone();
        if !is_short || text.reveal().chars().count() > SavedFilter::TEXT_MAX {
            let (name, text) = (SavedFilter::NAME_MAX, SavedFilter::TEXT_MAX);
            let told = format!("Not saved: a name has {name} letters at most, and what is typed {text}.");
            self.tell(MessageKind::Note, told);
            return Vec::new();
        }
        let fresh = SavedFilter { name: name.clone(), text, order: self.studies.list.order() };
        let saved = &mut self.studies.saved;
        let count = saved.len();
        match saved.iter_mut().find(|known| known.name == *name) {
            Some(known) => *known = fresh,
            None if count < SavedFilter::COUNT_MAX => saved.push(fresh),
            None => {
                let text = format!(
                    "Not saved: there are {} filters already. “studies forget NAME” takes one away.",
                    SavedFilter::COUNT_MAX
                );
                self.tell(MessageKind::Note, text);
                return Vec::new();
            }
        }
        vec![Effect::SaveFilters(self.studies.saved.clone())]
    }

    fn forget_filter(&mut self, name: &Phi<String>) -> Vec<Effect> {
        let count = self.studies.saved.len();
        self.studies.saved.retain(|known| known.name != *name);
        if self.studies.saved.len() == count {
            self.tell(MessageKind::Note, "No saved filter has that name.");
            return Vec::new();
        }
        vec![Effect::SaveFilters(self.studies.saved.clone())]
    }
}

fn fetched(study: &StudyUid, archive: &str, urgency: Urgency) -> Effect {
    Effect::Retrieve(RetrieveOrder { study: study.clone(), archive: archive.to_owned(), urgency })
}
