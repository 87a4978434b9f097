//! Marks: drawn, moved, selected, removed, and brought back.

use crate::annotation::{Part, Scale, Shape, hit};
use crate::command::{EditCommand, ToolName};
use crate::dicom::{Calibration, FrameKey};
use crate::geometry::{Point, View};
use crate::study::{Image, Library};

use super::super::history::Change;
use super::super::marks::{Draft, HeldMark, Mark, MarkGround};
use super::super::screen::Screen;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Source;

/// So near, in device pixels at scale 1, the pointer takes hold of a mark.
const REACH: f64 = 6.0;

/// A stroke no longer than this, in device pixels at scale 1, is a click: the next one places the next point.
const CLICK_MAX: f64 = 3.0;

/// The most marks on one image.
pub(in super::super) const MARKS_MAX: usize = 500;

impl Session {
    pub(super) fn apply_edit(&mut self, command: EditCommand, library: &Library) {
        match command {
            EditCommand::Undo | EditCommand::Redo => {
                let is_redo = command == EditCommand::Redo;
                // A mark that is being drawn is the last change.
                if !is_redo && self.draft.take().is_some() {
                    return;
                }
                let Some(change) = self.step_back(is_redo, library) else {
                    let what =
                        if is_redo { "There is nothing to do again." } else { "There is nothing to undo." };
                    return self.tell(MessageKind::Note, what);
                };
                let image = change.image().cloned();
                if image.is_some_and(|key| !self.is_on_screen(&key, library)) {
                    self.tell(MessageKind::Note, "That changed marks on an image that is not on the screen.");
                }
            }
            EditCommand::Select(next) => {
                let Some((_, image)) = self.pointed(library) else { return };
                let marks = self.marks.of(&image.key());
                let at = marks.iter().position(|mark| Some(mark.id) == self.selected);
                let index = match at {
                    Some(at) => next.index_from(at, marks.len()),
                    None if marks.is_empty() => None,
                    None => Some(0),
                };
                let chosen = index.and_then(|index| marks.get(index)).map(|mark| mark.id);
                match chosen {
                    Some(id) => self.selected = Some(id),
                    None => self.tell(MessageKind::Note, "There is no such mark on this image."),
                }
            }
            EditCommand::Calibrate(known_mm) => self.calibrate(known_mm, library),
            EditCommand::Delete => {
                let selected = self.selected;
                self.remove_marks(library, "No mark is selected on this image.", |mark| {
                    Some(mark.id) == selected
                });
            }
            EditCommand::Clear => self.remove_marks(library, "There is no mark on this image.", |_| true),
        }
    }

    /// The selected length is so many millimetres long, or the image's own scale counts again.
    fn calibrate(&mut self, known_mm: Option<f64>, library: &Library) {
        let Some((_, image)) = self.pointed(library) else { return };
        // One number does not fit several scales, nor a region without any. Rule X-11.
        let has_regions = |calibration: &Calibration| !calibration.regions.is_empty();
        if image.instance.calibration.as_deref().is_some_and(has_regions) {
            return self
                .tell(MessageKind::Note, "This image states a scale for each of its ultrasound regions.");
        }
        let key = image.key();
        let selected = self.marks.of(&key).iter().find(|mark| Some(mark.id) == self.selected);
        let scale = match (known_mm, selected.map(|mark| mark.shape)) {
            (None, _) => None,
            (Some(mm), Some(Shape::Length(ends))) => {
                Scale::calibrated(ends, mm, image.instance.image.pixel_aspect)
            }
            (Some(_), _) => {
                return self
                    .tell(MessageKind::Note, "Select a length on this image whose millimetres are known.");
            }
        };
        let scale = self.marks.calibrate(&key, scale);
        self.marks.measure_again(&key, image, library);
        self.history.note(Change::Scale { key, scale });
    }

