//! Lengths in the patient.

use serde::Serialize;

/// A length in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Mm(pub f64);

/// The distance between the centres of neighbouring pixels, in millimetres. PS3.3 10.7.1.1.
///
/// The order is DICOM's: between rows (vertical) first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MmPerPixel {
    /// Between rows: vertical.
    pub row: f64,
    /// Between columns: horizontal.
    pub column: f64,
}
