//! What lies over a picture: marks with their numbers, reference lines, the shared point, the ruler, the magnifier's rim.

use std::sync::Arc;

use egui::{
    Align2, Color32, Galley, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::geometry::{Point, View};
use crate::render::gpu::Slot;
use crate::render::{
    CrosshairPlan, CubeFace, CutPlan, Lens, MarkPlan, MarkTone, Overlay, PathPlan, Ruler, SharedPointPlan,
    ViewportPlan,
};
use crate::session::DeviceRect;

use super::super::theme::{Colors, regular, strong};
use super::super::{text, words};
use super::kept;

/// Lines of marks, in points.
pub(super) const LINE: f32 = 1.5;
/// Around them, so that white bone does not swallow them.
pub(super) const HALO: f32 = 3.5;
/// The side of a handle.
const HANDLE: f32 = 7.0;
pub(super) const FONT_SIZE: f32 = 12.5;
/// Between a mark and its words.
pub(super) const GAP: f32 = 8.0;
/// Between the edge of the picture and the words of a mark.
const EDGE: f32 = 4.0;
/// Between the words of one mark and another's.
const BETWEEN: f32 = 3.0;
/// The arm of a cross: of a probe, of the shared point.
const ARM: f32 = 7.0;
/// From the right edge to the ruler: the slider and the orientation letters stand between.
const RULER_INSET: f32 = 46.0;
const RULER_TICK: f32 = 6.0;
/// Around the point that sections go through nothing is drawn so far, in points.
const CROSSHAIR_GAP: f32 = 14.0;
/// The height of the edge that says which section a viewport shows.
const SECTION_EDGE: f32 = 3.0;
/// A picture lower than this has no ruler: it would stand among the words.
const RULER_HEIGHT_MIN: f32 = 300.0;

/// Where a picture's device pixels stand in the window.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) rect: Rect,
    pub(super) pixels_per_point: f32,
}

impl Place {
    /// The picture's width and height, in device pixels.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a screen's side, whole")]
    pub(super) fn pixels(self) -> [usize; 2] {
        [self.rect.width(), self.rect.height()].map(|side| (side * self.pixels_per_point).round() as usize)
    }

    /// So many device pixels.
    #[expect(clippy::cast_possible_truncation, reason = "a length on the screen")]
    pub(super) fn points(self, device_pixels: f64) -> f32 {
        device_pixels as f32 / self.pixels_per_point
    }

    #[expect(clippy::cast_possible_truncation, reason = "a position on the screen")]
    pub(super) fn at(self, point: Point<View>) -> Pos2 {
        self.rect.min + vec2(point.xyz.x as f32, point.xyz.y as f32) / self.pixels_per_point
    }
}

/// Shows what lies over the picture of `slot` that stands in `rect`, is seen in `clip` and was the last that was added.
pub(super) fn show(ui: &Ui, (rect, clip): (Rect, Rect), slot: Slot, plan: &ViewportPlan, colors: &Colors) {
    let painter = ui.painter_at(clip);
    let place = Place { rect, pixels_per_point: ui.pixels_per_point() };
    let Overlay {
        graphics: of_state,
        marks,
        lines,
        crosshair,
        point,
        path,
        ruler: measure,
        cube,
        cut,
        caret,
        ..
    } = &plan.overlay;
    kept::show(&painter, (place, slot), of_state, colors);
    for line in lines {
        let ends = line.map(|end| place.at(end));
        painter.line_segment(ends, Stroke::new(HALO, colors.halo));
        painter.line_segment(ends, Stroke::new(LINE, colors.line_on_image));
    }
    if let Some(cross) = crosshair {
        crosshair_lines(&painter, clip, place, cross, colors);
    }
    if let Some(path) = path {
        path_lines(&painter, place, path, colors);
    }
    if let Some(point) = point {
        shared_point(&painter, place, *point, colors);
    }
    cut_lines(&painter, place, cut, colors);
    cube_faces(&painter, place, cube, colors);
    if let Some(measure) = measure.as_ref().filter(|_| rect.height() >= RULER_HEIGHT_MIN) {
        ruler(&painter, clip, place, measure, colors);
    }
    for mark in marks {
        lines_of(&painter, place, mark, colors);
    }
    let mut shown: Vec<Words<'_>> = Vec::new();
    for mark in marks {
        let taken: Vec<Rect> = shown.iter().map(|words| words.rect).collect();
        shown.extend(Words::place(&painter, (place, clip), mark, colors, &taken));
    }
    // On top: a line through a minus sign makes another number.
    for words in &shown {
        words.show(ui, &painter, clip, plan, colors);
    }
    if let Some(caret) = caret {
        for stroke in Pen::of(colors.mark_selected, colors).strokes() {
            cross(&painter, place.at(*caret), stroke);
        }
    }
}

