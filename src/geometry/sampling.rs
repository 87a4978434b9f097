//! How values between the places of samples are found.

/// How values between samples are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// That of the sample under the position: exact. Of an image it is used at 1:1 and when the reader asks.
    Nearest,
    /// From the samples before and after, along each axis, linearly.
    Linear,
    /// From the two samples before and the two after, along each axis, Catmull-Rom.
    Cubic,
}

impl Sampling {
    /// Offsets and weights of the samples on a line around a position `t` of the way from one sample to the next.
    pub fn taps(self, t: f64) -> [(i64, f64); 4] {
        match self {
            Self::Nearest | Self::Linear => [(-1, 0.0), (0, 1.0 - t), (1, t), (2, 0.0)],
            Self::Cubic => {
                let (t2, t3) = (t * t, t * t * t);
                [
                    (-1, 0.5 * (-t3 + 2.0 * t2 - t)),
                    (0, 0.5 * (3.0 * t3 - 5.0 * t2 + 2.0)),
                    (1, 0.5 * (-3.0 * t3 + 4.0 * t2 + t)),
                    (2, 0.5 * (t3 - t2)),
                ]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_meet_the_samples() {
        for sampling in [Sampling::Linear, Sampling::Cubic] {
            for t in [0.0, 0.25, 0.5, 0.9] {
                let sum: f64 = sampling.taps(t).iter().map(|(_, weight)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{sampling:?} {t}");
            }
            let at_a_sample: Vec<_> =
                sampling.taps(0.0).into_iter().filter(|(_, weight)| *weight != 0.0).collect();
            assert!(
                matches!(at_a_sample.as_slice(), [(0, weight)] if (weight - 1.0).abs() < 1e-12),
                "{at_a_sample:?}"
            );
        }
    }
}
