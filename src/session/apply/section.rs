//! Sections of a volume: shown, scrolled, turned, thickened, led through one point.

use std::sync::Arc;

use crate::command::{CrosshairCommand, Grid, Next, ScrollTarget, SectionCommand, SlabCommand, Tilt};
use crate::geometry::{CardinalPlane, Patient, Point, SAME_POSITION_MM, Section};
use crate::study::{DisplaySet, Image, Library, NoVolume};
use crate::volume::Volume;

use super::super::crosshair::Seen;
use super::super::layer::bytes_of;
use super::super::link::{is_same_space, nearest_image};
use super::super::marks::Mark;
use super::super::reformat::Reformat;
use super::super::rendering::Rendering;
use super::super::screen::Screen;
use super::super::state::{Focus, MessageKind, Session};
use super::super::viewport::{Source, View, Viewport, Zoom};

const MIB: u64 = 1 << 20;

/// The crosshair goes no further out of a volume, mm: there is nothing of the patient.
const OUTSIDE_MM_MAX: f64 = 100.0;

/// Why a display set is not shown in sections, for a reader.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(in super::super) enum NoSection {
    /// It makes no volume.
    #[error(transparent)]
    NoVolume(#[from] NoVolume),
    /// All of its images are needed at once.
    #[error(
        "{needed_mib} MiB of images would have to be in memory at once, and memory.frames_mib is {allowed_mib}"
    )]
    TooLarge {
        /// What the sections on screen would need with it.
        needed_mib: u64,
        /// What they may.
        allowed_mib: u64,
    },
}

impl Session {
    pub(super) fn apply_section(&mut self, command: SectionCommand, library: &Library) {
        match command {
            SectionCommand::Plane(plane) => self.show_plane(plane, library),
            SectionCommand::Acquired => self.show_images(library),
            SectionCommand::Turn(tilt, degrees) => self.tilt(tilt, degrees, library),
            SectionCommand::Slab(slab) => self.change_section(library, |reformat| match slab {
                SlabCommand::Off => Reformat { slab_mm: 0.0, ..reformat },
                SlabCommand::To(mm) => Reformat { slab_mm: mm.clamp(0.0, Reformat::SLAB_MM_MAX), ..reformat },
                SlabCommand::By(steps) => reformat.thickened(steps),
            }),
            SectionCommand::Projection(projection) => {
                self.change_section(library, |reformat| Reformat { projection, ..reformat });
            }
            SectionCommand::Crosshair(command) => self.apply_crosshair(command, library),
            SectionCommand::Curve(command) => self.apply_curve(command, library),
            SectionCommand::Phase(next) => self.show_phase(next, library),
        }
    }

    /// The volume of a display set, if it may be shown in sections or over others: then all of its pixels have to be here.
    pub(in super::super) fn sectionable(
        &self,
        set: &Arc<DisplaySet>,
        library: &Library,
    ) -> Result<Arc<Volume>, NoSection> {
        let volume = library.volume(set)?;
        let mut sets: Vec<&Arc<DisplaySet>> = vec![set];
        for (_, viewport) in self.screens.iter().flat_map(Screen::visible) {
            let source = viewport.source.as_ref().filter(|_| viewport.is_of_volume());
            let shown = source.and_then(|source| library.find(&source.display_set)).map(|(.., set)| set);
            for other in shown.into_iter().chain(self.layer_set(viewport, library)) {
                if sets.iter().all(|set| set.id != other.id) {
                    sets.push(other);
                }
            }
        }
        let needed: u64 = sets.iter().map(|set| bytes_of(set)).sum();
        let allowed = self.settings.frame_budget_bytes;
        if needed > allowed {
            return Err(NoSection::TooLarge { needed_mib: needed.div_ceil(MIB), allowed_mib: allowed / MIB });
        }
        Ok(volume)
    }

