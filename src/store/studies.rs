//! What the store holds, study by study, and what is noted of it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::places::place_of;
use super::record::{milliseconds, time, whole};
use super::{Lease, Store, StoreError};
use crate::dicom::{InstanceUid, PatientAttributes, Source, StudyAttributes, StudyUid};
use crate::units::Phi;

/// A study of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStudy {
    /// Whom it shows.
    pub patient: PatientAttributes,
    /// Its attributes.
    pub study: StudyAttributes,
    /// Modalities of its series, each once.
    pub modalities: Vec<String>,
    /// Body Part Examined (0018,0015) of its series, each once.
    pub body_parts: Vec<String>,
    /// Laterality (0020,0060) or Image Laterality (0020,0062): `R`, `L`, `B` for both, or empty.
    pub laterality: String,
    /// How many series are here.
    pub series: usize,
    /// How many objects are here.
    pub instances: usize,
    /// Bytes of their files.
    pub bytes: u64,
    /// It never goes by itself.
    pub is_pinned: bool,
    /// When it was opened, or objects of it arrived, for the last time.
    pub last_read: SystemTime,
    /// The archive that it came from, by its name among the peers.
    pub from: Option<String>,
    /// How many objects that archive says there are.
    pub expected: Option<usize>,
}

/// An object of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its file.
    pub source: Source,
    /// Its SOP Instance UID.
    pub instance: InstanceUid,
}

const COLUMNS: &str = "uid, patient_name, patient_id, issuer, birth_date, sex, age, date, time, description, accession,
    procedures, modalities, body_parts, laterality, series, instances, bytes, is_pinned, last_read, came_from, expected";

impl StoredStudy {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let phi = |at: usize| Ok::<_, rusqlite::Error>(Phi::new(row.get::<_, String>(at)?));
        // The index made these itself; one that is none is empty.
        let texts = |at: usize| {
            let text = row.get_ref(at)?.as_str()?;
            Ok::<Vec<String>, rusqlite::Error>(serde_json::from_str(text).unwrap_or_default())
        };
        let count = |value: i64| usize::try_from(value).unwrap_or_default();
        Ok(Self {
            patient: PatientAttributes {
                name: phi(1)?,
                id: phi(2)?,
                birth_date: phi(4)?,
                sex: row.get(5)?,
                age: row.get(6)?,
                issuer: phi(3)?,
            },
            study: StudyAttributes {
                uid: StudyUid::new(row.get_ref(0)?.as_str()?),
                date: row.get(7)?,
                time: row.get(8)?,
                description: row.get(9)?,
                accession: phi(10)?,
                procedures: texts(11)?,
            },
            modalities: texts(12)?,
            body_parts: texts(13)?,
            laterality: row.get(14)?,
            series: count(row.get(15)?),
            instances: count(row.get(16)?),
            bytes: u64::try_from(row.get::<_, i64>(17)?).unwrap_or_default(),
            is_pinned: row.get(18)?,
            last_read: time(row.get(19)?),
            from: row.get(20)?,
            expected: row.get::<_, Option<i64>>(21)?.map(count),
        })
    }
}

impl Store {
    /// Every study, in the order in which they came. 50,000 take a fifth of a second.
    pub fn studies(&self) -> Result<Vec<StoredStudy>, StoreError> {
        self.read(|index| {
            let mut ask = index.prepare_cached(&format!("SELECT {COLUMNS} FROM study ORDER BY id"))?;
            let studies = ask.query_map([], StoredStudy::of)?.collect::<Result<_, _>>()?;
            Ok(studies)
        })
    }

    /// One study; `None` where nothing of it is here.
    pub fn study(&self, study: &StudyUid) -> Result<Option<StoredStudy>, StoreError> {
        self.read(|index| {
            let mut ask = index.prepare_cached(&format!("SELECT {COLUMNS} FROM study WHERE uid = ?1"))?;
            Ok(ask.query_row([study.as_str()], StoredStudy::of).optional()?)
        })
    }

    /// The objects of a study, by series and Instance Number; none where nothing of it is here.
    pub fn objects(&self, study: &StudyUid) -> Result<Vec<StoredObject>, StoreError> {
        let place = place_of(study);
        self.read(|index| {
            let mut ask = index.prepare_cached(
                "SELECT object.uid
                 FROM object JOIN series ON series.id = object.series JOIN study ON study.id = object.study
                 WHERE study.uid = ?1 ORDER BY series.number, series.id, object.number, object.id",
            )?;
            let of = |row: &Row<'_>| {
                let instance: String = row.get(0)?;
                Ok(StoredObject {
                    source: Source::file(&self.places().object(&place, &instance)),
                    instance: InstanceUid::new(&instance),
                })
            };
            let objects = ask.query_map([study.as_str()], of)?.collect::<Result<_, _>>()?;
            Ok(objects)
        })
    }

    /// Bytes of all objects.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        self.read(total)
    }

    /// Notes that a study is read now, and keeps it from going until the lease is dropped.
    pub fn note_read(&self, study: &StudyUid, now: SystemTime) -> Result<Lease, StoreError> {
        let lease = Lease::of(self.places(), &place_of(study))?;
        self.change(
            "UPDATE study SET last_read = max(last_read, ?2) WHERE uid = ?1",
            params![study.as_str(), milliseconds(now)],
        )?;
        Ok(lease)
    }

    /// Pins a study, so that it never goes by itself, or lets it go again.
    pub fn pin(&self, study: &StudyUid, is_pinned: bool) -> Result<(), StoreError> {
        self.change("UPDATE study SET is_pinned = ?2 WHERE uid = ?1", params![study.as_str(), is_pinned])
    }

    /// Notes what an archive says now of a study that is here: how many objects it has of it.
    pub fn note_archive(
        &self,
        study: &StudyUid,
        archive: &str,
        expected: Option<usize>,
    ) -> Result<(), StoreError> {
        let expected = expected.map(|count| whole(count as u64));
        self.change(
            "UPDATE study SET came_from = ?2, expected = coalesce(?3, expected) WHERE uid = ?1",
            params![study.as_str(), archive, expected],
        )
    }

    /// Changes something that is there.
    pub(super) fn change(&self, what: &str, to: impl rusqlite::Params) -> Result<(), StoreError> {
        let changed = self.write(|index| Ok(index.prepare_cached(what)?.execute(to)?))?;
        if changed == 0 { Err(StoreError::NotHere) } else { Ok(()) }
    }
}

/// Bytes of all objects.
pub(super) fn total(index: &Connection) -> Result<u64, StoreError> {
    let sum: i64 =
        index.prepare_cached("SELECT coalesce(sum(bytes), 0) FROM study")?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(sum).unwrap_or_default())
}

impl Store {
    /// How many objects of each study wait for an archive; studies of which none does are left out.
    pub fn unsent(&self) -> Result<BTreeMap<StudyUid, usize>, StoreError> {
        self.read(|index| {
            let mut ask = index.prepare_cached(
                "SELECT study.uid, count(DISTINCT object.id)
                 FROM outgoing JOIN object ON object.id = outgoing.object JOIN study ON study.id = object.study
                 GROUP BY study.id",
            )?;
            let of = |row: &Row<'_>| {
                let count = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
                Ok((StudyUid::new(row.get_ref(0)?.as_str()?), count))
            };
            let unsent = ask.query_map([], of)?.collect::<Result<_, _>>()?;
            Ok(unsent)
        })
    }
}
