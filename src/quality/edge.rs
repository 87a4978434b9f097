//! The transfer across a slanted straight edge. ISO 12233, IEC 62220-1.

use std::f64::consts::PI;

use crate::units::MmPerPixel;

use super::error::QualityError;
use super::grid::{Grid, number};
use super::metric::Metric;
use super::mtf::{BINS, Mtf, Samples, half_of, transfer};

/// Side of a region at least, pixels.
const SIDE_MIN: u32 = 16;

/// Pixels on either side of the edge in which it is looked for once it is known roughly.
const REACH: f64 = 8.0;

/// So often it is looked for there.
const ROUNDS: u32 = 4;

/// So far rows may be off a straight line, pixels.
const CROOKED_MAX: f64 = 1.0;

/// Beyond this angle to the nearer axis few places between pixels are seen.
const DEGREES_MAX: f64 = 40.0;

/// A straight line: the column at row 0, and how it moves from row to row.
struct Line {
    column: f64,
    slope: f64,
}

/// The transfer across the straight edge that goes through a region from end to end, and the angle between the edge and the nearer
/// axis of the pixels, in degrees. It stands at a slant, so that rows see it at different places between pixels.
pub fn edge_mtf(region: &Grid, mm: MmPerPixel) -> Result<(f64, Mtf), QualityError> {
    let (columns, rows) = (region.columns(), region.rows());
    if columns < SIDE_MIN || rows < SIDE_MIN {
        let needs = "16 × 16 pixels at least";
        return Err(QualityError::TooSmall { metric: Metric::Mtf, columns, rows, needs });
    }
    // Rows are what goes across it.
    let lying = region.transposed();
    let (standing, across_mm, along_mm) = if unevenness(region) >= unevenness(&lying) {
        (region, mm.column, mm.row)
    } else {
        (&lying, mm.row, mm.column)
    };
    let line = edge_of(standing)?;
    let angle = libm::atan(line.slope * across_mm / along_mm);
    let degrees = angle.abs().to_degrees();
    let last_row = f64::from(standing.rows()) - 1.0;
    // Over all rows it has to pass at least one pixel.
    if line.slope.abs() * last_row < 1.0 || degrees > DEGREES_MAX {
        return Err(QualityError::SamePlaces { degrees });
    }
    let last_column = f64::from(standing.columns()) - 1.0;
    let ends = [line.at(0.0), line.at(last_row)];
    let room = ends.into_iter().map(|at| at.min(last_column - at)).fold(f64::INFINITY, f64::min);
    let values = standing.lines().enumerate().flat_map(|(row, values)| {
        let edge = line.at(number(row));
        values.iter().enumerate().map(move |(column, value)| ((number(column) - edge) * BINS, *value))
    });
    let samples = Samples {
        half: half_of(room)?,
        values: values.collect(),
        bin_mm: across_mm * libm::cos(angle) / BINS,
        pixel_mm: across_mm,
        degrees,
    };
    Ok((degrees, transfer(&samples)?))
}

/// How much the means of columns differ: much, where an edge stands.
fn unevenness(grid: &Grid) -> f64 {
    let mut sums = vec![0.0_f64; grid.columns() as usize];
    for line in grid.lines() {
        for (sum, value) in sums.iter_mut().zip(line) {
            *sum += value / f64::from(grid.rows());
        }
    }
    let mean = sums.iter().sum::<f64>() / number(sums.len());
    sums.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / number(sums.len())
}

/// The line of an edge that stands: through the places where the rows' values step, then through the centres of their slopes.
fn edge_of(grid: &Grid) -> Result<Line, QualityError> {
    let steps: Vec<(f64, f64)> =
        grid.lines().enumerate().filter_map(|(row, values)| Some((number(row), step_of(values)?))).collect();
    let mut line = Line::through(&steps).ok_or(QualityError::NoEdge)?;
    let mut centres = Vec::new();
    for _ in 0..ROUNDS {
        centres = centres_of(grid, &line);
        // Where half of the rows show nothing, it is no edge through the whole of the region.
        if 2 * centres.len() < grid.rows() as usize {
            return Err(QualityError::NoEdge);
        }
        line = Line::through(&centres).ok_or(QualityError::NoEdge)?;
    }
    let squares = centres.iter().map(|(row, column)| (column - line.at(*row)) * (column - line.at(*row)));
    let pixels = (squares.sum::<f64>() / number(centres.len())).sqrt();
    if pixels > CROOKED_MAX { Err(QualityError::Crooked { pixels }) } else { Ok(line) }
}

