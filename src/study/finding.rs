//! What is odd about a display set, by name: `problems` of `info --json`, badges on the viewport.

use std::fmt;

/// A named fact about the data that the reader must know.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Gaps of a multiple of the spacing: images that should be there and are not.
    MissingSlices {
        /// How many are missing.
        count: usize,
    },
    /// Distances between images that differ without being gaps.
    UnevenSpacing {
        /// The smallest distance, mm.
        least_mm: f64,
        /// The largest distance, mm.
        most_mm: f64,
    },
    /// Several images at one position.
    DuplicatePositions {
        /// How many images share a position with one before them.
        count: usize,
    },
    /// Objects that share their UID with a different object: only one of each is shown.
    ConflictingDuplicates {
        /// How many are left out.
        count: usize,
    },
    /// Images that are shifted sideways against the others.
    LateralShift {
        /// By how much at most, mm.
        most_mm: f64,
    },
    /// The images are sheared against their normal.
    GantryTilt {
        /// The angle, degrees.
        degrees: f64,
    },
    /// The series holds images of different directions, sizes or frames of reference; it was split.
    MixedOrientations {
        /// Into how many display sets.
        parts: usize,
    },
    /// The images were compressed with loss.
    Lossy {
        /// 12.0 for 12:1.
        ratio: Option<f64>,
    },
    /// Objects that state a place which cannot be used.
    BadGeometry {
        /// How many.
        count: usize,
    },
    /// Parts of the grayscale chain that the image asks for and that are not applied yet.
    GrayNotApplied {
        /// Which.
        what: Vec<&'static str>,
    },
}

impl Finding {
    /// The name in `info --json`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MissingSlices { .. } => "missing-slices",
            Self::UnevenSpacing { .. } => "uneven-spacing",
            Self::DuplicatePositions { .. } => "duplicate-positions",
            Self::ConflictingDuplicates { .. } => "conflicting-duplicates",
            Self::LateralShift { .. } => "lateral-shift",
            Self::GantryTilt { .. } => "gantry-tilt",
            Self::MixedOrientations { .. } => "mixed-orientations",
            Self::Lossy { .. } => "lossy",
            Self::BadGeometry { .. } => "bad-geometry",
            Self::GrayNotApplied { .. } => "gray-not-applied",
        }
    }

    /// Whether the reader could be misled by not knowing: such badges are amber.
    pub const fn is_caution(&self) -> bool {
        !matches!(self, Self::MixedOrientations { .. })
    }
}

/// The words of the badge: short, glyph-free.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingSlices { count: 1 } => f.write_str("1 slice missing"),
            Self::MissingSlices { count } => write!(f, "{count} slices missing"),
            Self::UnevenSpacing { least_mm, most_mm } => {
                write!(f, "uneven spacing {least_mm:.2}–{most_mm:.2} mm")
            }
            Self::DuplicatePositions { count } => write!(f, "{count} duplicate positions"),
            Self::ConflictingDuplicates { count: 1 } => {
                f.write_str("1 image left out: its UID is used twice")
            }
            Self::ConflictingDuplicates { count } => {
                write!(f, "{count} images left out: their UIDs are used twice")
            }
            Self::LateralShift { most_mm } => write!(f, "shifted sideways by {most_mm:.1} mm"),
            Self::GantryTilt { degrees } => write!(f, "gantry tilt {degrees:.1}°"),
            Self::MixedOrientations { parts } => write!(f, "split into {parts} sets"),
            Self::Lossy { ratio: Some(ratio) } => write!(f, "lossy {ratio:.0}:1"),
            Self::Lossy { ratio: None } => f.write_str("lossy"),
            Self::BadGeometry { count } => write!(f, "{count} images with unusable positions"),
            Self::GrayNotApplied { what } => write!(f, "not applied: {}", what.join(", ")),
        }
    }
}
