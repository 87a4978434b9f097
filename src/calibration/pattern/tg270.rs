//! TG270-sQC, TG270-pQC and TG270-ULN. AAPM TG270 (2019); rules G-25 to G-27.
//!
//! The texts leave open where the periods of TG270-pQC begin: here in the upper left corner of each column of modulations, the
//! darker half first.

use super::area::Area;
use super::canvas::{Canvas, Shade, nearest, ramp, real};
use super::grid::{Grid, edge};
use super::letters;

/// TG270-sQC: 18 squares with bars that differ by 5, three fields, a ramp and bars of a pixel. Rule G-26.
pub(super) fn sqc(canvas: &mut Canvas) {
    let grid = Grid::of(canvas.columns(), canvas.rows());
    for row in 0..3_i64 {
        for column in 0..6_i64 {
            // Every second row runs backwards, so that neighbours differ little.
            let step = if row == 1 { 11 - column } else { 6 * row + column };
            let level = 15 * i32::try_from(step).unwrap_or(0);
            let [left, top] = [48 + 160 * column, 96 + 160 * row];
            canvas.fill(grid.area(left, top, 128, 128), Shade::gray(level));
            let (darker, brighter) = match level {
                0 => (3, 5),
                255 => (250, 252),
                _ => (level - 5, level + 5),
            };
            contrast_bars(canvas, grid, [left + 16, top + 16], Shade::gray(darker));
            contrast_bars(canvas, grid, [left + 80, top + 80], Shade::gray(brighter));
        }
    }
    for (left, level) in [(128, 0), (384, 128), (640, 255)] {
        canvas.fill(grid.area(left, 640, 256, 256), Shade::gray(level));
    }
    strip(canvas, grid);
    letters::label(canvas, "TG270-sQC", [grid.x(512), grid.y(32)], grid.dot(2), Shade::gray(53));
}

/// Vertical bars of 3 pixels, 6 from one to the next, as many as begin in 32 pixels of the pattern.
fn contrast_bars(canvas: &mut Canvas, grid: Grid, [left, top]: [i64; 2], shade: Shade) {
    let square = grid.area(left, top, 32, 32);
    // Rounded up: the last bar may reach over the square.
    let count = -(-32 * grid.side).div_euclid(6 * 1024);
    for bar in 0..count {
        let left = square.left + 6 * bar;
        canvas.fill(Area { left, right: left + 3, ..square }, shade);
    }
}

/// Along the lower edge, a row below 960: a ramp up to 896, then vertical and, after a column that is left, horizontal bars.
fn strip(canvas: &mut Canvas, grid: Grid) {
    let rows = Area::between([grid.x(0), grid.x(1024)], [grid.y(960) + 1, grid.y(1024)]);
    let end = grid.x(896);
    let (length, highest) = (end - grid.left, canvas.highest());
    canvas.across(Area { right: end + 1, ..rows }, |x| {
        u16::try_from((i64::from(highest) * x).div_euclid(length)).unwrap_or(highest)
    });
    // White in odd columns and rows of the pattern.
    let odd = |from: i64| move |at: i64| if (at + from).rem_euclid(2) == 1 { highest } else { 0 };
    let columns = Area { left: end + 1, right: grid.x(960), ..rows };
    canvas.across(columns, odd(columns.left - grid.left));
    canvas.down(Area { left: grid.x(960) + 1, ..rows }, odd(rows.top - grid.top));
}

/// Of TG270-pQC: column, period in pixels, whether the bars are vertical, and by how much they differ from their ground.
const MODULATIONS: [(i64, i64, bool, i32); 16] = [
    (0, 18, false, 4),
    (1, 12, false, 4),
    (2, 6, false, 4),
    (3, 4, false, 4),
    (4, 18, false, 1),
    (5, 12, false, 1),
    (6, 6, false, 1),
    (7, 4, false, 1),
    (9, 4, true, 1),
    (10, 6, true, 1),
    (11, 12, true, 1),
    (12, 18, true, 1),
    (13, 4, true, 4),
    (14, 6, true, 4),
    (15, 12, true, 4),
    (16, 18, true, 4),
];

/// Of TG270-pQC: column, period in pixels and whether the line pairs are vertical.
const LINE_PAIRS: [(i64, i64, bool); 6] =
    [(2, 6, false), (4, 4, false), (6, 2, false), (10, 2, true), (12, 4, true), (14, 6, true)];

