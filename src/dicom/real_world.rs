//! What stored values stand for in the world, whatever is shown: Real World Value Mapping. PS3.3 C.7.6.16.2.11; rule P-20.

use std::fmt;
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::attribute::{Attribute, Attributes};
use super::instance::PixelFormat;

/// Maps beyond this number are left out: nobody reads as many numbers at one pixel.
const MAPS_MAX: usize = 16;

/// A unit has no more letters than this.
const UNIT_LETTERS_MAX: usize = 24;

const FIRST: Attribute = Attribute {
    name: "Real World Value First Value Mapped (0040,9216)",
    tag: tags::REAL_WORLD_VALUE_FIRST_VALUE_MAPPED,
};
const LAST: Attribute = Attribute {
    name: "Real World Value Last Value Mapped (0040,9211)",
    tag: tags::REAL_WORLD_VALUE_LAST_VALUE_MAPPED,
};
const SLOPE: Attribute =
    Attribute { name: "Real World Value Slope (0040,9225)", tag: tags::REAL_WORLD_VALUE_SLOPE };
const INTERCEPT: Attribute =
    Attribute { name: "Real World Value Intercept (0040,9224)", tag: tags::REAL_WORLD_VALUE_INTERCEPT };
const TABLE: Attribute =
    Attribute { name: "Real World Value LUT Data (0040,9212)", tag: tags::REAL_WORLD_VALUE_LUT_DATA };
const UNITS: Attribute = Attribute {
    name: "Measurement Units Code Sequence (0040,08EA)",
    tag: tags::MEASUREMENT_UNITS_CODE_SEQUENCE,
};

/// One map from stored values to a quantity with its unit.
#[derive(Clone, PartialEq)]
pub struct RealWorldMap {
    /// LUT Label, or empty.
    pub label: String,
    /// LUT Explanation, or empty.
    pub explanation: String,
    /// The unit for a reader: `HU`, `mm2/s`, `SUVbw`; empty of a pure number.
    pub unit: String,
    /// The first and the last stored value that are mapped.
    range: (f64, f64),
    values: Values,
}

#[derive(Clone, PartialEq)]
enum Values {
    Line {
        slope: f64,
        intercept: f64,
    },
    /// One for each whole number of the range.
    Table(Arc<[f64]>),
}

impl RealWorldMap {
    /// The value of a stored one; `None` outside of the range that is mapped.
    pub fn value(&self, stored: f64) -> Option<f64> {
        let (first, last) = self.range;
        if !(first..=last).contains(&stored) {
            return None;
        }
        match &self.values {
            Values::Line { slope, intercept } => Some(slope * stored + intercept),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the range")]
            Values::Table(table) => table.get((stored - first) as usize).copied(),
        }
    }

    /// Slope and intercept; `None` of a table.
    pub const fn line(&self) -> Option<(f64, f64)> {
        match self.values {
            Values::Line { slope, intercept } => Some((slope, intercept)),
            Values::Table(_) => None,
        }
    }

    /// The maps of a data set or of a functional group, or why one cannot be applied.
    pub(super) fn read_all(at: &Attributes<'_>, format: PixelFormat) -> Vec<Result<Arc<Self>, String>> {
        let items = at.items(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE).take(MAPS_MAX);
        items.map(|item| Self::read(&item, format).map(Arc::new)).collect()
    }

    fn read(at: &Attributes<'_>, format: PixelFormat) -> Result<Self, String> {
        let missing = |attribute: Attribute| format!("{} is missing", attribute.name);
        let end = |attribute: Attribute, double: Tag| {
            let word = || at.stored_word(attribute.tag, format.is_signed).map(f64::from);
            let end = at.decimal(double).or_else(word).ok_or_else(|| missing(attribute))?;
            if end.is_nan() { Err(format!("{} is not a number", attribute.name)) } else { Ok(end) }
        };
        let range = (
            end(FIRST, tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED)?,
            end(LAST, tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED)?,
        );
        if range.0 > range.1 {
            return Err(format!("{} is {}, and the last {}", FIRST.name, range.0, range.1));
        }
        let units = at.item(UNITS.tag).ok_or_else(|| missing(UNITS))?;
        Ok(Self {
            label: at.text(tags::LUT_LABEL).unwrap_or_default(),
            explanation: at.text(tags::LUT_EXPLANATION).unwrap_or_default(),
            unit: unit_words(&units),
            range,
            values: Values::read(at, format, range)?,
        })
    }
}

