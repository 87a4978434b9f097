//! A user of this station as the panel of users shows it, and what goes when another one reads.

use std::path::PathBuf;

use crate::command::Reader;
use crate::study::Library;
use crate::units::Phi;

use super::history::History;
use super::seen::Seen;
use super::state::Session;

/// A user of this station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    /// Who.
    pub reader: Reader,
    /// What of the configuration is theirs: `settings, keys`; empty where nothing is.
    pub own: String,
}

impl Session {
    /// What the reader has opened and is still being looked through. To be asked when another one comes: it is nothing that one opened.
    pub fn take_opening(&mut self) -> Vec<Phi<PathBuf>> {
        std::mem::take(&mut self.opening)
    }

    /// Another reader comes. What the one before made and did not save goes, as at the end of the program: somebody has kept it. So
    /// does what that one has seen, what could be taken back, and what an earlier run of theirs left open. What hangs stays, and as it
    /// is shown.
    pub fn change_reader(&mut self, library: &Library) {
        self.end_gesture();
        self.draft = None;
        self.selected = None;
        if self.path.is_some() {
            self.give_up_path();
        }
        self.marks.clear();
        // Of states that were saved all is drawn: their marks are nobody's to change any more.
        self.saved.clear();
        self.forget_unsaved(library);
        self.history = History::default();
        self.seen = Seen::default();
        self.recent.clear();
        self.bundle = None;
        self.forget_left_open();
        // What one looks at is not recorded as seen by another.
        self.end_ambient_test();
        self.calibrating.operator.clear();
        self.note_touched();
    }
}
