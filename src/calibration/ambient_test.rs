//! The ambient test as it is done: bars that are hardly seen, one after the other, and whether who looks for them finds them. Rule
//! G-29.

use std::fmt;

use super::pattern::{Pattern, PatternObject};

/// By how much the bars are brighter, gray levels.
const CONTRAST: u8 = 3;

/// So many places are tried until one lies in a single ninth.
const TRIES_MAX: u32 = 1000;

/// Where somebody sees the bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// At a pixel of the picture, from 0.
    At {
        /// From the left.
        x: u32,
        /// From the top.
        y: u32,
    },
    /// In a ninth of the picture: 1 at the upper left, 3 at the upper right, 9 at the lower right.
    Part(u8),
    /// Nowhere.
    Nowhere,
}

/// Bars that were to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// What was shown.
    pub pattern: Pattern,
    /// The ninth that it was in: the first, where it was in several.
    pub part: u8,
    /// Where it was seen.
    pub spot: Spot,
    /// Whether it was there.
    pub is_found: bool,
}

/// A test that goes on until all bars were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmbientTest {
    pattern: Pattern,
    sightings: Vec<Sighting>,
}

impl Spot {
    /// Reads what [`Spot`] writes: `5`, `at 310 422`, `nothing`.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match *words.as_slice() {
            ["nothing"] => Some(Self::Nowhere),
            ["at", x, y] => Some(Self::At { x: x.parse().ok()?, y: y.parse().ok()? }),
            [part] => part.parse::<u8>().ok().filter(|part| (1..=9).contains(part)).map(Self::Part),
            _ => None,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { x, y } => write!(f, "at {x} {y}"),
            Self::Part(part) => write!(f, "{part}"),
            Self::Nowhere => f.write_str("nothing"),
        }
    }
}

impl AmbientTest {
    /// How many times bars are shown.
    pub const COUNT: usize = 5;

    /// How many must be found to pass. The source asks for one: of five, one may be overlooked, and none can be guessed.
    pub const FOUND_MIN: usize = 4;

    /// A test whose bars lie where this seed puts them in a picture of so many columns and rows.
    pub fn new(seed: u32, size: (u32, u32)) -> Self {
        Self { pattern: placed(seed, None, size), sightings: Vec::new() }
    }

    /// What is to be found now; nothing once all was looked for.
    pub fn pattern(&self) -> Option<Pattern> {
        (self.sightings.len() < Self::COUNT).then_some(self.pattern)
    }

    /// Takes where the bars are seen in a picture of so many columns and rows, and goes on to the next.
    pub fn answer(&mut self, spot: Spot, size: (u32, u32)) {
        let Some(pattern) = self.pattern() else { return };
        let Some(object) = pattern.object(size.0, size.1) else { return };
        let parts = parts_of(object, size);
        let is_found = match spot {
            Spot::At { x, y } => object.contains(x, y),
            // A window that became another size may have them across an edge.
            Spot::Part(part) => parts.contains(&part),
            Spot::Nowhere => false,
        };
        let part = parts.first().copied().unwrap_or_default();
        self.sightings.push(Sighting { pattern, part, spot, is_found });
        let Pattern::Ambient { seed, .. } = pattern else { return };
        self.pattern = placed(seed.wrapping_add(1), Some(object), size);
    }

    /// What was looked for, in its order.
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// How many were found.
    pub fn found(&self) -> usize {
        self.sightings.iter().filter(|sighting| sighting.is_found).count()
    }

    /// Whether enough were found.
    pub fn passed(&self) -> bool {
        self.found() >= Self::FOUND_MIN
    }
}

/// Bars that lie in one ninth, and in another one than those before them.
fn placed(seed: u32, before: Option<PatternObject>, size: (u32, u32)) -> Pattern {
    let pattern = |seed| Pattern::Ambient { seed, contrast: CONTRAST };
    let taken = before.map(|object| parts_of(object, size)).unwrap_or_default();
    let is_alone = |seed: &u32| {
        let parts = pattern(*seed).object(size.0, size.1).map(|object| parts_of(object, size));
        parts.is_some_and(|parts| parts.len() == 1 && parts.iter().all(|part| !taken.contains(part)))
    };
    let mut seeds = (0..TRIES_MAX).map(|step| seed.wrapping_add(step));
    pattern(seeds.find(is_alone).unwrap_or(seed))
}

