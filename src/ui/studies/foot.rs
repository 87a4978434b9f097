//! Below the table: what keys do, the latest news, and what is being opened.

use egui::{Align, Label, Layout, Rect, RichText, Ui};

use crate::command::{AppCommand, Command, PanelName, StudiesCommand};
use crate::units::Phi;

use super::super::icon::Icon;
use super::super::shell::ScreenView;
use super::super::status::{hint, lower_row, news};
use super::super::theme::{colors, regular};
use super::super::words;
use super::row;

/// What is kept free for news, in points.
const NEWS: f32 = 240.0;

/// Shows the row.
pub(super) fn show(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let small = |words: &str, color| RichText::new(words).font(regular(12.0)).color(color);
    lower_row(ui, row, colors.panel, |ui| {
        ui.add(Label::new(small(words::NOT_FOR_DIAGNOSIS, colors.dim)).extend());
        let palette = Command::App(AppCommand::Panel(PanelName::Palette));
        hint(ui, view, words::HINT_EVERYTHING, palette, NEWS, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let opened = view.session.awaited.as_ref();
            if let Some(opened) = opened.and_then(|study| view.session.studies.list.row(study)) {
                Icon::Working.show(ui, colors.text);
                let status = row::status(view.session, opened).0;
                ui.add(
                    Label::new(small(&words::opening(opened.description(), &status), colors.text)).extend(),
                );
                hint(ui, view, words::LIST_STAY, Command::App(AppCommand::Cancel), 0.0, commands);
                return;
            }
            for (name, command, spare) in [
                (words::LIST_OPEN, Command::Studies(StudiesCommand::Open), 0.0),
                (words::STRIP_BACK, Command::App(AppCommand::Cancel), 0.0),
                (words::LIST_FETCH, Command::Studies(StudiesCommand::Retrieve), NEWS),
                (words::LIST_ASK_AGAIN, Command::Studies(StudiesCommand::Ask), NEWS),
                (words::LIST_ALL, Command::Studies(StudiesCommand::Filter(Phi::default())), NEWS),
            ] {
                hint(ui, view, name, command, spare, commands);
            }
            news(ui, view, &colors, commands);
        });
    });
}
