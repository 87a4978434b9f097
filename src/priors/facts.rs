//! What a study shows, as far as it says: regions of the body, modalities, side.

use std::collections::{BTreeMap, BTreeSet};

use crate::dicom::folded;
use crate::study_list::Entry;

use super::rules::PriorRules;

/// Modalities whose objects are no pictures: a study that has them besides is not of them.
const NO_PICTURES: [&str; 19] = [
    "SR", "PR", "KO", "SEG", "REG", "RTSTRUCT", "RTPLAN", "RTRECORD", "RTDOSE", "DOC", "FID", "RWV", "AU",
    "ECG", "HD", "PLAN", "SMR", "STAIN", "M3D",
];

/// By what it is known which region a study shows, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    Code,
    BodyPart,
    Description,
}

impl Evidence {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Code => "by its code",
            Self::BodyPart => "by body part",
            Self::Description => "by its description",
        }
    }
}

/// What a study shows.
pub(super) struct Facts {
    /// Regions of the rules, and what the rules do not know as it is written.
    pub(super) regions: BTreeMap<String, Evidence>,
    /// It shows every region.
    pub(super) is_everywhere: bool,
    pub(super) modalities: BTreeSet<String>,
    /// Right and left.
    pub(super) sides: (bool, bool),
}

impl Facts {
    pub(super) fn of(study: &Entry, rules: &PriorRules) -> Self {
        let words = words_of(&study.study.description);
        let mut regions = BTreeMap::new();
        let mut note = |region: &str, evidence: Evidence| {
            let known = regions.entry(region.to_owned()).or_insert(evidence);
            *known = evidence.min(*known);
        };
        // A code holds a `^`; a body part is one word in capitals.
        let (codes, parts): (Vec<_>, Vec<_>) = study.body_parts.iter().partition(|part| part.contains('^'));
        for code in &codes {
            let named: Vec<_> =
                rules.regions.iter().filter(|(_, region)| region.codes.contains(code)).collect();
            for (name, _) in &named {
                note(name, Evidence::Code);
            }
            if named.is_empty() {
                note(code, Evidence::Code);
            }
        }
        if codes.is_empty() {
            for part in parts {
                let folded_part = folded(part);
                let named: Vec<_> = rules
                    .regions
                    .iter()
                    .filter(|(_, region)| region.body_parts.contains(&folded_part))
                    .collect();
                for (name, _) in &named {
                    note(name, Evidence::BodyPart);
                }
                if named.is_empty() && !folded_part.is_empty() {
                    note(part, Evidence::BodyPart);
                }
            }
            for region in described(&words, rules) {
                note(region, Evidence::Description);
            }
        }
        let is_everywhere =
            regions.keys().any(|name| rules.regions.get(name).is_some_and(|it| it.is_everywhere));
        let modalities = study.modalities.iter().map(|modality| modality.trim().to_uppercase());
        let has = |sides: &[String]| sides.iter().any(|side| words.contains(side));
        Self {
            regions,
            is_everywhere,
            modalities: modalities
                .filter(|it| !it.is_empty() && !NO_PICTURES.contains(&it.as_str()))
                .collect(),
            sides: match study.laterality.trim() {
                "R" => (true, false),
                "L" => (false, true),
                "B" => (true, true),
                _ => (has(&rules.right), has(&rules.left)),
            },
        }
    }
}

/// The words of a text, folded.
pub(super) fn words_of(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric()).map(folded).filter(|word| !word.is_empty()).collect()
}

/// Where words of the rules stand in those of a text: a short one alone, a longer one as how a word begins.
pub(super) fn places_of(phrase: &[String], words: &[String]) -> Vec<usize> {
    const SHORT: usize = 3;
    let is_word = |(said, meant): (&String, &String)| {
        if meant.chars().count() <= SHORT { said == meant } else { said.starts_with(meant.as_str()) }
    };
    let windows = words.windows(phrase.len().max(1)).enumerate();
    let fits = windows.filter(|(_, window)| !phrase.is_empty() && window.iter().zip(phrase).all(is_word));
    fits.map(|(place, _)| place).collect()
}

/// The regions that a description names. The longest of words that overlap counts.
fn described<'r>(words: &[String], rules: &'r PriorRules) -> BTreeSet<&'r str> {
    let phrases = rules
        .regions
        .iter()
        .flat_map(|(name, region)| region.words.iter().map(move |phrase| (name.as_str(), phrase)));
    let mut found: Vec<(usize, usize, &str)> = phrases
        .flat_map(|(name, phrase)| {
            places_of(phrase, words)
                .into_iter()
                .map(move |place| (phrase.len(), place, name))
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_by_key(|(length, place, name)| (std::cmp::Reverse(*length), *place, *name));
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut named = BTreeSet::new();
    for (length, place, name) in found {
        // Several regions may be named by the same words: those of one length share them.
        let words = place..place + length;
        if words.clone().all(|word| taken.get(&word).is_none_or(|longer| *longer == length)) {
            taken.extend(words.map(|word| (word, length)));
            named.insert(name);
        }
    }
    named
}
