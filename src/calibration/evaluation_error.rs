//! Why a measurement cannot be evaluated.

use crate::grayscale::CurveError;
use crate::grayscale::gsdf::GsdfError;

/// Why a measurement cannot be evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// The levels are no curve of a panel.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// Full drive is not measured.
    #[error("the last level is {last}: the highest, {highest}, is not measured")]
    Highest {
        /// The last level that was measured.
        last: u16,
        /// The highest that there is.
        highest: u16,
    },
    /// Too coarse.
    #[error(
        "there are {count} levels: an evaluation needs 18 (of 8 bits 0, 15, 30 … 255), or the 11 of SMPTE"
    )]
    TooFew {
        /// How many there are.
        count: usize,
    },
    /// A deviation could hide there.
    #[error("no level is measured between {from} and {to}: at most a ninth of the range may lie between two")]
    Gap {
        /// The level below.
        from: u16,
        /// The level above.
        to: u16,
    },
    /// Ambient light is not a luminance.
    #[error("an ambient luminance of {luminance} cd/m²: it is a number from 0 to 4000")]
    Ambient {
        /// The luminance found, cd/m².
        luminance: f64,
    },
    /// Darker or brighter than the GSDF goes.
    #[error("with ambient light, level {level} is none of the GSDF: {why}")]
    Range {
        /// The level.
        level: u16,
        /// What the GSDF says.
        why: GsdfError,
    },
    /// The panel shows nothing.
    #[error("level {highest} has {luminance} cd/m², no more than level 0")]
    Flat {
        /// The highest level.
        highest: u16,
        /// Its luminance without ambient light, cd/m².
        luminance: f64,
    },
    /// No places of a field that are known.
    #[error("the field of level {level} is measured in {count} places: 5 or 9 are expected")]
    Places {
        /// The level of the field.
        level: u16,
        /// How many places there are.
        count: usize,
    },
    /// No luminance.
    #[error(
        "the field of level {level} has luminance {luminance} in place {place}: it is a number of cd/m² from 0 to 4000"
    )]
    FieldLuminance {
        /// The level of the field.
        level: u16,
        /// The place, from 1.
        place: usize,
        /// The luminance found.
        luminance: f64,
    },
    /// No colour.
    #[error("level {level} has a colour that there is none of: u′ and v′ are numbers from 0 to 1")]
    Chromaticity {
        /// The level.
        level: u16,
    },
    /// No side of a pixel.
    #[error("a pixel of {mm} mm: its side is a number above 0")]
    Pixel {
        /// The side found, mm.
        mm: f64,
    },
    /// The monitor beside it.
    #[error("the paired monitor: {0}")]
    Pair(Box<Self>),
}

impl EvaluationError {
    /// The level that is wrong, where it is one.
    pub(super) const fn level(&self) -> Option<u16> {
        match self {
            Self::Curve(
                CurveError::Luminance { ddl: level, .. }
                | CurveError::First { ddl: level }
                | CurveError::Order { ddl: level, .. }
                | CurveError::Falls { ddl: level, .. }
                | CurveError::Last { ddl: level },
            )
            | Self::Highest { last: level, .. }
            | Self::Gap { to: level, .. }
            | Self::Range { level, .. }
            | Self::Flat { highest: level, .. }
            | Self::Places { level, .. }
            | Self::FieldLuminance { level, .. }
            | Self::Chromaticity { level } => Some(*level),
            Self::Curve(CurveError::Header | CurveError::Row { .. } | CurveError::TooFew { .. })
            | Self::TooFew { .. }
            | Self::Ambient { .. }
            | Self::Pixel { .. }
            | Self::Pair(_) => None,
        }
    }
}
