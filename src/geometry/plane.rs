//! The plane of one image and the axis of a stack of them. PS3.3 C.7.6.2.1.1; traps X-1…X-6.

use super::map::Map;
use super::space::{Image, Patient, Point, Vector, Voxel};
use crate::units::MmPerPixel;

/// Directions further from unit length or from a right angle than this are refused. They are normalised below it.
const DIRECTION_TOLERANCE: f64 = 1e-2;

/// Distances that differ by no more than this share are alike. Rule X-5.
pub const SPACING_TOLERANCE_SHARE: f64 = 0.01;

/// Two planes nearer than this are at one position, mm. Rule X-4.
pub const SAME_POSITION_MM: f64 = 0.01;

/// Where an image lies in the patient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImagePlane {
    /// The centre of the first pixel: Image Position (Patient).
    pub origin: Point<Patient>,
    /// Unit vector along a row, towards higher columns: the first triple of Image Orientation (Patient).
    pub row_direction: Vector<Patient>,
    /// Unit vector along a column, towards higher rows: the second triple.
    pub column_direction: Vector<Patient>,
    /// Pixel Spacing.
    pub spacing: MmPerPixel,
}

/// Why an image has no usable plane.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PlaneError {
    /// Image Orientation (Patient) holds a direction that is not a unit vector.
    #[error("Image Orientation (Patient) (0020,0037) holds a direction of length {length:.4}")]
    NotUnit {
        /// The length found.
        length: f64,
    },
    /// The two directions are not orthogonal.
    #[error("row and column directions in (0020,0037) are not orthogonal (dot product {dot:.4})")]
    NotOrthogonal {
        /// The scalar product found.
        dot: f64,
    },
    /// Pixel Spacing is zero, negative or not a number.
    #[error("Pixel Spacing (0028,0030) is not positive")]
    BadSpacing,
    /// Image Position (Patient) is not finite.
    #[error("Image Position (Patient) (0020,0032) is not finite")]
    BadPosition,
}

impl ImagePlane {
    /// Checks and normalises what the file states.
    pub fn new(position: [f64; 3], orientation: [f64; 6], spacing: MmPerPixel) -> Result<Self, PlaneError> {
        let [x1, x2, x3, y1, y2, y3] = orientation;
        let unit = |v: Vector<Patient>| {
            let length = v.length();
            let is_unit = (length - 1.0).abs() <= DIRECTION_TOLERANCE;
            v.normalized().filter(|_| is_unit).ok_or(PlaneError::NotUnit { length })
        };
        let row_direction = unit(Vector::new(x1, x2, x3))?;
        let column_direction = unit(Vector::new(y1, y2, y3))?;
        let dot = row_direction.dot(column_direction);
        if dot.abs() > DIRECTION_TOLERANCE {
            return Err(PlaneError::NotOrthogonal { dot });
        }
        let is_positive = |mm: f64| mm.is_finite() && mm > 0.0;
        if !is_positive(spacing.row) || !is_positive(spacing.column) {
            return Err(PlaneError::BadSpacing);
        }
        if position.iter().any(|mm| !mm.is_finite()) {
            return Err(PlaneError::BadPosition);
        }
        let [x, y, z] = position;
        Ok(Self { origin: Point::new(x, y, z), row_direction, column_direction, spacing })
    }

    /// Unit vector at right angles to the plane: row × column.
    pub fn normal(&self) -> Vector<Patient> {
        self.row_direction.cross(self.column_direction)
    }

    /// Distance of the plane from the patient's origin along `normal`, in mm: what a stack is sorted by.
    pub fn distance_along(&self, normal: Vector<Patient>) -> f64 {
        normal.xyz.dot(self.origin.xyz)
    }

    /// From pixel indices (column, row) to the patient. PS3.3 equation C.7.6.2.1-1.
    pub fn patient_from_voxel(&self) -> Map<Patient, Voxel> {
        Map::from_axes(
            self.row_direction * self.spacing.column,
            self.column_direction * self.spacing.row,
            self.normal(),
            self.origin,
        )
    }

    /// From image positions, whose origin is half a pixel before the first centre, to the patient.
    pub fn patient_from_image(&self) -> Map<Patient, Image> {
        let voxel_from_image = Map::<Voxel, Image>::scale_then_move(1.0, 1.0, Point::flat(-0.5, -0.5));
        self.patient_from_voxel() * voxel_from_image
    }

    /// Whether two planes face the same way, within 0.06°.
    pub fn is_parallel_to(&self, other: &Self) -> bool {
        const COSINE_MIN: f64 = 1.0 - 5.5e-7;
        self.row_direction.dot(other.row_direction) >= COSINE_MIN
            && self.column_direction.dot(other.column_direction) >= COSINE_MIN
    }
}