    /// After more files have come: what makes no volume any more, or too large a one, is shown as images, and the reader is told.
    pub fn keep_sections(&mut self, library: &Library) {
        for screen in 0..self.screens.len() {
            for index in 0..self.screens.get(screen).map_or(0, |screen| screen.viewports.len()) {
                let viewport = self.screens.get(screen).and_then(|screen| screen.viewports.get(index));
                let shown = viewport.filter(|viewport| viewport.is_of_volume());
                let source = shown.and_then(|viewport| viewport.source.as_ref());
                let Some((.., set)) = source.and_then(|source| library.find(&source.display_set)) else {
                    continue;
                };
                let Err(why) = self.sectionable(set, library) else { continue };
                if let Some(viewport) =
                    self.screens.get_mut(screen).and_then(|screen| screen.viewports.get_mut(index))
                {
                    (viewport.reformat, viewport.rendering) = (None, None);
                    viewport.view = View::default();
                }
                let text = format!("More images have come, and the series is shown as images again: {why}.");
                self.tell(MessageKind::Caution, text);
            }
        }
    }

    /// What the focused viewport shows as a volume; the reader is told why it is none.
    pub(super) fn volume_in_focus<'a>(
        &mut self,
        library: &'a Library,
    ) -> Option<(&'a Arc<DisplaySet>, Arc<Volume>)> {
        let source = self.focused_viewport().and_then(|viewport| viewport.source.as_ref());
        let Some((.., set)) = source.and_then(|source| library.find(&source.display_set)) else {
            self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
            return None;
        };
        match self.sectionable(set, library) {
            Ok(volume) => Some((set, volume)),
            Err(why) => {
                self.tell(MessageKind::Note, format!("This series is shown as images only: {why}."));
                None
            }
        }
    }

    /// The point of the patient that the focused viewport looks at: what its section was last led through, unless it was moved
    /// aside; then, and of an image, what lies in the middle.
    fn looked_at_in_focus(&self, library: &Library) -> Option<Point<Patient>> {
        let (_, image) = self.shown(library)?;
        let viewport = self.focused_viewport()?;
        if let Some(reformat) =
            viewport.reformat.filter(|_| viewport.view.center_offset == View::default().center_offset)
        {
            return Some(reformat.section.center());
        }
        let applied = self.applied(viewport, image, library);
        let middle = applied.framing(image).middle + viewport.view.center_offset;
        Some(applied.plane(image)?.patient_from_image() * middle)
    }

    /// What a new section goes through: the shared point, else the voxel in the middle of the viewport, and of the volume where
    /// that lies outside.
    pub(super) fn point_to_show(
        &self,
        set: &DisplaySet,
        volume: &Volume,
        library: &Library,
    ) -> Point<Patient> {
        self.point_in(set, library).unwrap_or_else(|| {
            let size = volume.size().map(f64::from);
            let middle = size.map(|count| (count / 2.0).floor());
            let looked_at = self.looked_at_in_focus(library).map(|at| *volume.voxel_from_patient() * at);
            // A position between two voxels is the later one's.
            let voxel = looked_at.map(|at| (at.xyz + 0.5 + 1e-6).floor().to_array());
            let is_inside =
                |voxel: &[f64; 3]| voxel.iter().zip(size).all(|(at, count)| (0.0..count).contains(at));
            let [x, y, z] = voxel.filter(is_inside).unwrap_or(middle);
            *volume.patient_from_voxel() * Point::new(x, y, z)
        })
    }

    pub(in super::super) fn show_plane(&mut self, plane: CardinalPlane, library: &Library) {
        let Some((set, volume)) = self.volume_in_focus(library) else { return };
        let at = self.point_to_show(set, &volume, library);
        let section = Section::cardinal(plane, at);
        let before = self.focused_viewport().and_then(|viewport| viewport.reformat);
        let reformat = before.map_or_else(|| Reformat::new(section), |before| Reformat { section, ..before });
        self.put_of_volume((Some(reformat), None), at, library);
    }

    pub(super) fn show_images(&mut self, library: &Library) {
        let Some((set, _)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        if self.focused_viewport().is_none_or(|viewport| !viewport.is_of_volume()) {
            return self.tell(MessageKind::Note, "The images are shown as they were acquired.");
        }
        let Some(at) = self.point_in(set, library).or_else(|| self.looked_at_in_focus(library)) else {
            return;
        };
        let nearest = nearest_image(set, at);
        let viewport = self.focused_viewport_mut();
        let source = viewport.and_then(|viewport| viewport.source.as_mut());
        if let (Some(source), Some((index, _))) = (source, nearest) {
            source.index = index;
        }
        self.put_of_volume((None, None), at, library);
    }

    /// Shows a section, or a rendering, or the images, in the focused viewport. A view that was moved or zoomed has a point in
    /// its middle and the same size.
    pub(super) fn put_of_volume(
        &mut self,
        (reformat, rendering): (Option<Reformat>, Option<Rendering>),
        at: Point<Patient>,
        library: &Library,
    ) {
        self.end_gesture();
        let Some(before) = self.focused_viewport() else { return };
        let (tiles, view) = (Grid::ONE, View::default());
        let mut after = Viewport { reformat, along: None, rendering, tiles, view, ..before.clone() };
        after.cine.stop();
        let (from, to) = (Seen::of(self, before, at, library), Seen::of(self, &after, at, library));
        if before.view.zoom != Zoom::Fit
            && let (Some(from), Some(to), Some(room)) = (from, to, self.focused_viewport_size())
            && let Some((across, _)) = before.view.scale(&from.framing, room)
        {
            after.view.zoom = Zoom::DevicePixels(across * to.mm / from.mm);
            after.view.center_offset = to.place - to.framing.middle;
        }
        if let Some(viewport) = self.focused_viewport_mut() {
            *viewport = after;
        }
    }

    /// Begins a section in the plane of the image shown, unless one is shown; whether one is shown now.
    fn ensure_section(&mut self, library: &Library) -> bool {
        if self.focused_viewport().is_some_and(|viewport| viewport.reformat.is_some()) {
            return true;
        }
        let Some((set, volume)) = self.volume_in_focus(library) else { return false };
        let at = self.point_to_show(set, &volume, library);
        let plane = self.shown(library).and_then(|(_, image)| image.plane);
        let section = plane.and_then(|plane| Section::new(at, plane.row_direction, plane.column_direction));
        let Some(section) = section else { return false };
        self.put_of_volume((Some(Reformat::new(section)), None), at, library);
        true
    }

    fn change_section(&mut self, library: &Library, change: impl FnOnce(Reformat) -> Reformat) {
        if self.ensure_section(library)
            && let Some(reformat) =
                self.focused_viewport_mut().and_then(|viewport| viewport.reformat.as_mut())
        {
            *reformat = change(*reformat);
        }
    }

    fn tilt(&mut self, tilt: Tilt, degrees: f64, library: &Library) {
        let around = match tilt {
            Tilt::Left => (degrees, 0.0),
            Tilt::Right => (-degrees, 0.0),
            Tilt::Up => (0.0, -degrees),
            Tilt::Down => (0.0, degrees),
        };
        if self.turn_rendering(around) {
            return;
        }
        if !self.ensure_section(library) {
            return;
        }
        let section =
            self.focused_viewport().and_then(|viewport| viewport.reformat).map(|shown| shown.section);
        let set = self.shown(library).map(|(set, _)| set);
        let (Some(section), Some(set)) = (section, set) else { return };
        let Some(at) = self.point_in(set, library).or_else(|| self.looked_at_in_focus(library)) else {
            return;
        };
        let axis = match tilt {
            Tilt::Left => section.down(),
            Tilt::Right => section.down() * -1.0,
            Tilt::Up => section.right() * -1.0,
            Tilt::Down => section.right(),
        };
        let Focus { screen, viewport } = self.focus;
        self.turn_section((screen, viewport), set, axis, degrees, at, library);
    }

    fn apply_crosshair(&mut self, command: CrosshairCommand, library: &Library) {
        if command == CrosshairCommand::Off {
            self.shared_point = None;
            return;
        }
        let Some((set, image)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let plane =
            self.focused_viewport().and_then(|shown| self.applied(shown, image, library).plane(image));
        let at = self.point_in(set, library).or_else(|| self.looked_at_in_focus(library));
        let (Some(plane), Some(at)) = (plane.filter(|_| is_same_space(set, set)), at) else {
            return self.tell(MessageKind::Note, "This image does not say where in the patient it lies.");
        };
        let volume = library.find(&set.id).and_then(|(.., set)| library.volume(set).ok());
        let at = match command {
            CrosshairCommand::At(at) => match volume.map(|volume| volume.outside_mm(at)) {
                Some(mm) if mm > OUTSIDE_MM_MAX => {
                    let text =
                        format!("That point lies {mm:.0} mm outside of this series: the crosshair stays.");
                    return self.tell(MessageKind::Note, text);
                }
                _ => at,
            },
            CrosshairCommand::By { right, down } => {
                at + plane.row_direction * right + plane.column_direction * down
            }
            CrosshairCommand::Turn(degrees) => {
                for place in self.other_sections(set, library) {
                    self.turn_section(place, set, plane.normal(), degrees, at, library);
                }
                at
            }
            CrosshairCommand::Off => return,
        };
        self.put_point(at, set, library);
        // The image in focus may lie elsewhere.
        if matches!(command, CrosshairCommand::At(_))
            && let Some((index, _)) = nearest_image(set, at)
            && let Some(Viewport { source: Some(source), cine, reformat: None, .. }) =
                self.focused_viewport_mut()
        {
            cine.stop();
            source.index = index;
        }
    }

    /// Shows the section that a mark was drawn on, unless its plane is shown.
    pub(super) fn go_to_mark(&mut self, mark: &Mark, on: Reformat, library: &Library) {
        let Some((set, _)) = self.shown(library) else { return };
        let Some((now, volume)) = self.focused_viewport().and_then(|shown| shown.section(library)) else {
            return;
        };
        if now.shows(mark, &volume).is_some_and(|(_, is_in_plane)| is_in_plane) {
            return;
        }
        let handles = mark.shape.handles();
        let middle = handles.iter().fold(glam::DVec3::ZERO, |sum, at| sum + at.xyz)
            / f64::from(u32::try_from(handles.len()).unwrap_or(1).max(1));
        let at = on.section.patient_from_plane() * Point::from_xyz(middle);
        self.put_of_volume((Some(Reformat { section: on.section.through(at), ..on }), None), at, library);
        if self.point_in(set, library).is_some() {
            self.put_point(at, set, library);
        }
    }

    /// Scrolls the section in focus; whether one is there. With a shared point it is the point that moves.
    pub(super) fn scroll_section(&mut self, target: ScrollTarget, library: &Library) -> bool {
        if self.scroll_along(target) {
            return true;
        }
        let Some((reformat, volume)) = self.focused_viewport().and_then(|shown| shown.section(library))
        else {
            return false;
        };
        let travel = reformat.travel(&volume);
        let to_mm = match target {
            ScrollTarget::By(steps) => travel.by(steps),
            ScrollTarget::First => travel.at(1),
            ScrollTarget::Last => travel.at(travel.count),
            ScrollTarget::To(number) => travel.at(number),
        };
        let by_mm = to_mm - travel.here_mm;
        let Some((set, _)) = self.shown(library) else { return true };
        if let Some(at) = self.point_in(set, library) {
            self.put_point(at + reformat.section.normal() * by_mm, set, library);
        } else if let Some(viewport) = self.focused_viewport_mut() {
            viewport.reformat = Some(Reformat { section: reformat.section.moved(by_mm), ..reformat });
        }
        true
    }

    /// Axial, coronal and sagittal sections of what the focused viewport shows, and its images, in four viewports.
    pub(super) fn show_mpr(&mut self, library: &Library) {
        let Some((set, volume)) = self.volume_in_focus(library) else { return };
        let at = self.point_to_show(set, &volume, library);
        let Some(shown) = self.focused_viewport().cloned() else { return };
        let Some(grid) = Grid::new(2, 2) else { return };
        self.set_grid(grid);
        let planes =
            [Some(CardinalPlane::Axial), Some(CardinalPlane::Coronal), Some(CardinalPlane::Sagittal), None];
        let nearest = nearest_image(set, at).map_or(0, |(index, _)| index);
        let viewports = self.focused_screen_mut().into_iter().flat_map(|screen| &mut screen.viewports);
        for (viewport, plane) in viewports.zip(planes) {
            let reformat = plane.map(|plane| Reformat::new(Section::cardinal(plane, at)));
            let source = Some(Source { display_set: set.id.clone(), index: nearest });
            let (along, rendering, tiles, view) = (None, None, Grid::ONE, View::default());
            *viewport = Viewport { source, reformat, rendering, along, tiles, view, ..shown.clone() };
            viewport.cine.stop();
        }
        self.focus.viewport = 0;
        if is_same_space(set, set) {
            self.put_point(at, set, library);
        }
    }

    /// Shows the same place at another time, in all viewports that show this one.
    fn show_phase(&mut self, next: Next, library: &Library) {
        let Some((set, _)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let series = library.find(&set.id).map(|(_, series, _)| series);
        let phases: Vec<&Arc<DisplaySet>> = series
            .into_iter()
            .flat_map(|series| &series.display_sets)
            .filter(|other| is_same_stack(other, set))
            .collect();
        let here = phases.iter().position(|phase| phase.id == set.id).unwrap_or_default();
        if phases.len() < 2 {
            return self.tell(MessageKind::Note, "This series has one time only at these places.");
        }
        let Some((index, phase)) =
            next.index_from(here, phases.len()).and_then(|index| Some((index, phases.get(index)?)))
        else {
            let text = format!("There are {} phases.", phases.len());
            return self.tell(MessageKind::Note, text);
        };
        let left = set.id.clone();
        // By place, not by number: a phase may lack a slice before it.
        let at = |index: usize| {
            let plane = set.images.get(index).and_then(|image| image.plane)?;
            nearest_image(phase, plane.origin).map(|(nearest, _)| nearest)
        };
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if let Some(source) = viewport.source.as_mut().filter(|source| source.display_set == left) {
                source.display_set = phase.id.clone();
                source.index = at(source.index).unwrap_or_default();
                viewport.cine.stop();
            }
        }
        let label = if phase.label.is_empty() { String::new() } else { format!(": {}", phase.label) };
        self.tell(MessageKind::Note, format!("Phase {} of {}{label}.", index + 1, phases.len()));
    }
}

/// Whether two display sets of a series are stacks of the same places, or of most of them: one may lack images that the other has.
fn is_same_stack(a: &DisplaySet, b: &DisplaySet) -> bool {
    let plane = |image: &Image| image.plane;
    let (Some(one), Some(other)) = (a.images.first().and_then(plane), b.images.first().and_then(plane))
    else {
        return false;
    };
    if !one.is_parallel_to(&other) {
        return false;
    }
    let normal = one.normal();
    let mut others = b.images.iter().filter_map(plane).peekable();
    let shared = a.images.iter().filter_map(plane).filter(|plane| {
        // Both are sorted along the normal.
        let from_mm = plane.distance_along(normal) - SAME_POSITION_MM;
        while others.next_if(|other| other.distance_along(normal) <= from_mm).is_some() {}
        others.peek().is_some_and(|other| (other.origin - plane.origin).length() < SAME_POSITION_MM)
    });
    2 * shared.count() > a.images.len().max(b.images.len())
}
