//! Named limits: what each quantity may be, and who says so. Rule G-18.

use std::collections::BTreeMap;
use std::path::Path;

use super::evaluation::{Limit, Quantity};
use super::profile_file::{ProfileError, ProfileFault, parse};
use crate::handwritten::{LineColumn, Origin};

/// The limits that a monitor is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name: that of its file.
    pub name: String,
    /// What it is for, in a word or two.
    pub title: String,
    /// Whose it is.
    pub origin: Origin,
    /// Its limits.
    pub(super) limits: BTreeMap<Quantity, Limit>,
}

impl Profile {
    /// What a quantity may be; none where the profile says nothing of it.
    pub fn limit(&self, quantity: Quantity) -> Option<&Limit> {
        self.limits.get(&quantity)
    }

    /// Its limits, in the order of reports.
    pub fn limits(&self) -> impl Iterator<Item = (Quantity, &Limit)> {
        self.limits.iter().map(|(quantity, limit)| (*quantity, limit))
    }
}

macro_rules! shipped {
    ($($name:literal),+) => {
        [$(($name, include_str!(concat!("../../assets/display-profiles/", $name, ".toml")))),+]
    };
}

/// What Hotlight ships.
const SHIPPED: [(&str, &str); 8] = shipped![
    "clinical",
    "diagnostic",
    "din-6868-157-dental",
    "din-6868-157-fluoroscopy-ct",
    "din-6868-157-mammography",
    "din-6868-157-radiography",
    "mammography",
    "secondary"
];

/// The profiles that there are, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    all: BTreeMap<String, Profile>,
}

/// What Hotlight ships.
impl Default for Profiles {
    fn default() -> Self {
        // A test proves that each can be read.
        let read = |(name, text): (&str, &str)| {
            let profile = parse(name, text, &Origin::Shipped).ok()?;
            Some((name.to_owned(), profile))
        };
        Self { all: SHIPPED.into_iter().filter_map(read).collect() }
    }
}

impl Profiles {
    /// The folder of their files, in the folder of the configuration: `NAME.toml`.
    pub const FOLDER: &'static str = "display-profiles";
    /// The most that are kept.
    pub const MAX: usize = 64;
    const NAME_MAX: usize = 64;

    /// Lays a file over what is there, and replaces the profile of its name whole, so that no two files make limits between
    /// them. Of a file with a fault nothing is taken.
    pub fn lay(&mut self, text: &str, origin: &Origin) -> Result<(), Vec<ProfileError>> {
        let stem = origin.path().and_then(Path::file_stem).unwrap_or_default();
        let name = stem.to_string_lossy().into_owned();
        let refused = |fault| vec![ProfileError::of(&name, origin, LineColumn::START, fault)];
        let is_letter =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !(1..=Self::NAME_MAX).contains(&name.len()) || !name.chars().all(is_letter) {
            return Err(refused(ProfileFault::Name(name.clone())));
        }
        if self.all.len() >= Self::MAX && !self.all.contains_key(&name) {
            return Err(refused(ProfileFault::Full));
        }
        let profile = parse(&name, text, origin)?;
        self.all.insert(name, profile);
        Ok(())
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.all.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.all.values()
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// The name that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::handwritten::nearest(name, self.all.keys().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Origin {
        Origin::User(format!("display-profiles/{name}").into())
    }

    const OWN: &str = "[ratio]\nmin = 300\nsource = \"the house\"\nconfirmed = true\n";

    #[test]
    fn every_shipped_profile_is_sound_and_says_what_it_is_for() {
        for (name, text) in SHIPPED {
            let profile = parse(name, text, &Origin::Shipped).unwrap_or_else(|faults| panic!("{faults:?}"));
            assert!(profile.title != name && profile.limits().count() >= 4, "{profile:?}");
        }
        assert_eq!(Profiles::default().iter().count(), SHIPPED.len());
        assert!(SHIPPED.is_sorted());
    }

    /// Rule G-18: all is from memory but for what is quoted, 10 % and 20 % of contrast.
    #[test]
    fn nothing_that_ships_is_confirmed_but_the_response_of_contrast() {
        let profiles = Profiles::default();
        let confirmed: Vec<(&str, &str, Option<f64>)> = profiles
            .iter()
            .flat_map(|profile| profile.limits().map(move |(quantity, limit)| (profile, quantity, limit)))
            .filter(|(.., limit)| limit.is_confirmed)
            .map(|(profile, quantity, limit)| (profile.name.as_str(), quantity.key(), limit.max))
            .collect();
        let expected = [("clinical", 20.0), ("diagnostic", 10.0), ("mammography", 10.0), ("secondary", 20.0)];
        assert_eq!(confirmed, expected.map(|(name, most)| (name, "gsdf-deviation", Some(most))));
    }

    /// Rule G-18, its table.
    #[test]
    fn shipped_limits_are_those_of_the_table() {
        let profiles = Profiles::default();
        let least = |name: &str, quantity| {
            profiles.get(name).and_then(|profile| profile.limit(quantity)).and_then(|limit| limit.min)
        };
        for (name, l_max, l_min, ratio) in [
            ("diagnostic", 350.0, Some(1.0), 250.0),
            ("mammography", 420.0, Some(1.2), 250.0),
            ("clinical", 250.0, Some(0.8), 250.0),
            ("secondary", 100.0, None, 100.0),
        ] {
            let found =
                [Quantity::LMax, Quantity::LMin, Quantity::Ratio].map(|quantity| least(name, quantity));
            assert_eq!(found, [Some(l_max), l_min, Some(ratio)], "{name}");
        }
    }

    #[test]
    fn a_file_of_the_site_replaces_the_profile_of_its_name_whole() {
        let mut profiles = Profiles::default();
        profiles.lay(OWN, &user("diagnostic.toml")).expect("a profile");
        profiles.lay(OWN, &user("house.toml")).expect("a profile");
        let diagnostic = profiles.get("diagnostic").expect("it is there");
        assert_eq!((diagnostic.limits().count(), diagnostic.origin.kind()), (1, "user"));
        assert_eq!(diagnostic.title, "diagnostic", "without a title it goes by its name");
        assert!(profiles.get("house").is_some() && profiles.get("clinical").is_some());
        assert_eq!(profiles.nearest("diagnostik"), Some("diagnostic"));
    }

    #[test]
    fn names_are_words_and_there_is_a_bound() {
        let mut profiles = Profiles::default();
        let long = format!("{}.toml", "x".repeat(65));
        for name in ["Mine.toml", "two words.toml", &long] {
            let faults = profiles.lay(OWN, &user(name)).expect_err("refused");
            assert!(
                faults[0].to_string().contains(":1:1: ") && faults[0].to_string().contains("is no name"),
                "{faults:?}"
            );
        }
        for number in profiles.iter().count()..Profiles::MAX {
            profiles.lay(OWN, &user(&format!("more-{number}.toml"))).expect("room");
        }
        let faults = profiles.lay(OWN, &user("one-too-many.toml")).expect_err("refused");
        assert!(faults[0].to_string().contains("no room"), "{faults:?}");
        profiles.lay(OWN, &user("more-20.toml")).expect("it is there already");
    }
}
