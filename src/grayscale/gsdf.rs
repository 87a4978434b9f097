//! The Grayscale Standard Display Function: JND index to luminance and back. PS3.14 7.1; rules G-1 to G-5.
//!
//! The standard prints both directions, and they are fits of their own: there and back again misses the index by up to
//! 0.09. Tables and their evaluation use one inverse, the printed polynomial, as dcmtk does; where a panel begins and ends
//! is not left to either, it is measured.

use std::ops::RangeInclusive;

use crate::units::{CdPerM2, Jnd};

/// The indices of PS3.14 Table B-1.
pub const JND_RANGE: RangeInclusive<f64> = 1.0..=1023.0;

/// The luminances that the inverse is printed for, cd/m².
pub const LUMINANCE_RANGE: RangeInclusive<f64> = 0.05..=4000.0;

/// A number for which the function is not defined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GsdfError {
    /// Beyond the table of the standard.
    #[error("the GSDF has no JND index {index}: it goes from 1 to 1023")]
    Index {
        /// The index asked for.
        index: f64,
    },
    /// Darker or brighter than the function goes.
    #[error("{luminance} cd/m² lies outside of 0.05 to 4000 cd/m², which the GSDF covers")]
    Luminance {
        /// The luminance asked for, cd/m².
        luminance: f64,
    },
}

/// The luminance of a JND index from 1 to 1023. PS3.14 7.1, first formula.
pub fn luminance(Jnd(index): Jnd) -> Result<CdPerM2, GsdfError> {
    if JND_RANGE.contains(&index) { Ok(CdPerM2(formula(index))) } else { Err(GsdfError::Index { index }) }
}

/// The JND index of a luminance from 0.05 to 4000 cd/m². PS3.14 7.1, second formula.
pub fn jnd(CdPerM2(luminance): CdPerM2) -> Result<Jnd, GsdfError> {
    /// A to I of the standard, which gives them beside powers of log10 L.
    #[expect(clippy::unreadable_literal, reason = "as the standard prints them")]
    const POWERS: [f64; 9] = [
        71.498068,
        94.593053,
        41.912053,
        9.8247004,
        0.28175407,
        -1.1878455,
        -0.18014349,
        0.14710899,
        -0.017046845,
    ];
    if LUMINANCE_RANGE.contains(&luminance) {
        Ok(Jnd(polynomial(&POWERS, libm::log10(luminance))))
    } else {
        Err(GsdfError::Luminance { luminance })
    }
}

/// The first formula without its limits, cd/m²: the inverse finds 1023.16 for the brightest luminance.
pub(super) fn formula(index: f64) -> f64 {
    // a, c, e, g, m and 1, b, d, f, h, k of the standard, which gives them beside powers of ln j.
    #[expect(clippy::unreadable_literal, reason = "as the standard prints them")]
    const ABOVE: [f64; 5] = [-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3];
    #[expect(clippy::unreadable_literal, reason = "as the standard prints them")]
    const BELOW: [f64; 6] = [1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4];
    let x = libm::log(index);
    libm::exp10(polynomial(&ABOVE, x) / polynomial(&BELOW, x))
}

/// The lowest power first.
fn polynomial(factors: &[f64], x: f64) -> f64 {
    factors.iter().rev().fold(0.0, |sum, factor| sum * x + factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance_of(index: f64) -> f64 {
        luminance(Jnd(index)).expect("in range").0
    }

    fn index_of(luminance: f64) -> f64 {
        jnd(CdPerM2(luminance)).expect("in range").0
    }

    /// Rule G-4: the standard's Table B-1 to the tolerance that its own coefficients keep, `max(5e-5, 3e-5 · L)`. The
    /// last row is as printed; the others are of the formula, to four decimals.
    #[test]
    fn luminances_are_those_of_table_b_1() {
        for (index, expected) in [
            (1.0, 0.0500),
            (2.0, 0.0547),
            (3.0, 0.0594),
            (10.0, 0.0991),
            (100.0, 1.8508),
            (256.0, 15.2383),
            (512.0, 130.0653),
            (800.0, 933.1874),
            (900.0, 1795.0813),
            (1000.0, 3439.1590),
            (1022.0, 3967.4732),
            (1023.0, 3993.4040),
        ] {
            let found = luminance_of(index);
            assert!((found - expected).abs() <= f64::max(5e-5, 3e-5 * expected), "{index}: {found}");
        }
    }

    /// Rule G-5, and the worked example of PS3.14 D.2.
    #[test]
    fn indices_are_those_of_the_standards_polynomial() {
        let anchors = [
            (1.0, 71.498, 5e-4),
            (170.0, 549.19, 5e-3),
            (350.0, 653.12, 5e-3),
            (420.0, 680.02, 5e-3),
            (500.0, 705.94, 5e-3),
            (12.0, 233.32, 5e-3),
            (1271.9, 847.18, 5e-3),
        ];
        for (luminance, expected, tolerance) in anchors {
            let found = index_of(luminance);
            assert!((found - expected).abs() <= tolerance, "{luminance} cd/m²: {found}");
        }
    }

    /// Rule G-3: two fits, not a function and its inverse.
    #[test]
    fn there_and_back_misses_as_much_as_the_standards_two_fits_do() {
        let miss = |index: u16| index_of(luminance_of(index.into())) - f64::from(index);
        // The formula's luminance of index 1 is a hair below 0.05 cd/m², where the inverse begins.
        let misses: Vec<f64> = (2..=1023).map(miss).collect();
        let least = misses.iter().copied().fold(f64::INFINITY, f64::min);
        let most = misses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!((least + 0.0916).abs() < 1e-4 && (most - 0.0506).abs() < 1e-4, "{least} to {most}");
    }

    #[test]
    fn each_index_is_brighter_than_the_one_before() {
        assert!((1..1023_u16).all(|index| luminance_of(f64::from(index) + 1.0) > luminance_of(index.into())));
    }

    #[test]
    fn beyond_its_ends_the_function_is_refused_in_words() {
        for index in [0.0, 0.999, 1023.001, f64::NAN, f64::INFINITY, -5.0] {
            assert!(luminance(Jnd(index)).is_err(), "{index}");
        }
        for value in [0.0, 0.0499, 4000.1, f64::NAN, f64::INFINITY, -1.0] {
            assert!(jnd(CdPerM2(value)).is_err(), "{value}");
        }
        let words = jnd(CdPerM2(0.02)).expect_err("too dark").to_string();
        assert_eq!(words, "0.02 cd/m² lies outside of 0.05 to 4000 cd/m², which the GSDF covers");
    }
}
