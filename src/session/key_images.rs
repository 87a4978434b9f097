//! Key images: the reader's own, and those of others that came with a study.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dicom::{FrameKey, InstanceUid, SeriesUid, StudyUid};
use crate::presentation::{KeyObjects, KeyTitle, ReferencedImage};
use crate::study::{DisplaySet, DisplaySetId, Image, Library};

use super::state::{MessageKind, Session};
use super::viewport::Viewport;

/// The reader's own key images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyImages {
    by_image: BTreeMap<FrameKey, KeyTitle>,
    /// The same as they were saved last.
    saved: BTreeMap<FrameKey, KeyTitle>,
    /// Images that the reader spoke of, or a document of the reader's that was taken: what is said here counts.
    told: BTreeSet<FrameKey>,
}

impl KeyImages {
    /// The title under which an image is one.
    pub fn title(&self, key: &FrameKey) -> Option<&KeyTitle> {
        self.by_image.get(key)
    }

    /// Those of a study, with their titles.
    pub fn of_study<'a>(&'a self, study: &'a StudyUid) -> impl Iterator<Item = (&'a FrameKey, &'a KeyTitle)> {
        self.by_image.iter().filter(move |(key, _)| key.study == *study)
    }

    /// Makes an image one, or none; gives what it was.
    pub(super) fn set(&mut self, key: &FrameKey, title: Option<KeyTitle>) -> Option<KeyTitle> {
        self.told.insert(key.clone());
        match title {
            Some(title) => self.by_image.insert(key.clone(), title),
            None => self.by_image.remove(key),
        }
    }

    /// All of a study.
    pub(super) fn all_of(&self, study: &StudyUid) -> BTreeMap<FrameKey, KeyTitle> {
        of_study(&self.by_image, study)
    }

    /// All of a study, where these are not those that were saved.
    pub(super) fn unsaved(&self, study: &StudyUid) -> Option<BTreeMap<FrameKey, KeyTitle>> {
        let now = self.all_of(study);
        (now != of_study(&self.saved, study)).then_some(now)
    }

    /// Images of a study that are here and of which it is known whether they are key images. Of all others the reader's documents alone
    /// tell: those that are not here, and those whose documents are yet to come.
    pub fn told_of(&self, study: &StudyUid, library: &Library) -> BTreeSet<FrameKey> {
        let of_study = self.told.iter().filter(|key| key.study == *study);
        of_study.filter(|key| library.locate(key).is_some()).cloned().collect()
    }

    /// Puts these in place of all of a study.
    pub(super) fn replace(&mut self, study: &StudyUid, titles: BTreeMap<FrameKey, KeyTitle>) {
        self.told.extend(titles.keys().cloned());
        self.by_image.retain(|key, _| key.study != *study);
        self.by_image.extend(titles);
    }

    /// Takes note of what was saved of a study.
    pub(super) fn note_saved(&mut self, study: &StudyUid, titles: BTreeMap<FrameKey, KeyTitle>) {
        self.saved.retain(|key, _| key.study != *study);
        self.saved.extend(titles);
    }

    /// Forgets those of studies: their documents are taken again when they come again.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        self.by_image.retain(|key, _| !closed.contains(&key.study));
        self.saved.retain(|key, _| !closed.contains(&key.study));
        self.told.retain(|key| !closed.contains(&key.study));
    }

    /// Takes what the reader's own documents say of images that have come, once each.
    pub(super) fn take(&mut self, library: &Library) {
        for study in library.studies() {
            let own: Vec<_> = study.key_objects.iter().filter(|document| document.is_own).collect();
            let is_named = |uid: &SeriesUid| {
                let mut references = own.iter().flat_map(|document| &document.references);
                references.any(|of_series| of_series.series == *uid)
            };
            let series = study.series.iter().filter(|series| is_named(&series.attributes.uid));
            let sets = series.flat_map(|series| &series.display_sets);
            for image in sets.flat_map(|set| &set.images) {
                let document = own.iter().find(|document| image.is_key_of(document));
                if let Some(document) = document
                    && self.told.insert(image.key())
                {
                    self.by_image.entry(image.key()).or_insert_with(|| document.title.clone());
                    self.saved.insert(image.key(), document.title.clone());
                }
            }
        }
    }

    /// Every title under which an image is a key image: the reader's own first, then those of others.
    pub fn titles(&self, image: &Image, library: &Library) -> Vec<String> {
        let own = self.title(&image.key()).map(|title| title.meaning.clone());
        own.into_iter().chain(titles_of_others(image, library, KeyTitle::is_of_key_images)).collect()
    }
}

/// The key images of a display set, where a viewport goes through these alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyImagesOnly {
    display_set: DisplaySetId,
    /// Where they stand in it, from 0, in its order; at least one.
    indices: Vec<usize>,
}

impl KeyImagesOnly {
    /// Those of a display set; `None` where it has none.
    pub(super) fn of(set: &DisplaySet, key_images: &KeyImages, library: &Library) -> Option<Self> {
        let is_one = |image: &Image| !key_images.titles(image, library).is_empty();
        let indices = set.images.iter().enumerate().filter(|(_, image)| is_one(image));
        let indices: Vec<usize> = indices.map(|(index, _)| index).collect();
        (!indices.is_empty()).then(|| Self { display_set: set.id.clone(), indices })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.indices.len()
    }

