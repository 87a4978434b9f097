//! How a display set is found again: the fewest conditions that tell it from all others of its study.

use regex::escape;

use crate::hanging::facts::{SetFacts, StudyFacts};
use crate::hanging::pattern::Pattern;
use crate::hanging::pick::{compare, fits};
use crate::hanging::protocol::{PickCondition, Prefer, Span};

/// A bound that is written may be so large.
const NUMBER_MAX: f64 = 1e9;

/// How a display set is found again.
pub(super) struct Found {
    pub(super) pick: Vec<PickCondition>,
    pub(super) prefer: Option<Prefer>,
    /// From how many others of its study nothing tells it.
    pub(super) twins: usize,
}

/// How a display set is found again in a study like its own. Its modality, plane, and view with its side and what modifies it are always said, since
/// a later study may have more series; of the rest as little as tells it from the others, and a preference where that is not enough.
pub(super) fn found(set: &SetFacts, study: &StudyFacts) -> Found {
    let base = base(set);
    let others = study.sets.iter().filter(|other| other.id != set.id && fits(&base, other));
    let others: Vec<&SetFacts> = others.collect();
    // Each condition, and which of the others it does not tell from this one.
    let mut more: Vec<(PickCondition, Vec<bool>)> = Vec::new();
    for condition in more_of(set, &others, &private_words(study)) {
        let with_it = [base.as_slice(), std::slice::from_ref(&condition)].concat();
        let kept: Vec<bool> = others.iter().map(|other| fits(&with_it, other)).collect();
        if fits(&with_it, set) && kept.contains(&false) {
            more.push((condition, kept));
        }
    }
    let is_chosen = |choice: u32, place: usize| choice & (1_u32 << place) != 0;
    let left = |choice: u32| -> Vec<&SetFacts> {
        let is_left = |at: usize| {
            more.iter().enumerate().all(|(place, (_, kept))| !is_chosen(choice, place) || kept[at])
        };
        others.iter().enumerate().filter(|(at, _)| is_left(*at)).map(|(_, other)| *other).collect()
    };
    let mut choices: Vec<u32> = (0..1_u32 << more.len()).collect();
    choices.sort_by_key(|choice| (choice.count_ones(), *choice));
    let choices: Vec<(u32, Vec<&SetFacts>)> =
        choices.into_iter().map(|choice| (choice, left(choice))).collect();
    let alone = choices.iter().find(|(_, left)| left.is_empty()).map(|(choice, _)| (*choice, None, 0));
    let preferred = || {
        Prefer::NAMES.iter().find_map(|&(_, prefer)| {
            let is_best = |left: &[&SetFacts]| left.iter().all(|other| compare(prefer, set, other).is_lt());
            let (choice, _) = choices.iter().find(|(_, left)| is_best(left))?;
            Some((*choice, Some(prefer), 0))
        })
    };
    let nearest = || {
        let nearest = choices.iter().min_by_key(|(_, left)| left.len());
        nearest.map_or((0, None, 0), |(choice, left)| (*choice, None, left.len()))
    };
    let (choice, prefer, twins) = alone.or_else(preferred).unwrap_or_else(nearest);
    let chosen = more.iter().enumerate().filter(|(place, _)| is_chosen(choice, *place));
    let chosen: Vec<PickCondition> = chosen.map(|(_, (condition, _))| condition.clone()).collect();
    Found { pick: [base.as_slice(), chosen.as_slice()].concat(), prefer, twins }
}

/// What it shows, as far as it says so in words that a protocol can ask for.
fn base(set: &SetFacts) -> Vec<PickCondition> {
    let view = word(&set.view);
    let side = word(&set.laterality).filter(|_| view.is_some());
    let modifiers = Some(set.modifiers.as_slice()).filter(|_| view.is_some() && set.modality == "MG");
    let said = [
        word(&set.modality).map(PickCondition::Modality),
        set.plane.map(|plane| PickCondition::Plane(vec![plane])),
        view.map(PickCondition::View),
        side.map(PickCondition::Laterality),
        modifiers.map(modified_so),
        set.is_localizer().then_some(PickCondition::Localizer(true)),
    ];
    said.into_iter().flatten().collect()
}

/// A later study may have a spot view besides, and that is not meant by a plain one.
fn modified_so(modifiers: &[&str]) -> PickCondition {
    let plain = [PickCondition::NO_MODIFIER];
    let names = if modifiers.is_empty() { plain.as_slice() } else { modifiers };
    PickCondition::Modifier(names.iter().map(|&name| name.to_owned()).collect())
}

