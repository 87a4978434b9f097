//! The path: drawn, edited, and shown along.

use crate::command::{CurveCommand, Grid, ScrollTarget, ToolName};
use crate::geometry::{Curve, CurveMode, Patient, Point, Section, View as ViewSpace};
use crate::study::Library;

use super::super::curve::{Along, DrawnPath};
use super::super::history::Change;
use super::super::reformat::Reformat;
use super::super::state::{MessageKind, Session};
use super::super::viewport::{Source, View, Viewport};

/// So near, in device pixels at scale 1, the pointer takes hold of a point.
const REACH: f64 = 7.0;

const NO_PATH: &str = "There is no path: `curve start` begins one.";
const NOT_ALONG: &str = "This is no picture along a path: `curve close` shows one.";

/// A point of the path in the hand, and the path before.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct HeldPoint {
    index: usize,
    before: DrawnPath,
}

impl Session {
    pub(super) fn apply_curve(&mut self, command: CurveCommand, library: &Library) {
        match command {
            CurveCommand::Start => {
                if self.is_along_path() {
                    return self.tell(
                        MessageKind::Note,
                        "A path is drawn on images and sections, not on the picture along it.",
                    );
                }
                let Some((set, volume)) = self.volume_in_focus(library) else { return };
                let Some(plane) = self.plane_in_focus(library) else {
                    return self
                        .tell(MessageKind::Note, "This image does not say where in the patient it lies.");
                };
                self.put_path(Some(DrawnPath::new(set.id.clone(), plane, volume.finest_mm())));
                self.tool = ToolName::Curve;
                self.draft = None;
            }
            CurveCommand::Add(at) => self.add_to_path(at, library),
            CurveCommand::Back => {
                let Some(path) = self.path.as_ref().filter(|path| !path.points.is_empty()) else {
                    return self.tell(MessageKind::Note, NO_PATH);
                };
                let points = path.points.iter().copied().take(path.points.len() - 1).collect();
                self.put_path(Some(path.through(points)));
            }
            CurveCommand::Close => self.show_along_path(library),
            CurveCommand::Off => {
                if self.path.is_none() {
                    return self.tell(MessageKind::Note, NO_PATH);
                }
                self.give_up_path();
            }
            CurveCommand::Turn(degrees) => self.change_along(|along| along.turned(degrees)),
            CurveCommand::Mode(mode) => {
                let curve = self.path.as_ref().map(|path| path.curve(mode).cloned());
                match curve {
                    Some(Ok(curve)) => {
                        self.change_along(|along| Along { curve, mode, turn_degrees: along.turn_degrees });
                    }
                    Some(Err(why)) => self.tell(MessageKind::Note, format!("Not {}: {why}.", mode.name())),
                    None => self.tell(MessageKind::Note, NO_PATH),
                }
            }
        }
    }

