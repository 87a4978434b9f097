//! P-value to driving level, as one table a monitor. PS3.14 7; rules G-8 and G-10.
//!
//! GPU twins: `shaders/lib/display.wgsl`, `shaders/lib/dither.wgsl`. The card only looks up what is made here in `f64`.

use sha2::{Digest, Sha256};

use super::characteristic::CharacteristicCurve;
use super::gsdf::{self, GsdfError};
use crate::units::{CdPerM2, Ddl, Jnd, PValue};

/// A measured panel in its room: what it shows at each driving level, and what the GSDF asks of it. PS3.14 7.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplaySystem {
    /// Level 0, and each level that is brighter than all below it; at least two.
    rises: Vec<Rise>,
    highest: u16,
    jnd_min: f64,
    jnd_max: f64,
}

/// A driving level that is brighter than all below it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rise {
    ddl: u16,
    /// With ambient light, cd/m².
    luminance: f64,
}

/// Why a panel cannot be calibrated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DisplayError {
    /// Ambient light is not a luminance.
    #[error("an ambient luminance of {luminance} cd/m²: it is a number from 0 to 4000")]
    Ambient {
        /// The luminance found, cd/m².
        luminance: f64,
    },
    /// Driving levels that no panel has.
    #[error("{bits} bits: a panel has 8 to 16")]
    Bits {
        /// The number found.
        bits: u8,
    },
    /// With ambient light the panel is darker or brighter than the GSDF.
    #[error("with ambient light the panel begins or ends where {0}")]
    Range(#[from] GsdfError),
    /// The panel shows nothing.
    #[error("the panel has {luminance} cd/m² at its lowest driving level and no more at its highest")]
    Flat {
        /// Its luminance with ambient light, cd/m².
        luminance: f64,
    },
}

/// What the GSDF asks for at a P-value, and what the panel gives; both with ambient light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DisplayStep {
    /// The driving level.
    pub ddl: Ddl,
    /// The luminance that the GSDF asks for.
    pub target: CdPerM2,
    /// The luminance that the driving level has.
    pub reached: CdPerM2,
    /// Where the target lies between driving levels, by luminance, in 256ths of a level.
    ideal: u32,
}

