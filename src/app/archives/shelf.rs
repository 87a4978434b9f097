//! The store as the program's threads share it: opened by whoever needs it first, so that the start waits for no disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::app::clock::Clock;
use crate::config::{Settings, store_folder};
use crate::dicom::{InstanceUid, Source, StudyUid};
use crate::net::NetError;
use crate::store::{
    Filed, Filing, FilingOptions, Lease, Store, StoreError, StoreOptions, StoredStudy, Waiting,
};

/// Where the store is, and how much it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePlace {
    /// Its folder.
    pub folder: PathBuf,
    /// Its bounds.
    pub options: StoreOptions,
}

impl StorePlace {
    /// As the settings say; none where the system names no folder for it.
    pub fn of(settings: &Settings) -> Option<Self> {
        Some(Self { folder: store_folder(settings)?, options: store_options(settings) })
    }
}

/// How much a store may take, as the settings say.
pub fn store_options(settings: &Settings) -> StoreOptions {
    let bytes = |gib: u32| u64::from(gib) << 30;
    StoreOptions {
        quota_bytes: bytes(settings.store.quota_gib),
        free_bytes_min: bytes(settings.store.free_gib),
    }
}

/// The store; clones are the same.
#[derive(Clone)]
pub(in crate::app) struct Shelf {
    place: StorePlace,
    store: Arc<OnceLock<Result<Store, StoreError>>>,
    /// The archives that what the reader saves is sent to, by name.
    sends_to: Arc<[String]>,
}

impl Shelf {
    pub(in crate::app) fn new(place: StorePlace, sends_to: Vec<String>) -> Self {
        Self { place, store: Arc::default(), sends_to: sends_to.into() }
    }

    /// The store, opened where nobody has yet.
    pub(super) fn store(&self) -> Result<&Store, StoreError> {
        let open = || Store::open(&self.place.folder, self.place.options);
        self.store.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    /// The objects of a study that are here, by SOP Instance UID.
    pub(super) fn held(&self, study: &StudyUid) -> BTreeMap<String, PathBuf> {
        let objects = self.store().and_then(|store| store.objects(study)).unwrap_or_default();
        let of = |source: &Source| source.path.reveal().to_path_buf();
        objects.iter().map(|object| (object.instance.as_str().to_owned(), of(&object.source))).collect()
    }

    /// What the store knows of a study. What waits for archives is not among its instances: they do not count it yet.
    pub(super) fn study(&self, study: &StudyUid) -> Option<StoredStudy> {
        let store = self.store().ok()?;
        let unsent = store.unsent().ok()?;
        store.study(study).ok()?.map(|stored| without_unsent(stored, &unsent))
    }

    /// The same of all.
    pub(super) fn studies(&self) -> Result<Vec<StoredStudy>, StoreError> {
        let unsent = self.store()?.unsent()?;
        let studies = self.store()?.studies()?;
        Ok(studies.into_iter().map(|stored| without_unsent(stored, &unsent)).collect())
    }

    /// Keeps a study from going while the program is open.
    pub(super) fn hold(&self, study: &StudyUid) -> Option<Lease> {
        self.store().and_then(|store| store.note_read(study, Clock::now())).ok()
    }

    /// Notes how many objects an archive has of a study.
    pub(super) fn note_archive(&self, study: &StudyUid, archive: &str, expected: Option<usize>) {
        let noted = self.store().and_then(|store| store.note_archive(study, archive, expected));
        match noted {
            // Nothing of it has come yet.
            Ok(()) | Err(StoreError::NotHere) => {}
            Err(error) => tracing::warn!(%error, "what an archive says of a study is not noted"),
        }
    }

    /// Files what comes from an archive; `tell` hears of each object that is safe.
    pub(super) fn filing(
        &self,
        archive: &str,
        tell: impl FnMut(Filed) + Send + 'static,
    ) -> Result<Filing, NetError> {
        let options = FilingOptions { from: Some(archive.to_owned()), now: Clock::now() };
        let filing = self.store().and_then(|store| store.filing(options, tell));
        filing.map_err(|error| NetError::Keep { why: error.to_string() })
    }

    /// Whether what the reader saves is sent anywhere.
    pub(in crate::app) fn sends(&self) -> bool {
        !self.sends_to.is_empty()
    }

    /// Puts an object that the reader saved into the queue for archives: it is safe then, and is sent when it can be.
    pub(in crate::app) fn post(&self, path: &Path) -> Result<(), StoreError> {
        let store = self.store()?;
        let options = FilingOptions { from: None, now: Clock::now() };
        let (told, filed) = crossbeam_channel::bounded::<InstanceUid>(1);
        let mut filing = store.filing(options, move |filed| drop(told.try_send(filed.instance)))?;
        filing.import(&Source::file(path))?;
        let tally = filing.finish();
        let instance = filed.try_recv().ok().ok_or_else(|| tally.why.unwrap_or(StoreError::NotHere))?;
        self.sends_to.iter().try_for_each(|archive| store.queue(&instance, archive, Clock::now()))
    }

    /// What waits to be sent.
    pub(super) fn waiting(&self) -> Result<Waiting, StoreError> {
        self.store()?.waiting()
    }
}

fn without_unsent(stored: StoredStudy, unsent: &BTreeMap<StudyUid, usize>) -> StoredStudy {
    let unsent = unsent.get(&stored.study.uid).copied().unwrap_or_default();
    StoredStudy { instances: stored.instances.saturating_sub(unsent), ..stored }
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::{tags, uids};

    use super::*;
    use crate::dicom::Writer;

    #[test]
    fn what_the_reader_saved_does_not_stand_for_an_image_that_is_missing() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let place = StorePlace { folder: folder.path().join("store"), options };
        let shelf = Shelf::new(place, vec!["NORTH".to_owned(), "SOUTH".to_owned()]);
        let object = |uid: &str| {
            let path = folder.path().join(uid);
            let writer = Writer::new(uids::CT_IMAGE_STORAGE, uid)
                .text(tags::STUDY_INSTANCE_UID, "2.25.1")
                .text(tags::SERIES_INSTANCE_UID, "2.25.2")
                .text(tags::PATIENT_NAME, "ZZCANARY^JANE");
            writer.write_to(&path).expect("written");
            path
        };
        let mut filing = shelf.filing("NORTH", drop).expect("a store");
        filing.import(&Source::file(&object("2.25.3"))).expect("filed");
        filing.finish();
        shelf.post(&object("2.25.4")).expect("posted");
        let study = shelf.study(&StudyUid::new("2.25.1")).expect("a study");
        assert_eq!(study.instances, 1);
        assert_eq!(shelf.studies().expect("a store")[0].instances, 1);
    }
}
