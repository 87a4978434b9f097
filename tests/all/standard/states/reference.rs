//! What a presentation state makes of an image, by the formulas of the standard over whole numbers and matrices: slow, and
//! without a line of the program. PS3.3 A.33.1, C.7.6.11, C.7.6.15, C.10.4, C.10.6, C.11; rules P-22, S-2 to S-6.

/// An image and what it says of itself.
pub(crate) struct ImageTruth {
    pub(super) rows: i64,
    pub(super) columns: i64,
    pub(super) bits: u16,
    pub(super) is_signed: bool,
    /// Row by row.
    pub(super) stored: Vec<i64>,
    pub(super) is_monochrome1: bool,
    /// Height and width of a pixel.
    pub(super) aspect: (i64, i64),
    /// Its overlay plane 6000.
    pub(super) plane: Option<Plane>,
}

/// A table as it stands in the file.
pub(super) struct Table {
    pub(super) first: i64,
    pub(super) entries: Vec<u16>,
    pub(super) bits: u16,
}

impl Table {
    fn highest(&self) -> u32 {
        (1 << u32::from(self.bits)) - 1
    }

    /// The output of a whole input; the first and the last one's of those beyond.
    fn of(&self, input: i64) -> u32 {
        let index = (input - self.first).clamp(0, self.entries.len() as i64 - 1);
        self.entries[index as usize].into()
    }
}

pub(super) enum Modality {
    Line { slope: f64, intercept: f64 },
    Table(Table),
}

pub(super) enum Voi {
    /// All that the image could hold.
    None,
    Window {
        center: f64,
        width: f64,
        function: &'static str,
    },
    Table(Table),
}

pub(super) enum Presentation {
    Shape { is_inverse: bool },
    Table(Table),
}

/// Bits of an overlay plane; its origin is row and column, from 1.
#[derive(Clone)]
pub(super) struct Plane {
    pub(super) rows: i64,
    pub(super) columns: i64,
    pub(super) origin: (i64, i64),
    pub(super) bits: Vec<bool>,
}

impl Plane {
    /// Whether a pixel is marked; row and column from 1.
    fn has(&self, row: i64, column: i64) -> bool {
        let (y, x) = (row - self.origin.0, column - self.origin.1);
        (0..self.rows).contains(&y)
            && (0..self.columns).contains(&x)
            && self.bits[(y * self.columns + x) as usize]
    }
}

/// Shapes, or a bitmap.
#[derive(Default)]
pub(super) struct Shutter {
    /// Upper, left, lower, right.
    pub(super) rectangle: Option<[i64; 4]>,
    /// Row, column, radius.
    pub(super) circle: Option<[i64; 3]>,
    /// Rows and columns.
    pub(super) polygon: Option<Vec<(i64, i64)>>,
    /// The plane 6002 of the state.
    pub(super) bitmap: Option<Plane>,
    pub(super) gray: u16,
}

/// The part that is shown.
pub(super) struct Area {
    /// Left, top, right, bottom, from 1; the last are included.
    pub(super) sides: [i64; 4],
    pub(super) size: Size,
    /// Height and width of a pixel; the image's where nothing is stated.
    pub(super) aspect: Option<(i64, i64)>,
    pub(super) is_spacing: bool,
    /// The corners are named the wrong way round.
    pub(super) is_reversed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Fit,
    True,
    Magnify,
}

/// A state.
pub(crate) struct StateTruth {
    pub(super) modality: Modality,
    pub(super) voi: Voi,
    pub(super) presentation: Presentation,
    pub(super) shutter: Shutter,
    /// Its own plane 6000, which stands in for the image's.
    pub(super) plane: Option<Plane>,
    /// Whether 6000 is drawn, in which gray.
    pub(super) activated: Option<u16>,
    pub(super) quarters: i64,
    pub(super) is_flipped: bool,
    pub(super) area: Option<Area>,
    /// Device pixels for one image pixel, across and down as the image lies in its file.
    pub(crate) scale: (i64, i64),
    /// Device pixels around what is shown, at each side across and down as it is seen; none to less than all.
    pub(super) margin: (i64, i64),
}

/// What a table or a window gives.
enum Output {
    Share(f64),
    /// An output, and the largest that its table states.
    Level(u32, u32),
}

