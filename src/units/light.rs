//! Light as the eye meets it.

/// Luminance in candela per square metre.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct CdPerM2(pub f64);

/// An index of just noticeable differences, as PS3.14 7.1 counts them: one step is one difference that the average eye
/// can just see.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Jnd(pub f64);

/// A colour without its luminance: u′ and v′ of CIE 1976, in which equal distances look about equally far. Rule G-20.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chromaticity {
    /// u′.
    pub u: f64,
    /// v′.
    pub v: f64,
}

impl Chromaticity {
    /// Of daylight at 6504 K, which white is held against.
    pub const D65: Self = Self { u: 0.1978, v: 0.4683 };

    /// From CIE 1931 tristimulus values; none for black.
    pub fn from_xyz([x, y, z]: [f64; 3]) -> Option<Self> {
        let sum = x + 15.0 * y + 3.0 * z;
        (sum > 0.0).then(|| Self { u: 4.0 * x / sum, v: 9.0 * y / sum })
    }

    /// From CIE 1931 x and y; none where y is not a share.
    pub fn from_xy(x: f64, y: f64) -> Option<Self> {
        (y > 0.0).then_some([x, y, 1.0 - x - y]).and_then(Self::from_xyz)
    }

    /// Δu′v′.
    pub fn distance(self, other: Self) -> f64 {
        (self.u - other.u).hypot(self.v - other.v)
    }
}
