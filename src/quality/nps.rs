//! The noise power spectrum. ICRU 87, AAPM TG-233, IEC 62220-1.
//!
//! A slow transform is enough: the squares are small, any side will do, and there is nothing to be proved of a library.

use std::f64::consts::TAU;

use crate::units::MmPerPixel;

use super::error::QualityError;
use super::grid::{Grid, Rect, number, whole};
use super::metric::Metric;
use super::report::CurvePoint;

/// Sides of squares, pixels.
const SIDE_MIN: u32 = 16;
const SIDE_MAX: u32 = 256;
const NEEDED_SIDE: &str = "squares of 16 to 256 pixels a side";

/// So many squares are averaged at most.
pub(super) const SQUARES_MAX: u64 = 4096;
const TOO_MANY: &str = "4096 squares at most: choose larger ones, or fewer images";

/// What is left of values after a trend was taken away, and smaller than this share of them, is rounding.
const ROUNDING_SHARE: f64 = 1e-12;

/// A complex number: its real and its imaginary part.
type Complex = [f64; 2];

/// How the power of the noise is spread over spatial frequencies.
#[derive(Debug, Clone, PartialEq)]
pub struct NoisePower {
    /// Side of the squares, pixels.
    pub side: u32,
    /// How many squares were averaged.
    pub squares: u32,
    /// The spectrum, unit² · mm², column by column: frequencies across rise from column to column, those down within one, both
    /// from 0 on in steps of 1 ÷ (side · spacing) and, past the middle, from below 0.
    pub plane: Vec<f64>,
    /// Its integral over both frequencies, unit²: equal to the variance.
    pub integral: f64,
    /// Mean square of what the trend leaves of the squares, unit².
    pub variance: f64,
    /// Mean over all directions by frequency, unit² · mm², from one step above 0 to the lower Nyquist frequency.
    pub radial: Vec<CurvePoint>,
    /// The frequency of the highest value of `radial`, mm⁻¹.
    pub peak_per_mm: f64,
    /// The mean of the frequencies of `radial`, each weighted by its value, mm⁻¹. AAPM TG-233.
    pub mean_per_mm: f64,
}

/// The squares of a side that lie in a region, half a side apart both ways, from its upper left corner on.
pub fn squares(region: &Grid, side: u32) -> Result<Vec<Grid>, QualityError> {
    let (columns, rows) = (region.columns(), region.rows());
    if !(SIDE_MIN..=SIDE_MAX).contains(&side) || side > columns.min(rows) {
        return Err(QualityError::TooSmall { metric: Metric::Nps, columns, rows, needs: NEEDED_SIDE });
    }
    let step = side / 2;
    let fitting = |size: u32| u64::from((size - side) / step) + 1;
    if fitting(columns) * fitting(rows) > SQUARES_MAX {
        return Err(other_squares(TOO_MANY));
    }
    let firsts = |size: u32| (0..=size - side).step_by(step as usize);
    let places = firsts(rows).flat_map(|y| firsts(columns).map(move |x| (x, y)));
    places.map(|(x, y)| region.cut(Rect { x, y, width: side, height: side })).collect()
}

/// The mean power of the noise in squares of one side, a trend of second order taken from each:
/// NPS(u, v) = row spacing · column spacing ÷ side² · |DFT|².
pub fn noise_power(squares: &[Grid], mm: MmPerPixel) -> Result<NoisePower, QualityError> {
    let Some(first) = squares.first() else { return Err(other_squares("a region at least")) };
    let (side, rows) = (first.columns(), first.rows());
    if !(SIDE_MIN..=SIDE_MAX).contains(&side) {
        return Err(QualityError::TooSmall { metric: Metric::Nps, columns: side, rows, needs: NEEDED_SIDE });
    }
    if squares.iter().any(|square| (square.columns(), square.rows()) != (side, side)) {
        return Err(other_squares("squares of one size"));
    }
    let count = u32::try_from(squares.len()).unwrap_or(u32::MAX);
    if u64::from(count) > SQUARES_MAX {
        return Err(other_squares(TOO_MANY));
    }
    let roots = roots(side);
    let pixels = f64::from(side) * f64::from(side);
    let mut plane = vec![0.0_f64; side as usize * side as usize];
    let (mut variance, mut largest) = (0.0_f64, 0.0_f64);
    for square in squares {
        let rest = detrended(square);
        variance += rest.values().iter().map(|value| value * value).sum::<f64>() / pixels;
        largest = square.values().iter().fold(largest, |largest, value| largest.max(value.abs()));
        add_power(&rest, &roots, &mut plane);
    }
    variance /= f64::from(count);
    if variance.sqrt() <= ROUNDING_SHARE * largest {
        return Err(QualityError::NoNoise { metric: Metric::Nps });
    }
    let area = mm.row * mm.column;
    for power in &mut plane {
        *power *= area / pixels / f64::from(count);
    }
    let integral = plane.iter().sum::<f64>() / (pixels * area);
    let radial = radial(&plane, side, mm);
    let total: f64 = radial.iter().map(|point| point.value).sum();
    let weighted: f64 = radial.iter().map(|point| point.value * point.per_mm).sum();
    let peak = radial.iter().max_by(|a, b| a.value.total_cmp(&b.value));
    Ok(NoisePower {
        side,
        squares: count,
        integral,
        variance,
        peak_per_mm: peak.map_or(0.0, |point| point.per_mm),
        mean_per_mm: if total > 0.0 { weighted / total } else { 0.0 },
        plane,
        radial,
    })
}

