//! Deflated Image Frame Compression: each frame as it is in native pixel data, little endian, deflated. PS3.5 A.4.13.

use std::io::Read;

use flate2::read::DeflateDecoder;

use super::{Expected, damaged};
use crate::dicom::error::ReadError;
use crate::dicom::samples::{CodestreamColor, SampleData, Samples, unpack_bits};

/// Decodes one frame. Planes stay planes, as Planar Configuration says.
pub(super) fn decode(stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    let bits = expected.bits_allocated;
    let frame_bytes = expected.count().saturating_mul(bits.into()).div_ceil(8);
    let mut bytes = Vec::new();
    // The buffer grows with what is really there, at most 1,032 times the stream.
    DeflateDecoder::new(stream)
        .take(frame_bytes)
        .read_to_end(&mut bytes)
        .map_err(|e| damaged("deflated frame", e))?;
    let data = match bits {
        1 => {
            SampleData::Bits8(unpack_bits(&bytes, 0, usize::try_from(expected.count()).unwrap_or(usize::MAX)))
        }
        8 => SampleData::Bits8(bytes),
        16 => SampleData::Bits16(values(&bytes, u16::from_le_bytes)),
        32 => SampleData::Bits32(values(&bytes, u32::from_le_bytes)),
        _ => return Err(ReadError::Unsupported { what: format!("a deflated frame of {bits} bits") }),
    };
    expected.samples(bits, CodestreamColor::Unstated, data)
}

fn values<T, const N: usize>(bytes: &[u8], of: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|&value| of(value)).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::super::tests::{bytes, expected, words};
    use super::super::{Codec, decode};
    use super::*;

    fn check(bits: u16, native: &[u8], samples: &SampleData) {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(native).expect("memory");
        let stream = encoder.finish().expect("memory");
        let decoded = |stream: &[u8]| decode(Codec::Deflated, stream, &expected(1, bits));
        assert_eq!(decoded(&stream).expect("a whole frame").data, *samples);
        for length in 0..stream.len() {
            // The last bits say only that nothing follows.
            let cut = decoded(stream.get(..length).expect("a prefix"));
            assert!(cut.is_err() || cut == decoded(&stream), "{length} of {} bytes", stream.len());
        }
        assert!(decoded(stream.get(..stream.len() / 2).expect("a half")).is_err());
    }

    #[test]
    fn frames_are_little_endian_once_inflated() {
        check(8, &bytes(), &SampleData::Bits8(bytes()));
        let native: Vec<u8> = words().iter().flat_map(|word| word.to_le_bytes()).collect();
        check(16, &native, &SampleData::Bits16(words()));
        let bits = (0..35).map(|i| u8::from([0, 9].contains(&i))).collect();
        check(1, &[1, 2, 0, 0, 0], &SampleData::Bits8(bits));
    }

    #[test]
    fn a_stream_that_grows_without_end_is_cut_at_the_frame() {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).expect("memory");
        let stream = encoder.finish().expect("memory");
        let decoded = decode(Codec::Deflated, &stream, &expected(1, 8)).expect("its first bytes");
        assert_eq!(decoded.data, SampleData::Bits8(vec![0; 35]));
    }
}
