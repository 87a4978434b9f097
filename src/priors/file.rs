//! One file of rules, checked: every fault with its place.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dicom::folded;
use crate::handwritten::{LineColumn, Origin, Toml, did_you_mean, nearest, value_kind};

use super::facts::words_of;
use super::rules::{Phrase, PriorRules, Region, TimeWindow};

const KEYS: [&str; 6] = ["most", "years", "compatible", "sides", "region", "window"];
const SIDES: [&str; 2] = ["right", "left"];
const REGION_KEYS: [&str; 5] = ["codes", "body_parts", "words", "near", "is_everywhere"];
const WINDOW_KEYS: [&str; 5] = ["name", "modalities", "regions", "words", "years"];

/// No longer window is meant.
const YEARS_MAX: i64 = 100;

/// What is wrong with a file of rules, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{at}: {fault}", place(.origin))]
pub struct PriorRulesError {
    /// Whose file.
    pub origin: Origin,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: PriorRulesFault,
}

/// What is wrong with a file of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriorRulesFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// No key of that name there.
    #[error("there is no key '{name}' here{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// No region of that name.
    #[error("there is no region '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownRegion {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// The wrong kind of value.
    #[error("'{key}' is {found}; expected {expected}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What stands there.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// A window without the number of years.
    #[error("the window says no years: write years = 5")]
    NoYears,
}

/// What one sound file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) most: Option<usize>,
    pub(super) years: Option<u32>,
    pub(super) compatible: Option<Vec<[String; 2]>>,
    /// Right and left.
    pub(super) sides: Option<(Vec<String>, Vec<String>)>,
    pub(super) regions: BTreeMap<String, Region>,
    pub(super) windows: Vec<TimeWindow>,
}

type Value<'t> = Spanned<DeValue<'t>>;

struct Reader {
    /// With their offsets in the text, in bytes.
    faults: Vec<(usize, PriorRulesFault)>,
    /// Regions that are named, with where.
    named: Vec<(usize, String)>,
}

impl File {
    /// Reads one file that is laid over `known` regions; every fault in it is told, in the order of the file.
    pub(super) fn parse(
        text: &str,
        known: &BTreeMap<String, Region>,
    ) -> Result<Self, Vec<(LineColumn, PriorRulesFault)>> {
        let toml = Toml::read(text);
        let mut reader = Reader { faults: Vec::new(), named: Vec::new() };
        let file = reader.file(&toml.table);
        for (at, name) in std::mem::take(&mut reader.named) {
            let mut regions = known.keys().chain(file.regions.keys());
            if !regions.clone().any(|region| *region == name) {
                let nearest = nearest(&name, regions.by_ref().map(String::as_str)).map(str::to_owned);
                reader.faults.push((at, PriorRulesFault::UnknownRegion { name, nearest }));
            }
        }
        let faults = toml.told(reader.faults, PriorRulesFault::Syntax);
        if faults.is_empty() { Ok(file) } else { Err(faults) }
    }
}

impl Reader {
    fn file(&mut self, table: &DeTable<'_>) -> File {
        let mut file = File::default();
        self.keys(table, &KEYS, |reader, key, value| match key {
            "most" => {
                let most = reader.number(key, value, PriorRules::MOST.try_into().unwrap_or(i64::MAX));
                file.most = most.and_then(|most| usize::try_from(most).ok());
            }
            "years" => file.years = reader.number(key, value, YEARS_MAX),
            "compatible" => file.compatible = reader.pairs(key, value),
            "sides" => {
                let (mut right, mut left) = (Vec::new(), Vec::new());
                if let Some(sides) = reader.table(key, value) {
                    reader.keys(sides, &SIDES, |reader, key, value| {
                        *(if key == "right" { &mut right } else { &mut left }) =
                            reader.folded_texts(key, value);
                    });
                }
                file.sides = Some((right, left));
            }
            "region" => {
                for (name, region) in reader.table(key, value).into_iter().flatten() {
                    if let Some(region) = reader.table(key, region) {
                        let region = reader.region(region);
                        file.regions.insert(name.get_ref().clone().into_owned(), region);
                    }
                }
            }
            _ => {
                let DeValue::Array(windows) = value.get_ref() else {
                    return reader.wrong("window", value, "sections with two brackets: [[window]]");
                };
                for window in windows {
                    if let Some(table) = reader.table("window", window) {
                        let window = reader.window(table, window.span().start);
                        file.windows.extend(window);
                    }
                }
            }
        });
        file
    }

    fn region(&mut self, table: &DeTable<'_>) -> Region {
        let mut region = Region::default();
        self.keys(table, &REGION_KEYS, |reader, key, value| match key {
            "codes" => region.codes = reader.texts(key, value),
            "body_parts" => region.body_parts = reader.folded_texts(key, value),
            "words" => region.words = reader.phrases(key, value),
            "near" => region.near = reader.regions(key, value),
            _ => match value.get_ref() {
                DeValue::Boolean(is_everywhere) => region.is_everywhere = *is_everywhere,
                _ => reader.wrong("is_everywhere", value, "true or false"),
            },
        });
        region
    }

    fn window(&mut self, table: &DeTable<'_>, at: usize) -> Option<TimeWindow> {
        let mut window = TimeWindow::default();
        let mut years = None;
        self.keys(table, &WINDOW_KEYS, |reader, key, value| match key {
            "name" => match value.get_ref() {
                DeValue::String(name) => window.name = name.clone().into_owned(),
                _ => reader.wrong("name", value, "text in quotes"),
            },
            "modalities" => window.modalities = reader.texts(key, value),
            "regions" => window.regions = reader.regions(key, value),
            "words" => window.words = reader.phrases(key, value),
            _ => years = Some(reader.number(key, value, YEARS_MAX)),
        });
        let Some(years) = years else {
            self.faults.push((at, PriorRulesFault::NoYears));
            return None;
        };
        years.map(|years| TimeWindow { years, ..window })
    }

