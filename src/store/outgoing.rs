//! What waits until an archive has confirmed it: it outlives the program, and its studies do not go.

use std::collections::BTreeSet;
use std::time::SystemTime;

use rusqlite::{OptionalExtension, Row, params};

use super::places::place_of;
use super::record::milliseconds;
use super::{Store, StoreError};
use crate::dicom::{InstanceUid, Source, StudyUid};

/// The most items that are given at a time.
const DUE_MAX: i64 = 256;

/// No try is put off for longer, ms: what seems to be was put off before somebody set the clock back, and is due.
const PUT_OFF_MAX_MS: i64 = 3_600_000;

/// An object that waits for an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingItem {
    id: i64,
    /// Its file.
    pub source: Source,
    /// Its study.
    pub study: StudyUid,
    /// Its SOP Instance UID.
    pub instance: InstanceUid,
    /// The archive, by its name among the peers.
    pub peer: String,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed; a sentence.
    pub why: Option<String>,
}

/// All that waits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Objects for archives.
    pub count: usize,
    /// The archives that they wait for, by their names among the peers.
    pub peers: BTreeSet<String>,
    /// Why the last try of the one that waits for longest failed; a sentence.
    pub why: Option<String>,
}

impl Store {
    /// Notes that an object of the store is to be sent to an archive, at once. An object waits once for each.
    pub fn queue(&self, instance: &InstanceUid, peer: &str, now: SystemTime) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO outgoing (object, peer, next_try) SELECT id, ?2, ?3 FROM object WHERE uid = ?1
             ON CONFLICT (object, peer) DO UPDATE SET next_try = excluded.next_try",
            params![instance.as_str(), peer, milliseconds(now)],
        )
    }

    /// What is due for an archive, that which waits for longest first; at most 256.
    pub fn outgoing(&self, peer: &str, now: SystemTime) -> Result<Vec<OutgoingItem>, StoreError> {
        self.read(|index| {
            let mut ask = index.prepare_cached(
                "SELECT outgoing.id, study.uid, object.uid, peer, tries, why
                 FROM outgoing JOIN object ON object.id = outgoing.object JOIN study ON study.id = object.study
                 WHERE peer = ?1 AND (next_try <= ?2 OR next_try > ?2 + ?4) ORDER BY outgoing.id LIMIT ?3",
            )?;
            let of = |row: &Row<'_>| {
                let study = StudyUid::new(row.get_ref(1)?.as_str()?);
                let instance: String = row.get(2)?;
                Ok(OutgoingItem {
                    id: row.get(0)?,
                    source: Source::file(&self.places().object(&place_of(&study), &instance)),
                    study,
                    instance: InstanceUid::new(&instance),
                    peer: row.get(3)?,
                    tries: row.get(4)?,
                    why: row.get(5)?,
                })
            };
            let items = ask
                .query_map(params![peer, milliseconds(now), DUE_MAX, PUT_OFF_MAX_MS], of)?
                .collect::<Result<_, _>>()?;
            Ok(items)
        })
    }

    /// All that waits, due or not.
    pub fn waiting(&self) -> Result<Waiting, StoreError> {
        self.read(|index| {
            let count: i64 = index.query_row("SELECT count(*) FROM outgoing", [], |row| row.get(0))?;
            let mut ask = index.prepare_cached("SELECT DISTINCT peer FROM outgoing")?;
            let peers = ask.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let why = index.query_row(
                "SELECT why FROM outgoing WHERE why IS NOT NULL ORDER BY id LIMIT 1",
                [],
                |row| row.get(0),
            );
            Ok(Waiting { count: usize::try_from(count).unwrap_or_default(), peers, why: why.optional()? })
        })
    }

    /// An archive has confirmed an object: it waits no more.
    pub fn note_confirmed(&self, item: &OutgoingItem) -> Result<(), StoreError> {
        self.change("DELETE FROM outgoing WHERE id = ?1", [item.id])
    }

    /// A try has failed; the next is at a later time.
    pub fn note_failed(
        &self,
        item: &OutgoingItem,
        why: &str,
        next_try: SystemTime,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE outgoing SET tries = tries + 1, why = ?2, next_try = ?3 WHERE id = ?1",
            params![item.id, why, milliseconds(next_try)],
        )
    }
}
