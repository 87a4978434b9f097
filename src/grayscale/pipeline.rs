//! The stages in order, and the one table that they make. PS3.4 N.2; rules P-6, P-10, P-15, P-16, P-25.
//!
//! GPU twin: `shaders/lib/gray.wgsl`.

use super::curve::{Curve, between, curve_f32};
use super::modality::ModalityLut;
use super::voi::Window;
use crate::dicom::Padding;
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

/// The grayscale chain of one picture, as plain data: stored value → modality → VOI → presentation → P-value.
#[derive(Debug, Clone, PartialEq)]
pub struct GrayTransform {
    /// Modality LUT.
    pub modality: ModalityLut,
    /// VOI, or what spans the curve.
    pub window: Window,
    /// What tables make of the window's share.
    pub curve: Option<Curve>,
    /// Presentation LUT shape: MONOCHROME1 and the reader's inversion together.
    pub polarity: Polarity,
    /// Stored values that are black whatever the rest says, and never interpolated.
    pub padding: Option<Padding>,
}

impl GrayTransform {
    /// A window over modality values, and nothing else.
    pub const fn new(modality: ModalityLut, window: Window, polarity: Polarity) -> Self {
        Self { modality, window, curve: None, polarity, padding: None }
    }

    /// Whether a stored value stands for no tissue, or is no number: black in either polarity. Rule P-16.
    pub fn is_hole(&self, StoredValue(stored): StoredValue) -> bool {
        !stored.is_finite() || self.padding.is_some_and(|padding| padding.contains(stored))
    }

    /// The P-value of a modality value.
    ///
    /// Fractions are cut, not rounded. DICOM leaves it open; dcmtk cuts, so a foreign program confirms every pixel.
    /// What is not a number is black in either polarity.
    pub fn present(&self, value: ModalityValue) -> PValue {
        self.present_by(value, Curve::at)
    }

    /// The same with the curve's values from elsewhere.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped, and cutting is the rule"
    )]
    fn present_by(&self, value: ModalityValue, at: impl Fn(&Curve, f64) -> f64) -> PValue {
        let white = f64::from(PValue::WHITE.0);
        let p = match (&self.curve, self.polarity) {
            (None, Polarity::Identity) => self.window.apply(value, 0.0, white),
            (None, Polarity::Inverse) => self.window.apply(value, white, 0.0),
            (Some(curve), Polarity::Identity) => at(curve, self.window.apply(value, 0.0, 1.0)),
            (Some(curve), Polarity::Inverse) => white - at(curve, self.window.apply(value, 0.0, 1.0)),
        };
        // Not a number stays none, and is cut to 0.
        PValue(p.clamp(0.0, white) as u16)
    }

    /// The same in the card's arithmetic, from the share that [`Window::apply_f32`] gives and the curve's entries, if there
    /// is one: what `shaders/lib/gray.wgsl` computes, bit for bit.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped, and cutting is the rule"
    )]
    pub fn present_f32(&self, share: f32, curve: Option<&[PValue]>) -> PValue {
        let white = f32::from(PValue::WHITE.0);
        let is_inverse = self.polarity == Polarity::Inverse;
        if let Some(entries) = curve {
            let p = curve_f32(entries, share);
            return PValue((if is_inverse { white - p } else { p }) as u16);
        }
        let share = share.clamp(0.0, 1.0);
        PValue(((if is_inverse { 1.0 - share } else { share }) * white) as u16)
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
        // The curve's entries are worked out once, and not for each word.
        let entries = transform.curve.as_ref().map(Curve::entries).unwrap_or_default();
        let at = |_: &Curve, share| {
            between(entries.len(), share, |index| entries.get(index).copied().unwrap_or_default())
        };
        let entry = |word: u16| {
            let stored = if is_signed { i32::from(word.cast_signed()) } else { i32::from(word) };
            let stored = StoredValue(stored.into());
            if transform.is_hole(stored) {
                return PValue::BLACK;
            }
            transform.present_by(transform.modality.to_modality(stored), at)
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
