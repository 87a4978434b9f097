//! What a presentation state draws over an image: layers, graphics and texts, on the screen. PS3.3 C.10.5, C.10.7; rules
//! S-7 to S-9.

use std::collections::{BTreeSet, HashMap};

use crate::color::Ink;
use crate::geometry::{Point, Vector, View};
use crate::presentation::{
    Anchor, CompoundObject, Face, FillStyle, GraphicLayer, GraphicObject, GraphicUnits, Justification,
    LineStyle, PresentationState, Shadow, TextObject, TextStyle, VerticalAlignment,
};
use crate::units::{MmPerPixel, Phi};

use super::canvas::{Canvas, seen_corners};
use super::compound::{Form, form};
use super::dash::{BothParts, dashed};
use super::graphic_plan::{GraphicPlan, ShadowPlan, ShapePlan, TextPlan};
use super::outline::outline;
use super::paint::Paint;

/// All lines of one picture have no more points, nor were they made of more, and all that is filled has no more ends of its
/// rows: a state may be as large as a file, and the picture has to follow the hand.
const POINTS_MAX: usize = 1 << 17;
const POINTS_READ_MAX: usize = 1 << 20;
const CROSSINGS_MAX: usize = 1 << 19;

/// Lines are so many points thick at most, and shadows reach so far.
const THICKNESS_POINTS_MAX: f64 = 32.0;
const SHADOW_POINTS_MAX: f64 = 16.0;

/// The viewer's own lines, in points: dashes are made for them, and outlines begin around them.
const LINE_POINTS: f64 = 1.5;

/// What these annotations of a state draw, the lowest layer first, and how many graphics were left out because there are too
/// many. What lies outside the picture is not there.
pub(super) fn graphics(
    state: &PresentationState,
    chosen: &[usize],
    canvas: Canvas,
    mm: Option<MmPerPixel>,
) -> (Vec<GraphicPlan>, usize) {
    let layers: HashMap<&str, &GraphicLayer> =
        state.layers.iter().map(|layer| (layer.name.as_str(), layer)).collect();
    let mut annotations: Vec<_> = chosen
        .iter()
        .filter_map(|at| state.annotations.get(*at))
        .map(|annotation| (layers.get(annotation.layer.as_str()).copied(), annotation))
        .collect();
    // A layer that nobody describes lies on top, where it is seen. Rule S-9.
    annotations.sort_by_key(|(layer, _)| layer.map_or(i64::MAX, |layer| layer.order));
    let mut drawing = Drawing {
        canvas,
        ink: None,
        plan: Vec::new(),
        points_left: POINTS_MAX,
        points_read_left: POINTS_READ_MAX,
        crossings_left: CROSSINGS_MAX,
        left_out: 0,
    };
    for (layer, annotation) in annotations {
        drawing.ink = layer.and_then(GraphicLayer::ink);
        let compounds: BTreeSet<u32> = annotation.compounds.iter().map(|compound| compound.id).collect();
        // What is drawn itself is not drawn by its plain form as well. PS3.3 C.10.5.1.3.1.
        let is_plain = |compound: Option<u32>| !compound.is_some_and(|id| compounds.contains(&id));
        for graphic in annotation.graphics.iter().filter(|graphic| is_plain(graphic.compound)) {
            drawing.graphic(graphic);
        }
        for compound in &annotation.compounds {
            drawing.compound(compound, mm);
        }
        for text in annotation.texts.iter().filter(|text| is_plain(text.compound)) {
            drawing.text(text);
        }
    }
    (drawing.plan, drawing.left_out)
}

/// A picture that is being drawn over.
struct Drawing {
    canvas: Canvas,
    /// The colour of the layer.
    ink: Option<Ink>,
    plan: Vec<GraphicPlan>,
    points_left: usize,
    points_read_left: usize,
    crossings_left: usize,
    left_out: usize,
}

/// How a shape is drawn.
#[derive(Clone, Copy)]
struct Styles<'a> {
    units: GraphicUnits,
    line: Option<&'a LineStyle>,
    is_filled: bool,
    fill: Option<&'a FillStyle>,
}

