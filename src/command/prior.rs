//! Priors of the study that is read.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use super::text::{TextCommand, ordinal};

/// Priors of the study that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorCommand {
    /// Hangs the best one beside the study that is read, or takes the one away that hangs there.
    Toggle,
    /// Hangs another one there.
    Show(Next),
    /// Exchanges in the focused viewport the study that is read and its prior at the same place.
    Blink,
    /// Takes the Nth study with contradicting demographics for the same patient's.
    Accept(usize),
}

static PRIOR: Entry = Entry {
    usage: "prior toggle | blink | next | previous | N | accept N",
    help: "Hangs a prior beside the study that is read, linked, and takes it away again; exchanges the two in the focused viewport \
           at the same place, back and forth; or says that a study whose name, birth date or sex contradicts is of the same patient.",
    context: Context::Viewport,
    offers: &[
        offer("Prior beside this study", "prior toggle"),
        offer("Current and prior in turn, in one place", "prior blink"),
        offer("Next prior", "prior next"),
        offer("Previous prior", "prior previous"),
        offer("Take a study for the same patient's", "prior accept 1"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&PRIOR];

impl TextCommand for PriorCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["prior", "toggle"] => Some(Self::Toggle),
            ["prior", "blink"] => Some(Self::Blink),
            ["prior", "accept", number] => ordinal(number).map(Self::Accept),
            ["prior", next] => Next::from_word(next).map(Self::Show),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        &PRIOR
    }
}

impl fmt::Display for PriorCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toggle => f.write_str("prior toggle"),
            Self::Blink => f.write_str("prior blink"),
            Self::Show(next) => write!(f, "prior {next}"),
            Self::Accept(number) => write!(f, "prior accept {number}"),
        }
    }
}
