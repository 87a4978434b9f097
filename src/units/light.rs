//! Light as the eye meets it.

/// Luminance in candela per square metre.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct CdPerM2(pub f64);

/// An index of just noticeable differences, as PS3.14 7.1 counts them: one step is one difference that the average eye
/// can just see.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Jnd(pub f64);
