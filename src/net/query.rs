//! What is asked of an archive: a level, and keys. PS3.4 C.4.1, C.6.

use dicom_dictionary_std::tags;

use crate::dicom::{Tag, Writer};

/// How deep a question reaches. PS3.4 C.6.2.1, Study Root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Patients: asked for by Patient Root. PS3.4 C.6.1.1.
    Patient,
    /// Studies.
    Study,
    /// Series of one study.
    Series,
    /// Instances of one series.
    Image,
}

impl Level {
    /// Query/Retrieve Level (0008,0052).
    pub const fn value(self) -> &'static str {
        match self {
            Self::Patient => "PATIENT",
            Self::Study => "STUDY",
            Self::Series => "SERIES",
            Self::Image => "IMAGE",
        }
    }
}

impl Level {
    /// What is usually wanted of an answer. PS3.4 C.6.1.1, C.6.2.1.
    pub const fn usual(self) -> &'static [Tag] {
        match self {
            Self::Patient => {
                &[tags::PATIENT_ID, tags::PATIENT_NAME, tags::PATIENT_BIRTH_DATE, tags::PATIENT_SEX]
            }
            Self::Study => &[
                tags::STUDY_DATE,
                tags::STUDY_TIME,
                tags::ACCESSION_NUMBER,
                tags::PATIENT_ID,
                tags::PATIENT_NAME,
                tags::MODALITIES_IN_STUDY,
                tags::STUDY_DESCRIPTION,
                tags::NUMBER_OF_STUDY_RELATED_INSTANCES,
                tags::STUDY_INSTANCE_UID,
            ],
            Self::Series => &[
                tags::MODALITY,
                tags::SERIES_NUMBER,
                tags::SERIES_DESCRIPTION,
                tags::BODY_PART_EXAMINED,
                tags::NUMBER_OF_SERIES_RELATED_INSTANCES,
                tags::SERIES_INSTANCE_UID,
            ],
            Self::Image => &[tags::INSTANCE_NUMBER, tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID],
        }
    }
}

/// A question to an archive: what answers must match, and which of their attributes are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// How deep.
    pub level: Level,
    /// Attributes with what they must match; empty where they are only wanted. They may name a patient.
    pub keys: Vec<(Tag, String)>,
}

impl Query {
    /// Everything of a study, a series of it, or an instance of that: the unique keys of all levels above. PS3.4 C.4.2.1.4.
    pub fn of(study: &str, series: Option<&str>, instance: Option<&str>) -> Self {
        let level = match (series, instance) {
            (None, _) => Level::Study,
            (Some(_), None) => Level::Series,
            (Some(_), Some(_)) => Level::Image,
        };
        let lower = [(tags::SERIES_INSTANCE_UID, series), (tags::SOP_INSTANCE_UID, series.and(instance))];
        let lower = lower.into_iter().filter_map(|(tag, uid)| Some((tag, uid?.to_owned())));
        Self {
            level,
            keys: std::iter::once((tags::STUDY_INSTANCE_UID, study.to_owned())).chain(lower).collect(),
        }
    }

    /// What an attribute must match, if anything is said of it.
    pub(super) fn value(&self, tag: Tag) -> Option<&str> {
        self.keys.iter().find(|(key, _)| *key == tag).map(|(_, value)| value.as_str())
    }

    /// The identifier, in the transfer syntax: texts in UTF-8, which is said where there is anything beyond ASCII. PS3.4 C.4.1.1.3.
    pub fn identifier(&self, transfer_syntax: &str) -> Vec<u8> {
        let level = Writer::item().text(tags::QUERY_RETRIEVE_LEVEL, self.level.value());
        let is_ascii = self.keys.iter().all(|(_, value)| value.is_ascii());
        let level = if is_ascii { level } else { level.text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192") };
        let item = self.keys.iter().fold(level, |item, (tag, value)| item.text(*tag, value));
        item.data_set(transfer_syntax)
    }
}
