//! A setting of a section, for the reader of the file and for the handbook.

use toml::de::DeValue;

use crate::handwritten::nearest;

/// A setting.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    pub(super) allowed: &'static str,
    /// Its words, where it is one of a few.
    pub(super) words: &'static [&'static str],
    pub(super) help: &'static str,
}

pub(super) const fn key(
    name: &'static str,
    default: &'static str,
    allowed: &'static str,
    help: &'static str,
) -> Key {
    Key { name, default, allowed, words: &[], help }
}

impl Key {
    /// The word that was probably meant.
    pub(super) fn nearest(&self, value: &DeValue<'_>) -> Option<&'static str> {
        nearest(value.as_str()?, self.words.iter().copied())
    }
}
