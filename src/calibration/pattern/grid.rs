//! Where the parts of a pattern lie in a picture of any size.

use super::area::Area;

/// Sides of the square that patterns are described in.
const BASE: i64 = 1024;

/// An eighth of a cell of TG18-QC, in eighths of a pixel of that square: the cell has 102 pixels.
const EIGHTH: i64 = 102;

/// The pixel at which begins what begins `part` of `whole` down a length. A pixel belongs to what covers its centre, and where an
/// edge goes through that, to what lies behind the edge.
pub(super) fn edge(start: i64, length: i64, part: i64, whole: i64) -> i64 {
    start - (whole - 2 * length * part).div_euclid(2 * whole)
}

/// The square in the middle of a picture that a pattern of 1024 × 1024 is laid out in: enlarged by a whole factor, as large as
/// there is room, so that its edges lie between pixels. A picture with less room than 1024 has it made smaller, to its shorter side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) side: i64,
}

impl Grid {
    pub(super) fn of(columns: u32, rows: u32) -> Self {
        let shorter = i64::from(columns.min(rows));
        let side = if shorter < BASE { shorter } else { shorter - shorter.rem_euclid(BASE) };
        Self::sided(columns, rows, side)
    }

    /// As large as the shorter side, for patterns that are described in shares of it.
    pub(super) fn whole(columns: u32, rows: u32) -> Self {
        Self::sided(columns, rows, i64::from(columns.min(rows)))
    }

    fn sided(columns: u32, rows: u32, side: i64) -> Self {
        let before = |length: u32| (i64::from(length) - side).div_euclid(2);
        Self { left: before(columns), top: before(rows), side }
    }

    /// The column at a place of the square of 1024.
    pub(super) fn x(self, base: i64) -> i64 {
        edge(self.left, self.side, base, BASE)
    }

    /// The row at a place of the square of 1024.
    pub(super) fn y(self, base: i64) -> i64 {
        edge(self.top, self.side, base, BASE)
    }

    /// An area of the square of 1024.
    pub(super) fn area(self, left: i64, top: i64, width: i64, height: i64) -> Area {
        Area {
            left: self.x(left),
            top: self.y(top),
            right: self.x(left + width),
            bottom: self.y(top + height),
        }
    }

    /// An area between eighths of cells of TG18-QC from the middle.
    pub(super) fn cells(self, x: [i64; 2], y: [i64; 2]) -> Area {
        Area::between(x.map(|eighths| self.cell_x(eighths)), y.map(|eighths| self.cell_y(eighths)))
    }

    /// The column at so many eighths of a cell from the middle.
    pub(super) fn cell_x(self, eighths: i64) -> i64 {
        edge(self.left, self.side, 4 * BASE + EIGHTH * eighths, 8 * BASE)
    }

    /// The row at so many eighths of a cell from the middle.
    pub(super) fn cell_y(self, eighths: i64) -> i64 {
        edge(self.top, self.side, 4 * BASE + EIGHTH * eighths, 8 * BASE)
    }

    /// A length, at least a pixel.
    pub(super) fn length(self, base: i64) -> i64 {
        edge(0, self.side, base, BASE).max(1)
    }

    /// Pixels a dot of a letter that has so many at 1024: whole ones, as all dots are alike.
    pub(super) fn dot(self, base: i64) -> i64 {
        (base * self.side).div_euclid(BASE).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_takes_the_pixels_whose_centres_lie_behind_it() {
        for (length, part, whole, expected) in [
            (1024, 48, 1024, 48),
            (10, 1, 20, 0),
            (10, 3, 20, 1),
            (10, 51, 1000, 1),
            (10, -1, 20, -1),
            (7, 1, 1, 7),
        ] {
            assert_eq!(edge(100, length, part, whole), 100 + expected, "{part}/{whole} of {length}");
        }
    }

    #[test]
    fn the_square_grows_by_whole_factors_and_lies_in_the_middle() {
        for ((columns, rows), (left, top, side)) in [
            ((1024, 1024), (0, 0, 1024)),
            ((2048, 1536), (512, 256, 1024)),
            ((1200, 1920), (88, 448, 1024)),
            ((2560, 2048), (256, 0, 2048)),
            ((1025, 3100), (0, 1038, 1024)),
            ((640, 481), (79, 0, 481)),
        ] {
            assert_eq!(Grid::of(columns, rows), Grid { left, top, side }, "{columns} × {rows}");
        }
        assert_eq!(Grid::whole(2048, 1536), Grid { left: 256, top: 0, side: 1536 });
    }

    #[test]
    fn a_cell_has_102_pixels_and_quarters_of_it_end_between_or_in_pixels() {
        let grid = Grid::of(1024, 1024);
        let columns = [-24, -2, 0, 1, 2, 3, 8, 24].map(|eighths| grid.cell_x(eighths) - 512);
        // A quarter ends in the middle of a pixel, which is behind it; an eighth at three quarters of one.
        assert_eq!(columns, [-306, -26, 0, 13, 25, 38, 102, 306]);
        assert_eq!(Grid::of(2048, 2048).cell_y(1) - 1024, 25);
        assert_eq!((grid.dot(3), Grid::of(4096, 4096).dot(3), Grid::of(512, 600).dot(3)), (3, 12, 1));
    }
}
