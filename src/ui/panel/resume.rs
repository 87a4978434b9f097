//! What was open when the program ended without being asked to, at the next start: whether it comes back.

use egui::Ui;

use crate::command::Command;

use super::super::hanging_words::{NOTHING_LEFT, RESUME_AGAIN, RESUME_HINT, RESUME_TITLE};
use super::super::shell::ScreenView;
use super::two_lines::{self, List, TwoLines};

/// Shows the question.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let hint = if view.session.ended_restoring() { RESUME_AGAIN } else { RESUME_HINT };
    let list = List { title: RESUME_TITLE, hint: Some(hint), none: NOTHING_LEFT, foot: 0.0 };
    let lines = view.session.resume_lines();
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        &lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let shown = TwoLines {
                name: &format!("{}. {}: {}", place + 1, line.title, line.why),
                what: line.title,
                state: "",
                is_caution: false,
                why: &line.why,
                is_quiet: false,
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |_, _, _| {},
    );
}
