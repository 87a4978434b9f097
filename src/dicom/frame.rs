//! One decoded frame: its pixels as they go to the screen or under the pointer.

use std::sync::Arc;

use super::codec::{self, Codec};
use super::color::{expand_422, to_rgb};
use super::cover::{self, Cover};
use super::error::ReadError;
use super::instance::{Instance, Photometric, PixelFormat};
use super::layout;
use super::padding::Padding;
use super::place::{ByteOrder, PixelPlace, expected, native_frame_bits};
use super::samples::{CodestreamColor, SampleData, Samples, unpack_bits};
use super::source::Bytes;
use super::subtraction::Subtraction;
use super::uid::{InstanceUid, SeriesUid, StudyUid};
use crate::units::StoredValue;

/// Which frame: the object and the frame in it, counted from 0; less its mask it is another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// The study and the series that the object was found in: an archive may hold one object twice, differently.
    pub study: StudyUid,
    /// See `study`.
    pub series: SeriesUid,
    /// The object.
    pub instance: InstanceUid,
    /// The frame in it, from 0.
    pub frame: u32,
    /// What is subtracted from it; nothing of a frame as it is stored.
    pub subtraction: Option<Arc<Subtraction>>,
}

impl FrameKey {
    /// The frame as it is stored.
    #[must_use]
    pub fn stored(&self) -> Self {
        Self { subtraction: None, ..self.clone() }
    }
}

/// The pixels of one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// rows × columns pixels, row by row.
    pub pixels: Pixels,
    /// What lies over them: overlay planes and the display shutter.
    pub cover: Option<Cover>,
}

/// Values beyond 16 bits, and the range of them that are finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Reals {
    values: Vec<f64>,
    range: Option<(f64, f64)>,
    are_differences: bool,
}

impl Reals {
    /// Looks for the range once: a window is made of it in every frame of the screen.
    pub fn new(values: Vec<f64>) -> Self {
        Self::besides(values, None)
    }

    /// The same where padding is no part of the range. Rule P-16.
    pub(super) fn besides(values: Vec<f64>, padding: Option<Padding>) -> Self {
        let is_padding = |value: f64| padding.is_some_and(|padding| padding.contains(value));
        let finite = || values.iter().copied().filter(|value| value.is_finite() && !is_padding(*value));
        let plain = padding.is_none().then(|| plain_range(&values)).flatten();
        let range = plain.or_else(|| finite().reduce(f64::min).zip(finite().reduce(f64::max)));
        Self { values, range, are_differences: false }
    }

    /// Differences of modality values. No padding is among them: where there was some they are not numbers.
    pub(super) fn differences(values: Vec<f64>) -> Self {
        Self { are_differences: true, ..Self::new(values) }
    }

    /// The values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Some of the values, by their places. The range stays that of all.
    #[must_use]
    pub fn picked(&self, places: &[usize]) -> Self {
        let values = places.iter().filter_map(|place| self.values.get(*place).copied()).collect();
        Self { values, ..*self }
    }

    /// The smallest and the largest finite value, padding left out; `None` when there is none.
    pub const fn range(&self) -> Option<(f64, f64)> {
        self.range
    }
}

/// The smallest and the largest of values, several at a time; `None` where one is infinite, or none is a number.
fn plain_range(values: &[f64]) -> Option<(f64, f64)> {
    let (chunks, rest) = values.as_chunks::<8>();
    let (mut low, mut high) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    // What is not a number is neither smaller nor larger.
    let mut take = |at: &[f64]| {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(at) {
            *low = if *value < *low { *value } else { *low };
            *high = if *value > *high { *value } else { *high };
        }
    };
    for chunk in chunks {
        take(chunk);
    }
    take(rest);
    let (low, high) = (low.into_iter().reduce(f64::min)?, high.into_iter().reduce(f64::max)?);
    (low.is_finite() && high.is_finite()).then_some((low, high))
}

