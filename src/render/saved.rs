//! What a viewport shows, as a presentation state: gray, geometry, shutter, and marks as graphics. PS3.3 A.33.1; rules S-1,
//! S-14.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::{Basis, Shape, scale_by_state};
use crate::color::ColorPalette;
use crate::command::Filter;
use crate::dicom::{
    Creation, Instance, InstanceUid, LookupTable, Mask, MaskItem, OverlayPlane, SeriesUid, Source,
};
use crate::geometry::{Image as ImageSpace, Map, Point, Vector, View};
use crate::grayscale::{Curve, ModalityLut, Polarity, Rescale, Voi};
use crate::presentation::{
    Anchor, AreaSize, CompoundObject, DisplayedArea, GraphicAnnotation, GraphicKind, GraphicLayer,
    GraphicObject, GraphicUnits, OverlayActivation, PresentationLut, PresentationState, ReferencedImage,
    ReferencedSeries, StateColors, StateKind, StateModality, StateShutter, StateTable, StateVoi, Subset,
    TextObject,
};
use crate::session::{Applied, Mark, Screen, Session, Viewport, Zoom, is_one_to_one};
use crate::study::{DisplaySet, FrameState, Image, Library};
use crate::units::{MmPerPixel, PValue, Phi};

use super::canvas::seen_area;
use super::named::{by_images, named};
use super::plan::slice_pass;

/// The layer of marks, unless the state shown has another of that name.
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
    pub created: Creation,
}

/// What is shown as a new state, and what goes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedState {
    /// The state.
    pub state: PresentationState,
    /// The header of an image that it is for.
    pub image: Arc<Instance>,
    /// Behind so many annotations come those that are marks.
    pub annotations: usize,
    /// What is seen and no presentation state can say, in words.
    pub left_out: Vec<&'static str>,
}

/// Why what is shown cannot be said in a presentation state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSaved {
    /// Nothing hangs in the viewport, or its pixels are not here.
    #[error("no image is shown in this viewport")]
    NoImage,
    /// A colour state has no Presentation LUT.
    #[error("colours that are inverted cannot be said in a presentation state")]
    InvertedColor,
    /// A pseudo-colour state has no Presentation LUT.
    #[error("a palette over a presentation LUT or a windowed table cannot be said in a presentation state")]
    PaletteOverTable,
    /// An image without a UID cannot be named.
    #[error("the image has no UID of its own, by which a presentation state could name it")]
    NoUid,
}

/// The images of the viewport in focus as it shows them: as many as share its size and all that a state says once for all.
/// Marks go to their own images.
pub fn state_of_focus(
    session: &Session,
    library: &Library,
    identity: Identity,
) -> Result<SavedState, NotSaved> {
    let shown = || {
        let viewport = session.focused_viewport()?;
        let source = viewport.source.as_ref()?;
        let (.., set) = library.find(&source.display_set)?;
        let image = set.images.get(source.index)?;
        let screen = session.focused_screen()?;
        let rect = screen.place(session.focus.viewport, 0)?;
        let applied = session.applied(viewport, image, library);
        let frame = library.frame(&applied.key(image)).and_then(FrameState::ready)?;
        let size = (rect.width, rect.height);
        let pass = slice_pass(image, frame, &viewport.view, &viewport.look, &applied, size)?;
        let room = (f64::from(rect.width), f64::from(rect.height));
        let (image_from_view, palette) = (pass.image_from_view, pass.palette);
        Some(Shown {
            session,
            library,
            screen,
            viewport,
            set,
            image,
            applied,
            image_from_view,
            palette,
            room,
        })
    };
    shown().ok_or(NotSaved::NoImage)?.saved(identity)
}

/// The image in focus as it is shown.
struct Shown<'a> {
    session: &'a Session,
    library: &'a Library,
    screen: &'a Screen,
    viewport: &'a Viewport,
    set: &'a DisplaySet,
    image: &'a Image,
    applied: Applied<'a>,
    image_from_view: Map<ImageSpace, View>,
    palette: Option<Arc<ColorPalette>>,
    room: (f64, f64),
}

