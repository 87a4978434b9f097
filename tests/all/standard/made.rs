//! Images with a seeded random content, what dcm2pnm makes of them, and what we make.

use std::ops::RangeInclusive;
use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::{Instance, Writer, read_frame};
use hotlight::render::{cpu, slice_pass};
use hotlight::session::{Applied, Look, View, Zoom};
use hotlight::study::Image;

/// A generator of numbers (`SplitMix64`): the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number of the range.
    pub(crate) fn of(&mut self, range: RangeInclusive<i64>) -> i64 {
        let (low, high) = range.into_inner();
        let count = u64::try_from(high - low + 1).expect("a range");
        low + i64::try_from(self.bits() % count).expect("in the range")
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.bits() & 1 == 1
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::try_from(self.bits() >> 48).expect("16 bits")
    }
}

/// How stored values lie in their words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    pub(super) bits: u16,
    pub(super) is_signed: bool,
}

impl Stored {
    /// 8 to 16 bits, with a sign or without.
    pub(super) fn random(random: &mut Random) -> Self {
        Self { bits: random.of(8..=16) as u16, is_signed: random.coin() }
    }

    /// The smallest and the largest value.
    pub(super) fn range(self) -> (i64, i64) {
        let count = 1_i64 << self.bits;
        if self.is_signed { (-count / 2, count / 2 - 1) } else { (0, count - 1) }
    }

    /// An image of 64 × 64 values: both ends, and random ones between.
    pub(super) fn image(self, random: &mut Random, photometric: &str) -> Writer {
        let (low, high) = self.range();
        let mut values = vec![low, high, 0];
        values.resize_with(64 * 64, || random.of(low..=high));
        let words: Vec<u16> = values.iter().map(|value| (value & 0xFFFF) as u16).collect();
        // Secondary capture: nothing in its IOD touches the chain.
        Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, "ZZCANARY^TEST")
            .text(tags::MODALITY, "OT")
            .gray_16(64, 64, self.is_signed)
            .text(tags::PHOTOMETRIC_INTERPRETATION, photometric)
            .number(tags::BITS_STORED, self.bits)
            .number(tags::HIGH_BIT, self.bits - 1)
            .words(tags::PIXEL_DATA, &words)
    }
}

/// MONOCHROME1 or MONOCHROME2.
pub(super) fn monochrome(random: &mut Random) -> &'static str {
    if random.coin() { "MONOCHROME1" } else { "MONOCHROME2" }
}

/// An item of a LUT sequence.
pub(super) fn lut(first: i64, entries: &[u16], bits: u16) -> Writer {
    let count = u16::try_from(entries.len()).unwrap_or(0);
    Writer::item()
        .words(tags::LUT_DESCRIPTOR, &[count, (first & 0xFFFF) as u16, bits])
        .words(tags::LUT_DATA, entries)
}

/// A smooth table that rises or falls, or a wild one; outputs fit in so many bits.
pub(super) fn entries(random: &mut Random, count: usize, bits: u16) -> Vec<u16> {
    let highest = u16::MAX >> (16 - bits);
    if random.coin() {
        return (0..count).map(|_| random.word() & highest).collect();
    }
    let is_falling = random.coin();
    let power = [1, 2, 3][random.of(0..=2) as usize];
    let curve = |index: usize| {
        let share = (index as f64 / (count.max(2) - 1) as f64).powi(power);
        let share = if is_falling { 1.0 - share } else { share };
        (share * f64::from(highest)) as u16
    };
    (0..count).map(curve).collect()
}

/// How far ours lies from theirs.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) cases: usize,
    pub(super) pixels: usize,
    pub(super) differing: usize,
    pub(super) largest: u16,
}

impl Compared {
    pub(super) fn add(&mut self, ours: &[u16], theirs: &[u16]) {
        assert_eq!(ours.len(), theirs.len(), "pixels");
        self.cases += 1;
        self.pixels += ours.len();
        for (ours, theirs) in ours.iter().zip(theirs) {
            self.differing += usize::from(ours != theirs);
            self.largest = self.largest.max(ours.abs_diff(*theirs));
        }
    }

    /// Takes what was compared elsewhere.
    pub(super) fn join(&mut self, other: &Self) {
        self.cases += other.cases;
        self.pixels += other.pixels;
        self.differing += other.differing;
        self.largest = self.largest.max(other.largest);
    }

    /// Says the figures: they stand in the closing note of a change.
    pub(super) fn say(&self, section: &str) {
        let Self { cases, pixels, differing, largest } = self;
        eprintln!(
            "{section}: {cases} cases, {pixels} pixels, {differing} differ, by {largest} P-values at most"
        );
    }
}

/// The file's first image.
pub(crate) fn read(path: &Path) -> Image {
    let instance = Instance::read(path).expect("an image");
    Image { instance: instance.into(), frame: 0, plane: None, suv: None }
}

/// Our P-values of a file, pixel for pixel.
pub(super) fn ours(path: &Path, look: &Look) -> Vec<u16> {
    let image = read(path);
    let frame = read_frame(&image.instance, 0).expect("pixels");
    let view = View { zoom: Zoom::Stored, ..View::default() };
    let header = &image.instance.image;
    let size = (header.columns, header.rows);
    let pass = slice_pass(&image, &frame, &view, look, &Applied::NONE, size).expect("a picture");
    cpu::p_values(&pass, &frame).values.iter().map(|value| value.0).collect()
}

pub(super) type Matrix<T> = Vec<Vec<T>>;

/// A quarter clockwise: the first column, from below, becomes the first row.
fn turned<T: Copy>(matrix: &Matrix<T>) -> Matrix<T> {
    (0..matrix[0].len()).map(|column| matrix.iter().rev().map(|row| row[column]).collect()).collect()
}

fn flipped<T: Copy>(matrix: &Matrix<T>) -> Matrix<T> {
    matrix.iter().map(|row| row.iter().rev().copied().collect()).collect()
}

/// Rotation, then flip.
pub(super) fn lain<T: Copy>(mut matrix: Matrix<T>, quarters: i64, is_flipped: bool) -> Matrix<T> {
    for _ in 0..quarters {
        matrix = turned(&matrix);
    }
    if is_flipped { flipped(&matrix) } else { matrix }
}
