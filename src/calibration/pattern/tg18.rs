//! TG18-OIQ, TG18-CT, TG18-LN and TG18-UN. AAPM TG18 (OR-03) 3.2, IEC 62563-1; rules G-21 to G-24.
//!
//! The texts leave open: the order of the patches of TG18-CT (4 × 4 in serpentines, so that neighbours are a step apart), the size
//! of its discs (half a cell) and the shade of the outlines of TG18-UNL (128). Corner squares touch the corners of their patch.

use super::area::Area;
use super::canvas::{Canvas, Shade, ramp};
use super::grid::Grid;
use super::letters;

/// The shade around most of the parts.
const GROUND: i32 = 128;

/// Columns and rows of the patches of TG18-QC in cells from the middle, from the darkest to the brightest: clockwise from below.
const RING: [[i64; 2]; 16] = [
    [-3, 2],
    [-3, 1],
    [-3, 0],
    [-3, -1],
    [-3, -2],
    [-3, -3],
    [-2, -3],
    [-1, -3],
    [0, -3],
    [1, -3],
    [2, -3],
    [2, -2],
    [2, -1],
    [2, 0],
    [2, 1],
    [2, 2],
];

/// The gray level of a patch, from the darkest.
const fn patch_level(number: i32) -> i32 {
    8 + 16 * number
}

/// TG18-OIQ: TG18-QC without the letters Cx, whose reference blurs are pictures. Rule G-21.
pub(super) fn oiq(canvas: &mut Canvas) {
    let grid = Grid::of(canvas.columns(), canvas.rows());
    crosshatch(canvas, grid);
    for (number, [x, y]) in (0..).zip(RING) {
        let area = grid.cells([8 * x, 8 * x + 8], [8 * y, 8 * y + 8]);
        patch(canvas, area, patch_level(number), grid.length(10));
    }
    for (x, level, inner) in [(-2, 0, 13), (1, 255, 242)] {
        canvas.fill(grid.cells([8 * x, 8 * x + 8], [16, 24]), Shade::gray(level));
        canvas.fill(grid.cells([8 * x + 2, 8 * x + 6], [18, 22]), Shade::gray(inner));
    }
    for (x, level, sign) in [(-24, 0, 1), (-8, GROUND, 1), (8, 255, -1)] {
        quality_control(canvas, grid, x, level, sign);
    }
    for (x, is_rising) in [([-39, -33], false), ([33, 39], true)] {
        let area = grid.cells(x, [-20, 20]);
        let (rows, highest) = (area.height(), canvas.highest());
        canvas.down(area, |y| ramp(if is_rising { y } else { rows - 1 - y }, rows, highest));
    }
    // Bands of a quarter of a cell, and in each a strip of half its height.
    for (x, y, shade) in [
        ([-32, 32], [-28, -26], Shade::WHITE),
        ([-32, 32], [-26, -24], Shade::BLACK),
        ([-16, 16], [-27, -26], Shade::BLACK),
        ([-16, 16], [-26, -25], Shade::WHITE),
    ] {
        canvas.fill(grid.cells(x, y), shade);
    }
    crosstalk(canvas, grid);
    resolution(canvas, grid);
}

/// Lines of a pixel, a cell apart from the middle on, over the whole picture.
fn crosshatch(canvas: &mut Canvas, grid: Grid) {
    let whole = canvas.area();
    let line = Shade::gray(191);
    // So many cells of a tenth of the square, or a little less, reach beyond each edge of the picture.
    let most = 11 * whole.width().max(whole.height()).div_euclid(2 * grid.side) + 11;
    for cell in -most..=most {
        let (x, y) = (grid.cell_x(8 * cell), grid.cell_y(8 * cell));
        canvas.fill(Area { left: x, right: x + 1, ..whole }, line);
        canvas.fill(Area { top: y, bottom: y + 1, ..whole }, line);
    }
}

/// A patch with squares in its corners that are 4 darker and 4 brighter.
fn patch(canvas: &mut Canvas, area: Area, level: i32, square: i64) {
    canvas.fill(area, Shade::gray(level));
    let Area { left, top, right, bottom } = area;
    let (right, bottom) = (right - square, bottom - square);
    for (x, y, difference) in [(left, top, -4), (right, bottom, -4), (right, top, 4), (left, bottom, 4)] {
        canvas.fill(Area::sized(x, y, square, square), Shade::gray(level + difference));
    }
}

/// Words whose letters differ from their ground by 14 to 1.
fn quality_control(canvas: &mut Canvas, grid: Grid, x: i64, level: i32, sign: i32) {
    const WORDS: [&str; 2] = ["QUALITY", "CONTROL"];
    /// Dots between the two words.
    const GAP: i64 = 2;
    let area = grid.cells([x, x + 16], [24, 32]);
    canvas.fill(area, Shade::gray(level));
    let dot = grid.dot(3);
    let block = [letters::width(7, dot), (2 * letters::DOWN + GAP) * dot];
    let left = area.left + (area.width() - block[0]).div_euclid(2);
    let top = area.top + (area.height() - block[1]).div_euclid(2);
    for ((before, down), word) in [0, 7].into_iter().zip([0, letters::DOWN + GAP]).zip(WORDS) {
        let shade = |place: i32| Shade::gray(level + sign * (14 - before - place));
        letters::write(canvas, word, [left, top + down * dot], dot, shade);
    }
}

