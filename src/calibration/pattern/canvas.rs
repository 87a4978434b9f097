//! A gray picture that is filled area by area, a row of it at a time.

use super::area::Area;

/// A share of white: 128 of 255, 5 of 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shade {
    part: u32,
    whole: u32,
}

impl Shade {
    pub(super) const BLACK: Self = Self::new(0, 1);
    pub(super) const WHITE: Self = Self::new(1, 1);

    /// `part` of `whole`, which is not 0; more than all of it is white.
    pub(super) const fn new(part: u32, whole: u32) -> Self {
        Self { part, whole }
    }

    /// A gray level as patterns of 8 bits count them: 255 is white. What lies beyond either end is black or white.
    pub(super) fn gray(level: i32) -> Self {
        Self::new(level.clamp(0, 255).unsigned_abs(), 255)
    }

    pub(super) const fn percent(percent: u32) -> Self {
        Self::new(percent, 100)
    }

    /// The driving level that is nearest, of two the higher: `round(gray / 255 · (2^bits − 1))`.
    pub(super) fn level(self, highest: u16) -> u16 {
        let (part, whole) = (u64::from(self.part), u64::from(self.whole));
        let level = (2 * part * u64::from(highest) + whole) / (2 * whole);
        u16::try_from(level).unwrap_or(highest).min(highest)
    }
}

/// The level of a place on a ramp over so many places: both ends are there, and all between are as near as can be.
pub(super) fn ramp(at: i64, length: i64, highest: u16) -> u16 {
    let last = (length - 1).max(1);
    let level = (2 * at.clamp(0, last) * i64::from(highest) + last).div_euclid(2 * last);
    u16::try_from(level).unwrap_or(highest)
}

/// The level nearest to a real number of levels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is rounded and lies between 0 and the highest"
)]
pub(super) fn nearest(level: f64, highest: u16) -> u16 {
    libm::floor(level + 0.5).clamp(0.0, f64::from(highest)) as u16
}

/// A coordinate as a real number.
pub(super) fn real(at: i64) -> f64 {
    i32::try_from(at).map_or(0.0, f64::from)
}

/// Gray levels of a picture.
#[derive(Debug)]
pub(super) struct Canvas {
    columns: u32,
    rows: u32,
    highest: u16,
    levels: Vec<u16>,
}

impl Canvas {
    /// A picture of one shade; `columns` is not 0.
    pub(super) fn new(columns: u32, rows: u32, highest: u16, ground: Shade) -> Self {
        let pixels = usize::try_from(u64::from(columns) * u64::from(rows)).unwrap_or(0);
        Self { columns, rows, highest, levels: vec![ground.level(highest); pixels] }
    }

    pub(super) const fn columns(&self) -> u32 {
        self.columns
    }

    pub(super) const fn rows(&self) -> u32 {
        self.rows
    }

    pub(super) const fn highest(&self) -> u16 {
        self.highest
    }

    /// The whole picture.
    pub(super) fn area(&self) -> Area {
        Area::sized(0, 0, i64::from(self.columns), i64::from(self.rows))
    }

    pub(super) fn into_levels(self) -> Vec<u16> {
        self.levels
    }

    /// The rows of an area, each with where it lies, as far as the picture goes.
    fn rows_in(&mut self, area: Area) -> impl Iterator<Item = (i64, &mut [u16])> {
        let seen = area.within(self.area());
        let span = index(seen.left)..index(seen.right);
        let all = self.levels.chunks_exact_mut(index(i64::from(self.columns)));
        let rows = all.skip(index(seen.top)).take(index(seen.height()));
        (seen.top..).zip(rows).filter_map(move |(y, row)| Some((y, row.get_mut(span.clone())?)))
    }

    pub(super) fn fill(&mut self, area: Area, shade: Shade) {
        let level = shade.level(self.highest);
        self.rows_in(area).for_each(|(_, row)| row.fill(level));
    }

    /// Makes all rows of an area alike: `level_at` tells the level of a column, counted from the area's left edge.
    pub(super) fn across(&mut self, area: Area, level_at: impl Fn(i64) -> u16) {
        let seen = area.within(self.area());
        let line: Vec<u16> = (seen.left..seen.right).map(|x| level_at(x - area.left)).collect();
        self.rows_in(seen).for_each(|(_, row)| row.copy_from_slice(&line));
    }

    /// Makes all columns of an area alike: `level_at` tells the level of a row, counted from the area's top.
    pub(super) fn down(&mut self, area: Area, level_at: impl Fn(i64) -> u16) {
        self.rows_in(area).for_each(|(y, row)| row.fill(level_at(y - area.top)));
    }

    /// Vertical bars, each so many pixels wide, of one shade and the other.
    pub(super) fn vertical_bars(&mut self, area: Area, width: i64, shades: [Shade; 2]) {
        let [first, second] = shades.map(|shade| shade.level(self.highest));
        self.across(area, |x| if x.rem_euclid(2 * width) < width { first } else { second });
    }

    /// Horizontal bars, each so many pixels high, of one shade and the other.
    pub(super) fn horizontal_bars(&mut self, area: Area, height: i64, shades: [Shade; 2]) {
        let [first, second] = shades.map(|shade| shade.level(self.highest));
        self.down(area, |y| if y.rem_euclid(2 * height) < height { first } else { second });
    }

    /// A line along the inside of an area's edges.
    pub(super) fn frame(&mut self, area: Area, thickness: i64, shade: Shade) {
        let Area { left, top, right, bottom } = area;
        self.fill(Area { bottom: top + thickness, ..area }, shade);
        self.fill(Area { top: bottom - thickness, ..area }, shade);
        self.fill(Area { right: left + thickness, ..area }, shade);
        self.fill(Area { left: right - thickness, ..area }, shade);
    }