/// What else may tell it from others, the best first.
fn more_of(set: &SetFacts, others: &[&SetFacts], private: &[String]) -> Vec<PickCondition> {
    let class = |class: Option<&str>| class.map(|class| vec![class.to_owned()]);
    let exactly = |number: Option<f64>| {
        let number = number.filter(|number| (0.0..=NUMBER_MAX).contains(number))?;
        Some(Span { min: Some(number), max: Some(number) })
    };
    let is_of_others = |kind: &String| others.iter().any(|other| other.image_type.contains(kind));
    let own_type = set.image_type.iter().find(|kind| is_word(kind) && !is_of_others(kind));
    let described = |pattern: Pattern| PickCondition::Description(vec![pattern]);
    let said = [
        class(set.kernel).map(PickCondition::Kernel),
        class(set.weighting).map(PickCondition::Weighting),
        Some(PickCondition::Contrast(set.has_contrast)),
        word(&set.laterality).map(PickCondition::Laterality),
        exactly(set.echo).map(PickCondition::Echo),
        exactly(set.b_value).map(PickCondition::BValue),
        thickness(set, others).map(PickCondition::SliceMm),
        Some(PickCondition::Kind(vec![set.kind])),
        own_type.map(|kind| PickCondition::ImageType(vec![kind.clone()])),
        telling_word(set, others, private).map(described),
        all_letters(set, private).map(described),
    ];
    said.into_iter().flatten().collect()
}

/// From halfway to the next thinner ones to halfway to the next thicker ones.
fn thickness(set: &SetFacts, others: &[&SetFacts]) -> Option<Span> {
    let own = set.slice_mm.filter(|mm| (0.0..=NUMBER_MAX).contains(mm))?;
    let thicknesses = || others.iter().filter_map(|other| other.slice_mm);
    let below = thicknesses().filter(|mm| *mm < own).fold(f64::NEG_INFINITY, f64::max);
    let above = thicknesses().filter(|mm| *mm > own).fold(f64::INFINITY, f64::min);
    let halfway = |other: f64| {
        let middle = f64::midpoint(own, other);
        let rounded = (middle * 10.0).round() / 10.0;
        let is_between = own.min(other) < rounded && rounded < own.max(other);
        (if is_between { rounded } else { middle }).clamp(0.0, NUMBER_MAX)
    };
    let min = below.is_finite().then(|| halfway(below));
    let max = above.is_finite().then(|| halfway(above));
    (min.is_some() || max.is_some()).then_some(Span { min, max })
}

/// The word of its description that the fewest others have.
fn telling_word(set: &SetFacts, others: &[&SetFacts], private: &[String]) -> Option<Pattern> {
    let words = words(&set.description, private);
    let patterns = words.iter().filter_map(|word| Pattern::parse(word).ok());
    patterns.min_by_key(|pattern| others.iter().filter(|other| pattern.is_in(&other.description)).count())
}

/// All letters of its description in their order, and no others: tells `Chest` from `Chest lung`.
fn all_letters(set: &SetFacts, private: &[String]) -> Option<Pattern> {
    let runs = letters(&set.description);
    if runs.is_empty() || runs.iter().any(|run| private.contains(run)) {
        return None;
    }
    let runs: Vec<String> = runs.iter().map(|run| escape(run)).collect();
    Pattern::parse(&format!("/^[^a-z]*{}[^a-z]*$/i", runs.join("[^a-z]+"))).ok()
}

fn word(text: &str) -> Option<Vec<String>> {
    is_word(text).then(|| vec![text.to_owned()])
}

/// Whether it is one of DICOM's words, a code string: anything else could be somebody's name. PS3.5 6.2.
pub(super) fn is_word(text: &str) -> bool {
    let is_sign = |sign: u8| matches!(sign, b'A'..=b'Z' | b'0'..=b'9' | b'_' | b' ');
    !text.is_empty() && text.len() <= 16 && text == text.trim() && text.bytes().all(is_sign)
}

/// The words of a description that a protocol may ask for, in lower case: of letters alone, so that no date and no number is among
/// them, and none that names the patient.
pub(super) fn words(description: &str, private: &[String]) -> Vec<String> {
    let is_asked_for = |word: &&str| word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
    let words = description.split(|sign: char| !sign.is_alphanumeric()).filter(is_asked_for);
    words.map(str::to_lowercase).filter(|word| !private.contains(word)).collect()
}

/// What names the patient, in lower case; single letters do not.
pub(super) fn private_words(study: &StudyFacts) -> Vec<String> {
    let named = format!("{} {}", study.patient.name.reveal(), study.patient.id.reveal());
    letters(&named).into_iter().filter(|run| run.chars().count() > 1).collect()
}

/// The runs of letters in a text, in lower case.
fn letters(text: &str) -> Vec<String> {
    let runs = text.split(|sign: char| !sign.is_alphabetic()).filter(|run| !run.is_empty());
    runs.map(str::to_lowercase).collect()
}
