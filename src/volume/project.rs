//! What is seen of a slab: the reference on the processor.
//!
//! GPU twin: `shaders/reformat.wgsl`.

use std::fmt;

use super::body::Volume;
use super::cut::Cuts;
use super::sample::Found;
use crate::geometry::{Point, Sampling, Vector, Voxel};

/// What of the values along a line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Projection {
    /// The largest: MIP.
    Maximum,
    /// The smallest: `MinIP`.
    Minimum,
    /// The mean.
    Mean,
}

impl Projection {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Maximum, Self::Minimum, Self::Mean];

    /// Its name in commands and options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maximum => "mip",
            Self::Minimum => "minip",
            Self::Mean => "mean",
        }
    }

    /// The name on images.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Maximum => "MIP",
            Self::Minimum => "MinIP",
            Self::Mean => "mean",
        }
    }
}

/// A slab: parallel planes at equal distances, seen as one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slab {
    /// How thick it is, mm.
    pub thickness_mm: f64,
    /// What of it is shown.
    pub projection: Projection,
    /// How many planes stand for it, each in the middle of its share of the thickness.
    pub planes: u32,
}

impl Slab {
    /// The most planes of a slab.
    pub const PLANES_MAX: u32 = 4096;

    /// One plane, as thin as can be.
    pub const PLANE: Self = Self { thickness_mm: 0.0, projection: Projection::Mean, planes: 1 };

    /// With planes that are no further apart than `step_mm`.
    pub fn new(thickness_mm: f64, projection: Projection, step_mm: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let planes = (thickness_mm / step_mm).ceil().clamp(1.0, f64::from(Self::PLANES_MAX)) as u32;
        Self { thickness_mm, projection, planes }
    }

    /// How far it is from one of its planes to the next, mm.
    pub fn step_mm(self) -> f64 {
        self.thickness_mm / f64::from(self.planes)
    }

    /// Where its planes lie along the normal, mm from its middle.
    pub fn offsets_mm(self) -> impl Iterator<Item = f64> {
        let step_mm = self.step_mm();
        (0..self.planes).map(move |plane| (f64::from(plane) + 0.5) * step_mm - self.thickness_mm / 2.0)
    }
}

/// `10 mm MIP`.
impl fmt::Display for Slab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mm {}", (self.thickness_mm * 100.0).round() / 100.0, self.projection.title())
    }
}

impl Volume {
    /// What a slab shows at a position of its middle plane; `normal` is one millimetre of its thickness.
    ///
    /// Holes and planes that were not received are left out. Where nothing else is, the first thing met says why.
    pub fn project(
        &self,
        middle: Point<Voxel>,
        normal: Vector<Voxel>,
        slab: Slab,
        sampling: Sampling,
    ) -> Found {
        self.project_kept(middle, normal, slab, sampling, &Cuts::default())
    }

