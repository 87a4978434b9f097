//! What is wrong with a configuration, and where.

use std::path::PathBuf;

use crate::calibration::{ProfileError, ScheduleError};
use crate::color::PaletteFault;
use crate::corner_text::CornerTextError;
use crate::handwritten::{LineColumn, did_you_mean};
use crate::keymap::KeymapError;
use crate::priors::PriorRulesError;

use super::displays::DisplaysError;
use super::layer::ValueOrigin;
use super::peers_error::PeersError;
use super::policy::{self, LockPlace};

/// What is wrong with a configuration, and where.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A setting: `FILE:LINE:COLUMN: WHAT`, or `command line: WHAT`.
    #[error("{}: {fault}", place(.origin, .at.as_ref()))]
    Setting {
        /// Where it is set.
        origin: ValueOrigin,
        /// Where in the file; none on the command line.
        at: Option<LineColumn>,
        /// What is wrong.
        fault: SettingFault,
    },
    /// A file is there and cannot be read.
    #[error("{}: the file cannot be read: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The reader's own file cannot be written.
    #[error("{}: the file cannot be written: {error}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// What was asked to be written is not allowed.
    #[error("{0}")]
    Refused(SettingFault),
    /// Nowhere to write.
    #[error("this system names no folder for your settings: HOTLIGHT_CONFIG_DIR can")]
    NoFolder,
    /// The keys.
    #[error(transparent)]
    Keymap(#[from] KeymapError),
    /// A palette: `FILE:LINE: WHAT`.
    #[error("{}:{fault}", .path.display())]
    Palette {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        fault: PaletteFault,
    },
    /// The words in the corners of viewports.
    #[error(transparent)]
    CornerText(#[from] CornerTextError),
    /// The monitors.
    #[error(transparent)]
    Displays(#[from] DisplaysError),
    /// The limits of monitors.
    #[error(transparent)]
    DisplayProfile(#[from] ProfileError),
    /// The checks of monitors.
    #[error(transparent)]
    Schedules(#[from] ScheduleError),
    /// By what priors are found.
    #[error(transparent)]
    PriorRules(#[from] PriorRulesError),
    /// The archives.
    #[error(transparent)]
    Peers(#[from] PeersError),
}

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// No section of that name.
    #[error("there is no section '{name}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownSection {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// No setting of that name.
    #[error("there is no setting '{key}'{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// What is written.
        key: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// The wrong type, or out of range.
    #[error("'{key}' is {found}; expected {expected}{}", did_you_mean(.nearest.as_deref()))]
    WrongValue {
        /// The setting, or a section that is none.
        key: &'static str,
        /// What is written.
        found: String,
        /// What is allowed.
        expected: String,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The site says what it is.
    #[error("'{key}' is locked by the site ({place})")]
    Locked {
        /// The setting, or a file or folder of a reader's own.
        key: &'static str,
        /// Where the site says so.
        place: LockPlace,
    },
    /// Nothing of that name can be locked.
    #[error("nothing is called '{name}' that could be locked{}", did_you_mean(.nearest.as_deref()))]
    UnknownLock {
        /// What is written.
        name: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// Locks within a section.
    #[error("'{}' stands above the first [section]", policy::KEY)]
    MisplacedLock,
    /// Locks in a reader's own file.
    #[error("only the site's config.toml can lock settings")]
    OnlyTheSite,
    /// On the command line, without a value.
    #[error("'{0}' has no value: write KEY=VALUE, such as viewer.text_size=15")]
    NoValue(String),
}

fn place(origin: &ValueOrigin, at: Option<&LineColumn>) -> String {
    let file = match (origin, origin.path()) {
        (_, Some(path)) => path.display().to_string(),
        (ValueOrigin::CommandLine, None) => "command line".to_owned(),
        (_, None) => "assets/config/default.toml".to_owned(),
    };
    at.map_or_else(|| file.clone(), |at| format!("{file}:{at}"))
}
