//! Asking for help.

use std::fmt;
use std::path::PathBuf;

use crate::units::Phi;

use super::app::ExportTarget;
use super::catalogue::{Context, Entry, offer};

/// What is collected for whoever is asked for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupportCommand {
    /// Collects it and shows what it is.
    Bundle,
    /// Gives what the panel about Hotlight says to the clipboard, as text.
    Copy,
    /// Writes what was collected and shown last to a file.
    Save(ExportTarget),
}

static SUPPORT: Entry = Entry {
    usage: "support bundle | copy | save --dialog | save PATH",
    help: "Collects what helps whoever is asked for help (settings, keys, logs, facts of the machine, and no patient data), shows what that \
           is, and saves what was shown as a zip file. `copy` gives what About Hotlight says to the clipboard, as text.",
    context: Context::Everywhere,
    offers: &[
        offer("Support bundle: what is in it, and save it", "support bundle"),
        offer("Save the support bundle that was shown", "support save --dialog"),
        offer("Copy what About Hotlight says", "support copy"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&SUPPORT];

impl SupportCommand {
    /// From the whole text: a path may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("support ")?.trim();
        match rest.strip_prefix("save ").map(str::trim) {
            None if rest == "bundle" => Some(Self::Bundle),
            None if rest == "copy" => Some(Self::Copy),
            Some("--dialog") => Some(Self::Save(ExportTarget::Dialog)),
            Some(path) if !path.is_empty() => {
                Some(Self::Save(ExportTarget::File(Phi::new(PathBuf::from(path)))))
            }
            _ => None,
        }
    }

    pub(super) const fn entry() -> &'static Entry {
        &SUPPORT
    }
}

/// The text form, without a path: it may name anybody.
impl fmt::Display for SupportCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundle => f.write_str("support bundle"),
            Self::Copy => f.write_str("support copy"),
            Self::Save(ExportTarget::Dialog) => f.write_str("support save --dialog"),
            Self::Save(ExportTarget::File(path)) => write!(f, "support save {path:?}"),
            // Nothing says so.
            Self::Save(ExportTarget::Clipboard) => f.write_str("support save clipboard"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::*;

    #[test]
    fn a_path_may_hold_spaces_and_is_printed_as_a_mark() {
        let command = Command::parse("support save /a/for ZZCANARY.zip").expect("a command");
        let target = ExportTarget::File(Phi::new(PathBuf::from("/a/for ZZCANARY.zip")));
        assert_eq!(command, Command::Support(SupportCommand::Save(target)));
        assert_eq!(command.to_string(), "support save ⟨phi⟩");
        for text in ["support bundle", "support copy", "support save --dialog"] {
            assert_eq!(Command::parse(text).expect(text).to_string(), text);
        }
        for wrong in ["support", "support save", "support bundle now", "support bundles", "support copy now"]
        {
            assert!(Command::parse(wrong).is_err(), "{wrong}");
        }
    }
}
