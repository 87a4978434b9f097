//! A table of TOML, read key by key: what is wrong is noted with its place, and what nobody asked for is unknown.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::dicom::{Tag, VR, tag_of, vr_of};
use crate::handwritten::{decimal, nearest, shortened, value_kind};

use super::fault::ProtocolFault;
use super::pattern::Pattern;
use super::protocol::Span;
use super::tag_rule::{TagRule, TagValue};

/// Lists may be so long: more is a mistake.
const LIST_MAX: usize = 200;

/// The faults of a file so far, with their offsets in bytes.
pub(super) type Faults = RefCell<Vec<(usize, ProtocolFault)>>;

/// A table that is being read.
pub(super) struct Section<'a> {
    /// What it is, for messages: `a stage`.
    what: &'static str,
    table: &'a DeTable<'a>,
    at: usize,
    faults: &'a Faults,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(super) const fn new(
        what: &'static str,
        table: &'a DeTable<'a>,
        at: usize,
        faults: &'a Faults,
    ) -> Self {
        Self { what, table, at, faults, asked: RefCell::new(Vec::new()) }
    }

    /// Where it stands, in bytes.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn note(&self, at: usize, fault: ProtocolFault) {
        self.faults.borrow_mut().push((at, fault));
    }

    /// Tells what nobody asked for. To be called when all was read.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (name, _) in self.table {
            let written = name.get_ref().as_ref();
            if !asked.contains(&written) {
                let nearest = nearest(written, asked.iter().copied());
                let fault =
                    ProtocolFault::UnknownKey { section: self.what, name: written.to_owned(), nearest };
                self.note(name.span().start, fault);
            }
        }
    }

    /// The value of a key, and where it stands.
    pub(super) fn value(&self, key: &'static str) -> Option<(&'a DeValue<'a>, usize)> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some((value.get_ref(), value.span().start))
    }

    /// All keys with their values in the order of the file, of a table whose keys are the reader's own words: such a table has no
    /// [`Section::finish`].
    pub(super) fn entries(&self) -> Vec<(&'a str, usize, &'a Spanned<DeValue<'a>>)> {
        let entry = |(name, value): (&'a Spanned<DeString<'a>>, _)| {
            (name.get_ref().as_ref(), name.span().start, value)
        };
        let mut entries: Vec<_> = self.table.iter().map(entry).collect();
        entries.sort_by_key(|(_, at, _)| *at);
        entries
    }

    pub(super) fn wrong(
        &self,
        key: &str,
        value: &DeValue<'_>,
        at: usize,
        expected: &str,
        nearest: Option<&'static str>,
    ) {
        let fault = ProtocolFault::WrongValue {
            key: key.to_owned(),
            found: found(value),
            expected: expected.to_owned(),
            nearest,
        };
        self.note(at, fault);
    }

    pub(super) fn text(&self, key: &'static str) -> Option<(&'a str, usize)> {
        let (value, at) = self.value(key)?;
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(key, value, at, "text in quotes", None);
        }
        text.map(|text| (text, at))
    }

    /// Tells that a key is missing, where it is.
    pub(super) fn need(&self, key: &'static str, what: &'static str) {
        if !self.table.iter().any(|(name, _)| name.get_ref().as_ref() == key) {
            self.note(self.at, ProtocolFault::Needed { section: self.what, key, what });
        }
    }

    /// A text that must be there.
    pub(super) fn needed_text(&self, key: &'static str, what: &'static str) -> Option<(&'a str, usize)> {
        self.need(key, what);
        self.text(key)
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let (value, at) = self.value(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(key, value, at, "true or false", None);
        }
        flag
    }

    pub(super) fn integer(&self, key: &'static str, least: i64, most: i64) -> Option<i64> {
        let (value, at) = self.value(key)?;
        let number = decimal(value).filter(|number| number.fract() == 0.0);
        #[expect(clippy::cast_possible_truncation, reason = "a whole number, and compared with the bounds")]
        let integer = number.map(|number| number as i64).filter(|integer| (least..=most).contains(integer));
        if integer.is_none() {
            self.wrong(key, value, at, &format!("a whole number from {least} to {most}"), None);
        }
        integer
    }

    pub(super) fn number(&self, key: &'static str, least: f64, most: f64) -> Option<f64> {
        let (value, at) = self.value(key)?;
        let number = decimal(value).filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(key, value, at, &format!("a number from {least} to {most}"), None);
        }
        number
    }

    /// `3`, or `{ min = 1, max = 3 }` with one of both or both.
    pub(super) fn span(&self, key: &'static str) -> Option<Span> {
        let (value, at) = self.value(key)?;
        self.span_of(key, value, at)
    }

    fn span_of(&self, key: &str, value: &'a DeValue<'a>, at: usize) -> Option<Span> {
        if let Some(number) = decimal(value) {
            return Some(Span { min: Some(number), max: Some(number) });
        }
        if let DeValue::Table(table) = value {
            let before = self.faults.borrow().len();
            let section = Section::new("a span", table, at, self.faults);
            let span = Span { min: section.number("min", 0.0, 1e9), max: section.number("max", 0.0, 1e9) };
            section.finish();
            match (span.min, span.max) {
                // What is wrong inside was told there.
                _ if self.faults.borrow().len() > before => return None,
                (None, None) => {}
                (Some(min), Some(max)) if min > max => {}
                _ => return Some(span),
            }
        }
        self.wrong(key, value, at, "a number, or { min = NUMBER, max = NUMBER }", None);
        None
    }

    /// A word of a list.
    pub(super) fn word<T: Copy>(&self, key: &'static str, known: &[(&'static str, T)]) -> Option<T> {
        let (value, at) = self.value(key)?;
        self.one_of(key, value, at, known)
    }

    /// Words of a list: one, or several in brackets.
    pub(super) fn words<T: Copy>(&self, key: &'static str, known: &[(&'static str, T)]) -> Option<Vec<T>> {
        let words = self.several(key)?;
        let read: Vec<T> =
            words.into_iter().filter_map(|(value, at)| self.one_of(key, value, at, known)).collect();
        (!read.is_empty()).then_some(read)
    }

    fn one_of<T: Copy>(
        &self,
        key: &str,
        value: &DeValue<'_>,
        at: usize,
        known: &[(&'static str, T)],
    ) -> Option<T> {
        let names = || known.iter().map(|(name, _)| *name);
        let found = value.as_str().and_then(|word| known.iter().find(|(name, _)| *name == word));
        if found.is_none() {
            let expected = names().collect::<Vec<_>>().join(", ");
            self.wrong(
                key,
                value,
                at,
                &format!("one of {expected}"),
                nearest(value.as_str().unwrap_or_default(), names()),
            );
        }
        found.map(|(_, known)| *known)
    }

    /// Texts: one, or several in brackets.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<(&'a str, usize)>> {
        let values = self.several(key)?;
        let read = values.into_iter().filter_map(|(value, at)| {
            let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
            if text.is_none() {
                self.wrong(key, value, at, "text in quotes, or a list of texts", None);
            }
            Some((text?, at))
        });
        let read: Vec<_> = read.collect();
        (!read.is_empty()).then_some(read)
    }

    /// The same, in capitals, as DICOM writes its words.
    pub(super) fn capitals(&self, key: &'static str) -> Option<Vec<String>> {
        Some(self.texts(key)?.into_iter().map(|(text, _)| text.to_uppercase()).collect())
    }

    pub(super) fn patterns(&self, key: &'static str) -> Option<Vec<Pattern>> {
        let read = self.texts(key)?.into_iter().filter_map(|(text, at)| match Pattern::parse(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let (key, written) = (key.to_owned(), shortened(text));
                self.note(at, ProtocolFault::Pattern { key, written, error });
                None
            }
        });
        let read: Vec<_> = read.collect();
        (!read.is_empty()).then_some(read)
    }

    /// Attributes by tag or keyword, and what each must be: words, an expression, a number or a span of them.
    pub(super) fn tags(&self, key: &'static str) -> Option<Vec<TagRule>> {
        let rules = self.section(key, "'tag'")?;
        let read = rules.entries().into_iter().filter_map(|(name, at, value)| {
            let Some(tag) = attribute(name) else {
                self.note(at, ProtocolFault::NoAttribute(shortened(name)));
                return None;
            };
            let value = rules.tag_value(name, value.get_ref(), value.span().start)?;
            Some(TagRule { tag, value })
        });
        let read: Vec<TagRule> = read.collect();
        (!read.is_empty()).then_some(read)
    }

    fn tag_value(&self, name: &str, value: &'a DeValue<'a>, at: usize) -> Option<TagValue> {
        if matches!(value, DeValue::Table(_)) || decimal(value).is_some() {
            return self.span_of(name, value, at).map(TagValue::Number);
        }
        let values: Vec<(&DeValue<'_>, usize)> = match value {
            DeValue::Array(list) => list.iter().map(|value| (value.get_ref(), value.span().start)).collect(),
            value => vec![(value, at)],
        };
        let pattern = |&(value, at): &(&DeValue<'_>, usize)| {
            let pattern = value.as_str().and_then(|text| Pattern::parse(text).ok());
            let pattern = pattern.filter(|pattern| !matches!(pattern, Pattern::Code { .. }));
            if pattern.is_none() {
                let expected =
                    "words, an expression between slashes, a number, or { min = NUMBER, max = NUMBER }";
                self.wrong(name, value, at, expected, None);
            }
            pattern
        };
        let patterns: Vec<Pattern> = values.iter().take(LIST_MAX).filter_map(pattern).collect();
        (!patterns.is_empty()).then_some(TagValue::Like(patterns))
    }

    /// A length of time such as `3y`, `6m` or `10d`, in days.
    pub(super) fn days(&self, key: &'static str) -> Option<i64> {
        let (value, at) = self.value(key)?;
        let days = value.as_str().and_then(|text| {
            let unit = text.chars().next_back()?;
            let count: i64 = text.strip_suffix(unit)?.parse().ok()?;
            let days = match unit {
                'd' => 1,
                'w' => 7,
                'm' => 30,
                'y' => 365,
                _ => return None,
            };
            (0..=36_500).contains(&count).then_some(count * days)
        });
        if days.is_none() {
            self.wrong(key, value, at, "a time such as \"10d\", \"2w\", \"6m\" or \"3y\"", None);
        }
        days
    }

    fn several(&self, key: &'static str) -> Option<Vec<(&'a DeValue<'a>, usize)>> {
        let (value, at) = self.value(key)?;
        match value {
            DeValue::Array(list) if list.is_empty() || list.len() > LIST_MAX => {
                self.wrong(key, value, at, &format!("1 to {LIST_MAX} values"), None);
                None
            }
            DeValue::Array(list) => {
                Some(list.iter().map(|value| (value.get_ref(), value.span().start)).collect())
            }
            _ => Some(vec![(value, at)]),
        }
    }

    /// A table below a key.
    pub(super) fn section(&self, key: &'static str, what: &'static str) -> Option<Section<'a>> {
        let (value, at) = self.value(key)?;
        self.below(key, value, at, what)
    }

    /// A value as a table.
    pub(super) fn below(
        &self,
        key: &str,
        value: &'a DeValue<'a>,
        at: usize,
        what: &'static str,
    ) -> Option<Section<'a>> {
        if let DeValue::Table(table) = value {
            return Some(Section::new(what, table, at, self.faults));
        }
        self.wrong(key, value, at, "a table", None);
        None
    }

    /// Tables below a key: `[[key]]`.
    pub(super) fn sections(&self, key: &'static str, what: &'static str) -> Vec<Section<'a>> {
        let Some((value, at)) = self.value(key) else { return Vec::new() };
        if let DeValue::Array(list) = value {
            let below =
                |value: &'a Spanned<DeValue<'a>>| self.below(key, value.get_ref(), value.span().start, what);
            return list.iter().filter_map(below).collect();
        }
        self.wrong(key, value, at, &format!("tables: [[{key}]]"), None);
        Vec::new()
    }
}

/// An attribute of texts or numbers, by its keyword or as `gggg,eeee`.
pub(super) fn attribute(name: &str) -> Option<Tag> {
    // The parser of tags cuts between bytes, wherever a letter ends.
    let plain = Some(name).filter(|name| name.is_ascii());
    let tag = tag_of(name).or_else(|| plain?.parse().ok())?;
    let is_compared =
        !matches!(vr_of(tag), VR::SQ | VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN | VR::AT);
    is_compared.then_some(tag)
}

/// A value in a message.
fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", shortened(text)),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        _ => value_kind(value).to_owned(),
    }
}
