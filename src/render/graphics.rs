//! What a presentation state draws over an image: layers, graphics and texts, on the screen. PS3.3 C.10.5, C.10.7; rules
//! S-7 to S-9.

use std::collections::HashMap;

use crate::color::Ink;
use crate::geometry::{Image as ImageSpace, Map, Point, Vector, View};
use crate::presentation::{
    Anchor, DisplayedArea, GraphicLayer, GraphicObject, GraphicUnits, Justification, PresentationState,
    TextObject,
};
use crate::study::Image;
use crate::units::Phi;

use super::outline::{at, outline};

/// Lines that leave the picture go on for so many device pixels, so that their ends are not seen.
const MARGIN: f64 = 64.0;

/// What is drawn, in device pixels from the corner of the picture.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphicPlan {
    /// Lines, and what they enclose.
    Shape {
        /// In which colour; `None` for the viewer's own.
        ink: Option<Ink>,
        /// Lines from point to point; a single point is one.
        lines: Vec<Vec<Point<View>>>,
        /// What is filled, row by row.
        fill: Vec<Span>,
    },
    /// A text.
    Text(TextPlan),
}

/// A text in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct TextPlan {
    /// In which colour; `None` for the viewer's own.
    pub ink: Option<Ink>,
    /// Its lines, which may name the patient.
    pub lines: Vec<Phi<String>>,
    /// The box that it begins in, top left and bottom right as seen, and where the lines stand between its sides. The text
    /// may be larger.
    pub in_box: Option<([Point<View>; 2], Justification)>,
    /// What it belongs to, and whether a line leads there.
    pub anchor: Option<(Point<View>, bool)>,
}

/// A part of a row of device pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The row, from 0.
    pub row: u32,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// What a state draws over an image that stands in so many device pixels, by its first so many annotations, the lowest layer
/// first; what lies outside the picture is left out.
pub(super) fn graphics(
    state: &PresentationState,
    annotations: usize,
    image: &Image,
    view_from_image: &Map<View, ImageSpace>,
    size: (u32, u32),
) -> Vec<GraphicPlan> {
    let layers: HashMap<&str, &GraphicLayer> =
        state.layers.iter().map(|layer| (layer.name.as_str(), layer)).collect();
    let (uid, frame) = (&image.instance.uid, image.frame);
    let mut annotations: Vec<_> = state
        .annotations
        .iter()
        .take(annotations)
        .filter(|annotation| annotation.images.has(uid, frame))
        .map(|annotation| (layers.get(annotation.layer.as_str()).copied(), annotation))
        .collect();
    // A layer that nobody describes lies on top, where it is seen. Rule S-9.
    annotations.sort_by_key(|(layer, _)| layer.map_or(i64::MAX, |layer| layer.order));
    let area = state.areas.iter().find(|area| area.images.has(uid, frame));
    let screen = Screen::of(area, image, *view_from_image, size);
    let plan = annotations.into_iter().flat_map(|(layer, annotation)| {
        let ink = layer.and_then(GraphicLayer::ink);
        let shapes = annotation.graphics.iter().filter_map(move |graphic| screen.shape(graphic, ink));
        let texts = annotation.texts.iter().filter_map(move |text| screen.text(text, ink));
        shapes.chain(texts)
    });
    plan.collect()
}

/// Where the coordinates of graphics stand.
#[derive(Clone, Copy)]
struct Screen {
    view_from_image: Map<View, ImageSpace>,
    /// The displayed area as it is seen: its top left corner, and its width and height.
    area: (Point<View>, Vector<View>),
    /// Height of an image pixel over its width.
    pixel_aspect: f64,
    width: f64,
    height: f64,
}

impl Screen {
    fn of(
        area: Option<&DisplayedArea>,
        image: &Image,
        view_from_image: Map<View, ImageSpace>,
        (width, height): (u32, u32),
    ) -> Self {
        let (corner, size) = seen_area(area, image, &view_from_image);
        // What the state says of its pixels stands in for the image's: a circle is one as it is seen.
        let pixel_aspect =
            area.and_then(|area| area.pixel_aspect).unwrap_or(image.instance.image.pixel_aspect);
        Self {
            view_from_image,
            area: (corner, size),
            pixel_aspect,
            width: width.into(),
            height: height.into(),
        }
    }

    fn point(&self, units: GraphicUnits, [x, y]: [f64; 2]) -> Point<View> {
        match units {
            GraphicUnits::Pixel => self.view_from_image * Point::flat(x, y),
            GraphicUnits::Display => {
                let (corner, size) = self.area;
                corner + Vector::flat(size.xyz.x * x, size.xyz.y * y)
            }
        }
    }

    /// Device pixels that a unit takes at most.
    fn unit(&self, units: GraphicUnits) -> f64 {
        match units {
            GraphicUnits::Pixel => {
                self.view_from_image.x_axis().length().max(self.view_from_image.y_axis().length())
            }
            GraphicUnits::Display => self.area.1.xyz.x.max(self.area.1.xyz.y),
        }
    }

