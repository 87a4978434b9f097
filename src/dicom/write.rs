//! Writing an object as a DICOM Part 10 file, explicit VR little endian. PS3.10 7.

use std::path::Path;

use dicom_core::dictionary::DataDictionary;
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags, uids};
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::attribute::Attributes;
use super::walk::Encoding;

/// Who made what we write and who we are in associations: a UID of ours, made from a UUID. PS3.7 D.3.3.2, PS3.10 7.1.
pub const IMPLEMENTATION_CLASS_UID: &str = "2.25.190425213064741592327016473027481226413";
/// The name beside it, of 16 characters at most.
pub const IMPLEMENTATION_VERSION: &str =
    concat!("HOTLIGHT_", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

/// An object in the making: attributes are put, then the file is written whole.
pub struct Writer {
    object: InMemDicomObject,
    sop_class: String,
    instance: String,
}

/// The object could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the DICOM file: {why}")]
pub struct WriteError {
    why: String,
}

impl Writer {
    /// An object of the SOP class `sop_class` with the SOP Instance UID `instance`.
    pub fn new(sop_class: &str, instance: &str) -> Self {
        let writer = Self {
            object: InMemDicomObject::new_empty(),
            sop_class: sop_class.to_owned(),
            instance: instance.to_owned(),
        };
        writer.text(tags::SOP_CLASS_UID, sop_class).text(tags::SOP_INSTANCE_UID, instance)
    }

    /// Puts a text, or an empty value; several values are separated by a backslash.
    #[must_use]
    pub fn text(self, tag: Tag, text: &str) -> Self {
        if text.is_empty() {
            return self.put(tag, PrimitiveValue::Empty);
        }
        let values = text.split('\\').map(str::to_owned).collect();
        self.put(tag, PrimitiveValue::Strs(values))
    }

    /// Puts an attribute of another data set: a text in UTF-8, whatever it was in, also in items of sequences, where private
    /// attributes and the lengths of groups, which change with the texts, are left out; all else as it is; empty where it lacks it.
    #[must_use]
    pub fn copied(mut self, tag: Tag, from: Attributes<'_>) -> Self {
        match from.element(tag) {
            Some(element) if element.vr() == VR::SQ => {
                let is_known = |tag: &Tag| {
                    let is_length = tag.element() == 0;
                    tag.group().is_multiple_of(2) && !is_length && *tag != tags::SPECIFIC_CHARACTER_SET
                };
                let items = from.items(tag).map(|item| {
                    item.tags().filter(is_known).fold(Self::item(), |copy, tag| copy.copied(tag, item))
                });
                self.sequence(tag, items)
            }
            Some(element) if !is_text(element.vr()) => {
                let _replaced = self.object.put(element);
                self
            }
            _ => self.text(tag, &from.texts(tag).join("\\")),
        }
    }

    /// Puts decimal strings (DS) of at most 16 characters each.
    #[must_use]
    pub fn decimals(self, tag: Tag, values: &[f64]) -> Self {
        let texts = values.iter().map(|&value| decimal_string(value)).collect();
        self.put(tag, PrimitiveValue::Strs(texts))
    }

    /// Puts an unsigned short (US).
    #[must_use]
    pub fn number(self, tag: Tag, value: u16) -> Self {
        self.put(tag, PrimitiveValue::from(value))
    }

    /// Puts words of 16 bits: Lookup Table Data (OW), or several unsigned shorts (US).
    #[must_use]
    pub fn words(self, tag: Tag, words: &[u16]) -> Self {
        self.put(tag, PrimitiveValue::U16(words.into()))
    }

    /// Puts numbers of double precision (FD).
    #[must_use]
    pub fn doubles(self, tag: Tag, values: &[f64]) -> Self {
        self.put(tag, PrimitiveValue::F64(values.into()))
    }

    /// Puts numbers of single precision (FL).
    #[must_use]
    pub fn floats(self, tag: Tag, values: &[f64]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what the attribute has")]
        let values = values.iter().map(|&value| value as f32).collect();
        self.put(tag, PrimitiveValue::F32(values))
    }

    /// Puts whole numbers with a sign: signed longs (SL), or integer strings (IS).
    #[must_use]
    pub fn integers(self, tag: Tag, values: &[i32]) -> Self {
        self.put(tag, PrimitiveValue::I32(values.into()))
    }

    /// Puts numbers of 16 bits with a sign (SS).
    #[must_use]
    pub fn shorts(mut self, tag: Tag, values: &[i16]) -> Self {
        let value = PrimitiveValue::I16(values.into());
        let _replaced = self.object.put(DataElement::new(tag, VR::SS, value));
        self
    }

    /// Puts unsigned longs (UL).
    #[must_use]
    pub fn longs(self, tag: Tag, values: &[u32]) -> Self {
        self.put(tag, PrimitiveValue::U32(values.into()))
    }

    /// Puts bytes (OB, or OW as they lie), with one of 0 behind them where their number is odd.
    #[must_use]
    pub fn bytes(self, tag: Tag, bytes: &[u8]) -> Self {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        self.put(tag, PrimitiveValue::U8(bytes.into()))
    }

    /// Puts the tag of another attribute (AT).
    #[must_use]
    pub fn named_tag(self, tag: Tag, named: Tag) -> Self {
        self.put(tag, PrimitiveValue::from(named))
    }

    /// Puts a private block: its creator, and its elements as bytes (OB), each with one of 0 behind it where their number is odd.
    /// One of more than 4096 bytes is not read again. PS3.5 7.8.
    #[must_use]
    pub fn private_block(mut self, group: u16, creator: &str, elements: &[(u8, &[u8])]) -> Self {
        let name = DataElement::new(Tag(group, 0x0010), VR::LO, PrimitiveValue::from(creator));
        let _replaced = self.object.put(name);
        for &(element, bytes) in elements {
            let mut bytes = bytes.to_vec();
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            let (tag, value) = (Tag(group, 0x1000 + u16::from(element)), PrimitiveValue::U8(bytes.into()));
            let _replaced = self.object.put(DataElement::new(tag, VR::OB, value));
        }
        self
    }

    /// Puts Overlay Activation Layer (60xx,1001) for a group of overlay planes. PS3.3 C.11.7.
    #[must_use]
    pub fn overlay_activation(self, group: u16, layer: &str) -> Self {
        self.text(Tag(group, 0x1001), layer)
    }

    /// An item of a sequence: an object that is no instance of its own.
    pub fn item() -> Self {
        Self { object: InMemDicomObject::new_empty(), sop_class: String::new(), instance: String::new() }
    }

    /// Puts a sequence of items.
    #[must_use]
    pub fn sequence(mut self, tag: Tag, items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<_> = items.into_iter().map(|item| item.object).collect();
        let _replaced = self.object.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    /// Puts a sequence, unless there is nothing to put in it.
    #[must_use]
    pub fn sequence_unless_empty(self, tag: Tag, items: Vec<Self>) -> Self {
        if items.is_empty() { self } else { self.sequence(tag, items) }
    }

    /// Puts the Image Pixel module of a gray image of 16 bits, without its pixels. PS3.3 C.7.6.3.
    #[must_use]
    pub fn gray_16(self, rows: u16, columns: u16, is_signed: bool) -> Self {
        self.text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
            .number(tags::SAMPLES_PER_PIXEL, 1)
            .number(tags::ROWS, rows)
            .number(tags::COLUMNS, columns)
            .number(tags::BITS_ALLOCATED, 16)
            .number(tags::BITS_STORED, 16)
            .number(tags::HIGH_BIT, 15)
            .number(tags::PIXEL_REPRESENTATION, is_signed.into())
    }

    /// Puts Pixel Data of 16-bit words.
    #[must_use]
    pub fn pixels(mut self, words: &[i16]) -> Self {
        let words = words.iter().map(|word| word.cast_unsigned()).collect();
        let value = PrimitiveValue::U16(words);
        let _replaced = self.object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, value));
        self
    }

    /// Writes the file.
    pub fn write_to(self, path: &Path) -> Result<(), WriteError> {
        let error = |e: &dyn std::error::Error| WriteError { why: e.to_string() };
        let meta = our_meta()
            .transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN)
            .media_storage_sop_class_uid(self.sop_class)
            .media_storage_sop_instance_uid(self.instance);
        let object = self.object.with_meta(meta).map_err(|e| error(&e))?;
        // Through memory: the encoder writes in small pieces.
        let mut bytes = Vec::new();
        object.write_all(&mut bytes).map_err(|e| error(&e))?;
        std::fs::write(path, bytes).map_err(|e| error(&e))
    }

    /// The data set alone, as it is in a message: explicit VR little endian, or implicit where the transfer syntax is that.
    pub fn data_set(self, transfer_syntax: &str) -> Vec<u8> {
        let syntax = Encoding::of(transfer_syntax).transfer_syntax();
        let mut bytes = Vec::new();
        if let Some(syntax) = TransferSyntaxRegistry.get(syntax) {
            // Into memory, and of texts and numbers only: nothing can fail.
            if let Err(error) = self.object.write_dataset_with_ts(&mut bytes, syntax) {
                tracing::error!(%error, "a data set cannot be written");
            }
        }
        bytes
    }

    fn put(mut self, tag: Tag, value: PrimitiveValue) -> Self {
        let vr = StandardDataDictionary
            .by_tag(tag)
            .map_or(VR::UN, |entry| dicom_core::dictionary::DataDictionaryEntry::vr(entry).relaxed());
        let _replaced = self.object.put(DataElement::new(tag, vr, value));
        self
    }
}

