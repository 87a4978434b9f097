//! How finely a picture of a volume is drawn in the time there is: by how long those before it took.

use crate::geometry::{Map, Sampling, Space, View};
use crate::volume::Slab;

/// How coarsely a picture is drawn while it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coarseness {
    /// Device pixels along the side of the square that shows one.
    pub pixels: u32,
    /// Planes of a slab, or samples of a ray, that one stands for.
    pub steps: u32,
}

impl Coarseness {
    /// As at rest.
    pub const EXACT: Self = Self { pixels: 1, steps: 1 };
    /// Of a picture of which nothing is known.
    pub const FIRST: Self = Self { pixels: 2, steps: 2 };
    /// From fine to coarse.
    pub const LEVELS: [Self; 8] = [
        Self::EXACT,
        Self { pixels: 2, steps: 1 },
        Self::FIRST,
        Self { pixels: 3, steps: 2 },
        Self { pixels: 4, steps: 2 },
        Self { pixels: 4, steps: 4 },
        Self { pixels: 6, steps: 4 },
        Self { pixels: 8, steps: 4 },
    ];

    /// What is drawn of a picture of so many device pixels.
    pub const fn view_size(self, (width, height): (u32, u32)) -> (u32, u32) {
        (width.div_ceil(self.pixels), height.div_ceil(self.pixels))
    }

    /// From what is drawn to wherever a map leads device pixels.
    pub fn map<S: Space>(self, map: &Map<S, View>) -> Map<S, View> {
        let pixels = f64::from(self.pixels);
        Map::from_axes(map.x_axis() * pixels, map.y_axis() * pixels, map.z_axis(), map.origin())
    }

    /// What is drawn of a slab.
    pub fn slab(self, slab: Slab) -> Slab {
        Slab { planes: slab.planes.div_ceil(self.steps), ..slab }
    }

    /// How values between voxels are found: only of what is exact by the cubic.
    pub fn sampling(self, sampling: Sampling) -> Sampling {
        if self != Self::EXACT && sampling == Sampling::Cubic { Sampling::Linear } else { sampling }
    }
}

/// How fast pictures of a viewport are drawn, and how coarsely those that move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    samples_per_ms: f64,
    /// Among [`Coarseness::LEVELS`].
    level: usize,
}

impl Pace {
    /// What one picture, or one part of it, is to take at most.
    pub const MOST_MS: f64 = 60.0;
    /// What the parts of one that rests are to take together in a frame, where nobody waits for it: what else a frame takes adds
    /// little then.
    pub const REST_MS: f64 = 250.0;
    /// It is drawn more finely only when that would take no more than this.
    const FINER_MS: f64 = 36.0;
    /// What is quick with fewer samples does not say that many are slow: all pictures take some time.
    const SAMPLES_LEAST: f64 = 500_000.0;
    /// So many times as fast at most as was believed before: one picture of nothing promises no other.
    const FASTER_MOST: f64 = 4.0;

    /// Before anything is known, of a card or of a processor that plays it.
    pub const fn new(is_software: bool) -> Self {
        Self { samples_per_ms: if is_software { 100_000.0 } else { 4_000_000.0 }, level: 2 }
    }

    /// Notes how long so many samples took.
    pub fn note(&mut self, samples: f64, ms: f64) {
        let measured = (samples / ms.max(0.001)).clamp(1.0, self.samples_per_ms * Self::FASTER_MOST);
        let says_little = samples < Self::SAMPLES_LEAST && ms < Self::MOST_MS;
        self.samples_per_ms = if says_little { measured.max(self.samples_per_ms) } else { measured };
    }

    /// How coarsely the last picture that moved was drawn.
    pub fn coarseness(&self) -> Coarseness {
        Coarseness::LEVELS.get(self.level).copied().unwrap_or(Coarseness::EXACT)
    }

