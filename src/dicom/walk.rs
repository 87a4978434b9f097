//! A walk over the elements of a data set that believes no length. PS3.5 7.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags, uids};

use super::error::ReadError;
use super::source::Bytes;

/// Retired, and still found in archives. PS3.5 A.3.
pub(super) const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Sequences in sequences; nothing real comes near it.
const DEPTH_MAX: u32 = 64;

/// Elements of makers (odd groups) that are longer are left out: they are pictures and protocols of the machine.
const PRIVATE_BYTES_MAX: u64 = 4096;

/// Bytes read at once while walking.
const CHUNK_BYTES: u64 = 1 << 14;

/// The longest text that is of interest here: a handful of character sets.
const TEXT_BYTES_MAX: u64 = 256;

/// The length of a delimited value.
pub(super) const UNDEFINED: u64 = 0xFFFF_FFFF;
/// The tag of an item.
pub(super) const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// How elements are written. PS3.5 7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Encoding {
    pub(super) is_explicit: bool,
    pub(super) is_big_endian: bool,
}

impl Encoding {
    pub(super) const IMPLICIT: Self = Self { is_explicit: false, is_big_endian: false };
    pub(super) const EXPLICIT: Self = Self { is_explicit: true, is_big_endian: false };

    pub(super) fn of(transfer_syntax: &str) -> Self {
        match transfer_syntax {
            uids::IMPLICIT_VR_LITTLE_ENDIAN => Self::IMPLICIT,
            EXPLICIT_VR_BIG_ENDIAN => Self { is_explicit: true, is_big_endian: true },
            _ => Self::EXPLICIT,
        }
    }

    pub(super) const fn transfer_syntax(self) -> &'static str {
        match (self.is_explicit, self.is_big_endian) {
            (false, _) => uids::IMPLICIT_VR_LITTLE_ENDIAN,
            (true, false) => uids::EXPLICIT_VR_LITTLE_ENDIAN,
            (true, true) => EXPLICIT_VR_BIG_ENDIAN,
        }
    }

    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn bytes(self, value: u32) -> [u8; 4] {
        if self.is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Writes the header of an item or a delimiter.
    fn put_head(self, tag: Tag, length: u32, out: &mut Vec<u8>) {
        for half in [tag.group(), tag.element()] {
            out.extend(if self.is_big_endian { half.to_be_bytes() } else { half.to_le_bytes() });
        }
        out.extend(self.bytes(length));
    }

    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}

/// An element's header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) tag: Tag,
    /// Two letters, where they are written.
    pub(super) vr: Option<[u8; 2]>,
    /// Where the value begins.
    pub(super) at: u64,
    /// `UNDEFINED` for a delimited value.
    pub(super) length: u64,
}

/// A place in the bytes.
pub(super) struct Walk {
    pub(super) bytes: Bytes,
    pub(super) encoding: Encoding,
    pub(super) at: u64,
    /// What has been read: a window on the bytes.
    window: Vec<u8>,
    window_at: u64,
}

