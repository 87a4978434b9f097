//! Links between viewports whose images lie in one frame of reference.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::TextCommand;

/// Links between viewports whose images lie in one frame of reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkCommand {
    /// Links everything; when everything is linked, nothing.
    All,
    /// Links one thing, or no longer.
    One(Link),
}

/// What goes along in linked viewports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The image nearest to the one in focus.
    Scroll,
    /// The same size on the screen.
    Zoom,
    /// The same place in the middle.
    Pan,
    /// The same window.
    Window,
}

impl Link {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Scroll, Self::Zoom, Self::Pan, Self::Window];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scroll => "scroll",
            Self::Zoom => "zoom",
            Self::Pan => "pan",
            Self::Window => "window",
        }
    }
}

static LINK: Entry = Entry {
    usage: "link all | scroll | zoom | pan | window",
    help: "Lets viewports whose images lie in one frame of reference go along with the one in focus, or no longer.",
    context: Context::Viewport,
    offers: &[
        offer("Link viewports, or none", "link all"),
        offer("Link scrolling", "link scroll"),
        offer("Link zoom", "link zoom"),
        offer("Link position", "link pan"),
        offer("Link windows", "link window"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&LINK];

impl TextCommand for LinkCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["link", "all"] => Some(Self::All),
            ["link", name] => Link::ALL.into_iter().find(|link| link.name() == name).map(Self::One),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        &LINK
    }
}

impl fmt::Display for LinkCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("link all"),
            Self::One(link) => write!(f, "link {}", link.name()),
        }
    }
}
