//! The values of one pixel on its way from the file to the panel. PS3.4 N.2.

/// What the file holds: the pixel after the bits above High Bit are masked and the sign is extended. PS3.5 8.1.1.
/// Whole, unless the file holds Float Pixel Data.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct StoredValue(pub f64);

/// The output of the Modality LUT, in the units that the image states (Hounsfield units for CT). PS3.3 C.11.1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct ModalityValue(pub f64);

/// A presentation value, linear in perceived lightness: 0 is the darkest, 65535 the lightest. PS3.14 7.
///
/// Hotlight carries P-values in 16 bits to the last pass, whatever the panel takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PValue(pub u16);

impl PValue {
    /// Minimum luminance.
    pub const BLACK: Self = Self(0);
    /// Maximum luminance.
    pub const WHITE: Self = Self(u16::MAX);
}

/// A digital driving level: what the panel is sent, 0…255 on an 8-bit surface. PS3.14 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ddl(pub u16);
