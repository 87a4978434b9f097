//! Image quality of phantoms: which measurements the book of records has, and what became of the chosen one.

use egui::{Grid, Label, RichText, Role, Sense, Ui, WidgetInfo};
use egui_plot::{Line, PlotPoints, Points};

use crate::command::{CalibrationCommand, Command};
use crate::session::{QualityNumber, QualityTrend};

use super::super::calibration_words::figure;
use super::super::shell::ScreenView;
use super::super::theme::{colors, strong};
use super::plots::{of_days, places};
use super::spoken::{self, speak};
use super::{caution, heading, notice};

const NO_QUALITY: &str = "Nothing is recorded of image quality. `hotlight quality` measures images of a phantom and records it with --record; \
                          the handbook says how.";
const LOOKED_UP: &str = "The book of records is being read.";

/// Rows of days that are listed, the latest.
const DAYS: usize = 30;

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let calibrating = &view.session.calibrating;
    let Some((trends, fault)) = &calibrating.quality else { return notice(ui, LOOKED_UP) };
    if let Some(why) = fault {
        caution(ui, why);
    }
    let Some(chosen) = trends.get(calibrating.chosen).or(trends.first()) else {
        return notice(ui, NO_QUALITY);
    };
    for (place, trend) in trends.iter().enumerate() {
        if line(ui, trend, std::ptr::eq(trend, chosen)) {
            let steps = |place: usize| i32::try_from(place).unwrap_or(i32::MAX);
            let steps = steps(place).saturating_sub(steps(calibrating.chosen));
            commands.push(Command::Calibration(CalibrationCommand::Line(steps)));
        }
    }
    ui.add_space(10.0);
    if let Some(number) = chosen.numbers.get(chosen.main) {
        heading(ui, &format!("{}, {}", chosen.title, spoken::named(number)));
        plot(ui, chosen, number);
    }
    table(ui, chosen);
    for note in &chosen.notes {
        notice(ui, note);
    }
}

/// A measurement in a line; whether it was clicked.
fn line(ui: &mut Ui, trend: &QualityTrend, is_chosen: bool) -> bool {
    let colors = colors(ui.ctx());
    let color = if is_chosen { colors.strong } else { colors.text };
    let days = match trend.days.len() {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let parts = [&trend.title, &trend.source, &days].into_iter().filter(|part| !part.is_empty());
    let words = parts.map(String::as_str).collect::<Vec<_>>().join(" · ");
    let label = Label::new(RichText::new(&words).color(color)).truncate().sense(Sense::click());
    let response = ui.add(label);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &words));
    response.clicked()
}

/// The number that stands for all, day by day.
fn plot(ui: &mut Ui, trend: &QualityTrend, number: &QualityNumber) {
    let colors = colors(ui.ctx());
    let points: Vec<[f64; 2]> =
        places().zip(trend.main_values()).map(|(at, (_, value))| [at, value]).collect();
    let Some((low, high)) = spoken::ends(points.iter().map(|[_, value]| *value)) else { return };
    // One day, or days that are all alike, lie in the middle.
    let margin = f64::max(0.15 * (high - low), 0.05 * high.abs().max(low.abs())).max(1e-6);
    let days = trend.main_values().map(|(day, _)| day.date.clone()).collect();
    let (line, dots) = (points.clone(), points);
    let shown = of_days(ui, "image quality", 220.0, days)
        .default_y_bounds(low - margin, high + margin)
        .y_axis_formatter(|mark, _| figure(mark.value))
        .show(ui, |plot| {
            plot.line(Line::new("course", PlotPoints::from(line)).color(colors.focus));
            plot.points(Points::new("days", PlotPoints::from(dots)).color(colors.focus).radius(3.5));
        });
    speak(&shown.response, || spoken::quality(trend, number));
}

/// A row a day, then what became of each number.
fn table(ui: &mut Ui, trend: &QualityTrend) {
    let colors = colors(ui.ctx());
    let cell = |ui: &mut Ui, words: &str, is_strong: bool| {
        let words = RichText::new(words);
        let words =
            if is_strong { words.font(strong(13.0)).color(colors.strong) } else { words.color(colors.text) };
        ui.add(Label::new(words).extend());
    };
    Grid::new("days of image quality").num_columns(trend.numbers.len() + 2).spacing([18.0, 5.0]).show(
        ui,
        |ui| {
            cell(ui, "Day", true);
            for number in &trend.numbers {
                cell(ui, &spoken::named(number), true);
            }
            cell(ui, "Operator", true);
            ui.end_row();
            let earlier = trend.days.len().saturating_sub(DAYS);
            for day in trend.days.iter().skip(earlier) {
                cell(ui, &day.date, false);
                for value in &day.values {
                    cell(ui, &figure(*value), false);
                }
                cell(ui, &day.operator, false);
                ui.end_row();
            }
            cell(ui, "Change", true);
            for number in &trend.numbers {
                cell(ui, &spoken::signed(number.change), false);
            }
            ui.end_row();
            cell(ui, "A year", true);
            for number in &trend.numbers {
                cell(ui, &spoken::a_year(number), false);
            }
            ui.end_row();
        },
    );
}
