//! What is odd about a display set, by name: `problems` of `info --json`, badges on the viewport.

use std::borrow::Cow;
use std::fmt;

use crate::color::ProfileError;

use super::rule::SplitRule;
use super::suv::NoSuv;

/// A named fact about the data that the reader must know.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Gaps of a multiple of the spacing: images that should be there and are not.
    MissingSlices {
        /// How many are missing.
        count: u32,
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
    /// The series holds images that may not be scrolled through together; it was split.
    Split {
        /// By which rule.
        by: &'static SplitRule,
        /// Into how many parts.
        parts: usize,
    },
    /// Raw material for pictures, which is not to be read. Rule P-21.
    ForProcessing,
    /// Objects that end before their last frame.
    Truncated {
        /// Frames that are here.
        present: u32,
        /// Frames that the objects state.
        stated: u32,
    },
    /// The reading of files was cancelled while images of the series were coming.
    ReadingCancelled,
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
    /// Objects that lack one of their UIDs, and are shown alone.
    NoUid,
    /// Letters that could not be read.
    UnreadableText {
        /// Why.
        why: String,
    },
    /// PET images without a standardized uptake value.
    NoSuv {
        /// Why.
        why: NoSuv,
    },
    /// A map to real-world values that cannot be applied.
    BadRealWorldMap {
        /// Why.
        why: String,
    },
    /// The colours have an ICC profile that is not applied.
    ProfileNotApplied {
        /// Why.
        why: ProfileError,
    },
    /// Parts of the grayscale chain that the image asks for and that are not applied yet.
    GrayNotApplied {
        /// Which.
        what: Vec<Cow<'static, str>>,
    },
}

impl Finding {
    /// The name in `info --json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MissingSlices { .. } => "missing-slices",
            Self::UnevenSpacing { .. } => "uneven-spacing",
            Self::DuplicatePositions { .. } => "duplicate-positions",
            Self::ConflictingDuplicates { .. } => "conflicting-duplicates",
            Self::LateralShift { .. } => "lateral-shift",
            Self::GantryTilt { .. } => "gantry-tilt",
            Self::Split { by, .. } => by.finding.as_ref().map_or("split", |finding| finding.name.as_str()),
            Self::ForProcessing => "for-processing",
            Self::Truncated { .. } => "truncated",
            Self::ReadingCancelled => "reading-cancelled",
            Self::Lossy { .. } => "lossy",
            Self::BadGeometry { .. } => "bad-geometry",
            Self::NoUid => "no-uid",
            Self::UnreadableText { .. } => "unreadable-text",
            Self::NoSuv { .. } => "no-suv",
            Self::BadRealWorldMap { .. } => "bad-real-world-map",
            Self::ProfileNotApplied { .. } => "profile-not-applied",
            Self::GrayNotApplied { .. } => "gray-not-applied",
        }
    }

    /// Whether the reader could be misled by not knowing: such badges are amber.
    pub fn is_caution(&self) -> bool {
        match self {
            Self::Split { by, .. } => by.finding.as_ref().is_some_and(|finding| finding.is_caution),
            // Nothing stands where it would stand.
            Self::NoSuv { .. } => false,
            _ => true,
        }
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
            Self::DuplicatePositions { count: 1 } => f.write_str("1 duplicate position"),
            Self::DuplicatePositions { count } => write!(f, "{count} duplicate positions"),
            Self::ConflictingDuplicates { count: 1 } => {
                f.write_str("1 image left out: its UID is used twice")
            }
            Self::ConflictingDuplicates { count } => {
                write!(f, "{count} images left out: their UIDs are used twice")
            }
            Self::LateralShift { most_mm } => write!(f, "shifted sideways by {most_mm:.1} mm"),
            Self::GantryTilt { degrees } => write!(f, "gantry tilt {degrees:.1}°"),
            Self::Split { by, parts } => {
                let badge = by.finding.as_ref().map_or("{} parts", |finding| finding.badge.as_str());
                f.write_str(&badge.replace("{}", &parts.to_string()))
            }
            Self::ForProcessing => f.write_str("FOR PROCESSING – not for diagnosis"),
            Self::Truncated { present, stated } => write!(f, "truncated: {present} of {stated} frames"),
            Self::ReadingCancelled => f.write_str("reading was cancelled"),
            Self::Lossy { ratio: Some(ratio) } => write!(f, "lossy {ratio:.0}:1"),
            Self::Lossy { ratio: None } => f.write_str("lossy"),
            Self::BadGeometry { count: 1 } => f.write_str("1 image with an unusable position"),
            Self::BadGeometry { count } => write!(f, "{count} images with unusable positions"),
            Self::NoUid => f.write_str("no UID: shown alone"),
            Self::UnreadableText { .. } => f.write_str("letters cannot be read"),
            Self::NoSuv { .. } => f.write_str("no SUV"),
            Self::BadRealWorldMap { .. } => f.write_str("a real-world value is left out"),
            Self::ProfileNotApplied { .. } => f.write_str("colour profile not applied"),
            Self::GrayNotApplied { what } => write!(f, "not applied: {}", what.join(", ")),
        }
    }
}
