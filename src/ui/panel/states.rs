//! Presentation states and key images: what the image in focus can be shown by, and what the chosen line is.

use egui::{Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::Command;
use crate::session::{ShownBy, ShownByLine};

use super::super::bidi::for_display;
use super::super::icon::{self, Icon};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{text, words};
use super::palette::take;

/// The height of a line's two lines, in points.
const ROW: f32 = 44.0;
/// The room before the words, for the tick of the line that applies.
const TICK: f32 = 26.0;
/// The room below the list for the chosen line.
const FOOT: f32 = 84.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let lines = view.session.shown_by_lines(view.library);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::STATES_TITLE).font(strong(14.0)).color(colors.strong));
        if !lines.is_empty() {
            ui.add_space(8.0);
            ui.label(RichText::new(words::STATES_HINT).font(regular(12.0)).color(colors.dim));
        }
    });
    ui.add_space(6.0);
    if lines.is_empty() {
        ui.label(RichText::new(words::NO_STATES).color(colors.text));
        ui.label(RichText::new(words::NO_STATES_WHY).color(colors.dim));
        return;
    }
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let height = ((ui.available_height() - FOOT) / ROW).floor().max(2.0) * ROW;
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, line) in lines.iter().enumerate() {
            if row(ui, line, place, place == chosen, &colors) {
                commands.extend(take(place, chosen));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        if !line.description.is_empty() {
            ui.label(RichText::new(for_display(&line.description)).color(colors.text));
        }
        let (is_whole, is_absent) = (line.not_applied.is_empty(), line.commands.is_empty());
        let (said, color) = match line.kind {
            ShownBy::State(_) if is_absent => (words::STATE_ABSENT.to_owned(), colors.caution),
            ShownBy::KeyImage | ShownBy::NoKeyImage if is_absent && is_whole => {
                (words::STATE_ABSENT.to_owned(), colors.caution)
            }
            _ if is_whole => (words::chosen_state(line).to_owned(), colors.dim),
            _ => (words::not_applied(line), colors.caution),
        };
        ui.label(RichText::new(said).color(color));
    }
}

/// Shows a line; `true` when it was clicked.
fn row(ui: &mut Ui, line: &ShownByLine, place: usize, is_chosen: bool, colors: &Colors) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    // Two states may share all their words.
    let name = format!("{}. {}", place + 1, words::shown_by(line));
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        paint(ui, line, is_chosen, response.hovered(), rect, colors);
    }
    response.clicked()
}

fn paint(ui: &Ui, line: &ShownByLine, is_chosen: bool, is_hovered: bool, rect: Rect, colors: &Colors) {
    let painter = ui.painter();
    let is_absent = line.commands.is_empty() && line.kind != ShownBy::AsAcquired;
    let (main, quiet) = match (is_chosen, is_absent) {
        (true, false) => (colors.strong, colors.text),
        (true, true) => (colors.text, colors.text),
        (false, false) => (colors.text, colors.dim),
        (false, true) => (colors.dim, colors.dim),
    };
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if is_hovered {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let inner = Rect::from_min_max(pos2(rect.left() + TICK, rect.top() + 4.0), rect.max - vec2(10.0, 4.0));
    if line.is_current {
        let at = pos2(rect.left() + TICK / 2.0, inner.top() + 9.0);
        Icon::Tick.paint(painter, Rect::from_center_size(at, egui::Vec2::splat(icon::SIDE)), main);
    }
    let created = text::line(painter, &line.created, regular(12.0), quiet);
    let room = inner.width() - created.size().x - 12.0;
    painter.galley(pos2(inner.right() - created.size().x, inner.top() + 1.0), created, quiet);
    let title = text::elided(painter, &for_display(&line.title), regular(13.5), main, room);
    painter.galley(inner.min, title, main);
    let mut room = inner.width();
    if let Some(partly) = words::partly(line) {
        let partly = text::line(painter, partly, regular(12.0), colors.caution);
        room -= partly.size().x + 12.0;
        let at = pos2(inner.right() - partly.size().x, inner.bottom() - partly.size().y);
        painter.galley(at, partly, colors.caution);
    }
    let what = text::elided(painter, &for_display(&words::shown_by_what(line)), regular(12.0), quiet, room);
    painter.galley(pos2(inner.left(), inner.bottom() - what.size().y), what, quiet);
}
