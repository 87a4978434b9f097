//! What the reader made and has not saved: kept as a draft outside, and given back when the study is opened again.

mod look;
mod path;
mod text;
mod view_line;

use std::collections::BTreeMap;

use crate::annotation::{Scale, Shape};
use crate::dicom::{FrameKey, StudyUid};
use crate::presentation::{KeyTitle, PresentationState};
use crate::study::{DisplaySetId, Library};

use super::effect::Effect;
use super::fused::Fused;
use super::marks::{Mark, MarkPlace};
use super::presented::StateParts;
use super::reformat::Reformat;
use super::section_marks::section_ground;
use super::state::{MessageKind, Session};
use super::viewport::{View, Viewport};

pub use look::{UnsavedFused, UnsavedLook};
pub use path::UnsavedPath;
pub use text::DraftError;

/// What the reader made of a study and has not saved.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnsavedWork {
    /// Marks by image, in the order in which they were drawn.
    pub marks: BTreeMap<FrameKey, Vec<Shape>>,
    /// Marks on sections, by an image of their volume, each with the section that it was drawn on.
    pub section_marks: BTreeMap<FrameKey, Vec<(Shape, Reformat)>>,
    /// The reader's own scales.
    pub scales: BTreeMap<FrameKey, Scale>,
    /// All of the reader's key images in the study, where these are not those that were saved.
    pub key_images: Option<BTreeMap<FrameKey, KeyTitle>>,
    /// Of viewports that show images otherwise than these would hang.
    pub looks: Vec<UnsavedLook>,
    /// The path through the patient.
    pub path: Option<UnsavedPath>,
}

/// What was saved just now.
#[derive(Debug, Clone, PartialEq)]
pub enum SavedWork {
    /// What a viewport shows, as a presentation state.
    Shown {
        /// Marks and the reader's own scale of each image.
        images: BTreeMap<FrameKey, (Vec<Shape>, Option<Scale>)>,
        /// How the viewport showed them.
        look: Box<UnsavedLook>,
    },
    /// The reader's key images of a study.
    KeyImages {
        /// The study.
        study: StudyUid,
        /// All of them.
        titles: BTreeMap<FrameKey, KeyTitle>,
    },
}

/// What was saved, and what came back from an earlier run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unsaved {
    /// Marks and the reader's own scale of images as they were saved.
    saved: BTreeMap<FrameKey, (Vec<Shape>, Option<Scale>)>,
    /// Viewports as they were saved.
    saved_looks: Vec<UnsavedLook>,
    /// What waits until all images of its study are here.
    waiting: BTreeMap<StudyUid, UnsavedWork>,
    /// What has come back.
    restored: Vec<Restored>,
    /// What of it was given up.
    discarded: BTreeMap<StudyUid, UnsavedWork>,
    /// Looks of images that hang nowhere yet.
    to_hang: Vec<UnsavedLook>,
}

/// What has come back of a study.
#[derive(Debug, Clone, PartialEq)]
struct Restored {
    study: StudyUid,
    work: UnsavedWork,
    /// The key images before it came.
    key_images: BTreeMap<FrameKey, KeyTitle>,
}

/// The most viewports whose looks are remembered as saved, or wait for their images to hang.
const LOOKS_MAX: usize = 64;

impl Unsaved {
    /// Forgets what is of studies: their drafts are read again when they come again.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        self.saved.retain(|key, _| !closed.contains(&key.study));
        self.saved_looks.retain(|look| !closed.contains(&look.image.study));
        self.waiting.retain(|study, _| !closed.contains(study));
        self.restored.retain(|restored| !closed.contains(&restored.study));
        self.discarded.retain(|study, _| !closed.contains(study));
        self.to_hang.retain(|look| !closed.contains(&look.image.study));
    }
}

impl UnsavedWork {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what a later run left.
    fn extend(&mut self, later: Self) {
        for (key, shapes) in later.marks {
            self.marks.entry(key).or_default().extend(shapes);
        }
        for (key, marks) in later.section_marks {
            self.section_marks.entry(key).or_default().extend(marks);
        }
        self.scales.extend(later.scales);
        self.key_images = later.key_images.or(self.key_images.take());
        self.looks.extend(later.looks);
        self.path = later.path.or(self.path.take());
    }

