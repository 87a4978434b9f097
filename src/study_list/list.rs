//! The studies of all places in one list: merged as answers come, filtered and ordered without looking at more than must be.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use crate::dicom::StudyUid;
use crate::units::Phi;

use super::day::Day;
use super::entry::{Answered, Entry, Place};
use super::filter::Filter;
use super::order::{Column, Key, Main, Order};
use super::row::{Line, Row, Status};

/// How a place stands with the question that was asked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceState {
    /// So many studies so far.
    Asking(usize),
    /// It has said all, or was called off.
    Answered(Answered),
    /// It did not answer; a sentence on why. What it said before stays.
    Failed(String),
}

/// The studies that places know of, as a filtered and ordered list.
#[derive(Clone, Default)]
pub struct StudyList {
    rows: Vec<Row>,
    by_study: HashMap<StudyUid, u32>,
    /// Rows by Patient ID.
    by_patient: HashMap<Phi<String>, Vec<u32>>,
    places: BTreeMap<Place, PlaceState>,
    /// The number of the question that was asked last for the whole list.
    question: Option<u32>,
    filter: Filter,
    order: Order,
    today: Option<Day>,
    /// All rows, in order.
    ordered: Vec<u32>,
    /// Those that the filter shows, in order.
    shown: Vec<u32>,
    /// How many other studies each row's patient has: counted while the list is ordered by it.
    others: HashMap<u32, OtherStudies>,
    /// Studies that the list has no room for, since the last question for the whole list.
    left_out: usize,
    /// How many rows the last filter had to look at.
    looked_at: usize,
}

/// How many other studies of a patient are known, and lie whole in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct OtherStudies {
    /// In the store.
    pub here: usize,
    /// Of so many.
    pub of: usize,
}

impl OtherStudies {
    /// Counts studies, by whether each is here.
    fn count(are_here: impl Iterator<Item = bool>) -> Self {
        are_here.fold(Self::default(), |counts, is_here| Self {
            here: counts.here + usize::from(is_here),
            of: counts.of + 1,
        })
    }
}

impl StudyList {
    /// The most rows.
    pub const ROWS_MAX: usize = 100_000;

    /// The most studies of one patient that are looked through.
    const OF_PATIENT_MAX: usize = 500;

    /// A question was asked for the whole list, of these places.
    pub fn ask(&mut self, question: u32, places: &[Place]) {
        self.question = Some(question);
        // Those that still find no room are counted anew.
        self.left_out = 0;
        // A place that is asked no more is no part of the list.
        let gone: Vec<Place> = self.places.keys().filter(|known| !places.contains(known)).cloned().collect();
        for place in gone {
            self.places.remove(&place);
            self.forget(&place, question);
        }
        self.places = places.iter().map(|place| (place.clone(), PlaceState::Asking(0))).collect();
    }

    /// Takes what a place has found so far. Answers to a question about something else add rows, and say nothing about places.
    pub fn take(&mut self, question: u32, place: &Place, answer: &Arc<Vec<Entry>>) {
        if self.question == Some(question)
            && let PlaceState::Asking(count) =
                self.places.entry(place.clone()).or_insert(PlaceState::Asking(0))
        {
            *count += answer.len();
        }
        let mut changed = HashSet::new();
        let mut fresh = HashSet::new();
        let mut has_moved = false;
        for (at, entry) in answer.iter().enumerate() {
            let index = match self.by_study.get(&entry.study.uid) {
                Some(index) => *index,
                None if self.rows.len() >= Self::ROWS_MAX => {
                    self.left_out += 1;
                    continue;
                }
                None => {
                    let index = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
                    self.rows.push(Row::new());
                    self.by_study.insert(entry.study.uid.clone(), index);
                    fresh.insert(index);
                    index
                }
            };
            if let Some(row) = self.rows.get_mut(index as usize) {
                let id = (!fresh.contains(&index)).then(|| row.id().to_owned());
                row.take(answer, at, question);
                let new_id = row.id().to_owned();
                if id.as_ref() != Some(&new_id) {
                    has_moved |= id.is_some();
                    self.move_to_patient(index, id, new_id);
                }
            }
            if !fresh.contains(&index) {
                changed.insert(index);
            }
        }
        self.place_again(&changed, &fresh);
        if has_moved {
            self.order_by_others();
        }
    }

    /// A place has answered all of a question, or failed. What it no longer holds goes; what it could not say stays.
    pub fn end(&mut self, question: u32, place: &Place, outcome: &Result<Answered, String>) {
        if self.question != Some(question) {
            return;
        }
        let state = match outcome {
            Ok(answered) => PlaceState::Answered(*answered),
            Err(why) => PlaceState::Failed(why.clone()),
        };
        self.places.insert(place.clone(), state);
        if outcome.as_ref().is_ok_and(|answered| !answered.is_truncated) {
            self.forget(place, question);
        }
    }

