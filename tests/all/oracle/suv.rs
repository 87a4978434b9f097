//! Standardized uptake values, and why there are none, against the pseudo-code of QIBA in Python
//! (`tests/oracle/suv/make.py`).

use std::path::Path;
use std::sync::Arc;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use hotlight::dicom::Instance;
use hotlight::study::{Catalogue, NoSuv, Suv};
use serde_json::Value;
use tempfile::TempDir;

use super::expected;

/// A value of the oracle as it would stand in a file: all that is read here may be text or one short number.
fn put(object: &mut InMemDicomObject, keyword: &str, value: &Value) {
    let entry = StandardDataDictionary.by_name(keyword).expect(keyword);
    let (tag, vr) = (entry.tag(), entry.vr().relaxed());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let texts = value.as_array().map_or_else(|| vec![text(value)], |all| all.iter().map(text).collect());
    object.put(DataElement::new(tag, vr, PrimitiveValue::Strs(texts.into())));
}

fn put_all(object: &mut InMemDicomObject, values: &Value) {
    for (keyword, value) in values.as_object().expect("attributes") {
        put(object, keyword, value);
    }
}

fn put_private(object: &mut InMemDicomObject, group: u16, vr: VR, value: &Value, elements: &[u16]) {
    let [creator, values @ ..] = value.as_array().expect("creator and values").as_slice() else { return };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.put(DataElement::new(Tag(group, 0x0010), VR::LO, PrimitiveValue::from(text(creator))));
    for (element, value) in elements.iter().zip(values) {
        let tag = Tag(group, 0x1000 | element);
        object.put(DataElement::new(tag, vr, PrimitiveValue::from(text(value))));
    }
}

/// Writes one slice of a case as a file.
fn write(case: &Value, number: usize, private_vr: VR, path: &Path) {
    let mut object = InMemDicomObject::new_empty();
    let uid = format!("2.25.3.{number}");
    let texts = [
        (tags::SOP_CLASS_UID, uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE),
        (tags::SOP_INSTANCE_UID, &uid),
        (tags::STUDY_INSTANCE_UID, "2.25.1"),
        (tags::SERIES_INSTANCE_UID, "2.25.2"),
        (tags::MODALITY, "PT"),
        (tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2"),
    ];
    for (tag, text) in texts {
        object.put(DataElement::new(tag, VR::UI, PrimitiveValue::from(text)));
    }
    let numbers = [
        (tags::INSTANCE_NUMBER, u16::try_from(number).expect("a small number")),
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, 1),
        (tags::COLUMNS, 1),
        (tags::BITS_ALLOCATED, 16),
        (tags::BITS_STORED, 16),
        (tags::HIGH_BIT, 15),
        (tags::PIXEL_REPRESENTATION, 0),
    ];
    for (tag, value) in numbers {
        object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
    }
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::from(7_u16)));
    put_all(&mut object, &case["all"]);
    put_all(&mut object, &case["slices"][number]);
    let tracer = |values: &Value| {
        let mut item = InMemDicomObject::new_empty();
        put_all(&mut item, values);
        item
    };
    let tracers: Vec<_> = case["tracers"].as_array().expect("tracers").iter().map(tracer).collect();
    let tag = tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE;
    object.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(tracers)));
    if !case["ge"].is_null() {
        put_private(&mut object, 0x0009, private_vr, &case["ge"], &[0x0D]);
    }
    if !case["philips"].is_null() {
        put_private(&mut object, 0x7053, private_vr, &case["philips"], &[0x00, 0x09]);
    }
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN)
        .media_storage_sop_class_uid(uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE)
        .media_storage_sop_instance_uid(uid.as_str());
    object.with_meta(meta).expect("a header").write_to_file(path).expect("a file");
}

/// What each slice of a case has, in the order of the case.
fn suvs(case: &Value, private_vr: VR) -> Vec<Result<Suv, NoSuv>> {
    let folder = TempDir::new().expect("a folder");
    let count = case["slices"].as_array().expect("slices").len();
    let read = |number: usize| {
        let path = folder.path().join(number.to_string());
        write(case, number, private_vr, &path);
        Arc::new(Instance::read(&path).expect("an image"))
    };
    let mut catalogue = Catalogue::default();
    catalogue.add((0..count).map(read).collect(), Vec::new());
    let (studies, _) = catalogue.contents();
    let sets = studies.iter().flat_map(|study| &study.series).flat_map(|series| &series.display_sets);
    let mut images: Vec<_> = sets.flat_map(|set| &set.images).collect();
    images.sort_by_key(|image| image.instance.image.number);
    images.into_iter().map(|image| image.suv.clone().expect("a PET image")).collect()
}

#[test]
fn uptake_values_and_refusals_are_those_of_the_pseudo_code() {
    let expected = expected("suv/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    let (mut factors, mut refusals, mut furthest) = (0, 0, 0.0_f64);
    for (at, case) in cases.iter().enumerate() {
        // A file may hold private elements as bytes of an unknown representation.
        let private_vr = if at % 2 == 0 { VR::LO } else { VR::UN };
        let found = suvs(case, private_vr);
        let stated = case["expected"].as_array().expect("slices");
        assert_eq!(found.len(), stated.len(), "{case}");
        for (found, stated) in found.iter().zip(stated) {
            match (found, stated.as_f64()) {
                (Ok(suv), Some(factor)) => {
                    furthest = furthest.max((suv.factor / factor - 1.0).abs());
                    factors += 1;
                }
                (Err(why), None) => {
                    let name = format!("{why:?}");
                    let name = name.split('(').next();
                    assert_eq!(name, stated.as_str(), "{why} in {case}");
                    refusals += 1;
                }
                _ => panic!("{found:?} and not {stated} in {case}"),
            }
        }
    }
    // Python's clock has microseconds, of a half life of 20 minutes at least.
    assert!(furthest < 1e-9, "{furthest:e}");
    assert!(cases.len() > 200 && factors > 200 && refusals > 100, "{factors} {refusals}");
}
