//! Reading inputs at once, for the commands without a window.

use std::path::{Path, PathBuf};

use crate::app::Index;
use crate::dicom::{ReadError, SeriesUid, Tag};
use crate::session::{Event, FileCounts};
use crate::study::{DisplaySet, Library};

use super::{Failure, complain};

/// Reads the headers of all images in the inputs and prints a line for each file that could not be read.
///
/// The second is a failure when an input held nothing to show: then something the caller named is missing from the first.
pub(super) fn read(inputs: &[PathBuf]) -> (Library, Result<(), Failure>) {
    of_images(look(inputs, None, Vec::new()))
}

/// The same, with a file beside them that holds no image, such as a presentation state.
pub(super) fn read_beside(inputs: &[PathBuf], beside: Option<&Path>) -> (Library, Result<(), Failure>) {
    of_images(look(inputs, beside, Vec::new()))
}

/// The same, with these attributes among the hints of each image.
pub(super) fn read_asked(inputs: &[PathBuf], asked: Vec<Tag>) -> (Library, Result<(), Failure>) {
    of_images(look(inputs, None, asked))
}

/// The same as [`read`], for what tells of all that is there: a spatial registration without images is something, too.
pub(super) fn read_all(inputs: &[PathBuf]) -> (Library, Result<(), Failure>) {
    let Looked { library, barren, .. } = look(inputs, None, Vec::new());
    (library, outcome_of(barren))
}

/// What places images is something beside images alone.
fn of_images(Looked { library, mut barren, placing }: Looked) -> (Library, Result<(), Failure>) {
    if library.studies().is_empty() {
        barren.extend(placing);
    }
    (library, outcome_of(barren))
}

fn outcome_of(barren: Vec<String>) -> Result<(), Failure> {
    if barren.is_empty() { Ok(()) } else { Err(Failure::of_lines(barren)) }
}

/// What inputs hold.
struct Looked {
    library: Library,
    /// A line for each that holds nothing.
    barren: Vec<String>,
    /// A line for each that holds spatial registrations and no image.
    placing: Vec<String>,
}

fn look(inputs: &[PathBuf], beside: Option<&Path>, asked: Vec<Tag>) -> Looked {
    let (mut index, mut library) = (Index::default().asking(asked), Library::default());
    let (mut barren, mut placing) = (Vec::new(), Vec::new());
    let inputs = inputs.iter().map(|input| (input.clone(), true));
    for (input, has_images) in inputs.chain(beside.map(|path| (path.to_path_buf(), false))) {
        let mut files = FileCounts::default();
        index.run(
            std::slice::from_ref(&input),
            || false,
            |event| {
                match event {
                    Event::Indexing(more) => files += more,
                    Event::Indexed { studies, unreadable } => library.take(studies, unreadable),
                    _ => {}
                }
                true
            },
        );
        if has_images && files.images == 0 {
            let lines = if files.registrations > 0 { &mut placing } else { &mut barren };
            lines.push(nothing_in(&input));
        }
    }
    for file in library.unreadable() {
        let grade = if matches!(file.why, ReadError::NoImage { .. }) { "note" } else { "error" };
        complain(&format!("{grade}: {}: {}", file.source.name().reveal(), file.why));
    }
    Looked { library, barren, placing }
}

/// The stacks of a series, of the first one where none is named; one of them alone where its number is given, from 1.
pub(super) fn stacks<'a>(
    library: &'a Library,
    series: Option<&str>,
    stack: Option<u32>,
) -> Result<Vec<&'a DisplaySet>, Failure> {
    let uid = series.map(SeriesUid::new);
    let mut all = library.studies().iter().flat_map(|study| &study.series);
    let found = all.find(|series| uid.as_ref().is_none_or(|uid| series.attributes.uid == *uid));
    let found = found
        .ok_or_else(|| Failure::new(format!("no series {} in the inputs", series.unwrap_or_default())))?;
    let sets: Vec<&DisplaySet> = found.display_sets.iter().map(AsRef::as_ref).collect();
    let Some(number) = stack else { return Ok(sets) };
    let one = sets.get((number as usize).saturating_sub(1)).map(|set| vec![*set]);
    let none = || Failure::new(format!("there is no stack {number} in a series of {}", sets.len()));
    one.ok_or_else(none)
}

fn nothing_in(input: &Path) -> String {
    format!("{}: no DICOM image could be read from it", input.display())
}
