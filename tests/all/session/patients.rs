//! Two patients: never beside each other unless the reader says so.

use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// A CT image of a study by its number, the later the smaller, of a patient by ID and sex.
fn ct(folder: &Path, study: u16, (id, sex): (&str, &str)) {
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.{study}.7"))
        .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}.9"))
        .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
        .text(tags::PATIENT_ID, id)
        .text(tags::PATIENT_SEX, sex)
        .text(tags::STUDY_DATE, &format!("{}1120", 2030 - study))
        .text(tags::STUDY_DESCRIPTION, "CT chest")
        .text(tags::MODALITY, "CT")
        .gray_16(2, 2, false)
        .pixels(&[0, 1, 2, 3])
        .write_to(&folder.join(study.to_string()))
        .expect("a file");
}

/// Two studies of these patients, and the folder that they are in.
fn opened(first: (&str, &str), second: (&str, &str)) -> (Scripted, TempDir) {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), 1, first);
    ct(folder.path(), 2, second);
    (Scripted::open(folder.path()), folder)
}

/// The study in each viewport on screen, and `-` where there is none.
#[track_caller]
fn check(scripted: &mut Scripted, commands: &str, expected: &[&str]) {
    scripted.run(commands);
    let session = &scripted.reading.session;
    let study = |source: &hotlight::session::Source| source.display_set.study.as_str().replace("2.25.", "");
    let shown = session.screens[0].visible();
    let hung: Vec<String> =
        shown.map(|(_, it)| it.source.as_ref().map_or_else(|| "-".to_owned(), study)).collect();
    assert_eq!(hung, expected, "{commands}: {:?}", session.messages.last());
}

fn last_told(scripted: &Scripted) -> &str {
    scripted.reading.session.messages.last().map_or("", |message| &message.text)
}

#[test]
fn another_patient_hangs_beside_only_by_an_explicit_command() {
    let (mut scripted, _folder) = opened(("4711", "F"), ("4712", "F"));
    check(&mut scripted, "layout 1x2; viewport 2; hang 2", &["1", "-"]);
    let refused =
        "This is another patient's: `study 2` shows it in place of what hangs, `hang 2 anyway` beside it.";
    assert_eq!(last_told(&scripted), refused);
    // Nor where one viewport hides the others for now.
    check(&mut scripted, "full; hang 2", &["-"]);
    check(&mut scripted, "full; hang 2 anyway", &["1", "2"]);
    // Both are on screen: nobody comes who is not there.
    check(&mut scripted, "viewport 1; hang 2", &["2", "2"]);
    check(&mut scripted, "hang 1", &["2", "2"]);
    check(&mut scripted, "study 1 anyway", &["1", "2"]);
}

#[test]
fn another_study_of_another_patient_takes_the_place_of_all() {
    let (mut scripted, _folder) = opened(("4711", "F"), ("4712", "F"));
    check(&mut scripted, "layout 1x2; viewport 2; hang 1", &["1", "1"]);
    check(&mut scripted, "study next", &["2", "-"]);
    check(&mut scripted, "study previous", &["1", "-"]);
}

#[test]
fn nothing_of_a_patient_is_left_behind_when_another_takes_the_place() {
    let (mut scripted, _folder) = opened(("4711", "F"), ("4712", "F"));
    check(&mut scripted, "layout 1x2; viewport 2; hang 1; viewport 1; layout 1x1; hang 2", &["2"]);
    check(&mut scripted, "layout 1x2", &["2", "-"]);
    // An empty viewport takes a series of the study that is read, not of the newest.
    check(&mut scripted, "viewport 2; series next", &["2", "2"]);
}

#[test]
fn who_is_the_same_by_the_readers_word_is_no_other_patient() {
    let (mut scripted, _folder) = opened(("4711", "F"), ("4711", "M"));
    check(&mut scripted, "layout 1x2; viewport 2; hang 2", &["1", "-"]);
    check(&mut scripted, "prior accept 1; hang 2", &["1", "2"]);
}
