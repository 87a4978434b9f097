//! The test of the room's light: bars that are hardly seen, somewhere, for the reader to click on. Rule G-29.

use super::area::Area;
use super::canvas::{Canvas, Shade};
use super::grid::Grid;

/// The gray level around the object: a tenth of white, where the room's light takes most. It is that of TG18-UN10.
pub(super) const GROUND: u8 = 26;

/// By how much the bars are brighter unless asked otherwise, gray levels.
pub(super) const CONTRAST: u8 = 3;

/// From one bar to the next, pixels.
const PERIOD: u32 = 6;

/// Where the object of the ambient test lies, pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternObject {
    /// Its first column.
    pub left: u32,
    /// Its first row.
    pub top: u32,
    /// Its columns.
    pub width: u32,
    /// Its rows.
    pub height: u32,
}

impl PatternObject {
    /// Whether a pixel lies in it.
    pub const fn contains(self, x: u32, y: u32) -> bool {
        x >= self.left && x - self.left < self.width && y >= self.top && y - self.top < self.height
    }
}

/// Bars of 3 pixels on their ground.
pub(super) fn ambient(canvas: &mut Canvas, seed: u32, contrast: u8) {
    let PatternObject { left, top, width, height } = place(seed, canvas.columns(), canvas.rows());
    let area = Area::sized(left.into(), top.into(), width.into(), height.into());
    let (ground, contrast) = (i32::from(GROUND), i32::from(contrast));
    canvas.vertical_bars(area, i64::from(PERIOD / 2), [ground + contrast, ground].map(Shade::gray));
}

/// A square of whole periods, anywhere in the middle 80 % of the picture: a seed puts it always at the same place.
pub(super) fn place(seed: u32, columns: u32, rows: u32) -> PatternObject {
    let periods = u32::try_from(Grid::of(columns, rows).length(48)).unwrap_or(0) / PERIOD;
    let side = PERIOD * periods.max(2);
    let mut random = Random(seed.into());
    let mut start = |length: u32| {
        let (first, last) = (length.div_ceil(10), (length - length.div_ceil(10)).saturating_sub(side));
        first + random.below(last.saturating_sub(first) + 1)
    };
    let (left, top) = (start(columns), start(rows));
    PatternObject { left, top, width: side, height: side }
}

/// `SplitMix64`: numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    /// A number below `end`, which is not 0.
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(end)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_object_lies_in_the_middle_80_percent_and_elsewhere_with_another_seed() {
        for (columns, rows) in [(64, 64), (64, 3000), (1024, 1024), (2048, 1536), (1201, 1923), (16_384, 64)]
        {
            let places: Vec<PatternObject> = (0..500).map(|seed| place(seed, columns, rows)).collect();
            for object in &places {
                let PatternObject { left, top, width, height } = *object;
                assert!(
                    10 * left >= columns && 10 * (left + width) <= 9 * columns,
                    "{object:?} of {columns}"
                );
                assert!(10 * top >= rows && 10 * (top + height) <= 9 * rows, "{object:?} of {rows}");
                assert!(width.is_multiple_of(PERIOD) && width == height && width >= 12, "{object:?}");
                assert!(object.contains(left, top) && object.contains(left + width - 1, top + height - 1));
                assert!(!object.contains(left + width, top) && !object.contains(left, top + height));
                assert!(!object.contains(left - 1, top) && !object.contains(left, top - 1));
            }
            let apart: BTreeSet<(u32, u32)> = places.iter().map(|object| (object.left, object.top)).collect();
            assert!(apart.len() > 200, "{columns} × {rows}: {} places", apart.len());
        }
        assert_eq!(place(7, 1024, 1024), place(7, 1024, 1024));
    }

    #[test]
    fn nothing_but_the_object_differs_from_the_ground() {
        let mut canvas = Canvas::new(640, 480, 255, Shade::gray(GROUND.into()));
        ambient(&mut canvas, 5, CONTRAST);
        let object = place(5, 640, 480);
        for (at, level) in (0..).zip(canvas.into_levels()) {
            let (x, y) = (at % 640, at / 640);
            let is_bar = object.contains(x, y) && (x - object.left) % 6 < 3;
            assert_eq!(level, if is_bar { 29 } else { 26 }, "{x}, {y}");
        }
    }
}
