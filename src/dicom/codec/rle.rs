//! RLE: one segment for each byte of the samples, the most significant first, colour after colour. PS3.5 Annex G.

use std::ops::{BitOr, Shl};

use super::{Expected, damaged};
use crate::dicom::error::ReadError;
use crate::dicom::samples::{SampleData, Samples, unpack_bits};

/// The number of segments and their offsets, little endian. PS3.5 G.5.
const HEADER_BYTES: usize = 64;

/// Two bytes make at most 128. PS3.5 G.3.
const RATIO_MAX: usize = 64;

/// Refuses a frame whose segments are not those that its samples need.
pub(super) fn check_header(start: &[u8], expected: &Expected) -> Result<(), ReadError> {
    let Expected { samples_per_pixel, bits_allocated, .. } = *expected;
    if !matches!(bits_allocated, 1 | 8 | 16 | 32) {
        return Err(ReadError::Unsupported { what: format!("RLE of {bits_allocated} bits") });
    }
    let needed = u32::from(samples_per_pixel) * u32::from(bits_allocated.div_ceil(8));
    let stated = start.first_chunk().map_or(needed, |&count| u32::from_le_bytes(count));
    if stated != needed {
        return Err(damaged("RLE", format!("{stated} segments, but the samples need {needed}")));
    }
    Ok(())
}

/// Decodes one frame.
pub(super) fn decode(stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    check_header(stream, expected)?;
    let pixels = expected.rows as usize * expected.columns as usize;
    let bits = expected.bits_allocated;
    let segments = segments(stream, if bits == 1 { pixels.div_ceil(8) } else { pixels })?;
    let data = match bits {
        1 => SampleData::Bits8(unpack_bits(&segments.concat(), 0, pixels)),
        8 => SampleData::Bits8(segments.concat()),
        16 => SampleData::Bits16(words(&segments, 2, pixels)),
        _ => SampleData::Bits32(words(&segments, 4, pixels)),
    };
    expected.planes(bits, data)
}

/// The segments, unpacked to `bytes` bytes each.
fn segments(stream: &[u8], bytes: usize) -> Result<Vec<Vec<u8>>, ReadError> {
    let header = stream.first_chunk::<HEADER_BYTES>().map(|header| header.as_chunks::<4>().0);
    let header: Vec<usize> =
        header.unwrap_or_default().iter().map(|&word| u32::from_le_bytes(word) as usize).collect();
    let Some((&count, offsets)) = header.split_first() else {
        return Err(ReadError::Truncated { expected: HEADER_BYTES as u64, found: stream.len() as u64 });
    };
    let offsets = offsets.get(..count).unwrap_or(offsets);
    let ends = offsets.iter().skip(1).copied().chain([stream.len()]);
    offsets
        .iter()
        .zip(ends)
        .map(|(&start, end)| unpack(stream.get(start..end).unwrap_or_default(), bytes))
        .collect()
}

/// PS3.5 G.3.2. What stands behind the last byte is padding.
fn unpack(mut packed: &[u8], bytes: usize) -> Result<Vec<u8>, ReadError> {
    let mut unpacked = Vec::with_capacity(bytes.min(packed.len().saturating_mul(RATIO_MAX)));
    while unpacked.len() < bytes {
        let found = unpacked.len() as u64;
        let truncated = ReadError::Truncated { expected: bytes as u64, found };
        packed = match *packed {
            [literals @ ..=127, ref rest @ ..] => {
                let (literals, rest) = rest.split_at_checked(usize::from(literals) + 1).ok_or(truncated)?;
                unpacked.extend_from_slice(literals);
                rest
            }
            [128, ref rest @ ..] => rest,
            [run, value, ref rest @ ..] => {
                unpacked.resize(unpacked.len() + 257 - usize::from(run), value);
                rest
            }
            _ => return Err(truncated),
        };
    }
    unpacked.truncate(bytes);
    Ok(unpacked)
}

/// Puts the bytes of each sample together, plane after plane.
fn words<T>(segments: &[Vec<u8>], bytes_each: usize, pixels: usize) -> Vec<T>
where
    T: Copy + Default + From<u8> + Shl<u32, Output = T> + BitOr<Output = T>,
{
    let mut words = vec![T::default(); segments.len() / bytes_each * pixels];
    for (plane, segments) in words.chunks_mut(pixels.max(1)).zip(segments.chunks(bytes_each)) {
        for segment in segments {
            for (word, &byte) in plane.iter_mut().zip(segment) {
                *word = *word << 8 | T::from(byte);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bytes, check_cuts, colors, expected, words};
    use super::super::{Codec, decode};
    use super::*;

    /// Runs and literals of two bytes, each behind a byte that says nothing.
    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        for piece in bytes.chunks(2) {
            packed.push(128);
            match *piece {
                [a, b] if a == b => packed.extend([255, a]),
                [a, b] => packed.extend([1, a, b]),
                _ => packed.extend([&[0], piece].concat()),
            }
        }
        packed
    }

    fn frame(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut header = vec![u32::try_from(segments.len()).expect("a few")];
        let mut body = Vec::new();
        for segment in segments {
            header.push(u32::try_from(HEADER_BYTES + body.len()).expect("a short frame"));
            body.extend(packed(segment));
        }
        header.resize(HEADER_BYTES / 4, 0);
        header.iter().flat_map(|word| word.to_le_bytes()).chain(body).collect()
    }

    fn check(samples_per_pixel: u16, bits: u16, segments: &[Vec<u8>], samples: SampleData) {
        let (expected, stream) = (expected(samples_per_pixel, bits), frame(segments));
        let decoded = decode(Codec::Rle, &stream, &expected).expect("a whole frame");
        assert_eq!((decoded.data, u16::from(decoded.precision)), (samples, bits));
        check_cuts(Codec::Rle, &stream, &expected);
    }

    #[test]
    fn bytes_of_a_sample_come_together_the_most_significant_first() {
        check(1, 8, &[bytes()], SampleData::Bits8(bytes()));
        let part =
            |shift: u32| words().iter().map(|word| (word >> shift).to_le_bytes()[0]).collect::<Vec<u8>>();
        check(1, 16, &[part(8), part(0)], SampleData::Bits16(words()));
        let doubled = words().iter().map(|&word| u32::from(word) << 16 | u32::from(word)).collect();
        check(1, 32, &[part(8), part(0), part(8), part(0)], SampleData::Bits32(doubled));
    }

    #[test]
    fn colours_are_segments_one_after_the_other() {
        let plane = |at| colors().iter().skip(at).step_by(3).copied().collect::<Vec<u8>>();
        check(3, 8, &[plane(0), plane(1), plane(2)], SampleData::Bits8(colors()));
    }

    /// PS3.5 8.2.2 with 8.1.1: the segment holds eight pixels a byte.
    #[test]
    fn pixels_of_one_bit_are_unpacked() {
        let bits = (0..35).map(|i| u8::from([0, 9, 10, 34].contains(&i))).collect();
        check(1, 1, &[vec![0b0000_0001, 0b0000_0110, 0, 0, 0b1111_1100]], SampleData::Bits8(bits));
    }

    #[test]
    fn a_segment_does_not_go_on_in_the_next() {
        let mut stream = frame(&[bytes(), bytes()]);
        stream.splice(8..12, 70_u32.to_le_bytes());
        assert!(matches!(
            decode(Codec::Rle, &stream, &expected(1, 16)),
            Err(ReadError::Truncated { expected: 35, .. })
        ));
        assert!(check_header(&stream, &expected(1, 8)).is_err(), "a segment too many");
    }
}
