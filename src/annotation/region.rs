//! The pixels of a region and the statistics of their values. Rule X-13.

use std::ops::Range;

use super::shape::Shape;
use crate::dicom::{Frame, Padding, Pixels};
use crate::units::StoredValue;

/// What is known of a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Its area by the formula of its shape, where millimetres may be used.
    pub area_mm2: Option<f64>,
    /// The same in pixels, parts of them included.
    pub area_px: f64,
    /// Pixels of the image whose centre lies inside the region or on its edge.
    pub pixels: u64,
    /// Of the values of those pixels; `None` without pixels, in colour, and where no value is a number.
    pub statistics: Option<Statistics>,
}

/// Of modality values, never rounded before, padding left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of these very pixels: the sum of squares is divided by their number, not by one less.
    pub deviation: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// How many values were counted.
    pub count: u64,
    /// Pixels left out, because what they hold is not a finite number.
    pub not_numbers: u64,
    /// Pixels left out, because they are padding, or on a section no tissue. Rule P-16.
    pub padding: u64,
    /// Pixels of a section left out, because no plane below them was received.
    pub not_received: u64,
    /// Whether all values are whole numbers.
    pub are_whole: bool,
}

/// Area of a region in pixels by the formula of its shape, parts of pixels included; 0 of a mark that is no region. How
/// long its values take to count follows from it.
pub fn pixels_inside(shape: &Shape) -> f64 {
    let (&[first, second], covered) = match shape {
        Shape::Ellipse(corners) => (corners, std::f64::consts::FRAC_PI_4),
        Shape::Rectangle(corners) => (corners, 1.0),
        _ => return 0.0,
    };
    let diagonal = (second - first).xyz;
    (diagonal.x * diagonal.y).abs() * covered
}

/// Pixels of an image whose centre lies inside a region or on its edge: at most a run a row.
pub(super) struct Inside {
    runs: Vec<Run>,
}

struct Run {
    row: u32,
    columns: Range<u32>,
}

impl Inside {
    /// Those of an ellipse or a rectangle; none of other shapes.
    pub(super) fn of(shape: &Shape, rows: u32, columns: u32) -> Self {
        let (Shape::Ellipse([a, b]) | Shape::Rectangle([a, b])) = shape else {
            return Self { runs: Vec::new() };
        };
        let (low, high) = (a.xyz.min(b.xyz), a.xyz.max(b.xyz));
        let (centre, radius) = (low.midpoint(high), (high - low) / 2.0);
        let is_inside = |column: u32, row: u32| {
            let (x, y) = (f64::from(column) + 0.5, f64::from(row) + 0.5);
            if matches!(shape, Shape::Rectangle(_)) {
                return (low.x..=high.x).contains(&x) && (low.y..=high.y).contains(&y);
            }
            // An ellipse without width or height gives no number here, and holds no pixel.
            let (x, y) = ((x - centre.x) / radius.x, (y - centre.y) / radius.y);
            x * x + y * y <= 1.0
        };
        let of_row = |row: u32| {
            let mut columns = indices(low.x, high.x, columns);
            let first = columns.find(|&column| is_inside(column, row))?;
            let last = columns.rev().find(|&column| is_inside(column, row)).unwrap_or(first);
            Some(Run { row, columns: first..last + 1 })
        };
        Self { runs: indices(low.y, high.y, rows).filter_map(of_row).collect() }
    }

    /// How many.
    pub(super) fn count(&self) -> u64 {
        self.runs.iter().map(|run| u64::from(run.columns.end - run.columns.start)).sum()
    }

    /// Their columns and rows, row by row.
    pub(super) fn pixels(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs.iter().flat_map(|run| run.columns.clone().map(|column| (column, run.row)))
    }