impl StateTruth {
    /// The gray that the state makes of a stored value. PS3.4 N.2.
    fn gray(&self, image: &ImageTruth, stored: i64) -> u16 {
        let value = match &self.modality {
            Modality::Line { slope, intercept } => slope * stored as f64 + intercept,
            Modality::Table(table) => table.of(stored).into(),
        };
        let output = match &self.voi {
            Voi::None => {
                let (low, high) = self.modality_range(image);
                Output::Share(share(value, f64::midpoint(low, high) + 0.5, high - low + 1.0, "LINEAR"))
            }
            Voi::Window { center, width, function } => Output::Share(share(value, *center, *width, function)),
            Voi::Table(table) => Output::Level(table.of(value as i64), table.highest()),
        };
        match (&self.presentation, output) {
            (Presentation::Shape { is_inverse }, Output::Share(share)) => {
                let share = if *is_inverse { 1.0 - share } else { share };
                (share * 65_535.0) as u16
            }
            (Presentation::Shape { is_inverse }, Output::Level(level, highest)) => {
                let p = (level * 65_535 / highest) as u16;
                if *is_inverse { 65_535 - p } else { p }
            }
            (Presentation::Table(table), Output::Share(share)) => {
                // The straight line between two entries.
                let at = share * (table.entries.len() - 1) as f64;
                let of = |index: f64| f64::from(table.of(index as i64) * 65_535 / table.highest());
                let (low, part) = (at.floor(), at - at.floor());
                (of(low) * (1.0 - part) + of(low + 1.0) * part) as u16
            }
            (Presentation::Table(table), Output::Level(level, highest)) => {
                let last = table.entries.len() as u64 - 1;
                let index = u64::from(level) * last / u64::from(highest);
                (table.of(index as i64) * 65_535 / table.highest()) as u16
            }
        }
    }

    fn modality_range(&self, image: &ImageTruth) -> (f64, f64) {
        match &self.modality {
            Modality::Table(table) => (0.0, table.highest().into()),
            Modality::Line { slope, intercept } => {
                let (low, high) = image.range();
                let [a, b] = [low, high].map(|end| slope * end as f64 + intercept);
                (a.min(b), a.max(b))
            }
        }
    }

    /// Each pixel of the image in its gray, as it lies in the file.
    fn grays(&self, image: &ImageTruth) -> Vec<u16> {
        image.stored.iter().map(|stored| self.gray(image, *stored)).collect()
    }

    /// The whole image as it is seen, without what lies over it; where that is nothing, and the sides.
    pub(crate) fn bare(&self, image: &ImageTruth) -> Vec<(u16, bool)> {
        let grays = self.grays(image);
        let (across, down) = (image.columns, image.rows);
        let (width, height) = if self.quarters % 2 == 1 { (down, across) } else { (across, down) };
        let places = (0..height).flat_map(|v| (0..width).map(move |u| (u, v)));
        let seen = places.map(|(u, v)| {
            let (x2, y2) = self.lain_back(2 * u + 1 - width, 2 * v + 1 - height);
            let (column, row) = (i64::midpoint(across, x2), i64::midpoint(down, y2));
            (grays[(row * across + column) as usize], self.over(image, row + 1, column + 1).is_none())
        });
        seen.collect()
    }

    /// A step on the screen as it is in the image: first the flip is taken back, then each quarter turn clockwise.
    fn lain_back(&self, mut x: i64, mut y: i64) -> (i64, i64) {
        if self.is_flipped {
            x = -x;
        }
        for _ in 0..self.quarters {
            (x, y) = (y, -x);
        }
        (x, y)
    }

    /// Left, top, right and bottom of what is shown, from 1; the last are included.
    fn sides(&self, image: &ImageTruth) -> [i64; 4] {
        self.area.as_ref().map_or([1, 1, image.columns, image.rows], |area| area.sides)
    }

    /// Width and height of the picture.
    pub(crate) fn room(&self, image: &ImageTruth) -> (i64, i64) {
        let [left, top, right, bottom] = self.sides(image);
        let (width, height) = ((right - left + 1) * self.scale.0, (bottom - top + 1) * self.scale.1);
        let (width, height) = if self.quarters % 2 == 1 { (height, width) } else { (width, height) };
        (width + 2 * self.margin.0, height + 2 * self.margin.1)
    }

    /// The picture, row by row.
    pub(crate) fn picture(&self, image: &ImageTruth) -> Vec<Seen> {
        let (grays, (width, height)) = (self.grays(image), self.room(image));
        let [left, top, right, bottom] = self.sides(image);
        // In halves of device pixels from the middle of what is shown.
        let place = |step2: i64, low: i64, high: i64, scale: i64| {
            ((low - 1 + high) * scale + step2).div_euclid(2 * scale)
        };
        let places = (0..height).flat_map(|v| (0..width).map(move |u| (u, v)));
        let seen = places.map(|(u, v)| {
            let (x2, y2) = self.lain_back(2 * u + 1 - width, 2 * v + 1 - height);
            let (column, row) = (place(x2, left, right, self.scale.0), place(y2, top, bottom, self.scale.1));
            if !(0..image.columns).contains(&column) || !(0..image.rows).contains(&row) {
                return Seen::Beyond;
            }
            match self.over(image, row + 1, column + 1) {
                Some(gray) => Seen::Over(gray),
                None => Seen::Pixel(grays[(row * image.columns + column) as usize]),
            }
        });
        seen.collect()
    }

