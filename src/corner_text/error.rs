//! What is wrong with a file of corner texts, and where.

use crate::command::Detail;
use crate::handwritten::{LineColumn, Origin, did_you_mean};

use super::corner::Corner;

/// What is wrong with a file of corner texts, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}:{at}: {fault}", place(.origin, .name))]
pub struct CornerTextError {
    /// Whose file.
    pub origin: Origin,
    /// What it is called, without `.toml`.
    pub name: String,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: CornerTextFault,
}

/// What is wrong with a file of corner texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CornerTextFault {
    /// No modality is called so.
    #[error("no modality is called '{name}': the file is named for one, or default.toml{}", did_you_mean(.nearest.as_deref()))]
    UnknownModality {
        /// What the file is called.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A section that is no level of detail.
    #[error("there is no section '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownSection {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A level of detail that is not a section.
    #[error("'{}' is {found}, where a section with corners below is expected: [{}]", .detail.name(), .detail.name())]
    NotASection {
        /// The level.
        detail: Detail,
        /// What stands there.
        found: &'static str,
    },
    /// No corner of that name.
    #[error("there is no corner '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownCorner {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A corner that is not a list.
    #[error("'{}' is {found}, where a list of lines is expected: [\"…\", \"…\"]", .corner.name())]
    NotAList {
        /// The corner.
        corner: Corner,
        /// What stands there.
        found: &'static str,
    },
    /// A line that is not text.
    #[error("a line of '{}' is {found}, where text in quotes is expected", .corner.name())]
    NotText {
        /// The corner.
        corner: Corner,
        /// What stands there.
        found: &'static str,
    },
    /// A line with a line break or a tab in it.
    #[error("a line break or another control character stands in the line: write a line of its own")]
    NotOneLine,
    /// No field of that name.
    #[error("there is no field '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownField {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A brace without the other.
    #[error("a brace stands alone: a field is written {{name}}, within one part of a line")]
    LoneBrace,
}

/// The file; the built-in one goes by its name in the source.
fn place(origin: &Origin, name: &str) -> String {
    match origin.path() {
        Some(path) => path.display().to_string(),
        None => format!("assets/corner-text/{name}.toml"),
    }
}
