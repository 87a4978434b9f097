//! Saving what is on the screen: presentation states, and the reader's key images.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::dicom::{FrameKey, Instance, InstanceUid, SeriesUid, Source, StudyUid};
use crate::presentation::{KeyObjects, KeyTitle};
use crate::render::{Identity, NotSaved, by_series, state_of_focus};
use crate::session::SavedWork;
use crate::study::Image;
use crate::units::Phi;

use super::archives::Shelf;
use super::kept::{KeepError, Saved, folder_of, forget, fresh_uid, keep};
use super::reading::Reading;

/// Why a presentation state was not saved.
#[derive(Debug, thiserror::Error)]
pub(super) enum SaveError {
    #[error("the system names no folder to keep it in")]
    NoFolder,
    #[error(transparent)]
    NotSaved(#[from] NotSaved),
}

impl Reading {
    /// Keeps what the viewport in focus shows, on the `index` thread, which then finds it with its study.
    pub(super) fn save_presentation(&mut self, label: &str) -> Result<(), SaveError> {
        let kept = self.kept.clone().ok_or(SaveError::NoFolder)?;
        let source = self.session.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let set = source.map(|source| source.display_set.clone()).ok_or(NotSaved::NoImage)?;
        let uid = fresh_uid();
        let path = folder_of(&kept, &set.study).join(format!("{uid}.dcm"));
        let identity = Identity {
            source: Source::file(&path),
            uid: InstanceUid::new(&uid),
            series: SeriesUid::new(&fresh_uid()),
            label: label.to_owned(),
            created: self.zone.creation(),
        };
        let saved = state_of_focus(&self.session, &self.library, identity)?;
        let work = self.session.work_saved_by(&saved.state, &self.library);
        self.session.keep_states(&set, &self.library);
        self.session.note_saving(&saved.state.uid, saved.annotations);
        let left_out = match saved.left_out.as_slice() {
            [] => String::new(),
            parts => format!(" It cannot say all that is seen; left out: {}.", parts.join(", ")),
        };
        let (outcomes, label) = (self.saved.0.clone(), label.to_owned());
        let outbox = self.services.outbox();
        self.session.indexing.has_saved = true;
        self.open_made(Box::new(move || {
            let object = saved.state.to_object(&saved.image);
            let (saved, paths) = match keep(object, &path, outbox.as_ref()) {
                Ok(()) => {
                    let text = format!("Saved as presentation state {label}.{left_out}");
                    (Saved::of(set.study, Some(text), work), vec![path])
                }
                Err(why) => (Saved::none(format!("Not saved: {why}.")), Vec::new()),
            };
            // Nobody hears it when so many wait that the reader has long been told.
            drop(outcomes.try_send(saved));
            paths
        }));
        Ok(())
    }

    /// Keeps the reader's key images of a study, a document a title, in place of those that were kept: what these say of images that are
    /// not here stays.
    pub(super) fn save_key_images(&mut self, study: &StudyUid) -> Result<(), SaveError> {
        let kept = self.kept.clone().ok_or(SaveError::NoFolder)?;
        let of_study = self.library.studies().iter().find(|known| known.attributes.uid == *study);
        let mut sets =
            of_study.iter().flat_map(|study| &study.series).flat_map(|series| &series.display_sets);
        // Nothing is known any more of a study that went meanwhile.
        let Some(any) = sets.find_map(|set| set.images.first()) else { return Ok(()) };
        let folder = folder_of(&kept, study);
        let mut documents = Vec::new();
        for (code, meaning) in KeyTitle::OFFERED {
            let path = folder.join(format!("key-images-{code}.dcm"));
            let of_title = self.session.key_images.of_study(study).filter(|(_, title)| title.code == code);
            let images: Vec<&Image> = of_title.filter_map(|(key, _)| self.library.image(key)).collect();
            let document = KeyObjects {
                source: Source::file(&path),
                uid: InstanceUid::new(&fresh_uid()),
                study: study.clone(),
                series: SeriesUid::new(&fresh_uid()),
                title: KeyTitle { code: code.to_owned(), meaning: meaning.to_owned() },
                description: Phi::default(),
                created: self.zone.creation(),
                references: by_series(&images),
                unplaced: 0,
                is_own: true,
            };
            let image = images.first().copied().unwrap_or(any);
            documents.push((path, document, Arc::clone(&image.instance)));
        }
        let told = self.session.key_images.told_of(study, &self.library);
        let titles = self.session.key_images.of_study(study);
        let titles = titles.filter(|(key, _)| told.contains(*key));
        let titles = titles.map(|(key, title)| (key.clone(), title.clone())).collect();
        let work = SavedWork::KeyImages { study: study.clone(), titles };
        let (saved, outbox, of) = (self.saved.0.clone(), self.services.outbox(), study.clone());
        self.session.indexing.has_saved = true;
        self.open_made(Box::new(move || {
            let mut outcomes = documents.into_iter().map(|(path, document, image)| {
                keep_document(document, &image, &told, &path, outbox.as_ref())
            });
            let outcome = match outcomes.find_map(Result::err) {
                None => Saved::of(of, None, Some(work)),
                Some(why) => Saved::none(format!("Key images are not saved: {why}.")),
            };
            drop(saved.try_send(outcome));
            Vec::new()
        }));
        Ok(())
    }
}

/// Keeps a document, about an image, in place of the one before, which it goes on from but for the images that it was told of. One
/// without images is none.
fn keep_document(
    mut document: KeyObjects,
    image: &Instance,
    told: &BTreeSet<FrameKey>,
    path: &Path,
    outbox: Option<&Shelf>,
) -> Result<(), KeepError> {
    if path.exists()
        && let Some(before) = KeyObjects::read(&document.source)?
    {
        document.go_on_from(&before, |key| !told.contains(key));
    }
    if document.references.is_empty() { forget(path) } else { keep(document.to_object(image), path, outbox) }
}
