//! Viewports whose place is known among the points of the one in focus, by frame of reference or registration, go along with it.

use crate::command::Link;
use crate::geometry::{Image as ImageSpace, Map, Patient, Point, Vector};
use crate::study::{Alignment, DisplaySet, DisplaySetId, Image, Library};

use super::history::Shown;
use super::presented::Applied;
use super::state::Session;
use super::viewport::{Viewport, Zoom};

/// Images whose normals enclose less than 20° are scrolled along: the cosine.
const ALIKE_COSINE: f64 = 0.94;

/// What goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is switched by itself, in any combination")]
pub struct Links {
    /// The image nearest to the one in focus.
    pub scroll: bool,
    /// The same size on the screen.
    pub zoom: bool,
    /// The same place in the middle.
    pub pan: bool,
    /// The same window.
    pub window: bool,
}

impl Links {
    /// Everything.
    pub const ALL: Self = Self { scroll: true, zoom: true, pan: true, window: true };

    /// Whether anything is linked.
    pub const fn any(self) -> bool {
        self.scroll || self.zoom || self.pan || self.window
    }

    /// Whether one thing is linked.
    pub const fn has(self, link: Link) -> bool {
        match link {
            Link::Scroll => self.scroll,
            Link::Zoom => self.zoom,
            Link::Pan => self.pan,
            Link::Window => self.window,
        }
    }

    /// What one of both links.
    const fn or(self, other: Self) -> Self {
        Self {
            scroll: self.scroll || other.scroll,
            zoom: self.zoom || other.zoom,
            pan: self.pan || other.pan,
            window: self.window || other.window,
        }
    }

    pub(super) const fn switch(&mut self, link: Link) {
        let field = match link {
            Link::Scroll => &mut self.scroll,
            Link::Zoom => &mut self.zoom,
            Link::Pan => &mut self.pan,
            Link::Window => &mut self.window,
        };
        *field = !*field;
    }
}

/// Stacks that go along by as far as each is moved, from the images that were seen together when the reader last moved one of them
/// alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Together {
    anchor: Vec<usize>,
    seen: Vec<usize>,
}

impl Together {
    /// These are seen together from the start.
    pub(super) fn of(seen: Vec<usize>) -> Self {
        Self { anchor: seen.clone(), seen }
    }

    /// What was seen when one last led the others.
    pub(super) fn seen(&self) -> &[usize] {
        &self.seen
    }

    /// From which images the stacks go, when these are seen.
    pub(super) fn anchor(&mut self, seen: &[usize]) -> Vec<usize> {
        if self.seen != seen {
            self.anchor = seen.to_vec();
        }
        self.anchor.clone()
    }

    /// These are seen since.
    pub(super) fn note(&mut self, seen: Vec<usize>) {
        self.seen = seen;
    }
}

/// A point that all viewports show where it is known where it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedPoint {
    /// On what it was set.
    pub display_set: DisplaySetId,
    /// Where, among the points of that.
    pub at: Point<Patient>,
}

/// Whether a point is the same place in both: one frame of reference, and one patient. Copied or replaced identifiers
/// give strangers one frame of reference.
pub fn is_same_space(a: &DisplaySet, b: &DisplaySet) -> bool {
    let (Some(a), Some(b)) = (a.images.first(), b.images.first()) else { return false };
    let frame = |image: &Image| image.instance.image.frame_of_reference.clone();
    frame(a).is_some() && frame(a) == frame(b) && a.instance.patient.is_same_person(&b.instance.patient)
}

/// The image of a set whose plane is nearest to a point, and its distance in mm.
pub fn nearest_image(set: &DisplaySet, at: Point<Patient>) -> Option<(usize, f64)> {
    let distance = |image: &Image| {
        let plane = image.plane?;
        Some((at - plane.origin).dot(plane.normal()).abs())
    };
    let distances =
        set.images.iter().enumerate().filter_map(|(index, image)| Some((index, distance(image)?)));
    distances.min_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// What is done with a viewport, by the indices of window and viewport, and with what it shows, which lies so.
type Visit<'a> = dyn FnMut((usize, usize), &mut Viewport, &DisplaySet, &Alignment) + 'a;

/// What changed in the focused viewport.
#[derive(Clone, Copy)]
struct Changed {
    /// The image that it showed before.
    from: Option<usize>,
    zooms: bool,
    pans: bool,
    windows: bool,
}

/// What the focused viewport shows, for those that go along.
struct Leader<'a> {
    image: &'a Image,
    viewport: Viewport,
    set: &'a DisplaySet,
    /// What stands between its image and the viewport.
    applied: Applied<'a>,
}

