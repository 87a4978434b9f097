//! The list of studies as the reader has it: what is typed, what is chosen, what was asked and what was scanned.

use crate::dicom::StudyUid;
use crate::study_list::{Place, PlaceState, Row, SavedFilter, StudyList};
use crate::units::Phi;

use super::event::Event;
use super::scan::Scan;
use super::state::Session;

/// The list of studies.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Studies {
    /// It is in place of the images.
    pub is_open: bool,
    /// What places know of.
    pub list: StudyList,
    /// What was scanned last, until something is typed.
    pub scan: Option<Scan>,
    /// Filters with a name, as the reader's file has them.
    pub saved: Vec<SavedFilter>,
    pub(super) typed: Phi<String>,
    /// By its UID: whatever comes into the list, the choice stays the same study.
    pub(super) chosen: Option<StudyUid>,
}

impl Studies {
    /// Among more rows no number is looked for that was typed whole.
    const EXACT_MAX: usize = 1000;

    /// What was typed.
    pub const fn typed(&self) -> &Phi<String> {
        &self.typed
    }

    /// Where the chosen study stands in what is shown, from 0; none where none is chosen or it is not shown.
    pub fn chosen_place(&self) -> Option<usize> {
        self.list.place_of(self.chosen.as_ref()?)
    }

    /// What the reader means: the chosen study, or the only one.
    pub fn meant(&self) -> Option<&StudyUid> {
        let place = self.chosen_place().or_else(|| (self.list.shown_count() == 1).then_some(0));
        self.list.at(place?)?.uid()
    }

    /// Whether what was typed, or the order, is that of a saved filter.
    pub fn is_in_use(&self, saved: &SavedFilter) -> bool {
        saved.text == self.typed && saved.order == self.list.order()
    }

    /// Shows what was typed. A number that is one study's own chooses that; else the first of what is left is chosen.
    pub(super) fn filter(&mut self, text: &Phi<String>) {
        self.typed = text.clone();
        self.scan = None;
        self.list.filter(text);
        // A whole number leaves few.
        let few = self.list.shown_count() <= Self::EXACT_MAX;
        let of_number = if few { self.list.with_number(text) } else { Vec::new() };
        let exact = match of_number.as_slice() {
            [only] if self.list.place_of(only).is_some() => Some((*only).clone()),
            _ => None,
        };
        let is_typed = *text != Phi::default();
        let first = || self.list.at(0).filter(|_| is_typed).and_then(Row::uid).cloned();
        self.chosen = exact.or_else(first);
    }

    /// Places that did not answer the question that was asked last.
    pub(super) fn silent(&self) -> Vec<String> {
        let failed = |(place, state): (&Place, &PlaceState)| {
            matches!(state, PlaceState::Failed(_)).then(|| place.name().to_owned())
        };
        self.list.places().iter().filter_map(failed).collect()
    }
}

impl Session {
    /// Whether a window, by its index, shows the list of studies in place of images.
    pub fn lists_studies(&self, screen: usize) -> bool {
        self.studies.is_open && self.focus.screen == screen
    }

    /// A number for a question that nobody else has.
    pub(super) const fn next_question(&mut self) -> u32 {
        self.questions_asked = self.questions_asked.wrapping_add(1);
        self.questions_asked
    }

    /// Takes news about studies; what they make the session ask for comes from `go_on_scanning`.
    pub(super) fn take_study_news(&mut self, event: &Event) {
        match event {
            Event::StudiesFound { question, place, entries }
                if self.studies.list.question() == Some(*question) || self.studies.is_scanning(*question) =>
            {
                self.studies.list.take(*question, place, entries);
            }
            Event::FindEnded { question, place, outcome } => {
                self.studies.list.end(*question, place, outcome);
                if let Some(scan) = &mut self.studies.scan {
                    scan.note_ended(*question, place, outcome.is_ok());
                }
            }
            Event::Retrieving(retrieval) => {
                self.studies.list.note_arrived(&retrieval.order.study, retrieval.received);
            }
            Event::FiltersRead(saved) => self.studies.saved.clone_from(saved),
            Event::DayBegan(day) => {
                let typed = self.studies.typed.clone();
                self.studies.list.set_today(*day, &typed);
            }
            _ => {}
        }
    }
}
