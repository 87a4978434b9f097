//! From values at distances from an edge to the modulation transfer across it: edge spread, line spread, transform.
//! ISO 12233, IEC 62220-1.

use std::f64::consts::{PI, TAU};

use super::error::QualityError;
use super::grid::{number, whole};
use super::report::CurvePoint;

/// Bins in the width of a pixel.
pub(super) const BINS: f64 = 4.0;

/// Pixels that are looked at on either side of an edge: fewer show too little of it, and more add noise.
pub(super) const HALF_MIN: f64 = 6.0;
pub(super) const HALF_MAX: f64 = 16.0;

/// Frequencies of the curve, up to twice the Nyquist frequency.
const STEPS: u32 = 100;

/// An edge is seen where its step is so many times the noise.
const STEP_MIN: f64 = 5.0;

/// The share of the step that the untapered middle of the region must hold, but for noise.
const HELD_MIN: f64 = 0.95;

/// One bin in so many may be empty, and is filled from those beside it.
const EMPTY_ONE_IN: usize = 16;

/// Modulation transfer: how much of a pattern of a frequency is left in the image.
#[derive(Debug, Clone, PartialEq)]
pub struct Mtf {
    /// 1 at frequency 0; up to twice the Nyquist frequency, since the edge is sampled more finely than by pixels.
    pub curve: Vec<CurvePoint>,
    /// The lowest frequency at which it is ½, line pairs a millimetre; `None` where it stays above.
    pub half_per_mm: Option<f64>,
    /// The same at 0.1.
    pub tenth_per_mm: Option<f64>,
    /// The highest frequency that pixels across the edge can carry.
    pub nyquist_per_mm: f64,
    /// The step at the edge, in the image's unit.
    pub contrast: f64,
    /// Standard deviation on either side of it.
    pub noise: f64,
}

/// Values beside an edge.
pub(super) struct Samples {
    /// Distance from the edge in bins, and the value there.
    pub(super) values: Vec<(f64, f64)>,
    /// Bins on either side that are looked at.
    pub(super) half: u32,
    /// Width of a bin, across the edge.
    pub(super) bin_mm: f64,
    /// Distance of pixels across the edge.
    pub(super) pixel_mm: f64,
    /// Between the edge and the pixels.
    pub(super) degrees: f64,
}

/// The values of an edge bin by bin, and what noise there is.
struct Spread {
    means: Vec<f64>,
    contrast: f64,
    noise: f64,
}

/// How many bins there are on either side where so many pixels can be looked at.
pub(super) fn half_of(pixels: f64) -> Result<u32, QualityError> {
    if pixels.is_nan() || pixels < HALF_MIN {
        return Err(QualityError::Near { pixels: pixels.max(0.0) });
    }
    Ok(whole(pixels.min(HALF_MAX) * BINS))
}

/// The transfer across an edge.
pub(super) fn transfer(samples: &Samples) -> Result<Mtf, QualityError> {
    let Spread { means, contrast, noise } = spread(samples)?;
    let half = f64::from(samples.half);
    let line: Vec<(f64, f64)> = means
        .iter()
        .zip(means.iter().skip(1))
        .enumerate()
        .map(|(at, (before, next))| {
            let bins = number(at) + 1.0 - half;
            (bins * samples.bin_mm, (next - before) * window(bins / half))
        })
        .collect();
    let area: f64 = line.iter().map(|(_, value)| value).sum();
    let point = |step: u32| {
        let per_mm = f64::from(step) / (f64::from(STEPS) * samples.pixel_mm);
        let (mut real, mut imaginary) = (0.0_f64, 0.0_f64);
        for (at_mm, value) in &line {
            let angle = TAU * per_mm * at_mm;
            real += value * libm::cos(angle);
            imaginary -= value * libm::sin(angle);
        }
        // What a bin averages, and what a difference of two bins does.
        let blur = sinc(per_mm * samples.bin_mm);
        CurvePoint { per_mm, value: libm::hypot(real, imaginary) / area.abs() / (blur * blur) }
    };
    let curve: Vec<CurvePoint> = (0..=STEPS).map(point).collect();
    if curve.iter().any(|point| !point.value.is_finite()) {
        return Err(QualityError::NoEdge);
    }
    Ok(Mtf {
        half_per_mm: crossing(&curve, 0.5),
        tenth_per_mm: crossing(&curve, 0.1),
        curve,
        nyquist_per_mm: 0.5 / samples.pixel_mm,
        contrast,
        noise,
    })
}

