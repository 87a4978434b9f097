//! What is wrong with a file of archives, and where.

use std::path::PathBuf;

use crate::handwritten::{LineColumn, did_you_mean};

/// What is wrong with a file of archives, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}:{at}: {fault}", .path.display())]
pub struct PeersError {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: PeersFault,
}

/// What is wrong with a file of archives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeersFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// An archive that is not a section.
    #[error("'{name}' is {found}, where an archive with its settings below is expected: [pacs]")]
    NotASection {
        /// What is written in place of an archive.
        name: String,
        /// What stands there.
        found: &'static str,
    },
    /// No setting of that name.
    #[error("{what} has no setting '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What would have it.
        what: &'static str,
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A secret in a file that everybody reads.
    #[error(
        "'{name}' is never written here: put it into the keyring (hotlight secret set NAME) and write \"keyring:NAME\", or name a file of \
         your own with it"
    )]
    Secret {
        /// What is written.
        name: String,
    },
    /// The wrong type, or out of range.
    #[error("'{key}' is {found}; expected {expected}{}", did_you_mean(.nearest.as_deref()))]
    WrongValue {
        /// The setting.
        key: &'static str,
        /// What is written.
        found: String,
        /// What is allowed.
        expected: &'static str,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Something without which nothing goes.
    #[error("{what} needs '{key}' too")]
    Missing {
        /// What needs it.
        what: &'static str,
        /// The setting.
        key: &'static str,
    },
    /// A secret that could be read on the way.
    #[error("a passcode or token is never sent in clear: write tls = true, or more of it")]
    InClear,
    /// A name and a token.
    #[error("a token says who the reader is: leave 'user' and its passcode out")]
    TwoIdentities,
    /// A secret from two places.
    #[error("the {what} has a place already: leave one out")]
    TwoPlaces {
        /// Passcode or token.
        what: &'static str,
    },
    /// Two archives that are both the usual one.
    #[error("'{other}' is the default already")]
    TwoDefaults {
        /// The one before.
        other: String,
    },
    /// What is named is not there, or not as it must be.
    #[error("{0}")]
    Files(String),
}
