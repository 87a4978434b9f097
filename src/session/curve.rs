//! A path that the reader draws through the patient, and the picture along it that a viewport shows.
//!
//! Such a picture is a virtual image as a section is, but one without a plane: each of its rows lies elsewhere in the patient.

use std::sync::Arc;

use crate::geometry::{
    Curve, CurveError, CurveFrame, CurveMode, Image as ImageSpace, Map, Patient, Point, Section, Unrolled,
    Vector,
};
use crate::study::{DisplaySet, DisplaySetId, Library};
use crate::volume::Volume;

use super::link::is_same_space;
use super::state::Session;
use super::viewport::Viewport;

/// A path through the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnPath {
    /// On what it was begun: it lies in the same frame of reference.
    pub display_set: DisplaySetId,
    /// The plane in which it was begun.
    pub plane: Section,
    /// What it goes through, in order.
    pub points: Vec<Point<Patient>>,
    /// The shortest distance between voxels there, mm.
    step_mm: f64,
    /// The curve through the points, straightened and stretched.
    curves: [Result<Arc<Curve>, CurveError>; 2],
}

impl DrawnPath {
    pub(super) const fn new(display_set: DisplaySetId, plane: Section, step_mm: f64) -> Self {
        let curves = [Err(CurveError::TooFew), Err(CurveError::TooFew)];
        Self { display_set, plane, points: Vec::new(), step_mm, curves }
    }

    /// The shortest distance between voxels where it was begun, mm.
    pub(super) const fn step_mm(&self) -> f64 {
        self.step_mm
    }

    /// The same through other points.
    #[must_use]
    pub(super) fn through(&self, points: Vec<Point<Patient>>) -> Self {
        let curves =
            CurveMode::ALL.map(|mode| Curve::through(&points, &self.plane, mode, self.step_mm).map(Arc::new));
        Self { points, curves, ..self.clone() }
    }

    /// The curve through its points, or why there is none.
    pub fn curve(&self, mode: CurveMode) -> Result<&Arc<Curve>, CurveError> {
        let [straightened, stretched] = &self.curves;
        let curve = match mode {
            CurveMode::Straightened => straightened,
            CurveMode::Stretched => stretched,
        };
        curve.as_ref().map_err(|why| *why)
    }

    /// Whether it lies in the space of a display set.
    pub fn is_in(&self, set: &DisplaySet, library: &Library) -> bool {
        let begun_on = library.find(&self.display_set).map(|(.., set)| set);
        self.display_set == set.id || begun_on.is_some_and(|begun_on| is_same_space(begun_on, set))
    }
}

/// That a viewport shows the picture along the path in place of the plane of its section.
#[derive(Debug, Clone)]
pub struct Along {
    /// The path's curve.
    pub curve: Arc<Curve>,
    /// How it becomes straight.
    pub mode: CurveMode,
    /// How far the picture is turned about it, degrees.
    pub turn_degrees: f64,
}

impl PartialEq for Along {
    fn eq(&self, other: &Self) -> bool {
        let is_same = Arc::ptr_eq(&self.curve, &other.curve) || self.curve == other.curve;
        is_same && self.mode == other.mode && self.turn_degrees.to_bits() == other.turn_degrees.to_bits()
    }
}

impl Along {
    /// A step of scrolling, degrees.
    pub const STEP_DEGREES: f64 = 5.0;

    /// Such steps all around.
    pub const STEPS: usize = 72;

    pub(super) fn turned(self, degrees: f64) -> Self {
        Self { turn_degrees: (self.turn_degrees + degrees).rem_euclid(360.0), ..self }
    }

    /// The step that it is turned by, from 1.
    pub fn step_number(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 360")]
        let steps = (self.turn_degrees / Self::STEP_DEGREES).round().max(0.0) as usize;
        steps % Self::STEPS + 1
    }
}

/// The virtual image along a path: square pixels, as fine as the finest voxels.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvedSheet {
    /// What is shown.
    pub along: Along,
    /// The side of a pixel, mm.
    pub pixel_mm: f64,
}

impl CurvedSheet {
    pub(super) fn new(along: Along, volume: &Volume) -> Self {
        Self { along, pixel_mm: volume.finest_mm() }
    }

    /// Columns and rows; what lies beyond the columns is drawn where there is room.
    pub fn size(&self) -> (f64, f64) {
        (Curve::WIDTH_MM / self.pixel_mm, self.along.curve.length_mm() / self.pixel_mm)
    }

    /// From its pixels to millimetres across the path and along it.
    pub fn unrolled_from_image(&self) -> Map<Unrolled, ImageSpace> {
        let (right, down) = (Vector::flat(self.pixel_mm, 0.0), Vector::flat(0.0, self.pixel_mm));
        let corner = Point::flat(-Curve::WIDTH_MM / 2.0, 0.0);
        Map::from_axes(right, down, Vector::new(0.0, 0.0, 1.0), corner)
    }

    /// The place of a pixel position in the patient, and how the picture lies there; `None` beyond the ends of the path.
    pub fn frame(&self, at: Point<ImageSpace>) -> Option<CurveFrame> {
        let at = (self.unrolled_from_image() * at).xyz;
        let frame = self.along.curve.at(at.y)?.turned(self.along.turn_degrees);
        Some(CurveFrame { at: frame.at + frame.across * at.x, ..frame })
    }
}

impl Viewport {
    /// The path that its picture runs along; `None` where it shows a plane or images.
    pub fn along(&self) -> Option<&Along> {
        self.along.as_ref().filter(|_| self.reformat.is_some())
    }
}

impl Session {
    /// Whether the focused viewport shows a picture along the path.
    pub fn is_along_path(&self) -> bool {
        self.focused_viewport().is_some_and(|viewport| viewport.along().is_some())
    }

    /// Every picture along the path is along the path as it is now. To be called after whatever changed either.
    pub(super) fn gather_curves(&mut self) {
        let path = self.path.clone();
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            let Some(along) = &mut viewport.along else { continue };
            match path.as_ref().and_then(|path| path.curve(along.mode).ok()) {
                Some(curve) => along.curve = Arc::clone(curve),
                None => viewport.along = None,
            }
        }
    }

    /// How far from what a viewport shows something still lies in it, mm: half its thickness, or half the distance of the images.
    pub fn near_mm(&self, viewport: &Viewport, set: &DisplaySet) -> f64 {
        let slab_mm = viewport.reformat.map_or(0.0, |reformat| reformat.slab_mm);
        set.axis.map_or(1.0, |axis| axis.spacing_mm / 2.0 + 0.01).max(slab_mm / 2.0)
    }

    /// Where the pointer rests in a picture along the path, in the patient.
    pub fn pointed_along_path(&self, library: &Library) -> Option<Point<Patient>> {
        let pointer = self.pointer?;
        let screen = self.screens.get(pointer.screen)?;
        let viewport = screen.viewports.get(pointer.viewport)?;
        viewport.along()?;
        let (.., set) = library.find(&viewport.source.as_ref()?.display_set)?;
        let image = set.images.get(viewport.source.as_ref()?.index)?;
        let rect = screen.place(pointer.viewport, pointer.tile)?;
        let room = (f64::from(rect.width), f64::from(rect.height));
        let applied = self.applied(viewport, image, library);
        let in_image = viewport.view.image_from_view(&applied.framing(image), room)? * pointer.at;
        applied.patient_at(image, in_image)
    }
}
