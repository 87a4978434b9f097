//! What was found, quantity by quantity, what is to be done, and how it was before.

use egui::{Align, Grid, Label, RichText, Ui};
use egui_plot::{HLine, LineStyle, PlotPoints, Points};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular, strong};
use super::evaluate::{color_of, limit};
use super::plots::{of_days, places};
use super::spoken::{self, speak};
use super::{caution, column, heading, notice};

/// Records that stand below the history.
const RECORDS: usize = 5;

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    let bench = view.session.bench();
    heading(ui, words::VERDICT);
    let measured = bench.and_then(|bench| bench.measured(view.session.calibrating.path));
    let evaluation = measured.and_then(|measured| measured.evaluation.as_ref().ok());
    Grid::new("verdict").num_columns(3).spacing([10.0, 5.0]).show(ui, |ui| {
        for quantity in words::QUANTITIES {
            let check =
                evaluation.and_then(|found| found.checks.iter().find(|check| check.quantity == quantity));
            column(ui, 190.0, Align::Min, RichText::new(quantity.name()).color(colors.text));
            let (found, color) = check.map_or((words::NOT_MEASURED.to_owned(), colors.dim), |check| {
                (words::found(check), color_of(check.verdict, &colors))
            });
            column(ui, 90.0, Align::Max, RichText::new(found).font(strong(13.0)).color(color));
            let allowed = words::limit(check.and_then(|check| check.limit.as_ref()));
            let response =
                ui.add(Label::new(RichText::new(allowed).font(regular(12.0)).color(colors.dim)).extend());
            if let Some(check) = check {
                response.on_hover_text(words::limit_why(check));
            }
            ui.end_row();
        }
    });
    if let Some(evaluation) = evaluation {
        ui.add_space(4.0);
        let verdict =
            RichText::new(words::verdict(evaluation.verdict)).color(color_of(evaluation.verdict, &colors));
        ui.add(Label::new(verdict).wrap());
        if !evaluation.findings.is_empty() {
            ui.add_space(10.0);
            heading(ui, words::TO_DO);
            for finding in &evaluation.findings {
                caution(ui, finding);
            }
        }
    }
    let Some(bench) = bench else { return };
    ui.add_space(10.0);
    heading(ui, words::HISTORY);
    if bench.book.history.is_empty() {
        notice(ui, words::NO_RECORDS);
    } else {
        history(ui, &bench.book.history, evaluation.map_or(10.0, limit));
    }
    for record in bench.book.records.iter().take(RECORDS) {
        let color = if record.is_fail { colors.danger } else { colors.dim };
        ui.add(Label::new(RichText::new(format!("{}  {}", record.at, record.words)).color(color)).truncate());
    }
    match &bench.book.fault {
        Some(why) => caution(ui, why),
        None if !bench.book.records.is_empty() => notice(ui, words::CHAIN_WHOLE),
        None => {}
    }
}

/// Deviations as they were recorded, the latest on the right, and their limit, percent.
fn history(ui: &mut Ui, history: &[(String, f64, bool)], limit: f64) {
    let colors = colors(ui.ctx());
    let points = |is_fail: bool| -> Vec<[f64; 2]> {
        let of_kind = places().zip(history).filter(|(_, (.., fails))| *fails == is_fail);
        of_kind.map(|(at, (_, percent, _))| [at, *percent]).collect()
    };
    let most = history.iter().map(|(_, percent, _)| *percent).fold(limit * 1.2, f64::max);
    let days = history.iter().map(|(day, ..)| day.clone()).collect();
    let (good, bad) = (points(false), points(true));
    let shown = of_days(ui, "history", 130.0, days)
        .default_y_bounds(0.0, most * 1.1)
        .y_axis_formatter(|mark, _| format!("{:.0} %", mark.value))
        .show(ui, |plot| {
            plot.hline(HLine::new("limit", limit).color(colors.caution).style(LineStyle::dashed_dense()));
            plot.points(Points::new("within", PlotPoints::from(good)).color(colors.focus).radius(3.5));
            plot.points(Points::new("beyond", PlotPoints::from(bad)).color(colors.danger).radius(3.5));
        });
    speak(&shown.response, || spoken::history(history, limit));
}
