//! The bar of a window whose monitor is due for a check: below all else, and in nobody's way.

use egui::{Align, Label, Layout, Rect, RichText, Stroke, Ui, UiBuilder, vec2};

use crate::command::{AppCommand, CalibrationCommand, Command};
use crate::session::DueAsked;

use super::calibration_words as words;
use super::shell::ScreenView;
use super::status::hint;
use super::theme::colors;
use super::viewport::fill;

/// The height of the bar, in points.
pub(super) const HEIGHT: f32 = 28.0;

/// Shows the bar: what is due, since when, and the keys that answer.
pub(super) fn show(
    ui: &mut Ui,
    row: Rect,
    view: &ScreenView<'_>,
    asked: &DueAsked<'_>,
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), row, colors.raised);
    ui.painter().hline(row.x_range(), row.top(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let from_right =
        UiBuilder::new().max_rect(row.shrink2(vec2(12.0, 0.0))).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 16.0;
        let command = Command::Calibration;
        hint(ui, view, words::DUE_LATER, command(CalibrationCommand::Later), 0.0, commands);
        hint(ui, view, words::due_now(asked.line.act), command(CalibrationCommand::Due), 0.0, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let say = Command::App(AppCommand::Begin("calibration visual".to_owned()));
            let said = words::due_asked(asked, view.key(&say).as_deref());
            let color = if asked.line.is_overdue { colors.caution } else { colors.text };
            ui.add(Label::new(RichText::new(&said).color(color)).truncate()).on_hover_text(&said);
        });
    });
}