/// What pixels are.
#[derive(Debug, Clone, PartialEq)]
pub enum Pixels {
    /// Stored values of up to 16 bits, sign-extended from Bits Stored.
    ///
    /// Values of unsigned images of 16 bits do not fit an `i16`; they lie here as their bit pattern. This is also the form
    /// in which they go to the card.
    Words {
        /// Whether a word is a two's complement number.
        is_signed: bool,
        /// The words.
        words: Vec<u16>,
    },
    /// Stored values of 32 bits, and those of Float and Double Float Pixel Data.
    Reals(Reals),
    /// Red, green, blue, 255: colour and palette images.
    Color(Vec<[u8; 4]>),
}

impl Pixels {
    /// How many there are.
    pub const fn count(&self) -> usize {
        match self {
            Self::Words { words, .. } => words.len(),
            Self::Reals(reals) => reals.values.len(),
            Self::Color(colors) => colors.len(),
        }
    }

    /// Bytes in memory.
    pub const fn bytes(&self) -> u64 {
        let each = match self {
            Self::Words { .. } => 2,
            Self::Reals(_) => 8,
            Self::Color(_) => 4,
        };
        self.count() as u64 * each
    }
}

impl Frame {
    /// The stored value at `index` of the row-by-row order; `None` past the end and in colour images.
    pub fn stored(&self, index: usize) -> Option<StoredValue> {
        let value = match &self.pixels {
            Pixels::Words { is_signed, words } => widen(*words.get(index)?, *is_signed).into(),
            Pixels::Reals(reals) => *reals.values.get(index)?,
            Pixels::Color(_) => return None,
        };
        Some(StoredValue(value))
    }

    /// The colour at `index` of the row-by-row order, in a colour image or by a supplemental palette; `None` where it is gray.
    pub fn color(&self, index: usize) -> Option<[u8; 3]> {
        let color = match &self.pixels {
            Pixels::Color(colors) => colors.get(index),
            Pixels::Words { .. } | Pixels::Reals(_) => self.cover.as_ref()?.tints()?.get(index),
        };
        color.filter(|[.., is_there]| *is_there == 255).map(|&[red, green, blue, _]| [red, green, blue])
    }

    /// Whether its values are differences of modality values, and no stored values.
    pub const fn is_difference(&self) -> bool {
        matches!(&self.pixels, Pixels::Reals(reals) if reals.are_differences)
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.pixels.bytes() + self.cover.as_ref().map_or(0, Cover::bytes)
    }
}

/// The number that a word stands for.
fn widen(word: u16, is_signed: bool) -> i32 {
    if is_signed { i32::from(word.cast_signed()) } else { i32::from(word) }
}

/// Reads and decodes one frame, counted from 0.
pub fn read_frame(instance: &Instance, frame: u32) -> Result<Frame, ReadError> {
    let samples = match &*instance.place {
        PixelPlace::Native { at, order } => read_native(instance, frame, *at, *order)?,
        PixelPlace::Encapsulated { codec, frames } => {
            let fragments = frames.get(frame as usize).map(Vec::as_slice).unwrap_or_default();
            let mut bytes = layout::data_set_bytes(&instance.source, &instance.transfer_syntax)?;
            let mut stream = Vec::new();
            for fragment in fragments {
                bytes.append_at(fragment.at, fragment.bytes, &mut stream)?;
            }
            let samples = codec::decode(*codec, &stream, &expected(&instance.image, &instance.pixels))?;
            // A deflated frame is a native one.
            let is_in_planes = *codec == Codec::Deflated && instance.pixels.is_planar;
            if is_in_planes { samples.interleaved() } else { samples }
        }
    };
    let (expected, found) = (
        u64::from(instance.image.rows) * u64::from(instance.image.columns) * u64::from(samples.per_pixel),
        samples.data.count() as u64,
    );
    if found < expected {
        return Err(ReadError::Truncated { expected, found });
    }
    let (rows, columns) = (samples.rows, samples.columns);
    let cells = cover::cells_of(instance, frame, &samples);
    let pixels = pixels_of(samples, instance)?;
    let tints = tints_of(&pixels, instance);
    Ok(Frame { rows, columns, cover: Cover::joined(cells, tints), pixels })
}

