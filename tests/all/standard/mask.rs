//! Mask subtraction, PS3.3 C.7.6.10 and PS3.4 N.2.1.2, against the formula on random objects (`tests/oracle/mask/make.py`):
//! which frames have a mask, and every difference. dcmtk subtracts nothing.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::{Frame, Instance, Writer, read_frame, read_subtracted};
use hotlight::render::{cpu, slice_pass};
use hotlight::session::{Applied, Look, Masked, View, Zoom};
use hotlight::study::Image;
use serde_json::Value;
use tempfile::TempDir;

use crate::oracle::expected;

fn whole(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}

fn words(values: &Value) -> Vec<u16> {
    let word = |value: &Value| u16::try_from(whole(value)).expect("a word");
    values
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|value| match value {
            Value::Array(pair) => pair.iter().map(word).collect(),
            value => vec![word(value)],
        })
        .collect()
}

fn mask_item(item: &Value) -> Writer {
    let mut writer = Writer::item()
        .text(tags::MASK_OPERATION, item["operation"].as_str().expect("a name"))
        .number(tags::CONTRAST_FRAME_AVERAGING, u16::try_from(whole(&item["averaged"])).expect("small"));
    for (key, tag) in [("mask", tags::MASK_FRAME_NUMBERS), ("ranges", tags::APPLICABLE_FRAME_RANGE)] {
        if item[key].is_array() {
            writer = writer.words(tag, &words(&item[key]));
        }
    }
    if item["offset"].is_number() {
        let offset = i16::try_from(whole(&item["offset"])).expect("small");
        writer = writer.words(tags::TID_OFFSET, &[offset.cast_unsigned()]);
    }
    if let Some(shift) = item["shift"].as_array() {
        let shift: Vec<f64> = shift.iter().map(|part| part.as_f64().expect("a number")).collect();
        writer = writer.floats(tags::MASK_SUB_PIXEL_SHIFT, &shift);
    }
    writer
}

fn object(case: &Value, rows: u16, columns: u16) -> Writer {
    let pixels = case["pixels"].as_array().expect("pixels").iter().map(whole);
    let pixels: Vec<i16> = pixels.map(|value| i16::try_from(value).expect("a word")).collect();
    let object = Writer::new(uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE, "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^MASK")
        .text(tags::NUMBER_OF_FRAMES, "6")
        .gray_16(rows, columns, case["signed"] == true)
        .pixels(&pixels)
        .sequence(
            tags::MASK_SUBTRACTION_SEQUENCE,
            case["items"].as_array().expect("items").iter().map(mask_item),
        );
    if let Some([first, table]) = case["table"].as_array().map(Vec::as_slice) {
        let table = words(table);
        let count = u16::try_from(table.len()).expect("small");
        let first = u16::try_from(whole(first)).expect("small");
        let lut = Writer::item()
            .words(tags::LUT_DESCRIPTOR, &[count, first, 16])
            .words(tags::LUT_DATA, &table)
            .text(tags::MODALITY_LUT_TYPE, "US");
        return object.sequence(tags::MODALITY_LUT_SEQUENCE, [lut]);
    }
    let number = |key: &str| case[key].as_f64().expect("a number");
    object
        .decimals(tags::RESCALE_SLOPE, &[number("slope")])
        .decimals(tags::RESCALE_INTERCEPT, &[number("intercept")])
}

/// A frame less its mask, where it has one.
fn subtracted(path: &Path, frame: u32) -> Option<(Image, Applied<'static>, Frame)> {
    let instance = Instance::read(path).expect("an image");
    let image = Image { instance: Arc::new(instance), frame, plane: None, suv: None };
    let applied = Applied::NONE.subtracting(&image, &Masked::switched(true));
    let subtraction = applied.subtraction.clone()?;
    let read = |number| read_frame(&image.instance, number).map(Arc::new);
    let pixels = read_subtracted(&image.instance, frame, &subtraction, read).expect("pixels");
    Some((image, applied, pixels))
}

#[test]
fn random_objects_less_their_masks_are_what_the_formula_says() {
    let expected = expected("mask/expected.json");
    let size = |key: &str| u16::try_from(whole(&expected[key])).expect("small");
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("mask");
    let (mut frames, mut pixels) = (0, 0);
    for (number, case) in expected["cases"].as_array().expect("cases").iter().enumerate() {
        object(case, size("rows"), size("columns")).write_to(&path).expect("written");
        for (frame, differences) in (0..).zip(case["differences"].as_array().expect("frames")) {
            let found = subtracted(&path, frame);
            assert_eq!(found.is_some(), !differences.is_null(), "case {number}, frame {frame}: {case}");
            let Some((image, applied, found)) = found else { continue };
            // What a picture is made of, and what it is made to.
            let view = View { zoom: Zoom::Stored, ..View::default() };
            let room = (u32::from(size("columns")), u32::from(size("rows")));
            let pass =
                slice_pass(&image, &found, &view, &Look::default(), &applied, room).expect("a picture");
            let values = cpu::modality_values(&pass, &found).values;
            let expected = differences.as_array().expect("values");
            for (at, (found, expected)) in values.iter().zip(expected).enumerate() {
                let is_equal = match expected.as_f64() {
                    // Single precision, as `render --values modality` writes it.
                    Some(expected) => (f64::from(*found) - expected).abs() <= 1e-6 * expected.abs().max(1.0),
                    None => found.is_nan(),
                };
                assert!(
                    is_equal,
                    "case {number}, frame {frame}, pixel {at}: {found}, not {expected}: {case}"
                );
                pixels += 1;
            }
            frames += 1;
        }
    }
    assert!(frames > 150 && pixels == frames * 20, "{frames} frames, {pixels} pixels");
}