impl DisplaySystem {
    /// A panel that takes `bits`, its measured curve, and the luminance that ambient light adds to every level. Rule G-8.
    pub fn new(curve: &CharacteristicCurve, ambient: CdPerM2, bits: u8) -> Result<Self, DisplayError> {
        if !(8..=16).contains(&bits) {
            return Err(DisplayError::Bits { bits });
        }
        if !(0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(&ambient.0) {
            return Err(DisplayError::Ambient { luminance: ambient.0 });
        }
        let highest = u16::MAX >> (16 - bits);
        let mut rises: Vec<Rise> = Vec::new();
        for (ddl, luminance) in (0..=highest).zip(curve.luminances(highest)) {
            let luminance = luminance + ambient.0;
            if rises.last().is_none_or(|below| luminance > below.luminance) {
                rises.push(Rise { ddl, luminance });
            }
        }
        let luminance = |rise: Option<&Rise>| rise.map_or(0.0, |rise| rise.luminance);
        let (darkest, brightest) = (luminance(rises.first()), luminance(rises.last()));
        let (Jnd(jnd_min), Jnd(jnd_max)) = (gsdf::jnd(CdPerM2(darkest))?, gsdf::jnd(CdPerM2(brightest))?);
        if rises.len() < 2 {
            return Err(DisplayError::Flat { luminance: darkest });
        }
        Ok(Self { rises, highest, jnd_min, jnd_max })
    }

    /// The driving level of full drive.
    pub const fn highest(&self) -> Ddl {
        Ddl(self.highest)
    }

    /// For each of `count` P-values, evenly spread from black to white, the driving level whose luminance is nearest to
    /// what the GSDF asks for; of two as near, the lower. Rule G-10.
    ///
    /// Black and white ask for what was measured at the ends: the standard's two formulas miss that by a little. Rule G-3.
    pub fn steps(&self, count: u32) -> impl Iterator<Item = DisplayStep> {
        let white = count.saturating_sub(1);
        let jnd_step = (self.jnd_max - self.jnd_min) / f64::from(white.max(1));
        let luminance = |rise: Option<&Rise>| rise.map_or(0.0, |rise| rise.luminance);
        let (darkest, brightest) = (luminance(self.rises.first()), luminance(self.rises.last()));
        let target = move |p: u32| {
            if p == 0 {
                darkest
            } else if p == white {
                brightest
            } else {
                gsdf::formula(self.jnd_min + f64::from(p) * jnd_step).clamp(darkest, brightest)
            }
        };
        // Targets rise, so the search for the next goes on where the last ended.
        let mut pairs = self.rises.as_slice();
        (0..count).filter_map(move |p| {
            let target = target(p);
            while let [_, rest @ ..] = pairs
                && let [next, _, ..] = rest
                && next.luminance <= target
            {
                pairs = rest;
            }
            let [low, high, ..] = pairs else { return None };
            Some(DisplayStep::between(*low, *high, target))
        })
    }
}

impl DisplayStep {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 0 to 1")]
    fn between(low: Rise, high: Rise, target: f64) -> Self {
        let nearest = if high.luminance - target < target - low.luminance { high } else { low };
        let share = (target - low.luminance) / (high.luminance - low.luminance);
        // Levels between the two are as dark as the lower: the light rises in the last step.
        let ideal =
            u32::from(high.ddl - 1) * LEVEL + (share.clamp(0.0, 1.0) * f64::from(LEVEL)).round() as u32;
        let (target, reached) = (CdPerM2(target), CdPerM2(nearest.luminance));
        Self { ddl: Ddl(nearest.ddl), target, reached, ideal }
    }
}

/// Parts of a driving level in which what lies between two is told.
const LEVEL: u32 = 256;

/// The most driving levels that are dithered between: on a finer surface nobody sees a step.
const DITHERED_MAX: u16 = 255;

/// The driving level of every P-value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayTable {
    entries: Vec<u16>,
    /// The same between driving levels, in 256ths; empty beyond 8 bits.
    ideals: Vec<u16>,
    highest: u16,
}

impl DisplayTable {
    /// P-values: as many as 16 bits have.
    const LENGTH: u32 = 1 << 16;

    /// Evenly spread over so many driving levels, 256 for an 8-bit surface; at least 2.
    ///
    /// Not calibrated: it says nothing about the luminance of the panel.
    pub fn identity(levels: u16) -> Self {
        let highest = levels.max(2) - 1;
        let white = u64::from(u16::MAX);
        // Rounded in integers. A half never occurs: 2·p·highest is even, an odd multiple of white is odd.
        let share =
            |p: u32, of: u64| u32::try_from((u64::from(p) * of * 2 + white) / (white * 2)).unwrap_or(0);
        let steps = (0..Self::LENGTH).map(|p| {
            let highest = u64::from(highest);
            (share(p, highest), share(p, highest * u64::from(LEVEL)))
        });
        Self::of(steps, highest)
    }

    /// By the GSDF: equal steps of P-values are equal steps to the eye. Rule G-10.
    pub fn calibrated(system: &DisplaySystem) -> Self {
        let steps = system.steps(Self::LENGTH).map(|step| (u32::from(step.ddl.0), step.ideal));
        Self::of(steps, system.highest)
    }

    fn of(steps: impl Iterator<Item = (u32, u32)>, highest: u16) -> Self {
        let word = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        let (entries, mut ideals): (Vec<u16>, Vec<u16>) =
            steps.map(|(level, ideal)| (word(level), word(ideal))).unzip();
        if highest > DITHERED_MAX {
            ideals = Vec::new();
        }
        Self { entries, ideals, highest }
    }

    /// The driving level of a P-value.
    pub fn at(&self, p: PValue) -> Ddl {
        Ddl(self.entries.get(usize::from(p.0)).copied().unwrap_or(0))
    }

