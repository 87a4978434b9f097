//! The stages in order, and the one table that they make. PS3.4 N.2; rules P-6, P-10, P-15, P-25.
//!
//! GPU twin: `shaders/lib/gray.wgsl`.

use super::modality::Rescale;
use super::voi::Window;
use crate::dicom::PixelFormat;
use crate::units::{ModalityValue, PValue, StoredValue};

/// Whether the lower end of the output is dark. PS3.3 C.11.6.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// IDENTITY: low values are dark.
    Identity,
    /// INVERSE: low values are light.
    Inverse,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub const fn inverted(self) -> Self {
        match self {
            Self::Identity => Self::Inverse,
            Self::Inverse => Self::Identity,
        }
    }
}

/// The stored values that an image can hold, both ends included. PS3.3 C.7.6.3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoredRange {
    /// The smallest.
    pub low: i32,
    /// The largest.
    pub high: i32,
}

impl StoredRange {
    /// The range of Bits Stored and Pixel Representation; `None` beyond 16 bits, where no image comes near its ends.
    pub fn of(format: PixelFormat) -> Option<Self> {
        if format.is_float || format.bits_stored > 16 {
            return None;
        }
        let count = 1_i32 << format.bits_stored;
        Some(if format.is_signed {
            Self { low: -count / 2, high: count / 2 - 1 }
        } else {
            Self { low: 0, high: count - 1 }
        })
    }
}

/// The grayscale chain of one picture, as plain data: stored value → modality → VOI → P-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrayTransform {
    /// Modality LUT.
    pub rescale: Rescale,
    /// VOI.
    pub window: Window,
    /// Presentation LUT shape: MONOCHROME1 and the reader's inversion together.
    pub polarity: Polarity,
}

impl GrayTransform {
    /// The P-value of a stored value.
    pub fn to_p_value(&self, stored: StoredValue) -> PValue {
        self.present(self.rescale.to_modality(stored))
    }

    /// The P-value of a modality value.
    ///
    /// Fractions are cut, not rounded. DICOM leaves it open; dcmtk cuts, so a foreign program confirms every pixel.
    /// What is not a number is black in either polarity.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped, and cutting is the rule"
    )]
    pub fn present(&self, value: ModalityValue) -> PValue {
        let white = f64::from(PValue::WHITE.0);
        let (y_min, y_max) = match self.polarity {
            Polarity::Identity => (0.0, white),
            Polarity::Inverse => (white, 0.0),
        };
        // Not a number stays none, and is cut to 0.
        PValue(self.window.apply(value, y_min, y_max).clamp(0.0, white) as u16)
    }

    /// The same in the card's arithmetic, from the share that [`Window::apply_f32`] gives: what `shaders/lib/gray.wgsl`
    /// computes, bit for bit.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped, and cutting is the rule"
    )]
    pub fn present_f32(&self, share: f32) -> PValue {
        let share = share.clamp(0.0, 1.0);
        let share = match self.polarity {
            Polarity::Identity => share,
            Polarity::Inverse => 1.0 - share,
        };
        PValue((share * f32::from(PValue::WHITE.0)) as u16)
    }
}

/// [`GrayTransform`] for every value a 16-bit word can hold, addressed by the word as it lies in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrayTable {
    entries: Vec<PValue>,
}

impl GrayTable {
    /// Words of 16 bits.
    pub const LENGTH: usize = 1 << 16;

    /// Computes all entries in `f64`.
    pub fn of(transform: &GrayTransform, is_signed: bool) -> Self {
        let entry = |word: u16| {
            let stored = if is_signed { i32::from(word.cast_signed()) } else { i32::from(word) };
            transform.to_p_value(StoredValue(stored.into()))
        };
        Self { entries: (0..=u16::MAX).map(entry).collect() }
    }

    /// The P-value of a stored word.
    pub fn at(&self, word: u16) -> PValue {
        self.entries.get(usize::from(word)).copied().unwrap_or(PValue::BLACK)
    }

    /// All entries, from word 0 to word 65535.
    pub fn entries(&self) -> &[PValue] {
        &self.entries
    }
}
