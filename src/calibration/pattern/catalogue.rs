//! Which patterns there are, and their names.

use std::fmt;
use std::str::FromStr;

use super::ambient::{self, PatternObject};
use super::picture::PatternError;
use super::temporal::{self, PatternFrame};
use super::tg270;
use crate::handwritten::nearest;

/// A test pattern. Gray levels are those of 8 bits, 0 to 255, whatever depth it is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// TG18-OIQ: overall image quality, also that of IEC 62563-1.
    Oiq,
    /// TG18-CT: low contrast on 16 levels.
    Ct,
    /// TG18-LN8: a square of a level, 15 from one number to the next.
    Ln8 {
        /// 1 to 18.
        number: u8,
    },
    /// The same at any gray level: for series finer than 18 levels.
    Patch {
        /// Its gray level.
        level: u8,
    },
    /// TG18-LN12: the same, 240 of 4095 from one number to the next.
    Ln12 {
        /// 1 to 18.
        number: u8,
    },
    /// TG18-UN: a uniform field.
    Un {
        /// Percent of the gray levels: 10 or 80.
        percent: u8,
    },
    /// TG18-UNL: a uniform field with the outlines of five squares.
    Unl {
        /// Percent of the gray levels: 10 or 80.
        percent: u8,
    },
    /// TG270-sQC: for everyday.
    Sqc,
    /// TG270-pQC: modulations, line pairs and gradients.
    Pqc,
    /// TG270-ULN8: a uniform field with lines that divide it in nine.
    Uln8 {
        /// Its gray level.
        level: u8,
        /// How many pictures its series has: 18, 52, 86 or 256.
        images: u16,
    },
    /// SMPTE RP 133.
    Smpte,
    /// A uniform field.
    Uniform {
        /// Its level.
        level: u16,
        /// The level of white, 255 for a gray level of 8 bits.
        highest: u16,
    },
    /// A uniform field with lines that divide it in nine.
    Thirds {
        /// Its gray level.
        level: u8,
    },
    /// All levels, from black to white.
    Ramp {
        /// Whether from above down, else from left to right.
        is_vertical: bool,
    },
    /// Gray steps beside each other.
    Bars {
        /// 2 to 256.
        steps: u16,
    },
    /// A plain field, to find pixels that do not do as others do.
    Field(FieldColor),
    /// Lines and circles.
    Geometry,
    /// Bars that are hardly seen, somewhere: [`Pattern::object`] says where.
    Ambient {
        /// Puts it always at the same place.
        seed: u32,
        /// By how many gray levels the bars are brighter: 1 to 229.
        contrast: u8,
    },
    /// A square that blinks and a bar that moves: one of [`Pattern::frames`].
    Temporal {
        /// 0 to 7.
        frame: u8,
    },
}

/// The colour of a plain field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldColor {
    /// No channel.
    Black,
    /// All channels.
    White,
    /// The first channel.
    Red,
    /// The second channel.
    Green,
    /// The third channel.
    Blue,
}

/// A line of the list of patterns.
#[derive(Debug)]
pub struct PatternEntry {
    /// Its name, `N` or `nnn` where a number belongs: `TG18-LN8-nn`.
    pub name: &'static str,
    /// What it is for, in a line.
    pub help: &'static str,
    /// Who says how it looks.
    pub source: &'static str,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    One(Pattern),
    Many(Family),
}

/// Patterns whose names begin alike.
#[derive(Debug)]
struct Family {
    /// How they begin: a hyphen follows, or nothing.
    stem: &'static str,
    /// What follows the hyphen, in words.
    wanted: &'static str,
    /// Makes one of what follows the hyphen.
    make: fn(&str) -> Option<Pattern>,
}

const TG18: &str = "AAPM TG18 (OR-03)";
const TG270: &str = "AAPM TG270";
const OWN: &str = "Hotlight";

const fn one(name: &'static str, pattern: Pattern, source: &'static str, help: &'static str) -> PatternEntry {
    PatternEntry { name, help, source, kind: Kind::One(pattern) }
}

const fn many(name: &'static str, family: Family, source: &'static str, help: &'static str) -> PatternEntry {
    PatternEntry { name, help, source, kind: Kind::Many(family) }
}

