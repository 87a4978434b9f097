//! What of the study that is read was not seen, before another is opened: series by series, and going on.

use egui::{RichText, Ui};

use crate::command::Command;

use super::super::shell::ScreenView;
use super::super::words;
use super::two_lines::{self, List, TwoLines};

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let hint = view.session.stopped().map(|_| words::UNSEEN_HINT);
    let list = List { title: words::UNSEEN_TITLE, hint, none: words::NOTHING_UNSEEN, foot: 60.0 };
    let lines = view.session.unseen_lines(view.library);
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        &lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let shown = TwoLines {
                name: &format!("{}. {}: {}", place + 1, line.title, line.why),
                what: &line.title,
                state: "",
                is_caution: false,
                why: &line.why,
                is_quiet: line.is_quiet,
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            ui.label(RichText::new(words::unseen_next_step(line)).color(colors.dim));
        },
    );
}
