//! Solid shapes, each by its signed distance: how far a point is from the surface in mm, below 0 inside.

use glam::{DMat3, DVec3};

use crate::geometry::{Point, Space, Vector};

/// Where the phantom is described: the patient's axes, with the origin in the middle of the chest.
///
/// A patient who lies elsewhere on the table is the same body, moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Body {}

impl Space for Body {
    const NAME: &'static str = "Body";
}

/// Points in a line, evenly spaced: a piece of a row of pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) from: Point<Body>,
    pub(super) step: Vector<Body>,
}

/// How a shape lies to a neighbourhood.
#[derive(Debug, Clone, Copy)]
pub(super) enum Touch<'a> {
    /// All of the neighbourhood is outside.
    Outside,
    /// All of it is inside.
    Inside,
    /// The surface may run through it, and there it is the surface of this shape, which may be simpler.
    Surface(&'a Shape),
}

/// The radii of an ellipsoid, as they are needed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Radii {
    reciprocal: DVec3,
    least: f64,
}

/// A solid.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// An ellipsoid; a reciprocal radius of 0 makes it endless along that axis.
    Ellipsoid { centre: Point<Body>, radii: Radii },
    /// Everything within `radius` of a straight line: a tube with round ends.
    Tube { from: Point<Body>, axis: DVec3, length: f64, radius: f64 },
    /// A cylinder with flat ends.
    Rod { middle: Point<Body>, axis: DVec3, half_length: f64, radius: f64 },
    /// Everything between two parallel planes, and again at every `period` mm where there is one.
    Slab { normal: DVec3, at: f64, half: f64, period: Option<f64> },
    /// Where `normal · point` is below `at`.
    Half { normal: DVec3, at: f64 },
    /// What lies in both.
    Both(Box<[Shape; 2]>),
    /// What does not lie in it.
    Outside(Box<Shape>),
    /// A shape turned about a point. `back` undoes the turn.
    Turned { about: Point<Body>, back: DMat3, shape: Box<Shape> },
}

pub(super) fn ellipsoid(centre: [f64; 3], radii: [f64; 3]) -> Shape {
    let radii = DVec3::from_array(radii);
    Shape::Ellipsoid {
        centre: Point::from_xyz(DVec3::from_array(centre)),
        radii: Radii { reciprocal: radii.recip(), least: radii.min_element() },
    }
}

pub(super) fn ball(centre: [f64; 3], radius: f64) -> Shape {
    ellipsoid(centre, [radius; 3])
}

/// An elliptic cylinder without end along the body.
pub(super) fn column(centre: [f64; 2], radii: [f64; 2]) -> Shape {
    let ([x, y], [rx, ry]) = (centre, radii);
    ellipsoid([x, y, 0.0], [rx, ry, f64::INFINITY])
}

pub(super) fn tube(from: [f64; 3], to: [f64; 3], radius: f64) -> Shape {
    let from: Point<Body> = Point::from_xyz(DVec3::from_array(from));
    let along = DVec3::from_array(to) - from.xyz;
    Shape::Tube { from, axis: along.normalize_or_zero(), length: along.length(), radius }
}

pub(super) fn rod(from: [f64; 3], to: [f64; 3], radius: f64) -> Shape {
    let (from, to) = (DVec3::from_array(from), DVec3::from_array(to));
    let along = to - from;
    Shape::Rod {
        middle: Point::from_xyz(from.midpoint(to)),
        axis: along.normalize_or_zero(),
        half_length: along.length() / 2.0,
        radius,
    }
}

/// Between two planes `2 · half` apart, around the points where `normal · point` is `at` (and every `period` mm).
pub(super) fn slab(normal: [f64; 3], at: f64, half: f64, period: Option<f64>) -> Shape {
    Shape::Slab { normal: DVec3::from_array(normal).normalize_or_zero(), at, half, period }
}

/// The side of a plane where `normal · point` is below `at`.
pub(super) fn half(normal: [f64; 3], at: f64) -> Shape {
    Shape::Half { normal: DVec3::from_array(normal).normalize_or_zero(), at }
}

impl Shape {
    /// What lies in this and in `other`.
    pub(super) fn and(self, other: Self) -> Self {
        Self::Both(Box::new([self, other]))
    }

