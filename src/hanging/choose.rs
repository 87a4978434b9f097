//! Which protocol wins, and why each other one does not.

use super::facts::StudyFacts;
use super::pattern::Pattern;
use super::protocol::{Condition, Protocol};
use super::regions::is_part;

/// Whether a protocol is for a study: all that held, in words; or the first thing that did not.
pub(super) fn matches(
    protocol: &Protocol,
    current: &StudyFacts,
    has_prior: bool,
) -> Result<Vec<String>, String> {
    let mut held = Vec::new();
    for condition in &protocol.when {
        held.push(holds(condition, current, has_prior)?);
    }
    let unless: Option<Vec<String>> =
        protocol.unless.iter().map(|condition| holds(condition, current, has_prior).ok()).collect();
    match unless.filter(|unless| !unless.is_empty()) {
        Some(unless) => Err(format!("it is not for those where {}", unless.join(" and "))),
        None => Ok(held),
    }
}

fn holds(condition: &Condition, current: &StudyFacts, has_prior: bool) -> Result<String, String> {
    let key = condition.key();
    let one_of = |wanted: &[String], found: &[&str]| {
        let hit = found.iter().find(|word| wanted.iter().any(|wanted| wanted == *word));
        let words = || if found.is_empty() { "not stated".to_owned() } else { found.join(", ") };
        hit.map(|word| format!("{key} is {word}"))
            .ok_or_else(|| format!("{key} is {}, and not {}", words(), wanted.join(" or ")))
    };
    let like = |patterns: &[Pattern], texts: &[String], codes: &[String]| {
        let is_like = |pattern: &&Pattern| {
            texts.iter().any(|text| pattern.is_in(text)) || codes.iter().any(|code| pattern.is_code(code))
        };
        let hit = patterns.iter().find(is_like).map(|pattern| format!("{key} is like {pattern}"));
        let all = || patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        hit.ok_or_else(|| format!("{key} is not like {}", all()))
    };
    match condition {
        Condition::Modality(wanted) => one_of(wanted, &current.modalities()),
        Condition::BodyPart(wanted) => {
            let found = current.body_parts();
            let mut pairs = wanted.iter().flat_map(|asked| found.iter().map(move |said| (asked, *said)));
            match pairs.find(|(asked, said)| is_part(asked, said)) {
                Some((asked, said)) if asked != said => Ok(format!("{key} is {said}, which is {asked}")),
                _ => one_of(wanted, &found),
            }
        }
        Condition::Laterality(wanted) => one_of(wanted, &current.lateralities()),
        Condition::Procedure(patterns) => {
            like(patterns, std::slice::from_ref(&current.description), &current.procedures)
        }
        Condition::Reason(patterns) => like(patterns, &current.hints.reasons, &current.hints.reason_codes),
        Condition::DisplaySets(span) => {
            let count = current.sets.iter().filter(|set| !set.is_localizer()).count();
            #[expect(clippy::cast_precision_loss, reason = "a count of series")]
            let is_in = span.holds(count as f64);
            if is_in {
                Ok(format!("{key} are {count}"))
            } else {
                Err(format!("{key} are {count}, and not {span}"))
            }
        }
        Condition::Tags(rules) => match rules.iter().find(|rule| !rule.holds(&current.hints)) {
            Some(rule) => Err(format!("it is not so that {rule}")),
            None => Ok(rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")),
        },
        Condition::Prior(wanted) => match (has_prior, has_prior == *wanted) {
            (true, true) => Ok("there is a prior".to_owned()),
            (false, true) => Ok("there is no prior".to_owned()),
            (true, false) => Err("there is a prior".to_owned()),
            (false, false) => Err("there is no prior".to_owned()),
        },
    }
}
