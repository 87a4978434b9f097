//! Why the study that is read hangs as it does: the protocol, its stages and sets, and why no other one.

use egui::{RichText, Ui};

use crate::command::Command;

use super::super::shell::ScreenView;
use super::super::words;
use super::two_lines::{self, List, TwoLines};

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let list = List {
        title: words::HANGING_TITLE,
        hint: Some(words::HANGING_HINT),
        none: words::NOT_HUNG,
        foot: 92.0,
    };
    let lines = view.session.hanging_lines(view.library);
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        &lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let shown = TwoLines {
                name: &format!("{}. {}", place + 1, words::hanging_line(line)),
                what: &line.title,
                state: line.state,
                is_caution: false,
                why: &line.why,
                is_quiet: line.is_lacking,
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            ui.label(RichText::new(words::hanging_line(line)).color(colors.text));
            ui.label(RichText::new(words::hanging_next_step(line)).color(colors.dim));
        },
    );
}
