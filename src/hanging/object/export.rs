//! From a protocol to an object.

use dicom_dictionary_std::{tags, uids};

use crate::dicom::{InstanceUid, Writer};

use super::super::protocol::{Across, Level, Missing, Protocol, SetRule, Stage, SyncOn};
use super::layout::{position, role};
use super::terms::fitted;
use super::{NotSaid, Notes, block, definition, image_set, view};

/// The longest Hanging Protocol Name (0072,0002), SH.
const NAME_MAX: usize = 16;

/// The longest description, label or group's name, LO.
const TEXT_MAX: usize = 64;

/// What an object has and a protocol has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// SOP Instance UID (0008,0018).
    pub uid: InstanceUid,
    /// Hanging Protocol Creation Date Time (0072,000A): `YYYYMMDDHHMMSS+0000`.
    pub created: String,
}

/// A protocol as an object, and what the object cannot say. With the text of its file, which must stand for itself, a private
/// block holds that text. PS3.3 A.44.
pub fn export(protocol: &Protocol, text: Option<&str>, made: &Made) -> (Writer, Vec<NotSaid>) {
    let mut notes = Notes::default();
    let object = object(protocol, made, &mut notes);
    let Some(text) = text else { return (object, notes.0) };
    let twin = self::object(protocol, made, &mut Notes::default());
    let whole = block::put(object, twin, &protocol.id, text);
    // Without the block, all that is not said is lost; it is named all the same.
    (whole.unwrap_or_else(|| self::object(protocol, made, &mut notes)), notes.0)
}

fn object(protocol: &Protocol, made: &Made, notes: &mut Notes) -> Writer {
    let (name, is_whole) = fitted(&protocol.id, NAME_MAX);
    if !is_whole {
        let why = format!("it has 16 characters at most, and is {name} instead of {}", protocol.id);
        notes.attribute(tags::HANGING_PROTOCOL_NAME, why);
    }
    let (description, is_whole) = fitted(&protocol.name, TEXT_MAX);
    if !is_whole {
        notes.key(&["name"], "it is shortened, or loses letters that DICOM does not allow");
    }
    if protocol.priority != 0 {
        notes.key(&["priority"], "DICOM has no priorities");
    }
    let (level, group) = match &protocol.level {
        Level::Shipped => ("MANUFACTURER", None),
        Level::Site => ("SITE", None),
        Level::Group(name) => ("USER_GROUP", Some(fitted(name, TEXT_MAX).0)),
        Level::User => ("SINGLE_USER", None),
    };
    let definition = definition::put(protocol, notes);
    let shown = shown_sets(protocol, notes);
    let image_sets: Vec<Writer> =
        (1..).zip(&shown).map(|(number, set)| image_set::put(set, number, notes)).collect();
    let priors = shown.iter().map(|set| image_set::priors(set)).max().unwrap_or_default();
    let screens = protocol.stages.iter().map(|stage| stage.screens.len()).max().unwrap_or(1).max(1);
    let mut display = Display { sets: &shown, screens, items: Vec::new(), scrolling: Vec::new() };
    for (group, stage) in (1..).zip(&protocol.stages) {
        display.stage(stage, group, notes);
    }
    let object = Writer::new(uids::HANGING_PROTOCOL_STORAGE, made.uid.as_str())
        .text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192")
        .text(tags::HANGING_PROTOCOL_NAME, &name)
        .text(tags::HANGING_PROTOCOL_DESCRIPTION, &description)
        .text(tags::HANGING_PROTOCOL_LEVEL, level)
        .text(tags::HANGING_PROTOCOL_CREATOR, "Hotlight")
        .text(tags::HANGING_PROTOCOL_CREATION_DATE_TIME, &made.created)
        .sequence(tags::HANGING_PROTOCOL_DEFINITION_SEQUENCE, definition)
        .number(tags::NUMBER_OF_PRIORS_REFERENCED, priors)
        .sequence(tags::IMAGE_SETS_SEQUENCE, image_sets)
        .sequence(tags::HANGING_PROTOCOL_USER_IDENTIFICATION_CODE_SEQUENCE, [])
        .number(tags::NUMBER_OF_SCREENS, count(screens))
        .sequence(tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE, [])
        .sequence(tags::DISPLAY_SETS_SEQUENCE, display.items)
        .text(tags::PARTIAL_DATA_DISPLAY_HANDLING, missing(protocol, notes))
        .sequence_unless_empty(tags::SYNCHRONIZED_SCROLLING_SEQUENCE, display.scrolling);
    match group {
        Some(group) => object.text(tags::HANGING_PROTOCOL_USER_GROUP_NAME, &group),
        None => object,
    }
}

fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The sets that views show: no other has a place in an object.
fn shown_sets<'a>(protocol: &'a Protocol, notes: &mut Notes) -> Vec<&'a SetRule> {
    let views = || protocol.stages.iter().flat_map(|stage| &stage.views);
    let mut shown = Vec::new();
    for set in &protocol.sets {
        if views().any(|(_, view)| view.set == set.name) {
            shown.push(set);
        } else {
            notes.key(
                &["sets", &set.name],
                "no view shows it by itself, and DICOM has no place for its filters",
            );
        }
    }
    shown
}

/// Partial Data Display Handling, which is one for all stages.
fn missing(protocol: &Protocol, notes: &mut Notes) -> &'static str {
    if protocol.stages.iter().all(|stage| stage.missing == Missing::Adapt) {
        return "ADAPT_LAYOUT";
    }
    for stage in protocol.stages.iter().filter(|stage| stage.missing == Missing::Adapt) {
        notes.key(
            &["stages", &stage.name, "missing"],
            "DICOM says it once for all stages, and others say keep",
        );
    }
    "MAINTAIN_LAYOUT"
}

/// Display sets in the making.
struct Display<'a> {
    sets: &'a [&'a SetRule],
    screens: usize,
    items: Vec<Writer>,
    scrolling: Vec<Writer>,
}

impl Display<'_> {
    /// A stage is a presentation group, and each of its views a display set.
    fn stage(&mut self, stage: &Stage, group: u16, notes: &mut Notes) {
        let key = |key| ["stages", stage.name.as_str(), key];
        let (description, is_whole) = fitted(&stage.name, TEXT_MAX);
        if !is_whole {
            notes.key(&key("name"), "it is shortened, or loses letters that DICOM does not allow");
        }
        if !stage.needs.is_empty() {
            notes.key(&key("needs"), "DICOM shows every presentation group, whatever is missing");
        }
        if stage.screens.iter().enumerate().any(|(screen, (name, _))| *name != role(screen)) {
            notes.key(&key("screens"), "DICOM counts screens, and gives them no names");
        }
        let mut numbers: Vec<(char, u16)> = Vec::new();
        for (screen, (_, grid)) in stage.screens.iter().enumerate() {
            for (letter, rectangle) in grid.rectangles() {
                let Some((_, shown)) = stage.views.iter().find(|(viewed, _)| *viewed == letter) else {
                    continue;
                };
                let Some(set) = self.sets.iter().position(|set| set.name == shown.set) else { continue };
                let number = count(self.items.len() + 1);
                numbers.push((letter, number));
                let name = letter.to_string();
                let item = Writer::item()
                    .number(tags::DISPLAY_SET_NUMBER, number)
                    .text(tags::DISPLAY_SET_LABEL, &name)
                    .number(tags::DISPLAY_SET_PRESENTATION_GROUP, group)
                    .text(tags::DISPLAY_SET_PRESENTATION_GROUP_DESCRIPTION, &description)
                    .number(tags::IMAGE_SET_NUMBER, count(set + 1))
                    .sequence(tags::FILTER_OPERATIONS_SEQUENCE, image_set::filters(self.sets[set]))
                    .sequence(tags::SORTING_OPERATIONS_SEQUENCE, []);
                let path = ["stages", stage.name.as_str(), "views", name.as_str()];
                let position = position(rectangle, screen, self.screens);
                self.items.push(view::put(item, shown, position, &path, notes));
            }
        }
        self.scroll(stage, &numbers, notes);
    }

    /// What goes along when one is scrolled.
    fn scroll(&mut self, stage: &Stage, numbers: &[(char, u16)], notes: &mut Notes) {
        let path = ["stages", stage.name.as_str(), "sync"];
        for sync in &stage.sync {
            let number_of = |letter: &char| numbers.iter().find(|(known, _)| known == letter);
            let group: Vec<u16> =
                sync.views.iter().filter_map(number_of).map(|(_, number)| *number).collect();
            if sync.across != Across::Frame {
                notes.key(&path, "DICOM does not say how places are found across frames of reference");
            }
            if sync.on.iter().any(|on| *on != SyncOn::Scroll) {
                notes.key(&path, "DICOM lets views scroll together, and nothing else");
            }
            if !sync.on.contains(&SyncOn::Scroll) || group.len() < 2 {
                notes.key(&path, "DICOM needs two views that scroll: what goes along otherwise is left out");
            } else {
                self.scrolling.push(Writer::item().words(tags::DISPLAY_SET_SCROLLING_GROUP, &group));
            }
        }
    }
}
