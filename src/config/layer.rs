//! One layer over another: every value with its origin, every fault with its place.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::handwritten::{self, LineColumn, Toml, nearest, shortened, value_kind};

use super::error::{ConfigError, SettingFault};
use super::policy::{self, LockPlace, Policy};
use super::schema::{SECTIONS, SETTINGS, Setting};
use super::settings::Settings;
use super::value::Value;

/// Who set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueOrigin {
    /// A file, built in or read.
    File(handwritten::Origin),
    /// An argument.
    CommandLine,
}

impl ValueOrigin {
    /// Who, in a word or two.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::File(origin) => origin.kind(),
            Self::CommandLine => "command line",
        }
    }

    /// The file; none for what is built in or an argument.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(origin) => origin.path(),
            Self::CommandLine => None,
        }
    }
}

impl fmt::Display for ValueOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(origin) => origin.fmt(f),
            Self::CommandLine => f.write_str(self.kind()),
        }
    }
}

/// A setting as it applies.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `section.name`
    pub key: &'static str,
    /// What applies.
    pub value: Value,
    /// Who set it.
    pub origin: ValueOrigin,
    /// In which line of the file; none on the command line.
    pub line: Option<usize>,
    /// Where the site has locked it, if it has.
    pub locked: Option<LockPlace>,
}

/// The layers so far.
#[derive(Default)]
pub(super) struct Layers {
    entries: BTreeMap<&'static str, Entry>,
    /// What the site has locked by now.
    pub(super) policy: Policy,
    pub(super) errors: Vec<ConfigError>,
}

impl Entry {
    /// What it is for, in a sentence.
    pub fn help(&self) -> &'static str {
        Setting::of(self.key).map_or("", |setting| setting.help)
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        Setting::of(self.key).map(Setting::allowed).unwrap_or_default()
    }

    /// The next value that is allowed, or the one before; none where the values end.
    pub fn beside(&self, is_next: bool) -> Option<Value> {
        Setting::of(self.key)?.beside(&self.value, is_next)
    }
}

/// With its offset in the text, in bytes.
type Fault = (usize, SettingFault);

impl Layers {
    /// Lays a file over what is there.
    pub(super) fn file(&mut self, text: &str, origin: handwritten::Origin) {
        let toml = Toml::read(text);
        let mut faults = self.lock(&toml, text, &origin);
        let is_own = matches!(origin, handwritten::Origin::User(_));
        let origin = ValueOrigin::File(origin);
        let mut set: Vec<(LineColumn, &Setting, Value)> = Vec::new();
        for (section, key, value) in flat(&toml, &mut faults) {
            let key_at = key.span().start;
            match read(section, key.get_ref(), value.get_ref(), text.get(value.span())) {
                Ok((setting, value)) => set.push((toml.line_column(key_at), setting, value)),
                Err(fault @ SettingFault::WrongValue { .. }) => faults.push((value.span().start, fault)),
                Err(fault) => faults.push((key_at, fault)),
            }
        }
        let faults = toml.told(faults, SettingFault::Syntax);
        set.sort_by_key(|(at, ..)| *at);
        for (at, setting, value) in set {
            if let Some(fault) = self.policy.refusal(setting.key).filter(|_| is_own) {
                let told = ConfigError::Setting { origin: origin.clone(), at: Some(at), fault };
                self.policy.overruled.push(told.to_string());
            } else {
                self.set(setting, value, origin.clone(), Some(at.line));
            }
        }
        self.errors.extend(faults.into_iter().map(|(at, fault)| ConfigError::Setting {
            origin: origin.clone(),
            at: Some(at),
            fault,
        }));
    }

    /// Takes what the site locks; gives what is wrong with it.
    fn lock(&mut self, toml: &Toml<'_>, text: &str, origin: &handwritten::Origin) -> Vec<Fault> {
        let locked = toml.table.iter().find(|(name, _)| name.get_ref() == policy::KEY);
        match (locked, origin) {
            (Some((_, value)), handwritten::Origin::Site(path)) => self.policy.read(value, toml, text, path),
            (Some((name, _)), _) => vec![(name.span().start, SettingFault::OnlyTheSite)],
            (None, _) => Vec::new(),
        }
    }

    /// Lays an argument over what is there: `viewer.layout=1x2`. Words need no quotes.
    pub(super) fn argument(&mut self, argument: &str) {
        let read = read_argument(argument)
            .and_then(|(setting, value)| self.policy.refusal(setting.key).map_or(Ok((setting, value)), Err));
        match read {
            Ok((setting, value)) => self.set(setting, value, ValueOrigin::CommandLine, None),
            Err(fault) => {
                self.errors.push(ConfigError::Setting { origin: ValueOrigin::CommandLine, at: None, fault });
            }
        }
    }

