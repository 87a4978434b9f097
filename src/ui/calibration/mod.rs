//! The physicist's mode: all of the window, in place of the images. And test patterns, which are all of it too.

mod bench;
mod calibrate;
mod evaluate;
mod lists;
mod measure;
mod pattern;
mod plots;
mod quality;
mod spoken;
mod verdict;

use egui::{
    Align, Color32, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use crate::command::{AppCommand, CalibrationCommand, CalibrationTab, Command, PanelName, PatternCommand};

use super::calibration_words as words;
use super::shell::ScreenView;
use super::status::{hint, lower_row, news};
use super::theme::{colors, regular, strong};
use super::viewport::fill;

pub(super) use pattern::{fill_monitor, show as show_pattern};

/// The height of the title row, in points.
const TITLE: f32 = 34.0;
/// The height of the row below.
const FOOT: f32 = 28.0;
/// The width of the displays and the bench.
const BENCH: f32 = 300.0;
/// The width of what was found.
const VERDICT: f32 = 410.0;
/// Windows narrower than this do without it.
const VERDICT_WINDOW_MIN: f32 = 1200.0;
/// Between a part and its edge.
const MARGIN: f32 = 14.0;

/// Shows the mode.
pub(super) fn show(ui: &mut Ui, window: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let scale = ui.pixels_per_point().max(0.1);
    let snap = |points: f32| (points * scale).round() / scale;
    let title_end = snap(window.top() + TITLE);
    let foot = snap(window.bottom() - FOOT).max(title_end);
    let bench_end = snap(window.left() + BENCH);
    let has_verdict = window.width() >= VERDICT_WINDOW_MIN;
    let split = if has_verdict { snap(window.right() - VERDICT) } else { window.right() };
    let rect = |x0, y0, x1, y1| Rect::from_min_max(pos2(x0, y0), pos2(x1, y1));
    fill(ui.painter(), window, colors.ground);
    title(ui, rect(window.left(), window.top(), window.right(), title_end), view);
    part(ui, rect(window.left(), title_end, bench_end, foot), "bench", colors.panel, |ui| {
        bench::show(ui, view, commands);
    });
    part(ui, rect(bench_end, title_end, split, foot), "tab", colors.ground, |ui| tab(ui, view, commands));
    if has_verdict {
        part(ui, rect(split, title_end, window.right(), foot), "verdict", colors.panel, |ui| {
            verdict::show(ui, view);
        });
    }
    foot_row(ui, rect(window.left(), foot, window.right(), window.bottom()), view, commands);
}

/// A part of the mode, which scrolls where it has no room.
fn part(ui: &mut Ui, rect: Rect, name: &str, ground: Color32, content: impl FnOnce(&mut Ui)) {
    fill(ui.painter(), rect, ground);
    let builder =
        UiBuilder::new().id_salt(name).max_rect(rect.shrink(MARGIN)).layout(Layout::top_down(Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
            content(ui);
        });
    });
}

fn title(ui: &mut Ui, row: Rect, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), row, colors.panel);
    ui.painter().hline(row.x_range(), row.bottom(), Stroke::new(1.0 / ui.pixels_per_point(), colors.line));
    let from_left =
        UiBuilder::new().max_rect(row.shrink2(vec2(12.0, 0.0))).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(from_left, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 16.0;
        ui.add(Label::new(RichText::new(words::TITLE).font(strong(14.0)).color(colors.strong)).extend());
        ui.add(Label::new(RichText::new(words::role(view.session)).color(colors.dim)).extend());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let due = view
                .session
                .bench()
                .map_or(0, |bench| bench.book.due.iter().filter(|task| task.is_due).count());
            if due > 0 {
                ui.add(Label::new(RichText::new(words::tasks_due(due)).color(colors.caution)).extend());
            }
        });
    });
}

fn foot_row(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    lower_row(ui, row, colors.panel, |ui| {
        let small = RichText::new(super::words::NOT_FOR_DIAGNOSIS).font(regular(12.0)).color(colors.dim);
        ui.add(Label::new(small).extend());
        let palette = Command::App(AppCommand::Panel(PanelName::Palette));
        hint(ui, view, super::words::HINT_EVERYTHING, palette, 240.0, commands);
        hint(ui, view, words::FULL_PATTERN, pattern_command("TG18-OIQ"), 240.0, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            hint(ui, view, words::BACK, Command::App(AppCommand::Cancel), 0.0, commands);
            news(ui, view, &colors, commands);
        });
    });
}

fn tab(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 18.0;
        for tab in CalibrationTab::ALL {
            let is_shown = view.session.calibrating.tab == tab;
            let color = if is_shown { colors.strong } else { colors.dim };
            let label = Label::new(RichText::new(words::tab(tab)).color(color)).sense(Sense::click());
            let response = ui.add(label);
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_shown, words::tab(tab)));
            if is_shown {
                let y = response.rect.bottom() + 4.0;
                ui.painter().hline(response.rect.x_range(), y, Stroke::new(2.0, colors.focus));
            }
            if response.clicked() {
                commands.push(Command::Calibration(CalibrationCommand::Tab(tab)));
            }
        }
    });
    ui.add_space(12.0);
    match view.session.calibrating.tab {
        CalibrationTab::Images => quality::show(ui, view, commands),
        _ if view.session.bench_monitor().is_none() => notice(ui, words::NO_MONITOR),
        CalibrationTab::Measure => measure::show(ui, view, commands),
        CalibrationTab::Evaluate => evaluate::show(ui, view, commands),
        CalibrationTab::Calibrate => calibrate::show(ui, view, commands),
        CalibrationTab::Schedule => lists::schedule(ui, view),
        CalibrationTab::Records => lists::records(ui, view),
    }
}

/// Words in a column of this width, at its left or its right.
fn column(ui: &mut Ui, width: f32, align: Align, words: RichText) {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(vec2(width, 18.0), layout, |ui| {
        ui.set_min_width(width);
        ui.add(Label::new(words).extend());
    });
}

/// A heading within a part.
fn heading(ui: &mut Ui, words: &str) {
    let color = colors(ui.ctx()).strong;
    ui.add(Label::new(RichText::new(words).font(strong(13.0)).color(color)).extend());
}

/// What there is to say where there is nothing to show.
fn notice(ui: &mut Ui, words: &str) {
    let color = colors(ui.ctx()).dim;
    ui.add(Label::new(RichText::new(words).color(color)).wrap());
}

/// A sentence that must not be missed.
fn caution(ui: &mut Ui, words: &str) {
    let color = colors(ui.ctx()).caution;
    ui.add(Label::new(RichText::new(format!("⚠ {words}")).color(color)).wrap());
}

/// A button with the key of its command beside its name.
fn button(ui: &mut Ui, view: &ScreenView<'_>, name: &str, command: Command, commands: &mut Vec<Command>) {
    let key = view.key(&command);
    let colors = colors(ui.ctx());
    let words = key.as_ref().map_or_else(|| name.to_owned(), |key| format!("{name}   {key}"));
    let button = egui::Button::new(RichText::new(words).color(colors.strong)).min_size(vec2(0.0, 28.0));
    let response = ui.add(button);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, super::words::with_key(name, key.as_deref()))
    });
    if response.clicked() {
        commands.push(command);
    }
}

fn pattern_command(name: &str) -> Command {
    Command::Pattern(PatternCommand::Show(name.to_owned()))
}
