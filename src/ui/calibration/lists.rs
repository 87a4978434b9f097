//! What is due, and the book of records.

use egui::{Grid, Label, RichText, Ui};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::theme::colors;
use super::{caution, notice};

pub(super) fn schedule(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    let Some(bench) = view.session.bench().filter(|bench| !bench.book.due.is_empty()) else {
        return notice(ui, words::NO_TASKS);
    };
    Grid::new("schedule").num_columns(2).spacing([24.0, 8.0]).show(ui, |ui| {
        for task in &bench.book.due {
            ui.add(Label::new(RichText::new(&task.task).color(colors.text)).extend());
            let color = match (task.is_overdue, task.is_due) {
                (true, _) => colors.danger,
                (false, true) => colors.caution,
                (false, false) => colors.dim,
            };
            ui.add(Label::new(RichText::new(&task.words).color(color)).extend());
            ui.end_row();
        }
    });
}

pub(super) fn records(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    let Some(bench) = view.session.bench() else { return notice(ui, words::NO_RECORDS) };
    match &bench.book.fault {
        Some(why) => caution(ui, why),
        None if bench.book.records.is_empty() => return notice(ui, words::NO_RECORDS),
        None => notice(ui, words::CHAIN_WHOLE),
    }
    ui.add_space(8.0);
    Grid::new("records").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
        for (place, record) in bench.book.records.iter().enumerate() {
            let is_chosen = place == view.session.calibrating.chosen;
            let color = match (record.is_fail, is_chosen) {
                (true, _) => colors.danger,
                (false, true) => colors.strong,
                (false, false) => colors.text,
            };
            ui.add(Label::new(RichText::new(&record.at).color(colors.dim)).extend());
            let response = ui.add(Label::new(RichText::new(&record.words).color(color)).extend());
            if is_chosen {
                response.scroll_to_me(None);
            }
            ui.end_row();
        }
    });
}
