//! What a viewport shows, as a presentation state: gray, geometry, shutter, and marks as graphics. PS3.3 A.33.1; rules S-1,
//! S-14.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::Shape;
use crate::dicom::{Instance, InstanceUid, LookupTable, SeriesUid, Source};
use crate::geometry::{Image as ImageSpace, Map, Point, View};
use crate::grayscale::{ModalityLut, Polarity, Voi};
use crate::presentation::{
    Anchor, AreaSize, DisplayedArea, GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject,
    GraphicUnits, OverlayActivation, PresentationLut, PresentationState, ReferencedImage, ReferencedSeries,
    SoftcopyVoi, StateKind, StateModality, StateShutter, StateTable, StateVoi, Subset, TextObject,
};
use crate::session::{Applied, Mark, Session, Viewport, Zoom, is_one_to_one};
use crate::study::{FrameState, Image, Library};
use crate::units::{PValue, Phi};

/// The layer of marks.
const MARKS: &str = "MARKS";

/// What tells a new state from all others.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Where it is going to lie.
    pub source: Source,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// Series Instance UID.
    pub series: SeriesUid,
    /// Content Label.
    pub label: String,
    /// Presentation Creation Date and Time.
    pub created: (String, String),
}

/// Why what is shown cannot be said in a presentation state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSaved {
    /// Nothing hangs in the viewport, or its pixels are not here.
    #[error("no image is shown in this viewport")]
    NoImage,
    /// A grayscale state is for gray images.
    #[error("a colour image has no grayscale presentation state")]
    Color,
    /// A state has a window or a table.
    #[error("a VOI table under a window set by hand cannot be said in a presentation state")]
    WindowedTable,
    /// They lie in the state itself.
    #[error("the overlay planes of the presentation state shown cannot be saved again")]
    Overlays,
    /// An image without a UID cannot be named.
    #[error("the image has no UID of its own, by which a presentation state could name it")]
    NoUid,
}

/// The images of the viewport in focus as it shows them, and the header of the one shown: as many as share its size and all
/// that a state says once for all. Marks go to their own images.
pub fn state_of_focus(
    session: &Session,
    library: &Library,
    identity: Identity,
) -> Result<(PresentationState, Arc<Instance>), NotSaved> {
    let saved = || {
        let viewport = session.focused_viewport()?;
        let source = viewport.source.as_ref()?;
        let (.., set) = library.find(&source.display_set)?;
        let image = set.images.get(source.index)?;
        library.frame(&image.key()).and_then(FrameState::ready)?;
        let rect = session.focused_screen()?.place(session.focus.viewport, 0)?;
        let applied = session.applied(viewport, image, library);
        let room = (f64::from(rect.width), f64::from(rect.height));
        let image_from_view = viewport.view.image_from_view(&applied.framing(image), room)?;
        Some((Shown { session, library, viewport, image, applied, image_from_view, room }, set))
    };
    let (shown, set) = saved().ok_or(NotSaved::NoImage)?;
    let instance = Arc::clone(&shown.image.instance);
    if instance.pixels.is_color() {
        return Err(NotSaved::Color);
    }
    if instance.has_stand_in_uid {
        return Err(NotSaved::NoUid);
    }
    let images: Vec<(&Image, StateVoi)> = set
        .images
        .iter()
        .filter(|image| shown.is_alike(image))
        .filter_map(|image| Some((image, shown.voi(image)?)))
        .collect();
    if !images.iter().any(|(image, _)| image.key() == shown.image.key()) {
        return Err(NotSaved::WindowedTable);
    }
    let state = shown.state(identity, &images)?;
    Ok((state, instance))
}

/// The image in focus as it is shown.
struct Shown<'a> {
    session: &'a Session,
    library: &'a Library,
    viewport: &'a Viewport,
    image: &'a Image,
    applied: Applied<'a>,
    image_from_view: Map<ImageSpace, View>,
    room: (f64, f64),
}

