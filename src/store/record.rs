//! What the index keeps of an object, and how it comes there.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dicom_dictionary_std::tags;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::places::place_of;
use crate::dicom::{
    DataSet, PatientAttributes, PersonName, ReadError, SeriesAttributes, Source, StudyAttributes, StudyUid,
};
use crate::units::Phi;

/// An object as the index keeps it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) patient: PatientAttributes,
    pub(super) study: StudyAttributes,
    pub(super) series: SeriesAttributes,
    pub(super) body_part: String,
    pub(super) laterality: String,
    pub(super) sop_class: String,
    pub(super) instance: String,
    pub(super) transfer_syntax: String,
    pub(super) number: Option<i64>,
    pub(super) frames: u32,
    /// Of the file.
    pub(super) bytes: u64,
    /// CRC-32 of the data set.
    pub(super) checksum: u32,
}

impl Record {
    /// Reads an object whole; an error where it is cut, or lacks one of its UIDs.
    pub(super) fn read(
        source: &Source,
        transfer_syntax: &str,
        bytes: u64,
        checksum: u32,
    ) -> Result<Self, StoreError> {
        let data_set = DataSet::read_whole(source)?;
        let at = data_set.attributes();
        let text = |tag| at.text(tag).unwrap_or_default();
        let record = Self {
            patient: PatientAttributes::read(&at),
            study: StudyAttributes::read(&at, ""),
            series: SeriesAttributes::read(&at, ""),
            body_part: text(tags::BODY_PART_EXAMINED),
            laterality: at.text(tags::IMAGE_LATERALITY).unwrap_or_else(|| text(tags::LATERALITY)),
            transfer_syntax: transfer_syntax.to_owned(),
            number: at.integer(tags::INSTANCE_NUMBER),
            frames: at
                .integer(tags::NUMBER_OF_FRAMES)
                .and_then(|frames| u32::try_from(frames).ok())
                .unwrap_or(1),
            bytes,
            checksum,
            sop_class: data_set.sop_class.clone(),
            instance: data_set.instance.clone(),
        };
        let uids = [
            ("Study Instance UID (0020,000D)", record.study.uid.as_str()),
            ("Series Instance UID (0020,000E)", record.series.uid.as_str()),
            ("SOP Instance UID (0008,0018)", &record.instance),
            ("SOP Class UID (0008,0016)", &record.sop_class),
        ];
        for (name, uid) in uids {
            if uid.is_empty() {
                return Err(ReadError::Missing { name }.into());
            }
        }
        Ok(record)
    }

    /// Whether it names the patient of its study.
    pub(super) fn check_patient(&self, index: &Connection) -> Result<(), StoreError> {
        let of_study = Identity::of_study(index, &self.study.uid)?;
        let is_right = of_study.is_none_or(|patient| patient.is_same(&self.identity()));
        if is_right { Ok(()) } else { Err(StoreError::WrongPatient) }
    }

    /// Whom it names.
    pub(super) fn identity(&self) -> Identity {
        let PatientAttributes { id, issuer, name, .. } = self.patient.clone();
        Identity { id, issuer, name }
    }

    /// Puts it into the index, where no object of its UID stands.
    pub(super) fn put(
        &self,
        index: &Connection,
        now: SystemTime,
        from: Option<&str>,
    ) -> Result<(), StoreError> {
        let Self { patient, study, series, .. } = self;
        let procedures = serde_json::Value::from(study.procedures.clone()).to_string();
        let study: i64 = index
            .prepare_cached(
                "INSERT INTO study (uid, place, patient_name, patient_id, issuer, birth_date, sex, age, date, time,
                     description, accession, procedures, last_read, came_from)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                 ON CONFLICT (uid) DO UPDATE SET
                     last_read = max(last_read, excluded.last_read),
                     came_from = coalesce(excluded.came_from, came_from)
                 RETURNING id",
            )?
            .query_row(
                params![
                    study.uid.as_str(),
                    place_of(&study.uid),
                    patient.name.reveal(),
                    patient.id.reveal(),
                    patient.issuer.reveal(),
                    patient.birth_date.reveal(),
                    patient.sex,
                    patient.age,
                    study.date,
                    study.time,
                    study.description,
                    study.accession.reveal(),
                    procedures,
                    milliseconds(now),
                    from,
                ],
                |row| row.get(0),
            )?;
        let series: i64 = index
            .prepare_cached(
                "INSERT INTO series (study, uid, modality, number, description, body_part)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (study, uid) DO UPDATE SET uid = excluded.uid RETURNING id",
            )?
            .query_row(
                params![
                    study,
                    series.uid.as_str(),
                    series.modality,
                    series.number,
                    series.description,
                    self.body_part
                ],
                |row| row.get(0),
            )?;
        index
            .prepare_cached(
                "INSERT INTO object (study, series, uid, sop_class, transfer_syntax, number, frames, laterality,
                     bytes, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                study,
                series,
                self.instance,
                self.sop_class,
                self.transfer_syntax,
                self.number,
                self.frames,
                self.laterality,
                whole(self.bytes),
                self.checksum,
            ])?;
        Ok(())
    }
}

/// Who a patient is: an ID, and who issued it.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    id: Phi<String>,
    issuer: Phi<String>,
    name: Phi<String>,
}

impl Identity {
    fn of_study(index: &Connection, study: &StudyUid) -> Result<Option<Self>, StoreError> {
        let mut ask =
            index.prepare_cached("SELECT patient_id, issuer, patient_name FROM study WHERE uid = ?1")?;
        let found = ask.query_row([study.as_str()], |row| {
            Ok(Self { id: Phi::new(row.get(0)?), issuer: Phi::new(row.get(1)?), name: Phi::new(row.get(2)?) })
        });
        Ok(found.optional()?)
    }

    #[cfg(test)]
    pub(super) fn new(texts: [&str; 3]) -> Self {
        let [id, issuer, name] = texts.map(|text| Phi::new(text.to_owned()));
        Self { id, issuer, name }
    }

    /// Whether both are one patient: by ID and issuer, or by name where one of them has no ID. An issuer counts where both
    /// name one.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_said = |text: &Phi<String>| !text.reveal().is_empty();
        if is_said(&self.id) && is_said(&other.id) {
            let is_one_issuer =
                self.issuer == other.issuer || !is_said(&self.issuer) || !is_said(&other.issuer);
            return self.id == other.id && is_one_issuer;
        }
        PersonName::parse(self.name.reveal()) == PersonName::parse(other.name.reveal())
    }
}

/// A count, as the index keeps it.
pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A time, as the index keeps it.
pub(super) fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time that the index keeps.
pub(super) fn time(milliseconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}
