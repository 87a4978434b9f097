//! Why the store did not do what was asked of it: a sentence each, and no patient in it.

use std::io;

use crate::dicom::ReadError;

/// What can go wrong in the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("the store's folder cannot be used: {why}")]
    Disk {
        /// The system's words.
        why: String,
        /// Whether there is no room left.
        is_full: bool,
    },
    /// The index refused.
    #[error("the store's index cannot be used: {why}")]
    Index {
        /// `SQLite`'s words.
        why: String,
    },
    /// A newer program has written the index.
    #[error("the store was made by a newer Hotlight: its index has form {found}, and this one knows {known}")]
    Newer {
        /// The form of the index.
        found: usize,
        /// The newest that is known here.
        known: usize,
    },
    /// The disk has less room than is to be left free.
    #[error(
        "the disk of the store has {} MiB left, and {} are kept free: make room or lower `store.free_gib`",
        free_bytes >> 20,
        min_bytes >> 20
    )]
    NoRoom {
        /// What is free.
        free_bytes: u64,
        /// What is to stay free.
        min_bytes: u64,
    },
    /// The quota is used up by studies that may not go.
    #[error(
        "the store holds {} MiB of the {} that it may, and nothing in it may go: all else is pinned, unsent or open",
        bytes >> 20,
        quota_bytes >> 20
    )]
    OverQuota {
        /// What it holds.
        bytes: u64,
        /// What it may hold.
        quota_bytes: u64,
    },
    /// An object cannot be read.
    #[error("the object is not kept: {0}")]
    Object(#[from] ReadError),
    /// An object is another than was said.
    #[error("the object's {what} is another than was announced")]
    NotAsAnnounced {
        /// The attribute.
        what: &'static str,
    },
    /// An object of a study names another patient than the study's.
    #[error(
        "wrong patient inside a study: the object names another patient than the study that it says it is of"
    )]
    WrongPatient,
    /// There is an object of the same UID.
    #[error(
        "another object with the same SOP Instance UID is in the store, and stays: this one differs from it"
    )]
    Differs,
    /// It is not in the store.
    #[error("it is not in the store")]
    NotHere,
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        Self::Disk { why: error.to_string(), is_full }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Disk { why: error.to_string(), is_full: true },
            _ => Self::Index { why: error.to_string() },
        }
    }
}

/// As a [`Keep`](crate::net::dimse::Keep) says it: where there is no room, an archive hears of it (0xA700). PS3.4 B.2.3.
impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        let is_full = matches!(
            error,
            StoreError::NoRoom { .. } | StoreError::OverQuota { .. } | StoreError::Disk { is_full: true, .. }
        );
        let kind = if is_full { io::ErrorKind::StorageFull } else { io::ErrorKind::Other };
        Self::new(kind, error)
    }
}
