//! A test pattern over all of the window, and the line of a series on it.

use egui::{
    Align, Align2, Color32, Context, CursorIcon, Id, Layout, Rect, RichText, Role, Sense, Stroke, Ui,
    UiBuilder, ViewportCommand, WidgetInfo, pos2, vec2,
};

use crate::calibration::{AmbientTest, Spot};
use crate::command::{AppCommand, CalibrationCommand, Command, PatternCommand};
use crate::render::Picture;
use crate::session::{Played, RunningSeries};

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
    let test = view.session.calibrating.ambient_test.as_ref();
    if let Some(running) = test.filter(|running| Some(running.screen) == here) {
        bars(ui, window, commands);
        test_line(ui, window, view, &running.test, commands);
    }
    let shown = view.session.screens.get(view.screen).and_then(|screen| screen.pattern.as_ref());
    if let Some(played) = shown.and_then(|shown| shown.played.as_ref()) {
        played_line(ui, window, view, played, commands);
    }
}

/// Where bars are to be found: a click says where they are seen.
fn bars(ui: &Ui, window: Rect, commands: &mut Vec<Command>) {
    let room = Rect::from_min_max(window.min, pos2(window.right(), window.bottom() - LINE));
    // Keys say it by themselves: Tab does not stop here.
    let response = ui.interact(room, Id::unique(("bars", ui.ctx().viewport_id())), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words::AMBIENT_FIELD));
    let at = response.interact_pointer_pos().filter(|_| response.clicked());
    response.on_hover_cursor(CursorIcon::Crosshair);
    let Some(at) = at else { return };
    let pixels = (at - window.min) * ui.pixels_per_point();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the window")]
    let pixel = |length: f32| length.max(0.0) as u32;
    let spot = Spot::At { x: pixel(pixels.x), y: pixel(pixels.y) };
    commands.push(Command::Calibration(CalibrationCommand::Seen(spot)));
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
    lower_edge(ui, window, |ui| {
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

/// Where the ambient test stands, and the keys that do not say a place.
fn test_line(
    ui: &mut Ui,
    window: Rect,
    view: &ScreenView<'_>,
    test: &AmbientTest,
    commands: &mut Vec<Command>,
) {
    let color = colors(ui.ctx()).text;
    lower_edge(ui, window, |ui| {
        ui.add(egui::Label::new(RichText::new(words::seeking(test)).color(color)).extend());
        let not_seen = Command::Calibration(CalibrationCommand::Seen(Spot::Nowhere));
        hint(ui, view, words::NOT_SEEN, not_seen, 0.0, commands);
        hint(ui, view, words::BREAK_OFF, Command::App(AppCommand::Cancel), 0.0, commands);
    });
}

/// How a pattern moves, and what changes that.
fn played_line(
    ui: &mut Ui,
    window: Rect,
    view: &ScreenView<'_>,
    played: &Played,
    commands: &mut Vec<Command>,
) {
    let color = colors(ui.ctx()).text;
    lower_edge(ui, window, |ui| {
        let toggle = if played.is_playing { words::PAUSE } else { words::START };
        for (name, command) in [
            (toggle, PatternCommand::Play),
            (words::SLOWER, PatternCommand::Slower),
            (words::FASTER, PatternCommand::Faster),
        ] {
            hint(ui, view, name, Command::Pattern(command), 0.0, commands);
        }
        ui.add(egui::Label::new(RichText::new(words::played(played)).color(color)).truncate());
    });
}

/// A line of controls at the lower edge of a pattern.
fn lower_edge(ui: &mut Ui, window: Rect, content: impl FnOnce(&mut Ui)) {
    let row = Rect::from_min_max(pos2(window.left(), window.bottom() - LINE), window.max);
    viewport::fill(ui.painter(), row, colors(ui.ctx()).ground);
    let builder =
        UiBuilder::new().max_rect(row.shrink2(vec2(16.0, 5.0))).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 18.0;
        content(ui);
    });
}
