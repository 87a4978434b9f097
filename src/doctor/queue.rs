//! What waits to be sent.

use std::time::{Duration, SystemTime};

use crate::app::StorePlace;
use crate::config::Peers;
use crate::store::{Store, StoreError, Waiting};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Queue;

/// What waits for longer needs somebody.
const PATIENCE: Duration = Duration::from_hours(1);

pub(super) fn look(peers: &Peers, store: Option<&StorePlace>, now: SystemTime) -> Finding {
    let Some(StorePlace { folder, options }) = store.filter(|place| Store::is_in(&place.folder)) else {
        return Finding::ok(CHECK, "nothing waits: there is no store yet");
    };
    let asked = || -> Result<(Waiting, Option<SystemTime>), StoreError> {
        let store = Store::look_into(folder, *options)?;
        Ok((store.waiting()?, store.waiting_since()?))
    };
    // Where a program begins to change the index meanwhile, the second look is at what it has written.
    match asked().or_else(|_| asked()) {
        Ok((waiting, since)) => {
            let age = since.and_then(|since| now.duration_since(since).ok());
            let is_known = |name: &str| peers.get(name).is_some_and(|archive| archive.store);
            waits(&waiting, age, is_known)
        }
        Err(error) => {
            let remedy = "See what `hotlight doctor --only store` says";
            Finding::fail(CHECK, format!("it is not known what waits: {error}"), remedy)
        }
    }
}

/// Judges what waits, the first of it for so long.
fn waits(waiting: &Waiting, age: Option<Duration>, is_known: impl Fn(&str) -> bool) -> Finding {
    if waiting.count == 0 {
        return Finding::ok(CHECK, "nothing waits");
    }
    let names = |peers: Vec<&str>| peers.join(", ");
    let all = names(waiting.peers.iter().map(String::as_str).collect());
    let longest = age.map_or_else(String::new, |age| format!(", the first for {}", words(age)));
    let why = waiting.why.as_deref().map(without_comment);
    let why = why.map_or_else(String::new, |why| format!("; the last try failed: {why}"));
    let what = format!("objects that wait for {all}: {}{longest}{why}", waiting.count);
    let lost: Vec<&str> = waiting.peers.iter().map(String::as_str).filter(|name| !is_known(name)).collect();
    if !lost.is_empty() {
        let lost = names(lost);
        let remedy = format!("Write {lost} into peers.toml with store = true: nothing is sent there now");
        return Finding::fail(CHECK, what, remedy);
    }
    if waiting.why.is_some() || age.is_none_or(|age| age > PATIENCE) {
        let remedy = "See whether the archive answers (`hotlight doctor --only peers`), and leave Hotlight open until all is sent";
        return Finding::warn(CHECK, what, remedy);
    }
    Finding::ok(CHECK, what)
}

/// What a status says without the comment that the archive gives with it: that may name a patient, and findings go to whoever helps.
fn without_comment(why: &str) -> String {
    let code = why.find("(0x").and_then(|at| why.get(..at + "(0xA700".len()));
    let commented = code.filter(|code| why.get(code.len()..).is_some_and(|rest| rest.starts_with(": ")));
    commented.map_or_else(|| why.to_owned(), |code| format!("{code})"))
}

/// A span of time: `3 min`, `7 h`, `2 days`.
fn words(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn what_waits_long_or_failed_warns_and_what_nobody_takes_fails() {
        let waiting = |count, why: Option<&str>| {
            let peers = ["pacs", "vna"].map(str::to_owned).into();
            Waiting { count, peers, why: why.map(str::to_owned) }
        };
        let state = |waiting: &Waiting, minutes: u64| {
            waits(waiting, Some(Duration::from_mins(minutes)), |_| true).state
        };
        assert_eq!(state(&Waiting::default(), 0), State::Ok);
        assert_eq!(state(&waiting(3, None), 60), State::Ok);
        assert_eq!(state(&waiting(3, None), 61), State::Warn);
        assert_eq!(state(&waiting(3, Some("it is full")), 1), State::Warn);
        assert_eq!(waits(&waiting(3, None), None, |_| true).state, State::Warn, "its file is gone");
        let told =
            waits(&waiting(3, Some("it is full")), Some(Duration::from_hours(50)), |name| name == "pacs");
        assert_eq!(told.state, State::Fail);
        assert_eq!(
            told.what,
            "objects that wait for pacs, vna: 3, the first for 2 days; the last try failed: it is full"
        );
        assert!(told.remedy.is_some_and(|remedy| remedy.starts_with("Write vna into peers.toml")));
    }

    #[test]
    fn what_an_archive_adds_of_its_own_is_not_told() {
        let refused = |comment: &str| crate::net::dimse::Status { code: 0xA900, comment: comment.to_owned() };
        let told = |comment: &str| without_comment(&refused(comment).to_string());
        assert_eq!(told("ZZCANARY^QUEUE (1) is locked"), told(""));
        assert!(told("").ends_with("(0xA900)"), "{}", told(""));
        let lost = "the connection was lost: reset (by the peer): (0x";
        assert_eq!(without_comment(lost), lost);
    }

    #[test]
    fn spans_are_told_in_their_own_units() {
        let of = |minutes| words(Duration::from_mins(minutes));
        assert_eq!(
            [of(0), of(119), of(120), of(2879), of(2880)],
            ["0 min", "119 min", "2 h", "47 h", "2 days"]
        );
    }
}
