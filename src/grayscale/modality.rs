//! Modality LUT: stored value to the image's own units. PS3.3 C.11.1.
//!
//! GPU twin of the line: `shaders/lib/modality.wgsl`. A table is applied before pixels go to the card.

use std::sync::Arc;

use crate::dicom::LookupTable;
use crate::units::{ModalityValue, StoredValue};

/// Modality LUT: a line or a table, never both. PS3.3 C.11.1; rule P-3.
#[derive(Debug, Clone, PartialEq)]
pub enum ModalityLut {
    /// Rescale Slope and Rescale Intercept.
    Rescale(Rescale),
    /// A table.
    Table(Arc<LookupTable>),
}

impl ModalityLut {
    /// No modality LUT: the stored value itself.
    pub const IDENTITY: Self = Self::Rescale(Rescale::IDENTITY);

    /// The value in the image's units.
    pub fn to_modality(&self, stored: StoredValue) -> ModalityValue {
        match self {
            Self::Rescale(rescale) => rescale.to_modality(stored),
            #[expect(clippy::cast_possible_truncation, reason = "beyond the table its ends count")]
            Self::Table(table) if stored.0.is_finite() => ModalityValue(table.at(stored.0 as i32).into()),
            Self::Table(_) => ModalityValue(f64::NAN),
        }
    }

    /// The line; the identity behind a table, whose outputs are modality values already.
    pub const fn rescale(&self) -> Rescale {
        match self {
            Self::Rescale(rescale) => *rescale,
            Self::Table(_) => Rescale::IDENTITY,
        }
    }

    /// The table.
    pub const fn table(&self) -> Option<&Arc<LookupTable>> {
        match self {
            Self::Rescale(_) => None,
            Self::Table(table) => Some(table),
        }
    }

    /// The smallest and the largest value that stored values of a range can have; of a table, what its bits can hold.
    pub fn range(&self, low: f64, high: f64) -> (f64, f64) {
        match self {
            Self::Rescale(rescale) => {
                let [a, b] = [low, high].map(|stored| rescale.to_modality(StoredValue(stored)).0);
                (a.min(b), a.max(b))
            }
            Self::Table(table) => (0.0, table.highest().into()),
        }
    }
}

impl From<Rescale> for ModalityLut {
    fn from(rescale: Rescale) -> Self {
        Self::Rescale(rescale)
    }
}

/// Rescale Slope and Rescale Intercept: `slope × stored + intercept`. PS3.3 C.11.1.1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rescale {
    /// Rescale Slope (0028,1053), never 0.
    pub slope: f64,
    /// Rescale Intercept (0028,1052).
    pub intercept: f64,
}

impl Rescale {
    /// No modality LUT: the stored value itself.
    pub const IDENTITY: Self = Self { slope: 1.0, intercept: 0.0 };

    /// The value in the image's units. Never rounded: slopes below 1 would lose gray.
    pub fn to_modality(self, stored: StoredValue) -> ModalityValue {
        ModalityValue(self.slope * stored.0 + self.intercept)
    }

    /// The same in the card's arithmetic: what `shaders/lib/modality.wgsl` computes, bit for bit.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is the point")]
    pub fn to_modality_f32(self, stored: f32) -> f32 {
        self.slope as f32 * stored + self.intercept as f32
    }
}

/// A number as the card holds it: the sum of two in single precision, good to 48 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SplitReal {
    /// The number in single precision; not a number where the number is not finite.
    pub high: f32,
    /// What is lacking.
    pub low: f32,
}

impl SplitReal {
    /// Splits a number. Beyond the ends of single precision it is the end.
    #[expect(clippy::cast_possible_truncation, reason = "what is cut off is the second part")]
    pub fn of(value: f64) -> Self {
        if !value.is_finite() {
            return Self { high: f32::NAN, low: 0.0 };
        }
        let value = value.clamp(f32::MIN.into(), f32::MAX.into());
        let high = value as f32;
        Self { high, low: (value - f64::from(high)) as f32 }
    }

    /// How far it is from `zero`, in the card's arithmetic: what `shaders/lib/modality.wgsl` computes, bit for bit.
    ///
    /// Near `zero` the difference of the first parts is exact, so all 48 bits count.
    pub fn from_zero(self, zero: Self) -> f32 {
        (self.high - zero.high) + (self.low - zero.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_numbers_keep_48_bits_and_their_differences() {
        for value in [0.0, -1.0, 0.1, 4_294_967_295.0, 2_147_483_649.5, -1.0e-9, 6.022e23] {
            let split = SplitReal::of(value);
            let back = f64::from(split.high) + f64::from(split.low);
            assert!((back - value).abs() <= value.abs() * 2.0_f64.powi(-48), "{value}: {back}");
        }
        let near = SplitReal::of(4_294_967_295.0).from_zero(SplitReal::of(4_294_967_290.0));
        assert!((near - 5.0).abs() < f32::EPSILON, "{near}");
    }

    #[test]
    fn what_is_no_number_stays_none_and_what_is_too_large_becomes_the_largest() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(SplitReal::of(value).high.is_nan(), "{value}");
        }
        assert_eq!(SplitReal::of(-1.0e300), SplitReal { high: f32::MIN, low: 0.0 });
    }
}