    /// What lies in this and not in `other`.
    pub(super) fn without(self, other: Self) -> Self {
        self.and(Self::Outside(Box::new(other)))
    }

    /// Turned in the axial plane about `about`, from the patient's left to posterior for positive angles.
    pub(super) fn turned(self, about: [f64; 3], degrees: f64) -> Self {
        let (sin, cos) = libm::sincos(degrees.to_radians());
        let back = DMat3::from_cols_array(&[cos, -sin, 0.0, sin, cos, 0.0, 0.0, 0.0, 1.0]);
        Self::Turned { about: Point::from_xyz(DVec3::from_array(about)), back, shape: Box::new(self) }
    }

    /// The signed distance from the surface in mm: exact for tubes, rods, slabs and balls, to first order near an ellipsoid.
    pub(super) fn distance(&self, point: Point<Body>) -> f64 {
        let [distance] = self.distances(Run { from: point, step: Vector::new(0.0, 0.0, 0.0) });
        distance
    }

    /// [`Shape::distance`] of the first `N` points of a run.
    pub(super) fn distances<const N: usize>(&self, run: Run) -> [f64; N] {
        /// Keeps the quotient from being 0 / 0 at the centre, where it becomes the least radius.
        const TINY: f64 = 1e-12;
        self.measure(run, &|q, radii| {
            let scaled = q * radii.reciprocal;
            let k = scaled.length();
            let slope = (scaled * radii.reciprocal).length();
            (k - 1.0) * (k + TINY) / (slope + TINY / radii.least)
        })
    }

    /// What of this shape matters within `reach_mm` of `point`. Inside counts what is deeper than `depth_mm`.
    pub(super) fn touch(&self, point: Point<Body>, reach_mm: f64, depth_mm: f64) -> Touch<'_> {
        if let Self::Both(shapes) = self {
            let [a, b] = shapes.as_ref();
            return match (a.touch(point, reach_mm, depth_mm), b.touch(point, reach_mm, depth_mm)) {
                (Touch::Outside, _) | (_, Touch::Outside) => Touch::Outside,
                (Touch::Inside, other) | (other, Touch::Inside) => other,
                (Touch::Surface(_), Touch::Surface(_)) => Touch::Surface(self),
            };
        }
        let bound = self.bound(point);
        if bound > reach_mm {
            Touch::Outside
        } else if bound < -reach_mm - depth_mm {
            Touch::Inside
        } else {
            Touch::Surface(self)
        }
    }

    /// Whether no point of a plane comes within `margin_mm` of this shape, as far as that is easily told.
    ///
    /// `normal` has length 1.
    pub(super) fn clears(&self, plane_at: Point<Body>, normal: Vector<Body>, margin_mm: f64) -> bool {
        match self {
            Self::Ellipsoid { centre, radii } => {
                // Infinite radii make this not a number, which compares as false.
                let height = (*centre - plane_at).dot(normal).abs();
                let least_k = height / (normal.xyz / radii.reciprocal).length();
                (least_k - 1.0) * radii.least > margin_mm
            }
            Self::Tube { from, axis, length, radius } => {
                let height = (*from - plane_at).dot(normal);
                let other = height + axis.dot(normal.xyz) * length;
                height * other > 0.0 && height.abs().min(other.abs()) - radius > margin_mm
            }
            Self::Both(shapes) => shapes.iter().any(|shape| shape.clears(plane_at, normal, margin_mm)),
            _ => false,
        }
    }

    /// A number that is never further from 0 than [`Shape::distance`], has its sign, and changes by at most 1 mm a mm.
    fn bound(&self, point: Point<Body>) -> f64 {
        let run = Run { from: point, step: Vector::new(0.0, 0.0, 0.0) };
        let [bound] = self.measure(run, &|q, radii| ((q * radii.reciprocal).length() - 1.0) * radii.least);
        bound
    }

    fn measure<const N: usize>(&self, run: Run, of_ellipsoid: &impl Fn(DVec3, &Radii) -> f64) -> [f64; N] {
        match self {
            Self::Ellipsoid { centre, radii } => run.each(|point| of_ellipsoid((point - *centre).xyz, radii)),
            Self::Tube { from, axis, length, radius } => run.each(|point| {
                let q = (point - *from).xyz;
                (q - *axis * q.dot(*axis).clamp(0.0, *length)).length() - radius
            }),
            Self::Rod { middle, axis, half_length, radius } => run.each(|point| {
                let q = (point - *middle).xyz;
                let along = q.dot(*axis);
                let beside = (q - *axis * along).length() - radius;
                let beyond = along.abs() - half_length;
                let corner = Vector::<Body>::flat(beside.max(0.0), beyond.max(0.0)).length();
                beside.max(beyond).min(0.0) + corner
            }),
            Self::Slab { normal, at, half, period } => run.each(|point| {
                let height = normal.dot(point.xyz) - at;
                let nearest = period.map_or(0.0, |period| (height / period).round() * period);
                (height - nearest).abs() - half
            }),
            Self::Half { normal, at } => run.each(|point| normal.dot(point.xyz) - at),
            Self::Both(shapes) => {
                let [a, b] = shapes.as_ref();
                let (mut a, b) = (a.measure(run, of_ellipsoid), b.measure::<N>(run, of_ellipsoid));
                for (a, b) in a.iter_mut().zip(b) {
                    *a = a.max(b);
                }
                a
            }
            Self::Outside(shape) => shape.measure(run, of_ellipsoid).map(|distance| -distance),
            Self::Turned { about, back, shape } => {
                let from = *about + Vector::from_xyz(*back * (run.from - *about).xyz);
                let step = Vector::from_xyz(*back * run.step.xyz);
                shape.measure(Run { from, step }, of_ellipsoid)
            }
        }
    }
}

