//! Every setting with its value and who set it; the chosen one with what it is for.

use egui::{
    Align2, Event, FocusDirection, Key, Modifiers, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::command::{AppCommand, Command};
use crate::session::SettingLine;

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{text, words};

const ROW: f32 = 28.0;
/// The buttons beside a value are squares.
const BUTTON: f32 = 20.0;
/// The room for a value between its buttons.
const VALUE: f32 = 96.0;
/// The room below the list for the chosen setting.
const FOOT: f32 = 84.0;

const LOCKED: &str = "The site has locked this one.";

/// Shows them.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let lines = &view.session.setting_lines;
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    ui.horizontal(|ui| {
        ui.label(RichText::new(words::SETTINGS_TITLE).font(strong(14.0)).color(colors.strong));
        ui.add_space(8.0);
        ui.label(RichText::new(words::SETTINGS_HINT).font(regular(12.0)).color(colors.dim));
    });
    ui.add_space(6.0);
    if let Some(line) = lines.get(chosen) {
        commands.extend(step_by_keys(ui).and_then(|is_next| set(line, is_next)));
    }
    let height = ((ui.available_height() - FOOT) / ROW).floor().max(2.0) * ROW;
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, line) in lines.iter().enumerate() {
            if row(ui, line, place == chosen, &colors, commands) {
                let number = |place| i32::try_from(place).unwrap_or(i32::MAX);
                commands.push(Command::App(AppCommand::Choose(number(place) - number(chosen))));
            }
        }
    });
    if let Some(line) = lines.get(chosen) {
        ui.add_space(8.0);
        ui.label(RichText::new(line.help).color(colors.text));
        ui.label(RichText::new(words::allowed(line)).color(colors.dim));
        if line.is_locked {
            ui.label(RichText::new(LOCKED).color(colors.caution));
        } else if line.is_decided {
            ui.label(RichText::new(words::SETTING_DECIDED).color(colors.caution));
        }
    }
}

/// The command that gives a setting its next value, or the one before.
fn set(line: &SettingLine, is_next: bool) -> Option<Command> {
    let value = if is_next { &line.next } else { &line.previous };
    Some(Command::App(AppCommand::Set(line.key.to_owned(), value.clone()?)))
}

/// Whether the arrow to the right was pressed, or that to the left. A key that is held steps once: each step is written
/// to a file.
pub(super) fn step_by_keys(ui: &Ui) -> Option<bool> {
    let mut step = None;
    ui.ctx().input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Key {
                key: key @ (Key::ArrowLeft | Key::ArrowRight),
                pressed: true,
                repeat,
                modifiers,
                ..
            } if *modifiers == Modifiers::NONE => {
                if !repeat {
                    step = Some(*key == Key::ArrowRight);
                }
                false
            }
            _ => true,
        });
    });
    if step.is_some() {
        ui.ctx().memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    step
}

/// Shows a line; `true` when it was clicked.
fn row(
    ui: &mut Ui,
    line: &SettingLine,
    is_chosen: bool,
    colors: &Colors,
    commands: &mut Vec<Command>,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, words::setting(line)));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    let painter = ui.painter();
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if response.hovered() {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let (main, quiet) = if is_chosen { (colors.strong, colors.text) } else { (colors.text, colors.dim) };
    let middle = rect.center().y;
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let controls = Rect::from_min_max(
        pos2(inner.center().x - BUTTON - VALUE / 2.0, middle - BUTTON / 2.0),
        pos2(inner.center().x + BUTTON + VALUE / 2.0, middle + BUTTON / 2.0),
    );
    let key = text::elided(painter, line.key, regular(13.0), main, controls.left() - inner.left() - 8.0);
    painter.galley(pos2(inner.left(), middle - key.size().y / 2.0), key, main);
    let room = inner.right() - controls.right() - 8.0;
    let origin = text::elided(painter, &words::origin(line), regular(12.0), quiet, room);
    painter.galley(pos2(inner.right() - origin.size().x, middle - origin.size().y / 2.0), origin, quiet);
    let value = text::elided(painter, &line.value, strong(13.0), main, VALUE - 8.0);
    let at = Align2::CENTER_CENTER.align_size_within_rect(value.size(), controls).min;
    painter.galley(at, value, main);
    let square = vec2(BUTTON, BUTTON);
    for (is_next, at) in [(false, controls.left_top()), (true, controls.right_top() - vec2(BUTTON, 0.0))] {
        let set = set(line, is_next);
        if button(ui, Rect::from_min_size(at, square), line, is_next, set.is_some(), colors) {
            commands.extend(set);
        }
    }
    response.clicked()
}

fn button(ui: &Ui, rect: Rect, line: &SettingLine, is_next: bool, is_enabled: bool, colors: &Colors) -> bool {
    let id = ui.scope_id().with(("setting", line.key, is_next));
    let response = ui.interact(rect, id, if is_enabled { Sense::CLICK } else { Sense::hover() });
    let name = words::setting_step(line, is_next);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, &name));
    let painter = ui.painter();
    let (fill, color) = match (is_enabled, response.hovered()) {
        (false, _) => (None, colors.thumb),
        (true, true) => (Some(colors.hovered), colors.strong),
        (true, false) => (Some(colors.raised), colors.text),
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, 3.0, fill);
    }
    let sign = text::line(painter, if is_next { "+" } else { "−" }, strong(13.0), color);
    painter.galley(Align2::CENTER_CENTER.align_size_within_rect(sign.size(), rect).min, sign, color);
    response.on_hover_text(name).clicked()
}