    /// The driving level of a P-value on a device pixel of the surface, dithered: one of the two between which the GSDF's
    /// luminance lies, so that it is their mean over any 8 × 8 pixels, to 1/128 of a step.
    ///
    /// Where a pixel stands decides, and nothing else: what rests does not flicker. Beyond 8 bits there is no dither.
    pub fn dithered_at(&self, p: PValue, (x, y): (u32, u32)) -> Ddl {
        let Some(ideal) = self.ideals.get(usize::from(p.0)) else { return self.at(p) };
        Ddl(u16::try_from((u32::from(*ideal) + dither_offset(x, y)) / LEVEL).unwrap_or(0))
    }

    /// The driving level of white.
    pub const fn highest(&self) -> Ddl {
        Ddl(self.highest)
    }

    /// All entries, from P-value 0 to 65535.
    pub fn entries(&self) -> &[u16] {
        &self.entries
    }

    /// What tells it from other tables: SHA-256 of its entries as little-endian words, in hexadecimal.
    pub fn digest(&self) -> String {
        let bytes: Vec<u8> = self.entries.iter().flat_map(|entry| entry.to_le_bytes()).collect();
        format!("{:x}", Sha256::digest(bytes))
    }

    /// The same between driving levels, in 256ths of one; none beyond 8 bits.
    pub fn ideals(&self) -> &[u16] {
        &self.ideals
    }
}

