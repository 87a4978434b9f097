//! Whom we talk to, under which names, and how long we wait.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Places, Tls, User};

/// The name of an application entity: 1 to 16 printable ASCII characters, no backslash, not only blanks. PS3.5 6.2, AE.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AeTitle(String);

/// It is no name of an application entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no AE title: 1 to 16 letters, digits or signs, no backslash")]
pub struct AeTitleError {
    text: String,
}

impl AeTitle {
    /// As it stands on the wire, without blanks around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AeTitle {
    type Err = AeTitleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let title = text.trim_matches(' ');
        let is_title = (1..=16).contains(&title.len())
            && title.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\\');
        if is_title { Ok(Self(title.to_owned())) } else { Err(AeTitleError { text: text.to_owned() }) }
    }
}

impl fmt::Display for AeTitle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An application entity that we call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its machine: a name or an address.
    pub host: String,
    /// The port that it listens on.
    pub port: u16,
    /// What it is called.
    pub called: AeTitle,
    /// What we are called there.
    pub calling: AeTitle,
    /// How long we wait.
    pub deadlines: Deadlines,
    /// How the connection is secured; none is in clear.
    pub tls: Option<Tls>,
    /// Who the reader is there, where it wants to know.
    pub user: Option<User>,
    /// How many associations it allows at a time.
    pub places: Places,
}

impl Peer {
    /// One in clear, with the usual deadlines, that asks nobody who he is.
    pub fn new(host: &str, port: u16, called: AeTitle, calling: AeTitle) -> Self {
        Self {
            host: host.to_owned(),
            port,
            called,
            calling,
            deadlines: Deadlines::default(),
            tls: None,
            user: None,
            places: Places::default(),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}:{}", self.called, self.host, self.port)
    }
}

/// How long we wait. Whoever drips a byte now and then is as silent as who sends none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For the connection.
    pub connect: Duration,
    /// For one whole message part (PDU) to come or to go.
    pub silence: Duration,
    /// For an answer, which takes an archive its time when it must first fetch from its own slow store.
    pub answer: Duration,
}

impl Deadlines {
    /// The usual ones, none longer than an answer is waited for.
    pub fn of_answer(answer: Duration) -> Self {
        let usual = Self::default();
        Self { connect: usual.connect.min(answer), silence: usual.silence.min(answer), answer }
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(30),
            answer: Duration::from_mins(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_up_to_sixteen_printable_characters() {
        for (text, title) in
            [("ARCHIVE", "ARCHIVE"), (" A B ", "A B"), ("SIXTEEN-LETTERS1", "SIXTEEN-LETTERS1")]
        {
            assert_eq!(text.parse::<AeTitle>().map(|title| title.to_string()).as_deref(), Ok(title));
        }
        for wrong in ["", "   ", "SEVENTEEN-LETTERS", "BACK\\SLASH", "É", "LINE\n"] {
            assert!(wrong.parse::<AeTitle>().is_err(), "{wrong:?}");
        }
    }
}
