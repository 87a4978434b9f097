//! Where the parts of an object lie in its bytes: found by walking over the elements, without trusting one length.
//!
//! The parser behind sees only what has been walked over, so no claim in a file makes it allocate. PS3.5 7, PS3.10 7.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags, uids};

use super::elements::Elements;
use super::error::ReadError;
use super::source::{Bytes, Source, inflate};

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

const UNDEFINED: u64 = 0xFFFF_FFFF;
const ITEM: Tag = Tag(0xFFFE, 0xE000);
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

    fn of(transfer_syntax: &str) -> Self {
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

    fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn bytes(self, mut value: [u8; 4]) -> [u8; 4] {
        if self.is_big_endian {
            value.reverse();
        }
        value
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}

/// The parts of one object.
#[derive(Debug)]
pub(super) struct Layout {
    /// Media Storage SOP Class UID, or empty.
    pub(super) sop_class: String,
    /// Media Storage SOP Instance UID, or empty.
    pub(super) instance: String,
    /// Transfer Syntax UID; found by looking where the file does not say.
    pub(super) transfer_syntax: String,
    /// How the data set is written.
    pub(super) encoding: Encoding,
    /// Values of Specific Character Set.
    pub(super) character_sets: String,
    /// The elements before the pixels, without those that nobody needs.
    pub(super) elements: Elements,
    /// Pixel Data, Float Pixel Data or Double Float Pixel Data.
    pub(super) pixels: Option<PixelElement>,
    /// The data set's bytes: the file, or what it unpacks to.
    pub(super) bytes: Bytes,
}

/// The element that holds the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PixelElement {
    /// Which of the three.
    pub(super) tag: Tag,
    /// Whether big endian bytes come in swapped pairs (OW).
    pub(super) is_words: bool,
    /// Where its value begins.
    pub(super) at: u64,
    /// How long it says it is; `None` for fragments.
    pub(super) length: Option<u64>,
}

impl Layout {
    /// Walks over the object.
    pub(super) fn find(source: &Source) -> Result<Self, ReadError> {
        let bytes = source.open()?;
        if bytes.length() == 0 {
            return Err(ReadError::Empty);
        }
        let mut walk = Walk::new(bytes);
        let meta = walk.meta()?;
        let mut transfer_syntax = meta.transfer_syntax;
        if transfer_syntax == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN {
            walk = Walk::new(Bytes::memory(walk.inflate()?));
        }
        // A file that states a wrong syntax, or none, shows the right one in its first element.
        let stated = Encoding::of(&transfer_syntax);
        let seen = walk.seen_encoding(stated, meta.is_there)?;
        let is_deflated = transfer_syntax == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
        if !is_deflated && (transfer_syntax.is_empty() || seen != stated) {
            seen.transfer_syntax().clone_into(&mut transfer_syntax);
        }
        walk.encoding = seen;
        let (character_sets, elements, pixels) = walk.data_set()?;
        Ok(Self {
            sop_class: meta.sop_class,
            instance: meta.instance,
            transfer_syntax,
            encoding: seen,
            character_sets,
            elements,
            pixels,
            bytes: walk.bytes,
        })
    }
}

/// The bytes in which a data set's places lie: the file's, or what a deflated one unpacks to.
pub(super) fn data_set_bytes(source: &Source, transfer_syntax: &str) -> Result<Bytes, ReadError> {
    if transfer_syntax != uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN {
        return source.open_whole();
    }
    source.kept(|| {
        let mut walk = Walk::new(Bytes::memory(source.whole()?));
        walk.meta()?;
        walk.inflate()
    })
}

/// What the file's own header says. PS3.10 7.1.
#[derive(Default)]
struct Meta {
    is_there: bool,
    sop_class: String,
    instance: String,
    transfer_syntax: String,
}

/// An element's header.
#[derive(Debug, Clone, Copy)]
struct Head {
    tag: Tag,
    /// Two letters, where they are written.
    vr: Option<[u8; 2]>,
    /// Where the value begins.
    at: u64,
    /// `UNDEFINED` for a delimited value.
    length: u64,
}

