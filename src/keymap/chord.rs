//! A key with the modifiers held: `Ctrl+K`, or by its place `Alt+[A]`.

use std::fmt;
use std::str::FromStr;

use super::key::Key;
use crate::handwritten::{did_you_mean, nearest};

/// A key with the modifiers held. Its text form goes both ways (`FromStr`, `Display`): `Ctrl+Shift+N`, `Shift+Space`, `?`, and
/// in brackets a key by its place: `Alt+[A]` is Alt with the key where A is on a US keyboard, whatever it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    key: Key,
    by: By,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

/// What is meant by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum By {
    /// What it writes or is called.
    Sign,
    /// Where it is: the key that writes this on a US keyboard.
    Place,
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
    /// A key in brackets that layouts do not move, or that a US keyboard has with Shift alone.
    #[error("'[{0}]' is no place: in brackets stands a letter, a digit or one of ` - = [ ] \\ ; ' , . /")]
    NoPlace(&'static str),
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
        Self { key, by: By::Sign, ctrl: false, alt: false, shift: false }
    }

    /// A key as it was pressed. Shift is dropped where it only served to produce a character (`?`).
    pub const fn pressed(key: Key, ctrl: bool, alt: bool, shift: bool) -> Self {
        Self { key, by: By::Sign, ctrl, alt, shift: shift && !key.is_character() }
    }

    /// The key that is where `key` is on a US keyboard, as it was pressed; none where no layout moves that.
    pub fn placed(key: Key, ctrl: bool, alt: bool, shift: bool) -> Option<Self> {
        key.has_place().then_some(Self { key, by: By::Place, ctrl, alt, shift })
    }

    /// The key, or whose place it is.
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

    /// Whether one stroke is both on a US keyboard, where each key writes what its place is called by.
    pub(super) fn is_one_stroke_with(self, other: Self) -> bool {
        let is_other = |chord: Self| chord == other;
        let is_this = |chord: Self| chord == self;
        self == other || self.signs().any(is_other) || other.signs().any(is_this)
    }

    /// What a stroke at this place is besides on a US keyboard; nothing where no place is meant.
    fn signs(self) -> impl Iterator<Item = Self> {
        let Self { key, by, ctrl, alt, shift } = self;
        let shifted = key.shifted().filter(|_| shift);
        // A character has another one in its place with Shift, a digit is known by its place as well.
        let own = (shifted.is_none() || !key.is_character()).then_some(key);
        let signs = [own, shifted].into_iter().flatten().filter(move |_| by == By::Place);
        signs.map(move |key| Self::pressed(key, ctrl, alt, shift))
    }

    /// How the key sheet shows it: `Ctrl+PgDn`, `Shift+Tab`, `↓`, `Alt+[A]`.
    pub fn label(self) -> String {
        self.written_with(self.key.label())
    }

    fn written_with(self, key: &str) -> String {
        let (open, close) = if self.by == By::Place { ("[", "]") } else { ("", "") };
        let held = [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")];
        let modifiers = held.iter().filter(|(is_held, _)| *is_held).map(|(_, text)| *text);
        modifiers.chain([open, key, close]).collect()
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
        while let Some((word, behind)) = divided(rest) {
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
        let place = in_brackets(rest);
        let name = place.unwrap_or(rest);
        let key = Key::named(name).ok_or_else(|| ChordError::UnknownKey {
            name: name.to_owned(),
            nearest: nearest(name, Key::ALL.iter().map(|key| key.text())),
        })?;
        if place.is_some() {
            return Self::placed(key, ctrl, alt, shift).ok_or(ChordError::NoPlace(key.text()));
        }
        let chord = Self::pressed(key, ctrl, alt, shift);
        if shift && !chord.shift { Err(ChordError::ShiftOfCharacter(chord)) } else { Ok(chord) }
    }
}

/// A modifier and what stands behind its '+'. The key itself may be '+', so one with nothing before or behind it does not divide, and
/// neither does one in brackets.
fn divided(text: &str) -> Option<(&str, &str)> {
    let parts = text.split_once('+').filter(|(before, behind)| !before.is_empty() && !behind.is_empty());
    parts.filter(|_| in_brackets(text).is_none())
}

/// The name of a place. A bracket alone is a key.
fn in_brackets(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']').map(str::trim).filter(|name| !name.is_empty())
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
        check("[", "[", "[");
        check("Ctrl+]", "Ctrl+]", "Ctrl+]");
    }

    #[test]
    fn a_place_stands_in_brackets() {
        check("alt + [a]", "Alt+[A]", "Alt+[A]");
        check("[ Semicolon ]", "[;]", "[;]");
        check("Shift+[=]", "Shift+[=]", "Shift+[=]");
        check("Ctrl+[[]", "Ctrl+[[]", "Ctrl+[[]");
        check("[]]", "[]]", "[]]");
    }

    #[test]
    fn every_key_reads_back_with_every_modifier() {
        for key in Key::ALL.iter().copied() {
            for held in 0..8 {
                let [ctrl, alt, shift] = [1, 2, 4].map(|bit| held & bit != 0);
                let placed = Chord::placed(key, ctrl, alt, shift);
                for chord in [Some(Chord::pressed(key, ctrl, alt, shift)), placed].into_iter().flatten() {
                    assert_eq!(chord.to_string().parse(), Ok(chord));
                }
            }
        }
    }

    #[test]
    fn a_stroke_is_a_place_and_what_a_us_keyboard_writes_there() {
        let is_one = |a: &str, b: &str| {
            let [a, b]: [Chord; 2] = [a, b].map(|text| text.parse().expect(text));
            assert_eq!(a.is_one_stroke_with(b), b.is_one_stroke_with(a), "{a} {b}");
            a.is_one_stroke_with(b)
        };
        for (place, sign) in [
            ("[Q]", "Q"),
            ("Ctrl+Shift+[Q]", "Ctrl+Shift+Q"),
            ("[1]", "1"),
            ("Shift+[1]", "Shift+1"),
            ("Shift+[1]", "!"),
            ("[=]", "="),
            ("Shift+[=]", "+"),
            // What it writes with Shift cannot be bound, and it goes by the rest.
            ("Shift+[-]", "-"),
            ("Ctrl+Shift+[/]", "Ctrl+?"),
        ] {
            assert!(is_one(place, sign), "{place} {sign}");
        }
        for (place, sign) in
            [("[Q]", "W"), ("[Q]", "Shift+Q"), ("Shift+[=]", "="), ("[1]", "!"), ("[Q]", "[W]"), ("Q", "W")]
        {
            assert!(!is_one(place, sign), "{place} {sign}");
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
        for text in ["w", "Shift+W", "?", "1", "Space", "[Q]", "Shift+[;]"] {
            assert!(types(text), "{text}");
        }
        for text in ["Ctrl+W", "Alt+1", "Up", "Escape", "F1", "Enter", "Alt+[A]"] {
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
        for (text, key) in [("Alt+[F1]", "F1"), ("[?]", "?"), ("[+]", "+")] {
            let expected = format!(
                "'[{key}]' is no place: in brackets stands a letter, a digit or one of ` - = [ ] \\ ; ' , . /"
            );
            assert_eq!(message(text), expected);
        }
        assert_eq!(message("[Semicolin]"), "there is no key 'Semicolin'");
        assert_eq!(message("[]"), "there is no key '[]' (did you mean '['?)");
        assert_eq!(message("Ctrl+"), "there is no key 'Ctrl+'");
    }
}