impl Values {
    fn read(at: &Attributes<'_>, format: PixelFormat, (first, last): (f64, f64)) -> Result<Self, String> {
        if let Some(table) = at.decimals(TABLE.tag) {
            #[expect(clippy::cast_precision_loss, reason = "a file holds fewer than 2^53 numbers")]
            let count = table.len() as f64;
            if format.is_float || count.to_bits() != (last - first + 1.0).to_bits() {
                return Err(format!("{} has {count} values for {first} to {last}", TABLE.name));
            }
            return Ok(Self::Table(table.into()));
        }
        let number = |attribute: Attribute| {
            let value = at.decimal(attribute.tag).ok_or_else(|| format!("{} is missing", attribute.name))?;
            if value.is_finite() { Ok(value) } else { Err(format!("{} is not finite", attribute.name)) }
        };
        let (slope, intercept) = (number(SLOPE)?, number(INTERCEPT)?);
        if slope == 0.0 {
            return Err(format!("{} is 0, which makes every pixel equal", SLOPE.name));
        }
        Ok(Self::Line { slope, intercept })
    }
}

/// Short: a file may hold one for each frame.
impl fmt::Debug for RealWorldMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.range;
        write!(f, "RealWorldMap({:?} {first}..={last} in {:?})", self.label, self.unit)
    }
}