static ENTRIES: [PatternEntry; 26] = [
    one(
        "TG18-OIQ",
        Pattern::Oiq,
        "AAPM TG18 (OR-03), IEC 62563-1",
        "overall image quality, TG18-QC without its blurred letters: low contrast, ramps, words, bars of 1 and 2 pixels",
    ),
    one("TG18-CT", Pattern::Ct, TG18, "low contrast on 16 levels: half moons and corners of ±4"),
    many(
        "TG18-LN8-nn",
        LN8,
        TG18,
        "luminance response: a square of a tenth of the screen at 18 levels, 15 apart",
    ),
    many("patch-N", PATCH, OWN, "the same at any gray level"),
    many("TG18-LN12-nn", LN12, TG18, "the same for 12 bits, 240 of 4095 apart"),
    one("TG18-UN10", Pattern::Un { percent: 10 }, TG18, "a uniform field at 10 % of the gray levels"),
    one("TG18-UN80", Pattern::Un { percent: 80 }, TG18, "a uniform field at 80 % of the gray levels"),
    one(
        "TG18-UNL10",
        Pattern::Unl { percent: 10 },
        TG18,
        "the field of 10 % with the outlines of five squares to measure in",
    ),
    one(
        "TG18-UNL80",
        Pattern::Unl { percent: 80 },
        TG18,
        "the field of 80 % with the outlines of five squares to measure in",
    ),
    one(
        "TG270-sQC",
        Pattern::Sqc,
        TG270,
        "the everyday look: 18 levels with bars of ±5, three fields, a ramp",
    ),
    one("TG270-pQC", Pattern::Pqc, TG270, "modulations of four periods on 18 levels, line pairs, gradients"),
    many(
        "TG270-ULN8-nnn",
        ULN8,
        TG270,
        "luminance and uniformity: a gray level with lines that divide it in nine",
    ),
    one(
        "SMPTE",
        Pattern::Smpte,
        "SMPTE RP 133",
        "grays from 0 to 100 %, 0/5 % and 95/100 %, bars of 1 to 3 pixels",
    ),
    many(
        "uniform-N",
        UNIFORM,
        OWN,
        "a uniform field at a gray level, or at a level of another depth: uniform-512/1023",
    ),
    many("grid-N", GRID, OWN, "a uniform field at a gray level, with lines that divide it in nine"),
    one("ramp-horizontal", Pattern::Ramp { is_vertical: false }, OWN, "all levels from left to right"),
    one("ramp-vertical", Pattern::Ramp { is_vertical: true }, OWN, "all levels from above down"),
    many("bars-N", BARS, OWN, "gray steps beside each other"),
    one("black", Pattern::Field(FieldColor::Black), OWN, "a black field: pixels that are always lit"),
    one("white", Pattern::Field(FieldColor::White), OWN, "a white field: pixels that are never lit"),
    one("red", Pattern::Field(FieldColor::Red), OWN, "a red field: defects of the red channel"),
    one("green", Pattern::Field(FieldColor::Green), OWN, "a green field: defects of the green channel"),
    one("blue", Pattern::Field(FieldColor::Blue), OWN, "a blue field: defects of the blue channel"),
    one("geometry", Pattern::Geometry, OWN, "lines, circles and the edge of the picture"),
    many(
        "ambient-N",
        AMBIENT,
        "pacsDisplay, its idea",
        "the room's light: find bars of 3 gray levels; N puts them elsewhere, -N-5 makes them 5",
    ),
    many("temporal-N", TEMPORAL, OWN, "frame N of 8, in turn: a square that blinks and a bar that moves"),
];

const LN8: Family = Family {
    stem: "TG18-LN8",
    wanted: "its number goes from 01 to 18",
    make: |text| Some(Pattern::Ln8 { number: number(text)? }),
};

const PATCH: Family = Family {
    stem: "patch",
    wanted: "its gray level goes from 0 to 255",
    make: |text| Some(Pattern::Patch { level: number(text)? }),
};

const LN12: Family = Family {
    stem: "TG18-LN12",
    wanted: "its number goes from 01 to 18",
    make: |text| Some(Pattern::Ln12 { number: number(text)? }),
};

const ULN8: Family = Family {
    stem: "TG270-ULN8",
    wanted: "its gray level goes from 000 to 255; /18, /52, /86 or /256 behind it says of which series",
    make: |text| {
        let (level, images) =
            text.split_once('/').map_or((text, None), |(level, images)| (level, Some(images)));
        let level = number(level)?;
        let images = images.map_or(Some(fewest(level)), number)?;
        Some(Pattern::Uln8 { level, images })
    },
};

