//! The pattern of SMPTE RP 133 for medical images, in shares of the picture's shorter side. Rule G-28.
//!
//! The text leaves open: where the ring of grays begins (0 % and 100 % meet in the middle below), that the contrast squares stand
//! beside its lowest row, that the border is white, and how far from the edges the corner patches lie (5 %).

use super::area::Area;
use super::canvas::{Canvas, Shade};
use super::grid::{Grid, edge};

/// Lengths are in thousandths of a percent of the shorter side.
const WHOLE: i64 = 100_000;

/// A box of the crosshatch, and a gray square.
const BOX: i64 = 10_000;

/// A box of a resolution patch.
const SMALL: i64 = 6_250;

/// The gray squares in percent, each with its column and row in boxes from the middle.
const RING: [(u32, [i64; 2]); 12] = [
    (0, [-1, 1]),
    (10, [-2, 1]),
    (20, [-2, 0]),
    (30, [-2, -1]),
    (40, [-2, -2]),
    (50, [-1, -2]),
    (50, [0, -2]),
    (60, [1, -2]),
    (70, [1, -1]),
    (80, [1, 0]),
    (90, [1, 1]),
    (100, [0, 1]),
];

/// Columns and rows from the middle.
struct Middle(Grid);

impl Middle {
    fn x(&self, at: i64) -> i64 {
        edge(self.0.left, self.0.side, WHOLE / 2 + at, WHOLE)
    }

    fn y(&self, at: i64) -> i64 {
        edge(self.0.top, self.0.side, WHOLE / 2 + at, WHOLE)
    }

    fn area(&self, x: [i64; 2], y: [i64; 2]) -> Area {
        Area::between(x.map(|at| self.x(at)), y.map(|at| self.y(at)))
    }
}

/// Draws it on a ground of 50 %.
pub(super) fn smpte(canvas: &mut Canvas) {
    let grid = Grid::whole(canvas.columns(), canvas.rows());
    let middle = Middle(grid);
    let whole = canvas.area();
    // Half of the boxes reach over the edges of a square picture.
    let most = whole.width().max(whole.height()) * 10 / grid.side;
    for number in -most..=most {
        let (x, y) = (middle.x(BOX * number), middle.y(BOX * number));
        canvas.fill(Area { left: x - 1, right: x + 1, ..whole }, Shade::percent(75));
        canvas.fill(Area { top: y - 1, bottom: y + 1, ..whole }, Shade::percent(75));
    }
    let [outer, inner] = [1_000, 1_500].map(|inset| edge(0, grid.side, inset, WHOLE));
    canvas.frame(whole.inset(outer), (inner - outer).max(1), Shade::WHITE);
    for (percent, [x, y]) in RING {
        canvas.fill(square([x, y], 0, &middle), Shade::percent(percent));
    }
    for (column, percent, inset) in [(-3, 0, 5), (2, 100, 95)] {
        canvas.fill(square([column, 1], 0, &middle), Shade::percent(percent));
        canvas.fill(square([column, 1], BOX / 4, &middle), Shade::percent(inset));
    }
    for (y, percent, bar) in [(-29_000, 0, 95), (21_000, 100, 5)] {
        canvas.fill(middle.area([-20_000, 20_000], [y, y + 8_000]), Shade::percent(percent));
        canvas.fill(middle.area([-10_000, 10_000], [y + 2_000, y + 6_000]), Shade::percent(bar));
    }
    let boxes = [-3 * SMALL / 2, -SMALL / 2, SMALL / 2, 3 * SMALL / 2];
    patch(canvas, boxes.map(|at| middle.x(at)), boxes.map(|at| middle.y(at)));
    let near = [0, 1, 2, 3].map(|number| edge(0, grid.side, 5_000 + SMALL * number, WHOLE));
    let (right, below) = (near.map(|at| whole.right - at), near.map(|at| whole.bottom - at));
    for (columns, rows) in [(near, near), (right, near), (near, below), (right, below)] {
        patch(canvas, columns, rows);
    }
}

/// A gray square, or what an inset leaves of it.
fn square([x, y]: [i64; 2], inset: i64, middle: &Middle) -> Area {
    let side = |at: i64| [BOX * at + inset, BOX * (at + 1) - inset];
    middle.area(side(x), side(y))
}

/// Three by three boxes with the finest first: vertical bars of 1, 2 and 3 pixels, horizontal ones, and vertical ones of 2 pixels
/// that differ from the ground by 1, 3 and 5 %.
fn patch(canvas: &mut Canvas, columns: [i64; 4], rows: [i64; 4]) {
    let full = [Shade::BLACK, Shade::WHITE];
    let pairs = |ends: [i64; 4]| [[ends[0], ends[1]], [ends[1], ends[2]], [ends[2], ends[3]]];
    let [vertical, horizontal, faint] = pairs(rows);
    for ((width, by), column) in (1..).zip([1, 3, 5]).zip(pairs(columns)) {
        canvas.vertical_bars(Area::between(column, vertical), width, full);
        canvas.horizontal_bars(Area::between(column, horizontal), width, full);
        let shades = [50 - by, 50 + by].map(Shade::percent);
        canvas.vertical_bars(Area::between(column, faint), 2, shades);
    }
}