/// The mean of each bin. An edge that the noise hides, that pixels see at too few places, or that is wider than what is looked at
/// is refused.
fn spread(samples: &Samples) -> Result<Spread, QualityError> {
    let bins = 2 * samples.half as usize;
    let bin_of = |distance: f64| {
        let at = distance.floor() + f64::from(samples.half);
        (0.0..f64::from(2 * samples.half)).contains(&at).then(|| whole(at) as usize)
    };
    let mut sums = vec![(0.0_f64, 0.0_f64); bins];
    for (distance, value) in &samples.values {
        if let Some((sum, count)) = bin_of(*distance).and_then(|at| sums.get_mut(at)) {
            *sum += value;
            *count += 1.0;
        }
    }
    let found: Vec<Option<f64>> =
        sums.iter().map(|(sum, count)| (*count > 0.0).then(|| sum / count)).collect();
    let empty = found.iter().filter(|mean| mean.is_none()).count();
    if empty * EMPTY_ONE_IN > bins {
        return Err(QualityError::SamePlaces { degrees: samples.degrees });
    }
    let means = filled(&found);
    let ends = bins / 8;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / number(values.len().max(1));
    let (low, high) = (means.get(..ends), means.get(bins - ends..));
    let contrast = mean(high.unwrap_or_default()) - mean(low.unwrap_or_default());
    let (mut squares, mut count) = (0.0_f64, 0.0_f64);
    for (distance, value) in &samples.values {
        let Some(at) = bin_of(*distance).filter(|at| *at < ends || at + ends >= bins) else { continue };
        let off = value - means.get(at).copied().unwrap_or_default();
        squares += off * off;
        count += 1.0;
    }
    let noise = if count > 0.0 { (squares / count).sqrt() } else { 0.0 };
    if contrast.abs() <= STEP_MIN * noise || contrast.abs() <= 0.0 {
        return Err(QualityError::Faint { contrast: contrast.abs(), noise });
    }
    // Two bins on either side of both ends of the middle.
    let quarter = bins / 4;
    let beside = |at: usize| means.get(at - 2..at + 2).map_or(0.0, mean);
    let held = (beside(bins - quarter) - beside(quarter)) / contrast;
    let counted: f64 = [quarter, bins - quarter]
        .iter()
        .filter_map(|at| sums.get(at - 2..at + 2))
        .flatten()
        .map(|(_, n)| n)
        .sum();
    let uncertain = 2.0 * noise / contrast.abs() / counted.max(1.0).sqrt();
    if held < HELD_MIN - 3.0 * uncertain {
        return Err(QualityError::Blurred);
    }
    Ok(Spread { means, contrast, noise })
}

/// Empty bins take what lies on the line between those beside them.
fn filled(found: &[Option<f64>]) -> Vec<f64> {
    let there = |at: usize| found.get(at).copied().flatten().map(|mean| (number(at), mean));
    let fill = |at: usize| {
        let (before, next) = ((0..=at).rev().find_map(there), (at..found.len()).find_map(there));
        match (before, next) {
            (Some((first, a)), Some((last, b))) if last > first => {
                a + (b - a) * (number(at) - first) / (last - first)
            }
            (Some((_, mean)), _) | (None, Some((_, mean))) => mean,
            (None, None) => 0.0,
        }
    };
    (0..found.len()).map(fill).collect()
}

/// 1 in the middle half, falling to 0 at the ends as a cosine: Tukey's, which leaves a line alone that lies within the middle.
fn window(share: f64) -> f64 {
    let beyond = (2.0 * share.abs() - 1.0).clamp(0.0, 1.0);
    0.5 + 0.5 * libm::cos(PI * beyond)
}

/// sin(πx) ÷ πx
fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-12 { 1.0 } else { libm::sin(PI * x) / (PI * x) }
}

