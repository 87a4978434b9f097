//! All headers read so far and the studies they make. Only the series that something came for is assembled again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::dicom::{FrameOfReferenceUid, Instance, InstanceUid, ReadError, SeriesUid, Source, StudyUid};

use crate::presentation::{KeyObjects, PresentationState};

use super::assemble::assemble;
use super::library::Unreadable;
use super::model::{Series, Study};
use super::registration::Registration;

/// A series within its study.
type Place = (StudyUid, SeriesUid);

/// What was found. It lives on the thread that reads headers; what it hands over is shared.
#[derive(Debug, Default)]
pub struct Catalogue {
    series: BTreeMap<Place, Found>,
    /// Where each file went: one that is opened again replaces itself.
    places: HashMap<Source, (Place, InstanceUid)>,
    /// Presentation states by UID.
    states: BTreeMap<InstanceUid, Arc<PresentationState>>,
    /// Key Object Selections by UID.
    key_objects: BTreeMap<InstanceUid, Arc<KeyObjects>>,
    /// Spatial registrations by UID.
    registrations: BTreeMap<InstanceUid, Arc<Registration>>,
    unreadable: BTreeMap<Source, ReadError>,
    /// Series that this run found images of.
    of_this_run: BTreeSet<Place>,
    shared: Option<(Arc<Studies>, Arc<Vec<Unreadable>>)>,
}

/// What was found of one series.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Objects by UID; those that share one with another, in the order in which they came.
    pub(super) instances: BTreeMap<InstanceUid, Vec<Arc<Instance>>>,
    /// How many images a DICOMDIR lists.
    pub(super) listed: Option<u32>,
    /// Whether the reading of files was cancelled when images of it were coming.
    pub(super) is_cut_short: bool,
    /// As it was assembled last, from what had come by then.
    pub(super) series: Option<Arc<Series>>,
    is_stale: bool,
}

impl Catalogue {
    /// Takes headers, in any order, and what could not be read.
    pub fn add(&mut self, instances: Vec<Arc<Instance>>, unreadable: Vec<Unreadable>) {
        self.shared = None;
        for instance in instances {
            self.unreadable.remove(&instance.source);
            let place = (instance.study.uid.clone(), instance.series.uid.clone());
            let home = (place.clone(), instance.uid.clone());
            match self.places.insert(instance.source.clone(), home.clone()) {
                Some(old) if old != home => self.remove(&old, &instance.source),
                _ => {}
            }
            self.of_this_run.insert(place.clone());
            self.touch(place).put(instance);
        }
        // An image whose file has gone bad stays: its header is known, and its pixels may be here.
        self.unreadable.extend(unreadable.into_iter().map(|file| (file.source, file.why)));
    }

    /// Takes presentation states; one of the same UID gives way.
    pub fn add_states(&mut self, states: Vec<Arc<PresentationState>>) {
        if !states.is_empty() {
            self.shared = None;
        }
        for state in states {
            self.unreadable.remove(&state.source);
            self.states.insert(state.uid.clone(), state);
        }
    }

    /// Takes Key Object Selections; one of the same UID gives way.
    pub fn add_key_objects(&mut self, documents: Vec<Arc<KeyObjects>>) {
        if !documents.is_empty() {
            self.shared = None;
        }
        for document in documents {
            self.unreadable.remove(&document.source);
            // The reader's own stays so where a copy of it lies in the store, too.
            let is_copy_of_own = self.key_objects.get(&document.uid).is_some_and(|known| known.is_own);
            if is_copy_of_own && !document.is_own {
                continue;
            }
            self.key_objects.insert(document.uid.clone(), document);
        }
    }

    /// Takes spatial registrations; one of the same UID gives way.
    pub fn add_registrations(&mut self, registrations: Vec<Arc<Registration>>) {
        if !registrations.is_empty() {
            self.shared = None;
        }
        for registration in registrations {
            self.unreadable.remove(&registration.source);
            self.registrations.insert(registration.uid.clone(), registration);
        }
    }

    /// Takes how many images a DICOMDIR lists of a series.
    pub fn declare(&mut self, study: &StudyUid, series: &SeriesUid, images: u32) {
        self.shared = None;
        self.touch((study.clone(), series.clone())).listed = Some(images);
    }

