//! Text in every character set against pydicom and Python's codecs (`tests/oracle/charset/make.py`).

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Instance, PersonName, ReadError, Writer};
use serde_json::Value;
use tempfile::TempDir;

use super::expected;
use crate::support::data;

/// An object with one pixel, in which texts are to be replaced.
fn object(folder: &Path) -> Vec<u8> {
    let path = folder.join("object");
    Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.1")
        .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 100")
        .text(tags::STUDY_INSTANCE_UID, "2.25.2")
        .text(tags::SERIES_INSTANCE_UID, "2.25.3")
        .text(tags::PATIENT_NAME, "ZZCANARY")
        .text(tags::SERIES_DESCRIPTION, "description")
        .gray_16(1, 1, false)
        .pixels(&[0])
        .write_to(&path)
        .expect("written");
    std::fs::read(&path).expect("the object")
}

/// The object with another value of a text element. PS3.5 7.1.2.
fn with_value(object: &[u8], tag: Tag, value: &[u8]) -> Vec<u8> {
    let [group, element] = [tag.group(), tag.element()].map(u16::to_le_bytes);
    let mark = [group, element].concat();
    // After the tag stands the representation, in two letters.
    let at = object.windows(4).position(|bytes| bytes == mark).expect("the element") + 6;
    let old = usize::from(u16::from_le_bytes([object[at], object[at + 1]]));
    let padding: &[u8] = if value.len() % 2 == 1 { b" " } else { b"" };
    let length = u16::try_from(value.len() + padding.len()).expect("a short text").to_le_bytes();
    [&object[..at], &length, value, padding, &object[at + 2 + old..]].concat()
}

fn bytes(case: &Value) -> Vec<u8> {
    let text = case["bytes"].as_str().expect("bytes");
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal")).collect()
}

/// As the oracle writes a name.
fn groups(instance: &Instance) -> Value {
    let name = PersonName::parse(instance.patient.name.reveal());
    let groups = [name.alphabetic, name.ideographic, name.phonetic];
    groups.map(Option::unwrap_or_default).to_vec().into()
}

#[test]
fn texts_in_every_character_set_equal_pydicoms() {
    let folder = TempDir::new().expect("a temporary folder");
    let object = object(folder.path());
    let expected = expected("charset/expected.json");
    let lists = ["public", "made"].map(|list| expected[list].as_array().expect("cases"));
    assert!(lists.iter().all(|list| list.len() > 20));
    let mut wrong = Vec::new();
    for case in lists.into_iter().flatten() {
        let sets = case["sets"].as_str().expect("sets");
        let is_name = case["vr"] == "PN";
        let tag = if is_name { tags::PATIENT_NAME } else { tags::SERIES_DESCRIPTION };
        let object = with_value(&object, tags::SPECIFIC_CHARACTER_SET, sets.as_bytes());
        let path = folder.path().join("text");
        std::fs::write(&path, with_value(&object, tag, &bytes(case))).expect("written");
        let instance = Instance::read(&path).expect("an image");
        let found = if is_name { groups(&instance) } else { instance.series.description.into() };
        if found != case["text"] {
            wrong.push(format!("{case}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn public_files_name_their_patients_as_pydicom_does() {
    let expected = expected("charset/expected.json");
    let mut images = 0;
    for case in expected["public"].as_array().expect("cases") {
        let Some(file) = case["of"].as_str().expect("a file").strip_suffix(" (0010,0010)") else { continue };
        match Instance::read(&data().join("charset").join(file)) {
            Ok(instance) => {
                assert_eq!(groups(&instance), case["text"], "{file}");
                images += 1;
            }
            Err(why) => {
                let is_none = matches!(why, ReadError::NoImage { .. } | ReadError::Missing { .. });
                assert!(is_none, "{file}: {why}");
            }
        }
    }
    assert_eq!(images, 12);
}
