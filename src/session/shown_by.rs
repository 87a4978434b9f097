//! The lines of the panel of presentation states and key images.

use crate::command::{Command, PresentationCommand, ScrollTarget, StudyCommand, ViewCommand};
use crate::dicom::{Creation, FrameKey};
use crate::presentation::{
    KeyObjects, KeyTitle, PresentationState, ReferencedImage, ReferencedSeries, StateKind,
};
use crate::study::{DisplaySet, DisplaySetId, Image, Library, Study};

use super::key_images::left_out;
use super::layer::Layer;
use super::presented::creator_words;
use super::state::Session;
use super::viewport::Viewport;

/// What an image can be shown by, or an image that somebody marked.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownByLine {
    /// What it is.
    pub kind: ShownBy,
    /// Content Label, or the title of a key image.
    pub title: String,
    /// Who made it, or empty.
    pub creator: String,
    /// Date and time by the clocks of this station, as far as the object says whose it went by; or empty.
    pub created: String,
    /// Which images it is for.
    pub images: String,
    /// Content Description, what was written to key images, or empty.
    pub description: String,
    /// Whether the image in focus is shown by it, or is it.
    pub is_current: bool,
    /// What it asks for and is not done on the image in focus, or on any; of key images, which are left out.
    pub not_applied: Vec<String>,
    /// What brings it to the screen; nothing where its images are not here.
    pub commands: Vec<Command>,
}

/// What a line of the panel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownBy {
    /// A presentation state.
    State(StateKind),
    /// No state.
    AsAcquired,
    /// A key image, or several under one title.
    KeyImage,
    /// Images that a document names for another reason, as its title says: that they are withdrawn, or that there are no others.
    NoKeyImage,
}

impl Session {
    /// The presentation states of the image in focus, the newest first; that it can be shown without; states of other images of
    /// its study, and of images that are not here; key images.
    pub fn shown_by_lines(&self, library: &Library) -> Vec<ShownByLine> {
        let (Some((set, image)), Some(viewport)) = (self.shown(library), self.focused_viewport()) else {
            return Vec::new();
        };
        let Some((study, ..)) = library.find(&set.id) else { return Vec::new() };
        let at = At { session: self, library, viewport, study, set, image };
        let (own, others): (Vec<_>, Vec<_>) = study.states.iter().partition(|state| image.is_of(state));
        let mut lines: Vec<ShownByLine> = own
            .iter()
            .enumerate()
            .map(|(place, state)| {
                let applied = self.applied(viewport, image, library).of(state, image, library);
                ShownByLine {
                    images: at.images_of(state),
                    is_current: viewport.state(image, library).is_some_and(|shown| shown.uid == state.uid),
                    not_applied: [applied.not_applied(image), at.not_blended(state)].concat(),
                    commands: vec![Command::Presentation(PresentationCommand::Number(place + 1))],
                    ..line_of(state)
                }
            })
            .collect();
        if !study.states.is_empty() {
            lines.push(at.as_acquired(!own.is_empty()));
        }
        lines.extend(others.into_iter().map(|state| at.of_others(state)));
        lines.extend(at.own_key_images());
        let documents = study.key_objects.iter().filter(|document| !document.is_own);
        lines.extend(documents.map(|document| at.document(document)));
        lines
    }

    /// The place of the line by which the image in focus is shown.
    pub(super) fn place_shown_by(&self, library: &Library) -> usize {
        self.shown_by_lines(library).iter().position(|line| line.is_current).unwrap_or(0)
    }
}

/// The image in focus and where it hangs.
struct At<'a> {
    session: &'a Session,
    library: &'a Library,
    viewport: &'a Viewport,
    study: &'a Study,
    set: &'a DisplaySet,
    image: &'a Image,
}