    /// Forgets studies, and what could not be read in folders that nothing else is in.
    pub fn close(&mut self, closed: &[StudyUid]) {
        self.shared = None;
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        self.places.retain(|source, ((study, _), _)| {
            let is_closed = closed.contains(study);
            if is_closed {
                folders.extend(folder_of(source).map(Path::to_path_buf));
            }
            !is_closed
        });
        let left: BTreeSet<&Path> = self.places.keys().filter_map(folder_of).collect();
        folders.retain(|folder| !left.contains(folder.as_path()));
        let is_gone = |source: &Source| folder_of(source).is_some_and(|folder| folders.contains(folder));
        self.series.retain(|(study, _), _| !closed.contains(study));
        self.of_this_run.retain(|(study, _)| !closed.contains(study));
        self.states.retain(|_, state| !closed.contains(&state.study));
        self.key_objects.retain(|_, document| !closed.contains(&document.study));
        self.registrations.retain(|_, registration| !is_gone(&registration.source));
        self.unreadable.retain(|source, _| !is_gone(source));
    }

    /// A look through files ended; when it was cancelled, the series that it found images of may have more.
    pub fn end_run(&mut self, is_cancelled: bool) {
        for place in std::mem::take(&mut self.of_this_run) {
            if self.series.get(&place).is_some_and(|found| found.is_cut_short != is_cancelled) {
                self.shared = None;
                self.touch(place).is_cut_short = is_cancelled;
            }
        }
    }

    /// The studies, newest first, and what could not be read, by name.
    pub fn contents(&mut self) -> (Arc<Studies>, Arc<Vec<Unreadable>>) {
        if self.shared.is_none() {
            let studies = Arc::new(self.assemble_stale());
            let of_file = |(source, why): (&Source, &ReadError)| Unreadable {
                source: source.clone(),
                why: why.clone(),
            };
            let without_images = self.states.values().filter(|state| !studies.has_images_of(state));
            let without_images = without_images.map(|state| Unreadable {
                source: state.source.clone(),
                why: ReadError::NoImage { what: "presentation state of images that are not here".to_owned() },
            });
            let frames = studies.frames_of_reference();
            let idle = self.registrations.values().filter_map(|registration| {
                let not_applied = registration.not_applied.join("; ");
                let what = match registration.why_idle(&frames) {
                    _ if !not_applied.is_empty() => {
                        format!("spatial registration, not applied: {not_applied}")
                    }
                    why => format!("spatial registration: {}; {}", registration.words(), why?),
                };
                let source = registration.source.clone();
                Some(Unreadable { source, why: ReadError::NoImage { what } })
            });
            let unreadable = self.unreadable.iter().map(of_file).chain(without_images).chain(idle);
            let unreadable = Arc::new(unreadable.collect());
            self.shared = Some((Arc::clone(&studies), unreadable));
        }
        self.shared.clone().unwrap_or_default()
    }

    /// Where the images lie, in no order.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.places.keys()
    }

    /// What was found of a series, which something has come for.
    fn touch(&mut self, place: Place) -> &mut Found {
        let found = self.series.entry(place).or_default();
        found.is_stale = true;
        found
    }

    fn remove(&mut self, (place, uid): &(Place, InstanceUid), source: &Source) {
        let Some(found) = self.series.get_mut(place) else { return };
        if let Some(copies) = found.instances.get_mut(uid) {
            copies.retain(|copy| copy.source != *source);
            if copies.is_empty() {
                found.instances.remove(uid);
            }
        }
        found.is_stale = true;
    }

    fn assemble_stale(&mut self) -> Studies {
        let mut studies: Vec<Study> = Vec::new();
        for found in self.series.values_mut() {
            if std::mem::take(&mut found.is_stale) {
                found.series = assemble(found).map(Arc::new);
            }
            let Some(series) = &found.series else { continue };
            let Some(first) = series.display_sets.first().and_then(|set| set.images.first()) else {
                continue;
            };
            let instance = &first.instance;
            match studies.last_mut() {
                // Series of one study follow one another.
                Some(study) if study.attributes.uid == instance.study.uid => {
                    study.series.push(Arc::clone(series));
                }
                _ => studies.push(Study {
                    patient: instance.patient.clone(),
                    attributes: instance.study.clone(),
                    series: vec![Arc::clone(series)],
                    states: Vec::new(),
                    key_objects: Vec::new(),
                }),
            }
        }
        for study in &mut studies {
            let of_study = self.states.values().filter(|state| state.study == study.attributes.uid);
            study.states = of_study.cloned().collect();
            let of_study =
                self.key_objects.values().filter(|document| document.study == study.attributes.uid);
            study.key_objects = of_study.cloned().collect();
            study.states.sort_by_cached_key(|state| Reverse(state.created.moment()));
        }
        Studies { registrations: self.registrations_newest_first(), ..Studies::sorted(studies) }
    }

    fn registrations_newest_first(&self) -> Vec<Arc<Registration>> {
        let mut registrations: Vec<_> = self.registrations.values().cloned().collect();
        registrations.sort_by_cached_key(|registration| Reverse(registration.created.moment()));
        registrations
    }
}

