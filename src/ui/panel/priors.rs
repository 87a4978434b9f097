//! Priors: which studies of the patient are picked, which wait for the reader's word, which are left out, and why.

use egui::{RichText, ScrollArea, Ui};

use crate::command::Command;
use crate::dicom::date_words;
use crate::session::PriorLine;

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::words;
use super::palette::take;
use super::two_lines::{self, HEIGHT, TwoLines};

/// The room below the list for the chosen line.
const FOOT: f32 = 104.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let lines: Vec<_> = view.session.prior_lines(view.library).collect();
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::PRIORS_TITLE).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        ui.label(RichText::new(words::PRIORS_HINT).font(regular(12.0)).color(colors.dim));
    });
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.label(RichText::new(words::NO_PRIORS).color(colors.text));
        return;
    }
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let height = ((ui.available_height() - FOOT) / HEIGHT).floor().max(2.0) * HEIGHT;
    let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    // An archive may know of hundreds: only those in sight are laid out.
    area.show_rows(ui, HEIGHT, lines.len(), |ui, in_sight| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for place in in_sight {
            if let Some(line) = lines.get(place)
                && row(ui, line, place, place == chosen, &colors)
            {
                commands.extend(take(place, chosen));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        let (state, is_caution) = words::prior_state(line);
        let color = if is_caution { colors.caution } else { colors.text };
        ui.label(RichText::new(words::prior_reasons(line)).color(colors.text));
        ui.label(RichText::new(words::prior_next_step(line, &state)).color(color));
    }
}

/// Shows a line; `true` when it was clicked.
fn row(ui: &mut Ui, line: &PriorLine<'_>, place: usize, is_chosen: bool, colors: &Colors) -> bool {
    let (state, is_caution) = words::prior_state(line);
    let what = format!("{} · {}", date_words(&line.entry.study.date), words::prior_what(line.entry));
    let lines = TwoLines {
        name: &format!("{}. {what}, {state}", place + 1),
        what: &what,
        state: &state,
        is_caution,
        why: &words::prior_reasons(line),
        is_quiet: line.picked.is_none() && !line.is_conflicting(),
    };
    two_lines::show(ui, &lines, is_chosen, colors)
}
