//! Lists of commands under a name of the site's or the reader's.

use std::collections::BTreeMap;

use super::Command;

/// Commands by the name of their macro, in the order in which they are carried out.
pub type Macros = BTreeMap<String, Vec<Command>>;

/// The most letters of a name.
const NAME_MAX: usize = 40;

/// Whether a word can name a macro: letters without accents, digits, - and _.
pub fn is_macro_name(word: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
    (1..=NAME_MAX).contains(&word.len()) && word.bytes().all(is_letter)
}
