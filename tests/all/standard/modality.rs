//! Modality LUT and rescale. PS3.3 C.11.1; rules P-3, P-4, P-5.

use std::path::PathBuf;

use dicom_dictionary_std::tags;
use hotlight::grayscale::Window;
use hotlight::session::{Look, VoiChoice};
use hotlight::units::{ModalityValue, StoredValue};
use tempfile::TempDir;

use super::made::{Compared, Random, Stored, entries, lut, monochrome, ours, read};
use crate::support::dcm2pnm;

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("image.dcm");
    (folder, file)
}

/// A window somewhere in the range, wide or narrow.
fn random_window(random: &mut Random, (low, high): (i64, i64)) -> (f64, f64) {
    let center = random.of(low..=high) as f64 + if random.coin() { 0.5 } else { 0.0 };
    let width = random.of(1..=(high - low).max(2)) as f64;
    (center, if random.coin() { width } else { (width / 16.0).floor().max(1.0) })
}

fn look((center, width): (f64, f64)) -> Look {
    Look { voi: VoiChoice::Hand(Window::new(center, width).expect("a window")), ..Look::default() }
}

/// dcm2pnm cuts modality values to integers, so slopes are whole here; fractions are in `tests/oracle/pixels`.
#[test]
fn rescaled_images_equal_dcm2pnm_to_the_bit() {
    let (mut random, mut compared) = (Random::seeded(0xC1112), Compared::default());
    let (_folder, file) = folder();
    for _ in 0..150 {
        let stored = Stored::random(&mut random);
        let (slope, intercept) = ([1, 2, 3, -1, -2][random.of(0..=4) as usize], random.of(-5000..=5000));
        let photometric = monochrome(&mut random);
        let image = stored
            .image(&mut random, photometric)
            .decimals(tags::RESCALE_SLOPE, &[slope as f64])
            .decimals(tags::RESCALE_INTERCEPT, &[intercept as f64]);
        image.write_to(&file).expect("a file");
        let (low, high) = stored.range();
        let ends = (slope * low + intercept, slope * high + intercept);
        let window = random_window(&mut random, (ends.0.min(ends.1), ends.0.max(ends.1)));
        let theirs = dcm2pnm(&file, &["+Ww", &window.0.to_string(), &window.1.to_string()]);
        compared.add(&ours(&file, &look(window)), &theirs);
    }
    compared.say("C.11.1.1.2, rescale");
    assert_eq!((compared.cases, compared.differing), (150, 0));
}

/// First inputs below, in and above the stored range, with a sign and without; 8 and 16 bits out; up to 65,536 entries.
#[test]
fn tables_equal_dcm2pnm_to_the_bit() {
    let (mut random, mut compared) = (Random::seeded(0xC1111), Compared::default());
    let (_folder, file) = folder();
    for _ in 0..200 {
        let stored = Stored::random(&mut random);
        let (low, high) = stored.range();
        let count = match random.of(0..=3) {
            0 => 1 << stored.bits,
            1 => random.of(1..=300) as usize,
            _ => random.of(2..=1 << stored.bits) as usize,
        };
        let first = if random.coin() { low } else { random.of(low..=high) };
        let bits = if random.coin() { 16 } else { 8 };
        let entries = entries(&mut random, count, bits);
        let photometric = monochrome(&mut random);
        let image = stored.image(&mut random, photometric).sequence(
            tags::MODALITY_LUT_SEQUENCE,
            [lut(first, &entries, bits).text(tags::MODALITY_LUT_TYPE, "US")],
        );
        image.write_to(&file).expect("a file");
        let highest = i64::from(u16::MAX >> (16 - bits));
        let window = random_window(&mut random, (0, highest));
        let theirs = dcm2pnm(&file, &["+Ww", &window.0.to_string(), &window.1.to_string()]);
        compared.add(&ours(&file, &look(window)), &theirs);
    }
    compared.say("C.11.1.1.1, modality LUT");
    assert_eq!((compared.cases, compared.differing), (200, 0));
}

/// A table and a rescale exclude each other; dcm2pnm and we take the table.
#[test]
fn a_table_goes_before_a_rescale_and_that_is_told() {
    let (_folder, file) = folder();
    let stored = Stored { bits: 12, is_signed: false };
    let image = stored
        .image(&mut Random::seeded(1), "MONOCHROME2")
        .decimals(tags::RESCALE_SLOPE, &[2.0])
        .decimals(tags::RESCALE_INTERCEPT, &[-1000.0])
        .sequence(tags::MODALITY_LUT_SEQUENCE, [lut(0, &[5, 6, 7], 16)]);
    image.write_to(&file).expect("a file");
    let image = read(&file);
    assert_eq!(image.modality_lut().to_modality(StoredValue(1.0)), ModalityValue(6.0));
    assert_eq!(image.attributes().gray.not_applied, ["rescale beside a modality LUT"]);
}

/// P-5: an angiogram whose values are logarithms of the intensity already is shown as stored, and measured through its table.
#[test]
fn angiograms_are_shown_as_stored_and_measured_in_their_units() {
    let (_folder, file) = folder();
    for (relationship, is_as_stored) in [("LOG", true), ("DISP", true), ("LIN", false)] {
        let made = hotlight::dicom::Writer::new("1.2.840.10008.5.1.4.1.1.12.1", "2.25.7")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, "ZZCANARY^TEST")
            .text(tags::MODALITY, "XA")
            .text(tags::PIXEL_INTENSITY_RELATIONSHIP, relationship)
            .gray_16(1, 2, false)
            .words(tags::PIXEL_DATA, &[1, 2])
            .sequence(tags::MODALITY_LUT_SEQUENCE, [lut(0, &[100, 200, 300], 16)]);
        made.write_to(&file).expect("a file");
        let image = read(&file);
        assert_eq!(
            image.modality_lut().to_modality(StoredValue(2.0)),
            ModalityValue(300.0),
            "{relationship}"
        );
        let shown = image.shown_lut().to_modality(StoredValue(2.0));
        assert_eq!(shown, ModalityValue(if is_as_stored { 2.0 } else { 300.0 }), "{relationship}");
    }
}
