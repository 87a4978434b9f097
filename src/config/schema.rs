//! The one table of settings: key, help, default, what is allowed, and where it goes.

use std::path::Path;

use toml::de::DeValue;
use tracing::level_filters::LevelFilter;

use crate::command::{Detail, Grid, Interpolation, UnseenGuard};
use crate::keymap::Profile;
use crate::net::ServerAddress;

use super::settings::{Settings, WindowsAtStart};
use super::steps::{STEP_SLACK, rounded, whole_above, whole_below};
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
    /// Least, most, and how far apart the values are that the panel of settings offers.
    Number(f32, f32, f32, fn(&mut Settings) -> &mut f32),
    /// Each word, and what it does.
    Choice(&'static [(&'static str, Choose)]),
    /// A folder, or nothing for the usual one.
    Folder(fn(&mut Settings) -> &mut String),
    /// Words in a line, at most 200 letters.
    Text(fn(&mut Settings) -> &mut String),
    /// The machine and the port of a server, or nothing.
    Address(fn(&mut Settings) -> &mut String),
}

/// The sections in the order of the file.
pub(super) static SECTIONS: &[(&str, &str)] = &[
    ("logging", "Log files. They hold no patient data."),
    ("memory", "What is kept in memory."),
    ("decode", "Turning files into pixels."),
    ("viewer", "How images and interface are shown."),
    ("keys", "The keyboard. What single keys give stands in keymap.toml."),
    ("display", "The monitor."),
    ("calibration", "The physicist's mode."),
    ("displays", "What is kept of the monitors. What is said of each stands in displays.toml."),
    ("studies", "The list of studies."),
    ("store", "Studies that archives sent, and objects that wait to be sent; from the next start on."),
    ("audit", "Who saw which study, and when; from the next start on. The audit trail names patients."),
];

