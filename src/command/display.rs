//! How the panel is driven.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::TextCommand;

/// How the panel of the window in focus is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayCommand {
    /// Shows gray between two driving levels by a pattern of both.
    Dither(Switch),
}

static DISPLAY: Entry = Entry {
    usage: "display dither on | off | toggle",
    help: "Shows gray that lies between two driving levels of the panel by a pattern of both that does not move, in the window in focus, or no longer.",
    context: Context::Viewport,
    offers: &[offer("Dithered gray on or off", "display dither toggle")],
};

pub(super) static ENTRIES: &[&Entry] = &[&DISPLAY];

impl TextCommand for DisplayCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["display", "dither", name] => Switch::named(name).map(Self::Dither),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        &DISPLAY
    }
}

impl fmt::Display for DisplayCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Dither(switch) = self;
        write!(f, "display dither {}", switch.name())
    }
}