    /// How coarsely a picture that moves is drawn now, by how many samples it has: as finely as the time allows, and finer than
    /// the one before only where much of the time is left.
    pub fn moving(&mut self, samples: impl Fn(Coarseness) -> f64) -> Coarseness {
        let takes_ms = |level: usize| {
            Coarseness::LEVELS.get(level).map_or(f64::INFINITY, |&it| samples(it) / self.samples_per_ms)
        };
        let last = Coarseness::LEVELS.len() - 1;
        let mut level = self.level;
        while level < last && takes_ms(level) > Self::MOST_MS {
            level += 1;
        }
        while level > 0 && takes_ms(level - 1) <= Self::FINER_MS {
            level -= 1;
        }
        self.level = level;
        self.coarseness()
    }

    /// Whether so many samples are drawn in the time there is.
    pub fn fits(&self, samples: f64) -> bool {
        samples <= self.samples_per_ms * Self::MOST_MS
    }

    /// How many rows of so many samples are drawn in that time; one at least.
    pub fn rows(&self, samples_a_row: f64) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let rows = (self.samples_per_ms * Self::MOST_MS / samples_a_row.max(1.0)).clamp(1.0, 65_536.0) as u32;
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 1024² and 29 planes.
    fn samples(coarseness: Coarseness) -> f64 {
        let pixels = f64::from(coarseness.pixels);
        1024.0 * 1024.0 / (pixels * pixels) * f64::from(29_u32.div_ceil(coarseness.steps))
    }

    /// Draws picture after picture on a card of this speed; how long each took.
    fn takes_ms(pace: &mut Pace, samples_per_ms: f64, pictures: usize) -> Vec<f64> {
        let mut times = Vec::new();
        for _ in 0..pictures {
            let samples = samples(pace.moving(samples));
            let ms = samples / samples_per_ms;
            pace.note(samples, ms);
            times.push(ms);
        }
        times
    }

    #[test]
    fn what_moves_takes_no_longer_than_it_may_however_slow_the_card() {
        for samples_per_ms in [3_000.0, 20_000.0, 77_000.0, 200_000.0, 900_000.0, 1.0e8] {
            for is_software in [false, true] {
                let mut pace = Pace::new(is_software);
                let times = takes_ms(&mut pace, samples_per_ms, 12);
                let settled = times.get(4..).expect("pictures");
                assert!(settled.iter().all(|ms| *ms <= Pace::MOST_MS), "{samples_per_ms}: {times:?}");
                // And no coarser than it must.
                let finer = pace.level.checked_sub(1).and_then(|level| Coarseness::LEVELS.get(level));
                let finer_ms = finer.map(|&finer| samples(finer) / samples_per_ms);
                assert!(finer_ms.is_none_or(|ms| ms > Pace::FINER_MS), "{samples_per_ms}: {finer_ms:?}");
            }
        }
    }

    /// A card whose time goes up and down by a third does not make the picture coarse and fine in turns.
    #[test]
    fn a_picture_does_not_flicker_between_two_levels() {
        for samples_per_ms in [3_000.0, 20_000.0, 77_000.0, 200_000.0] {
            let mut pace = Pace::new(true);
            takes_ms(&mut pace, samples_per_ms, 8);
            let mut levels = Vec::new();
            for picture in 0..20 {
                let speed = samples_per_ms * if picture % 2 == 0 { 0.8 } else { 1.06 };
                takes_ms(&mut pace, speed, 1);
                levels.push(pace.level);
            }
            let changes = levels.windows(2).skip(2).filter(|pair| pair[0] != pair[1]).count();
            assert_eq!(changes, 0, "{samples_per_ms}: {levels:?}");
        }
    }

    #[test]
    fn parts_have_as_many_rows_as_there_is_time_for() {
        let mut pace = Pace::new(true);
        pace.note(50_000_000.0, 1000.0);
        assert!(pace.fits(3_000_000.0) && !pace.fits(3_000_001.0));
        assert_eq!([1.0, 300_000.0, 1.0e9].map(|row| pace.rows(row)), [65_536, 10, 1]);
        // What is small and quick does not say that anything is slow, what is small and slow does.
        pace.note(1.0, 5.0);
        assert!(pace.fits(3_000_000.0));
        pace.note(400_000.0, 200.0);
        assert!(pace.fits(120_000.0) && !pace.fits(120_001.0));
        // Faster by steps.
        pace.note(1.0e9, 0.0);
        assert!(pace.fits(480_000.0) && !pace.fits(480_001.0));
    }
}