    /// What is drawn over a pixel; row and column from 1.
    fn over(&self, image: &ImageTruth, row: i64, column: i64) -> Option<u16> {
        let plane = self.plane.as_ref().or(image.plane.as_ref());
        if let (Some(gray), Some(plane)) = (self.activated, plane)
            && plane.has(row, column)
        {
            return Some(gray);
        }
        let is_hidden = !self.hides_all(image) && self.hides(image, row, column);
        is_hidden.then_some(self.shutter.gray)
    }

    /// A shutter that leaves nothing is a mistake.
    pub(super) fn hides_all(&self, image: &ImageTruth) -> bool {
        (1..=image.rows).all(|row| (1..=image.columns).all(|column| self.hides(image, row, column)))
    }

    fn hides(&self, image: &ImageTruth, row: i64, column: i64) -> bool {
        let shutter = &self.shutter;
        if let Some(bitmap) = &shutter.bitmap {
            return bitmap.has(row, column);
        }
        let rectangle = shutter.rectangle.is_none_or(|[upper, left, lower, right]| {
            (upper..=lower).contains(&row) && (left..=right).contains(&column)
        });
        let circle = shutter.circle.is_none_or(|[y, x, radius]| {
            // The radius counts columns; a row is as many of them as a pixel is higher than wide.
            let (high, wide) = image.aspect;
            ((column - x) * wide).pow(2) + ((row - y) * high).pow(2) <= (radius * wide).pow(2)
        });
        let polygon = shutter.polygon.as_ref().is_none_or(|vertices| is_inside(vertices, row, column));
        !(rectangle && circle && polygon)
    }

    /// What the program has to say of it.
    pub(crate) fn named(&self, image: &ImageTruth) -> Vec<&'static str> {
        let is_reversed = self.area.as_ref().is_some_and(|area| area.is_reversed);
        let words = [
            (is_reversed, "displayed area: its corners are not those of the turned image"),
            (self.hides_all(image), "shutter: it hides the whole image"),
        ];
        words.into_iter().filter(|(is_named, _)| *is_named).map(|(_, words)| words).collect()
    }

    /// The side of a pixel of the monitor, for true size: a column of the image is a quarter of a millimetre for each part of
    /// its aspect.
    pub(crate) fn pixel_mm(&self, image: &ImageTruth) -> f64 {
        let (_, wide) = self.area.as_ref().and_then(|area| area.aspect).unwrap_or(image.aspect);
        0.25 * wide as f64 / self.scale.0 as f64
    }
}

impl ImageTruth {
    /// The smallest and the largest value.
    pub(super) fn range(&self) -> (i64, i64) {
        let count = 1_i64 << self.bits;
        if self.is_signed { (-count / 2, count / 2 - 1) } else { (0, count - 1) }
    }
}

/// A pixel of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// No part of the image: black.
    Beyond,
    /// Drawn over the image.
    Over(u16),
    /// The image.
    Pixel(u16),
}

/// The window functions as the standard prints them. PS3.3 C.11.2.1.2, C.11.2.1.3.
fn share(x: f64, c: f64, w: f64, function: &str) -> f64 {
    match function {
        "SIGMOID" => 1.0 / (1.0 + (-4.0 * (x - c) / w).exp()),
        "LINEAR_EXACT" if x <= c - w / 2.0 => 0.0,
        "LINEAR_EXACT" if x > c + w / 2.0 => 1.0,
        "LINEAR_EXACT" => (x - c) / w + 0.5,
        _ if x <= c - 0.5 - (w - 1.0) / 2.0 => 0.0,
        _ if x > c - 0.5 + (w - 1.0) / 2.0 => 1.0,
        _ => (x - (c - 0.5)) / (w - 1.0) + 0.5,
    }
}

/// Even-odd, and what lies on an edge is inside.
fn is_inside(vertices: &[(i64, i64)], row: i64, column: i64) -> bool {
    let mut is_odd = false;
    for (index, &(ya, xa)) in vertices.iter().enumerate() {
        let (yb, xb) = vertices[(index + 1) % vertices.len()];
        let across = (yb - ya) * (column - xa) - (xb - xa) * (row - ya);
        let is_between =
            (ya.min(yb)..=ya.max(yb)).contains(&row) && (xa.min(xb)..=xa.max(xb)).contains(&column);
        if across == 0 && is_between {
            return true;
        }
        // A ray to the right crosses the edge.
        if (ya > row) != (yb > row) && (across < 0) == (yb > ya) {
            is_odd = !is_odd;
        }
    }
    is_odd
}
