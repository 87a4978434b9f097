//! Windows and VOI LUTs. PS3.3 C.11.2; rules P-6 to P-13.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;
use hotlight::grayscale::{VoiFunction, Window};
use hotlight::session::{Look, VoiChoice};
use tempfile::TempDir;

use super::made::{Compared, Random, Stored, entries, lut, monochrome, ours, read};
use crate::support::dcm2pnm;

fn own(place: usize) -> Look {
    Look { voi: VoiChoice::Own(place), ..Look::default() }
}

fn hand(window: Window) -> Look {
    Look { voi: VoiChoice::Hand(window), ..Look::default() }
}

fn write(folder: &TempDir, image: Writer) -> std::path::PathBuf {
    let file = folder.path().join("image.dcm");
    image.write_to(&file).expect("a file");
    file
}

/// LINEAR, of whole and fractional centers and widths, of values of every kind: equal to the bit.
#[test]
fn linear_windows_equal_dcm2pnm_to_the_bit() {
    let (mut random, mut compared) = (Random::seeded(0xC1121), Compared::default());
    let folder = TempDir::new().expect("a temporary folder");
    for _ in 0..200 {
        let (stored, photometric) = (Stored::random(&mut random), monochrome(&mut random));
        let (low, high) = stored.range();
        let center = random.of(8 * low..=8 * high) as f64 / 8.0;
        let width = random.of(8..=8 * (high - low)) as f64 / if random.coin() { 8.0 } else { 64.0 };
        let (center, width) = (center, width.max(1.0));
        let file = write(&folder, stored.image(&mut random, photometric));
        let theirs = dcm2pnm(&file, &["+Ww", &center.to_string(), &width.to_string()]);
        compared.add(&ours(&file, &hand(Window::new(center, width).expect("a window"))), &theirs);
    }
    compared.say("C.11.2.1.2, LINEAR");
    assert_eq!((compared.cases, compared.differing), (200, 0));
}

/// SIGMOID: an exponential of another library, so that a value which falls just on a step may be cut to the one below.
#[test]
fn sigmoid_windows_are_within_one_p_value_of_dcm2pnm() {
    let (mut random, mut compared) = (Random::seeded(0xC1131), Compared::default());
    let folder = TempDir::new().expect("a temporary folder");
    for _ in 0..100 {
        let (stored, photometric) = (Stored::random(&mut random), monochrome(&mut random));
        let (low, high) = stored.range();
        let (center, width) = (random.of(low..=high) as f64, random.of(2..=high - low) as f64);
        let file = write(&folder, stored.image(&mut random, photometric));
        let theirs = dcm2pnm(&file, &["+Ww", &center.to_string(), &width.to_string(), "+Wfs"]);
        let window = Window::with_function(center, width, VoiFunction::Sigmoid).expect("a window");
        compared.add(&ours(&file, &hand(window)), &theirs);
    }
    compared.say("C.11.2.1.3.1, SIGMOID");
    assert!(compared.cases == 100 && compared.largest <= 1, "{compared:?}");
    assert!(compared.differing * 1000 < compared.pixels, "{compared:?}");
}

/// What dcm2pnm makes of the entry of which we made the P-value: `trunc(low + entry * (high - low + 1) / 2^bits)`, with the
/// ends exchanged for MONOCHROME1. We spread entries so that the largest is white (rule P-25), which tells the entry.
fn as_dcm2pnm(ours: u16, bits: u16, is_inverse: bool) -> u16 {
    let highest = u64::from(u16::MAX >> (16 - bits));
    let ours = if is_inverse { u16::MAX - ours } else { ours };
    let entry = (u64::from(ours) * highest).div_ceil(65_535) as f64;
    let (low, range) = if is_inverse { (65_535.0, -65_534.0) } else { (0.0, 65_536.0) };
    (low + entry * range / 2.0_f64.powi(bits.into())) as u16
}

