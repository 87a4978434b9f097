//! The views around a rendering as PNG files in a folder: what they are called, and how far that has come.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::units::Phi;

/// How far an export of frames has come, for the window and for the thread that draws.
#[derive(Debug)]
pub(super) struct Progress {
    frames: usize,
    written: AtomicUsize,
    is_cancelled: AtomicBool,
}

impl Progress {
    pub(super) const fn of(frames: usize) -> Self {
        Self { frames, written: AtomicUsize::new(0), is_cancelled: AtomicBool::new(false) }
    }

    /// So many frames are written, of so many.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.written.load(Ordering::Relaxed), self.frames)
    }

    pub(super) fn note_written(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }

    /// No more frames are to be drawn; what is written stays.
    pub(super) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Where a frame goes, by its number from 1: names no patient, and sorts as it is turned.
pub(super) fn path_of(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("hotlight-frame-{number:03}.png"))
}

/// Whether frames of an earlier export would be replaced.
pub(super) fn is_taken(folder: &Path, frames: usize) -> bool {
    (1..=frames).any(|number| path_of(folder, number).exists())
}

/// Where frames go.
pub(super) fn choose_folder() -> Option<Phi<PathBuf>> {
    rfd::FileDialog::new().set_title("Save frames in a folder").pick_folder().map(Phi::new)
}
