//! From an object to the text of a protocol's file.

use std::collections::BTreeMap;

use dicom_dictionary_std::{tags, uids};

use crate::dicom::{Attributes, DataSet};

use super::super::protocol::{
    Across, Level, Missing, PickCondition, Protocol, SetRule, Stage, Sync, SyncOn, View,
};
use super::super::registry::{ProtocolFile, Protocols};
use super::image_set::{ImageSet, read_all, unused};
use super::layout::{Edges, edges, grids, screens};
use super::selector::narrow;
use super::{
    ImportError, NotSaid, Notes, block, definition, items, name_of, optional_items, required,
    required_integer, selector, view,
};

/// An object has so many display sets at most.
const DISPLAY_SETS_MAX: usize = 1000;

/// A presentation group has so many: a view has a letter.
const VIEWS_MAX: usize = 26;

/// A protocol's name is cut there, characters.
const ID_MAX: usize = 64;

/// A protocol of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its name, good for a file: letters, digits, `-` and `_`.
    pub id: String,
    /// Whose it was where the object was made.
    pub level: Level,
    /// The text of its file, which can be read.
    pub text: String,
    /// What the object says, and the text does not.
    pub not_said: Vec<NotSaid>,
}

/// The protocol of an object. Where we made it and nobody changed it since, the text is the very one it was made of.
pub fn import(object: &DataSet) -> Result<Imported, ImportError> {
    if object.sop_class != uids::HANGING_PROTOCOL_STORAGE {
        return Err(ImportError::NotAProtocol(object.sop_class.clone()));
    }
    let at = object.attributes();
    let mut notes = Notes::default();
    let level = read_level(&at, &mut notes)?;
    if let Some(block) = block::read(object) {
        let id = file_name(&block.id);
        if block.is_true && checked(&id, &level, &block.text).is_ok() {
            return Ok(Imported { id, level, text: block.text, not_said: Vec::new() });
        }
        let why = "the object was changed after Hotlight wrote it, or it is of a later version: what it says itself counts";
        notes.attribute(block::TEXT_TAG, why);
    }
    let protocol = read(&at, level, &mut notes)?;
    let text = protocol.to_toml();
    checked(&protocol.id, &protocol.level, &text).map_err(ImportError::NoProtocol)?;
    Ok(Imported { id: protocol.id, level: protocol.level, text, not_said: notes.0 })
}

/// A text that makes a protocol by itself, or its first fault.
fn checked(id: &str, level: &Level, text: &str) -> Result<(), String> {
    let file = ProtocolFile { id: id.to_owned(), level: level.clone(), path: None, text: text.to_owned() };
    let (_, errors) = Protocols::read(&[file]);
    errors.first().map_or(Ok(()), |error| Err(error.fault.to_string()))
}

/// A name that is good for a file: what is neither letter nor digit becomes `-`.
fn file_name(name: &str) -> String {
    let letters =
        name.chars().map(|letter| if letter.is_alphanumeric() || letter == '_' { letter } else { '-' });
    let name: String = letters.take(ID_MAX).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "protocol".to_owned() } else { parts.join("-") }
}

fn read_level(at: &Attributes<'_>, notes: &mut Notes) -> Result<Level, ImportError> {
    let group = at.text(tags::HANGING_PROTOCOL_USER_GROUP_NAME);
    let level = required(at, tags::HANGING_PROTOCOL_LEVEL)?;
    if let Some(group) = group.as_ref().filter(|_| level != "USER_GROUP") {
        let why = format!("{group}: the folder that a file lies in says whose it is");
        notes.attribute(tags::HANGING_PROTOCOL_USER_GROUP_NAME, why);
    }
    match level.as_str() {
        "MANUFACTURER" => Ok(Level::Shipped),
        "SITE" => Ok(Level::Site),
        "USER_GROUP" => Ok(Level::Group(group.unwrap_or_default())),
        "SINGLE_USER" => Ok(Level::User),
        other => {
            let expected = "MANUFACTURER, SITE, USER_GROUP or SINGLE_USER";
            Err(ImportError::wrong(tags::HANGING_PROTOCOL_LEVEL, other, expected))
        }
    }
}