const UNIFORM: Family = Family {
    stem: "uniform",
    wanted: "it has a gray level from 0 to 255, or a level and the highest one: uniform-512/1023",
    make: |text| {
        let (level, highest) = text.split_once('/').unwrap_or((text, "255"));
        Some(Pattern::Uniform { level: number(level)?, highest: number(highest)? })
    },
};

const GRID: Family = Family {
    stem: "grid",
    wanted: "its gray level goes from 0 to 255",
    make: |text| Some(Pattern::Thirds { level: number(text)? }),
};

const BARS: Family = Family {
    stem: "bars",
    wanted: "there are 2 to 256 steps",
    make: |text| Some(Pattern::Bars { steps: if text.is_empty() { 18 } else { number(text)? } }),
};

const AMBIENT: Family = Family {
    stem: "ambient",
    wanted: "a number puts the bars somewhere, and a second one from 1 to 229 makes them so many gray levels brighter",
    make: |text| {
        let text = if text.is_empty() { "1" } else { text };
        let (seed, contrast) =
            text.split_once('-').map_or((text, None), |(seed, contrast)| (seed, Some(contrast)));
        let contrast = contrast.map_or(Some(ambient::CONTRAST), number)?;
        Some(Pattern::Ambient { seed: number(seed)?, contrast })
    },
};

const TEMPORAL: Family = Family {
    stem: "temporal",
    wanted: "its frame goes from 0 to 7",
    make: |text| Some(Pattern::Temporal { frame: if text.is_empty() { 0 } else { number(text)? } }),
};

