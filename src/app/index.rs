//! Looking through files, folders, archives and DICOMDIRs for images: headers only, in parallel, in batches.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use crate::dicom::{Directory, Instance, ReadError, SeriesUid, Source, StudyUid, Tag};
use crate::presentation::{KeyObjects, PresentationState};
use crate::session::{Event, FileCounts};
use crate::study::{Catalogue, Library, Registration, Studies, Unreadable};

use super::archive::Archive;
use super::clock::{Clock, Zone};
use super::colors::Colors;
use super::kept;
use super::walk::{Candidate, Walk};

/// Files read between two looks at the clock: at first, and at most.
const FILES_MIN: usize = 16;
const FILES_MAX: usize = 1024;

/// A batch that takes less is followed by a larger one; one that takes four times as long, by a smaller one.
const BATCH_SHORT: Duration = Duration::from_millis(20);

/// Between two tellings of how many files were read.
const PROGRESS_PAUSE: Duration = Duration::from_millis(50);

/// Between two tellings of what was found: it doubles each time, as each one costs the assembly of what it tells. Tests are told at the end
/// of a run: which part hangs first, and so which image, is a matter of the machine.
const NEWS_PAUSE_FIRST: Duration = Duration::from_millis(if cfg!(feature = "testing") { 60_000 } else { 50 });
const NEWS_PAUSE_MAX: Duration = Duration::from_secs(1);

/// All that was found since the program started.
#[derive(Debug, Default)]
pub struct Index {
    catalogue: Catalogue,
    /// Where transforms of the colours of states are made; nowhere where nothing is shown.
    colors: Option<Arc<Colors>>,
    /// What was named to runs that were cancelled, and not read wholly since.
    unfinished: Vec<PathBuf>,
    /// Where the reader's own objects lie, by study.
    kept: Option<PathBuf>,
    /// The studies whose own objects were looked for.
    looked_for: HashSet<StudyUid>,
    /// Attributes that images are read with, beyond their modules.
    asked: Vec<Tag>,
    /// By which what does not say its own time is dated.
    zone: Zone,
    /// Images that were read before all of these were asked for.
    lacking: HashSet<Source>,
}

/// What was found in one file.
enum Found {
    Image(Arc<Instance>),
    State(Arc<PresentationState>),
    KeyObjects(KeyObjects),
    Registration(Arc<Registration>),
    Nothing(Unreadable),
    Archive(Archive, PathBuf),
    Directory { listed: Directory, there: Vec<PathBuf>, missing: Vec<Unreadable> },
}

impl Index {
    /// One that finds the reader's own objects in this folder, with their studies, and makes the transforms of colours that
    /// states need.
    pub(super) fn new(kept: Option<PathBuf>, colors: Arc<Colors>) -> Self {
        Self { kept, colors: Some(colors), ..Self::default() }
    }

    /// The same that reads images with these attributes, among their hints.
    #[must_use]
    pub fn asking(self, asked: Vec<Tag>) -> Self {
        Self { asked, ..self }
    }

    /// The same at a station whose clocks show the time of this zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Reads images with these attributes, too, from now on. Those that are here are read again by the next run, as far as protocols look
    /// at them.
    pub(super) fn ask(&mut self, tags: Vec<Tag>) {
        let known = self.asked.len();
        for tag in tags {
            if !self.asked.contains(&tag) {
                self.asked.push(tag);
            }
        }
        if self.asked.len() > known {
            self.lacking = self.catalogue.sources().cloned().collect();
        }
    }

    /// Takes how many objects an archive says that series have.
    pub(super) fn declare(&mut self, declared: &[(StudyUid, SeriesUid, u32)]) {
        for (study, series, objects) in declared {
            self.catalogue.declare(study, series, *objects);
        }
    }

    /// Forgets what was found of studies; gives what is left.
    pub(super) fn close(&mut self, closed: &[StudyUid]) -> (Arc<Studies>, Arc<Vec<Unreadable>>) {
        self.looked_for.retain(|study| !closed.contains(study));
        self.catalogue.close(closed);
        self.catalogue.contents()
    }

