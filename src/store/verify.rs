//! Mending the index against the files: the files say what there is, and the index follows.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::{Connection, OptionalExtension};

use super::commit::file_of;
use super::filing::checksum;
use super::places::{hash, is_there, left_behind, place_of, remove_folder};
use super::record::Record;
use super::{Store, StoreError};
use crate::dicom::{InstanceUid, ReadError, Source};

/// What was found and mended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Objects that are as the index says.
    pub objects: usize,
    /// Files that the index did not know, and knows now.
    pub indexed: usize,
    /// Objects whose files are gone: the index forgot them.
    pub dropped: usize,
    /// Of objects dropped or put into quarantine, those that no archive has confirmed.
    pub unsent_lost: usize,
    /// Files that are damaged or no objects of their study.
    pub quarantined: Vec<Quarantined>,
}

/// A file that was put into quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Where it lies now.
    pub path: PathBuf,
    /// The SOP Instance UID that the index had for it, if any.
    pub instance: Option<InstanceUid>,
    /// Why; a sentence.
    pub why: String,
}

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Those that the index does not know.
    AtNew,
    /// All, byte by byte.
    AtAll,
}

/// An object as the index has it.
struct Row {
    instance: String,
    checksum: u32,
}

impl Store {
    /// Reads every file, and mends the index: what it does not know is indexed, what is gone is forgotten, and what is damaged
    /// goes into quarantine. Nothing is deleted. Other programs may file meanwhile.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        for place in self.all_places()? {
            self.verify_study(&place, Look::AtAll, &mut verified)?;
        }
        Ok(verified)
    }

    /// Mends what programs that died have left.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        let _turn = self.places().turn()?;
        for folder in left_behind(self.places())? {
            let mut mended = Verified::default();
            for place in names_in(&folder)?.into_iter().filter(|name| folder.join(name).is_dir()) {
                self.put_back(&place, &folder.join(&place))?;
                self.verify_study(&place, Look::AtNew, &mut mended)?;
            }
            remove_folder(&folder)?;
            tracing::info!(
                indexed = mended.indexed,
                "what a program that died has left in the store is mended"
            );
        }
        Ok(())
    }

    /// Puts back what was put aside and did not go: what stands in the index.
    fn put_back(&self, place: &str, aside: &Path) -> Result<(), StoreError> {
        self.write(|index| {
            for (name, _) in rows(index, place)? {
                let (from, to) = (aside.join(&name), self.places().study(place).join(&name));
                if from.is_file() && !to.is_file() {
                    self.places().make_study(place)?;
                    std::fs::rename(from, to)?;
                }
            }
            Ok(())
        })
    }

    /// The places of all studies, in the index or not.
    fn all_places(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut places: BTreeSet<String> = self.read(|index| {
            let mut ask = index.prepare_cached("SELECT place FROM study")?;
            let places = ask.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(places)
        })?;
        let objects = self.places().objects();
        for shard in names_in(&objects)? {
            places.extend(names_in(&objects.join(shard))?);
        }
        Ok(places)
    }

    fn verify_study(&self, place: &str, look: Look, verified: &mut Verified) -> Result<(), StoreError> {
        let folder = self.places().study(place);
        let known = self.read(|index| rows(index, place))?;
        let names = names_in(&folder)?;
        for name in &names {
            let path = folder.join(name);
            let outcome = match (known.get(name), look) {
                (Some(_), Look::AtNew) => Ok(()),
                (Some(row), Look::AtAll) => is_as_filed(&path, row).map(|()| verified.objects += 1),
                (None, _) => {
                    self.index(place, name, &path).map(|is_new| verified.indexed += usize::from(is_new))
                }
            };
            match outcome {
                // Of what cannot be opened now nothing is known; it may be whole.
                Err(StoreError::Object(ReadError::Open { why })) if is_there(&path) => {
                    let why = format!("{}: {why}", path.display());
                    return Err(StoreError::Disk { why, is_full: false });
                }
                Err(why @ (StoreError::Disk { .. } | StoreError::Index { .. })) if is_there(&path) => {
                    return Err(why);
                }
                Err(why) => self.quarantine(place, name, known.get(name), &why, verified)?,
                Ok(()) => {}
            }
        }
        for (name, row) in known.iter().filter(|(name, _)| !names.contains(*name)) {
            self.write(|index| {
                // Another program may have filed it again meanwhile.
                if !folder.join(name).exists() {
                    let was_unsent = forget(index, place, &row.instance)?;
                    verified.dropped += usize::from(was_unsent.is_some());
                    verified.unsent_lost += usize::from(was_unsent == Some(true));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Indexes a file that the index does not know; an error where it is no object that could stand there.
    fn index(&self, place: &str, name: &str, path: &Path) -> Result<bool, StoreError> {
        let source = Source::file(path);
        let (transfer_syntax, checksum, bytes) = checksum(&source)?;
        let record = Record::read(&source, &transfer_syntax, bytes, checksum)?;
        let is_its_place =
            place_of(&record.study.uid) == place && format!("{}.dcm", hash(&record.instance)) == name;
        if !is_its_place {
            return Err(StoreError::NotAsAnnounced { what: "place in the store" });
        }
        self.write(|index| {
            let held = file_of(self.places(), index, &record)?;
            if held.as_deref() == Some(path) || !path.exists() {
                return Ok(false);
            }
            record.check_patient(index)?;
            if held.is_some() {
                return Err(StoreError::Differs);
            }
            // When it was read is not known: among those that go, it is the first.
            record.put(index, UNIX_EPOCH, None)?;
            Ok(true)
        })
    }

    /// Puts a file aside; `row` is what the index has of it, if anything.
    fn quarantine(
        &self,
        place: &str,
        name: &str,
        row: Option<&Row>,
        why: &StoreError,
        verified: &mut Verified,
    ) -> Result<(), StoreError> {
        let aside =
            tempfile::Builder::new().prefix("").suffix(".dcm").tempfile_in(self.places().quarantine())?;
        let aside = aside.into_temp_path();
        let from = self.places().study(place).join(name);
        let put_aside = self.write(|index| {
            // Another program may have let it go meanwhile.
            if !from.exists() {
                return Ok(None);
            }
            let was_unsent = row.map(|row| forget(index, place, &row.instance)).transpose()?.flatten();
            std::fs::rename(&from, &aside)?;
            Ok(Some(was_unsent))
        })?;
        if let Some(was_unsent) = put_aside {
            let path = aside.keep().map_err(io::Error::from)?;
            let instance = row.filter(|_| was_unsent.is_some()).map(|row| InstanceUid::new(&row.instance));
            verified.unsent_lost += usize::from(was_unsent == Some(true));
            verified.quarantined.push(Quarantined { path, instance, why: why.to_string() });
        }
        Ok(())
    }
}

/// The objects of a study in the index, by the names of their files.
fn rows(index: &Connection, place: &str) -> Result<BTreeMap<String, Row>, StoreError> {
    let mut ask = index.prepare_cached(
        "SELECT object.uid, checksum FROM object JOIN study ON study.id = object.study WHERE place = ?1",
    )?;
    let rows = ask.query_map([place], |row| Ok(Row { instance: row.get(0)?, checksum: row.get(1)? }))?;
    rows.map(|row| row.map(|row| (format!("{}.dcm", hash(&row.instance)), row)).map_err(StoreError::from))
        .collect()
}

/// Takes an object off the index, and series and study with it that have no other; says whether it waited to be sent, if it
/// stood there.
fn forget(index: &Connection, place: &str, instance: &str) -> Result<Option<bool>, StoreError> {
    let mut ask = index.prepare_cached(
        "SELECT object.id, object.series, object.study, outgoing.id
         FROM object JOIN study ON study.id = object.study LEFT JOIN outgoing ON outgoing.object = object.id
         WHERE object.uid = ?1 AND place = ?2 LIMIT 1",
    )?;
    let found = ask.query_row([instance, place], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<i64>>(3)?))
    });
    let Some((object, series, study, waiting)) = found.optional()? else { return Ok(None) };
    let (object, series, study): (i64, i64, i64) = (object, series, study);
    index.execute("DELETE FROM object WHERE id = ?1", [object])?;
    index.execute(
        "DELETE FROM series WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM object WHERE series = ?1)",
        [series],
    )?;
    index.execute(
        "DELETE FROM study WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM object WHERE study = ?1)",
        [study],
    )?;
    Ok(Some(waiting.is_some()))
}

/// Whether a file is what was filed, to the byte.
fn is_as_filed(path: &Path, row: &Row) -> Result<(), StoreError> {
    let (_, found, _) = checksum(&Source::file(path))?;
    if found == row.checksum { Ok(()) } else { Err(StoreError::NotAsAnnounced { what: "checksum" }) }
}

/// The names in a folder, in order; none where it is not there.
fn names_in(folder: &Path) -> Result<BTreeSet<String>, StoreError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}
