//! The lines and labels of compound graphics, on the screen. PS3.3 C.10.5.1.3; rule S-7.

use libm::sincos;

use crate::geometry::{Point, Vector, View};
use crate::presentation::{
    CompoundKind, CompoundObject, GraphicUnits, Justification, TickSide, VerticalAlignment,
};
use crate::units::{MmPerPixel, Phi};

use super::canvas::Canvas;
use super::outline::round;

/// How long ticks are, and the bars at the ends of a range, in points.
const TICK: f64 = 8.0;
/// How long the strokes of an arrow's head are, and how far from its line their ends lie.
const HEAD: (f64, f64) = (10.0, 4.0);
/// How long the arrows of a cut line are.
const CUT_ARROW: f64 = 28.0;
/// Between a tick and its label.
const LABEL_GAP: f64 = 3.0;
/// The room that their numbers need, and which of them are numbered where there is less.
const LABEL_ROOM: f64 = 36.0;
const LABEL_STEPS: [u32; 8] = [1, 2, 5, 10, 20, 50, 100, 200];
/// Centimetres that stand nearer are not told apart, nor are as many as these.
const CENTIMETRE_MIN: f64 = 6.0;
const CENTIMETRES_MAX: f64 = 1000.0;

/// What a compound graphic is made of.
pub(super) struct Form {
    /// Its lines; that of one with an inside is closed.
    pub(super) lines: Vec<Vec<Point<View>>>,
    /// What stands at its ticks.
    pub(super) labels: Vec<Label>,
}

/// A word that begins at a place.
pub(super) struct Label {
    pub(super) at: Point<View>,
    pub(super) text: Phi<String>,
    /// Which side of the word is there.
    pub(super) horizontal: Justification,
    pub(super) vertical: VerticalAlignment,
}

/// What a compound graphic looks like; `mm` is what a pixel measures, where a ruler may say so.
pub(super) fn form(compound: &CompoundObject, canvas: &Canvas, mm: Option<MmPerPixel>) -> Form {
    let shaper = Shaper::of(compound, canvas);
    let points: Vec<Point<View>> = compound.points.iter().map(|at| shaper.point(*at)).collect();
    let lines = match (compound.kind, points.as_slice()) {
        (CompoundKind::MultiLine, points) => points.chunks_exact(2).map(<[_]>::to_vec).collect(),
        (CompoundKind::Rectangle | CompoundKind::Ellipse, _) => vec![shaper.closed()],
        (CompoundKind::Crosshair, &[at]) => shaper.crosshair(at),
        (_, &[a, b]) => match (b - a).normalized() {
            Some(along) => match compound.kind {
                CompoundKind::InfiniteLine => shaper.infinite(a, b, along),
                CompoundKind::CutLine => shaper.cut_line(a, b, along),
                CompoundKind::RangeLine => {
                    let bar = shaper.right_of(along) * (TICK / 2.0 * canvas.scale);
                    vec![vec![a, b], vec![a + bar, a + bar * -1.0], vec![b + bar, b + bar * -1.0]]
                }
                CompoundKind::Arrow => vec![vec![a, b], shaper.head(a, along * -1.0)],
                _ => return shaper.scale([a, b], along, mm),
            },
            // It is smaller than can be told.
            None => vec![vec![a, b]],
        },
        _ => Vec::new(),
    };
    Form { lines, labels: Vec::new() }
}

struct Shaper<'a> {
    compound: &'a CompoundObject,
    canvas: &'a Canvas,
    /// The middle of the turn, and its sine and cosine counterclockwise as seen.
    turn: Option<(Point<View>, (f64, f64))>,
}

impl<'a> Shaper<'a> {
    fn of(compound: &'a CompoundObject, canvas: &'a Canvas) -> Self {
        let units = compound.units;
        let turn = compound.rotation_point.map(|at| {
            // In a mirror it turns the other way round.
            let angle = compound.rotation_degrees.to_radians() * canvas.handedness(units);
            (canvas.point(units, at), sincos(angle))
        });
        Self { compound, canvas, turn }
    }

