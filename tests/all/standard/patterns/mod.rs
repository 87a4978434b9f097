//! Test patterns, pixel by pixel, against the numbered geometry of AAPM TG18, TG270 and SMPTE RP 133 (rules G-21 to G-28): what
//! the text says of one pixel, asked for each by its centre, and slow. Only where letters stand nothing is asked.

mod handbook;
mod properties;
mod smpte;
mod tg18;
mod tg270;

use hotlight::calibration::pattern::{Levels, Pattern, draw};

/// A square panel, a landscape and a portrait one with a square of 1024 in the middle, and one with a square of 2048.
const SIZES: [(u32, u32); 4] = [(1024, 1024), (2048, 1536), (1200, 1920), (2048, 2048)];

/// What a pixel should be.
#[derive(Debug, Clone, Copy)]
enum Want {
    /// A part of white: 128 of 255, 5 of 100.
    Share(i64, i64),
    /// A level of the depth.
    Level(i64),
    /// A letter may stand here.
    Anything,
}

/// A gray level of 8 bits.
fn gray(level: i64) -> Want {
    Want::Share(level.clamp(0, 255), 255)
}

/// The picture that a pixel lies in.
struct Scene {
    columns: i64,
    rows: i64,
    highest: i64,
}

impl Scene {
    /// By which whole factor the square of 1024 is enlarged.
    fn scale(&self) -> i64 {
        self.columns.min(self.rows) / 1024
    }

    /// A pixel as seen from the corner of that square, which lies in the middle.
    fn inner(&self, x: i64, y: i64) -> (i64, i64) {
        let side = 1024 * self.scale();
        (x - (self.columns - side) / 2, y - (self.rows - side) / 2)
    }
}

/// Draws a pattern in 8 bits at all sizes, and in 10 and 12 at the first, and asks for each pixel.
fn check(name: &str, want: impl Fn(&Scene, i64, i64) -> Want) {
    for size in SIZES {
        check_picture(name, size, 8, &want);
    }
    for bits in [10, 12] {
        check_picture(name, SIZES[0], bits, &want);
    }
}

fn check_picture(name: &str, (columns, rows): (u32, u32), bits: u8, want: impl Fn(&Scene, i64, i64) -> Want) {
    let pattern = Pattern::parse(name).expect(name);
    let picture = draw(&pattern, columns, rows, bits).expect(name);
    let highest = i64::from(picture.highest());
    let Levels::Gray(levels) = picture.levels else { panic!("{name} is gray") };
    let scene = Scene { columns: columns.into(), rows: rows.into(), highest };
    assert_eq!(i64::try_from(levels.len()), Ok(scene.columns * scene.rows));
    let (mut wrong, mut unasked) = (Vec::new(), 0_usize);
    for (at, found) in (0_i64..).zip(&levels) {
        let (x, y) = (at % scene.columns, at / scene.columns);
        let level = match want(&scene, x, y) {
            // The nearest whole level; dividing even numbers keeps halves exact, and those go up.
            Want::Share(part, whole) => (part as f64 * highest as f64 / whole as f64).round() as i64,
            Want::Level(level) => level,
            Want::Anything => {
                unasked += 1;
                continue;
            }
        };
        if level != i64::from(*found) {
            wrong.push((x, y, *found, level));
        }
    }
    assert!(
        wrong.is_empty(),
        "{name} at {columns} × {rows} with {bits} bits: {} pixels are wrong; column, row, found, expected: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(8)]
    );
    assert!(
        50 * unasked <= levels.len(),
        "{name} at {columns} × {rows}: {unasked} pixels were not asked for"
    );
}

/// Whether a number lies between two, the first included.
fn within(at: f64, from: f64, to: f64) -> bool {
    from <= at && at < to
}

/// The first pixel whose centre lies at or behind a place.
fn first(place: f64) -> i64 {
    (place - 0.5).ceil() as i64
}
