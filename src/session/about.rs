//! What Hotlight is and where its files lie, as the panel about it shows and copies it.

use std::fmt;

use super::state::Session;

/// What every build says, whatever is set: none is cleared.
pub const NOTICE: &str = "Not for diagnosis: this build is not a cleared medical device.";

/// A fact about the program or this machine; no patient is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutLine {
    /// Of what.
    pub what: &'static str,
    /// What is known of it.
    pub value: String,
}

impl fmt::Display for AboutLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.value)
    }
}

impl Session {
    /// The notice, and a line for each fact, as text.
    pub fn about_text(&self) -> String {
        self.about.iter().fold(format!("{NOTICE}\n"), |text, line| format!("{text}{line}\n"))
    }
}
