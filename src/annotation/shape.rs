//! The geometry of a mark, in image positions. PS3.3 C.10.5: 0.0\0.0 is the outer corner of the first pixel. On a section of a
//! volume positions are millimetres right and down of its centre.

use crate::geometry::{Image, Point, Vector};

/// Straight pieces that an ellipse is drawn with: with a radius of 1000 pixels they stay within 0.3 pixels of it.
const ELLIPSE_PIECES: u32 = 128;

/// A mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// A line between two points.
    Length([Point<Image>; 2]),
    /// Two arms; the middle point is the vertex.
    Angle([Point<Image>; 3]),
    /// The ellipse that touches all sides of a box between opposite corners, its axes along rows and columns.
    Ellipse([Point<Image>; 2]),
    /// A box between opposite corners, its sides along rows and columns.
    Rectangle([Point<Image>; 2]),
    /// One point, for the value there.
    Probe(Point<Image>),
}

impl Shape {
    /// Its name in texts that programs read.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Angle(_) => "angle",
            Self::Ellipse(_) => "ellipse",
            Self::Rectangle(_) => "rectangle",
            Self::Probe(_) => "probe",
        }
    }

    /// Whether it tells values of pixels.
    pub const fn has_values(&self) -> bool {
        matches!(self, Self::Ellipse(_) | Self::Rectangle(_) | Self::Probe(_))
    }

    /// What can be dragged: first the points that make the shape, then the other two corners of a box.
    pub fn handles(&self) -> Vec<Point<Image>> {
        match *self {
            Self::Length(ends) => ends.to_vec(),
            Self::Angle(points) => points.to_vec(),
            Self::Ellipse([a, b]) | Self::Rectangle([a, b]) => vec![a, b, across(b, a), across(a, b)],
            Self::Probe(at) => vec![at],
        }
    }

    /// The same with a handle put elsewhere; a box keeps the corner opposite to it. No such handle changes nothing.
    #[must_use]
    pub fn with_handle(self, handle: usize, to: Point<Image>) -> Self {
        let corner = |[a, b]: [Point<Image>; 2]| match handle {
            0 => [to, b],
            1 => [a, to],
            2 => [across(a, to), across(to, b)],
            3 => [across(to, a), across(b, to)],
            _ => [a, b],
        };
        match self {
            Self::Length(ends) => Self::Length(replaced(ends, handle, to)),
            Self::Angle(points) => Self::Angle(replaced(points, handle, to)),
            Self::Ellipse(corners) => Self::Ellipse(corner(corners)),
            Self::Rectangle(corners) => Self::Rectangle(corner(corners)),
            Self::Probe(at) => Self::Probe(if handle == 0 { to } else { at }),
        }
    }

    /// The same elsewhere.
    #[must_use]
    pub fn moved(self, by: Vector<Image>) -> Self {
        match self {
            Self::Length(ends) => Self::Length(ends.map(|point| point + by)),
            Self::Angle(points) => Self::Angle(points.map(|point| point + by)),
            Self::Ellipse(corners) => Self::Ellipse(corners.map(|point| point + by)),
            Self::Rectangle(corners) => Self::Rectangle(corners.map(|point| point + by)),
            Self::Probe(at) => Self::Probe(at + by),
        }
    }

    /// The lines to draw, each from point to point; one that ends where it began is closed. A probe has none: its handle
    /// is all there is to see.
    pub fn outline(&self) -> Vec<Vec<Point<Image>>> {
        match *self {
            Self::Length(ends) => vec![ends.to_vec()],
            Self::Angle(points) => vec![points.to_vec()],
            Self::Ellipse([a, b]) => vec![ellipse(a, b)],
            Self::Rectangle([a, b]) => vec![vec![a, across(b, a), b, across(a, b), a]],
            Self::Probe(_) => Vec::new(),
        }
    }
}

