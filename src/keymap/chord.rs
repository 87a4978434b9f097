//! A key with the modifiers held: `Ctrl+K`.

use std::fmt;
use std::str::FromStr;

use super::key::Key;
use crate::handwritten::{did_you_mean, nearest};

/// A key with the modifiers held. Its text form goes both ways (`FromStr`, `Display`): `Ctrl+Shift+N`, `Shift+Space`, `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    key: Key,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

/// Why a text is not a chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    /// No text.
    #[error("a key must be named")]
    Empty,
    /// The last part is not a key.
    #[error("there is no key '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A part before the last is not a modifier.
    #[error("there is no modifier '{0}': Ctrl, Alt and Shift may stand before a key")]
    UnknownModifier(String),
    /// A modifier stands twice.
    #[error("'{0}' is written twice")]
    ModifierTwice(&'static str),
    /// Shift with a key that is bound by its character.
    #[error("'{0}' is written without Shift: the character itself says whether Shift is held")]
    ShiftOfCharacter(Chord),
    /// Esc as a leader or behind one.
    #[error("Esc takes a leader back, so it is bound alone")]
    EscapeInSequence,
    /// More than two chords one after the other.
    #[error("a leader and one more key can be bound, not three keys")]
    TooLong,
}

impl Chord {
    /// A key with no modifier.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// A key as it was pressed. Shift is dropped where it only served to produce a character (`?`).
    pub const fn pressed(key: Key, ctrl: bool, alt: bool, shift: bool) -> Self {
        Self { key, ctrl, alt, shift: shift && !key.is_character() }
    }

    /// The key.
    pub const fn key(self) -> Key {
        self.key
    }

    /// Ctrl is held; on macOS, Command.
    pub const fn ctrl(self) -> bool {
        self.ctrl
    }

    /// Alt is held; on macOS, Option.
    pub const fn alt(self) -> bool {
        self.alt
    }

    /// Shift is held, and not only to produce a character.
    pub const fn shift(self) -> bool {
        self.shift
    }

    /// It writes something where text is typed, so it must not act there.
    pub fn types_text(self) -> bool {
        !self.ctrl && !self.alt && self.key.types_text()
    }

    /// How the key sheet shows it: `Ctrl+PgDn`, `Shift+Tab`, `↓`.
    pub fn label(self) -> String {
        self.written_with(self.key.label())
    }

    fn written_with(self, key: &str) -> String {
        let held = [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")];
        let modifiers = held.iter().filter(|(is_held, _)| *is_held).map(|(_, text)| *text);
        modifiers.chain([key]).collect()
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written_with(self.key.text()))
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text.trim();
        // The key itself may be '+', so a '+' with nothing before or behind it does not divide.
        while let Some((word, behind)) = rest.split_once('+').filter(|(a, b)| !a.is_empty() && !b.is_empty())
        {
            let (held, name) = match word.trim().to_ascii_lowercase().as_str() {
                "ctrl" => (&mut ctrl, "Ctrl"),
                "alt" => (&mut alt, "Alt"),
                "shift" => (&mut shift, "Shift"),
                _ => return Err(ChordError::UnknownModifier(word.trim().to_owned())),
            };
            if std::mem::replace(held, true) {
                return Err(ChordError::ModifierTwice(name));
            }
            rest = behind.trim();
        }
        if rest.is_empty() {
            return Err(ChordError::Empty);
        }
        let key = Key::named(rest).ok_or_else(|| ChordError::UnknownKey {
            name: rest.to_owned(),
            nearest: nearest(rest, Key::ALL.iter().map(|key| key.text())),
        })?;
        let chord = Self::pressed(key, ctrl, alt, shift);
        if shift && !chord.shift { Err(ChordError::ShiftOfCharacter(chord)) } else { Ok(chord) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, written: &str, label: &str) {
        let chord: Chord = text.parse().expect(text);
        assert_eq!((chord.to_string().as_str(), chord.label().as_str()), (written, label));
        assert_eq!(written.parse(), Ok(chord), "{written} reads back");
    }

    #[test]
    fn a_chord_is_written_in_one_way_and_read_in_several() {
        check("Ctrl+K", "Ctrl+K", "Ctrl+K");
        check("shift+ctrl+n", "Ctrl+Shift+N", "Ctrl+Shift+N");
        check("Shift+Space", "Shift+Space", "Shift+Space");
        check("Ctrl + PgDn", "Ctrl+PageDown", "Ctrl+PgDn");
        check("Down", "Down", "↓");
        check("Questionmark", "?", "?");
        check("Ctrl++", "Ctrl++", "Ctrl++");
        check("Ctrl+Plus", "Ctrl++", "Ctrl++");
        check("+", "+", "+");
        check("Alt+1", "Alt+1", "Alt+1");
    }

    #[test]
    fn every_key_reads_back_with_every_modifier() {
        for key in Key::ALL.iter().copied() {
            for held in 0..8 {
                let chord = Chord::pressed(key, held & 1 != 0, held & 2 != 0, held & 4 != 0);
                assert_eq!(chord.to_string().parse(), Ok(chord));
            }
        }
    }

    #[test]
    fn shift_is_part_of_producing_a_character_and_of_nothing_else() {
        assert_eq!(Chord::pressed(Key::Questionmark, false, false, true), Chord::plain(Key::Questionmark));
        assert_ne!(Chord::pressed(Key::Tab, false, false, true), Chord::plain(Key::Tab));
    }

    #[test]
    fn what_writes_text_is_told_from_what_acts_on_it() {
        let types = |text: &str| text.parse::<Chord>().expect(text).types_text();
        for text in ["w", "Shift+W", "?", "1", "Space"] {
            assert!(types(text), "{text}");
        }
        for text in ["Ctrl+W", "Alt+1", "Up", "Escape", "F1", "Enter"] {
            assert!(!types(text), "{text}");
        }
    }

    #[test]
    fn a_wrong_chord_says_what_is_wrong() {
        let message = |text: &str| text.parse::<Chord>().expect_err(text).to_string();
        assert_eq!(message("PagDown"), "there is no key 'PagDown' (did you mean 'PageDown'?)");
        assert_eq!(message("Ctrl+Foo1"), "there is no key 'Foo1'");
        assert_eq!(
            message("Cmd+K"),
            "there is no modifier 'Cmd': Ctrl, Alt and Shift may stand before a key"
        );
        assert_eq!(message("Ctrl+ctrl+K"), "'Ctrl' is written twice");
        assert_eq!(
            message("Ctrl+Shift+?"),
            "'Ctrl+?' is written without Shift: the character itself says whether Shift is held"
        );
        assert_eq!(message(" "), "a key must be named");
        assert_eq!(message("Ctrl+"), "there is no key 'Ctrl+'");
    }
}
