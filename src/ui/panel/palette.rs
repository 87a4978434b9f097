//! Every command, found by typing.

use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{AppCommand, Command};
use crate::session::Choice;

use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular};
use super::super::{text, words};
use super::field;

const ROW: f32 = 28.0;

/// The most lines that are seen at once.
const LINES_MAX: f32 = 14.0;

/// Shows the palette.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    field::show(ui, view, words::PALETTE_FIELD, words::PALETTE_HINT, commands);
    ui.add_space(8.0);
    let choices = view.session.palette_choices();
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    if choices.is_empty() {
        let colors = colors(ui.ctx());
        let words = view.session.palette_form().map(|form| words::goes_on_as(&form));
        let words = words.as_deref().unwrap_or(words::NO_SUCH_COMMAND);
        ui.label(egui::RichText::new(words).color(colors.dim));
        return;
    }
    // Whole lines: half a line looks like a fault.
    let lines = (ui.available_height() / ROW).floor().clamp(1.0, LINES_MAX);
    ScrollArea::vertical().max_height(lines * ROW).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, choice) in choices.iter().enumerate() {
            if row(ui, view, choice, place == chosen) {
                commands.extend(take(place, chosen));
            }
        }
    });
}

/// Moves the choice to a place and takes it.
pub(super) fn take(place: usize, chosen: usize) -> [Command; 2] {
    let number = |place| i32::try_from(place).unwrap_or(i32::MAX);
    [AppCommand::Choose(number(place) - number(chosen)), AppCommand::Accept].map(Command::App)
}

fn row(ui: &mut Ui, view: &ScreenView<'_>, choice: &Choice, is_chosen: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &choice.title));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        paint(ui, view, choice, is_chosen, response.hovered(), rect);
    }
    response.clicked()
}

fn paint(ui: &Ui, view: &ScreenView<'_>, choice: &Choice, is_chosen: bool, is_hovered: bool, rect: Rect) {
    let colors = colors(ui.ctx());
    let painter = ui.painter();
    let (title_color, quiet) =
        if is_chosen { (colors.strong, colors.text) } else { (colors.text, colors.dim) };
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if is_hovered {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let key = Command::parse(&choice.command).ok().and_then(|command| view.key(&command));
    let mut right = inner.right();
    if let Some(key) = key {
        let cap = Line::new(painter, &[Piece::Key(&key)], &regular(11.0), &colors);
        cap.paint(painter, inner.right_center(), Align2::RIGHT_CENTER, &colors);
        right -= cap.size().x + 12.0;
    }
    let title = text::elided(painter, &choice.title, regular(13.5), title_color, right - inner.left());
    let left = inner.left() + title.size().x + 14.0;
    painter.galley(pos2(inner.left(), inner.center().y - title.size().y / 2.0), title, title_color);
    let command = text::elided(painter, &choice.command, regular(12.0), quiet, right - left);
    if right - left > 40.0 {
        painter.galley(
            pos2(right - command.size().x, inner.center().y - command.size().y / 2.0),
            command,
            quiet,
        );
    }
}
