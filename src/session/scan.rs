//! A number that was scanned: exactly its study is opened, or none.
//!
//! The list is looked through first, once no place is asked for it any more; then every place is asked for the accession
//! number, then for the Patient ID. One study is opened; of several, or of one whose places contradict each other, the
//! reader chooses.

use std::collections::BTreeSet;

use crate::study::Library;
use crate::study_list::{Place, StudyQuestion};
use crate::units::Phi;

use super::effect::Effect;
use super::state::Session;
use super::studies::Studies;

/// What was scanned, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The number.
    pub number: Phi<String>,
    /// What became of it.
    pub state: ScanState,
    /// The places that did not answer.
    pub silent: Vec<String>,
}

/// What became of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanState {
    /// The list is not all here yet.
    Waiting,
    /// Places are asked for it.
    Asking(ScanQuestion),
    /// So many studies have it; the list shows them.
    Several(usize),
    /// Its places contradict each other about the patient.
    Conflict,
    /// No study has it.
    Nothing,
}

/// A question to places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanQuestion {
    number: u32,
    waits_for: BTreeSet<Place>,
    /// The Patient ID was asked for, after the accession number.
    is_of_patient: bool,
}

impl Scan {
    /// A place has answered a question, or failed.
    pub(super) fn note_ended(&mut self, question: u32, place: &Place, is_answered: bool) {
        let ScanState::Asking(asked) = &mut self.state else { return };
        if asked.number == question && asked.waits_for.remove(place) && !is_answered {
            self.silent.push(place.name().to_owned());
            self.silent.sort_unstable();
            self.silent.dedup();
        }
    }
}

impl Studies {
    /// Whether a question is that of what was scanned.
    pub(super) fn is_scanning(&self, question: u32) -> bool {
        let state = self.scan.as_ref().map(|scan| &scan.state);
        matches!(state, Some(ScanState::Asking(asked)) if asked.number == question)
    }
}

impl Session {
    /// A number was scanned. What of it was typed into the list is taken out again.
    pub(super) fn scan(&mut self, number: &Phi<String>, library: &Library) -> Vec<Effect> {
        let typed = self.studies.typed.reveal();
        let before = typed.strip_suffix(number.reveal().as_str()).map(str::trim_end).unwrap_or_default();
        let before = Phi::new(before.to_owned());
        self.studies.filter(&before);
        self.studies.chosen = None;
        self.studies.scan =
            Some(Scan { number: number.clone(), state: ScanState::Waiting, silent: Vec::new() });
        self.go_on_scanning(library)
    }

    /// Does what comes next for what was scanned, once nobody must be waited for.
    pub(super) fn go_on_scanning(&mut self, library: &Library) -> Vec<Effect> {
        let Some(scan) = self.studies.scan.clone() else { return Vec::new() };
        let is_of_patient = match &scan.state {
            ScanState::Waiting if self.studies.list.is_asking() => return Vec::new(),
            ScanState::Waiting => None,
            ScanState::Asking(asked) if !asked.waits_for.is_empty() => return Vec::new(),
            ScanState::Asking(asked) => Some(asked.is_of_patient),
            ScanState::Several(_) | ScanState::Conflict | ScanState::Nothing => return Vec::new(),
        };
        let found: Vec<_> = self.studies.list.with_number(&scan.number).into_iter().cloned().collect();
        match found.as_slice() {
            [] if is_of_patient == Some(true) || self.archives.places.is_empty() => {
                let silent = [scan.silent.clone(), self.studies.silent()].concat();
                let silent = silent.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
                self.studies.scan = Some(Scan { state: ScanState::Nothing, silent, ..scan });
                Vec::new()
            }
            [] => self.ask_for_number(scan, is_of_patient.is_some()),
            [only] => {
                let has_conflict = self.studies.list.row(only).is_some_and(|row| !row.conflicts().is_empty());
                if self.studies.list.place_of(only).is_none() {
                    self.studies.filter(&Phi::default());
                }
                self.studies.chosen = Some(only.clone());
                if has_conflict {
                    self.studies.scan = Some(Scan { state: ScanState::Conflict, ..scan });
                    return Vec::new();
                }
                self.studies.scan = None;
                self.open_listed(only, library)
            }
            several => {
                self.studies.filter(&scan.number);
                self.studies.chosen = None;
                self.studies.scan = Some(Scan { state: ScanState::Several(several.len()), ..scan });
                Vec::new()
            }
        }
    }

    fn ask_for_number(&mut self, scan: Scan, is_of_patient: bool) -> Vec<Effect> {
        let number = self.next_question();
        let mut question = StudyQuestion::default();
        let field = if is_of_patient { &mut question.patient_id } else { &mut question.accession };
        *field = scan.number.clone();
        let waits_for = self.archives.places.iter().cloned().collect();
        let asked = ScanQuestion { number, waits_for, is_of_patient };
        self.studies.scan = Some(Scan { state: ScanState::Asking(asked), ..scan });
        vec![Effect::FindStudies(number, Box::new(question))]
    }
}
