//! Where the parts of an object lie in its bytes: found by walking over the elements, without trusting one length.
//!
//! The parser behind sees only what has been walked over, so no claim in a file makes it allocate. PS3.5 7, PS3.10 7.

use std::io::Read;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};

use super::attribute::DataSet;
use super::elements::Elements;
use super::error::ReadError;
use super::fragments;
use super::source::{Bytes, Source, inflate};
use super::walk::{Encoding, UNDEFINED, Walk, cut, is_vr};

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
    /// Where these elements end.
    end: u64,
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
            end: walk.at,
            bytes: walk.bytes,
        })
    }

    /// Walks on over the pixels and what stands behind them: an error where an element is longer than what is left, or its header is
    /// cut.
    pub(super) fn walk_to_the_end(self) -> Result<(), ReadError> {
        let mut bytes = self.bytes;
        let end = bytes.length();
        let at = match self.pixels {
            None => self.end,
            Some(PixelElement { at, length: None, .. }) => fragments::end(&mut bytes, at)?,
            Some(PixelElement { at, length: Some(length), tag, .. }) => {
                at.checked_add(length).filter(|at| *at <= end).ok_or_else(|| cut(tag))?
            }
        };
        let mut walk = Walk::new(bytes);
        (walk.encoding, walk.at) = (self.encoding, at);
        while let Some(head) = walk.head(walk.at)? {
            walk.at = walk.walk_over(walk.at, &head, end, 0, &mut Vec::new())?;
        }
        // Some writers fill a file up with zeros.
        let mut rest = Vec::new();
        walk.copy(walk.at, end.saturating_sub(walk.at), &mut rest)?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(ReadError::Damaged {
                why: "the data end within the header of an element".to_owned(),
            });
        }
        Ok(())
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

/// The elements of a data set that is no file's, with the values of its Specific Character Set.
pub(super) fn data_set_elements(bytes: Vec<u8>, encoding: Encoding) -> Result<(String, Elements), ReadError> {
    let mut walk = Walk::new(Bytes::memory(bytes));
    walk.encoding = encoding;
    let (character_sets, elements, _pixels) = walk.data_set()?;
    Ok((character_sets, elements))
}

/// An object as it lies in a file, to be sent on byte for byte.
pub struct Stored {
    /// SOP Class UID.
    pub sop_class: String,
    /// SOP Instance UID.
    pub instance: String,
    /// Transfer Syntax UID of its data set.
    pub transfer_syntax: String,
    /// The data set.
    pub data_set: Box<dyn Read + Send>,
    /// How many bytes that is.
    pub bytes: u64,
}

impl Stored {
    /// Finds the data set of a file. One without file meta information is taken as its first element shows it.
    pub fn open(source: &Source) -> Result<Self, ReadError> {
        let bytes = source.open()?;
        if bytes.length() == 0 {
            return Err(ReadError::Empty);
        }
        let mut walk = Walk::new(bytes);
        let mut meta = walk.meta()?;
        let (from, length) = (walk.at, walk.bytes.length());
        if meta.transfer_syntax.is_empty() {
            let seen = walk.seen_encoding(Encoding::EXPLICIT, meta.is_there)?;
            seen.transfer_syntax().clone_into(&mut meta.transfer_syntax);
        }
        if meta.sop_class.is_empty() || meta.instance.is_empty() {
            let data_set = DataSet::read(source)?;
            (meta.sop_class, meta.instance) = (data_set.sop_class, data_set.instance);
        }
        let missing = |name| Err(ReadError::Missing { name });
        if meta.sop_class.is_empty() {
            return missing("SOP Class UID (0008,0016)");
        }
        if meta.instance.is_empty() {
            return missing("SOP Instance UID (0008,0018)");
        }
        Ok(Self {
            sop_class: meta.sop_class,
            instance: meta.instance,
            transfer_syntax: meta.transfer_syntax,
            data_set: walk.bytes.into_reader(from)?,
            bytes: length - from,
        })
    }
}

/// What the file's own header says. PS3.10 7.1.
#[derive(Default)]
struct Meta {
    is_there: bool,
    sop_class: String,
    instance: String,
    transfer_syntax: String,
}