    /// Looks through these and gives the news to `tell`: [`Event::Indexing`] and [`Event::Indexed`]. Stops when that
    /// says so by `false`, or `is_cancelled` by `true`. Says whether anything was left unread.
    ///
    /// What is no image is listed with its reason.
    pub fn run(
        &mut self,
        inputs: &[PathBuf],
        is_cancelled: impl Fn() -> bool + Sync,
        mut tell: impl FnMut(Event) -> bool,
    ) -> bool {
        let mut walk = Walk::new(inputs);
        let mut pace = Pace::start();
        let (mut total, mut told) = (FileCounts::default(), FileCounts::default());
        let mut is_cut_short = false;
        loop {
            let mut unreadable = Vec::new();
            let files = walk.next(pace.files, &is_cancelled, &mut unreadable);
            let before = pace.clock.elapsed();
            if files.is_empty() && unreadable.is_empty() {
                let own = self.own_folders();
                if own.is_empty() {
                    break;
                }
                walk.add_files(own);
                continue;
            }
            let look_unless_cancelled =
                |file: &Candidate| (!is_cancelled()).then(|| look(file, &self.asked, self.zone));
            let found: Vec<Option<Found>> = files.par_iter().map(look_unless_cancelled).collect();
            pace.learn(pace.clock.elapsed().saturating_sub(before));
            let (mut images, mut states, mut key_objects) = (Vec::new(), Vec::new(), Vec::new());
            let mut registrations = Vec::new();
            for found in found {
                let Some(found) = found else {
                    is_cut_short = true;
                    continue;
                };
                total.read += 1;
                match found {
                    Found::Image(instance) => {
                        self.lacking.remove(&instance.source);
                        images.push(instance);
                    }
                    Found::State(state) => states.push(state),
                    Found::KeyObjects(document) => {
                        let is_own = self.is_own(&document.source);
                        key_objects.push(Arc::new(KeyObjects { is_own, ..document }));
                    }
                    Found::Registration(registration) => registrations.push(registration),
                    Found::Nothing(file) => unreadable.push(file),
                    Found::Archive(archive, path) => {
                        walk.add_members(archive.members, &path);
                        unreadable.extend(archive.refused);
                    }
                    Found::Directory { listed, there, missing } => {
                        walk.add_files(there);
                        unreadable.extend(missing);
                        for ((study, series), images) in &listed.images {
                            self.catalogue.declare(study, series, *images);
                        }
                    }
                }
            }
            let is_no_image = |file: &&Unreadable| matches!(file.why, ReadError::NoImage { .. });
            let no_images = unreadable.iter().filter(is_no_image).count();
            total.known = walk.known();
            total.images += images.len();
            total.no_images += no_images;
            total.registrations += registrations.len();
            total.failed += unreadable.len() - no_images;
            self.catalogue.add(images, unreadable);
            if !self.make_colors(&states, &mut tell) {
                return true;
            }
            self.catalogue.add_states(states);
            self.catalogue.add_key_objects(key_objects);
            self.catalogue.add_registrations(registrations);
            if pace.is_progress_due() && !tell(Event::Indexing(total - std::mem::replace(&mut told, total))) {
                return true;
            }
            if pace.is_news_due() && !tell(self.news()) {
                return true;
            }
        }
        is_cut_short |= !walk.is_over();
        self.read_again(&is_cancelled);
        self.end_run(inputs, is_cut_short);
        let _is_heard = tell(Event::Indexing(total - told)) && tell(self.news());
        is_cut_short
    }

    /// Reads headers again that lack what is asked for by now: of each display set the first image and the middle one, since protocols look
    /// at no others. More of a set may have come since, and another one be in the middle.
    fn read_again(&mut self, is_cancelled: &(impl Fn() -> bool + Sync)) {
        if self.lacking.is_empty() {
            return;
        }
        let (studies, _) = self.catalogue.contents();
        let sets = studies.iter().flat_map(|study| &study.series).flat_map(|series| &series.display_sets);
        let images = sets.flat_map(|set| [set.images.first(), set.images.get(set.images.len() / 2)]);
        let sources = images.flatten().map(|image| &image.instance.source);
        let mut due: Vec<Source> = sources.filter(|source| self.lacking.contains(*source)).cloned().collect();
        due.sort_unstable();
        due.dedup();
        let look_again = |source: &Source| {
            let file = Candidate { source: source.clone(), path: source.path.reveal().to_path_buf() };
            (!is_cancelled()).then(|| look(&file, &self.asked, self.zone))
        };
        let found: Vec<Option<Found>> = due.par_iter().map(look_again).collect();
        let mut read = Vec::new();
        for (source, found) in due.iter().zip(found) {
            let Some(found) = found else { continue };
            self.lacking.remove(source);
            // What cannot be read any more stays as it was.
            if let Found::Image(image) = found {
                read.push(image);
            }
        }
        self.catalogue.add(read, Vec::new());
    }