impl Shown<'_> {
    fn saved(&self, identity: Identity) -> Result<SavedState, NotSaved> {
        let instance = &self.image.instance;
        if instance.has_stand_in_uid {
            return Err(NotSaved::NoUid);
        }
        let is_inverted = self.viewport.look.is_inverted;
        let mut presentation = self.presentation(self.image).ok_or(NotSaved::NoImage)?;
        let (kind, palette) = match (&self.palette, &presentation) {
            _ if instance.pixels.is_color() && is_inverted => return Err(NotSaved::InvertedColor),
            _ if instance.pixels.is_color() => (StateKind::Color, None),
            (None, _) => (StateKind::Grayscale, None),
            (Some(palette), PresentationLut::Shape(Polarity::Identity)) => {
                (StateKind::PseudoColor, Some(Arc::clone(palette)))
            }
            (Some(palette), PresentationLut::Shape(Polarity::Inverse)) => {
                (StateKind::PseudoColor, Some(Arc::new(palette.reversed())))
            }
            (Some(_), PresentationLut::Table(_)) => return Err(NotSaved::PaletteOverTable),
        };
        let images: Vec<&Image> =
            self.set.images.iter().filter(|image| self.is_alike(image, &presentation)).collect();
        if kind != StateKind::Grayscale {
            // The palette has it, and colours have none.
            presentation = PresentationLut::Shape(Polarity::Identity);
        }
        let colors =
            StateColors { profile: self.applied.profile(&self.viewport.look, self.image).cloned(), palette };
        let (state, annotations) = self.state(identity, kind, presentation, colors, &images);
        let (image, left_out) = (Arc::clone(instance), self.left_out());
        Ok(SavedState { state, image, annotations, left_out })
    }

    /// What no state can say.
    fn left_out(&self) -> Vec<&'static str> {
        let look = &self.viewport.look;
        let is_fused =
            self.session.layer(self.viewport, self.image, self.library).is_some_and(|layer| layer.is_ok());
        let is_share = |compound: &CompoundObject| compound.units == GraphicUnits::Display;
        let shares = self
            .applied
            .graphics()
            .is_some_and(|state| state.annotations.iter().flat_map(|of| &of.compounds).any(is_share));
        let padding = look.shows_padding && self.image.attributes().gray.padding.is_some();
        let has_section_marks = self.session.marks_of_volume(self.set, self.library).next().is_some();
        let parts = [
            (is_fused, "the series that lies over the images"),
            (look.filter != Filter::None, "the filter"),
            (padding, "padding as values"),
            (has_section_marks, "marks on sections, which stay a draft"),
            (shares, "compound graphics in shares of another area, other than by their plain forms"),
        ];
        parts.into_iter().filter(|(is_seen, _)| *is_seen).map(|(_, what)| what).collect()
    }

    fn applied_to(&self, image: &Image) -> Applied<'_> {
        self.session.applied(self.viewport, image, self.library)
    }

    /// Whether an image is shown like the one in focus in all that a state says once, and can be named.
    fn is_alike(&self, image: &Image, presentation: &PresentationLut) -> bool {
        let applied = self.applied_to(image);
        let size = |image: &Image| (image.instance.image.rows, image.instance.image.columns);
        let shutter = |image: &Image| image.attributes().shutter.clone();
        size(image) == size(self.image)
            && !image.instance.has_stand_in_uid
            && image.instance.pixels.is_color() == self.image.instance.pixels.is_color()
            && image.instance.usable_profile() == self.image.instance.usable_profile()
            && applied.state.map(|state| &state.uid) == self.applied.state.map(|state| &state.uid)
            && applied.modality(image) == self.applied.modality(self.image)
            && self.mask_of(&applied, image) == self.mask_of(&self.applied, self.image)
            && self.presentation(image).as_ref() == Some(presentation)
            && applied.framing(image) == self.applied.framing(self.image)
            && self.size_by_state(image) == self.size_by_state(self.image)
            && shutter(image) == shutter(self.image)
    }

    /// What the state shown says of the size of an image's pixels, where it is measured by that.
    fn size_by_state(&self, image: &Image) -> Option<MmPerPixel> {
        let scale = scale_by_state(image, &[], self.applied_to(image).spacing(image)).ok()?;
        scale.mm_per_pixel.filter(|_| scale.basis == Basis::Presentation)
    }

    /// What is subtracted from an image.
    fn mask_of(&self, applied: &Applied<'_>, image: &Image) -> Option<MaskItem> {
        applied.mask_item(image, &self.viewport.presented.masked)
    }

    /// The window or the table of an image; `None` for colours, and where it is not known yet.
    fn resolved_voi(&self, image: &Image) -> Option<Voi> {
        let applied = self.applied_to(image);
        let frame = self.library.frame(&applied.key(image)).and_then(FrameState::ready);
        let (voi, _) = applied.voi(&self.viewport.look.voi, image, frame)?;
        Some(voi)
    }

    /// What makes the values of an image visible. A table that is spread over a window, or that another follows, is a window
    /// here, and a presentation LUT behind it.
    fn voi(&self, image: &Image) -> Option<StateVoi> {
        let applied = self.applied_to(image);
        let frame = self.library.frame(&applied.key(image)).and_then(FrameState::ready);
        let (voi, name) = applied.voi(&self.viewport.look.voi, image, frame)?;
        let is_alone = applied.presentation(image).1.is_none() && is_whole(&voi);
        Some(match &voi.table {
            Some(table) if is_alone => {
                // Each output becomes the P-value that it stands for.
                let wide = in_whole_bytes(table, |_| entries_of(&voi, None));
                StateVoi::Table(table_of(&wide, name))
            }
            _ => StateVoi::Window(voi.window),
        })
    }

    /// The new state, and how many of its annotations are no marks.
    fn state(
        &self,
        identity: Identity,
        kind: StateKind,
        presentation: PresentationLut,
        colors: StateColors,
        images: &[&Image],
    ) -> (PresentationState, usize) {
        let Identity { source, uid, series, label, created } = identity;
        let of_state = self.applied.graphics();
        let named_images = named(images.iter().copied());
        let area = self.area();
        let mut layers = of_state.map(|state| state.layers.clone()).unwrap_or_default();
        let marks_layer = layer_of_marks(&layers);
        let mut annotations =
            of_state.map_or_else(Vec::new, |state| self.carried(state, &named_images, &area));
        let carried = annotations.len();
        annotations.extend(images.iter().filter_map(|image| self.annotation(image, &marks_layer)));
        let (shutter, activations) = (self.shutter(), self.planes(&marks_layer));
        let is_seen = |plane: &&OverlayPlane| {
            let is_activated = activations.iter().any(|activation| activation.group == plane.group);
            is_activated || matches!(shutter, StateShutter::Bitmap { group, .. } if group == plane.group)
        };
        let own_planes = of_state.map_or(&[][..], |state| &state.overlays);
        let overlays: Vec<OverlayPlane> = own_planes.iter().filter(is_seen).cloned().collect();
        let drawn_in = annotations.iter().map(|annotation| &annotation.layer);
        for name in drawn_in.chain(activations.iter().map(|activation| &activation.layer)) {
            if layers.iter().all(|layer| layer.name != *name) {
                layers.push(top_layer(name, *name == marks_layer, &layers));
            }
        }
        let passport = self.screen.passport();
        let state = PresentationState {
            source,
            uid,
            study: self.image.instance.study.uid.clone(),
            series,
            kind,
            label,
            description: passport.line(),
            // The name by which the reader is known here; of the account's user nobody said one.
            creator: Phi::new(self.session.reader.name().unwrap_or_default().to_owned()),
            created,
            passport: Some(passport),
            references: vec![ReferencedSeries {
                series: self.image.instance.series.uid.clone(),
                images: named_images,
            }],
            modality: match self.applied.modality(self.image) {
                _ if kind == StateKind::Color => StateModality::Rescale(Rescale::IDENTITY),
                ModalityLut::Rescale(rescale) => StateModality::Rescale(rescale),
                ModalityLut::Table(table) => {
                    StateModality::Table(table_of(&in_whole_bytes(&table, |entries| entries), ""))
                }
            },
            mask: self
                .mask_of(&self.applied, self.image)
                .map(|item| Arc::new(Mask { is_recommended: true, items: vec![item] })),
            voi: by_images(images.iter().filter_map(|image| Some((*image, self.voi(image)?)))),
            presentation,
            colors,
            blending: None,
            shutter,
            overlays: overlays.into(),
            activations,
            areas: vec![area],
            turn: self.applied.framing(self.image).turn.then(self.viewport.view.turn),
            layers,
            annotations,
            not_applied: Vec::new(),
        };
        (state, carried)
    }

    /// What the state shown draws over these images, where the area of the new one leaves it.
    fn carried(
        &self,
        state: &PresentationState,
        images: &BTreeMap<InstanceUid, ReferencedImage>,
        area: &DisplayedArea,
    ) -> Vec<GraphicAnnotation> {
        let header = &self.image.instance;
        let shown = state.areas.iter().find(|area| area.images.has(&header.uid, self.image.frame));
        let Some(view_from_image) = self.image_from_view.inverse() else { return Vec::new() };
        let seen = |area| seen_area(area, self.image, &view_from_image);
        let ((corner, size), (new_corner, new_size)) = (seen(shown), seen(Some(area)));
        let moved = |at: [f64; 2]| {
            let part = |at: f64, corner: f64, size: f64, new_corner: f64, new_size: f64| {
                (corner + size * at - new_corner) / new_size
            };
            let [x, y] = at;
            [
                part(x, corner.xyz.x, size.xyz.x, new_corner.xyz.x, new_size.xyz.x),
                part(y, corner.xyz.y, size.xyz.y, new_corner.xyz.y, new_size.xyz.y),
            ]
        };
        let is_same = (corner, size) == (new_corner, new_size);
        let count = self.session.annotations_to_draw(state);
        let hidden = &self.viewport.presented.hidden_layers;
        let drawn = state.annotations.iter().take(count);
        let drawn = drawn.filter(|annotation| !hidden.contains(&annotation.layer));
        let of_images = drawn.cloned().filter_map(|mut annotation| {
            if let Subset(Some(subset)) = &mut annotation.images {
                subset.retain(|uid, _| images.contains_key(uid));
                if subset.is_empty() {
                    return None;
                }
            }
            if !is_same {
                annotation.move_shares(moved);
            }
            // Their parts are shares of an area that is another now.
            annotation.compounds.retain(|compound| is_same || compound.units == GraphicUnits::Pixel);
            Some(annotation)
        });
        of_images.collect()
    }

    /// Presentation LUT: its shape alone rules, so MONOCHROME1 and the reader's inversion are in it. Rule P-15. A VOI table
    /// that is spread over a window, or that a table follows, is in it too: it says what becomes of the window's share.
    fn presentation(&self, image: &Image) -> Option<PresentationLut> {
        let applied = self.applied_to(image);
        let (polarity, table) = applied.presentation(image);
        let polarity = if self.viewport.look.is_inverted { polarity.inverted() } else { polarity };
        if image.instance.pixels.is_color() {
            return Some(PresentationLut::Shape(Polarity::Identity));
        }
        let voi = self.resolved_voi(image)?;
        let table = if voi.table.is_some() && (table.is_some() || !is_whole(&voi)) {
            LookupTable::new(0, entries_of(&voi, table), 16).map(Arc::new)
        } else {
            table.cloned()
        };
        Some(match (table, polarity) {
            (None, polarity) => PresentationLut::Shape(polarity),
            (Some(table), Polarity::Identity) => PresentationLut::Table(table),
            (Some(table), Polarity::Inverse) => {
                let highest = u32::from(table.highest());
                let white = u32::from(PValue::WHITE.0);
                let inverse = |entry: &u16| u16::try_from(white - u32::from(*entry) * white / highest);
                let entries = table.entries().iter().map(|entry| inverse(entry).unwrap_or(0)).collect();
                let inverse = LookupTable::new(table.first(), entries, 16).map(Arc::new);
                PresentationLut::Table(inverse.unwrap_or(table))
            }
        })
    }

    fn shutter(&self) -> StateShutter {
        if self.viewport.look.hidden.shutter {
            return StateShutter::None;
        }
        match self.applied.graphics() {
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
    fn planes(&self, marks_layer: &str) -> Vec<OverlayActivation> {
        if self.viewport.look.hidden.planes {
            return Vec::new();
        }
        if let Some(state) = self.applied.graphics() {
            let is_seen = self.applied.has_planes(self.image);
            return if is_seen { state.activations.clone() } else { Vec::new() };
        }
        let groups = self.image.instance.overlay_groups();
        groups.map(|group| OverlayActivation { group, layer: marks_layer.to_owned() }).collect()
    }

    /// What is seen of the image, rounded to whole pixels; the whole of what is framed where the view was not moved.
    fn area(&self) -> DisplayedArea {
        let framing = self.applied.framing(self.image);
        let view = &self.viewport.view;
        let corners = [(0.0, 0.0), self.room].map(|(x, y)| self.image_from_view * Point::flat(x, y));
        let [seen_first, seen_last] = corners;
        let is_unmoved = view.zoom == Zoom::Fit && view.center_offset.length() == 0.0;
        let (low, high) = if is_unmoved {
            let half = Vector::flat(framing.size.0 / 2.0, framing.size.1 / 2.0);
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
        let true_size = self.applied.true_size(self.image).filter(|_| is_unmoved);
        let mode = if true_size.is_some() {
            AreaSize::TrueSize
        } else if is_unmoved {
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
            // What the reader measured by stays.
            spacing: true_size.or_else(|| self.size_by_state(self.image)),
            pixel_aspect: Some(framing.pixel_aspect),
        }
    }

    /// The marks of an image, with their numbers.
    fn annotation(&self, image: &Image, layer: &str) -> Option<GraphicAnnotation> {
        if !self.session.shows_marks {
            return None;
        }
        let marks = self.session.marks.of(&image.key());
        (!marks.is_empty()).then(|| GraphicAnnotation {
            images: Subset(Some(named([image].into_iter()))),
            layer: layer.to_owned(),
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
            style: None,
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
    GraphicObject {
        kind,
        units: GraphicUnits::Pixel,
        points,
        is_filled: false,
        line: None,
        fill: None,
        compound: None,
    }
}

/// A layer for marks: that of an earlier state of ours, or one of a name that is free.
fn layer_of_marks(layers: &[GraphicLayer]) -> String {
    let is_ours = |layer: &GraphicLayer| layer.gray == Some(PValue::WHITE) && layer.color.is_none();
    let names = (2..).map(|number| format!("{MARKS}_{number}"));
    let mut names = std::iter::once(MARKS.to_owned()).chain(names);
    let is_free = |name: &String| layers.iter().all(|layer| layer.name != *name || is_ours(layer));
    names.find(is_free).unwrap_or_else(|| MARKS.to_owned())
}

/// A layer above all these; white for marks. One that the state shown draws in and does not describe lies on top, too.
fn top_layer(name: &str, is_white: bool, layers: &[GraphicLayer]) -> GraphicLayer {
    GraphicLayer {
        name: name.to_owned(),
        order: layers.iter().map(|layer| layer.order).max().unwrap_or(0).saturating_add(1),
        gray: is_white.then_some(PValue::WHITE),
        color: None,
        description: String::new(),
    }
}

/// Whether a VOI with a table is that table as it stands, and not spread over a window.
fn is_whole(voi: &Voi) -> bool {
    voi.table.as_ref().is_none_or(|table| Voi::of_table(Arc::clone(table)) == *voi)
}

/// A table with outputs of 8 or 16 bits: programs take no others, though images have them. `to_16` makes those of 16.
fn in_whole_bytes(table: &Arc<LookupTable>, to_16: impl FnOnce(Vec<u16>) -> Vec<u16>) -> Arc<LookupTable> {
    if [u8::MAX.into(), u16::MAX].contains(&table.highest()) {
        return Arc::clone(table);
    }
    let wide = LookupTable::new(table.first(), to_16(table.entries().to_vec()), 16).map(Arc::new);
    wide.unwrap_or_else(|| Arc::clone(table))
}

/// The P-values that tables make, from the first of their inputs on.
fn entries_of(voi: &Voi, presentation: Option<&Arc<LookupTable>>) -> Vec<u16> {
    let curve = Curve::of(voi, presentation);
    curve.into_iter().flat_map(|curve| curve.entries()).map(|p| p.0).collect()
}

fn table_of(table: &Arc<LookupTable>, explanation: &str) -> StateTable {
    let [unsigned, signed] = [Arc::clone(table), Arc::clone(table)];
    StateTable { unsigned, signed, explanation: explanation.to_owned() }
}
