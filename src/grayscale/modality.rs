//! Modality LUT: stored value to the image's own units. PS3.3 C.11.1.
//!
//! GPU twin: `shaders/lib/modality.wgsl`.

use crate::units::{ModalityValue, StoredValue};

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
        ModalityValue(self.slope * f64::from(stored.0) + self.intercept)
    }

    /// The same in the card's arithmetic: what `shaders/lib/modality.wgsl` computes, bit for bit.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is the point")]
    pub fn to_modality_f32(self, stored: f32) -> f32 {
        self.slope as f32 * stored + self.intercept as f32
    }
}
