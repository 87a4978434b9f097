//! Asking for help.

use crate::command::{PanelName, SupportCommand};
use crate::units::Phi;

use super::super::effect::Effect;
use super::super::panel::Panel;
use super::super::state::Session;

impl Session {
    pub(super) fn apply_support(&mut self, command: &SupportCommand) -> Vec<Effect> {
        match command {
            SupportCommand::Bundle => {
                self.end_gesture();
                self.bundle = None;
                let name = PanelName::Bundle;
                self.open_panel(Panel { name, text: Phi::default(), chosen: 0, at: None });
                vec![Effect::CollectBundle]
            }
            SupportCommand::Copy => vec![Effect::CopyAbout],
            SupportCommand::Save(target) => vec![Effect::SaveBundle(target.clone())],
        }
    }
}
