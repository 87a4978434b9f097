//! The cube in the corner of a rendering that says how the patient stands, by its faces.

use crate::geometry::{Anatomical, Patient, Point, Vector, View};
use crate::session::DeviceRect;

/// From its middle to a face, in points of the interface.
const HALF: f64 = 17.0;

/// From the left and the lower edge of the picture to its middle, in points: the words of the corners stand below.
const PLACE: (f64, f64) = (52.0, 112.0);

/// A picture lower than this, in points, has none: it would stand among the words.
const HEIGHT_MIN: f64 = 300.0;

/// A face that is seen at a flatter angle has no letter: the cosine.
const LETTER_COSINE_MIN: f64 = 0.3;

/// A face of the cube that is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CubeFace {
    /// The side of the patient that it faces.
    pub side: Anatomical,
    /// Its corners, one after the other.
    pub corners: [Point<View>; 4],
    /// The middle of its letter, where it has room for one.
    pub letter_at: Option<Point<View>>,
}

/// The faces that are seen of a cube in a picture, whose directions right and down are these; `scale` is device pixels per
/// point.
pub(super) fn cube(
    right: Vector<Patient>,
    down: Vector<Patient>,
    rect: DeviceRect,
    scale: f64,
) -> Vec<CubeFace> {
    let height = f64::from(rect.height);
    let (Some(right), Some(down)) = (right.normalized(), down.normalized()) else { return Vec::new() };
    if height < HEIGHT_MIN * scale {
        return Vec::new();
    }
    let away = right.cross(down);
    let middle = Point::flat(PLACE.0 * scale, height - PLACE.1 * scale);
    let seen =
        |at: Vector<Patient>| middle + Vector::<View>::flat(at.dot(right), at.dot(down)) * (HALF * scale);
    let face = |side: Anatomical| {
        let out = side.direction();
        let facing = -out.dot(away);
        // Seen from the side a face is a line.
        if facing < 1e-6 {
            return None;
        }
        let [x, y, z] = out.xyz.to_array();
        let (across, along) = (Vector::new(y, z, x), Vector::new(z, x, y));
        let corner = |a: f64, b: f64| seen(out + across * a + along * b);
        let corners = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        Some(CubeFace { side, corners, letter_at: (facing >= LETTER_COSINE_MIN).then(|| seen(out)) })
    };
    Anatomical::ALL.into_iter().filter_map(face).collect()
}

impl CubeFace {
    /// Whether a point of the picture lies on it.
    pub fn is_at(&self, at: Point<View>) -> bool {
        let [a, b, c, d] = self.corners;
        let side = |(from, to): (Point<View>, Point<View>)| {
            let (along, across) = ((to - from).xyz, (at - from).xyz);
            along.x * across.y - along.y * across.x
        };
        let sides = [(a, b), (b, c), (c, d), (d, a)].map(side);
        sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Camera;

    const RECT: DeviceRect = DeviceRect { x: 0, y: 0, width: 400, height: 400 };

    fn of(camera: Camera) -> Vec<CubeFace> {
        let section = camera.section(Point::new(0.0, 0.0, 0.0));
        cube(section.right(), section.down(), RECT, 1.0)
    }

    #[test]
    fn from_a_side_its_face_alone_is_seen_with_its_letter() {
        for side in Anatomical::ALL {
            let faces = of(Camera::at(side));
            let [face] = faces.as_slice() else { panic!("{side:?}: {faces:?}") };
            assert_eq!(face.side, side);
            assert!(face.letter_at.is_some_and(|at| face.is_at(at)), "{face:?}");
            assert!(!face.is_at(Point::flat(200.0, 200.0)));
        }
    }

    #[test]
    fn between_sides_each_face_stands_where_its_side_is() {
        // From the front, a little from the left and from above.
        let faces = of(Camera { azimuth_degrees: 30.0, elevation_degrees: 30.0 });
        let at = |side| faces.iter().find(|face| face.side == side).and_then(|face| face.letter_at);
        assert_eq!(faces.len(), 3);
        let [front, left, head] = [Anatomical::Anterior, Anatomical::Left, Anatomical::Head]
            .map(|side| at(side).expect("seen").xyz);
        assert!(left.x > front.x, "the patient's left is right");
        assert!(head.y < front.y && head.y < left.y, "the head is up");
    }

    #[test]
    fn a_low_picture_has_none() {
        let section = Camera::default().section(Point::new(0.0, 0.0, 0.0));
        assert!(cube(section.right(), section.down(), DeviceRect { height: 299, ..RECT }, 1.0).is_empty());
    }
}
