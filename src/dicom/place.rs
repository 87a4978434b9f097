//! Where the pixels of each frame lie, and whether they are all there.

use dicom_dictionary_std::tags;

use super::codec::{Codec, Expected, check_header};
use super::error::ReadError;
use super::fragments::{self, FrameFragments, PIXEL_DATA};
use super::instance::{ImageAttributes, Photometric, PixelFormat};
use super::layout::{Layout, PixelElement};
use super::walk::EXPLICIT_VR_BIG_ENDIAN;

/// Enough of a codestream to hold its headers.
const CODESTREAM_HEAD_BYTES: u64 = 4096;

/// Where the pixels lie.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PixelPlace {
    /// As they are, frame after frame.
    Native {
        /// Where the first one begins, in the data set's bytes.
        at: u64,
        /// How bytes follow one another.
        order: ByteOrder,
    },
    /// Compressed.
    Encapsulated {
        /// How.
        codec: Codec,
        /// The fragments of each frame that is there.
        frames: FrameFragments,
    },
}

/// How the bytes of a value follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
    /// The highest first, in words of two bytes though samples have one.
    BigPairs,
}

/// Bytes of one native frame when every frame begins at a byte.
pub(super) fn native_frame_bits(image: &ImageAttributes, pixels: &PixelFormat) -> u64 {
    let count = u64::from(image.rows) * u64::from(image.columns);
    let samples = match pixels.photometric {
        // Two luminances share a pair of colour differences.
        Photometric::YbrFull422 => count.div_ceil(2) * 4,
        _ => count * u64::from(pixels.samples_per_pixel),
    };
    samples * u64::from(pixels.bits_allocated)
}

impl PixelPlace {
    /// Finds the pixels of the object, and how many of its frames are there.
    pub(super) fn find(
        layout: &mut Layout,
        image: &ImageAttributes,
        pixels: &PixelFormat,
        extended_offsets: &[u64],
    ) -> Result<(Self, u32), ReadError> {
        let element = layout.pixels.ok_or(ReadError::Missing { name: PIXEL_DATA })?;
        match element.length {
            Some(length) => Self::find_native(layout, element, length, image, pixels),
            None => Self::find_fragments(layout, element, image, pixels, extended_offsets),
        }
    }

    fn find_native(
        layout: &Layout,
        element: PixelElement,
        length: u64,
        image: &ImageAttributes,
        pixels: &PixelFormat,
    ) -> Result<(Self, u32), ReadError> {
        if let Some(codec) = Codec::of(&layout.transfer_syntax) {
            let why = format!("{codec:?} data are stated, and the pixel data are not in fragments");
            return Err(ReadError::Damaged { why });
        }
        let frame_bits = native_frame_bits(image, pixels);
        let expected = frame_bits.saturating_mul(u64::from(image.frames)).div_ceil(8);
        let found = length.min(layout.bytes.length().saturating_sub(element.at));
        let present = if found >= expected { u64::from(image.frames) } else { found * 8 / frame_bits };
        let present = u32::try_from(present).unwrap_or(u32::MAX);
        if present == 0 {
            return Err(ReadError::Truncated { expected, found });
        }
        let order = match (layout.transfer_syntax.as_str(), pixels.bits_allocated) {
            (EXPLICIT_VR_BIG_ENDIAN, 8) if element.is_words => ByteOrder::BigPairs,
            (EXPLICIT_VR_BIG_ENDIAN, _) => ByteOrder::Big,
            _ => ByteOrder::Little,
        };
        Ok((Self::Native { at: element.at, order }, present))
    }

    fn find_fragments(
        layout: &mut Layout,
        element: PixelElement,
        image: &ImageAttributes,
        pixels: &PixelFormat,
        extended_offsets: &[u64],
    ) -> Result<(Self, u32), ReadError> {
        let codec = Codec::of(&layout.transfer_syntax)
            .ok_or_else(|| ReadError::Unsupported { what: super::syntax::name(&layout.transfer_syntax) })?;
        if element.tag != tags::PIXEL_DATA {
            return Err(ReadError::Unsupported { what: "compressed float pixel data".to_owned() });
        }
        let frames = fragments::find(&mut layout.bytes, element.at, image.frames, extended_offsets)?;
        if let Some(first) = frames.first().and_then(|fragments| fragments.first()) {
            let head = layout.bytes.read_at(first.at, first.bytes.min(CODESTREAM_HEAD_BYTES))?;
            check_header(codec, &head, &expected(image, pixels))?;
        }
        let present = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        Ok((Self::Encapsulated { codec, frames }, present))
    }
}

/// What a codestream of the object must be.
pub(super) fn expected(image: &ImageAttributes, pixels: &PixelFormat) -> Expected {
    Expected {
        rows: image.rows,
        columns: image.columns,
        samples_per_pixel: pixels.samples_per_pixel,
        bits_allocated: pixels.bits_allocated,
        is_rgb: pixels.photometric == Photometric::Rgb,
    }
}
