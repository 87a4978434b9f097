//! The files of all layers: shipped, the site's, the user's. A later file replaces an earlier one of its name whole.

use std::collections::BTreeMap;

use crate::command::Detail;
use crate::handwritten::{LineColumn, Origin};

use super::corner::Corner;
use super::error::{CornerTextError, CornerTextFault};
use super::field::Field;
use super::file::CornerText;

/// The folder of the files, in the folder of the configuration.
pub const FOLDER: &str = "corner-text";

/// The name of the file for every modality that has none of its own.
const DEFAULT: &str = "default";

/// The longest name of a modality: Code String. PS3.5 6.2.
const MODALITY_LETTERS_MAX: usize = 16;

/// What Hotlight ships.
pub(super) const SHIPPED: [(&str, &str); 10] = [
    (DEFAULT, include_str!("../../assets/corner-text/default.toml")),
    ("CR", include_str!("../../assets/corner-text/CR.toml")),
    ("CT", include_str!("../../assets/corner-text/CT.toml")),
    ("DX", include_str!("../../assets/corner-text/DX.toml")),
    ("MG", include_str!("../../assets/corner-text/MG.toml")),
    ("MR", include_str!("../../assets/corner-text/MR.toml")),
    ("NM", include_str!("../../assets/corner-text/NM.toml")),
    ("PT", include_str!("../../assets/corner-text/PT.toml")),
    ("US", include_str!("../../assets/corner-text/US.toml")),
    ("XA", include_str!("../../assets/corner-text/XA.toml")),
];

/// The corner texts of each modality.
#[derive(Debug, Clone, PartialEq)]
pub struct CornerTexts {
    files: BTreeMap<String, CornerText>,
}

/// What Hotlight ships.
impl Default for CornerTexts {
    fn default() -> Self {
        // A test proves that each can be read.
        let read = |(name, text): (&str, &str)| Some((name.to_owned(), CornerText::parse(text).ok()?));
        Self { files: SHIPPED.into_iter().filter_map(read).collect() }
    }
}

impl CornerTexts {
    /// Lays a file over what is there, and replaces the one of its name whole. Of a file with a fault nothing is taken.
    pub fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<CornerTextError>> {
        let stem = origin.path().and_then(std::path::Path::file_stem).unwrap_or_default();
        let name = stem.to_string_lossy().into_owned();
        let error = |(at, fault)| CornerTextError { origin: origin.clone(), name: name.clone(), at, fault };
        if !is_name(&name) {
            let nearest =
                [name.to_ascii_lowercase(), name.to_ascii_uppercase()].into_iter().find(|name| is_name(name));
            let fault = CornerTextFault::UnknownModality { name: name.clone(), nearest };
            return Err(vec![error((LineColumn::START, fault))]);
        }
        let file =
            CornerText::parse(text).map_err(|faults| faults.into_iter().map(error).collect::<Vec<_>>())?;
        self.files.insert(name, file);
        Ok(())
    }

    /// The lines of a corner that say something, given what each field is worth.
    pub fn lines(
        &self,
        modality: &str,
        detail: Detail,
        corner: Corner,
        value: impl Fn(Field) -> Option<String>,
    ) -> Vec<String> {
        let file = self.files.get(modality).or_else(|| self.files.get(DEFAULT));
        let lines = file.map_or(&[][..], |file| file.lines(detail, corner));
        lines.iter().filter_map(|line| line.fill(&value)).collect()
    }
}

