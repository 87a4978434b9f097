//! The list of studies.

use std::fmt;

use crate::study_list::Column;
use crate::units::Phi;

use super::catalogue::{Context, Entry, offer};
use super::text::ordinal;

/// What is done with the list of studies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StudiesCommand {
    /// Opens the list, or goes back to the images.
    Toggle,
    /// Shows what holds for all that is typed. It may name a patient.
    Filter(Phi<String>),
    /// Orders by a column; the same again the other way round.
    Sort(Column),
    /// Moves the choice.
    Line(ListLine),
    /// Filters as was saved, by its place from 1.
    Saved(usize),
    /// Keeps what is typed and the order under a name, which may name a patient.
    Save(Phi<String>),
    /// Takes a saved filter away.
    Forget(Phi<String>),
    /// An accession number or patient ID was scanned: opens its study, or shows those that it may mean.
    Scan(Phi<String>),
    /// Opens the chosen study.
    Open,
    /// Fetches the chosen study, and stays in the list.
    Retrieve,
    /// Stops fetching the chosen study.
    Cancel,
    /// Asks all places again, for what is typed.
    Ask,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListLine {
    /// So many lines on, or back.
    By(i32),
    /// The first.
    First,
    /// The last.
    Last,
    /// By its place, from 1.
    Number(usize),
}

static STUDIES: Entry = Entry {
    usage: "studies [filter TEXT | sort COLUMN | line +N | -N | first | last | N | saved N | save NAME | forget NAME | scan NUMBER | \
            open | retrieve | cancel | ask]",
    help: "The list of studies, here and in archives. `filter` shows those that hold every word; `name: id: acc: desc: mod: date: \
           place: is:` say where a word is looked for, such as `mod:ct date:week is:away`. `sort` orders by status, name, id, born, \
           study, date, modality, images, priors, accession or place. `save` keeps what is typed under a name. `open` fetches what is \
           not here and opens it, `retrieve` fetches and stays, `cancel` stops that; `ask` asks archives for what is typed, without a \
           date, name or number for the last days. `scan` opens the study with exactly that accession number or patient ID.",
    context: Context::Everywhere,
    offers: &[
        offer("List of studies", "studies"),
        offer("Ask archives for what is typed in the list", "studies ask"),
        offer("All studies of the list", "studies filter"),
        offer("Fetch the chosen study and stay in the list", "studies retrieve"),
        offer("Stop fetching the chosen study", "studies cancel"),
        offer("Open the chosen study of the list", "studies open"),
        offer("First study of the list", "studies line first"),
        offer("Last study of the list", "studies line last"),
        offer("Order the list by status", "studies sort status"),
        offer("Order the list by patient", "studies sort name"),
        offer("Order the list by patient ID", "studies sort id"),
        offer("Order the list by birth date", "studies sort born"),
        offer("Order the list by description", "studies sort study"),
        offer("Order the list by date", "studies sort date"),
        offer("Order the list by modality", "studies sort modality"),
        offer("Order the list by number of images", "studies sort images"),
        offer("Order the list by priors", "studies sort priors"),
        offer("Order the list by accession number", "studies sort accession"),
        offer("Order the list by place", "studies sort place"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&STUDIES];

impl ListLine {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "first" => Self::First,
            "last" => Self::Last,
            steps if steps.starts_with(['+', '-']) => Self::By(steps.parse().ok()?),
            number => Self::Number(ordinal(number)?),
        })
    }
}

impl StudiesCommand {
    /// From the whole text: what is typed may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("studies")?;
        if rest.is_empty() {
            return Some(Self::Toggle);
        }
        let rest = rest.strip_prefix(' ')?.trim_start();
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let typed = || Phi::new(rest.trim().to_owned());
        let named = || (!rest.trim().is_empty()).then(typed);
        Some(match (verb, rest.trim()) {
            ("filter", _) => Self::Filter(typed()),
            ("sort", column) => Self::Sort(Column::named(column)?),
            ("line", line) => Self::Line(ListLine::from_word(line)?),
            ("saved", place) => Self::Saved(ordinal(place)?),
            ("save", _) => Self::Save(named()?),
            ("forget", _) => Self::Forget(named()?),
            ("scan", _) => Self::Scan(named()?),
            ("open", "") => Self::Open,
            ("retrieve", "") => Self::Retrieve,
            ("cancel", "") => Self::Cancel,
            ("ask", "") => Self::Ask,
            _ => return None,
        })
    }

    pub(super) const fn entry() -> &'static Entry {
        &STUDIES
    }
}

/// The text form, without what was typed: it may name a patient.
impl fmt::Display for StudiesCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toggle => f.write_str("studies"),
            Self::Filter(text) if *text == Phi::default() => f.write_str("studies filter"),
            Self::Filter(text) => write!(f, "studies filter {text:?}"),
            Self::Sort(column) => write!(f, "studies sort {}", column.name()),
            Self::Line(ListLine::By(lines)) => write!(f, "studies line {lines:+}"),
            Self::Line(ListLine::First) => f.write_str("studies line first"),
            Self::Line(ListLine::Last) => f.write_str("studies line last"),
            Self::Line(ListLine::Number(number)) => write!(f, "studies line {number}"),
            Self::Saved(place) => write!(f, "studies saved {place}"),
            Self::Save(name) => write!(f, "studies save {name:?}"),
            Self::Forget(name) => write!(f, "studies forget {name:?}"),
            Self::Scan(number) => write!(f, "studies scan {number:?}"),
            Self::Open => f.write_str("studies open"),
            Self::Retrieve => f.write_str("studies retrieve"),
            Self::Cancel => f.write_str("studies cancel"),
            Self::Ask => f.write_str("studies ask"),
        }
    }
}