    /// Height over width of one by one.
    fn aspect(&self, units: GraphicUnits) -> f64 {
        match units {
            GraphicUnits::Pixel => self.pixel_aspect,
            GraphicUnits::Display => self.area.1.xyz.y / self.area.1.xyz.x,
        }
    }

    fn shape(&self, graphic: &GraphicObject, ink: Option<Ink>) -> Option<GraphicPlan> {
        let line: Vec<Point<View>> = outline(graphic, self.aspect(graphic.units), self.unit(graphic.units))
            .into_iter()
            .map(|point| self.point(graphic.units, point))
            .collect();
        if !self.is_in_sight(&line) {
            return None;
        }
        let fill = if graphic.is_filled { self.fill(&line) } else { Vec::new() };
        Some(GraphicPlan::Shape { ink, lines: self.cut(line), fill })
    }

    fn text(&self, text: &TextObject, ink: Option<Ink>) -> Option<GraphicPlan> {
        let in_box = text.bounding_box.map(|at| {
            let corners = [at.top_left, at.bottom_right].map(|corner| self.point(at.units, corner));
            (seen_corners(corners), at.justification)
        });
        let anchor = text.anchor.map(|Anchor { units, at, is_visible }| (self.point(units, at), is_visible));
        let places = in_box.into_iter().flat_map(|(corners, _)| corners);
        let places: Vec<Point<View>> = places.chain(anchor.map(|(at, _)| at)).collect();
        if !self.is_in_sight(&places) {
            return None;
        }
        let lines = text.text.reveal().lines().map(|line| Phi::new(line.to_owned())).collect();
        Some(GraphicPlan::Text(TextPlan { ink, lines, in_box, anchor }))
    }

    /// Whether anything between these may be in the picture.
    fn is_in_sight(&self, points: &[Point<View>]) -> bool {
        let is_beside = |is_outside: &dyn Fn(f64, f64) -> bool| {
            points.iter().all(|point| is_outside(point.xyz.x, point.xyz.y))
        };
        let (width, height) = (self.width + MARGIN, self.height + MARGIN);
        !(is_beside(&|x, _| x < -MARGIN)
            || is_beside(&|_, y| y < -MARGIN)
            || is_beside(&|x, _| x > width)
            || is_beside(&|_, y| y > height))
            && points.iter().all(|point| point.xyz.is_finite())
    }

    /// The line as far as it may be seen, in as many pieces as that takes.
    fn cut(&self, line: Vec<Point<View>>) -> Vec<Vec<Point<View>>> {
        let is_near = |point: &Point<View>| {
            let (x, y) = (point.xyz.x, point.xyz.y);
            (-MARGIN..=self.width + MARGIN).contains(&x) && (-MARGIN..=self.height + MARGIN).contains(&y)
        };
        if line.iter().all(is_near) {
            return vec![line];
        }
        let mut pieces: Vec<Vec<Point<View>>> = Vec::new();
        for pair in line.windows(2) {
            let [a, b] = pair else { continue };
            let Some((from, to)) = self.seen_part(*a, *b) else { continue };
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&from) => piece.push(to),
                _ => pieces.push(vec![from, to]),
            }
        }
        pieces
    }

    /// The part of a straight line within the picture and its margin. An end that is seen stays as it is, to the bit: there
    /// the next line begins.
    fn seen_part(&self, a: Point<View>, b: Point<View>) -> Option<(Point<View>, Point<View>)> {
        let (mut a, mut b) = (a.xyz, b.xyz);
        for (side, other, room) in [(0, 1, self.width + MARGIN), (1, 0, self.height + MARGIN)] {
            let (low, high) = (a[side].min(b[side]), a[side].max(b[side]));
            if high < -MARGIN || low > room {
                return None;
            }
            let slope = (b[other] - a[other]) / (b[side] - a[side]);
            for end in [&mut a, &mut b] {
                let edge = end[side].clamp(-MARGIN, room);
                if edge - end[side] != 0.0 {
                    end[other] += (edge - end[side]) * slope;
                    end[side] = edge;
                }
            }
        }
        Some((Point::from_xyz(a), Point::from_xyz(b)))
    }

    /// The inside of a closed line, by the even-odd rule: the device pixels whose row's middle lies in it.
    fn fill(&self, line: &[Point<View>]) -> Vec<Span> {
        let mut crossings: Vec<(u32, f64)> = Vec::new();
        let ends = line.iter().zip(line.iter().cycle().skip(1));
        for (a, b) in ends.map(|(a, b)| (a.xyz, b.xyz)) {
            let row = |y: f64| (y - 0.5).ceil().clamp(0.0, self.height);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "rows of the picture"
            )]
            let rows = (row(a.y.min(b.y)) as u32)..(row(a.y.max(b.y)) as u32);
            crossings.extend(
                rows.map(|row| (row, a.x + (f64::from(row) + 0.5 - a.y) / (b.y - a.y) * (b.x - a.x))),
            );
        }
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let pairs = crossings.as_chunks::<2>().0.iter();
        let spans = pairs.map(|&[(row, from), (_, to)]| Span {
            row,
            from: from.clamp(0.0, self.width),
            to: to.clamp(0.0, self.width),
        });
        spans.filter(|span| span.from < span.to).collect()
    }
}