/// Where a curve falls below a level for the first time, on the line between two of its points.
fn crossing(curve: &[CurvePoint], level: f64) -> Option<f64> {
    let mut steps = curve.iter().zip(curve.iter().skip(1));
    let (before, next) = steps.find(|(_, next)| next.value < level)?;
    let share = (before.value - level) / (before.value - next.value);
    Some(before.per_mm + share * (next.per_mm - before.per_mm))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Gaussian edge, sampled everywhere.
    fn samples(sigma_bins: f64, half: u32) -> Samples {
        let values = (-800..800_i32).map(|at| {
            let distance = f64::from(at) / 10.0 + 0.05;
            (distance, 100.0 + 50.0 * libm::erf(distance / sigma_bins / std::f64::consts::SQRT_2))
        });
        Samples { values: values.collect(), half, bin_mm: 0.1, pixel_mm: 0.4, degrees: 3.0 }
    }

    #[test]
    fn the_transfer_of_a_gaussian_edge_is_a_gaussian() {
        let found = transfer(&samples(5.0, 64)).expect("an edge");
        let sigma_mm = 0.5;
        assert_eq!(found.curve.len(), 101);
        for point in &found.curve {
            let truth = libm::exp(-2.0 * (PI * sigma_mm * point.per_mm) * (PI * sigma_mm * point.per_mm));
            assert!((point.value - truth).abs() < 2e-3, "{point:?}, {truth}");
        }
        let half = (2.0_f64.ln() / 2.0).sqrt() / (PI * sigma_mm);
        assert!(found.half_per_mm.is_some_and(|found| (found / half - 1.0).abs() < 0.002));
        assert!((found.nyquist_per_mm - 1.25).abs() < 1e-12 && (found.contrast - 100.0).abs() < 1e-6);
    }

    #[test]
    fn an_edge_that_is_wider_than_what_is_seen_or_hidden_by_noise_is_refused() {
        assert!(transfer(&samples(7.0, 32)).is_ok());
        assert_eq!(transfer(&samples(9.0, 32)).err(), Some(QualityError::Blurred));
        let even = Samples {
            values: samples(5.0, 32).values.iter().map(|(at, _)| (*at, 7.0)).collect(),
            ..samples(5.0, 32)
        };
        assert!(matches!(transfer(&even), Err(QualityError::Faint { .. })));
        let mut noisy = samples(5.0, 32);
        for (at, (_, value)) in noisy.values.iter_mut().enumerate() {
            *value += if at % 2 == 0 { 25.0 } else { -25.0 };
        }
        assert!(matches!(transfer(&noisy), Err(QualityError::Faint { .. })));
    }

    #[test]
    fn bins_that_nothing_falls_into_are_filled_where_they_are_few() {
        let every = samples(5.0, 32);
        let without = |is_left_out: &dyn Fn(f64) -> bool| {
            let values = every.values.iter().copied().filter(|(at, _)| !is_left_out(*at)).collect();
            transfer(&Samples { values, ..samples(5.0, 32) })
        };
        let few = without(&|at| at.floor() + 20.0 < 1e-9 && at.floor() + 20.0 > -1e-9).expect("filled");
        let all = transfer(&every).expect("an edge");
        let off =
            few.curve.iter().zip(&all.curve).map(|(a, b)| (a.value - b.value).abs()).fold(0.0, f64::max);
        assert!(off < 1e-3, "{off}");
        let half = without(&|at| at.rem_euclid(2.0) < 1.0);
        assert_eq!(half.err(), Some(QualityError::SamePlaces { degrees: 3.0 }));
    }

    #[test]
    fn a_curve_that_stays_above_has_no_crossing() {
        let curve = [1.0, 0.8, 0.4, 0.6].map(|value| CurvePoint { per_mm: 2.0 * value, value });
        assert_eq!(crossing(&curve, 0.1), None);
        let curve: Vec<_> = (0_u8..)
            .zip([1.0, 0.8, 0.4, 0.6])
            .map(|(at, value)| CurvePoint { per_mm: at.into(), value })
            .collect();
        assert!(crossing(&curve, 0.5).is_some_and(|at| (at - 1.75).abs() < 1e-12));
    }

    #[test]
    fn a_region_that_ends_at_the_edge_is_refused() {
        assert_eq!(half_of(5.9), Err(QualityError::Near { pixels: 5.9 }));
        assert_eq!(half_of(-3.0), Err(QualityError::Near { pixels: 0.0 }));
        assert!(matches!(half_of(f64::NAN), Err(QualityError::Near { .. })));
        assert_eq!((half_of(6.1), half_of(80.0)), (Ok(24), Ok(64)));
    }
}