fn folder_of(source: &Source) -> Option<&Path> {
    source.path.reveal().parent()
}

impl Found {
    /// Puts an object; one from the same file gives way.
    fn put(&mut self, instance: Arc<Instance>) {
        let copies = self.instances.entry(instance.uid.clone()).or_default();
        match copies.iter_mut().find(|copy| copy.source == instance.source) {
            Some(copy) => *copy = instance,
            None => copies.push(instance),
        }
    }
}

/// Studies, newest first; a series is found without a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Studies {
    newest_first: Vec<Study>,
    places: HashMap<Place, (usize, usize)>,
    registrations: Vec<Arc<Registration>>,
}

impl Studies {
    fn sorted(mut studies: Vec<Study>) -> Self {
        for study in &mut studies {
            let by_number = |series: &Arc<Series>| {
                (series.attributes.number.unwrap_or(i64::MAX), series.attributes.uid.clone())
            };
            study.series.sort_by_cached_key(by_number);
        }
        let newest_first =
            |study: &Study| Reverse((study.attributes.date.clone(), study.attributes.time.clone()));
        studies.sort_by_cached_key(newest_first);
        let place_of = |(study, of_study): (usize, &Study)| -> Vec<(Place, (usize, usize))> {
            let uid = |series: &Series| (of_study.attributes.uid.clone(), series.attributes.uid.clone());
            of_study.series.iter().enumerate().map(|(at, series)| (uid(series), (study, at))).collect()
        };
        let places = studies.iter().enumerate().flat_map(place_of).collect();
        Self { newest_first: studies, places, registrations: Vec::new() }
    }

    /// Whether any image that a state is for is here.
    fn has_images_of(&self, state: &PresentationState) -> bool {
        state.references.iter().any(|of_series| {
            let series = self.series(&state.study, &of_series.series).map(|(_, series)| series);
            let Some(series) = series else { return false };
            of_series.images.iter().any(|(uid, image)| match &image.frames {
                None => series.has(uid),
                Some(frames) => frames.iter().any(|frame| series.locate(uid, *frame).is_some()),
            })
        })
    }

    /// The frames of reference of all display sets.
    fn frames_of_reference(&self) -> BTreeSet<&FrameOfReferenceUid> {
        let sets = self.newest_first.iter().flat_map(|study| &study.series);
        let first = sets.flat_map(|series| &series.display_sets).filter_map(|set| set.images.first());
        first.filter_map(|image| image.instance.image.frame_of_reference.as_ref()).collect()
    }

    /// Spatial registrations, the newest first.
    pub fn registrations(&self) -> &[Arc<Registration>] {
        &self.registrations
    }

    /// A series with its study.
    pub fn series(&self, study: &StudyUid, series: &SeriesUid) -> Option<(&Study, &Series)> {
        let &(study, series) = self.places.get(&(study.clone(), series.clone()))?;
        let study = self.newest_first.get(study)?;
        Some((study, study.series.get(series)?))
    }
}

impl Deref for Studies {
    type Target = [Study];
    fn deref(&self) -> &[Study] {
        &self.newest_first
    }
}