impl Walk {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self { bytes, encoding: Encoding::EXPLICIT, at: 0, window: Vec::new(), window_at: 0 }
    }

    /// The bytes from `at`, `N` of them; `None` past the end.
    pub(super) fn peek<const N: usize>(&mut self, at: u64) -> Result<Option<[u8; N]>, ReadError> {
        let count = N as u64;
        let has = at >= self.window_at && at + count <= self.window_at + self.window.len() as u64;
        if !has {
            self.window.clear();
            self.bytes.append_at(at, CHUNK_BYTES, &mut self.window)?;
            self.window_at = at;
        }
        let from = usize::try_from(at - self.window_at).unwrap_or(usize::MAX);
        Ok(self.window.get(from..).and_then(|rest| rest.first_chunk::<N>()).copied())
    }

    /// Copies bytes behind those in `into`.
    pub(super) fn copy(&mut self, at: u64, count: u64, into: &mut Vec<u8>) -> Result<(), ReadError> {
        let within = |from: u64| {
            let from = usize::try_from(from.checked_sub(self.window_at)?).ok()?;
            self.window.get(from..from.checked_add(usize::try_from(count).ok()?)?)
        };
        match within(at) {
            Some(bytes) => into.extend_from_slice(bytes),
            None => self.bytes.append_at(at, count, into)?,
        }
        Ok(())
    }

    pub(super) fn text(&mut self, head: &Head) -> Result<String, ReadError> {
        let mut value = Vec::new();
        self.copy(head.at, head.length.min(TEXT_BYTES_MAX), &mut value)?;
        Ok(String::from_utf8_lossy(&value).trim_matches([' ', '\0']).to_owned())
    }

    /// The header of the element at `at`; `None` at the end of the bytes.
    pub(super) fn head(&mut self, at: u64) -> Result<Option<Head>, ReadError> {
        let Some([g0, g1, e0, e1, b4, b5, b6, b7]) = self.peek::<8>(at)? else { return Ok(None) };
        let encoding = self.encoding;
        let tag = Tag(encoding.u16([g0, g1]), encoding.u16([e0, e1]));
        let four = encoding.u32([b4, b5, b6, b7]);
        if !encoding.is_explicit || tag.group() == 0xFFFE {
            return Ok(Some(Head { tag, vr: None, at: at + 8, length: u64::from(four) }));
        }
        let vr = [b4, b5];
        if !is_vr(vr) {
            // Some writers fall back to implicit VR in the middle; the length tells.
            return Ok(Some(Head { tag, vr: None, at: at + 8, length: u64::from(four) }));
        }
        if has_short_length(vr) {
            return Ok(Some(Head {
                tag,
                vr: Some(vr),
                at: at + 8,
                length: u64::from(encoding.u16([b6, b7])),
            }));
        }
        let Some(length) = self.peek::<4>(at + 8)? else { return Ok(None) };
        Ok(Some(Head { tag, vr: Some(vr), at: at + 12, length: u64::from(encoding.u32(length)) }))
    }

    /// Walks over the element at `at`, and gives where it ends. What the parser is to see of it is put into `out`: lengths
    /// of sequences as delimiters, and nothing that it would read otherwise than this walk does.
    pub(super) fn walk_over(
        &mut self,
        at: u64,
        head: &Head,
        end: u64,
        depth: u32,
        out: &mut Vec<u8>,
    ) -> Result<u64, ReadError> {
        if depth > DEPTH_MAX {
            return Err(ReadError::Damaged { why: "sequences lie too deep in one another".to_owned() });
        }
        let mark = out.len();
        let is_private = head.tag.group() % 2 == 1;
        // An element without the VR that its encoding asks for: the parser would take other bytes for its length.
        let lacks_vr = self.encoding.is_explicit && head.vr.is_none();
        if head.length == UNDEFINED || is_sequence(head) {
            let value_end = match head.length {
                UNDEFINED => end,
                length => head.at.checked_add(length).filter(|to| *to <= end).ok_or_else(|| cut(head.tag))?,
            };
            self.copy(at, head.at - at - 4, out)?;
            out.extend([0xFF; 4]);
            // PS3.5 6.2.2: unknown content of undefined length is implicit VR little endian.
            let encoding = self.encoding;
            if head.vr == Some(*b"UN") {
                self.encoding = Encoding::IMPLICIT;
            }
            let behind = self.walk_over_items(head, value_end, depth, out);
            self.encoding = encoding;
            self.encoding.put_head(SEQUENCE_END, 0, out);
            if !is_sequence(head) || is_private || lacks_vr {
                out.truncate(mark);
            }
            return behind;
        }
        let behind = head.at.checked_add(head.length).filter(|behind| *behind <= end);
        let behind = behind.ok_or_else(|| cut(head.tag))?;
        // A delimiter where none belongs has no VR in any encoding.
        let is_delimiter = head.tag.group() == ITEM.group();
        if is_delimiter || has_broken_value(head) || is_private && head.length > PRIVATE_BYTES_MAX {
            return Ok(behind);
        }
        if lacks_vr {
            // Of unknown VR, which the dictionary then tells.
            self.copy(at, 4, out)?;
            out.extend(b"UN\0\0");
            out.extend(self.encoding.bytes(u32::try_from(head.length).unwrap_or_default()));
            self.copy(head.at, head.length, out)?;
        } else {
            self.copy(at, behind - at, out)?;
        }
        Ok(behind)
    }

    /// Walks over the items of a sequence, to its delimiter or to `end`.
    fn walk_over_items(
        &mut self,
        sequence: &Head,
        end: u64,
        depth: u32,
        out: &mut Vec<u8>,
    ) -> Result<u64, ReadError> {
        // Compressed icons lie in fragments, which hold no elements.
        let has_elements =
            sequence.tag != tags::PIXEL_DATA && !matches!(vr_of(sequence), Some(VR::OB | VR::OW));
        let mut at = sequence.at;
        while at < end {
            let item = self.head(at)?.filter(|item| item.at <= end).ok_or_else(|| cut(sequence.tag))?;
            let item_end = match item.tag {
                SEQUENCE_END => return Ok(item.at),
                ITEM if item.length == UNDEFINED => end,
                ITEM => item.at + item.length,
                other => {
                    let why = format!("{other} is no item in the sequence {}", sequence.tag);
                    return Err(ReadError::Damaged { why });
                }
            };
            if item_end > end {
                return Err(cut(sequence.tag));
            }
            self.encoding.put_head(ITEM, u32::MAX, out);
            at =
                if has_elements { self.walk_over_elements(item.at, item_end, depth, out)? } else { item_end };
            self.encoding.put_head(ITEM_END, 0, out);
        }
        if sequence.length == UNDEFINED { Err(cut(sequence.tag)) } else { Ok(end) }
    }

    /// Walks over the elements of an item, to its delimiter or to `end`.
    fn walk_over_elements(
        &mut self,
        mut at: u64,
        end: u64,
        depth: u32,
        out: &mut Vec<u8>,
    ) -> Result<u64, ReadError> {
        while at < end {
            let Some(head) = self.head(at)?.filter(|head| head.at <= end) else { break };
            if head.tag == ITEM_END {
                return Ok(head.at);
            }
            at = self.walk_over(at, &head, end, depth + 1, out)?;
        }
        Ok(end)
    }
}