/// A place in the bytes.
struct Walk {
    bytes: Bytes,
    encoding: Encoding,
    at: u64,
    /// What has been read: a window on the bytes.
    window: Vec<u8>,
    window_at: u64,
    /// Whether the parser would read something else in the present element than this walk does.
    is_odd: bool,
}

impl Walk {
    fn new(bytes: Bytes) -> Self {
        Self { bytes, encoding: Encoding::EXPLICIT, at: 0, window: Vec::new(), window_at: 0, is_odd: false }
    }

    /// The bytes from `at`, `N` of them; `None` past the end.
    fn peek<const N: usize>(&mut self, at: u64) -> Result<Option<[u8; N]>, ReadError> {
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
    fn copy(&mut self, at: u64, count: u64, into: &mut Vec<u8>) -> Result<(), ReadError> {
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

    fn text(&mut self, head: &Head) -> Result<String, ReadError> {
        let mut value = Vec::new();
        self.copy(head.at, head.length.min(TEXT_BYTES_MAX), &mut value)?;
        Ok(String::from_utf8_lossy(&value).trim_matches([' ', '\0']).to_owned())
    }

    /// The header of the element at `at`; `None` at the end of the bytes.
    fn head(&mut self, at: u64) -> Result<Option<Head>, ReadError> {
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

    /// Reads the file meta information, if there is any, and stops behind it.
    fn meta(&mut self) -> Result<Meta, ReadError> {
        let mut meta = Meta::default();
        // The letters may stand there by chance, in a data set without this header.
        let has_mark = self.peek::<134>(0)?.is_some_and(|start| start.ends_with(b"DICM\x02\0"));
        self.at = if has_mark { 132 } else { 0 };
        while let Some(head) = self.head(self.at)?.filter(|head| head.tag.group() == 2) {
            let end = head.at + head.length;
            if end > self.bytes.length() {
                return Err(cut(head.tag));
            }
            meta.is_there = true;
            match head.tag {
                tags::MEDIA_STORAGE_SOP_CLASS_UID => meta.sop_class = self.text(&head)?,
                tags::MEDIA_STORAGE_SOP_INSTANCE_UID => meta.instance = self.text(&head)?,
                tags::TRANSFER_SYNTAX_UID => meta.transfer_syntax = self.text(&head)?,
                _ => {}
            }
            self.at = end;
        }
        Ok(meta)
    }

    /// How the first element of the data set is written; an error when no element stands there.
    fn seen_encoding(&mut self, stated: Encoding, has_meta: bool) -> Result<Encoding, ReadError> {
        let Some([g0, g1, e0, e1, b4, b5, b6, b7]) = self.peek::<8>(self.at)? else {
            return if has_meta { Ok(stated) } else { Err(ReadError::NotDicom) };
        };
        let candidates = [
            stated,
            Encoding::EXPLICIT,
            Encoding::IMPLICIT,
            Encoding { is_explicit: true, is_big_endian: true },
        ];
        let fits = |encoding: &Encoding, must_be_early: bool| {
            let is_early = (4..=0x20).contains(&encoding.u16([g0, g1])) && encoding.u16([e0, e1]) <= 0x2000;
            let is_explicit = is_vr([b4, b5]);
            let length = u64::from(encoding.u32([b4, b5, b6, b7]));
            let fits_length = length <= self.bytes.length() || length == UNDEFINED;
            (is_early || !must_be_early)
                && if encoding.is_explicit { is_explicit } else { !is_explicit && fits_length }
        };
        // Without the file's own header, only a data set that begins as they do can be told from other files.
        let early = candidates.into_iter().find(|encoding| fits(encoding, true));
        let found =
            early.or_else(|| candidates.into_iter().find(|encoding| has_meta && fits(encoding, false)));
        found.ok_or_else(|| if has_meta { cut(Tag(2, 0x10)) } else { ReadError::NotDicom })
    }

    /// The data set of a deflated object, unpacked. PS3.5 A.5.
    fn inflate(&mut self) -> Result<Vec<u8>, ReadError> {
        let packed = self.bytes.read_at(self.at, u64::MAX)?;
        inflate(packed.as_slice(), packed.len() as u64)
    }

    /// The elements of the data set that stand before the pixels, and the pixels.
    fn data_set(&mut self) -> Result<(String, Elements, Option<PixelElement>), ReadError> {
        let mut elements = Elements::default();
        let mut character_sets = String::new();
        let end = self.bytes.length();
        while let Some(head) = self.head(self.at)? {
            if let tags::PIXEL_DATA | tags::FLOAT_PIXEL_DATA | tags::DOUBLE_FLOAT_PIXEL_DATA = head.tag {
                let length = (head.length != UNDEFINED).then_some(head.length);
                let is_words = head.vr != Some(*b"OB");
                let pixels = PixelElement { tag: head.tag, is_words, at: head.at, length };
                return Ok((character_sets, elements, Some(pixels)));
            }
            self.is_odd = has_broken_value(&head);
            let behind = self.skip(&head, end, 0)?;
            let is_private = head.tag.group() % 2 == 1;
            if head.tag == tags::SPECIFIC_CHARACTER_SET {
                character_sets = self.text(&head)?;
            } else if !self.is_odd && (!is_private || behind - self.at <= PRIVATE_BYTES_MAX) {
                let lacks_vr = self.lacks_vr(&head);
                // Written as of unknown VR, which the dictionary then tells.
                if lacks_vr {
                    let [g0, g1, e0, e1] = self.peek(self.at)?.unwrap_or_default();
                    elements.bytes.extend([g0, g1, e0, e1, b'U', b'N', 0, 0]);
                    let length = u32::try_from(behind - head.at).unwrap_or_default();
                    elements.bytes.extend(self.encoding.bytes(length.to_le_bytes()));
                }
                let from = if lacks_vr { head.at } else { self.at };
                self.copy(from, behind - from, &mut elements.bytes)?;
                elements.ends.push(elements.bytes.len());
            }
            self.at = behind;
        }
        Ok((character_sets, elements, None))
    }

    /// Whether an element lacks the VR that its encoding asks for. The parser would take other bytes for its length.
    fn lacks_vr(&self, head: &Head) -> bool {
        self.encoding.is_explicit && head.vr.is_none() && head.tag.group() != ITEM.group()
    }

    /// Where the element ends. Looks into sequences, so that no length within them is believed either.
    fn skip(&mut self, head: &Head, end: u64, depth: u32) -> Result<u64, ReadError> {
        if depth > DEPTH_MAX {
            return Err(ReadError::Damaged { why: "sequences lie too deep in one another".to_owned() });
        }
        if head.length == UNDEFINED {
            // PS3.5 6.2.2: unknown content of undefined length is implicit VR little endian.
            let encoding = self.encoding;
            if head.vr == Some(*b"UN") {
                self.encoding = Encoding::IMPLICIT;
            }
            let behind = self.skip_items(head, end, depth);
            self.encoding = encoding;
            return behind;
        }
        let behind = head.at.checked_add(head.length).filter(|behind| *behind <= end);
        let behind = behind.ok_or_else(|| cut(head.tag))?;
        if is_sequence(head) && head.length > 0 {
            self.skip_items(head, behind, depth)?;
        }
        Ok(behind)
    }

    /// Walks over the items of a sequence, to its delimiter or to `end`.
    fn skip_items(&mut self, sequence: &Head, end: u64, depth: u32) -> Result<u64, ReadError> {
        let mut at = sequence.at;
        while at < end {
            let item = self.head(at)?.filter(|item| item.at <= end).ok_or_else(|| cut(sequence.tag))?;
            match item.tag {
                SEQUENCE_END => return Ok(item.at),
                ITEM if item.length == UNDEFINED => at = self.skip_elements(item.at, end, depth)?,
                ITEM => {
                    at = item.at + item.length;
                    if at > end {
                        return Err(cut(sequence.tag));
                    }
                    // Compressed icons lie in fragments, which hold no elements.
                    let is_pixels = sequence.tag == tags::PIXEL_DATA
                        || sequence.vr.is_some_and(|vr| matches!(&vr, b"OB" | b"OW"));
                    if !is_pixels {
                        self.skip_elements(item.at, at, depth)?;
                    }
                }
                _ => {
                    let why = format!("{} is no item in the sequence {}", item.tag, sequence.tag);
                    return Err(ReadError::Damaged { why });
                }
            }
        }
        if sequence.length == UNDEFINED { Err(cut(sequence.tag)) } else { Ok(end) }
    }

    /// Walks over the elements of an item, to its delimiter or to `end`.
    fn skip_elements(&mut self, mut at: u64, end: u64, depth: u32) -> Result<u64, ReadError> {
        while at < end {
            let Some(head) = self.head(at)?.filter(|head| head.at <= end) else { break };
            if head.tag == ITEM_END {
                return Ok(head.at);
            }
            self.is_odd |= self.lacks_vr(&head) || has_broken_value(&head);
            at = self.skip(&head, end, depth + 1)?;
        }
        Ok(end)
    }
}

fn cut(tag: Tag) -> ReadError {
    ReadError::Damaged { why: format!("the data end within {tag}") }
}

fn is_vr(letters: [u8; 2]) -> bool {
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
    head.length != UNDEFINED && head.length % number_bytes != 0
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// An element of explicit VR little endian.
    fn element(tag: Tag, vr: &str, value: &[u8]) -> Vec<u8> {
        let mut bytes = [tag.group().to_le_bytes(), tag.element().to_le_bytes()].concat();
        bytes.extend(vr.as_bytes());
        let length = u32::try_from(value.len()).expect("a short value").to_le_bytes();
        match vr {
            "SQ" | "OW" | "UN" => bytes.extend([&[0, 0], length.as_slice()].concat()),
            _ => bytes.extend(length.iter().take(2)),
        }
        bytes.extend(value);
        bytes
    }

    fn part_10(transfer_syntax: &str, data_set: &[u8]) -> Vec<u8> {
        let mut padded = transfer_syntax.to_owned();
        padded.extend((transfer_syntax.len() % 2 == 1).then_some('\0'));
        let meta = element(tags::TRANSFER_SYNTAX_UID, "UI", padded.as_bytes());
        [&[0; 128], b"DICM".as_slice(), &meta, data_set].concat()
    }

    fn find(bytes: &[u8]) -> Result<Layout, ReadError> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(bytes).expect("writable");
        Layout::find(&Source::file(file.path()))
    }

    fn data_set() -> Vec<u8> {
        let icon_item = [ITEM.group().to_le_bytes(), ITEM.element().to_le_bytes()].concat();
        let icon = [icon_item, vec![10, 0, 0, 0], element(tags::ROWS, "US", &[1, 0])].concat();
        [
            element(tags::MODALITY, "CS", b"CT"),
            element(Tag(0x0009, 0x0010), "LO", b"MAKER "),
            element(tags::ICON_IMAGE_SEQUENCE, "SQ", &icon),
            element(tags::PIXEL_DATA, "OW", &[1, 2, 3, 4]),
        ]
        .concat()
    }

    #[test]
    fn the_pixels_are_found_and_what_stands_before_them_is_parsed() {
        let bytes = part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &data_set());
        let layout = find(&bytes).expect("a whole file");
        let pixels = layout.pixels.expect("pixels");
        assert_eq!((pixels.at, pixels.length), (bytes.len() as u64 - 4, Some(4)));
        let object = layout.elements.parse(layout.encoding).expect("elements");
        let text = object.get(tags::MODALITY).and_then(|element| element.to_str().ok());
        assert_eq!(text.as_deref(), Some("CT"));
        assert!(object.get(tags::ICON_IMAGE_SEQUENCE).is_some());
    }

    #[test]
    fn every_cut_file_is_refused_or_has_no_pixels() {
        let bytes = part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &data_set());
        for cut in 0..bytes.len() - 4 {
            let found = find(bytes.get(..cut).expect("a prefix"));
            assert!(found.is_err() || found.is_ok_and(|layout| layout.pixels.is_none()), "{cut}");
        }
    }