/// A displayed area as it is seen: its top left corner, and its width and height. Without one, the whole image.
pub(super) fn seen_area(
    area: Option<&DisplayedArea>,
    image: &Image,
    view_from_image: &Map<View, ImageSpace>,
) -> (Point<View>, Vector<View>) {
    let header = &image.instance.image;
    // Pixels count from 1, and both are part of it.
    let (a, b) = area.map_or(([1.0; 2], [header.columns, header.rows].map(f64::from)), |area| {
        (area.top_left.map(f64::from), area.bottom_right.map(f64::from))
    });
    let [left, top] = [0, 1].map(|side: usize| at(a, side).min(at(b, side)) - 1.0);
    let [right, bottom] = [0, 1].map(|side: usize| at(a, side).max(at(b, side)));
    let corners = [(left, top), (right, bottom)];
    let corners = corners.map(|(x, y)| *view_from_image * Point::<ImageSpace>::flat(x, y));
    let [a, b] = seen_corners(corners);
    (a, b - a)
}

/// Top left and bottom right as seen: whichever way the picture is turned, a box stands upright.
fn seen_corners([a, b]: [Point<View>; 2]) -> [Point<View>; 2] {
    [Point::from_xyz(a.xyz.min(b.xyz)), Point::from_xyz(a.xyz.max(b.xyz))]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dicom_dictionary_std::{tags, uids};
    use proptest::prelude::*;

    use super::*;
    use crate::dicom::{Instance, SeriesUid, Source, StudyUid, Writer};
    use crate::geometry::Turn;
    use crate::grayscale::{Polarity, Rescale};
    use crate::presentation::{
        GraphicAnnotation, GraphicKind, PresentationLut, StateColors, StateKind, StateModality, StateShutter,
        Subset, TextBox,
    };
    use crate::session::{self, Zoom};
    use crate::units::PValue;

    const COLUMNS: u16 = 40;
    const ROWS: u16 = 30;
    const SIZE: (u32, u32) = (200, 160);

    fn image() -> Image {
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

    fn state(layers: Vec<GraphicLayer>, annotations: Vec<GraphicAnnotation>) -> PresentationState {
        PresentationState {
            source: Source::file(std::path::Path::new("state")),
            uid: crate::dicom::InstanceUid::new("2.25.9"),
            study: StudyUid::new("2.25.1"),
            series: SeriesUid::new("2.25.8"),
            kind: StateKind::Grayscale,
            label: "TEST".to_owned(),
            description: String::new(),
            creator: Phi::new(String::new()),
            created: (String::new(), String::new()),
            passport: None,
            references: Vec::new(),
            modality: StateModality::Rescale(Rescale::IDENTITY),
            mask: None,
            voi: Vec::new(),
            presentation: PresentationLut::Shape(Polarity::Identity),
            colors: StateColors::default(),
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

    fn graphic(kind: GraphicKind, units: GraphicUnits, points: &[[f64; 2]]) -> GraphicObject {
        GraphicObject { kind, units, points: points.to_vec(), is_filled: false, compound: None }
    }

    fn annotation(layer: &str, graphics: Vec<GraphicObject>, texts: Vec<TextObject>) -> GraphicAnnotation {
        let layer = layer.to_owned();
        GraphicAnnotation { images: Subset(None), layer, graphics, texts, compounds: Vec::new() }
    }

    fn view(turn: Turn, zoom: f64, (x, y): (f64, f64)) -> Map<View, ImageSpace> {
        let view = session::View { zoom: Zoom::DevicePixels(zoom), center_offset: Vector::flat(x, y), turn };
        let room = (f64::from(SIZE.0), f64::from(SIZE.1));
        view.image_from_view(&session::Framing::whole(&image().instance.image), room)
            .and_then(|map| map.inverse())
            .expect("room")
    }

    fn drawn(state: &PresentationState, view_from_image: &Map<View, ImageSpace>) -> Vec<GraphicPlan> {
        graphics(state, state.annotations.len(), &image(), view_from_image, SIZE)
    }

    fn lines(plan: &[GraphicPlan]) -> Vec<Vec<[f64; 2]>> {
        let of = |plan: &GraphicPlan| match plan {
            GraphicPlan::Shape { lines, .. } => lines.clone(),
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
                GraphicPlan::Shape { ink, .. } | GraphicPlan::Text(TextPlan { ink, .. }) => *ink,
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
            compound: None,
        };
        let state = state(Vec::new(), vec![annotation("A", vec![], vec![text])]);
        let plan = drawn(&state, &view(Turn::new(2, false), 4.0, (0.0, 0.0)));
        let [GraphicPlan::Text(text)] = plan.as_slice() else { panic!("{plan:?}") };
        let lines: Vec<&str> = text.lines.iter().map(|line| line.reveal().as_str()).collect();
        assert_eq!(lines, ["first", "second"]);
        let corners = [Point::flat(120.0, 100.0), Point::flat(160.0, 120.0)];
        assert_eq!(text.in_box, Some((corners, Justification::Right)));
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
                [GraphicPlan::Shape { fill, .. }] => fill.clone(),
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
