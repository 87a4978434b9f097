//! One point, and the sections that go through it: where each cuts the others, and what of that the hand takes hold of.

use crate::geometry::{
    Image as ImageSpace, Map, Patient, Point, Slice, Vector, View as ViewSpace, reference_line,
};
use crate::study::{DisplaySet, Library};

use super::link::{SharedPoint, nearest_image};
use super::presented::Framing;
use super::reformat::Reformat;
use super::state::Session;
use super::viewport::{Viewport, Zoom};

/// So near, in device pixels at scale 1, the pointer takes hold of a line.
const LINE_REACH: f64 = 6.0;

/// Nearer than this to the point, in device pixels at scale 1, it takes hold of the point.
const POINT_REACH: f64 = 14.0;

/// The shared point on what a viewport shows, and the sections of other viewports that go through it.
#[derive(Debug, Clone, PartialEq)]
pub struct Crosshair {
    /// The point, or above or below which place it lies.
    pub at: Point<ImageSpace>,
    /// Where other sections cut this one.
    pub lines: Vec<CrosshairLine>,
    /// Which of the sections is shown here; none where an image is.
    pub own: Option<usize>,
    /// The registration that brings the point or a line here from another frame of reference, in words.
    pub registration: Option<String>,
}

/// Where a section of another viewport cuts what is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrosshairLine {
    /// Which of the sections that go through the point, from 0: it has its own colour.
    pub section: usize,
    /// The window and the viewport that show it, as indices.
    pub place: (usize, usize),
    /// From edge to edge.
    pub ends: [Point<ImageSpace>; 2],
}

/// What of the crosshair is in the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrosshairGrip {
    /// The point.
    Point,
    /// The line of a section, which is turned.
    Line { screen: usize, viewport: usize },
}

impl Session {
    /// The crosshair on a slice of a display set that a viewport shows; `None` where no section goes through a shared point.
    pub fn crosshair(
        &self,
        place: (usize, usize),
        shown: &Slice,
        set: &DisplaySet,
        library: &Library,
    ) -> Option<Crosshair> {
        let shared = self.shared_point.as_ref()?;
        let (.., of_point) = library.find(&shared.display_set)?;
        let to_here = library.alignment(of_point, set, &[]).ok()?;
        let at = shown.plane.patient_from_image().inverse()? * (to_here.layer_from_base * shared.at);
        let mut registration = to_here.words();
        let sections = self.sections_of(of_point, library);
        let own = sections.iter().position(|(other, ..)| *other == place);
        let mut lines = Vec::new();
        for (section, (other, sheet, of)) in sections.iter().enumerate().filter(|(_, it)| it.0 != place) {
            let Ok(to_here) = library.alignment(of, set, &[]) else { continue };
            if let Some(ends) = reference_line(shown, sheet, &to_here.layer_from_base) {
                lines.push(CrosshairLine { section, place: *other, ends });
                registration = registration.or_else(|| to_here.words());
            }
        }
        let is_there = own.is_some() || !lines.is_empty();
        is_there.then_some(Crosshair { at: Point::flat(at.xyz.x, at.xyz.y), lines, own, registration })
    }

    /// Where sections stand that a point of a display set lies in, but for the viewport in focus.
    pub(super) fn other_sections(&self, space: &DisplaySet, library: &Library) -> Vec<(usize, usize)> {
        let focus = (self.focus.screen, self.focus.viewport);
        let places = self.sections_of(space, library).into_iter().map(|(place, ..)| place);
        places.filter(|place| *place != focus).collect()
    }

