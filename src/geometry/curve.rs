//! A smooth path through points of the patient, and how a picture lies along it.
//!
//! Centripetal Catmull-Rom: through every point, with no loop or cusp between two (Yuksel, Schaefer and Keyser 2011). Its frames
//! follow it without turning about it, by double reflection (Wang, Jüttler, Zheng and Liu 2008).

use std::fmt;

use glam::DVec3;

use super::section::Section;
use super::space::{Patient, Point, Vector};

/// A path by its length, and how the picture lies in each place of it.
#[derive(Clone, PartialEq)]
pub struct Curve {
    stretches: Vec<Stretch>,
    /// How far the picture is turned about the path, degrees.
    turn_degrees: f64,
    length_mm: f64,
    /// In equal steps of the length, the last at its end; two at least.
    frames: Vec<CurveFrame>,
}

impl fmt::Debug for Curve {
    /// In a line: it is of some thousand numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Curve({} mm in {} places)", self.length_mm(), self.frames.len())
    }
}

/// A place on a path, and how the picture lies there: three unit vectors at right angles, the third of them along the path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveFrame {
    /// The place.
    pub at: Point<Patient>,
    /// What is right in the picture.
    pub across: Vector<Patient>,
    /// Away from the viewer.
    pub normal: Vector<Patient>,
}

/// How a path becomes straight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CurveMode {
    /// The path itself is the middle line of the picture; across it lies what is at right angles to it.
    #[default]
    Straightened,
    /// The path is looked at along the normal of the plane that it was drawn in, and the normal lies across: a surface that is
    /// unrolled. What is not in the plane lies beside the middle line.
    Stretched,
}

impl CurveMode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Straightened, Self::Stretched];

    /// Its name in commands and on images.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Straightened => "straightened",
            Self::Stretched => "stretched",
        }
    }
}

/// Why points make no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    /// Fewer than two places.
    #[error("a curve needs two points that are apart")]
    TooFew,
    /// The same as they are looked at.
    #[error("the points lie behind one another as the plane is looked at")]
    Behind,
    /// More than are taken.
    #[error("a curve has {} points at most", Curve::POINTS_MAX)]
    TooMany,
}

impl CurveFrame {
    /// Unit vector along the path: what is down in the picture.
    pub fn along(&self) -> Vector<Patient> {
        self.normal.cross(self.across)
    }

    /// Turned about the path: what is right goes away from the viewer.
    #[must_use]
    pub fn turned(self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self {
            at: self.at,
            across: self.across * cos + self.normal * sin,
            normal: self.normal * cos + self.across * -sin,
        }
    }
}

impl Curve {
    /// The most points that a path is drawn through.
    pub const POINTS_MAX: usize = 256;

    /// How much is seen across it where nobody asks for more or less, mm.
    pub const WIDTH_MM: f64 = 100.0;

    /// The most places that are told of it; a longer path has longer steps.
    pub const FRAMES_MAX: usize = 16_384;

    /// Points nearer than this are one, mm.
    const APART_MM: f64 = 1e-3;

    /// Of a plane that a path sets off along the normal of, closer than this cosine, what is down takes the normal's place.
    const ALONG_COSINE: f64 = 0.9;

