//! A pattern as a picture.

use super::canvas::{Canvas, Shade};
use super::catalogue::{FieldColor, Pattern};
use super::{ambient, fields, smpte, temporal, tg18, tg270};
use crate::handwritten::did_you_mean;

/// The shortest side of a picture, pixels.
pub const SIDE_MIN: u32 = 64;

/// The longest side of a picture, pixels.
pub const SIDE_MAX: u32 = 16_384;

/// A pattern as a picture, to be shown one pixel a pixel of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternPicture {
    /// Pixels across.
    pub columns: u32,
    /// Pixels down.
    pub rows: u32,
    /// Bits of a level.
    pub bits: u8,
    /// Levels, row by row.
    pub levels: Levels,
}

impl PatternPicture {
    /// The level of white: 255 for 8 bits.
    pub const fn highest(&self) -> u16 {
        highest(self.bits)
    }
}

/// Levels from 0 to the highest, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Levels {
    /// Gray.
    Gray(Vec<u16>),
    /// Red, green and blue.
    Color(Vec<[u16; 3]>),
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No pattern is called so.
    #[error("there is no test pattern '{name}'{}; `hotlight display patterns --list` names all", did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// What follows the name is none of its numbers.
    #[error("'{name}': {wanted}")]
    Number {
        /// What was asked for.
        name: String,
        /// What it can be.
        wanted: &'static str,
    },
    /// A picture that is too small or too large for all patterns.
    #[error("{columns} × {rows} pixels: a pattern has {} to {} on a side", SIDE_MIN, SIDE_MAX)]
    Side {
        /// Pixels across.
        columns: u32,
        /// Pixels down.
        rows: u32,
    },
    /// A picture that is too small for this one.
    #[error(
        "{columns} × {rows} pixels: {pattern} needs {smallest} on each side, or its parts are not what they should be"
    )]
    Small {
        /// The pattern.
        pattern: Pattern,
        /// Pixels across.
        columns: u32,
        /// Pixels down.
        rows: u32,
        /// The fewest on a side.
        smallest: u32,
    },
    /// A depth that no panel has.
    #[error("{bits} bits: a pattern has 8 to 16")]
    Bits {
        /// The number asked for.
        bits: u8,
    },
}

/// Draws a pattern in a picture of 64 to 16,384 pixels a side and 8 to 16 bits.
pub fn draw(pattern: &Pattern, columns: u32, rows: u32, bits: u8) -> Result<PatternPicture, PatternError> {
    let pattern = *pattern;
    // One that was put together with impossible numbers has a name that is none.
    Pattern::parse(&pattern.name())?;
    let shorter = columns.min(rows);
    if shorter < SIDE_MIN || columns.max(rows) > SIDE_MAX {
        return Err(PatternError::Side { columns, rows });
    }
    if shorter < pattern.smallest_side() {
        return Err(PatternError::Small { pattern, columns, rows, smallest: pattern.smallest_side() });
    }
    if !(8..=16).contains(&bits) {
        return Err(PatternError::Bits { bits });
    }
    let mut canvas = Canvas::new(columns, rows, highest(bits), ground(pattern));
    paint(&mut canvas, pattern);
    let gray = canvas.into_levels();
    let levels = match channel(pattern) {
        // Of a colour the canvas holds the level of its one channel.
        Some(channel) => Levels::Color(
            gray.into_iter().map(|level| [0, 1, 2].map(|at| if at == channel { level } else { 0 })).collect(),
        ),
        None => Levels::Gray(gray),
    };
    Ok(PatternPicture { columns, rows, bits, levels })
}

/// The level of white.
const fn highest(bits: u8) -> u16 {
    u16::MAX >> 16_u8.saturating_sub(bits)
}

/// Which of red, green and blue a coloured field has.
const fn channel(pattern: Pattern) -> Option<u8> {
    match pattern {
        Pattern::Field(FieldColor::Red) => Some(0),
        Pattern::Field(FieldColor::Green) => Some(1),
        Pattern::Field(FieldColor::Blue) => Some(2),
        _ => None,
    }
}

/// What all parts lie on.
fn ground(pattern: Pattern) -> Shade {
    match pattern {
        Pattern::Oiq | Pattern::Ct | Pattern::Sqc | Pattern::Pqc | Pattern::Temporal { .. } => {
            Shade::gray(128)
        }
        Pattern::Ln8 { .. } | Pattern::Patch { .. } | Pattern::Ln12 { .. } => Shade::gray(153),
        Pattern::Un { percent: 10 } | Pattern::Unl { percent: 10 } => Shade::gray(26),
        Pattern::Un { .. } | Pattern::Unl { .. } => Shade::gray(204),
        Pattern::Uln8 { level, .. } | Pattern::Thirds { level } => Shade::gray(level.into()),
        Pattern::Smpte => Shade::percent(50),
        Pattern::Uniform { level, highest } => Shade::new(level.into(), highest.into()),
        Pattern::Ambient { .. } => Shade::gray(ambient::GROUND.into()),
        Pattern::Field(FieldColor::Black)
        | Pattern::Ramp { .. }
        | Pattern::Bars { .. }
        | Pattern::Geometry => Shade::BLACK,
        Pattern::Field(_) => Shade::WHITE,
    }
}

