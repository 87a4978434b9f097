//! Plots that nobody drags about.

use egui::{Sense, Ui};
use egui_plot::Plot;

use super::super::theme::colors;

/// A plot that stands still, as high as so many points.
pub(super) fn still<'a>(ui: &Ui, name: &'static str, height: f32) -> Plot<'a> {
    Plot::new(name)
        .height(height)
        .sense(Sense::hover())
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        // What was measured since, or another measurement, has other bounds.
        .reset()
        .show_background(false)
        .grid_color(colors(ui.ctx()).thumb)
}

/// The same of days that follow one another, at their [`places`].
pub(super) fn of_days<'a>(ui: &Ui, name: &'static str, height: f32, days: Vec<String>) -> Plot<'a> {
    let last = places().zip(&days).last().map_or(0.0, |(at, _)| at);
    still(ui, name, height).default_x_bounds(-0.5, last + 0.5).x_axis_formatter(move |mark, _| {
        let day = places().zip(&days).find(|(at, _)| (at - mark.value).abs() < 0.01);
        day.map(|(_, day)| day.clone()).unwrap_or_default()
    })
}

/// Where days stand, the first at 0.
pub(super) fn places() -> impl Iterator<Item = f64> {
    (0_u32..).map(f64::from)
}
