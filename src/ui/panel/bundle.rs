//! The support bundle before it is saved: its parts, and how the chosen one begins.

use egui::{Label, RichText, Ui};

use crate::command::Command;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::support_words as words;
use super::super::theme::regular;
use super::two_lines::{self, List, TwoLines};

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let list = List {
        title: words::BUNDLE_TITLE,
        hint: Some(words::BUNDLE_HINT),
        none: words::BUNDLE_COLLECTING,
        foot: 220.0,
    };
    let lines = view.session.bundle.as_deref().unwrap_or_default();
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    two_lines::list(
        ui,
        &list,
        lines,
        (chosen, commands),
        |ui, line, place, colors| {
            let bytes = words::bundle_bytes(line);
            let shown = TwoLines {
                name: &format!("{}. {}, {bytes}", place + 1, line.name),
                what: &line.name,
                state: &bytes,
                is_caution: false,
                why: line.about,
                is_quiet: false,
            };
            two_lines::row(ui, &shown, place == chosen, colors)
        },
        |ui, line, colors| {
            ui.label(RichText::new(words::BUNDLE_SAVE).color(colors.text));
            for text in line.begins.lines() {
                let text = RichText::new(for_display(text)).font(regular(11.0)).color(colors.dim);
                ui.add(Label::new(text).truncate());
            }
        },
    );
}