impl Drawing {
    fn graphic(&mut self, graphic: &GraphicObject) {
        if !self.is_read(graphic.points.len()) {
            return;
        }
        let (units, canvas) = (graphic.units, self.canvas);
        let line = outline(graphic, canvas.aspect(units), canvas.unit(units));
        let line = line.into_iter().map(|point| canvas.point(units, point)).collect();
        let (is_filled, fill) = (graphic.is_filled, graphic.fill.as_ref());
        self.shape(&[line], Styles { units, line: graphic.line.as_ref(), is_filled, fill });
    }

    /// Whether so many points may still be looked at; what is not is counted.
    fn is_read(&mut self, points: usize) -> bool {
        let left = self.points_read_left.checked_sub(points);
        self.points_read_left = left.unwrap_or(self.points_read_left);
        self.left_out += usize::from(left.is_none());
        left.is_some()
    }

    fn compound(&mut self, compound: &CompoundObject, mm: Option<MmPerPixel>) {
        if !self.is_read(compound.points.len()) {
            return;
        }
        let Form { lines, labels } = form(compound, &self.canvas, mm);
        let (units, is_filled, fill) = (compound.units, compound.is_filled, compound.fill.as_ref());
        self.shape(&lines, Styles { units, line: compound.line.as_ref(), is_filled, fill });
        for label in labels {
            let in_box = ([label.at; 2], label.horizontal, label.vertical);
            self.words(vec![label.text], Some(in_box), None, (compound.text.as_ref(), compound.units));
        }
    }

    /// Lines, and the inside of the first where it is filled; what lies lowest first.
    fn shape(&mut self, lines: &[Vec<Point<View>>], styles: Styles<'_>) {
        if !self.canvas.is_in_sight(&lines.iter().flatten()) {
            return;
        }
        let pieces: Vec<_> = lines.iter().flat_map(|line| self.canvas.cut(line)).collect();
        let count: usize = pieces.iter().map(|piece| piece.points.len()).sum();
        if count > self.points_left {
            self.left_out += 1;
            return;
        }
        let inside = lines.first().filter(|_| styles.is_filled);
        let spans =
            inside.map_or_else(|| Some(Vec::new()), |line| self.canvas.fill(line, self.crossings_left));
        // Its line is drawn all the same.
        self.left_out += usize::from(spans.is_none());
        let spans = spans.unwrap_or_default();
        let style = styles.line;
        let thickness = style.and_then(|style| style.thickness);
        let thickness = thickness.map(|thickness| {
            let thickest = THICKNESS_POINTS_MAX * self.canvas.scale;
            (thickness * self.canvas.unit(styles.units)).clamp(1.0, thickest)
        });
        let width = thickness.unwrap_or(LINE_POINTS * self.canvas.scale);
        let parts = if let Some(pattern) = style.and_then(|style| style.dashes) {
            let Some(parts) = dashed(&pieces, pattern, width, self.points_left) else {
                self.left_out += 1;
                return;
            };
            parts
        } else {
            BothParts { on: pieces.into_iter().map(|piece| piece.points).collect(), off: Vec::new() }
        };
        self.points_left -= parts.count().min(self.points_left);
        self.crossings_left -= (2 * spans.len()).min(self.crossings_left);
        let of_layer = Paint { ink: self.ink, opacity: 1.0 };
        let tinted = |tint| Paint::of(tint, self.ink);
        let stroked = |paint, lines| ShapePlan {
            paint,
            thickness,
            has_halo: false,
            lines,
            fill: Vec::new(),
            pattern: None,
        };
        let mut shapes = Vec::new();
        if let Some(shadow) = style.and_then(|style| style.shadow) {
            let shadow = self.shadow(shadow, styles.units);
            let lines = [parts.on.as_slice(), parts.off.as_slice()].concat();
            let behind = stroked(shadow.paint, lines);
            shapes.push(if shadow.is_outline {
                ShapePlan { thickness: Some(width + 2.0 * shadow.offset.length()), ..behind }
            } else {
                let moved = |line: Vec<Point<View>>| line.into_iter().map(|at| at + shadow.offset).collect();
                ShapePlan { lines: behind.lines.into_iter().map(moved).collect(), ..behind }
            });
        }
        if styles.is_filled {
            let style = styles.fill;
            let filled =
                |paint, pattern| ShapePlan { fill: spans.clone(), pattern, ..stroked(paint, Vec::new()) };
            let pattern = style.and_then(|style| style.pattern.clone());
            let off = style.and_then(|style| style.off).filter(|_| pattern.is_some());
            shapes.extend(off.map(|off| filled(tinted(off), None)));
            shapes.push(filled(style.map_or(of_layer, |style| tinted(style.on)), pattern));
        }
        if let Some(off) = style.and_then(|style| style.off).filter(|_| !parts.off.is_empty()) {
            shapes.push(stroked(tinted(off), parts.off));
        }
        let paint = style.map_or(of_layer, |style| tinted(style.on));
        let has_halo = paint.opacity >= 1.0 && style.is_none_or(|style| style.shadow.is_none());
        shapes.push(ShapePlan { has_halo, ..stroked(paint, parts.on) });
        let is_seen = |shape: &ShapePlan| shape.paint.opacity > 0.0;
        self.plan.extend(shapes.into_iter().filter(is_seen).map(GraphicPlan::Shape));
    }

