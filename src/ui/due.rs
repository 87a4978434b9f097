//! The bar of a window whose monitor is due for a check: below all else, and in nobody's way.

use egui::{Align, Label, Layout, Rect, RichText, Ui};

use crate::command::{AppCommand, CalibrationCommand, Command};
use crate::session::DueAsked;

use super::calibration_words as words;
use super::shell::ScreenView;
use super::status::{hint, lower_row};
use super::theme::colors;

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
    lower_row(ui, row, colors.raised, |ui| {
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