    /// A length of 3 GB, at the top or within a sequence, defined or not: refused before anything is allocated.
    #[test]
    fn no_length_is_believed() {
        let mut huge = element(tags::PATIENT_COMMENTS, "UN", &[]);
        huge.truncate(huge.len() - 4);
        huge.extend(3_000_000_000_u32.to_le_bytes());
        let item = |length: u32, value: &[u8]| {
            let tag = [ITEM.group().to_le_bytes(), ITEM.element().to_le_bytes()].concat();
            [tag, length.to_le_bytes().to_vec(), value.to_vec()].concat()
        };
        let whole = item(u32::try_from(huge.len()).expect("short"), &huge);
        let beyond = item(3_000_000_000, &[]);
        let undefined = item(u32::MAX, &huge);
        for value in [whole, beyond, undefined] {
            let sequence = element(tags::REFERENCED_IMAGE_SEQUENCE, "SQ", &value);
            let data_set = [sequence, data_set()].concat();
            let refused = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &data_set)).err();
            assert!(matches!(refused, Some(ReadError::Damaged { .. })), "{refused:?}");
        }
        let refused = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &[huge, data_set()].concat())).err();
        assert_eq!(refused, Some(cut(tags::PATIENT_COMMENTS)));
    }

    #[test]
    fn sequences_too_deep_are_refused() {
        let mut bytes = Vec::new();
        for _ in 0..100 {
            bytes.extend([8, 0, 0x40, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
            bytes.extend([0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
        }
        let refused = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &bytes)).err();
        assert!(matches!(refused, Some(ReadError::Damaged { why }) if why.contains("deep")));
    }

    #[test]
    fn a_wrong_or_missing_syntax_is_found_by_looking() {
        // Explicit, though the file says implicit.
        let layout = find(&part_10(uids::IMPLICIT_VR_LITTLE_ENDIAN, &data_set())).expect("a whole file");
        assert_eq!(layout.transfer_syntax, uids::EXPLICIT_VR_LITTLE_ENDIAN);
        // No header at all, and the letters of the mark by chance at its place.
        let text = [b" ".repeat(112).as_slice(), b"DICM"].concat();
        let bare = [element(tags::MODALITY, "CS", b"CT"), element(Tag(8, 0x1030), "LO", &text), data_set()];
        let layout = find(&bare.concat()).expect("a raw data set");
        assert_eq!(layout.transfer_syntax, uids::EXPLICIT_VR_LITTLE_ENDIAN);
        assert!(layout.pixels.is_some());
        for other in [b"plain text, nothing more".as_slice(), b"PK\x03\x04 an archive", b"\x89PNG\r\n"] {
            assert_eq!(find(other).err(), Some(ReadError::NotDicom));
        }
    }

    /// Letters that are no VR: the parser would take other bytes for the length, and ask for gigabytes.
    #[test]
    fn an_element_without_its_vr_is_read_by_the_dictionary_and_spoils_the_item_that_it_stands_in() {
        let odd = b"\x08\0\x60\0\x02\0\0\0CT".as_slice();
        let item = [b"\xFE\xFF\0\xE0\x0A\0\0\0".as_slice(), odd].concat();
        let sequence = element(tags::REFERENCED_IMAGE_SEQUENCE, "SQ", &item);
        let pixels = element(tags::PIXEL_DATA, "OW", &[1, 2]);
        let first = element(Tag(8, 5), "CS", b"ISO_IR 100");
        let bytes = [first, sequence, odd.to_vec(), pixels].concat();
        let layout = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &bytes)).expect("a whole file");
        let object = layout.elements.parse(layout.encoding).expect("elements");
        assert!(object.get(tags::REFERENCED_IMAGE_SEQUENCE).is_none());
        let modality = object.get(tags::MODALITY).expect("modality");
        assert_eq!(modality.to_bytes().expect("bytes").as_ref(), b"CT");
    }

    /// Half a number at the end of a value: the parser would take the rest for the next element.
    #[test]
    fn a_value_that_ends_within_a_number_is_left_out() {
        let broken = element(Tag(0x0028, 0x0106), "SS", &[1, 2, 3]);
        let data_set = [element(tags::MODALITY, "CS", b"CT"), broken, data_set()].concat();
        let layout = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &data_set)).expect("a whole file");
        let object = layout.elements.parse(layout.encoding).expect("elements");
        assert!(object.get(Tag(0x0028, 0x0106)).is_none());
        assert!(object.get(tags::ICON_IMAGE_SEQUENCE).is_some());
    }
}
