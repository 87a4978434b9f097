//! What the interface says of places: archives and the store, what they hold, and what comes from them.

use crate::session::{Check, Retrieval, RetrievalState, Silence};
use crate::study_list::{Answered, Availability, Held, Place, PlaceState};

use super::words::{images, sentence};

/// What a place is called.
pub(super) fn place(place: &Place) -> &str {
    match place {
        Place::Store => "this machine",
        Place::Archive(name) => name,
    }
}

/// How a place stands, short and in a sentence.
pub(super) fn place_state(name: &str, state: &PlaceState) -> (String, String) {
    match state {
        PlaceState::Asking(count) => (
            format!("{name} {count}…"),
            format!("{name} is being asked. So far it has named {count} studies."),
        ),
        PlaceState::Answered(Answered { count, is_truncated: true }) => (
            format!("{name} first {count}"),
            format!(
                "{name} has more than these {count} studies. Type a date, a name or a number, and ask again."
            ),
        ),
        PlaceState::Answered(Answered { count, .. }) => {
            (format!("{name} {count}"), format!("{name} has answered: {count} studies."))
        }
        PlaceState::Failed(why) => (format!("{name}: no answer"), place_failed(name, why)),
    }
}

/// Why a place did not answer.
pub(super) fn place_failed(name: &str, why: &str) -> String {
    format!("{name} did not answer: {}", sentence(why))
}

/// How soon a place can give something, where that is not at once.
const fn later(availability: Availability) -> Option<&'static str> {
    match availability {
        Availability::Online => None,
        Availability::Nearline => Some("nearline"),
        Availability::Offline => Some("offline"),
        Availability::Unavailable => Some("not to be had"),
    }
}

/// Where a study is.
pub(super) fn away(archive: &str, availability: Availability) -> String {
    later(availability).map_or_else(|| format!("on {archive}"), |soon| format!("{soon}, {archive}"))
}

/// `228/230`.
pub(super) fn arrived(received: usize, expected: Option<usize>) -> String {
    expected.map_or_else(|| received.to_string(), |expected| format!("{received}/{expected}"))
}

/// Some of a study is here, and more is not on its way: `partial 228 of 230`.
pub(super) fn partial(count: &str) -> String {
    format!("partial {count}")
}

/// How much of a study a place holds.
pub(super) fn held(held: &Held) -> String {
    let count = held.instances.map(|count| images(&count.to_string()));
    let series = held.series.map(|count| format!("{count} series"));
    let said = [count, series, later(held.availability).map(str::to_owned)];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() { "does not say how much".to_owned() } else { said.join(", ") }
}

pub(super) const ARCHIVES_WHY: &str = "Studies can be found there and fetched from there.";

/// The archives that answer.
pub(super) fn archives(names: &[&str]) -> String {
    match names {
        [name] => (*name).to_owned(),
        several => format!("{} archives", several.len()),
    }
}

/// Archives that do not answer.
pub(super) fn silent(silent: &[(&String, &Silence)]) -> String {
    match silent {
        [(name, Silence { minutes: 0, .. })] => format!("{name} does not answer"),
        [(name, Silence { minutes, .. })] => format!("{name} has not answered for {minutes} min"),
        several => format!("{} archives do not answer", several.len()),
    }
}

/// Why they do not, and what still works.
pub(super) fn silent_why(silent: &[(&String, &Silence)]) -> String {
    let reasons: Vec<String> =
        silent.iter().map(|(name, silence)| format!("{name}: {}.", silence.why)).collect();
    format!("{} What is here can be read; they are tried again and again.", reasons.join(" "))
}

/// How much of a study is here.
pub(super) fn retrieval(retrieval: &Retrieval) -> String {
    let (archive, count) = (&retrieval.order.archive, retrieval.count());
    match &retrieval.state {
        RetrievalState::Waiting => format!("{archive} is asked"),
        RetrievalState::Running if retrieval.expected.is_none() => format!("{archive} is asked"),
        RetrievalState::Running | RetrievalState::TriedAgain(_) => format!("received {count}"),
        RetrievalState::Whole => format!("{count} here"),
        RetrievalState::Incomplete(_) | RetrievalState::Cancelled => partial(&count),
    }
}

/// Why no more is here, and what to do.
pub(super) fn retrieval_why(retrieval: &Retrieval) -> String {
    let archive = &retrieval.order.archive;
    match &retrieval.state {
        RetrievalState::Waiting | RetrievalState::Running => {
            format!("The study comes from {archive}. What is here can be read meanwhile.")
        }
        RetrievalState::TriedAgain(why) => format!("{archive} is tried again: {why}. Press here to try now."),
        RetrievalState::Whole => format!("All that {archive} has of the study is here."),
        RetrievalState::Incomplete(why) => {
            format!("Images of this study are missing: {why}. Press here to fetch them.")
        }
        RetrievalState::Cancelled => {
            "Images of this study are missing, since you stopped. Press here to fetch them.".to_owned()
        }
    }
}

/// What the reader saved and no archive has yet.
pub(super) fn outgoing(waiting: usize) -> String {
    format!("{waiting} to send")
}

/// Why it has not gone yet.
pub(super) fn outgoing_why(why: Option<&str>) -> String {
    let stays = "What you saved waits for the archive, and stays here until it has it.";
    why.map_or_else(|| stays.to_owned(), |why| format!("{stays} The last try failed: {why}."))
}

/// What an archive said of a study that came from the store, where that is no surprise.
pub(super) fn check(archive: &str, check: &Check) -> Option<String> {
    match check {
        Check::Same => None,
        Check::Differs(what) => Some(format!("{archive}: another {}", what.join(", "))),
        Check::Gone => Some(format!("not on {archive} any more")),
        Check::NotAsked(_) => Some("not revalidated".to_owned()),
    }
}

/// What that means for reading.
pub(super) fn check_why(archive: &str, check: &Check) -> String {
    match check {
        Check::Same => String::new(),
        Check::Differs(_) => {
            format!(
                "{archive} says something else of this study now than when it came. Compare with the request before you read it."
            )
        }
        Check::Gone => {
            format!("{archive} does not have this study any more. What is here may have been withdrawn.")
        }
        Check::NotAsked(why) => {
            format!("Whether {archive} still says the same of this study is not known: {why}.")
        }
    }
}
