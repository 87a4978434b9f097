//! Modality worklists: which procedure steps are scheduled. PS3.4 K.

use dicom_dictionary_std::{tags, uids};

use super::association::{Association, Proposal};
use super::find::{Found, put};
use crate::dicom::{Attributes, DataSet, Tag, Writer};
use crate::net::{NetError, Peer};

/// The information model that is asked. PS3.4 K.5.
pub(in crate::net) const WORKLIST: &str = uids::MODALITY_WORKLIST_INFORMATION_MODEL_FIND;

/// Which steps are wanted; empty texts are those of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorklistQuery {
    /// Scheduled Procedure Step Start Date (0040,0002): a date, or a range such as `20240101-20240131`.
    pub date: String,
    /// Modality (0008,0060).
    pub modality: String,
    /// Scheduled Station AE Title (0040,0001).
    pub station: String,
}

/// A scheduled step, and whose it is. PS3.4 K.6.1.2.2. It names a patient: it cannot be printed by chance.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct WorklistEntry {
    /// Patient ID (0010,0020).
    pub patient_id: String,
    /// Patient's Name (0010,0010).
    pub patient_name: String,
    /// Patient's Birth Date (0010,0030).
    pub birth_date: String,
    /// Patient's Sex (0010,0040).
    pub sex: String,
    /// Accession Number (0008,0050).
    pub accession_number: String,
    /// Study Instance UID (0020,000D): that of the images to come.
    pub study: String,
    /// Requested Procedure ID (0040,1001).
    pub procedure_id: String,
    /// Requested Procedure Description (0032,1060).
    pub procedure: String,
    /// The step.
    pub step: ScheduledStep,
}

/// An item of Scheduled Procedure Step Sequence (0040,0100).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScheduledStep {
    /// Scheduled Procedure Step Start Date (0040,0002).
    pub date: String,
    /// Scheduled Procedure Step Start Time (0040,0003).
    pub time: String,
    /// Modality (0008,0060).
    pub modality: String,
    /// Scheduled Station AE Title (0040,0001).
    pub station: String,
    /// Scheduled Procedure Step ID (0040,0009).
    pub id: String,
    /// Scheduled Procedure Step Description (0040,0007).
    pub description: String,
}

/// What is asked for of a patient and a request.
const ENTRY: [Tag; 8] = [
    tags::ACCESSION_NUMBER,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
    tags::STUDY_INSTANCE_UID,
    tags::REQUESTED_PROCEDURE_DESCRIPTION,
    tags::REQUESTED_PROCEDURE_ID,
];

impl WorklistQuery {
    fn identifier(&self, transfer_syntax: &str) -> Vec<u8> {
        let step = Writer::item()
            .text(tags::MODALITY, &self.modality)
            .text(tags::SCHEDULED_STATION_AE_TITLE, &self.station)
            .text(tags::SCHEDULED_PROCEDURE_STEP_START_DATE, &self.date)
            .text(tags::SCHEDULED_PROCEDURE_STEP_START_TIME, "")
            .text(tags::SCHEDULED_PROCEDURE_STEP_DESCRIPTION, "")
            .text(tags::SCHEDULED_PROCEDURE_STEP_ID, "");
        let entry = ENTRY.iter().fold(Writer::item(), |item, tag| item.text(*tag, ""));
        entry.sequence(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, [step]).data_set(transfer_syntax)
    }
}

impl WorklistEntry {
    /// What an answer says.
    pub fn read(answer: Attributes<'_>) -> Self {
        let text = |tag| answer.text(tag).unwrap_or_default();
        let step = answer.item(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE);
        let of_step = |tag| step.and_then(|step| step.text(tag)).unwrap_or_default();
        Self {
            patient_id: text(tags::PATIENT_ID),
            patient_name: text(tags::PATIENT_NAME),
            birth_date: text(tags::PATIENT_BIRTH_DATE),
            sex: text(tags::PATIENT_SEX),
            accession_number: text(tags::ACCESSION_NUMBER),
            study: text(tags::STUDY_INSTANCE_UID),
            procedure_id: text(tags::REQUESTED_PROCEDURE_ID),
            procedure: text(tags::REQUESTED_PROCEDURE_DESCRIPTION),
            step: ScheduledStep {
                date: of_step(tags::SCHEDULED_PROCEDURE_STEP_START_DATE),
                time: of_step(tags::SCHEDULED_PROCEDURE_STEP_START_TIME),
                modality: of_step(tags::MODALITY),
                station: of_step(tags::SCHEDULED_STATION_AE_TITLE),
                id: of_step(tags::SCHEDULED_PROCEDURE_STEP_ID),
                description: of_step(tags::SCHEDULED_PROCEDURE_STEP_DESCRIPTION),
            },
        }
    }
}

/// Asks for scheduled steps, and gives on each answer, `limit` at most; a question with more answers is called off.
pub async fn worklist(
    peer: &Peer,
    query: &WorklistQuery,
    limit: usize,
    answer: impl FnMut(DataSet),
) -> Result<Found, NetError> {
    let mut association = Association::request(peer, &[Proposal::of_queries(WORKLIST)]).await?;
    let what = "queries of a worklist (C-FIND)";
    let identifier = |syntax: &str| query.identifier(syntax);
    let outcome = put(&mut association, WORKLIST, what, identifier, limit, || false, answer).await;
    association.close(outcome).await
}