/// What is added to 256ths of a level before they are cut: 2, 6, 10 … 254, each once in 8 × 8 pixels, as far from its like
/// as can be. Bayer 1973.
const fn dither_offset(x: u32, y: u32) -> u32 {
    let z = x ^ y;
    let rank = (z & 1) << 5 | (y & 1) << 4 | (z & 2) << 2 | (y & 2) << 1 | (z & 4) >> 1 | (y & 4) >> 2;
    4 * rank + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(levels: &[(u16, f64)], ambient: f64, bits: u8) -> Result<DisplaySystem, DisplayError> {
        let levels = levels.iter().map(|(ddl, luminance)| (Ddl(*ddl), CdPerM2(*luminance)));
        let curve = CharacteristicCurve::new(levels).expect("a curve");
        DisplaySystem::new(&curve, CdPerM2(ambient), bits)
    }

    /// A panel of so many levels and gamma 2.2 from 0.6 to 350.2 cd/m².
    fn gamma(bits: u8) -> Vec<(u16, f64)> {
        let highest = u16::MAX >> (16 - bits);
        let luminance = |ddl: u16| 0.6 + 349.6 * libm::pow(f64::from(ddl) / f64::from(highest), 2.2);
        (0..=highest).map(|ddl| (ddl, luminance(ddl))).collect()
    }

    #[test]
    fn levels_are_even_and_reach_both_ends() {
        let table = DisplayTable::identity(256);
        for (p, level) in [(0, 0), (128, 0), (129, 1), (257, 1), (32_767, 127), (32_768, 128), (65_535, 255)]
        {
            assert_eq!(table.at(PValue(p)), Ddl(level), "{p}");
        }
        for p in 0..=u16::MAX {
            let rounded = (f64::from(p) * 255.0 / 65_535.0).round();
            assert!((f64::from(table.at(PValue(p)).0) - rounded).abs() < 0.5, "{p}");
        }
    }

    #[test]
    fn there_are_always_two_levels() {
        assert_eq!(DisplayTable::identity(0).at(PValue::WHITE), Ddl(1));
    }

    /// Rule G-10 word for word: every level is tried for every P-value.
    #[test]
    fn every_p_value_has_the_nearest_level_and_of_two_the_lower() {
        for (bits, ambient, count) in [(8, 0.0, 65_536), (8, 0.5, 256), (10, 0.25, 1024), (12, 2.0, 4096)] {
            let measured = gamma(bits);
            let steps: Vec<_> = system(&measured, ambient, bits).expect("a panel").steps(count).collect();
            assert_eq!(steps.len(), count as usize);
            for (p, step) in steps.iter().enumerate() {
                let apart = |(_, luminance): &(u16, f64)| (luminance + ambient - step.target.0).abs();
                let best = measured
                    .iter()
                    .reduce(|best, level| if apart(level) < apart(best) { level } else { best });
                let (ddl, luminance) = best.expect("a level");
                assert_eq!(
                    (step.ddl, step.reached),
                    (Ddl(*ddl), CdPerM2(luminance + ambient)),
                    "{bits} bits, {p}"
                );
            }
            assert!(
                steps.windows(2).all(|pair| pair[0].ddl <= pair[1].ddl && pair[0].target <= pair[1].target)
            );
        }
    }

    #[test]
    fn halfway_between_two_levels_the_lower_is_taken() {
        let (low, high) = (Rise { ddl: 7, luminance: 1.0 }, Rise { ddl: 9, luminance: 2.0 });
        let at = |target| DisplayStep::between(low, high, target);
        assert_eq!([1.0, 1.5, 1.5 + 1e-12, 2.0].map(|target| at(target).ddl.0), [7, 7, 9, 9]);
        // Level 8 is as dark as 7, so light rises from 8 to 9.
        assert_eq!([1.0, 1.25, 2.0].map(|target| at(target).ideal), [8 * 256, 8 * 256 + 64, 9 * 256]);
    }

    /// Rule G-3.
    #[test]
    fn black_and_white_are_what_was_measured() {
        let panel = gamma(8);
        // The formulas miss some ends upwards, some downwards.
        for ambient in [0.0, 0.146, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 300.0] {
            let steps: Vec<_> = system(&panel, ambient, 8).expect("a panel").steps(256).collect();
            for (step, (ddl, luminance)) in [(steps[0], panel[0]), (steps[255], panel[255])] {
                let measured = CdPerM2(luminance + ambient);
                assert_eq!(
                    (step.ddl, step.target, step.reached),
                    (Ddl(ddl), measured, measured),
                    "{ambient}"
                );
            }
        }
    }

    /// Rule G-11: of 256 P-values a panel of gamma 2.2 keeps 214 apart with 8 bits, and all with 10.
    #[test]
    fn so_many_grays_are_kept_apart() {
        for (bits, kept) in [(8, 214), (10, 256)] {
            let mut levels: Vec<_> =
                system(&gamma(bits), 0.0, bits).expect("a panel").steps(256).map(|step| step.ddl).collect();
            levels.dedup();
            assert_eq!(levels.len(), kept, "{bits} bits");
        }
    }

    #[test]
    fn where_light_does_not_rise_the_lowest_level_is_taken_and_none_is_skipped_by_the_search() {
        let mut measured: Vec<(u16, f64)> =
            (0..=255).map(|ddl| (ddl, f64::from(ddl.clamp(40, 200)))).collect();
        // Noise: no brighter than the level below, so that one does.
        measured[100].1 = 98.5;
        let system = system(&measured, 0.0, 8).expect("a panel");
        let levels: Vec<u16> = system.steps(65_536).map(|step| step.ddl.0).collect();
        let ends = (levels.first(), levels.last());
        assert_eq!(ends, (Some(&0), Some(&200)), "lower ones are as bright");
        let mut seen = levels;
        seen.dedup();
        let expected: Vec<u16> = [0].into_iter().chain(41..=99).chain(101..=200).collect();
        assert_eq!(seen, expected);
        let table = DisplayTable::calibrated(&system);
        assert_eq!(table.dithered_at(PValue::BLACK, (0, 0)), Ddl(40));
        assert_eq!(table.dithered_at(PValue::WHITE, (7, 7)), Ddl(200));
    }

    #[test]
    fn a_panel_that_the_gsdf_does_not_cover_is_refused_in_words() {
        let words = |levels: &[(u16, f64)], ambient, bits| {
            system(levels, ambient, bits).expect_err("refused").to_string()
        };
        let panel = [(0, 0.5), (255, 350.0)];
        assert!(words(&panel, -0.1, 8).starts_with("an ambient luminance of -0.1 cd/m²"));
        assert!(words(&panel, f64::NAN, 8).starts_with("an ambient luminance of NaN"));
        assert!(words(&panel, 0.0, 7).starts_with("7 bits") && words(&panel, 0.0, 17).starts_with("17 bits"));
        assert!(words(&[(0, 0.0), (255, 350.0)], 0.0, 8).contains("0 cd/m² lies outside of 0.05 to 4000"));
        assert!(words(&panel, 3900.0, 8).contains("4250 cd/m² lies outside"));
        assert!(words(&[(0, 1.0), (255, 1.0)], 0.0, 8).contains("no more at its highest"));
        assert!(system(&[(0, 0.0), (255, 350.0)], 0.05, 8).is_ok());
    }

    /// What 8 × 8 pixels show of a P-value on average, in luminance.
    fn mean(table: &DisplayTable, p: u16, luminance: impl Fn(Ddl) -> f64) -> f64 {
        let places = (0..8).flat_map(|y| (0..8).map(move |x| (x, y)));
        places.map(|place| luminance(table.dithered_at(PValue(p), place))).sum::<f64>() / 64.0
    }

    #[test]
    fn dither_keeps_the_mean_of_every_p_value_and_takes_only_the_two_levels_beside_it() {
        let panel = gamma(8);
        let system = system(&panel, 0.5, 8).expect("a panel");
        let table = DisplayTable::calibrated(&system);
        let luminance = |ddl: Ddl| panel[usize::from(ddl.0)].1 + 0.5;
        let mut means = Vec::new();
        for (p, step) in (0..=u16::MAX).zip(system.steps(65_536)) {
            let (low, high) = (table.dithered_at(PValue(p), (7, 0)), table.dithered_at(PValue(p), (0, 7)));
            let of_tile = (0..64).map(|place| table.dithered_at(PValue(p), (place % 8, place / 8)));
            let (least, most) = (of_tile.clone().min().expect("64"), of_tile.max().expect("64"));
            assert!(most.0 - least.0 <= 1, "{p}: {least:?} to {most:?}, {low:?}, {high:?}");
            assert!((least..=most).contains(&step.ddl) || least == most, "{p}");
            let found = mean(&table, p, luminance);
            // Half of a 64th, and half of a 256th for the table's own parts.
            let width = luminance(Ddl((least.0 + 1).min(255))) - luminance(Ddl(least.0.min(254)));
            assert!(
                (found - step.target.0).abs() <= width * (0.5 / 64.0 + 0.5 / 256.0 + 1e-9),
                "{p}: {found}"
            );
            means.push(found.to_bits());
        }
        assert!(means.is_sorted(), "and it rises");
        means.dedup();
        assert!(means.len() > 10_000, "grays that an 8-bit panel can be told apart by: {}", means.len());
    }

    #[test]
    fn dither_of_what_lies_on_a_level_is_that_level_everywhere() {
        let table = DisplayTable::identity(256);
        for level in 0..=255_u16 {
            for place in 0..64 {
                let found = table.dithered_at(PValue(level * 257), (place % 8, place / 8));
                assert_eq!(found, Ddl(level), "{place}");
            }
        }
    }

    #[test]
    fn each_offset_stands_once_in_eight_by_eight_pixels_and_neighbours_are_unlike() {
        let mut offsets: Vec<u32> = (0..64).map(|place| dither_offset(place % 8, place / 8)).collect();
        assert_eq!(offsets[..4], [2, 130, 34, 162], "the first row of Bayer's matrix");
        let mut pairs = offsets.chunks(8).flat_map(|row| row.windows(2));
        assert!(pairs.all(|pair| pair[0].abs_diff(pair[1]) >= 32));
        offsets.sort_unstable();
        assert_eq!(offsets, (0..64).map(|rank| 4 * rank + 2).collect::<Vec<_>>());
        assert_eq!(dither_offset(1013, 806), dither_offset(1013 % 8, 806 % 8));
    }

    #[test]
    fn beyond_eight_bits_nothing_is_dithered() {
        let table = DisplayTable::calibrated(&system(&gamma(10), 0.0, 10).expect("a panel"));
        assert!((0..=u16::MAX).all(|p| table.dithered_at(PValue(p), (3, 5)) == table.at(PValue(p))));
    }
}
