//! A study that was opened lately.

use std::path::PathBuf;

use crate::units::Phi;

/// A study that was opened lately, as far as it may be remembered: not whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentStudy {
    /// What was opened: a file or a folder. It may name the patient.
    pub path: Phi<PathBuf>,
    /// Study Date, `YYYYMMDD`, or empty.
    pub date: String,
    /// Study Description.
    pub description: String,
    /// The modalities of its series, such as `CT, PT`.
    pub modalities: String,
    /// It was not there when it was opened last.
    pub is_gone: bool,
}
