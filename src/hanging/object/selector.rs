//! What is asked of a display set, as selectors of an image set and filters of a display set. PS3.3 C.23.1, C.23.3, C.23.4.

use dicom_dictionary_std::tags;

use crate::dicom::{Attributes, Tag, Writer};

use super::super::protocol::{PickCondition, Plane, Span};
use super::terms::{MODALITIES, are_all_modalities, are_codes, plane_of, plane_term};
use super::{ImportError, Notes, name_of, optional_items, required};

/// An image set has so many selectors, a display set so many filters, at most.
const CONDITIONS_MAX: usize = 100;

/// So many words or numbers are compared with, as in our files.
const VALUES_MAX: usize = 200;

/// What numbers our files can have.
const NUMBERS: std::ops::RangeInclusive<f64> = 0.0..=1e9;

/// The word of Image Type (0008,0008) that makes an image a localizer, and which value it is.
const LOCALIZER: (&str, u16) = ("LOCALIZER", 3);

/// Value Representations and the attributes that hold values of them. PS3.3 C.23.4.2.
const VALUES: [(&str, Tag); 23] = [
    ("AE", tags::SELECTOR_AE_VALUE),
    ("AS", tags::SELECTOR_AS_VALUE),
    ("AT", tags::SELECTOR_AT_VALUE),
    ("CS", tags::SELECTOR_CS_VALUE),
    ("DA", tags::SELECTOR_DA_VALUE),
    ("DS", tags::SELECTOR_DS_VALUE),
    ("DT", tags::SELECTOR_DT_VALUE),
    ("FD", tags::SELECTOR_FD_VALUE),
    ("FL", tags::SELECTOR_FL_VALUE),
    ("IS", tags::SELECTOR_IS_VALUE),
    ("LO", tags::SELECTOR_LO_VALUE),
    ("LT", tags::SELECTOR_LT_VALUE),
    ("PN", tags::SELECTOR_PN_VALUE),
    ("SH", tags::SELECTOR_SH_VALUE),
    ("SL", tags::SELECTOR_SL_VALUE),
    ("SQ", tags::SELECTOR_CODE_SEQUENCE_VALUE),
    ("SS", tags::SELECTOR_SS_VALUE),
    ("ST", tags::SELECTOR_ST_VALUE),
    ("TM", tags::SELECTOR_TM_VALUE),
    ("UI", tags::SELECTOR_UI_VALUE),
    ("UL", tags::SELECTOR_UL_VALUE),
    ("US", tags::SELECTOR_US_VALUE),
    ("UT", tags::SELECTOR_UT_VALUE),
];

