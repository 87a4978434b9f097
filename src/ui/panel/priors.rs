//! Priors: which studies of the patient are picked, which wait for the reader's word, which are left out, and why.

use egui::{Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::Command;
use crate::dicom::date_words;
use crate::session::PriorLine;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{text, words};
use super::palette::take;

/// The height of a line's two lines, in points.
const ROW: f32 = 44.0;
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
    let height = ((ui.available_height() - FOOT) / ROW).floor().max(2.0) * ROW;
    let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
    // An archive may know of hundreds: only those in sight are laid out.
    area.show_rows(ui, ROW, lines.len(), |ui, in_sight| {
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
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    let (state, is_caution) = words::prior_state(line);
    let what = format!("{} · {}", date_words(&line.entry.study.date), words::prior_what(line.entry));
    let name = format!("{}. {what}, {state}", place + 1);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    let painter = ui.painter();
    let (main, quiet) = match (is_chosen, line.picked.is_some() || line.is_conflicting()) {
        (true, _) => (colors.strong, colors.text),
        (false, true) => (colors.text, colors.dim),
        (false, false) => (colors.dim, colors.dim),
    };
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if response.hovered() {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let inner = Rect::from_min_max(pos2(rect.left() + 10.0, rect.top() + 4.0), rect.max - vec2(10.0, 4.0));
    let color = if is_caution { colors.caution } else { quiet };
    let state = text::line(painter, &state, regular(12.0), color);
    let room = inner.width() - state.size().x - 12.0;
    painter.galley(pos2(inner.right() - state.size().x, inner.top() + 1.0), state, color);
    painter.galley(inner.min, text::elided(painter, &for_display(&what), regular(13.5), main, room), main);
    let why = text::elided(painter, &words::prior_reasons(line), regular(12.0), quiet, inner.width());
    painter.galley(pos2(inner.left(), inner.bottom() - why.size().y), why, quiet);
    response.clicked()
}