/// The box that cuts a rendering, and the outline that is being drawn.
fn cut_lines(painter: &Painter, place: Place, cut: &CutPlan, colors: &Colors) {
    let pen = Pen::of(colors.line_on_image, colors);
    let edges: Vec<Vec<Point<View>>> = cut.edges.iter().map(|edge| edge.to_vec()).collect();
    strokes(painter, place, &edges, pen);
    for handle in &cut.handles {
        painter.circle(place.at(*handle), HANDLE / 2.0, colors.line_on_image, Stroke::new(LINE, colors.halo));
    }
    let pen = Pen::of(colors.mark_selected, colors);
    let first = cut.outline.first().copied();
    let outline: Vec<Point<View>> = cut.outline.iter().copied().chain(first).collect();
    strokes(painter, place, &[outline], pen);
}

fn color_of(mark: &MarkPlan, colors: &Colors) -> Color32 {
    match mark.tone {
        MarkTone::Plain => colors.mark,
        MarkTone::Beside => colors.mark.gamma_multiply(BESIDE),
        MarkTone::Selected | MarkTone::Draft => colors.mark_selected,
    }
}

/// How much of its colour a mark keeps that lies beside the plane.
const BESIDE: f32 = 0.55;

/// What lines are drawn with.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    /// How thick they are, in points.
    pub(super) width: f32,
    pub(super) color: Color32,
    /// What lies around them, so that they are seen on white and on black.
    pub(super) halo: Option<Color32>,
}

impl Pen {
    /// The viewer's own.
    const fn of(color: Color32, colors: &Colors) -> Self {
        Self { width: LINE, color, halo: Some(colors.halo) }
    }

    fn strokes(self) -> impl Iterator<Item = Stroke> {
        let around = self.halo.map(|halo| Stroke::new(self.width + HALO - LINE, halo));
        around.into_iter().chain([Stroke::new(self.width, self.color)])
    }
}

/// Lines; of one point, a cross.
pub(super) fn strokes(painter: &Painter, place: Place, lines: &[Vec<Point<View>>], pen: Pen) {
    for line in lines {
        let points: Vec<Pos2> = line.iter().map(|point| place.at(*point)).collect();
        for stroke in pen.strokes() {
            match points.as_slice() {
                [] => {}
                [at] => cross(painter, *at, stroke),
                _ => {
                    painter.line(points.clone(), stroke);
                }
            }
        }
    }
}

fn lines_of(painter: &Painter, place: Place, mark: &MarkPlan, colors: &Colors) {
    let color = color_of(mark, colors);
    strokes(painter, place, &mark.outline, Pen::of(color, colors));
    if mark.tone == MarkTone::Selected {
        for handle in &mark.handles {
            let square = Rect::from_center_size(place.at(*handle), Vec2::splat(HANDLE));
            painter.rect(square, 1.0, colors.plate, Stroke::new(LINE, color), StrokeKind::Inside);
        }
    }
}

