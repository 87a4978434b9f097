//! What the interface says in the list of studies.

use crate::command::{Command, StudiesCommand};
use crate::dicom::Demographic;
use crate::study_list::{Column, Filter};

use super::words::{command, grouped};

pub(super) const LIST_TITLE: &str = "Studies";
pub(super) const LIST_FIELD: &str = "Filter the studies";
pub(super) const LIST_HINT: &str = "Type to filter, or scan a number";
pub(super) const LIST_HERE: &str = "here";
pub(super) const LIST_READ: &str = "here, read";
pub(super) const LIST_PARTLY: &str = "partly";
pub(super) const LIST_WAITING: &str = "waits its turn";
pub(super) const LIST_ARRIVING: &str = "arriving";
pub(super) const LIST_TRIED_AGAIN: &str = "tried again";
pub(super) const LIST_INCOMPLETE: &str = "incomplete";
pub(super) const LIST_DIFFERS: &str = "differs";
pub(super) const LIST_NO_PRIORS: &str = "none";
pub(super) const LIST_OPEN: &str = "open";
pub(super) const LIST_FETCH: &str = "fetch only";
pub(super) const LIST_ASK_AGAIN: &str = "ask again";
pub(super) const LIST_ASK_FOR_IT: &str = "ask archives for it";
pub(super) const LIST_ALL: &str = "all studies";
pub(super) const LIST_STAY: &str = "stay in the list";
pub(super) const LIST_NO_PLACE: &str = "There is no archive and no store yet";
pub(super) const LIST_NO_PLACE_WHY: &str =
    "peers.toml beside your config.toml names archives. Files and folders open without: drop them here.";
pub(super) const LIST_ASKING: &str = "Asking for studies";
pub(super) const LIST_ASKING_WHY: &str = "They are listed as they come.";
pub(super) const LIST_NOBODY_ANSWERS: &str = "Nobody answers";
pub(super) const LIST_NONE: &str = "There is no such study";
pub(super) const LIST_NONE_WHY: &str =
    "Type a date such as date:month, a name such as name:doe or id: and ask again.";
pub(super) const LIST_NONE_HOLDS_WHY: &str = "Fewer letters find more. Archives may have it all the same: they are asked for name:, id:, acc:, mod: and date:.";
pub(super) const LIST_CHOOSE: &str = "Choose a study by the arrows to see what is known of it.";
pub(super) const LIST_NO_DESCRIPTION: &str = "no description";
pub(super) const LIST_SAYS_NOTHING: &str = "says nothing";
pub(super) const LIST_HELD: &str = "Held by";
pub(super) const LIST_OTHERS: &str = "Other studies of the patient";
pub(super) const LIST_NO_OTHERS: &str = "None in this list.";

/// The heading of a column of the list of studies.
pub(super) const fn column(column: Column) -> &'static str {
    match column {
        Column::Status => "Status",
        Column::Name => "Patient",
        Column::Id => "ID",
        Column::Born => "Born",
        Column::Study => "Study",
        Column::Date => "Date",
        Column::Modality => "Mod",
        Column::Images => "Images",
        Column::Priors => "Priors here",
        Column::Accession => "Accession",
        Column::Place => "From",
    }
}

/// What the heading of a column does.
pub(super) fn order_by(of: Column) -> String {
    command(&Command::Studies(StudiesCommand::Sort(of)))
}

/// What archives were asked for.
pub(super) fn asked(filter: &Filter, days: u32) -> String {
    match (filter.has_own_limit(), days) {
        (true, _) | (_, 0) => String::new(),
        (false, 1) => "archives: today".to_owned(),
        (false, days) => format!("archives: the last {days} days"),
    }
}

/// `38 of 50 112`.
pub(super) fn of_count(shown: usize, count: usize, left_out: usize) -> String {
    let of = format!("{} of {}", grouped(shown), grouped(count));
    if left_out > 0 { format!("{of}, {} left out", grouped(left_out)) } else { of }
}

/// No row is shown.
pub(super) fn none_holds(count: usize) -> String {
    format!("None of {} studies holds all that is typed", grouped(count))
}

/// A saved filter, by its place.
pub(super) fn saved_filter(number: usize, name: &str) -> String {
    format!("Filter {number}, {name}")
}

/// What is being opened.
pub(super) fn opening(description: &str, status: &str) -> String {
    let what = if description.is_empty() { "a study" } else { description };
    format!("Opening {what}: {status}")
}

/// That places contradict each other.
pub(super) fn places_differ(what: Demographic) -> String {
    format!("The {} is not the same everywhere. Make sure whose study it is.", what.words())
}

/// How many are not listed.
pub(super) fn more(count: usize) -> String {
    format!("and {count} more")
}

/// While a scanned number is looked for.
pub(super) fn scan_looked_for(number: &str) -> String {
    format!("Scanned {number}: looking for it")
}

/// A scanned number that several studies have.
pub(super) fn scan_several(number: &str, count: usize) -> String {
    format!("Scanned {number}: {count} studies have it. Choose one.")
}

/// A scanned number whose study is not the same everywhere.
pub(super) fn scan_conflict(number: &str) -> String {
    format!("Scanned {number}: archives do not agree whose it is. Look, then open it.")
}

/// A scanned number that nobody knows.
pub(super) fn scan_nothing(number: &str, silent: &[String]) -> String {
    let nothing = format!("Scanned {number}: no study has this accession number or patient ID.");
    if silent.is_empty() { nothing } else { format!("{nothing} Not answered: {}.", silent.join(", ")) }
}
