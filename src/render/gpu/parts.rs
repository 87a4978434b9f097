//! Volumes that the card has no room for as a whole: a coarse copy of all of one, by which it is drawn while it moves, and sheaves of
//! its planes that come one after another, by which it is drawn at rest. Nothing is left out of what rests.

use std::ops::Range;

use crate::geometry::{Map, Point, Vector, View, Voxel};

use super::bricks::Bricks;

/// Which voxels of a volume a texture holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Held {
    /// All of them.
    Whole,
    /// One of each cube of so many a side, of a volume that is divided.
    Coarse(Division),
    /// Those of a sheaf.
    Sheaf(Sheaf),
}

/// How a volume is divided that the card has no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Division {
    /// Voxels along the side of a cube that one of the coarse copy stands for.
    pub(super) stride: u32,
    /// Planes of a sheaf.
    planes: u32,
}

/// Planes of a volume that lie one after another: samples that lie from one of them up to the next are taken from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sheaf {
    /// The first, of which bricks begin, and the one after the last.
    planes: (u32, u32),
    /// Of the volume.
    of: u32,
}

impl Held {
    /// The planes of the texture, as planes of the volume divided by its stride.
    fn planes(self, count: u32) -> Range<u32> {
        match self {
            Self::Whole => 0..count,
            Self::Coarse(Division { stride, .. }) => 0..count.div_ceil(stride),
            Self::Sheaf(sheaf) => sheaf.held(),
        }
    }

    /// Voxels of the volume along an axis for one of the texture.
    pub(super) const fn stride(self) -> u32 {
        match self {
            Self::Coarse(Division { stride, .. }) => stride,
            Self::Whole | Self::Sheaf(_) => 1,
        }
    }

    /// Columns, rows and planes of the texture, of a volume of so many.
    pub(super) fn size(self, [columns, rows, planes]: [u32; 3]) -> [u32; 3] {
        let held = self.planes(planes);
        [columns.div_ceil(self.stride()), rows.div_ceil(self.stride()), held.end - held.start]
    }

    /// For each plane of the texture the one of the volume, of which there are so many.
    pub(super) fn slices(self, count: u32) -> impl Iterator<Item = usize> {
        let stride = self.stride();
        self.planes(count).map(move |plane| Division::voxel(plane, stride, count) as usize)
    }

    /// What the card is told: of its planes the first that samples are taken from, and the one after the last; the first one that it
    /// has.
    pub(super) fn told(self) -> [i32; 4] {
        let Self::Sheaf(Sheaf { planes: (first, end), of }) = self else { return [0; 4] };
        let number = |plane: u32| i32::try_from(plane).unwrap_or(i32::MAX);
        // Beyond the volume, samples are of the outermost.
        let first = if first == 0 { i32::MIN } else { number(first) };
        let end = if end >= of { i32::MAX } else { number(end) };
        [first, end, number(self.planes(of).start), 0]
    }
}

impl Division {
    /// Beside the planes of a sheaf, so many before and behind: a cubic and a gradient ask for one and two. Of bricks there is no
    /// part.
    const BEFORE: u32 = Bricks::SIDE;
    const BEHIND: u32 = 2;

    /// Of a volume of so many columns, rows and planes, within so many bytes; `bytes` tells what a part of such a size takes, where
    /// there can be one. `None` where not even a few planes have room. Also what a sheaf takes.
    pub(super) fn of(
        size: [u32; 3],
        budget: u64,
        bytes: impl Fn([u32; 3]) -> Option<u64>,
    ) -> Option<(Self, u64)> {
        let [columns, rows, count] = size;
        let fits = |size, most: u64| bytes(size).filter(|bytes| *bytes <= most);
        // Two sheaves beside the copy, so that one comes while pictures are made of the other; images have what is left.
        let most = budget / 4;
        let longest = columns.max(rows).max(count);
        let stride = (2..=longest).find(|stride| {
            let planes = Self { stride: *stride, planes: 0 };
            fits(Held::Coarse(planes).size(size), most).is_some()
        })?;
        let sheaf = |planes: u32, most: u64| {
            fits([columns, rows, (planes + Self::BEFORE + Self::BEHIND).min(count)], most)
        };
        let least = sheaf(Bricks::SIDE, 2 * most)?;
        let bricks = (1..=count.div_ceil(Bricks::SIDE)).rev();
        let found = bricks
            .map(|bricks| bricks * Bricks::SIDE)
            .find_map(|planes| Some((planes, sheaf(planes, most)?)));
        let (planes, reserve) = found.unwrap_or((Bricks::SIDE, least));
        Some((Self { stride, planes }, reserve))
    }

    /// The sheaves that samples of a picture are taken from which lie between two planes, in order.
    pub(super) fn sheaves(self, [low, high]: [f64; 2], count: u32) -> Vec<Sheaf> {
        let planes = self.planes.max(1);
        let sheaf = |number: u32| {
            let first = number * planes;
            Sheaf { planes: (first, first.saturating_add(planes).min(count)), of: count }
        };
        let near = |sheaf: &Sheaf| {
            let [first, end, ..] = Held::Sheaf(*sheaf).told().map(f64::from);
            // Single precision may find a sample on the other side.
            first - 1.0 <= high && low <= end + 1.0
        };
        (0..count.div_ceil(planes)).map(sheaf).filter(near).collect()
    }