const fn other_squares(wanted: &'static str) -> QualityError {
    QualityError::Regions { metric: Metric::Nps, wanted }
}

/// Takes away the polynomial of second order that is nearest to the values. Its terms are chosen so that none has a part in
/// another, and each can be taken away by itself.
fn detrended(square: &Grid) -> Grid {
    let (columns, rows) = (square.columns(), square.rows());
    let axis = |size: u32| -> Vec<f64> {
        let middle = (f64::from(size) - 1.0) / 2.0;
        (0..size).map(|at| f64::from(at) - middle).collect()
    };
    let mean_square = |axis: &[f64]| axis.iter().map(|at| at * at).sum::<f64>() / number(axis.len());
    let (across, down) = (axis(columns), axis(rows));
    let (middle_across, middle_down) = (mean_square(&across), mean_square(&down));
    let term = |number: u32, x: f64, y: f64| match number {
        0 => 1.0,
        1 => x,
        2 => y,
        3 => x * y,
        4 => x * x - middle_across,
        _ => y * y - middle_down,
    };
    let mut values = square.values().to_vec();
    for number in 0..6 {
        let of_term = || down.iter().flat_map(|y| across.iter().map(move |x| term(number, *x, *y)));
        let own: f64 = of_term().map(|part| part * part).sum();
        let share = values.iter().zip(of_term()).map(|(value, part)| value * part).sum::<f64>() / own;
        for (value, part) in values.iter_mut().zip(of_term()) {
            *value -= share * part;
        }
    }
    Grid::new(columns, rows, values).unwrap_or_else(|| square.clone())
}

/// e^(−2πi · n ÷ size) for each n below the size.
fn roots(size: u32) -> Vec<Complex> {
    let root = |at: u32| {
        let angle = -TAU * f64::from(at) / f64::from(size);
        [libm::cos(angle), libm::sin(angle)]
    };
    (0..size).map(root).collect()
}

/// The discrete Fourier transform of as many numbers as there are roots.
fn transformed(values: &[Complex], roots: &[Complex]) -> Vec<Complex> {
    let size = roots.len();
    let of_frequency = |frequency: usize| {
        let (mut real, mut imaginary, mut at) = (0.0_f64, 0.0_f64, 0_usize);
        for &[a, b] in values {
            let [cos, sin] = roots.get(at).copied().unwrap_or_default();
            real += a * cos - b * sin;
            imaginary += a * sin + b * cos;
            at += frequency;
            if at >= size {
                at -= size;
            }
        }
        [real, imaginary]
    };
    (0..size).map(of_frequency).collect()
}

/// Adds the squares of the transform of a square, column by column.
fn add_power(square: &Grid, roots: &[Complex], plane: &mut [f64]) {
    let lines: Vec<Vec<Complex>> = square
        .lines()
        .map(|line| {
            let line: Vec<Complex> = line.iter().map(|value| [*value, 0.0]).collect();
            transformed(&line, roots)
        })
        .collect();
    for (at, column) in plane.chunks_exact_mut(roots.len().max(1)).enumerate() {
        let values: Vec<Complex> = lines.iter().filter_map(|line| line.get(at).copied()).collect();
        for (power, [real, imaginary]) in column.iter_mut().zip(transformed(&values, roots)) {
            *power += real * real + imaginary * imaginary;
        }
    }
}