/// The path with its points, and the place on it that the pointer is over elsewhere.
fn path_lines(painter: &Painter, place: Place, path: &PathPlan, colors: &Colors) {
    let pen = Pen::of(colors.mark, colors);
    strokes(painter, place, &path.lines, pen);
    for point in &path.points {
        let square = Rect::from_center_size(place.at(*point), Vec2::splat(HANDLE));
        painter.rect(square, 1.0, colors.plate, Stroke::new(LINE, colors.mark), StrokeKind::Inside);
    }
    let here: Vec<_> = path.here.iter().map(|here| vec![*here]).collect();
    strokes(painter, place, &here, Pen::of(colors.mark_selected, colors));
}

/// The words of a mark in their place.
struct Words<'a> {
    mark: &'a MarkPlan,
    color: Color32,
    laid: Vec<Arc<Galley>>,
    rect: Rect,
}

impl<'a> Words<'a> {
    /// Beside the mark and what is `taken` by the words of others, within what is seen of the picture; a line leads there where they
    /// had to give way.
    fn place(
        painter: &Painter,
        (place, clip): (Place, Rect),
        mark: &'a MarkPlan,
        colors: &Colors,
        taken: &[Rect],
    ) -> Option<Self> {
        let outline = mark.outline.iter().flatten().map(|point| place.at(*point));
        if mark.words.is_empty() || !is_in_sight(clip, outline) {
            return None;
        }
        let color = color_of(mark, colors);
        let laid: Vec<_> =
            mark.words.iter().map(|line| text::line(painter, line, regular(FONT_SIZE), color)).collect();
        let width = laid.iter().map(|line| line.size().x).fold(0.0, f32::max);
        let size = vec2(width, laid.iter().map(|line| line.size().y).sum());
        let anchor = place.at(mark.words_at);
        let beside = Rect::from_min_size(words_corner(clip, anchor, size), size);
        let rect = free_place(clip, beside, taken);
        if rect != beside {
            painter.line_segment([anchor, rect.clamp(anchor)], Stroke::new(1.0, color));
        }
        Some(Self { mark, color, laid, rect })
    }

    fn show(&self, ui: &Ui, painter: &Painter, picture: Rect, plan: &ViewportPlan, colors: &Colors) {
        // On white bone a halo is not enough for numbers.
        painter.rect_filled(self.rect.expand2(vec2(EDGE, 1.0)), 2.0, colors.plate);
        let mut corner = self.rect.min;
        for line in &self.laid {
            painter.galley(corner, Arc::clone(line), self.color);
            corner.y += line.size().y;
        }
        let around = self.rect.intersect(picture);
        if around.is_positive() {
            let id = ui.scope_id().with(("mark", plan.index, plan.tile, self.mark.id));
            let response = ui.interact(around, id, Sense::hover());
            let name = words::mark(&self.mark.words);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
            if let Some(why) = &self.mark.why {
                response.on_hover_text(why);
            }
        }
    }
}

/// Whether anything of a mark may be in the picture: the words of one that is not would seem to be another's.
fn is_in_sight(rect: Rect, outline: impl Iterator<Item = Pos2>) -> bool {
    let mut around = Rect::NOTHING;
    outline.for_each(|point| around.extend_with(point));
    around.intersects(rect)
}

/// Where words of this size begin: beside the mark, and on its other side where there is no room; whole in the picture
/// in any case, for a number that is cut is another number.
fn words_corner(rect: Rect, anchor: Pos2, size: Vec2) -> Pos2 {
    let has_room = anchor.x + GAP + size.x <= rect.right() - RULER_INSET;
    let left = if has_room { anchor.x + GAP } else { anchor.x - GAP - size.x };
    let inside = |at: f32, low: f32, high: f32| at.min(high).max(low);
    pos2(
        inside(left, rect.left() + EDGE, rect.right() - EDGE - size.x),
        inside(anchor.y - size.y / 2.0, rect.top(), rect.bottom() - size.y),
    )
}

