//! What of a mark is under the pointer. Worked out in view pixels: the reach is the same at every zoom.

use super::shape::Shape;
use crate::geometry::{Image, Map, Point, View};

/// A part of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A point that can be dragged, counted as in [`Shape::handles`].
    Handle(usize),
    /// A line: what drags the whole mark.
    Outline,
}

/// The part within `reach` view pixels of `at`. The nearest handle wins over the lines.
pub fn hit(shape: &Shape, view_from_image: &Map<View, Image>, at: Point<View>, reach: f64) -> Option<Part> {
    let distance = |point: Point<Image>| (*view_from_image * point - at).length();
    let handles = shape.handles().into_iter().map(distance).enumerate();
    let nearest = handles.min_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, distance)| *distance <= reach);
    if let Some((handle, _)) = nearest {
        return Some(Part::Handle(handle));
    }
    let is_near = |ends: &[Point<Image>]| {
        let [from, to] = ends else { return false };
        distance_to_line(at, *view_from_image * *from, *view_from_image * *to) <= reach
    };
    let is_on_line = shape.outline().iter().any(|line| line.windows(2).any(is_near));
    is_on_line.then_some(Part::Outline)
}

/// How far a point is from the line between two others, ends included.
fn distance_to_line(at: Point<View>, from: Point<View>, to: Point<View>) -> f64 {
    let line = to - from;
    let length_squared = line.dot(line);
    let along = if length_squared > 0.0 { (at - from).dot(line) / length_squared } else { 0.0 };
    (from + line * along.clamp(0.0, 1.0) - at).length()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::any_shape;
    use super::*;

    fn zoomed(zoom: f64) -> Map<View, Image> {
        Map::scale_then_move(zoom, zoom, Point::flat(30.0, -20.0))
    }

    #[test]
    fn reach_is_counted_in_pixels_of_the_view() {
        let line = Shape::Length([Point::flat(0.0, 0.0), Point::flat(100.0, 0.0)]);
        for zoom in [0.25, 1.0, 8.0] {
            let map = zoomed(zoom);
            let beside = |pixels: f64| {
                let middle = map * Point::flat(50.0, 0.0);
                hit(&line, &map, Point::flat(middle.xyz.x, middle.xyz.y + pixels), 6.0)
            };
            assert_eq!(beside(5.9), Some(Part::Outline), "at a zoom of {zoom}");
            assert_eq!(beside(-6.1), None, "at a zoom of {zoom}");
            let end = map * Point::flat(0.0, 0.0);
            let above = |pixels: f64| hit(&line, &map, Point::flat(end.xyz.x, end.xyz.y - pixels), 6.0);
            assert_eq!((above(5.9), above(6.1)), (Some(Part::Handle(0)), None), "at a zoom of {zoom}");
        }
    }

    #[test]
    fn a_line_ends_at_its_ends_and_the_inside_of_a_region_is_not_hit() {
        let at =
            |shape: &Shape, x: f64, y: f64| hit(shape, &zoomed(1.0), Point::flat(x + 30.0, y - 20.0), 3.0);
        let line = Shape::Length([Point::flat(0.0, 0.0), Point::flat(100.0, 0.0)]);
        assert_eq!(at(&line, 104.0, 0.0), None);
        let ellipse = Shape::Ellipse([Point::flat(0.0, 0.0), Point::flat(100.0, 60.0)]);
        assert_eq!(at(&ellipse, 50.0, 30.0), None);
        assert_eq!(at(&ellipse, 50.0, 59.0), Some(Part::Outline));
        assert_eq!(at(&ellipse, 0.0, 60.0), Some(Part::Handle(3)));
    }

    #[test]
    fn an_angle_has_two_arms_and_no_third_side() {
        let angle = Shape::Angle([Point::flat(0.0, 0.0), Point::flat(0.0, 80.0), Point::flat(80.0, 80.0)]);
        let at = |x: f64, y: f64| hit(&angle, &zoomed(1.0), Point::flat(x + 30.0, y - 20.0), 3.0);
        assert_eq!(at(0.0, 40.0), Some(Part::Outline));
        assert_eq!(at(40.0, 80.0), Some(Part::Outline));
        assert_eq!(at(40.0, 40.0), None);
        assert_eq!(at(1.0, 79.0), Some(Part::Handle(1)));
    }

    proptest! {
        /// Where two handles lie at one place, either may answer.
        #[test]
        fn every_handle_is_found_at_every_zoom(shape in any_shape(), zoom in 0.05..40.0) {
            let map = zoomed(zoom);
            let handles = shape.handles();
            for handle in &handles {
                let found = hit(&shape, &map, map * *handle, 4.0);
                let Some(Part::Handle(found)) = found else {
                    return Err(TestCaseError::fail(format!("{found:?}")));
                };
                let place = handles.get(found).map(|found| (*found - *handle).length() * zoom);
                prop_assert!(place.is_some_and(|pixels| pixels < 1e-6), "{:?}", place);
            }
        }

        /// So is every point of the outline, unless a handle is nearer.
        #[test]
        fn every_line_is_found_at_every_zoom(shape in any_shape(), zoom in 0.05..40.0, share in 0.0..1.0) {
            let map = zoomed(zoom);
            for line in shape.outline() {
                for (from, to) in line.iter().zip(line.iter().skip(1)) {
                    let point = *from + (*to - *from) * share;
                    prop_assert!(hit(&shape, &map, map * point, 0.5).is_some());
                }
            }
        }
    }
}
