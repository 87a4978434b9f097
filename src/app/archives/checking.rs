//! A study of the store, compared with what its archive says of it now.

use crate::dicom::{StudyUid, is_same_name};
use crate::net::NetError;
use crate::net::dimse::find;
use crate::session::Check;
use crate::store::StoredStudy;
use crate::study_list::{Entry, Place, StudyQuestion};

use super::Archive;
use super::finding::{entry, query};

/// What an archive says of one study now; none where it does not have it.
pub(super) async fn ask(archive: &Archive, study: &StudyUid) -> Result<Option<Entry>, NetError> {
    let asked = StudyQuestion { studies: vec![study.as_str().to_owned()], ..StudyQuestion::default() };
    let place = Place::Archive(archive.name.clone());
    let mut found = None;
    find(&archive.peer, &query(&asked), 1, |answer| found = entry(answer.attributes(), &place)).await?;
    Ok(found)
}

/// Compares. What an archive does not say is no difference.
pub(super) fn compare(here: &StoredStudy, there: &Entry) -> Check {
    let (ours, theirs) = (&here.patient, &there.patient);
    let differs = |a: &str, b: &str| {
        let (a, b) = (a.trim(), b.trim());
        !a.is_empty() && !b.is_empty() && a != b
    };
    let digits = |date: &str| date.chars().filter(char::is_ascii_digit).collect::<String>();
    let (name, other_name) = (ours.name.reveal(), theirs.name.reveal());
    let pairs = [
        ("name", differs(name, other_name) && !is_same_name(name, other_name)),
        ("Patient ID", differs(ours.id.reveal(), theirs.id.reveal())),
        ("issuer of the Patient ID", differs(ours.issuer.reveal(), theirs.issuer.reveal())),
        ("birth date", differs(&digits(ours.birth_date.reveal()), &digits(theirs.birth_date.reveal()))),
        ("sex", differs(&ours.sex.to_uppercase(), &theirs.sex.to_uppercase())),
        ("accession number", differs(here.study.accession.reveal(), there.study.accession.reveal())),
        ("study date", differs(&digits(&here.study.date), &digits(&there.study.date))),
    ];
    let what: Vec<&'static str> =
        pairs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect();
    if what.is_empty() { Check::Same } else { Check::Differs(what) }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::dicom::{PatientAttributes, StudyAttributes};
    use crate::study_list::{Availability, Held};
    use crate::units::Phi;

    fn check(change: impl FnOnce(&mut Entry), outcome: &Check) {
        let phi = |text: &str| Phi::new(text.to_owned());
        let patient = PatientAttributes {
            name: phi("ZZCANARY^PHANTOM=ZZ^ZZ"),
            id: phi("ZZ1"),
            birth_date: phi("19640102"),
            sex: "F".to_owned(),
            issuer: phi("SITE"),
            ..PatientAttributes::default()
        };
        let study = StudyAttributes {
            uid: StudyUid::new("2.25.1"),
            date: "20261120".to_owned(),
            time: String::new(),
            description: "CT".to_owned(),
            accession: phi("A1"),
            procedures: Vec::new(),
        };
        let here = StoredStudy {
            patient: patient.clone(),
            study: study.clone(),
            modalities: Vec::new(),
            body_parts: Vec::new(),
            laterality: String::new(),
            series: 1,
            instances: 6,
            bytes: 0,
            is_pinned: false,
            last_read: SystemTime::UNIX_EPOCH,
            from: None,
            expected: None,
        };
        let mut there = Entry {
            patient,
            study,
            modalities: Vec::new(),
            body_parts: Vec::new(),
            laterality: String::new(),
            held: vec![Held {
                place: Place::Store,
                series: None,
                instances: None,
                of: None,
                availability: Availability::Online,
            }],
        };
        change(&mut there);
        assert_eq!(&compare(&here, &there), outcome);
    }

    #[test]
    fn what_an_archive_says_otherwise_is_named_and_what_it_does_not_say_is_not() {
        check(|_| {}, &Check::Same);
        // Another form of the same name; and nothing said.
        check(|there| there.patient.name = Phi::new("ZZCanary^Phantom^".to_owned()), &Check::Same);
        let written_otherwise = |there: &mut Entry| {
            there.patient.name = Phi::new("zzcanary^Phantom^^Dr".to_owned());
            there.patient.birth_date = Phi::new("1964.01.02".to_owned());
            there.patient.sex = "f ".to_owned();
            there.patient.id = Phi::new("ZZ1 ".to_owned());
        };
        check(written_otherwise, &Check::Same);
        check(|there| there.patient.birth_date = Phi::default(), &Check::Same);
        check(|there| there.patient.sex = "M".to_owned(), &Check::Differs(vec!["sex"]));
        check(
            |there| there.patient.issuer = Phi::new("OTHER".to_owned()),
            &Check::Differs(vec!["issuer of the Patient ID"]),
        );
        let other = |there: &mut Entry| {
            there.patient.name = Phi::new("ZZCANARY^OTHER".to_owned());
            there.patient.birth_date = Phi::new("19640103".to_owned());
            there.study.date = "20261121".to_owned();
        };
        check(other, &Check::Differs(vec!["name", "birth date", "study date"]));
    }
}
