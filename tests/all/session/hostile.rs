//! Objects that lie: the reader is told, and never shown a part as the whole or one image for another.

use std::fs;
use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::{Instance, Writer};
use hotlight::render::Picture;
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::data;

const CT: &str = "1.2.840.10008.5.1.4.1.1.2";

/// A CT image of 4×4 pixels of one value, to be changed further.
fn image(study: &str, instance: &str, patient: &str, value: i16) -> Writer {
    Writer::new(CT, instance)
        .text(tags::STUDY_INSTANCE_UID, study)
        .text(tags::SERIES_INSTANCE_UID, "2.25.5")
        .text(tags::PATIENT_NAME, patient)
        .text(tags::PATIENT_ID, patient)
        .text(tags::MODALITY, "CT")
        .gray_16(4, 4, true)
        .pixels(&[value; 16])
}

fn write(folder: &Path, name: &str, writer: Writer) {
    writer.write_to(&folder.join(name)).expect(name);
}

/// The first stored value on screen, and whose name is on it.
fn shown(scripted: &Scripted) -> (f64, String) {
    let viewport = scripted.focused().expect("a viewport");
    let Picture::Slice(pass) = &viewport.picture else { panic!("{:?}", viewport.picture) };
    let Some(FrameState::Ready(frame)) = scripted.reading.library.frame(&pass.frame) else {
        panic!("pixels")
    };
    (frame.stored(0).expect("a pixel").0, viewport.labels.identity[0].reveal().clone())
}

/// Two images, reached from one another by `next`: each patient's own pixels under his own name.
fn check_each_has_his_own(a: Writer, b: Writer, next: &str) {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "a", a);
    write(folder.path(), "b", b);
    let mut scripted = Scripted::open(folder.path());
    let first = shown(&scripted);
    scripted.run(next);
    let mut both = [first, shown(&scripted)];
    both.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(both, [(7.0, "ZZCANARY^A".to_owned()), (99.0, "ZZCANARY^B".to_owned())]);
}

#[test]
fn one_series_and_object_in_two_studies_shows_each_patient_his_own_pixels() {
    let of = |study, patient, value| image(study, "2.25.9", patient, value);
    check_each_has_his_own(of("2.25.1", "ZZCANARY^A", 7), of("2.25.2", "ZZCANARY^B", 99), "study next");
}

#[test]
fn two_patients_in_one_series_are_split_and_named_each() {
    let of = |instance, patient, value| image("2.25.1", instance, patient, value);
    check_each_has_his_own(of("2.25.8", "ZZCANARY^A", 7), of("2.25.9", "ZZCANARY^B", 99), "series next");
}

#[test]
fn patients_without_an_id_are_not_each_others_prior() {
    let folder = TempDir::new().expect("a temporary folder");
    let of =
        |study: &str, date: &str| image(study, &format!("{study}.2"), "", 7).text(tags::STUDY_DATE, date);
    write(folder.path(), "a", of("2.25.1", "20200101"));
    write(folder.path(), "b", of("2.25.2", "20240101"));
    let scripted = Scripted::open(folder.path());
    let plan = scripted.plan();
    assert_eq!(plan.viewports.len(), 1);
    assert!(!plan.viewports[0].labels.is_prior);
}

#[test]
fn a_uid_used_twice_in_a_series_is_told() {
    let folder = TempDir::new().expect("a temporary folder");
    write(folder.path(), "a", image("2.25.1", "2.25.9", "ZZCANARY^A", 7));
    write(folder.path(), "b", image("2.25.1", "2.25.9", "ZZCANARY^A", 8).text(tags::INSTANCE_NUMBER, "2"));
    let badges = Scripted::open(folder.path()).focused().expect("a viewport").labels.badges;
    assert!(badges.iter().any(|badge| badge.text == "1 image left out: its UID is used twice"), "{badges:?}");
}

#[test]
fn frames_that_are_not_there_take_no_memory_and_are_told() {
    let folder = TempDir::new().expect("a temporary folder");
    let huge = image("2.25.1", "2.25.9", "ZZCANARY^A", 7).text(tags::NUMBER_OF_FRAMES, "200000000");
    write(folder.path(), "huge", huge);
    let scripted = Scripted::open(folder.path());
    assert_eq!(shown(&scripted).0.to_bits(), 7.0_f64.to_bits());
    let labels = scripted.focused().expect("a viewport").labels;
    assert_eq!(labels.number, Some((1, 1)));
    let words: Vec<_> = labels.badges.iter().map(|badge| badge.text.as_str()).collect();
    assert!(words.iter().any(|text| text.contains("of 200000000")), "{words:?}");
}

/// Codecs fit what they decode to the header: the rest of the picture would be made up.
#[test]
fn a_codestream_of_another_size_than_the_header_is_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut bytes = fs::read(data().join("pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm")).expect("a file");
    let rows = [0x28, 0, 0x10, 0, b'U', b'S', 2, 0];
    let at = bytes.windows(8).position(|window| window == rows).expect("Rows") + 8;
    assert_eq!(bytes[at..at + 2], 768_u16.to_le_bytes());
    bytes[at..at + 2].copy_from_slice(&1536_u16.to_le_bytes());
    let file = folder.path().join("tall");
    fs::write(&file, bytes).expect("a file");
    let why = Instance::read(&file).expect_err("another size").to_string();
    assert!(why.contains("1536 of 1024 columns, but the compressed image has 768 of 1024"), "{why}");
}

#[test]
fn half_a_rescale_and_an_overlay_are_told_and_a_broken_slope_is_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let half = image("2.25.1", "2.25.9", "ZZCANARY^A", 7).text(tags::RESCALE_INTERCEPT, "-1024");
    write(folder.path(), "half", half);
    let instance = Instance::read(&folder.path().join("half")).expect("an image");
    assert_eq!(instance.frame(0).gray.rescale, Some((1.0, -1024.0)));
    assert_eq!(instance.frame(0).gray.not_applied, ["half a rescale"]);
    let inverse = image("2.25.1", "2.25.9", "ZZCANARY^A", 7).text(tags::PRESENTATION_LUT_SHAPE, "INVERSE");
    write(folder.path(), "inverse", inverse);
    let instance = Instance::read(&folder.path().join("inverse")).expect("an image");
    assert_eq!(
        instance.frame(0).gray.not_applied,
        ["presentation LUT shape"],
        "MONOCHROME2 says the opposite"
    );
    let agrees = Instance::read(&data().join("highdicom/dx_image.dcm")).expect("MONOCHROME1 with INVERSE");
    assert!(agrees.frame(0).gray.not_applied.is_empty(), "{:?}", agrees.frame(0).gray.not_applied);
    for slope in ["0", "two"] {
        write(
            folder.path(),
            "bad",
            image("2.25.1", "2.25.9", "ZZCANARY^A", 7).text(tags::RESCALE_SLOPE, slope),
        );
        let why = Instance::read(&folder.path().join("bad")).expect_err(slope).to_string();
        assert!(why.starts_with("Rescale Slope (0028,1053) is wrong"), "{why}");
    }
}