    /// Through points; its places are told in steps no longer than `step_mm` where these are not too many. The picture lies in the
    /// plane that the path was drawn in; where it sets off along the plane's normal, it is seen along what is down in the plane.
    pub fn through(
        points: &[Point<Patient>],
        drawn_in: &Section,
        mode: CurveMode,
        step_mm: f64,
    ) -> Result<Self, CurveError> {
        if points.len() > Self::POINTS_MAX {
            return Err(CurveError::TooMany);
        }
        let normal = drawn_in.normal();
        let first = points.first().copied().ok_or(CurveError::TooFew)?;
        let seen = |at: &Point<Patient>| match mode {
            CurveMode::Straightened => *at,
            CurveMode::Stretched => *at + normal * -(*at - first).dot(normal),
        };
        let apart = |points: Vec<DVec3>| {
            let mut apart = points;
            apart.dedup_by(|a, b| (*a - *b).length() < Self::APART_MM);
            apart
        };
        if apart(points.iter().map(|point| point.xyz).collect()).len() < 2 {
            return Err(CurveError::TooFew);
        }
        let places = apart(points.iter().map(|point| seen(point).xyz).collect());
        if places.len() < 2 {
            return Err(CurveError::Behind);
        }
        let stretches = stretches_of(&places, drawn_in);
        let length_mm = stretches.last().map_or(0.0, |last| last.before_mm + last.length_mm);
        let turn_degrees = match mode {
            CurveMode::Straightened => 0.0,
            CurveMode::Stretched => 90.0,
        };
        let mut curve = Self { stretches, turn_degrees, length_mm, frames: Vec::new() };
        #[expect(clippy::cast_precision_loss, reason = "some thousand places")]
        let most = (Self::FRAMES_MAX - 1) as f64;
        // What rounding adds is no step.
        let count = (length_mm / step_mm - 1e-6).ceil().clamp(1.0, most);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let numbers = 0..=count as u32;
        curve.frames =
            numbers.filter_map(|number| curve.at(length_mm * (f64::from(number) / count))).collect();
        Ok(curve)
    }

    /// How long it is, mm.
    pub const fn length_mm(&self) -> f64 {
        self.length_mm
    }

    /// Its places in equal steps of its length.
    pub fn frames(&self) -> &[CurveFrame] {
        &self.frames
    }

    /// So far along it, mm; `None` before its start and behind its end.
    pub fn at(&self, along_mm: f64) -> Option<CurveFrame> {
        if !(0.0..=self.length_mm).contains(&along_mm) {
            return None;
        }
        let here = self.stretches.partition_point(|stretch| stretch.before_mm + stretch.length_mm < along_mm);
        let stretch = self.stretches.get(here).or(self.stretches.last())?;
        let u = stretch.share_at(along_mm);
        let frame = stretch.start().carried(stretch.piece.at(u), stretch.piece.direction(u)).frame();
        Some(frame.turned(self.turn_degrees))
    }
}

/// A piece of the path as a polynomial of its share, 0 to 1: the coefficients of 1, u, u², u³.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece([DVec3; 4]);

impl Piece {
    fn at(&self, u: f64) -> DVec3 {
        let [a, b, c, d] = self.0;
        a + (b + (c + d * u) * u) * u
    }

    fn rise(&self, u: f64) -> DVec3 {
        let [_, b, c, d] = self.0;
        b + (c * 2.0 + d * (3.0 * u)) * u
    }

    fn direction(&self, u: f64) -> DVec3 {
        self.rise(u).normalize_or_zero()
    }

