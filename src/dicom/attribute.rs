//! Typed access to attributes; errors name the attribute.

use std::borrow::Cow;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::header::HasLength;
use dicom_core::value::Value;
use dicom_core::{PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;

use super::charset::{CharacterSets, TextKind};
use super::error::ReadError;
use super::layout::{Layout, data_set_elements};
use super::source::Source;
use super::walk::Encoding;

/// An attribute's name in messages, and its tag.
#[derive(Clone, Copy)]
pub(super) struct Attribute {
    /// `Rows (0028,0010)`.
    pub name: &'static str,
    /// Its tag.
    pub tag: Tag,
}

/// An object without pixels, for the module that knows what it means.
pub struct DataSet {
    /// SOP Class UID.
    pub sop_class: String,
    /// SOP Instance UID; empty where the object lacks it.
    pub instance: String,
    object: InMemDicomObject,
    sets: CharacterSets,
}

impl DataSet {
    /// Reads what stands before the pixels of an object, if it has any.
    pub fn read(source: &Source) -> Result<Self, ReadError> {
        Ok(Self::of(&Layout::find(source)?))
    }

    /// The same, and an error where the bytes end within an element, be it the pixels or behind them.
    pub fn read_whole(source: &Source) -> Result<Self, ReadError> {
        let layout = Layout::find(source)?;
        let data_set = Self::of(&layout);
        layout.walk_to_the_end()?;
        Ok(data_set)
    }

    fn of(layout: &Layout) -> Self {
        let object = layout.elements.parse(layout.encoding);
        let sets: Vec<&str> = layout.character_sets.split('\\').collect();
        let sets = CharacterSets::new(&sets);
        let at = Attributes { object: &object, sets: &sets };
        let sop_class = at.text(tags::SOP_CLASS_UID).unwrap_or_else(|| layout.sop_class.clone());
        let instance = at.text(tags::SOP_INSTANCE_UID).unwrap_or_else(|| layout.instance.clone());
        Self { sop_class, instance, object, sets }
    }

    /// Reads a data set that came by itself, in a message.
    pub fn parse(bytes: &[u8], transfer_syntax: &str) -> Result<Self, ReadError> {
        let (character_sets, elements) = data_set_elements(bytes.to_vec(), Encoding::of(transfer_syntax))?;
        let object = elements.parse(Encoding::of(transfer_syntax));
        let sets: Vec<&str> = character_sets.split('\\').collect();
        let sets = CharacterSets::new(&sets);
        let at = Attributes { object: &object, sets: &sets };
        let text = |tag| at.text(tag).unwrap_or_default();
        let (sop_class, instance) = (text(tags::SOP_CLASS_UID), text(tags::SOP_INSTANCE_UID));
        Ok(Self { sop_class, instance, object, sets })
    }

    /// Its attributes.
    pub const fn attributes(&self) -> Attributes<'_> {
        Attributes { object: &self.object, sets: &self.sets }
    }
}

/// The attributes of one data set or item.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    /// As the parser gives it, texts in ISO 8859-1.
    pub(super) object: &'a InMemDicomObject,
    /// What texts are really written in.
    pub(super) sets: &'a CharacterSets,
}

