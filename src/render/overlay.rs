//! What lies over a picture: marks, reference lines, the shared point, the ruler, and the value under the pointer.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::annotation::{Basis, Scale, Shape, VolumeUnits, place_words, sample};
use crate::geometry::{
    CurveMode, Image as ImageSpace, ImagePlane, Map, Patient, Point, Sampling, Section, Vector, View,
    reference_line,
};
use crate::presentation::PresentationState;
use crate::session::{
    Applied, Crosshair, CrosshairLine, DeviceRect, DrawnPath, Layer, Mark, MarkPlace, PointerAt, SectionMark,
    Session, VolumeView, box_edges, box_handles, mark_from_sheet, modality_words,
};
use crate::study::{DisplaySet, FrameState, Image, Library};
use crate::units::{MmPerPixel, StoredValue};
use crate::volume::{Found, Slab, Volume};

use super::cube::{CubeFace, cube};
use super::frame::{CrosshairPlan, CutPlan, MarkPlan, MarkTone, Overlay, PathPlan, Ruler, SharedPointPlan};
use super::graphic_memo::Shown;
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
    /// Whether the whole of a volume is seen from outside.
    pub(super) is_rendering: bool,
    /// What lies over it.
    pub(super) layer: Option<&'a Layer>,
}

/// Something that is drawn, and the registration that brings it here from another frame of reference, in words.
type Brought<T> = (T, Option<String>);

