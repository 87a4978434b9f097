//! May this stack be a volume? If not, precisely why. Rules.

use crate::geometry::{ImagePlane, SAME_POSITION_MM, SPACING_TOLERANCE_SHARE, StackAxis, gaps_along};

use super::completeness::Gap;
use super::finding::Finding;

/// A gap may differ from the median by this, mm, or by [`SPACING_TOLERANCE_SHARE`] of the median, whichever is more. Rule
///
const SPACING_TOLERANCE_MM: f64 = 0.01;

/// A step further than this from the normal is a tilted gantry, degrees.
const TILT_MIN_DEGREES: f64 = 0.06;

/// An image may stand this far beside the line of the others, mm: positions are written with few digits.
const SHIFT_TOLERANCE_MM: f64 = 0.1;

/// What is irregular about sorted parallel planes, and where slices are missing; nothing for a regular stack.
pub(super) fn irregularities(planes: &[ImagePlane], axis: &StackAxis) -> (Vec<Finding>, Vec<Gap>) {
    let all_gaps_mm: Vec<f64> = gaps_along(planes, axis.normal).collect();
    let is_step = |gap: &f64| *gap >= SAME_POSITION_MM;
    let gaps_mm: Vec<f64> = all_gaps_mm.iter().copied().filter(is_step).collect();
    let duplicates = all_gaps_mm.len() - gaps_mm.len();
    let mut findings = Vec::new();
    if duplicates > 0 {
        findings.push(Finding::DuplicatePositions { count: duplicates });
    }
    let tolerance_mm = (axis.spacing_mm * SPACING_TOLERANCE_SHARE).max(SPACING_TOLERANCE_MM);
    let steps_of = |gap_mm: f64| {
        let steps = (gap_mm / axis.spacing_mm).round();
        let is_whole = steps >= 1.0 && (gap_mm - steps * axis.spacing_mm).abs() <= tolerance_mm * steps;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1; saturates")]
        let steps = steps as u32;
        is_whole.then_some(steps)
    };
    let steps: Vec<(usize, Option<u32>)> = (0..)
        .zip(&all_gaps_mm)
        .filter(|(_, gap_mm)| is_step(gap_mm))
        .map(|(after, gap_mm)| (after, steps_of(*gap_mm)))
        .collect();
    let mut gaps = Vec::new();
    let mut is_uneven = false;
    for run in steps.chunk_by(|(_, a), (_, b)| a == b) {
        match run {
            [(_, Some(1)), ..] => {}
            // Slices are lost one here, two there; a stretch of equal distances was scanned so.
            [(_, None), ..] | [_, _, _, ..] => is_uneven = true,
            _ => {
                gaps.extend(
                    run.iter().filter_map(|&(after, steps)| Some(Gap { after, missing: steps? - 1 })),
                );
            }
        }
    }
    let missing = gaps.iter().fold(0_u32, |sum, gap| sum.saturating_add(gap.missing));
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
    (findings, gaps)
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
        irregularities(planes, &axis).0.iter().map(Finding::name).collect()
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
        // Half of the stack at twice the distance.
        check(&[0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0], &["uneven-spacing"]);
    }

    #[test]
    fn gaps_say_where_and_how_many() {
        let spacing = MmPerPixel { row: 1.0, column: 1.0 };
        let plane =
            |z| ImagePlane::new([0.0, 0.0, z], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], spacing).expect("a plane");
        let planes = [0.0, 2.5, 5.0, 5.0, 12.5, 17.5].map(plane);
        let axis = StackAxis::of(&planes).expect("an axis");
        let (_, gaps) = irregularities(&planes, &axis);
        assert_eq!(gaps, [Gap { after: 3, missing: 2 }, Gap { after: 4, missing: 1 }]);
    }
}
