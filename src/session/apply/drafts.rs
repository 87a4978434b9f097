//! What comes back after the program ended without saving it, or without being asked to.

use crate::command::DraftsCommand;
use crate::study::Library;

use super::super::effect::Effect;
use super::super::state::Session;

impl Session {
    pub(super) fn apply_drafts(&mut self, command: DraftsCommand, library: &Library) -> Vec<Effect> {
        match command {
            DraftsCommand::Restore => self.restore_drafts(library),
            DraftsCommand::Discard => self.discard_drafts(library),
            DraftsCommand::Resume => self.resume(library),
            DraftsCommand::ResumeNot => self.resume_not(),
        }
    }
}
