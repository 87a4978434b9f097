//! The value at a position between voxels: the reference on the processor.
//!
//! GPU twin: `shaders/lib/voxel.wgsl`.

use super::body::Volume;
use crate::geometry::{Point, Sampling, Voxel};

/// What lies at a position of a volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found {
    /// A value, as the volume's encoding has it.
    Value(f64),
    /// No tissue: padding, or no number.
    Hole,
    /// A plane that was not received.
    Missing,
    /// Nothing: the position is no voxel's.
    Outside,
}

impl Volume {
    /// What lies at a position. A voxel reaches half the way to the next, and the outermost as far outwards.
    ///
    /// Beyond the outermost centres, towards holes and towards planes that were not received, the voxel under the position is
    /// continued: no hole grows, none lends a value, and nothing is interpolated into what was not received.
    pub fn sample(&self, at: Point<Voxel>, sampling: Sampling) -> Found {
        let Some(own) = self.nearest(at) else { return Found::Outside };
        let [_, _, slice] = own;
        if self.slices().get(slice as usize).is_none_or(Option::is_none) {
            return Found::Missing;
        }
        let Some(own) = self.value(own) else { return Found::Hole };
        if sampling == Sampling::Nearest {
            return Found::Value(own);
        }
        let first = at.xyz.floor();
        let [x, y, z] = (at.xyz - first).to_array().map(|t| sampling.taps(t));
        let [columns, rows, slices] = self.size();
        let mut sum = 0.0;
        for (dz, weight_z) in z {
            for (dy, weight_y) in y {
                for (dx, weight_x) in x {
                    let weight = weight_x * weight_y * weight_z;
                    if weight != 0.0 {
                        let voxel = [
                            clamped(first.x, dx, columns),
                            clamped(first.y, dy, rows),
                            clamped(first.z, dz, slices),
                        ];
                        sum += weight * self.value(voxel).unwrap_or(own);
                    }
                }
            }
        }
        Found::Value(sum)
    }

    /// The voxel under a position.
    fn nearest(&self, at: Point<Voxel>) -> Option<[u32; 3]> {
        let [x, y, z] = (at.xyz + 0.5).floor().to_array();
        let [columns, rows, slices] = self.size();
        Some([within(x, columns)?, within(y, rows)?, within(z, slices)?])
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the volume")]
fn within(index: f64, count: u32) -> Option<u32> {
    (index >= 0.0 && index < f64::from(count)).then_some(index as u32)
}

/// The voxel so many places after a first one, or the outermost.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the volume")]
fn clamped(first: f64, offset: i64, count: u32) -> u32 {
    (first as i64 + offset).clamp(0, i64::from(count) - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::super::body::tests::{ramp, with_gaps};
    use super::*;

    fn value(volume: &Volume, at: [f64; 3], sampling: Sampling) -> Option<f64> {
        match volume.sample(Point::new(at[0], at[1], at[2]), sampling) {
            Found::Value(value) => Some(value),
            Found::Hole | Found::Missing | Found::Outside => None,
        }
    }

    /// A ramp is found exactly by every way between its voxels, away from the edges.
    #[test]
    fn a_ramp_is_found_between_its_voxels() {
        let volume = ramp();
        for at in [[1.25, 1.5, 1.75], [2.0, 1.0, 1.5], [1.1, 1.9, 2.0]] {
            let truth = 10.0 * at[0] + 100.0 * at[1] + 1000.0 * at[2];
            for sampling in [Sampling::Linear, Sampling::Cubic] {
                let found = value(&volume, at, sampling).expect("inside");
                assert!((found - truth).abs() < 1e-9, "{at:?} {sampling:?}: {found}");
            }
        }
        assert_eq!(value(&volume, [1.4, 1.6, 2.2], Sampling::Nearest), Some(2210.0));
    }

    #[test]
    fn a_voxel_reaches_half_the_way_and_no_further() {
        let volume = ramp();
        assert_eq!(value(&volume, [-0.5, 0.0, 0.0], Sampling::Linear), Some(0.0));
        assert_eq!(volume.sample(Point::new(-0.51, 0.0, 0.0), Sampling::Linear), Found::Outside);
        assert_eq!(volume.sample(Point::new(0.0, 3.5, 0.0), Sampling::Linear), Found::Outside);
        assert_eq!(volume.sample(Point::new(f64::NAN, 0.0, 0.0), Sampling::Linear), Found::Outside);
    }

    #[test]
    fn nothing_is_interpolated_into_a_plane_that_was_not_received_nor_into_a_hole() {
        let volume = with_gaps();
        // Plane 2 is not there: plane 1 is continued half the way, and then nothing is known.
        assert_eq!(value(&volume, [1.0, 1.0, 1.4], Sampling::Linear), Some(1110.0));
        assert_eq!(volume.sample(Point::new(1.0, 1.0, 1.6), Sampling::Linear), Found::Missing);
        assert_eq!(volume.sample(Point::new(1.0, 1.0, 2.4), Sampling::Cubic), Found::Missing);
        assert_eq!(value(&volume, [1.0, 1.0, 2.6], Sampling::Linear), Some(3110.0));
        // The first voxel is padding: its neighbours are continued towards it.
        assert_eq!(volume.sample(Point::new(0.4, 0.0, 0.0), Sampling::Linear), Found::Hole);
        assert_eq!(value(&volume, [0.6, 0.0, 0.0], Sampling::Linear), Some(10.0));
    }
}
