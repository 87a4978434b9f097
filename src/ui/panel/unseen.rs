//! What of the study that is read was not seen, before another is opened: series by series, and going on.

use egui::{RichText, ScrollArea, Ui};

use crate::command::Command;
use crate::session::UnseenLine;

use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::super::words;
use super::palette::take;
use super::two_lines::{self, HEIGHT, TwoLines};

/// The room below the list for the chosen line.
const FOOT: f32 = 60.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let lines = view.session.unseen_lines(view.library);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::UNSEEN_TITLE).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        if view.session.stopped().is_some() {
            ui.label(RichText::new(words::UNSEEN_HINT).font(regular(12.0)).color(colors.dim));
        }
    });
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.label(RichText::new(words::NOTHING_UNSEEN).color(colors.text));
        return;
    }
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let height = ((ui.available_height() - FOOT) / HEIGHT).floor().max(2.0) * HEIGHT;
    let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    // A study may have hundreds of series: only those in sight are laid out.
    area.show_rows(ui, HEIGHT, lines.len(), |ui, in_sight| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for place in in_sight {
            let Some(UnseenLine { title, why, is_quiet, .. }) = lines.get(place) else { continue };
            let name = format!("{}. {title}: {why}", place + 1);
            let shown =
                TwoLines { name: &name, what: title, state: "", is_caution: false, why, is_quiet: *is_quiet };
            if two_lines::show(ui, &shown, place == chosen, &colors) {
                commands.extend(take(place, chosen));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        ui.label(RichText::new(words::unseen_next_step(line)).color(colors.dim));
    }
}