impl Run {
    #[inline]
    fn each<const N: usize>(self, measure: impl Fn(Point<Body>) -> f64) -> [f64; N] {
        let mut measured = [0.0; N];
        for (measured, i) in measured.iter_mut().zip(0_i32..) {
            *measured = measure(self.from + self.step * f64::from(i));
        }
        measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: &Shape, at: [f64; 3], distance_mm: f64) {
        let found = shape.distance(Point::from_xyz(DVec3::from_array(at)));
        assert!((found - distance_mm).abs() < 1e-9, "{shape:?} at {at:?}: {found}");
    }

    #[test]
    fn distances_are_those_of_the_drawing_board() {
        check(&ball([1.0, 2.0, 3.0], 5.0), [1.0, 2.0, 3.0], -5.0);
        check(&ball([1.0, 2.0, 3.0], 5.0), [1.0, 10.0, 3.0], 3.0);
        check(&column([0.0, 0.0], [20.0, 10.0]), [0.0, 10.0, 99.0], 0.0);
        check(&tube([0.0; 3], [10.0, 0.0, 0.0], 2.0), [14.0, 3.0, 0.0], 3.0);
        check(&rod([0.0; 3], [10.0, 0.0, 0.0], 2.0), [14.0, 5.0, 0.0], 5.0);
        check(&rod([0.0; 3], [10.0, 0.0, 0.0], 2.0), [9.5, 0.0, 0.0], -0.5);
        check(&slab([0.0, 0.0, 2.0], 1.0, 2.0, Some(10.0)), [0.0, 0.0, 12.0], -1.0);
        check(&ball([0.0; 3], 5.0).without(ball([0.0; 3], 4.0)), [3.0, 0.0, 0.0], 1.0);
        check(&half([1.0, 0.0, 0.0], 3.0).turned([0.0; 3], 90.0), [0.0, 5.0, 0.0], 2.0);
    }

    /// What lets whole regions be painted at once.
    #[test]
    fn a_bound_is_never_further_from_the_surface_than_the_distance() {
        let shape = ellipsoid([3.0, 0.0, 0.0], [40.0, 15.0, 90.0]).without(column([0.0, 5.0], [9.0, 4.0]));
        for i in 0..50_000 {
            let along = |axis: u32| 60.0 * super::super::hash::signed_unit(3 * i + axis);
            let point = Point::new(along(0), along(1), along(2));
            let (bound, distance) = (shape.bound(point), shape.distance(point));
            assert!(bound.abs() <= distance.abs() + 1e-9 && bound * distance >= 0.0, "{point:?}");
        }
    }
}