    fn shadow(&self, shadow: Shadow, units: GraphicUnits) -> ShadowPlan {
        let [x, y] = shadow.offset;
        let offset = Vector::flat(x, y) * self.canvas.unit(units);
        let furthest = SHADOW_POINTS_MAX * self.canvas.scale;
        let length = offset.length();
        let offset = if length > furthest { offset * (furthest / length) } else { offset };
        ShadowPlan { paint: Paint::of(shadow.tint, self.ink), offset, is_outline: shadow.is_outline }
    }

    fn text(&mut self, text: &TextObject) {
        let in_box = text.bounding_box.map(|at| {
            let corners = [at.top_left, at.bottom_right].map(|corner| self.canvas.point(at.units, corner));
            let style = text.style.as_ref();
            let horizontal = style.and_then(|style| style.horizontal).unwrap_or(at.justification);
            (seen_corners(corners), horizontal, style.map_or_else(Default::default, |style| style.vertical))
        });
        let anchor =
            text.anchor.map(|Anchor { units, at, is_visible }| (self.canvas.point(units, at), is_visible));
        let lines = text.text.reveal().lines().map(|line| Phi::new(line.to_owned())).collect();
        let units = text.anchor.map(|anchor| anchor.units).or(text.bounding_box.map(|at| at.units));
        self.words(lines, in_box, anchor, (text.style.as_ref(), units.unwrap_or(GraphicUnits::Pixel)));
    }