/// The nearest place above or below where nothing stands yet; where there is none, the words lie over others.
fn free_place(rect: Rect, beside: Rect, taken: &[Rect]) -> Rect {
    let moved = |is_down: bool| {
        let mut here = beside;
        while let Some(other) = taken.iter().find(|other| other.expand(1.0).intersects(here)) {
            let by = if is_down { other.bottom() - here.top() } else { other.top() - here.bottom() };
            here = here.translate(vec2(0.0, by + if is_down { BETWEEN } else { -BETWEEN }));
        }
        let is_inside = here.top() >= rect.top() && here.bottom() <= rect.bottom();
        is_inside.then_some(here)
    };
    let way = |place: &Rect| (place.top() - beside.top()).abs();
    let places = [moved(true), moved(false)].into_iter().flatten();
    places.min_by(|a, b| way(a).total_cmp(&way(b))).unwrap_or(beside)
}

fn cross(painter: &Painter, at: Pos2, stroke: Stroke) {
    for arm in [vec2(ARM, 0.0), vec2(0.0, ARM)] {
        painter.line_segment([at - arm, at + arm], stroke);
    }
}

/// A cross with a gap in its middle where the point lies in the image; a ring where it lies before or behind.
fn shared_point(painter: &Painter, place: Place, point: SharedPointPlan, colors: &Colors) {
    let at = place.at(point.at);
    if !point.is_in_plane {
        for (stroke, color) in [(HALO, colors.halo), (LINE, colors.line_on_image)] {
            painter.circle_stroke(at, ARM, Stroke::new(stroke, color));
        }
        return;
    }
    for (stroke, color) in [(HALO, colors.halo), (LINE, colors.line_on_image)] {
        for direction in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
            painter
                .line_segment([at + direction * 4.0, at + direction * 4.0 * ARM], Stroke::new(stroke, color));
        }
    }
}

/// Lines of other sections, each in its section's colour, with a gap where they meet; and an edge in the section's own.
fn crosshair_lines(painter: &Painter, rect: Rect, place: Place, crosshair: &CrosshairPlan, colors: &Colors) {
    let color = |section: usize| {
        let own = colors.sections.get(section % colors.sections.len());
        own.copied().unwrap_or(colors.line_on_image)
    };
    let middle = place.at(crosshair.at);
    for (section, ends) in &crosshair.lines {
        for end in ends.map(|end| place.at(end)) {
            let way = end - middle;
            if way.length() > CROSSHAIR_GAP {
                let line = [middle + way.normalized() * CROSSHAIR_GAP, end];
                painter.line_segment(line, Stroke::new(HALO, colors.halo));
                painter.line_segment(line, Stroke::new(1.0, color(*section)));
            }
        }
    }
    if let Some(section) = crosshair.own {
        let edge = Rect::from_min_size(rect.min, vec2(rect.width(), SECTION_EDGE));
        painter.rect_filled(edge, 0.0, color(section));
    }
}

/// Each face with the letter of its side; a click on it goes there.
fn cube_faces(painter: &Painter, place: Place, faces: &[CubeFace], colors: &Colors) {
    for face in faces {
        let corners = face.corners.map(|corner| place.at(corner)).to_vec();
        painter.add(Shape::convex_polygon(corners, colors.plate, Stroke::new(1.0, colors.letter)));
        if let Some(at) = face.letter_at {
            let letter = text::line(painter, &face.side.letter().to_string(), strong(13.0), colors.letter);
            let corner = Align2::CENTER_CENTER.anchor_size(place.at(at), letter.size()).min;
            painter.galley(corner, letter, colors.letter);
        }
    }
}