    /// An image as the focused viewport shows it.
    fn ground<'a>(&self, image: &'a Image, library: &Library) -> MarkGround<'a> {
        let key = self.focused_viewport().map(|viewport| viewport.presented.key(image, library));
        MarkGround { image, subtraction: key.and_then(|key| key.subtraction) }
    }

    /// The marks of what the focused viewport shows count the values that it shows now.
    pub(super) fn count_marks_again(&mut self, library: &Library) {
        let Some((set, _)) = self.shown(library) else { return };
        for image in &set.images {
            let key = image.key();
            if !self.marks.of(&key).is_empty() {
                let MarkGround { subtraction, .. } = self.ground(image, library);
                self.marks.put_on(&key, subtraction.as_ref());
                self.marks.measure_again(&key, image, library);
            }
        }
    }

    fn is_on_screen(&self, key: &FrameKey, library: &Library) -> bool {
        let Some((set, image)) = library.locate(key) else { return false };
        self.screens.iter().flat_map(Screen::visible).any(|(_, viewport)| {
            let shown = |source: &Source| source.index..source.index + viewport.tiles.count();
            let source = viewport.source.as_ref().filter(|source| source.display_set == set);
            source.is_some_and(|source| shown(source).contains(&image))
        })
    }

    fn remove_marks(&mut self, library: &Library, none: &str, is_meant: impl Fn(&Mark) -> bool) {
        let Some((_, image)) = self.pointed(library) else { return };
        let key = image.key();
        let (removed, left): (Vec<Mark>, Vec<Mark>) = self.marks.of(&key).iter().cloned().partition(is_meant);
        if removed.is_empty() {
            return self.tell(MessageKind::Note, none);
        }
        let marks = self.marks.replace(&key, left);
        self.selected = None;
        self.history.note(Change::Marks { key, marks });
    }

    /// The mark under the pointer, which is then selected.
    pub(super) fn grasp(&mut self, at: Point<View>, library: &Library) -> Option<HeldMark> {
        if !self.shows_marks {
            return None;
        }
        let (_, image) = self.pointed(library)?;
        let key = image.key();
        let image_from_view = self.image_from_pointed_view(library)?;
        let view_from_image = image_from_view.inverse()?;
        let reach = REACH * f64::from(self.focused_screen()?.surface.scale).max(0.1);
        let marks = self.marks.of(&key);
        // What was drawn last lies on top; a handle counts before any outline.
        let hits = marks.iter().rev().filter_map(|mark| {
            let part = hit(&mark.shape, &view_from_image, at, reach)?;
            let handle = match part {
                Part::Handle(handle) => Some(handle),
                Part::Outline => None,
            };
            Some((handle, mark))
        });
        let (handle, mark) = hits.min_by_key(|(handle, _)| handle.is_none())?;
        let (id, shape) = (mark.id, mark.shape);
        let before = marks.to_vec();
        self.selected = Some(id);
        Some(HeldMark { key, id, handle, shape, from: image_from_view * at, before })
    }

    /// Moves the mark in the hand; whether there is one.
    pub(super) fn move_mark(&mut self, at: Point<View>, library: &Library) -> bool {
        let Some(held) = self.gesture.as_ref().and_then(|gesture| gesture.mark.clone()) else { return false };
        let Some(map) = self.image_from_pointed_view(library) else { return true };
        let Some((_, image)) = self.pointed(library) else { return true };
        let shape = held.at(map * at);
        let moved = self.marks.while_drawn(held.id, shape, self.ground(image, library), library);
        if let Some(mark) = self.marks.get_mut(&held.key, held.id)
            && held.key == image.key()
        {
            *mark = moved;
        }
        true
    }

    /// Lets go of the mark in the hand: it is measured whole, and its way can be taken back.
    pub(super) fn let_go(&mut self, held: Option<HeldMark>, has_moved: bool, library: &Library) {
        let Some(HeldMark { key, id, before, .. }) = held.filter(|_| has_moved) else { return };
        if let Some((_, image)) = self.pointed(library)
            && image.key() == key
            && let Some(shape) = self.marks.get_mut(&key, id).map(|mark| mark.shape)
        {
            let whole = self.marks.measured(id, shape, self.ground(image, library), library);
            if let Some(mark) = self.marks.get_mut(&key, id) {
                *mark = whole;
            }
        }
        self.history.note(Change::Marks { key, marks: before });
    }

    /// Places the next point of a mark: the first of a new one, or the one that followed the pointer.
    pub(super) fn place_point(&mut self, at: Point<View>, library: &Library) {
        let Some(map) = self.image_from_pointed_view(library) else { return };
        let Some((_, image)) = self.pointed(library) else { return };
        let (key, at) = (image.key(), map * at);
        let goes_on = self.draft.as_ref().is_some_and(|draft| draft.key == key && draft.tool == self.tool);
        if goes_on {
            if let Some(last) = self.draft.as_mut().and_then(|draft| draft.points.last_mut()) {
                *last = at;
            }
            // The release places it.
            return;
        }
        self.selected = None;
        self.draft = Some(Draft { key, tool: self.tool, mark: None, points: vec![at, at] });
        self.measure_draft(library);
    }

    /// The last point of the mark that is being drawn follows the pointer.
    pub(super) fn draw_to(&mut self, at: Point<View>, library: &Library) {
        let Some(map) = self.image_from_pointed_view(library) else { return };
        let Some((_, image)) = self.pointed(library) else { return };
        let key = image.key();
        let Some(draft) = self.draft.as_mut().filter(|draft| draft.key == key) else { return };
        if let Some(last) = draft.points.last_mut() {
            *last = map * at;
        }
        self.measure_draft(library);
    }

    fn measure_draft(&mut self, library: &Library) {
        let Some((_, image)) = self.pointed(library) else { return };
        let ground = self.ground(image, library);
        let Some(draft) = &mut self.draft else { return };
        draft.mark = draft.shape().map(|shape| self.marks.while_drawn(0, shape, ground, library));
    }

    /// The button went up: the point under the pointer is placed, unless it is where the mark began. Then the next press
    /// places it.
    pub(super) fn end_stroke(&mut self, at: Point<View>, library: &Library) {
        self.draw_to(at, library);
        let surface_scale =
            self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        let click = self.focused_scale(library).map_or(0.0, |(across, _)| CLICK_MAX * surface_scale / across);
        let Some(draft) = &mut self.draft else { return };
        let is_click = matches!(draft.points.as_slice(), [first, last] if (*last - *first).length() <= click);
        if draft.tool != ToolName::Probe && (is_click || draft.is_degenerate()) {
            return;
        }
        if draft.tool == ToolName::Probe || draft.points.len() >= draft.points_needed() {
            return self.keep_draft(library);
        }
        draft.points.extend(draft.points.last().copied());
    }

    /// What was drawn becomes a mark, and the tool scrolling again.
    fn keep_draft(&mut self, library: &Library) {
        let Some((_, image)) = self.pointed(library) else { return };
        let Some(draft) = self.draft.take() else { return };
        let Some(shape) = draft.shape().filter(|_| draft.key == image.key()) else { return };
        let id = self.marks.next_id();
        let mut marks = self.marks.of(&draft.key).to_vec();
        if marks.len() >= MARKS_MAX {
            return self.tell(MessageKind::Note, format!("An image holds {MARKS_MAX} marks at most."));
        }
        marks.push(self.marks.measured(id, shape, self.ground(image, library), library));
        let before = self.marks.replace(&draft.key, marks);
        self.history.note(Change::Marks { key: draft.key, marks: before });
        self.selected = Some(id);
        self.shows_marks = true;
        self.tool = ToolName::Scroll;
    }
}
