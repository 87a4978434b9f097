//! Typed access to attributes; errors name the attribute.

use dicom_core::Tag;
use dicom_core::header::HasLength;
use dicom_core::value::Value;
use dicom_object::InMemDicomObject;

use super::error::ReadError;

/// An attribute's name in messages, and its tag.
#[derive(Clone, Copy)]
pub(super) struct Attribute {
    /// `Rows (0028,0010)`.
    pub name: &'static str,
    /// Its tag.
    pub tag: Tag,
}

/// The attributes of one data set.
pub(super) struct Attributes<'a>(pub &'a InMemDicomObject);

impl Attributes<'_> {
    /// The text, padding removed; `None` when absent, empty or not text.
    pub(super) fn text(&self, tag: Tag) -> Option<String> {
        let text = self.0.get(tag)?.to_str().ok()?;
        let text = text.trim_matches([' ', '\0']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text, which must be there.
    pub(super) fn required_text(&self, attribute: Attribute) -> Result<String, ReadError> {
        self.text(attribute.tag).ok_or(ReadError::Missing { name: attribute.name })
    }

    /// Every text value of a multi-valued attribute.
    pub(super) fn texts(&self, tag: Tag) -> Vec<String> {
        let Some(element) = self.0.get(tag) else { return Vec::new() };
        let Ok(values) = element.to_multi_str() else { return Vec::new() };
        values.iter().map(|text| text.trim_matches([' ', '\0']).to_owned()).collect()
    }

    /// A whole number, as US, SS or IS.
    pub(super) fn integer(&self, tag: Tag) -> Option<i64> {
        self.0.get(tag)?.to_int::<i64>().ok()
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
    pub(super) fn decimals(&self, tag: Tag) -> Option<Vec<f64>> {
        let values = self.0.get(tag)?.to_multi_float64().ok()?;
        (!values.is_empty()).then_some(values)
    }

    /// The first number of a DS or FD attribute.
    pub(super) fn decimal(&self, tag: Tag) -> Option<f64> {
        self.decimals(tag)?.first().copied()
    }

    /// Exactly `N` numbers; `Ok(None)` when the attribute is absent or empty.
    pub(super) fn exactly<const N: usize>(
        &self,
        attribute: Attribute,
    ) -> Result<Option<[f64; N]>, ReadError> {
        let Some(element) = self.0.get(attribute.tag) else { return Ok(None) };
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
    pub(super) fn has(&self, tag: Tag) -> bool {
        self.0.get(tag).is_some_and(|element| match element.value() {
            Value::Sequence(items) => !items.items().is_empty(),
            Value::Primitive(value) => value.multiplicity() > 0,
            Value::PixelSequence(_) => true,
        })
    }
}
