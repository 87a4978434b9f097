//! What was collected for whoever is asked for help, as the panel shows it.

use std::sync::Arc;

/// A part of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleLine {
    /// Its name in the zip file.
    pub name: String,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// How long it is, bytes.
    pub bytes: usize,
    /// All of it, by lines.
    pub lines: Arc<[String]>,
}
