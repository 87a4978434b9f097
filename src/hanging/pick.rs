//! Which display set is meant, and why no other.

use std::cmp::Ordering;

use crate::dicom::{StudyUid, day_number};
use crate::study::DisplaySetId;

use super::facts::{SetFacts, StudyFacts};
use super::protocol::{FromStudy, PickCondition, Plane, Prefer, PriorRule, Same, SetRule, Span};
use super::regions::are_alike;

/// A display set that was picked, or why there is none.
pub(super) type Picked<'a> = Result<(&'a StudyFacts, &'a SetFacts, String), NotPicked>;

/// Why there is no display set.
#[derive(Debug, Clone)]
pub(super) struct NotPicked {
    /// A sentence.
    pub(super) why: String,
    /// The study that may have one when it comes; none where there will be none.
    pub(super) coming: Option<StudyUid>,
}

impl From<String> for NotPicked {
    fn from(why: String) -> Self {
        Self { why, coming: None }
    }
}

/// Finds the set of a rule. `priors` are of the same patient, the most relevant first; `taken` are sets that it is other than.
pub(super) fn pick<'a>(
    rule: &SetRule,
    current: &'a StudyFacts,
    priors: &[&'a StudyFacts],
    taken: &[&DisplaySetId],
) -> Picked<'a> {
    let study = match &rule.from {
        FromStudy::Current => current,
        FromStudy::Prior(prior) => find_prior(prior, current, priors)?,
    };
    if let Some(coming) = &study.coming {
        return Err(NotPicked { why: coming.why.clone(), coming: Some(study.uid.clone()) });
    }
    let mut candidates: Vec<&SetFacts> = Vec::new();
    let mut last_why = None;
    for set in &study.sets {
        let is_taken = || taken.contains(&&set.id).then(|| "another set has it".to_owned());
        match unfit(&rule.pick, set).or_else(is_taken) {
            None => candidates.push(set),
            Some(why) => last_why = Some(why),
        }
    }
    let whose = if std::ptr::eq(study, current) { "the study" } else { "the prior" };
    // Stable, and then by what no two sets share: the same studies hang in the same way, in whatever order they came.
    candidates.sort_by(|a, b| {
        let preferred = rule.prefer.iter().map(|prefer| compare(*prefer, a, b)).find(|order| order.is_ne());
        preferred.unwrap_or_else(|| {
            (a.number.unwrap_or(i64::MAX), &a.id).cmp(&(b.number.unwrap_or(i64::MAX), &b.id))
        })
    });
    match candidates.as_slice() {
        [] if study.sets.len() == 1 => {
            let why = last_why.unwrap_or_else(|| "it cannot hang".to_owned());
            Err(format!("the only series of {whose} does not fit: {why}").into())
        }
        [] => Err(format!("none of the {} series of {whose} fits", study.sets.len()).into()),
        [only] => Ok((study, only, format!("the only one of {whose} that fits"))),
        [best, second, ..] => {
            let told = rule.prefer.iter().find(|prefer| compare(**prefer, best, second).is_ne());
            let name = |prefer: &Prefer| {
                Prefer::NAMES.iter().find(|(_, known)| known == prefer).map_or("", |(name, _)| name)
            };
            let why = told.map_or_else(
                || "the first by number".to_owned(),
                |prefer| format!("preferred as {}", name(prefer)),
            );
            Ok((study, best, format!("one of {} of {whose} that fit, {why}", candidates.len())))
        }
    }
}

fn find_prior<'a>(
    rule: &PriorRule,
    current: &StudyFacts,
    priors: &[&'a StudyFacts],
) -> Result<&'a StudyFacts, String> {
    if priors.is_empty() {
        return Err("there is no prior".to_owned());
    }
    let fits = |prior: &&&StudyFacts| {
        let age = day_number(&current.date)
            .zip(day_number(&prior.date))
            .map(|(current, prior)| i64::from(current - prior));
        let is_within = rule.within_days.is_none_or(|days| age.is_some_and(|age| age <= days));
        let is_older = rule.older_than_days.is_none_or(|days| age.is_some_and(|age| age >= days));
        is_within && is_older && rule.same.iter().all(|same| is_same(*same, prior, current))
    };
    let mut fitting = priors.iter().filter(fits);
    fitting.nth(rule.nth - 1).copied().ok_or_else(|| {
        let count = priors.iter().filter(fits).count();
        format!("{count} of {} priors fit, and number {} is wanted", priors.len(), rule.nth)
    })
}