    /// Makes the transforms that states need, before they are told: their pictures are never seen in other colours first.
    /// `false` when the program is ending.
    fn make_colors(&self, states: &[Arc<PresentationState>], tell: &mut impl FnMut(Event) -> bool) -> bool {
        let Some(colors) = &self.colors else { return true };
        let mut profiles = states.iter().filter_map(|state| state.colors.profile.as_ref());
        profiles.all(|profile| {
            let mut is_heard = true;
            colors.make(Some(profile), |transform| {
                is_heard = tell(Event::ColorTransformMade(transform));
                is_heard
            });
            is_heard
        })
    }

    fn is_own(&self, source: &Source) -> bool {
        self.kept.as_ref().is_some_and(|kept| source.path.reveal().starts_with(kept))
    }

    /// The folders of the reader's own objects about studies that have come.
    fn own_folders(&mut self) -> Vec<PathBuf> {
        let Some(of_all) = &self.kept else { return Vec::new() };
        let (studies, _) = self.catalogue.contents();
        let uids = studies.iter().map(|study| &study.attributes.uid);
        let new: Vec<StudyUid> = uids.filter(|uid| !self.looked_for.contains(*uid)).cloned().collect();
        let folders =
            new.iter().map(|uid| kept::folder_of(of_all, uid)).filter(|folder| folder.is_dir()).collect();
        self.looked_for.extend(new);
        folders
    }

    /// What was cut short counts as such until the same inputs were read wholly.
    fn end_run(&mut self, inputs: &[PathBuf], is_cut_short: bool) {
        let place = |path: &PathBuf| std::fs::canonicalize(path).unwrap_or_else(|_gone| path.clone());
        let inputs: Vec<PathBuf> = inputs.iter().map(place).collect();
        if is_cut_short {
            self.unfinished.extend(inputs);
        } else {
            self.unfinished.retain(|place| !inputs.iter().any(|input| place.starts_with(input)));
        }
        if is_cut_short || self.unfinished.is_empty() {
            self.catalogue.end_run(is_cut_short);
        }
    }

    fn news(&mut self) -> Event {
        let (studies, unreadable) = self.catalogue.contents();
        Event::Indexed { studies, unreadable }
    }
}

/// Looks through these once, and gives what they hold.
pub fn read_headers(inputs: &[PathBuf]) -> Library {
    let mut library = Library::default();
    Index::default().run(
        inputs,
        || false,
        |event| {
            if let Event::Indexed { studies, unreadable } = event {
                library.take(studies, unreadable);
            }
            true
        },
    );
    library
}

/// How many files to look at, and when to tell.
struct Pace {
    clock: Clock,
    files: usize,
    progress_told: Duration,
    news_told: Duration,
    news_pause: Duration,
}

impl Pace {
    fn start() -> Self {
        Self {
            clock: Clock::start(),
            files: FILES_MIN,
            progress_told: Duration::ZERO,
            news_told: Duration::ZERO,
            news_pause: NEWS_PAUSE_FIRST,
        }
    }

    /// Looks at more or fewer files the next time.
    fn learn(&mut self, took: Duration) {
        if took < BATCH_SHORT {
            self.files = (self.files * 2).min(FILES_MAX);
        } else if took > BATCH_SHORT * 4 {
            self.files = (self.files / 2).max(FILES_MIN);
        }
    }

    fn is_progress_due(&mut self) -> bool {
        let now = self.clock.elapsed();
        let is_due = now >= self.progress_told + PROGRESS_PAUSE;
        if is_due {
            self.progress_told = now;
        }
        is_due
    }