impl<'a> Attributes<'a> {
    /// The element, as its dictionary reads it when the file says UN: else the bytes of a text would pass for numbers.
    /// PS3.5 6.2.2.
    fn get(&self, tag: Tag) -> Option<Cow<'a, InMemElement>> {
        let element = self.object.get(tag)?;
        let Value::Primitive(PrimitiveValue::U8(bytes)) = element.value() else {
            return Some(Cow::Borrowed(element));
        };
        let vr = StandardDataDictionary.by_tag(tag).map(|entry| entry.vr().relaxed());
        if element.vr() != VR::UN {
            return Some(Cow::Borrowed(element));
        }
        let value = match vr? {
            VR::US => PrimitiveValue::U16(numbers(bytes, u16::from_le_bytes)),
            VR::SS => PrimitiveValue::I16(numbers(bytes, i16::from_le_bytes)),
            VR::FD => PrimitiveValue::F64(numbers(bytes, f64::from_le_bytes)),
            VR::SL => PrimitiveValue::I32(numbers(bytes, i32::from_le_bytes)),
            VR::UL => PrimitiveValue::U32(numbers(bytes, u32::from_le_bytes)),
            VR::FL => PrimitiveValue::F32(numbers(bytes, f32::from_le_bytes)),
            VR::DS
            | VR::IS
            | VR::CS
            | VR::LO
            | VR::SH
            | VR::UI
            | VR::DA
            | VR::TM
            | VR::DT
            | VR::AS
            | VR::PN => {
                // As the parser gives texts: a letter for each byte.
                let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
                PrimitiveValue::Strs(
                    text.split('\\').map(|part| part.trim_end_matches('\0').to_owned()).collect(),
                )
            }
            _ => return None,
        };
        Some(Cow::Owned(InMemElement::new(tag, vr?, value)))
    }

    /// The tags of all its attributes, in order.
    pub fn tags(&self) -> impl Iterator<Item = Tag> {
        self.object.iter().map(|element| element.header().tag)
    }

    /// The element itself.
    pub(super) fn element(&self, tag: Tag) -> Option<InMemElement> {
        self.get(tag).map(Cow::into_owned)
    }

    /// The text, padding removed; `None` when absent, empty or not text.
    pub fn text(&self, tag: Tag) -> Option<String> {
        let text = self.decoded(tag)?;
        let text = text.trim_matches([' ', '\0']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text in its own character set, several values with a backslash between them.
    fn decoded(&self, tag: Tag) -> Option<String> {
        let element = self.get(tag)?;
        let text = element.to_str().ok()?;
        let kind = match element.vr() {
            VR::PN => TextKind::PersonName,
            VR::LO | VR::SH | VR::UC => TextKind::Values,
            VR::ST | VR::LT | VR::UT => TextKind::Plain,
            _ => return Some(text.into_owned()),
        };
        Some(self.sets.redecode(&text, kind))
    }

    /// The text, which must be there.
    pub(super) fn required_text(&self, attribute: Attribute) -> Result<String, ReadError> {
        self.text(attribute.tag).ok_or(ReadError::Missing { name: attribute.name })
    }

    /// Every text value of a multi-valued attribute.
    pub fn texts(&self, tag: Tag) -> Vec<String> {
        let text = self.decoded(tag).unwrap_or_default();
        let values = text.split('\\').map(|value| value.trim_matches([' ', '\0']).to_owned());
        if text.is_empty() { Vec::new() } else { values.collect() }
    }

    /// The items of a sequence; none when it is absent.
    pub fn items(&self, tag: Tag) -> impl Iterator<Item = Attributes<'a>> {
        let sets = self.sets;
        let items = self.object.get(tag).and_then(InMemElement::items).unwrap_or_default();
        items.iter().map(move |object| Attributes { object, sets })
    }

    /// The first item of a sequence.
    pub fn item(&self, tag: Tag) -> Option<Attributes<'a>> {
        self.items(tag).next()
    }

    /// The code that an item holds: short, long or a URN. PS3.3 table 8.8-1.
    pub(super) fn code(&self) -> Option<String> {
        let values = [tags::CODE_VALUE, tags::LONG_CODE_VALUE, tags::URN_CODE_VALUE];
        values.into_iter().find_map(|tag| self.text(tag))
    }

    /// The bytes of a binary attribute.
    pub fn bytes(&self, tag: Tag) -> Option<Cow<'a, [u8]>> {
        match self.object.get(tag)?.value() {
            Value::Primitive(value) => Some(value.to_bytes()),
            _ => None,
        }
    }

    /// The tag of another attribute (AT), the first where there are several.
    pub fn named_tag(&self, tag: Tag) -> Option<Tag> {
        match self.object.get(tag)?.value() {
            Value::Primitive(PrimitiveValue::Tags(named)) => named.first().copied(),
            _ => None,
        }
    }

    /// The bytes of an element of a private block, by the block's creator: wherever in its group it lies. PS3.5 7.8.
    pub fn private_bytes(&self, group: u16, creator: &str, element: u8) -> Option<Cow<'a, [u8]>> {
        let is_creator = |block: &u16| self.text(Tag(group, *block)).as_deref() == Some(creator);
        let block = (0x10..=0xFF_u16).find(is_creator)?;
        self.bytes(Tag(group, block * 0x100 + u16::from(element)))
    }

    /// A whole number, as US, SS or IS.
    pub fn integer(&self, tag: Tag) -> Option<i64> {
        self.get(tag)?.to_int::<i64>().ok()
    }

    /// A number of 16 bits that has the sign of stored values, whatever its VR says. PS3.3 C.7.5.1.1.2, C.11.1.1.1.
    pub(super) fn stored_word(&self, tag: Tag, is_signed: bool) -> Option<i32> {
        let value = self.integer(tag)?;
        let bits =
            i16::try_from(value).map(i16::cast_unsigned).or_else(|_unsigned| u16::try_from(value)).ok()?;
        Some(if is_signed { bits.cast_signed().into() } else { bits.into() })
    }

    /// A whole number that must be there and fit.
    pub(super) fn required_integer<T: TryFrom<i64>>(&self, attribute: Attribute) -> Result<T, ReadError> {
        let value = self.integer(attribute.tag).ok_or(ReadError::Missing { name: attribute.name })?;
        T::try_from(value).map_err(|_out_of_range| ReadError::Wrong {
            name: attribute.name,
            why: format!("{value} is out of range"),
        })
    }

    /// All numbers of a DS or FD attribute; `None` when absent, empty or not numbers.
    pub fn decimals(&self, tag: Tag) -> Option<Vec<f64>> {
        let values = self.get(tag)?.to_multi_float64().ok()?;
        (!values.is_empty()).then_some(values)
    }

    /// The first number of a DS or FD attribute.
    pub fn decimal(&self, tag: Tag) -> Option<f64> {
        self.decimals(tag)?.first().copied()
    }

    /// A `CIELab` value: three numbers of 16 bits. PS3.3 C.10.7.1.1.
    pub fn lab(&self, tag: Tag) -> Option<[u16; 3]> {
        let values = <[f64; 3]>::try_from(self.decimals(tag)?).ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let lab = values.map(|value| value as u16);
        Some(lab)
    }

    /// Exactly `N` numbers; `Ok(None)` when the attribute is absent or empty.
    pub(super) fn exactly<const N: usize>(
        &self,
        attribute: Attribute,
    ) -> Result<Option<[f64; N]>, ReadError> {
        let Some(element) = self.get(attribute.tag) else { return Ok(None) };
        if element.is_empty() {
            return Ok(None);
        }
        let wrong = |why: String| ReadError::Wrong { name: attribute.name, why };
        let values = element.to_multi_float64().map_err(|e| wrong(e.to_string()))?;
        let count = values.len();
        let values: [f64; N] =
            values.try_into().map_err(|_wrong_count| wrong(format!("{count} values instead of {N}")))?;
        if values.iter().any(|v| !v.is_finite()) {
            return Err(wrong("a value is not finite".to_owned()));
        }
        Ok(Some(values))
    }

    /// Whether the attribute is there with at least one value or item.
    pub fn has(&self, tag: Tag) -> bool {
        self.object.get(tag).is_some_and(|element| match element.value() {
            Value::Sequence(items) => !items.items().is_empty(),
            Value::Primitive(value) => value.multiplicity() > 0,
            Value::PixelSequence(_) => true,
        })
    }
}

