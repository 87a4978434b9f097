//! The tool rail: a letter for each tool, no toolbar of pictures.

use egui::scroll_area::ScrollBarVisibility;
use egui::{
    Align, Layout, Rect, RectAlign, Role, ScrollArea, Sense, Stroke, StrokeKind, Tooltip, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::command::{CineCommand, Command, LinkCommand, ToolCommand, ToolName, WindowCommand};

use super::shell::ScreenView;
use super::theme::{colors, strong};
use super::viewport::fill;
use super::words;

/// The side of a button, in points.
const BUTTON: f32 = 28.0;
/// Between buttons.
const SPACING: f32 = 4.0;
/// What a hairline between groups takes, with the space around it.
const GAP: f32 = 13.0;
/// Above the first button and below the last.
const EDGE: f32 = 6.0;

/// The tools begin so far down that no tooltip beside them hides the identity in the first viewport.
const BELOW_IDENTITY: f32 = 64.0;

/// A button: its name, what it does, and whether it is so already.
type Button = (&'static str, Command, bool);

/// Shows the rail.
pub(super) fn show(ui: &mut Ui, rail: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), rail, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    let line = Rect::from_min_max(egui::pos2(rail.right() - hairline, rail.top()), rail.max);
    ui.painter().rect_filled(line, 0.0, colors.line);
    let groups = groups(view);
    let mut inner = rail.shrink2(vec2((rail.width() - BUTTON).max(0.0) / 2.0, EDGE));
    let spare = (inner.height() - height(&groups)).max(0.0);
    inner.min.y += spare.min(BELOW_IDENTITY - EDGE);
    let down = UiBuilder::new().max_rect(inner).layout(Layout::top_down(Align::Center));
    ui.scope_builder(down, |ui| {
        ui.set_clip_rect(rail);
        // In a window that is too low for all of them.
        let scroll = ScrollArea::vertical().id_salt("tools").auto_shrink(false);
        scroll.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, SPACING);
            for (place, group) in groups.into_iter().enumerate() {
                if place > 0 {
                    let (gap, _) = ui.allocate_exact_size(vec2(BUTTON, GAP - SPACING), Sense::hover());
                    let line = Rect::from_center_size(gap.center(), vec2(14.0, hairline));
                    ui.painter().rect_filled(line, 0.0, colors.thumb);
                }
                for (name, command, is_on) in group {
                    if button(ui, view, name, &command, is_on) {
                        commands.push(command);
                    }
                }
            }
        });
    });
}

/// What drags, what measures, what looks closer, and what is switched.
fn groups(view: &ScreenView<'_>) -> [Vec<Button>; 4] {
    let tools = |is_here: fn(ToolName) -> bool| -> Vec<Button> {
        let tools = ToolName::ALL.into_iter().filter(|tool| is_here(*tool));
        let button =
            |tool| (words::tool(tool), Command::Tool(ToolCommand::Choose(tool)), view.session.tool == tool);
        tools.map(button).collect()
    };
    let looks_closer = |tool| matches!(tool, ToolName::Magnifier | ToolName::Point);
    let shown = view.shown();
    let is_playing = shown.is_some_and(|shown| shown.cine.is_playing);
    let is_inverted = shown.is_some_and(|shown| shown.look.is_inverted);
    let switches = vec![
        (words::CINE, Command::Cine(CineCommand::Toggle), is_playing),
        (words::INVERT, Command::Window(WindowCommand::Invert), is_inverted),
        (words::LINK, Command::Link(LinkCommand::All), view.session.links.any()),
    ];
    let drags =
        |tool: ToolName| matches!(tool, ToolName::Scroll | ToolName::Window | ToolName::Zoom | ToolName::Pan);
    [tools(drags), tools(ToolName::measures), tools(looks_closer), switches]
}

/// Of all of them, in points.
fn height(groups: &[Vec<Button>]) -> f32 {
    let buttons: f32 = groups.iter().flatten().map(|_| BUTTON + SPACING).sum();
    let gaps: f32 = groups.iter().skip(1).map(|_| GAP).sum();
    buttons + gaps
}

/// Whether it was clicked.
fn button(ui: &mut Ui, view: &ScreenView<'_>, name: &str, command: &Command, is_on: bool) -> bool {
    let colors = colors(ui.ctx());
    let key = view.key(command);
    let (rect, response) = ui.allocate_exact_size(vec2(BUTTON, BUTTON), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, name));
    let painter = ui.painter();
    let is_pressed = response.is_pointer_button_down_on();
    let (fill, text) = match (is_on || is_pressed, response.hovered()) {
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
    response.clicked()
}