    /// Objects of a study have arrived in the store.
    pub fn note_arrived(&mut self, study: &StudyUid, objects: usize) {
        let Some(&index) = self.by_study.get(study) else { return };
        let before = self.standing(index);
        if let Some(row) = self.rows.get_mut(index as usize) {
            row.note_arrived(objects);
        }
        // It is told many times a second, and hardly ever moves a row: then no other is looked at.
        if self.standing(index) != before {
            self.place_again(&HashSet::from([index]), &HashSet::new());
        }
    }

    /// Where a row stands, whether it is shown, and whether it counts as here for others of its patient.
    fn standing(&self, index: u32) -> (Key, bool, bool) {
        let is_here = self.rows.get(index as usize).is_some_and(|row| row.status() == Status::Here);
        (self.key(index), self.is_shown(index), is_here)
    }

    fn forget(&mut self, place: &Place, question: u32) {
        let mut changed = HashSet::new();
        let mut moved = Vec::new();
        for (index, row) in (0..).zip(&mut self.rows) {
            let before = row.id().to_owned();
            if row.forget(place, question) {
                changed.insert(index);
                if row.id() != before {
                    moved.push((index, before, row.id().to_owned()));
                }
            }
        }
        if changed.is_empty() {
            return;
        }
        for (index, before, after) in moved {
            self.move_to_patient(index, Some(before), after);
        }
        self.place_again(&changed, &HashSet::new());
        if self.rows.iter().any(Row::is_gone) {
            self.close_ranks();
        }
        self.order_by_others();
    }

    /// Studies have left their patients, whose others have fewer now.
    fn order_by_others(&mut self) {
        if self.order.column == Column::Priors {
            self.order_by(self.order);
        }
    }

    /// Takes rows out that nobody holds, and numbers the others anew.
    fn close_ranks(&mut self) {
        let mut next = 0..;
        let places: Vec<Option<u32>> =
            self.rows.iter().map(|row| if row.is_gone() { None } else { next.next() }).collect();
        let moved = |index: &u32| places.get(*index as usize).copied().flatten();
        for indices in [&mut self.ordered, &mut self.shown] {
            *indices = indices.iter().filter_map(moved).collect();
        }
        self.by_study.retain(|_, index| moved(index).map(|now| *index = now).is_some());
        self.by_patient.retain(|_, indices| {
            *indices = indices.iter().filter_map(moved).collect();
            !indices.is_empty()
        });
        self.rows.retain(|row| !row.is_gone());
        self.left_out = 0;
    }

    fn move_to_patient(&mut self, index: u32, from: Option<String>, to: String) {
        if let Some(of_patient) = from.and_then(|id| self.by_patient.get_mut(&Phi::new(id))) {
            of_patient.retain(|known| *known != index);
        }
        if !to.trim().is_empty() {
            self.by_patient.entry(Phi::new(to)).or_default().push(index);
        }
    }

    /// Puts rows where they belong now that they say something else; fresh ones stand nowhere yet.
    fn place_again(&mut self, changed: &HashSet<u32>, fresh: &HashSet<u32>) {
        let mut changed = changed.clone();
        if self.order.column == Column::Priors {
            let rows = changed.iter().chain(fresh).filter_map(|index| self.rows.get(*index as usize));
            let patients: HashSet<Phi<String>> = rows.map(|row| Phi::new(row.id().to_owned())).collect();
            let is_asked = |index: u32| changed.contains(&index) || fresh.contains(&index);
            let of_patients = patients.iter().filter_map(|id| self.by_patient.get(id));
            let counts: Vec<_> = of_patients.flat_map(|all| self.counted(all, is_asked)).collect();
            changed.extend(counts.iter().map(|(index, _)| *index).filter(|index| !fresh.contains(index)));
            self.others.extend(counts);
        }
        let mut arriving: Vec<Key> = changed
            .iter()
            .chain(fresh)
            .filter(|index| self.rows.get(**index as usize).is_some_and(|row| !row.is_gone()))
            .map(|index| self.key(*index))
            .collect();
        arriving.sort_unstable_by(|a, b| a.compare(b, self.order.is_descending));
        let is_shown = |key: &&Key| self.is_shown(key.index);
        let shown: Vec<&Key> = arriving.iter().filter(is_shown).collect();
        let shown = self.with(&self.shown, &changed, &shown);
        let all: Vec<&Key> = arriving.iter().collect();
        (self.ordered, self.shown) = (self.with(&self.ordered, &changed, &all), shown);
    }