fn paint(canvas: &mut Canvas, pattern: Pattern) {
    match pattern {
        Pattern::Oiq => tg18::oiq(canvas),
        Pattern::Ct => tg18::ct(canvas),
        Pattern::Patch { level } => tg18::luminance(canvas, Shade::gray(level.into())),
        Pattern::Ln8 { number } => tg18::luminance(canvas, Shade::gray(15 * (i32::from(number) - 1))),
        Pattern::Ln12 { number } => {
            tg18::luminance(canvas, Shade::new(240 * u32::from(number.saturating_sub(1)), 4095));
        }
        Pattern::Unl { .. } => tg18::outlines(canvas),
        Pattern::Sqc => tg270::sqc(canvas),
        Pattern::Pqc => tg270::pqc(canvas),
        Pattern::Uln8 { level, images } => {
            tg270::uln(canvas, level, images, &format!("TG270-ULN8-{level:03}"));
        }
        Pattern::Smpte => smpte::smpte(canvas),
        Pattern::Thirds { level } => fields::thirds(canvas, level),
        Pattern::Ramp { is_vertical } => fields::gradient(canvas, is_vertical),
        Pattern::Bars { steps } => fields::steps(canvas, steps),
        Pattern::Geometry => fields::geometry(canvas),
        Pattern::Ambient { seed, contrast } => ambient::ambient(canvas, seed, contrast),
        Pattern::Temporal { frame } => temporal::temporal(canvas, frame),
        Pattern::Un { .. } | Pattern::Uniform { .. } | Pattern::Field(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(name: &str, columns: u32, rows: u32, bits: u8) -> Vec<u16> {
        let pattern = Pattern::parse(name).expect(name);
        match draw(&pattern, columns, rows, bits).expect(name).levels {
            Levels::Gray(levels) => levels,
            Levels::Color(_) => panic!("{name} has colours"),
        }
    }

    #[test]
    fn plain_fields_have_the_level_of_their_depth() {
        for (name, bits, level) in [
            ("uniform-153", 8, 153),
            ("uniform-153", 10, 614),
            ("uniform-512/1023", 10, 512),
            ("uniform-512/1023", 8, 128),
            ("uniform-4095/4095", 12, 4095),
            ("TG18-UN10", 8, 26),
            ("TG18-UN80", 12, 3276),
            ("white", 16, 65_535),
            ("black", 16, 0),
        ] {
            assert_eq!(gray(name, 64, 65, bits), vec![level; 64 * 65], "{name}, {bits} bits");
        }
        for (name, color) in [("red", [1023, 0, 0]), ("green", [0, 1023, 0]), ("blue", [0, 0, 1023])] {
            let pattern = Pattern::parse(name).expect(name);
            let picture = draw(&pattern, 64, 64, 10).expect(name);
            assert_eq!(picture.levels, Levels::Color(vec![color; 64 * 64]), "{name}");
        }
    }

    #[test]
    fn a_ramp_has_all_levels_where_there_is_room() {
        let across = gray("ramp-horizontal", 2048, 64, 10);
        assert!((0..1024).all(|level| across[..2048].contains(&level)));
        let down = gray("ramp-vertical", 64, 2048, 10);
        assert_eq!(down.iter().step_by(64).collect::<Vec<_>>(), across[..2048].iter().collect::<Vec<_>>());
        assert_eq!(across[..2048], across[2048..4096]);
    }

    #[test]
    fn gray_steps_are_as_wide_and_begin_and_end_at_the_ends() {
        let row = &gray("bars-5", 640, 64, 8)[..640];
        assert_eq!(
            [0, 127, 128, 255, 256, 383, 384, 511, 512, 639].map(|x: usize| row[x]),
            [0, 0, 64, 64, 128, 128, 191, 191, 255, 255]
        );
    }

    #[test]
    fn the_geometry_has_its_edge_and_square_boxes() {
        let levels = gray("geometry", 1200, 1100, 8);
        let at = |x: usize, y: usize| levels[1200 * y + x];
        assert!((0..1200).all(|x| at(x, 0) == 255 && at(x, 1099) == 255));
        assert!((0..1100).all(|y| at(0, y) == 255 && at(1199, y) == 255));
        // Off the lines and circles.
        assert_eq!((at(600, 550), at(664, 553), at(605, 550 + 64), at(605, 553)), (255, 255, 255, 0));
        // The circle in the middle, six boxes of 64 in radius, between two lines.
        assert_eq!((at(600 + 383, 560), at(600 - 384, 560)), (255, 255));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_in_words() {
        let refused = |pattern: Pattern, columns, rows, bits| {
            draw(&pattern, columns, rows, bits).expect_err("refused").to_string()
        };
        assert_eq!(
            refused(Pattern::Geometry, 63, 100, 8),
            "63 × 100 pixels: a pattern has 64 to 16384 on a side"
        );
        assert_eq!(
            refused(Pattern::Sqc, 511, 900, 8),
            "511 × 900 pixels: TG270-sQC needs 512 on each side, or its parts are not what they should be"
        );
        assert!(refused(Pattern::Smpte, 16_385, 900, 8).starts_with("16385 × 900 pixels: a pattern has"));
        assert_eq!(refused(Pattern::Smpte, 640, 640, 7), "7 bits: a pattern has 8 to 16");
        assert_eq!(refused(Pattern::Smpte, 640, 640, 17), "17 bits: a pattern has 8 to 16");
        assert!(refused(Pattern::Ln8 { number: 19 }, 640, 640, 8).contains("from 01 to 18"));
        assert!(refused(Pattern::Uniform { level: 1, highest: 0 }, 640, 640, 8).contains("gray level"));
        assert!(refused(Pattern::Temporal { frame: 8 }, 640, 640, 8).contains("from 0 to 7"));
    }
}
