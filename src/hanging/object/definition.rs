//! For which studies a protocol is. PS3.3 C.23.1.

use dicom_dictionary_std::tags;

use crate::dicom::{Attributes, Tag, Writer};

use super::super::pattern::Pattern;
use super::super::protocol::{Condition, Protocol};
use super::super::regions::{code_of, part_of};
use super::terms::{MODALITIES, are_all_modalities, are_codes};
use super::{ImportError, Notes, items, optional_items};

/// So many kinds of studies, or codes of one kind, at most.
const ITEMS_MAX: usize = 200;

/// The longest Code Value and Coding Scheme Designator, SH.
const CODE_MAX: usize = 16;

/// Hanging Protocol Definition Sequence: an item for each modality and side.
pub(super) fn put(protocol: &Protocol, notes: &mut Notes) -> Vec<Writer> {
    let (mut modalities, mut sides): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut regions, mut procedures, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    let not_codes = "DICOM's words have up to 16 capitals, digits and underscores";
    for condition in &protocol.when {
        let path = ["when", condition.key()];
        match condition {
            Condition::Modality(words) if are_codes(words) => modalities.clone_from(words),
            Condition::Laterality(words) if are_codes(words) => sides.clone_from(words),
            Condition::Modality(_) | Condition::Laterality(_) => notes.key(&path, not_codes),
            Condition::BodyPart(words) => {
                for word in words {
                    match code_of(word) {
                        Some(region) => regions.push(region),
                        None => notes
                            .key(&path, &format!("{word} has no code in PS3.16 CID 4 that is known here")),
                    }
                }
            }
            Condition::Procedure(patterns) => {
                let why = "DICOM knows procedures by their short codes alone";
                procedures = short_codes(patterns, || notes.key(&path, why));
            }
            Condition::Reason(patterns) => {
                let why = "DICOM knows reasons by their short codes alone";
                reasons = short_codes(patterns, || notes.key(&path, why));
            }
            Condition::DisplaySets(_) => notes.key(&path, "DICOM does not count what hangs"),
            Condition::Tags(_) => notes.key(&path, "DICOM does not ask for attributes of a study"),
            Condition::Prior(_) => notes.key(&path, "DICOM does not ask whether there is a prior"),
        }
    }
    if !protocol.unless.is_empty() {
        notes.key(&["when", "unless"], "DICOM says what a protocol is for, not what it is not for");
    }
    if modalities.is_empty() {
        // An item names a modality or a region: all of them are as good as none.
        let all = MODALITIES.iter().map(|&modality| modality.to_owned());
        modalities = if regions.is_empty() { all.collect() } else { vec![String::new()] };
    }
    if !sides.is_empty() && regions.is_empty() {
        notes.key(&["when", "laterality"], "DICOM names a side beside a part of the body alone");
        sides.clear();
    }
    if sides.is_empty() {
        sides.push(String::new());
    }
    let pairs = modalities.iter().flat_map(|modality| sides.iter().map(move |side| (modality, side)));
    let item = |(modality, side): (&String, &String)| {
        let mut item = Writer::item();
        if !modality.is_empty() {
            item = item.text(tags::MODALITY, modality);
        }
        if !regions.is_empty() {
            let regions = regions.iter().map(|(value, meaning)| code(value, "SCT", meaning));
            item = item.sequence(tags::ANATOMIC_REGION_SEQUENCE, regions).text(tags::LATERALITY, side);
        }
        let coded = |(value, scheme): &(&str, &str)| code(value, scheme, value);
        item.sequence(tags::PROCEDURE_CODE_SEQUENCE, procedures.iter().map(coded))
            .sequence(tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, reasons.iter().map(coded))
    };
    pairs.map(item).collect()
}

/// The codes among patterns that are short enough; each other one is told.
fn short_codes(patterns: &[Pattern], mut tell: impl FnMut()) -> Vec<(&str, &str)> {
    let mut codes = Vec::new();
    for pattern in patterns {
        match pattern {
            Pattern::Code { value, scheme }
                if value.chars().count() <= CODE_MAX && scheme.chars().count() <= CODE_MAX =>
            {
                codes.push((value.as_str(), scheme.as_str()));
            }
            _ => tell(),
        }
    }
    codes
}

fn code(value: &str, scheme: &str, meaning: &str) -> Writer {
    Writer::item()
        .text(tags::CODE_VALUE, value)
        .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
        .text(tags::CODE_MEANING, meaning)
}