pub(super) fn cut(tag: Tag) -> ReadError {
    ReadError::Damaged { why: format!("the data end within {tag}") }
}

pub(super) fn is_vr(letters: [u8; 2]) -> bool {
    VR::from_binary(letters).is_some()
}

/// Whether the length takes two bytes. PS3.5 7.1.2.
fn has_short_length(vr: [u8; 2]) -> bool {
    !matches!(
        &vr,
        b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR" | b"UT" | b"UV"
    )
}

/// The VR that the parser will read an element by.
fn vr_of(head: &Head) -> Option<VR> {
    match head.vr {
        Some(letters) => VR::from_binary(letters),
        None => StandardDataDictionary.by_tag(head.tag).map(|entry| entry.vr().relaxed()),
    }
}

fn is_sequence(head: &Head) -> bool {
    vr_of(head) == Some(VR::SQ)
}

/// Whether the value ends within a number: the parser would take the rest for the next element.
fn has_broken_value(head: &Head) -> bool {
    let number_bytes = match vr_of(head) {
        Some(VR::US | VR::SS | VR::OW) => 2,
        Some(VR::AT | VR::FL | VR::OF | VR::OL | VR::SL | VR::UL) => 4,
        Some(VR::FD | VR::OD | VR::OV | VR::SV | VR::UV) => 8,
        _ => 1,
    };
    head.length != UNDEFINED && !head.length.is_multiple_of(number_bytes)
}