/// How a condition is said.
pub(super) enum Said {
    /// By a selector of the image set.
    Selector(Writer),
    /// By a filter of each display set.
    Filter(Writer),
    /// Not at all, and why.
    Not(&'static str),
}

/// A condition as the object says it.
pub(super) fn said(condition: &PickCondition) -> Said {
    match condition {
        PickCondition::Modality(words) => words_of(tags::MODALITY, words, 1),
        PickCondition::View(words) => words_of(tags::VIEW_POSITION, words, 1),
        PickCondition::Laterality(words) => words_of(tags::IMAGE_LATERALITY, words, 1),
        // Any of its values.
        PickCondition::ImageType(words) => words_of(tags::IMAGE_TYPE, words, 0),
        PickCondition::Plane(planes) => {
            let terms: Vec<&str> = planes.iter().map(|plane| plane_term(*plane)).collect();
            let item = Writer::item()
                .text(tags::FILTER_BY_CATEGORY, "IMAGE_PLANE")
                .text(tags::SELECTOR_ATTRIBUTE_VR, "CS")
                .text(tags::SELECTOR_CS_VALUE, &terms.join("\\"))
                .text(tags::FILTER_BY_OPERATOR, "MEMBER_OF");
            Said::Filter(item)
        }
        PickCondition::SliceMm(span) => number(tags::SLICE_THICKNESS, "DS", span),
        PickCondition::BValue(span) => number(tags::DIFFUSION_B_VALUE, "FD", span),
        PickCondition::Echo(span) => number(tags::ECHO_NUMBERS, "IS", span),
        PickCondition::Contrast(is_there) => {
            let presence = if *is_there { "PRESENT" } else { "NOT_PRESENT" };
            let item = Writer::item()
                .named_tag(tags::SELECTOR_ATTRIBUTE, tags::CONTRAST_BOLUS_AGENT)
                .text(tags::FILTER_BY_ATTRIBUTE_PRESENCE, presence);
            Said::Filter(item)
        }
        PickCondition::Localizer(is_one) => Said::Filter(localizer(*is_one)),
        PickCondition::Modifier(_) => Said::Not("codes within the code of a view are not written"),
        PickCondition::Kernel(_) => Said::Not("DICOM has no classes of kernels"),
        PickCondition::Weighting(_) => Said::Not("DICOM has no classes of weightings"),
        PickCondition::Images(_) => Said::Not("DICOM does not count the images of a set"),
        PickCondition::Description(_) => {
            Said::Not("DICOM compares whole texts, not words or expressions in them")
        }
        PickCondition::Tags(_) => Said::Not("DICOM compares whole texts, and attributes one by one"),
        PickCondition::Kind(_) => Said::Not("DICOM has no volumes, stacks and films to tell apart"),
    }
}

/// The filter by which an image is a localizer, or none.
pub(super) fn localizer(is_one: bool) -> Writer {
    Writer::item()
        .named_tag(tags::SELECTOR_ATTRIBUTE, tags::IMAGE_TYPE)
        .text(tags::SELECTOR_ATTRIBUTE_VR, "CS")
        .text(tags::SELECTOR_CS_VALUE, LOCALIZER.0)
        .number(tags::SELECTOR_VALUE_NUMBER, LOCALIZER.1)
        .text(tags::FILTER_BY_OPERATOR, if is_one { "MEMBER_OF" } else { "NOT_MEMBER_OF" })
}

/// The selector that all images pass.
pub(super) fn any_modality() -> Writer {
    selector(tags::MODALITY, &MODALITIES.join("\\"), 1)
}

fn words_of(tag: Tag, words: &[String], value: u16) -> Said {
    if !are_codes(words) {
        return Said::Not("DICOM's words have up to 16 capitals, digits and underscores");
    }
    Said::Selector(selector(tag, &words.join("\\"), value))
}

/// An image that lacks the attribute does not pass, as with us.
fn selector(tag: Tag, words: &str, value: u16) -> Writer {
    Writer::item()
        .text(tags::IMAGE_SET_SELECTOR_USAGE_FLAG, "NO_MATCH")
        .named_tag(tags::SELECTOR_ATTRIBUTE, tag)
        .text(tags::SELECTOR_ATTRIBUTE_VR, "CS")
        .text(tags::SELECTOR_CS_VALUE, words)
        .number(tags::SELECTOR_VALUE_NUMBER, value)
}

fn number(tag: Tag, vr: &str, span: &Span) -> Said {
    let (operator, values) = match (span.min, span.max) {
        (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => ("MEMBER_OF", vec![min]),
        (Some(min), Some(max)) => ("RANGE_INCL", vec![min, max]),
        (Some(min), None) => ("GREATER_OR_EQUAL", vec![min]),
        (None, Some(max)) => ("LESS_OR_EQUAL", vec![max]),
        (None, None) => return Said::Not("it names no number"),
    };
    let item = Writer::item().named_tag(tags::SELECTOR_ATTRIBUTE, tag).text(tags::SELECTOR_ATTRIBUTE_VR, vr);
    let item = match vr {
        "DS" => item.decimals(tags::SELECTOR_DS_VALUE, &values),
        "FD" => item.doubles(tags::SELECTOR_FD_VALUE, &values),
        _ if values.iter().all(|value| value.fract() == 0.0 && value.abs() < f64::from(i32::MAX)) => {
            let texts: Vec<String> = values.iter().map(|value| format!("{value:.0}")).collect();
            item.text(tags::SELECTOR_IS_VALUE, &texts.join("\\"))
        }
        _ => return Said::Not("DICOM has whole numbers there"),
    };
    Said::Filter(item.number(tags::SELECTOR_VALUE_NUMBER, 1).text(tags::FILTER_BY_OPERATOR, operator))
}

/// What selectors of an image set, or filters of a display set, ask of ours.
pub(super) fn read(
    at: &Attributes<'_>,
    sequence: Tag,
    notes: &mut Notes,
) -> Result<Vec<PickCondition>, ImportError> {
    let mut pick = Vec::new();
    for item in optional_items(at, sequence, CONDITIONS_MAX)? {
        let condition = if sequence == tags::FILTER_OPERATIONS_SEQUENCE {
            filter(&item, notes)?
        } else {
            match required(&item, tags::IMAGE_SET_SELECTOR_USAGE_FLAG)?.as_str() {
                "NO_MATCH" => {}
                "MATCH" => notes.attribute(
                    tags::IMAGE_SET_SELECTOR_USAGE_FLAG,
                    "MATCH: an image that lacks the attribute does not pass here",
                ),
                other => {
                    let tag = tags::IMAGE_SET_SELECTOR_USAGE_FLAG;
                    return Err(ImportError::wrong(tag, other, "MATCH or NO_MATCH"));
                }
            }
            compared(&item, Operator::MemberOf, notes)?
        };
        if let Some(condition) = condition {
            narrow(&mut pick, condition);
        }
    }
    Ok(pick)
}

fn filter(item: &Attributes<'_>, notes: &mut Notes) -> Result<Option<PickCondition>, ImportError> {
    if let Some(category) = item.text(tags::FILTER_BY_CATEGORY) {
        if category != "IMAGE_PLANE" {
            notes.attribute(tags::FILTER_BY_CATEGORY, format!("nothing here goes by {category}"));
            return Ok(None);
        }
        return plane(item, notes);
    }
    let Some(presence) = item.text(tags::FILTER_BY_ATTRIBUTE_PRESENCE) else {
        let operator = Operator::read(item)?;
        return compared(item, operator, notes);
    };
    let is_there = match presence.as_str() {
        "PRESENT" => true,
        "NOT_PRESENT" => false,
        other => {
            let tag = tags::FILTER_BY_ATTRIBUTE_PRESENCE;
            return Err(ImportError::wrong(tag, other, "PRESENT or NOT_PRESENT"));
        }
    };
    let tag = attribute(item)?;
    if tag == tags::CONTRAST_BOLUS_AGENT {
        return Ok(Some(PickCondition::Contrast(is_there)));
    }
    notes.attribute(tag, "no set asks whether it is there");
    Ok(None)
}

fn plane(item: &Attributes<'_>, notes: &mut Notes) -> Result<Option<PickCondition>, ImportError> {
    let terms = item.texts(tags::SELECTOR_CS_VALUE);
    if terms.is_empty() {
        return Err(ImportError::missing(tags::SELECTOR_CS_VALUE));
    }
    let named: Vec<Plane> = terms.iter().filter_map(|term| plane_of(term)).collect();
    if named.len() < terms.len() {
        notes
            .attribute(tags::SELECTOR_CS_VALUE, "an oblique plane counts here as the main one nearest to it");
    }
    let all = Plane::NAMES.map(|(_, plane)| plane);
    let planes: Vec<Plane> = match Operator::read(item)? {
        Operator::MemberOf => named,
        Operator::NotMemberOf => all.into_iter().filter(|plane| !named.contains(plane)).collect(),
        _ => {
            let expected = "MEMBER_OF or NOT_MEMBER_OF for planes";
            let found = item.text(tags::FILTER_BY_OPERATOR).unwrap_or_default();
            return Err(ImportError::wrong(tags::FILTER_BY_OPERATOR, &found, expected));
        }
    };
    Ok((!planes.is_empty()).then_some(PickCondition::Plane(planes)))
}

/// Filter-by Operator (0072,0406).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    RangeIncluded,
    RangeExcluded,
    AtLeast,
    AtMost,
    Above,
    Below,
    MemberOf,
    NotMemberOf,
}

impl Operator {
    const NAMES: [(&'static str, Self); 8] = [
        ("RANGE_INCL", Self::RangeIncluded),
        ("RANGE_EXCL", Self::RangeExcluded),
        ("GREATER_OR_EQUAL", Self::AtLeast),
        ("LESS_OR_EQUAL", Self::AtMost),
        ("GREATER_THAN", Self::Above),
        ("LESS_THAN", Self::Below),
        ("MEMBER_OF", Self::MemberOf),
        ("NOT_MEMBER_OF", Self::NotMemberOf),
    ];

    fn read(item: &Attributes<'_>) -> Result<Self, ImportError> {
        let text = required(item, tags::FILTER_BY_OPERATOR)?;
        let known = Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, operator)| *operator);
        known.ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join(", ");
            ImportError::wrong(tags::FILTER_BY_OPERATOR, &text, &format!("one of {names}"))
        })
    }
}