    /// Ends the path and the pictures along it; it can be brought back.
    pub(in super::super) fn give_up_path(&mut self) {
        self.put_path(None);
        if self.tool == ToolName::Curve {
            self.tool = ToolName::Scroll;
        }
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if viewport.along.take().is_some() {
                (viewport.reformat, viewport.view) = (None, View::default());
            }
        }
    }

    /// Replaces the path; what was can be brought back.
    fn put_path(&mut self, path: Option<DrawnPath>) {
        let before = std::mem::replace(&mut self.path, path);
        self.history.note(Change::Path(before.map(Box::new)));
    }

    fn change_along(&mut self, change: impl FnOnce(Along) -> Along) {
        let along = self.focused_viewport().and_then(Viewport::along).cloned();
        match (along, self.focused_viewport_mut()) {
            (Some(along), Some(viewport)) => viewport.along = Some(change(along)),
            _ => self.tell(MessageKind::Note, NOT_ALONG),
        }
    }

    /// The plane that the focused viewport shows, with its rows to the right; `None` of an image without a place.
    fn plane_in_focus(&self, library: &Library) -> Option<Section> {
        let (_, image) = self.looked_at(library)?;
        let plane = self.applied(self.focused_viewport()?, image, library).plane(image)?;
        Section::new(plane.origin, plane.row_direction, plane.column_direction)
    }

    /// Goes on to a place; begins a path where there is none in this space.
    fn add_to_path(&mut self, at: Point<Patient>, library: &Library) {
        let set = self.shown(library).map(|(set, _)| set);
        let is_here = |path: &DrawnPath| set.is_some_and(|set| path.is_in(set, library));
        if !self.path.as_ref().is_some_and(is_here) {
            self.apply_curve(CurveCommand::Start, library);
        }
        let Some(path) = self.path.as_ref().filter(|path| is_here(path)) else { return };
        if path.points.len() >= Curve::POINTS_MAX {
            let text = format!("A path has {} points at most.", Curve::POINTS_MAX);
            return self.tell(MessageKind::Note, text);
        }
        let points = path.points.iter().copied().chain([at]).collect();
        self.put_path(Some(path.through(points)));
    }

    /// Where in the patient a position in the focused viewport lies.
    pub(in super::super) fn patient_at(
        &self,
        at: Point<ViewSpace>,
        library: &Library,
    ) -> Option<Point<Patient>> {
        let (_, image) = self.looked_at(library)?;
        let in_image = self.image_from_pointed_view(library)? * at;
        self.applied(self.focused_viewport()?, image, library).patient_at(image, in_image)
    }

    /// A press of the curve tool: the path goes on to there.
    pub(super) fn press_with_curve(&mut self, at: Point<ViewSpace>, library: &Library) {
        if self.is_along_path() {
            return self.apply_curve(CurveCommand::Start, library);
        }
        match self.patient_at(at, library) {
            Some(at) => self.add_to_path(at, library),
            None => {
                self.tell(MessageKind::Note, "This image does not say where in the patient it lies.");
            }
        }
    }

    /// By keys: a click places a point where the keys led the pointer, and ends the path there and under the mouse.
    pub(super) fn click_with_curve(&mut self, at: Point<ViewSpace>, is_by_keys: bool, library: &Library) {
        let here = self.patient_at(at, library);
        let last = self.path.as_ref().and_then(|path| path.points.last());
        let is_placed = here.zip(last).is_some_and(|(here, last)| (*last - here).length() < 1e-6);
        if is_by_keys && !is_placed {
            self.press_with_curve(at, library);
        } else {
            self.show_along_path(library);
        }
    }

    /// The point of the path under the pointer, taken into the hand: the nearest of those in the plane shown.
    pub(super) fn grasp_path(&self, at: Point<ViewSpace>, library: &Library) -> Option<HeldPoint> {
        let path = self.path.as_ref().filter(|_| self.shows_lines)?;
        let (set, image) = self.looked_at(library)?;
        let applied = self.applied(self.focused_viewport()?, image, library);
        let plane = applied.plane(image).filter(|_| path.is_in(set, library))?;
        let view_from_patient =
            self.image_from_pointed_view(library)?.inverse()? * plane.patient_from_image().inverse()?;
        let near_mm = self.near_mm(self.focused_viewport()?, set);
        let reach =
            REACH * self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        let distance = |(index, point): (usize, &Point<Patient>)| {
            let seen = (view_from_patient * *point).xyz;
            let is_near = (*point - plane.origin).dot(plane.normal()).abs() <= near_mm;
            is_near.then_some(((seen - at.xyz).truncate().length(), index))
        };
        let nearest =
            path.points.iter().enumerate().filter_map(distance).min_by(|(a, _), (b, _)| a.total_cmp(b));
        let (_, index) = nearest.filter(|(distance, _)| *distance <= reach)?;
        Some(HeldPoint { index, before: path.clone() })
    }

    /// Moves the point in the hand; whether there is one.
    pub(super) fn move_path_point(&mut self, at: Point<ViewSpace>, library: &Library) -> bool {
        let held = self.gesture.as_ref().and_then(|gesture| gesture.path_point.as_ref());
        let Some(HeldPoint { index, before }) = held else { return false };
        if let Some(at) = self.patient_at(at, library) {
            let mut points = before.points.clone();
            if let Some(point) = points.get_mut(*index) {
                *point = at;
            }
            self.path = Some(before.through(points));
        }
        true
    }

    /// Lets go of the point in the hand: its way can be taken back.
    pub(super) fn let_path_go(&mut self, held: Option<HeldPoint>, has_moved: bool) {
        if let Some(HeldPoint { before, .. }) = held.filter(|_| has_moved) {
            self.history.note(Change::Path(Some(Box::new(before))));
        }
    }

    /// The point in the hand goes back to where it was.
    pub(super) fn give_path_back(&mut self, held: Option<HeldPoint>) {
        if let Some(HeldPoint { before, .. }) = held {
            self.path = Some(before);
            self.gather_curves();
        }
    }

    /// Ends drawing; a path that nothing is shown along goes with it. Whether one was being drawn.
    pub(super) fn cancel_path(&mut self) -> bool {
        if self.tool != ToolName::Curve {
            return false;
        }
        self.tool = ToolName::Scroll;
        let mut viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        if self.path.is_some() && viewports.all(|viewport| viewport.along().is_none()) {
            self.put_path(None);
        }
        true
    }

    /// Shows the picture along the path: where one is shown already, else in an empty viewport, else beside the only one, else in
    /// the last that has not the focus.
    fn show_along_path(&mut self, library: &Library) {
        let Some(path) = self.path.clone() else { return self.tell(MessageKind::Note, NO_PATH) };
        let curve = match path.curve(CurveMode::Straightened) {
            Ok(curve) => curve.clone(),
            Err(why) => {
                return self.tell(MessageKind::Note, format!("There is no picture along the path: {why}."));
            }
        };
        let Some((set, _)) = self.shown(library).filter(|(set, _)| path.is_in(set, library)) else {
            return self.tell(MessageKind::Note, "The path lies in another series than this viewport's.");
        };
        if self.volume_in_focus(library).is_none() {
            return;
        }
        self.tool = ToolName::Scroll;
        let Some(shown) = self.focused_viewport().cloned() else { return };
        let Some(screen) = self.focused_screen_mut() else { return };
        screen.show_all();
        let count = screen.division.count();
        let focus = self.focus.viewport;
        let viewports = || {
            self.focused_screen()
                .into_iter()
                .flat_map(|screen| screen.viewports.iter().take(count))
                .enumerate()
        };
        let along = viewports().find(|(_, viewport)| viewport.along().is_some());
        let place = along
            .or_else(|| viewports().find(|(_, viewport)| viewport.source.is_none()))
            .or_else(|| viewports().filter(|(index, _)| *index != focus).last());
        let (place, is_along) = place.map_or((1, false), |(index, shown)| (index, shown.along().is_some()));
        if let Some(beside) = Grid::new(1, 2).filter(|_| count == 1) {
            self.set_grid(beside);
        }
        if !is_along {
            let index = shown.source.as_ref().map_or(0, |source| source.index);
            let source = Some(Source { display_set: set.id.clone(), index });
            let along = Along { curve, mode: CurveMode::Straightened, turn_degrees: 0.0 };
            let first = path.points.first().copied().unwrap_or(path.plane.center());
            let reformat = Some(Reformat::new(path.plane.through(first)));
            let mut fresh = Viewport { source, reformat, tiles: Grid::ONE, view: View::default(), ..shown };
            fresh.along = Some(along);
            fresh.cine.stop();
            let viewport = self.focused_screen_mut().and_then(|screen| screen.viewports.get_mut(place));
            if let Some(viewport) = viewport {
                *viewport = fresh;
            }
        }
        self.focus.viewport = place;
    }

    /// Scrolling turns the picture about the path; whether one is there.
    pub(super) fn scroll_along(&mut self, target: ScrollTarget) -> bool {
        let Some(along) = self.focused_viewport().and_then(Viewport::along).cloned() else { return false };
        let degrees = |number: usize| {
            #[expect(clippy::cast_precision_loss, reason = "at most 72 steps")]
            let steps = number.clamp(1, Along::STEPS) as f64 - 1.0;
            steps * Along::STEP_DEGREES
        };
        let turned = match target {
            ScrollTarget::By(steps) => along.turned(f64::from(steps) * Along::STEP_DEGREES),
            ScrollTarget::First => Along { turn_degrees: 0.0, ..along },
            ScrollTarget::Last => Along { turn_degrees: degrees(Along::STEPS), ..along },
            ScrollTarget::To(number) => Along { turn_degrees: degrees(number), ..along },
        };
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.along = Some(turned);
        }
        true
    }
}