    /// The sections on screen whose place is known among the points of a display set: where they stand, their sheets, and of what
    /// they are.
    fn sections_of<'a>(
        &self,
        space: &DisplaySet,
        library: &'a Library,
    ) -> Vec<((usize, usize), Slice, &'a DisplaySet)> {
        let mut found = Vec::new();
        for (screen_index, screen) in self.screens.iter().enumerate() {
            for (index, viewport) in screen.visible() {
                let Some(source) = &viewport.source else { continue };
                let Some((.., set)) = library.find(&source.display_set) else { continue };
                let is_flat = |_: &(Reformat, _)| viewport.along().is_none();
                let Some((reformat, volume)) = viewport.section(library).filter(is_flat) else { continue };
                if library.between(space, set).is_some() {
                    found.push(((screen_index, index), reformat.sheet(&volume), &**set));
                }
            }
        }
        found
    }

    /// Every section goes through the shared point where it is known where that lies. To be called after whatever moved either.
    pub(super) fn gather_sections(&mut self, library: &Library) {
        let Some(SharedPoint { display_set, at }) = self.shared_point.clone() else { return };
        let Some((.., of_point)) = library.find(&display_set) else { return };
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            let Viewport { source: Some(source), reformat: Some(reformat), .. } = viewport else { continue };
            let set = library.find(&source.display_set).map(|(.., set)| set);
            if let Some(to_it) = set.and_then(|set| library.between(of_point, set)) {
                reformat.section = reformat.section.through(to_it * at);
            }
        }
    }

    /// The shared point among the points of a display set, if it is known where it lies there.
    pub(super) fn point_in(&self, set: &DisplaySet, library: &Library) -> Option<Point<Patient>> {
        let shared = self.shared_point.as_ref()?;
        let (.., of_point) = library.find(&shared.display_set)?;
        Some(library.between(of_point, set)? * shared.at)
    }

    /// Moves the shared point: all sections go through it, and other stacks show their image nearest to it.
    pub(super) fn put_point(&mut self, at: Point<Patient>, set: &DisplaySet, library: &Library) {
        self.shared_point = Some(SharedPoint { display_set: set.id.clone(), at });
        self.for_followers(set, library, |follower, set, to_them| {
            if follower.is_of_volume() {
                return;
            }
            let nearest = nearest_image(set, to_them * at);
            if let (Some((index, _)), Some(source)) = (nearest, &mut follower.source) {
                follower.cine.stop();
                source.index = index;
            }
        });
        self.gather_sections(library);
    }

    /// What of the crosshair lies under the pointer in the focused viewport.
    pub(super) fn crosshair_at(&self, at: Point<ViewSpace>, library: &Library) -> Option<CrosshairGrip> {
        let (set, image) = self.looked_at(library)?;
        // No section cuts the whole of a volume in a line.
        let viewport = self.focused_viewport().filter(|shown| shown.rendering.is_none())?;
        let shown = self.applied(viewport, image, library).slice(image)?;
        let crosshair = self.crosshair((self.focus.screen, self.focus.viewport), &shown, set, library)?;
        let view_from_image = self.image_from_pointed_view(library)?.inverse()?;
        let scale = self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1));
        if (view_from_image * crosshair.at - at).length() <= POINT_REACH * scale {
            return Some(CrosshairGrip::Point);
        }
        let distance = |line: &CrosshairLine| distance_to(line.ends.map(|end| view_from_image * end), at);
        let nearest = crosshair.lines.iter().map(|line| (distance(line), line));
        let (distance, line) = nearest.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let (screen, viewport) = line.place;
        (distance <= LINE_REACH * scale).then_some(CrosshairGrip::Line { screen, viewport })
    }

    /// Turns the section whose line is in the hand about the point, as far as the pointer went around it.
    pub(super) fn drag_crosshair_line(
        &mut self,
        section: (usize, usize),
        from: Point<ViewSpace>,
        to: Point<ViewSpace>,
        library: &Library,
    ) {
        let turn = || {
            let (set, image) = self.looked_at(library)?;
            let plane = self.applied(self.focused_viewport()?, image, library).plane(image)?;
            let patient_from_view = plane.patient_from_image() * self.image_from_pointed_view(library)?;
            let point = self.point_in(set, library)?;
            let normal = plane.normal();
            let arm = |at: Point<ViewSpace>| {
                let arm = patient_from_view * at - point;
                arm + normal * -arm.dot(normal)
            };
            let (a, b) = (arm(from), arm(to));
            let degrees = libm::atan2(a.cross(b).dot(normal), a.dot(b)).to_degrees();
            Some((set, normal, degrees, point))
        };
        if let Some((set, axis, degrees, point)) = turn() {
            self.turn_section(section, set, axis, degrees, point, library);
        }
    }

    /// Turns the section that a viewport shows about an axis through a point of it, which keeps its place on the screen and its
    /// size; axis and point are among the points of `space`.
    pub(super) fn turn_section(
        &mut self,
        (screen, index): (usize, usize),
        space: &DisplaySet,
        axis: Vector<Patient>,
        degrees: f64,
        point: Point<Patient>,
        library: &Library,
    ) {
        let Some(shown) = self.screens.get(screen) else { return };
        let Some(rect) = shown.place(index, 0) else { return };
        let room = (f64::from(rect.width), f64::from(rect.height));
        let Some(before) = shown.viewports.get(index).cloned() else { return };
        let Some(reformat) = before.reformat else { return };
        let source = before.source.as_ref().and_then(|source| library.find(&source.display_set));
        let Some((.., set)) = source else { return };
        // Images that name no frame of reference are in place among themselves.
        let to_it = if set.id == space.id { Some(Map::IDENTITY) } else { library.between(space, set) };
        let Some(to_it) = to_it else { return };
        let (axis, point) = (to_it * axis, to_it * point);
        // In a mirror it turns the other way round.
        let is_mirrored = to_it.x_axis().cross(to_it.y_axis()).dot(to_it.z_axis()) < 0.0;
        let degrees = if is_mirrored { -degrees } else { degrees };
        let section = reformat.section.through(point).turned(axis, degrees);
        let mut after = Viewport { reformat: Some(Reformat { section, ..reformat }), ..before.clone() };
        let from = Seen::of(self, &before, point, library);
        let to = Seen::of(self, &after, point, library);
        if let (Some(from), Some(to)) = (from, to)
            && let Some((across, _)) = before.view.scale(&from.framing, room)
        {
            after.view.zoom = Zoom::DevicePixels(across * to.mm / from.mm);
            // As far from the middle of the viewport as before.
            let away = (from.place - (from.framing.middle + before.view.center_offset)) * (from.mm / to.mm);
            after.view.center_offset = to.place - to.framing.middle + away * -1.0;
        }
        if let Some(viewport) =
            self.screens.get_mut(screen).and_then(|screen| screen.viewports.get_mut(index))
        {
            *viewport = after;
        }
    }
}

