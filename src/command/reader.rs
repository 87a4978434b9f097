//! Who reads, on a station that several share.

use std::fmt;
use std::str::FromStr;

/// Who reads: the user of this computer's account, or one of those who share it, by a name. A name is that of a folder, and never
/// a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Reader(Option<String>);

/// Why a word names no user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReaderError {
    /// There is no word.
    #[error("a user's name is not empty")]
    Empty,
    /// This is not in a name.
    #[error("a user's name has letters without accents, digits, '-', '_' and '.', and not {0:?}")]
    Letter(char),
    /// It has so many letters.
    #[error("a user's name has {max} letters at most, and this one has {0}", max = Reader::NAME_MAX)]
    Long(usize),
    /// It begins with a mark.
    #[error("a user's name begins with a letter or a digit")]
    Start,
    /// It ends with a dot, which some systems cut off.
    #[error("a user's name does not end with '.'")]
    End,
}

impl Reader {
    /// The most letters of a name.
    pub const NAME_MAX: usize = 64;

    /// What commands call the user of this computer's account. Nobody else has this name.
    pub const ACCOUNT: &'static str = "account";

    /// The user of this computer's account.
    pub const fn account() -> Self {
        Self(None)
    }

    /// The name; none of the account's user.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// In the words of a message: `User ann`.
    pub fn title(&self) -> String {
        self.name().map_or_else(|| "The user of this account".to_owned(), |name| format!("User {name}"))
    }
}

impl FromStr for Reader {
    type Err = ReaderError;

    fn from_str(text: &str) -> Result<Self, ReaderError> {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if text == Self::ACCOUNT {
            return Ok(Self::account());
        }
        match (text.chars().next(), text.chars().find(|letter| !is_letter(*letter))) {
            (None, _) => Err(ReaderError::Empty),
            (_, Some(letter)) => Err(ReaderError::Letter(letter)),
            _ if text.len() > Self::NAME_MAX => Err(ReaderError::Long(text.len())),
            (Some(first), _) if !first.is_ascii_alphanumeric() => Err(ReaderError::Start),
            _ if text.ends_with('.') => Err(ReaderError::End),
            _ => Ok(Self(Some(text.to_owned()))),
        }
    }
}

/// As commands name it.
impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or(Self::ACCOUNT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_a_folder_and_never_a_path() {
        let longest = "a".repeat(Reader::NAME_MAX);
        for name in ["ann", "Dr.Berg", "r2_d-2", "9", &longest] {
            let reader: Reader = name.parse().expect(name);
            assert_eq!((reader.name(), reader.to_string().as_str()), (Some(name), name));
        }
        let long = format!("{longest}b");
        for (name, why) in [
            ("", "a user's name is not empty"),
            ("..", "a user's name begins with a letter or a digit"),
            (".ann", "a user's name begins with a letter or a digit"),
            ("-ann", "a user's name begins with a letter or a digit"),
            ("ann.", "a user's name does not end with '.'"),
            ("../ann", "letters without accents, digits, '-', '_' and '.', and not '/'"),
            ("a\\b", "and not '\\\\'"),
            ("ann lee", "and not ' '"),
            ("jürgen", "and not 'ü'"),
            (long.as_str(), "a user's name has 64 letters at most, and this one has 65"),
        ] {
            let told = name.parse::<Reader>().expect_err(name).to_string();
            assert!(told.contains(why), "{name}: {told}");
        }
    }

    #[test]
    fn the_account_has_a_word_and_no_name() {
        assert_eq!("account".parse(), Ok(Reader::account()));
        assert_eq!(Reader::account(), Reader::default());
        assert_eq!((Reader::account().name(), Reader::account().to_string().as_str()), (None, "account"));
    }
}
