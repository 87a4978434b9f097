//! How much of a series is here: a part must never pass for the whole.

use std::fmt;

/// How many images there are, and of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Completeness {
    /// Images that are here.
    pub present: u32,
    /// Images that there should be, where anything tells.
    pub expected: Option<u32>,
    /// What tells.
    pub basis: Basis,
}

/// What tells how many images there should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// Nothing does.
    #[default]
    Unknown,
    /// The object or a DICOMDIR states a count. PS3.3 C.7.3.1 and F.5.
    Declared,
    /// Instance Numbers have gaps, or have none.
    Numbering,
    /// Slices are missing between others.
    Geometry,
    /// An object holds fewer frames than it states.
    Frames,
}

impl Basis {
    /// Why images are thought to be missing, for a reader.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "nothing tells how many images there should be",
            Self::Declared => "the series is said to have more images",
            Self::Numbering => "image numbers are missing",
            Self::Geometry => "slices are missing between others",
            Self::Frames => "a file ends before its last frame",
        }
    }
}

impl Completeness {
    /// Of a series of so many objects: the most that a stated count or the Instance Numbers ask for.
    pub(super) fn of_series(present: u32, declared: Option<u32>, numbers: Vec<Option<i64>>) -> Self {
        let declared = declared.map(|expected| (expected, Basis::Declared));
        let numbered = expected_by_number(numbers).map(|expected| (expected, Basis::Numbering));
        let most = numbered.into_iter().chain(declared).max_by_key(|(expected, _)| *expected);
        let (expected, basis) = most.unzip();
        let expected = expected.map(|expected| present.max(expected));
        Self { present, expected, basis: basis.unwrap_or_default() }
    }

    /// Whether images are known to be missing.
    pub fn is_partial(&self) -> bool {
        self.expected.is_some_and(|expected| expected > self.present)
    }
}

/// How many objects the Instance Numbers leave room for; `None` where they do not count images one by one.
///
/// Some makers number in steps, or leave room between acquisitions: then a gap tells nothing.
fn expected_by_number(numbers: Vec<Option<i64>>) -> Option<u32> {
    let mut numbers = numbers.into_iter().collect::<Option<Vec<i64>>>()?;
    numbers.sort_unstable();
    let [first, .., last] = *numbers.as_slice() else { return None };
    let mut steps: Vec<i64> =
        numbers.iter().zip(numbers.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a)).collect();
    steps.sort_unstable();
    let is_counted = *steps.first()? == 1 && *steps.get((steps.len() - 1) / 2)? == 1;
    let expected = usize::try_from(last.checked_sub(first)?.checked_add(1)?).ok()?;
    let (present, missing) = (numbers.len(), expected.checked_sub(numbers.len())?);
    // A series that does not begin with 1 and has no gap may have lost its beginning, or not.
    let is_told = missing > 0 || first == 1;
    (is_counted && is_told && missing <= present).then(|| u32::try_from(expected).ok())?
}

/// The words of the badge: `partial 58 of 61`; `61` where nothing is known to be missing.
impl fmt::Display for Completeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expected {
            Some(expected) if expected > self.present => write!(f, "partial {} of {expected}", self.present),
            _ => write!(f, "{}", self.present),
        }
    }
}

/// A place in a stack where slices are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The image after which they are missing, from 0.
    pub after: usize,
    /// How many.
    pub missing: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: Option<u32>) {
        assert_eq!(expected_by_number(numbers.iter().copied().map(Some).collect()), expected, "{numbers:?}");
    }

    #[test]
    fn gaps_in_numbers_are_missing_images_only_where_numbers_count_images() {
        check(&[3, 1, 2], Some(3));
        check(&[1, 2, 3, 5, 6], Some(6));
        check(&[4, 5, 6, 8], Some(5));
        // Where it begins is not known.
        check(&[4, 5, 6], None);
        // Steps, a block of its own, twice the same, too few.
        check(&[2, 4, 6, 8], None);
        check(&[1, 2, 3, 1001, 1002, 1003], None);
        check(&[1, 2, 2, 3], None);
        check(&[1], None);
        check(&[i64::MIN, i64::MIN + 1, i64::MAX], None);
        assert_eq!(expected_by_number(vec![Some(1), None, Some(2)]), None);
    }

    #[test]
    fn the_largest_count_rules_and_more_than_expected_is_whole() {
        let of = |declared, numbers: [i64; 3]| {
            Completeness::of_series(3, declared, numbers.into_iter().map(Some).collect())
        };
        assert_eq!(of(Some(5), [1, 2, 4]).to_string(), "partial 3 of 5");
        assert_eq!(of(None, [1, 2, 4]).to_string(), "partial 3 of 4");
        assert_eq!(of(None, [1, 2, 4]).basis, Basis::Numbering);
        assert!(!of(Some(2), [1, 2, 3]).is_partial());
        assert_eq!(of(None, [7, 7, 7]).expected, None);
    }
}
