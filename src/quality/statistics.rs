//! Mean and noise of regions, and their ratios.

use super::error::QualityError;
use super::grid::{Grid, number};
use super::metric::Metric;

/// So many pixels tell a standard deviation within a seventh of it.
const PIXELS_MIN: usize = 25;
const NEEDED: &str = "25 pixels at least";

/// Of the values of a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of these very pixels, as beside a region of the viewer: divided by their number, not by one less.
    pub deviation: f64,
}

/// A region's mean over its noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snr {
    /// Mean and noise.
    pub of: Statistics,
    /// Mean ÷ standard deviation.
    pub ratio: f64,
}

/// What tells a region from the background.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Of the region.
    pub mean: f64,
    /// How far it is above the background, in the image's unit.
    pub difference: f64,
    /// |difference| ÷ standard deviation of the background. AAPM TG-233, ACR CT quality control manual.
    pub ratio: f64,
}

/// A water phantom's centre against its edge. IEC 61223-3-5.
#[derive(Debug, Clone, PartialEq)]
pub struct Uniformity {
    /// Of the region in the centre: the mean CT number, and the noise.
    pub centre: Statistics,
    /// The mean at each place of the edge less that of the centre.
    pub differences: Vec<f64>,
    /// The largest of these, without its sign.
    pub largest: f64,
}

impl Grid {
    /// Mean and standard deviation: first the mean, then how far values are from it.
    pub fn statistics(&self) -> Statistics {
        let values = self.values();
        let count = number(values.len());
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low >= high {
            // The mean of equal values may differ from them in its last digit.
            return Statistics { mean: low, deviation: 0.0 };
        }
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Statistics { mean, deviation: (squares / count).sqrt() }
    }

    fn sound_statistics(&self, metric: Metric) -> Result<Statistics, QualityError> {
        if self.values().len() < PIXELS_MIN {
            let (columns, rows) = (self.columns(), self.rows());
            return Err(QualityError::TooSmall { metric, columns, rows, needs: NEEDED });
        }
        Ok(self.statistics())
    }
}

/// Signal over noise of a region. Of an MR image it is true where the noise lies far above the floor of magnitudes.
pub fn snr(region: &Grid) -> Result<Snr, QualityError> {
    let of = region.sound_statistics(Metric::Snr)?;
    if of.mean <= 0.0 {
        return Err(QualityError::NoSignal);
    }
    if of.deviation <= 0.0 {
        return Err(QualityError::NoNoise { metric: Metric::Snr });
    }
    Ok(Snr { of, ratio: of.mean / of.deviation })
}

/// The background, and each region against it.
pub fn contrasts(regions: &[&Grid], background: &Grid) -> Result<(Statistics, Vec<Contrast>), QualityError> {
    let behind = background.sound_statistics(Metric::Cnr)?;
    if behind.deviation <= 0.0 {
        return Err(QualityError::NoNoise { metric: Metric::Cnr });
    }
    let contrast = |region: &&Grid| -> Result<Contrast, QualityError> {
        let mean = region.sound_statistics(Metric::Cnr)?.mean;
        let difference = mean - behind.mean;
        Ok(Contrast { mean, difference, ratio: difference.abs() / behind.deviation })
    };
    Ok((behind, regions.iter().map(contrast).collect::<Result<_, _>>()?))
}

/// The centre of a water phantom and the places at its edge.
pub fn uniformity(centre: &Grid, edge: &[&Grid]) -> Result<Uniformity, QualityError> {
    let centre = centre.sound_statistics(Metric::Uniformity)?;
    let mean = |region: &&Grid| region.sound_statistics(Metric::Uniformity).map(|found| found.mean);
    let means: Vec<f64> = edge.iter().map(mean).collect::<Result<_, _>>()?;
    let differences: Vec<f64> = means.iter().map(|mean| mean - centre.mean).collect();
    let largest = differences.iter().map(|difference| difference.abs()).fold(0.0, f64::max);
    Ok(Uniformity { centre, differences, largest })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{grid, near};
    use super::*;

    /// Half of the pixels `off` above the mean, half below.
    fn chequered(mean: f64, off: f64) -> Grid {
        grid(6, 6, |x, y| if (x + y) % 2 == 0 { mean + off } else { mean - off })
    }

    #[test]
    fn ratios_are_to_the_deviation_of_these_very_pixels() {
        let found = snr(&chequered(120.0, 4.0)).expect("a ratio");
        assert!(near(found.of.mean, 120.0) && near(found.of.deviation, 4.0) && near(found.ratio, 30.0));
        let (lesion, hole, background) = (chequered(62.0, 1.0), chequered(41.0, 9.0), chequered(50.0, 3.0));
        let (behind, found) = contrasts(&[&lesion, &hole], &background).expect("contrasts");
        assert!(near(behind.mean, 50.0) && near(behind.deviation, 3.0));
        let told: Vec<_> = found.iter().map(|of| (of.difference, of.ratio)).collect();
        let expected = [(12.0, 4.0), (-9.0, 3.0)];
        assert!(told.iter().zip(expected).all(|(a, b)| near(a.0, b.0) && near(a.1, b.1)), "{told:?}");
    }

    #[test]
    fn uniformity_is_the_largest_difference_whatever_its_sign() {
        let centre = chequered(1.0, 5.0);
        let edge = [2.0, -3.5, 1.5, 0.0].map(|mean| chequered(mean, 6.0));
        let edge: Vec<&Grid> = edge.iter().collect();
        let found = uniformity(&centre, &edge).expect("a difference");
        assert!(near(found.largest, 4.5) && near(found.centre.deviation, 5.0), "{found:?}");
        assert!(near(found.differences.iter().sum(), 1.0 - 4.5 + 0.5 - 1.0));
    }

    #[test]
    fn what_gives_no_ratio_is_told() {
        let even = grid(6, 6, |_, _| 0.1);
        assert_eq!(snr(&even), Err(QualityError::NoNoise { metric: Metric::Snr }));
        assert_eq!(snr(&chequered(0.0, 1.0)), Err(QualityError::NoSignal));
        assert_eq!(snr(&chequered(-40.0, 1.0)), Err(QualityError::NoSignal));
        let refused = contrasts(&[&even], &even);
        assert_eq!(refused, Err(QualityError::NoNoise { metric: Metric::Cnr }));
        let small = grid(6, 4, |x, _| f64::from(x));
        assert!(matches!(snr(&small), Err(QualityError::TooSmall { columns: 6, rows: 4, .. })));
        assert!(matches!(uniformity(&small, &[]), Err(QualityError::TooSmall { .. })));
    }

    /// A large mean must not swallow a small deviation.
    #[test]
    fn a_small_deviation_around_a_large_mean_is_kept() {
        assert!(near(chequered(1e9, 0.5).statistics().deviation, 0.5));
    }
}
