//! Hanging protocols and their stages.

use crate::command::{Next, ProtocolCommand};
use crate::hanging::Hanging;
use crate::study::{Library, Study};

use super::super::effect::Effect;
use super::super::hung::Hung;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_protocol(&mut self, command: &ProtocolCommand, library: &Library) -> Vec<Effect> {
        if self.settings.protocols.is_empty() {
            self.tell(
                MessageKind::Note,
                "No hanging protocol applies: the setting viewer.hang is \"series\".",
            );
            return Vec::new();
        }
        match command {
            ProtocolCommand::Stage(next) => self.change_stage(*next, library),
            ProtocolCommand::Capture(name) => match self.captured(name, library) {
                Ok(captured) => vec![Effect::SaveProtocol(Box::new(captured))],
                Err(why) => {
                    self.tell(MessageKind::Note, format!("No protocol was written: {why}."));
                    Vec::new()
                }
            },
            ProtocolCommand::Again => self.hang_read(None, library),
            ProtocolCommand::By(name) if self.settings.protocols.get(name).is_some() => {
                self.hang_read(Some(name), library)
            }
            ProtocolCommand::By(name) => {
                let near = self.settings.protocols.nearest(name);
                let near = near.map_or_else(String::new, |near| format!(" (did you mean '{near}'?)"));
                self.tell(MessageKind::Note, format!("There is no hanging protocol '{name}'{near}."));
                Vec::new()
            }
        }
    }

    fn change_stage(&mut self, next: Next, library: &Library) -> Vec<Effect> {
        let read = self.read_study(library).map(|study| study.attributes.uid.clone());
        let is_hung = self.hung.as_ref().is_some_and(|hung| Some(&hung.study) == read.as_ref());
        if !is_hung {
            return self.hang_read(None, library);
        }
        self.hang_by_what_is_here(library);
        let Some(hung) = &self.hung else { return Vec::new() };
        let count = hung.winner().map_or(0, |winner| winner.stages.len());
        match next.index_from(hung.stage, count) {
            None if count == 0 => self.tell(MessageKind::Note, "No hanging protocol fits this study."),
            None => self.tell(MessageKind::Note, format!("There are {count} stages.")),
            Some(0) if count == 1 => {
                // Its only one, as it was at first.
                self.show_stage(None, library);
            }
            Some(stage) => {
                if let Some(hung) = &mut self.hung {
                    (hung.stage, hung.is_touched) = (stage, true);
                }
                self.show_stage(None, library);
                let winner = self.hung.as_ref().and_then(Hung::winner);
                if winner.is_some_and(|winner| !winner.left_out.is_empty()) && !self.are_priors_known() {
                    let text = "Priors are still looked for: stages that show one come when it is found.";
                    self.tell(MessageKind::Note, text);
                }
            }
        }
        Vec::new()
    }

    /// Series, priors and windows may have come since: the stages are of these, as long as the same protocol is taken.
    fn hang_by_what_is_here(&mut self, library: &Library) {
        let Some(hung) = &self.hung else { return };
        let Some(now) = self.hanging_now(hung, library) else { return };
        let id = |hanging: &Hanging| hanging.winner.as_ref().map(|winner| winner.id.clone());
        if id(&now) != id(&hung.hanging) {
            return;
        }
        let name = hung.shown().map(|stage| &stage.name);
        let stages = now.winner.iter().flat_map(|winner| &winner.stages);
        let stage = stages.map(|stage| &stage.name).position(|known| Some(known) == name);
        if let Some(hung) = &mut self.hung {
            (hung.stage, hung.hanging) = (stage.unwrap_or(hung.stage), now);
        }
    }

    /// Hangs the study that is read anew, by the protocol that fits best, or by one that the reader chose.
    fn hang_read(&mut self, chosen: Option<&str>, library: &Library) -> Vec<Effect> {
        let Some(study) = self.read_study(library).map(|study| study.attributes.uid.clone()) else {
            self.tell(MessageKind::Note, "No study hangs.");
            return Vec::new();
        };
        let hung = Hung::new(study, chosen.map(str::to_owned));
        let hanging = self.hanging_now(&hung, library);
        let Some(hanging) = hanging.filter(|hanging| hanging.winner.is_some()) else {
            let text = chosen.map_or_else(
                || "No hanging protocol fits this study: `panel hanging` says why.".to_owned(),
                |chosen| format!("{chosen} shows nothing of this study: it has none of its series."),
            );
            self.tell(MessageKind::Note, text);
            return Vec::new();
        };
        self.take_prior_away();
        self.hung = Some(hung.with(hanging.clone()));
        self.show_stage(None, library);
        if let Some(winner) = &hanging.winner {
            self.tell(MessageKind::Note, format!("Hung by {}.", winner.name));
        }
        self.ask_for_awaited(&hanging, library)
    }

    /// Hangs a study in place of all that hung; whether a protocol does.
    pub(in super::super) fn hang_study(&mut self, study: &Study, library: &Library) -> bool {
        let hung = Hung::new(study.attributes.uid.clone(), None);
        let Some(hanging) = self.hanging_now(&hung, library).filter(|it| it.winner.is_some()) else {
            return false;
        };
        self.clear_for(&study.attributes.uid);
        self.hung = Some(hung.with(hanging));
        self.show_stage(None, library);
        true
    }
}
