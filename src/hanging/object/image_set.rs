//! Sets of a protocol as image sets: what is asked of them, and of which study they are. PS3.3 C.23.1.

use dicom_dictionary_std::tags;

use crate::dicom::{Attributes, Tag, Writer};

use super::super::protocol::{FromStudy, PickCondition, PriorRule, SetRule};
use super::selector::{self, Said, said};
use super::terms::fitted;
use super::{ImportError, Notes, items, name_of, required, required_integer};

/// A protocol has so many image sets at most.
const SETS_MAX: usize = 200;

/// From when an image set without an end is: more days than anybody lives.
const DAYS_MAX: u16 = u16::MAX;

/// The longest Image Set Label (0072,0040), LO.
const LABEL_MAX: usize = 64;

/// Our files count so many priors.
const PRIORS_MAX: i64 = 50;

/// A set as an image set of this number.
pub(super) fn put(set: &SetRule, number: u16, notes: &mut Notes) -> Writer {
    let mut selectors = Vec::new();
    for condition in &set.pick {
        match said(condition) {
            Said::Selector(item) => selectors.push(item),
            Said::Filter(_) => {}
            Said::Not(why) => notes.key(&["sets", &set.name, "pick", condition.key()], why),
        }
    }
    if selectors.is_empty() {
        selectors.push(selector::any_modality());
    }
    if !set.prefer.is_empty() {
        let why = "DICOM shows all images that fit, and prefers none";
        notes.key(&["sets", &set.name, "prefer"], why);
    }
    if !set.other_than.is_empty() {
        notes.key(&["sets", &set.name, "other_than"], "DICOM does not compare image sets with each other");
    }
    if set.is_optional {
        notes.key(&["sets", &set.name, "optional"], "DICOM has no image sets that may be absent");
    }
    let (label, is_whole) = fitted(&set.name, LABEL_MAX);
    if !is_whole {
        notes.key(&["sets", &set.name], "the name is shortened, or loses letters that DICOM does not allow");
    }
    let of_study = from(&set.name, &set.from, notes).number(tags::IMAGE_SET_NUMBER, number);
    Writer::item()
        .sequence(tags::IMAGE_SET_SELECTOR_SEQUENCE, selectors)
        .sequence(tags::TIME_BASED_IMAGE_SETS_SEQUENCE, [of_study.text(tags::IMAGE_SET_LABEL, &label)])
}

/// The filters that each display set of a set needs; without a word on localizers none passes.
pub(super) fn filters(set: &SetRule) -> Vec<Writer> {
    let filter = |condition| match said(condition) {
        Said::Filter(item) => Some(item),
        Said::Selector(_) | Said::Not(_) => None,
    };
    let mut filters: Vec<Writer> = set.pick.iter().filter_map(filter).collect();
    if !set.pick.iter().any(|condition| matches!(condition, PickCondition::Localizer(_))) {
        filters.push(selector::localizer(false));
    }
    filters
}

/// How many priors a set looks back.
pub(super) fn priors(set: &SetRule) -> u16 {
    match &set.from {
        FromStudy::Current => 0,
        FromStudy::Prior(rule) => u16::try_from(rule.nth).unwrap_or(u16::MAX),
    }
}

fn from(name: &str, from: &FromStudy, notes: &mut Notes) -> Writer {
    let relative = |from: u16, to: u16| {
        Writer::item()
            .text(tags::IMAGE_SET_SELECTOR_CATEGORY, "RELATIVE_TIME")
            .words(tags::RELATIVE_TIME, &[from, to])
            .text(tags::RELATIVE_TIME_UNITS, "DAYS")
    };
    let FromStudy::Prior(rule) = from else { return relative(0, 0) };
    let key = |key| ["sets", name, "from", "prior", key];
    if !rule.same.is_empty() {
        notes.key(&key("same"), "DICOM does not compare a prior with the study that is read");
    }
    if rule.within_days.is_none() && rule.older_than_days.is_none() {
        let nth = i16::try_from(rule.nth).unwrap_or(i16::MAX);
        return Writer::item()
            .text(tags::IMAGE_SET_SELECTOR_CATEGORY, "ABSTRACT_PRIOR")
            .shorts(tags::ABSTRACT_PRIOR_VALUE, &[nth, nth]);
    }
    if rule.nth != 1 {
        notes.key(&key("nth"), "DICOM counts priors or asks for their age, not both");
    }
    let days = |days: i64| u16::try_from(days).unwrap_or(DAYS_MAX);
    // A prior is of an earlier day: one day is no condition.
    let least = rule.older_than_days.map_or(1, days).max(1);
    relative(least, rule.within_days.map_or(DAYS_MAX, days).max(least))
}

/// An image set of an object.
pub(super) struct ImageSet {
    /// Image Set Number.
    pub(super) number: i64,
    /// The set that it is without the filters of a display set.
    pub(super) set: SetRule,
}

