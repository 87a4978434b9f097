//! What the reader cut away of the volume that a rendering shows, in places of the patient.

use std::sync::Arc;

use crate::geometry::{Anatomical, Map, Patient, Point, Vector, View};
use crate::volume::{ClipBox, ClipPlane, CutFault, Cuts, ScissorCut, Volume};

/// What is cut away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CutAway {
    /// Only what lies in it is shown.
    pub clip_box: Option<ClipBox>,
    /// A point of a plane, and the direction to what is shown.
    pub plane: Option<(Point<Patient>, Vector<Patient>)>,
    /// Cuts along outlines, the latest last: [`Cuts::SCISSORS_MAX`] at most.
    pub scissors: Vec<Arc<ScissorCut>>,
}

/// An outline that the scissors draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// The window and the viewport, as indices.
    pub place: (usize, usize),
    /// Its points, [`ScissorCut::POINTS_MAX`] at most.
    pub points: Vec<Point<View>>,
    /// Whether what lies inside is kept: Shift is held.
    pub keeps_inside: bool,
}

/// What of a box the hand takes hold of: the middle of a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxHandle {
    /// Which face.
    pub side: Anatomical,
    /// Where it is seen.
    pub at: Point<View>,
    /// How it is seen to move when the face goes out by a millimetre.
    pub per_mm: Vector<View>,
}

/// Faces that are seen to move less than this by a millimetre, in device pixels, are not taken hold of.
const HANDLE_MOVES_MIN: f64 = 0.2;

/// So near, in device pixels at scale 1, the pointer takes hold of a face.
pub(super) const HANDLE_REACH: f64 = 10.0;

/// The handles of a box, seen through a map: not of faces that are seen from straight ahead.
pub fn box_handles(clip_box: &ClipBox, view_from_patient: &Map<View, Patient>) -> Vec<BoxHandle> {
    let middle = Point::from_xyz(clip_box.low.xyz.midpoint(clip_box.high.xyz));
    let half = (clip_box.high.xyz - clip_box.low.xyz) / 2.0;
    let handle = |side: Anatomical| {
        let out = side.direction();
        let at = *view_from_patient * (middle + out * half.dot(out.xyz.abs()));
        let per_mm = *view_from_patient * out;
        let flat = |xyz: glam::DVec3| (xyz.x, xyz.y);
        let ((x, y), (right, down)) = (flat(at.xyz), flat(per_mm.xyz));
        let per_mm = Vector::flat(right, down);
        (per_mm.length() >= HANDLE_MOVES_MIN).then_some(BoxHandle { side, at: Point::flat(x, y), per_mm })
    };
    Anatomical::ALL.into_iter().filter_map(handle).collect()
}

/// The twelve edges of a box, seen through a map.
pub fn box_edges(clip_box: &ClipBox, view_from_patient: &Map<View, Patient>) -> Vec<[Point<View>; 2]> {
    let ends = [clip_box.low.xyz, clip_box.high.xyz];
    let corner = |number: usize| {
        let end = |axis: usize| ends[number >> axis & 1][axis];
        let at = *view_from_patient * Point::new(end(0), end(1), end(2));
        Point::flat(at.xyz.x, at.xyz.y)
    };
    let edges = (0..8_usize).flat_map(|from| (0..3).map(move |axis| (from, from | 1 << axis)));
    edges.filter(|(from, to)| from != to).map(|(from, to)| [corner(from), corner(to)]).collect()
}

/// Nearer than this to the first point, in device pixels at scale 1, an outline is closed.
const CLOSE_REACH: f64 = 8.0;

/// Points of an outline that is drawn in one go lie no nearer to one another, in device pixels at scale 1.
const POINT_DISTANCE: f64 = 3.0;

/// A box is no thinner than this, mm.
const BOX_MIN_MM: f64 = 1.0;

impl CutAway {
    /// As the pass takes it.
    pub fn cuts(&self, volume: &Volume) -> Cuts {
        let mut cuts = Cuts::default();
        let add = |cuts: &mut Cuts| -> Result<(), CutFault> {
            if let Some(clip_box) = self.clip_box {
                cuts.add_planes(&clip_box.planes(volume)?)?;
            }
            if let Some((point, normal)) = self.plane {
                cuts.add_planes(&[ClipPlane::new(volume, point, normal)?])?;
            }
            self.scissors.iter().try_for_each(|cut| cuts.add_scissor(Arc::clone(cut)))
        };
        // Seven planes, and no more outlines than there is room for: all of it is taken.
        let _all_is_taken = add(&mut cuts);
        cuts
    }

