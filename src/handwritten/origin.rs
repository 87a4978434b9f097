//! Whose file something stands in.

use std::fmt;
use std::path::{Path, PathBuf};

/// Whose file something stands in; what a later one says replaces what an earlier one says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Hotlight's own.
    Shipped,
    /// Hotlight's own, of the keys of another viewer, by its name.
    Profile(&'static str),
    /// The site's, for every reader of this machine.
    Site(PathBuf),
    /// The reader's own.
    User(PathBuf),
}

impl Origin {
    /// Whose, in one word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Profile(_) => "profile",
            Self::Site(_) => "site",
            Self::User(_) => "user",
        }
    }

    /// Another file of the same people; what is built in has none.
    pub(crate) fn moved_to(&self, path: PathBuf) -> Self {
        match self {
            Self::Shipped | Self::Profile(_) => self.clone(),
            Self::Site(_) => Self::Site(path),
            Self::User(_) => Self::User(path),
        }
    }

    /// The file; none for what is built in.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Shipped | Self::Profile(_) => None,
            Self::Site(path) | Self::User(path) => Some(path),
        }
    }
}

/// The kind, and the path or name where there is one: `site /etc/hotlight/keymap.toml`, `profile weasis`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Self::Shipped => Ok(()),
            Self::Profile(profile) => write!(f, " {profile}"),
            Self::Site(path) | Self::User(path) => write!(f, " {}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_told_in_words_and_the_user_comes_last() {
        let site = Origin::Site("/etc/hotlight/keymap.toml".into());
        let user = Origin::User("/a/keymap.toml".into());
        assert_eq!(site.to_string(), "site /etc/hotlight/keymap.toml");
        assert_eq!(Origin::Shipped.to_string(), "shipped");
        assert!(Origin::Shipped < Origin::Profile("ohif") && Origin::Profile("ohif") < site && site < user);
    }
}
