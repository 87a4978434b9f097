//! What a panel was measured to show: its characteristic curve, from a file with the header `ddl,luminance`. PS3.14 6.

use super::gsdf;
use crate::units::{CdPerM2, Ddl};

/// By how much a level may be darker than one before it, as a share of that one: what a photometer's noise makes. Rule
/// G-33.
const FALL_MAX: f64 = 0.01;

/// Luminance over driving levels as measured, without ambient light: from level 0 to the highest that so many bits have.
#[derive(Debug, Clone, PartialEq)]
pub struct CharacteristicCurve {
    /// Levels rise; luminances are from 0 to 4000 cd/m².
    measured: Vec<(Ddl, CdPerM2)>,
    /// The largest of them.
    brightest: f64,
}

/// Why a file of luminances is not a characteristic curve.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{line}: {why}")]
pub struct CurveFault {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: CurveError,
}

/// Why luminances are not a characteristic curve.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CurveError {
    /// The columns are not named.
    #[error("the header is not 'ddl,luminance'")]
    Header,
    /// Not two numbers.
    #[error("'{text}' is not a driving level from 0 to 65535, a comma and a luminance in cd/m²")]
    Row {
        /// The line found.
        text: String,
    },
    /// No luminance.
    #[error("level {ddl} has luminance {luminance}: it is a number of cd/m² from 0 to 4000")]
    Luminance {
        /// The driving level.
        ddl: u16,
        /// The luminance found.
        luminance: f64,
    },
    /// Darkness is not measured.
    #[error("the first level is {ddl}: it must be 0")]
    First {
        /// The driving level.
        ddl: u16,
    },
    /// Levels do not rise.
    #[error("level {ddl} stands behind level {before}: levels must rise")]
    Order {
        /// The driving level.
        ddl: u16,
        /// The one before.
        before: u16,
    },
    /// Light does not rise.
    #[error("level {ddl} has {luminance} cd/m², more than 1 % less than the {before} cd/m² before it")]
    Falls {
        /// The driving level.
        ddl: u16,
        /// Its luminance, cd/m².
        luminance: f64,
        /// The largest luminance before, cd/m².
        before: f64,
    },
    /// Full drive is not measured.
    #[error("the last level is {ddl}: it must be the highest of a panel (255, 1023, 4095 …)")]
    Last {
        /// The driving level.
        ddl: u16,
    },
    /// Not a curve.
    #[error("there are {count} levels: a curve has at least 2")]
    TooFew {
        /// How many there are.
        count: usize,
    },
}

impl CharacteristicCurve {
    /// Checks measured levels.
    ///
    /// They rise from 0 to the highest of a panel, 2^bits − 1; luminances are from 0 to 4000 cd/m² and nowhere more
    /// than 1 % below one before: as much is taken for noise of the photometer.
    pub fn new(levels: impl IntoIterator<Item = (Ddl, CdPerM2)>) -> Result<Self, CurveError> {
        let mut curve = Self { measured: Vec::new(), brightest: 0.0 };
        for (ddl, luminance) in levels {
            curve.push(ddl, luminance)?;
        }
        curve.check_ends()
    }

