//! One file of limits, checked: every fault with its place.
//!
//! ```toml
//! title = "Diagnosis"
//!
//! [l-max]
//! min = 350
//! source = "who says so (2019)"
//! confirmed = false
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::evaluation::{Limit, Quantity};
use super::profile::{Profile, Profiles};
use crate::handwritten::{LineColumn, Origin, Toml, decimal, did_you_mean, nearest, shortened, value_kind};

const TITLE: &str = "title";

/// No limit is larger.
const LIMIT_MAX: f64 = 10_000.0;

/// No text is longer.
const LETTERS_MAX: usize = 200;

/// What is wrong with a file of limits, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}:{at}: {fault}", .path.display())]
pub struct ProfileError {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: ProfileFault,
}

/// What is wrong with a file of limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// The file's name.
    #[error("'{0}' is no name for a profile of limits: up to 64 small letters, digits and hyphens are")]
    Name(String),
    /// There are as many as there may be.
    #[error("there are {} profiles of limits already, and no room for more", Profiles::MAX)]
    Full,
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// Nothing of that name is measured.
    #[error("there is no quantity '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownQuantity {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A quantity without a section.
    #[error("'{quantity}' is {found}, where a section with its limit below is expected: [{quantity}]")]
    NotASection {
        /// The quantity.
        quantity: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A limit has nothing of that name.
    #[error("a limit has no '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// The wrong type, or out of range.
    #[error("'{key}' is {found}; expected {expected}")]
    WrongValue {
        /// The key.
        key: &'static str,
        /// What is written.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// Something that each limit has.
    #[error("the limit has no '{key}': {what}")]
    Needed {
        /// The key.
        key: &'static str,
        /// What it is.
        what: &'static str,
    },
    /// Nothing lies between.
    #[error("'min' is above 'max'")]
    Reversed,
    /// It would judge nothing.
    #[error(
        "the profile has no limit: write one, such as [ratio] with min = 250, its source, and confirmed = true"
    )]
    Empty,
}

impl ProfileError {
    /// A fault of a profile; that of a shipped one goes by its name in the source.
    pub(super) fn of(name: &str, origin: &Origin, at: LineColumn, fault: ProfileFault) -> Self {
        let path = origin.path().map_or_else(
            || Path::new("assets").join(Profiles::FOLDER).join(format!("{name}.toml")),
            Path::to_path_buf,
        );
        Self { path, at, fault }
    }
}

/// Reads a file's text; every fault in it is told, in the order of the file.
pub(super) fn parse(name: &str, text: &str, origin: &Origin) -> Result<Profile, Vec<ProfileError>> {
    let toml = Toml::read(text);
    let mut reader = Reader { text, title: None, limits: BTreeMap::new(), faults: Vec::new() };
    for (key, value) in &toml.table {
        reader.entry(key, value);
    }
    let Reader { title, limits, mut faults, .. } = reader;
    if limits.is_empty() && faults.is_empty() && toml.faults.is_empty() {
        faults.push((0, ProfileFault::Empty));
    }
    let faults = toml.told(faults, ProfileFault::Syntax);
    if faults.is_empty() {
        let (title, origin) = (title.unwrap_or_else(|| name.to_owned()), origin.clone());
        return Ok(Profile { name: name.to_owned(), title, origin, limits });
    }
    Err(faults.into_iter().map(|(at, fault)| ProfileError::of(name, origin, at, fault)).collect())
}

struct Reader<'t> {
    text: &'t str,
    title: Option<String>,
    limits: BTreeMap<Quantity, Limit>,
    /// With their offsets in the text, in bytes.
    faults: Vec<(usize, ProfileFault)>,
}

/// What stands in the section of a limit.
#[derive(Default)]
struct Said {
    min: Option<f64>,
    max: Option<f64>,
    source: Option<String>,
    confirmed: Option<bool>,
}

type Value<'t> = Spanned<DeValue<'t>>;

const NUMBER: &str = "a number from 0 to 10000";
const WORDS: &str = "a text of 1 to 200 letters in quotes";

