//! Marks: drawn, moved, selected, removed, and brought back.

use std::sync::Arc;

use crate::annotation::{Part, Scale, Shape, hit};
use crate::command::{EditCommand, Next, ToolName};
use crate::dicom::{Calibration, Subtraction};
use crate::geometry::{Image as ImageSpace, Map, Point, View};
use crate::study::{Image, Library};
use crate::units::MmPerPixel;

use super::super::history::Change;
use super::super::marks::{Draft, HeldMark, Mark, MarkGround, MarkPlace};
use super::super::reformat::Reformat;
use super::super::screen::Screen;
use super::super::section_marks::{mark_from_sheet, section_ground};
use super::super::state::{MessageKind, Session};
use super::super::viewport::Viewport;

/// So near, in device pixels at scale 1, the pointer takes hold of a mark.
const REACH: f64 = 6.0;

/// A stroke no longer than this, in device pixels at scale 1, is a click: the next one places the next point.
const CLICK_MAX: f64 = 3.0;

/// The most marks on one image, or on the sections of one volume.
pub(in super::super) const MARKS_MAX: usize = 500;

/// A mark that the focused viewport shows.
pub(in super::super) struct SeenMark<'a> {
    pub(in super::super) mark: &'a Mark,
    /// From the viewport to its positions.
    mark_from_view: Map<ImageSpace, View>,
}

impl Session {
    pub(super) fn apply_edit(&mut self, command: EditCommand, library: &Library) {
        match command {
            EditCommand::Undo | EditCommand::Redo => {
                let is_redo = command == EditCommand::Redo;
                // A mark that is being drawn is the last change.
                if !is_redo && self.draft.take().is_some() {
                    return;
                }
                let Some(change) = self.step_back(is_redo, library).cloned() else {
                    let what =
                        if is_redo { "There is nothing to do again." } else { "There is nothing to undo." };
                    return self.tell(MessageKind::Note, what);
                };
                if let Some(what) = self.unseen_change(&change, library) {
                    let text = format!("That changed marks on {what} that is not on the screen.");
                    self.tell(MessageKind::Note, text);
                }
            }
            EditCommand::Select(next) => self.select_mark(next, library),
            EditCommand::Calibrate(known_mm) => self.calibrate(known_mm, library),
            EditCommand::Delete => {
                let selected = self.selected;
                self.remove_marks(library, "No mark is selected on", |mark| Some(mark.id) == selected);
            }
            EditCommand::Clear => self.remove_marks(library, "There is no mark on", |_| true),
        }
    }

    /// Selects a mark of the image in focus, or of the volume: then the section goes to its plane, as it was drawn on.
    fn select_mark(&mut self, next: Next, library: &Library) {
        let Some(viewport) = self.focused_viewport() else { return };
        let marks: Vec<&Mark> = match (viewport.reformat, self.shown(library), self.pointed(library)) {
            (Some(_), Some((set, _)), _) => self.marks_of_volume(set, library).collect(),
            (_, _, Some((_, image))) => self.marks.of(&image.key()).iter().collect(),
            _ => return,
        };
        let at = marks.iter().position(|mark| Some(mark.id) == self.selected);
        let index = match at {
            Some(at) => next.index_from(at, marks.len()),
            None if marks.is_empty() => None,
            None => Some(0),
        };
        let Some(chosen) = index.and_then(|index| marks.get(index)).map(|mark| (*mark).clone()) else {
            let text = format!("There is no such mark on {}.", self.this_picture());
            return self.tell(MessageKind::Note, text);
        };
        self.selected = Some(chosen.id);
        if let Some(reformat) = chosen.section {
            self.go_to_mark(&chosen, reformat, library);
        }
    }

