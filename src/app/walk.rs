//! The files that inputs stand for: folders recursively and in order of name, each file once. A link is followed within the folder that
//! was opened, and not out of it: what a medium leads to elsewhere nobody has asked for.

use std::collections::HashSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::dicom::{ReadError, Source};
use crate::study::Unreadable;

/// Something to look at.
pub(super) enum Entry {
    /// What was named by the reader or by a DICOMDIR: a file or a folder.
    Named(PathBuf),
    /// A folder, and the true place of the one that was named, which it lies in.
    Folder(PathBuf, Arc<Path>),
    /// A file or a member of an archive.
    File(Candidate),
}

/// A file that may be an image.
pub(super) struct Candidate {
    /// Where its bytes are.
    pub(super) source: Source,
    /// The path of the file or the archive.
    pub(super) path: PathBuf,
}

/// What is still to be looked at.
pub(super) struct Walk {
    /// The next one is the last.
    stack: Vec<Entry>,
    /// What comes after all of the stack. Archives and DICOMDIRs put there what they hold, so that the order of files
    /// does not depend on when those were read.
    later: Vec<Entry>,
    /// Folders and files that were on the stack, by their true places.
    taken: HashSet<PathBuf>,
    known: usize,
}

/// What stands in a folder, or the one file that was named.
struct Listing {
    /// The true place of the folder.
    folder: PathBuf,
    is_whole_folder: bool,
    entries: Vec<Entry>,
    unreadable: Vec<Unreadable>,
}

impl Walk {
    /// Begins at these files and folders.
    pub(super) fn new(inputs: &[PathBuf]) -> Self {
        let later = inputs.iter().cloned().map(Entry::Named).collect();
        Self { stack: Vec::new(), later, taken: HashSet::new(), known: 0 }
    }

    /// Files that were found so far, read or not.
    pub(super) const fn known(&self) -> usize {
        self.known
    }

    /// Whether nothing is left.
    pub(super) const fn is_over(&self) -> bool {
        self.stack.is_empty() && self.later.is_empty()
    }

    /// Puts the members of an archive behind all else.
    pub(super) fn add_members(&mut self, members: Vec<Source>, archive: &Path) {
        self.known += members.len();
        let file = |source| Entry::File(Candidate { source, path: archive.to_path_buf() });
        self.later.extend(members.into_iter().map(file));
    }

    /// Puts files that a DICOMDIR lists behind all else.
    pub(super) fn add_files(&mut self, paths: Vec<PathBuf>) {
        self.later.extend(paths.into_iter().map(Entry::Named));
    }

    /// The next files, at most `count`; none when nothing is left. Folders on the way are listed in parallel.
    pub(super) fn next(
        &mut self,
        count: usize,
        is_cancelled: &(impl Fn() -> bool + Sync),
        unreadable: &mut Vec<Unreadable>,
    ) -> Vec<Candidate> {
        while !is_cancelled() && !self.is_over() {
            if self.stack.is_empty() {
                self.stack.extend(self.later.drain(..).rev());
            }
            let from = match self.stack.iter().rposition(|entry| matches!(entry, Entry::Named(_))) {
                // All that was named is looked at in one go: what is taken first decides what is taken twice.
                Some(_) => 0,
                None => self.stack.len().saturating_sub(count),
            };
            let next = self.stack.split_off(from);
            if next.iter().all(|entry| matches!(entry, Entry::File(_))) {
                let file = |entry| if let Entry::File(file) = entry { Some(file) } else { None };
                return next.into_iter().rev().filter_map(file).collect();
            }
            let looked: Vec<Result<Entry, Listing>> = next.into_par_iter().rev().map(look).collect();
            let mut entries = Vec::with_capacity(looked.len());
            for looked in looked {
                match looked {
                    Ok(file) => entries.push(file),
                    Err(listing) => self.take(listing, &mut entries, unreadable),
                }
            }
            self.stack.extend(entries.into_iter().rev());
        }
        Vec::new()
    }

    /// Takes what was not taken before.
    fn take(&mut self, listing: Listing, entries: &mut Vec<Entry>, unreadable: &mut Vec<Unreadable>) {
        let Listing { folder, is_whole_folder, entries: listed, unreadable: failed } = listing;
        if is_whole_folder && !self.taken.insert(folder.clone()) {
            return;
        }
        unreadable.extend(failed);
        for entry in listed {
            if let Entry::File(Candidate { path, .. }) = &entry {
                let name = path.file_name().unwrap_or_default();
                if !self.taken.insert(folder.join(name)) {
                    continue;
                }
                self.known += 1;
            }
            entries.push(entry);
        }
    }
}

/// A file stays; a folder is listed, and what was named is looked up.
fn look(entry: Entry) -> Result<Entry, Listing> {
    let listing = match entry {
        Entry::File(_) => return Ok(entry),
        Entry::Folder(path, root) => list(&path, &root),
        Entry::Named(path) => match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                let root = fs::canonicalize(&path).unwrap_or_else(|_refused| path.clone());
                list(&path, &Arc::from(root))
            }
            Ok(found) => {
                let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
                let root = Arc::from(folder.as_path());
                let entries = entry_of(path, found.file_type(), &root).into_iter().collect();
                Listing { folder, is_whole_folder: false, entries, unreadable: Vec::new() }
            }
            Err(error) => failed(&path, &error),
        },
    };
    Err(listing)
}

/// Lists a folder in order of name.
fn list(path: &Path, root: &Arc<Path>) -> Listing {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return failed(path, &error),
    };
    let mut listing = Listing {
        folder: fs::canonicalize(path).unwrap_or_else(|_refused| path.to_path_buf()),
        is_whole_folder: true,
        entries: Vec::new(),
        unreadable: Vec::new(),
    };
    let mut found = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => found.push(entry),
            Err(error) => listing.unreadable.push(unreadable(path, &error)),
        }
    }
    found.sort_by_key(fs::DirEntry::file_name);
    for entry in found {
        let path = entry.path();
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_symlink() => linked(&path, root),
            kind => kind,
        };
        match kind {
            Ok(kind) => listing.entries.extend(entry_of(path, kind, root)),
            Err(error) => listing.unreadable.push(unreadable(&path, &error)),
        }
    }
    listing
}

/// What a link leads to, if that lies in the folder that was named.
fn linked(path: &Path, root: &Path) -> io::Result<FileType> {
    let place = fs::canonicalize(path)?;
    if !place.starts_with(root) {
        return Err(io::Error::other("it is a link that leads out of the folder that was opened"));
    }
    Ok(fs::metadata(place)?.file_type())
}

/// Pipes, sockets and devices are not looked at: reading one may never end.
fn entry_of(path: PathBuf, kind: FileType, root: &Arc<Path>) -> Option<Entry> {
    if kind.is_dir() {
        Some(Entry::Folder(path, Arc::clone(root)))
    } else if kind.is_file() {
        Some(Entry::File(Candidate { source: Source::file(&path), path }))
    } else {
        None
    }
}

fn failed(path: &Path, error: &io::Error) -> Listing {
    let unreadable = vec![unreadable(path, error)];
    Listing { folder: PathBuf::new(), is_whole_folder: false, entries: Vec::new(), unreadable }
}

fn unreadable(path: &Path, error: &io::Error) -> Unreadable {
    Unreadable { source: Source::file(path), why: ReadError::Open { why: error.to_string() } }
}