    fn is_news_due(&mut self) -> bool {
        let now = self.clock.elapsed();
        let is_due = now >= self.news_told + self.news_pause;
        if is_due {
            self.news_told = now;
            self.news_pause = (self.news_pause * 2).min(NEWS_PAUSE_MAX);
        }
        is_due
    }
}

/// Looks at a file. A reader that stops with a panic costs this one file.
fn look(file: &Candidate, asked: &[Tag], zone: Zone) -> Found {
    let found = catch_unwind(AssertUnwindSafe(|| look_into(file, asked, zone)))
        .unwrap_or_else(|_panic| Err(ReadError::Damaged { why: "its reader stopped".to_owned() }));
    found.unwrap_or_else(|why| Found::Nothing(Unreadable { source: file.source.clone(), why }))
}

fn look_into(Candidate { source, path }: &Candidate, asked: &[Tag], zone: Zone) -> Result<Found, ReadError> {
    match Instance::read_asked(source, asked) {
        Ok(instance) => Ok(Found::Image(Arc::new(instance))),
        Err(ReadError::NotDicom) if source.is_archive() => {
            if source.member.is_some() {
                return Err(ReadError::Open { why: "it is an archive within an archive".to_owned() });
            }
            Ok(Found::Archive(Archive::read(path)?, path.clone()))
        }
        Err(why @ ReadError::NoImage { .. }) => match Directory::read(source)? {
            Some(directory) => look_beside(directory, source, path),
            None => look_for_words(source, zone, why),
        },
        // Its medium may be whole all the same.
        Err(why @ ReadError::Damaged { .. }) if is_called_dicomdir(path) && source.member.is_none() => {
            let missing = vec![Unreadable { source: source.clone(), why }];
            Ok(Found::Directory { listed: Directory::default(), there: vec![folder_of(path)], missing })
        }
        Err(why) => Err(why),
    }
}

/// Looks for what says something of images.
fn look_for_words(source: &Source, zone: Zone, why: ReadError) -> Result<Found, ReadError> {
    if let Some(mut state) = PresentationState::read(source)? {
        zone.place(&mut state.created);
        return Ok(Found::State(Arc::new(state)));
    }
    if let Some(mut registration) = Registration::read(source)? {
        zone.place(&mut registration.created);
        return Ok(Found::Registration(Arc::new(registration)));
    }
    let mut document = KeyObjects::read(source)?.ok_or(why)?;
    zone.place(&mut document.created);
    Ok(Found::KeyObjects(document))
}

/// What a DICOMDIR lists and where nothing is.
pub(super) fn not_there(source: Source) -> Unreadable {
    Unreadable { source, why: ReadError::Open { why: "listed in the DICOMDIR, not there".to_owned() } }
}

/// Looks for the files that a DICOMDIR lists.
fn look_beside(listed: Directory, source: &Source, path: &Path) -> Result<Found, ReadError> {
    let (there, missing) = if source.member.is_some() {
        // Its files come as members anyhow.
        (Vec::new(), listed.missing_from(source, &Archive::read(path)?.members))
    } else {
        listed.find_in_folder(&folder_of(path))
    };
    Ok(Found::Directory { listed, there, missing: missing.into_iter().map(not_there).collect() })
}