/// Whether a file may be called so: for a modality as objects write it, or for all others. PS3.3 C.7.3.1.1.1.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'_';
    name == DEFAULT || (1..=MODALITY_LETTERS_MAX).contains(&name.len()) && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field says its own name.
    fn lines(texts: &CornerTexts, modality: &str, detail: Detail, corner: Corner) -> Vec<String> {
        texts.lines(modality, detail, corner, |field| Some(field.name().to_owned()))
    }

    fn user(name: &str) -> Origin {
        Origin::User(format!("corner-text/{name}").into())
    }

    #[test]
    fn every_shipped_file_is_sound_and_has_two_levels() {
        for (name, text) in SHIPPED {
            let file = CornerText::parse(text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert!(is_name(name), "{name}");
            for corner in [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft] {
                let (full, short) = (file.lines(Detail::Full, corner), file.lines(Detail::Short, corner));
                assert!(!full.is_empty() && !short.is_empty(), "{name}: {}", corner.name());
                assert!(full.len() >= short.len(), "{name}: {}", corner.name());
            }
        }
        assert_eq!(CornerTexts::default().files.len(), SHIPPED.len());
    }

    /// The reader must always see which image it is and how it is windowed, zoomed, turned and played.
    #[test]
    fn every_shipped_file_says_what_the_viewer_does_to_the_image() {
        let needed = [Field::ImageOf, Field::Window, Field::Inverted, Field::Rotation, Field::Zoom];
        for (name, text) in SHIPPED {
            let file = CornerText::parse(text).unwrap_or_default();
            for detail in [Detail::Full, Detail::Short] {
                let said: Vec<Field> = Corner::ALL
                    .into_iter()
                    .flat_map(|corner| file.lines(detail, corner))
                    .flat_map(|line| line.fields().collect::<Vec<_>>())
                    .collect();
                for field in needed {
                    assert!(said.contains(&field), "{name}, {}: {}", detail.name(), field.name());
                }
            }
        }
    }

    #[test]
    fn a_modality_has_its_own_lines_and_an_unknown_one_those_of_all() {
        let texts = CornerTexts::default();
        let of = |modality| lines(&texts, modality, Detail::Full, Corner::TopRight).join("\n");
        assert!(of("CT").contains("kernel") && !of("CT").contains("repetition_time"));
        assert!(of("MR").contains("repetition_time"));
        assert_eq!(of("OPT"), of(""));
        assert!(lines(&texts, "CT", Detail::Identity, Corner::TopLeft).is_empty());
        let count = |detail| {
            Corner::ALL.map(|corner| lines(&texts, "CT", detail, corner).len()).iter().sum::<usize>()
        };
        assert!(count(Detail::Full) > count(Detail::Short) && count(Detail::Short) > count(Detail::Identity));
    }

    #[test]
    fn a_later_file_replaces_the_one_of_its_name_whole() {
        let mut texts = CornerTexts::default();
        texts.lay("[full]\ntop_left = [\"{kvp} kV\"]\n", &user("CT.toml")).expect("it is sound");
        assert_eq!(lines(&texts, "CT", Detail::Full, Corner::TopLeft), ["kvp kV"]);
        assert!(lines(&texts, "CT", Detail::Full, Corner::TopRight).is_empty());
        assert!(lines(&texts, "CT", Detail::Short, Corner::TopLeft).is_empty());
        let shipped = CornerTexts::default();
        assert_eq!(texts.files.get("MR"), shipped.files.get("MR"));
    }

    #[test]
    fn of_a_file_with_a_fault_nothing_is_taken() {
        let mut texts = CornerTexts::default();
        let faulty = "[full]\ntop_left = [\"{kvp}\", \"{kvpp}\"]\ntop_rihgt = []\n";
        let errors = texts.lay(faulty, &user("CT.toml")).expect_err("it is faulty");
        let told: Vec<String> = errors.iter().map(|error| error.to_string().replace('\\', "/")).collect();
        assert_eq!(
            told,
            [
                "corner-text/CT.toml:2:23: there is no field 'kvpp' (did you mean 'kvp'?)",
                "corner-text/CT.toml:3:1: there is no corner 'top_rihgt' (did you mean 'top_right'?)",
            ]
        );
        assert_eq!(texts, CornerTexts::default());
    }

    #[test]
    fn a_file_is_called_as_objects_write_the_modality() {
        let refused = |name| {
            let errors = CornerTexts::default().lay("", &user(name)).expect_err(name);
            errors.iter().map(|error| error.to_string().replace('\\', "/")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            refused("ct.toml"),
            "corner-text/ct.toml:1:1: no modality is called 'ct': the file is named for one, or default.toml \
             (did you mean 'CT'?)"
        );
        assert!(refused("Default.toml").ends_with("(did you mean 'default'?)"));
        assert!(refused("my CT.toml").ends_with("or default.toml"));
        assert_eq!(CornerTexts::default().lay("", &user("OPT.toml")), Ok(()));
    }
}
