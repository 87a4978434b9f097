//! What is wrong with a key map, and where.

use std::fmt;

use crate::command::{CommandError, Context};

use super::chord::ChordError;
use super::sequence::Sequence;
use crate::handwritten::LineColumn;
use crate::handwritten::Origin;
use crate::handwritten::did_you_mean;

/// What is wrong with a key map, and where: `FILE:LINE:COLUMN: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {fault}", place(.origin, *.at))]
pub struct KeymapError {
    /// In which file.
    pub origin: Origin,
    /// Where in it.
    pub at: LineColumn,
    /// What.
    pub fault: KeymapFault,
}

/// What is wrong with a key map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum KeymapFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A table that is no context.
    #[error("there is no context '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownContext {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// A context that is not a table.
    #[error("'{}' is {found}, where a table of keys and commands is expected: [{}]", .context.name(), .context.name())]
    NotATable {
        /// The context.
        context: Context,
        /// What stands there.
        found: &'static str,
    },
    /// The key is not a chord.
    #[error(transparent)]
    Chord(#[from] ChordError),
    /// The value is not text.
    #[error("'{chord}' is bound to {found}, where a command in quotes is expected, or \"none\"")]
    NotText {
        /// What is bound.
        chord: Sequence,
        /// What stands there.
        found: &'static str,
    },
    /// The text is not a command.
    #[error("'{chord}': {error}")]
    Command {
        /// What is bound.
        chord: Sequence,
        /// Why.
        error: CommandError,
    },
    /// The command does not belong to the context.
    #[error("'{chord}': '{command}' works in [{}] only, not in [{}]", .belongs.name(), .context.name())]
    WrongContext {
        /// What is bound.
        chord: Sequence,
        /// The first word of the command.
        command: &'static str,
        /// Where it is bound.
        context: Context,
        /// Where it may be.
        belongs: Context,
    },
    /// A chord twice in one context of one file.
    #[error("'{chord}' is bound twice in [{}], first at {first}", .context.name())]
    Twice {
        /// What is bound.
        chord: Sequence,
        /// Where it is bound.
        context: Context,
        /// Where it was bound already.
        first: LineColumn,
    },
    /// A chord both in `everywhere` and in a narrower context.
    #[error(
        "'{chord}' is bound in [{}] here and in [{}] at {}: bind it to \"none\" in one of them",
        .context.name(), .other.name(), place(.other_origin, *.other_at)
    )]
    Conflict {
        /// What is bound.
        chord: Sequence,
        /// One context.
        context: Context,
        /// The other context.
        other: Context,
        /// The other file.
        other_origin: Origin,
        /// Where in it.
        other_at: LineColumn,
    },
    /// `macros` is not a table.
    #[error("'macros' is {0}, where lists of commands by name are expected: [macros]")]
    NotMacros(&'static str),
    /// A name that is none.
    #[error("'{0}' is no name for a macro: letters, digits, - and _, at most 40 of them")]
    MacroName(String),
    /// A macro that is not a list.
    #[error("'{name}' is {found}, where a list of commands in quotes is expected, or \"none\"")]
    MacroList {
        /// The macro.
        name: String,
        /// What stands there.
        found: &'static str,
    },
    /// Something in a macro that is not text.
    #[error("'{name}' holds {found}, where a command in quotes is expected")]
    MacroStep {
        /// The macro.
        name: String,
        /// What stands there.
        found: &'static str,
    },
    /// A text in a macro that is no command.
    #[error("'{name}': {error}")]
    MacroCommand {
        /// The macro.
        name: String,
        /// Why.
        error: CommandError,
    },
    /// A macro that nobody has defined.
    #[error("there is no macro '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownMacro {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// Macros that carry each other out without end: their names.
    #[error("a macro carries itself out: {0}")]
    MacroCircle(String),
    /// A macro of too many commands.
    #[error("'{name}' comes to more than {most} commands, those of macros in it included")]
    MacroTooLong {
        /// The macro.
        name: String,
        /// How many it may have.
        most: usize,
    },
    /// A key without Ctrl, Alt or a leader, bound to what may bring another patient.
    #[error(
        "'{chord}': no key alone brings another patient, as '{command}' may: hold Ctrl or Alt with it, or put a leader before it"
    )]
    Alone {
        /// What is bound.
        chord: Sequence,
        /// What it gives.
        command: String,
    },
    /// A key by its place and by what it writes, bound where both would answer on a US keyboard.
    #[error(
        "'{chord}' in [{}] and '{other_chord}' in [{}] at {} are one key on a US keyboard: bind one of them to \"none\"",
        .context.name(), .other.name(), place(.other_origin, *.other_at)
    )]
    Stroke {
        /// What is bound.
        chord: Sequence,
        /// In which context.
        context: Context,
        /// What is bound besides.
        other_chord: Sequence,
        /// In which context.
        other: Context,
        /// In which file.
        other_origin: Origin,
        /// Where in it.
        other_at: LineColumn,
    },
    /// A chord that is bound alone, and leads others where both would answer.
    #[error(
        "'{chord}' in [{}] and '{other_chord}' in [{}] at {} exclude each other, since a leader does nothing alone: \
         bind one of them to \"none\"",
        .context.name(), .other.name(), place(.other_origin, *.other_at)
    )]
    Leader {
        /// What is bound.
        chord: Sequence,
        /// In which context.
        context: Context,
        /// What is bound besides.
        other_chord: Sequence,
        /// In which context.
        other: Context,
        /// In which file.
        other_origin: Origin,
        /// Where in it.
        other_at: LineColumn,
    },
}

/// `FILE:LINE:COLUMN`; a built-in file goes by its name in the source.
fn place(origin: &Origin, at: LineColumn) -> impl fmt::Display {
    match origin {
        Origin::Shipped => format!("assets/keymaps/default.toml:{at}"),
        Origin::Profile(profile) => format!("assets/keymaps/{profile}.toml:{at}"),
        Origin::Site(path) | Origin::User(path) => format!("{}:{at}", path.display()),
    }
}