    /// The disc that touches the sides of a square, as far as it lies in `part`: all pixels whose centres lie in it or on its edge.
    pub(super) fn disc(&mut self, square: Area, part: Area, shade: Shade) {
        for y in square.top..square.bottom {
            self.fill(chord(square, y).within(part), shade);
        }
    }

    /// The edge of that disc, a pixel thick.
    pub(super) fn circle(&mut self, square: Area, shade: Shade) {
        let inner = square.inset(1);
        for y in square.top..square.bottom {
            let row = chord(square, y);
            let hollow = if (inner.top..inner.bottom).contains(&y) {
                chord(inner, y)
            } else {
                Area { left: row.right, ..row }
            };
            self.fill(Area { right: hollow.left, ..row }, shade);
            self.fill(Area { left: hollow.right, ..row }, shade);
        }
    }
}

/// What a disc that touches the sides of a square has of one of its rows.
fn chord(square: Area, y: i64) -> Area {
    let diameter = square.width();
    // In half pixels from the centre.
    let down = 2 * (y - square.top) + 1 - diameter;
    let half = (diameter * diameter - down * down).max(0).isqrt();
    let left = square.left + (diameter - half).div_euclid(2);
    let right = square.left + (diameter - 1 + half).div_euclid(2) + 1;
    Area { left, right, top: y, bottom: y + 1 }
}

/// A coordinate as an index: 0 for what lies before the picture.
fn index(at: i64) -> usize {
    usize::try_from(at).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_is_the_nearest_level_of_its_depth_and_of_two_the_higher() {
        for (shade, levels) in [
            (Shade::gray(128), [128, 514, 2056, 32_896]),
            (Shade::gray(153), [153, 614, 2457, 39_321]),
            (Shade::percent(50), [128, 512, 2048, 32_768]),
            (Shade::percent(5), [13, 51, 205, 3277]),
            (Shade::gray(-4), [0, 0, 0, 0]),
            (Shade::gray(259), [255, 1023, 4095, 65_535]),
            (Shade::new(2, 1), [255, 1023, 4095, 65_535]),
        ] {
            assert_eq!([255, 1023, 4095, 65_535].map(|highest| shade.level(highest)), levels, "{shade:?}");
        }
        for level in 0..=255_u16 {
            assert_eq!(Shade::gray(level.into()).level(255), level);
        }
    }

    #[test]
    fn a_ramp_has_both_ends_and_never_falls() {
        for (length, highest) in [(64, 255), (510, 255), (510, 4095), (4096, 1023), (1024, 1023)] {
            let levels: Vec<u16> = (0..length).map(|at| ramp(at, length, highest)).collect();
            assert_eq!((levels.first(), levels.last()), (Some(&0), Some(&highest)), "{length}");
            assert!(levels.is_sorted(), "{length} {highest}");
            // No step is wider than it must be.
            let widest = i64::from(highest).div_euclid(length - 1) + 1;
            assert!(
                levels.windows(2).all(|pair| i64::from(pair[1] - pair[0]) <= widest),
                "{length} {highest}"
            );
        }
    }

    #[test]
    fn what_lies_over_the_edges_is_cut_and_bars_count_from_the_areas_corner() {
        let mut canvas = Canvas::new(8, 3, 255, Shade::BLACK);
        canvas.vertical_bars(Area::sized(-3, 1, 8, 9), 2, [Shade::gray(1), Shade::gray(2)]);
        canvas.fill(Area::sized(6, -1, 9, 2), Shade::gray(7));
        canvas.fill(Area::sized(20, 0, 3, 3), Shade::WHITE);
        canvas.fill(Area::sized(5, 2, -2, 1), Shade::WHITE);
        let rows: [[u16; 8]; 3] =
            [[0, 0, 0, 0, 0, 0, 7, 7], [2, 1, 1, 2, 2, 0, 0, 0], [2, 1, 1, 2, 2, 0, 0, 0]];
        assert_eq!(canvas.into_levels(), rows.concat());
    }

    #[test]
    fn a_disc_has_the_pixels_whose_centres_lie_in_it_and_a_circle_those_of_its_edge() {
        for diameter in [1, 2, 7, 24, 51] {
            let square = Area::sized(2, 3, diameter, diameter);
            let draw = |draw: fn(&mut Canvas, Area)| {
                let mut canvas = Canvas::new(60, 60, 255, Shade::BLACK);
                draw(&mut canvas, square);
                canvas.into_levels()
            };
            let disc = draw(|canvas, square| canvas.disc(square, square, Shade::WHITE));
            let circle = draw(|canvas, square| canvas.circle(square, Shade::WHITE));
            let inside = |x: i64, y: i64, diameter: i64| {
                let (right, down) = (2 * (x - 2) + 1 - square.width(), 2 * (y - 3) + 1 - square.width());
                right * right + down * down <= diameter * diameter
            };
            for (at, (disc, circle)) in (0_i64..).zip(disc.iter().zip(&circle)) {
                let (x, y) = (at % 60, at / 60);
                assert_eq!(*disc == 255, inside(x, y, diameter), "{diameter}: {x}, {y}");
                let is_edge = inside(x, y, diameter) && (diameter < 3 || !inside(x, y, diameter - 2));
                assert_eq!(*circle == 255, is_edge, "{diameter}: {x}, {y}");
            }
        }
    }
}
