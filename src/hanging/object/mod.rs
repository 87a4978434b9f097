//! Protocols as DICOM Hanging Protocol objects and back: what both can say is kept, all else is named. PS3.3 A.44, C.23.

mod block;
mod definition;
mod export;
mod image_set;
mod import;
mod layout;
mod selector;
mod terms;
#[cfg(test)]
mod tests;
mod view;

use std::fmt;

use crate::dicom::{Attributes, Tag, keyword_of};

use super::write::key;

pub use export::{Made, export};
pub use import::{Imported, import};

/// Something that one of both cannot say, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSaid {
    /// What cannot be said.
    pub what: Unsaid,
    /// Why, or what stands in its place.
    pub why: String,
}

/// What cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsaid {
    /// A key of a protocol's file, by the keys above it: `sets`, `lung`, `prefer`.
    Key(Vec<String>),
    /// An attribute of the object.
    Attribute(Tag),
}

impl fmt::Display for NotSaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Unsaid::Key(path) => {
                let path: Vec<String> = path.iter().map(|name| key(name)).collect();
                write!(f, "{}: {}", path.join("."), self.why)
            }
            Unsaid::Attribute(tag) => write!(f, "{}: {}", name_of(*tag), self.why),
        }
    }
}

/// What was not said so far, each once.
#[derive(Debug, Default)]
struct Notes(Vec<NotSaid>);

impl Notes {
    fn key(&mut self, path: &[&str], why: &str) {
        let path = path.iter().map(|&name| name.to_owned()).collect();
        self.add(NotSaid { what: Unsaid::Key(path), why: why.to_owned() });
    }

    fn attribute(&mut self, tag: Tag, why: impl Into<String>) {
        self.add(NotSaid { what: Unsaid::Attribute(tag), why: why.into() });
    }

    fn add(&mut self, note: NotSaid) {
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }
}

/// Why an object makes no protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// An object of another kind.
    #[error("SOP Class UID (0008,0016) is {0}: the object is no hanging protocol")]
    NotAProtocol(String),
    /// What must be there is absent or empty.
    #[error("{0} is missing")]
    Missing(String),
    /// What cannot be.
    #[error("{attribute} is {found}; expected {expected}")]
    Wrong {
        /// Name and tag.
        attribute: String,
        /// What stands there.
        found: String,
        /// What could.
        expected: String,
    },
    /// More items than any protocol has.
    #[error("{attribute} has {count} items; {most} at most are read")]
    TooMany {
        /// Name and tag.
        attribute: String,
        /// How many there are.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// Each part is sound, and the whole is not.
    #[error("what the object says makes no protocol: {0}")]
    NoProtocol(String),
}

/// A longer value is cut in messages, characters.
const SHOWN_MAX: usize = 40;

impl ImportError {
    fn missing(tag: Tag) -> Self {
        Self::Missing(name_of(tag))
    }

    fn wrong(tag: Tag, found: &str, expected: &str) -> Self {
        let found = found.chars().filter(|letter| !letter.is_control()).take(SHOWN_MAX).collect();
        Self::Wrong { attribute: name_of(tag), found, expected: expected.to_owned() }
    }
}

/// An attribute's name and tag: `Image Sets Sequence (0072,0020)`.
fn name_of(tag: Tag) -> String {
    let keyword: Vec<char> = keyword_of(tag).chars().collect();
    if keyword.first() == Some(&'(') {
        return tag.to_string();
    }
    let mut name = String::new();
    for (at, letter) in keyword.iter().enumerate() {
        let is_after_lower = at > 0 && keyword[at - 1].is_lowercase();
        let is_before_lower = at > 0 && keyword.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (is_after_lower || is_before_lower) {
            name.push(' ');
        }
        name.push(*letter);
    }
    format!("{name} {tag}")
}

/// A text that must be there.
fn required(at: &Attributes<'_>, tag: Tag) -> Result<String, ImportError> {
    at.text(tag).ok_or_else(|| ImportError::missing(tag))
}

/// A whole number that must be there.
fn required_integer(at: &Attributes<'_>, tag: Tag) -> Result<i64, ImportError> {
    at.integer(tag).ok_or_else(|| ImportError::missing(tag))
}

/// The items of a sequence that has at least one.
fn items<'a>(at: &Attributes<'a>, tag: Tag, most: usize) -> Result<Vec<Attributes<'a>>, ImportError> {
    let items = optional_items(at, tag, most)?;
    if items.is_empty() { Err(ImportError::missing(tag)) } else { Ok(items) }
}

/// The items of a sequence that may have none.
fn optional_items<'a>(
    at: &Attributes<'a>,
    tag: Tag,
    most: usize,
) -> Result<Vec<Attributes<'a>>, ImportError> {
    let items: Vec<Attributes<'a>> = at.items(tag).collect();
    if items.len() > most {
        return Err(ImportError::TooMany { attribute: name_of(tag), count: items.len(), most });
    }
    Ok(items)
}

/// `YES` or `NO`; none where nothing is said.
fn flag(at: &Attributes<'_>, tag: Tag) -> Result<Option<bool>, ImportError> {
    match at.text(tag).as_deref() {
        None => Ok(None),
        Some("YES") => Ok(Some(true)),
        Some("NO") => Ok(Some(false)),
        Some(other) => Err(ImportError::wrong(tag, other, "YES or NO")),
    }
}
