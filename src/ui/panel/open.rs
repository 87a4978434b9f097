//! The field for a path.

use egui::{RichText, Ui};

use crate::command::{AppCommand, Command, StudyCommand};

use super::super::shell::ScreenView;
use super::super::theme::{colors, strong};
use super::super::words;
use super::field;

/// Shows the field, and the way to the system's dialog.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.label(RichText::new(words::OPEN_TITLE).font(strong(14.0)).color(colors.strong));
    ui.add_space(6.0);
    field::show(ui, view, words::OPEN_FIELD, words::OPEN_HINT, commands);
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let accept = Command::App(AppCommand::Accept);
        let why = words::with_key(words::OPEN_ACCEPT_WHY, view.key(&accept).as_deref());
        if ui.button(words::OPEN_ACCEPT).on_hover_text(why).clicked() {
            commands.push(accept);
        }
        let dialog = Command::Study(StudyCommand::OpenDialog);
        let why = words::with_key(words::OPEN_DIALOG_WHY, view.key(&dialog).as_deref());
        if ui.button(words::OPEN_DIALOG).on_hover_text(why).clicked() {
            // The dialog takes this panel's place.
            commands.extend([Command::App(AppCommand::Cancel), dialog]);
        }
        ui.add_space(8.0);
        ui.label(RichText::new(words::OPEN_OR_DROP).color(colors.dim));
    });
}
