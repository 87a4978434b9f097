//! The one table of settings: key, help, default, what is allowed, and where it goes.

use toml::de::DeValue;
use tracing::level_filters::LevelFilter;

use crate::command::{Grid, Interpolation};

use super::settings::Settings;
use super::value::Value;

/// One setting.
pub(super) struct Setting {
    /// `section.name`
    pub(super) key: &'static str,
    /// What it is for, in a sentence.
    pub(super) help: &'static str,
    /// When nobody says otherwise.
    pub(super) default: Value,
    /// What is allowed, and where it goes.
    pub(super) kind: Kind,
}

/// What a word does.
type Choose = fn(&mut Settings);

/// What a setting may be, and where it goes.
pub(super) enum Kind {
    Switch(fn(&mut Settings) -> &mut bool),
    /// Least, most.
    Whole(u32, u32, fn(&mut Settings) -> &mut u32),
    /// Least, most.
    Number(f32, f32, fn(&mut Settings) -> &mut f32),
    /// Each word, and what it does.
    Choice(&'static [(&'static str, Choose)]),
}

/// The sections in the order of the file.
pub(super) static SECTIONS: &[(&str, &str)] = &[
    ("logging", "Log files. They hold no patient data."),
    ("memory", "What is kept in memory."),
    ("decode", "Turning files into pixels."),
    ("viewer", "How images and interface are shown."),
];

/// The settings in the order of the file.
pub(super) static SETTINGS: &[Setting] = &[
    Setting {
        key: "logging.level",
        help: "The least serious thing that is logged.",
        default: Value::Word("info"),
        kind: Kind::Choice(&[
            ("off", |settings| settings.logging.level = LevelFilter::OFF),
            ("error", |settings| settings.logging.level = LevelFilter::ERROR),
            ("warn", |settings| settings.logging.level = LevelFilter::WARN),
            ("info", |settings| settings.logging.level = LevelFilter::INFO),
            ("debug", |settings| settings.logging.level = LevelFilter::DEBUG),
            ("trace", |settings| settings.logging.level = LevelFilter::TRACE),
        ]),
    },
    Setting {
        key: "logging.keep_days",
        help: "How many days a log is kept; there is a file for each day.",
        default: Value::Whole(14),
        kind: Kind::Whole(1, 3650, |settings| &mut settings.logging.keep_days),
    },
    Setting {
        key: "logging.hash_uids",
        help: "Replaces the unique identifiers of studies, series and images in logs by a short mark.",
        default: Value::Switch(false),
        kind: Kind::Switch(|settings| &mut settings.logging.hash_uids),
    },
    Setting {
        key: "memory.frames_mib",
        help: "The most memory for decoded images, in MiB.",
        default: Value::Whole(2048),
        kind: Kind::Whole(64, 65_536, |settings| &mut settings.memory.frames_mib),
    },
    Setting {
        key: "decode.threads",
        help: "How many threads decode images; 0 is as many as the machine has cores.",
        default: Value::Whole(0),
        kind: Kind::Whole(0, 64, |settings| &mut settings.decode.threads),
    },
    Setting {
        key: "viewer.text_size",
        help: "The height of text, in points.",
        default: Value::Number(13.0),
        kind: Kind::Number(9.0, 28.0, |settings| &mut settings.viewer.text_size),
    },
    Setting {
        key: "viewer.wheel_images",
        help: "How many images one notch of the mouse wheel scrolls.",
        default: Value::Whole(1),
        kind: Kind::Whole(1, 10, |settings| &mut settings.viewer.wheel_images),
    },
    Setting {
        key: "viewer.interpolation",
        help: "What stands between image pixels when they are shown larger, until the reader chooses.",
        default: Value::Word("linear"),
        kind: Kind::Choice(&[
            ("nearest", |settings| settings.viewer.interpolation = Interpolation::Nearest),
            ("linear", |settings| settings.viewer.interpolation = Interpolation::Linear),
            ("cubic", |settings| settings.viewer.interpolation = Interpolation::Cubic),
        ]),
    },
    Setting {
        key: "viewer.layout",
        help: "Rows and columns of viewports, until the reader chooses.",
        default: Value::Word("1x1"),
        kind: Kind::Choice(&[
            ("1x1", |settings| settings.viewer.layout = Grid { rows: 1, columns: 1 }),
            ("1x2", |settings| settings.viewer.layout = Grid { rows: 1, columns: 2 }),
            ("2x1", |settings| settings.viewer.layout = Grid { rows: 2, columns: 1 }),
            ("2x2", |settings| settings.viewer.layout = Grid { rows: 2, columns: 2 }),
        ]),
    },
    Setting {
        key: "viewer.dim",
        help: "How bright everything but the images is; 1.0 is not dimmed.",
        default: Value::Number(1.0),
        kind: Kind::Number(0.3, 1.0, |settings| &mut settings.viewer.dim),
    },
];