    fn words(
        &mut self,
        lines: Vec<Phi<String>>,
        in_box: Option<([Point<View>; 2], Justification, VerticalAlignment)>,
        anchor: Option<(Point<View>, bool)>,
        (style, units): (Option<&TextStyle>, GraphicUnits),
    ) {
        let corners = in_box.into_iter().flat_map(|(corners, ..)| corners);
        let places: Vec<Point<View>> = corners.chain(anchor.map(|(at, _)| at)).collect();
        if !self.canvas.is_in_sight(&places.iter()) {
            return;
        }
        // A letter is worth a point, and so is a line without any.
        let letters: usize = lines.iter().map(|line| line.reveal().len() + 1).sum();
        if letters > self.points_left {
            self.left_out += 1;
            return;
        }
        self.points_left -= letters;
        let ink = style.and_then(|style| style.color).map(Ink::of_lab).or(self.ink);
        self.plan.push(GraphicPlan::Text(TextPlan {
            paint: Paint { ink, opacity: 1.0 },
            lines,
            in_box,
            anchor,
            face: style.map_or_else(Face::default, |style| style.face),
            shadow: style.and_then(|style| style.shadow).map(|shadow| self.shadow(shadow, units)),
        }));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use dicom_dictionary_std::{tags, uids};
    use proptest::prelude::*;

    use super::super::graphic_memo::Shown;
    use super::*;
    use crate::dicom::{Instance, SeriesUid, Source, StudyUid, Writer};
    use crate::geometry::{Image as ImageSpace, Map, Turn};
    use crate::grayscale::{Polarity, Rescale};
    use crate::presentation::{
        DisplayedArea, GraphicAnnotation, GraphicKind, PresentationLut, StateColors, StateKind,
        StateModality, StateShutter, Subset, TextBox,
    };
    use crate::session::{self, Zoom};
    use crate::study::Image;
    use crate::units::PValue;

    const COLUMNS: u16 = 40;
    const ROWS: u16 = 30;
    pub(in super::super) const SIZE: (u32, u32) = (200, 160);

    pub(in super::super) fn image() -> Image {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("image.dcm");
        Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .gray_16(ROWS, COLUMNS, true)
            .pixels(&vec![0; usize::from(ROWS) * usize::from(COLUMNS)])
            .write_to(&path)
            .expect("written");
        Image {
            instance: Arc::new(Instance::read(&path).expect("an image")),
            frame: 0,
            plane: None,
            suv: None,
        }
    }

    pub(in super::super) fn state(
        layers: Vec<GraphicLayer>,
        annotations: Vec<GraphicAnnotation>,
    ) -> PresentationState {
        PresentationState {
            source: Source::file(std::path::Path::new("state")),
            uid: crate::dicom::InstanceUid::new("2.25.9"),
            study: StudyUid::new("2.25.1"),
            series: SeriesUid::new("2.25.8"),
            kind: StateKind::Grayscale,
            label: "TEST".to_owned(),
            description: String::new(),
            creator: Phi::new(String::new()),
            created: crate::dicom::Creation::default(),
            passport: None,
            references: Vec::new(),
            modality: StateModality::Rescale(Rescale::IDENTITY),
            voi: Vec::new(),
            presentation: PresentationLut::Shape(Polarity::Identity),
            mask: None,
            colors: StateColors::default(),
            blending: None,
            shutter: StateShutter::None,
            overlays: Arc::default(),
            activations: Vec::new(),
            areas: Vec::new(),
            turn: Turn::default(),
            layers,
            annotations,
            not_applied: Vec::new(),
        }
    }

    fn layer(name: &str, order: i64, gray: u16) -> GraphicLayer {
        let gray = Some(PValue(gray));
        GraphicLayer { name: name.to_owned(), order, gray, color: None, description: String::new() }
    }

    pub(in super::super) fn graphic(
        kind: GraphicKind,
        units: GraphicUnits,
        points: &[[f64; 2]],
    ) -> GraphicObject {
        let points = points.to_vec();
        GraphicObject { kind, units, points, is_filled: false, line: None, fill: None, compound: None }
    }

    pub(in super::super) fn annotation(
        layer: &str,
        graphics: Vec<GraphicObject>,
        texts: Vec<TextObject>,
    ) -> GraphicAnnotation {
        let layer = layer.to_owned();
        GraphicAnnotation { images: Subset(None), layer, graphics, texts, compounds: Vec::new() }
    }

    pub(in super::super) fn view(turn: Turn, zoom: f64, (x, y): (f64, f64)) -> Map<View, ImageSpace> {
        let (zoom, center_offset) = (Zoom::DevicePixels(zoom), Vector::flat(x, y));
        let view = session::View { zoom, center_offset, turn, ..session::View::default() };
        let room = (f64::from(SIZE.0), f64::from(SIZE.1));
        view.image_from_view(&session::Framing::whole(&image().instance.image), room)
            .and_then(|map| map.inverse())
            .expect("room")
    }

    fn drawn(state: &PresentationState, view_from_image: &Map<View, ImageSpace>) -> Vec<GraphicPlan> {
        all_drawn(state, view_from_image).0
    }

    /// Also how many are left out.
    fn all_drawn(
        state: &PresentationState,
        view_from_image: &Map<View, ImageSpace>,
    ) -> (Vec<GraphicPlan>, usize) {
        let (image, hidden_layers) = (image(), BTreeSet::new());
        let (annotations, hidden_layers) = (state.annotations.len(), &hidden_layers);
        let state = &Arc::new(state.clone());
        let shown = Shown { state, annotations, image: &image, hidden_layers, mm: None };
        let (plan, left_out) = shown.graphics(view_from_image, SIZE, 1.0);
        (plan.to_vec(), left_out)
    }

    fn lines(plan: &[GraphicPlan]) -> Vec<Vec<[f64; 2]>> {
        let of = |plan: &GraphicPlan| match plan {
            GraphicPlan::Shape(shape) => shape.lines.clone(),
            GraphicPlan::Text(_) => Vec::new(),
        };
        let lines = plan.iter().flat_map(of);
        lines.map(|line| line.iter().map(|point| [point.xyz.x, point.xyz.y]).collect()).collect()
    }

    fn is_near(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9
    }

    /// By hand: 40 × 30 pixels at 4 in 200 × 160 device pixels leave 20 at each side.
    #[test]
    fn pixel_graphics_begin_at_the_corner_of_the_first_pixel_and_turn_with_the_image() {
        let corner = graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &[[0.0, 0.0], [40.0, 30.0]]);
        let state = state(Vec::new(), vec![annotation("A", vec![corner], Vec::new())]);
        let at = |turn, expected: [[f64; 2]; 2]| {
            let lines = lines(&drawn(&state, &view(turn, 4.0, (0.0, 0.0))));
            assert_eq!(lines, [expected.to_vec()], "{turn:?}");
        };
        at(Turn::default(), [[20.0, 20.0], [180.0, 140.0]]);
        // A quarter clockwise: the first corner is top right.
        at(Turn::new(1, false), [[160.0, 0.0], [40.0, 160.0]]);
        at(Turn::new(1, true), [[40.0, 0.0], [160.0, 160.0]]);
        at(Turn::new(2, false), [[180.0, 140.0], [20.0, 20.0]]);
    }

