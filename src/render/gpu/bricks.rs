//! What the bricks of a volume hold at least and at most: 8 × 8 × 8 voxels each, and those that follow them, which a value
//! between voxels takes along.
//!
//! A slab's largest value is then looked for only where something larger can be.

use std::collections::BTreeSet;

const SIDE: usize = Bricks::SIDE as usize;

/// The smallest and the largest value of each brick of a grid of voxels.
#[derive(Debug)]
pub(super) struct Bricks {
    columns: usize,
    rows: usize,
    layers: usize,
    ranges: Vec<[f32; 2]>,
    /// Layers that are not on the card as they are here.
    changed: BTreeSet<usize>,
}

impl Bricks {
    /// Voxels along the side of a brick: `BRICK_SIDE` in `shaders/lib/walk.wgsl`.
    pub(super) const SIDE: u32 = 8;
    /// Of no values.
    const NOTHING: [f32; 2] = [f32::MAX, f32::MIN];

    /// Of so many voxels along each axis, none of which is known.
    pub(super) fn new(size: [u32; 3]) -> Self {
        let [columns, rows, layers] = size.map(|side| (side as usize).div_ceil(SIDE));
        let ranges = vec![Self::NOTHING; columns * rows * layers];
        Self { columns, rows, layers, ranges, changed: BTreeSet::new() }
    }

    /// Bricks along each axis.
    pub(super) const fn size(&self) -> [usize; 3] {
        [self.columns, self.rows, self.layers]
    }

    /// What the bricks hold of one plane, row by row; `range_of` gives the smallest and the largest of a few values.
    pub(super) fn of_plane<T>(
        columns: usize,
        rows: usize,
        values: &[T],
        range_of: impl Fn(&[T]) -> [f32; 2],
    ) -> Vec<[f32; 2]> {
        let across = columns.div_ceil(SIDE);
        let mut ranges = vec![Self::NOTHING; across * rows.div_ceil(SIDE)];
        for (row, values) in values.chunks(columns.max(1)).enumerate() {
            for (column, start) in (0..columns).step_by(SIDE).enumerate() {
                let end = (start + SIDE + 1).min(values.len());
                let range = values.get(start..end).map_or(Self::NOTHING, &range_of);
                for row in of_place(row) {
                    if let Some(widest) = ranges.get_mut(row * across + column) {
                        *widest = union(*widest, range);
                    }
                }
            }
        }
        ranges
    }

    /// Takes in what they hold of one plane.
    ///
    /// What a plane held before stays in: a range may be too wide, never too narrow.
    pub(super) fn take(&mut self, plane: usize, of_plane: &[[f32; 2]]) {
        let length = self.columns * self.rows;
        for layer in of_place(plane) {
            self.changed.insert(layer);
            let ranges = self.ranges.get_mut(layer * length..(layer + 1) * length).unwrap_or_default();
            for (range, more) in ranges.iter_mut().zip(of_plane) {
                *range = union(*range, *more);
            }
        }
    }

    /// Layers that changed since they were last asked for: their place, and their ranges row by row.
    pub(super) fn changed(&mut self) -> impl Iterator<Item = (usize, &[[f32; 2]])> {
        let length = self.columns * self.rows;
        let ranges = &self.ranges;
        std::mem::take(&mut self.changed)
            .into_iter()
            .filter_map(move |layer| Some((layer, ranges.get(layer * length..(layer + 1) * length)?)))
    }
}

/// The bricks along an axis that hold a voxel: its own, and the one before where it is the first.
fn of_place(place: usize) -> std::ops::RangeInclusive<usize> {
    let own = place / SIDE;
    let first = if place.is_multiple_of(SIDE) { own.saturating_sub(1) } else { own };
    first..=own
}

fn union([low, high]: [f32; 2], [other_low, other_high]: [f32; 2]) -> [f32; 2] {
    [low.min(other_low), high.max(other_high)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of neighbours lies in the brick of the first: what is between them cannot leave its range.
    #[test]
    fn a_brick_holds_its_voxels_and_those_after_them() {
        const SIZE: [u32; 3] = [19, 10, 17];
        let value =
            |[x, y, z]: [usize; 3]| f32::from(u16::try_from((x * 7 + y * 31 + z * 57) % 101).expect("small"));
        let mut bricks = Bricks::new(SIZE);
        let [columns, rows, planes] = SIZE.map(|side| side as usize);
        for plane in 0..planes {
            let values: Vec<f32> =
                (0..rows * columns).map(|index| value([index % columns, index / columns, plane])).collect();
            let of_plane = Bricks::of_plane(columns, rows, &values, |values| {
                values.iter().fold(Bricks::NOTHING, |range, &value| union(range, [value, value]))
            });
            bricks.take(plane, &of_plane);
        }
        assert_eq!(bricks.size(), [3, 2, 3]);
        let mut seen = 0;
        for (layer, ranges) in bricks.changed() {
            for (index, range) in ranges.iter().enumerate() {
                let first = [index % 3 * SIDE, index / 3 * SIDE, layer * SIDE];
                let side = |axis: usize| first[axis]..=(first[axis] + SIDE).min(SIZE[axis] as usize - 1);
                let truth = side(2)
                    .flat_map(|z| side(1).flat_map(move |y| side(0).map(move |x| [x, y, z])))
                    .map(value)
                    .fold(Bricks::NOTHING, |range, value| union(range, [value, value]));
                assert_eq!(
                    range.map(f32::to_bits),
                    truth.map(f32::to_bits),
                    "brick {index} of layer {layer}"
                );
                seen += 1;
            }
        }
        assert_eq!(seen, 18);
        assert_eq!(bricks.changed().count(), 0, "told once");
    }
}