/// TG270-pQC: 18 bars with modulations of four periods, line pairs above and below, gradients at the sides. Rule G-27.
pub(super) fn pqc(canvas: &mut Canvas) {
    let grid = Grid::of(canvas.columns(), canvas.rows());
    for (top, level) in [(0, 64), (962, 191)] {
        canvas.fill(grid.area(0, top, 1024, 62), Shade::gray(level));
    }
    for row in 0..18_i64 {
        let top = 62 + 50 * row;
        let level = 15 * i32::try_from(row).unwrap_or(0);
        canvas.fill(grid.area(87, top, 850, 50), Shade::gray(level));
        // Black and white have no room on one side: what differs, differs by twice as much to the other.
        let middle = |contrast: i32| level.clamp(contrast, 255 - contrast);
        for (column, period, is_vertical, contrast) in MODULATIONS {
            let area = grid.area(87 + 50 * column, top, 50, 50);
            let shades = [-contrast, contrast].map(|by| Shade::gray(middle(contrast) + by));
            let [darker, brighter] = shades.map(|shade| shade.level(canvas.highest()));
            let first = if is_vertical { 0 } else { area.top - grid.y(62) };
            let level_at = |at: i64| {
                if (at + first).rem_euclid(period) < period.div_euclid(2) { darker } else { brighter }
            };
            if is_vertical {
                canvas.across(area, level_at);
            } else {
                canvas.down(area, level_at);
            }
        }
    }
    for (top, shades) in [(6, [0, 128]), (968, [128, 255])] {
        for (column, period, is_vertical) in LINE_PAIRS {
            let area = grid.area(87 + 50 * column, top, 50, 50);
            let (width, shades) = (period.div_euclid(2), shades.map(Shade::gray));
            if is_vertical {
                canvas.vertical_bars(area, width, shades);
            } else {
                canvas.horizontal_bars(area, width, shades);
            }
        }
    }
    for (left, is_rising, wave) in [(0, true, 2.0), (937, false, 1.5)] {
        gradient(canvas, grid, left, is_rising, wave);
    }
    letters::label(canvas, "TG270-pQC", [grid.x(512), grid.y(32)], grid.dot(2), Shade::gray(128));
}

/// A gradient over the whole height, whose middle half goes up and down by 3 of 255 levels.
fn gradient(canvas: &mut Canvas, grid: Grid, left: i64, is_rising: bool, wave: f64) {
    let area = grid.area(left, 0, 87, 1024);
    let (rows, highest) = (area.height(), canvas.highest());
    let along = move |y: i64| if is_rising { y } else { rows - 1 - y };
    canvas.down(area, |y| ramp(along(y), rows, highest));
    let quarter = |part: i64| edge(grid.left, grid.side, 4 * left + 87 * part, 4 * 1024);
    let middle = Area { left: quarter(1), right: quarter(3), ..area };
    canvas.down(middle, |y| {
        let share = real(along(y)) / real(rows - 1) + 3.0 * libm::sin(real(y) / wave) / 255.0;
        nearest(share * f64::from(highest), highest)
    });
}

/// How many pictures a series of TG270-ULN has: a level each, 15, 5, 3 or 1 apart.
pub(super) const SERIES: [u16; 4] = [18, 52, 86, 256];

/// The lines and the label of TG270-ULN8, on their uniform ground. Rule G-25.
pub(super) fn uln(canvas: &mut Canvas, level: u8, images: u16, label: &str) {
    let shade = Shade::gray(line_level(level, images));
    let whole = canvas.area();
    for place in [340, 682] {
        let line = |length: i64| {
            let first = edge(0, length, place, 1024);
            [first, edge(0, length, place + 2, 1024).max(first + 1)]
        };
        let ([left, right], [top, bottom]) = (line(whole.width()), line(whole.height()));
        canvas.fill(Area { left, right, ..whole }, shade);
        canvas.fill(Area { top, bottom, ..whole }, shade);
    }
    let grid = Grid::of(canvas.columns(), canvas.rows());
    let middle = whole.width().div_euclid(2);
    letters::label(canvas, label, [middle, grid.length(32)], grid.dot(2), shade);
}

/// The gray level of lines on a level that is the `i`th of `n`: `((i mod n/2) + n/6) · 255/(n − 1)`.
fn line_level(level: u8, images: u16) -> i32 {
    let images = i32::from(images);
    let step = 255 / (images - 1);
    let image = i32::from(level) / step;
    // In sixths, and to the nearest.
    (2 * (6 * image.rem_euclid(images / 2) + images) * step + 6) / 12
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the formula of rule G-25, by hand.
    #[test]
    fn lines_of_uln_are_seen_on_every_level() {
        for (level, images, expected) in [
            (0, 18, 45),
            (120, 18, 165),
            (135, 18, 45),
            (255, 18, 165),
            (0, 52, 43),
            (255, 52, 168),
            (254, 256, 169),
        ] {
            assert_eq!(line_level(level, images), expected, "{level} of {images}");
        }
        for images in SERIES {
            let step = 255 / (images - 1);
            assert_eq!(step * (images - 1), 255);
            for level in (0..=255_u8).step_by(step.into()) {
                let line = line_level(level, images);
                assert!(
                    (0..=255).contains(&line) && (line - i32::from(level)).abs() >= 42,
                    "{level}: {line}"
                );
            }
        }
    }
}