/// What all items of the definition say, each key for itself.
pub(super) fn read(at: &Attributes<'_>, notes: &mut Notes) -> Result<Vec<Condition>, ImportError> {
    let (mut modalities, mut parts) = (Vec::new(), Vec::new());
    let (mut sides, mut procedures, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for item in items(at, tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE, ITEMS_MAX)? {
        let word = |tag| item.text(tag).map(|word| word.to_uppercase()).into_iter().collect::<Vec<_>>();
        modalities.push(word(tags::MODALITY));
        sides.push(word(tags::LATERALITY));
        parts.push(read_regions(&item, notes)?);
        procedures.push(read_codes(&item, tags::PROCEDURE_CODE_SEQUENCE, notes)?);
        reasons.push(read_codes(&item, tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, notes)?);
    }
    let texts = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    let count = distinct(&(0..modalities.len()).collect::<Vec<_>>(), |&at| {
        (&modalities[at], &sides[at], &parts[at], texts(&procedures[at]), texts(&reasons[at]))
    });
    let product = distinct(&modalities, Vec::clone)
        * distinct(&sides, Vec::clone)
        * distinct(&parts, Vec::clone)
        * distinct(&procedures, Vec::clone)
        * distinct(&reasons, Vec::clone);
    if count < product {
        let why = "its items name combinations; here each word goes with each other's";
        notes.attribute(tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE, why);
    }
    let modalities = union(&modalities, tags::MODALITY, notes).filter(|words| !are_all_modalities(words));
    let conditions = [
        modalities.map(Condition::Modality),
        union(&parts, tags::ANATOMIC_REGION_SEQUENCE, notes).map(Condition::BodyPart),
        union(&sides, tags::LATERALITY, notes).map(Condition::Laterality),
        union(&procedures, tags::PROCEDURE_CODE_SEQUENCE, notes).map(Condition::Procedure),
        union(&reasons, tags::REASON_FOR_REQUESTED_PROCEDURE_CODE_SEQUENCE, notes).map(Condition::Reason),
    ];
    Ok(conditions.into_iter().flatten().collect())
}

/// How many different values there are.
fn distinct<T, K: PartialEq>(values: &[T], key: impl Fn(&T) -> K) -> usize {
    let mut keys: Vec<K> = Vec::new();
    for value in values {
        let key = key(value);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.len()
}

/// What items say together; nothing where one says nothing, since that one is for all.
fn union<T: Clone + PartialEq>(said: &[Vec<T>], tag: Tag, notes: &mut Notes) -> Option<Vec<T>> {
    if said.iter().any(Vec::is_empty) {
        if said.iter().any(|values| !values.is_empty()) {
            notes.attribute(tag, "not every item of the definition names it, so that none is asked for");
        }
        return None;
    }
    let mut all: Vec<T> = Vec::new();
    for value in said.iter().flatten() {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    Some(all)
}

fn read_regions(item: &Attributes<'_>, notes: &mut Notes) -> Result<Vec<String>, ImportError> {
    let mut parts = Vec::new();
    for region in optional_items(item, tags::ANATOMIC_REGION_SEQUENCE, ITEMS_MAX)? {
        let (value, scheme) = value_and_scheme(&region);
        if let Some(part) = part_of(&value, &scheme) {
            parts.push(part.to_owned());
        } else {
            let why = format!("{value} of {scheme} is no part of the body that is known here");
            notes.attribute(tags::ANATOMIC_REGION_SEQUENCE, why);
        }
    }
    Ok(parts)
}

/// The codes of a procedure or of its reason.
fn read_codes(item: &Attributes<'_>, tag: Tag, notes: &mut Notes) -> Result<Vec<Pattern>, ImportError> {
    let mut patterns = Vec::new();
    for coded in optional_items(item, tag, ITEMS_MAX)? {
        let (value, scheme) = value_and_scheme(&coded);
        match Pattern::parse(&format!("code:{value}@{scheme}")) {
            Ok(pattern) if !value.contains('@') => patterns.push(pattern),
            _ => notes.attribute(tag, "a code without value and scheme is left out"),
        }
    }
    Ok(patterns)
}

fn value_and_scheme(item: &Attributes<'_>) -> (String, String) {
    let text = |tag| item.text(tag).unwrap_or_default();
    (text(tags::CODE_VALUE), text(tags::CODING_SCHEME_DESIGNATOR))
}