    /// Reads the keys of a table; those that it should not have are told.
    fn keys(
        &mut self,
        table: &DeTable<'_>,
        known: &'static [&'static str],
        mut read: impl FnMut(&mut Self, &'static str, &Value<'_>),
    ) {
        for (name, value) in table {
            let written = name.get_ref().as_ref();
            if let Some(key) = known.iter().find(|key| **key == written) {
                read(self, key, value);
            } else {
                let nearest = nearest(written, known.iter().copied());
                let name_of = PriorRulesFault::UnknownKey { name: written.to_owned(), nearest };
                self.faults.push((name.span().start, name_of));
            }
        }
    }

    fn table<'v, 't>(&mut self, key: &'static str, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, value, "a section");
            return None;
        };
        Some(table)
    }

    fn number(&mut self, key: &'static str, value: &Value<'_>, most: i64) -> Option<u32> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| (1..=most).contains(number));
        if number.is_none() {
            self.wrong(key, value, &format!("a whole number from 1 to {most}"));
        }
        number.and_then(|number| u32::try_from(number).ok())
    }

    fn texts(&mut self, key: &'static str, value: &Value<'_>) -> Vec<String> {
        self.placed_texts(key, value).into_iter().map(|(_, text)| text).collect()
    }

    fn folded_texts(&mut self, key: &'static str, value: &Value<'_>) -> Vec<String> {
        self.texts(key, value).iter().map(|text| folded(text)).collect()
    }

    fn phrases(&mut self, key: &'static str, value: &Value<'_>) -> Vec<Phrase> {
        self.texts(key, value).iter().map(|text| words_of(text)).collect()
    }

    fn regions(&mut self, key: &'static str, value: &Value<'_>) -> Vec<String> {
        let names = self.placed_texts(key, value);
        self.named.extend(names.iter().cloned());
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// A list of texts, each with where it stands.
    fn placed_texts(&mut self, key: &'static str, value: &Value<'_>) -> Vec<(usize, String)> {
        const EXPECTED: &str = "a list of texts in quotes: [\"…\", \"…\"]";
        let DeValue::Array(texts) = value.get_ref() else {
            self.wrong(key, value, EXPECTED);
            return Vec::new();
        };
        let mut read = Vec::new();
        for text in texts {
            match text.get_ref() {
                DeValue::String(word) => read.push((text.span().start, word.clone().into_owned())),
                _ => self.wrong(key, text, EXPECTED),
            }
        }
        read
    }

    fn pairs(&mut self, key: &'static str, value: &Value<'_>) -> Option<Vec<[String; 2]>> {
        const EXPECTED: &str = "a list of pairs of modalities: [[\"CT\", \"PT\"]]";
        let DeValue::Array(pairs) = value.get_ref() else {
            self.wrong(key, value, EXPECTED);
            return None;
        };
        let mut read = Vec::new();
        for pair in pairs {
            match <[String; 2]>::try_from(self.texts(key, pair)) {
                Ok(pair) => read.push(pair),
                Err(_other) => self.wrong(key, pair, EXPECTED),
            }
        }
        Some(read)
    }

    fn wrong(&mut self, key: &'static str, value: &Value<'_>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            other => value_kind(other).to_owned(),
        };
        let fault = PriorRulesFault::Wrong { key, found, expected: expected.to_owned() };
        self.faults.push((value.span().start, fault));
    }
}

/// The file; the built-in one goes by its name in the source.
fn place(origin: &Origin) -> String {
    origin.path().map_or_else(|| "assets/priors/rules.toml".to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let known = PriorRules::default().regions;
        let faults = File::parse(text, &known).expect_err("it is faulty");
        let found: Vec<String> = faults.iter().map(|(at, fault)| format!("{at} {fault}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_place() {
        check(
            "mots = 3\nyears = 0\ncompatible = [[\"CT\"]]\n[side]\n[region.chest]\nwrods = []\nnear = [\"hart\"]\n",
            &[
                "1:1 there is no key 'mots' here (did you mean 'most'?)",
                "2:9 'years' is 0; expected a whole number from 1 to 100",
                "3:15 'compatible' is a list; expected a list of pairs of modalities: [[\"CT\", \"PT\"]]",
                "4:2 there is no key 'side' here (did you mean 'sides'?)",
                "6:1 there is no key 'wrods' here (did you mean 'words'?)",
                "7:9 there is no region 'hart' (did you mean 'heart'?)",
            ],
        );
        check(
            "[[window]]\nname = 1\nmodalities = \"CT\"\n[[window]]\nyears = \"two\"\n",
            &[
                "1:1 the window says no years: write years = 5",
                "2:8 'name' is 1; expected text in quotes",
                "3:14 'modalities' is text; expected a list of texts in quotes: [\"…\", \"…\"]",
                "5:9 'years' is text; expected a whole number from 1 to 100",
            ],
        );
    }

    #[test]
    fn what_is_not_toml_is_told_in_words() {
        check("most = four\n", &["1:8 text must stand in quotes"]);
    }

    #[test]
    fn a_region_may_be_named_that_the_file_itself_adds() {
        let file = File::parse(
            "[region.tail]\nnear = [\"pelvis\"]\n[region.pelvis]\nnear = [\"tail\"]\n",
            &PriorRules::default().regions,
        );
        assert_eq!(file.map(|file| file.regions.len()).map_err(|faults| faults.len()), Ok(2));
    }
}