    /// Of what `value_of` makes of stored values. Twice over the pixels: first the mean, then how far they are from it.
    pub(super) fn statistics(
        &self,
        frame: &Frame,
        padding: Option<&Padding>,
        value_of: impl Fn(StoredValue) -> f64,
    ) -> Option<Statistics> {
        if matches!(frame.pixels, Pixels::Color(_)) {
            return None;
        }
        let is_padding = |stored: &StoredValue| padding.is_some_and(|padding| padding.contains(stored.0));
        let stored = || {
            let indices = self.runs.iter().flat_map(|run| {
                let start = run.row as usize * frame.columns as usize;
                run.columns.clone().map(move |column| start + column as usize)
            });
            indices.filter_map(|index| frame.stored(index))
        };
        let values = || stored().filter(|stored| !is_padding(stored)).map(&value_of);
        let finite = || values().filter(|value| value.is_finite());
        let (mut count, mut sum, mut are_whole) = (0_u64, 0.0, true);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in finite() {
            count += 1;
            sum += value;
            min = min.min(value);
            max = max.max(value);
            are_whole &= value.fract() == 0.0;
        }
        if count == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "an image has fewer than 2^53 pixels")]
        let pixels = count as f64;
        let mean = sum / pixels;
        let squares: f64 = finite().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = (squares / pixels).sqrt();
        let padding = padding.map_or(0, |_| stored().filter(is_padding).count() as u64);
        let not_numbers = self.count() - count - padding;
        Some(Statistics {
            mean,
            deviation,
            min,
            max,
            count,
            not_numbers,
            padding,
            not_received: 0,
            are_whole,
        })
    }
}

