//! One file of schedules, checked: every fault with its place.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::handwritten::{LineColumn, Origin, Toml, did_you_mean, nearest, value_kind};

use super::evaluation::Quantity;
use super::schedule::{Act, Evidence, Schedule, Task};

const USE_KEYS: [&str; 3] = ["title", "is_for_diagnosis", "task"];
const TASK_KEYS: [&str; 11] = [
    "name",
    "title",
    "done_by",
    "measures",
    "levels_min",
    "every_days",
    "grace_days",
    "soon_days",
    "is_optional",
    "source",
    "is_confirmed",
];

/// No longer interval is meant.
const DAYS_MAX: u32 = 3650;
/// A curve has no more levels.
const LEVELS_MAX: u32 = 65_536;
/// No use has more tasks.
const TASKS_MAX: usize = 100;

/// What is wrong with a file of schedules, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{at}: {fault}", place(.origin))]
pub struct ScheduleError {
    /// Whose file.
    pub origin: Origin,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: ScheduleFault,
}

/// What is wrong with a file of schedules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
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
    /// No act or quantity of that name.
    #[error("'{key}' knows no '{word}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// What is written.
        word: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// The wrong kind of value.
    #[error("'{key}' is {found}; expected {expected}")]
    Wrong {
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// Something that is needed is not there.
    #[error("it needs '{key}' too: {what}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What it is.
        what: &'static str,
    },
    /// Two ways of being done.
    #[error("'done_by' and 'measures' are both given: a task is done by hand, or by what is measured")]
    Both,
    /// Two tasks of one name.
    #[error("there are two tasks '{name}'")]
    Twice {
        /// The name.
        name: String,
    },
}

type Value<'t> = Spanned<DeValue<'t>>;

struct Reader {
    /// With their offsets in the text, in bytes.
    faults: Vec<(usize, ScheduleFault)>,
}

/// What stands in a task, before it is known to be whole.
#[derive(Default)]
struct Said {
    name: Option<String>,
    title: Option<String>,
    acts: Option<Vec<Act>>,
    quantities: Option<Vec<Quantity>>,
    levels_min: u32,
    every_days: Option<u32>,
    grace_days: u32,
    soon_days: u32,
    is_optional: bool,
    source: Option<String>,
    is_confirmed: bool,
}

/// Reads one file; every fault in it is told, in the order of the file.
pub(super) fn parse(text: &str) -> Result<Vec<Schedule>, Vec<(LineColumn, ScheduleFault)>> {
    let toml = Toml::read(text);
    let mut reader = Reader { faults: Vec::new() };
    let schedules = toml.table.iter().filter_map(|(name, value)| reader.schedule(name, value)).collect();
    let faults = toml.told(reader.faults, ScheduleFault::Syntax);
    if faults.is_empty() { Ok(schedules) } else { Err(faults) }
}

impl Reader {
    fn schedule(&mut self, name: &Spanned<DeString<'_>>, value: &Value<'_>) -> Option<Schedule> {
        let at = name.span().start;
        let name = name.get_ref().to_string();
        let table = self.table(&name, value)?;
        let (mut title, mut is_for_diagnosis, mut tasks) = (None, true, None);
        self.keys(table, &USE_KEYS, |reader, key, value| match key {
            "title" => title = Some(reader.text(key, value)),
            "is_for_diagnosis" => is_for_diagnosis = reader.switch(key, value),
            _ => tasks = Some(reader.tasks(key, value)),
        });
        if title.is_none() {
            self.missing(at, "title", "what it is, in words");
        }
        if tasks.is_none() {
            self.missing(at, "task", "its checks, each under [[USE.task]]");
        }
        Some(Schedule { name, title: title?, is_for_diagnosis, tasks: tasks? })
    }

    fn tasks(&mut self, key: &'static str, value: &Value<'_>) -> Vec<Task> {
        const EXPECTED: &str = "sections with two brackets: [[USE.task]]";
        let sections = match value.get_ref() {
            DeValue::Array(sections) if !sections.is_empty() => sections,
            _ => {
                self.wrong(key, value, EXPECTED);
                return Vec::new();
            }
        };
        if sections.len() > TASKS_MAX {
            self.wrong(key, value, &format!("{TASKS_MAX} tasks at most"));
        }
        let mut tasks: Vec<Task> = Vec::new();
        for section in sections {
            let Some(table) = self.table(key, section) else { continue };
            let at = section.span().start;
            let Some(task) = self.task(table, at) else { continue };
            if tasks.iter().any(|other| other.name == task.name) {
                self.faults.push((at, ScheduleFault::Twice { name: task.name.clone() }));
            }
            tasks.push(task);
        }
        tasks
    }