/// A white and a black band with lines of the other, each half as long as the one above it, to both sides of a gap. The lines
/// stand 3 pixels apart and are as thick, so that they make stairs, here in the middle of each band.
fn crosstalk(canvas: &mut Canvas, grid: Grid) {
    let thick = grid.length(3);
    for (y, band, line) in
        [([-40, -36], Shade::WHITE, Shade::BLACK), ([-36, -32], Shade::BLACK, Shade::WHITE)]
    {
        let area = grid.cells([-22, 22], y);
        canvas.fill(area, band);
        let gap = [grid.cell_x(-1), grid.cell_x(1)];
        let top = area.top + (area.height() - 9 * thick).div_euclid(2);
        for number in 0..9 {
            let length = grid.length(256 >> number);
            let rows = [top + number * thick, top + (number + 1) * thick];
            canvas.fill(Area::between([gap[0] - length, gap[0]], rows), line);
            canvas.fill(Area::between([gap[1], gap[1] + length], rows), line);
        }
    }
}

/// Bars of 1 and 2 pixels in the middle and in the corners of the picture.
fn resolution(canvas: &mut Canvas, grid: Grid) {
    let whole = canvas.area();
    let (inset, width, height) = (grid.length(13), grid.length(204), grid.length(102));
    let columns = [inset, whole.right - inset - width];
    let rows = [inset, whole.bottom - inset - height];
    let corners = columns.into_iter().flat_map(|x| rows.map(|y| Area::sized(x, y, width, height)));
    let blocks: Vec<Area> = corners.chain([grid.cells([-8, 8], [-4, 4])]).collect();
    for block in blocks {
        canvas.fill(block.inset(-1), Shade::gray(64));
        let shades = [[Shade::BLACK, Shade::WHITE], [Shade::gray(128), Shade::gray(130)]];
        for (half, shades) in block.beside().into_iter().zip(shades) {
            let [upper, lower] = half.stacked();
            for (width, area) in (1..).zip(upper.beside()) {
                canvas.vertical_bars(area, width, shades);
            }
            for (height, area) in (1..).zip(lower.beside()) {
                canvas.horizontal_bars(area, height, shades);
            }
        }
    }
}

/// TG18-CT: the patches of TG18-QC side by side, each with a disc of which one half is darker and one brighter. Rule G-22.
pub(super) fn ct(canvas: &mut Canvas) {
    let grid = Grid::of(canvas.columns(), canvas.rows());
    for number in 0..16_i64 {
        let row = number.div_euclid(4);
        let place = number.rem_euclid(4);
        let column = if row.rem_euclid(2) == 0 { place } else { 3 - place };
        let [x, y] = [column, row].map(|at| 16 * at - 32);
        let level = patch_level(i32::try_from(number).unwrap_or(0));
        let area = grid.cells([x, x + 16], [y, y + 16]);
        patch(canvas, area, level, grid.length(10));
        let diameter = grid.length(51);
        let left = area.left + (area.width() - diameter).div_euclid(2);
        let top = area.top + (area.height() - diameter).div_euclid(2);
        let disc = Area::sized(left, top, diameter, diameter);
        for (half, difference) in disc.beside().into_iter().zip([-4, 4]) {
            canvas.disc(disc, half, Shade::gray(level + difference));
        }
    }
}

/// A square of a tenth of the picture, from which luminances are read. Rule G-23.
pub(super) fn luminance(canvas: &mut Canvas, shade: Shade) {
    let side = tenth(canvas);
    let whole = canvas.area();
    let left = (whole.width() - side).div_euclid(2);
    let top = (whole.height() - side).div_euclid(2);
    canvas.fill(Area::sized(left, top, side, side), shade);
}

/// Outlines of five squares of a tenth of the picture, in the middle and in the corners. Rule G-24.
pub(super) fn outlines(canvas: &mut Canvas) {
    let side = tenth(canvas);
    let whole = canvas.area();
    let (right, bottom) = (whole.width() - side, whole.height() - side);
    let middle = [right.div_euclid(2), bottom.div_euclid(2)];
    for [left, top] in [middle, [0, 0], [right, 0], [0, bottom], [right, bottom]] {
        canvas.frame(Area::sized(left, top, side, side), 1, Shade::gray(128));
    }
}

/// The side of a square that is a tenth of the picture's area, to the nearest pixel and no longer than the picture's shorter side:
/// 324 at 1024 × 1024.
fn tenth(canvas: &Canvas) -> i64 {
    let whole = canvas.area();
    // Of twice the side, so that half of it rounds.
    let twice = (2 * whole.width() * whole.height()).div_euclid(5).isqrt();
    (twice + 1).div_euclid(2).min(whole.width()).min(whole.height())
}
