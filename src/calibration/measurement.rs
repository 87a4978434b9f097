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

impl LevelReading {
    /// The mean of readings of a level, cd/m².
    pub fn mean_of(level: u16, luminances: &[f64], chromaticity: Option<Chromaticity>) -> Self {
        let readings = u16::try_from(luminances.len()).unwrap_or(u16::MAX);
        let count = f64::from(readings.max(1));
        let mean = luminances.iter().sum::<f64>() / count;
        let squares = luminances.iter().map(|luminance| (luminance - mean) * (luminance - mean)).sum::<f64>();
        let spread_cd_m2 = if readings > 1 { libm::sqrt(squares / (count - 1.0)) } else { 0.0 };
        Self { level, luminance_cd_m2: mean, spread_cd_m2, readings, chromaticity }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_count_by_their_mean_and_tell_their_spread() {
        let mean = LevelReading::mean_of(15, &[1.0, 2.0, 3.0], None);
        let expected = LevelReading {
            level: 15,
            luminance_cd_m2: 2.0,
            spread_cd_m2: 1.0,
            readings: 3,
            chromaticity: None,
        };
        assert_eq!(mean, expected);
        let one = LevelReading::mean_of(15, &[2.5], Some(Chromaticity::D65));
        assert_eq!((one.spread_cd_m2.to_bits(), one.readings), (0, 1));
    }
}
