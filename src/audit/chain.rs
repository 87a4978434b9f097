//! Links: a message on a line, and a hash that holds all that stands before it.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A message in the trail, as its line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Counts messages from 1.
    pub number: u64,
    /// When it was written, UTC, as in RFC 3339.
    pub written: String,
    /// The message.
    pub message: String,
    /// [`Link::hash`] of the link before, or `Tip::BEGINNING`.
    pub previous: String,
    /// SHA-256 of all of this, in hexadecimal digits.
    pub hash: String,
}

/// The end of a chain: what the next link hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tip {
    /// The number of the last link; 0 before the first.
    pub(super) number: u64,
    /// Its hash.
    pub(super) hash: String,
}

impl Tip {
    /// What the first link hangs on.
    pub(super) const BEGINNING: &str = "0";

    /// Before the first link.
    pub(super) fn beginning() -> Self {
        Self { number: 0, hash: Self::BEGINNING.to_owned() }
    }
}

impl Link {
    /// The link that follows.
    pub(super) fn after(tip: &Tip, written: SystemTime, message: &str) -> Self {
        let written = DateTime::<Utc>::from(written).to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut link = Self {
            number: tip.number + 1,
            written,
            message: message.to_owned(),
            previous: tip.hash.clone(),
            hash: String::new(),
        };
        link.hash = link.digest();
        link
    }

    /// The greatest number that counts: no trail comes so far, and what follows it has one.
    pub(super) const NUMBER_MAX: u64 = u64::MAX / 2;

    /// From a line; `None` where it is none.
    pub(super) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok().filter(|link: &Self| link.number <= Self::NUMBER_MAX)
    }

    /// Whether it says of itself what it holds.
    pub(super) fn is_sound(&self) -> bool {
        self.hash == self.digest()
    }

    /// What the next link hangs on.
    pub(super) fn tip(&self) -> Tip {
        Tip { number: self.number, hash: self.hash.clone() }
    }

    /// Each part with its length before it, so that nothing can move from one to another.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let number = self.number.to_string();
        for part in [&self.previous, &number, &self.written, &self.message] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        format!("{:x}", hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_all_before_it_and_tells_every_change() {
        let first = Link::after(&Tip::beginning(), SystemTime::UNIX_EPOCH, "one");
        let second = Link::after(&first.tip(), SystemTime::UNIX_EPOCH, "two");
        assert_eq!((second.number, &second.previous), (2, &first.hash));
        assert!(first.is_sound() && second.is_sound());
        let line = serde_json::to_string(&second).expect("JSON");
        assert_eq!(Link::read(&line), Some(second.clone()));
        let changes: [fn(&mut Link); 5] = [
            |link| link.number = 3,
            |link| link.written.push('0'),
            |link| link.message.push('!'),
            |link| link.previous.push('0'),
            // What ends one part begins the next.
            |link| (link.written, link.message) = (format!("{}t", link.written), "wo".to_owned()),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut forged = second.clone();
            change(&mut forged);
            assert!(!forged.is_sound(), "change {place}");
        }
        let last = Link { number: u64::MAX, ..second.clone() };
        assert_eq!(Link::read(&serde_json::to_string(&last).expect("JSON")), None, "none can follow it");
        let other =
            Link::after(&Tip { number: 1, hash: "another".to_owned() }, SystemTime::UNIX_EPOCH, "two");
        assert_ne!(other.hash, second.hash);
    }
}