/// The samples of a frame that is not compressed.
fn read_native(instance: &Instance, frame: u32, at: u64, order: ByteOrder) -> Result<Samples, ReadError> {
    let (image, format) = (&instance.image, &instance.pixels);
    let mut bytes = layout::data_set_bytes(&instance.source, &instance.transfer_syntax)?;
    let data = match (format.photometric, format.bits_allocated, order) {
        (Photometric::YbrFull422, ..) => {
            return expand_422(
                &native_bytes(&mut bytes, instance, frame, at, order)?,
                image.rows,
                image.columns,
            );
        }
        (_, 16, ByteOrder::Little) => {
            let frame_bytes = native_frame_bits(image, format) / 8;
            SampleData::Bits16(bytes.words_at(at + frame_bytes * u64::from(frame), frame_bytes / 2)?)
        }
        _ => native_data(native_bytes(&mut bytes, instance, frame, at, order)?, instance, frame, order),
    };
    let samples = Samples {
        rows: image.rows,
        columns: image.columns,
        per_pixel: format.samples_per_pixel,
        precision: u8::try_from(format.bits_allocated).unwrap_or(u8::MAX),
        color: CodestreamColor::Unstated,
        data,
    };
    Ok(if format.is_planar && format.samples_per_pixel > 1 { samples.interleaved() } else { samples })
}

/// The bytes of a frame that is not compressed, from the one that holds its first bit.
fn native_bytes(
    bytes: &mut Bytes,
    instance: &Instance,
    frame: u32,
    at: u64,
    order: ByteOrder,
) -> Result<Vec<u8>, ReadError> {
    let frame_bits = native_frame_bits(&instance.image, &instance.pixels);
    let first_bit = frame_bits * u64::from(frame);
    let last_byte = (first_bit + frame_bits).div_ceil(8);
    // Pairs of bytes are swapped whole, even where a frame begins in the middle of one.
    let first_byte = match order {
        ByteOrder::BigPairs => first_bit / 8 / 2 * 2,
        _ => first_bit / 8,
    };
    let skipped = usize::try_from(first_bit / 8 - first_byte).unwrap_or(0);
    let count = (last_byte - first_byte).next_multiple_of(if order == ByteOrder::BigPairs { 2 } else { 1 });
    let mut bytes = bytes.read_at(at + first_byte, count)?;
    if order == ByteOrder::BigPairs {
        bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.reverse());
        bytes.drain(..skipped.min(bytes.len()));
    }
    let found = bytes.len() as u64;
    let expected = last_byte - first_bit / 8;
    if found < expected { Err(ReadError::Truncated { expected, found }) } else { Ok(bytes) }
}

/// Those bytes as samples.
fn native_data(bytes: Vec<u8>, instance: &Instance, frame: u32, order: ByteOrder) -> SampleData {
    let format = &instance.pixels;
    let frame_bits = native_frame_bits(&instance.image, format);
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let is_big = order == ByteOrder::Big;
    match (format.bits_allocated, format.is_float) {
        (1, _) => {
            let first_bit = frame_bits * u64::from(frame);
            SampleData::Bits8(unpack_bits(&bytes, size(first_bit % 8), size(frame_bits)))
        }
        (8, _) => SampleData::Bits8(bytes),
        (16, _) => SampleData::Bits16(values(&bytes, is_big, u16::from_le_bytes)),
        (32, false) => SampleData::Bits32(values(&bytes, is_big, u32::from_le_bytes)),
        (32, true) => SampleData::Float(values(&bytes, is_big, f32::from_le_bytes)),
        _ => SampleData::Double(values(&bytes, is_big, f64::from_le_bytes)),
    }
}

fn values<T, const N: usize>(bytes: &[u8], is_big: bool, of: impl Fn([u8; N]) -> T) -> Vec<T> {
    let turned = |mut value: [u8; N]| {
        if is_big {
            value.reverse();
        }
        of(value)
    };
    bytes.as_chunks::<N>().0.iter().map(|&value| turned(value)).collect()
}

