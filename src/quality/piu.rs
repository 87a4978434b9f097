//! Percent image uniformity of MR.

use crate::units::MmPerPixel;

use super::error::QualityError;
use super::grid::{Grid, number, whole};
use super::metric::Metric;

/// Side of the small window, of about 1 cm².
const WINDOW_MM: f64 = 10.0;

/// Percent image uniformity. ACR, MRI quality control manual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piu {
    /// The highest mean of a window of 1 cm².
    pub highest: f64,
    /// The lowest.
    pub lowest: f64,
    /// 100 · (1 − (highest − lowest) ÷ (highest + lowest)): 100 of what is all alike.
    pub percent: f64,
}

/// Of the ellipse in a region, which is that of a phantom less its rim: a window of 10 × 10 mm stands at every pixel where it is
/// within the ellipse with the centres of its corners.
pub fn piu(region: &Grid, mm: MmPerPixel) -> Result<Piu, QualityError> {
    let (columns, rows) = (region.columns(), region.rows());
    let side = |mm: f64| whole((WINDOW_MM / mm).round()).max(1);
    let (width, height) = (side(mm.column), side(mm.row));
    if columns / 4 < width || rows / 4 < height {
        let needs = "40 × 40 mm at least";
        return Err(QualityError::TooSmall { metric: Metric::Piu, columns, rows, needs });
    }
    if region.values().iter().any(|value| *value < 0.0) {
        return Err(QualityError::NoMagnitudes);
    }
    let sums = sums(region);
    let (width, height) = (width as usize, height as usize);
    let area = number(width) * number(height);
    let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
    for (y, (above, below)) in sums.iter().zip(sums.iter().skip(height)).enumerate() {
        let above = above.iter().zip(above.iter().skip(width));
        let below = below.iter().zip(below.iter().skip(width));
        for (x, ((left_above, above), (left_below, below))) in above.zip(below).enumerate() {
            let (across, down) = (offset(x, width, columns), offset(y, height, rows));
            if across * across + down * down <= 1.0 {
                let mean = (below - left_below - above + left_above) / area;
                (highest, lowest) = (highest.max(mean), lowest.min(mean));
            }
        }
    }
    if highest + lowest <= 0.0 || !(highest + lowest).is_finite() {
        return Err(QualityError::NoMagnitudes);
    }
    Ok(Piu { highest, lowest, percent: 100.0 * (1.0 - (highest - lowest) / (highest + lowest)) })
}

/// How far the farther of the outermost pixels of a window is from the centre of a size, as a share of half of that.
fn offset(first: usize, count: usize, size: u32) -> f64 {
    let half = f64::from(size) / 2.0;
    let near = number(first) + 0.5 - half;
    let far = near + number(count) - 1.0;
    near.abs().max(far.abs()) / half
}

/// The sum of all values above and to the left of each corner of a pixel.
fn sums(region: &Grid) -> Vec<Vec<f64>> {
    let mut above = vec![0.0_f64; region.columns() as usize + 1];
    let mut sums = vec![above.clone()];
    for line in region.lines() {
        let mut sum = 0.0_f64;
        for (below, value) in above.iter_mut().skip(1).zip(line) {
            sum += value;
            *below += sum;
        }
        sums.push(above.clone());
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::testing::{grid, near};
    use super::*;

    const MM: MmPerPixel = MmPerPixel { row: 2.0, column: 2.5 };

    #[test]
    fn what_is_all_alike_has_100_percent() {
        let found = piu(&grid(80, 100, |_, _| 700.0), MM).expect("a phantom");
        assert!(near(found.percent, 100.0) && near(found.highest, 700.0), "{found:?}");
    }

    /// Windows are 4 pixels wide and 5 high: a spot of that size is one window, and what lies beside the ellipse is none.
    #[test]
    fn the_windows_are_those_of_the_ellipse() {
        let spot = |left: u32, top: u32, value: f64| {
            let is_in = move |x: u32, y: u32| (left..left + 4).contains(&x) && (top..top + 5).contains(&y);
            piu(&grid(80, 100, move |x, y| if is_in(x, y) { value } else { 1000.0 }), MM).expect("a phantom")
        };
        let found = spot(40, 50, 600.0);
        assert!(near(found.lowest, 600.0) && near(found.highest, 1000.0), "{found:?}");
        assert!(near(found.percent, 75.0), "{found:?}");
        assert!(near(spot(0, 0, 0.0).percent, 100.0), "a corner is no part of it");
        assert!(spot(0, 48, 0.0).percent < 90.0, "the left end is");
    }

    #[test]
    fn what_is_no_magnitude_and_what_is_too_small_is_told() {
        assert_eq!(piu(&grid(80, 100, |x, _| f64::from(x) - 1.0), MM), Err(QualityError::NoMagnitudes));
        assert_eq!(piu(&grid(80, 100, |_, _| 0.0), MM), Err(QualityError::NoMagnitudes));
        for mm in [1e-300, 0.05] {
            let mm = MmPerPixel { row: mm, column: mm };
            assert!(matches!(piu(&grid(80, 100, |_, _| 1.0), mm), Err(QualityError::TooSmall { .. })));
        }
        assert!(matches!(piu(&grid(1, 1, |_, _| 1.0), MM), Err(QualityError::TooSmall { .. })));
    }
}
