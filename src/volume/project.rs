//! What is seen of a slab: the reference on the processor.
//!
//! GPU twin: `shaders/reformat.wgsl`.

use std::fmt;

use super::body::Volume;
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

    /// Where its planes lie along the normal, mm from its middle.
    pub fn offsets_mm(self) -> impl Iterator<Item = f64> {
        let step_mm = self.thickness_mm / f64::from(self.planes);
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
        let mut count = 0.0;
        let mut value = None;
        let mut nothing = Found::Outside;
        for offset_mm in slab.offsets_mm() {
            match self.sample(middle + normal * offset_mm, sampling) {
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
    use super::super::body::tests::{ramp, with_gaps};
    use super::*;

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
    }
}
