//! Cine: the images of the focused viewport in time.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::TextCommand;

/// The images of the focused viewport in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CineCommand {
    /// Plays, or stops.
    Toggle,
    /// The next faster speed.
    Faster,
    /// The next slower speed.
    Slower,
    /// The other direction.
    Reverse,
}

impl CineCommand {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Toggle, Self::Faster, Self::Slower, Self::Reverse];

    const fn name(self) -> &'static str {
        match self {
            Self::Toggle => "toggle",
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Reverse => "reverse",
        }
    }
}

static CINE: Entry = Entry {
    usage: "cine toggle | faster | slower | reverse",
    help: "Plays the images of the focused viewport at their own rate, or stops; changes speed and direction.",
    context: Context::Viewport,
    offers: &[
        offer("Play or stop cine", "cine toggle"),
        offer("Cine faster", "cine faster"),
        offer("Cine slower", "cine slower"),
        offer("Cine backwards or forwards", "cine reverse"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&CINE];

impl TextCommand for CineCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        let ["cine", name] = *words else { return None };
        Self::ALL.into_iter().find(|command| command.name() == name)
    }

    fn entry(&self) -> &'static Entry {
        &CINE
    }
}

impl fmt::Display for CineCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cine {}", self.name())
    }
}
