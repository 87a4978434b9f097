//! The table of the monitor: which one is used, and what a new one would give.

use egui::Ui;

use crate::command::{CalibrationCommand, Command};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::words as all_words;
use super::{button, caution, heading, notice};

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let Some(screen) = view.session.focused_screen() else { return };
    heading(ui, "In use");
    notice(ui, &all_words::monitor(&screen.monitor).why);
    if let Some(table) = view.session.bench_monitor().and_then(|monitor| monitor.table.as_ref()) {
        notice(ui, &format!("Table {table}."));
    }
    ui.add_space(12.0);
    heading(ui, "New table");
    let command = Command::Calibration;
    match view.session.bench().and_then(|bench| bench.built.as_ref()) {
        None => {
            notice(ui, words::NO_TABLE);
            button(ui, view, words::BUILD, command(CalibrationCommand::Build), commands);
        }
        Some(built) => {
            notice(ui, &words::built(built.kept, built.left_percent));
            for words in &built.cautions {
                caution(ui, words);
            }
            button(ui, view, words::ACTIVATE, command(CalibrationCommand::Activate), commands);
        }
    }
    ui.add_space(12.0);
    button(ui, view, words::REVERT, command(CalibrationCommand::Revert), commands);
}
