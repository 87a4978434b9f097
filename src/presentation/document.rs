//! What all objects of ours have in common: patient and study of the images that they are about, and their own series.

use dicom_dictionary_std::tags;

use crate::dicom::{
    Attributes, Creation, DataSet, Instance, InstanceUid, PatientAttributes, SeriesUid, Tag, Writer,
};

/// Behind the series of images, wherever series are listed by number.
const SERIES_NUMBER: &str = "9900";

/// What else tells of the patient, where an image says it. That the identity was removed is left out: nobody looked for it in what
/// the reader writes. PS3.3 C.7.1.1.
const OF_PATIENT: [Tag; 19] = [
    tags::ISSUER_OF_PATIENT_ID,
    tags::TYPE_OF_PATIENT_ID,
    tags::ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE,
    tags::PATIENT_BIRTH_TIME,
    tags::PATIENT_BIRTH_DATE_IN_ALTERNATIVE_CALENDAR,
    tags::PATIENT_ALTERNATIVE_CALENDAR,
    tags::QUALITY_CONTROL_SUBJECT,
    tags::OTHER_PATIENT_NAMES,
    tags::OTHER_PATIENT_I_DS_SEQUENCE,
    tags::PATIENT_COMMENTS,
    // Of animals.
    tags::PATIENT_SPECIES_DESCRIPTION,
    tags::PATIENT_SPECIES_CODE_SEQUENCE,
    tags::PATIENT_BREED_DESCRIPTION,
    tags::PATIENT_BREED_CODE_SEQUENCE,
    tags::BREED_REGISTRATION_SEQUENCE,
    tags::RESPONSIBLE_PERSON,
    tags::RESPONSIBLE_PERSON_ROLE,
    tags::RESPONSIBLE_ORGANIZATION,
    tags::REFERENCED_PATIENT_SEQUENCE,
];

/// What else tells of the study, where an image says it. PS3.3 C.7.2.1.
const OF_STUDY: [Tag; 14] = [
    tags::STUDY_DESCRIPTION,
    tags::REFERRING_PHYSICIAN_IDENTIFICATION_SEQUENCE,
    tags::CONSULTING_PHYSICIAN_NAME,
    tags::CONSULTING_PHYSICIAN_IDENTIFICATION_SEQUENCE,
    tags::ISSUER_OF_ACCESSION_NUMBER_SEQUENCE,
    tags::PHYSICIANS_OF_RECORD,
    tags::PHYSICIANS_OF_RECORD_IDENTIFICATION_SEQUENCE,
    tags::NAME_OF_PHYSICIANS_READING_STUDY,
    tags::PHYSICIANS_READING_STUDY_IDENTIFICATION_SEQUENCE,
    tags::REQUESTING_SERVICE,
    tags::REQUESTING_SERVICE_CODE_SEQUENCE,
    tags::REFERENCED_STUDY_SEQUENCE,
    tags::PROCEDURE_CODE_SEQUENCE,
    tags::REASON_FOR_PERFORMED_PROCEDURE_CODE_SEQUENCE,
];

/// Those that are written even where no image says them. Type 2, PS3.3 C.7.2.1.
const OF_EVERY_STUDY: [Tag; 2] = [tags::REFERRING_PHYSICIAN_NAME, tags::STUDY_ID];

/// An object with the Patient, General Study, General Series, General Equipment and SOP Common modules, about an image; and
/// when it was made, as it says it. PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1.
///
/// What the index keeps of an image is not all that it says of patient and study: its file is read again. Where it has gone, or
/// another patient's lies in its place, what is known is written alone.
pub(super) fn begin(
    class: &str,
    uid: &InstanceUid,
    series: &SeriesUid,
    modality: &str,
    created: &Creation,
    image: &Instance,
) -> (Writer, Creation) {
    let (patient, study) = (&image.patient, &image.study);
    let again = DataSet::read(&image.source).ok().filter(|again| is_of(again, image));
    let header = again.as_ref().map(DataSet::attributes);
    let created = in_time_of(header.as_ref(), created);
    let mut object = Writer::new(class, uid.as_str())
        .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
        .text(tags::INSTANCE_CREATION_DATE, &created.date)
        .text(tags::INSTANCE_CREATION_TIME, &created.time)
        .text(tags::PATIENT_NAME, patient.name.reveal())
        .text(tags::PATIENT_ID, patient.id.reveal())
        .text(tags::PATIENT_BIRTH_DATE, patient.birth_date.reveal())
        .text(tags::PATIENT_SEX, &patient.sex)
        .text(tags::STUDY_INSTANCE_UID, study.uid.as_str())
        .text(tags::STUDY_DATE, &study.date)
        .text(tags::STUDY_TIME, &study.time)
        .text(tags::ACCESSION_NUMBER, study.accession.reveal())
        .text(tags::MODALITY, modality)
        .text(tags::SERIES_INSTANCE_UID, series.as_str())
        .text(tags::SERIES_NUMBER, SERIES_NUMBER)
        .text(tags::SERIES_DATE, &created.date)
        .text(tags::SERIES_TIME, &created.time)
        .text(tags::MANUFACTURER, "Hotlight")
        .text(tags::MANUFACTURER_MODEL_NAME, "Hotlight")
        .text(tags::SOFTWARE_VERSIONS, env!("CARGO_PKG_VERSION"));
    if !created.utc_offset.is_empty() {
        object = object.text(tags::TIMEZONE_OFFSET_FROM_UTC, &created.utc_offset);
    }
    for tag in OF_EVERY_STUDY {
        object = match header {
            Some(header) => object.copied(tag, header),
            None => object.text(tag, ""),
        };
    }
    let Some(header) = header else { return (object, created) };
    let said = OF_PATIENT.into_iter().chain(OF_STUDY).filter(|tag| header.has(*tag));
    (said.fold(object, |object, tag| object.copied(tag, header)), created)
}