impl Session {
    /// After a command: linked viewports take what changed in the focused one.
    pub(super) fn follow(&mut self, before: Option<&Shown>, library: &Library) {
        let focus = (self.focus.screen, self.focus.viewport);
        let groups = self.groups_now(focus);
        let links = groups.iter().fold(self.links, |links, group| links.or(group.on));
        if !links.any() {
            return;
        }
        let (Some(before), Some(now)) = (before, self.shown_now()) else { return };
        let set = |shown: &Shown| shown.source.as_ref().map(|source| source.display_set.clone());
        let is_same =
            (before.screen, before.viewport) == (now.screen, now.viewport) && set(before) == set(&now);
        if !is_same {
            return;
        }
        let index = |shown: &Shown| shown.source.as_ref().map(|source| source.index);
        let section = |shown: &Shown| shown.reformat.map(|reformat| reformat.section);
        let camera = |shown: &Shown| shown.rendering.as_ref().map(|rendering| rendering.camera);
        let turns = links.scroll && camera(before) != camera(&now);
        let scrolls = links.scroll && (index(before), section(before)) != (index(&now), section(&now));
        let zooms = links.zoom && before.view.zoom != now.view.zoom;
        let pans = links.pan && before.view.center_offset != now.view.center_offset;
        let windows = links.window
            && (&before.look.voi, before.look.is_inverted, &before.fused)
                != (&now.look.voi, now.look.is_inverted, &now.fused);
        if turns {
            self.share_camera(focus, library);
        }
        if !(scrolls || zooms || pans || windows) {
            return;
        }
        let Some((set, image)) = self.shown(library) else { return };
        let Some(viewport) = self.focused_viewport().cloned() else { return };
        let pixels_mm: Vec<Option<f64>> =
            (0..self.screens.len()).map(|screen| self.pixel_mm_on(screen)).collect();
        let applied = viewport.applied(image, library, self.pixel_mm_on(focus.0));
        let leader = Leader { image, viewport, set, applied };
        let of_point = self.shared_point.as_ref().and_then(|point| library.find(&point.display_set));
        // Registrations are not chained: it may lie in what leads and not in what follows, or the other way round.
        let has_point = |set: &DisplaySet| {
            of_point.is_some_and(|(.., of_point)| library.between(of_point, set).is_some())
        };
        // What goes along there: what all do, and what the stage says.
        let all = self.links;
        let on = |place: (usize, usize)| {
            let groups = groups.iter().filter(|group| group.places.contains(&place));
            groups.fold(all, |links, group| links.or(group.on))
        };
        self.for_others(focus, leader.set, library, &mut |place, follower, set, alignment| {
            let to_them = alignment.layer_from_base;
            let on = on(place);
            let Some(image) = shown_of(follower, set) else { return };
            let applied = follower.applied(image, library, pixels_mm.get(place.0).copied().flatten());
            // Sections go through the shared point, where there is one.
            if scrolls
                && on.scroll
                && !(follower.reformat.is_some() && has_point(set))
                && follower.rendering.is_none()
            {
                leader.scroll(follower, set, &applied, to_them);
            }
            if zooms && on.zoom {
                leader.zoom(follower, image, &applied);
            }
            if pans && on.pan {
                leader.pan(follower, image, &applied, to_them);
            }
            if windows && on.window {
                leader.window(follower, set, library);
                // What lies over a series lies over all that is shown of it.
                if set.id == leader.set.id {
                    follower.fused.clone_from(&leader.viewport.fused);
                }
            }
        });
        let changed =
            Changed { from: before.source.as_ref().map(|source| source.index), zooms, pans, windows };
        for group in self.companions(groups) {
            for place in group.places.iter().filter(|place| **place != focus) {
                self.follow_apart(*place, group.on, changed, library);
            }
            if let (true, true, Some(from)) = (scrolls, group.on.scroll, changed.from) {
                self.scroll_companions(&group, from, library);
            }
        }
    }

