//! What a photometer told of one monitor.

use serde::{Deserialize, Serialize};

use crate::units::Chromaticity;

/// Whether what was measured went by the table of the GSDF that Hotlight applies: characterising goes around it, verifying
/// goes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalPath {
    /// Levels are driving levels of the panel.
    Around,
    /// Levels are P-values.
    Through,
}

/// What was measured on one monitor, all without ambient light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// The way of the levels to the panel.
    pub path: SignalPath,
    /// The highest level: 255 for 8 bits.
    pub highest: u16,
    /// Luminance over levels, levels rising.
    pub response: Vec<LevelReading>,
    /// What the room's light adds to each, cd/m²; none where nobody measured it.
    pub ambient_cd_m2: Option<f64>,
    /// Uniform fields, measured in several places.
    #[serde(default)]
    pub fields: Vec<FieldReading>,
}

/// One level, as the mean of its readings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelReading {
    /// The level, from 0 to the highest.
    pub level: u16,
    /// Luminance, cd/m².
    pub luminance_cd_m2: f64,
    /// Standard deviation of its readings, cd/m²; 0 for one.
    #[serde(default)]
    pub spread_cd_m2: f64,
    /// How many readings it is the mean of.
    pub readings: u16,
    /// Its colour, where the instrument tells it.
    #[serde(default)]
    pub chromaticity: Option<Chromaticity>,
}

/// A uniform field: 5 places (centre, then the corners row by row) or 9 (row by row).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldReading {
    /// The level of the field.
    pub level: u16,
    /// The places.
    pub points: Vec<PointReading>,
}

/// One place of a uniform field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointReading {
    /// Luminance, cd/m².
    pub luminance_cd_m2: f64,
    /// Its colour, where the instrument tells it.
    #[serde(default)]
    pub chromaticity: Option<Chromaticity>,
}
