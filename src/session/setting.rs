//! A setting as the panel of settings shows it.

/// A setting as it applies, in the reader's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingLine {
    /// `section.name`
    pub key: &'static str,
    /// What applies, as the command `set` takes it.
    pub value: String,
    /// The value before; none where the values end.
    pub previous: Option<String>,
    /// The next value; none where the values end.
    pub next: Option<String>,
    /// Who set it: `shipped`, `site`, `user` or `command line`.
    pub origin: &'static str,
    /// What is allowed.
    pub allowed: String,
    /// What it is for, in a sentence.
    pub help: &'static str,
    /// The command line set it, which no file can change.
    pub is_decided: bool,
    /// The site has locked it.
    pub is_locked: bool,
}
