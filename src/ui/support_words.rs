//! What the interface says of the support bundle.

use crate::session::BundleLine;

use super::words::grouped;

pub(super) const BUNDLE_TITLE: &str = "Support bundle";
pub(super) const BUNDLE_HINT: &str = "what it holds; no patient data, nothing leaves before you save it";
pub(super) const BUNDLE_COLLECTING: &str = "It is being collected.";
pub(super) const BUNDLE_SAVE: &str = "Enter saves all of it as a zip file. Right and left page through the chosen part.";

/// `1 234 bytes`
pub(super) fn bundle_bytes(line: &BundleLine) -> String {
    format!("{} bytes", grouped(line.bytes))
}
