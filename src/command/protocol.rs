//! Hanging protocols and their stages.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use super::text::TextCommand;

/// Hanging protocols and their stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProtocolCommand {
    /// Another stage of the protocol that hangs the study that is read.
    Stage(Next),
    /// Hangs the study that is read anew, by the protocol that fits best.
    Again,
    /// The same by the protocol of this name, whatever it is for.
    By(String),
    /// Writes what is on screen as a protocol of this name.
    Capture(String),
}

static STAGE: Entry = Entry {
    usage: "stage next | previous | N",
    help: "Shows another stage of the hanging protocol.",
    context: Context::Viewport,
    offers: &[offer("Next stage", "stage next"), offer("Previous stage", "stage previous")],
};
static PROTOCOL: Entry = Entry {
    usage: "protocol again | capture NAME | NAME",
    help: "Hangs the study that is read anew: by the hanging protocol that fits best, or by the one of this name. Or writes what is \
           on screen as a hanging protocol of your own.",
    context: Context::Viewport,
    offers: &[offer("Hang this study anew", "protocol again")],
};

pub(super) static ENTRIES: &[&Entry] = &[&STAGE, &PROTOCOL];

impl TextCommand for ProtocolCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["stage", next] => Next::from_word(next).map(Self::Stage),
            ["protocol", "again"] => Some(Self::Again),
            ["protocol", "capture", ref name @ ..] if !name.is_empty() => Some(Self::Capture(name.join(" "))),
            ["protocol", name] => Some(Self::By(name.to_owned())),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Stage(_) => &STAGE,
            Self::Again | Self::By(_) | Self::Capture(_) => &PROTOCOL,
        }
    }
}

impl fmt::Display for ProtocolCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(next) => write!(f, "stage {next}"),
            Self::Again => f.write_str("protocol again"),
            Self::By(name) => write!(f, "protocol {name}"),
            Self::Capture(name) => write!(f, "protocol capture {name}"),
        }
    }
}