/// Indices of the pixels whose centres may lie between two positions, and one more at each end.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions outside the image become its ends"
)]
fn indices(low: f64, high: f64, size: u32) -> Range<u32> {
    let first = (low.floor() - 1.0) as u32;
    let end = (high.ceil() + 1.0) as u32;
    first.min(size)..end.min(size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dicom::Reals;
    use crate::geometry::Point;
    use crate::grayscale::Rescale;

    fn ellipse(a: [f64; 2], b: [f64; 2]) -> Shape {
        Shape::Ellipse([a, b].map(|[x, y]| Point::flat(x, y)))
    }

    fn rectangle(a: [f64; 2], b: [f64; 2]) -> Shape {
        Shape::Rectangle([a, b].map(|[x, y]| Point::flat(x, y)))
    }

    fn count(shape: &Shape) -> u64 {
        Inside::of(shape, 64, 64).count()
    }

    fn frame(pixels: Pixels) -> Frame {
        Frame { rows: 4, columns: 4, pixels, cover: None }
    }

    #[test]
    fn a_pixel_counts_when_its_centre_is_inside_or_on_the_edge() {
        assert_eq!(count(&rectangle([10.0, 10.0], [13.0, 12.0])), 6, "whole pixels");
        assert_eq!(count(&rectangle([10.5, 10.5], [12.5, 11.5])), 6, "centres on the edge");
        assert_eq!(count(&rectangle([10.51, 10.51], [12.49, 12.49])), 1, "just inside of them");
        assert_eq!(count(&rectangle([10.6, 10.6], [11.4, 11.4])), 0, "between four centres");
        // A circle of radius 2 around a corner of four pixels: rows of 2, 4, 4 and 2.
        assert_eq!(count(&ellipse([8.0, 8.0], [12.0, 12.0])), 12);
        // A circle of radius 1 around a centre: its neighbours lie on the edge.
        assert_eq!(count(&ellipse([9.5, 9.5], [11.5, 11.5])), 5);
    }

    #[test]
    fn what_lies_outside_the_image_has_no_pixels() {
        assert_eq!(count(&rectangle([-1e300, -5.0], [1e300, 2.0])), 128);
        assert_eq!(count(&rectangle([-20.0, -20.0], [-10.0, -10.0])), 0);
        assert_eq!(count(&rectangle([64.0, 0.0], [90.0, 90.0])), 0);
        assert_eq!(count(&ellipse([20.0, 20.0], [20.0, 40.0])), 0, "no width");
        assert_eq!(count(&ellipse([f64::NAN, 0.0], [20.0, 40.0])), 0);
        assert_eq!(count(&Shape::Probe(Point::flat(3.0, 3.0))), 0);
    }

    #[test]
    fn the_deviation_is_that_of_these_pixels_and_values_are_not_rounded() {
        let words =
            Pixels::Words { is_signed: false, words: vec![2, 4, 4, 4, 5, 5, 7, 9, 0, 0, 0, 0, 0, 0, 0, 0] };
        let inside = Inside::of(&rectangle([0.0, 0.0], [4.0, 2.0]), 4, 4);
        let of = |rescale: Rescale| {
            let value_of = |stored| rescale.to_modality(stored).0;
            inside.statistics(&frame(words.clone()), None, value_of).expect("values")
        };
        let found = of(Rescale::IDENTITY);
        let expected = Statistics {
            mean: 5.0,
            deviation: 2.0,
            min: 2.0,
            max: 9.0,
            count: 8,
            not_numbers: 0,
            padding: 0,
            not_received: 0,
            are_whole: true,
        };
        assert_eq!(found, expected);
        let found = of(Rescale { slope: -0.25, intercept: 0.125 });
        let expected = Statistics {
            mean: -1.125,
            deviation: 0.5,
            min: -2.125,
            max: -0.375,
            are_whole: false,
            ..expected
        };
        assert_eq!(found, expected);
    }

    /// A large mean must not swallow a small deviation, as it does where squares are summed up.
    #[test]
    fn a_small_deviation_around_a_large_mean_is_kept() {
        let values = (0..16).map(|i| 1e9 + f64::from(i % 2)).collect();
        let inside = Inside::of(&rectangle([0.0, 0.0], [4.0, 4.0]), 4, 4);
        let found = inside.statistics(&frame(Pixels::Reals(Reals::new(values))), None, |stored| stored.0);
        assert_eq!(found.map(|found| found.deviation), Some(0.5));
    }

    #[test]
    fn values_that_are_no_numbers_are_left_out_and_counted() {
        let mut values = vec![1.0; 16];
        values.splice(0..3, [f64::NAN, f64::INFINITY, 3.0]);
        let inside = Inside::of(&rectangle([0.0, 0.0], [4.0, 1.0]), 4, 4);
        let of =
            |values| inside.statistics(&frame(Pixels::Reals(Reals::new(values))), None, |stored| stored.0);
        let found = of(values).expect("two numbers");
        assert_eq!((found.count, found.not_numbers), (2, 2));
        assert!((found.mean - 2.0).abs() < f64::EPSILON && (found.max - 3.0).abs() < f64::EPSILON);
        assert_eq!(of(vec![f64::NAN; 16]), None);
    }

    proptest! {
        /// The runs hold just the pixels that a look at every pixel of the image finds.
        #[test]
        fn runs_hold_what_each_pixel_by_itself_says(
            a in prop::array::uniform2(-8.0..40.0_f64), b in prop::array::uniform2(-8.0..40.0_f64)
        ) {
            let (low, high) = ([a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])]);
            let (mut in_box, mut in_ellipse) = (0, 0);
            for (row, column) in (0..32).flat_map(|row| (0..32).map(move |column| (row, column))) {
                let centre = [f64::from(column) + 0.5, f64::from(row) + 0.5];
                in_box += u64::from((0..2).all(|i| low[i] <= centre[i] && centre[i] <= high[i]));
                let part = |i: usize| {
                    let part = (centre[i] - low[i].midpoint(high[i])) / ((high[i] - low[i]) / 2.0);
                    part * part
                };
                in_ellipse += u64::from(part(0) + part(1) <= 1.0);
            }
            prop_assert_eq!(Inside::of(&rectangle(a, b), 32, 32).count(), in_box);
            prop_assert_eq!(Inside::of(&ellipse(a, b), 32, 32).count(), in_ellipse);
        }
    }
}
