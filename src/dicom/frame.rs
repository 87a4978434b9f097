//! One decoded frame of stored values.

use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use dicom_object::OpenFileOptions;
use dicom_object::file::ReadPreamble;
use dicom_pixeldata::PixelDecoder;

use super::error::ReadError;
use super::instance::{Instance, PixelFormat, damaged, open};
use super::uid::{InstanceUid, SeriesUid, StudyUid};

/// Which frame: the object and the frame in it, counted from 0.
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
}

/// The stored values of one frame, row by row.
///
/// Values of unsigned images of 16 bits do not fit an `i16`; they lie here as their bit pattern, and
/// [`Frame::is_signed`] tells which it is. This is also the form in which they go to the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Whether a word is a two's complement number.
    pub is_signed: bool,
    /// rows × columns words, sign-extended from Bits Stored.
    pub words: Vec<u16>,
}

impl Frame {
    /// The stored value at `index` of the row-by-row order; `None` past the end.
    pub fn stored(&self, index: usize) -> Option<i32> {
        self.words.get(index).map(|&word| widen(word, self.is_signed))
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.words.len() as u64 * 2
    }
}

/// The number that a word stands for.
pub(super) fn widen(word: u16, is_signed: bool) -> i32 {
    if is_signed { i32::from(word.cast_signed()) } else { i32::from(word) }
}

/// Reads and decodes one frame, counted from 0.
pub fn read_frame(instance: &Instance, frame: u32) -> Result<Frame, ReadError> {
    let bytes = match instance.native_pixels_at {
        Some(at) => read_native(instance, at + u64::from(frame) * instance.frame_bytes())?,
        None => decode(instance, frame)?,
    };
    let expected = instance.frame_bytes();
    if (bytes.len() as u64) < expected {
        return Err(ReadError::Truncated { expected, found: bytes.len() as u64 });
    }
    let count = instance.image.rows as usize * instance.image.columns as usize;
    Ok(Frame {
        rows: instance.image.rows,
        columns: instance.image.columns,
        is_signed: instance.pixels.is_signed,
        words: stored_words(&bytes, count, instance.pixels),
    })
}

fn read_native(instance: &Instance, at: u64) -> Result<Vec<u8>, ReadError> {
    let path: &Path = instance.path.reveal();
    let mut file = open(path)?;
    let io = |e: std::io::Error| ReadError::Open { why: e.to_string() };
    file.seek(SeekFrom::Start(at)).map_err(io)?;
    let mut bytes = Vec::new();
    // `take` bounds what is allocated by what the file really holds.
    file.take(instance.frame_bytes()).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

/// Little endian bytes of one frame, by the whole parser and dicom-rs's codecs.
fn decode(instance: &Instance, frame: u32) -> Result<Vec<u8>, ReadError> {
    let path: &Path = instance.path.reveal();
    let object = OpenFileOptions::new()
        .read_preamble(ReadPreamble::Always)
        .open_file(path)
        .map_err(|e| damaged(&e))?;
    // Some codecs panic on damaged streams.
    let decoded = catch_unwind(AssertUnwindSafe(|| object.decode_pixel_data_frame(frame)))
        .map_err(|_panic| ReadError::Damaged { why: "its decoder stopped".to_owned() })?
        .map_err(|e| damaged(&e))?;
    if decoded.bits_allocated() != instance.pixels.bits_allocated {
        return Err(ReadError::Unsupported {
            what: format!("a codec output of {} bits", decoded.bits_allocated()),
        });
    }
    Ok(decoded.into_data())
}

/// Masks to Bits Stored at High Bit and extends the sign. Rule P-1.
fn stored_words(bytes: &[u8], count: usize, format: PixelFormat) -> Vec<u16> {
    let unused_above = 16 - u32::from(format.bits_stored);
    let unused_below = u32::from(format.high_bit + 1 - format.bits_stored);
    let extract = |word: u16| {
        let top = (word >> unused_below) << unused_above;
        if format.is_signed {
            (top.cast_signed() >> unused_above).cast_unsigned()
        } else {
            top >> unused_above
        }
    };
    if format.bits_allocated == 8 {
        bytes.iter().take(count).map(|&byte| extract(u16::from(byte))).collect()
    } else {
        let words = bytes.as_chunks::<2>().0;
        words.iter().take(count).map(|&pair| extract(u16::from_le_bytes(pair))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::instance::Photometric;
    use super::*;

    fn check(bits_stored: u16, high_bit: u16, is_signed: bool, word: u16, stored: i32) {
        let format = PixelFormat {
            bits_allocated: 16,
            bits_stored,
            high_bit,
            is_signed,
            photometric: Photometric::Monochrome2,
        };
        let words = stored_words(&word.to_le_bytes(), 1, format);
        assert_eq!(words.iter().map(|&w| widen(w, is_signed)).collect::<Vec<_>>(), [stored]);
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