/// Whether an object is still that image, of that patient.
fn is_of(object: &DataSet, image: &Instance) -> bool {
    let at = object.attributes();
    InstanceUid::new(&object.instance) == image.uid && PatientAttributes::read(&at) == image.patient
}

/// One offset holds for all dates and times of an object, those of the study among them: where the image says which time these
/// are in, the object is dated by the same clocks. PS3.3 C.12.1.1.8.
fn in_time_of(header: Option<&Attributes<'_>>, created: &Creation) -> Creation {
    let of_image = header.and_then(|header| header.text(tags::TIMEZONE_OFFSET_FROM_UTC));
    created.in_offset(&of_image.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use dicom_dictionary_std::uids;

    use super::*;
    use crate::dicom::Source;

    fn code(value: &str, meaning: &str) -> Writer {
        Writer::item()
            .text(tags::CODE_VALUE, value)
            .text(tags::CODING_SCHEME_DESIGNATOR, "99LOCAL")
            .text(tags::CODE_MEANING, meaning)
    }

    fn image(patient: &str) -> Writer {
        Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
            .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, patient)
            .text(tags::PATIENT_ID, "ZZ1")
            .gray_16(2, 2, true)
            .pixels(&[0; 4])
    }

    /// What an object says that is begun about an image, which may have changed since it was read.
    fn begun(written: Writer, then: impl FnOnce(&Path), look: impl Fn(&Attributes<'_>)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("image.dcm");
        written.write_to(&path).expect("written");
        let image = Instance::read(&path).expect("an image");
        then(&path);
        let [date, time, utc_offset] = ["20261128", "233000", "-0500"].map(str::to_owned);
        let created = Creation { date, time, utc_offset, station_s: -18_000 };
        let (uid, series) = (InstanceUid::new("2.25.9"), SeriesUid::new("2.25.8"));
        let class = uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE;
        let (object, as_said) = begin(class, &uid, &series, "PR", &created, &image);
        assert_eq!(as_said.moment(), created.moment(), "whatever clocks it goes by");
        let path = folder.path().join("object.dcm");
        object.write_to(&path).expect("written");
        look(&DataSet::read(&Source::file(&path)).expect("whole").attributes());
    }

    fn texts<const N: usize>(at: &Attributes<'_>, tags: [Tag; N]) -> [String; N] {
        tags.map(|tag| at.text(tag).unwrap_or_default())
    }

    #[test]
    fn patient_and_study_are_as_the_image_has_them() {
        let other = Writer::item()
            .text(tags::PATIENT_ID, "M\u{fc}2")
            .text(tags::ISSUER_OF_PATIENT_ID, "SPITAL S\u{fc}d")
            .text(tags::TYPE_OF_PATIENT_ID, "TEXT");
        let written = image("ZZCANARY^J\u{fc}rgen")
            .text(tags::ISSUER_OF_PATIENT_ID, "HOSPITAL")
            .text(tags::PATIENT_COMMENTS, "comes from K\u{f6}ln")
            .sequence(tags::OTHER_PATIENT_I_DS_SEQUENCE, [other])
            .text(tags::REFERRING_PHYSICIAN_NAME, "M\u{fc}ller^Anna=\u{5c71}\u{7530}")
            .text(tags::STUDY_ID, "S-17")
            .text(tags::STUDY_DESCRIPTION, "Sch\u{e4}del nativ")
            .text(tags::NAME_OF_PHYSICIANS_READING_STUDY, "One^A\\Two^B")
            .sequence(
                tags::PROCEDURE_CODE_SEQUENCE,
                [code("CTHEAD", "Sch\u{e4}del"), code("CTNECK", "Hals")],
            );
        begun(
            written,
            |_| {},
            |at| {
                let said = texts(
                    at,
                    [
                        tags::ISSUER_OF_PATIENT_ID,
                        tags::PATIENT_COMMENTS,
                        tags::REFERRING_PHYSICIAN_NAME,
                        tags::STUDY_ID,
                        tags::STUDY_DESCRIPTION,
                        tags::NAME_OF_PHYSICIANS_READING_STUDY,
                    ],
                );
                let expected = [
                    "HOSPITAL",
                    "comes from K\u{f6}ln",
                    "M\u{fc}ller^Anna=\u{5c71}\u{7530}",
                    "S-17",
                    "Sch\u{e4}del nativ",
                    "One^A\\Two^B",
                ];
                assert_eq!(said, expected);
                let other = at.item(tags::OTHER_PATIENT_I_DS_SEQUENCE).expect("an item");
                let said =
                    texts(&other, [tags::PATIENT_ID, tags::ISSUER_OF_PATIENT_ID, tags::TYPE_OF_PATIENT_ID]);
                assert_eq!(said, ["M\u{fc}2", "SPITAL S\u{fc}d", "TEXT"]);
                let codes = at.items(tags::PROCEDURE_CODE_SEQUENCE);
                let codes: Vec<[String; 2]> =
                    codes.map(|item| texts(&item, [tags::CODE_VALUE, tags::CODE_MEANING])).collect();
                assert_eq!(codes, [["CTHEAD", "Sch\u{e4}del"], ["CTNECK", "Hals"]]);
            },
        );
    }

    /// Old devices write how long a group is, in items too. PS3.5 7.2.
    #[test]
    fn items_are_copied_without_what_is_private_and_without_lengths_that_are_wrong_then() {
        let other = Writer::item()
            .longs(Tag(0x0010, 0x0000), &[10])
            .text(tags::PATIENT_ID, "7")
            .private_block(0x0011, "SOMEBODY", &[(1, b"SECRET")]);
        begun(
            image("ZZCANARY^OLD").sequence(tags::OTHER_PATIENT_I_DS_SEQUENCE, [other]),
            |_| {},
            |at| {
                let other = at.item(tags::OTHER_PATIENT_I_DS_SEQUENCE).expect("an item");
                assert_eq!(other.tags().collect::<Vec<_>>(), [tags::PATIENT_ID]);
            },
        );
    }

    #[test]
    fn what_the_image_does_not_say_is_empty_where_it_must_be_there_and_else_left_out() {
        begun(
            image("ZZCANARY^SILENT"),
            |_| {},
            |at| {
                let written: Vec<Tag> = at.tags().collect();
                for tag in OF_EVERY_STUDY {
                    assert!(written.contains(&tag) && !at.has(tag), "{tag}");
                }
                for tag in OF_PATIENT.into_iter().chain(OF_STUDY) {
                    assert!(!written.contains(&tag), "{tag}");
                }
            },
        );
    }

    /// The patient of the reader's work is the one whom the reader saw.
    #[test]
    fn a_file_that_went_or_became_another_patient_s_says_nothing_any_more() {
        let of = |patient: &str| image(patient).text(tags::STUDY_ID, "S-17");
        let check = |then: &dyn Fn(&Path), expected: [&str; 2]| {
            begun(
                of("ZZCANARY^SEEN"),
                |path| then(path),
                |at| assert_eq!(texts(at, [tags::PATIENT_NAME, tags::STUDY_ID]), expected),
            );
        };
        check(&|_| {}, ["ZZCANARY^SEEN", "S-17"]);
        check(&|path| std::fs::remove_file(path).expect("it was there"), ["ZZCANARY^SEEN", ""]);
        check(&|path| of("ZZCANARY^OTHER").write_to(path).expect("written"), ["ZZCANARY^SEEN", ""]);
    }

    #[test]
    fn an_object_is_dated_by_its_clocks_or_by_those_of_the_image_where_it_says_which() {
        let dated = |offset: &str, expected: [&str; 5]| {
            let written = image("ZZCANARY^DATED");
            let written = match offset {
                "" => written,
                offset => written.text(tags::TIMEZONE_OFFSET_FROM_UTC, offset),
            };
            let dates = [
                tags::INSTANCE_CREATION_DATE,
                tags::INSTANCE_CREATION_TIME,
                tags::SERIES_DATE,
                tags::SERIES_TIME,
                tags::TIMEZONE_OFFSET_FROM_UTC,
            ];
            begun(written, |_| {}, |at| assert_eq!(texts(at, dates), expected, "{offset}"));
        };
        dated("", ["20261128", "233000", "20261128", "233000", "-0500"]);
        dated("+0930", ["20261129", "140000", "20261129", "140000", "+0930"]);
        dated("here", ["20261128", "233000", "20261128", "233000", "-0500"]);
    }
}