/// How a sorted stack of parallel planes advances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StackAxis {
    /// Unit normal of the planes.
    pub normal: Vector<Patient>,
    /// Mean displacement from one image to the next, in mm: not along the normal where the gantry was tilted.
    pub step: Vector<Patient>,
    /// Median distance between neighbouring planes along the normal, in mm. Never Slice Thickness.
    ///
    /// Of two unlike ones in the middle the smaller: that a slice is missing between gaps of 5 and 10 mm can be seen only
    /// against 5. Rule X-5.
    pub spacing_mm: f64,
}

impl StackAxis {
    /// Of planes sorted along their normal; `None` for fewer than two positions. Images at one position count once.
    pub fn of(planes: &[ImagePlane]) -> Option<Self> {
        let [first, .., last] = planes else { return None };
        let normal = first.normal();
        let mut gaps_mm: Vec<f64> =
            gaps_along(planes, normal).filter(|gap| *gap >= SAME_POSITION_MM).collect();
        gaps_mm.sort_by(f64::total_cmp);
        let spacing_mm = median_of_sorted(&gaps_mm)?;
        #[expect(clippy::cast_precision_loss, reason = "a stack has fewer than 2^52 images")]
        let step = (last.origin - first.origin) * (1.0 / gaps_mm.len() as f64);
        Some(Self { normal, step, spacing_mm })
    }

    /// Angle between the step and the normal in degrees: the gantry's tilt as the positions tell it. Trap X-6.
    pub fn tilt_degrees(&self) -> f64 {
        let along = self.step.dot(self.normal);
        let across = (self.step + self.normal * -along).length();
        libm::atan2(across, along.abs()).to_degrees()
    }
}

/// Distances between neighbouring planes along `normal`, in mm, in stack order.
pub fn gaps_along(planes: &[ImagePlane], normal: Vector<Patient>) -> impl Iterator<Item = f64> + '_ {
    planes.windows(2).filter_map(move |pair| match pair {
        [a, b] => Some(b.distance_along(normal) - a.distance_along(normal)),
        _ => None,
    })
}

fn median_of_sorted(values: &[f64]) -> Option<f64> {
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    let are_alike = upper - lower <= lower * SPACING_TOLERANCE_SHARE;
    Some(if are_alike { f64::midpoint(lower, upper) } else { lower })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: MmPerPixel = MmPerPixel { row: 1.0, column: 1.0 };
    const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

    /// Trap X-1: the first value of Pixel Spacing is between rows, so columns advance by the second.
    #[test]
    fn columns_advance_by_the_second_pixel_spacing() {
        let spacing = MmPerPixel { row: 0.5, column: 0.7 };
        let plane = ImagePlane::new([-10.0, -5.0, 3.0], AXIAL, spacing).expect("a plain axial plane");
        let at = plane.patient_from_voxel() * Point::flat(10.0, 20.0);
        assert_eq!(at, Point::new(-3.0, 5.0, 3.0));
        let corner = plane.patient_from_image() * Point::flat(0.5, 0.5);
        assert_eq!(corner, plane.origin);
    }

    /// Trap X-6: 20° tilt, table step 5 mm: 4.6985 mm between planes, 1.7101 mm of shear.
    #[test]
    fn a_tilted_gantry_shears_the_stack() {
        let (sin, cos) = 20_f64.to_radians().sin_cos();
        let orientation = [1.0, 0.0, 0.0, 0.0, cos, sin];
        let planes: Vec<_> = [0.0, 5.0, 10.0]
            .map(|z| ImagePlane::new([0.0, 0.0, z], orientation, SQUARE).expect("a tilted plane"))
            .to_vec();
        let axis = StackAxis::of(&planes).expect("three planes");
        assert!((axis.spacing_mm - 4.6985).abs() < 1e-4, "{axis:?}");
        assert!((axis.tilt_degrees() - 20.0).abs() < 1e-9, "{axis:?}");
    }

    #[test]
    fn skewed_long_and_flat_planes_are_refused() {
        let refuse = |orientation, spacing| ImagePlane::new([0.0; 3], orientation, spacing).is_err();
        assert!(refuse([1.0, 0.0, 0.0, 0.1, 1.0, 0.0], SQUARE));
        assert!(refuse([1.2, 0.0, 0.0, 0.0, 1.0, 0.0], SQUARE));
        assert!(refuse([0.0; 6], SQUARE));
        assert!(refuse(AXIAL, MmPerPixel { row: 0.0, column: 1.0 }));
        assert!(!refuse(AXIAL, SQUARE));
    }

    #[test]
    fn the_median_is_a_distance_that_there_is() {
        let spacing_mm = |heights: &[f64]| {
            let plane = |&z: &f64| ImagePlane::new([0.0, 0.0, z], AXIAL, SQUARE).expect("a plane");
            StackAxis::of(&heights.iter().map(plane).collect::<Vec<_>>()).expect("an axis").spacing_mm
        };
        assert!((spacing_mm(&[0.0, 5.0, 15.0]) - 5.0).abs() < 1e-9);
        assert!((spacing_mm(&[0.0, 2.0, 4.002]) - 2.001).abs() < 1e-9);
    }
}
