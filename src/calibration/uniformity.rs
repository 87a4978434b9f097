//! How even a field of one level is over the screen, and how its colour changes. TG18 4.4, TG270; rule G-19.

use super::evaluation_error::EvaluationError;
use super::measurement::FieldReading;
use crate::grayscale::gsdf;
use crate::units::Chromaticity;

/// Places that the median is taken of. TG270.
const NINE: usize = 9;

/// Darker places have no colour that a photometer could be believed, cd/m².
pub(super) const COLOR_MIN: f64 = 5.0;

/// What was found in all fields, the worst of each; none where it was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Uniformity {
    /// Of fields of 5 and 9 places, percent.
    pub(super) mld: Option<f64>,
    /// Of fields of 9 places, percent.
    pub(super) ludm: Option<f64>,
    /// Δu′v′ between two places.
    pub(super) chromaticity: Option<f64>,
}

impl Uniformity {
    /// Of uniform fields, with what ambient light adds to each place, cd/m².
    pub(super) fn of(fields: &[FieldReading], ambient: f64) -> Result<Self, EvaluationError> {
        let mut found = Self::default();
        for field in fields {
            check(field)?;
            let luminances: Vec<f64> =
                field.points.iter().map(|point| point.luminance_cd_m2 + ambient).collect();
            found.mld = larger(found.mld, mld(&luminances));
            if luminances.len() == NINE {
                found.ludm = larger(found.ludm, ludm(&luminances));
            }
            found.chromaticity = larger(found.chromaticity, across(field));
        }
        Ok(found)
    }
}

fn check(field: &FieldReading) -> Result<(), EvaluationError> {
    let (level, count) = (field.level, field.points.len());
    if !matches!(count, 5 | NINE) {
        return Err(EvaluationError::Places { level, count });
    }
    for (place, point) in (1..).zip(&field.points) {
        let luminance = point.luminance_cd_m2;
        if !(0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(&luminance) {
            return Err(EvaluationError::FieldLuminance { level, place, luminance });
        }
        check_color(level, point.chromaticity)?;
    }
    Ok(())
}

/// Whether there is such a colour.
pub(super) fn check_color(level: u16, color: Option<Chromaticity>) -> Result<(), EvaluationError> {
    let is_share = |number: f64| (0.0..=1.0).contains(&number);
    if color.is_none_or(|color| is_share(color.u) && is_share(color.v)) {
        Ok(())
    } else {
        Err(EvaluationError::Chromaticity { level })
    }
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).max_by(f64::total_cmp)
}

/// Maximum luminance deviation, percent: 200 · (Lmax − Lmin) / (Lmax + Lmin). None where there is no light.
fn mld(luminances: &[f64]) -> Option<f64> {
    let least = luminances.iter().copied().min_by(f64::total_cmp)?;
    let most = luminances.iter().copied().max_by(f64::total_cmp)?;
    (most > 0.0).then(|| 200.0 * (most - least) / (most + least))
}

/// Luminance uniformity deviation from the median, percent: 100 · max|L − median| / median. None where there is no light.
fn ludm(luminances: &[f64]) -> Option<f64> {
    let mut sorted = luminances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted.get(sorted.len() / 2).copied().filter(|median| *median > 0.0)?;
    sorted.iter().map(|luminance| 100.0 * (luminance - median).abs() / median).max_by(f64::total_cmp)
}

/// The largest Δu′v′ between two places that are bright enough to have a colour.
fn across(field: &FieldReading) -> Option<f64> {
    let lit = field.points.iter().filter(|point| point.luminance_cd_m2 >= COLOR_MIN);
    let colors: Vec<Chromaticity> = lit.filter_map(|point| point.chromaticity).collect();
    let pairs = (1_usize..).zip(&colors).flat_map(|(next, one)| {
        colors.get(next..).unwrap_or_default().iter().map(move |other| one.distance(*other))
    });
    pairs.max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::super::measurement::PointReading;
    use super::*;

    fn field(level: u16, luminances: &[f64]) -> FieldReading {
        let point =
            |luminance_cd_m2: &f64| PointReading { luminance_cd_m2: *luminance_cd_m2, chromaticity: None };
        FieldReading { level, points: luminances.iter().map(point).collect() }
    }

    #[track_caller]
    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 0.005), "{found:?}, not {expected}");
    }

    /// Rule G-19: its vector. 11.2 is exact, 6.45 rounds to 6.5.
    #[test]
    fn the_test_vector_has_the_deviations_that_the_rule_names() {
        let vector = field(204, &[300.0, 310.0, 305.0, 320.0, 330.0, 318.0, 300.0, 295.0, 310.0]);
        let found = Uniformity::of(std::slice::from_ref(&vector), 0.0).expect("9 places");
        near(found.mld, 11.2);
        near(found.ludm, 6.45);
        assert_eq!(found.chromaticity, None, "nobody measured colours");
        // Ambient light makes the same differences matter less: 200 · 35 / (625 + 20), 100 · 20 / 320.
        let found = Uniformity::of(std::slice::from_ref(&vector), 10.0).expect("9 places");
        near(found.mld, 10.853);
        near(found.ludm, 6.25);
    }

    #[test]
    fn of_several_fields_the_worst_counts_and_five_places_have_no_median_of_nine() {
        let (even, odd) = (field(204, &[100.0; 5]), field(26, &[4.0, 5.0, 5.0, 5.0, 6.0]));
        let found = Uniformity::of(&[even.clone(), odd, even], 0.0).expect("5 places");
        near(found.mld, 40.0);
        assert_eq!(found.ludm, None);
        let dark = Uniformity::of(&[field(0, &[0.0; 9])], 0.0).expect("9 places");
        assert_eq!(dark, Uniformity::default(), "no light is neither even nor uneven");
    }

    #[test]
    fn colours_are_compared_place_with_place_where_there_is_light() {
        let mut colored = field(128, &[100.0, 100.0, 100.0, 100.0, 1.0]);
        let shifts = [0.0, 0.004, -0.003, 0.0, 0.1];
        for (point, shift) in colored.points.iter_mut().zip(shifts) {
            let Chromaticity { u, v } = Chromaticity::D65;
            point.chromaticity = Some(Chromaticity { u: u + shift, v });
        }
        let found = Uniformity::of(std::slice::from_ref(&colored), 0.0).expect("5 places").chromaticity;
        assert!(found.is_some_and(|found| (found - 0.007).abs() < 1e-9), "{found:?}");
    }

    #[test]
    fn what_is_no_field_is_refused_with_its_level() {
        let words = |field: FieldReading| Uniformity::of(&[field], 0.0).expect_err("refused").to_string();
        assert!(words(field(26, &[1.0; 4])).starts_with("the field of level 26 is measured in 4 places"));
        let place = words(field(26, &[1.0, 1.0, f64::NAN, 1.0, 1.0]));
        assert!(place.starts_with("the field of level 26 has luminance NaN in place 3"), "{place}");
        let mut strange = field(26, &[1.0; 5]);
        strange.points[1].chromaticity = Some(Chromaticity { u: 1.7, v: 0.4 });
        assert!(words(strange).starts_with("level 26 has a colour that there is none of"));
    }
}
