//! Key images: the reader's own, and those of others that came with a study.

use std::collections::{BTreeMap, BTreeSet};

use crate::dicom::{FrameKey, StudyUid};
use crate::presentation::KeyTitle;
use crate::study::{Image, Library};

/// The reader's own key images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyImages {
    by_image: BTreeMap<FrameKey, KeyTitle>,
    /// The same as they were saved last.
    saved: BTreeMap<FrameKey, KeyTitle>,
    /// Studies whose documents were taken: what the reader did since counts.
    taken: BTreeSet<StudyUid>,
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

    /// Puts these in place of all of a study. Its documents are not taken any more.
    pub(super) fn replace(&mut self, study: &StudyUid, titles: BTreeMap<FrameKey, KeyTitle>) {
        self.taken.insert(study.clone());
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
        self.taken.retain(|study| !closed.contains(study));
    }

    /// Takes the reader's own documents of studies that have come, once each.
    pub(super) fn take(&mut self, library: &Library) {
        for study in library.studies() {
            let own: Vec<_> = study.key_objects.iter().filter(|document| document.is_own).collect();
            if own.is_empty() || !self.taken.insert(study.attributes.uid.clone()) {
                continue;
            }
            let sets = study.series.iter().flat_map(|series| &series.display_sets);
            for image in sets.flat_map(|set| &set.images) {
                let document = own.iter().find(|document| image.is_key_of(document));
                if let Some(document) = document {
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

/// The titles under which others withdrew an image: it is not to be used.
pub fn rejections(image: &Image, library: &Library) -> Vec<String> {
    titles_of_others(image, library, KeyTitle::is_rejection)
}

/// The titles of others' documents that name an image, where they are meant.
fn titles_of_others(image: &Image, library: &Library, is_meant: fn(&KeyTitle) -> bool) -> Vec<String> {
    let study = library.studies().iter().find(|study| study.attributes.uid == image.instance.study.uid);
    let documents = study.map_or(&[][..], |study| study.key_objects.as_slice());
    let documents = documents.iter().filter(|document| !document.is_own && image.is_key_of(document));
    let titles = documents.map(|document| &document.title);
    let titles = titles.filter(|title| is_meant(title));
    titles.map(|title| title.meaning.clone()).collect()
}

fn of_study(titles: &BTreeMap<FrameKey, KeyTitle>, study: &StudyUid) -> BTreeMap<FrameKey, KeyTitle> {
    let of_study = titles.iter().filter(|(key, _)| key.study == *study);
    of_study.map(|(key, title)| (key.clone(), title.clone())).collect()
}