/// Where two even parts of a row fit it best.
fn step_of(values: &[f64]) -> Option<f64> {
    let count = number(values.len());
    let total: f64 = values.iter().sum();
    let mut left = 0.0_f64;
    let mut best: Option<(f64, f64)> = None;
    for (at, value) in values.iter().enumerate().take(values.len().saturating_sub(1)) {
        left += value;
        let taken = number(at) + 1.0;
        let step = left / taken - (total - left) / (count - taken);
        let gain = taken * (count - taken) * step * step;
        if best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, taken - 0.5));
        }
    }
    best.map(|(_, column)| column)
}

/// The centre of the slope in each row that has one, near to a line.
fn centres_of(grid: &Grid, line: &Line) -> Vec<(f64, f64)> {
    let (mut left, mut right) = ((0.0_f64, 0.0_f64), (0.0_f64, 0.0_f64));
    for (row, values) in grid.lines().enumerate() {
        let edge = line.at(number(row));
        for (column, value) in values.iter().enumerate() {
            let side = if number(column) < edge { &mut left } else { &mut right };
            side.0 += value;
            side.1 += 1.0;
        }
    }
    let contrast = right.0 / right.1 - left.0 / left.1;
    let centre = |(row, values): (usize, &[f64])| {
        let edge = line.at(number(row));
        let (mut moment, mut weight) = (0.0_f64, 0.0_f64);
        for (at, three) in values.windows(3).enumerate() {
            let &[before, _, next] = three else { continue };
            let column = number(at) + 1.0;
            let off = (column - edge) / REACH;
            let nearness = if off.abs() < 1.0 { 0.5 + 0.5 * libm::cos(PI * off) } else { 0.0 };
            let slope = (next - before) / 2.0 * nearness;
            moment += slope * column;
            weight += slope;
        }
        // Without a step this is no number, and no row has a centre.
        (weight / contrast > 0.5).then(|| (number(row), moment / weight))
    };
    grid.lines().enumerate().filter_map(centre).collect()
}

impl Line {
    /// The nearest line to places by row and column, by least squares; none through fewer than two rows.
    fn through(places: &[(f64, f64)]) -> Option<Self> {
        let count = number(places.len());
        let row = places.iter().map(|(row, _)| row).sum::<f64>() / count;
        let column = places.iter().map(|(_, column)| column).sum::<f64>() / count;
        let squares: f64 = places.iter().map(|(own, _)| (own - row) * (own - row)).sum();
        let products: f64 = places.iter().map(|(own, at)| (own - row) * (at - column)).sum();
        let slope = products / squares;
        slope.is_finite().then_some(Self { column: column - slope * row, slope })
    }

    fn at(&self, row: f64) -> f64 {
        self.column + self.slope * row
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Noise, grid};
    use super::*;

    const MM: MmPerPixel = MmPerPixel { row: 0.5, column: 0.5 };

    /// A step of 1000 along a line through the middle, blurred by a Gaussian of `sigma` mm.
    fn edge(columns: u32, rows: u32, degrees: f64, sigma: f64, mm: MmPerPixel) -> Grid {
        let (sin, cos) = (libm::sin(degrees.to_radians()), libm::cos(degrees.to_radians()));
        grid(columns, rows, |x, y| {
            let across = (f64::from(x) - f64::from(columns) / 2.0 + 0.8) * mm.column;
            let along = (f64::from(y) - f64::from(rows) / 2.0 + 0.5) * mm.row;
            500.0 * (1.0 + libm::erf((across * cos - along * sin) / sigma / std::f64::consts::SQRT_2))
        })
    }

    fn half_of_gaussian(sigma: f64) -> f64 {
        (2.0_f64.ln() / 2.0).sqrt() / (PI * sigma)
    }