    fn set(&mut self, setting: &Setting, value: Value, origin: ValueOrigin, line: Option<usize>) {
        let entry = Entry { key: setting.key, value, origin, line, locked: None };
        self.entries.insert(setting.key, entry);
    }

    /// The settings as they apply, typed and in the order of the schema.
    pub(super) fn finish(mut self) -> (Settings, Vec<Entry>) {
        let mut settings = Settings::default();
        let mut entries = Vec::new();
        for setting in SETTINGS {
            if let Some(mut entry) = self.entries.remove(setting.key) {
                entry.locked = self.policy.lock(setting.key).cloned();
                setting.put(&entry.value, &mut settings);
                entries.push(entry);
            }
        }
        (settings, entries)
    }
}

type Flat<'a, 't> = (Option<&'static str>, &'a Spanned<DeString<'t>>, &'a Spanned<DeValue<'t>>);

/// Every key with its section; sections that are none become faults.
fn flat<'a, 't>(toml: &'a Toml<'t>, faults: &mut Vec<Fault>) -> Vec<Flat<'a, 't>> {
    let mut keys = Vec::new();
    for (name, value) in toml.table.iter().filter(|(name, _)| name.get_ref() != policy::KEY) {
        let section = SECTIONS.iter().map(|(section, _)| *section).find(|section| section == name.get_ref());
        let at = name.span().start;
        match (section, value.get_ref()) {
            (Some(section), DeValue::Table(table)) => {
                keys.extend(table.iter().map(|(key, value)| (Some(section), key, value)));
            }
            (Some(section), _) => faults.push((
                at,
                SettingFault::WrongValue {
                    key: section,
                    found: "not a section".to_owned(),
                    expected: format!("[{section}] with its settings below"),
                    nearest: None,
                },
            )),
            (None, DeValue::Table(_) | DeValue::Array(_)) => {
                let nearest = nearest(name.get_ref(), SECTIONS.iter().map(|(section, _)| *section));
                faults.push((
                    at,
                    SettingFault::UnknownSection { name: name.get_ref().clone().into_owned(), nearest },
                ));
            }
            (None, _) => keys.push((None, name, value)),
        }
    }
    keys
}

/// A setting and its value, from what is written for it.
fn read(
    section: Option<&str>,
    name: &str,
    value: &DeValue<'_>,
    written: Option<&str>,
) -> Result<(&'static Setting, Value), SettingFault> {
    let key = section.map_or_else(|| name.to_owned(), |section| format!("{section}.{name}"));
    let Some(setting) = Setting::of(&key) else {
        if section.is_some() && name == policy::KEY {
            return Err(SettingFault::MisplacedLock);
        }
        let nearest = nearest_key(&key);
        return Err(SettingFault::UnknownKey { key, nearest });
    };
    match setting.accept(value) {
        Some(value) => Ok((setting, value)),
        None => Err(SettingFault::WrongValue {
            key: setting.key,
            found: found(value, written.unwrap_or_default()),
            expected: setting.allowed(),
            nearest: value.as_str().and_then(|word| nearest(word, setting.words())),
        }),
    }
}

fn read_argument(argument: &str) -> Result<(&'static Setting, Value), SettingFault> {
    let Some((key, written)) = argument.split_once('=') else {
        return Err(SettingFault::NoValue(argument.to_owned()));
    };
    read_words(key, written)
}

/// A setting and its value as words, without the quotes of TOML.
pub(super) fn read_words(key: &str, written: &str) -> Result<(&'static Setting, Value), SettingFault> {
    let written = written.trim();
    // What is not TOML is a word whose quotes the shell took away.
    let value = DeValue::parse(written).map_or_else(|_| DeValue::String(written.into()), Spanned::into_inner);
    let (section, name) = key.trim().split_once('.').map_or((None, key.trim()), |(s, n)| (Some(s), n));
    read(section, name, &value, Some(written))
}

/// The setting that was probably meant: misspelt, or without its section, or in the wrong one.
fn nearest_key(key: &str) -> Option<&'static str> {
    let name = key.rsplit_once('.').map_or(key, |(_, name)| name);
    let named = || SETTINGS.iter().find(|setting| setting.section_and_name().1 == name);
    nearest(key, SETTINGS.iter().map(|setting| setting.key)).or_else(|| named().map(|setting| setting.key))
}

/// What is written, cut when long.
pub(super) fn found(value: &DeValue<'_>, written: &str) -> String {
    match value {
        DeValue::Table(_) | DeValue::Array(_) => value_kind(value).to_owned(),
        _ if written.is_empty() => "empty".to_owned(),
        _ => shortened(written),
    }
}