    /// Rows in order less those that have changed, and those that arrive where they belong.
    fn with(&self, rows: &[u32], changed: &HashSet<u32>, arriving: &[&Key]) -> Vec<u32> {
        let rest: Vec<u32> = if changed.is_empty() {
            rows.to_vec()
        } else {
            rows.iter().copied().filter(|index| !changed.contains(index)).collect()
        };
        let mut with = Vec::with_capacity(rest.len() + arriving.len());
        let mut from = 0;
        for key in arriving {
            let is_before = |index: &u32| self.key(*index).compare(key, self.order.is_descending).is_lt();
            let to = from + rest.get(from..).unwrap_or_default().partition_point(is_before);
            with.extend_from_slice(rest.get(from..to).unwrap_or_default());
            with.push(key.index);
            from = to;
        }
        with.extend_from_slice(rest.get(from..).unwrap_or_default());
        with
    }

    fn is_shown(&self, index: u32) -> bool {
        self.rows.get(index as usize).is_some_and(|row| self.filter.shows(row))
    }

    fn key(&self, index: u32) -> Key {
        let Some(row) = self.rows.get(index as usize) else {
            return Key { main: Main::Number(0), moment: 0, index };
        };
        let count = |count: usize| Main::Number(u64::try_from(count).unwrap_or(u64::MAX));
        let text = |text: &str| Main::Text(text.to_owned());
        let main = match self.order.column {
            Column::Status => count(match row.status() {
                Status::Here => 0,
                Status::Partly(..) => 1,
                Status::Away(_, availability) => 2 + availability as usize,
            }),
            Column::Name => text(row.line(Line::Name)),
            Column::Id => text(row.line(Line::Id)),
            Column::Born => text(row.birth_date()),
            Column::Study => text(row.line(Line::Description)),
            Column::Date => Main::Number(row.moment()),
            Column::Modality => text(row.modalities()),
            Column::Images => count(row.objects().unwrap_or_default()),
            Column::Priors => {
                let OtherStudies { here, of } = self.others.get(&index).copied().unwrap_or_default();
                count(here * Self::OF_PATIENT_MAX * 2 + of)
            }
            Column::Accession => text(row.line(Line::Accession)),
            Column::Place => text(row.held().next().map_or("", |held| held.place.name())),
        };
        Key { main, moment: row.moment(), index }
    }

    /// Shows what was typed.
    pub fn filter(&mut self, text: &Phi<String>) {
        let filter = Filter::parse(text.reveal(), self.today);
        let before = std::mem::replace(&mut self.filter, filter);
        let narrows = self.filter.narrows(&before);
        let among = if narrows { std::mem::take(&mut self.shown) } else { self.ordered.clone() };
        self.looked_at = among.len();
        self.shown = self.passing(among);
    }

    /// Those that the filter shows. Rows are looked at as they lie in memory, which is ten times as fast as in order.
    fn passing(&self, among: Vec<u32>) -> Vec<u32> {
        let mut passes = vec![false; self.rows.len()];
        for index in &among {
            if let Some(passes) = passes.get_mut(*index as usize) {
                *passes = true;
            }
        }
        for (passes, row) in passes.iter_mut().zip(&self.rows).filter(|(passes, _)| **passes) {
            *passes = self.filter.shows(row);
        }
        let is_passing = |index: &u32| passes.get(*index as usize).copied().unwrap_or_default();
        among.into_iter().filter(is_passing).collect()
    }

    /// Orders the list.
    pub fn order_by(&mut self, order: Order) {
        self.order = order;
        self.others = if order.column == Column::Priors {
            self.by_patient.values().flat_map(|all| self.counted(all, |_| true)).collect()
        } else {
            HashMap::new()
        };
        let mut keys: Vec<Key> = self.ordered.iter().map(|index| self.key(*index)).collect();
        keys.sort_unstable_by(|a, b| a.compare(b, order.is_descending));
        self.ordered = keys.into_iter().map(|key| key.index).collect();
        self.shown = self.passing(self.ordered.clone());
    }

    /// Tells which day it is; what was typed then goes by it.
    pub fn set_today(&mut self, today: Day, text: &Phi<String>) {
        self.today = Some(today);
        self.filter = Filter::parse(text.reveal(), self.today);
        self.shown = self.passing(self.ordered.clone());
    }

    /// Which day it is, once that is known.
    pub const fn today(&self) -> Option<Day> {
        self.today
    }

    /// What was typed.
    pub const fn typed(&self) -> &Filter {
        &self.filter
    }

    /// The order.
    pub const fn order(&self) -> Order {
        self.order
    }