/// The protocol that the attributes of the standard say.
fn read(at: &Attributes<'_>, level: Level, notes: &mut Notes) -> Result<Protocol, ImportError> {
    let id = file_name(&required(at, tags::HANGING_PROTOCOL_NAME)?);
    let name = at.text(tags::HANGING_PROTOCOL_DESCRIPTION).unwrap_or_else(|| id.clone());
    for (tag, why) in [
        (
            tags::HANGING_PROTOCOL_USER_IDENTIFICATION_CODE_SEQUENCE,
            "the folder that a file lies in says whose it is",
        ),
        (tags::NAVIGATION_INDICATOR_SEQUENCE, "lines of where slices lie are drawn for every view"),
    ] {
        if at.has(tag) {
            notes.attribute(tag, why);
        }
    }
    let when = definition::read(at, notes)?;
    let image_sets = read_all(at, notes)?;
    let missing = match at.text(tags::PARTIAL_DATA_DISPLAY_HANDLING).as_deref() {
        None | Some("MAINTAIN_LAYOUT") => Missing::Keep,
        Some("ADAPT_LAYOUT") => Missing::Adapt,
        Some(other) => {
            let expected = "MAINTAIN_LAYOUT or ADAPT_LAYOUT";
            return Err(ImportError::wrong(tags::PARTIAL_DATA_DISPLAY_HANDLING, other, expected));
        }
    };
    let mut sets = Sets { image_sets: &image_sets, found: Vec::new() };
    let mut groups: BTreeMap<i64, Group> = BTreeMap::new();
    for item in items(at, tags::DISPLAY_SETS_SEQUENCE, DISPLAY_SETS_MAX)? {
        let number = required_integer(&item, tags::DISPLAY_SET_PRESENTATION_GROUP)?;
        let group = groups.entry(number).or_default();
        group.name =
            group.name.take().or_else(|| item.text(tags::DISPLAY_SET_PRESENTATION_GROUP_DESCRIPTION));
        group.shown.push(read_shown(&item, &mut sets, notes)?);
    }
    let screens = screens(at, notes)?;
    let mut stages: Vec<Stage> = Vec::new();
    let mut places: BTreeMap<i64, (usize, char)> = BTreeMap::new();
    for group in groups.into_values() {
        let name = group.name.clone().unwrap_or_else(|| format!("Stage {}", stages.len() + 1));
        let name = unused(&name, |name| stages.iter().any(|stage| stage.name == name));
        let (stage, letters) = group.stage(name, missing, &screens, notes)?;
        places.extend(letters.into_iter().map(|(number, letter)| (number, (stages.len(), letter))));
        stages.push(stage);
    }
    for item in optional_items(at, tags::SYNCHRONIZED_SCROLLING_SEQUENCE, DISPLAY_SETS_MAX)? {
        scroll(&item, &places, &mut stages, notes)?;
    }
    if let Some(unseen) =
        image_sets.iter().find(|set| !sets.found.iter().any(|found| found.number == set.number))
    {
        let why = format!("no display set shows image set {}: it is left out", unseen.number);
        notes.attribute(tags::IMAGE_SETS_SEQUENCE, why);
    }
    notes.attribute(
        tags::IMAGE_SETS_SEQUENCE,
        "all images that fit are a set there; here it is one series of them, the first by its number, and no localizer",
    );
    let sets = sets.in_order();
    Ok(Protocol { id, name, level, path: None, priority: 0, when, unless: Vec::new(), sets, stages })
}

/// Sets, each an image set with the filters of display sets that show it.
struct Sets<'a> {
    image_sets: &'a [ImageSet],
    found: Vec<FoundSet>,
}

struct FoundSet {
    /// Image Set Number.
    number: i64,
    filters: Vec<PickCondition>,
    rule: SetRule,
}

impl Sets<'_> {
    /// The name of the set that is an image set with filters.
    fn name(&mut self, number: i64, filters: Vec<PickCondition>) -> Result<String, ImportError> {
        if let Some(known) = self.found.iter().find(|set| set.number == number && set.filters == filters) {
            return Ok(known.rule.name.clone());
        }
        let image_set = self.image_sets.iter().find(|set| set.number == number).ok_or_else(|| {
            let expected = "the number of an image set";
            ImportError::wrong(tags::IMAGE_SET_NUMBER, &number.to_string(), expected)
        })?;
        let mut rule = image_set.set.clone();
        for filter in filters.clone() {
            narrow(&mut rule.pick, filter);
        }
        // No other image set's name either, though it may be found later.
        let is_first = !self.found.iter().any(|set| set.number == number);
        let is_taken = |name: &str| {
            self.found.iter().any(|set| set.rule.name == name)
                || self
                    .image_sets
                    .iter()
                    .any(|set| set.set.name == name && (set.number != number || !is_first))
        };
        rule.name = unused(&rule.name, is_taken);
        let name = rule.name.clone();
        self.found.push(FoundSet { number, filters, rule });
        Ok(name)
    }

    fn in_order(mut self) -> Vec<SetRule> {
        self.found.sort_by_key(|set| set.number);
        self.found.into_iter().map(|set| set.rule).collect()
    }
}