fn our_meta() -> FileMetaTableBuilder {
    FileMetaTableBuilder::new()
        .implementation_class_uid(IMPLEMENTATION_CLASS_UID)
        .implementation_version_name(IMPLEMENTATION_VERSION)
}

/// Whether values are texts in a character set.
const fn is_text(vr: VR) -> bool {
    matches!(vr, VR::LO | VR::LT | VR::PN | VR::SH | VR::ST | VR::UC | VR::UT)
}

/// What stands before the data set in a file: preamble, mark and file meta information. PS3.10 7.1.
pub fn part_10_header(
    sop_class: &str,
    instance: &str,
    transfer_syntax: &str,
    sender: &str,
) -> Result<Vec<u8>, WriteError> {
    let error = |e: &dyn std::error::Error| WriteError { why: e.to_string() };
    let meta = our_meta()
        .transfer_syntax(transfer_syntax)
        .media_storage_sop_class_uid(sop_class)
        .media_storage_sop_instance_uid(instance)
        .source_application_entity_title(sender)
        .build()
        .map_err(|e| error(&e))?;
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    meta.write(&mut bytes).map_err(|e| error(&e))?;
    Ok(bytes)
}

/// A text of at most 16 characters that comes closest to `value`. PS3.5 6.2, DS.
fn decimal_string(value: f64) -> String {
    let shortest = value.to_string();
    let error = |text: &str| text.parse().map_or(f64::INFINITY, |back: f64| (back - value).abs());
    let rounded = (0..=14).flat_map(|digits| [format!("{value:.digits$}"), format!("{value:.digits$e}")]);
    std::iter::once(shortest)
        .chain(rounded)
        .filter(|text| text.len() <= 16)
        .min_by(|a, b| error(a).total_cmp(&error(b)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use dicom_core::Tag;
    use dicom_dictionary_std::{tags, uids};

    use super::super::attribute::DataSet;
    use super::{Writer, decimal_string};

    #[test]
    fn decimal_strings_keep_to_sixteen_characters() {
        for value in [1.0, -0.5, 1.0 / 3.0, -std::f64::consts::PI * 1e5, 1e-30, -1.234_567_890_123e-7] {
            let text = decimal_string(value);
            assert!(text.len() <= 16, "{text}");
            let back: f64 = text.parse().expect("a number");
            assert!((back - value).abs() <= value.abs() * 1e-9, "{value} became {text}");
        }
    }

    #[test]
    fn tags_and_private_blocks_come_back_whatever_the_syntax() {
        for syntax in [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN] {
            let bytes = Writer::item()
                .named_tag(tags::SELECTOR_ATTRIBUTE, tags::MODALITY)
                .private_block(0x7777, "SOMEBODY", &[(1, b"one".as_slice()), (2, b"four".as_slice())])
                .data_set(syntax);
            let data_set = DataSet::parse(&bytes, syntax).expect("a data set");
            let at = data_set.attributes();
            assert_eq!(at.named_tag(tags::SELECTOR_ATTRIBUTE), Some(Tag(0x0008, 0x0060)), "{syntax}");
            let private = |creator, element| at.private_bytes(0x7777, creator, element).map(Cow::into_owned);
            assert_eq!(private("SOMEBODY", 1).as_deref(), Some(b"one\0".as_slice()), "{syntax}");
            assert_eq!(private("SOMEBODY", 2).as_deref(), Some(b"four".as_slice()), "{syntax}");
            assert_eq!(private("SOMEBODY", 3), None);
            assert_eq!(private("ANYBODY", 1), None);
        }
    }
}
