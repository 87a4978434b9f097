//! What the interface says of hanging protocols.

use crate::session::{HangingLine, Session};

pub(super) const HANGING_TITLE: &str = "How this study hangs";
pub(super) const HANGING_HINT: &str = "by which protocol, which series stands where, and why";
pub(super) const NOT_HUNG: &str = "No study hangs by a protocol.";

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