impl Setting {
    /// The setting of a key.
    pub(super) fn of(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// The name of its section, and its own within it.
    pub(super) fn section_and_name(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Takes what is written; `None` when it is not allowed.
    pub(super) fn accept(&self, found: &DeValue<'_>) -> Option<Value> {
        match (&self.kind, found) {
            (Kind::Switch(_), DeValue::Boolean(is_on)) => Some(Value::Switch(*is_on)),
            (Kind::Whole(least, most, _), DeValue::Integer(integer)) => {
                let count = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
                count.filter(|count| (least..=most).contains(&count)).map(Value::Whole)
            }
            (Kind::Number(least, most, _), DeValue::Float(_) | DeValue::Integer(_)) => {
                let text = match found {
                    DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
                    DeValue::Float(float) => float.as_str(),
                    _ => return None,
                };
                let number = text.parse::<f32>().ok();
                number.filter(|number| (least..=most).contains(&number)).map(Value::Number)
            }
            (Kind::Choice(choices), DeValue::String(text)) => {
                let word = choices.iter().map(|(word, _)| *word).find(|word| word == text);
                word.map(Value::Word)
            }
            _ => None,
        }
    }

    /// Puts a value of its kind into the settings.
    pub(super) fn put(&self, value: &Value, settings: &mut Settings) {
        match (&self.kind, *value) {
            (Kind::Switch(field), Value::Switch(is_on)) => *field(settings) = is_on,
            (Kind::Whole(_, _, field), Value::Whole(count)) => *field(settings) = count,
            (Kind::Number(_, _, field), Value::Number(number)) => *field(settings) = number,
            (Kind::Choice(choices), Value::Word(word)) => {
                if let Some((_, choose)) = choices.iter().find(|(known, _)| *known == word) {
                    choose(settings);
                }
            }
            _ => debug_assert!(false, "{} has no such value: {value}", self.key),
        }
    }

    /// The words of a choice; none for other kinds.
    pub(super) fn words(&self) -> Vec<&'static str> {
        match self.kind {
            Kind::Choice(choices) => choices.iter().map(|(word, _)| *word).collect(),
            Kind::Switch(_) | Kind::Whole(..) | Kind::Number(..) => Vec::new(),
        }
    }

    /// What is allowed, in words: `a whole number from 1 to 10`.
    pub(super) fn allowed(&self) -> String {
        match self.kind {
            Kind::Switch(_) => "true or false".to_owned(),
            Kind::Whole(least, most, _) => format!("a whole number from {least} to {most}"),
            Kind::Number(least, most, _) => format!("a number from {least:?} to {most:?}"),
            Kind::Choice(_) => match self.words().as_slice() {
                [words @ .., last] if !words.is_empty() => format!("{} or {last}", words.join(", ")),
                words => words.concat(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_section_a_default_that_is_allowed_and_a_help() {
        for setting in SETTINGS {
            let (section, name) = setting.section_and_name();
            assert!(SECTIONS.iter().any(|(known, _)| *known == section), "{}", setting.key);
            assert!(!name.is_empty() && setting.help.ends_with('.'), "{}", setting.key);
            let text = setting.default.to_string();
            let written = DeValue::parse(&text).expect("a default is TOML").into_inner();
            assert_eq!(setting.accept(&written), Some(setting.default), "{}", setting.key);
        }
    }

    #[test]
    fn every_word_of_a_choice_makes_settings_of_its_own() {
        for setting in SETTINGS {
            let outcomes: Vec<Settings> = setting
                .words()
                .into_iter()
                .map(|word| {
                    let mut settings = Settings::default();
                    setting.put(&Value::Word(word), &mut settings);
                    settings
                })
                .collect();
            for (index, outcome) in outcomes.iter().enumerate() {
                assert!(!outcomes[..index].contains(outcome), "{}: {outcome:?}", setting.key);
            }
        }
    }

    #[test]
    fn interpolation_has_the_names_of_the_command() {
        let words = Setting::of("viewer.interpolation").map(Setting::words);
        assert_eq!(words, Some(Interpolation::ALL.map(Interpolation::name).to_vec()));
    }

    #[track_caller]
    fn check(key: &str, written: &str, expected: Option<Value>) {
        let found = DeValue::parse(written).expect(written).into_inner();
        assert_eq!(Setting::of(key).expect(key).accept(&found), expected, "{key} = {written}");
    }

    #[test]
    fn ends_of_ranges_are_in_and_what_is_beyond_is_out() {
        check("viewer.wheel_images", "1", Some(Value::Whole(1)));
        check("viewer.wheel_images", "0xA", Some(Value::Whole(10)));
        check("viewer.wheel_images", "11", None);
        check("viewer.wheel_images", "-1", None);
        check("viewer.wheel_images", "2.0", None);
        check("viewer.dim", "0.3", Some(Value::Number(0.3)));
        check("viewer.dim", "1", Some(Value::Number(1.0)));
        check("viewer.dim", "1.01", None);
        check("viewer.dim", "nan", None);
        check("viewer.text_size", "inf", None);
        check("memory.frames_mib", "65_536", Some(Value::Whole(65_536)));
        check("memory.frames_mib", "99999999999999999999", None);
        check("logging.hash_uids", "true", Some(Value::Switch(true)));
        check("logging.hash_uids", "\"true\"", None);
        check("logging.level", "'debug'", Some(Value::Word("debug")));
        check("logging.level", "'DEBUG'", None);
    }
}
