//! Holds what was measured against limits. Rules G-8, G-9, G-15 to G-20 and G-32.

use super::evaluation::{Check, Evaluation, Limit, Quantity, Verdict, worst};
use super::evaluation_error::EvaluationError;
use super::findings::{Facts, findings};
use super::measurement::Measurement;
use super::profile::Profile;
use super::response::{LEVELS, Response, ambient, check, grays_kept};
use super::uniformity::{COLOR_MIN, Uniformity, check_color};
use crate::grayscale::DisplayTable;
use crate::units::Chromaticity;

/// What is known beside the measurement.
#[derive(Debug, Clone, Copy, Default)]
pub struct EvaluationContext<'a> {
    /// What was measured on the monitor beside it, which shall look the same; where its ambient light was not measured, it
    /// has that of the first.
    pub pair: Option<&'a Measurement>,
    /// The side of a pixel, mm.
    pub pixel_mm: Option<f64>,
    /// The table that the levels went through, or will.
    pub table: Option<&'a DisplayTable>,
}

/// Holds a measurement against the limits of a profile.
///
/// Luminances are with ambient light, in cd/m², but for the ratio of ambient light to the darkest luminance. Contrast is
/// judged by rule G-15 between the levels of TG18 (of more than 18 measured levels, those nearest to these; of 18 or fewer,
/// all), each with the distance that it has. Gray tracking looks at levels of 5 cd/m² and more, the difference of a pair is
/// in percent of the mean of both.
///
/// What is within a limit passes only where the limit is confirmed, the quantity was measured with ambient light, if that
/// matters to it, and contrast at 18 levels; else it is indicative. What was not measured is *not measured*.
///
/// # Errors
///
/// What is no measurement, or what the GSDF does not cover: the level and why.
pub fn evaluate(
    measurement: &Measurement,
    profile: &Profile,
    context: EvaluationContext<'_>,
) -> Result<Evaluation, EvaluationError> {
    let response = Response::of(measurement)?;
    let levels = response.contrast()?;
    let values = Values::of(measurement, &response, context)?;
    let deviation = levels.iter().map(|step| step.deviation_percent.abs()).fold(0.0, f64::max);
    let (l_min, l_max) = (response.l_min(), response.l_max());
    let ratio = l_max / l_min;
    let value = |quantity| match quantity {
        Quantity::GsdfDeviation => Some(deviation),
        Quantity::LMax => Some(l_max),
        Quantity::LMin => Some(l_min),
        Quantity::Ratio => Some(ratio),
        Quantity::AmbientRatio => values.ambient_ratio,
        Quantity::UniformityMld => values.uniformity.mld,
        Quantity::UniformityLudm => values.uniformity.ludm,
        Quantity::ChromaticityAcross => values.uniformity.chromaticity,
        Quantity::White => values.white,
        Quantity::GrayTracking => values.gray_tracking,
        Quantity::PairLMax => values.pair_l_max,
        Quantity::PairChromaticity => values.pair_chromaticity,
        Quantity::PixelPitch => context.pixel_mm,
    };
    let has_ambient = measurement.ambient_cd_m2.is_some();
    let is_certain = |quantity| match quantity {
        Quantity::GsdfDeviation => has_ambient && response.count() >= LEVELS,
        Quantity::LMax
        | Quantity::LMin
        | Quantity::Ratio
        | Quantity::UniformityMld
        | Quantity::UniformityLudm
        | Quantity::PairLMax => has_ambient,
        _ => true,
    };
    let checks = Quantity::ALL.map(|quantity| {
        let (value, limit) = (value(quantity), profile.limit(quantity));
        let verdict = verdict(value, limit, is_certain(quantity));
        Check { quantity, value, limit: limit.cloned(), verdict }
    });
    let facts = Facts {
        measurement,
        profile,
        checks: &checks,
        levels: &levels,
        ratio,
        grays: grays_kept(measurement, context.table),
        has_table: context.table.is_some(),
    };
    let findings = findings(&facts);
    Ok(Evaluation {
        profile: profile.name.clone(),
        l_min,
        l_max,
        ratio,
        gsdf_max_deviation_percent: deviation,
        levels,
        jnd: response.jnd_fit(),
        verdict: worst(&checks),
        checks: checks.into(),
        findings,
    })
}