/// How a viewport frames what it shows, and where in it a point of the patient lies.
pub(super) struct Seen {
    pub(super) framing: Framing,
    /// The place of the point, or above or below which it lies.
    pub(super) place: Point<ImageSpace>,
    /// The width of a pixel.
    pub(super) mm: f64,
}

impl Seen {
    pub(super) fn of(
        session: &Session,
        viewport: &Viewport,
        at: Point<Patient>,
        library: &Library,
    ) -> Option<Self> {
        let source = viewport.source.as_ref()?;
        let (.., set) = library.find(&source.display_set)?;
        let image = set.images.get(source.index)?;
        let applied = session.applied(viewport, image, library);
        let plane = applied.plane(image)?;
        let image_from_patient: Map<ImageSpace, Patient> = plane.patient_from_image().inverse()?;
        let at = image_from_patient * at;
        Some(Self {
            framing: applied.framing(image),
            place: Point::flat(at.xyz.x, at.xyz.y),
            mm: plane.spacing.column,
        })
    }
}

/// From a point to a line from end to end.
fn distance_to([from, to]: [Point<ViewSpace>; 2], at: Point<ViewSpace>) -> f64 {
    let along = to - from;
    let length = along.dot(along);
    let share = if length > 0.0 { ((at - from).dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    (from + along * share - at).length()
}