    /// What the focused viewport shows, in words.
    fn this_picture(&self) -> &'static str {
        let is_section = self.focused_viewport().is_some_and(|viewport| viewport.reformat.is_some());
        if is_section { "this section" } else { "this image" }
    }

    /// The marks that the focused viewport shows, those on top last.
    pub(in super::super) fn seen_marks(&self, library: &Library) -> Vec<SeenMark<'_>> {
        let seen = || {
            let map = self.image_from_pointed_view(library)?;
            if let Some((_, image)) = self.pointed(library) {
                let marks = self.marks.of(&image.key()).iter();
                return Some(marks.map(|mark| SeenMark { mark, mark_from_view: map }).collect());
            }
            let (set, _) = self.shown(library)?;
            let (reformat, volume) = self.focused_viewport()?.section(library)?;
            let sheet = reformat.sheet(&volume).plane;
            let marks = self.marks_on_section(&reformat, &volume, set, library).into_iter();
            let seen = marks.filter_map(|seen| {
                let mark_from_view = mark_from_sheet(&seen.section, &sheet)? * map;
                Some(SeenMark { mark: seen.mark, mark_from_view })
            });
            Some(seen.collect())
        };
        seen().unwrap_or_default()
    }

    /// What the pointer is over in the focused viewport: where marks on it are kept, and which section it is.
    fn marked_place(&self, library: &Library) -> Option<(MarkPlace, Option<Reformat>)> {
        if let Some((_, image)) = self.pointed(library) {
            return Some((MarkPlace::Image(image.key()), None));
        }
        let (reformat, _) = self.focused_viewport()?.section(library)?;
        let (set, _) = self.shown(library)?;
        Some((self.volume_place(set, library)?, Some(reformat)))
    }

    /// The same, to measure on; of a section that may lie in the slab of the one that is shown.
    fn ground_in_focus<'a>(&self, section: Option<Reformat>, library: &'a Library) -> Option<MarkGround<'a>> {
        let Some(reformat) = section else {
            return Some(self.ground(self.pointed(library)?.1, library));
        };
        let id = &self.shown(library)?.0.id;
        section_ground(reformat, library.find(id)?.2, library)
    }

    /// From the focused viewport to positions of marks on the image that the pointer is over, or on a section.
    fn mark_from_pointed_view(
        &self,
        section: Option<Reformat>,
        library: &Library,
    ) -> Option<Map<ImageSpace, View>> {
        let map = self.image_from_pointed_view(library)?;
        let Some(on) = section else { return Some(map) };
        let (reformat, volume) = self.focused_viewport()?.section(library)?;
        Some(mark_from_sheet(&on.section, &reformat.sheet(&volume).plane)? * map)
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

    /// What is subtracted from an image as the focused viewport shows it.
    fn subtraction(&self, image: &Image, library: &Library) -> Option<Arc<Subtraction>> {
        let key = self.focused_viewport().map(|viewport| viewport.presented.key(image, library));
        key.and_then(|key| key.subtraction)
    }

    /// An image as the focused viewport shows it.
    fn ground<'a>(&self, image: &'a Image, library: &Library) -> MarkGround<'a> {
        let stated = self.stated_spacing(image, library);
        MarkGround::Image { image, subtraction: self.subtraction(image, library), stated }
    }

    /// What the presentation state says of the size of an image's pixels, as the focused viewport shows it.
    pub(super) fn stated_spacing(&self, image: &Image, library: &Library) -> Option<MmPerPixel> {
        self.applied(self.focused_viewport()?, image, library).spacing(image)
    }

    /// The marks of what the focused viewport shows count the values that it shows now.
    pub(super) fn count_marks_again(&mut self, library: &Library) {
        let Some((set, _)) = self.shown(library) else { return };
        for image in
            set.images.iter().filter(|image| !self.marks.of(&image.key()).is_empty()).collect::<Vec<_>>()
        {
            self.measure_as_shown(image, library);
        }
    }

    /// The same where what a presentation state says of the size of their images' pixels is another by now: it came later than they did.
    pub(in super::super) fn scale_marks_again(&mut self, library: &Library) {
        // A state is for images: what is shown of a volume tells nothing of them.
        if self.focused_viewport().is_none_or(Viewport::is_of_volume) {
            return;
        }
        let Some((set, _)) = self.shown(library) else { return };
        let marked = self.marks.images().filter(|key| key.series == set.id.series);
        let images = marked.filter_map(|key| library.image(key)).filter(|image| {
            let stated = self.stated_spacing(image, library);
            self.marks.of(&image.key()).iter().any(|mark| mark.stated != stated)
        });
        for image in images.collect::<Vec<_>>() {
            self.measure_as_shown(image, library);
        }
    }

    fn measure_as_shown(&mut self, image: &Image, library: &Library) {
        let key = image.key();
        let (subtraction, stated) = (self.subtraction(image, library), self.stated_spacing(image, library));
        self.marks.put_on(&key, subtraction.as_ref(), stated);
        self.marks.measure_again(&key, image, library);
    }

    /// On what marks were changed, if that is nowhere on the screen.
    fn unseen_change(&self, change: &Change, library: &Library) -> Option<&'static str> {
        let (key, marks) = match change {
            Change::Shown(_) | Change::Path(_) => return None,
            Change::Marks { place: MarkPlace::Volume(key), marks } => (key, Some(marks)),
            Change::Marks { place: MarkPlace::Image(key), .. } | Change::Scale { key, .. } => (key, None),
        };
        let (set, image) = library.locate(key)?;
        let mut shown = self.screens.iter().flat_map(Screen::visible).map(|(_, viewport)| viewport);
        let Some(marks) = marks else {
            let is_shown = shown.any(|viewport| {
                let is_its = viewport.source.as_ref().is_some_and(|source| source.display_set == set);
                let mut tiles = viewport.tile_indices(usize::MAX);
                viewport.reformat.is_none() && is_its && tiles.any(|index| index == image)
            });
            return (!is_shown).then_some("an image");
        };
        let now = self.marks.at(&MarkPlace::Volume(key.clone()));
        let differs = |marks: &[Mark], mark: &Mark| marks.iter().all(|other| other.shape != mark.shape);
        let gone = marks.iter().filter(|mark| differs(now, mark));
        let changed: Vec<&Mark> = gone.chain(now.iter().filter(|mark| differs(marks, mark))).collect();
        let is_shown = shown.any(|viewport| {
            let is_its = viewport.source.as_ref().is_some_and(|source| source.display_set == set);
            let section = viewport.section(library).filter(|_| is_its && viewport.along().is_none());
            section.is_some_and(|(reformat, volume)| {
                changed.iter().any(|mark| reformat.shows(mark, &volume).is_some())
            })
        });
        (!is_shown).then_some("a section")
    }

    fn remove_marks(&mut self, library: &Library, none: &str, is_meant: impl Fn(&Mark) -> bool) {
        let seen = self.seen_marks(library);
        let meant: Vec<u32> =
            seen.iter().map(|seen| seen.mark).filter(|mark| is_meant(mark)).map(|mark| mark.id).collect();
        let Some((place, _)) = self.marked_place(library).filter(|_| !meant.is_empty()) else {
            let text = format!("{none} {}.", self.this_picture());
            return self.tell(MessageKind::Note, text);
        };
        let left = self.marks.at(&place).iter().filter(|mark| !meant.contains(&mark.id)).cloned().collect();
        let marks = self.marks.replace(&place, left);
        self.selected = None;
        self.history.note(Change::Marks { place, marks });
    }

    /// The mark under the pointer, which is then selected.
    pub(super) fn grasp(&mut self, at: Point<View>, library: &Library) -> Option<HeldMark> {
        if !self.shows_marks {
            return None;
        }
        let reach = REACH * f64::from(self.focused_screen()?.surface.scale).max(0.1);
        let (place, _) = self.marked_place(library)?;
        let seen = self.seen_marks(library);
        // What was drawn last lies on top; a handle counts before any outline.
        let hits = seen.iter().rev().filter_map(|seen| {
            let part = hit(&seen.mark.shape, &seen.mark_from_view.inverse()?, at, reach)?;
            let handle = match part {
                Part::Handle(handle) => Some(handle),
                Part::Outline => None,
            };
            Some((handle, seen))
        });
        let (handle, SeenMark { mark, mark_from_view }) = hits.min_by_key(|(handle, _)| handle.is_none())?;
        let (id, shape, from) = (mark.id, mark.shape, *mark_from_view * at);
        let before = self.marks.at(&place).to_vec();
        self.selected = Some(id);
        Some(HeldMark { place, id, handle, shape, from, before })
    }

    /// Moves the mark in the hand; whether there is one.
    pub(super) fn move_mark(&mut self, at: Point<View>, library: &Library) -> bool {
        let Some(held) = self.gesture.as_ref().and_then(|gesture| gesture.mark.clone()) else { return false };
        let moved = || {
            let section = self.held_section(&held, library)?;
            let shape = held.at(self.mark_from_pointed_view(section, library)? * at);
            let ground = self.ground_in_focus(section, library)?;
            Some(self.marks.while_drawn(held.id, shape, ground, library))
        };
        if let Some(moved) = moved()
            && let Some(mark) = self.marks.get_mut(&held.place, held.id)
        {
            *mark = moved;
        }
        true
    }

    /// The section that the mark in the hand lies on, none on an image; nothing where another picture is in focus by now.
    #[expect(clippy::option_option, reason = "no mark in the hand, and a mark on no section, are two things")]
    fn held_section(&self, held: &HeldMark, library: &Library) -> Option<Option<Reformat>> {
        let is_here = self.marked_place(library).is_some_and(|(place, _)| place == held.place);
        let mark = self.marks.at(&held.place).iter().find(|mark| mark.id == held.id)?;
        is_here.then_some(mark.section)
    }

    /// Lets go of the mark in the hand: it is measured whole, and its way can be taken back.
    pub(super) fn let_go(&mut self, held: Option<HeldMark>, has_moved: bool, library: &Library) {
        let Some(held) = held.filter(|_| has_moved) else { return };
        let section = self.held_section(&held, library);
        let ground = section.and_then(|section| self.ground_in_focus(section, library));
        let shape = self.marks.get_mut(&held.place, held.id).map(|mark| mark.shape);
        if let Some((ground, shape)) = ground.zip(shape) {
            let whole = self.marks.measured(held.id, shape, ground, library);
            if let Some(mark) = self.marks.get_mut(&held.place, held.id) {
                *mark = whole;
            }
        }
        self.history.note(Change::Marks { place: held.place, marks: held.before });
    }

    /// The mark that is being drawn, if it is drawn on what the focused viewport shows.
    fn draft_in_focus(&self, library: &Library) -> Option<&Draft> {
        let (place, shown) = self.marked_place(library)?;
        let is_here = |draft: &&Draft| match (draft.section, shown) {
            (Some(section), Some(shown)) => draft.place == place && section.is_in_plane_of(&shown),
            (None, None) => draft.place == place,
            _ => false,
        };
        self.draft.as_ref().filter(is_here)
    }

    /// Places the next point of a mark: the first of a new one, or the one that followed the pointer.
    pub(super) fn place_point(&mut self, at: Point<View>, library: &Library) {
        if self.draft_in_focus(library).is_some_and(|draft| draft.tool == self.tool) {
            // The release places it.
            return self.draw_to(at, library);
        }
        let Some((place, section)) = self.marked_place(library) else { return };
        let Some(map) = self.mark_from_pointed_view(section, library) else { return };
        let points = vec![map * at, map * at];
        self.selected = None;
        self.draft = Some(Draft { place, section, tool: self.tool, mark: None, points });
        self.draw_to(at, library);
    }

    /// The last point of the mark that is being drawn follows the pointer.
    pub(super) fn draw_to(&mut self, at: Point<View>, library: &Library) {
        let Some(section) = self.draft_in_focus(library).map(|draft| draft.section) else { return };
        let Some(map) = self.mark_from_pointed_view(section, library) else { return };
        let ground = self.ground_in_focus(section, library);
        let Some(draft) = &mut self.draft else { return };
        if let Some(last) = draft.points.last_mut() {
            *last = map * at;
        }
        let drawn = draft.shape().zip(ground);
        draft.mark = drawn.map(|(shape, ground)| self.marks.while_drawn(0, shape, ground, library));
    }

    /// The button went up: the point under the pointer is placed, unless it is where the mark began. Then the next press
    /// places it.
    pub(super) fn end_stroke(&mut self, at: Point<View>, library: &Library) {
        self.draw_to(at, library);
        let surface_scale =
            self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        let section = self.draft.as_ref().and_then(|draft| draft.section);
        let map = self.mark_from_pointed_view(section, library);
        let view_from_mark = map.and_then(|map| map.inverse());
        let Some(draft) = &mut self.draft else { return };
        let is_click = matches!((draft.points.as_slice(), view_from_mark), ([first, last], Some(map))
            if (map * *last - map * *first).length() <= CLICK_MAX * surface_scale);
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
        let is_here = self.draft_in_focus(library).is_some();
        let Some(Draft { place, section, .. }) = &self.draft else { return };
        let (place, section) = (place.clone(), *section);
        let Some(ground) = self.ground_in_focus(section, library) else { return };
        let Some(shape) = self.draft.take().filter(|_| is_here).and_then(|draft| draft.shape()) else {
            return;
        };
        let id = self.marks.next_id();
        let mut marks = self.marks.at(&place).to_vec();
        if marks.len() >= MARKS_MAX {
            let what = if section.is_some() { "The sections of a volume hold" } else { "An image holds" };
            return self.tell(MessageKind::Note, format!("{what} {MARKS_MAX} marks at most."));
        }
        marks.push(self.marks.measured(id, shape, ground, library));
        let before = self.marks.replace(&place, marks);
        self.history.note(Change::Marks { place, marks: before });
        self.selected = Some(id);
        self.shows_marks = true;
        self.tool = ToolName::Scroll;
    }
}