    /// What it is, in words.
    fn words(&self) -> String {
        let marks = self.marks.values().map(Vec::len).sum();
        let on_sections = self.section_marks.values().map(Vec::len).sum();
        let images = counted(self.marks.len(), "image", "images").unwrap_or_default();
        let parts = [
            counted(marks, "mark", "marks").map(|marks| format!("{marks} on {images}")),
            counted(on_sections, "mark on a section", "marks on sections"),
            counted(self.scales.len(), "calibrated image", "calibrated images"),
            self.key_images.as_ref().map(|_| "key images".to_owned()),
            counted(self.looks.len(), "view", "views"),
            self.path.as_ref().map(|_| "a path".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// So many of something: `1 mark`, `2 marks`, or nothing of none.
pub(super) fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    (count > 0).then(|| if count == 1 { format!("1 {one}") } else { format!("{count} {many}") })
}

impl Session {
    /// What of each study is not saved.
    pub fn unsaved_work(&self, library: &Library) -> BTreeMap<StudyUid, UnsavedWork> {
        let mut all = self.unsaved.waiting.clone();
        let mut now: BTreeMap<StudyUid, UnsavedWork> = BTreeMap::new();
        let images = self.marks.images();
        for key in images {
            let shapes: Vec<Shape> = self.marks.of(key).iter().map(|mark| mark.shape).collect();
            let scale = self.marks.own_scale(key);
            let nothing = (Vec::new(), None);
            let (saved, saved_scale) = self.unsaved.saved.get(key).unwrap_or(&nothing);
            let left = shapes.into_iter().filter(|shape| !saved.contains(shape)).collect::<Vec<_>>();
            let work = now.entry(key.study.clone()).or_default();
            if let Some(scale) = scale.filter(|scale| Some(*scale) != saved_scale.as_ref()) {
                work.scales.insert(key.clone(), scale.clone());
            }
            if !left.is_empty() {
                work.marks.insert(key.clone(), left);
            }
        }
        // No object that is saved holds them.
        for (key, marks) in self.marks.on_sections() {
            let marks = marks.iter().filter_map(|mark| Some((mark.shape, mark.section?))).collect();
            now.entry(key.study.clone()).or_default().section_marks.insert(key.clone(), marks);
        }
        for study in library.studies().iter().map(|study| &study.attributes.uid) {
            if let Some(titles) = self.key_images.unsaved(study) {
                now.entry(study.clone()).or_default().key_images = Some(titles);
            }
        }
        let shown = self.unsaved_looks(library).into_iter().chain(self.unsaved.to_hang.iter().cloned());
        for look in shown {
            now.entry(look.image.study.clone()).or_default().looks.push(look);
        }
        if let Some(path) = UnsavedPath::of(self.path.as_ref(), library) {
            let study = path.image.study.clone();
            now.entry(study).or_default().path = Some(path);
        }
        for (study, work) in now {
            all.entry(study).or_default().extend(work);
        }
        all.retain(|_, work| !work.is_empty());
        all
    }

    fn unsaved_looks(&self, library: &Library) -> Vec<UnsavedLook> {
        let viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        let changed = viewports.filter(|viewport| !self.is_as_hung(viewport));
        let looks = changed.filter_map(|viewport| UnsavedLook::of(viewport, library));
        looks.filter(|look| !self.unsaved.saved_looks.iter().any(|saved| saved.is_alike(look))).collect()
    }

    /// Whether the reader has left a viewport as its images hang, with no series of the reader's over them; which presentation state is
    /// chosen does not count.
    fn is_as_hung(&self, viewport: &Viewport) -> bool {
        viewport.view == View::default()
            && viewport.look == self.settings.fresh_viewport().look
            && viewport.presented.parts == StateParts::ALL
            && viewport.fused.as_ref().is_none_or(Fused::is_as_hung)
    }

    /// What goes into a presentation state that is made of the viewport in focus.
    pub fn work_saved_by(&self, state: &PresentationState, library: &Library) -> Option<SavedWork> {
        let is_its =
            |key: &&FrameKey| self.shows_marks && state.is_for(&key.series, &key.instance, key.frame);
        let of = |key: &FrameKey| {
            let shapes = self.marks.of(key).iter().map(|mark| mark.shape).collect();
            (key.clone(), (shapes, self.marks.own_scale(key).cloned()))
        };
        let images = self.marks.images().filter(is_its).map(of).collect();
        // What lies over is not in it.
        let look = UnsavedLook { fused: None, ..UnsavedLook::of(self.focused_viewport()?, library)? };
        let look = Box::new(look);
        Some(SavedWork::Shown { images, look })
    }

    /// Takes note of what was saved: it is no draft any more.
    pub fn note_saved(&mut self, work: SavedWork) {
        match work {
            SavedWork::Shown { images, look } => {
                self.unsaved.saved.extend(images);
                self.unsaved.saved_looks.retain(|known| known.image != look.image);
                self.unsaved.saved_looks.push(*look);
                let surplus = self.unsaved.saved_looks.len().saturating_sub(LOOKS_MAX);
                self.unsaved.saved_looks.drain(..surplus);
            }
            SavedWork::KeyImages { study, titles } => self.key_images.note_saved(&study, titles),
        }
    }

    /// Forgets what was not saved, and takes viewports as they are for saved: nobody comes back to them.
    pub(super) fn forget_unsaved(&mut self, library: &Library) {
        let viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        let looks = viewports.filter_map(|viewport| UnsavedLook::of(viewport, library));
        let saved_looks = looks.take(LOOKS_MAX).collect();
        self.unsaved = Unsaved { saved_looks, ..Unsaved::default() };
    }

    /// Takes what an earlier run left of a study; it comes back when all files were looked through.
    pub(super) fn take_draft(
        &mut self,
        study: &StudyUid,
        work: UnsavedWork,
        library: &Library,
    ) -> Vec<Effect> {
        self.unsaved.waiting.insert(study.clone(), work);
        self.restore_waiting(library)
    }

    /// Gives back what waits, when all files were looked through, and says so.
    pub(super) fn restore_waiting(&mut self, library: &Library) -> Vec<Effect> {
        if self.indexing.runs > 0 || self.is_yet_to_resume() {
            return Vec::new();
        }
        let waiting = std::mem::take(&mut self.unsaved.waiting);
        self.give_back(waiting, library)
    }

    fn give_back(&mut self, drafts: BTreeMap<StudyUid, UnsavedWork>, library: &Library) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (study, work) in drafts {
            let text = format!("Unsaved work is back: {}. “drafts discard” gives it up.", work.words());
            self.tell(MessageKind::Note, text);
            let key_images = self.key_images.all_of(&study);
            if let Some(titles) = &work.key_images {
                self.key_images.replace(&study, titles.clone());
                effects.push(Effect::SaveKeyImages(study.clone()));
            }
            for (key, scale) in &work.scales {
                self.marks.calibrate(key, Some(scale.clone()));
            }
            for (key, shapes) in &work.marks {
                let mut marks: Vec<Mark> = Vec::new();
                for shape in shapes {
                    marks.push(Mark::unmeasured(self.marks.next_id(), *shape));
                }
                marks.extend_from_slice(self.marks.of(key));
                self.marks.replace(&MarkPlace::Image(key.clone()), marks);
            }
            for (key, marks) in &work.section_marks {
                self.restore_section_marks(key, marks, library);
            }
            for key in work.marks.keys().chain(work.scales.keys()) {
                self.measure_again(key, library);
            }
            for look in &work.looks {
                self.restore_look(look, library);
            }
            if let Some(path) = work.path.as_ref().and_then(|path| path.drawn(library)) {
                self.restore_path(path);
            }
            self.unsaved.restored.push(Restored { study, work, key_images });
        }
        effects
    }

    /// Puts marks back on sections; their values are counted when all images of the volume are here.
    fn restore_section_marks(&mut self, key: &FrameKey, marks: &[(Shape, Reformat)], library: &Library) {
        let set = library.locate(key).and_then(|(id, _)| Some(library.find(&id)?.2));
        let known = set.and_then(|set| self.volume_place(set, library));
        let place = known.unwrap_or_else(|| MarkPlace::Volume(key.clone()));
        let mut restored: Vec<Mark> = Vec::new();
        for (shape, section) in marks {
            let id = self.marks.next_id();
            let ground = set.and_then(|set| section_ground(*section, set, library));
            restored.push(match ground {
                Some(ground) => self.marks.measured(id, *shape, ground, library),
                None => Mark { section: Some(*section), is_pending: true, ..Mark::unmeasured(id, *shape) },
            });
        }
        restored.extend_from_slice(self.marks.at(&place));
        self.marks.replace(&place, restored);
    }

    fn measure_again(&mut self, key: &FrameKey, library: &Library) {
        if let Some(image) = library.image(key) {
            self.marks.measure_again(key, image, library);
        }
    }

    /// A viewport that shows the images as they hang shows them as they were shown; without one they wait to hang.
    fn restore_look(&mut self, look: &UnsavedLook, library: &Library) {
        let Some((set, _)) = library.locate(&look.image) else { return };
        let is_its = |viewport: &Viewport| {
            viewport.source.as_ref().is_some_and(|source| source.display_set == set)
                && self.is_as_hung(viewport)
        };
        let places = self.screens.iter().flat_map(|screen| &screen.viewports);
        let place = places.enumerate().find(|(_, viewport)| is_its(viewport)).map(|(place, _)| place);
        let mut viewports = self.screens.iter_mut().flat_map(|screen| &mut screen.viewports);
        match place.and_then(|place| viewports.nth(place)) {
            Some(viewport) => {
                let is_whole = look.put_on(viewport, &self.settings.palettes, library);
                if !is_whole {
                    self.tell(
                        MessageKind::Caution,
                        "The series that was fused is not open, and lies over nothing.",
                    );
                }
            }
            None if self.unsaved.to_hang.len() < LOOKS_MAX => self.unsaved.to_hang.push(look.clone()),
            None => {}
        }
    }

    /// After a display set was hung in the focused viewport: shown as it was shown, if that waits for it.
    pub(super) fn hang_restored(&mut self, set: &DisplaySetId, library: &Library) {
        let is_its = |look: &UnsavedLook| library.locate(&look.image).is_some_and(|(id, _)| id == *set);
        if let Some(place) = self.unsaved.to_hang.iter().position(is_its) {
            let look = self.unsaved.to_hang.remove(place);
            self.restore_look(&look, library);
        }
    }

    /// Gives up what has come back and was not changed since.
    pub(super) fn discard_drafts(&mut self, library: &Library) -> Vec<Effect> {
        let mut effects = Vec::new();
        let restored = std::mem::take(&mut self.unsaved.restored);
        if restored.is_empty() {
            self.tell(MessageKind::Note, "No unsaved work has come back.");
        }
        for Restored { study, work, key_images } in restored {
            for (key, shapes) in &work.marks {
                let left: Vec<Mark> =
                    self.marks.of(key).iter().filter(|mark| !shapes.contains(&mark.shape)).cloned().collect();
                self.marks.replace(&MarkPlace::Image(key.clone()), left);
            }
            for place in self.section_places() {
                let given_up = |mark: &Mark| {
                    let is_it = |of: &(Shape, Reformat)| (of.0, Some(of.1)) == (mark.shape, mark.section);
                    work.section_marks.values().flatten().any(is_it)
                };
                let left = self.marks.at(&place).iter().filter(|mark| !given_up(mark)).cloned().collect();
                self.marks.replace(&place, left);
            }
            for (key, scale) in &work.scales {
                if self.marks.own_scale(key) == Some(scale) {
                    self.marks.calibrate(key, None);
                    self.measure_again(key, library);
                }
            }
            if work.key_images.as_ref() == Some(&self.key_images.all_of(&study)) {
                self.key_images.replace(&study, key_images);
                effects.push(Effect::SaveKeyImages(study.clone()));
            }
            for look in &work.looks {
                self.discard_look(look, library);
            }
            if work.path.is_some() && UnsavedPath::of(self.path.as_ref(), library) == work.path {
                self.give_up_path();
            }
            self.tell(
                MessageKind::Note,
                format!("Given up: {}. “drafts restore” brings it back.", work.words()),
            );
            self.unsaved.discarded.insert(study, work);
        }
        self.selected = None;
        effects
    }

    fn discard_look(&mut self, look: &UnsavedLook, library: &Library) {
        self.unsaved.to_hang.retain(|waiting| waiting != look);
        let fresh = self.settings.fresh_viewport();
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if UnsavedLook::of(viewport, library).is_some_and(|now| now.is_alike(look)) {
                viewport.view = fresh.view;
                viewport.look = fresh.look.clone();
                viewport.presented = fresh.presented.clone();
                viewport.fused = None;
            }
        }
    }

    /// Brings back once more what was given up.
    pub(super) fn restore_drafts(&mut self, library: &Library) -> Vec<Effect> {
        let discarded = std::mem::take(&mut self.unsaved.discarded);
        if discarded.is_empty() {
            self.tell(MessageKind::Note, "No unsaved work was given up.");
        }
        self.give_back(discarded, library)
    }
}