/// Reads all image sets, in the order of their numbers.
pub(super) fn read_all(at: &Attributes<'_>, notes: &mut Notes) -> Result<Vec<ImageSet>, ImportError> {
    let mut sets: Vec<ImageSet> = Vec::new();
    for item in items(at, tags::IMAGE_SETS_SEQUENCE, SETS_MAX)? {
        items(&item, tags::IMAGE_SET_SELECTOR_SEQUENCE, SETS_MAX)?;
        let pick = selector::read(&item, tags::IMAGE_SET_SELECTOR_SEQUENCE, notes)?;
        for of_study in items(&item, tags::TIME_BASED_IMAGE_SETS_SEQUENCE, SETS_MAX)? {
            let number = required_integer(&of_study, tags::IMAGE_SET_NUMBER)?;
            if sets.iter().any(|other| other.number == number) {
                let found = format!("{number} twice");
                return Err(ImportError::wrong(
                    tags::IMAGE_SET_NUMBER,
                    &found,
                    "a number for each image set",
                ));
            }
            let from = read_from(&of_study, notes)?;
            let label = of_study.text(tags::IMAGE_SET_LABEL).unwrap_or_else(|| format!("set_{number}"));
            let name = unused(&label, |name| sets.iter().any(|other| other.set.name == name));
            let (pick, other_than, prefer) = (pick.clone(), Vec::new(), Vec::new());
            let set = SetRule { name, from, pick, other_than, prefer, is_optional: false };
            sets.push(ImageSet { number, set });
        }
        if sets.len() > SETS_MAX {
            let attribute = name_of(tags::TIME_BASED_IMAGE_SETS_SEQUENCE);
            return Err(ImportError::TooMany { attribute, count: sets.len(), most: SETS_MAX });
        }
    }
    sets.sort_by_key(|set| set.number);
    Ok(sets)
}

/// A name, with a number behind it where it is taken.
pub(super) fn unused(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number: u32| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

fn read_from(item: &Attributes<'_>, notes: &mut Notes) -> Result<FromStudy, ImportError> {
    match required(item, tags::IMAGE_SET_SELECTOR_CATEGORY)?.as_str() {
        "RELATIVE_TIME" => read_time(item, notes),
        "ABSTRACT_PRIOR" => read_prior(item, notes),
        other => {
            let expected = "RELATIVE_TIME or ABSTRACT_PRIOR";
            Err(ImportError::wrong(tags::IMAGE_SET_SELECTOR_CATEGORY, other, expected))
        }
    }
}

/// Two whole numbers.
fn pair(item: &Attributes<'_>, tag: Tag) -> Result<[i64; 2], ImportError> {
    let values = item.decimals(tag).ok_or_else(|| ImportError::missing(tag))?;
    #[expect(clippy::cast_possible_truncation, reason = "numbers of 16 bits; all else saturates")]
    let whole: Vec<i64> = values.iter().map(|value| *value as i64).collect();
    <[i64; 2]>::try_from(whole).map_err(|wrong| {
        ImportError::wrong(tag, &format!("{} values", wrong.len()), "two values, from and to")
    })
}

fn read_time(item: &Attributes<'_>, notes: &mut Notes) -> Result<FromStudy, ImportError> {
    let [from, to] = pair(item, tags::RELATIVE_TIME)?;
    let unit = required(item, tags::RELATIVE_TIME_UNITS)?;
    let seconds = match unit.as_str() {
        "SECONDS" => 1,
        "MINUTES" => 60,
        "HOURS" => 3_600,
        "DAYS" => 86_400,
        "WEEKS" => 7 * 86_400,
        "MONTHS" => 30 * 86_400,
        "YEARS" => 365 * 86_400,
        other => {
            let expected = "SECONDS, MINUTES, HOURS, DAYS, WEEKS, MONTHS or YEARS";
            return Err(ImportError::wrong(tags::RELATIVE_TIME_UNITS, other, expected));
        }
    };
    if from < 0 || to < from {
        let found = format!("{from} to {to}");
        return Err(ImportError::wrong(tags::RELATIVE_TIME, &found, "a time and a longer one"));
    }
    if from == 0 {
        if to != 0 {
            let why = "a window from now on is of the study that is read alone: its priors are another set";
            notes.attribute(tags::RELATIVE_TIME, why);
        }
        return Ok(FromStudy::Current);
    }
    let is_open = unit == "DAYS" && to == i64::from(DAYS_MAX);
    let days = |count: i64| count.saturating_mul(seconds) / 86_400;
    if [from, to].iter().any(|count| count.saturating_mul(seconds) % 86_400 != 0) {
        notes.attribute(tags::RELATIVE_TIME_UNITS, format!("{unit}: priors are as old as whole days here"));
    }
    Ok(FromStudy::Prior(PriorRule {
        nth: 1,
        within_days: (!is_open).then(|| days(to).max(1)),
        older_than_days: Some(days(from)).filter(|least| *least > 1),
        same: Vec::new(),
    }))
}

fn read_prior(item: &Attributes<'_>, notes: &mut Notes) -> Result<FromStudy, ImportError> {
    let prior = |nth| PriorRule { nth, within_days: None, older_than_days: None, same: Vec::new() };
    if item.has(tags::ABSTRACT_PRIOR_CODE_SEQUENCE) && !item.has(tags::ABSTRACT_PRIOR_VALUE) {
        let why = "priors have no names here: the most relevant one is taken";
        notes.attribute(tags::ABSTRACT_PRIOR_CODE_SEQUENCE, why);
        return Ok(FromStudy::Prior(prior(1)));
    }
    let [first, last] = pair(item, tags::ABSTRACT_PRIOR_VALUE)?;
    // -1 is the oldest.
    if first == -1 {
        notes.attribute(tags::ABSTRACT_PRIOR_VALUE, "the oldest prior has no name here: the first is taken");
        return Ok(FromStudy::Prior(prior(1)));
    }
    let nth = usize::try_from(first).ok().filter(|nth| *nth > 0 && first <= PRIORS_MAX);
    let nth = nth.ok_or_else(|| {
        let expected = format!("the number of a prior, from 1 to {PRIORS_MAX}, or -1 for the oldest");
        ImportError::wrong(tags::ABSTRACT_PRIOR_VALUE, &first.to_string(), &expected)
    })?;
    if last != first {
        notes.attribute(tags::ABSTRACT_PRIOR_VALUE, "a set is of one prior here: the first is taken");
    }
    Ok(FromStudy::Prior(prior(nth)))
}
