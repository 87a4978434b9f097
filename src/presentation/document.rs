//! What all objects of ours have in common: patient and study of the images that they are about, and their own series.

use dicom_dictionary_std::tags;

use crate::dicom::{Instance, InstanceUid, SeriesUid, Writer};

/// Behind the series of images, wherever series are listed by number.
const SERIES_NUMBER: &str = "9900";

/// An object with the Patient, General Study, General Series, General Equipment and SOP Common modules, about an image.
/// PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1.
pub(super) fn begin(
    class: &str,
    uid: &InstanceUid,
    series: &SeriesUid,
    modality: &str,
    image: &Instance,
) -> Writer {
    let (patient, study) = (&image.patient, &image.study);
    Writer::new(class, uid.as_str())
        .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
        .text(tags::PATIENT_NAME, patient.name.reveal())
        .text(tags::PATIENT_ID, patient.id.reveal())
        .text(tags::PATIENT_BIRTH_DATE, patient.birth_date.reveal())
        .text(tags::PATIENT_SEX, &patient.sex)
        .text(tags::STUDY_INSTANCE_UID, study.uid.as_str())
        .text(tags::STUDY_DATE, &study.date)
        .text(tags::STUDY_TIME, &study.time)
        .text(tags::REFERRING_PHYSICIAN_NAME, "")
        .text(tags::STUDY_ID, "")
        .text(tags::ACCESSION_NUMBER, study.accession.reveal())
        .text(tags::MODALITY, modality)
        .text(tags::SERIES_INSTANCE_UID, series.as_str())
        .text(tags::SERIES_NUMBER, SERIES_NUMBER)
        .text(tags::MANUFACTURER, "Hotlight")
        .text(tags::MANUFACTURER_MODEL_NAME, "Hotlight")
        .text(tags::SOFTWARE_VERSIONS, env!("CARGO_PKG_VERSION"))
}
