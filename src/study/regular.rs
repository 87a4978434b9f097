//! May this stack be a volume? If not, precisely why. Rules.

use crate::geometry::{ImagePlane, StackAxis, gaps_along};

use super::finding::Finding;

/// Two planes nearer than this are at one position, mm. Rule X-4.
pub(super) const SAME_POSITION_MM: f64 = 0.01;

/// A gap may differ from the median by this, mm, or by this share of the median, whichever is more. Rule X-5.
const SPACING_TOLERANCE_MM: f64 = 0.01;
const SPACING_TOLERANCE_SHARE: f64 = 0.01;

/// A step further than this from the normal is a tilted gantry, degrees.
const TILT_MIN_DEGREES: f64 = 0.06;

/// What is irregular about sorted parallel planes; nothing for a regular stack.
pub(super) fn irregularities(planes: &[ImagePlane], axis: &StackAxis) -> Vec<Finding> {
    let gaps_mm: Vec<f64> = gaps_along(planes, axis.normal).collect();
    let mut findings = Vec::new();
    let duplicates = gaps_mm.iter().filter(|gap| **gap < SAME_POSITION_MM).count();
    if duplicates > 0 {
        findings.push(Finding::DuplicatePositions { count: duplicates });
    }
    let tolerance_mm = (axis.spacing_mm * SPACING_TOLERANCE_SHARE).max(SPACING_TOLERANCE_MM);
    let mut missing = 0;
    let mut is_uneven = false;
    for gap in gaps_mm.iter().copied().filter(|gap| *gap >= SAME_POSITION_MM) {
        let steps = (gap / axis.spacing_mm).round();
        if (gap - steps * axis.spacing_mm).abs() > tolerance_mm * steps.max(1.0) || steps < 1.0 {
            is_uneven = true;
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "steps is a small count"
            )]
            let skipped = steps as usize - 1;
            missing += skipped;
        }
    }
    if missing > 0 {
        findings.push(Finding::MissingSlices { count: missing });
    }
    if is_uneven {
        let least_mm = gaps_mm.iter().copied().fold(f64::INFINITY, f64::min);
        let most_mm = gaps_mm.iter().copied().fold(0.0, f64::max);
        findings.push(Finding::UnevenSpacing { least_mm, most_mm });
    }
    let degrees = axis.tilt_degrees();
    if degrees > TILT_MIN_DEGREES {
        findings.push(Finding::GantryTilt { degrees });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MmPerPixel;

    fn check(heights_mm: &[f64], names: &[&str]) {
        let spacing = MmPerPixel { row: 1.0, column: 1.0 };
        let planes: Vec<_> = heights_mm
            .iter()
            .map(|&z| {
                ImagePlane::new([0.0, 0.0, z], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], spacing)
                    .expect("an axial plane")
            })
            .collect();
        let axis = StackAxis::of(&planes).expect("two planes or more");
        let found: Vec<_> = irregularities(&planes, &axis).iter().map(Finding::name).collect();
        assert_eq!(found, names, "{heights_mm:?}");
    }

    #[test]
    fn every_irregularity_has_its_name() {
        check(&[0.0, 2.5, 5.0, 7.5], &[]);
        check(&[0.0, 2.5, 5.0, 10.0, 12.5], &["missing-slices"]);
        check(&[0.0, 2.5, 2.5, 5.0, 7.5], &["duplicate-positions"]);
        check(&[0.0, 2.5, 5.0, 8.6, 11.1], &["uneven-spacing"]);
    }
}
