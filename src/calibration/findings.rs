//! What a physicist should know of a measurement or do, a sentence each.

use super::evaluation::{Check, ContrastStep, Quantity, Verdict};
use super::measurement::Measurement;
use super::profile::Profile;
use super::response::LEVELS;

/// Brighter ratios are no better: the eye stays adapted to one luminance. Rule G-18.
const RATIO_MAX: f64 = 450.0;

/// Ambient light should be no more of the darkest luminance. Rule G-9.
const AMBIENT_RATIO_TARGET: f64 = 0.25;

/// How sentences begin that uniform fields change which were measured later.
const NO_FIELDS: &str = "Uniformity was not measured";
const NOT_MEASURED: &str = "Not measured, and so not passed: ";
const NOT_COMPARED: &str = "Nobody has compared these limits";

/// What sentences are made of.
pub(super) struct Facts<'a> {
    pub(super) measurement: &'a Measurement,
    pub(super) profile: &'a Profile,
    pub(super) checks: &'a [Check],
    pub(super) levels: &'a [ContrastStep],
    /// L′max over L′min.
    pub(super) ratio: f64,
    /// Of 256.
    pub(super) grays: Option<u16>,
    /// Whether the levels have a table.
    pub(super) has_table: bool,
}

pub(super) fn findings(facts: &Facts<'_>) -> Vec<String> {
    let sentences = [
        ambient(facts),
        ratio(facts),
        contrast(facts),
        levels(facts),
        uniformity(facts),
        grays(facts),
        not_measured(facts.checks),
        not_confirmed(&facts.profile.name, facts.checks),
        origin(facts),
    ];
    sentences.into_iter().flatten().collect()
}

/// The sentences on a response, with what uniform fields change in them that were measured later; these are among the checks.
pub(super) fn findings_with_fields(findings: &[String], profile: &str, checks: &[Check]) -> Vec<String> {
    let stays = |sentence: &&String| {
        ![NO_FIELDS, NOT_MEASURED, NOT_COMPARED].iter().any(|begin| sentence.starts_with(begin))
    };
    let stay = findings.iter().filter(stays).cloned();
    stay.chain(not_measured(checks)).chain(not_confirmed(profile, checks)).collect()
}

impl Facts<'_> {
    fn check(&self, quantity: Quantity) -> Option<&Check> {
        self.checks.iter().find(|check| check.quantity == quantity)
    }
}

/// The names of quantities, with commas between; none where there are none.
fn names(checks: &[Check], is_meant: impl Fn(&Check) -> bool) -> Option<String> {
    let meant = checks.iter().filter(|check| is_meant(check));
    let names: Vec<&str> = meant.map(|check| check.quantity.name()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn ambient(facts: &Facts<'_>) -> Option<String> {
    let Some(ambient) = facts.measurement.ambient_cd_m2 else {
        return Some(
            "Ambient light was not measured: luminances and contrast are without it, and indicative at most. \
             Measure it with the monitor off."
                .to_owned(),
        );
    };
    let Some(share) = facts.check(Quantity::AmbientRatio).and_then(|check| check.value) else {
        return (ambient > 0.0).then(|| {
            "Level 0 gives no light of its own: how much ambient light is of it cannot be told.".to_owned()
        });
    };
    (share > AMBIENT_RATIO_TARGET).then(|| {
        format!(
            "Ambient light is {:.0} % of the darkest luminance: lower the room light, until it is {:.0} % or less.",
            100.0 * share,
            100.0 * AMBIENT_RATIO_TARGET
        )
    })
}

fn ratio(facts: &Facts<'_>) -> Option<String> {
    (facts.ratio > RATIO_MAX).then(|| {
        format!(
            "The luminance ratio is {:.0}, above {RATIO_MAX:.0}: the eye does not see the darkest grays beside the \
             brightest. Raise the luminance of black.",
            facts.ratio
        )
    })
}

fn contrast(facts: &Facts<'_>) -> Option<String> {
    facts.check(Quantity::GsdfDeviation).filter(|check| check.verdict == Verdict::Fail)?;
    let worst = facts
        .levels
        .windows(2)
        .filter_map(|pair| if let [below, here] = pair { Some((below.ddl, here)) } else { None })
        .max_by(|(_, one), (_, other)| one.deviation_percent.abs().total_cmp(&other.deviation_percent.abs()));
    worst.map(|(below, here)| {
        format!(
            "Contrast deviates most from level {below} to {}: {:+.0} % of the GSDF's. Calibrate the monitor.",
            here.ddl, here.deviation_percent
        )
    })
}

fn levels(facts: &Facts<'_>) -> Option<String> {
    let measured = facts.measurement.response.len();
    if measured < LEVELS {
        return Some(format!(
            "Contrast was judged at {measured} levels only, and is indicative at most. Measure {LEVELS}."
        ));
    }
    (measured > LEVELS).then(|| {
        format!(
            "Of {measured} levels, contrast was judged at the {} nearest to those of TG18.",
            facts.levels.len()
        )
    })
}

fn uniformity(facts: &Facts<'_>) -> Option<String> {
    let fields = &facts.measurement.fields;
    if fields.is_empty() {
        return Some(format!("{NO_FIELDS}. Measure 9 points of uniform fields."));
    }
    let has_nine = fields.iter().any(|field| field.points.len() == 9);
    (!has_nine).then(|| {
        "Uniformity was measured at 5 points, which says nothing of LUDM. Measure 9 points.".to_owned()
    })
}

fn grays(facts: &Facts<'_>) -> Option<String> {
    let kept = facts.grays?;
    let of_what = if facts.has_table { "The table keeps" } else { "A table made of this would keep" };
    let remedy = if kept < 256 { "; more bits keep more, and so does dither" } else { "" };
    Some(format!("{of_what} {kept} of 256 grays apart{remedy}."))
}

fn not_measured(checks: &[Check]) -> Option<String> {
    let names = names(checks, |check| check.verdict == Verdict::NotMeasured && check.limit.is_some())?;
    Some(format!("{NOT_MEASURED}{names}."))
}

fn not_confirmed(profile: &str, checks: &[Check]) -> Option<String> {
    let is_meant = |check: &Check| {
        check.verdict == Verdict::Indicative && check.limit.as_ref().is_some_and(|limit| !limit.is_confirmed)
    };
    let names = names(checks, is_meant)?;
    Some(format!(
        "{NOT_COMPARED} of '{profile}' with their sources, so that what is within them is indicative: {names}."
    ))
}

fn origin(facts: &Facts<'_>) -> Option<String> {
    let Profile { name, origin, .. } = facts.profile;
    origin.path()?;
    let whose = origin.kind();
    Some(format!("The limits of '{name}' are those of a file of the {whose}, not those that Hotlight ships."))
}
