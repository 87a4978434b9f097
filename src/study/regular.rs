//! May this stack be a volume? If not, precisely why. Rules.

use crate::geometry::{ImagePlane, SAME_POSITION_MM, StackAxis, gaps_along};

use super::finding::Finding;

/// A gap may differ from the median by this, mm, or by this share of the median, whichever is more. Rule X-5.
const SPACING_TOLERANCE_MM: f64 = 0.01;
const SPACING_TOLERANCE_SHARE: f64 = 0.01;

/// A step further than this from the normal is a tilted gantry, degrees.
const TILT_MIN_DEGREES: f64 = 0.06;

/// An image may stand this far beside the line of the others, mm: positions are written with few digits.
const SHIFT_TOLERANCE_MM: f64 = 0.1;

/// What is irregular about sorted parallel planes; nothing for a regular stack.
pub(super) fn irregularities(planes: &[ImagePlane], axis: &StackAxis) -> Vec<Finding> {
    let all_gaps_mm: Vec<f64> = gaps_along(planes, axis.normal).collect();
    let (gaps_mm, duplicates): (Vec<f64>, Vec<f64>) =
        all_gaps_mm.into_iter().partition(|gap| *gap >= SAME_POSITION_MM);
    let mut findings = Vec::new();
    if !duplicates.is_empty() {
        findings.push(Finding::DuplicatePositions { count: duplicates.len() });
    }
    let tolerance_mm = (axis.spacing_mm * SPACING_TOLERANCE_SHARE).max(SPACING_TOLERANCE_MM);
    let mut missing: usize = 0;
    let mut is_uneven = false;
    for &gap in &gaps_mm {
        let steps = (gap / axis.spacing_mm).round();
        if steps < 1.0 || (gap - steps * axis.spacing_mm).abs() > tolerance_mm * steps {
            is_uneven = true;
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 1; saturates"
            )]
            let skipped = steps as usize - 1;
            missing = missing.saturating_add(skipped);
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
    let most_mm = largest_shift_mm(planes, axis);
    if most_mm > SHIFT_TOLERANCE_MM {
        findings.push(Finding::LateralShift { most_mm });
    }
    let degrees = axis.tilt_degrees();
    if degrees > TILT_MIN_DEGREES {
        findings.push(Finding::GantryTilt { degrees });
    }
    findings
}

/// How far an image stands beside the line from the first to the last one, at most.
fn largest_shift_mm(planes: &[ImagePlane], axis: &StackAxis) -> f64 {
    let Some(first) = planes.first() else { return 0.0 };
    let along_step = axis.step.dot(axis.normal);
    let shift = |plane: &ImagePlane| {
        let away = plane.origin - first.origin;
        let steps = away.dot(axis.normal) / along_step;
        (away + axis.step * -steps).length()
    };
    planes.iter().map(shift).filter(|mm| mm.is_finite()).fold(0.0, f64::max)
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
        assert_eq!(names_of(&planes), names, "{heights_mm:?}");
    }

    fn names_of(planes: &[ImagePlane]) -> Vec<&'static str> {
        let Some(axis) = StackAxis::of(planes) else { return vec!["duplicate-positions"] };
        irregularities(planes, &axis).iter().map(Finding::name).collect()
    }

    #[test]
    fn a_sideways_step_is_told() {
        let spacing = MmPerPixel { row: 1.0, column: 1.0 };
        let plane = |x, z| {
            ImagePlane::new([x, 0.0, z], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], spacing).expect("an axial plane")
        };
        let planes = [plane(0.0, 0.0), plane(0.0, 2.0), plane(30.0, 4.0), plane(0.0, 6.0)];
        assert_eq!(names_of(&planes), ["lateral-shift"]);
    }

    #[test]
    fn every_irregularity_has_its_name() {
        check(&[0.0, 2.5, 5.0, 7.5], &[]);
        check(&[0.0, 2.5, 5.0, 10.0, 12.5], &["missing-slices"]);
        check(&[0.0, 2.5, 2.5, 5.0, 7.5], &["duplicate-positions"]);
        check(&[0.0, 2.5, 5.0, 8.6, 11.1], &["uneven-spacing"]);
        // Phases of a heart: several images at every position.
        check(&[0.0, 0.0, 0.0, 2.5, 2.5, 2.5, 5.0, 5.0, 5.0], &["duplicate-positions"]);
        check(&[1.0, 1.0], &["duplicate-positions"]);
    }
}