    /// Where one of them stands in the display set.
    pub(super) fn index(&self, place: usize) -> Option<usize> {
        self.indices.get(place).copied()
    }

    /// Which of them, from 0, is an image of the display set; `None` where it is none.
    pub(super) fn place(&self, index: usize) -> Option<usize> {
        self.indices.binary_search(&index).ok()
    }

    /// Which of them, from 0, is nearest to an image of the display set; of two the one before it.
    pub(super) fn nearest(&self, index: usize) -> usize {
        let places = self.indices.iter().enumerate();
        places.min_by_key(|(_, at)| at.abs_diff(index)).map_or(0, |(place, _)| place)
    }
}

impl Session {
    /// Viewports that go through key images alone go through those that are key images now.
    pub(super) fn list_key_images_again(&mut self, library: &Library) {
        let mut is_over = false;
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            let Viewport { only: Some(only), cine, .. } = viewport else { continue };
            let Some((.., set)) = library.find(&only.display_set) else { continue };
            let now = KeyImagesOnly::of(set, &self.key_images, library);
            if now.as_ref() != Some(&*only) {
                // It counts places among them.
                cine.stop();
                is_over |= now.is_none();
                viewport.only = now;
            }
        }
        if is_over {
            self.tell(
                MessageKind::Note,
                "This series has no key image any more: all its images are gone through again.",
            );
        }
    }

    /// Viewports that go through key images alone stay on these; what shows another series, or something of a volume, has all.
    pub(super) fn keep_to_key_images(&mut self) {
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            let is_of_volume = viewport.is_of_volume();
            let Viewport { source, only: Some(only), .. } = viewport else { continue };
            match source {
                Some(source) if !is_of_volume && source.display_set == only.display_set => {
                    if let Some(index) = only.index(only.nearest(source.index)) {
                        source.index = index;
                    }
                }
                _ => {
                    viewport.cine.stop();
                    viewport.only = None;
                }
            }
        }
    }
}

/// The titles under which others withdrew an image: it is not to be used.
pub fn rejections(image: &Image, library: &Library) -> Vec<String> {
    titles_of_others(image, library, KeyTitle::is_rejection)
}

/// The titles of others' documents that name an image, where they are meant.
fn titles_of_others(image: &Image, library: &Library, is_meant: fn(&KeyTitle) -> bool) -> Vec<String> {
    let documents = documents_beside(image, library).iter();
    let documents = documents.filter(|document| !document.is_own && image.is_key_of(document));
    let titles = documents.map(|document| &document.title);
    let titles = titles.filter(|title| is_meant(title));
    titles.map(|title| title.meaning.clone()).collect()
}

/// Which images that a document names are left out, in words: those that are not here, and those that its evidence does not place.
pub(super) fn left_out(document: &KeyObjects, library: &Library) -> Vec<String> {
    let words = |count: usize, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 image {one}")),
        _ => Some(format!("{count} images {more}")),
    };
    let absent = words(absent(document, library), "is not here", "are not here");
    let unplaced =
        words(document.unplaced, "is in no series of its evidence", "are in no series of its evidence");
    absent.into_iter().chain(unplaced).collect()
}

/// How many images that a document names are not here. An object of which all frames are meant counts as one.
fn absent(document: &KeyObjects, library: &Library) -> usize {
    let of_series = document.references.iter().map(|of_series| {
        let is_absent = |instance: &InstanceUid, frame: u32| {
            let (study, series) = (document.study.clone(), of_series.series.clone());
            let key = FrameKey { study, series, instance: instance.clone(), frame, subtraction: None };
            library.locate(&key).is_none()
        };
        let of_image = |(instance, image): (&InstanceUid, &ReferencedImage)| match &image.frames {
            None => usize::from(is_absent(instance, 0)),
            Some(frames) => frames.iter().filter(|frame| is_absent(instance, **frame)).count(),
        };
        of_series.images.iter().map(of_image).sum::<usize>()
    });
    of_series.sum()
}

/// What documents of key images of an image's study leave out, in words.
pub fn left_out_beside(image: &Image, library: &Library) -> Vec<String> {
    let documents = documents_beside(image, library).iter();
    let documents = documents.filter(|document| document.title.is_of_key_images());
    documents.flat_map(|document| left_out(document, library)).collect()
}

/// The documents of an image's study.
fn documents_beside<'a>(image: &Image, library: &'a Library) -> &'a [Arc<KeyObjects>] {
    let study = library.studies().iter().find(|study| study.attributes.uid == image.instance.study.uid);
    study.map_or(&[], |study| study.key_objects.as_slice())
}

fn of_study(titles: &BTreeMap<FrameKey, KeyTitle>, study: &StudyUid) -> BTreeMap<FrameKey, KeyTitle> {
    let of_study = titles.iter().filter(|(key, _)| key.study == *study);
    of_study.map(|(key, title)| (key.clone(), title.clone())).collect()
}