    /// The voxel that one of the copy is.
    pub(super) fn voxel(place: u32, stride: u32, count: u32) -> u32 {
        (place * stride + stride / 2).min(count.saturating_sub(1))
    }
}

impl Sheaf {
    /// The planes that its texture holds.
    fn held(self) -> Range<u32> {
        let (first, end) = self.planes;
        first.saturating_sub(Division::BEFORE)..end.saturating_add(Division::BEHIND).min(self.of)
    }
}

/// Between which planes the samples of a picture lie, behind each of so many device pixels from one depth to another, mm.
pub(super) fn depths(map: &Map<Voxel, View>, (width, height): (u32, u32), ends_mm: [f64; 2]) -> [f64; 2] {
    let corners = [0.0, width.into()].into_iter().flat_map(|x| [0.0, height.into()].map(|y| (x, y)));
    let places = corners.flat_map(|(x, y)| ends_mm.map(|deep| (*map * Point::new(x, y, deep)).xyz.z));
    places.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], z| [low.min(z), high.max(z)])
}

/// Whether samples behind a device pixel go towards the first plane.
pub(super) fn is_upwards(deep: Vector<Voxel>) -> bool {
    deep.xyz.z < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two bytes a voxel.
    fn divided(size: [u32; 3], budget: u64) -> Option<(Division, u64)> {
        Division::of(size, budget, |size| Some(size.into_iter().map(u64::from).product::<u64>() * 2))
    }

    #[test]
    fn a_volume_is_divided_by_the_room_there_is() {
        let size = [512, 512, 1000];
        let (division, reserve) = divided(size, 256 << 20).expect("room");
        // 64 MiB each: of 500 MiB an eighth has room, and so have 128 planes.
        assert_eq!(division, Division { stride: 2, planes: 112 });
        assert_eq!(reserve, 512 * 512 * 2 * 122);
        let (division, _) = divided(size, 64 << 20).expect("room");
        assert_eq!(division, Division { stride: 4, planes: 16 });
        // Eight planes and those beside them may take half.
        let (division, reserve) = divided(size, 20 << 20).expect("room");
        assert_eq!((division.planes, reserve), (8, 512 * 512 * 2 * 18));
        assert_eq!(divided(size, 17 << 20), None);
        assert_eq!(Division::of(size, 1 << 40, |_| None), None, "no texture has such sides");
    }

    #[test]
    fn each_sample_is_of_one_sheaf_that_has_its_neighbours() {
        for (planes, count) in [(8, 45), (16, 16), (16, 17), (24, 70)] {
            let division = Division { stride: 2, planes };
            let sheaves = division.sheaves([f64::NEG_INFINITY, f64::INFINITY], count);
            let wide = i64::from(count);
            for plane in -wide..2 * wide {
                let of = |sheaf: &&Sheaf| {
                    let [first, end, ..] = Held::Sheaf(**sheaf).told().map(i64::from);
                    (first..end).contains(&plane)
                };
                let owners: Vec<&Sheaf> = sheaves.iter().filter(of).collect();
                let [owner] = owners.as_slice() else { panic!("{plane} of {count}: {owners:?}") };
                let held = Held::Sheaf(**owner).planes(count);
                assert_eq!(held.start % Bricks::SIDE, 0);
                for near in plane - 1..=plane + 2 {
                    let near = near.clamp(0, wide - 1);
                    assert!(
                        held.contains(&u32::try_from(near).expect("a plane")),
                        "{plane} of {count}: {held:?}"
                    );
                }
                // And no other has to be asked.
                let at = f64::from(i32::try_from(plane).expect("small")) + 0.5;
                assert!(division.sheaves([at, at], count).contains(owner));
            }
            assert!(division.sheaves([0.0, 2.0], count).len() <= 1);
        }
    }

    #[test]
    fn a_coarse_copy_has_a_voxel_of_each_cube() {
        let held = Held::Coarse(Division { stride: 3, planes: 8 });
        assert_eq!(held.size([10, 9, 8]), [4, 3, 3]);
        assert_eq!(held.slices(8).collect::<Vec<_>>(), [1, 4, 7]);
        assert_eq!(held.slices(7).collect::<Vec<_>>(), [1, 4, 6], "the last cube is not whole");
        let sheaf = Held::Sheaf(Sheaf { planes: (8, 16), of: 17 });
        assert_eq!(sheaf.slices(17).collect::<Vec<_>>(), (0..17).collect::<Vec<_>>());
        assert_eq!(sheaf.told(), [8, 16, 0, 0]);
        assert_eq!(Held::Sheaf(Sheaf { planes: (16, 17), of: 17 }).told(), [16, i32::MAX, 8, 0]);
    }
}
