//! The keys that can be bound.

/// One row a key: its variant, its name in the window system, how it is written in files, and how the key sheet shows it.
macro_rules! keys {
    (plain: $($plain:ident)*; named: $($key:ident $name:literal $text:literal $label:literal,)*) => {
        /// A key of the keyboard, or the character it produces where that depends on the layout (`?`, `=`, `+` …).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Key {
            $(#[doc = concat!("`", stringify!($plain), "`")] $plain,)*
            $(#[doc = concat!("The key that files write as ", stringify!($text), ".")] $key,)*
        }

        impl Key {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$plain,)* $(Self::$key,)*];

            /// The name that egui gives it: `PageDown`, `Questionmark`, `K`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$plain => stringify!($plain),)*
                    $(Self::$key => $name,)*
                }
            }

            /// How key map files write it: `PageDown`, `?`, `K`.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$plain => stringify!($plain),)*
                    $(Self::$key => $text,)*
                }
            }

            /// How the key sheet shows it: `PgDn`, `?`, `K`.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$plain => stringify!($plain),)*
                    $(Self::$key => $label,)*
                }
            }
        }
    };
}

keys! {
    plain:
    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z
    F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12
    Home End Space Tab Enter Backspace;
    named:
    Digit0 "0" "0" "0",
    Digit1 "1" "1" "1",
    Digit2 "2" "2" "2",
    Digit3 "3" "3" "3",
    Digit4 "4" "4" "4",
    Digit5 "5" "5" "5",
    Digit6 "6" "6" "6",
    Digit7 "7" "7" "7",
    Digit8 "8" "8" "8",
    Digit9 "9" "9" "9",
    Up "Up" "Up" "↑",
    Down "Down" "Down" "↓",
    Left "Left" "Left" "←",
    Right "Right" "Right" "→",
    PageUp "PageUp" "PageUp" "PgUp",
    PageDown "PageDown" "PageDown" "PgDn",
    Escape "Escape" "Escape" "Esc",
    Insert "Insert" "Insert" "Ins",
    Delete "Delete" "Delete" "Del",
    Plus "Plus" "+" "+",
    Minus "Minus" "-" "-",
    Equals "Equals" "=" "=",
    Questionmark "Questionmark" "?" "?",
    Exclamationmark "Exclamationmark" "!" "!",
    Slash "Slash" "/" "/",
    Backslash "Backslash" "\\" "\\",
    Pipe "Pipe" "|" "|",
    Comma "Comma" "," ",",
    Period "Period" "." ".",
    Colon "Colon" ":" ":",
    Semicolon "Semicolon" ";" ";",
    OpenBracket "OpenBracket" "[" "[",
    CloseBracket "CloseBracket" "]" "]",
    OpenCurlyBracket "OpenCurlyBracket" "{" "{",
    CloseCurlyBracket "CloseCurlyBracket" "}" "}",
    Backtick "Backtick" "`" "`",
    Quote "Quote" "'" "'",
}

impl Key {
    /// By its name, its text or its label, in any case: `PageDown`, `pgdn`, `Questionmark`, `?`.
    pub fn named(name: &str) -> Option<Self> {
        let is = |text: &str| text.eq_ignore_ascii_case(name);
        Self::ALL.iter().copied().find(|key| is(key.text()) || is(key.name()) || is(key.label()))
    }

    /// It is bound by the character that it produces, whose place and Shift differ between layouts.
    pub const fn is_character(self) -> bool {
        matches!(
            self,
            Self::Plus
                | Self::Minus
                | Self::Equals
                | Self::Questionmark
                | Self::Exclamationmark
                | Self::Slash
                | Self::Backslash
                | Self::Pipe
                | Self::Comma
                | Self::Period
                | Self::Colon
                | Self::Semicolon
                | Self::OpenBracket
                | Self::CloseBracket
                | Self::OpenCurlyBracket
                | Self::CloseCurlyBracket
                | Self::Backtick
                | Self::Quote
        )
    }

    /// It is a letter of the Latin alphabet.
    pub fn is_letter(self) -> bool {
        self.is_one_of(char::is_alphabetic)
    }

    /// It is a digit.
    pub fn is_digit(self) -> bool {
        self.is_one_of(char::is_numeric)
    }

    fn is_one_of(self, kind: fn(char) -> bool) -> bool {
        let mut characters = self.text().chars();
        characters.next().is_some_and(kind) && characters.next().is_none()
    }

    /// It has a key of its own on a US keyboard that may write something else on another layout: a letter, a digit, or a character
    /// that is written there without Shift.
    pub fn has_place(self) -> bool {
        let is_shifted = || Self::ALL.iter().any(|key| key.shifted() == Some(self));
        self.is_letter() || self.is_digit() || (self.is_character() && !is_shifted())
    }

    /// What its key writes with Shift on a US keyboard, where that can be bound too.
    pub(super) const fn shifted(self) -> Option<Self> {
        Some(match self {
            Self::Digit1 => Self::Exclamationmark,
            Self::Equals => Self::Plus,
            Self::OpenBracket => Self::OpenCurlyBracket,
            Self::CloseBracket => Self::CloseCurlyBracket,
            Self::Backslash => Self::Pipe,
            Self::Semicolon => Self::Colon,
            Self::Slash => Self::Questionmark,
            _ => return None,
        })
    }

    /// It writes something where text is typed.
    pub fn types_text(self) -> bool {
        self.text().chars().count() == 1 || self == Self::Space
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_by_each_of_its_names_and_by_no_other_key() {
        for key in Key::ALL.iter().copied() {
            for name in [key.name(), key.text(), key.label()] {
                assert_eq!(Key::named(name), Some(key), "{name}");
            }
        }
        assert_eq!(Key::named("pgdn"), Some(Key::PageDown));
        assert_eq!(Key::named("Turbo"), None);
    }

    #[test]
    fn characters_are_the_one_letter_texts_that_are_no_letters_and_no_digits() {
        for key in Key::ALL.iter().copied() {
            let is_sign = key.text().chars().count() == 1 && !key.text().chars().all(char::is_alphanumeric);
            assert_eq!(key.is_character(), is_sign, "{}", key.name());
        }
    }

    #[test]
    fn places_are_those_of_what_a_us_keyboard_writes_without_shift() {
        let places: String = Key::ALL.iter().filter(|key| key.has_place()).map(|key| key.text()).collect();
        assert_eq!(places, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=/\\,.;[]`'");
    }
}