    /// A viewport goes along though nothing says how its space lies: by the same way.
    fn follow_apart(&mut self, place: (usize, usize), on: Links, changed: Changed, library: &Library) {
        let (Some((set, image)), Some(viewport)) = (self.shown(library), self.focused_viewport().cloned())
        else {
            return;
        };
        let pixel_mm = self.pixel_mm_on(place.0);
        let applied = viewport.applied(image, library, self.pixel_mm_on(self.focus.screen));
        let leader = Leader { image, viewport, set, applied };
        let follower = self.screens.get_mut(place.0).and_then(|screen| screen.viewports.get_mut(place.1));
        let Some(follower) = follower else { return };
        let Some(source) = &follower.source else { return };
        let Some((.., set)) = library.find(&source.display_set) else { return };
        let is_of_volume = |viewport: &Viewport| viewport.reformat.is_some() || viewport.rendering.is_some();
        if library.between(leader.set, set).is_some()
            || is_of_volume(follower)
            || is_of_volume(&leader.viewport)
        {
            return;
        }
        let Some(image) = shown_of(follower, set) else { return };
        let applied = follower.applied(image, library, pixel_mm);
        if changed.zooms && on.zoom {
            leader.zoom(follower, image, &applied);
        }
        if changed.pans && on.pan {
            leader.pan_apart(follower, image);
        }
        if changed.windows && on.window {
            leader.window(follower, set, library);
        }
    }

    /// A viewport shows the image as large, in millimetres, as another shows its own, around the same place, as far as that goes along;
    /// by the indices of window and viewport.
    pub(super) fn look_alike(
        &mut self,
        leader: (usize, usize),
        follower: (usize, usize),
        on: Links,
        library: &Library,
    ) {
        let (Some(viewport), Some(other)) =
            (self.viewport(leader).cloned(), self.viewport(follower).cloned())
        else {
            return;
        };
        let (Some(set), Some(their_set)) = (set_of(&viewport, library), set_of(&other, library)) else {
            return;
        };
        let (Some(image), Some(their_image)) = (shown_of(&viewport, set), shown_of(&other, their_set)) else {
            return;
        };
        let zoom = self.as_large(&viewport, &other, library).filter(|_| on.zoom);
        let applied = viewport.applied(image, library, self.pixel_mm_on(leader.0));
        let to_them = other.applied(their_image, library, self.pixel_mm_on(follower.0));
        let leader = Leader { image, viewport, set, applied };
        let Some(follower) = self.viewport_mut(follower) else { return };
        if let Some(zoom) = zoom {
            follower.view.zoom = zoom;
        }
        if on.pan {
            follower.view.justify = leader.viewport.view.justify;
            if let Some(map) = library.between(leader.set, their_set) {
                leader.pan(follower, their_image, &to_them, map);
            } else {
                leader.pan_apart(follower, their_image);
            }
        }
    }

    /// Visits the other viewports on screen whose place is known among the points of what leads them, with the way there.
    pub(super) fn for_followers(
        &mut self,
        leader: &DisplaySet,
        library: &Library,
        mut visit: impl FnMut(&mut Viewport, &DisplaySet, Map<Patient, Patient>),
    ) {
        let focus = (self.focus.screen, self.focus.viewport);
        self.for_others(focus, leader, library, &mut |_, follower, set, alignment| {
            visit(follower, set, alignment.layer_from_base);
        });
    }

    /// All renderings of its space are looked at from where that of a viewport is, by the indices of window and viewport.
    pub(super) fn share_camera(&mut self, place: (usize, usize), library: &Library) {
        let viewport = self.screens.get(place.0).and_then(|screen| screen.viewports.get(place.1));
        let Some((rendering, source)) = viewport.and_then(|it| it.rendering.as_ref().zip(it.source.as_ref()))
        else {
            return;
        };
        let camera = rendering.camera;
        let Some((.., set)) = library.find(&source.display_set) else { return };
        self.for_others(place, set, library, &mut |_, follower, _, alignment| {
            // Angles of another frame of reference are others.
            if let Some(rendering) = follower.rendering.as_mut().filter(|_| alignment.registration.is_none())
            {
                rendering.camera = camera;
            }
        });
    }

    /// Visits the viewports on screen but one whose place is known among the points of a display set.
    fn for_others(
        &mut self,
        but: (usize, usize),
        space: &DisplaySet,
        library: &Library,
        visit: &mut Visit<'_>,
    ) {
        for (screen_index, screen) in self.screens.iter_mut().enumerate() {
            let visible: Vec<usize> = screen.visible().map(|(index, _)| index).collect();
            for index in visible.into_iter().filter(|index| (screen_index, *index) != but) {
                let Some(viewport) = screen.viewports.get_mut(index) else { continue };
                let Some(source) = &viewport.source else { continue };
                let Some((_, _, set)) = library.find(&source.display_set) else { continue };
                if let Ok(alignment) = library.alignment(space, set, &[]) {
                    visit((screen_index, index), viewport, set, &alignment);
                }
            }
        }
    }