    /// How many rows are shown.
    pub fn shown_count(&self) -> usize {
        self.shown.len()
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// How many studies found no room in the list since it was asked for last.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many rows the last filter had to look at.
    pub const fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// The row at a place of what is shown, from 0.
    pub fn at(&self, place: usize) -> Option<&Row> {
        self.rows.get(*self.shown.get(place)? as usize)
    }

    /// Where a study stands in what is shown, from 0.
    pub fn place_of(&self, study: &StudyUid) -> Option<usize> {
        let index = self.by_study.get(study)?;
        self.shown.iter().position(|shown| shown == index)
    }

    /// The row of a study.
    pub fn row(&self, study: &StudyUid) -> Option<&Row> {
        self.rows.get(*self.by_study.get(study)? as usize)
    }

    /// The places, and how they stand with the question that was asked last.
    pub const fn places(&self) -> &BTreeMap<Place, PlaceState> {
        &self.places
    }

    /// The number of the question that was asked last for the whole list.
    pub const fn question(&self) -> Option<u32> {
        self.question
    }

    /// Whether a place has not said all yet.
    pub fn is_asking(&self) -> bool {
        self.places.values().any(|state| matches!(state, PlaceState::Asking(_)))
    }

    fn same_id(&self, index: u32) -> impl Iterator<Item = u32> {
        let id = self.rows.get(index as usize).map(|row| Phi::new(row.id().to_owned()));
        let of_patient = id.and_then(|id| self.by_patient.get(&id)).map_or(&[][..], Vec::as_slice);
        of_patient.iter().copied().take(Self::OF_PATIENT_MAX).filter(move |other| *other != index)
    }

    /// The other studies of the patient: those of the same ID whose issuer is no other.
    fn others<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a Row> {
        let index = row.uid().and_then(|uid| self.by_study.get(uid));
        let others = index.into_iter().flat_map(|index| self.same_id(*index));
        let others = others.filter_map(|other| self.rows.get(other as usize));
        others.filter(|other| !other.is_gone() && row.may_be_same_patient(other))
    }

    /// The same, the newest first.
    pub fn others_of<'a>(&'a self, row: &'a Row) -> Vec<&'a Row> {
        let mut others: Vec<&Row> = self.others(row).collect();
        others.sort_by_key(|other| std::cmp::Reverse(other.moment()));
        others
    }

    /// How many other studies of the patient there are, and are here.
    pub fn other_studies(&self, row: &Row) -> OtherStudies {
        OtherStudies::count(self.others(row).map(|other| other.status() == Status::Here))
    }

    /// The same of a patient's rows: of the first of them, which count for the others, and of those further on that are asked for.
    /// Each is looked at once.
    fn counted(&self, all: &[u32], is_asked: impl Fn(u32) -> bool) -> Vec<(u32, OtherStudies)> {
        let rows = all.iter().filter_map(|index| Some((*index, self.rows.get(*index as usize)?)));
        let first = rows.clone().take(Self::OF_PATIENT_MAX).filter(|(_, row)| !row.is_gone());
        let first: Vec<(u32, &Row, bool)> =
            first.map(|(index, row)| (index, row, row.status() == Status::Here)).collect();
        let asked = rows.enumerate();
        let asked = asked.filter(|(place, (index, _))| *place < Self::OF_PATIENT_MAX || is_asked(*index));
        let counts = asked.map(|(_, (index, row))| {
            let others =
                first.iter().filter(|(other, its, _)| *other != index && row.may_be_same_patient(its));
            (index, OtherStudies::count(others.map(|(.., is_here)| *is_here)))
        });
        counts.collect()
    }

    /// Studies with exactly this Accession Number or Patient ID, capitals and small letters alike; whatever the filter shows.
    pub fn with_number(&self, number: &Phi<String>) -> Vec<&StudyUid> {
        let number = number.reveal().trim().to_lowercase();
        if number.is_empty() {
            return Vec::new();
        }
        let is_it = |text: &str| text.trim() == number;
        self.rows
            .iter()
            .filter(|row| is_it(row.line(Line::Accession)) || is_it(row.line(Line::Id)))
            .filter_map(Row::uid)
            .collect()
    }
}

/// How much there is, and not whose.
impl fmt::Debug for StudyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StudyList")
            .field("rows", &self.rows.len())
            .field("shown", &self.shown.len())
            .field("places", &self.places)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// The same rows in the same order.
impl PartialEq for StudyList {
    fn eq(&self, other: &Self) -> bool {
        let studies = |list: &Self| -> Vec<Option<StudyUid>> {
            (0..list.shown.len()).map(|place| list.at(place).and_then(Row::uid).cloned()).collect()
        };
        self.places == other.places && self.order == other.order && studies(self) == studies(other)
    }
}
