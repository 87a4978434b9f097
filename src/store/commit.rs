//! The thread that commits: what has gathered while it was busy goes to the disk together.
//!
//! Files first, then their names, then the index: whoever finds an object in the index finds it whole.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::Receiver;
use rusqlite::{Connection, OptionalExtension};
use tempfile::NamedTempFile;

use super::filing::{Filed, FilingOptions, Progress, are_equal};
use super::places::{Incoming, Places, is_there, place_of, sync_folder};
use super::record::Record;
use super::steps::{Step, taken};
use super::{Lease, Store, StoreError};
use crate::dicom::{InstanceUid, Source};

/// The most objects that are committed together.
const BATCH_MAX: usize = 64;

/// Files that the disk is asked for at the same time: it writes its journal once for all of them.
const SYNCING_MAX: usize = 8;

/// An object that was checked.
pub(super) struct Ready {
    /// Its file; none where the store has it already.
    pub(super) file: Option<NamedTempFile>,
    pub(super) record: Record,
    /// Its study does not go until it is committed.
    pub(super) lease: Arc<Lease>,
}

/// What the store holds of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Nothing,
    /// It, to the byte.
    Same,
    /// It stands in the index, and its file is not there.
    Lost,
}

impl Held {
    /// What there is of the object in a file, where `held` is its file in the store; an error where that is another one of its UID.
    pub(super) fn of(held: Option<&Path>, file: &Path) -> Result<Self, StoreError> {
        let Some(held) = held else { return Ok(Self::Nothing) };
        match are_equal(&Source::file(held), &Source::file(file)) {
            Ok(true) => Ok(Self::Same),
            Ok(false) => Err(StoreError::Differs),
            Err(_) if !is_there(held) => Ok(Self::Lost),
            Err(why) => Err(why),
        }
    }
}

/// Where the file of an object is that stands in the index.
pub(super) fn file_of(
    places: &Places,
    index: &Connection,
    record: &Record,
) -> Result<Option<PathBuf>, StoreError> {
    let mut ask = index.prepare_cached(
        "SELECT place FROM object JOIN study ON study.id = object.study WHERE object.uid = ?1",
    )?;
    let place: Option<String> = ask.query_row([&record.instance], |row| row.get(0)).optional()?;
    Ok(place.map(|place| places.object(&place, &record.instance)))
}

pub(super) struct Committer {
    store: Store,
    incoming: Incoming,
    options: FilingOptions,
    tell: Box<dyn FnMut(Filed) + Send>,
    progress: Arc<Mutex<Progress>>,
}

impl Committer {
    pub(super) fn new(
        store: Store,
        incoming: Incoming,
        options: FilingOptions,
        tell: Box<dyn FnMut(Filed) + Send>,
        progress: Arc<Mutex<Progress>>,
    ) -> Self {
        Self { store, incoming, options, tell, progress }
    }

    /// Commits until nobody sends any more.
    pub(super) fn run(mut self, ready: &Receiver<Ready>) {
        while let Ok(first) = ready.recv() {
            let batch: Vec<_> = std::iter::once(first).chain(ready.try_iter().take(BATCH_MAX - 1)).collect();
            let count = batch.len();
            let outcome = self.commit(batch);
            let has_room = self.store.make_room();
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(why) = &outcome {
                // What was begun is mended by the next one who opens the store.
                self.incoming.leave();
                progress.tally.refuse(why);
                progress.tally.refused += count - 1;
            }
            if let Err(why) = outcome.and(has_room) {
                progress.stopped.get_or_insert(why);
            }
        }
    }

    fn commit(&mut self, batch: Vec<Ready>) -> Result<(), StoreError> {
        let files: Vec<&File> =
            batch.iter().filter_map(|ready| ready.file.as_ref()).map(NamedTempFile::as_file).collect();
        sync(&files)?;
        taken(Step::Synced);
        let studies: BTreeSet<String> = batch.iter().map(|ready| place_of(&ready.record.study.uid)).collect();
        for place in &studies {
            make_if_missing(&self.incoming.mark(place))?;
            self.store.places().make_study(place)?;
        }
        let (mut done, mut refused, mut leases) = (Vec::new(), Vec::new(), Vec::new());
        self.store.write(|index| {
            for ready in batch {
                leases.push(Arc::clone(&ready.lease));
                match self.put(index, ready) {
                    Ok(one) => done.push(one),
                    Err(why @ (StoreError::WrongPatient | StoreError::Differs)) => refused.push(why),
                    Err(why) => return Err(why),
                }
            }
            for place in &studies {
                sync_folder(&self.store.places().study(place))?;
            }
            taken(Step::NameSynced);
            Ok(())
        })?;
        taken(Step::Committed);
        drop(leases);
        for place in &studies {
            // One that stays costs a look into a study.
            drop(std::fs::remove_dir(self.incoming.mark(place)));
        }
        {
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            for (one, bytes) in &done {
                if one.is_new {
                    progress.tally.filed += 1;
                    progress.tally.bytes += bytes;
                } else {
                    progress.tally.duplicates += 1;
                }
            }
            for why in &refused {
                progress.tally.refuse(why);
            }
        }
        for (one, _) in done {
            (self.tell)(one);
        }
        Ok(())
    }

    /// Puts an object where it stays, and into the index.
    fn put(&self, index: &Connection, ready: Ready) -> Result<(Filed, u64), StoreError> {
        let Ready { file, record, .. } = ready;
        let places = self.store.places();
        let place = place_of(&record.study.uid);
        let path = places.object(&place, &record.instance);
        let mut is_new = false;
        if let Some(file) = file {
            record.check_patient(index)?;
            let held = Held::of(file_of(places, index, &record)?.as_deref(), file.path())?;
            if held != Held::Same {
                let _placed = file.persist(&path).map_err(io::Error::from)?;
                taken(Step::Placed);
                let put = || record.put(index, self.options.now, self.options.from.as_deref());
                if held == Held::Lost {
                    instead(index, &record.instance, put)?;
                } else {
                    put()?;
                }
                taken(Step::Indexed);
                is_new = true;
            }
        }
        let filed = Filed {
            study: record.study.uid,
            series: record.series.uid,
            instance: InstanceUid::new(&record.instance),
            source: Source::file(&path),
            is_new,
        };
        Ok((filed, record.bytes))
    }
}

/// Puts an object into the index in place of that of its UID; what waits for an archive still does.
fn instead(
    index: &Connection,
    instance: &str,
    put: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    index.execute("UPDATE object SET uid = '?' WHERE uid = ?1", [instance])?;
    put()?;
    index.execute(
        "UPDATE outgoing SET object = (SELECT id FROM object WHERE uid = ?1)
         WHERE object = (SELECT id FROM object WHERE uid = '?')",
        [instance],
    )?;
    index.execute("DELETE FROM object WHERE uid = '?'", [])?;
    Ok(())
}

fn make_if_missing(folder: &Path) -> io::Result<()> {
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Waits until the disk has some files: asked for several at once, it is quicker than for one after the other.
fn sync(files: &[&File]) -> io::Result<()> {
    let share = files.len().div_ceil(SYNCING_MAX).max(1);
    std::thread::scope(|scope| {
        let sync_all = |files: &[&File]| files.iter().try_for_each(|file| file.sync_all());
        let mut waiting = Vec::new();
        for files in files.chunks(share) {
            let named = std::thread::Builder::new().name("store-sync".to_owned());
            waiting.push(named.spawn_scoped(scope, move || sync_all(files))?);
        }
        let died = |_panic| Err(io::Error::other("a thread that writes has died"));
        waiting.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(died))
    })
}
