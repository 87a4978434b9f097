//! What a monitor's levels are to the eye, and how their contrast differs from the GSDF's. TG18 4.3, PS3.14 C; rules G-11
//! and G-14 to G-16.
//!
//! Contrast is judged between levels that lie about 15 of 255 apart, which limits are meant for: of more than 18 measured
//! levels the 18 nearest to those of TG18 are taken, of 18 or fewer all. The JND index of a luminance is the standard's
//! polynomial ([`gsdf::jnd`]), as in tables; levels count with the distances that they have.

use super::evaluation::{ContrastStep, JndFit};
use super::evaluation_error::EvaluationError;
use super::measurement::{LevelReading, Measurement, SignalPath};
use crate::grayscale::{CharacteristicCurve, DisplaySystem, DisplayTable, gsdf};
use crate::units::{CdPerM2, Ddl, Jnd, PValue};

/// The levels of TG18: 0, 15, 30 … 255 of 8 bits. Rule G-14.
pub(super) const LEVELS: usize = 18;

/// The levels of SMPTE RP 133: tenths of the range.
const SMPTE_LEVELS: usize = 11;

/// Of so many equal parts of the range at most one may lie between two levels.
const PARTS_MIN: u32 = 9;

/// A level as the eye meets it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shown {
    level: u16,
    /// With ambient light, cd/m².
    luminance: f64,
    jnd: f64,
}

/// The levels of a monitor in its room, at least 11, from 0 to the highest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Response {
    shown: Vec<Shown>,
    highest: u16,
}

/// Whether the levels of a measurement can be judged; they make a curve.
pub(super) fn check(measurement: &Measurement) -> Result<CharacteristicCurve, EvaluationError> {
    let Measurement { response, highest, .. } = measurement;
    let levels = response.iter().map(|reading| (Ddl(reading.level), CdPerM2(reading.luminance_cd_m2)));
    let curve = CharacteristicCurve::new(levels)?;
    let levels: Vec<u16> = response.iter().map(|reading| reading.level).collect();
    if let Some(last) = levels.last().copied().filter(|last| last != highest) {
        return Err(EvaluationError::Highest { last, highest: *highest });
    }
    if levels.len() < LEVELS && !is_smpte(&levels, *highest) {
        return Err(EvaluationError::TooFew { count: levels.len() });
    }
    let gap = levels.windows(2).find_map(|pair| match *pair {
        [from, to] if u32::from(to - from) * PARTS_MIN > u32::from(*highest) => {
            Some(EvaluationError::Gap { from, to })
        }
        _ => None,
    });
    gap.map_or(Ok(curve), Err)
}

/// Tenths of the range, rounded either way.
fn is_smpte(levels: &[u16], highest: u16) -> bool {
    let is_tenth =
        |(tenth, level): (u32, &u16)| (u32::from(*level) * 10).abs_diff(tenth * u32::from(highest)) < 10;
    levels.len() == SMPTE_LEVELS && (0..).zip(levels).all(is_tenth)
}

