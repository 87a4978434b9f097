//! Looking through files and folders for images: headers only, in parallel, in batches.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::dicom::{Instance, ReadError};
use crate::study::Unreadable;
use crate::units::Phi;

/// Files read between two batches of news.
const BATCH_FILES: usize = 256;

/// What one batch of files held.
pub type Batch = (Vec<Arc<Instance>>, Vec<Unreadable>);

/// Looks through files and folders, folders recursively and in order of name, and gives what each batch held to
/// `deliver`; stops when that says so by `false`, or `is_ending` by `true`.
///
/// A file that is no image is listed with its reason. Folders may hold a DICOMDIR; its images are found beside it.
pub fn index(paths: &[PathBuf], is_ending: impl Fn() -> bool, mut deliver: impl FnMut(Batch) -> bool) {
    let mut files = Vec::with_capacity(BATCH_FILES);
    for path in paths {
        for entry in WalkDir::new(path).sort_by_file_name().follow_links(true) {
            if is_ending() {
                return;
            }
            match entry {
                Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
                Ok(_folder) => {}
                Err(error) => {
                    let at = error.path().unwrap_or(path).to_path_buf();
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    if !deliver((Vec::new(), vec![unreadable(&at, ReadError::Open { why })])) {
                        return;
                    }
                }
            }
            if files.len() == BATCH_FILES && !deliver(read_all(&std::mem::take(&mut files))) {
                return;
            }
        }
    }
    if !files.is_empty() {
        deliver(read_all(&files));
    }
}

fn read_all(files: &[PathBuf]) -> Batch {
    let read: Vec<_> = files.par_iter().map(|path| Instance::read(path)).collect();
    let mut batch = Batch::default();
    for (path, result) in files.iter().zip(read) {
        match result {
            Ok(instance) => batch.0.push(Arc::new(instance)),
            Err(why) => batch.1.push(unreadable(path, why)),
        }
    }
    batch
}

fn unreadable(path: &Path, why: ReadError) -> Unreadable {
    Unreadable { path: Phi::new(Arc::from(path)), why }
}