pub(super) fn is_called_dicomdir(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("DICOMDIR"))
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new(".")).to_path_buf()
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::{tags, uids};
    use tempfile::TempDir;

    use crate::dicom::Writer;
    use crate::study::Studies;

    use super::*;

    /// Images of one series, one behind the other.
    fn write(folder: &Path, planes: std::ops::Range<u16>) {
        for plane in planes {
            Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.1.1.{plane}"))
                .text(tags::STUDY_INSTANCE_UID, "2.25.1")
                .text(tags::SERIES_INSTANCE_UID, "2.25.1.1")
                .text(tags::MODALITY, "CT")
                .text(tags::PROTOCOL_NAME, "Chest")
                .text(tags::STATION_NAME, "ROOM ONE")
                .number(tags::INSTANCE_NUMBER, plane)
                .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, f64::from(plane)])
                .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
                .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
                .gray_16(2, 2, false)
                .pixels(&[7; 4])
                .write_to(&folder.join(plane.to_string()))
                .expect("a file");
        }
    }

    /// All that is known after a look through a folder, or through nothing.
    fn run(index: &mut Index, folder: Option<&Path>) -> Arc<Studies> {
        let mut found: Arc<Studies> = Arc::default();
        let inputs: Vec<PathBuf> = folder.map(Path::to_path_buf).into_iter().collect();
        index.run(
            &inputs,
            || false,
            |event| {
                if let Event::Indexed { studies, .. } = event {
                    found = studies;
                }
                true
            },
        );
        found
    }

    /// The places of the images that say what an attribute is, and how many images there are.
    fn saying(studies: &Studies, tag: Tag) -> (Vec<usize>, usize) {
        let set = &studies[0].series[0].display_sets[0];
        let says = |image: &crate::study::Image| image.instance.hints().attributes.contains_key(&tag);
        let places = set.images.iter().enumerate().filter(|(_, image)| says(image)).map(|(place, _)| place);
        (places.collect(), set.images.len())
    }

    #[test]
    fn what_is_asked_for_later_is_read_of_the_images_that_protocols_look_at() {
        let (first, second) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
        write(first.path(), 0..5);
        let mut index = Index::default();
        let studies = run(&mut index, Some(first.path()));
        assert_eq!(saying(&studies, tags::PROTOCOL_NAME), (vec![], 5));
        index.ask(vec![tags::PROTOCOL_NAME]);
        let studies = run(&mut index, None);
        assert_eq!(saying(&studies, tags::PROTOCOL_NAME), (vec![0, 2], 5));
        // With more of them another one is in the middle.
        write(second.path(), 5..9);
        let studies = run(&mut index, Some(second.path()));
        assert_eq!(saying(&studies, tags::PROTOCOL_NAME), (vec![0, 2, 4, 5, 6, 7, 8], 9));
        // An image whose file has gone stays as it was.
        std::fs::remove_file(first.path().join("0")).expect("it was there");
        index.ask(vec![tags::STATION_NAME, tags::PROTOCOL_NAME]);
        let studies = run(&mut index, None);
        assert_eq!(saying(&studies, tags::STATION_NAME), (vec![4], 9));
        assert!(saying(&studies, tags::PROTOCOL_NAME).0.contains(&4));
    }

    /// What others made is ordered beside what says its own time, as if by the clocks of this station.
    #[test]
    fn what_does_not_say_its_time_is_placed_by_the_station_s_zone() {
        let labels = |zone: Zone| {
            let folder = TempDir::new().expect("a folder");
            write(folder.path(), 0..1);
            for (label, time, offset) in [("SILENT", "120000", None), ("SAID", "110000", Some("+0000"))] {
                let class = uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE;
                let state = Writer::new(class, &format!("2.25.9{time}"))
                    .text(tags::STUDY_INSTANCE_UID, "2.25.1")
                    .text(tags::SERIES_INSTANCE_UID, "2.25.8")
                    .text(tags::CONTENT_LABEL, label)
                    .text(tags::PRESENTATION_CREATION_DATE, "20261128")
                    .text(tags::PRESENTATION_CREATION_TIME, time);
                let state = match offset {
                    Some(offset) => state.text(tags::TIMEZONE_OFFSET_FROM_UTC, offset),
                    None => state,
                };
                state.write_to(&folder.path().join(label)).expect("a file");
            }
            let studies = run(&mut Index::default().in_zone(zone), Some(folder.path()));
            studies[0].states.iter().map(|state| state.label.clone()).collect::<Vec<_>>()
        };
        assert_eq!(labels(Zone::UTC), ["SILENT", "SAID"], "12:00 and 11:00 in UTC");
        assert_eq!(labels(Zone::East(7_200)), ["SAID", "SILENT"], "11:00 and 10:00 in UTC");
    }

    #[test]
    fn a_copy_that_was_not_read_again_does_not_contradict_its_twin() {
        let (first, second) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
        let mut index = Index::default();
        for folder in [&first, &second] {
            write(folder.path(), 0..3);
            run(&mut index, Some(folder.path()));
        }
        index.ask(vec![tags::PROTOCOL_NAME]);
        let studies = run(&mut index, None);
        assert_eq!(saying(&studies, tags::PROTOCOL_NAME), (vec![0, 1], 3));
        let problems = studies[0].series[0].display_sets[0].problems();
        assert!(!problems.contains(&"conflicting-duplicates"), "{problems:?}");
    }
}