impl Reader<'_> {
    fn entry(&mut self, key: &Spanned<DeString<'_>>, value: &Value<'_>) {
        let at = key.span().start;
        let written: &str = key.get_ref();
        if written == TITLE {
            match words(value.get_ref()) {
                Some(title) => self.title = Some(title),
                None => self.wrong(TITLE, value, WORDS),
            }
            return;
        }
        let Some(quantity) = Quantity::ALL.into_iter().find(|quantity| quantity.key() == written) else {
            let known = Quantity::ALL.map(Quantity::key).into_iter().chain([TITLE]);
            let nearest = nearest(written, known);
            self.faults.push((at, ProfileFault::UnknownQuantity { name: written.to_owned(), nearest }));
            return;
        };
        let DeValue::Table(table) = value.get_ref() else {
            let (quantity, found) = (quantity.key(), value_kind(value.get_ref()));
            self.faults.push((at, ProfileFault::NotASection { quantity, found }));
            return;
        };
        if let Some(limit) = self.limit(at, table) {
            self.limits.insert(quantity, limit);
        }
    }

    /// The limit of a section that begins at an offset; none of a section with a fault.
    fn limit(&mut self, at: usize, table: &DeTable<'_>) -> Option<Limit> {
        let before = self.faults.len();
        let mut said = Said::default();
        for (key, value) in table {
            self.key(key, value, &mut said);
        }
        if self.faults.len() > before {
            return None;
        }
        let Said { min, max, source, confirmed } = said;
        let mut needed = |key, what| self.faults.push((at, ProfileFault::Needed { key, what }));
        if min.is_none() && max.is_none() {
            needed("max", "the most that the quantity may be; or 'min', the least");
        }
        if source.is_none() {
            needed("source", "who says so, with the edition");
        }
        if confirmed.is_none() {
            needed("confirmed", "true where somebody has compared it with its source, else false");
        }
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            self.faults.push((at, ProfileFault::Reversed));
        }
        let (source, is_confirmed) = source.zip(confirmed)?;
        (self.faults.len() == before).then_some(Limit { min, max, source, is_confirmed })
    }

    fn key(&mut self, key: &Spanned<DeString<'_>>, value: &Value<'_>, said: &mut Said) {
        let found = value.get_ref();
        let number = || decimal(found).filter(|number| (0.0..=LIMIT_MAX).contains(number));
        let written: &str = key.get_ref();
        let (is_taken, key, expected) = match written {
            "min" => (number().map(|least| said.min = Some(least)), "min", NUMBER),
            "max" => (number().map(|most| said.max = Some(most)), "max", NUMBER),
            "source" => (words(found).map(|source| said.source = Some(source)), "source", WORDS),
            "confirmed" => {
                (found.as_bool().map(|is| said.confirmed = Some(is)), "confirmed", "true or false")
            }
            _ => {
                let nearest = nearest(written, ["min", "max", "source", "confirmed"]);
                let fault = ProfileFault::UnknownKey { name: written.to_owned(), nearest };
                self.faults.push((key.span().start, fault));
                return;
            }
        };
        if is_taken.is_none() {
            self.wrong(key, value, expected);
        }
    }

    fn wrong(&mut self, key: &'static str, value: &Value<'_>, expected: &'static str) {
        let found = match value.get_ref() {
            table @ (DeValue::Table(_) | DeValue::Array(_)) => value_kind(table).to_owned(),
            _ => shortened(self.text.get(value.span()).unwrap_or_default()),
        };
        self.faults.push((value.span().start, ProfileFault::WrongValue { key, found, expected }));
    }
}

fn words(found: &DeValue<'_>) -> Option<String> {
    let text = found.as_str()?.trim();
    (1..=LETTERS_MAX).contains(&text.chars().count()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let origin = Origin::Site("/a/house.toml".into());
        let faults = parse("house", text, &origin).expect_err("it is faulty");
        let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected.iter().map(|line| format!("/a/house.toml:{line}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_limit_is_read_with_its_source() {
        let text =
            "title = \"House\"\n[l-max]\nmin = 350\nmax = 1000.5\nsource = \"x (2019)\"\nconfirmed = true\n";
        let profile = parse("house", text, &Origin::Shipped).expect("it is sound");
        assert_eq!(profile.title, "House");
        let expected =
            Limit { min: Some(350.0), max: Some(1000.5), source: "x (2019)".to_owned(), is_confirmed: true };
        assert_eq!(profile.limit(Quantity::LMax), Some(&expected));
        assert_eq!(profile.limit(Quantity::LMin), None);
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        check(
            "titel = \"a\"\n[l-maxx]\nmin = 1\n[ratio]\nmni = 250\nmax = -1\nsource = \"\"\nconfirmed = \"yes\"\n",
            &[
                "1:1: there is no quantity 'titel' (did you mean 'title'?)",
                "2:2: there is no quantity 'l-maxx' (did you mean 'l-max'?)",
                "5:1: a limit has no 'mni' (did you mean 'min'?)",
                "6:7: 'max' is -1; expected a number from 0 to 10000",
                "7:10: 'source' is \"\"; expected a text of 1 to 200 letters in quotes",
                "8:13: 'confirmed' is \"yes\"; expected true or false",
            ],
        );
        check(
            "title = 3\nratio = 250\nwhite = []\n[l-min]\nmin = nan\nmax = [1]\n",
            &[
                "1:9: 'title' is 3; expected a text of 1 to 200 letters in quotes",
                "2:1: 'ratio' is a number, where a section with its limit below is expected: [ratio]",
                "3:1: 'white' is a list, where a section with its limit below is expected: [white]",
                "5:7: 'min' is nan; expected a number from 0 to 10000",
                "6:7: 'max' is a list; expected a number from 0 to 10000",
            ],
        );
    }

    #[test]
    fn each_limit_has_a_source_and_says_whether_somebody_compared_it() {
        check(
            "[ratio]\n",
            &[
                "1:2: the limit has no 'max': the most that the quantity may be; or 'min', the least",
                "1:2: the limit has no 'source': who says so, with the edition",
                "1:2: the limit has no 'confirmed': true where somebody has compared it with its source, else false",
            ],
        );
        check(
            "[ratio]\nmin = 450\nmax = 250\nsource = \"x\"\nconfirmed = true\n",
            &["1:2: 'min' is above 'max'"],
        );
        check(
            "# nothing\n",
            &[
                "1:1: the profile has no limit: write one, such as [ratio] with min = 250, its source, and confirmed = true",
            ],
        );
    }

    #[test]
    fn what_is_not_toml_is_told_in_words() {
        check("[ratio]\nmin = many\nsource = \"x\"\nconfirmed = true\n", &["2:7: text must stand in quotes"]);
        check(
            "[ratio]\nsource = \"x\"\nconfirmed = true\nmin = 1\nmin = 2\n",
            &["5:1: 'min' is written twice"],
        );
    }
}