fn is_same(same: Same, prior: &StudyFacts, current: &StudyFacts) -> bool {
    let shares = |a: Vec<&str>, b: Vec<&str>| a.iter().any(|word| b.contains(word));
    match same {
        Same::Modality => shares(prior.modalities(), current.modalities()),
        Same::BodyPart => {
            let parts = current.body_parts();
            prior.body_parts().iter().any(|one| parts.iter().any(|other| are_alike(one, other)))
        }
        Same::Laterality => {
            let (a, b) = (prior.lateralities(), current.lateralities());
            a.is_empty() || b.is_empty() || a.contains(&"B") || b.contains(&"B") || shares(a, b)
        }
    }
}

/// Without a word about localizers none is taken.
fn localizer(pick: &[PickCondition], set: &SetFacts) -> Option<String> {
    let is_said = pick.iter().any(|condition| matches!(condition, PickCondition::Localizer(_)));
    (!is_said && set.is_localizer()).then(|| "it is a localizer".to_owned())
}

/// Why a display set does not fit, in words.
fn unfit(pick: &[PickCondition], set: &SetFacts) -> Option<String> {
    pick.iter().find_map(|condition| refuses(condition, set)).or_else(|| localizer(pick, set))
}

/// Why a condition does not hold, in words.
fn refuses(condition: &PickCondition, set: &SetFacts) -> Option<String> {
    let word = |what: &str, wanted: &[String], found: &str| {
        let holds = wanted.iter().any(|wanted| wanted == found);
        let shown = if found.is_empty() { "not stated" } else { found };
        (!holds).then(|| format!("its {what} is {shown}, and not {}", wanted.join(" or ")))
    };
    let number = |what: &str, span: &Span, found: Option<f64>| match found {
        Some(found) if span.holds(found) => None,
        Some(found) => Some(format!("its {what} is {found}, and not {span}")),
        None => Some(format!("its {what} is not stated")),
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of images")]
    let images = set.images as f64;
    match condition {
        PickCondition::Modality(wanted) => word("modality", wanted, &set.modality),
        PickCondition::Plane(planes) => match set.plane {
            Some(plane) if planes.contains(&plane) => None,
            Some(plane) => Some(format!("it is {}", plane.name())),
            None => Some("its images have no place".to_owned()),
        },
        PickCondition::Kernel(wanted) => word("kernel", wanted, set.kernel.unwrap_or_default()),
        PickCondition::Weighting(wanted) => word("weighting", wanted, set.weighting.unwrap_or_default()),
        PickCondition::SliceMm(span) => number("slice thickness", span, set.slice_mm),
        PickCondition::Images(span) => number("number of images", span, Some(images)),
        PickCondition::BValue(span) => number("b-value", span, set.b_value),
        PickCondition::Echo(span) => number("echo number", span, set.echo),
        PickCondition::Contrast(wanted) => (set.has_contrast != *wanted).then(|| {
            if *wanted { "no contrast agent is named" } else { "a contrast agent is named" }.to_owned()
        }),
        PickCondition::View(wanted) => word("view", wanted, &set.view),
        PickCondition::Modifier(wanted) => unmodified(wanted, &set.modifiers),
        PickCondition::Laterality(wanted) => word("side", wanted, &set.laterality),
        PickCondition::Description(patterns) => {
            let is_like = patterns.iter().any(|pattern| pattern.is_in(&set.description));
            (!is_like).then(|| "its description is another".to_owned())
        }
        PickCondition::ImageType(wanted) => {
            let holds = set.image_type.iter().any(|kind| wanted.contains(kind));
            (!holds).then(|| format!("its image type is not {}", wanted.join(" or ")))
        }
        PickCondition::Kind(kinds) => {
            (!kinds.contains(&set.kind)).then(|| format!("it is a {}", set.kind.name()))
        }
        PickCondition::Tags(rules) => {
            let not = rules.iter().find(|rule| !rule.holds(&set.hints))?;
            Some(format!("its {} is another, or not stated", not.name()))
        }
        PickCondition::Localizer(wanted) => (set.is_localizer() != *wanted)
            .then(|| if *wanted { "it is no localizer" } else { "it is a localizer" }.to_owned()),
    }
}

/// Why none of these modifies a view, in words.
fn unmodified(wanted: &[String], found: &[&str]) -> Option<String> {
    let none = [PickCondition::NO_MODIFIER];
    let found = if found.is_empty() { none.as_slice() } else { found };
    let holds = wanted.iter().any(|wanted| found.contains(&wanted.as_str()));
    (!holds).then(|| format!("its modifier is {}, and not {}", found.join(" and "), wanted.join(" or ")))
}

/// Whether a display set fits, as [`pick`] sees it.
pub(super) fn fits(pick: &[PickCondition], set: &SetFacts) -> bool {
    unfit(pick, set).is_none()
}

/// The better one is the smaller one.
pub(super) fn compare(prefer: Prefer, a: &SetFacts, b: &SetFacts) -> Ordering {
    let slice = |set: &SetFacts, unknown: f64| set.slice_mm.unwrap_or(unknown);
    let number = |set: &SetFacts, unknown: i64| set.number.unwrap_or(unknown);
    match prefer {
        Prefer::Thinnest => slice(a, f64::INFINITY).total_cmp(&slice(b, f64::INFINITY)),
        Prefer::Thickest => slice(b, 0.0).total_cmp(&slice(a, 0.0)),
        Prefer::MostImages => b.images.cmp(&a.images),
        Prefer::FewestImages => a.images.cmp(&b.images),
        Prefer::Contrast => b.has_contrast.cmp(&a.has_contrast),
        Prefer::NoContrast => a.has_contrast.cmp(&b.has_contrast),
        Prefer::Volume => {
            let is_none = |set: &SetFacts| set.kind != crate::study::DisplaySetKind::Volume;
            is_none(a).cmp(&is_none(b))
        }
        Prefer::First => number(a, i64::MAX).cmp(&number(b, i64::MAX)),
        Prefer::Last => number(b, i64::MIN).cmp(&number(a, i64::MIN)),
        Prefer::Plain => a.modifiers.len().cmp(&b.modifiers.len()),
    }
}

impl Plane {
    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, plane)| *plane == self).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Protocols;
    use super::super::protocol::Level;
    use super::super::tests::{SMALL, file, read, set, study};
    use super::*;

    const PLAIN: &[&str] = &[];
    const DISPLACED: &[&str] = &["implant_displaced"];
    const SPOT: &[&str] = &["spot_compression", "magnification"];

    fn asking(lines: &str) -> String {
        SMALL.replace("[sets.a]", &format!("[sets.a]\n{lines}"))
    }

    /// Which of views with these modifiers, from 1, a set of these lines takes, or why none.
    #[track_caller]
    fn check(lines: &str, views: &[&[&'static str]], expected: Result<i64, &str>) {
        let protocols = read(&[file("p", Level::User, &asking(lines))]);
        let protocol = protocols.get("p").expect("it is there");
        let view = |(number, modifiers): (i64, &&[&'static str])| {
            set(number, |set| set.modifiers = modifiers.to_vec())
        };
        let sets = (1..).zip(views).map(view).collect();
        let current = study("2.25.1", "20261128", "Mammography", sets);
        let picked = pick(&protocol.sets[0], &current, &[], &[]);
        let number = picked.map(|(_, set, _)| set.number).map_err(|not| not.why);
        assert_eq!(number, expected.map(Some).map_err(str::to_owned), "{lines}");
    }

    #[test]
    fn a_plain_view_comes_before_one_that_is_modified_and_this_before_one_that_is_more_so() {
        let prefer = "prefer = [\"plain\", \"last\"]";
        check(prefer, &[PLAIN, PLAIN, DISPLACED, SPOT], Ok(2));
        check(prefer, &[SPOT, DISPLACED, SPOT], Ok(2));
        check("prefer = \"last\"", &[PLAIN, SPOT], Ok(2));
    }

    #[test]
    fn modifiers_are_asked_for_by_name_and_a_plain_view_has_none() {
        check("pick = { modifier = \"none\" }\nprefer = \"last\"", &[PLAIN, DISPLACED, SPOT], Ok(1));
        check("pick = { modifier = \"magnification\" }", &[PLAIN, DISPLACED, SPOT], Ok(3));
        let either = "pick = { modifier = [\"none\", \"implant_displaced\"] }";
        check(either, &[SPOT, DISPLACED], Ok(2));
        check(
            either,
            &[SPOT],
            Err(
                "the only series of the study does not fit: its modifier is spot_compression and magnification, \
                 and not none or implant_displaced",
            ),
        );
        check(
            "pick = { modifier = \"implant_displaced\" }",
            &[PLAIN],
            Err("the only series of the study does not fit: its modifier is none, and not implant_displaced"),
        );
    }

    #[test]
    fn a_modifier_that_nobody_knows_is_told() {
        let text = asking("pick = { modifier = \"spot_compresion\" }");
        let (_, errors) = Protocols::read(&[file("p", Level::User, &text)]);
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let [told] = told.as_slice() else { panic!("{told:?}") };
        let begins = "p.toml:4:21: 'modifier' is \"spot_compresion\"; expected one of spot_compression, ";
        assert!(told.starts_with(begins) && told.contains(", other, none "), "{told}");
        assert!(told.ends_with("(did you mean 'spot_compression'?)"), "{told}");
    }
}