fn attribute(item: &Attributes<'_>) -> Result<Tag, ImportError> {
    item.named_tag(tags::SELECTOR_ATTRIBUTE).ok_or_else(|| ImportError::missing(tags::SELECTOR_ATTRIBUTE))
}

/// An attribute that is compared with values.
fn compared(
    item: &Attributes<'_>,
    operator: Operator,
    notes: &mut Notes,
) -> Result<Option<PickCondition>, ImportError> {
    let tag = attribute(item)?;
    let vr = required(item, tags::SELECTOR_ATTRIBUTE_VR)?;
    let known = VALUES.iter().find(|(name, _)| *name == vr).map(|(_, value)| *value);
    let value = known.ok_or_else(|| {
        let expected = "a value representation that selectors have, such as CS";
        ImportError::wrong(tags::SELECTOR_ATTRIBUTE_VR, &vr, expected)
    })?;
    if !item.has(value) {
        return Err(ImportError::missing(value));
    }
    let word = |of: fn(Vec<String>) -> PickCondition| words(item, value).map(|words| Some(of(words)));
    let condition = match (tag, operator) {
        (tags::IMAGE_TYPE, Operator::MemberOf | Operator::NotMemberOf) => {
            let words = words(item, value)?;
            return Ok(match (words == [LOCALIZER.0], operator) {
                (true, Operator::MemberOf) => Some(PickCondition::Localizer(true)),
                // So it is where nothing is said.
                (true, _) => None,
                (false, Operator::MemberOf) => Some(PickCondition::ImageType(words)),
                (false, _) => {
                    notes.attribute(tag, "a set here asks only which words it has, not which it lacks");
                    None
                }
            });
        }
        (tags::MODALITY, Operator::MemberOf) => word(PickCondition::Modality)?,
        (tags::VIEW_POSITION, Operator::MemberOf) => word(PickCondition::View)?,
        (tags::IMAGE_LATERALITY | tags::LATERALITY | tags::FRAME_LATERALITY, Operator::MemberOf) => {
            word(PickCondition::Laterality)?
        }
        (tags::SLICE_THICKNESS, _) => numbers(item, value, operator, notes)?.map(PickCondition::SliceMm),
        (tags::DIFFUSION_B_VALUE, _) => numbers(item, value, operator, notes)?.map(PickCondition::BValue),
        (tags::ECHO_NUMBERS, _) => numbers(item, value, operator, notes)?.map(PickCondition::Echo),
        (
            tags::MODALITY
            | tags::VIEW_POSITION
            | tags::IMAGE_LATERALITY
            | tags::LATERALITY
            | tags::FRAME_LATERALITY,
            _,
        ) => {
            notes.attribute(tag, "a set here asks only which words it has, not which it lacks");
            return Ok(None);
        }
        _ => {
            notes.attribute(tag, "no set asks for it");
            return Ok(None);
        }
    };
    let says_nothing =
        matches!(&condition, Some(PickCondition::Modality(words)) if are_all_modalities(words));
    Ok(condition.filter(|_| !says_nothing))
}

