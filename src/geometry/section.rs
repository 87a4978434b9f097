//! A plane through the patient as it is looked at: which point lies in the middle, what is right and what is down.

use super::map::Map;
use super::space::{Image, Patient, Point, Vector, View};

/// The planes that have names. PS3.3 C.7.6.1.1.1 gives the axes of a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardinalPlane {
    /// Seen from the feet: the patient's left is right, posterior is down.
    Axial,
    /// Seen from the front: the patient's left is right, the feet are down.
    Coronal,
    /// Seen from the left: posterior is right, the feet are down.
    Sagittal,
}

impl CardinalPlane {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Axial, Self::Coronal, Self::Sagittal];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Axial => "axial",
            Self::Coronal => "coronal",
            Self::Sagittal => "sagittal",
        }
    }

    /// What is right and what is down in it.
    const fn axes(self) -> (Vector<Patient>, Vector<Patient>) {
        let (left, posterior, feet) =
            (Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, -1.0));
        match self {
            Self::Axial => (left, posterior),
            Self::Coronal => (left, feet),
            Self::Sagittal => (posterior, feet),
        }
    }
}

/// A plane through the patient, and how it lies on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Section {
    center: Point<Patient>,
    right: Vector<Patient>,
    down: Vector<Patient>,
}

impl Section {
    /// A plane that has a name, through a point.
    pub const fn cardinal(plane: CardinalPlane, center: Point<Patient>) -> Self {
        let (right, down) = plane.axes();
        Self { center, right, down }
    }

    /// Through a point, in two directions; `down` is made orthogonal to `right`. `None` of directions that span no plane.
    pub fn new(center: Point<Patient>, right: Vector<Patient>, down: Vector<Patient>) -> Option<Self> {
        let right = right.normalized()?;
        let down = (down + right * -right.dot(down)).normalized()?;
        center.xyz.is_finite().then_some(Self { center, right, down })
    }

    /// The point in the middle.
    pub const fn center(&self) -> Point<Patient> {
        self.center
    }

    /// Unit vector to the right.
    pub const fn right(&self) -> Vector<Patient> {
        self.right
    }

    /// Unit vector down.
    pub const fn down(&self) -> Vector<Patient> {
        self.down
    }

    /// Unit vector away from the viewer: right × down. In an axial plane it points to the head.
    pub fn normal(&self) -> Vector<Patient> {
        self.right.cross(self.down)
    }

    /// The same plane with another point in the middle, or the parallel one through it.
    #[must_use]
    pub const fn through(self, center: Point<Patient>) -> Self {
        Self { center, ..self }
    }

    /// The parallel plane so many millimetres along the normal.
    #[must_use]
    pub fn moved(self, mm: f64) -> Self {
        self.through(self.center + self.normal() * mm)
    }

    /// Turned about its middle and an axis, by the right-hand rule; as it is about an axis without a direction.
    #[must_use]
    pub fn turned(self, axis: Vector<Patient>, degrees: f64) -> Self {
        let Some(axis) = axis.normalized() else { return self };
        let rotation = glam::DQuat::from_axis_angle(axis.xyz, degrees.to_radians());
        let turned = |direction: Vector<Patient>| Vector::from_xyz(rotation * direction.xyz);
        Self::new(self.center, turned(self.right), turned(self.down)).unwrap_or(self)
    }

    /// The very same again, as it was written; `None` where the directions are not at right angles and of length 1.
    pub fn exactly(center: Point<Patient>, right: Vector<Patient>, down: Vector<Patient>) -> Option<Self> {
        const TOLERANCE: f64 = 1e-9;
        let is_unit = |direction: Vector<Patient>| (direction.length() - 1.0).abs() < TOLERANCE;
        let is_it = is_unit(right) && is_unit(down) && right.dot(down).abs() < TOLERANCE;
        (is_it && center.xyz.is_finite()).then_some(Self { center, right, down })
    }

    /// From millimetres right and down of its centre to the patient. The third axis is the normal, in millimetres.
    pub fn patient_from_plane(&self) -> Map<Patient, Image> {
        Map::from_axes(self.right, self.down, self.normal(), self.center)
    }

    /// From device pixels of a picture to the patient, at so many millimetres a pixel: the middle of the picture is the
    /// section's. The third axis is the normal, in millimetres.
    pub fn patient_from_view(&self, mm_per_pixel: f64, (width, height): (f64, f64)) -> Map<Patient, View> {
        let (x, y) = (self.right * mm_per_pixel, self.down * mm_per_pixel);
        let corner = self.center + x * (-width / 2.0) + y * (-height / 2.0);
        Map::from_axes(x, y, self.normal(), corner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::orientation_letters;

    #[test]
    fn named_planes_lie_as_radiologists_hang_them() {
        let letters = |plane| {
            let section = Section::cardinal(plane, Point::new(0.0, 0.0, 0.0));
            [section.right(), section.down(), section.normal()].map(orientation_letters)
        };
        assert_eq!(letters(CardinalPlane::Axial), ["L", "P", "H"]);
        assert_eq!(letters(CardinalPlane::Coronal), ["L", "F", "P"]);
        assert_eq!(letters(CardinalPlane::Sagittal), ["P", "F", "R"]);
    }

    #[test]
    fn the_middle_of_the_picture_is_the_middle_of_the_section() {
        let center = Point::new(10.0, -20.0, 35.5);
        let section = Section::cardinal(CardinalPlane::Coronal, center);
        let map = section.patient_from_view(0.5, (301.0, 200.0));
        assert_eq!(map * Point::flat(150.5, 100.0), center);
        assert_eq!(map * Point::flat(152.5, 100.0), Point::new(11.0, -20.0, 35.5));
        assert_eq!(map * Point::new(150.5, 100.0, 3.0), Point::new(10.0, -17.0, 35.5));
    }

    #[test]
    fn a_section_stays_orthonormal_however_often_it_is_turned() {
        let start = Section::cardinal(CardinalPlane::Axial, Point::new(1.0, 2.0, 3.0));
        let turned = (0..10_000).fold(start, |section, step| {
            let axis = if step % 2 == 0 { section.right() } else { Vector::new(0.3, -0.2, 0.9) };
            section.turned(axis, 7.3)
        });
        assert!((turned.right().length() - 1.0).abs() < 1e-12, "{turned:?}");
        assert!(turned.right().dot(turned.down()).abs() < 1e-12, "{turned:?}");
        assert_eq!(turned.center(), start.center());
        let quarter = start.turned(Vector::new(0.0, 0.0, 2.0), 90.0);
        assert!((quarter.right().xyz - glam::DVec3::Y).length() < 1e-12, "{quarter:?}");
    }

    #[test]
    fn directions_that_span_no_plane_are_refused() {
        let right = Vector::new(0.0, 2.0, 0.0);
        let center = Point::new(0.0, 0.0, 0.0);
        assert_eq!(Section::new(center, right, Vector::new(0.0, 1.0, 0.0)), None);
        assert_eq!(Section::new(Point::new(f64::NAN, 0.0, 0.0), right, Vector::new(1.0, 0.0, 0.0)), None);
        let section = Section::new(center, right, Vector::new(1.0, 5.0, 0.0)).expect("a plane");
        assert!((section.down().xyz - glam::DVec3::X).length() < 1e-12, "{section:?}");
    }
}