    fn task(&mut self, table: &DeTable<'_>, at: usize) -> Option<Task> {
        let mut said = Said::default();
        self.keys(table, &TASK_KEYS, |reader, key, value| match key {
            "name" => said.name = Some(reader.word(key, value)),
            "title" => said.title = Some(reader.text(key, value)),
            "done_by" => {
                let known = |word: &str| Act::ALL.into_iter().find(|act| act.name() == word);
                said.acts = Some(reader.words(key, value, known, &Act::ALL.map(|act| act.name().to_owned())));
            }
            "measures" => {
                said.quantities = Some(reader.words(key, value, quantity, &Quantity::ALL.map(quantity_name)));
            }
            "levels_min" => said.levels_min = reader.number(key, value, 2, LEVELS_MAX),
            "every_days" => said.every_days = Some(reader.number(key, value, 1, DAYS_MAX)),
            "grace_days" => said.grace_days = reader.number(key, value, 0, DAYS_MAX),
            "soon_days" => said.soon_days = reader.number(key, value, 0, DAYS_MAX),
            "is_optional" => said.is_optional = reader.switch(key, value),
            "source" => said.source = Some(reader.text(key, value)),
            _ => said.is_confirmed = reader.switch(key, value),
        });
        self.whole(said, at)
    }

    /// A task that has all it needs.
    fn whole(&mut self, said: Said, at: usize) -> Option<Task> {
        let needed = [
            ("name", said.name.is_some(), "a word for records"),
            ("title", said.title.is_some(), "what it is, in words"),
            ("every_days", said.every_days.is_some(), "after how many days it is due again"),
            ("source", said.source.is_some(), "who asks for it"),
        ];
        for (key, is_there, what) in needed {
            if !is_there {
                self.missing(at, key, what);
            }
        }
        let evidence = match (said.acts, said.quantities) {
            (Some(acts), None) => Some(Evidence::Acts(acts)),
            (None, Some(quantities)) => Some(Evidence::Measured { quantities, levels_min: said.levels_min }),
            (Some(_), Some(_)) => {
                self.faults.push((at, ScheduleFault::Both));
                None
            }
            (None, None) => {
                self.missing(at, "done_by", "the records that do it, or 'measures', what must be measured");
                None
            }
        };
        Some(Task {
            name: said.name?,
            title: said.title?,
            evidence: evidence?,
            every_days: said.every_days?,
            grace_days: said.grace_days,
            soon_days: said.soon_days,
            is_optional: said.is_optional,
            source: said.source?,
            is_confirmed: said.is_confirmed,
        })
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
                let fault = ScheduleFault::UnknownKey { name: written.to_owned(), nearest };
                self.faults.push((name.span().start, fault));
            }
        }
    }

    fn table<'v, 't>(&mut self, key: &str, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, value, "a section");
            return None;
        };
        Some(table)
    }

    fn text(&mut self, key: &'static str, value: &Value<'_>) -> String {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(key, value, "text in quotes");
        }
        text.unwrap_or_default().to_owned()
    }

    /// A word as records name tasks by.
    fn word(&mut self, key: &'static str, value: &Value<'_>) -> String {
        let is_word = |text: &&str| {
            (1..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let word = value.get_ref().as_str().filter(is_word);
        if word.is_none() {
            self.wrong(key, value, "a word of letters, digits and hyphens");
        }
        word.unwrap_or_default().to_owned()
    }

    fn switch(&mut self, key: &'static str, value: &Value<'_>) -> bool {
        let switch = value.get_ref().as_bool();
        if switch.is_none() {
            self.wrong(key, value, "true or false");
        }
        switch.unwrap_or_default()
    }

    fn number(&mut self, key: &'static str, value: &Value<'_>, least: u32, most: u32) -> u32 {
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(key, value, &format!("a whole number from {least} to {most}"));
        }
        number.unwrap_or_default()
    }

    /// A list of words, of which each means something.
    fn words<T>(
        &mut self,
        key: &'static str,
        value: &Value<'_>,
        meaning: impl Fn(&str) -> Option<T>,
        known: &[String],
    ) -> Vec<T> {
        const EXPECTED: &str = "a list of words in quotes: [\"…\", \"…\"]";
        let words = match value.get_ref() {
            DeValue::Array(words) if !words.is_empty() => words,
            _ => {
                self.wrong(key, value, EXPECTED);
                return Vec::new();
            }
        };
        let mut read = Vec::new();
        for word in words {
            let Some(text) = word.get_ref().as_str() else {
                self.wrong(key, word, EXPECTED);
                continue;
            };
            if let Some(meant) = meaning(text) {
                read.push(meant);
            } else {
                let nearest = nearest(text, known.iter().map(String::as_str)).map(str::to_owned);
                let fault = ScheduleFault::UnknownWord { key, word: text.to_owned(), nearest };
                self.faults.push((word.span().start, fault));
            }
        }
        read
    }

    fn missing(&mut self, at: usize, key: &'static str, what: &'static str) {
        self.faults.push((at, ScheduleFault::Missing { key, what }));
    }

    fn wrong(&mut self, key: &str, value: &Value<'_>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::String(text) if text.is_empty() => "empty".to_owned(),
            other => value_kind(other).to_owned(),
        };
        let fault = ScheduleFault::Wrong { key: key.to_owned(), found, expected: expected.to_owned() };
        self.faults.push((value.span().start, fault));
    }
}