/// The mean of each ring of frequencies, as wide as the larger of the two steps.
fn radial(plane: &[f64], side: u32, mm: MmPerPixel) -> Vec<CurvePoint> {
    let step = 1.0 / (f64::from(side) * mm.row.min(mm.column));
    // What is a whole number but for rounding is that number.
    let last = whole(0.5 / mm.row.max(mm.column) / step + 1e-9);
    let frequency = |at: u32, mm: f64| f64::from(at.min(side - at)) / (f64::from(side) * mm);
    let places = (0..side).flat_map(|across| (0..side).map(move |down| (across, down)));
    let mut rings = vec![(0.0_f64, 0.0_f64); last as usize + 1];
    for ((across, down), power) in places.zip(plane) {
        let per_mm = libm::hypot(frequency(across, mm.column), frequency(down, mm.row));
        if let Some((sum, count)) = rings.get_mut(whole((per_mm / step).round()) as usize) {
            *sum += power;
            *count += 1.0;
        }
    }
    // At 0 there is what the trend took away.
    let rings = (0_u32..).zip(rings).skip(1).filter(|(_, (_, count))| *count > 0.0);
    rings.map(|(at, (sum, count))| CurvePoint { per_mm: f64::from(at) * step, value: sum / count }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Noise, grid, near};
    use super::*;

    const MM: MmPerPixel = MmPerPixel { row: 0.5, column: 0.5 };

    fn power_of(image: &Grid, side: u32, mm: MmPerPixel) -> NoisePower {
        noise_power(&squares(image, side).expect("squares"), mm).expect("noise")
    }

    #[test]
    fn white_noise_has_the_same_power_at_all_frequencies_and_its_integral_is_the_variance() {
        let found = power_of(&Noise(1).grid(256, 256, 12.0), 32, MM);
        assert_eq!((found.side, found.squares), (32, 225));
        assert!(near(found.integral, found.variance), "{} {}", found.integral, found.variance);
        assert!((found.variance / 144.0 - 1.0).abs() < 0.03, "{}", found.variance);
        let flat = 144.0 * 0.25;
        // The trend takes some of the first step.
        assert_eq!(found.radial.len(), 16);
        for point in found.radial.iter().skip(1) {
            assert!((point.value / flat - 1.0).abs() < 0.1, "{point:?}");
        }
        assert!((found.mean_per_mm - 0.53).abs() < 0.03, "{}", found.mean_per_mm);
    }

    /// A wave of 4 pixels across: its power lies at ¼ of the sampling frequency, in the direction of the rows.
    #[test]
    fn a_wave_lies_at_its_frequency_and_direction() {
        let mm = MmPerPixel { row: 0.8, column: 0.5 };
        let wave = grid(32, 32, |x, _| 7.0 * libm::sin(TAU * f64::from(x) / 4.0 + 0.3));
        let found = power_of(&wave, 32, mm);
        assert!((found.peak_per_mm - 0.5).abs() < 0.04, "{}", found.peak_per_mm);
        assert!(near(found.integral, found.variance) && (found.variance - 24.5).abs() < 0.3);
        let at = found.plane.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| at);
        assert!(at == Some(8 * 32) || at == Some(24 * 32), "{at:?}");
    }

    /// Slopes, bows and saddles are no noise.
    #[test]
    fn a_trend_is_taken_away() {
        let trend = |x: u32, y: u32| {
            let (x, y) = (f64::from(x), f64::from(y));
            40.0 + 3.0 * x - 2.0 * y + 0.2 * x * x - 0.1 * y * y + 0.05 * x * y
        };
        let noise = Noise(2).grid(48, 32, 5.0);
        let (alone, rest) = (detrended(&noise), {
            let both = noise.values().iter().zip(grid(48, 32, trend).values()).map(|(a, b)| a + b).collect();
            detrended(&Grid::new(48, 32, both).expect("a grid"))
        });
        assert!(alone.values().iter().zip(rest.values()).all(|(a, b)| (a - b).abs() < 1e-9));
        let even = [grid(32, 32, trend)];
        assert_eq!(noise_power(&even, MM), Err(QualityError::NoNoise { metric: Metric::Nps }));
        let flat = [grid(32, 32, |_, _| 0.1)];
        assert_eq!(noise_power(&flat, MM), Err(QualityError::NoNoise { metric: Metric::Nps }));
    }

    #[test]
    fn squares_overlap_by_half_and_stay_within_the_region() {
        let region = grid(70, 33, |x, y| f64::from(x + 100 * y));
        let found = squares(&region, 32).expect("squares");
        let firsts: Vec<f64> = found.iter().filter_map(|square| square.values().first().copied()).collect();
        assert_eq!(firsts, [0.0, 16.0, 32.0]);
        for side in [0, 8, 15, 34, 300] {
            assert!(matches!(squares(&region, side), Err(QualityError::TooSmall { .. })), "{side}");
        }
        assert!(matches!(noise_power(&[], MM), Err(QualityError::Regions { .. })));
        let unlike = [grid(16, 16, |x, _| f64::from(x % 3)), grid(20, 20, |x, _| f64::from(x % 3))];
        assert!(matches!(noise_power(&unlike, MM), Err(QualityError::Regions { .. })));
        let flat = [grid(16, 17, |x, _| f64::from(x % 3))];
        assert!(matches!(noise_power(&flat, MM), Err(QualityError::Regions { .. })));
    }
}
