//! Pixels that are no part of the picture. PS3.3 C.7.5.1.1.2; rule P-16.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};
use super::instance::PixelFormat;

const VALUE: Attribute =
    Attribute { name: "Pixel Padding Value (0028,0120)", tag: tags::PIXEL_PADDING_VALUE };
const LIMIT: Attribute =
    Attribute { name: "Pixel Padding Range Limit (0028,0121)", tag: tags::PIXEL_PADDING_RANGE_LIMIT };

/// Stored values that stand for no tissue, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Padding {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Padding {
    /// Whether a stored value is padding.
    pub fn contains(&self, stored: f64) -> bool {
        (self.low..=self.high).contains(&stored)
    }

    /// What a gray image says of it, or why that cannot be. Colour has none.
    pub(super) fn read(at: &Attributes<'_>, format: PixelFormat) -> Result<Option<Self>, String> {
        if format.is_color() {
            return Ok(None);
        }
        let (value, limit) = if format.is_float {
            let (value, limit) = real_tags(format);
            // What is not a number is never shown.
            let real = |tag| at.decimal(tag).filter(|value| !value.is_nan());
            (real(value), real(limit))
        } else {
            (stored(at, VALUE, format)?, stored(at, LIMIT, format)?)
        };
        let Some(value) = value else {
            let alone = || Err(format!("{} stands without {}", LIMIT.name, VALUE.name));
            return limit.map_or(Ok(None), |_| alone());
        };
        let limit = limit.unwrap_or(value);
        let padding = Self { low: value.min(limit), high: value.max(limit) };
        let is_everything = |(lowest, highest)| padding.contains(lowest) && padding.contains(highest);
        if format.stored_range().is_some_and(is_everything) {
            return Err(format!("{} and its limit cover every value", VALUE.name));
        }
        Ok(Some(padding))
    }
}

/// Value and limit of Float and of Double Float Pixel Data. PS3.3 C.7.6.24, C.7.6.25.
const fn real_tags(format: PixelFormat) -> (Tag, Tag) {
    if format.bits_allocated == 64 {
        (tags::DOUBLE_FLOAT_PIXEL_PADDING_VALUE, tags::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT)
    } else {
        (tags::FLOAT_PIXEL_PADDING_VALUE, tags::FLOAT_PIXEL_PADDING_RANGE_LIMIT)
    }
}