    #[test]
    fn display_graphics_are_shares_of_the_displayed_area_and_never_turn() {
        let whole = graphic(GraphicKind::Polyline, GraphicUnits::Display, &[[0.0, 0.0], [1.0, 0.5]]);
        let mut state = state(Vec::new(), vec![annotation("A", vec![whole], Vec::new())]);
        let at = |state: &PresentationState, turn, expected: [[f64; 2]; 2]| {
            assert_eq!(lines(&drawn(state, &view(turn, 4.0, (0.0, 0.0)))), [expected.to_vec()], "{turn:?}");
        };
        at(&state, Turn::default(), [[20.0, 20.0], [180.0, 80.0]]);
        at(&state, Turn::new(2, true), [[20.0, 20.0], [180.0, 80.0]]);
        at(&state, Turn::new(1, false), [[40.0, 0.0], [160.0, 80.0]]);
        // Columns 11 to 20 and rows 6 to 15, as a picture turned by 180° names them.
        state.areas.push(DisplayedArea {
            images: Subset(None),
            top_left: [20, 15],
            bottom_right: [11, 6],
            size: crate::presentation::AreaSize::ScaleToFit,
            spacing: None,
            pixel_aspect: None,
        });
        at(&state, Turn::default(), [[60.0, 40.0], [100.0, 60.0]]);
    }