    /// Reads the text of a file: the header `ddl,luminance`, then a level and its luminance in cd/m² a line. Blank lines
    /// and those that begin with `#` are passed over.
    pub fn parse(text: &str) -> Result<Self, CurveFault> {
        let lines = (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let is_header = |line: &str| {
            let mut names = line.split(',').map(str::trim);
            let is_next =
                |name: Option<&str>, wanted: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            is_next(names.next(), "ddl") && is_next(names.next(), "luminance") && names.next().is_none()
        };
        let (mut last, header) = lines.next().unwrap_or((1, ""));
        if !is_header(header) {
            return Err(CurveFault { line: last, why: CurveError::Header });
        }
        let mut curve = Self { measured: Vec::new(), brightest: 0.0 };
        for (line, text) in lines {
            last = line;
            let row = text.split_once(',').and_then(|(ddl, luminance)| {
                Some((Ddl(ddl.trim().parse().ok()?), CdPerM2(luminance.trim().parse().ok()?)))
            });
            let row = row.ok_or_else(|| CurveError::Row { text: text.chars().take(60).collect() });
            row.and_then(|(ddl, luminance)| curve.push(ddl, luminance))
                .map_err(|why| CurveFault { line, why })?;
        }
        curve.check_ends().map_err(|why| CurveFault { line: last, why })
    }

    /// What was measured, level by level.
    pub fn measured(&self) -> &[(Ddl, CdPerM2)] {
        &self.measured
    }

    fn push(&mut self, Ddl(ddl): Ddl, CdPerM2(luminance): CdPerM2) -> Result<(), CurveError> {
        if !(0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(&luminance) {
            return Err(CurveError::Luminance { ddl, luminance });
        }
        match self.measured.last() {
            None if ddl != 0 => return Err(CurveError::First { ddl }),
            Some((Ddl(before), _)) if ddl <= *before => {
                return Err(CurveError::Order { ddl, before: *before });
            }
            _ => {}
        }
        if luminance < self.brightest * (1.0 - FALL_MAX) {
            return Err(CurveError::Falls { ddl, luminance, before: self.brightest });
        }
        self.brightest = self.brightest.max(luminance);
        self.measured.push((Ddl(ddl), CdPerM2(luminance)));
        Ok(())
    }

    fn check_ends(self) -> Result<Self, CurveError> {
        match *self.measured.as_slice() {
            [_, .., (Ddl(ddl), _)] if (u32::from(ddl) + 1).is_power_of_two() => Ok(self),
            [_, .., (Ddl(ddl), _)] => Err(CurveError::Last { ddl }),
            _ => Err(CurveError::TooFew { count: self.measured.len() }),
        }
    }

    /// The luminance of each driving level from 0 to `highest`, cd/m², never falling.
    ///
    /// Full drive is full drive: a curve of another number of levels is stretched to these. A level that was measured has
    /// the luminance that was; between two it follows the monotone cubic through the luminances around (Fritsch and Carlson
    /// 1980, with the slopes of Fritsch and Butland 1984), which stays between them. Noise that falls is levelled.
    pub(super) fn luminances(&self, highest: u16) -> Vec<f64> {
        let Some((Ddl(last), _)) = self.measured.last() else { return Vec::new() };
        let mut most = 0.0_f64;
        let knots = self.measured.iter().map(|(Ddl(ddl), CdPerM2(luminance))| {
            most = most.max(*luminance);
            // In this order both ends are exact.
            Knot { x: f64::from(*ddl) * f64::from(highest) / f64::from(*last), y: most, slope: 0.0 }
        });
        let mut knots: Vec<Knot> = knots.collect();
        let slopes: Vec<f64> = (0..knots.len()).map(|at| slope(&knots, at)).collect();
        for (knot, slope) in knots.iter_mut().zip(slopes) {
            knot.slope = slope;
        }
        let level = |ddl: u16| {
            let x = f64::from(ddl);
            let (before, after) = knots.split_at(knots.partition_point(|knot| knot.x <= x));
            match (before.last(), after.first()) {
                (Some(left), Some(right)) => left.cubic_to(right, x),
                (Some(knot), None) | (None, Some(knot)) => knot.y,
                (None, None) => 0.0,
            }
        };
        (0..=highest).map(level).collect()
    }
}

/// A point that the cubic goes through, and how steeply.
#[derive(Debug, Clone, Copy)]
struct Knot {
    x: f64,
    y: f64,
    slope: f64,
}

impl Knot {
    fn secant_to(&self, next: &Self) -> f64 {
        (next.y - self.y) / (next.x - self.x)
    }

    fn cubic_to(&self, next: &Self, x: f64) -> f64 {
        let width = next.x - self.x;
        let t = (x - self.x) / width;
        let rest = 1.0 - t;
        let value = self.y * rest * rest * (1.0 + 2.0 * t)
            + next.y * t * t * (1.0 + 2.0 * rest)
            + width * t * rest * (self.slope * rest - next.slope * t);
        value.clamp(self.y, next.y)
    }
}

/// The weighted harmonic mean of the secants on both sides; at an end what the parabola through three points has there. Never
/// so steep that the cubic would turn.
fn slope(knots: &[Knot], at: usize) -> f64 {
    let around = |offset: isize| at.checked_add_signed(offset).and_then(|at| knots.get(at)).copied();
    let at_end = |here: Knot, next: Knot, far: Option<Knot>| {
        let secant = here.secant_to(&next);
        let Some(far) = far else { return secant };
        let (near, rest) = ((next.x - here.x).abs(), (far.x - next.x).abs());
        let bend = near * (next.secant_to(&far) - secant) / (near + rest);
        (secant - bend).clamp(0.0, 3.0 * secant)
    };
    match (around(-1), around(0), around(1)) {
        (Some(left), Some(here), Some(right)) => {
            let (before, after) = (left.secant_to(&here), here.secant_to(&right));
            let (narrow, wide) = (here.x - left.x, right.x - here.x);
            let weights = (2.0 * wide + narrow, wide + 2.0 * narrow);
            if before > 0.0 && after > 0.0 {
                (weights.0 + weights.1) / (weights.0 / before + weights.1 / after)
            } else {
                0.0
            }
        }
        (None, Some(here), Some(next)) => at_end(here, next, around(2)),
        (Some(next), Some(here), None) => at_end(here, next, around(-2)),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(levels: &[(u16, f64)]) -> Result<CharacteristicCurve, CurveError> {
        CharacteristicCurve::new(levels.iter().map(|(ddl, luminance)| (Ddl(*ddl), CdPerM2(*luminance))))
    }

    /// A panel of gamma 2.2.
    fn gamma(share: f64) -> f64 {
        0.6 + 349.6 * libm::pow(share, 2.2)
    }

    #[test]
    fn every_level_measured_is_as_measured() {
        let measured: Vec<(u16, f64)> = (0..=1023).map(|ddl| (ddl, gamma(f64::from(ddl) / 1023.0))).collect();
        let found = curve(&measured).expect("a curve").luminances(1023);
        assert_eq!(found, measured.iter().map(|(_, luminance)| *luminance).collect::<Vec<_>>());
    }

    #[test]
    fn between_measured_levels_the_curve_rises_and_stays_near() {
        for (step, tolerance) in [(15, 0.11), (5, 0.02)] {
            let measured: Vec<(u16, f64)> =
                (0..=255).step_by(step).map(|ddl| (ddl, gamma(f64::from(ddl) / 255.0))).collect();
            for highest in [255, 1023, 4095] {
                let found = curve(&measured).expect("a curve").luminances(highest);
                assert_eq!(found.len(), usize::from(highest) + 1);
                assert!(found.windows(2).all(|pair| pair[0] <= pair[1]), "step {step} to {highest}");
                for (ddl, luminance) in (0_u16..).zip(&found) {
                    let truth = gamma(f64::from(ddl) / f64::from(highest));
                    assert!((luminance / truth - 1.0).abs() < tolerance, "{ddl}: {luminance}, not {truth}");
                }
                assert_eq!((found.first(), found.last()), (Some(&0.6), Some(&gamma(1.0))));
            }
        }
    }

    #[test]
    fn two_levels_make_a_straight_line_and_noise_is_levelled() {
        let line = curve(&[(0, 1.0), (255, 256.0)]).expect("a curve").luminances(255);
        assert!((0_u16..).zip(&line).all(|(ddl, found)| (found - f64::from(ddl) - 1.0).abs() < 1e-9));
        let noisy = curve(&[(0, 1.0), (1, 100.0), (2, 99.1), (3, 100.5)]).expect("1 % is noise");
        assert_eq!(noisy.luminances(3), [1.0, 100.0, 100.0, 100.5]);
    }

    #[test]
    fn what_is_no_curve_is_refused_with_its_line() {
        let fault = |text: &str| CharacteristicCurve::parse(text).expect_err(text).to_string();
        for (text, words) in [
            ("", "1: the header is not 'ddl,luminance'"),
            ("0,1\n255,2\n", "1: the header is not"),
            ("ddl,luminance,x\n", "1: the header is not"),
            ("ddl,luminance\n", "1: there are 0 levels"),
            ("# meter\n\nddl,luminance\n0,1\n", "4: there are 1 levels"),
            ("ddl,luminance\n0;1\n", "2: '0;1' is not a driving level"),
            ("ddl,luminance\n0,1\n1,2,3\n", "3: '1,2,3' is not a driving level"),
            ("ddl,luminance\n-1,1\n", "2: '-1,1' is not a driving level"),
            ("ddl,luminance\n65536,1\n", "2: '65536,1' is not a driving level"),
            (
                "ddl,luminance\n0,-0.1\n",
                "2: level 0 has luminance -0.1: it is a number of cd/m² from 0 to 4000",
            ),
            ("ddl,luminance\n0,nan\n", "2: level 0 has luminance NaN"),
            ("ddl,luminance\n0,inf\n", "2: level 0 has luminance inf"),
            ("ddl,luminance\n0,4001\n", "2: level 0 has luminance 4001"),
            ("ddl,luminance\n15,1\n", "2: the first level is 15: it must be 0"),
            ("ddl,luminance\n0,1\n7,2\n7,2\n", "4: level 7 stands behind level 7"),
            (
                "ddl,luminance\n0,1\n1,100\n2,98.9\n",
                "4: level 2 has 98.9 cd/m², more than 1 % less than the 100",
            ),
            ("ddl,luminance\n0,1\n254,2\n", "3: the last level is 254"),
        ] {
            let found = fault(text);
            assert!(found.starts_with(words), "{text:?}: {found}");
        }
        // A slow fall is no noise either.
        let slow: Vec<(u16, f64)> = (0..256).map(|ddl| (ddl, 100.0 - f64::from(ddl) * 0.01)).collect();
        assert!(matches!(curve(&slow), Err(CurveError::Falls { ddl: 101, .. })), "{:?}", curve(&slow));
    }

    #[test]
    fn a_file_may_come_from_any_program() {
        let text = "\u{feff}# a photometer\r\nDDL, Luminance\r\n\r\n 0 , 0.5\r\n255,3.5e2\r\n";
        let curve = CharacteristicCurve::parse(text).expect("a curve");
        assert_eq!(curve.measured(), [(Ddl(0), CdPerM2(0.5)), (Ddl(255), CdPerM2(350.0))]);
    }
}
