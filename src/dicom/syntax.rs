//! What transfer syntaxes are called. PS3.6 A.

use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

/// The name of a transfer syntax, in the standard's words; video is called so.
pub(super) fn name(uid: &str) -> String {
    let known = TransferSyntaxRegistry.get(uid);
    let name = known.map_or_else(|| format!("transfer syntax {uid}"), |syntax| syntax.name().to_owned());
    if is_video(uid) { format!("video ({name})") } else { name }
}

/// MPEG-2, MPEG-4 and HEVC. PS3.5 8.2.5 to 8.2.8.
fn is_video(uid: &str) -> bool {
    let number = uid.strip_prefix("1.2.840.10008.1.2.4.");
    let number = number.and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    number.is_some_and(|number| (100..=108).contains(&number))
}