fn ruler(painter: &Painter, rect: Rect, place: Place, ruler: &Ruler, colors: &Colors) {
    #[expect(clippy::cast_possible_truncation, reason = "a length on the screen")]
    let length = ruler.length as f32 / place.pixels_per_point;
    let x = rect.right() - RULER_INSET;
    let (top, bottom) = (rect.center().y - length / 2.0, rect.center().y + length / 2.0);
    let lines = [
        [pos2(x, top), pos2(x, bottom)],
        [pos2(x - RULER_TICK, top), pos2(x, top)],
        [pos2(x - RULER_TICK, bottom), pos2(x, bottom)],
    ];
    for (stroke, color) in [(HALO, colors.halo), (1.0, colors.letter)] {
        for line in lines {
            painter.line_segment(line, Stroke::new(stroke, color));
        }
    }
    let what =
        if ruler.basis.is_empty() { ruler.words.clone() } else { format!("{} {}", ruler.words, ruler.basis) };
    let words = text::line(painter, &what, regular(11.0), colors.letter);
    let corner = Align2::RIGHT_BOTTOM.anchor_size(pos2(x, top - 3.0), words.size()).min;
    text::on_plate(painter, corner, &words, colors.letter, colors.plate);
}

/// The rim of the magnifier, and how much larger it shows.
pub(super) fn lens_rim(painter: &Painter, rect: Rect, lens: &Lens, colors: &Colors) {
    painter.rect_stroke(rect, 0.0, Stroke::new(1.0, colors.focus), StrokeKind::Outside);
    let words = text::line(painter, &words::magnified(lens.factor), regular(11.0), colors.letter);
    let corner = rect.min + vec2(5.0, 3.0);
    text::on_plate(painter, corner, &words, colors.letter, colors.plate);
}

/// The lens's rectangle in the window's room, from that of its picture.
pub(super) const fn lens_rect(picture: DeviceRect, lens: &Lens) -> DeviceRect {
    DeviceRect { x: picture.x + lens.rect.x, y: picture.y + lens.rect.y, ..lens.rect }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `136.5 mm` whose first letters lie outside reads `6.5 mm`.
    #[test]
    fn words_of_a_mark_are_never_cut_and_never_without_their_mark() {
        let rect = Rect::from_min_max(pos2(100.0, 100.0), pos2(500.0, 400.0));
        let size = vec2(90.0, 20.0);
        for anchor in [(60.0, 200.0), (99.0, 90.0), (300.0, 200.0), (470.0, 390.0), (560.0, 450.0)] {
            let words = Rect::from_min_size(words_corner(rect, anchor.into(), size), size);
            assert!(rect.contains_rect(words), "{anchor:?}: {words:?}");
        }
        let corner = words_corner(rect, pos2(300.0, 200.0), size);
        assert_eq!(corner, pos2(308.0, 190.0), "beside the mark");
        assert!(is_in_sight(rect, [pos2(0.0, 0.0), pos2(600.0, 500.0)].into_iter()));
        assert!(!is_in_sight(rect, [pos2(0.0, 0.0), pos2(90.0, 500.0)].into_iter()));
    }

    /// The number of a probe stood among those of a region.
    #[test]
    fn words_of_two_marks_do_not_stand_in_one_another() {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(400.0, 300.0));
        let at = |top: f32, height: f32| Rect::from_min_size(pos2(100.0, top), vec2(90.0, height));
        let mut taken = Vec::new();
        for (top, height) in [(100.0, 60.0), (120.0, 20.0), (280.0, 20.0), (270.0, 20.0), (110.0, 60.0)] {
            taken.push(free_place(rect, at(top, height), &taken));
        }
        assert_eq!(taken.first(), Some(&at(100.0, 60.0)));
        for (index, place) in taken.iter().enumerate() {
            assert!(rect.contains_rect(*place), "{taken:?}");
            assert!(!taken.iter().skip(index + 1).any(|other| other.intersects(*place)), "{taken:?}");
        }
        let full = [rect];
        assert_eq!(free_place(rect, at(50.0, 20.0), &full), at(50.0, 20.0), "there is no place");
    }
}
