//! A panel and a photometer before it that exist only in arithmetic: what is measured has a known truth. Feature `testing`.

use super::measurement::{LevelReading, Measurement, SignalPath};
use crate::grayscale::{DisplayTable, gsdf};
use crate::units::{CdPerM2, Ddl, Jnd, PValue};

/// How the luminance of a panel grows with its driving level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelShape {
    /// By the power of 2.2.
    Gamma,
    /// As sRGB says. IEC 61966-2-1.
    Srgb,
    /// By the GSDF.
    Gsdf,
    /// Flat at both ends, as liquid crystals are by themselves.
    SShaped,
}

/// A panel and a photometer before it.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedPanel {
    shape: PanelShape,
    black: f64,
    white: f64,
    highest: u16,
    noise: f64,
    drift: f64,
    random: u64,
    taken: u32,
}

/// Readings of a level, of which the mean counts.
const READINGS: u16 = 3;

impl SimulatedPanel {
    /// A panel from black to white, cd/m², that takes 8 to 16 bits; steady, before a photometer without noise.
    pub fn new(shape: PanelShape, [black, white]: [f64; 2], bits: u8) -> Self {
        let highest = u16::MAX >> (16 - bits);
        Self { shape, black, white, highest, noise: 0.0, drift: 0.0, random: 0, taken: 0 }
    }

    /// The same with noise and drift: each reading misses by a random share of the luminance up to `noise`, and the
    /// luminance changes by the share `drift` from one reading to the next.
    #[must_use]
    pub fn unsteady(self, noise: f64, drift: f64, seed: u64) -> Self {
        Self { noise, drift, random: seed, ..self }
    }

    /// The luminance of a driving level, cd/m²: the truth.
    pub fn luminance(&self, Ddl(level): Ddl) -> f64 {
        let share = f64::from(level) / f64::from(self.highest);
        let lit = match self.shape {
            PanelShape::Gamma => libm::pow(share, 2.2),
            PanelShape::Srgb if share <= 0.040_45 => share / 12.92,
            PanelShape::Srgb => libm::pow((share + 0.055) / 1.055, 2.4),
            PanelShape::SShaped => libm::pow(0.3 * share + 0.7 * share * share * (3.0 - 2.0 * share), 2.2),
            PanelShape::Gsdf => {
                let index = |luminance| gsdf::jnd(CdPerM2(luminance)).map_or(1.0, |Jnd(index)| index);
                let (black, white) = (index(self.black), index(self.white));
                let CdPerM2(luminance) =
                    gsdf::luminance(Jnd(black + (white - black) * share)).unwrap_or(CdPerM2(self.black));
                return luminance;
            }
        };
        self.black + (self.white - self.black) * lit
    }

    /// What the photometer tells of a driving level, cd/m².
    pub fn read(&mut self, level: Ddl) -> f64 {
        self.taken += 1;
        let noise = 1.0 + self.noise * self.random();
        self.luminance(level) * (1.0 + self.drift * f64::from(self.taken)) * noise
    }

    /// Measures so many driving levels, evenly spread from black to white; without ambient light.
    pub fn characterise(&mut self, count: u16) -> Measurement {
        let highest = self.highest;
        let levels = spread(count, highest).into_iter().map(|level| (level, Ddl(level))).collect();
        self.measured(SignalPath::Around, highest, levels)
    }

    /// Measures so many P-values of 8 bits, evenly spread from black to white, through a table; without ambient light.
    pub fn verify(&mut self, table: &DisplayTable, count: u16) -> Measurement {
        let levels =
            spread(count, 255).into_iter().map(|gray| (gray, table.at(PValue(gray * 257)))).collect();
        self.measured(SignalPath::Through, 255, levels)
    }

    fn measured(&mut self, path: SignalPath, highest: u16, levels: Vec<(u16, Ddl)>) -> Measurement {
        let reading = |(level, shown): (u16, Ddl)| {
            let readings: Vec<f64> = (0..READINGS).map(|_| self.read(shown)).collect();
            LevelReading::mean_of(level, &readings, None)
        };
        let response = levels.into_iter().map(reading).collect();
        Measurement { path, highest, response, ambient_cd_m2: None, fields: Vec::new() }
    }

    /// From −1 to 1 (`SplitMix64`).
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let word = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0);
        2.0 * f64::from(word) / f64::from(u32::MAX) - 1.0
    }
}

/// So many levels from 0 to the highest, evenly spread and rounded, halves up.
fn spread(count: u16, highest: u16) -> Vec<u16> {
    let steps = u64::from(count.max(2) - 1);
    let level = |step: u64| (2 * step * u64::from(highest) + steps) / (2 * steps);
    (0..=steps).filter_map(|step| u16::try_from(level(step)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_rises_from_black_to_white() {
        for shape in [PanelShape::Gamma, PanelShape::Srgb, PanelShape::Gsdf, PanelShape::SShaped] {
            let panel = SimulatedPanel::new(shape, [0.6, 350.0], 10);
            let luminances: Vec<f64> = (0..=1023).map(|level| panel.luminance(Ddl(level))).collect();
            assert!(luminances.is_sorted(), "{shape:?}");
            let ends = [luminances[0] - 0.6, luminances[1023] - 350.0];
            // The GSDF's two formulas are fits of their own. Rule G-3.
            assert!(ends.iter().all(|apart| apart.abs() < 0.1), "{shape:?}: {ends:?}");
        }
    }

    #[test]
    fn readings_miss_by_their_noise_at_most_and_are_the_same_of_the_same_seed() {
        let steady = SimulatedPanel::new(PanelShape::Srgb, [0.6, 350.0], 8);
        let read = |seed| {
            let mut panel = steady.clone().unsteady(0.003, 0.0, seed);
            (0..200).map(|_| panel.read(Ddl(128))).collect::<Vec<f64>>()
        };
        let misses: Vec<f64> = read(1).iter().map(|found| found / steady.luminance(Ddl(128)) - 1.0).collect();
        let most = misses.iter().fold(0.0_f64, |most, miss| most.max(miss.abs()));
        assert!((0.0025..=0.003_000_1).contains(&most), "{most}");
        assert_eq!(read(1), read(1));
        assert_ne!(read(1), read(2));
    }

    #[test]
    fn levels_are_those_of_the_patterns() {
        assert_eq!(spread(18, 255), (0..=255).step_by(15).collect::<Vec<u16>>());
        assert_eq!(spread(11, 255), [0, 26, 51, 77, 102, 128, 153, 179, 204, 230, 255]);
        assert_eq!(spread(256, 255), (0..=255).collect::<Vec<u16>>());
    }
}
