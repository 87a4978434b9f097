//! What is wrong with a file of protocols, and where.

use std::path::PathBuf;

use crate::handwritten::{LineColumn, did_you_mean};

use super::grid::GridError;
use super::pattern::PatternError;

/// What is wrong with a protocol's file, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}:{at}: {fault}", .path.display())]
pub struct ProtocolError {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: ProtocolFault,
}

/// What is wrong with a protocol.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProtocolFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// No key of that name.
    #[error("{section} has no '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// Where it stands: `a stage`.
        section: &'static str,
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// The wrong type, or out of range.
    #[error("'{key}' is {found}; expected {expected}{}", did_you_mean(.nearest.as_deref()))]
    WrongValue {
        /// The key.
        key: String,
        /// What is written.
        found: String,
        /// What is allowed.
        expected: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A key that must be there.
    #[error("{section} needs '{key}': {what}")]
    Needed {
        /// Where.
        section: &'static str,
        /// Which key.
        key: &'static str,
        /// What it is.
        what: &'static str,
    },
    /// A format of a later Hotlight, or none.
    #[error("schema {0} is not known here: this Hotlight reads schema 1")]
    Schema(i64),
    /// No pattern.
    #[error("'{key}' \"{written}\": {error}")]
    Pattern {
        /// The key.
        key: String,
        /// What is written.
        written: String,
        /// Why it is none.
        error: PatternError,
    },
    /// No grid.
    #[error("{0}")]
    Grid(#[from] GridError),
    /// A letter of a grid with nothing under it.
    #[error("the grid shows {0}, and the stage has no view {0}")]
    NoView(char),
    /// A view that no grid shows.
    #[error("the stage has a view {0}, and no grid of it shows {0}")]
    UnseenView(char),
    /// A letter in two grids.
    #[error("{0} stands in the grids of two screens: a view is on one")]
    OnTwoScreens(char),
    /// No display set of that name.
    #[error("there is no set '{name}'{}", did_you_mean(.nearest.as_deref()))]
    NoSet {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// No display set of that name stands before one that is other than it.
    #[error("no set '{name}' stands before this one{}", did_you_mean(.nearest.as_deref()))]
    NoSetBefore {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// No attribute that can be compared.
    #[error(
        "'{0}' is no attribute of texts or numbers: write a keyword such as ProtocolName, or \"0018,1030\""
    )]
    NoAttribute(String),
    /// No window preset, palette or volume preset of that name.
    #[error("there is no {what} '{name}'{}", did_you_mean(.nearest.as_deref()))]
    NoName {
        /// What it should be the name of.
        what: &'static str,
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A stage that is never shown.
    #[error("stage '{stage}' is never reached: {why}")]
    Unreachable {
        /// Its name.
        stage: String,
        /// Why.
        why: String,
    },
    /// Nothing to show.
    #[error("a protocol shows something: write a [[stages]]")]
    NoStage,
    /// No protocol to extend.
    #[error("there is no protocol '{name}' to extend{}", did_you_mean(.nearest.as_deref()))]
    NoParent {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// Protocols that extend each other, or sets that are like each other.
    #[error("'{0}' comes back to itself, by way of others or at once")]
    Circle(String),
}
