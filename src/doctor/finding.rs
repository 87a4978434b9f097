//! What is looked at, and what was found.

use serde::Serialize;

/// One thing to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Settings, keys and all files beside them.
    Configuration,
    /// The graphics card.
    Graphics,
    /// The monitors, and who applies the GSDF to each.
    Displays,
    /// The archives: whether each answers.
    Peers,
    /// Certificates: whether they can be read, and until when they count.
    Certificates,
    /// Passcodes and tokens: whether they are where the configuration says.
    Secrets,
    /// What waits to be sent.
    Queue,
    /// The studies of this machine.
    Store,
    /// Room on the disks.
    Disk,
    /// The clock of this machine.
    Clock,
    /// The folder of logs.
    Logs,
    /// The audit trail, and its server.
    Audit,
}

impl Check {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 12] = [
        Self::Configuration,
        Self::Graphics,
        Self::Displays,
        Self::Peers,
        Self::Certificates,
        Self::Secrets,
        Self::Queue,
        Self::Store,
        Self::Disk,
        Self::Clock,
        Self::Logs,
        Self::Audit,
    ];

    /// In one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Graphics => "graphics",
            Self::Displays => "displays",
            Self::Peers => "peers",
            Self::Certificates => "certificates",
            Self::Secrets => "secrets",
            Self::Queue => "queue",
            Self::Store => "store",
            Self::Disk => "disk",
            Self::Clock => "clock",
            Self::Logs => "logs",
            Self::Audit => "audit",
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Reading goes on, and somebody should see to it.
    Warn,
    /// Something does not work.
    Fail,
}

impl State {
    /// In one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How it is.
    pub state: State,
    /// In a sentence without its end.
    pub what: String,
    /// What to do; none where nothing is to be done.
    pub remedy: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: Check, what: impl Into<String>) -> Self {
        Self { check, state: State::Ok, what: what.into(), remedy: None }
    }

    pub(super) fn warn(check: Check, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Warn, what: what.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn fail(check: Check, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: State::Fail, what: what.into(), remedy: Some(remedy.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_as_json_has_the_words_that_are_shown() {
        for check in Check::ALL {
            for (finding, state) in [
                (Finding::ok(check, "it is"), State::Ok),
                (Finding::warn(check, "it may be", "see to it"), State::Warn),
                (Finding::fail(check, "it is not", "mend it"), State::Fail),
            ] {
                let json = serde_json::json!(finding);
                assert_eq!(
                    (json["check"].as_str(), json["state"].as_str()),
                    (Some(check.name()), Some(state.name()))
                );
                assert_eq!(json["remedy"].is_null(), state == State::Ok);
            }
        }
    }
}
