//! Codecs: from the compressed bytes of one frame to its samples. PS3.5 A.4.
//!
//! Each reads what the codestream says of itself, and refuses what contradicts the object's header before it allocates:
//! decoders fit their output to the codestream. What is cut or damaged is an error, never half a picture.

mod deflated;
mod jpeg;
mod jpeg_2000;
mod jpeg_ls;
mod marker;
mod rle;

use super::error::ReadError;
use super::samples::{CodestreamColor, SampleData, Samples};

/// How pixel data are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// Runs of bytes. PS3.5 Annex G.
    Rle,
    /// ITU-T T.81, lossy and lossless; the codestream tells which.
    Jpeg,
    /// ITU-T T.87.
    JpegLs,
    /// ITU-T T.800.
    Jpeg2000,
    /// ITU-T T.814.
    HtJpeg2000,
    /// Each frame deflated.
    Deflated,
}

impl Codec {
    /// The codec of a transfer syntax; `None` when there is none for it. PS3.6 A.
    pub(super) fn of(transfer_syntax: &str) -> Option<Self> {
        match transfer_syntax.strip_prefix("1.2.840.10008.1.2.")? {
            "5" => Some(Self::Rle),
            "4.50" | "4.51" | "4.53" | "4.55" | "4.57" | "4.70" => Some(Self::Jpeg),
            "4.80" | "4.81" => Some(Self::JpegLs),
            "4.90" | "4.91" | "4.92" | "4.93" => Some(Self::Jpeg2000),
            "4.201" | "4.202" | "4.203" => Some(Self::HtJpeg2000),
            "8.1" => Some(Self::Deflated),
            _ => None,
        }
    }
}

/// What the object's header says of a frame.
pub(super) struct Expected {
    /// Rows.
    pub(super) rows: u32,
    /// Columns.
    pub(super) columns: u32,
    /// Samples per Pixel.
    pub(super) samples_per_pixel: u16,
    /// Bits Allocated.
    pub(super) bits_allocated: u16,
    /// Photometric Interpretation is RGB.
    pub(super) is_rgb: bool,
}

/// What a codestream says of the frame in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stated {
    rows: u32,
    columns: u32,
    samples_per_pixel: u16,
    /// Bits of one sample.
    precision: u8,
}

/// More than any detector has: 24 × 30 cm at 50 µm are 29 million. Of so many samples, all alike, some codecs make a
/// hundred bytes; so up to here compression proves nothing.
const FLAT_SAMPLES_MAX: u64 = 1 << 26;

/// Samples that one compressed byte may stand for in larger frames.
const SAMPLES_PER_BYTE_MAX: u64 = 1024;

/// 4 GiB, as JPEG 2000 is decoded.
const SAMPLES_MAX: u64 = 1 << 30;

impl Expected {
    /// Refuses a codestream that contradicts the header.
    fn check(&self, stated: Stated) -> Result<(), ReadError> {
        let (rows, columns) = (self.rows, self.columns);
        if (stated.rows, stated.columns) != (rows, columns) {
            let why = format!(
                "{rows} of {columns} columns, but the compressed image has {} of {}",
                stated.rows, stated.columns
            );
            return Err(ReadError::Wrong { name: "Rows (0028,0010)", why });
        }
        if stated.samples_per_pixel != self.samples_per_pixel {
            let why = format!(
                "{}, but the compressed image has {}",
                self.samples_per_pixel, stated.samples_per_pixel
            );
            return Err(ReadError::Wrong { name: "Samples per Pixel (0028,0002)", why });
        }
        if u16::from(stated.precision) > self.bits_allocated {
            let why =
                format!("{}, but the compressed image has {} bits", self.bits_allocated, stated.precision);
            return Err(ReadError::Wrong { name: "Bits Allocated (0028,0100)", why });
        }
        Ok(())
    }

    /// The samples of the frame, when so many can have come from a codestream of `bytes` bytes.
    ///
    /// It bounds what a small file can make us allocate.
    fn bounded_count(&self, bytes: usize) -> Result<usize, ReadError> {
        let count = self.count();
        if count > SAMPLES_MAX {
            return Err(ReadError::Unsupported { what: format!("a frame of {count} samples") });
        }
        let found = bytes as u64;
        if count > FLAT_SAMPLES_MAX.max(found.saturating_mul(SAMPLES_PER_BYTE_MAX)) {
            return Err(ReadError::Truncated { expected: count / SAMPLES_PER_BYTE_MAX, found });
        }
        usize::try_from(count).map_err(|_address_space| damaged("the frame", "too large for this machine"))
    }

    fn count(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns) * u64::from(self.samples_per_pixel)
    }

    /// What a codec has made, when it is a whole frame.
    fn samples(&self, bits: u16, color: CodestreamColor, data: SampleData) -> Result<Samples, ReadError> {
        let (expected, found) = (self.count(), data.count() as u64);
        if found != expected {
            return Err(damaged("pixel data", format!("{found} of {expected} samples")));
        }
        let &Self { rows, columns, samples_per_pixel: per_pixel, .. } = self;
        let precision = u8::try_from(bits).unwrap_or(u8::MAX);
        Ok(Samples { rows, columns, per_pixel, precision, color, data })
    }

    /// The same from one plane after the other.
    fn planes(&self, bits: u16, data: SampleData) -> Result<Samples, ReadError> {
        let samples = self.samples(bits, CodestreamColor::Unstated, data)?;
        Ok(if samples.per_pixel > 1 { samples.interleaved() } else { samples })
    }
}

