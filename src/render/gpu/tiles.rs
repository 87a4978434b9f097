//! How the voxels of a volume lie in the layers of a texture: a plane behind another where it may have so many sides and layers, else
//! in tiles, the ones that are too many beside and below the first. Nothing is left out, whichever side of a volume is too long.
//!
//! GPU twin: `texel_of` in `shaders/lib/voxel.wgsl`.

/// Where in a texture each tile of a volume lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tiles {
    /// Voxels along the sides of a tile.
    pub(super) tile: [u32; 2],
    /// Tiles along the sides of a plane.
    of_plane: [u32; 2],
    /// Layers of the texture: the next tiles lie beside or below the first ones.
    pub(super) layers: u32,
    /// Tiles along the sides of a layer.
    pub(super) of_layer: [u32; 2],
}

/// A tile of a plane: where it begins there and in the texture, and its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) first: [usize; 2],
    pub(super) size: [usize; 2],
    pub(super) corner: [usize; 3],
}

impl Tiles {
    /// In a texture of at most so many texels a side and so many layers; `None` where no tiles fit into it.
    pub(super) fn of([columns, rows, planes]: [u32; 3], side: u32, deep: u32) -> Option<Self> {
        // Large tiles first: whole planes, where these fit.
        let mut sides = std::iter::successors(Some(side), |side| Some(side / 2)).take_while(|side| *side > 0);
        sides.find_map(|most| {
            let tile = [columns, rows].map(|voxels| voxels.min(most).max(1));
            let of_plane = [columns.div_ceil(tile[0]), rows.div_ceil(tile[1])];
            let count = u64::from(of_plane[0]) * u64::from(of_plane[1]);
            let count = count.checked_mul(u64::from(planes))?;
            let [across, down] = tile.map(|voxels| u64::from(side / voxels));
            let stacks = count.div_ceil(u64::from(deep).max(1)).max(1);
            // As few layers, and as few stacks of them beside each other, as hold all.
            let across_used = stacks.div_ceil(down.max(1));
            let small = |count: u64| u32::try_from(count).ok();
            (across_used <= across).then_some(())?;
            let of_layer = [small(across_used)?, small(stacks.div_ceil(across_used))?];
            Some(Self { tile, of_plane, layers: small(count.div_ceil(stacks))?, of_layer })
        })
    }

    /// Texels across, down and deep.
    pub(super) const fn texture(self) -> [u32; 3] {
        [self.tile[0] * self.of_layer[0], self.tile[1] * self.of_layer[1], self.layers]
    }

    /// Whether voxels lie where they do in the volume.
    pub(super) const fn is_plain(self) -> bool {
        matches!((self.of_plane, self.of_layer), ([1, 1], [1, 1]))
    }

    /// The tiles of a plane of so many columns and rows.
    pub(super) fn in_plane(self, plane: usize, size: [usize; 2]) -> impl Iterator<Item = Tile> {
        let [across, down] = self.of_plane.map(|count| count as usize);
        let (tile, layers) = (self.tile.map(|side| side as usize), (self.layers as usize).max(1));
        let beside = (self.of_layer[0] as usize).max(1);
        (0..across * down).map(move |number| {
            let index = plane * across * down + number;
            let stack = index / layers;
            let first = [number % across * tile[0], number / across * tile[1]];
            let rest = [0, 1].map(|axis| size[axis].saturating_sub(first[axis]).min(tile[axis]));
            let corner = [stack % beside * tile[0], stack / beside * tile[1], index % layers];
            Tile { first, size: rest, corner }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every voxel has a texel of its own, within the sides.
    fn check(size: [u32; 3], texels: u32, deep: u32) -> Tiles {
        let tiles = Tiles::of(size, texels, deep).expect("they fit");
        let [width, height, layers] = tiles.texture();
        assert!(width <= texels && height <= texels && layers <= deep, "{tiles:?}");
        let [columns, rows, planes] = size.map(|side| side as usize);
        let mut taken = BTreeSet::new();
        for plane in 0..planes {
            let mut voxels = 0;
            for Tile { size, corner, .. } in tiles.in_plane(plane, [columns, rows]) {
                for (x, y) in (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y))) {
                    let texel = [corner[0] + x, corner[1] + y, corner[2]];
                    assert!(texel.iter().zip(tiles.texture()).all(|(at, side)| *at < side as usize));
                    assert!(taken.insert(texel), "{texel:?} twice, {tiles:?}");
                    voxels += 1;
                }
            }
            assert_eq!(voxels, columns * rows, "{tiles:?}");
        }
        tiles
    }

    #[test]
    fn each_voxel_has_a_texel_whichever_side_is_too_long() {
        let plain = check([16, 12, 9], 16, 9);
        assert!(plain.is_plain() && plain.texture() == [16, 12, 9]);
        // Too deep, too wide, too high, and all of it at once; the last needs small tiles.
        for (size, texture) in [
            ([4, 3, 20], [4, 9, 7]),
            ([40, 3, 5], [16, 6, 8]),
            ([3, 40, 5], [6, 16, 8]),
            ([40, 40, 1], [16, 16, 7]),
            ([30, 28, 2], [16, 16, 8]),
        ] {
            let tiles = check(size, 16, 8);
            assert!(!tiles.is_plain());
            assert_eq!(tiles.texture(), texture, "{size:?}");
        }
    }

    #[test]
    fn what_no_tiles_hold_is_refused() {
        assert_eq!(Tiles::of([17, 16, 8], 16, 8), None);
        assert_eq!(Tiles::of([u32::MAX, u32::MAX, u32::MAX], 16_384, 2048), None);
    }
}
