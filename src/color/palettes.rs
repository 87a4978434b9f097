//! The palettes there are: the eight of the standard, and those of the site and the reader.

use std::sync::{Arc, LazyLock};

use super::palette::{ColorPalette, PaletteFault};

/// A palette that every viewer has. PS3.6 B.
struct WellKnown {
    name: &'static str,
    title: &'static str,
    uid: &'static str,
    text: &'static str,
}

macro_rules! well_known {
    ($($name:literal, $title:literal, $last:literal;)+) => {
        &[$(WellKnown {
            name: $name,
            title: $title,
            uid: concat!("1.2.840.10008.1.5.", $last),
            text: include_str!(concat!("../../assets/palettes/", $name, ".csv")),
        }),+]
    };
}

static WELL_KNOWN: &[WellKnown] = well_known![
    "hot-iron", "Hot Iron", "1";
    "pet", "PET", "2";
    "hot-metal-blue", "Hot Metal Blue", "3";
    "pet-20-step", "PET 20 Step", "4";
    "spring", "Spring", "5";
    "summer", "Summer", "6";
    "fall", "Fall", "7";
    "winter", "Winter", "8";
];

impl ColorPalette {
    /// The UID of a palette of the standard. PS3.6 B.
    pub fn uid(&self) -> Option<&'static str> {
        WELL_KNOWN.iter().find(|known| known.name == self.name()).map(|known| known.uid)
    }
}

/// The palettes there are, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Palettes {
    all: Vec<Arc<ColorPalette>>,
}

/// The eight of the standard.
impl Default for Palettes {
    fn default() -> Self {
        static SHIPPED: LazyLock<Vec<Arc<ColorPalette>>> = LazyLock::new(|| {
            let parse = |it: &WellKnown| ColorPalette::parse(it.name, it.title, it.text).ok().map(Arc::new);
            // A test reads all of them.
            WELL_KNOWN.iter().filter_map(parse).collect()
        });
        Self { all: SHIPPED.clone() }
    }
}

impl Palettes {
    /// The folder of palette files, beside the settings: `NAME.csv`.
    pub const FOLDER: &'static str = "palettes";
    /// The most that are kept.
    pub const MAX: usize = 64;

    /// Adds a palette from a file's text; one of the same name is replaced, unless it is the standard's.
    pub fn lay(&mut self, name: &str, text: &str) -> Result<(), PaletteFault> {
        let fault = |what: String| PaletteFault { line: 1, what };
        let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || name == "none" || !name.chars().all(is_word) {
            return Err(fault(format!(
                "'{name}' is no name for a palette: small letters, digits and hyphens are"
            )));
        }
        if WELL_KNOWN.iter().any(|known| known.name == name) {
            return Err(fault(format!("'{name}' is a palette of DICOM; give yours another name")));
        }
        let palette = Arc::new(ColorPalette::parse(name, name, text)?);
        if let Some(known) = self.all.iter_mut().find(|known| known.name() == name) {
            *known = palette;
        } else if self.all.len() < Self::MAX {
            self.all.push(palette);
        } else {
            return Err(fault(format!("there are {} palettes already, and no room for more", Self::MAX)));
        }
        Ok(())
    }

    /// A palette by the name in commands, or by the UID of a well-known one.
    pub fn named(&self, name: &str) -> Option<&Arc<ColorPalette>> {
        let name = WELL_KNOWN.iter().find(|known| known.uid == name).map_or(name, |known| known.name);
        self.all.iter().find(|palette| palette.name() == name)
    }

    /// All of them, the standard's first.
    pub fn all(&self) -> &[Arc<ColorPalette>] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eight_of_the_standard_are_there_by_name_and_uid() {
        let palettes = Palettes::default();
        assert_eq!(palettes.all().len(), 8);
        for (place, known) in (1..).zip(WELL_KNOWN) {
            let palette = palettes.named(known.name).expect(known.name);
            assert_eq!(palette.title(), known.title);
            let uid = format!("1.2.840.10008.1.5.{place}");
            assert_eq!(palettes.named(&uid), Some(palette));
        }
    }

    /// PS3.6 B.1.1 by its rule: red climbs first, then green, then blue; the last is white.
    #[test]
    fn hot_iron_climbs_red_then_green_then_blue() {
        let palettes = Palettes::default();
        let palette = palettes.named("hot-iron").expect("hot iron");
        let climb = |index: i32, from: i32, step: i32| u8::try_from(((index - from) * step).clamp(0, 255));
        for (index, color) in (0..255).zip(palette.colors()) {
            let expected = [climb(index, 0, 2), climb(index, 128, 2), climb(index, 191, 4)];
            assert_eq!(color.map(Ok), expected, "{index}");
        }
        assert_eq!(palette.colors()[255], [255; 3]);
    }

    #[test]
    fn own_palettes_have_names_of_their_own_and_a_bound() {
        let mut palettes = Palettes::default();
        let text = "0,0,0\n1,2,3\n";
        palettes.lay("mine", text).expect("a palette");
        palettes.lay("mine", "0,0,0\n9,9,9\n").expect("another");
        assert_eq!(palettes.named("mine").map(|mine| mine.colors()[255]), Some([9; 3]));
        let fault = |palettes: &mut Palettes, name: &str| palettes.lay(name, text).expect_err("refused").what;
        assert_eq!(fault(&mut palettes, "pet"), "'pet' is a palette of DICOM; give yours another name");
        for name in ["", "none", "Mine", "two words"] {
            assert!(fault(&mut palettes, name).contains("is no name for a palette"), "{name}");
        }
        for number in palettes.all().len()..Palettes::MAX {
            palettes.lay(&format!("more-{number}"), text).expect("room");
        }
        assert!(fault(&mut palettes, "one-too-many").contains("no room"));
    }
}