/// The ninths that an object lies in.
fn parts_of(object: PatternObject, (columns, rows): (u32, u32)) -> Vec<u8> {
    let third = |at: u32, length: u32| 3 * u64::from(at) / u64::from(length.max(1));
    let thirds = |start: u32, side: u32, length: u32| {
        third(start, length)..=third(start + side.saturating_sub(1), length).min(2)
    };
    let across = thirds(object.left, object.width, columns);
    let down = thirds(object.top, object.height, rows);
    let parts = down.flat_map(|row| across.clone().map(move |column| 3 * row + column + 1));
    parts.filter_map(|part| u8::try_from(part).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u32, u32) = (1920, 1080);

    fn object(test: &AmbientTest, size: (u32, u32)) -> PatternObject {
        test.pattern().expect("a pattern").object(size.0, size.1).expect("bars")
    }

    #[test]
    fn who_sees_all_bars_passes_and_who_sees_none_does_not() {
        for (found, passes) in [(5, true), (4, true), (3, false), (0, false)] {
            let mut test = AmbientTest::new(7, SIZE);
            for place in 0..AmbientTest::COUNT {
                let PatternObject { left, top, .. } = object(&test, SIZE);
                let spot = if place < found { Spot::At { x: left, y: top } } else { Spot::Nowhere };
                test.answer(spot, SIZE);
            }
            assert_eq!((test.found(), test.passed(), test.pattern()), (found, passes, None));
            test.answer(Spot::Part(1), SIZE);
            assert_eq!(test.sightings().len(), 5, "it is over");
        }
    }

    #[test]
    fn a_click_beside_the_bars_and_another_ninth_are_misses() {
        let mut test = AmbientTest::new(1, SIZE);
        let PatternObject { left, top, width, height } = object(&test, SIZE);
        test.answer(Spot::At { x: left + width, y: top + height / 2 }, SIZE);
        let part = parts_of(object(&test, SIZE), SIZE)[0];
        test.answer(Spot::Part(part % 9 + 1), SIZE);
        let part = parts_of(object(&test, SIZE), SIZE)[0];
        test.answer(Spot::Part(part), SIZE);
        let found: Vec<bool> = test.sightings().iter().map(|sighting| sighting.is_found).collect();
        assert_eq!(found, [false, false, true]);
        assert_eq!(test.sightings()[2].part, part);
    }

    #[test]
    fn bars_lie_in_one_ninth_and_never_twice_in_the_same() {
        for size in [(64, 64), (800, 600), SIZE, (2048, 2560), (16_384, 64)] {
            let mut shown = Vec::new();
            for seed in [0, 1, 77, u32::MAX] {
                let mut test = AmbientTest::new(seed, size);
                let mut before = None;
                while test.pattern().is_some() {
                    let parts = parts_of(object(&test, size), size);
                    assert_eq!(parts.len(), 1, "{size:?}, {seed}");
                    assert_ne!(before, parts.first().copied(), "{size:?}, {seed}");
                    before = parts.first().copied();
                    shown.extend(before);
                    test.answer(Spot::Nowhere, size);
                }
            }
            shown.sort_unstable();
            shown.dedup();
            assert!(shown.len() > 4, "{size:?}: {shown:?}");
        }
        let same = |seed| AmbientTest::new(seed, SIZE);
        assert_eq!(same(5), same(5));
        assert_ne!(same(5), same(500));
    }

    #[test]
    fn bars_across_an_edge_are_in_both_ninths() {
        let across = PatternObject { left: 620, top: 100, width: 48, height: 48 };
        assert_eq!(parts_of(across, SIZE), [1, 2]);
        let corner = PatternObject { left: 620, top: 340, width: 48, height: 48 };
        assert_eq!(parts_of(corner, SIZE), [1, 2, 4, 5]);
        let last = PatternObject { left: 1872, top: 1032, width: 48, height: 48 };
        assert_eq!(parts_of(last, SIZE), [9]);
    }

    #[test]
    fn spots_are_read_as_they_are_written() {
        for text in ["1", "9", "nothing", "at 0 4095"] {
            assert_eq!(Spot::parse(text).map(|spot| spot.to_string()).as_deref(), Some(text));
        }
        for text in ["", "0", "10", "at 3", "at -1 4", "somewhere", "5 6"] {
            assert_eq!(Spot::parse(text), None, "{text}");
        }
    }
}