/// Holds the uniform fields of a measurement against the limits of a profile, whatever its response is: a check of each quantity
/// that is found in them ([`Quantity::is_of_fields`]), as [`evaluate`] makes it.
///
/// # Errors
///
/// What is no uniform field: its level and why.
pub fn evaluate_fields(measurement: &Measurement, profile: &Profile) -> Result<Vec<Check>, EvaluationError> {
    let found = Uniformity::of(&measurement.fields, ambient(measurement)?)?;
    let has_ambient = measurement.ambient_cd_m2.is_some();
    let check = |quantity: Quantity| {
        let (value, is_certain) = match quantity {
            Quantity::UniformityMld => (found.mld, has_ambient),
            Quantity::UniformityLudm => (found.ludm, has_ambient),
            _ => (found.chromaticity, true),
        };
        let limit = profile.limit(quantity);
        Check { quantity, value, limit: limit.cloned(), verdict: verdict(value, limit, is_certain) }
    };
    Ok(Quantity::ALL.into_iter().filter(|quantity| quantity.is_of_fields()).map(check).collect())
}

/// The largest deviation of contrast from the GSDF's, percent, without its sign. Rule G-15.
pub fn gsdf_deviation(measurement: &Measurement) -> Result<f64, EvaluationError> {
    let levels = Response::of(measurement)?.contrast()?;
    Ok(levels.iter().map(|step| step.deviation_percent.abs()).fold(0.0, f64::max))
}

/// What follows from a value and its limit.
pub(super) fn verdict(value: Option<f64>, limit: Option<&Limit>, is_certain: bool) -> Verdict {
    let Some(value) = value else { return Verdict::NotMeasured };
    let Some(limit) = limit else { return Verdict::Indicative };
    let is_within = limit.min.is_none_or(|min| value >= min) && limit.max.is_none_or(|max| value <= max);
    if !is_within {
        Verdict::Fail
    } else if limit.is_confirmed && is_certain {
        Verdict::Pass
    } else {
        Verdict::Indicative
    }
}

/// What was measured beside the luminance response.
struct Values {
    ambient_ratio: Option<f64>,
    uniformity: Uniformity,
    white: Option<f64>,
    gray_tracking: Option<f64>,
    pair_l_max: Option<f64>,
    pair_chromaticity: Option<f64>,
}

impl Values {
    fn of(
        measurement: &Measurement,
        response: &Response,
        context: EvaluationContext<'_>,
    ) -> Result<Self, EvaluationError> {
        for reading in &measurement.response {
            check_color(reading.level, reading.chromaticity)?;
        }
        if let Some(mm) = context.pixel_mm.filter(|mm| !(mm.is_finite() && *mm > 0.0)) {
            return Err(EvaluationError::Pixel { mm });
        }
        let pair = context.pair.map(|partner| {
            l_max_of(partner, measurement.ambient_cd_m2)
                .map(|l_max| (l_max, white_of(partner)))
                .map_err(|why| EvaluationError::Pair(Box::new(why)))
        });
        let pair = pair.transpose()?;
        let white = white_of(measurement);
        let darkest = measurement.response.first().map(|black| black.luminance_cd_m2);
        let ambient = measurement.ambient_cd_m2;
        Ok(Self {
            ambient_ratio: ambient
                .zip(darkest.filter(|darkest| *darkest > 0.0))
                .map(|(ambient, darkest)| ambient / darkest),
            uniformity: Uniformity::of(&measurement.fields, ambient.unwrap_or_default())?,
            white: white.map(|white| white.distance(Chromaticity::D65)),
            gray_tracking: gray_tracking(measurement),
            pair_l_max: pair.map(|(other, _)| {
                let own = response.l_max();
                200.0 * (own - other).abs() / (own + other)
            }),
            pair_chromaticity: pair
                .and_then(|(_, color)| color)
                .zip(white)
                .map(|(other, own)| own.distance(other)),
        })
    }
}

/// L′max of the monitor beside, cd/m².
fn l_max_of(partner: &Measurement, room: Option<f64>) -> Result<f64, EvaluationError> {
    check(partner)?;
    let own = ambient(partner)?;
    let ambient = if partner.ambient_cd_m2.is_some() { own } else { room.unwrap_or_default() };
    Ok(partner.response.last().map_or(0.0, |white| white.luminance_cd_m2) + ambient)
}

fn white_of(measurement: &Measurement) -> Option<Chromaticity> {
    measurement.response.last()?.chromaticity
}