    fn point(&self, at: [f64; 2]) -> Point<View> {
        let at = self.canvas.point(self.compound.units, at);
        self.turn.map_or(at, |(middle, _)| middle + self.turned(at - middle))
    }

    fn turned(&self, way: Vector<View>) -> Vector<View> {
        let Some((_, (sin, cos))) = self.turn else { return way };
        let (x, y) = (way.xyz.x, way.xyz.y);
        Vector::flat(x * cos + y * sin, y * cos - x * sin)
    }

    /// Below a line that leads from left to right; on the other side of one that is seen in a mirror.
    fn right_of(&self, along: Vector<View>) -> Vector<View> {
        Vector::flat(-along.xyz.y, along.xyz.x) * self.canvas.handedness(self.compound.units)
    }

    fn closed(&self) -> Vec<Point<View>> {
        let &[[left, top], [right, bottom]] = self.compound.points.as_slice() else { return Vec::new() };
        let line = if self.compound.kind == CompoundKind::Rectangle {
            vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
        } else {
            let middle = [left.midpoint(right), top.midpoint(bottom)];
            let (across, down) = ((right - left) / 2.0, (bottom - top) / 2.0);
            round(middle, [across, 0.0], [0.0, down], self.canvas.unit(self.compound.units))
        };
        line.into_iter().map(|at| self.point(at)).collect()
    }

    /// To the borders of the picture and beyond, but for a gap.
    fn infinite(&self, a: Point<View>, b: Point<View>, along: Vector<View>) -> Vec<Vec<Point<View>>> {
        let middle = self.turn.map_or(a + (b - a) * 0.5, |(middle, _)| middle);
        self.through(a, along, middle)
    }

    /// The line through a place, which a circle around another interrupts.
    fn through(&self, at: Point<View>, along: Vector<View>, middle: Point<View>) -> Vec<Vec<Point<View>>> {
        let nearest = |to: Point<View>| at + along * (to - at).dot(along);
        let (centre, far) = (nearest(self.canvas.middle()), self.canvas.far());
        let (from, to) = (centre + along * -far, centre + along * far);
        let beside = nearest(middle);
        let (radius, distance) =
            (self.canvas.fixed_length(self.compound.gap) / 2.0, (beside - middle).length());
        if distance >= radius {
            return vec![vec![from, to]];
        }
        let half = along * (radius * radius - distance * distance).sqrt();
        vec![vec![from, beside + half * -1.0], vec![beside + half, to]]
    }

    /// With two arrows toward it from its right, at the middles of its halves.
    fn cut_line(&self, a: Point<View>, b: Point<View>, along: Vector<View>) -> Vec<Vec<Point<View>>> {
        let mut lines = self.infinite(a, b, along);
        let right = self.right_of(along);
        for share in [0.25, 0.75] {
            let tip = a + (b - a) * share;
            lines.push(vec![tip + right * (CUT_ARROW * self.canvas.scale), tip]);
            lines.push(self.head(tip, right * -1.0));
        }
        lines
    }

    /// The head of an arrow that leads this way.
    fn head(&self, tip: Point<View>, way: Vector<View>) -> Vec<Point<View>> {
        let back = tip + way * (-HEAD.0 * self.canvas.scale);
        let side = Vector::flat(-way.xyz.y, way.xyz.x) * (HEAD.1 * self.canvas.scale);
        vec![back + side, tip, back + side * -1.0]
    }