/// Decodes one frame.
pub(super) fn decode(codec: Codec, stream: &[u8], expected: &Expected) -> Result<Samples, ReadError> {
    match codec {
        Codec::Rle => rle::decode(stream, expected),
        Codec::Jpeg => jpeg::decode(stream, expected),
        Codec::JpegLs => jpeg_ls::decode(stream, expected),
        Codec::Jpeg2000 | Codec::HtJpeg2000 => jpeg_2000::decode(stream, expected),
        Codec::Deflated => deflated::decode(stream, expected),
    }
}

/// Compares a codestream's own header with the object's, as far as its first bytes tell. Nothing is decoded.
pub(super) fn check_header(
    codec: Codec,
    start_of_stream: &[u8],
    expected: &Expected,
) -> Result<(), ReadError> {
    let stated = match codec {
        Codec::Rle => return rle::check_header(start_of_stream, expected),
        Codec::Deflated => return Ok(()),
        Codec::Jpeg | Codec::JpegLs => marker::read(start_of_stream)?.map(|header| header.stated),
        Codec::Jpeg2000 | Codec::HtJpeg2000 => {
            jpeg_2000::read(jpeg_2000::codestream(start_of_stream))?.map(|header| header.stated)
        }
    };
    stated.map_or(Ok(()), |stated| expected.check(stated))
}

/// The error of a codestream that its decoder refuses.
fn damaged(what: &str, why: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged { why: format!("{what}: {why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that a text of hexadecimal digits stands for.
    pub(super) fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
        digits
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[high, low]| u8::try_from(high * 16 + low).unwrap_or(0))
            .collect()
    }

    /// Frames of the tests have 5 rows of 7 columns.
    pub(super) fn expected(samples_per_pixel: u16, bits_allocated: u16) -> Expected {
        Expected { rows: 5, columns: 7, samples_per_pixel, bits_allocated, is_rgb: false }
    }

    /// Values that no predictor guesses.
    pub(super) fn words() -> Vec<u16> {
        (0..35_u16).map(|i| (i * i).wrapping_mul(37).wrapping_add(11 * i)).collect()
    }

    pub(super) fn bytes() -> Vec<u8> {
        (0..35).map(|i| i * 7).collect()
    }

    pub(super) fn colors() -> Vec<u8> {
        (0..35).flat_map(|i| [i * 7, 255 - i * 7, i * 3]).collect()
    }

    /// A codestream that ends early is refused wherever it ends; zeros may follow the whole.
    pub(super) fn check_cuts(codec: Codec, stream: &[u8], expected: &Expected) {
        for length in 0..stream.len() {
            let cut = stream.get(..length).unwrap_or_default();
            let decoded = decode(codec, cut, expected);
            assert!(decoded.is_err(), "{codec:?}, {length} of {} bytes pass as the whole", stream.len());
            let checked = check_header(codec, cut, expected);
            assert!(length < 8 || checked == Ok(()), "{codec:?}: a header may go on behind its first bytes");
        }
        let padded = [stream, &[0; 2]].concat();
        assert_eq!(decode(codec, &padded, expected), decode(codec, stream, expected));
        assert_eq!(check_header(codec, stream, expected), Ok(()));
    }

    fn wrong(stated: Stated) -> Option<&'static str> {
        match expected(1, 16).check(stated) {
            Err(ReadError::Wrong { name, .. }) => Some(name),
            _ => None,
        }
    }

    #[test]
    fn transfer_syntaxes_have_their_codecs() {
        assert_eq!(Codec::of("1.2.840.10008.1.2.4.57"), Some(Codec::Jpeg));
        assert_eq!(Codec::of("1.2.840.10008.1.2.4.203"), Some(Codec::HtJpeg2000));
        assert_eq!(Codec::of("1.2.840.10008.1.2.8.1"), Some(Codec::Deflated));
        assert_eq!(Codec::of("1.2.840.10008.1.2.1"), None, "not compressed");
        assert_eq!(Codec::of("1.2.840.10008.1.2.4.100"), None, "video");
    }

    #[test]
    fn a_codestream_that_contradicts_the_header_is_refused() {
        let stated = Stated { rows: 5, columns: 7, samples_per_pixel: 1, precision: 16 };
        assert_eq!(wrong(stated), None);
        assert_eq!(wrong(Stated { precision: 12, ..stated }), None, "it may have fewer bits");
        assert_eq!(wrong(Stated { rows: 6, ..stated }), Some("Rows (0028,0010)"));
        assert_eq!(wrong(Stated { columns: 6, ..stated }), Some("Rows (0028,0010)"));
        assert_eq!(wrong(Stated { samples_per_pixel: 3, ..stated }), Some("Samples per Pixel (0028,0002)"));
        assert_eq!(wrong(Stated { precision: 17, ..stated }), Some("Bits Allocated (0028,0100)"));
    }

    #[test]
    fn a_small_codestream_may_be_a_large_flat_image_but_not_any() {
        let square = |side| Expected { rows: side, columns: side, ..expected(1, 16) };
        assert_eq!(square(8192).bounded_count(100), Ok(1 << 26));
        assert!(square(8193).bounded_count(100).is_err());
        assert!(square(8193).bounded_count(1 << 17).is_ok());
        assert!(square(65_535).bounded_count(1 << 30).is_err());
    }
}
