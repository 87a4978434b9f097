//! What comes back after the program ended without saving it, or without being asked to.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::TextCommand;

/// Unsaved work of an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftsCommand {
    /// What was given up comes back.
    Restore,
    /// What has come back is given up.
    Discard,
    /// What was open comes back.
    Resume,
    /// What was open is given up.
    ResumeNot,
}

static DRAFTS: Entry = Entry {
    usage: "drafts restore | discard",
    help: "Marks, key images and views that were not saved when Hotlight ended come back when their study is opened again. \
           `discard` gives up what has come back and was not changed since, `restore` brings it back once more.",
    context: Context::Viewport,
    offers: &[
        offer("Give up the unsaved work that has come back", "drafts discard"),
        offer("Bring back the unsaved work that was given up", "drafts restore"),
    ],
};

static RESUME: Entry = Entry {
    usage: "resume | resume not",
    help: "After Hotlight ended without being asked to: opens again what was open, with its windows and viewports, or gives it up. It asks by \
           itself at the next start.",
    context: Context::Everywhere,
    offers: &[
        offer("Open again what was open when Hotlight ended", "resume"),
        offer("Give up what was open when Hotlight ended", "resume not"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&DRAFTS, &RESUME];

impl TextCommand for DraftsCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["drafts", "restore"] => Self::Restore,
            ["drafts", "discard"] => Self::Discard,
            ["resume"] => Self::Resume,
            ["resume", "not"] => Self::ResumeNot,
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Restore | Self::Discard => &DRAFTS,
            Self::Resume | Self::ResumeNot => &RESUME,
        }
    }
}

impl fmt::Display for DraftsCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Restore => "drafts restore",
            Self::Discard => "drafts discard",
            Self::Resume => "resume",
            Self::ResumeNot => "resume not",
        })
    }
}
