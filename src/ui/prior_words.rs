//! What the interface says of priors.

use crate::priors::Picked;
use crate::session::{PriorLine, PriorState, differing};
use crate::study_list::{Availability, Entry};

use super::archive_words::{away, partial};
use super::list_words::{LIST_ARRIVING, LIST_HERE};
use super::words::{PRIOR, joined, sentence};

pub(super) const PRIORS_TITLE: &str = "Priors";
pub(super) const PRIORS_HINT: &str = "what is compared with the study that is read, and why";
pub(super) const NO_PRIORS: &str = "No other study of this patient is known.";

/// The accessible name of the edge of the curtain.
pub(super) const CURTAIN: &str = "Curtain";

/// Where that is: `edge at 42.5 % of the width`
pub(super) fn curtain_edge(percent: f64) -> String {
    format!("edge at {percent} % of the width")
}

/// The older study on one side of it.
pub(super) fn curtain_prior(when: &str) -> String {
    format!("{PRIOR} {when}")
}

/// `priors 2/3`
pub(super) fn priors_ready(ready: usize, count: usize, conflicts: usize) -> String {
    match (count, conflicts) {
        (0, _) => "same patient?".to_owned(),
        (_, 0) => format!("priors {ready}/{count}"),
        _ => format!("priors {ready}/{count} · same patient?"),
    }
}

/// What that means.
pub(super) fn priors_ready_why(ready: usize, count: usize, conflicts: usize) -> String {
    let unsure = match conflicts {
        0 => String::new(),
        1 => " A study has the same Patient ID, and contradicts in name, birth date or sex: it waits for your word.".to_owned(),
        several => format!(
            " {several} studies have the same Patient ID, and contradict in name, birth date or sex: they wait for your word."
        ),
    };
    format!("{ready} of {count} priors are here and hang at once.{unsure} Press here for which, and why.")
}

/// Modality and description.
pub(super) fn prior_what(entry: &Entry) -> String {
    joined(&[&entry.modalities.join("/"), &entry.study.description], " · ")
}

/// Where it is, and whether that is a caution.
pub(super) fn prior_state(line: &PriorLine<'_>) -> (String, bool) {
    if line.is_conflicting() {
        return (differing(line.conflict), true);
    }
    if line.picked.is_none() {
        return ("left out".to_owned(), false);
    }
    match &line.state {
        PriorState::Here => (LIST_HERE.to_owned(), false),
        PriorState::Stored => ("in the store".to_owned(), false),
        PriorState::Partial(count, why) => (format!("{}: {why}", partial(count)), true),
        PriorState::Arriving(retrieval) => (format!("{LIST_ARRIVING} {}", retrieval.count()), false),
        PriorState::OnArchive(name) => (away(name, Availability::Online), false),
        PriorState::Failed(why) => (format!("not here: {why}"), true),
    }
}

/// Why it is picked, or not, in one sentence.
pub(super) fn prior_reasons(line: &PriorLine<'_>) -> String {
    sentence(&line.reasons.join("; "))
}

/// Why an open study is a prior: `CT · the same region, chest`.
pub(super) fn prior_why(picked: &Picked) -> String {
    let why = picked.reasons.first().map_or("", String::as_str);
    format!("{} · {why}", picked.entry.modalities.join("/"))
}

/// What can be done with the chosen line.
pub(super) fn prior_next_step(line: &PriorLine<'_>, state: &str) -> String {
    match (line.is_conflicting(), line.picked) {
        (true, _) => {
            "It is not taken for the same patient's. Enter takes it, beside this study only: make sure first."
                .to_owned()
        }
        (false, Some(_)) => format!("It is {state}. Enter hangs it beside the study that is read."),
        (false, None) => "The study list opens it.".to_owned(),
    }
}

/// All of it, under the pointer.
pub(super) fn prior_tip(line: &PriorLine<'_>, key: Option<&str>) -> String {
    let key = key.map_or_else(String::new, |key| format!(" ({key} for the best)"));
    let reasons = prior_reasons(line);
    if line.is_conflicting() {
        reasons
    } else {
        format!("{reasons}\nA click hangs it beside the study that is read{key}.")
    }
}
