//! JPEG-LS, lossless and near-lossless, by `CharLS`. ITU-T T.87.

use charls::CharLS;

use super::marker::EOI;
use super::{Expected, damaged, marker};
use crate::dicom::error::ReadError;
use crate::dicom::samples::{CodestreamColor, SampleData, Samples};

const NAME: &str = "JPEG-LS";

/// Decodes one frame.
pub(super) fn decode(stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    let header = marker::read(stream)?.ok_or_else(early_end)?;
    expected.check(header.stated)?;
    expected.bounded_count(stream.len())?;
    // Without a marker at the end, CharLS counts bits that are not there for seconds.
    let end = stream.windows(EOI.len()).rposition(|bytes| bytes == EOI).ok_or_else(early_end)?;
    let stream = stream.get(..end + EOI.len()).unwrap_or_default();
    let bytes = CharLS::default().decode(stream).map_err(|e| damaged(NAME, e))?;
    let precision = header.stated.precision.into();
    let data = if precision <= 8 {
        SampleData::Bits8(bytes)
    } else {
        SampleData::Bits16(bytes.as_chunks().0.iter().map(|&word| u16::from_ne_bytes(word)).collect())
    };
    // A scan for each colour gives one plane after the other.
    if header.scan_components == 1 {
        expected.planes(precision, data)
    } else {
        expected.samples(precision, CodestreamColor::Unstated, data)
    }
}

fn early_end() -> ReadError {
    damaged(NAME, "the codestream ends early")
}

#[cfg(test)]
mod tests {
    use charls::{FrameInfo, InterleaveMode};

    use super::super::tests::{bytes, check_cuts, colors, expected, words};
    use super::super::{Codec, decode};
    use super::*;

    fn encoded(bits: i32, colors: i32, near: i32, mode: InterleaveMode, native: &[u8]) -> Vec<u8> {
        let info = FrameInfo { width: 7, height: 5, bits_per_sample: bits, component_count: colors };
        let mut encoder = CharLS::default();
        encoder.set_interleave_mode(mode).expect("a mode");
        encoder.encode(info, near, native).expect("an image")
    }

    #[test]
    fn all_depths_are_exact() {
        let gray = encoded(8, 1, 0, InterleaveMode::None, &bytes());
        let decoded = decode(Codec::JpegLs, &gray, &expected(1, 8)).expect("a whole frame");
        assert_eq!((decoded.data, decoded.precision), (SampleData::Bits8(bytes()), 8));
        check_cuts(Codec::JpegLs, &gray, &expected(1, 8));
        let native: Vec<u8> = words().iter().flat_map(|word| word.to_ne_bytes()).collect();
        let gray = encoded(16, 1, 0, InterleaveMode::None, &native);
        let decoded = decode(Codec::JpegLs, &gray, &expected(1, 16)).expect("a whole frame");
        assert_eq!((decoded.data, decoded.precision), (SampleData::Bits16(words()), 16));
        check_cuts(Codec::JpegLs, &gray, &expected(1, 16));
    }

    #[test]
    fn colours_come_together_from_all_interleave_modes() {
        let planes: Vec<u8> = (0..3).flat_map(|at| colors().into_iter().skip(at).step_by(3)).collect();
        for (mode, native) in [
            (InterleaveMode::None, planes),
            (InterleaveMode::Line, colors()),
            (InterleaveMode::Sample, colors()),
        ] {
            let stream = encoded(8, 3, 0, mode, &native);
            let decoded = decode(Codec::JpegLs, &stream, &expected(3, 8)).expect("a whole frame");
            assert_eq!(decoded.data, SampleData::Bits8(colors()), "{mode:?}");
            check_cuts(Codec::JpegLs, &stream, &expected(3, 8));
        }
    }

    #[test]
    fn near_lossless_is_near() {
        let stream = encoded(8, 1, 2, InterleaveMode::None, &bytes());
        let decoded = decode(Codec::JpegLs, &stream, &expected(1, 8)).expect("a whole frame");
        let SampleData::Bits8(samples) = decoded.data else { panic!("not 8 bits") };
        assert!(samples.iter().zip(bytes()).all(|(&a, b)| a.abs_diff(b) <= 2));
    }
}