impl At<'_> {
    /// What of the blending that a state asks for on the image in focus is not done.
    fn not_blended(&self, state: &PresentationState) -> Vec<String> {
        match Layer::of_state(state, self.set, self.image, self.library) {
            None => Vec::new(),
            Some(Ok(layer)) => layer.not_applied(self.library),
            Some(Err(why)) => vec![format!("blending: {why}")],
        }
    }

    fn as_acquired(&self, has_states: bool) -> ShownByLine {
        ShownByLine {
            kind: ShownBy::AsAcquired,
            title: "As acquired".to_owned(),
            creator: String::new(),
            created: String::new(),
            images: "without a presentation state".to_owned(),
            description: String::new(),
            is_current: self.viewport.state(self.image, self.library).is_none(),
            not_applied: Vec::new(),
            commands: if has_states {
                vec![Command::Presentation(PresentationCommand::AsAcquired)]
            } else {
                Vec::new()
            },
        }
    }

    /// Which images a state of the image in focus is for, in words.
    fn images_of(&self, state: &PresentationState) -> String {
        let is_for_all = self.set.images.iter().all(|image| image.is_of(state));
        let more = count(&state.references) - 1;
        match (is_for_all, more) {
            (true, _) if self.set.images.len() > 1 => "all images of this series".to_owned(),
            (_, 0) => "this image".to_owned(),
            (_, 1) => "this image and 1 more".to_owned(),
            _ => format!("this image and {more} more"),
        }
    }

    /// A state that is not for the image in focus.
    fn of_others(&self, state: &PresentationState) -> ShownByLine {
        let Some(key) = self.first_here(&state.references) else {
            return ShownByLine { images: "images that are not here".to_owned(), ..line_of(state) };
        };
        let mut commands = self.go_to(&key);
        let place = self
            .library
            .image(&key)
            .and_then(|image| self.library.states_of(image).position(|of_image| of_image.uid == state.uid));
        commands.extend(place.map(|place| Command::Presentation(PresentationCommand::Number(place + 1))));
        ShownByLine { images: "other images".to_owned(), commands, ..line_of(state) }
    }

    /// The reader's own, one a line, in the order of the strip.
    fn own_key_images(&self) -> Vec<ShownByLine> {
        let of_study = self.session.key_images.of_study(&self.study.attributes.uid);
        let mut places: Vec<_> =
            of_study.filter_map(|(key, title)| Some((self.place_of(key)?, key, title))).collect();
        places.sort_by_key(|(place, ..)| *place);
        let line = |((strip, index), key, title): ((usize, usize), &FrameKey, &KeyTitle)| ShownByLine {
            kind: ShownBy::KeyImage,
            title: title.meaning.clone(),
            creator: "yours".to_owned(),
            created: String::new(),
            images: format!("series {} of the strip, image {}", strip + 1, index + 1),
            description: String::new(),
            is_current: *key == self.image.key(),
            not_applied: Vec::new(),
            commands: self.go_to(key),
        };
        places.into_iter().map(line).collect()
    }

    fn document(&self, document: &KeyObjects) -> ShownByLine {
        let here = self.first_here(&document.references);
        let images = match count(&document.references) + document.unplaced {
            _ if document.references.is_empty() && document.unplaced > 0 => {
                "images in no series of its evidence".to_owned()
            }
            _ if here.is_none() => "images that are not here".to_owned(),
            1 => "1 image".to_owned(),
            count => format!("{count} images"),
        };
        ShownByLine {
            kind: if document.title.is_of_key_images() { ShownBy::KeyImage } else { ShownBy::NoKeyImage },
            title: document.title.meaning.clone(),
            creator: String::new(),
            created: created(&document.created),
            images,
            description: document.description.reveal().clone(),
            is_current: self.image.is_key_of(document),
            not_applied: left_out(document, self.library),
            commands: here.map(|key| self.go_to(&key)).unwrap_or_default(),
        }
    }

    /// The first image that is named and here.
    fn first_here(&self, references: &[ReferencedSeries]) -> Option<FrameKey> {
        references.iter().find_map(|of_series| {
            of_series.images.iter().find_map(|(instance, image)| {
                let frame = image.frames.as_ref().map_or(Some(0), |frames| frames.iter().min().copied())?;
                let study = self.study.attributes.uid.clone();
                let key = FrameKey {
                    study,
                    series: of_series.series.clone(),
                    instance: instance.clone(),
                    frame,
                    subtraction: None,
                };
                self.library.locate(&key).is_some().then_some(key)
            })
        })
    }

    /// Its display set in the strip and its place in that, from 0.
    fn place_of(&self, key: &FrameKey) -> Option<(usize, usize)> {
        let (set, index) = self.library.locate(key)?;
        Some((self.strip_place(&set)?, index))
    }

    fn strip_place(&self, wanted: &DisplaySetId) -> Option<usize> {
        self.library.display_sets().position(|(.., set)| set.id == *wanted)
    }

    /// What shows an image in the viewport in focus.
    fn go_to(&self, key: &FrameKey) -> Vec<Command> {
        let (Some((set, index)), Some((strip, _))) = (self.library.locate(key), self.place_of(key)) else {
            return Vec::new();
        };
        if set == self.set.id {
            return self.viewport.commands_to(index);
        }
        let scroll = Command::View(ViewCommand::Scroll(ScrollTarget::To(index + 1)));
        vec![Command::Study(StudyCommand::Hang(strip + 1)), scroll]
    }
}

/// How many images are named; an object of which all frames are meant counts as one.
fn count(references: &[ReferencedSeries]) -> usize {
    let images = references.iter().flat_map(|of_series| of_series.images.values());
    images.map(ReferencedImage::count).sum::<usize>().max(1)
}

/// What a state says of itself.
fn line_of(state: &PresentationState) -> ShownByLine {
    ShownByLine {
        kind: ShownBy::State(state.kind),
        title: state.label.clone(),
        creator: creator_words(state),
        created: created(&state.created),
        images: String::new(),
        description: state.description.clone(),
        is_current: false,
        not_applied: state.not_applied.clone(),
        commands: Vec::new(),
    }
}

fn created(creation: &Creation) -> String {
    let words = creation.words().into_iter();
    words.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
