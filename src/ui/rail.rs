//! The tool rail: a letter for each tool, no toolbar of pictures.

use egui::{
    Align, Layout, Rect, RectAlign, Response, Role, Sense, Stroke, StrokeKind, Tooltip, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::command::{CineCommand, Command, ToolCommand, ToolName, WindowCommand};

use super::shell::ScreenView;
use super::theme::{colors, strong};
use super::words;

/// The side of a button, in points.
const BUTTON: f32 = 28.0;

/// The tools begin so far down that no tooltip beside them hides the identity in the first viewport.
const BELOW_IDENTITY: f32 = 64.0;

/// Shows the rail.
pub(super) fn show(ui: &mut Ui, rail: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.painter().rect_filled(rail, 0.0, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    let line = Rect::from_min_max(egui::pos2(rail.right() - hairline, rail.top()), rail.max);
    ui.painter().rect_filled(line, 0.0, colors.line);
    let mut inner = rail.shrink2(vec2((rail.width() - BUTTON).max(0.0) / 2.0, 6.0));
    inner.min.y = (rail.top() + BELOW_IDENTITY).min(inner.max.y);
    let down = UiBuilder::new().max_rect(inner).layout(Layout::top_down(Align::Center));
    ui.scope_builder(down, |ui| {
        ui.set_clip_rect(rail);
        ui.spacing_mut().item_spacing = vec2(0.0, 4.0);
        for tool in ToolName::ALL {
            let command = Command::Tool(ToolCommand::Choose(tool));
            let is_chosen = view.session.tool == tool;
            if button(ui, view, words::tool(tool), &command, is_chosen).clicked() {
                commands.push(command);
            }
        }
        ui.add_space(4.0);
        let (gap, _) = ui.allocate_exact_size(vec2(14.0, hairline), Sense::hover());
        ui.painter().rect_filled(gap, 0.0, colors.thumb);
        ui.add_space(4.0);
        let shown = view.shown();
        let cine = (
            words::CINE,
            Command::Cine(CineCommand::Toggle),
            shown.is_some_and(|shown| shown.cine.is_playing),
        );
        let invert = (
            words::INVERT,
            Command::Window(WindowCommand::Invert),
            shown.is_some_and(|shown| shown.look.is_inverted),
        );
        for (name, command, is_on) in [cine, invert] {
            if button(ui, view, name, &command, is_on).clicked() {
                commands.push(command);
            }
        }
    });
}

fn button(ui: &mut Ui, view: &ScreenView<'_>, name: &str, command: &Command, is_chosen: bool) -> Response {
    let colors = colors(ui.ctx());
    let key = view.key(command);
    let (rect, response) = ui.allocate_exact_size(vec2(BUTTON, BUTTON), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, name));
    let painter = ui.painter();
    let is_pressed = response.is_pointer_button_down_on();
    let (fill, text) = match (is_chosen || is_pressed, response.hovered()) {
        (true, _) => (Some(colors.selected), colors.strong),
        (false, true) => (Some(colors.hovered), colors.strong),
        (false, false) => (None, colors.dim),
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, 4.0, fill);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.0, colors.focus), StrokeKind::Inside);
    }
    // The letter is the key that does the same; without one, the name's own.
    let letter = key.clone().filter(|key| key.chars().count() <= 2);
    let letter = letter.unwrap_or_else(|| name.chars().take(1).collect::<String>().to_uppercase());
    let galley = super::text::line(painter, &letter, strong(12.5), text);
    painter.galley(egui::Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect).min, galley, text);
    let mut tooltip = Tooltip::for_enabled(&response);
    // Beside the rail: below, it would hide the next tool.
    tooltip.popup = tooltip.popup.align(RectAlign::RIGHT);
    tooltip.show(|ui| ui.label(words::with_key(name, key.as_deref())));
    response
}