    #[test]
    fn circles_ellipses_and_curves_pass_where_their_points_say() {
        let kinds = [
            graphic(GraphicKind::Circle, GraphicUnits::Pixel, &[[20.0, 15.0], [23.0, 19.0]]),
            graphic(
                GraphicKind::Ellipse,
                GraphicUnits::Pixel,
                &[[10.0, 15.0], [30.0, 15.0], [20.0, 12.0], [20.0, 18.0]],
            ),
            graphic(
                GraphicKind::Interpolated,
                GraphicUnits::Pixel,
                &[[10.0, 10.0], [20.0, 5.0], [30.0, 10.0], [10.0, 10.0]],
            ),
        ];
        let state = state(Vec::new(), vec![annotation("A", kinds.to_vec(), Vec::new())]);
        // Device pixels are image pixels, 80 and 65 further.
        let lines = lines(&drawn(&state, &view(Turn::default(), 1.0, (0.0, 0.0))));
        let [circle, ellipse, curve] = lines.as_slice() else { panic!("{lines:?}") };
        for [x, y] in circle {
            assert!(((x - 100.0).hypot(y - 80.0) - 5.0).abs() < 1e-9);
        }
        for [x, y] in ellipse {
            assert!((((x - 100.0) / 10.0).powi(2) + ((y - 80.0) / 3.0).powi(2) - 1.0).abs() < 1e-9);
        }
        for point in [[90.0, 75.0], [100.0, 70.0], [110.0, 75.0]] {
            assert!(curve.iter().any(|on| is_near(*on, point)), "{point:?} in {curve:?}");
        }
        assert!(lines.iter().all(|line| line.first() == line.last()), "closed");
    }

    #[test]
    fn layers_are_drawn_in_their_order_and_one_that_nobody_describes_on_top() {
        let point = |x| vec![graphic(GraphicKind::Point, GraphicUnits::Pixel, &[[x, 1.0]])];
        let annotations = vec![
            annotation("C", point(3.0), vec![]),
            annotation("B", point(2.0), vec![]),
            annotation("A", point(1.0), vec![]),
        ];
        let state = state(vec![layer("A", 7, 9), layer("B", -3, 65535)], annotations);
        let inks: Vec<Option<Ink>> = drawn(&state, &view(Turn::default(), 4.0, (0.0, 0.0)))
            .iter()
            .map(|plan| match plan {
                GraphicPlan::Shape(ShapePlan { paint, .. }) | GraphicPlan::Text(TextPlan { paint, .. }) => {
                    paint.ink
                }
            })
            .collect();
        assert_eq!(inks, [Some(Ink::of_gray(PValue(65535))), Some(Ink::of_gray(PValue(9))), None]);
    }

    #[test]
    fn a_text_stands_upright_in_its_box_however_the_picture_is_turned() {
        let text = TextObject {
            text: Phi::new("first\r\nsecond".to_owned()),
            bounding_box: Some(TextBox {
                units: GraphicUnits::Pixel,
                top_left: [5.0, 5.0],
                bottom_right: [15.0, 10.0],
                justification: Justification::Right,
            }),
            anchor: Some(Anchor { units: GraphicUnits::Display, at: [0.5, 0.5], is_visible: true }),
            style: None,
            compound: None,
        };
        let state = state(Vec::new(), vec![annotation("A", vec![], vec![text])]);
        let plan = drawn(&state, &view(Turn::new(2, false), 4.0, (0.0, 0.0)));
        let [GraphicPlan::Text(text)] = plan.as_slice() else { panic!("{plan:?}") };
        let lines: Vec<&str> = text.lines.iter().map(|line| line.reveal().as_str()).collect();
        assert_eq!(lines, ["first", "second"]);
        let corners = [Point::flat(120.0, 100.0), Point::flat(160.0, 120.0)];
        assert_eq!(text.in_box, Some((corners, Justification::Right, VerticalAlignment::Top)));
        assert_eq!(text.anchor, Some((Point::flat(100.0, 80.0), true)));
    }

