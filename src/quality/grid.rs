//! An image as numbers, and rectangles of it.

use std::fmt;
use std::slice::ChunksExact;

use serde::{Deserialize, Serialize};

use super::error::QualityError;

/// Beyond this nothing is a value of an image, and squares of sums might not be numbers any more.
const VALUE_MAX: f64 = 1e60;

/// A rectangle of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Its first column, from 0.
    pub x: u32,
    /// Its first row, from 0.
    pub y: u32,
    /// How many columns.
    pub width: u32,
    /// How many rows.
    pub height: u32,
}

/// A rectangle of one image of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Where in the image.
    #[serde(flatten)]
    pub rect: Rect,
    /// The image by its place in the stack, from 1.
    pub image: u32,
}

/// Values of pixels, row by row: an image, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    columns: u32,
    rows: u32,
    values: Vec<f64>,
}

/// `12,40,64,64`
impl fmt::Display for Rect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.x, self.y, self.width, self.height)
    }
}

/// `12,40,64,64@3`
impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.rect, self.image)
    }
}

impl Grid {
    /// Values row by row; what is no number stands where there is no value. `None` where they are not columns × rows, or none.
    pub fn new(columns: u32, rows: u32, values: Vec<f64>) -> Option<Self> {
        let count = u64::from(columns) * u64::from(rows);
        let is_whole = count > 0 && u64::try_from(values.len()).is_ok_and(|found| found == count);
        is_whole.then_some(Self { columns, rows, values })
    }

    /// Columns, at least one.
    pub const fn columns(&self) -> u32 {
        self.columns
    }

    /// Rows, at least one.
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// The values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Its rows.
    pub(super) fn lines(&self) -> ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns as usize)
    }

    /// A part of it in which every pixel has a value.
    pub fn cut(&self, region: Rect) -> Result<Self, QualityError> {
        let Rect { x, y, width, height } = region;
        if width == 0 || height == 0 {
            return Err(QualityError::Empty { region });
        }
        let fits =
            |first: u32, count: u32, size: u32| first.checked_add(count).is_some_and(|end| end <= size);
        if !fits(x, width, self.columns) || !fits(y, height, self.rows) {
            return Err(QualityError::Outside { region, columns: self.columns, rows: self.rows });
        }
        let lines = self.lines().skip(y as usize).take(height as usize);
        let values: Vec<f64> =
            lines.flat_map(|line| line.iter().skip(x as usize).take(width as usize).copied()).collect();
        let count = values.iter().filter(|value| !(-VALUE_MAX..=VALUE_MAX).contains(*value)).count();
        if count > 0 {
            return Err(QualityError::Hole { region, count });
        }
        Ok(Self { columns: width, rows: height, values })
    }

    /// Rows for columns.
    pub(super) fn transposed(&self) -> Self {
        let column = |at: usize| self.lines().filter_map(move |line| line.get(at).copied());
        let values = (0..self.columns as usize).flat_map(column).collect();
        Self { columns: self.rows, rows: self.columns, values }
    }

    /// The mean of parts of several images, pixel by pixel; `None` where they differ in size, or there are none.
    pub(super) fn mean_of(parts: &[&Self]) -> Option<Self> {
        let (first, others) = parts.split_first()?;
        let mut sum = (*first).clone();
        for part in others {
            if (part.columns, part.rows) != (sum.columns, sum.rows) {
                return None;
            }
            for (sum, value) in sum.values.iter_mut().zip(&part.values) {
                *sum += value;
            }
        }
        let count = number(parts.len());
        for value in &mut sum.values {
            *value /= count;
        }
        Some(sum)
    }
}

/// A count as a number.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A number as a count, without its decimals; below 0 and where it is no number 0, and the largest where it is larger.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast stops at the ends")]
pub(super) fn whole(value: f64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: u32, y: u32, width: u32, height: u32) -> Rect {
        Rect { x, y, width, height }
    }

    fn counted() -> Grid {
        Grid::new(4, 3, (0..12_u8).map(f64::from).collect()).expect("a grid")
    }

    #[test]
    fn a_part_holds_the_pixels_of_its_rectangle() {
        let part = counted().cut(rect(1, 1, 2, 2)).expect("inside");
        assert_eq!((part.columns(), part.rows(), part.values()), (2, 2, [5.0, 6.0, 9.0, 10.0].as_slice()));
        assert_eq!(part.transposed().values(), [5.0, 9.0, 6.0, 10.0]);
        let whole = counted();
        assert_eq!(whole.cut(rect(0, 0, 4, 3)), Ok(whole.clone()));
        assert_eq!(whole.transposed().transposed(), whole);
    }

    #[test]
    fn what_is_outside_empty_or_without_a_value_is_refused() {
        let grid = counted();
        for region in [rect(3, 0, 2, 1), rect(0, 2, 1, 2), rect(4, 0, 1, 1), rect(u32::MAX, 0, 2, 1)] {
            assert_eq!(grid.cut(region), Err(QualityError::Outside { region, columns: 4, rows: 3 }));
        }
        for region in [rect(0, 0, 0, 1), rect(0, 0, 1, 0)] {
            assert_eq!(grid.cut(region), Err(QualityError::Empty { region }));
        }
        let holes = Grid::new(4, 1, vec![f64::NAN, f64::INFINITY, 1e300, 1.0]).expect("a grid");
        let region = rect(0, 0, 4, 1);
        assert_eq!(holes.cut(region), Err(QualityError::Hole { region, count: 3 }));
        assert!(holes.cut(rect(3, 0, 1, 1)).is_ok());
    }

    #[test]
    fn a_grid_has_as_many_values_as_pixels_and_at_least_one() {
        assert_eq!(Grid::new(2, 2, vec![0.0; 3]), None);
        assert_eq!(Grid::new(0, 0, Vec::new()), None);
        assert_eq!(Grid::new(u32::MAX, u32::MAX, vec![0.0]), None);
    }

    #[test]
    fn means_are_of_parts_of_one_size() {
        let (a, b) = (counted(), Grid::new(4, 3, vec![2.0; 12]).expect("a grid"));
        let mean = Grid::mean_of(&[&a, &b]).expect("a mean");
        assert_eq!(mean.values().first(), Some(&1.0));
        assert_eq!(mean.values().last(), Some(&6.5));
        assert_eq!(Grid::mean_of(&[&a, &a.transposed()]), None);
        assert_eq!(Grid::mean_of(&[]), None);
    }

    #[test]
    fn counts_stop_at_their_ends() {
        assert_eq!([-1.0, f64::NAN, 2.9, 1e300].map(whole), [0, 0, 2, u32::MAX]);
    }
}