impl At<'_> {
    pub(super) fn overlay(&self, is_focused: bool) -> Overlay {
        let Some(view_from_image) = self.image_from_view.inverse() else { return Overlay::default() };
        let size = (self.rect.width, self.rect.height);
        let of_state = |state: &Arc<PresentationState>| {
            let (image, mm, hidden_layers) = (self.image, self.mm_of_rulers(), self.hidden_layers);
            let annotations = self.session.annotations_to_draw(state);
            let shown = Shown { state, annotations, image, hidden_layers, mm };
            shown.graphics(&view_from_image, size, self.scale)
        };
        let (graphics, left_out) = self.applied.graphics().map(of_state).unwrap_or_default();
        let (crosshair, crosshair_by) = self.crosshair(&view_from_image).unzip();
        let (point, point_by) = self.point(&view_from_image).unzip();
        let has_line = !is_focused && !self.is_rendering;
        let line = has_line.then(|| self.line(&view_from_image, crosshair.as_ref()));
        let (line, line_by) = line.flatten().unzip();
        let registered_by = [crosshair_by, point_by, line_by].into_iter().flatten().flatten().next();
        Overlay {
            graphics,
            left_out,
            // Nothing is measured on a rendering, nor along a path.
            marks: if self.is_rendering || self.applied.curved.is_some() {
                Vec::new()
            } else {
                self.marks(&view_from_image)
            },
            lines: line.into_iter().collect(),
            // Where lines meet the point needs no cross of its own.
            point: point.filter(|point| !point.is_in_plane || crosshair.is_none()),
            crosshair,
            registered_by,
            cube: self.cube(),
            path: if self.is_rendering { None } else { self.path(&view_from_image) },
            cut: self.cut(&view_from_image),
            ruler: self.ruler(),
            caret: None,
        }
    }

    /// How a rendering is cut: the outline that is being drawn, and the box where something can take hold of it.
    fn cut(&self, view_from_image: &Map<View, ImageSpace>) -> CutPlan {
        let outline = self.session.outline.as_ref().filter(|outline| outline.place == self.place);
        let outline = outline.map(|outline| outline.points.clone()).unwrap_or_default();
        let (screen, viewport) = self.place;
        let viewport = self.session.screens.get(screen).and_then(|screen| screen.viewports.get(viewport));
        let clip_box = viewport.and_then(|viewport| viewport.rendering.as_ref()?.cut_away.clip_box);
        let view_from_patient = || {
            let to_image = self.applied.sheet.as_ref()?.plane.patient_from_image().inverse()?;
            Some(*view_from_image * to_image)
        };
        let Some((clip_box, map)) = clip_box.zip(view_from_patient()) else {
            return CutPlan { outline, ..CutPlan::default() };
        };
        let handles = box_handles(&clip_box, &map).iter().map(|handle| handle.at).collect();
        CutPlan { outline, edges: box_edges(&clip_box, &map), handles }
    }

    /// What a pixel measures, and by what.
    fn scale_of_image(&self) -> Option<Scale> {
        self.session.marks.scale(self.image, &[], self.applied.spacing(self.image)).ok()
    }

    /// What a pixel measures, where that needs no further word.
    fn mm_of_rulers(&self) -> Option<MmPerPixel> {
        let scale = self.scale_of_image()?;
        scale.mm_per_pixel.filter(|_| scale.basis.to_string().is_empty())
    }

    fn marks(&self, view_from_image: &Map<View, ImageSpace>) -> Vec<MarkPlan> {
        if let Some(sheet) = &self.applied.sheet {
            return self.section_marks(&sheet.plane, view_from_image);
        }
        let session = self.session;
        let place = MarkPlace::Image(self.image.key());
        let shown = if session.shows_marks { session.marks.of(&self.image.key()) } else { &[] };
        let tone = |mark: &Mark| {
            if session.selected == Some(mark.id) { MarkTone::Selected } else { MarkTone::Plain }
        };
        let plan = |mark: &Mark, tone| {
            let plan = mark_plan(mark, tone, view_from_image);
            let above = self.image.plane.and_then(|plane| {
                self.above(mark, &plane.patient_from_image(), plane.normal(), |_| Slab::PLANE)
            });
            MarkPlan { words: plan.words.into_iter().chain(above).collect(), ..plan }
        };
        let marks = shown.iter().map(|mark| plan(mark, tone(mark)));
        let draft = session.draft.as_ref().filter(|draft| draft.place == place);
        let draft = draft.and_then(|draft| draft.mark.as_ref());
        marks.chain(draft.map(|mark| plan(mark, MarkTone::Draft))).collect()
    }

    /// The value, with its unit, of what lies over a probe: as fine and as thick as the probe below counts, whatever the screen shows.
    fn above(
        &self,
        mark: &Mark,
        patient_from_mark: &Map<Patient, ImageSpace>,
        normal: Vector<Patient>,
        slab: impl Fn(&Volume) -> Slab,
    ) -> Option<String> {
        let (Shape::Probe(at), layer) = (mark.shape, self.layer?) else { return None };
        layer_value(layer, *patient_from_mark * at, normal, slab(&layer.volume), Sampling::Linear)
    }

    /// The marks in the plane of a section, and dimmed those in its slab; and the one that is being drawn on it.
    fn section_marks(&self, sheet: &ImagePlane, view_from_image: &Map<View, ImageSpace>) -> Vec<MarkPlan> {
        let (session, (screen, index)) = (self.session, self.place);
        let viewport = session.screens.get(screen).and_then(|screen| screen.viewports.get(index));
        let Some((reformat, volume)) = viewport.and_then(|viewport| viewport.section(self.library)) else {
            return Vec::new();
        };
        let plan = |section: &Section, mark: &Mark, tone| {
            let view_from_mark = *view_from_image * mark_from_sheet(section, sheet)?.inverse()?;
            let plan = mark_plan(mark, tone, &view_from_mark);
            let slab = |volume: &Volume| mark.section.map_or(Slab::PLANE, |drawn| drawn.slab(volume));
            let above = self.above(mark, &section.patient_from_plane(), section.normal(), slab);
            Some(MarkPlan { words: plan.words.into_iter().chain(above).collect(), ..plan })
        };
        let marks = if session.shows_marks {
            session.marks_on_section(&reformat, &volume, self.set, self.library)
        } else {
            Vec::new()
        };
        let marks = marks.into_iter().filter_map(|SectionMark { mark, section, is_in_plane }| {
            let tone = match (session.selected == Some(mark.id), is_in_plane) {
                (true, _) => MarkTone::Selected,
                (false, true) => MarkTone::Plain,
                (false, false) => MarkTone::Beside,
            };
            plan(&section, mark, tone)
        });
        let draft = session.draft_on_section(&reformat, self.set, self.library);
        let draft = draft.and_then(|(section, mark)| plan(&section, mark, MarkTone::Draft));
        marks.chain(draft).collect()
    }

    fn crosshair(&self, view_from_image: &Map<View, ImageSpace>) -> Option<Brought<CrosshairPlan>> {
        // No section cuts the whole of a volume in a line.
        let is_shown = self.session.shows_lines && !self.is_rendering;
        let shown = self.applied.slice(self.image).filter(|_| is_shown)?;
        let Crosshair { at, lines, own, registration } =
            self.session.crosshair(self.place, &shown, self.set, self.library)?;
        let to_view = |line: &CrosshairLine| (line.section, line.ends.map(|end| *view_from_image * end));
        let lines = lines.iter().map(to_view).collect();
        Some((CrosshairPlan { at: *view_from_image * at, lines, own }, registration))
    }

    /// Where the image or the section in focus cuts this one, unless that is one of the crosshair's lines.
    fn line(
        &self,
        view_from_image: &Map<View, ImageSpace>,
        crosshair: Option<&CrosshairPlan>,
    ) -> Option<Brought<[Point<View>; 2]>> {
        let focused = self.session.focused_viewport().filter(|shown| shown.rendering.is_none())?;
        let source = focused.source.as_ref().filter(|_| self.session.shows_lines)?;
        let (_, _, set) = self.library.find(&source.display_set)?;
        let to_here = self.library.alignment(set, self.set, &[]).ok()?;
        let image = set.images.get(source.index)?;
        let other = self.session.applied(focused, image, self.library);
        if other.sheet.is_some() && crosshair.is_some() {
            return None;
        }
        let (shown, other) = (self.applied.slice(self.image)?, other.slice(image)?);
        let ends = reference_line(&shown, &other, &to_here.layer_from_base)?;
        Some((ends.map(|end| *view_from_image * end), to_here.words()))
    }

    fn point(&self, view_from_image: &Map<View, ImageSpace>) -> Option<Brought<SharedPointPlan>> {
        let shared = self.session.shared_point.as_ref()?;
        let (.., set) = self.library.find(&shared.display_set)?;
        let to_here = self.library.alignment(set, self.set, &[]).ok()?;
        let (plane, here) = (self.applied.plane(self.image)?, to_here.layer_from_base * shared.at);
        let in_image = plane.patient_from_image().inverse()? * here;
        let distance_mm = (here - plane.origin).dot(plane.normal()).abs();
        let near_mm = self.set.axis.map_or(1.0, |axis| axis.spacing_mm / 2.0 + 0.01);
        let at = *view_from_image * Point::flat(in_image.xyz.x, in_image.xyz.y);
        // In a rendering it lies somewhere in the depth.
        let is_in_plane = distance_mm <= near_mm && !self.is_rendering;
        Some((SharedPointPlan { at, is_in_plane }, to_here.words()))
    }

    /// How the patient stands in a rendering.
    fn cube(&self) -> Vec<CubeFace> {
        let plane = self.applied.plane(self.image).filter(|_| self.is_rendering);
        let patient_from_view = plane.map(|plane| plane.patient_from_image() * *self.image_from_view);
        patient_from_view.map_or_else(Vec::new, |map| cube(map.x_axis(), map.y_axis(), self.rect, self.scale))
    }

    /// As much of the path as lies in what is shown.
    fn path(&self, view_from_image: &Map<View, ImageSpace>) -> Option<PathPlan> {
        /// Places nearer than this to the last one are not told, device pixels.
        const APART: f64 = 1.0;
        let is_here = |path: &&DrawnPath| self.session.shows_lines && path.is_in(self.set, self.library);
        let path = self.session.path.as_ref().filter(is_here)?;
        let plane = self.applied.plane(self.image)?;
        let viewport = self.session.screens.get(self.place.0)?.viewports.get(self.place.1)?;
        let near_mm = self.session.near_mm(viewport, self.set);
        let (normal, view_from_patient) =
            (plane.normal(), *view_from_image * plane.patient_from_image().inverse()?);
        let seen = |at: Point<Patient>| {
            let is_near = (at - plane.origin).dot(normal).abs() <= near_mm;
            is_near.then(|| {
                let at = (view_from_patient * at).xyz;
                Point::flat(at.x, at.y)
            })
        };
        let mut lines: Vec<Vec<Point<View>>> = vec![Vec::new()];
        let curve = path.curve(CurveMode::Straightened).ok();
        for frame in curve.iter().flat_map(|curve| curve.frames()) {
            match (seen(frame.at), lines.last_mut()) {
                (Some(at), Some(line)) if line.last().is_none_or(|last| (at - *last).length() >= APART) => {
                    line.push(at);
                }
                (None, Some(line)) if !line.is_empty() => lines.push(Vec::new()),
                _ => {}
            }
        }
        lines.retain(|line| line.len() > 1);
        let here = self.session.pointed_along_path(self.library).and_then(seen);
        let points: Vec<_> = path.points.iter().copied().filter_map(seen).collect();
        let is_empty = lines.is_empty() && points.is_empty() && here.is_none();
        (!is_empty).then_some(PathPlan { lines, points, here })
    }

    /// A ruler along the right edge, as long as a round number of millimetres.
    fn ruler(&self) -> Option<Ruler> {
        let (mm, basis) = if let Some(spacing) = self.applied.sheet_spacing() {
            (spacing, String::new())
        } else {
            let scale = self.scale_of_image()?;
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

/// A mark, by the map from its positions to the viewport.
fn mark_plan(mark: &Mark, tone: MarkTone, view_from_mark: &Map<View, ImageSpace>) -> MarkPlan {
    let to_view = |points: &[Point<ImageSpace>]| -> Vec<Point<View>> {
        points.iter().map(|point| *view_from_mark * *point).collect()
    };
    let handles = to_view(&mark.shape.handles());
    let mut outline: Vec<Vec<Point<View>>> = mark.shape.outline().iter().map(|line| to_view(line)).collect();
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
}

/// Beside the rightmost point of a mark.
fn words_at(outline: &[Vec<Point<View>>]) -> Point<View> {
    let points = outline.iter().flatten().copied();
    let rightmost = points.max_by(|a, b| a.xyz.x.total_cmp(&b.xyz.x));
    rightmost.unwrap_or_else(|| Point::flat(0.0, 0.0))
}

/// What the pointer is over: `41 HU, PET 5231.0 Bq/ml, SUVbw 3.210 · column 120 row 88 · x 12.4 y 30.1 z -88.0 mm`.
pub(super) fn readout(session: &Session, library: &Library, screen: usize) -> Option<String> {
    let PointerAt { viewport, tile, at, .. } = session.pointer.filter(|pointer| pointer.screen == screen)?;
    let shown = session.screens.get(screen)?;
    let rect = shown.place(viewport, tile)?;
    let viewport = shown.viewports.get(viewport)?;
    let source = viewport.source.as_ref()?;
    let (_, _, set) = library.find(&source.display_set)?;
    let image = set.images.get(viewport.tile_index(tile)?)?;
    let room = (f64::from(rect.width), f64::from(rect.height));
    let applied = session.applied(viewport, image, library);
    let in_image = viewport.view.image_from_view(&applied.framing(image), room)? * at;
    let patient = |plane: ImagePlane| place_words(plane.patient_from_image() * in_image);
    let above = || {
        let layer = session.layer(viewport, image, library)?.ok()?;
        let plane = applied.plane(image)?;
        let slab = viewport.reformat.map_or(Slab::PLANE, |reformat| reformat.slab(&layer.volume));
        let sampling = sampling_of(viewport.look.interpolation);
        layer_value(&layer, plane.patient_from_image() * in_image, plane.normal(), slab, sampling)
    };
    let of_volume = viewport.of_volume(library);
    if let (Some((VolumeView::Rendering(rendering), volume)), Some(sheet)) = (&of_volume, applied.sheet) {
        let (at, value) = rendering.met(volume, sheet.plane.patient_from_image() * in_image)?;
        let value = VolumeUnits::of(image, set).value_words(value).join(", ");
        return Some(format!("{value} · {}", place_words(at)));
    }
    if let (Some((VolumeView::Section(reformat), volume)), Some(curved)) = (&of_volume, &applied.curved) {
        let frame = curved.frame(in_image)?;
        let to_voxel = volume.voxel_from_patient();
        let sampling = sampling_of(viewport.look.interpolation);
        let slab = reformat.slab(volume);
        let found = volume.project(*to_voxel * frame.at, *to_voxel * frame.normal, slab, sampling);
        let value = VolumeUnits::of(image, set).words(found, volume)?.join(", ");
        let along_mm = (curved.unrolled_from_image() * in_image).xyz.y;
        return Some(format!("{value} · {} · {along_mm:.1} mm along the path", place_words(frame.at)));
    }
    if let (Some((VolumeView::Section(reformat), volume)), Some(sheet)) = (of_volume, applied.sheet) {
        let to_voxel = volume.voxel_from_patient();
        let middle = *to_voxel * (sheet.plane.patient_from_image() * in_image);
        let normal = *to_voxel * sheet.plane.normal();
        let sampling = sampling_of(viewport.look.interpolation);
        let found = volume.project(middle, normal, reformat.slab(&volume), sampling);
        let below = VolumeUnits::of(image, set).words(found, &volume).map(|words| words.join(", "));
        // A value of each layer, the undermost first.
        let layers: Vec<String> = below.into_iter().chain(above()).collect();
        let place = patient(sheet.plane);
        return (!layers.is_empty()).then(|| format!("{} · {place}", layers.join(", ")));
    }
    let frame = library.frame(&applied.key(image)).and_then(FrameState::ready);
    let value = sample(in_image, image, frame).lines;
    if value.is_empty() {
        return None;
    }
    let place = format!("column {:.0} row {:.0}", in_image.xyz.x.floor() + 1.0, in_image.xyz.y.floor() + 1.0);
    let values: Vec<String> = value.into_iter().chain(above()).collect();
    let mut parts = vec![values.join(", "), place];
    parts.extend(image.plane.map(patient));
    Some(parts.join(" · "))
}

/// What lies over a place of the patient, in a slab along a normal, with its unit: `PET 5231.0 Bq/ml, SUVbw 3.210`; `None` outside
/// of it.
fn layer_value(
    layer: &Layer,
    at: Point<Patient>,
    normal: Vector<Patient>,
    slab: Slab,
    sampling: Sampling,
) -> Option<String> {
    let volume = &layer.volume;
    let to_voxel = *volume.voxel_from_patient() * layer.alignment.layer_from_base;
    let found = volume.project(to_voxel * at, to_voxel * normal, slab, sampling);
    let image = layer.image()?;
    let value = match (&layer.blending, found) {
        // Values by a state's own Modality LUT have no unit that is known.
        (Some(blending), Found::Value(value))
            if blending.modality.of(image.instance.pixels.is_signed) != image.shown_lut() =>
        {
            format!("{:.1}", volume.rescale().to_modality(StoredValue(value)).0)
        }
        _ => VolumeUnits::of(image, &layer.set).words(found, volume)?.join(", "),
    };
    Some(format!("{} {value}", modality_words(&image.instance.series.modality)))
}
