//! Which study and series the focused viewport shows.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::units::Phi;

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use super::text::ordinal;

/// Which study and series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudyCommand {
    /// Another display set of the study in the focused viewport.
    Series(Next),
    /// Another study in the focused viewport.
    Study(Next),
    /// The same beside whatever hangs, though it is another patient's.
    StudyAnyway(Next),
    /// The study that is read counts as read, to the end of the program.
    Read,
    /// Nothing of the study that is read stays in memory.
    Close,
    /// A display set by its place in the strip, from 1.
    Hang(usize),
    /// The same though it is another patient's than what hangs beside.
    HangAnyway(usize),
    /// Reads a file or folder. A path may name the patient.
    Open(Phi<PathBuf>),
    /// Asks for a folder with the system's dialog.
    OpenDialog,
    /// Fetches what is missing of the study in focus.
    Retrieve,
}

/// How a command ends that lets two patients stand beside each other.
const ANYWAY: &str = " anyway";

/// What happens when a study is left, or marked as read, of which something was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnseenGuard {
    /// It is listed, and the same command again goes on.
    Ask,
    /// A note says so.
    Tell,
    /// Nothing.
    Off,
}

static SERIES: Entry = Entry {
    usage: "series next | previous | N",
    help: "Shows another series of the study in the focused viewport.",
    context: Context::Viewport,
    offers: &[offer("Next series", "series next"), offer("Previous series", "series previous")],
};
static STUDY: Entry = Entry {
    usage: "study next | previous | N [anyway] | read | close",
    help: "Shows another study, of the list of studies where the one that is read stands there: another patient's in place of all that \
           hangs, or with `anyway` beside it; or marks the one that is read as read; or closes it, with the priors that came with it: what is \
           not saved of them stays as a draft. What of that was not seen is listed first; the same again goes on.",
    context: Context::Viewport,
    offers: &[
        offer("Next study", "study next"),
        offer("Previous study", "study previous"),
        offer("Mark the study as read", "study read"),
        offer("Close the study", "study close"),
    ],
};
static HANG: Entry = Entry {
    usage: "hang N [anyway]",
    help: "Shows the Nth series of the strip in the focused viewport; another patient's beside what hangs only with `anyway`.",
    context: Context::Viewport,
    offers: &[],
};
static OPEN: Entry = Entry {
    usage: "open PATH | --dialog",
    help: "Reads a file or folder, or asks for a folder with the system's dialog.",
    context: Context::Everywhere,
    offers: &[offer("Open a folder in a dialog", "open --dialog")],
};

static RETRIEVE: Entry = Entry {
    usage: "retrieve",
    help: "Fetches what is missing of the study in focus from the archive that it came from.",
    context: Context::Everywhere,
    offers: &[offer("Fetch what is missing of the study", "retrieve")],
};

pub(super) static ENTRIES: &[&Entry] = &[&SERIES, &STUDY, &HANG, &OPEN, &RETRIEVE];

impl StudyCommand {
    /// From the whole text: a path may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        if text == "retrieve" {
            return Some(Self::Retrieve);
        }
        let (name, rest) = text.split_once(char::is_whitespace)?;
        let rest = rest.trim();
        Some(match name {
            "series" => Self::Series(Next::from_word(rest)?),
            "study" if rest == "read" => Self::Read,
            "study" if rest == "close" => Self::Close,
            "study" => match rest.strip_suffix(ANYWAY) {
                Some(next) => Self::StudyAnyway(Next::from_word(next.trim_end())?),
                None => Self::Study(Next::from_word(rest)?),
            },
            "hang" => match rest.strip_suffix(ANYWAY) {
                Some(place) => Self::HangAnyway(ordinal(place.trim_end())?),
                None => Self::Hang(ordinal(rest)?),
            },
            "open" if rest == "--dialog" => Self::OpenDialog,
            "open" if !rest.is_empty() => Self::Open(Phi::new(Path::new(rest).to_path_buf())),
            _ => return None,
        })
    }

    pub(super) fn entry(&self) -> &'static Entry {
        match self {
            Self::Series(_) => &SERIES,
            Self::Study(_) | Self::StudyAnyway(_) | Self::Read | Self::Close => &STUDY,
            Self::Hang(_) | Self::HangAnyway(_) => &HANG,
            Self::Open(_) | Self::OpenDialog => &OPEN,
            Self::Retrieve => &RETRIEVE,
        }
    }
}

/// The text form, without the path: it may name the patient, and the journal and the trace print this.
impl fmt::Display for StudyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Series(next) => write!(f, "series {next}"),
            Self::Study(next) => write!(f, "study {next}"),
            Self::StudyAnyway(next) => write!(f, "study {next}{ANYWAY}"),
            Self::Read => f.write_str("study read"),
            Self::Close => f.write_str("study close"),
            Self::Hang(place) => write!(f, "hang {place}"),
            Self::HangAnyway(place) => write!(f, "hang {place}{ANYWAY}"),
            Self::Open(path) => write!(f, "open {path:?}"),
            Self::OpenDialog => f.write_str("open --dialog"),
            Self::Retrieve => f.write_str("retrieve"),
        }
    }
}
