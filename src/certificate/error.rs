//! Why there is no certificate.

use crate::calibration::{Certificate, Quantity, Verdict};

/// Why a certificate is not one, or cannot be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CertificateError {
    /// No JSON, or one of something else.
    #[error("this is no certificate of a monitor: {why}")]
    Unreadable {
        /// The parser's words, with line and column.
        why: String,
    },
    /// Another program's, or that of another version.
    #[error("the format of this certificate is '{found}', and only '{}' is read here", Certificate::FORMAT)]
    Format {
        /// What it says.
        found: String,
    },
    /// Not a time.
    #[error("'{key}' is '{found}', where a time such as 2026-11-24T09:20:00+01:00 is expected")]
    Time {
        /// Which time.
        key: &'static str,
        /// What is written.
        found: String,
    },
    /// Levels that do not rise, or rise too far.
    #[error("level {level} stands where a level above the one before is expected, up to {highest}")]
    Level {
        /// What is written.
        level: u16,
        /// The highest level there is.
        highest: u16,
    },
    /// A number that nobody measured.
    #[error("level {level} has {luminance} cd/m²: a luminance is a number of cd/m² from 0 to 100000")]
    Luminance {
        /// The level.
        level: u16,
        /// What is written.
        luminance: f64,
    },
    /// The same of the room's light.
    #[error("the room's light adds {luminance} cd/m²: a luminance is a number of cd/m² from 0 to 100000")]
    Ambient {
        /// What is written.
        luminance: f64,
    },
    /// A uniform field of another number of places.
    #[error("the field of level {level} has {found} places, where 5 or 9 are expected")]
    Places {
        /// Its level.
        level: u16,
        /// How many it has.
        found: usize,
    },
    /// A check that the verdict does not follow from.
    #[error("the verdict is '{}', though '{}' fails: the certificate was changed by hand", .verdict.name(), .quantity.name())]
    Contradiction {
        /// The verdict.
        verdict: Verdict,
        /// What fails.
        quantity: Quantity,
    },
    /// Not written.
    #[error("the certificate cannot be written: {why}")]
    Unwritable {
        /// What the library says.
        why: String,
    },
}