impl Shown<'_> {
    /// Whether an image is shown like the one in focus in all that a state says once.
    fn is_alike(&self, image: &Image) -> bool {
        let applied = self.session.applied(self.viewport, image, self.library);
        let size = |image: &Image| (image.instance.image.rows, image.instance.image.columns);
        let shutter = |image: &Image| image.attributes().shutter.clone();
        size(image) == size(self.image)
            && !image.instance.has_stand_in_uid
            && applied.state.map(|state| &state.uid) == self.applied.state.map(|state| &state.uid)
            && applied.modality(image) == self.applied.modality(self.image)
            && applied.presentation(image) == self.applied.presentation(self.image)
            && applied.framing(image) == self.applied.framing(self.image)
            && shutter(image) == shutter(self.image)
    }

    /// What makes the values of an image visible; `None` where a state cannot say it, or it is not known yet.
    fn voi(&self, image: &Image) -> Option<StateVoi> {
        let applied = self.session.applied(self.viewport, image, self.library);
        let frame = self.library.frame(&image.key()).and_then(FrameState::ready);
        let (voi, name) = applied.voi(&self.viewport.look.voi, image, frame)?;
        let Some(table) = &voi.table else { return Some(StateVoi::Window(voi.window)) };
        let is_whole = Voi::of_table(Arc::clone(table)) == voi;
        is_whole.then(|| StateVoi::Table(table_of(table, name)))
    }

    fn state(
        &self,
        identity: Identity,
        images: &[(&Image, StateVoi)],
    ) -> Result<PresentationState, NotSaved> {
        let Identity { source, uid, series, label, created } = identity;
        let of_state = self.applied.state.filter(|_| self.applied.parts.graphics);
        if of_state.is_some_and(|state| !state.overlays.is_empty()) {
            return Err(NotSaved::Overlays);
        }
        let instance = &self.image.instance;
        let marks: Vec<GraphicAnnotation> =
            images.iter().filter_map(|(image, _)| self.annotation(image)).collect();
        let mut layers = of_state.map(|state| state.layers.clone()).unwrap_or_default();
        let mut annotations = of_state.map(|state| state.annotations.clone()).unwrap_or_default();
        let planes = self.planes();
        if !marks.is_empty() || !planes.is_empty() {
            layers.retain(|layer| layer.name != MARKS);
            layers.push(GraphicLayer {
                name: MARKS.to_owned(),
                order: layers.iter().map(|layer| layer.order).max().unwrap_or(0).saturating_add(1),
                gray: Some(PValue::WHITE),
                color: None,
                description: String::new(),
            });
        }
        annotations.extend(marks);
        Ok(PresentationState {
            source,
            uid,
            study: instance.study.uid.clone(),
            series,
            kind: StateKind::Grayscale,
            label,
            description: String::new(),
            creator: Phi::new(String::new()),
            created,
            references: vec![ReferencedSeries {
                series: instance.series.uid.clone(),
                images: named(images.iter().map(|(image, _)| *image)),
            }],
            modality: match self.applied.modality(self.image) {
                ModalityLut::Rescale(rescale) => StateModality::Rescale(rescale),
                ModalityLut::Table(table) => StateModality::Table(table_of(&table, "")),
            },
            voi: by_images(images),
            presentation: self.presentation(),
            shutter: self.shutter(),
            overlays: Arc::default(),
            activations: planes,
            areas: vec![self.area()],
            turn: self.applied.framing(self.image).turn.then(self.viewport.view.turn),
            layers,
            annotations,
            not_applied: Vec::new(),
        })
    }

    /// Presentation LUT: its shape alone rules, so MONOCHROME1 and the reader's inversion are in it. Rule P-15.
    fn presentation(&self) -> PresentationLut {
        let (polarity, table) = self.applied.presentation(self.image);
        let polarity = if self.viewport.look.is_inverted { polarity.inverted() } else { polarity };
        match (table, polarity) {
            (None, polarity) => PresentationLut::Shape(polarity),
            (Some(table), Polarity::Identity) => PresentationLut::Table(Arc::clone(table)),
            (Some(table), Polarity::Inverse) => {
                let highest = u32::from(table.highest());
                let white = u32::from(PValue::WHITE.0);
                let inverse = |entry: &u16| u16::try_from(white - u32::from(*entry) * white / highest);
                let entries = table.entries().iter().map(|entry| inverse(entry).unwrap_or(0)).collect();
                let inverse = LookupTable::new(table.first(), entries, 16).map(Arc::new);
                PresentationLut::Table(inverse.unwrap_or_else(|| Arc::clone(table)))
            }
        }
    }

    fn shutter(&self) -> StateShutter {
        if self.viewport.look.hidden.shutter {
            return StateShutter::None;
        }
        match self.applied.state.filter(|_| self.applied.parts.graphics) {
            Some(state) => state.shutter.clone(),
            None => self
                .image
                .attributes()
                .shutter
                .as_ref()
                .map_or(StateShutter::None, |shutter| StateShutter::Shapes(Arc::clone(shutter))),
        }
    }

    /// The overlay planes of the image that are seen.
    fn planes(&self) -> Vec<OverlayActivation> {
        if self.viewport.look.hidden.planes {
            return Vec::new();
        }
        if let Some(state) = self.applied.state.filter(|_| self.applied.parts.graphics) {
            return state.activations.clone();
        }
        let groups = self.image.instance.overlay_groups();
        groups.map(|group| OverlayActivation { group, layer: MARKS.to_owned() }).collect()
    }

    /// What is seen of the image, rounded to whole pixels; the whole of what is framed where the view was not moved.
    fn area(&self) -> DisplayedArea {
        let framing = self.applied.framing(self.image);
        let view = &self.viewport.view;
        let corners = [(0.0, 0.0), self.room].map(|(x, y)| self.image_from_view * Point::flat(x, y));
        let [seen_first, seen_last] = corners;
        let is_unmoved = view.zoom == Zoom::Fit && view.center_offset.length() == 0.0;
        let (low, high) = if is_unmoved {
            let half = crate::geometry::Vector::flat(framing.size.0 / 2.0, framing.size.1 / 2.0);
            (framing.middle + half * -1.0, framing.middle + half)
        } else {
            let [a, b] = corners.map(|corner| corner.xyz);
            (Point::from_xyz(a.min(b)), Point::from_xyz(a.max(b)))
        };
        // Pixels count from 1, and both are part of it. Rule S-2: the first is the one that is seen top left.
        let side = |low: f64, high: f64, is_forwards: bool| {
            #[expect(clippy::cast_possible_truncation, reason = "saturates far outside the image")]
            let (first, last) = (low.round() as i32, high.round() as i32);
            let (first, last) = (first.saturating_add(1), last.max(first.saturating_add(1)));
            if is_forwards { (first, last) } else { (last, first) }
        };
        let (left, right) = side(low.xyz.x, high.xyz.x, seen_first.xyz.x <= seen_last.xyz.x);
        let (top, bottom) = side(low.xyz.y, high.xyz.y, seen_first.xyz.y <= seen_last.xyz.y);
        let mode = if is_unmoved {
            framing.magnification.map_or(AreaSize::ScaleToFit, AreaSize::Magnify)
        } else if is_one_to_one(&self.image_from_view) {
            AreaSize::Magnify(1.0)
        } else {
            AreaSize::ScaleToFit
        };
        DisplayedArea {
            images: Subset(None),
            top_left: [left, top],
            bottom_right: [right, bottom],
            size: mode,
            spacing: None,
            pixel_aspect: Some(framing.pixel_aspect),
        }
    }

    /// The marks of an image, with their numbers.
    fn annotation(&self, image: &Image) -> Option<GraphicAnnotation> {
        if !self.session.shows_marks {
            return None;
        }
        let marks = self.session.marks.of(&image.key());
        (!marks.is_empty()).then(|| GraphicAnnotation {
            images: Subset(Some(named([image].into_iter()))),
            layer: MARKS.to_owned(),
            graphics: marks.iter().map(|mark| graphic_of(&mark.shape)).collect(),
            texts: marks.iter().filter_map(|mark| self.text_of(mark)).collect(),
            compounds: Vec::new(),
        })
    }

    /// The numbers of a mark, beside its rightmost point as it is seen.
    fn text_of(&self, mark: &Mark) -> Option<TextObject> {
        let right = self.image_from_view.x_axis();
        let handles = mark.shape.handles();
        let along = |point: &Point<ImageSpace>| (*point - Point::flat(0.0, 0.0)).dot(right);
        let anchor = handles.into_iter().max_by(|a, b| along(a).total_cmp(&along(b)))?;
        let lines = &mark.measurement.lines;
        (!lines.is_empty()).then(|| TextObject {
            text: Phi::new(lines.join("\r\n")),
            bounding_box: None,
            anchor: Some(Anchor { units: GraphicUnits::Pixel, at: flat(anchor), is_visible: false }),
            compound: None,
        })
    }
}