    /// The length from one share to another, by Gauss and Legendre in five places.
    fn length(&self, from: f64, to: f64) -> f64 {
        const NODES: [(f64, f64); 5] = [
            (0.0, 0.568_888_888_888_888_9),
            (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
            (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
            (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
            (0.906_179_845_938_664, 0.236_926_885_056_189_08),
        ];
        let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
        let at = |(node, weight): (f64, f64)| weight * self.rise(middle + half * node).length();
        half * NODES.into_iter().map(at).sum::<f64>()
    }
}

/// A stretch of a piece: short enough for its length to be summed in one go, and for a frame to be carried along it in one.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    piece: Piece,
    from: f64,
    to: f64,
    /// The length of the path before it, mm.
    before_mm: f64,
    length_mm: f64,
    /// Away from the viewer, at its start.
    normal: DVec3,
}

impl Stretch {
    fn start(&self) -> Carried {
        let (at, along) = (self.piece.at(self.from), self.piece.direction(self.from));
        Carried { at, along, normal: self.normal }
    }

    /// The share of its piece so far along the path.
    fn share_at(&self, along_mm: f64) -> f64 {
        let wanted = (along_mm - self.before_mm).clamp(0.0, self.length_mm);
        let mut u = self.from + (self.to - self.from) * wanted / self.length_mm;
        // Of three steps by Newton's way the last changes nothing any more.
        for _ in 0..3 {
            let speed = self.piece.rise(u).length();
            if speed > 0.0 {
                u = (u - (self.piece.length(self.from, u) - wanted) / speed).clamp(self.from, self.to);
            }
        }
        u
    }
}

/// A frame on its way along the path.
#[derive(Debug, Clone, Copy)]
struct Carried {
    at: DVec3,
    along: DVec3,
    normal: DVec3,
}

impl Carried {
    /// On to a place not far away, by two reflections: it does not turn about the path.
    fn carried(self, at: DVec3, along: DVec3) -> Self {
        let mirrored = |vector: DVec3, by: DVec3| {
            let square = by.length_squared();
            if square > 0.0 { vector - by * (2.0 / square * by.dot(vector)) } else { vector }
        };
        let step = at - self.at;
        let (normal, arrived) = if step == DVec3::ZERO {
            (self.normal, self.along)
        } else {
            let normal = mirrored(self.normal, step);
            (mirrored(normal, along - mirrored(self.along, step)), along)
        };
        let normal = (normal - arrived * arrived.dot(normal)).normalize_or(normal);
        Self { at, along: arrived, normal }
    }

    fn frame(self) -> CurveFrame {
        CurveFrame {
            at: Point::from_xyz(self.at),
            across: Vector::from_xyz(self.along.cross(self.normal)),
            normal: Vector::from_xyz(self.normal),
        }
    }
}

/// The path through places that are apart, two at least, and the frame carried along it.
fn stretches_of(places: &[DVec3], drawn_in: &Section) -> Vec<Stretch> {
    /// Of a piece between two points.
    const STRETCHES: u32 = 64;
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut before_mm = 0.0;
    let mut carried: Option<Carried> = None;
    for (index, pair) in places.windows(2).enumerate() {
        let &[here, next] = pair else { continue };
        // Beyond an end the path goes on as it came.
        let before = index.checked_sub(1).and_then(|index| places.get(index));
        let before = before.copied().unwrap_or(here * 2.0 - next);
        let after = places.get(index + 2).copied().unwrap_or(next * 2.0 - here);
        let piece = piece_of([before, here, next, after]);
        for number in 0..STRETCHES {
            let share = |number: u32| f64::from(number) / f64::from(STRETCHES);
            let (from, to) = (share(number), share(number + 1));
            let start = carried.unwrap_or_else(|| first_frame(&piece, drawn_in));
            let length_mm = piece.length(from, to);
            stretches.push(Stretch { piece, from, to, before_mm, length_mm, normal: start.normal });
            before_mm += length_mm;
            carried = Some(start.carried(piece.at(to), piece.direction(to)));
        }
    }
    stretches
}

/// How the picture lies where the path begins.
fn first_frame(piece: &Piece, drawn_in: &Section) -> Carried {
    let along = piece.direction(0.0);
    let is_along = along.dot(drawn_in.normal().xyz).abs() > Curve::ALONG_COSINE;
    let away = if is_along { drawn_in.down().xyz } else { drawn_in.normal().xyz };
    let normal = (away - along * along.dot(away)).normalize_or(away);
    Carried { at: piece.at(0.0), along, normal }
}

/// Between the second and the third of four points.
fn piece_of([before, here, next, after]: [DVec3; 4]) -> Piece {
    let knot = |from: DVec3, to: DVec3| (to - from).length().sqrt();
    let (t0, t1, t2) = (knot(before, here), knot(here, next), knot(next, after));
    let chord = next - here;
    let leave = ((here - before) / t0 - (next - before) / (t0 + t1)) * t1 + chord;
    let arrive = ((after - next) / t2 - (after - here) / (t1 + t2)) * t1 + chord;
    Piece([here, leave, chord * 3.0 - leave * 2.0 - arrive, leave + arrive - chord * 2.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::CardinalPlane;

    fn axial() -> Section {
        Section::cardinal(CardinalPlane::Axial, Point::new(0.0, 0.0, 0.0))
    }

    fn straightened(points: &[Point<Patient>], step_mm: f64) -> Curve {
        Curve::through(points, &axial(), CurveMode::Straightened, step_mm).expect("a curve")
    }

    fn on_circle(degrees: f64) -> Point<Patient> {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Point::new(40.0 * cos, 40.0 * sin, 7.0)
    }

    #[test]
    fn two_points_make_a_straight_line_in_equal_steps() {
        let curve = straightened(&[Point::new(1.0, 2.0, 3.0), Point::new(1.0, 10.0, 3.0)], 0.5);
        assert!((curve.length_mm() - 8.0).abs() < 1e-12, "{}", curve.length_mm());
        assert_eq!(curve.frames().len(), 17);
        // Down in an axial plane: right is right.
        let frame = curve.at(3.3125).expect("on the curve");
        assert!((frame.at - Point::new(1.0, 5.3125, 3.0)).length() < 1e-12, "{frame:?}");
        assert_eq!((frame.across, frame.along()), (Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0)));
        assert_eq!(frame.normal, Vector::new(0.0, 0.0, 1.0));
        assert_eq!((curve.at(-0.01), curve.at(8.01)), (None, None));
    }

    /// A circle drawn through a point every ten degrees: its places lie on it to a ten thousandth of its radius, and across is
    /// outwards. The two end pieces, which know no further point, are no longer than an arc and no shorter than its chord.
    #[test]
    fn a_circle_is_as_long_as_its_arc() {
        let points: Vec<_> = (0..=18).map(|place| on_circle(10.0 * f64::from(place))).collect();
        let curve = straightened(&points, 0.4);
        let arc_mm = std::f64::consts::PI * 40.0;
        let lacking_mm = 2.0 * 40.0 * (10_f64.to_radians() - 2.0 * 5_f64.to_radians().sin());
        let difference_mm = arc_mm - curve.length_mm();
        assert!(difference_mm > 0.0 && difference_mm < lacking_mm, "{difference_mm}");
        for frame in curve.frames().iter().skip(20).rev().skip(20) {
            let out = Vector::<Patient>::from_xyz(DVec3::new(frame.at.xyz.x, frame.at.xyz.y, 0.0));
            assert!((out.length() - 40.0).abs() < 0.004, "{frame:?}");
            assert!(frame.across.dot(out) > 39.99, "{frame:?}");
            assert!((frame.normal.xyz - DVec3::Z).length() < 1e-9, "{frame:?}");
        }
    }

    #[test]
    fn steps_are_equal_however_the_points_lie() {
        let at = [[0.0, 0.0, 0.0], [1.0, 0.5, 0.0], [30.0, 4.0, 9.0], [31.0, 5.0, 25.0], [12.0, -40.0, 26.0]];
        let points = at.map(|[x, y, z]| Point::new(x, y, z));
        let curve = straightened(&points, 0.3);
        assert_eq!(curve.at(0.0).map(|frame| frame.at), Some(points[0]));
        let end = curve.frames().last().expect("an end").at;
        assert!((end - points[4]).length() < 1e-9, "{end:?}");
        // It goes through each point.
        for point in points {
            let away = curve.frames().iter().map(|frame| (frame.at - point).length());
            assert!(away.fold(f64::INFINITY, f64::min) < 0.16, "{point:?}");
        }
        let step_mm = curve.length_mm() / f64::from(u32::try_from(curve.frames().len() - 1).expect("few"));
        for pair in curve.frames().windows(2) {
            let [one, next] = pair else { panic!("two") };
            let chord = (next.at - one.at).length();
            // A chord is shorter than its arc, by a cube of the step.
            assert!(chord <= step_mm + 1e-9 && chord > step_mm * 0.99, "{chord}");
        }
        // Between places as well: in the middle of a step both halves are alike.
        for step in 1..curve.frames().len() - 2 {
            let half =
                |halves: f64| curve.at((f64::from(u32::try_from(step).expect("few")) + halves) * step_mm);
            let [from, middle, to] = [0.0, 0.5, 1.0].map(|share| half(share).expect("on the curve"));
            let (one, other) = ((middle.at - from.at).length(), (to.at - middle.at).length());
            assert!((one - other).abs() < 1e-3, "{one} and {other}");
            for frame in [from, middle, to] {
                assert!(
                    (frame.across.length() - 1.0).abs() < 1e-12
                        && frame.across.dot(frame.normal).abs() < 1e-12
                );
            }
        }
    }

    /// Along a helix frames that do not turn about the path lag behind its normal by 2π·pitch/√(r² + pitch²) a turn.
    #[test]
    fn frames_do_not_turn_about_the_path() {
        let (radius, pitch) = (20.0, 5.0);
        let at = |angle: f64| Point::new(radius * angle.cos(), radius * angle.sin(), pitch * angle);
        let points: Vec<_> = (0..=72).map(|place| at((5.0 * f64::from(place)).to_radians())).collect();
        let curve = straightened(&points, 0.2);
        let inwards = |frame: &CurveFrame| {
            let to_axis = Vector::from_xyz(DVec3::new(-frame.at.xyz.x, -frame.at.xyz.y, 0.0));
            let angle = libm::atan2(to_axis.dot(frame.normal), to_axis.dot(frame.across));
            angle.to_degrees()
        };
        let frames = curve.frames();
        let (first, last) = (frames.first().expect("one"), frames.last().expect("one"));
        let lag = 360.0 * pitch / radius.hypot(pitch);
        let found = (inwards(last) - inwards(first)).rem_euclid(360.0);
        assert!((found - lag).abs() < 0.5 || (360.0 - found - lag).abs() < 0.5, "{found} for {lag}");
    }

    #[test]
    fn what_is_stretched_is_unrolled_along_the_normal() {
        let points = [Point::new(0.0, 0.0, 0.0), Point::new(30.0, 0.0, 40.0)];
        let curve = Curve::through(&points, &axial(), CurveMode::Stretched, 1.0).expect("a curve");
        assert!((curve.length_mm() - 30.0).abs() < 1e-12, "{}", curve.length_mm());
        let frame = curve.at(12.5).expect("on the curve");
        assert!((frame.at - Point::new(12.5, 0.0, 0.0)).length() < 1e-12, "{frame:?}");
        assert!((frame.across.xyz - DVec3::Z).length() < 1e-12, "{frame:?}");
        let behind = [Point::new(1.0, 1.0, 0.0), Point::new(1.0, 1.0, 9.0)];
        let curve = |mode| Curve::through(&behind, &axial(), mode, 1.0);
        assert_eq!(curve(CurveMode::Stretched), Err(CurveError::Behind));
        // Along the normal of the plane: seen from the front. The head is down, and so the patient's right is right.
        let upwards = curve(CurveMode::Straightened).expect("a curve").at(1.0).expect("on the curve");
        assert_eq!(
            (upwards.normal, upwards.across),
            (Vector::new(0.0, 1.0, 0.0), Vector::new(-1.0, 0.0, 0.0))
        );
    }

    #[test]
    fn a_curve_is_bounded_and_needs_two_places() {
        let curve =
            |points: &[Point<Patient>]| Curve::through(points, &axial(), CurveMode::Straightened, 0.01);
        let here = Point::new(1.0, 2.0, 3.0);
        assert_eq!(curve(&[]), Err(CurveError::TooFew));
        assert_eq!(curve(&[here, here, here]), Err(CurveError::TooFew));
        let many: Vec<_> = (0..257).map(|x| Point::new(f64::from(x), 0.0, 0.0)).collect();
        assert_eq!(curve(&many), Err(CurveError::TooMany));
        let long = curve(&many[..256]).expect("a curve");
        assert_eq!(long.frames().len(), Curve::FRAMES_MAX);
        assert!((long.length_mm() - 255.0).abs() < 1e-9, "{}", long.length_mm());
        // Back and forth is no trouble.
        let there = Point::new(5.0, 2.0, 3.0);
        assert!(curve(&[here, there, here]).is_ok_and(|curve| curve.length_mm() > 7.0));
    }
}