/// A random VOI LUT over the values that an image can have, and what a file needs of it.
struct Case {
    image: Writer,
    table: Writer,
    bits: u16,
    is_inverse: bool,
}

fn case(random: &mut Random) -> Case {
    let (stored, photometric) = (Stored::random(random), monochrome(random));
    let (low, high) = stored.range();
    let count = match random.of(0..=3) {
        0 => 1 << stored.bits,
        1 => random.of(2..=300) as usize,
        _ => random.of(2..=1 << stored.bits) as usize,
    };
    let first = if random.coin() { low } else { random.of(low..=high) };
    let bits = [8, 10, 12, 15, 16][random.of(0..=4) as usize];
    let table = lut(first, &entries(random, count, bits), bits);
    Case { image: stored.image(random, photometric), table, bits, is_inverse: photometric == "MONOCHROME1" }
}

#[test]
fn voi_luts_give_the_entries_that_dcm2pnm_gives() {
    let (mut random, mut compared) = (Random::seeded(0x1_1211), Compared::default());
    let folder = TempDir::new().expect("a temporary folder");
    for _ in 0..200 {
        let Case { image, table, bits, is_inverse } = case(&mut random);
        let file = write(&folder, image.sequence(tags::VOILUT_SEQUENCE, [table]));
        let ours = ours(&file, &own(0)).into_iter().map(|ours| as_dcm2pnm(ours, bits, is_inverse));
        compared.add(&ours.collect::<Vec<_>>(), &dcm2pnm(&file, &["+Wl", "1"]));
    }
    compared.say("C.11.2.1.1, VOI LUT");
    assert_eq!((compared.cases, compared.differing), (200, 0));
}

/// With a rescale before it, whose output may be negative: the first input then has a sign, whatever the pixels have.
#[test]
fn behind_a_rescale_the_first_input_has_the_sign_of_its_output() {
    let (mut random, mut compared) = (Random::seeded(0x1_1212), Compared::default());
    let folder = TempDir::new().expect("a temporary folder");
    for _ in 0..50 {
        let stored = Stored { bits: random.of(8..=12) as u16, is_signed: false };
        let intercept = -random.of(1..=2000);
        let (low, high) = stored.range();
        let (low, high) = (low + intercept, high + intercept);
        let first = random.of(low..=high.min(-1).max(low));
        let entries = entries(&mut random, (high - first + 1).clamp(1, 65_535) as usize, 16);
        // Entries of 16 bits are P-values, unless they are turned round.
        let image = stored
            .image(&mut random, "MONOCHROME2")
            .decimals(tags::RESCALE_SLOPE, &[1.0])
            .decimals(tags::RESCALE_INTERCEPT, &[intercept as f64])
            .sequence(tags::VOILUT_SEQUENCE, [lut(first, &entries, 16)]);
        let file = write(&folder, image);
        compared.add(&ours(&file, &own(0)), &dcm2pnm(&file, &["+Wl", "1"]));
    }
    compared.say("C.11.2.1.1, VOI LUT behind a rescale");
    assert_eq!((compared.cases, compared.differing), (50, 0));
}

/// P-9: each item and each window is an alternative with its own name; dcm2pnm counts windows and tables apart.
#[test]
fn windows_and_tables_are_alternatives_with_their_explanations() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut random = Random::seeded(9);
    let stored = Stored { bits: 12, is_signed: false };
    let table = |random: &mut Random, name: &str| {
        lut(0, &entries(random, 4096, 16), 16).text(tags::LUT_EXPLANATION, name)
    };
    let items = [table(&mut random, "HARDER"), table(&mut random, ""), table(&mut random, "SOFTER")];
    let image = stored
        .image(&mut random, "MONOCHROME2")
        .decimals(tags::WINDOW_CENTER, &[2000.0, 1000.0])
        .decimals(tags::WINDOW_WIDTH, &[3000.0, 500.0])
        .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, "NORMAL\\NARROW")
        .sequence(tags::VOILUT_SEQUENCE, items);
    let file = write(&folder, image);
    let names: Vec<_> = read(&file).own_voi().map(|(_, name)| name.to_owned()).collect();
    assert_eq!(names, ["NORMAL", "NARROW", "HARDER", "VOI LUT", "SOFTER"]);
    let theirs = [("+Wi", "1"), ("+Wi", "2"), ("+Wl", "1"), ("+Wl", "2"), ("+Wl", "3")];
    for (place, (option, number)) in theirs.into_iter().enumerate() {
        assert!(ours(&file, &own(place)) == dcm2pnm(&file, &[option, number]), "{option} {number}");
    }
}

