//! Reading inputs at once, for the commands without a window.

use std::path::{Path, PathBuf};

use crate::app::index;
use crate::study::Library;

use super::{Failure, complain};

/// Reads the headers of all images in the inputs and prints a line for each file that could not be read.
///
/// The second is a failure when an input held nothing to show: then something the caller named is missing from the first.
pub(super) fn read(inputs: &[PathBuf]) -> (Library, Result<(), Failure>) {
    let mut library = Library::default();
    let mut barren = Vec::new();
    for input in inputs {
        let mut found = 0;
        index(
            std::slice::from_ref(input),
            || false,
            |(instances, unreadable)| {
                found += instances.len();
                for file in &unreadable {
                    complain(&format!("error: {}: {}", file.path.reveal().display(), file.why));
                }
                library.add(instances, unreadable);
                true
            },
        );
        if found == 0 {
            barren.push(nothing_in(input));
        }
    }
    (library, if barren.is_empty() { Ok(()) } else { Err(Failure::of_lines(barren)) })
}

fn nothing_in(input: &Path) -> String {
    format!("{}: no DICOM image could be read from it", input.display())
}
