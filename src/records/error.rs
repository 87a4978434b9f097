//! Why the book did not do what was asked of it: a sentence each, with what to do.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::record::BODY_MAX;
use super::schema::BUSY;

/// What can go wrong with the book of records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordsError {
    /// The disk is full.
    #[error("{}: nothing was recorded: the disk has no room left. Make room, and record again", .path.display())]
    NoRoom {
        /// The book.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error(
        "{}: nothing was recorded: the file cannot be written: {why}. Let this user write there, or name another folder \
         in displays.records",
        .path.display()
    )]
    Unwritable {
        /// The book.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// It cannot be read.
    #[error("{}: the records cannot be read: {why}", .path.display())]
    Unreadable {
        /// The book.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// Another program does not let go of it.
    #[error("{}: another program has held the records for {} s: try again", .path.display(), BUSY.as_secs())]
    Busy {
        /// The book.
        path: PathBuf,
    },
    /// A newer program has written it.
    #[error(
        "{}: the records were written by a newer Hotlight: they have form {found}, and this one knows {known}",
        .path.display()
    )]
    Newer {
        /// The book.
        path: PathBuf,
        /// Its form.
        found: usize,
        /// The newest that is known here.
        known: usize,
    },
    /// It is damaged, and has to stay where it is.
    #[error("{}: the records are damaged ({damage}), and the file cannot be put aside: {why}", .path.display())]
    Damaged {
        /// The book.
        path: PathBuf,
        /// What is wrong with it.
        damage: String,
        /// The system's words.
        why: String,
    },
    /// A record's body is too large.
    #[error("nothing was recorded: the body has {bytes} bytes, and {} are allowed", BODY_MAX)]
    TooLarge {
        /// What it has.
        bytes: usize,
    },
    /// A record says what none can say.
    #[error("nothing was recorded: the {what} {why}")]
    Refused {
        /// Which part of it.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl RecordsError {
    /// As `SQLite` said it while it read.
    pub(super) fn reading(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            _ => Self::Unreadable { path, why: error.to_string() },
        }
    }

    /// As `SQLite` said it while it wrote.
    pub(super) fn writing(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DiskFull) => Self::NoRoom { path },
            _ => Self::Unwritable { path, why: error.to_string() },
        }
    }

    /// As the system said it while a file was made.
    pub(super) fn making(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom { path },
            _ => Self::Unwritable { path, why: error.to_string() },
        }
    }
}