/// P-13: half as wide about its middle, the table is run through in half the values; its shape stays.
#[test]
fn a_table_is_windowed_by_hand_and_keeps_its_shape() {
    let folder = TempDir::new().expect("a temporary folder");
    let stored = Stored { bits: 8, is_signed: false };
    let entries: Vec<u16> = (0..=255_u16).map(|input| input * input).collect();
    let image = stored
        .image(&mut Random::seeded(13), "MONOCHROME2")
        .sequence(tags::VOILUT_SEQUENCE, [lut(0, &entries, 16)]);
    let file = write(&folder, image);
    let shown = |path: &Path, center, width| {
        let window = Window::with_function(center, width, VoiFunction::LinearExact).expect("a window");
        let voi = VoiChoice::HandOverTable { place: 0, window };
        ours(path, &Look { voi, ..Look::default() })
    };
    assert!(shown(&file, 127.5, 255.0) == ours(&file, &own(0)), "over its own inputs it is itself");
    let image = read(&file);
    let frame = hotlight::dicom::read_frame(&image.instance, 0).expect("pixels");
    for (index, p) in shown(&file, 100.0, 127.5).into_iter().enumerate() {
        let stored = frame.stored(index).expect("a pixel").0;
        let input = ((stored - 36.25) * 2.0).clamp(0.0, 255.0);
        // Between two entries lies the straight line.
        let (low, share) = (input.floor(), input.fract());
        let expected = low * low + share * (2.0 * low + 1.0);
        assert_eq!(p, expected as u16, "{stored}");
    }
}

/// A table that cannot be is told and left out; the image is shown without it, and nothing is read beyond its data.
#[test]
fn impossible_tables_are_told_and_left_out() {
    let folder = TempDir::new().expect("a temporary folder");
    let stored = Stored { bits: 8, is_signed: false };
    let descriptor = |words: &[u16], data: &[u16]| {
        Writer::item().words(tags::LUT_DESCRIPTOR, words).words(tags::LUT_DATA, data)
    };
    let cases = [
        (descriptor(&[300, 0, 16], &[1, 2, 3]), "LUT Data (0028,3006) has 3 entries of 300 announced"),
        (
            descriptor(&[2, 0, 0], &[1, 2]),
            "LUT Descriptor (0028,3002) states a number of bits beyond 8 to 16",
        ),
        (descriptor(&[2, 0], &[1, 2]), "LUT Descriptor (0028,3002) has 4 bytes instead of 6"),
        (Writer::item().words(tags::LUT_DESCRIPTOR, &[2, 0, 16]), "LUT Data (0028,3006) is missing"),
        (Writer::item(), "LUT Descriptor (0028,3002) is missing"),
    ];
    for (item, why) in cases {
        let image = stored.image(&mut Random::seeded(4), "MONOCHROME2");
        let file = write(&folder, image.sequence(tags::VOILUT_SEQUENCE, [item]));
        let image = read(&file);
        assert_eq!(image.attributes().gray.not_applied, [format!("VOI LUT: {why}")]);
        let full = Window::new(128.0, 256.0).expect("a window");
        assert!(ours(&file, &own(0)) == ours(&file, &hand(full)), "{why}");
    }
}