/// The settings in the order of the file.
pub(super) static SETTINGS: &[Setting] = &[
    Setting {
        key: "logging.level",
        help: "The least serious thing that is logged; from the next start on.",
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
        help: "How many days a log is kept, from the next start on; there is a file for each day.",
        default: Value::Whole(14),
        kind: Kind::Whole(1, 3650, |settings| &mut settings.logging.keep_days),
    },
    Setting {
        key: "logging.hash_uids",
        help: "Replaces the unique identifiers of studies, series and images in logs by a short mark, from the next start on.",
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
        key: "memory.card_mib",
        help: "The most memory of the graphics card for images and volumes, in MiB, from the next start on. A larger volume is drawn \
               part by part: coarse while it moves, and exact some time after it rests.",
        default: Value::Whole(1024),
        kind: Kind::Whole(128, 131_072, |settings| &mut settings.memory.card_mib),
    },
    Setting {
        key: "decode.threads",
        help: "How many threads decode images, from the next start on; 0 is as many as the machine has cores.",
        default: Value::Whole(0),
        kind: Kind::Whole(0, 64, |settings| &mut settings.decode.threads),
    },
    Setting {
        key: "viewer.text_size",
        help: "The height of text, in points.",
        default: Value::Number(13.0),
        kind: Kind::Number(9.0, 28.0, 1.0, |settings| &mut settings.viewer.text_size),
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
        help: "Rows and columns of viewports in a fresh window, until the reader chooses.",
        default: Value::Word("1x1"),
        kind: Kind::Choice(&[
            ("1x1", |settings| settings.viewer.layout = Grid { rows: 1, columns: 1 }),
            ("1x2", |settings| settings.viewer.layout = Grid { rows: 1, columns: 2 }),
            ("2x1", |settings| settings.viewer.layout = Grid { rows: 2, columns: 1 }),
            ("2x2", |settings| settings.viewer.layout = Grid { rows: 2, columns: 2 }),
            ("2x3", |settings| settings.viewer.layout = Grid { rows: 2, columns: 3 }),
            ("3x3", |settings| settings.viewer.layout = Grid { rows: 3, columns: 3 }),
            ("4x4", |settings| settings.viewer.layout = Grid { rows: 4, columns: 4 }),
        ]),
    },
    Setting {
        key: "viewer.windows",
        help: "Which windows open, from the next start on: roles, those that were open last, and one on each monitor with a role where \
               two or more of these are here; one, a single window.",
        default: Value::Word("roles"),
        kind: Kind::Choice(&[
            ("roles", |settings| settings.viewer.windows = WindowsAtStart::Roles),
            ("one", |settings| settings.viewer.windows = WindowsAtStart::One),
        ]),
    },
    Setting {
        key: "viewer.hang",
        help: "What hangs of a study: protocols, those series that the hanging protocol asks for; series, its first one alone.",
        default: Value::Word("protocols"),
        kind: Kind::Choice(&[
            ("protocols", |settings| settings.viewer.hangs_by_protocol = true),
            ("series", |settings| settings.viewer.hangs_by_protocol = false),
        ]),
    },
    Setting {
        key: "viewer.groups",
        help: "Groups whose hanging protocols apply, names with commas between them.",
        default: Value::Text(String::new()),
        kind: Kind::Text(|settings| &mut settings.viewer.groups),
    },
    Setting {
        key: "viewer.detail",
        help: "How many words stand in the corners of images, until the reader chooses; the identity always does.",
        default: Value::Word("full"),
        kind: Kind::Choice(&[
            ("full", |settings| settings.viewer.detail = Detail::Full),
            ("short", |settings| settings.viewer.detail = Detail::Short),
            ("identity", |settings| settings.viewer.detail = Detail::Identity),
        ]),
    },
    Setting {
        key: "viewer.dim",
        help: "How bright everything but the images is; 1.0 is not dimmed.",
        default: Value::Number(1.0),
        kind: Kind::Number(0.3, 1.0, 0.05, |settings| &mut settings.viewer.dim),
    },
    Setting {
        key: "viewer.recent",
        help: "Whether what is opened is remembered, for the list of recent studies and to be opened again after an end that nobody asked for, by a path that may name a patient.",
        default: Value::Switch(true),
        kind: Kind::Switch(|settings| &mut settings.viewer.recent),
    },
    Setting {
        key: "viewer.unseen",
        help: "What happens when a study is left, or marked as read, of which something was not seen: ask, it is listed and the \
               same key again goes on; tell, a note says so; off, nothing.",
        default: Value::Word("ask"),
        kind: Kind::Choice(&[
            ("ask", |settings| settings.viewer.unseen = UnseenGuard::Ask),
            ("tell", |settings| settings.viewer.unseen = UnseenGuard::Tell),
            ("off", |settings| settings.viewer.unseen = UnseenGuard::Off),
        ]),
    },
    Setting {
        key: "viewer.ledger",
        help: "Whether keys, clicks, wheel and the way of the pointer are counted for each study, on this machine alone and without \
               patient or study; `hotlight ledger` tells their medians.",
        default: Value::Switch(false),
        kind: Kind::Switch(|settings| &mut settings.viewer.ledger),
    },
    Setting {
        key: "keys.profile",
        help: "Keys of another viewer that lie over Hotlight's own, as far as they are known; keymap.toml lies over both.",
        default: Value::Word("hotlight"),
        kind: Kind::Choice(&[
            ("hotlight", |settings| settings.keys.profile = Profile::Hotlight),
            ("weasis", |settings| settings.keys.profile = Profile::Weasis),
            ("ohif", |settings| settings.keys.profile = Profile::Ohif),
            ("horos", |settings| settings.keys.profile = Profile::Horos),
        ]),
    },
    Setting {
        key: "display.pixel_mm",
        help: "The side of a pixel of the monitor, in millimetres, for showing images at their true size; 0.0 is not known.",
        default: Value::Number(0.0),
        kind: Kind::Number(0.0, 1.0, 0.005, |settings| &mut settings.display.pixel_mm),
    },
    Setting {
        key: "calibration.role",
        help: "Whether the reader is a physicist, who may change what a monitor goes by; a reader may measure, and changes nothing.",
        default: Value::Word("reader"),
        kind: Kind::Choice(&[
            ("reader", |settings| settings.calibration.is_physicist = false),
            ("physicist", |settings| settings.calibration.is_physicist = true),
        ]),
    },
    Setting {
        key: "calibration.photometer",
        help: "The command that reads a photometer once and prints cd/m², such as `spotread -e -y l -O`; empty where readings are typed in.",
        default: Value::Text(String::new()),
        kind: Kind::Text(|settings| &mut settings.calibration.photometer),
    },
    Setting {
        key: "calibration.readings",
        help: "How often each patch is read; readings that do not agree are taken again.",
        default: Value::Whole(1),
        kind: Kind::Whole(1, 20, |settings| &mut settings.calibration.readings),
    },
    Setting {
        key: "calibration.settle_s",
        help: "How long a patch is shown before it is read, in seconds.",
        default: Value::Whole(3),
        kind: Kind::Whole(0, 600, |settings| &mut settings.calibration.settle_s),
    },
    Setting {
        key: "calibration.ask_at_start",
        help: "Whether it is asked at the start for checks of the monitors that are due; `use` in displays.toml says by which schedule.",
        default: Value::Switch(true),
        kind: Kind::Switch(|settings| &mut settings.calibration.asks_at_start),
    },
    Setting {
        key: "displays.records",
        help: "The folder of the records of monitors, for all readers of a station where the site names one that all may write in; \
               an empty one is `displays` beside the logs.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.displays.records),
    },
    Setting {
        key: "studies.days",
        help: "How many days back archives are asked for studies while no date, name or number is typed; 0 is without limit.",
        default: Value::Whole(7),
        kind: Kind::Whole(0, 3650, |settings| &mut settings.studies.days),
    },
    Setting {
        key: "store.folder",
        help: "The folder of the store; an empty one is `store` beside the logs.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.store.folder),
    },
    Setting {
        key: "store.quota_gib",
        help: "The most that the store holds, in GiB; beyond, the studies go that were not read for longest.",
        default: Value::Whole(100),
        kind: Kind::Whole(1, 65_536, |settings| &mut settings.store.quota_gib),
    },
    Setting {
        key: "store.free_gib",
        help: "What is kept free on its disk, in GiB; with less, nothing is filed.",
        default: Value::Whole(2),
        kind: Kind::Whole(0, 4096, |settings| &mut settings.store.free_gib),
    },
    Setting {
        key: "audit.file",
        help: "Whether the audit trail is kept in files of this machine, which name patients and which their owner alone reads; \
               `hotlight audit` lists and checks them.",
        default: Value::Switch(false),
        kind: Kind::Switch(|settings| &mut settings.audit.file),
    },
    Setting {
        key: "audit.folder",
        help: "The folder of the audit trail; an empty one is `audit` beside the logs.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.audit.folder),
    },
    Setting {
        key: "audit.keep_mib",
        help: "The most that the audit trail takes of the disk, in MiB, what waits for the server included; beyond, the oldest goes.",
        default: Value::Whole(256),
        kind: Kind::Whole(8, 65_536, |settings| &mut settings.audit.keep_mib),
    },
    Setting {
        key: "audit.server",
        help: "The server that audit messages are sent to by syslog over TLS, such as audit.example or audit.example:6514; an empty \
               one sends none.",
        default: Value::Text(String::new()),
        kind: Kind::Address(|settings| &mut settings.audit.server),
    },
    Setting {
        key: "audit.authorities",
        help: "A file of certificates in PEM form: the authorities that count for the audit server; without, those that the system \
               trusts.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.audit.authorities),
    },
    Setting {
        key: "audit.certificate",
        help: "A file with the certificate of this machine in PEM form, where the audit server wants one.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.audit.certificate),
    },
    Setting {
        key: "audit.key",
        help: "The file of its private key, which nobody outside its group may read.",
        default: Value::Folder(String::new()),
        kind: Kind::Folder(|settings| &mut settings.audit.key),
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
            (Kind::Number(least, most, ..), DeValue::Float(_) | DeValue::Integer(_)) => {
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
            (Kind::Text(_), DeValue::String(text)) => {
                let is_line = text.chars().count() <= 200 && !text.chars().any(char::is_control);
                is_line.then(|| Value::Text(text.clone().into_owned()))
            }
            (Kind::Address(_), DeValue::String(text)) => {
                let is_allowed = text.is_empty() || text.parse::<ServerAddress>().is_ok();
                is_allowed.then(|| Value::Text(text.clone().into_owned()))
            }
            // From where the program is started would be another each time.
            (Kind::Folder(_), DeValue::String(text)) => {
                let is_allowed = text.is_empty() || Path::new(text.as_ref()).is_absolute();
                is_allowed.then(|| Value::Folder(text.clone().into_owned()))
            }
            _ => None,
        }
    }

    /// Puts a value of its kind into the settings.
    pub(super) fn put(&self, value: &Value, settings: &mut Settings) {
        match (&self.kind, value) {
            (Kind::Switch(field), Value::Switch(is_on)) => *field(settings) = *is_on,
            (Kind::Whole(_, _, field), Value::Whole(count)) => *field(settings) = *count,
            (Kind::Number(.., field), Value::Number(number)) => *field(settings) = *number,
            (Kind::Folder(field), Value::Folder(text))
            | (Kind::Text(field) | Kind::Address(field), Value::Text(text)) => {
                field(settings).clone_from(text);
            }
            (Kind::Choice(choices), Value::Word(word)) => {
                if let Some((_, choose)) = choices.iter().find(|(known, _)| known == word) {
                    choose(settings);
                }
            }
            _ => debug_assert!(false, "{} has no such value: {value}", self.key),
        }
    }

    /// The next value that is allowed, or the one before. Words come round; numbers end at their least and most.
    pub(super) fn beside(&self, value: &Value, is_next: bool) -> Option<Value> {
        match (&self.kind, value) {
            (Kind::Switch(_), Value::Switch(is_on)) => Some(Value::Switch(!is_on)),
            (Kind::Whole(least, most, _), &Value::Whole(count)) => {
                let beside = if is_next { whole_above(count) } else { whole_below(count) };
                Some(beside.clamp(*least, *most)).filter(|beside| *beside != count).map(Value::Whole)
            }
            (Kind::Number(least, most, step, _), &Value::Number(number)) => {
                let steps = f64::from(number) / f64::from(*step);
                // What is a step up to rounding is that step.
                let beside = if is_next {
                    (steps + STEP_SLACK).floor() + 1.0
                } else {
                    (steps - STEP_SLACK).ceil() - 1.0
                };
                let beside = rounded(beside * f64::from(*step)).clamp(*least, *most);
                Some(beside).filter(|beside| (beside - number).abs() > f32::EPSILON).map(Value::Number)
            }
            (Kind::Choice(choices), Value::Word(word)) => {
                let place = choices.iter().position(|(known, _)| known == word)?;
                let beside = if is_next { place + 1 } else { place + choices.len() - 1 };
                choices.get(beside % choices.len()).map(|(word, _)| Value::Word(word))
            }
            _ => None,
        }
    }

    /// The words of a choice; none for other kinds.
    pub(super) fn words(&self) -> Vec<&'static str> {
        match self.kind {
            Kind::Choice(choices) => choices.iter().map(|(word, _)| *word).collect(),
            Kind::Switch(_)
            | Kind::Whole(..)
            | Kind::Number(..)
            | Kind::Folder(_)
            | Kind::Text(_)
            | Kind::Address(_) => Vec::new(),
        }
    }

    /// What is allowed, in words: `a whole number from 1 to 10`.
    pub(super) fn allowed(&self) -> String {
        match self.kind {
            Kind::Switch(_) => "true or false".to_owned(),
            Kind::Folder(_) => "a path from the root, or nothing".to_owned(),
            Kind::Text(_) => "a line of words, or nothing".to_owned(),
            Kind::Address(_) => "HOST, HOST:PORT, or nothing".to_owned(),
            Kind::Whole(least, most, _) => format!("a whole number from {least} to {most}"),
            Kind::Number(least, most, ..) => format!("a number from {least:?} to {most:?}"),
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
            assert_eq!(setting.accept(&written), Some(setting.default.clone()), "{}", setting.key);
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
    fn check_beside(key: &str, value: &Value, before: Option<&Value>, next: Option<&Value>) {
        let setting = Setting::of(key).expect(key);
        assert_eq!(setting.beside(value, false).as_ref(), before, "before {key} = {value}");
        assert_eq!(setting.beside(value, true).as_ref(), next, "after {key} = {value}");
    }

    #[test]
    fn values_have_neighbours_words_come_round_and_numbers_end() {
        use Value::{Number, Switch, Whole, Word};
        check_beside("logging.hash_uids", &Switch(true), Some(&Switch(false)), Some(&Switch(false)));
        check_beside("viewer.interpolation", &Word("linear"), Some(&Word("nearest")), Some(&Word("cubic")));
        check_beside("viewer.interpolation", &Word("cubic"), Some(&Word("linear")), Some(&Word("nearest")));
        check_beside("viewer.interpolation", &Word("nearest"), Some(&Word("cubic")), Some(&Word("linear")));
        check_beside("viewer.wheel_images", &Whole(1), None, Some(&Whole(2)));
        check_beside("viewer.wheel_images", &Whole(10), Some(&Whole(9)), None);
        check_beside("decode.threads", &Whole(0), None, Some(&Whole(1)));
        check_beside("memory.frames_mib", &Whole(2048), Some(&Whole(1920)), Some(&Whole(2304)));
        check_beside("memory.frames_mib", &Whole(1920), Some(&Whole(1792)), Some(&Whole(2048)));
        check_beside("memory.frames_mib", &Whole(2000), Some(&Whole(1920)), Some(&Whole(2048)));
        check_beside("memory.frames_mib", &Whole(64), None, Some(&Whole(72)));
        check_beside("memory.frames_mib", &Whole(65_536), Some(&Whole(61_440)), None);
        check_beside("viewer.dim", &Number(0.65), Some(&Number(0.6)), Some(&Number(0.7)));
        check_beside("viewer.dim", &Number(0.62), Some(&Number(0.6)), Some(&Number(0.65)));
        check_beside("viewer.dim", &Number(1.0), Some(&Number(0.95)), None);
        check_beside("viewer.dim", &Number(0.3), None, Some(&Number(0.35)));
        check_beside("display.pixel_mm", &Number(0.0), None, Some(&Number(0.005)));
        check_beside("display.pixel_mm", &Number(0.294), Some(&Number(0.29)), Some(&Number(0.295)));
    }

    #[test]
    fn detail_has_the_names_of_the_command() {
        let words = Setting::of("viewer.detail").map(Setting::words);
        assert_eq!(words, Some(Detail::ALL.map(Detail::name).to_vec()));
    }

    #[test]
    fn profiles_have_the_names_of_the_key_map() {
        let words = Setting::of("keys.profile").map(Setting::words);
        assert_eq!(words, Some(Profile::ALL.map(Profile::name).to_vec()));
    }

    #[track_caller]
    fn check(key: &str, written: &str, expected: Option<&Value>) {
        let found = DeValue::parse(written).expect(written).into_inner();
        assert_eq!(Setting::of(key).expect(key).accept(&found).as_ref(), expected, "{key} = {written}");
    }

    #[test]
    fn ends_of_ranges_are_in_and_what_is_beyond_is_out() {
        check("viewer.wheel_images", "1", Some(&Value::Whole(1)));
        check("viewer.wheel_images", "0xA", Some(&Value::Whole(10)));
        check("viewer.wheel_images", "11", None);
        check("viewer.wheel_images", "-1", None);
        check("viewer.wheel_images", "2.0", None);
        check("viewer.dim", "0.3", Some(&Value::Number(0.3)));
        check("viewer.dim", "1", Some(&Value::Number(1.0)));
        check("viewer.dim", "1.01", None);
        check("viewer.dim", "nan", None);
        check("viewer.text_size", "inf", None);
        check("memory.frames_mib", "65_536", Some(&Value::Whole(65_536)));
        check("memory.frames_mib", "99999999999999999999", None);
        check("logging.hash_uids", "true", Some(&Value::Switch(true)));
        check("logging.hash_uids", "\"true\"", None);
        check("logging.level", "'debug'", Some(&Value::Word("debug")));
        check("logging.level", "'DEBUG'", None);
        check("store.folder", "''", Some(&Value::Folder(String::new())));
        check("store.folder", "'images'", None);
        let root = std::path::absolute("images").expect("a folder").to_string_lossy().into_owned();
        check("store.folder", &format!("'{root}'"), Some(&Value::Folder(root)));
        check("audit.server", "''", Some(&Value::Text(String::new())));
        check("audit.server", "'audit.example:601'", Some(&Value::Text("audit.example:601".to_owned())));
        check("audit.server", "'audit.example:x'", None);
    }
}
