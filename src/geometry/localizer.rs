//! Where one image cuts another: reference lines.

use super::map::Map;
use super::plane::ImagePlane;
use super::space::{Image, Patient, Point, Vector};

/// Planes whose normals enclose less than this are taken for parallel: the sine of 3°.
const PARALLEL_SINE: f64 = 0.05;

/// An image's plane and its size, columns and rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slice {
    /// The plane.
    pub plane: ImagePlane,
    /// Columns.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
}

impl Slice {
    /// Its middle in the patient.
    pub fn middle(&self) -> Point<Patient> {
        let (columns, rows) = (f64::from(self.columns), f64::from(self.rows));
        self.plane.patient_from_image() * Point::flat(columns / 2.0, rows / 2.0)
    }

    fn corners(&self) -> [Point<Image>; 4] {
        let (right, bottom) = (f64::from(self.columns), f64::from(self.rows));
        [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)].map(|(x, y)| Point::flat(x, y))
    }
}

/// The line in which `other` cuts `shown`, in positions of `shown`: as long as `other` reaches, cut at the edges of
/// `shown`. `None` where the two are parallel or do not meet. The map leads from the points of the patient that `other` is stated
/// in to those of `shown`.
pub fn reference_line(
    shown: &Slice,
    other: &Slice,
    shown_from_other: &Map<Patient, Patient>,
) -> Option<[Point<Image>; 2]> {
    let moved = |direction: Vector<Patient>| *shown_from_other * direction;
    let (row, column) = (moved(other.plane.row_direction), moved(other.plane.column_direction));
    let (a, b) = (shown.plane.normal(), row.cross(column).normalized()?);
    if a.cross(b).length() < PARALLEL_SINE {
        return None;
    }
    // Where the outline of the other image goes through the plane shown.
    let to_patient = *shown_from_other * other.plane.patient_from_image();
    let corners = other.corners().map(|corner| to_patient * corner);
    let heights = corners.map(|corner| (corner - shown.plane.origin).dot(a));
    let to_shown = shown.plane.patient_from_image().inverse()?;
    let mut crossings = Vec::new();
    for edge in 0..4 {
        let next = (edge + 1) % 4;
        let (Some(from), Some(to)) = (corners.get(edge), corners.get(next)) else { continue };
        let (Some(low), Some(high)) = (heights.get(edge), heights.get(next)) else { continue };
        if (*low < 0.0) != (*high < 0.0) {
            let share = low / (low - high);
            crossings.push(to_shown * (*from + (*to - *from) * share));
        }
    }
    let [from, to] = crossings.as_slice() else { return None };
    clipped(*from, *to, f64::from(shown.columns), f64::from(shown.rows))
}

/// The part of a line that lies in an image of that size. Liang and Barsky.
fn clipped(from: Point<Image>, to: Point<Image>, width: f64, height: f64) -> Option<[Point<Image>; 2]> {
    let along = to - from;
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, step, end) in [(from.xyz.x, along.xyz.x, width), (from.xyz.y, along.xyz.y, height)] {
        if step.abs() < 1e-12 {
            if !(0.0..=end).contains(&start) {
                return None;
            }
            continue;
        }
        let (near, far) = ((0.0 - start) / step, (end - start) / step);
        enter = enter.max(near.min(far));
        leave = leave.min(near.max(far));
    }
    (enter < leave).then(|| [from + along * enter, from + along * leave])
}

#[cfg(test)]
mod tests {
    use crate::units::MmPerPixel;

    use super::*;

    fn slice(position: [f64; 3], orientation: [f64; 6], spacing: f64, columns: u32, rows: u32) -> Slice {
        let spacing = MmPerPixel { row: spacing, column: spacing };
        let plane = ImagePlane::new(position, orientation, spacing).expect("a plane");
        Slice { plane, columns, rows }
    }

    const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    const CORONAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0];

    #[track_caller]
    fn check(line: Option<[Point<Image>; 2]>, expected: Option<[(f64, f64); 2]>) {
        let found = line.map(|line| {
            let mut ends = line.map(|end| (end.xyz.x, end.xyz.y));
            ends.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
            ends
        });
        match (found, expected) {
            (None, None) => {}
            (Some(found), Some(expected)) => {
                for ((x, y), (u, v)) in found.into_iter().zip(expected) {
                    assert!((x - u).abs() < 1e-9 && (y - v).abs() < 1e-9, "{found:?}, not {expected:?}");
                }
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_axial_slice_is_a_level_line_on_a_coronal_one() {
        // Coronal: rows along x, columns towards the feet, from z 100 down; 200 × 150 pixels of 1 mm.
        let coronal = slice([-100.0, 0.0, 100.0], CORONAL, 1.0, 200, 150);
        let axial = slice([-50.0, -50.0, 40.0], AXIAL, 0.5, 200, 200);
        // 40 mm below z 100 is half a pixel after 60; x from -50.25 to 49.75.
        check(reference_line(&coronal, &axial, &Map::IDENTITY), Some([(50.25, 60.5), (150.25, 60.5)]));
        // Cut at the edge of the image.
        let wide = slice([-500.0, -50.0, 40.0], AXIAL, 2.0, 500, 200);
        check(reference_line(&coronal, &wide, &Map::IDENTITY), Some([(0.0, 60.5), (200.0, 60.5)]));
    }

    #[test]
    fn parallel_slices_and_those_that_do_not_meet_have_none() {
        let axial = slice([0.0, 0.0, 0.0], AXIAL, 1.0, 10, 10);
        check(reference_line(&axial, &slice([0.0, 0.0, 5.0], AXIAL, 1.0, 10, 10), &Map::IDENTITY), None);
        let far = slice([0.0, 100.0, 100.0], CORONAL, 1.0, 10, 10);
        check(reference_line(&axial, &far, &Map::IDENTITY), None);
        let above = slice([0.0, 5.0, 100.0], CORONAL, 1.0, 10, 10);
        check(reference_line(&axial, &above, &Map::IDENTITY), None);
    }
}