    #[test]
    fn the_transfer_of_gaussian_edges_is_within_a_percent() {
        let oblong = MmPerPixel { row: 0.5, column: 0.7 };
        for (degrees, sigma, mm) in [
            (2.0, 0.5, MM),
            (-5.0, 0.35, MM),
            (10.0, 0.8, MM),
            (30.0, 0.5, MM),
            (5.0, 0.6, oblong),
            (-20.0, 0.5, oblong),
        ] {
            let standing = edge(64, 64, degrees, sigma, mm);
            let turned = MmPerPixel { row: mm.column, column: mm.row };
            for (image, mm) in [(&standing, mm), (&standing.transposed(), turned)] {
                let (angle, found) = edge_mtf(image, mm).expect("an edge");
                assert!((angle - degrees.abs()).abs() < 0.05, "{angle}, drawn {degrees}");
                let share = found.half_per_mm.map(|found| found / half_of_gaussian(sigma));
                assert!(share.is_some_and(|share| (share - 1.0).abs() < 0.01), "{share:?} at {degrees}");
            }
        }
    }

    /// Which side is the lighter one does not matter.
    #[test]
    fn a_falling_edge_has_the_transfer_of_a_rising_one() {
        let rising = edge(48, 48, 4.0, 0.5, MM);
        let falling = grid(48, 48, |x, y| {
            let at = usize::try_from(y * 48 + x).expect("small");
            -rising.values().get(at).copied().unwrap_or_default()
        });
        let (a, b) = (edge_mtf(&rising, MM).expect("an edge").1, edge_mtf(&falling, MM).expect("an edge").1);
        assert!(a.curve.iter().zip(&b.curve).all(|(a, b)| (a.value - b.value).abs() < 1e-9));
        assert!((a.contrast + b.contrast).abs() < 1e-6);
    }

    #[test]
    fn noise_moves_it_by_a_few_percent() {
        let clean = edge(64, 64, 3.0, 0.5, MM);
        let noise = Noise(3).grid(64, 64, 20.0);
        let values = clean.values().iter().zip(noise.values()).map(|(a, b)| a + b).collect();
        let (_, found) = edge_mtf(&Grid::new(64, 64, values).expect("a grid"), MM).expect("an edge");
        let share = found.half_per_mm.map(|found| found / half_of_gaussian(0.5));
        assert!(share.is_some_and(|share| (share - 1.0).abs() < 0.05), "{share:?}");
        assert!((found.noise / 20.0 - 1.0).abs() < 0.15, "{}", found.noise);
    }

    #[test]
    fn what_is_no_slanted_edge_is_told() {
        let check = |image: &Grid, is_it: &dyn Fn(&QualityError) -> bool| {
            let error = edge_mtf(image, MM).expect_err("no edge");
            assert!(is_it(&error), "{error:?}");
        };
        for degrees in [0.0, 0.5] {
            check(&edge(64, 64, degrees, 0.5, MM), &|error| matches!(error, QualityError::SamePlaces { .. }));
        }
        check(&edge(160, 48, 45.0, 0.5, MM), &|error| matches!(error, QualityError::SamePlaces { .. }));
        check(&edge(160, 48, 26.565_051, 0.5, MM), &|error| matches!(error, QualityError::SamePlaces { .. }));
        check(&grid(32, 32, |_, _| 3.0), &|error| *error == QualityError::NoEdge);
        check(&edge(15, 40, 3.0, 0.5, MM), &|error| matches!(error, QualityError::TooSmall { .. }));
        let moved = edge(64, 64, 3.0, 0.5, MM);
        let part = super::super::grid::Rect { x: 28, y: 0, width: 36, height: 64 };
        check(&moved.cut(part).expect("inside"), &|error| matches!(error, QualityError::Near { .. }));
        let bent = grid(64, 64, |x, y| {
            let off = f64::from(y) - 32.0;
            500.0 * libm::erf((f64::from(x) - 26.0 - off * off / 80.0 - off / 12.0) / 1.5)
        });
        check(&bent, &|error| matches!(error, QualityError::Crooked { .. }));
    }
}
