//! From where the whole of a volume is looked at.

use super::orientation::Anatomical;
use super::section::{CardinalPlane, Section};
use super::space::{Patient, Point, Vector};

/// From where a volume is looked at. Its picture always has the axis of the body upright.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Camera {
    /// Around the axis from feet to head: 0 from the front, 90 from the patient's left.
    pub azimuth_degrees: f64,
    /// Above the horizon: 90 from the head.
    pub elevation_degrees: f64,
}

impl Camera {
    /// From one side of the patient.
    pub const fn at(side: Anatomical) -> Self {
        let (azimuth_degrees, elevation_degrees) = match side {
            Anatomical::Anterior => (0.0, 0.0),
            Anatomical::Left => (90.0, 0.0),
            Anatomical::Posterior => (180.0, 0.0),
            Anatomical::Right => (270.0, 0.0),
            Anatomical::Head => (0.0, 90.0),
            Anatomical::Feet => (0.0, -90.0),
        };
        Self { azimuth_degrees, elevation_degrees }
    }

    /// So many degrees further around and up; not over head or feet.
    #[must_use]
    pub fn turned(self, azimuth_degrees: f64, elevation_degrees: f64) -> Self {
        Self {
            azimuth_degrees: (self.azimuth_degrees + azimuth_degrees).rem_euclid(360.0),
            elevation_degrees: (self.elevation_degrees + elevation_degrees).clamp(-90.0, 90.0),
        }
    }

    /// What is right, down and away in its picture of a point.
    pub fn section(self, center: Point<Patient>) -> Section {
        let front = Section::cardinal(CardinalPlane::Coronal, center);
        let aside = front.turned(Vector::new(0.0, 0.0, 1.0), self.azimuth_degrees);
        aside.turned(aside.right(), -self.elevation_degrees)
    }
}

/// Where light shines to, in the directions right, down and away of a picture, by where it comes from: degrees to the right
/// of the viewer, and above.
pub fn shine([right_degrees, above_degrees]: [f64; 2]) -> [f64; 3] {
    let (right, above) = (right_degrees.to_radians(), above_degrees.to_radians());
    [-libm::sin(right) * libm::cos(above), libm::sin(above), libm::cos(right) * libm::cos(above)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::orientation_letters;

    fn seen(camera: Camera) -> [String; 3] {
        let section = camera.section(Point::new(0.0, 0.0, 0.0));
        [section.right(), section.down(), section.normal()].map(orientation_letters)
    }

    #[test]
    fn cameras_stand_where_radiologists_say() {
        let seen = |azimuth_degrees, elevation_degrees| seen(Camera { azimuth_degrees, elevation_degrees });
        assert_eq!(seen(0.0, 0.0), ["L", "F", "P"]);
        assert_eq!(seen(90.0, 0.0), ["P", "F", "R"]);
        assert_eq!(seen(180.0, 0.0), ["R", "F", "A"]);
        assert_eq!(seen(0.0, 90.0), ["L", "A", "F"]);
    }

    #[test]
    fn from_each_side_that_side_is_nearest() {
        for side in Anatomical::ALL {
            let [.., away] = seen(Camera::at(side));
            assert_eq!(away, orientation_letters(side.direction() * -1.0), "{side:?}");
        }
    }

    #[test]
    fn it_turns_around_without_an_end_and_not_over_the_head() {
        let camera = Camera::default().turned(-5.0, 200.0);
        assert_eq!(camera, Camera { azimuth_degrees: 355.0, elevation_degrees: 90.0 });
        assert_eq!(camera.turned(10.0, -90.0), Camera { azimuth_degrees: 5.0, elevation_degrees: 0.0 });
    }

    #[test]
    fn light_from_above_shines_down_and_from_the_right_to_the_left() {
        let near = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near(shine([0.0, 0.0]), [0.0, 0.0, 1.0]), "the viewer's own");
        assert!(near(shine([0.0, 90.0]), [0.0, 1.0, 0.0]));
        assert!(near(shine([90.0, 0.0]), [-1.0, 0.0, 0.0]));
    }
}