    /// The same of a volume of which something is cut away: as if that lay outside.
    pub fn project_kept(
        &self,
        middle: Point<Voxel>,
        normal: Vector<Voxel>,
        slab: Slab,
        sampling: Sampling,
        cuts: &Cuts,
    ) -> Found {
        let mut count = 0.0;
        let mut value = None;
        let mut nothing = Found::Outside;
        let places = slab.offsets_mm().map(|offset_mm| middle + normal * offset_mm);
        for at in places.filter(|at| cuts.keeps(self, *at)) {
            match self.sample(at, sampling) {
                Found::Value(next) => {
                    count += 1.0;
                    value = Some(value.map_or(next, |value: f64| match slab.projection {
                        Projection::Maximum => value.max(next),
                        Projection::Minimum => value.min(next),
                        Projection::Mean => value + next,
                    }));
                }
                Found::Outside => {}
                why if nothing == Found::Outside => nothing = why,
                _ => {}
            }
        }
        let divisor = if slab.projection == Projection::Mean { count } else { 1.0 };
        value.map_or(nothing, |value| Found::Value(value / divisor))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::body::tests::{ramp, uneven, with_gaps};
    use super::super::cut::{ClipBox, ClipPlane, ScissorCut};
    use super::*;
    use crate::geometry::{CardinalPlane, Patient, Section};

    const DOWN: Vector<Voxel> = Vector::new(0.0, 0.0, 1.0);

    #[test]
    fn planes_share_the_thickness_evenly() {
        let slab = Slab::new(10.0, Projection::Mean, 3.0);
        assert_eq!(slab.offsets_mm().collect::<Vec<_>>(), [-3.75, -1.25, 1.25, 3.75]);
        assert_eq!(Slab::new(0.0, Projection::Mean, 1.0).planes, 1);
        assert_eq!(Slab::new(1e9, Projection::Mean, 1e-9).planes, Slab::PLANES_MAX);
    }

    #[test]
    fn each_projection_shows_its_value() {
        let show = |projection| {
            // Planes 0.5, 1.5 and 2.5 of a ramp that rises by 1000 from plane to plane.
            let slab = Slab::new(3.0, projection, 1.0);
            ramp().project(Point::new(1.0, 1.0, 1.5), DOWN, slab, Sampling::Linear)
        };
        assert_eq!(show(Projection::Maximum), Found::Value(2610.0));
        assert_eq!(show(Projection::Minimum), Found::Value(610.0));
        assert_eq!(show(Projection::Mean), Found::Value(1610.0));
    }

    #[test]
    fn what_was_not_received_is_left_out() {
        let slab = Slab::new(3.0, Projection::Mean, 1.0);
        let at = |z| with_gaps().project(Point::new(1.0, 1.0, z), DOWN, slab, Sampling::Nearest);
        // Planes 1, 2 and 3, of which 2 is not there.
        assert_eq!(at(2.0), Found::Value(2110.0));
        let thin = Slab::new(0.2, Projection::Maximum, 1.0);
        let only = with_gaps().project(Point::new(1.0, 1.0, 2.0), DOWN, thin, Sampling::Nearest);
        assert_eq!(only, Found::Missing);
        let beside = with_gaps().project(Point::new(9.0, 1.0, 2.0), DOWN, thin, Sampling::Nearest);
        assert_eq!(beside, Found::Outside);
        // The first voxel is a hole, and two further on nothing was received.
        let two = Slab { thickness_mm: 4.0, projection: Projection::Maximum, planes: 2 };
        let from = |normal| with_gaps().project(Point::new(0.0, 0.0, 1.0), normal, two, Sampling::Nearest);
        assert_eq!((from(DOWN), from(DOWN * -1.0)), (Found::Hole, Found::Missing), "the first thing met");
    }

    /// By the definition, in millimetres of the patient: of each line what lies in the box, on the side that the plane's normal points
    /// to, and not in the outline.
    #[test]
    fn what_is_cut_away_lies_outside() {
        let volume = uneven();
        let to_voxel = volume.voxel_from_patient();
        let (low, high) = (Point::new(-8.7, 3.4, 40.2), Point::new(-5.4, 7.1, 52.3));
        let (point, normal) = (volume.middle(), Vector::new(0.9, 0.1, 0.2));
        let front = Section::cardinal(CardinalPlane::Coronal, point);
        let square = [[-0.5, -2.0], [0.5, -2.0], [0.5, 2.0], [-0.5, 2.0]];
        let clip_box = ClipBox::new(low, high).expect("a box");
        let plane = ClipPlane::new(&volume, point, normal).expect("a plane");
        let mut cuts = Cuts::default();
        cuts.add_planes(&[plane]).expect("room");
        assert!(cuts.keeps(&volume, plane.point), "the plane itself stays");
        cuts.add_planes(&clip_box.planes(&volume).expect("faces")).expect("room");
        let cut = ScissorCut::new(&front, &square, false).expect("a cut");
        cuts.add_scissor(Arc::new(cut)).expect("room");
        let is_kept = |at: &Point<Patient>| {
            let away = *at - point;
            let is_in_box = low.xyz.cmple(at.xyz).all() && at.xyz.cmple(high.xyz).all();
            let [right, down] = [front.right(), front.down()].map(|side| away.dot(side));
            let is_cut = (-0.5..0.5).contains(&right) && (-2.0..2.0).contains(&down);
            is_in_box && away.dot(normal) >= 0.0 && !is_cut
        };
        let along = Vector::new(0.2, 0.9, 0.3).normalized().expect("a direction");
        let (mut left, mut lost) = (0, 0);
        for (x, z) in (0..12).flat_map(|x| (0..30).map(move |z| (f64::from(x), f64::from(z)))) {
            let middle = point + Vector::new((x - 5.3) * 0.31, 0.0, (z - 14.6) * 0.53);
            for projection in Projection::ALL {
                let slab = Slab::new(9.0, projection, 0.4);
                let places = slab.offsets_mm().map(|offset_mm| middle + along * offset_mm).filter(is_kept);
                let values: Vec<f64> = places
                    .filter_map(|at| match volume.sample(*to_voxel * at, Sampling::Nearest) {
                        Found::Value(value) => Some(value),
                        Found::Hole | Found::Missing | Found::Outside => None,
                    })
                    .collect();
                let count = u32::try_from(values.len()).map_or(0.0, f64::from);
                let shown = match projection {
                    Projection::Maximum => values.iter().copied().reduce(f64::max),
                    Projection::Minimum => values.iter().copied().reduce(f64::min),
                    Projection::Mean => (count > 0.0).then(|| values.iter().sum::<f64>() / count),
                };
                let (middle, along) = (*to_voxel * middle, *to_voxel * along);
                let found = volume.project_kept(middle, along, slab, Sampling::Nearest, &cuts);
                assert_eq!(found, shown.map_or(Found::Outside, Found::Value), "{x} {z} {projection:?}");
                let whole = volume.project(middle, along, slab, Sampling::Nearest);
                left += i32::from(shown.is_some());
                lost += i32::from(found != whole);
            }
        }
        assert!(left > 100 && lost > 100, "{left} {lost}");
    }
}
