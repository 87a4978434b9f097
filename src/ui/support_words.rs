//! What the interface says of Hotlight itself, and of the support bundle.

use crate::session::BundleLine;

use super::words::grouped;

pub(super) const ABOUT_TITLE: &str = "About Hotlight";
pub(super) const ABOUT_COPY: &str = "Copy all of it as text";
pub(super) const ABOUT_COPY_WHY: &str = "For whoever is asked for help; no patient is in it";
pub(super) const ABOUT_BUNDLE_WHY: &str = "Collects logs, settings and keys, and shows them before it saves";

pub(super) const BUNDLE_TITLE: &str = "Support bundle";
pub(super) const BUNDLE_HINT: &str = "what it holds; no patient data, nothing leaves before you save it";
pub(super) const BUNDLE_COLLECTING: &str = "It is being collected.";
pub(super) const BUNDLE_SAVE: &str =
    "Enter saves all of it as a zip file. Right and left page through the chosen part.";

/// `1 234 bytes`
pub(super) fn bundle_bytes(line: &BundleLine) -> String {
    format!("{} bytes", grouped(line.bytes))
}
