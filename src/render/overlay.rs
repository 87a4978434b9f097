//! What lies over a picture: marks, reference lines, the shared point, the ruler, and the value under the pointer.

use std::collections::BTreeSet;

use crate::annotation::{Basis, Shape, measure};
use crate::geometry::{Image as ImageSpace, ImagePlane, Map, Point, Vector, View, reference_line};
use crate::presentation::PresentationState;
use crate::session::{
    Applied, Crosshair, CrosshairLine, DeviceRect, Mark, PointerAt, Session, is_same_space,
};
use crate::study::{DisplaySet, FrameState, Image, Library, Suv};
use crate::units::{MmPerPixel, StoredValue};
use crate::volume::{Found, Volume};

use super::frame::{CrosshairPlan, MarkPlan, MarkTone, Overlay, Ruler, SharedPointPlan};
use super::graphics::{self, graphics};
use super::plan::sampling_of;

/// The ruler is no longer than this share of the viewport's height.
const RULER_SHARE: f64 = 0.3;

/// Lengths that a ruler may have, mm.
const RULER_MM: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

/// One image in its place.
pub(super) struct At<'a> {
    pub(super) session: &'a Session,
    pub(super) library: &'a Library,
    pub(super) set: &'a DisplaySet,
    pub(super) image: &'a Image,
    pub(super) image_from_view: &'a Map<ImageSpace, View>,
    pub(super) rect: DeviceRect,
    /// Device pixels per point.
    pub(super) scale: f64,
    /// Layers of the presentation state that are not shown.
    pub(super) hidden_layers: &'a BTreeSet<String>,
    /// Index of the window, index of the viewport.
    pub(super) place: (usize, usize),
    /// The presentation state, or the section in place of the image.
    pub(super) applied: &'a Applied<'a>,
}

