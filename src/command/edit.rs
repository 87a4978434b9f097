//! Marks on images and sections, and taking back what was changed.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use super::text::{TextCommand, finite};

/// Marks, and taking back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EditCommand {
    /// Takes the last change of a mark or of how an image is shown back.
    Undo,
    /// Takes the last undo back.
    Redo,
    /// Selects a mark of the image in focus, or of the volume whose section that is: then its section is shown.
    Select(Next),
    /// Says how long the selected length is, mm, for all marks of its image; without a number the image says it again.
    Calibrate(Option<f64>),
    /// Removes the selected mark.
    Delete,
    /// Removes all marks of the image or section in focus.
    Clear,
}

static UNDO: Entry = Entry {
    usage: "undo",
    help: "Takes back the last change of a mark or of how an image is shown.",
    context: Context::Viewport,
    offers: &[offer("Undo", "undo")],
};
static REDO: Entry = Entry {
    usage: "redo",
    help: "Does again what was taken back.",
    context: Context::Viewport,
    offers: &[offer("Redo", "redo")],
};
static MARK: Entry = Entry {
    usage: "mark next | previous | N | delete | clear | calibrate MM | calibrate none",
    help: "Selects a mark of the image in focus, or of its volume where that is shown in sections; removes the selected one or all that are seen; or says how long the selected length is.",
    context: Context::Viewport,
    offers: &[
        offer("Next mark", "mark next"),
        offer("Remove the selected mark", "mark delete"),
        offer("Remove all marks of the image", "mark clear"),
        offer("The image's own millimetres again", "mark calibrate none"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&UNDO, &REDO, &MARK];

impl TextCommand for EditCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["undo"] => Self::Undo,
            ["redo"] => Self::Redo,
            ["mark", "delete"] => Self::Delete,
            ["mark", "clear"] => Self::Clear,
            ["mark", "calibrate", "none"] => Self::Calibrate(None),
            ["mark", "calibrate", mm] => Self::Calibrate(Some(finite(mm).filter(|mm| *mm > 0.0)?)),
            ["mark", next] => Self::Select(Next::from_word(next)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Undo => &UNDO,
            Self::Redo => &REDO,
            Self::Select(_) | Self::Delete | Self::Clear | Self::Calibrate(_) => &MARK,
        }
    }
}

impl fmt::Display for EditCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undo => f.write_str("undo"),
            Self::Redo => f.write_str("redo"),
            Self::Select(next) => write!(f, "mark {next}"),
            Self::Delete => f.write_str("mark delete"),
            Self::Clear => f.write_str("mark clear"),
            Self::Calibrate(Some(mm)) => write!(f, "mark calibrate {mm}"),
            Self::Calibrate(None) => f.write_str("mark calibrate none"),
        }
    }
}
