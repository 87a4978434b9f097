//! What was measured, drawn against what the GSDF asks for.

use egui::{Ui, vec2};
use egui_plot::{GridMark, HLine, Line, LineStyle, Plot, PlotPoints, Points, Polygon};

use crate::calibration::{Evaluation, Quantity, Verdict};
use crate::command::{AppCommand, CalibrationCommand, Command};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors};
use super::plots::still;
use super::spoken::{self, speak};
use super::{button, caution, heading, notice};

/// The height of the contrast's plot, in points, and of the luminance's.
const CONTRAST: f32 = 330.0;
const LUMINANCE: f32 = 290.0;

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let path = view.session.calibrating.path;
    let measured = view.session.bench().and_then(|bench| bench.measured(path));
    let Some(measured) = measured else { return notice(ui, words::NOTHING_MEASURED) };
    let evaluation = match &measured.evaluation {
        Ok(evaluation) => evaluation,
        Err(why) => return caution(ui, why),
    };
    let ambient = measured.measurement.ambient_cd_m2;
    let ambient = ambient.map_or_else(
        || "ambient light not measured".to_owned(),
        |ambient| format!("ambient {} cd/m² included", words::figure(ambient)),
    );
    let levels = evaluation.levels.len();
    heading(ui, &format!("{}, {levels} levels, {}, {ambient}", words::CONTRAST, words::path(path)));
    contrast(ui, evaluation, &colors);
    heading(ui, words::LUMINANCE);
    luminance(ui, evaluation, &colors);
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let command = Command::Calibration;
        button(ui, view, words::RECORD, command(CalibrationCommand::Record), commands);
        button(ui, view, words::BUILD, command(CalibrationCommand::Build), commands);
        let certificate = Command::App(AppCommand::Begin("calibration certificate".to_owned()));
        button(ui, view, words::CERTIFICATE, certificate, commands);
        if !measured.is_recorded() {
            notice(ui, words::recorded(measured.unrecorded));
        }
    });
}

/// The limit of the largest deviation, percent; 10 where the profile has none.
pub(super) fn limit(evaluation: &Evaluation) -> f64 {
    let check = evaluation.checks.iter().find(|check| check.quantity == Quantity::GsdfDeviation);
    check.and_then(|check| check.limit.as_ref()?.max).unwrap_or(10.0)
}

fn contrast(ui: &mut Ui, evaluation: &Evaluation, colors: &Colors) {
    let limit = limit(evaluation);
    let points: Vec<[f64; 2]> =
        evaluation.levels.iter().skip(1).map(|step| [f64::from(step.ddl), step.deviation_percent]).collect();
    let most = points.iter().map(|[_, percent]| percent.abs()).fold(limit * 1.5, f64::max);
    let band = vec![[0.0, -limit], [255.0, -limit], [255.0, limit], [0.0, limit]];
    let (dots, line) = (points.clone(), points);
    let (focus, caution, dim) = (colors.focus, colors.caution, colors.dim);
    let shown = plot(ui, ("contrast", CONTRAST), (-most * 1.1, most * 1.1), |mark, _| {
        format!("{:+.0} %", mark.value)
    })
    .show(ui, |plot| {
        plot.polygon(
            Polygon::new("accepted", PlotPoints::from(band))
                .fill_color(focus.gamma_multiply(0.08))
                .stroke(egui::Stroke::NONE),
        );
        for at in [-limit, limit] {
            plot.hline(HLine::new("limit", at).color(caution).style(LineStyle::dashed_dense()));
        }
        plot.hline(HLine::new("as the GSDF", 0.0).color(dim));
        plot.line(Line::new("deviation", PlotPoints::from(line)).color(focus));
        plot.points(Points::new("deviation", PlotPoints::from(dots)).color(focus).radius(3.5));
    });
    speak(&shown.response, || spoken::contrast(evaluation));
}

fn luminance(ui: &mut Ui, evaluation: &Evaluation, colors: &Colors) {
    let log = |luminance: f64| luminance.max(1e-3).log10();
    let dots: Vec<[f64; 2]> =
        evaluation.levels.iter().map(|step| [f64::from(step.ddl), log(step.luminance)]).collect();
    let target: Vec<[f64; 2]> =
        evaluation.target(128).into_iter().map(|(at, target)| [at, log(target)]).collect();
    let (low, high) = (log(evaluation.l_min), log(evaluation.l_max));
    let (focus, text) = (colors.focus, colors.text);
    let shown = plot(ui, ("luminance", LUMINANCE), (low - 0.15, high + 0.15), |mark, _| {
        words::figure(10_f64.powf(mark.value))
    })
    .show(ui, |plot| {
        plot.line(Line::new("GSDF", PlotPoints::from(target)).color(focus));
        plot.points(Points::new("readings", PlotPoints::from(dots)).color(text).radius(3.5));
    });
    speak(&shown.response, || spoken::luminance(evaluation));
}

/// A plot over levels.
fn plot<'a>(
    ui: &Ui,
    (name, height): (&'static str, f32),
    (low, high): (f64, f64),
    of_value: impl Fn(GridMark, &std::ops::RangeInclusive<f64>) -> String + 'a,
) -> Plot<'a> {
    still(ui, name, height)
        .set_margin_fraction(vec2(0.02, 0.0))
        .default_x_bounds(-5.0, 260.0)
        .default_y_bounds(low, high)
        .y_axis_formatter(of_value)
        .x_axis_formatter(|mark, _| format!("{:.0}", mark.value))
}

/// The colour of a verdict: red where a reader would be misled.
pub(super) const fn color_of(verdict: Verdict, colors: &Colors) -> egui::Color32 {
    match verdict {
        Verdict::Fail => colors.danger,
        Verdict::Indicative => colors.caution,
        Verdict::Pass => colors.strong,
        Verdict::NotMeasured => colors.dim,
    }
}