/// A stored value, which must be one that pixels can have.
fn stored(at: &Attributes<'_>, attribute: Attribute, format: PixelFormat) -> Result<Option<f64>, String> {
    let Some(value) = at.stored_word(attribute.tag, format.is_signed).map(f64::from) else {
        let is_there = at.has(attribute.tag);
        return if is_there { Err(format!("{} is no number of 16 bits", attribute.name)) } else { Ok(None) };
    };
    match format.stored_range() {
        Some((lowest, highest)) if !(lowest..=highest).contains(&value) => {
            Err(format!("{} is {value}, which no pixel can be", attribute.name))
        }
        _ => Ok(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;
    use dicom_object::mem::InMemElement;

    use super::super::charset::CharacterSets;
    use super::super::instance::Photometric;
    use super::*;

    const SIGNED_16: PixelFormat = PixelFormat {
        bits_allocated: 16,
        bits_stored: 16,
        high_bit: 15,
        is_signed: true,
        samples_per_pixel: 1,
        is_planar: false,
        photometric: Photometric::Monochrome2,
        is_float: false,
    };
    const UNSIGNED_12: PixelFormat =
        PixelFormat { bits_stored: 12, high_bit: 11, is_signed: false, ..SIGNED_16 };

    fn us(tag: Tag, value: u16) -> InMemElement {
        DataElement::new(tag, VR::US, PrimitiveValue::from(value))
    }

    fn ss(tag: Tag, value: i16) -> InMemElement {
        DataElement::new(tag, VR::SS, PrimitiveValue::from(value))
    }

    fn unknown(tag: Tag, bytes: &[u8]) -> InMemElement {
        DataElement::new(tag, VR::UN, PrimitiveValue::U8(bytes.into()))
    }

    fn read<const N: usize>(
        format: PixelFormat,
        elements: [InMemElement; N],
    ) -> Result<Option<Padding>, String> {
        let object = InMemDicomObject::from_element_iter(elements);
        Padding::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) }, format)
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is read is an option")]
    fn range(low: f64, high: f64) -> Option<Padding> {
        Some(Padding { low, high })
    }

    /// PS3.3 C.7.5.1.1.2: the sign is that of pixels. Files say US where they mean −2000, and the other way round.
    #[test]
    fn pixels_and_not_the_vr_say_whether_padding_is_signed() {
        let value = VALUE.tag;
        for element in [us(value, 63_536), ss(value, -2000), unknown(value, &63_536_u16.to_le_bytes())] {
            assert_eq!(read(SIGNED_16, [element]), Ok(range(-2000.0, -2000.0)));
        }
        let unsigned = PixelFormat { is_signed: false, ..SIGNED_16 };
        assert_eq!(read(unsigned, [ss(value, -2000)]), Ok(range(63_536.0, 63_536.0)));
    }

    #[test]
    fn a_range_goes_from_either_end() {
        assert_eq!(read(UNSIGNED_12, [us(VALUE.tag, 0), us(LIMIT.tag, 10)]), Ok(range(0.0, 10.0)));
        assert_eq!(read(UNSIGNED_12, [us(VALUE.tag, 4095), us(LIMIT.tag, 4000)]), Ok(range(4000.0, 4095.0)));
    }

    #[test]
    fn padding_that_cannot_be_is_refused_in_words() {
        let refusals = [
            (vec![us(VALUE.tag, 4096)], "Pixel Padding Value (0028,0120) is 4096, which no pixel can be"),
            (
                vec![us(VALUE.tag, 0), ss(LIMIT.tag, -1)],
                "Pixel Padding Range Limit (0028,0121) is 65535, which no pixel can be",
            ),
            (
                vec![us(LIMIT.tag, 10)],
                "Pixel Padding Range Limit (0028,0121) stands without Pixel Padding Value (0028,0120)",
            ),
            (
                vec![us(VALUE.tag, 4095), us(LIMIT.tag, 0)],
                "Pixel Padding Value (0028,0120) and its limit cover every value",
            ),
            (
                vec![DataElement::new(VALUE.tag, VR::LO, PrimitiveValue::from("none"))],
                "Pixel Padding Value (0028,0120) is no number of 16 bits",
            ),
        ];
        for (elements, why) in refusals {
            let object = InMemDicomObject::from_element_iter(elements);
            let at = Attributes { object: &object, sets: &CharacterSets::new(&[]) };
            assert_eq!(Padding::read(&at, UNSIGNED_12), Err(why.to_owned()));
        }
        assert_eq!(read(UNSIGNED_12, []), Ok(None));
    }

    #[test]
    fn colour_has_no_padding() {
        let palette = PixelFormat { photometric: Photometric::PaletteColor, ..UNSIGNED_12 };
        assert_eq!(read(palette, [us(VALUE.tag, 4096)]), Ok(None));
    }

    #[test]
    fn real_numbers_have_attributes_of_their_own() {
        let format = |bits_allocated| PixelFormat {
            bits_allocated,
            bits_stored: bits_allocated,
            is_float: true,
            ..SIGNED_16
        };
        let float = |tag, value: f32| DataElement::new(tag, VR::FL, PrimitiveValue::from(value));
        let double = |tag, value: f64| DataElement::new(tag, VR::FD, PrimitiveValue::from(value));
        let single = [float(tags::FLOAT_PIXEL_PADDING_VALUE, -0.5), us(VALUE.tag, 7)];
        assert_eq!(read(format(32), single), Ok(range(-0.5, -0.5)));
        let both = [
            double(tags::DOUBLE_FLOAT_PIXEL_PADDING_VALUE, 1e300),
            double(tags::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT, -1e300),
        ];
        assert_eq!(read(format(64), both), Ok(range(-1e300, 1e300)));
        assert_eq!(read(format(32), [float(tags::FLOAT_PIXEL_PADDING_VALUE, f32::NAN)]), Ok(None));
    }
}
