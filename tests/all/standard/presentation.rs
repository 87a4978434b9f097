//! Presentation LUT and its shape, MONOCHROME1. PS3.3 C.11.6; rules P-14, P-15.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::grayscale::Window;
use hotlight::session::{Look, VoiChoice};
use tempfile::TempDir;

use super::made::{Random, Stored, lut, ours, read};
use crate::support::dcm2pnm;

fn look(center: f64, width: f64, is_inverted: bool) -> Look {
    let window = Window::new(center, width).expect("a window");
    Look { voi: VoiChoice::Hand(window), is_inverted, ..Look::default() }
}

/// The shape says again what MONOCHROME1 says: inverted once, never twice. One that says otherwise is told and not obeyed;
/// dcm2pnm obeys it.
#[test]
fn shape_and_photometric_interpretation_invert_once() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("image.dcm");
    let stored = Stored { bits: 12, is_signed: false };
    for (photometric, shape, is_told) in [
        ("MONOCHROME1", "", false),
        ("MONOCHROME1", "INVERSE", false),
        ("MONOCHROME1", "IDENTITY", true),
        ("MONOCHROME2", "IDENTITY", false),
        ("MONOCHROME2", "INVERSE", true),
    ] {
        let image = stored.image(&mut Random::seeded(15), photometric);
        let image = if shape.is_empty() { image } else { image.text(tags::PRESENTATION_LUT_SHAPE, shape) };
        image.write_to(&file).expect("a file");
        let theirs = dcm2pnm(&file, &["+Ww", "2000", "3000"]);
        let is_same = ours(&file, &look(2000.0, 3000.0, false)) == theirs;
        assert_eq!(is_same, !is_told, "{photometric} {shape}");
        let told: &[&str] = if is_told { &["presentation LUT shape"] } else { &[] };
        assert_eq!(read(&file).attributes().gray.not_applied, told, "{photometric} {shape}");
    }
}

/// The reader's inversion is that of the presentation, which dcm2pnm computes downwards from white, as we do.
#[test]
fn inverted_by_the_reader_it_is_what_dcm2pnm_makes_of_the_other_polarity() {
    let folder = TempDir::new().expect("a temporary folder");
    let stored = Stored { bits: 16, is_signed: true };
    let write = |photometric: &str| {
        let file = folder.path().join(photometric);
        stored.image(&mut Random::seeded(16), photometric).write_to(&file).expect("a file");
        file
    };
    let (one, other) = (write("MONOCHROME1"), write("MONOCHROME2"));
    let theirs = |path: &Path| dcm2pnm(path, &["+Ww", "12.5", "30000"]);
    assert!(ours(&other, &look(12.5, 30_000.0, true)) == theirs(&one));
    assert!(ours(&one, &look(12.5, 30_000.0, true)) == theirs(&other));
}

/// A table in the image: the VOI's output runs through all of its inputs. With a VOI LUT before it, that one's declared range
/// does.
#[test]
fn a_presentation_lut_follows_window_and_voi_lut() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("image.dcm");
    let stored = Stored { bits: 8, is_signed: false };
    // 256 inputs, 12 bits out: square roots.
    let roots: Vec<u16> =
        (0..256).map(|input| (f64::from(input) / 255.0).sqrt().mul_add(4095.0, 0.5) as u16).collect();
    let squares: Vec<u16> = (0..=255_u16).map(|input| input * input / 255).collect();
    let image = stored
        .image(&mut Random::seeded(14), "MONOCHROME2")
        .sequence(tags::VOILUT_SEQUENCE, [lut(0, &squares, 8)])
        .sequence(tags::PRESENTATION_LUT_SEQUENCE, [lut(0, &roots, 12)]);
    image.write_to(&file).expect("a file");
    let image = read(&file);
    let frame = hotlight::dicom::read_frame(&image.instance, 0).expect("pixels");
    let value = |index: usize| frame.stored(index).expect("a pixel").0 as usize;
    let white = |entry: u16| (u64::from(entry) * 65_535 / 4095) as u16;
    // The window of the whole range: the stored value is the input.
    let by_window = ours(&file, &look(128.0, 256.0, false));
    let by_table = ours(&file, &Look::default());
    let inverse = ours(&file, &look(128.0, 256.0, true));
    for index in 0..by_window.len() {
        let stored = value(index);
        assert_eq!(by_window[index], white(roots[stored]), "window, {stored}");
        assert_eq!(by_table[index], white(roots[usize::from(squares[stored])]), "VOI LUT, {stored}");
        assert_eq!(inverse[index], 65_535 - by_window[index], "inverse, {stored}");
    }
}
