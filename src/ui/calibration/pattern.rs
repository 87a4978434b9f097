//! A test pattern over all of the window, and the line of a series on it.

use egui::{
    Align, Align2, Color32, Context, Id, Layout, Rect, Stroke, Ui, UiBuilder, ViewportCommand, pos2, vec2,
};

use crate::command::{CalibrationCommand, Command};
use crate::render::Picture;
use crate::session::RunningSeries;

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::status::hint;
use super::super::theme::{colors, regular};
use super::super::{panel, text, viewport};

/// The height of the line, in points.
const LINE: f32 = 46.0;
/// The width of the field.
const FIELD: f32 = 220.0;
/// How large the ring is that a photometer is held to, as a share of the window's height.
const RING: f32 = 0.06;

/// Shows the pattern.
pub(in super::super) fn show(ui: &mut Ui, window: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    fill_monitor(ui.ctx(), true);
    viewport::show_pattern(ui, view, window);
    let shown = view.plan.viewports.first().map(|plan| &plan.picture);
    if let Some(Picture::Failed(why)) = shown {
        let words = format!("The pattern cannot be drawn: {why}.");
        let galley = text::line(ui.painter(), &words, regular(14.0), colors(ui.ctx()).text);
        let at = Align2::CENTER_CENTER.anchor_size(window.center(), galley.size()).min;
        ui.painter().galley(at, galley, Color32::PLACEHOLDER);
    }
    let running = view.session.calibrating.running.as_ref();
    let here = view.session.screens.get(view.screen).map(|screen| screen.id);
    if let Some(running) = running.filter(|running| Some(running.screen) == here) {
        ring(ui, window, running);
        line(ui, window, view, running, commands);
    }
}

/// Has the window fill its monitor while a pattern is shown, and be as it was afterwards.
pub(in super::super) fn fill_monitor(ctx: &Context, is_wanted: bool) {
    let id = Id::unique(("fills its monitor for a pattern", ctx.viewport_id()));
    let made = ctx.data(|data| data.get_temp::<bool>(id));
    match made {
        None if is_wanted => {
            let fills = ctx.input(|input| input.viewport().fullscreen) == Some(true);
            ctx.data_mut(|data| data.insert_temp(id, !fills));
            if !fills {
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(true));
            }
        }
        Some(was_changed) if !is_wanted => {
            ctx.data_mut(|data| data.remove::<bool>(id));
            if was_changed {
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(false));
            }
        }
        _ => {}
    }
}

/// Where the photometer is held: outside of what it sees.
fn ring(ui: &Ui, window: Rect, running: &RunningSeries) {
    let Some(place) = running.series.patch().and_then(|patch| patch.place) else { return };
    let share = |part: u8| (f32::from(part) + 0.5) / 3.0;
    let at = window.min + window.size() * vec2(share(place % 3), share(place / 3));
    ui.painter().circle_stroke(at, window.height() * RING, Stroke::new(1.0, colors(ui.ctx()).thumb));
}

/// What is read, at the lower edge, dim: it must not add light to what is measured.
fn line(
    ui: &mut Ui,
    window: Rect,
    view: &ScreenView<'_>,
    running: &RunningSeries,
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    let row = Rect::from_min_max(pos2(window.left(), window.bottom() - LINE), window.max);
    viewport::fill(ui.painter(), row, colors.ground);
    let builder =
        UiBuilder::new().max_rect(row.shrink2(vec2(16.0, 5.0))).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 18.0;
        let is_automatic = view.session.settings.calibration.is_automatic;
        if view.session.types_readings() && view.session.panel.is_none() {
            ui.allocate_ui_with_layout(vec2(FIELD, 34.0), Layout::left_to_right(Align::Center), |ui| {
                panel::show_field(ui, view, words::READING_FIELD, words::READING, commands);
            });
        }
        let said = egui::RichText::new(words::running(running, is_automatic)).color(colors.text);
        ui.add(egui::Label::new(said).extend());
        if let Some(last) = words::last(running) {
            ui.add(egui::Label::new(egui::RichText::new(last).color(colors.dim)).extend());
        }
        for (name, command) in
            [(words::ONE_BACK, CalibrationCommand::Back), (words::STOP, CalibrationCommand::Stop)]
        {
            hint(ui, view, name, Command::Calibration(command), 0.0, commands);
        }
        if let Some(news) = &running.news {
            ui.add(egui::Label::new(egui::RichText::new(news).color(colors.caution)).truncate());
        }
    });
}