impl At<'_> {
    pub(super) fn overlay(&self, is_focused: bool) -> Overlay {
        let Some(view_from_image) = self.image_from_view.inverse() else { return Overlay::default() };
        let size = (self.rect.width, self.rect.height);
        let of_state = |state: &PresentationState| {
            let (image, mm, hidden_layers) = (self.image, self.mm_of_rulers(), self.hidden_layers);
            let annotations = self.session.annotations_to_draw(state);
            let shown = graphics::Shown { state, annotations, image, hidden_layers, mm };
            graphics(&shown, &view_from_image, size, self.scale)
        };
        let (graphics, left_out) = self.applied.graphics().map(|state| of_state(state)).unwrap_or_default();
        let crosshair = self.crosshair(&view_from_image);
        let point = self.point(&view_from_image);
        Overlay {
            graphics,
            left_out,
            // Marks are on images.
            marks: if self.applied.sheet.is_some() { Vec::new() } else { self.marks(&view_from_image) },
            lines: if is_focused { Vec::new() } else { self.lines(&view_from_image, crosshair.as_ref()) },
            // Where lines meet the point needs no cross of its own.
            point: point.filter(|point| !point.is_in_plane || crosshair.is_none()),
            crosshair,
            ruler: self.ruler(),
            caret: None,
        }
    }

    /// What a pixel measures, where that needs no further word.
    fn mm_of_rulers(&self) -> Option<MmPerPixel> {
        let scale = self.session.marks.scale(self.image, &[]).ok()?;
        scale.mm_per_pixel.filter(|_| scale.basis.to_string().is_empty())
    }

    fn marks(&self, view_from_image: &Map<View, ImageSpace>) -> Vec<MarkPlan> {
        let key = self.image.key();
        let session = self.session;
        let plan = |mark: &Mark, tone| {
            let to_view = |points: &[Point<ImageSpace>]| -> Vec<Point<View>> {
                points.iter().map(|point| *view_from_image * *point).collect()
            };
            let handles = to_view(&mark.shape.handles());
            let mut outline: Vec<Vec<Point<View>>> =
                mark.shape.outline().iter().map(|line| to_view(line)).collect();
            if outline.is_empty() {
                // A probe is its point alone.
                outline.push(handles.clone());
            }
            MarkPlan {
                id: mark.id,
                tone,
                handles,
                words_at: words_at(&outline),
                outline,
                words: mark.measurement.lines.clone(),
                why: mark.measurement.basis.as_ref().map(Basis::meaning),
            }
        };
        let shown = if session.shows_marks { session.marks.of(&key) } else { &[] };
        let tone = |mark: &Mark| {
            if session.selected == Some(mark.id) { MarkTone::Selected } else { MarkTone::Plain }
        };
        let mut marks: Vec<MarkPlan> = shown.iter().map(|mark| plan(mark, tone(mark))).collect();
        let draft = session.draft.as_ref().filter(|draft| draft.key == key);
        marks.extend(draft.and_then(|draft| draft.mark.as_ref()).map(|mark| plan(mark, MarkTone::Draft)));
        marks
    }

    fn crosshair(&self, view_from_image: &Map<View, ImageSpace>) -> Option<CrosshairPlan> {
        let shown = self.applied.slice(self.image).filter(|_| self.session.shows_lines)?;
        let Crosshair { at, lines, own } =
            self.session.crosshair(self.place, &shown, self.set, self.library)?;
        let to_view = |line: &CrosshairLine| (line.section, line.ends.map(|end| *view_from_image * end));
        Some(CrosshairPlan { at: *view_from_image * at, lines: lines.iter().map(to_view).collect(), own })
    }

    /// Where the image or the section in focus cuts this one, unless that is one of the crosshair's lines.
    fn lines(
        &self,
        view_from_image: &Map<View, ImageSpace>,
        crosshair: Option<&CrosshairPlan>,
    ) -> Vec<[Point<View>; 2]> {
        if !self.session.shows_lines {
            return Vec::new();
        }
        let line = || {
            let focused = self.session.focused_viewport()?;
            let source = focused.source.as_ref()?;
            let (_, _, set) = self.library.find(&source.display_set)?;
            let other = set.images.get(source.index).filter(|_| is_same_space(set, self.set))?;
            let other = self.session.applied(focused, other, self.library);
            if other.sheet.is_some() && crosshair.is_some() {
                return None;
            }
            let other = other.slice(set.images.get(source.index)?)?;
            reference_line(&self.applied.slice(self.image)?, &other)
        };
        line().map(|ends| ends.map(|end| *view_from_image * end)).into_iter().collect()
    }

    fn point(&self, view_from_image: &Map<View, ImageSpace>) -> Option<SharedPointPlan> {
        let shared = self.session.shared_point.as_ref()?;
        let (.., set) = self.library.find(&shared.display_set)?;
        let plane = self.applied.plane(self.image).filter(|_| is_same_space(set, self.set))?;
        let in_image = plane.patient_from_image().inverse()? * shared.at;
        let distance_mm = (shared.at - plane.origin).dot(plane.normal()).abs();
        let near_mm = self.set.axis.map_or(1.0, |axis| axis.spacing_mm / 2.0 + 0.01);
        let at = *view_from_image * Point::flat(in_image.xyz.x, in_image.xyz.y);
        Some(SharedPointPlan { at, is_in_plane: distance_mm <= near_mm })
    }

    /// A ruler along the right edge, as long as a round number of millimetres.
    fn ruler(&self) -> Option<Ruler> {
        let (mm, basis) = if let Some(sheet) = &self.applied.sheet {
            (sheet.plane.spacing, String::new())
        } else {
            let scale = self.session.marks.scale(self.image, &[]).ok()?;
            (scale.mm_per_pixel?, scale.basis.to_string())
        };
        // One device pixel down the screen, in the image, in millimetres.
        let down = self.image_from_view.y_axis();
        let mm_per_device_pixel =
            Vector::<ImageSpace>::flat(down.xyz.x * mm.column, down.xyz.y * mm.row).length();
        let room_mm = f64::from(self.rect.height) * RULER_SHARE * mm_per_device_pixel;
        let length_mm = RULER_MM.into_iter().rev().find(|mm| *mm <= room_mm)?;
        let words =
            if length_mm >= 10.0 { format!("{} cm", length_mm / 10.0) } else { format!("{length_mm} mm") };
        Some(Ruler { length: length_mm / mm_per_device_pixel, words, basis })
    }
}