const fn flat(point: Point<ImageSpace>) -> [f64; 2] {
    [point.xyz.x, point.xyz.y]
}

/// A mark as a graphic. PS3.3 C.10.5.1.2.
fn graphic_of(shape: &Shape) -> GraphicObject {
    let (kind, points) = match *shape {
        Shape::Probe(at) => (GraphicKind::Point, vec![at]),
        Shape::Ellipse([a, b]) => {
            let middle = a.xyz.midpoint(b.xyz);
            let across = [Point::flat(a.xyz.x, middle.y), Point::flat(b.xyz.x, middle.y)];
            let down = [Point::flat(middle.x, a.xyz.y), Point::flat(middle.x, b.xyz.y)];
            let is_wide = (b.xyz.x - a.xyz.x).abs() >= (b.xyz.y - a.xyz.y).abs();
            // The longer axis comes first.
            (GraphicKind::Ellipse, if is_wide { [across, down] } else { [down, across] }.concat())
        }
        Shape::Length(_) | Shape::Angle(_) | Shape::Rectangle(_) => {
            (GraphicKind::Polyline, shape.outline().into_iter().flatten().collect())
        }
    };
    let points = points.into_iter().map(flat).collect();
    GraphicObject { kind, units: GraphicUnits::Pixel, points, is_filled: false, compound: None }
}

