//! Panels and the program itself.

use std::fmt;

use crate::units::Phi;

use super::catalogue::{Context, Entry, offer};

/// Panels and the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppCommand {
    /// Opens a panel, or closes it when it is open.
    Panel(PanelName),
    /// What was typed into the open panel. It may be a path that names the patient.
    Type(Phi<String>),
    /// Moves the choice in the open panel.
    Choose(i32),
    /// Takes the choice, or what was typed.
    Accept,
    /// Ends a drag, closes the open panel, or stops looking through files: the first of these that applies.
    Cancel,
    /// Ends the program.
    Quit,
}

/// A panel over the images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelName {
    /// Every command, found by typing.
    Palette,
    /// The key sheet.
    Keys,
    /// What could not be read, and other news.
    Messages,
    /// A field for the path of a file or folder.
    Open,
    /// The strip of series, by keys.
    Series,
    /// What the badges of the focused viewport mean.
    Badges,
}

impl PanelName {
    const ALL: [Self; 6] =
        [Self::Palette, Self::Keys, Self::Messages, Self::Open, Self::Series, Self::Badges];

    const fn name(self) -> &'static str {
        match self {
            Self::Palette => "palette",
            Self::Keys => "keys",
            Self::Messages => "messages",
            Self::Open => "open",
            Self::Series => "series",
            Self::Badges => "badges",
        }
    }
}

static PANEL: Entry = Entry {
    usage: "panel palette | keys | messages | open | series | badges",
    help: "Opens a panel: every command, the key sheet, messages, the field for a path, the strip of series by keys, or \
           what the badges mean.",
    context: Context::Everywhere,
    offers: &[
        offer("Every command", "panel palette"),
        offer("Key sheet", "panel keys"),
        offer("Messages and unreadable files", "panel messages"),
        offer("Open a file or folder by its path", "panel open"),
        offer("Choose a series by keys", "panel series"),
        offer("What the badges mean", "panel badges"),
    ],
};
static TYPE: Entry = Entry {
    usage: "type TEXT",
    help: "Replaces the text of the open panel.",
    context: Context::Panel,
    offers: &[],
};
static CHOOSE: Entry = Entry {
    usage: "choose +N | -N",
    help: "Moves the choice in the open panel.",
    context: Context::Panel,
    offers: &[],
};
static ACCEPT: Entry = Entry {
    usage: "accept",
    help: "Takes the choice of the open panel, or what was typed.",
    context: Context::Panel,
    offers: &[],
};
static CANCEL: Entry = Entry {
    usage: "cancel",
    help: "Ends a drag, closes the open panel, or stops looking through files; nothing more.",
    context: Context::Everywhere,
    offers: &[],
};
static QUIT: Entry = Entry {
    usage: "quit",
    help: "Ends Hotlight.",
    context: Context::Everywhere,
    offers: &[offer("Quit", "quit")],
};

pub(super) static ENTRIES: &[&Entry] = &[&PANEL, &TYPE, &CHOOSE, &ACCEPT, &CANCEL, &QUIT];

impl AppCommand {
    /// From the whole text: what is typed may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match (name, rest) {
            ("panel", rest) => Self::Panel(PanelName::ALL.into_iter().find(|panel| panel.name() == rest)?),
            ("type", rest) => Self::Type(Phi::new(rest.to_owned())),
            ("choose", steps) if steps.starts_with(['+', '-']) => Self::Choose(steps.parse().ok()?),
            ("accept", "") => Self::Accept,
            ("cancel", "") => Self::Cancel,
            ("quit", "") => Self::Quit,
            _ => return None,
        })
    }

    pub(super) fn entry(&self) -> &'static Entry {
        match self {
            Self::Panel(_) => &PANEL,
            Self::Type(_) => &TYPE,
            Self::Choose(_) => &CHOOSE,
            Self::Accept => &ACCEPT,
            Self::Cancel => &CANCEL,
            Self::Quit => &QUIT,
        }
    }
}

/// The text form, without what was typed: it may be a path that names the patient.
impl fmt::Display for AppCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panel(panel) => write!(f, "panel {}", panel.name()),
            Self::Type(text) => write!(f, "type {text:?}"),
            Self::Choose(steps) => write!(f, "choose {steps:+}"),
            Self::Accept => f.write_str("accept"),
            Self::Cancel => f.write_str("cancel"),
            Self::Quit => f.write_str("quit"),
        }
    }
}