/// A quantity by its name in certificates and here: `l-max`.
fn quantity(word: &str) -> Option<Quantity> {
    let words: StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    Quantity::deserialize(words).ok()
}

fn quantity_name(quantity: Quantity) -> String {
    serde_json::to_value(quantity).ok().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default()
}

/// The file; the built-in one goes by its name in the source.
fn place(origin: &Origin) -> String {
    let path = origin.path().map(|path| path.display().to_string());
    path.unwrap_or_else(|| "assets/display-schedules.toml".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let faults = parse(text).expect_err("it is faulty");
        let found: Vec<String> = faults.iter().map(|(at, fault)| format!("{at} {fault}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_quantity_has_a_name_and_the_name_means_it() {
        for each in Quantity::ALL {
            assert_eq!(quantity(&quantity_name(each)), Some(each));
        }
        assert_eq!(quantity("l-mux"), None);
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_place() {
        check(
            "room = 1\n[a]\ntilte = \"A\"\n[[a.task]]\nname = \"not a word\"\ntitle = \"\"\ndone_by = [\"visual-chek\", 3]\n\
             every_days = 0\nsource = \"x\"\n[[a.task]]\nname = \"b\"\ntitle = \"B\"\nmeasures = [\"l-mux\"]\nevery_day = 1\n\
             levels_min = 1\ngrace_days = \"two\"\nis_confirmed = 1\n",
            &[
                "1:8 'room' is 1; expected a section",
                "2:2 it needs 'title' too: what it is, in words",
                "3:1 there is no key 'tilte' here (did you mean 'title'?)",
                "5:8 'name' is text; expected a word of letters, digits and hyphens",
                "6:9 'title' is empty; expected text in quotes",
                "7:12 'done_by' knows no 'visual-chek' (did you mean 'visual-check'?)",
                "7:27 'done_by' is 3; expected a list of words in quotes: [\"…\", \"…\"]",
                "8:14 'every_days' is 0; expected a whole number from 1 to 3650",
                "10:1 it needs 'every_days' too: after how many days it is due again",
                "10:1 it needs 'source' too: who asks for it",
                "13:13 'measures' knows no 'l-mux' (did you mean 'l-max'?)",
                "14:1 there is no key 'every_day' here (did you mean 'every_days'?)",
                "15:14 'levels_min' is 1; expected a whole number from 2 to 65536",
                "16:14 'grace_days' is text; expected a whole number from 0 to 3650",
                "17:16 'is_confirmed' is 1; expected true or false",
            ],
        );
    }

    #[test]
    fn a_task_is_done_in_one_way_and_has_a_name_of_its_own() {
        let task = "[[a.task]]\nname = \"b\"\ntitle = \"B\"\nevery_days = 1\nsource = \"x\"\n";
        let by_hand = "done_by = [\"room-light\"]\n";
        let head = "[a]\ntitle = \"A\"\n";
        check(
            &[head, task, by_hand, "measures = [\"ratio\"]\n"].concat(),
            &["3:1 'done_by' and 'measures' are both given: a task is done by hand, or by what is measured"],
        );
        check(
            &[head, task].concat(),
            &["3:1 it needs 'done_by' too: the records that do it, or 'measures', what must be measured"],
        );
        check(&[head, task, by_hand, task, by_hand].concat(), &["9:1 there are two tasks 'b'"]);
        check(head, &["1:2 it needs 'task' too: its checks, each under [[USE.task]]"]);
        check(
            &[head, "task = []\n"].concat(),
            &["3:8 'task' is a list; expected sections with two brackets: [[USE.task]]"],
        );
        check("[a\n", &["1:3 unclosed table, expected `]`"]);
    }
}