fn table_of(table: &Arc<LookupTable>, explanation: &str) -> StateTable {
    let [unsigned, signed] = [Arc::clone(table), Arc::clone(table)];
    StateTable { unsigned, signed, explanation: explanation.to_owned() }
}

/// Images by their UIDs; of an object of several frames those that are here, unless they are all.
fn named<'a>(images: impl Iterator<Item = &'a Image>) -> BTreeMap<InstanceUid, ReferencedImage> {
    let mut named: BTreeMap<InstanceUid, ReferencedImage> = BTreeMap::new();
    let mut frames: BTreeMap<InstanceUid, u32> = BTreeMap::new();
    for image in images {
        let header = &image.instance;
        let of_image = named.entry(header.uid.clone()).or_insert_with(|| ReferencedImage {
            sop_class: header.sop_class.clone(),
            frames: Some(Vec::new()),
        });
        of_image.frames.get_or_insert_default().push(image.frame);
        frames.insert(header.uid.clone(), header.image.frames);
    }
    for (uid, image) in &mut named {
        let count = image.frames.as_ref().map_or(0, Vec::len);
        if frames.get(uid).is_some_and(|all| *all as usize == count) {
            image.frames = None;
        } else if let Some(frames) = &mut image.frames {
            frames.sort_unstable();
        }
    }
    named
}

/// Images by their series.
pub fn by_series(images: &[&Image]) -> Vec<ReferencedSeries> {
    let mut of_series: BTreeMap<&SeriesUid, Vec<&Image>> = BTreeMap::new();
    for image in images {
        of_series.entry(&image.instance.series.uid).or_default().push(image);
    }
    let series = |(series, images): (&SeriesUid, Vec<&Image>)| ReferencedSeries {
        series: series.clone(),
        images: named(images.into_iter()),
    };
    of_series.into_iter().map(series).collect()
}

/// One item for all images where they have the same, else one for all that do.
fn by_images(images: &[(&Image, StateVoi)]) -> Vec<SoftcopyVoi> {
    let mut kinds: Vec<(&StateVoi, Vec<&Image>)> = Vec::new();
    for (image, voi) in images {
        match kinds.iter_mut().rev().find(|(known, _)| *known == voi) {
            Some((_, alike)) => alike.push(image),
            None => kinds.push((voi, vec![image])),
        }
    }
    if let [(voi, _)] = kinds.as_slice() {
        return vec![SoftcopyVoi { images: Subset(None), voi: (*voi).clone() }];
    }
    let item = |(voi, alike): (&StateVoi, Vec<&Image>)| SoftcopyVoi {
        images: Subset(Some(named(alike.into_iter()))),
        voi: voi.clone(),
    };
    kinds.into_iter().map(item).collect()
}
