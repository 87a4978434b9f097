//! What the interface says of hanging protocols, of what they or the reader left unseen, and of what an earlier run left open.

use crate::session::{HangingLine, Session, UnseenLine};

pub(super) const HANGING_TITLE: &str = "How this study hangs";
pub(super) const HANGING_HINT: &str = "by which protocol, which series stands where, and why";
pub(super) const NOT_HUNG: &str = "No study hangs by a protocol.";

pub(super) const UNSEEN_TITLE: &str = "Not seen of this study";
pub(super) const UNSEEN_HINT: &str = "the same key again goes on";
pub(super) const NOTHING_UNSEEN: &str = "Every image of this study was shown.";

pub(super) const RESUME_TITLE: &str = "Hotlight ended without being asked to";
pub(super) const RESUME_HINT: &str = "what was open can come back";
pub(super) const RESUME_AGAIN: &str = "it did so once more while what was open came back";
pub(super) const NOTHING_LEFT: &str = "Nothing was left open, or it was decided what becomes of it.";

/// What Enter does with a series that was not seen.
pub(super) const fn unseen_next_step(line: &UnseenLine) -> &'static str {
    if line.goes_on { "Enter goes on all the same." } else { "Enter hangs it in the viewport in focus." }
}

/// `Lung, beside the prior · stage 1/4`, and whether there are others; none where no protocol hangs the study.
pub(super) fn stage(session: &Session) -> Option<(String, bool)> {
    let hung = session.hung.as_ref()?;
    let (winner, stage) = (hung.winner()?, hung.shown()?);
    Some(match winner.stages.len() {
        1 => (stage.name.clone(), false),
        count => (format!("{} · stage {}/{count}", stage.name, hung.stage + 1), true),
    })
}

/// `Stage 1: Lung, on screen: A lung · B prior`
pub(super) fn hanging_line(line: &HangingLine) -> String {
    let state = if line.state.is_empty() { String::new() } else { format!(", {}", line.state) };
    format!("{}{state}: {}", line.title, line.why)
}

/// What can be done with the chosen line.
pub(super) fn hanging_next_step(line: &HangingLine) -> &'static str {
    use crate::command::ProtocolCommand::{Again, By, Capture, Stage};
    match line.command {
        Some(Stage(_)) => "Enter shows this stage.",
        Some(By(_) | Again) => "Enter hangs the study by this protocol.",
        Some(Capture(_)) | None => "",
    }
}