/// The largest Δu′v′ between a gray that has a colour and white.
fn gray_tracking(measurement: &Measurement) -> Option<f64> {
    let (white, grays) = measurement.response.split_last()?;
    let white = white.chromaticity?;
    let lit = grays.iter().filter(|gray| gray.luminance_cd_m2 >= COLOR_MIN);
    lit.filter_map(|gray| gray.chromaticity).map(|gray| gray.distance(white)).max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::super::measurement::{FieldReading, PointReading};
    use super::super::profile::Profiles;
    use super::super::profile_file::parse;
    use super::super::simulated::{PanelShape, SimulatedPanel};
    use super::*;
    use crate::handwritten::Origin;

    fn panel(shape: PanelShape, ends: [f64; 2]) -> Measurement {
        let measurement = SimulatedPanel::new(shape, ends, 8).characterise(18);
        Measurement { ambient_cd_m2: Some(0.0), ..measurement }
    }

    fn shipped(name: &str) -> Profile {
        Profiles::default().get(name).cloned().expect("a shipped profile")
    }

    /// A profile that somebody has compared with its source: `[quantity];max = 1}`.
    fn confirmed(limits: &str) -> Profile {
        let text = limits.replace(';', "\n").replace('}', "\nsource = \"x\"\nconfirmed = true\n");
        parse("house", &text, &Origin::Shipped).expect("a profile")
    }

    fn evaluated(measurement: &Measurement, profile: &Profile) -> Evaluation {
        evaluate(measurement, profile, EvaluationContext::default()).expect("an evaluation")
    }

    fn check_of(evaluation: &Evaluation, quantity: Quantity) -> (Option<f64>, Verdict) {
        let check = evaluation.checks.iter().find(|check| check.quantity == quantity).expect("all are there");
        (check.value, check.verdict)
    }

    #[track_caller]
    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() < tolerance, "{found}, not {expected}");
    }

    /// Rule G-17. Numbers of gamma and sRGB are of `eval18` in Python, the same arithmetic written by somebody else.
    #[test]
    fn what_is_perfect_deviates_by_nothing_and_gamma_and_srgb_by_what_the_rule_says() {
        let deviations = |shape, ends| {
            let evaluation = evaluated(&panel(shape, ends), &shipped("diagnostic"));
            let largest = evaluation.gsdf_max_deviation_percent;
            (evaluation.levels.iter().skip(1).map(|step| step.deviation_percent).collect::<Vec<_>>(), largest)
        };
        let (_, perfect) = deviations(PanelShape::Gsdf, [1.0, 350.0]);
        assert!(perfect < 100.0 * 3e-5, "{perfect}");
        let expected = [
            -26.44, 50.93, 48.97, 34.94, 22.03, 11.37, 2.56, -4.86, -11.25, -16.83, -21.78, -26.21, -30.21,
            -33.85, -37.18, -40.24, -43.06,
        ];
        let (gamma, largest) = deviations(PanelShape::Gamma, [1.0, 350.0]);
        assert_eq!(gamma.len(), expected.len());
        for (found, expected) in gamma.iter().zip(expected) {
            near(*found, expected, 0.006);
        }
        near(largest, 50.931, 0.001);
        let (srgb, largest) = deviations(PanelShape::Srgb, [0.35, 120.0]);
        for (at, expected) in [(0, 12.35), (2, 16.98), (6, 0.68), (16, -32.19)] {
            near(srgb[at], expected, 0.006);
        }
        near(largest, 32.187, 0.001);
    }

    #[test]
    fn contrast_is_told_as_it_is_expected_and_as_it_was_measured() {
        let evaluation = evaluated(&panel(PanelShape::Gamma, [1.0, 350.0]), &shipped("diagnostic"));
        let [first, second, ..] = evaluation.levels.as_slice() else { panic!("18 levels") };
        assert_eq!((first.ddl, first.deviation_percent.to_bits(), second.ddl), (0, 0, 15));
        near(second.expected_contrast, 0.020_278_543, 1e-8);
        near(second.measured_contrast, 0.014_917_556, 1e-8);
    }

    #[test]
    fn uniform_fields_by_themselves_are_found_as_they_are_with_a_response() {
        let point = |luminance_cd_m2| PointReading { luminance_cd_m2, chromaticity: Some(Chromaticity::D65) };
        let points = [20.0, 21.0, 20.0, 22.0, 20.0, 20.0, 19.0, 20.0, 20.5].map(point).to_vec();
        let bare = panel(PanelShape::Gsdf, [1.0, 350.0]);
        let with = Measurement { fields: vec![FieldReading { level: 120, points }], ..bare.clone() };
        let profile = shipped("diagnostic");
        let whole = evaluated(&with, &profile);
        let alone = Measurement { response: Vec::new(), ..with };
        let checks = evaluate_fields(&alone, &profile).expect("fields");
        assert!(checks.len() == 3 && checks.iter().all(|check| check.value.is_some()), "{checks:?}");
        assert_eq!(evaluated(&bare, &profile).with_fields(&checks), whole);
        let broken = Measurement { fields: vec![FieldReading { level: 120, points: Vec::new() }], ..bare };
        assert!(evaluate_fields(&broken, &profile).is_err(), "a field has 5 or 9 places");
    }

    /// Rule G-9: calibrated for a dark room and looked at with 0.5 cd/m² of its light.
    #[test]
    fn light_that_a_calibration_does_not_know_costs_contrast_and_ratio() {
        let dark = panel(PanelShape::Gsdf, [0.6, 350.0]);
        let lit = Measurement { ambient_cd_m2: Some(0.5), ..dark.clone() };
        let (dark, lit) = (evaluated(&dark, &shipped("diagnostic")), evaluated(&lit, &shipped("diagnostic")));
        near(dark.ratio, 583.0, 0.5);
        near(lit.ratio, 319.0, 0.5);
        assert!(dark.gsdf_max_deviation_percent < 0.03);
        near(lit.gsdf_max_deviation_percent, 17.2, 0.05);
        near(lit.levels[1].deviation_percent, -17.2, 0.05);
        assert_eq!(check_of(&lit, Quantity::GsdfDeviation).1, Verdict::Fail);
        let told = |evaluation: &Evaluation, words: &str| {
            evaluation.findings.iter().any(|finding| finding.contains(words))
        };
        assert!(told(&lit, "Ambient light is 83 % of the darkest luminance: lower the room light"));
        assert!(told(&lit, "Contrast deviates most from level 0 to 15: -17 %"));
        assert!(told(&dark, "The luminance ratio is 583, above 450") && !told(&lit, "above 450"));
        // 0.5 of 0.6 is more than two thirds.
        assert_eq!(check_of(&lit, Quantity::AmbientRatio).1, Verdict::Fail);
    }

    /// Rule G-32.
    #[test]
    fn what_nobody_measured_is_never_passed() {
        let all = "[gsdf-deviation];max = 10}[l-max];min = 350}[l-min];min = 1}[ratio];min = 250}[ambient-ratio];max = 0.667}\
                   [uniformity-mld];max = 30}[uniformity-ludm];max = 15}[chromaticity-across];max = 0.01}[white];max = 0.01}\
                   [gray-tracking];max = 0.01}[pair-l-max];max = 10}[pair-chromaticity];max = 0.01}[pixel-pitch];max = 0.2}";
        let profile = confirmed(all);
        let evaluation = evaluated(&panel(PanelShape::Gsdf, [1.05, 351.0]), &profile);
        let verdicts: Vec<Verdict> = evaluation.checks.iter().map(|check| check.verdict).collect();
        assert_eq!(verdicts, [[Verdict::Pass; 5].as_slice(), &[Verdict::NotMeasured; 8]].concat());
        assert_eq!(evaluation.verdict, Verdict::Pass);
        let not_measured = evaluation.findings.iter().find(|finding| finding.starts_with("Not measured"));
        assert!(
            not_measured.is_some_and(
                |finding| finding.contains("Uniformity (MLD)") && finding.contains("Pixel pitch")
            )
        );
        // Nobody measured ambient light: what rests on it is indicative, and the ratio to it is not known.
        let blind = Measurement { ambient_cd_m2: None, ..panel(PanelShape::Gsdf, [1.05, 351.0]) };
        let evaluation = evaluated(&blind, &profile);
        let verdicts: Vec<Verdict> = evaluation.checks.iter().map(|check| check.verdict).collect();
        assert_eq!(verdicts, [[Verdict::Indicative; 4].as_slice(), &[Verdict::NotMeasured; 9]].concat());
        assert_eq!(evaluation.verdict, Verdict::Indicative);
        assert!(
            evaluation.findings.iter().any(|finding| finding.starts_with("Ambient light was not measured"))
        );
    }

    #[test]
    fn within_a_limit_that_nobody_confirmed_is_indicative_and_beyond_it_fails() {
        let evaluation = evaluated(&panel(PanelShape::Gsdf, [1.05, 351.0]), &shipped("diagnostic"));
        assert_eq!(check_of(&evaluation, Quantity::GsdfDeviation).1, Verdict::Pass);
        assert_eq!(check_of(&evaluation, Quantity::LMax).1, Verdict::Indicative);
        assert_eq!(evaluation.verdict, Verdict::Indicative);
        assert!(
            evaluation
                .findings
                .iter()
                .any(|finding| finding.contains("L′max") && finding.contains("indicative"))
        );
        let dim = evaluated(&panel(PanelShape::Gsdf, [1.0, 340.0]), &shipped("diagnostic"));
        assert_eq!((check_of(&dim, Quantity::LMax).1, dim.verdict), (Verdict::Fail, Verdict::Fail));
        // Without a limit a value is told, and the verdict does not rest on it.
        let bare =
            evaluated(&panel(PanelShape::Gsdf, [1.0, 340.0]), &confirmed("[gsdf-deviation];max = 10}"));
        assert_eq!((check_of(&bare, Quantity::LMax).1, bare.verdict), (Verdict::Indicative, Verdict::Pass));
        // Eleven levels are fewer than the limit is meant for.
        let coarse = SimulatedPanel::new(PanelShape::Gsdf, [1.05, 351.0], 8).characterise(11);
        let coarse = Measurement { ambient_cd_m2: Some(0.0), ..coarse };
        let coarse = evaluated(&coarse, &confirmed("[gsdf-deviation];max = 10}"));
        assert_eq!(coarse.verdict, Verdict::Indicative);
        assert!(coarse.findings.iter().any(|finding| finding.contains("11 levels")));
    }

    #[test]
    fn colours_are_held_against_daylight_against_white_and_against_the_monitor_beside() {
        let mut own = panel(PanelShape::Gsdf, [1.0, 350.0]);
        let Chromaticity { u, v } = Chromaticity::D65;
        for reading in &mut own.response {
            // Dark levels are far off, and do not count.
            let off = if reading.luminance_cd_m2 < 5.0 { 0.2 } else { 0.003 };
            reading.chromaticity = Some(Chromaticity { u: u + off, v });
        }
        let white = own.response.last_mut().expect("white");
        white.chromaticity = Some(Chromaticity { u, v: v + 0.004 });
        let mut other = panel(PanelShape::Gsdf, [1.0, 385.0]);
        other.ambient_cd_m2 = None;
        other.response.last_mut().expect("white").chromaticity = Some(Chromaticity { u, v: v - 0.002 });
        let point = |shift: f64| PointReading {
            luminance_cd_m2: 100.0 + 100.0 * shift,
            chromaticity: Some(Chromaticity { u: u + shift, v }),
        };
        own.fields =
            vec![FieldReading { level: 128, points: [0.0, 0.01, 0.02, 0.0, 0.0].map(point).to_vec() }];
        let context = EvaluationContext { pair: Some(&other), pixel_mm: Some(0.165), table: None };
        let evaluation = evaluate(&own, &shipped("diagnostic"), context).expect("an evaluation");
        let value = |quantity| check_of(&evaluation, quantity).0.expect("it was measured");
        near(value(Quantity::White), 0.004, 1e-9);
        near(value(Quantity::GrayTracking), 0.005, 1e-9);
        near(value(Quantity::PairChromaticity), 0.006, 1e-9);
        near(value(Quantity::ChromaticityAcross), 0.02, 1e-9);
        near(value(Quantity::UniformityMld), 200.0 * 2.0 / 202.0, 1e-9);
        // 200 · 35 / 735.
        near(value(Quantity::PairLMax), 9.524, 0.01);
        near(value(Quantity::PixelPitch), 0.165, 1e-9);
        assert_eq!(check_of(&evaluation, Quantity::UniformityLudm).1, Verdict::NotMeasured);
    }

    #[test]
    fn what_is_no_measurement_is_refused_with_its_place() {
        let good = panel(PanelShape::Gsdf, [1.0, 350.0]);
        let words = |measurement: &Measurement, context: EvaluationContext<'_>| {
            evaluate(measurement, &shipped("diagnostic"), context).expect_err("refused").to_string()
        };
        let mut strange = good.clone();
        strange.response[4].chromaticity = Some(Chromaticity { u: f64::NAN, v: 0.4 });
        assert!(words(&strange, EvaluationContext::default()).starts_with("level 60 has a colour"));
        for mm in [0.0, -0.2, f64::NAN, f64::INFINITY] {
            let context = EvaluationContext { pixel_mm: Some(mm), ..EvaluationContext::default() };
            assert!(words(&good, context).starts_with("a pixel of "), "{mm}");
        }
        let mut short = good.clone();
        short.response.remove(3);
        let context = EvaluationContext { pair: Some(&short), ..EvaluationContext::default() };
        assert!(words(&good, context).starts_with("the paired monitor: there are 17 levels"));
    }
}