/// The column position of one point and the row position of another.
fn across(column: Point<Image>, row: Point<Image>) -> Point<Image> {
    Point::flat(column.xyz.x, row.xyz.y)
}

fn replaced<const N: usize>(mut points: [Point<Image>; N], at: usize, to: Point<Image>) -> [Point<Image>; N] {
    if let Some(point) = points.get_mut(at) {
        *point = to;
    }
    points
}

fn ellipse(a: Point<Image>, b: Point<Image>) -> Vec<Point<Image>> {
    let centre = a.xyz.midpoint(b.xyz);
    let radius = (b.xyz - a.xyz) / 2.0;
    let at = |piece: u32| {
        // The last point is the first one to the bit, so that the line is closed.
        let turn = f64::from(piece % ELLIPSE_PIECES) / f64::from(ELLIPSE_PIECES);
        let (sin, cos) = libm::sincos(turn * std::f64::consts::TAU);
        Point::flat(centre.x + radius.x * cos, centre.y + radius.y * sin)
    };
    (0..=ELLIPSE_PIECES).map(at).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::any_shape;
    use super::*;

    #[test]
    fn a_corner_of_a_box_is_dragged_and_the_opposite_one_stays() {
        let shape = Shape::Rectangle([Point::flat(1.0, 2.0), Point::flat(5.0, 8.0)]);
        assert_eq!(
            shape.handles(),
            [[1.0, 2.0], [5.0, 8.0], [5.0, 2.0], [1.0, 8.0]].map(|[x, y]| Point::flat(x, y))
        );
        let dragged = shape.with_handle(2, Point::flat(7.0, 1.0));
        assert_eq!(dragged, Shape::Rectangle([Point::flat(1.0, 1.0), Point::flat(7.0, 8.0)]));
        let dragged = shape.with_handle(3, Point::flat(0.0, 9.0));
        assert_eq!(dragged, Shape::Rectangle([Point::flat(0.0, 2.0), Point::flat(5.0, 9.0)]));
    }

    #[test]
    fn an_ellipse_is_drawn_closed_and_touches_the_sides_of_its_box() {
        let outline = Shape::Ellipse([Point::flat(10.0, 20.0), Point::flat(30.0, 24.0)]).outline();
        let [line] = outline.as_slice() else { panic!("one line") };
        assert!(line.len() > 64 && line.first() == line.last());
        let is_on = |point: &Point<Image>| {
            let (x, y) = ((point.xyz.x - 20.0) / 10.0, (point.xyz.y - 22.0) / 2.0);
            (x * x + y * y - 1.0).abs() < 1e-12
        };
        assert!(line.iter().all(is_on));
        for (x, y) in [(10.0, 22.0), (30.0, 22.0), (20.0, 20.0), (20.0, 24.0)] {
            let touch = Point::flat(x, y);
            assert!(line.iter().any(|point| (*point - touch).length() < 1e-9), "{touch:?}");
        }
    }

    proptest! {
        /// Whichever handle is dragged, it is then where it was put, and nothing else is dragged that does not exist.
        #[test]
        fn a_dragged_handle_is_where_it_was_put(shape in any_shape(), x in -9.0..99.0, y in -9.0..99.0) {
            let to = Point::flat(x, y);
            let count = shape.handles().len();
            for handle in 0..count {
                let dragged = shape.with_handle(handle, to).handles();
                prop_assert_eq!(dragged.get(handle), Some(&to));
            }
            prop_assert_eq!(shape.with_handle(count, to), shape);
        }

        #[test]
        fn all_of_a_moved_shape_moves(shape in any_shape(), x in -9.0..99.0, y in -9.0..99.0) {
            let by = Vector::flat(x, y);
            let moved = shape.moved(by);
            for (before, after) in shape.handles().into_iter().zip(moved.handles()) {
                prop_assert!(((before + by) - after).length() < 1e-9);
            }
            prop_assert_eq!(moved.name(), shape.name());
        }
    }
}