impl Pattern {
    /// What is asked of who looks at it, where that is more than whether it looks as it should. TG18 4, IEC 62563-1; rule G-21.
    pub const fn questions(self) -> Option<&'static str> {
        match self {
            Self::Oiq => Some(
                "Are 11 letters or more of QUALITY CONTROL seen on black, gray and white each, all 16 patches with their four corners, \
                 5 % in black and 95 % in white, both ramps without steps, and all lines of a pixel by themselves, and no shadow beside \
                 the lines of the bands above?",
            ),
            _ => None,
        }
    }

    /// Those that are looked at one after the other, in that order.
    pub const PAGES: [Self; 22] = [
        Self::Oiq,
        Self::Sqc,
        Self::Pqc,
        Self::Smpte,
        Self::Ct,
        Self::Unl { percent: 10 },
        Self::Unl { percent: 80 },
        Self::Uln8 { level: 30, images: 18 },
        Self::Uln8 { level: 120, images: 18 },
        Self::Uln8 { level: 210, images: 18 },
        Self::Ramp { is_vertical: false },
        Self::Ramp { is_vertical: true },
        Self::Bars { steps: 18 },
        Self::Geometry,
        Self::Ambient { seed: 1, contrast: ambient::CONTRAST },
        Self::Temporal { frame: 0 },
        Self::Field(FieldColor::Black),
        Self::Field(FieldColor::White),
        Self::Field(FieldColor::Red),
        Self::Field(FieldColor::Green),
        Self::Field(FieldColor::Blue),
        Self::Uniform { level: 128, highest: 255 },
    ];

    /// What a reading of a series is taken of: a square of the level, or the whole field of it for one of nine places.
    pub fn of_patch(level: u16, is_field: bool) -> Self {
        let gray = u8::try_from(level).unwrap_or(u8::MAX);
        if is_field { Self::Thirds { level: gray } } else { Self::Patch { level: gray } }
    }

    /// All patterns, in the order of lists.
    pub fn list() -> &'static [PatternEntry] {
        &ENTRIES
    }

    /// The pattern of a name, however its letters are written.
    pub fn parse(name: &str) -> Result<Self, PatternError> {
        let name = name.trim();
        for entry in Self::list() {
            match &entry.kind {
                Kind::One(pattern) if entry.name.eq_ignore_ascii_case(name) => return Ok(*pattern),
                Kind::One(_) => {}
                Kind::Many(family) => {
                    if let Some(number) = family.rest(name) {
                        let made = (family.make)(number).filter(|pattern| pattern.is_one());
                        let wanted = family.wanted;
                        return made.ok_or_else(|| PatternError::Number { name: name.to_owned(), wanted });
                    }
                }
            }
        }
        let known = Self::list().iter().map(|entry| match &entry.kind {
            Kind::One(_) => entry.name,
            Kind::Many(family) => family.stem,
        });
        Err(PatternError::Unknown { name: name.to_owned(), nearest: nearest(name, known) })
    }

    /// Its name, which [`Pattern::parse`] reads.
    pub fn name(self) -> String {
        match self {
            Self::Ln8 { number } => format!("TG18-LN8-{number:02}"),
            Self::Patch { level } => format!("patch-{level}"),
            Self::Ln12 { number } => format!("TG18-LN12-{number:02}"),
            Self::Un { percent } => format!("TG18-UN{percent}"),
            Self::Unl { percent } => format!("TG18-UNL{percent}"),
            Self::Uln8 { level, images } if images == fewest(level) => format!("TG270-ULN8-{level:03}"),
            Self::Uln8 { level, images } => format!("TG270-ULN8-{level:03}/{images}"),
            Self::Uniform { level, highest: 255 } => format!("uniform-{level}"),
            Self::Uniform { level, highest } => format!("uniform-{level}/{highest}"),
            Self::Thirds { level } => format!("grid-{level}"),
            Self::Bars { steps } => format!("bars-{steps}"),
            Self::Ambient { seed, contrast: ambient::CONTRAST } => format!("ambient-{seed}"),
            Self::Ambient { seed, contrast } => format!("ambient-{seed}-{contrast}"),
            Self::Temporal { frame } => format!("temporal-{frame}"),
            Self::Oiq
            | Self::Ct
            | Self::Sqc
            | Self::Pqc
            | Self::Smpte
            | Self::Ramp { .. }
            | Self::Field(_)
            | Self::Geometry => {
                let is_it = |entry: &&PatternEntry| matches!(entry.kind, Kind::One(known) if known == self);
                Self::list().iter().find(is_it).map_or_else(String::new, |entry| entry.name.to_owned())
            }
        }
    }

    /// Its code in the scheme DCM, where it has one. PS3.16 D.
    pub fn code(self) -> Option<u32> {
        match self {
            Self::Ct => Some(109_804),
            Self::Ln8 { number } => Some(109_804 + u32::from(number)),
            Self::Ln12 { number } => Some(109_822 + u32::from(number)),
            _ => None,
        }
    }

    /// Where the object of an ambient test lies in a picture of such a size; none of other patterns.
    pub fn object(self, columns: u32, rows: u32) -> Option<PatternObject> {
        match self {
            Self::Ambient { seed, .. } => Some(ambient::place(seed, columns, rows)),
            _ => None,
        }
    }

    /// What is shown in turn, over and over; nothing of patterns that stand still.
    pub fn frames(self) -> Vec<PatternFrame> {
        if matches!(self, Self::Temporal { .. }) { temporal::frames() } else { Vec::new() }
    }

    /// The shortest side on which its parts can still be told apart, pixels.
    pub(super) const fn smallest_side(self) -> u32 {
        match self {
            Self::Oiq | Self::Ct | Self::Sqc | Self::Pqc | Self::Smpte => 512,
            Self::Uln8 { .. } => 128,
            _ => 64,
        }
    }

    /// Whether its numbers are those of a pattern.
    fn is_one(self) -> bool {
        match self {
            Self::Ln8 { number } | Self::Ln12 { number } => (1..=18).contains(&number),
            Self::Uln8 { level, images } => tg270::SERIES.contains(&images) && is_of(level, images),
            Self::Uniform { level, highest } => highest > 0 && level <= highest,
            Self::Bars { steps } => (2..=256).contains(&steps),
            Self::Ambient { contrast, .. } => (1..=u8::MAX - ambient::GROUND).contains(&contrast),
            Self::Temporal { frame } => frame < temporal::FRAMES,
            _ => true,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Family {
    /// What follows the hyphen in a name of one of them.
    fn rest<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (stem, rest) = name.split_at_checked(self.stem.len())?;
        let follows = if rest.is_empty() { Some(rest) } else { rest.strip_prefix('-') };
        follows.filter(|_| stem.eq_ignore_ascii_case(self.stem))
    }
}

/// Digits as a number.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How many pictures the smallest series of TG270-ULN8 with such a level has.
fn fewest(level: u8) -> u16 {
    tg270::SERIES.into_iter().find(|images| is_of(level, *images)).unwrap_or(256)
}

/// Whether a series of so many pictures has such a level.
fn is_of(level: u8, images: u16) -> bool {
    (u16::from(level) * images.saturating_sub(1)).is_multiple_of(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_the_same() {
        for name in [
            "TG18-LN8-01",
            "TG18-LN12-18",
            "TG270-ULN8-000",
            "TG270-ULN8-165",
            "TG270-ULN8-005",
            "TG270-ULN8-003",
            "TG270-ULN8-001",
            "TG270-ULN8-165/52",
            "TG270-ULN8-255/256",
            "uniform-0",
            "uniform-255",
            "uniform-512/1023",
            "uniform-65535/65535",
            "grid-153",
            "bars-2",
            "bars-256",
            "ambient-7",
            "ambient-4294967295-229",
            "temporal-7",
        ] {
            let pattern = Pattern::parse(name).expect(name);
            assert_eq!(pattern.to_string(), name);
            assert_eq!(Pattern::parse(&name.to_ascii_lowercase()), Ok(pattern), "{name}");
        }
        for entry in Pattern::list() {
            if let Kind::One(pattern) = entry.kind {
                assert_eq!(Pattern::parse(entry.name), Ok(pattern));
                assert_eq!(pattern.name(), entry.name);
            }
        }
        assert_eq!(Pattern::parse(" tg270-SQC "), Ok(Pattern::Sqc));
        assert_eq!(Pattern::parse("TG270-ULN8-045"), Ok(Pattern::Uln8 { level: 45, images: 18 }));
        assert_eq!(Pattern::parse("TG270-ULN8-010"), Ok(Pattern::Uln8 { level: 10, images: 52 }));
        assert_eq!(Pattern::parse("bars"), Ok(Pattern::Bars { steps: 18 }));
        assert_eq!(Pattern::parse("ambient-9-5"), Ok(Pattern::Ambient { seed: 9, contrast: 5 }));
    }

    #[test]
    fn names_of_no_pattern_are_refused_in_words() {
        for (name, words) in [
            ("TG270-sQV", "there is no test pattern 'TG270-sQV' (did you mean 'TG270-sQC'?)"),
            ("TG18-QC", "there is no test pattern 'TG18-QC' (did you mean "),
            ("TG18-LN8-19", "'TG18-LN8-19': its number goes from 01 to 18"),
            ("TG18-LN8", "'TG18-LN8': its number goes from 01 to 18"),
            ("TG18-LN12-0", "'TG18-LN12-0': its number"),
            ("TG18-UN30", "there is no test pattern 'TG18-UN30'"),
            ("TG270-ULN8-256", "'TG270-ULN8-256': its gray level goes from 000 to 255"),
            ("TG270-ULN8-001/18", "of which series"),
            ("TG270-ULN8-000/17", "of which series"),
            ("uniform-256", "it has a gray level from 0 to 255"),
            ("uniform-+5", "it has a gray level"),
            ("uniform-0/0", "it has a gray level"),
            ("uniform", "it has a gray level"),
            ("bars-1", "there are 2 to 256 steps"),
            ("ambient-3-230", "from 1 to 229"),
            ("temporal-8", "its frame goes from 0 to 7"),
            ("uniformity", "there is no test pattern 'uniformity'"),
            ("ü", "there is no test pattern 'ü'"),
        ] {
            let told = Pattern::parse(name).expect_err(name).to_string();
            assert!(told.contains(words), "{told}");
        }
    }

    /// PS3.16 D: 109805 is TG18-LN8-01, 109823 TG18-LN12-01.
    #[test]
    fn patterns_for_luminances_have_their_codes() {
        let code = |name: &str| Pattern::parse(name).expect(name).code();
        let names = ["TG18-CT", "TG18-LN8-01", "TG18-LN8-18", "TG18-LN12-01", "TG18-LN12-18", "SMPTE"];
        let codes = [Some(109_804), Some(109_805), Some(109_822), Some(109_823), Some(109_840), None];
        assert_eq!(names.map(code), codes);
    }

    #[test]
    fn only_what_moves_has_frames_and_only_what_is_sought_a_place() {
        for entry in Pattern::list() {
            if let Kind::One(pattern) = entry.kind {
                assert!(pattern.frames().is_empty() && pattern.object(640, 480).is_none(), "{pattern}");
            }
        }
        let frames = Pattern::Temporal { frame: 3 }.frames();
        assert_eq!(frames.first().map(|frame| frame.pattern), Some(Pattern::Temporal { frame: 0 }));
        assert!(Pattern::Ambient { seed: 1, contrast: 3 }.object(640, 480).is_some());
    }
}