    /// Shows a point in all viewports where it is known where it lies.
    pub(super) fn share_point(&mut self, at: Point<ImageSpace>, library: &Library) {
        let Some((set, image)) = self.looked_at(library) else { return };
        let at = self
            .focused_viewport()
            .and_then(|shown| self.applied(shown, image, library).patient_at(image, at));
        let Some(at) = at.filter(|_| is_same_space(set, set)) else {
            return self.tell(
                super::state::MessageKind::Note,
                "This image does not say where in the patient it lies.",
            );
        };
        self.put_point(at, set, library);
    }
}

impl Leader<'_> {
    fn scroll(
        &self,
        follower: &mut Viewport,
        set: &DisplaySet,
        applied: &Applied<'_>,
        to_them: Map<Patient, Patient>,
    ) {
        let Some(slice) = self.applied.slice(self.image) else { return };
        let (Some(first), at) = (set.images.first(), to_them * slice.middle()) else { return };
        let Some(other) = applied.plane(first) else { return };
        let (row, column) = (to_them * slice.plane.row_direction, to_them * slice.plane.column_direction);
        let Some(normal) = row.cross(column).normalized() else { return };
        if normal.dot(other.normal()).abs() < ALIKE_COSINE {
            return;
        }
        if let Some(reformat) = &mut follower.reformat {
            reformat.section = reformat.section.through(at);
            return;
        }
        if let (Some((index, _)), Some(source)) = (nearest_image(set, at), &mut follower.source) {
            follower.cine.stop();
            source.index = index;
        }
    }

    /// As many millimetres in a device pixel.
    fn zoom(&self, follower: &mut Viewport, image: &Image, applied: &Applied<'_>) {
        let mm = |image: &Image, applied: &Applied<'_>| {
            let spacing = applied.sheet_spacing().or(image.attributes().spacing);
            spacing.map_or(1.0, |spacing| spacing.column)
        };
        let ratio = mm(image, applied) / mm(self.image, &self.applied);
        follower.view.zoom = match self.viewport.view.zoom {
            Zoom::DevicePixels(scale) => Zoom::DevicePixels(scale * ratio),
            Zoom::FitTo { columns, rows } => Zoom::FitTo { columns: columns / ratio, rows: rows / ratio },
            same => same,
        };
    }

    /// The same place of the patient in the middle.
    fn pan(
        &self,
        follower: &mut Viewport,
        image: &Image,
        applied: &Applied<'_>,
        to_them: Map<Patient, Patient>,
    ) {
        let offset = self.viewport.view.center_offset;
        let (Some(plane), Some(other)) = (self.applied.plane(self.image), applied.plane(image)) else {
            return;
        };
        let middle = self.applied.framing(self.image).middle;
        let at = to_them * (plane.patient_from_image() * (middle + offset));
        let Some(to_image) = other.patient_from_image().inverse() else { return };
        let offset = to_image * at - applied.framing(image).middle;
        follower.view.center_offset = Vector::flat(offset.xyz.x, offset.xyz.y);
    }

    /// As many millimetres beside the middle.
    fn pan_apart(&self, follower: &mut Viewport, image: &Image) {
        let mm = |image: &Image| image.attributes().spacing.map_or(1.0, |spacing| spacing.column);
        follower.view.center_offset = self.viewport.view.center_offset * (mm(self.image) / mm(image));
    }

    fn window(&self, follower: &mut Viewport, set: &DisplaySet, library: &Library) {
        let Some(image) = shown_of(follower, set) else { return };
        let is_gray = |image: &Image| !image.instance.pixels.is_color();
        let modality = |image: &Image| image.instance.series.modality.clone();
        // A window for differences is none for values.
        let is_subtracted =
            |viewport: &Viewport, image: &Image| viewport.presented.key(image, library).subtraction.is_some();
        if is_gray(image)
            && is_gray(self.image)
            && modality(image) == modality(self.image)
            && is_subtracted(follower, image) == is_subtracted(&self.viewport, self.image)
        {
            follower.look.voi = self.viewport.look.voi.clone();
            follower.look.is_inverted = self.viewport.look.is_inverted;
        }
    }
}

fn shown_of<'a>(viewport: &Viewport, set: &'a DisplaySet) -> Option<&'a Image> {
    set.images.get(viewport.source.as_ref()?.index)
}

fn set_of<'a>(viewport: &Viewport, library: &'a Library) -> Option<&'a DisplaySet> {
    let source = viewport.source.as_ref()?;
    library.find(&source.display_set).map(|(.., set)| &**set)
}