/// A display set.
struct Shown {
    /// Display Set Number.
    number: i64,
    /// The letter that its label is.
    letter: Option<char>,
    view: View,
    edges: Edges,
}

fn read_shown(item: &Attributes<'_>, sets: &mut Sets<'_>, notes: &mut Notes) -> Result<Shown, ImportError> {
    let number = required_integer(item, tags::DISPLAY_SET_NUMBER)?;
    let label = item.text(tags::DISPLAY_SET_LABEL);
    let letter = label.as_ref().and_then(|label| match label.as_bytes() {
        [letter @ b'A'..=b'Z'] => Some(char::from(*letter)),
        _ => None,
    });
    if label.is_some() && letter.is_none() {
        notes.attribute(tags::DISPLAY_SET_LABEL, "views have letters and no names");
    }
    let filters = selector::read(item, tags::FILTER_OPERATIONS_SEQUENCE, notes)?;
    let set = sets.name(required_integer(item, tags::IMAGE_SET_NUMBER)?, filters)?;
    let (view, image_box) = view::read(item, set, notes)?;
    Ok(Shown { number, letter, view, edges: edges(&image_box)? })
}

/// A presentation group.
#[derive(Default)]
struct Group {
    name: Option<String>,
    shown: Vec<Shown>,
}

impl Group {
    /// The stage that it is, and the letters of its display sets by their numbers.
    fn stage(
        self,
        name: String,
        missing: Missing,
        screens: &[Edges],
        notes: &mut Notes,
    ) -> Result<(Stage, Vec<(i64, char)>), ImportError> {
        if self.shown.len() > VIEWS_MAX {
            let attribute = format!("one presentation group of {}", name_of(tags::DISPLAY_SETS_SEQUENCE));
            return Err(ImportError::TooMany { attribute, count: self.shown.len(), most: VIEWS_MAX });
        }
        let letters = letters(&self.shown);
        let boxes: Vec<(char, Edges)> =
            letters.iter().zip(&self.shown).map(|(letter, shown)| (*letter, shown.edges)).collect();
        let (screens, left_out) = grids(&boxes, screens, notes);
        if screens.is_empty() {
            let tag = tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION;
            return Err(ImportError::wrong(tag, "beside all screens", "a place on one of them"));
        }
        let numbers: Vec<i64> = self.shown.iter().map(|shown| shown.number).collect();
        let mut views: Vec<(char, View)> =
            letters.iter().copied().zip(self.shown.into_iter().map(|shown| shown.view)).collect();
        views.retain(|(letter, _)| !left_out.contains(letter));
        views.sort_by_key(|(letter, _)| *letter);
        let placed =
            numbers.into_iter().zip(letters).filter(|(_, letter)| !left_out.contains(letter)).collect();
        Ok((Stage { name, needs: Vec::new(), missing, screens, views, sync: Vec::new() }, placed))
    }
}

/// A letter for each display set: that of its label, or one that is free.
fn letters(shown: &[Shown]) -> Vec<char> {
    let mut taken: Vec<Option<char>> = Vec::new();
    for one in shown {
        let letter = one.letter.filter(|letter| !taken.contains(&Some(*letter)));
        taken.push(letter);
    }
    let mut free: Vec<char> = ('A'..='Z').filter(|letter| !taken.contains(&Some(*letter))).rev().collect();
    taken.into_iter().filter_map(|letter| letter.or_else(|| free.pop())).collect()
}

/// Display sets that are scrolled together.
fn scroll(
    item: &Attributes<'_>,
    places: &BTreeMap<i64, (usize, char)>,
    stages: &mut [Stage],
    notes: &mut Notes,
) -> Result<(), ImportError> {
    let tag = tags::DISPLAY_SET_SCROLLING_GROUP;
    let numbers = item.decimals(tag).ok_or_else(|| ImportError::missing(tag))?;
    #[expect(clippy::cast_possible_truncation, reason = "numbers of 16 bits; all else saturates")]
    let found: Vec<(usize, char)> =
        numbers.iter().filter_map(|number| places.get(&(*number as i64)).copied()).collect();
    let stage = found.first().map(|(stage, _)| *stage);
    let views: Vec<char> =
        found.iter().filter(|(of, _)| Some(*of) == stage).map(|(_, letter)| *letter).collect();
    if views.len() < numbers.len() {
        notes
            .attribute(tag, "display sets that are not there, or shown at another time, do not scroll along");
    }
    if let Some(stage) = stage.and_then(|stage| stages.get_mut(stage)).filter(|_| views.len() > 1) {
        stage.sync.push(Sync { views, on: vec![SyncOn::Scroll], across: Across::Frame });
    }
    Ok(())
}
