//! What the title row says of priors: how many can be hung at once, of how many; and whether one waits for the reader's word.

use crate::command::{AppCommand, Command, PanelName};
use crate::render::{Badge, Tone};
use crate::session::PriorState;

use super::archives::ArchiveState;
use super::icon::Icon;
use super::shell::ScreenView;
use super::words;

/// Nothing where there is no prior and none may be one.
pub(super) fn state(view: &ScreenView<'_>) -> Option<ArchiveState> {
    let session = view.session;
    let (ready, count) = session.priors_ready(view.library);
    let conflicts = session.priors.ranking.conflicting.len();
    if count == 0 && conflicts == 0 {
        return None;
    }
    let is_coming =
        session.priors.ranking.picked.iter().any(|picked| {
            matches!(session.prior_state(&picked.entry, view.library), PriorState::Arriving(_))
        });
    let (icon, tone) = match (conflicts, is_coming) {
        (1.., _) => (Icon::Caution, Tone::Caution),
        (0, true) => (Icon::Working, Tone::Quiet),
        (0, false) => (Icon::Disc, Tone::Quiet),
    };
    let badge = Badge {
        tone,
        text: words::priors_ready(ready, count, conflicts),
        why: words::priors_ready_why(ready, count, conflicts),
    };
    Some(ArchiveState { icon, badge, command: Some(Command::App(AppCommand::Panel(PanelName::Priors))) })
}