    /// The face of the box towards a side goes out by so many millimetres; there is a box then. It stays in the volume, and some
    /// of it is left.
    pub(super) fn move_face(&mut self, side: Anatomical, by_mm: f64, volume: &Volume) {
        let whole = ClipBox::around(volume);
        let ClipBox { mut low, mut high } = self.clip_box.unwrap_or(whole);
        let axis = match side {
            Anatomical::Left | Anatomical::Right => 0,
            Anatomical::Anterior | Anatomical::Posterior => 1,
            Anatomical::Head | Anatomical::Feet => 2,
        };
        let is_high = side.direction().xyz[axis] > 0.0;
        if is_high {
            let least = low.xyz[axis] + BOX_MIN_MM;
            high.xyz[axis] = (high.xyz[axis] + by_mm).max(least).min(whole.high.xyz[axis].max(least));
        } else {
            let most = high.xyz[axis] - BOX_MIN_MM;
            low.xyz[axis] = (low.xyz[axis] - by_mm).min(most).max(whole.low.xyz[axis].min(most));
        }
        self.clip_box = Some(ClipBox { low, high });
    }

    /// In words for a badge; `None` where nothing is cut away.
    pub fn words(&self) -> Option<String> {
        let cuts = self.scissors.len();
        let parts = [
            self.clip_box.map(|_| "box".to_owned()),
            self.plane.map(|_| "plane".to_owned()),
            (cuts > 0).then(|| if cuts == 1 { "1 cut".to_owned() } else { format!("{cuts} cuts") }),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Outline {
    /// Goes on to a point that is drawn in one go; of too many every other one goes.
    pub(super) fn draw_to(&mut self, at: Point<View>, scale: f64) {
        let is_far = |last: &Point<View>| (at - *last).length() >= POINT_DISTANCE * scale;
        if !self.points.last().is_none_or(is_far) {
            return;
        }
        if self.points.len() >= ScissorCut::POINTS_MAX {
            let mut is_kept = false;
            self.points.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
        }
        self.points.push(at);
    }

    /// Whether a point closes it.
    pub(super) fn is_closed_by(&self, at: Point<View>, scale: f64) -> bool {
        let first = self.points.first().filter(|_| self.points.len() >= 3);
        first.is_some_and(|first| (at - *first).length() <= CLOSE_REACH * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_twelve_edges_and_handles_where_faces_can_be_seen_to_move() {
        let clip_box =
            ClipBox::new(Point::new(-10.0, -20.0, -30.0), Point::new(10.0, 20.0, 30.0)).expect("a box");
        // From the front, two pixels a millimetre.
        let front = Map::from_axes(
            Vector::new(2.0, 0.0, 0.0),
            Vector::new(0.0, 0.0, 1.0),
            Vector::new(0.0, -2.0, 0.0),
            Point::new(100.0, 100.0, 0.0),
        );
        assert_eq!(box_edges(&clip_box, &front).len(), 12);
        let handles = box_handles(&clip_box, &front);
        let seen: Vec<_> = handles
            .iter()
            .map(|it| (it.side, it.at.xyz.x, it.at.xyz.y, it.per_mm.xyz.x, it.per_mm.xyz.y))
            .collect();
        let expected = [
            (Anatomical::Left, 120.0, 100.0, 2.0, 0.0),
            (Anatomical::Right, 80.0, 100.0, -2.0, 0.0),
            (Anatomical::Head, 100.0, 40.0, 0.0, -2.0),
            (Anatomical::Feet, 100.0, 160.0, 0.0, 2.0),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn an_outline_of_any_length_has_no_more_points_than_there_is_room_for() {
        let mut outline = Outline { place: (0, 0), points: Vec::new(), keeps_inside: false };
        for step in 0..5000 {
            outline.draw_to(Point::flat(f64::from(step), 0.0), 1.0);
        }
        assert!(outline.points.len() <= ScissorCut::POINTS_MAX, "{}", outline.points.len());
        assert!(outline.points.len() > ScissorCut::POINTS_MAX / 2);
        assert_eq!(outline.points.first(), Some(&Point::flat(0.0, 0.0)), "where it began");
        assert!(
            outline.is_closed_by(Point::flat(5.0, 5.0), 1.0)
                && !outline.is_closed_by(Point::flat(9.0, 5.0), 1.0)
        );
    }
}