    fn crosshair(&self, at: Point<View>) -> Vec<Vec<Point<View>>> {
        let axes = [(1.0, 0.0), (0.0, 1.0)].map(|(x, y)| self.turned(Vector::flat(x, y)));
        let Some(diameter) = self.compound.visible_diameter else {
            return axes.into_iter().flat_map(|along| self.through(at, along, at)).collect();
        };
        let [inner, outer] = [self.compound.gap, diameter].map(|share| self.canvas.fixed_length(share) / 2.0);
        let arms = axes.into_iter().flat_map(|along| [along * -1.0, along]);
        let arms = arms.filter(|_| outer > inner);
        arms.map(|way| vec![at + way * inner, at + way * outer]).collect()
    }

    /// A line with ticks and their labels. PS3.3 C.10.5.1.3.8, C.10.5.1.3.9.
    fn scale(&self, [a, b]: [Point<View>; 2], along: Vector<View>, mm: Option<MmPerPixel>) -> Form {
        let ticks = &self.compound.ticks;
        let below = self.right_of(along);
        let length = TICK * self.canvas.scale;
        let (above_line, below_line) = match ticks.side {
            TickSide::Top => (length, 0.0),
            TickSide::Center => (length / 2.0, length / 2.0),
            TickSide::Bottom => (0.0, length),
        };
        let major = if ticks.major.is_empty() { self.centimetres([a, b], mm) } else { ticks.major.clone() };
        let gap = LABEL_GAP * self.canvas.scale;
        let to_label =
            if ticks.are_labels_above { below * -(above_line + gap) } else { below * (below_line + gap) };
        let mut lines = vec![vec![a, b]];
        let mut labels = Vec::new();
        for (share, text) in major {
            let at = a + (b - a) * share;
            lines.push(vec![at + below * -above_line, at + below * below_line]);
            if ticks.has_labels && !text.reveal().is_empty() {
                labels.push(label(at + to_label, to_label, text));
            }
        }
        Form { lines, labels }
    }

    /// A tick a centimetre, where one is known and can be seen; else one at each end.
    fn centimetres(&self, [a, b]: [Point<View>; 2], mm: Option<MmPerPixel>) -> Vec<(f64, Phi<String>)> {
        let ends = vec![(0.0, Phi::default()), (1.0, Phi::default())];
        let (Some(mm), [from, to]) = (mm, self.compound.points.as_slice()) else { return ends };
        let [across, down] = [to[0] - from[0], to[1] - from[1]];
        let count = (libm::hypot(across * mm.column, down * mm.row) / 10.0).floor();
        let share = 10.0 / libm::hypot(across * mm.column, down * mm.row);
        let is_wide = (b - a).length() * share >= CENTIMETRE_MIN * self.canvas.scale;
        if self.compound.units != GraphicUnits::Pixel || !is_wide || !(1.0..=CENTIMETRES_MAX).contains(&count)
        {
            return ends;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a thousand at most")]
        let count = count as u32;
        // As many numbers as have room, the last one with its unit.
        let room = (b - a).length() * share / (LABEL_ROOM * self.canvas.scale);
        let step =
            LABEL_STEPS.into_iter().find(|step| f64::from(*step) * room >= 1.0).unwrap_or(count.max(1));
        let last = count - count % step;
        let tick = |number: u32| {
            let text = match number {
                _ if !number.is_multiple_of(step) => String::new(),
                _ if number == last => format!("{number} cm"),
                _ => number.to_string(),
            };
            (f64::from(number) * share, Phi::new(text))
        };
        (0..=count).map(tick).collect()
    }
}

/// A word beside a tick, on the side that the line does not lie on.
fn label(at: Point<View>, way: Vector<View>, text: Phi<String>) -> Label {
    let way = way.normalized().unwrap_or(Vector::flat(0.0, 1.0)).xyz;
    let horizontal = match way.x {
        x if x > 0.5 => Justification::Left,
        x if x < -0.5 => Justification::Right,
        _ => Justification::Center,
    };
    let vertical = match way.y {
        y if y > 0.5 => VerticalAlignment::Top,
        y if y < -0.5 => VerticalAlignment::Bottom,
        _ => VerticalAlignment::Center,
    };
    Label { at, text, horizontal, vertical }
}
