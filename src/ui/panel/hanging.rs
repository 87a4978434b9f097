//! Why the study that is read hangs as it does: the protocol, its stages and sets, and why no other one.

use egui::{RichText, ScrollArea, Ui};

use crate::command::Command;
use crate::session::HangingLine;

use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::super::words;
use super::palette::take;
use super::two_lines::{self, HEIGHT, TwoLines};

/// The room below the list for the chosen line.
const FOOT: f32 = 92.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let lines = view.session.hanging_lines(view.library);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::HANGING_TITLE).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        ui.label(RichText::new(words::HANGING_HINT).font(regular(12.0)).color(colors.dim));
    });
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.label(RichText::new(words::NOT_HUNG).color(colors.text));
        return;
    }
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let height = ((ui.available_height() - FOOT) / HEIGHT).floor().max(2.0) * HEIGHT;
    let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    // A site may have hundreds of protocols: only those in sight are laid out.
    area.show_rows(ui, HEIGHT, lines.len(), |ui, in_sight| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for place in in_sight {
            let Some(line) = lines.get(place) else { continue };
            let name = format!("{}. {}", place + 1, words::hanging_line(line));
            let HangingLine { title, why, state, is_lacking, .. } = line;
            let shown =
                TwoLines { name: &name, what: title, state, is_caution: false, why, is_quiet: *is_lacking };
            if two_lines::show(ui, &shown, place == chosen, &colors) {
                commands.extend(take(place, chosen));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        ui.label(RichText::new(words::hanging_line(line)).color(colors.text));
        ui.label(RichText::new(words::hanging_next_step(line)).color(colors.dim));
    }
}