/// What the room's light adds, cd/m²; 0 where nobody measured it.
pub(super) fn ambient(measurement: &Measurement) -> Result<f64, EvaluationError> {
    let luminance = measurement.ambient_cd_m2.unwrap_or_default();
    if (0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(&luminance) {
        Ok(luminance)
    } else {
        Err(EvaluationError::Ambient { luminance })
    }
}

impl Response {
    pub(super) fn of(measurement: &Measurement) -> Result<Self, EvaluationError> {
        check(measurement)?;
        let ambient = ambient(measurement)?;
        let shown = |reading: &LevelReading| {
            let (level, luminance) = (reading.level, reading.luminance_cd_m2 + ambient);
            let jnd = gsdf::jnd(CdPerM2(luminance));
            jnd.map(|Jnd(jnd)| Shown { level, luminance, jnd })
                .map_err(|why| EvaluationError::Range { level, why })
        };
        let shown = measurement.response.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
        let response = Self { shown, highest: measurement.highest };
        if response.l_max() <= response.l_min() {
            let luminance = response.l_max() - ambient;
            return Err(EvaluationError::Flat { highest: response.highest, luminance });
        }
        Ok(response)
    }

    /// L′min, cd/m².
    pub(super) fn l_min(&self) -> f64 {
        self.shown.first().map_or(0.0, |black| black.luminance)
    }

    /// L′max, cd/m².
    pub(super) fn l_max(&self) -> f64 {
        self.shown.last().map_or(0.0, |white| white.luminance)
    }

    /// How many levels were measured.
    pub(super) fn count(&self) -> usize {
        self.shown.len()
    }

    /// The levels that contrast is judged between.
    fn judged(&self) -> Vec<Shown> {
        if self.shown.len() <= LEVELS {
            return self.shown.clone();
        }
        let nearest = |step: u16| {
            let wanted = f64::from(self.highest) * f64::from(step) / 17.0;
            let apart = |shown: &Shown| (f64::from(shown.level) - wanted).abs();
            self.shown.iter().min_by(|one, other| apart(one).total_cmp(&apart(other))).copied()
        };
        let mut judged: Vec<Shown> = (0..=17).filter_map(nearest).collect();
        judged.dedup_by_key(|shown| shown.level);
        judged
    }

    /// Contrast a JND from each judged level to the next, as measured and as the GSDF has it. Rule G-15.
    pub(super) fn contrast(&self) -> Result<Vec<ContrastStep>, EvaluationError> {
        let (Some(black), Some(white)) = (self.shown.first(), self.shown.last()) else {
            return Ok(Vec::new());
        };
        let expected_jnd =
            |level: u16| black.jnd + (white.jnd - black.jnd) * f64::from(level) / f64::from(self.highest);
        // The inverse finds up to 1023.16 where the function ends at 1023.
        let expected = |level: u16| {
            let jnd = expected_jnd(level).clamp(*gsdf::JND_RANGE.start(), *gsdf::JND_RANGE.end());
            gsdf::luminance(Jnd(jnd)).map_err(|why| EvaluationError::Range { level, why })
        };
        let mut steps = vec![ContrastStep {
            ddl: black.level,
            luminance: black.luminance,
            expected_contrast: 0.0,
            measured_contrast: 0.0,
            deviation_percent: 0.0,
        }];
        for pair in self.judged().windows(2) {
            let [below, here] = pair else { continue };
            let jnds = expected_jnd(here.level) - expected_jnd(below.level);
            let (CdPerM2(low), CdPerM2(high)) = (expected(below.level)?, expected(here.level)?);
            let expected_contrast = contrast(low, high) / jnds;
            let measured_contrast = contrast(below.luminance, here.luminance) / jnds;
            steps.push(ContrastStep {
                ddl: here.level,
                luminance: here.luminance,
                expected_contrast,
                measured_contrast,
                deviation_percent: 100.0 * (measured_contrast - expected_contrast) / expected_contrast,
            });
        }
        Ok(steps)
    }

    /// JNDs a level over all measured levels: their regression over levels is FIT, their distance from the mean LUM. Rule
    /// G-16.
    pub(super) fn jnd_fit(&self) -> JndFit {
        let interval = |pair: &[Shown]| {
            let [below, here] = pair else { return None };
            let (from, to) = (f64::from(below.level), f64::from(here.level));
            Some((f64::midpoint(from, to), (here.jnd - below.jnd) / (to - from)))
        };
        let intervals: Vec<(f64, f64)> = self.shown.windows(2).filter_map(interval).collect();
        let count = f64::from(u32::try_from(intervals.len()).unwrap_or(u32::MAX).max(1));
        let mid = intervals.iter().map(|(level, _)| level).sum::<f64>() / count;
        let mean = intervals.iter().map(|(_, jnds)| jnds).sum::<f64>() / count;
        let (mut across, mut both, mut along) = (0.0, 0.0, 0.0);
        for (level, jnds) in &intervals {
            let (x, y) = (level - mid, jnds - mean);
            across += x * x;
            both += x * y;
            along += y * y;
        }
        let slope = if across > 0.0 { both / across } else { 0.0 };
        JndFit { mean, slope, rmse: libm::sqrt(along / count) }
    }
}

/// Michelson's contrast, twice.
fn contrast(low: f64, high: f64) -> f64 {
    2.0 * (high - low) / (high + low)
}

/// How many of 256 grays from black to white are shown by driving levels of their own. Rule G-11.
///
/// By the table; without one, by that which Hotlight would make of a measurement around its tables. None of a measurement
/// through a table that is not given, and of one that makes no table.
pub fn grays_kept(measurement: &Measurement, table: Option<&DisplayTable>) -> Option<u16> {
    let mut levels: Vec<Ddl> = match table {
        // 65535 is 257 · 255.
        Some(table) => (0..=255).map(|gray| table.at(PValue(gray * 257))).collect(),
        None => system(measurement)?.steps(256).map(|step| step.ddl).collect(),
    };
    levels.dedup();
    u16::try_from(levels.len()).ok()
}

/// The panel that a measurement around tables describes, with as many bits as it has levels.
fn system(measurement: &Measurement) -> Option<DisplaySystem> {
    let SignalPath::Around = measurement.path else { return None };
    let curve = check(measurement).ok()?;
    let bits = u8::try_from((u32::from(measurement.highest) + 1).trailing_zeros()).ok()?;
    DisplaySystem::new(&curve, CdPerM2(measurement.ambient_cd_m2.unwrap_or_default()), bits).ok()
}

#[cfg(test)]
mod tests {
    use super::super::simulated::{PanelShape, SimulatedPanel};
    use super::*;

    /// A panel of gamma 2.2 from 1 to 350 cd/m², measured at so many levels.
    fn gamma(bits: u8, count: u16) -> Measurement {
        SimulatedPanel::new(PanelShape::Gamma, [1.0, 350.0], bits).characterise(count)
    }

    fn steps(measurement: &Measurement) -> Vec<ContrastStep> {
        Response::of(measurement).and_then(|response| response.contrast()).expect("steps")
    }

    fn levels(steps: &[ContrastStep]) -> Vec<u16> {
        steps.iter().map(|step| step.ddl).collect()
    }

    /// Rule G-14: of a finer measurement the same levels are judged, so that the same is found.
    #[test]
    fn of_52_256_and_1024_levels_those_of_tg18_are_judged() {
        let expected = steps(&gamma(8, 18));
        assert_eq!(levels(&expected), (0..=255).step_by(15).collect::<Vec<u16>>());
        for count in [52, 256] {
            assert_eq!(steps(&gamma(8, count)), expected, "{count}");
        }
        let fine = steps(&gamma(10, 1024));
        assert_eq!((fine.len(), &levels(&fine)[..4]), (18, &[0, 60, 120, 181][..]));
        for (coarse, fine) in expected.iter().zip(&fine) {
            // Levels of 10 bits do not lie on those of 8.
            let apart = (coarse.deviation_percent - fine.deviation_percent).abs();
            assert!(apart < 1.0, "{coarse:?}, {fine:?}");
        }
    }

    /// By the formula of rule G-15 in Python, with the levels 0, 26, 51, 77 … 255.
    #[test]
    fn levels_count_with_the_distances_that_they_have() {
        let expected = [2.59, 42.53, 23.57, 7.02, -5.69, -15.77, -23.92, -30.84, -36.67, -41.81];
        let steps = steps(&gamma(8, 11));
        assert_eq!(levels(&steps)[..4], [0, 26, 51, 77]);
        for (step, expected) in steps.iter().skip(1).zip(expected) {
            assert!((step.deviation_percent - expected).abs() < 0.006, "{step:?}, not {expected}");
        }
    }

    /// Rule G-6: JNDs between two luminances.
    #[test]
    fn the_gsdf_spends_its_jnds_evenly() {
        for (black, white, jnds) in [
            (1.0, 350.0, 581.6),
            (1.2, 420.0, 600.8),
            (1.0, 250.0, 532.6),
            (0.4, 100.0, 436.5),
            (2.0, 500.0, 601.9),
        ] {
            let panel = SimulatedPanel::new(PanelShape::Gsdf, [black, white], 8).characterise(18);
            let fit = Response::of(&panel).expect("a response").jnd_fit();
            assert!((fit.mean * 255.0 - jnds).abs() < 0.1, "{black} to {white}: {fit:?}");
            assert!(fit.slope.abs() < 1e-5 && fit.rmse < 5e-3, "{black} to {white}: {fit:?}");
        }
        // A power of 2.2 spends fewer and fewer, by the same arithmetic in Python.
        let fit = Response::of(&gamma(8, 18)).expect("a response").jnd_fit();
        assert!((fit.mean - 2.280_851).abs() < 1e-6 && (fit.slope + 0.008_609_96).abs() < 1e-8, "{fit:?}");
        assert!((fit.rmse - 0.808_045).abs() < 1e-6, "{fit:?}");
    }

    #[track_caller]
    fn refused(words: &str, change: impl FnOnce(&mut Measurement)) {
        let mut measurement = gamma(8, 18);
        change(&mut measurement);
        let found = Response::of(&measurement).expect_err("refused").to_string();
        assert!(found.starts_with(words), "{found}");
    }

    #[test]
    fn what_cannot_be_judged_says_which_level_and_why() {
        let set = |at: usize, luminance: f64| {
            move |measurement: &mut Measurement| measurement.response[at].luminance_cd_m2 = luminance
        };
        refused("level 45 has luminance NaN", set(3, f64::NAN));
        refused("level 45 has luminance -1", set(3, -1.0));
        refused("level 255 has luminance inf", set(17, f64::INFINITY));
        refused("level 240 has 5 cd/m², more than 1 % less than", set(16, 5.0));
        refused("with ambient light, level 0 is none of the GSDF: 0.01 cd/m²", set(0, 0.01));
        refused("level 30 stands behind level 45", |measurement| measurement.response.swap(2, 3));
        refused("the last level is 255: the highest, 1023", |measurement| measurement.highest = 1023);
        refused("there are 17 levels: an evaluation needs 18", |measurement| {
            measurement.response.remove(4);
        });
        refused("there are 0 levels", |measurement| measurement.response.clear());
        refused("an ambient luminance of -0.1", |measurement| measurement.ambient_cd_m2 = Some(-0.1));
        refused("an ambient luminance of NaN", |measurement| measurement.ambient_cd_m2 = Some(f64::NAN));
        refused("with ambient light, level 255 is none of the GSDF", |measurement| {
            measurement.ambient_cd_m2 = Some(3650.5);
        });
        refused("level 255 has 5 cd/m², no more than level 0", |measurement| {
            for reading in &mut measurement.response {
                reading.luminance_cd_m2 = 5.0;
            }
        });
        // 18 levels, all but one of them dark: what lies between would be believed.
        refused("no level is measured between 16 and 255", |measurement| {
            for (reading, level) in measurement.response.iter_mut().zip(0..17) {
                reading.level = level;
            }
        });
    }

    /// Rule G-11, and its numbers: of a panel of gamma 2.2 with a luminance ratio of 583.
    #[test]
    fn grays_that_are_kept_are_counted_and_steps_are_as_uneven_as_the_bits_make_them() {
        for (bits, count, kept, rmse) in [(8, 256, 214, 1.26), (10, 1024, 256, 0.31), (12, 4096, 256, 0.075)]
        {
            let mut panel = SimulatedPanel::new(PanelShape::Gamma, [0.6, 350.2], bits);
            let around = panel.characterise(count);
            assert_eq!(grays_kept(&around, None), Some(kept), "{bits} bits");
            let table = DisplayTable::calibrated(&system(&around).expect("a panel"));
            assert_eq!(grays_kept(&around, Some(&table)), Some(kept), "{bits} bits");
            let through = panel.verify(&table, 256);
            let fit = Response::of(&through).expect("a response").jnd_fit();
            assert!(
                (fit.mean - 2.356).abs() < 0.001 && (fit.rmse - rmse).abs() < 0.005,
                "{bits} bits: {fit:?}"
            );
            assert_eq!(grays_kept(&through, None), None, "nobody knows the table");
        }
    }
}
