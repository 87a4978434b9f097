//! The value of one setting.

use std::fmt;

use serde::Serialize;

/// The value of one setting. Its text is TOML; as JSON it is a plain value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// On or off.
    Switch(bool),
    /// A count.
    Whole(u32),
    /// A quantity.
    Number(f32),
    /// One of several words.
    Word(&'static str),
    /// A folder; empty for the usual one.
    Folder(String),
    /// Words in a line, or nothing.
    Text(String),
}

impl Value {
    /// Its text in commands and on the screen, where words need no quotes.
    pub fn bare(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Folder(text) | Self::Text(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(is_on) => is_on.fmt(f),
            Self::Whole(count) => count.fmt(f),
            // `Debug` keeps the point: 13.0 stays a number with a fraction.
            Self::Number(number) => write!(f, "{number:?}"),
            Self::Word(word) => write!(f, "\"{word}\""),
            Self::Folder(text) | Self::Text(text) => toml::Value::from(text.as_str()).fmt(f),
        }
    }
}