impl Walk {
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
            if head.tag == tags::SPECIFIC_CHARACTER_SET {
                character_sets = self.text(&head)?;
            }
            self.at = self.walk_over(self.at, &head, end, 0, &mut elements.bytes)?;
            if head.tag == tags::SPECIFIC_CHARACTER_SET {
                elements.bytes.truncate(elements.ends.last().copied().unwrap_or(0));
            } else {
                elements.ends.push(elements.bytes.len());
            }
        }
        Ok((character_sets, elements, None))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::walk::ITEM;
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
        let object = layout.elements.parse(layout.encoding);
        let text = object.get(tags::MODALITY).and_then(|element| element.to_str().ok());
        assert_eq!(text.as_deref(), Some("CT"));
        assert!(object.get(tags::ICON_IMAGE_SEQUENCE).is_some());
    }

    #[test]
    fn a_file_is_whole_when_no_element_is_longer_than_it() {
        let behind = element(Tag(0xFFFC, 0xFFFC), "OW", &[0; 4]);
        let fragment =
            [b"\xFE\xFF\0\xE0\0\0\0\0\xFE\xFF\0\xE0\x04\0\0\0".as_slice(), &[0xFF, 0xD8, 0xFF, 0]].concat();
        let undefined = b"\xE0\x7F\x10\0OB\0\0\xFF\xFF\xFF\xFF";
        let delimiter = b"\xFE\xFF\xDD\xE0\0\0\0\0".as_slice();
        let compressed = [undefined.as_slice(), &fragment, delimiter].concat();
        for (pixels, shortest) in [(data_set(), 4), (compressed, 12)] {
            let bytes = part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &[pixels.clone(), behind.clone()].concat());
            let is_whole = |to: usize| find(&bytes[..to]).and_then(Layout::walk_to_the_end).is_ok();
            let (all, without) = (bytes.len(), bytes.len() - behind.len());
            assert!(is_whole(all) && is_whole(without));
            assert!(!is_whole(all - 1), "what stands behind the pixels counts");
            assert!(!is_whole(without + 5), "and where its header is cut");
            assert!(!is_whole(without - shortest + 2), "so do the pixels");
        }
        // Some writers forget the delimiter.
        let forgotten = part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &[undefined.as_slice(), &fragment].concat());
        find(&forgotten).and_then(Layout::walk_to_the_end).expect("whole");
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
    fn an_element_without_its_vr_is_read_by_the_dictionary() {
        let odd = b"\x08\0\x60\0\x02\0\0\0CT".as_slice();
        let item = [b"\xFE\xFF\0\xE0\x0A\0\0\0".as_slice(), odd].concat();
        let sequence = element(tags::REFERENCED_IMAGE_SEQUENCE, "SQ", &item);
        let pixels = element(tags::PIXEL_DATA, "OW", &[1, 2]);
        let first = element(Tag(8, 5), "CS", b"ISO_IR 100");
        let bytes = [first, sequence, odd.to_vec(), pixels].concat();
        let layout = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &bytes)).expect("a whole file");
        let object = layout.elements.parse(layout.encoding);
        let items = object.get(tags::REFERENCED_IMAGE_SEQUENCE).and_then(|element| element.items());
        for object in [&object, items.and_then(<[_]>::first).expect("an item")] {
            let modality = object.get(tags::MODALITY).expect("modality");
            assert_eq!(modality.to_bytes().expect("bytes").as_ref(), b"CT");
        }
    }

    /// Half a number at the end of a value: the parser would take the rest for the next element.
    #[test]
    fn a_value_that_ends_within_a_number_is_left_out() {
        let broken = element(Tag(0x0028, 0x0106), "SS", &[1, 2, 3]);
        let data_set = [element(tags::MODALITY, "CS", b"CT"), broken, data_set()].concat();
        let layout = find(&part_10(uids::EXPLICIT_VR_LITTLE_ENDIAN, &data_set)).expect("a whole file");
        let object = layout.elements.parse(layout.encoding);
        assert!(object.get(Tag(0x0028, 0x0106)).is_none());
        assert!(object.get(tags::ICON_IMAGE_SEQUENCE).is_some());
    }
}