/// Beside the rightmost point of a mark.
fn words_at(outline: &[Vec<Point<View>>]) -> Point<View> {
    let points = outline.iter().flatten().copied();
    let rightmost = points.max_by(|a, b| a.xyz.x.total_cmp(&b.xyz.x));
    rightmost.unwrap_or_else(|| Point::flat(0.0, 0.0))
}

/// What the pointer is over: `column 120 row 88 · 41 HU · L 12.4 P 30.1 H -88.0 mm`.
pub(super) fn readout(session: &Session, library: &Library, screen: usize) -> Option<String> {
    let PointerAt { viewport, tile, at, .. } = session.pointer.filter(|pointer| pointer.screen == screen)?;
    let shown = session.screens.get(screen)?;
    let rect = shown.place(viewport, tile)?;
    let viewport = shown.viewports.get(viewport)?;
    let source = viewport.source.as_ref()?;
    let (_, _, set) = library.find(&source.display_set)?;
    let image = set.images.get(source.index + tile)?;
    let room = (f64::from(rect.width), f64::from(rect.height));
    let applied = session.applied(viewport, image, library);
    let in_image = viewport.view.image_from_view(&applied.framing(image), room)? * at;
    let patient = |plane: ImagePlane| {
        let [x, y, z] = (plane.patient_from_image() * in_image).xyz.to_array();
        format!("x {x:.1} y {y:.1} z {z:.1} mm")
    };
    if let (Some((reformat, volume)), Some(sheet)) = (viewport.section(library), applied.sheet) {
        let to_voxel = volume.voxel_from_patient();
        let middle = *to_voxel * (sheet.plane.patient_from_image() * in_image);
        let normal = *to_voxel * sheet.plane.normal();
        let sampling = sampling_of(viewport.look.interpolation);
        let found = volume.project(middle, normal, reformat.slab(&volume), sampling);
        let value = section_value(found, &volume, image, set)?;
        return Some(format!("{value} · {}", patient(sheet.plane)));
    }
    let frame = library.frame(&applied.key(image)).and_then(FrameState::ready);
    let value = measure(&Shape::Probe(in_image), image, frame).lines;
    if value.is_empty() {
        return None;
    }
    let place = format!("column {:.0} row {:.0}", in_image.xyz.x.floor() + 1.0, in_image.xyz.y.floor() + 1.0);
    let mut parts = vec![value.join(", "), place];
    parts.extend(image.plane.map(patient));
    Some(parts.join(" · "))
}

/// What a section or its slab shows at a place, with its unit; `None` outside of the volume. `image` is one of its set.
fn section_value(found: Found, volume: &Volume, image: &Image, set: &DisplaySet) -> Option<String> {
    match found {
        Found::Value(value) => {
            let value = volume.rescale().to_modality(StoredValue(value)).0;
            // What is shown as it was stored has no unit.
            let is_own_unit = image.shown_lut() == image.modality_lut();
            let unit = if is_own_unit { image.unit() } else { "" };
            // Of one factor for all of the volume, unless the image's own map gives it.
            let is_one = set.images.iter().all(|other| other.suv == image.suv);
            let is_given = |suv: &&Suv| image.quantities().iter().any(|quantity| quantity.name == suv.name);
            let suv = image.suv.as_ref().and_then(|suv| suv.as_ref().ok());
            let suv = suv.filter(|_| is_own_unit && is_one).filter(is_given);
            let suv = suv.map(|suv| format!("{} {:.3}", suv.name, value * suv.factor));
            let words = format!("{value:.1} {unit}").trim_end().to_owned();
            Some([Some(words), suv].into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
        Found::Missing => Some("not received".to_owned()),
        Found::Hole => Some("no tissue".to_owned()),
        Found::Outside => None,
    }
}