/// As many numbers of `N` bytes as there are whole.
fn numbers<const N: usize, T, C: FromIterator<T>>(bytes: &[u8], of: fn([u8; N]) -> T) -> C {
    bytes.as_chunks().0.iter().copied().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PS3.5 6.2.2: a device that does not know an attribute may write it as UN, bytes as they were.
    #[test]
    fn unknown_representation_is_read_as_the_dictionary_says() {
        let unknown = |tag, bytes: &[u8]| InMemElement::new(tag, VR::UN, PrimitiveValue::U8(bytes.into()));
        let object = InMemDicomObject::from_element_iter([
            unknown(tags::RESCALE_SLOPE, b"2 "),
            unknown(tags::WINDOW_CENTER, b"40\\-600"),
            unknown(tags::ROWS, &[0x00, 0x02]),
            unknown(tags::PIXEL_DATA, &[1, 2]),
            unknown(tags::REAL_WORLD_VALUE_SLOPE, &0.1_f64.to_le_bytes()),
            unknown(tags::FLOAT_PIXEL_PADDING_VALUE, &0.25_f32.to_le_bytes()),
            unknown(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, b"20240229232000 "),
        ]);
        let at = Attributes { object: &object, sets: &CharacterSets::new(&[]) };
        assert_eq!(at.decimal(tags::RESCALE_SLOPE), Some(2.0));
        assert_eq!(at.decimals(tags::WINDOW_CENTER), Some(vec![40.0, -600.0]));
        assert_eq!(at.integer(tags::ROWS), Some(512));
        assert_eq!(at.integer(tags::PIXEL_DATA), None);
        assert_eq!(at.decimal(tags::REAL_WORLD_VALUE_SLOPE), Some(0.1));
        assert_eq!(at.decimal(tags::FLOAT_PIXEL_PADDING_VALUE), Some(0.25));
        assert_eq!(at.text(tags::RADIOPHARMACEUTICAL_START_DATE_TIME).as_deref(), Some("20240229232000"));
    }
}