    #[test]
    fn what_is_for_other_images_or_outside_the_picture_is_not_drawn() {
        let far = graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &[[-900.0, 1.0], [-800.0, 9.0]]);
        let huge = graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &[[-1e300, 15.0], [1e300, 15.0]]);
        let mut elsewhere = annotation("A", vec![huge.clone()], Vec::new());
        elsewhere.images = Subset(Some(std::collections::BTreeMap::new()));
        let state = state(Vec::new(), vec![elsewhere, annotation("A", vec![far, huge], Vec::new())]);
        let lines = lines(&drawn(&state, &view(Turn::default(), 4.0, (0.0, 0.0))));
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(*line, [[-64.0, 80.0], [264.0, 80.0]], "cut where it is no longer seen");
    }

    /// A file may hold more than a picture can: what is too much is counted, and its line drawn where only its inside is.
    #[test]
    fn a_hundred_thousand_points_are_drawn_and_more_are_told() {
        let mut points: Vec<[f64; 2]> =
            (0..100_000).map(|at| [f64::from(at) / 2500.0, f64::from(at % 2) * 30.0]).collect();
        points.push(points[0]);
        let mut polygon = graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &points);
        polygon.is_filled = true;
        let drawn = |count| {
            let annotation = annotation("A", vec![polygon.clone(); count], Vec::new());
            all_drawn(&state(Vec::new(), vec![annotation]), &view(Turn::default(), 4.0, (0.0, 0.0)))
        };
        let points_of = |plan: &[GraphicPlan]| lines(plan).iter().map(Vec::len).sum::<usize>();
        let (plan, left_out) = drawn(1);
        assert_eq!((points_of(&plan), left_out), (100_001, 1), "its line, and its inside is left out");
        let (plan, left_out) = drawn(12);
        assert_eq!((points_of(&plan), left_out), (100_001, 12));
    }

    proptest! {
        /// The same by turning and mirroring step by step about the middle of the picture.
        #[test]
        fn points_stand_where_turning_step_by_step_puts_them(
            x in 0.0..40.0, y in 0.0..30.0, zoom in 1.1..5.0,
            offset in (-9.0..9.0, -9.0..9.0), quarters in 0_u8..4, is_flipped in any::<bool>(),
        ) {
            let point = graphic(GraphicKind::Point, GraphicUnits::Pixel, &[[x, y]]);
            let state = state(Vec::new(), vec![annotation("A", vec![point], Vec::new())]);
            let plan = lines(&drawn(&state, &view(Turn::new(quarters, is_flipped), zoom, offset)));
            let mut at = [(x - 20.0 - offset.0) * zoom, (y - 15.0 - offset.1) * zoom];
            for _ in 0..quarters {
                at = [-at[1], at[0]];
            }
            if is_flipped {
                at[0] = -at[0];
            }
            let expected = [at[0] + 100.0, at[1] + 80.0];
            let is_outside = expected[0] < -64.0 || expected[0] > 264.0 || expected[1] < -64.0 || expected[1] > 224.0;
            match plan.as_slice() {
                [] => prop_assert!(is_outside),
                [line] => prop_assert!(line.len() == 1 && is_near(line[0], expected), "{line:?} {expected:?}"),
                _ => prop_assert!(false, "{plan:?}"),
            }
        }

        /// Pixel by pixel: filled where a ray to the right crosses the line an odd number of times.
        #[test]
        fn what_is_filled_is_inside(points in prop::collection::vec((-9.0..49.0, -9.0..39.0), 3..9)) {
            let mut points: Vec<[f64; 2]> = points.into_iter().map(|(x, y)| [x, y]).collect();
            points.push(points[0]);
            let mut polygon = graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &points);
            polygon.is_filled = true;
            let state = state(Vec::new(), vec![annotation("A", vec![polygon], Vec::new())]);
            let view_from_image = view(Turn::default(), 4.0, (0.0, 0.0));
            let plan = drawn(&state, &view_from_image);
            let spans = match plan.as_slice() {
                [GraphicPlan::Shape(inside), GraphicPlan::Shape(_)] => inside.fill.clone(),
                _ => Vec::new(),
            };
            for row in 0..SIZE.1 {
                for column in (0..SIZE.0).step_by(7) {
                    let (x, y) = (f64::from(column) + 0.5, f64::from(row) + 0.5);
                    let crossings = points.windows(2).filter(|pair| {
                        let [a, b] = [pair[0], pair[1]].map(|[x, y]| [20.0 + 4.0 * x, 20.0 + 4.0 * y]);
                        (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
                    });
                    let is_filled =
                        spans.iter().any(|span| span.row == row && (span.from..span.to).contains(&x));
                    prop_assert_eq!(is_filled, crossings.count() % 2 == 1, "column {} row {}", column, row);
                }
            }
        }
    }
}