/// A unit as readers write it. UCUM puts names in braces: `{SUVbw}g/ml`.
fn unit_words(at: &Attributes<'_>) -> String {
    let is_ucum = at.text(tags::CODING_SCHEME_DESIGNATOR).as_deref() == Some("UCUM");
    let words = match at.code() {
        Some(code) if is_ucum => {
            match (code.as_str(), code.strip_prefix('{').and_then(|c| c.split_once('}'))) {
                (_, Some((name, _))) => name.to_owned(),
                ("1", _) => String::new(),
                ("[hnsf'U]", _) => "HU".to_owned(),
                _ => code,
            }
        }
        code => at.text(tags::CODE_MEANING).or(code).unwrap_or_default(),
    };
    words.chars().take(UNIT_LETTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use dicom_core::value::DataSetSequence;
    use dicom_core::{DataElement, PrimitiveValue, VR};
    use dicom_object::InMemDicomObject;
    use dicom_object::mem::InMemElement;

    use super::super::charset::CharacterSets;
    use super::super::instance::Photometric;
    use super::*;

    fn format(is_signed: bool, is_float: bool) -> PixelFormat {
        PixelFormat {
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            is_signed,
            samples_per_pixel: 1,
            is_planar: false,
            photometric: Photometric::Monochrome2,
            is_float,
        }
    }

    fn us(tag: Tag, value: u16) -> InMemElement {
        DataElement::new(tag, VR::US, PrimitiveValue::from(value))
    }

    fn fd(tag: Tag, values: &[f64]) -> InMemElement {
        DataElement::new(tag, VR::FD, PrimitiveValue::F64(values.into()))
    }

    fn text(tag: Tag, text: &str) -> InMemElement {
        DataElement::new(tag, VR::SH, PrimitiveValue::from(text))
    }

    fn units(scheme: &str, code: &str, meaning: &str) -> InMemElement {
        let item = InMemDicomObject::from_element_iter([
            text(tags::CODE_VALUE, code),
            text(tags::CODING_SCHEME_DESIGNATOR, scheme),
            text(tags::CODE_MEANING, meaning),
        ]);
        DataElement::new(UNITS.tag, VR::SQ, DataSetSequence::from(vec![item]))
    }

    fn read(format: PixelFormat, elements: Vec<InMemElement>) -> Result<RealWorldMap, String> {
        let object = InMemDicomObject::from_element_iter(elements);
        RealWorldMap::read(&Attributes { object: &object, sets: &CharacterSets::new(&[]) }, format)
    }

    /// A line of slope 0.5 and intercept −10, with what is put instead.
    fn line(others: Vec<InMemElement>) -> Vec<InMemElement> {
        let mut elements = vec![
            us(FIRST.tag, 10),
            us(LAST.tag, 20),
            fd(SLOPE.tag, &[0.5]),
            fd(INTERCEPT.tag, &[-10.0]),
            units("UCUM", "mm2/s", "square millimetres"),
        ];
        elements.extend(others);
        elements
    }

    #[test]
    fn a_line_maps_its_range_and_nothing_beside_it() {
        let map = read(format(false, false), line(Vec::new())).expect("a map");
        let found = [9.0, 10.0, 15.0, 20.0, 21.0, f64::NAN].map(|stored| map.value(stored));
        assert_eq!(found, [None, Some(-5.0), Some(-2.5), Some(0.0), None, None]);
        assert_eq!(map.unit, "mm2/s");
    }

    /// The ends are signed as pixels are: US 65534 stands for −2.
    #[test]
    fn a_table_has_a_value_for_each_stored_one() {
        let table = |values: &[f64]| {
            let elements = vec![
                us(FIRST.tag, 65_534),
                us(LAST.tag, 0),
                fd(TABLE.tag, values),
                units("UCUM", "1", "no units"),
            ];
            read(format(true, false), elements)
        };
        let map = table(&[0.25, 1e-9, 7.0]).expect("a map");
        let found = [-3.0, -2.0, -1.0, 0.0, 1.0].map(|stored| map.value(stored));
        assert_eq!(found, [None, Some(0.25), Some(1e-9), Some(7.0), None]);
        assert_eq!(
            table(&[1.0, 2.0]),
            Err("Real World Value LUT Data (0040,9212) has 2 values for -2 to 0".to_owned())
        );
    }

    #[test]
    fn real_pixels_have_ends_of_their_own() {
        let ends = [
            fd(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, &[-0.5]),
            fd(tags::DOUBLE_FLOAT_REAL_WORLD_VALUE_LAST_VALUE_MAPPED, &[0.5]),
        ];
        let map = read(format(false, true), line(ends.into())).expect("a map");
        assert_eq!([-0.6, 0.25].map(|stored| map.value(stored)), [None, Some(-9.875)]);
    }

    #[test]
    fn units_are_written_as_readers_write_them() {
        let unit = |scheme, code, meaning| {
            read(format(false, false), line(vec![units(scheme, code, meaning)])).expect("a map").unit
        };
        assert_eq!(unit("UCUM", "{SUVbw}g/ml", "Standardized Uptake Value body weight"), "SUVbw");
        assert_eq!(unit("UCUM", "[hnsf'U]", "Hounsfield unit"), "HU");
        assert_eq!(unit("UCUM", "1", "no units"), "");
        assert_eq!(unit("UCUM", "Bq/ml", "Becquerels/milliliter"), "Bq/ml");
        assert_eq!(unit("99HERE", "77", "dots per dash"), "dots per dash");
        assert_eq!(unit("99HERE", "77", &"long ".repeat(9)).chars().count(), UNIT_LETTERS_MAX);
    }

    #[test]
    fn maps_that_cannot_be_are_refused_in_words() {
        let refusals = [
            (
                line(vec![us(FIRST.tag, 30)]),
                "Real World Value First Value Mapped (0040,9216) is 30, and the last 20",
            ),
            (
                line(vec![fd(SLOPE.tag, &[0.0])]),
                "Real World Value Slope (0040,9225) is 0, which makes every pixel equal",
            ),
            (
                line(vec![fd(INTERCEPT.tag, &[f64::NAN])]),
                "Real World Value Intercept (0040,9224) is not finite",
            ),
            (vec![us(LAST.tag, 3)], "Real World Value First Value Mapped (0040,9216) is missing"),
            (
                vec![us(FIRST.tag, 1), us(LAST.tag, 3), fd(SLOPE.tag, &[1.0])],
                "Measurement Units Code Sequence (0040,08EA) is missing",
            ),
            (
                vec![us(FIRST.tag, 1), us(LAST.tag, 3), units("UCUM", "1", "no units")],
                "Real World Value Slope (0040,9225) is missing",
            ),
        ];
        for (elements, why) in refusals {
            assert_eq!(read(format(false, false), elements), Err(why.to_owned()));
        }
    }
}