/// What the samples mean.
fn pixels_of(samples: Samples, instance: &Instance) -> Result<Pixels, ReadError> {
    let format = &instance.pixels;
    if samples.per_pixel > 1 {
        return Ok(Pixels::Color(to_rgb(&samples, format)?));
    }
    let is_signed = format.is_signed;
    let reals = |values| Pixels::Reals(Reals::besides(values, instance.frame(0).gray.padding));
    let bits = Extract::of(format, samples.precision);
    let words = match samples.data {
        SampleData::Float(values) => return Ok(reals(values.into_iter().map(f64::from).collect())),
        SampleData::Double(values) => return Ok(reals(values)),
        SampleData::Bits32(values) if format.bits_stored > 16 => {
            return Ok(reals(values.into_iter().map(|value| bits.number(value)).collect()));
        }
        SampleData::Bits32(values) => values.into_iter().map(|value| bits.word(value)).collect(),
        SampleData::Bits16(mut values) => {
            if !bits.is_identity_of(16) {
                for value in &mut values {
                    *value = bits.word(u32::from(*value));
                }
            }
            values
        }
        SampleData::Bits8(values) => values.into_iter().map(|value| bits.word(u32::from(value))).collect(),
    };
    if let Some(palette) = &instance.palette {
        let color = |&word: &u16| palette.rgb(widen(word, is_signed));
        return Ok(Pixels::Color(words.iter().map(color).collect()));
    }
    Ok(Pixels::Words { is_signed, words })
}

/// The colours of a supplemental palette; nothing where a pixel is gray.
fn tints_of(pixels: &Pixels, instance: &Instance) -> Option<Vec<[u8; 4]>> {
    let (Some(palette), Pixels::Words { is_signed, words }) = (&instance.supplement, pixels) else {
        return None;
    };
    let tint = |&word: &u16| {
        let stored = widen(word, *is_signed);
        if stored < palette.first() { [0; 4] } else { palette.rgb(stored) }
    };
    Some(words.iter().map(tint).collect())
}

/// Takes Bits Stored at High Bit out of a sample and extends the sign. Rules P-1, P-2.
#[derive(Clone, Copy)]
struct Extract {
    unused_below: u32,
    unused_above: u32,
    is_signed: bool,
}

impl Extract {
    /// `precision` is what the codestream states: bits that it does not have cannot hold the sign.
    fn of(format: &PixelFormat, precision: u8) -> Self {
        let below = u32::from(format.high_bit + 1 - format.bits_stored);
        let stored = u32::from(format.bits_stored).min(u32::from(precision).saturating_sub(below).max(1));
        Self { unused_below: below, unused_above: 32 - stored.min(32), is_signed: format.is_signed }
    }

    fn bits(self, sample: u32) -> u32 {
        let top = sample.checked_shr(self.unused_below).unwrap_or(0) << self.unused_above;
        if self.is_signed {
            (top.cast_signed() >> self.unused_above).cast_unsigned()
        } else {
            top >> self.unused_above
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 16 bits and their sign")]
    fn word(self, sample: u32) -> u16 {
        self.bits(sample) as u16
    }

    fn number(self, sample: u32) -> f64 {
        let bits = self.bits(sample);
        if self.is_signed { f64::from(bits.cast_signed()) } else { f64::from(bits) }
    }

    /// Whether words of so many bits come out as they go in.
    const fn is_identity_of(self, bits: u32) -> bool {
        self.unused_below == 0 && self.unused_above == 32 - bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bits_stored: u16, high_bit: u16, is_signed: bool, word: u16, stored: i32) {
        let format = PixelFormat {
            bits_allocated: 16,
            bits_stored,
            high_bit,
            is_signed,
            samples_per_pixel: 1,
            is_planar: false,
            photometric: Photometric::Monochrome2,
            is_float: false,
        };
        let bits = Extract::of(&format, 16);
        assert_eq!(widen(bits.word(u32::from(word)), is_signed), stored);
        assert!((bits.number(u32::from(word)) - f64::from(stored)).abs() < 0.5);
    }

    #[test]
    fn bits_above_the_high_bit_are_ignored_and_the_sign_is_extended() {
        check(12, 11, false, 0xF123, 0x123);
        check(12, 11, true, 0x0FFF, -1);
        check(12, 11, true, 0xF7FF, 0x7FF);
        check(16, 15, true, 0xFC18, -1000);
        check(16, 15, false, 0xFC18, 64_536);
        check(12, 15, false, 0x1230, 0x123);
    }
}