/// Words, of which there is at least one.
fn words(item: &Attributes<'_>, value: Tag) -> Result<Vec<String>, ImportError> {
    let mut words: Vec<String> = Vec::new();
    for word in item.texts(value).into_iter().map(|word| word.to_uppercase()).filter(|word| !word.is_empty())
    {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        return Err(ImportError::missing(value));
    }
    if words.len() > VALUES_MAX {
        return Err(ImportError::wrong(
            value,
            &format!("{} words", words.len()),
            &format!("{VALUES_MAX} at most"),
        ));
    }
    Ok(words)
}

/// The span that an operator and its numbers mean.
fn numbers(
    item: &Attributes<'_>,
    value: Tag,
    operator: Operator,
    notes: &mut Notes,
) -> Result<Option<Span>, ImportError> {
    let values = item.decimals(value).unwrap_or_default();
    if values.is_empty() || values.iter().any(|value| !NUMBERS.contains(value)) {
        let found = if values.is_empty() {
            "no number".to_owned()
        } else {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        return Err(ImportError::wrong(value, &found, "numbers from 0 to 1000000000"));
    }
    let span = |min, max| Ok(Some(Span { min, max }));
    match (operator, values.as_slice()) {
        (Operator::MemberOf, [one]) => span(Some(*one), Some(*one)),
        (Operator::RangeIncluded, [min, max]) if min <= max => span(Some(*min), Some(*max)),
        (Operator::AtLeast, [min]) => span(Some(*min), None),
        (Operator::AtMost, [max]) => span(None, Some(*max)),
        (Operator::Above, [min]) => {
            notes.attribute(tags::FILTER_BY_OPERATOR, "GREATER_THAN: here the number itself fits, too");
            span(Some(*min), None)
        }
        (Operator::Below, [max]) => {
            notes.attribute(tags::FILTER_BY_OPERATOR, "LESS_THAN: here the number itself fits, too");
            span(None, Some(*max))
        }
        (
            Operator::RangeIncluded
            | Operator::AtLeast
            | Operator::AtMost
            | Operator::Above
            | Operator::Below,
            _,
        ) => {
            let found = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(ImportError::wrong(value, &found, "as many numbers as the operator needs, the smaller first"))
        }
        (Operator::MemberOf | Operator::NotMemberOf | Operator::RangeExcluded, _) => {
            let name = item.named_tag(tags::SELECTOR_ATTRIBUTE).map(name_of).unwrap_or_default();
            notes.attribute(value, format!("{name} lies in one span here, not in several or outside of one"));
            Ok(None)
        }
    }
}

/// One more condition: a key stands once, so that two of them become one.
pub(super) fn narrow(pick: &mut Vec<PickCondition>, new: PickCondition) {
    let Some(old) = pick.iter_mut().find(|old| old.key() == new.key()) else {
        pick.push(new);
        return;
    };
    match (old, new) {
        (PickCondition::Modality(old), PickCondition::Modality(new))
        | (PickCondition::View(old), PickCondition::View(new))
        | (PickCondition::Laterality(old), PickCondition::Laterality(new))
        | (PickCondition::ImageType(old), PickCondition::ImageType(new)) => {
            old.retain(|word| new.contains(word));
        }
        (PickCondition::Plane(old), PickCondition::Plane(new)) => old.retain(|plane| new.contains(plane)),
        (PickCondition::SliceMm(old), PickCondition::SliceMm(new))
        | (PickCondition::BValue(old), PickCondition::BValue(new))
        | (PickCondition::Echo(old), PickCondition::Echo(new)) => {
            old.min = both(old.min, new.min, f64::max);
            old.max = both(old.max, new.max, f64::min);
        }
        _ => {}
    }
}

fn both(a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(of(a, b)),
        (a, b) => a.or(b),
    }
}
