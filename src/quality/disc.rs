//! The transfer across the edge of a disc: an insert of a CT phantom, seen from its end. AAPM TG-233.

use std::f64::consts::PI;

use crate::units::MmPerPixel;

use super::error::QualityError;
use super::grid::{Grid, number};
use super::metric::Metric;
use super::mtf::{BINS, Mtf, Samples, half_of, transfer};

/// Side of a region at least, pixels.
const SIDE_MIN: u32 = 32;

/// The radius of a disc at least, pixels: of smaller ones the edge is bent within the width of its blur.
const RADIUS_MIN: f64 = 10.0;

/// So far inwards the edge is looked at, as a share of the radius.
const INWARDS: f64 = 0.6;

/// The centre is that of what lies within so many radii of it.
const AROUND: f64 = 1.3;

/// So often it is found anew.
const ROUNDS: u32 = 3;

/// A pixel of a region: where its centre is, and how much of the disc its value has.
struct Place {
    x_mm: f64,
    y_mm: f64,
    share: f64,
    value: f64,
}

/// The transfer across the edge of the disc in the middle of a region, averaged over all directions, and its radius in mm. Around
/// the disc the region shows its background.
pub fn disc_mtf(region: &Grid, mm: MmPerPixel) -> Result<(f64, Mtf), QualityError> {
    let (columns, rows) = (region.columns(), region.rows());
    if columns < SIDE_MIN || rows < SIDE_MIN {
        let needs = "32 × 32 pixels at least";
        return Err(QualityError::TooSmall { metric: Metric::MtfDisc, columns, rows, needs });
    }
    let places = places(region, mm).ok_or(QualityError::NoDisc)?;
    let inside = || places.iter().filter(|place| place.share > 0.5);
    let count = number(inside().count());
    let radius = (count * mm.row * mm.column / PI).sqrt();
    let mut x_mm = inside().map(|place| place.x_mm).sum::<f64>() / count;
    let mut y_mm = inside().map(|place| place.y_mm).sum::<f64>() / count;
    for _ in 0..ROUNDS {
        let mut sums = [0.0_f64; 3];
        for place in &places {
            if libm::hypot(place.x_mm - x_mm, place.y_mm - y_mm) < AROUND * radius {
                let share = place.share.clamp(0.0, 1.0);
                let parts = [share, share * place.x_mm, share * place.y_mm];
                for (sum, part) in sums.iter_mut().zip(parts) {
                    *sum += part;
                }
            }
        }
        let [all, x, y] = sums;
        (x_mm, y_mm) = (x / all, y / all);
    }
    let pixel_mm = mm.row.max(mm.column);
    if radius < RADIUS_MIN * pixel_mm {
        return Err(QualityError::SmallDisc { pixels: radius / pixel_mm });
    }
    let (right, below) = (f64::from(columns - 1) * mm.column - x_mm, f64::from(rows - 1) * mm.row - y_mm);
    let outwards = x_mm.min(y_mm).min(right).min(below) - radius;
    let half = half_of((INWARDS * radius).min(outwards) / pixel_mm)?;
    let bin_mm = pixel_mm / BINS;
    let distance = |place: &Place| libm::hypot(place.x_mm - x_mm, place.y_mm - y_mm) - radius;
    let values = places.iter().map(|place| (distance(place) / bin_mm, place.value)).collect();
    Ok((radius, transfer(&Samples { values, half, bin_mm, pixel_mm, degrees: 0.0 })?))
}

/// The pixels, the share of each being 0 at the level along the sides of the region, and 1 at that of its middle; none where these
/// two are the same.
fn places(region: &Grid, mm: MmPerPixel) -> Option<Vec<Place>> {
    let (columns, rows) = (region.columns() as usize, region.rows() as usize);
    let is_side = |at: usize, size: usize| at == 0 || at + 1 == size;
    let is_middle = |at: usize, size: usize| at.abs_diff(size / 2) <= size / 8;
    let (mut sides, mut middle, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (y, line) in region.lines().enumerate() {
        for (x, &value) in line.iter().enumerate() {
            if is_side(x, columns) || is_side(y, rows) {
                sides.push(value);
            } else if is_middle(x, columns) && is_middle(y, rows) {
                middle.push(value);
            }
            let (x_mm, y_mm) = (number(x) * mm.column, number(y) * mm.row);
            places.push(Place { x_mm, y_mm, share: 0.0, value });
        }
    }
    let background = median(sides)?;
    let step = median(middle)? - background;
    for place in &mut places {
        place.share = (place.value - background) / step;
    }
    places.iter().all(|place| place.share.is_finite()).then_some(places)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::testing::grid;
    use super::*;

    const MM: MmPerPixel = MmPerPixel { row: 0.5, column: 0.4 };

    /// A disc whose edge is that of a Gaussian along each radius, which it is nearly where the radius is large.
    fn disc(radius: f64, sigma: f64, columns: u32, rows: u32) -> Grid {
        grid(columns, rows, |x, y| {
            let x_mm = (f64::from(x) - f64::from(columns) / 2.0 + 0.2) * MM.column;
            let y_mm = (f64::from(y) - f64::from(rows) / 2.0 + 0.9) * MM.row;
            50.0 - 60.0 * libm::erf((libm::hypot(x_mm, y_mm) - radius) / sigma / std::f64::consts::SQRT_2)
        })
    }

    #[test]
    fn the_transfer_of_a_disc_is_that_of_its_blur() {
        let (radius, found) = disc_mtf(&disc(10.0, 0.5, 90, 72), MM).expect("a disc");
        assert!((radius - 10.0).abs() < 0.05, "{radius}");
        let half = (2.0_f64.ln() / 2.0).sqrt() / (PI * 0.5);
        assert!(
            found.half_per_mm.is_some_and(|found| (found / half - 1.0).abs() < 0.02),
            "{:?}",
            found.half_per_mm
        );
        assert!((found.contrast + 120.0).abs() < 0.5, "{}", found.contrast);
        assert!((found.nyquist_per_mm - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_disc_or_a_small_or_a_cut_one_is_told() {
        assert_eq!(disc_mtf(&grid(40, 40, |_, _| 5.0), MM).err(), Some(QualityError::NoDisc));
        assert!(matches!(disc_mtf(&disc(3.0, 0.3, 60, 60), MM), Err(QualityError::SmallDisc { .. })));
        assert!(matches!(disc_mtf(&disc(10.0, 0.5, 52, 72), MM), Err(QualityError::Near { .. })));
        assert!(matches!(disc_mtf(&grid(31, 40, |_, _| 5.0), MM), Err(QualityError::TooSmall { .. })));
    }
}
