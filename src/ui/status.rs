//! The status row: what dragging does, the layout, the latest news, what the pointer is over, and the keys that lead on.

use egui::{
    Align, Align2, Color32, Label, Layout, Rect, RichText, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
    vec2,
};

use crate::command::{
    AppCommand, Command, Grid, LayoutCommand, Next, PanelName, ProtocolCommand, ToolCommand, ToolName,
};
use crate::session::{Message, MessageKind};

use super::icon::Icon;
use super::keycap::{Line, Piece};
use super::shell::ScreenView;
use super::theme::{Colors, colors, regular};
use super::viewport::fill;
use super::{text, words};

const FONT_SIZE: f32 = 12.0;

/// The width that what stands on the left keeps, in points; more where it tells what keys do.
const LEFT: f32 = 260.0;
const LEFT_WITH_KEYS: f32 = 520.0;

/// The room for what the pointer is over, in points: kept free for it, so that nothing moves when it comes and goes.
const READOUT: f32 = 448.0;
/// Where its parts begin in it, and how many digits the numbers of each have room for: the value, the place in the image,
/// the place in the patient.
const READOUT_PARTS: [(f32, usize); 3] = [(0.0, 0), (READOUT_VALUE, 4), (232.0, 6)];
/// The room for the value. One that is longer, such as of two quantities, makes the whole longer, in steps: little moves.
const READOUT_VALUE: f32 = 96.0;
const READOUT_STEP: f32 = 32.0;
const READOUT_GAP: f32 = 12.0;
/// A row narrower than this has no readout.
const READOUT_ROW_MIN: f32 = 860.0;

/// Shows the row.
pub(super) fn show(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), row, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    let line = Rect::from_min_max(row.min, egui::pos2(row.right(), row.top() + hairline));
    ui.painter().rect_filled(line, 0.0, colors.line);
    let inner = row.shrink2(vec2(12.0, 0.0));
    let from_right = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 16.0;
        let small = |words: &str, color| RichText::new(words).font(regular(FONT_SIZE)).color(color);
        ui.add(Label::new(small(words::NOT_FOR_DIAGNOSIS, colors.dim)).extend());
        let is_in_strip = view.is_focused() && view.session.is_in_strip();
        let is_working = view.session.indexing.runs > 0 || view.session.exporting.is_some();
        let tells_keys = is_in_strip || is_working;
        // Keys can be looked up: all hints but the first give way to news.
        let told = latest(view).map_or(0.0, |message| {
            text::line(ui.painter(), &message.text, regular(FONT_SIZE), colors.text).size().x
        });
        let left = if tells_keys { LEFT_WITH_KEYS } else { LEFT };
        let has_readout = inner.width() >= READOUT_ROW_MIN && !tells_keys;
        let readout_width = readout_width(ui, view);
        let spare = if has_readout { left + readout_width } else { left };
        for (place, (name, command)) in hints().enumerate() {
            let spare = if place == 0 { spare } else { spare + told };
            hint(ui, view, name, command, spare, commands);
        }
        if has_readout {
            readout(ui, view, readout_width, &colors);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if let Some((stage, has_more)) = words::stage(view.session) {
                let next = Command::Protocol(ProtocolCommand::Stage(Next::Next));
                if has_more && view.key(&next).is_some() {
                    hint(ui, view, &stage, next, 0.0, commands);
                } else {
                    ui.add(Label::new(small(&stage, colors.text)).extend());
                }
            }
            ui.add(Label::new(small(words::tool(view.session.tool), colors.strong)).extend());
            if let Some(screen) = view.session.screens.get(view.screen) {
                let layout = words::layout(&screen.division, view.session.screens.len(), view.screen);
                ui.add(Label::new(small(&layout, colors.dim)).extend());
                let tiles = view.shown().map_or(Grid::ONE, |shown| shown.tiles);
                if tiles != Grid::ONE {
                    ui.add(Label::new(small(&words::tiles(tiles), colors.dim)).extend());
                }
            }
            if is_in_strip {
                strip_keys(ui, view, commands);
            } else if is_working {
                progress(ui, view, &colors, commands);
            } else {
                news(ui, view, &colors, commands);
            }
        });
    });
}

/// The row where all but the images is hidden: the latest news, the key that shows the rest again, and what cannot be left
/// out.
pub(super) fn show_slim(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.painter().rect_filled(row, 0.0, colors.panel);
    let from_right =
        UiBuilder::new().max_rect(row.shrink2(vec2(9.0, 0.0))).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        let small = |words: &str| RichText::new(words).font(regular(FONT_SIZE)).color(colors.dim);
        ui.add(Label::new(small(words::NOT_FOR_DIAGNOSIS)).extend());
        if let Some(screen) = view.session.screens.get(view.screen) {
            let monitor = words::monitor(&screen.monitor);
            ui.add(Label::new(small(&monitor.text)).extend()).on_hover_text(&monitor.why);
        }
        hint(ui, view, words::SHOW_THE_REST, Command::Layout(LayoutCommand::Chrome), 0.0, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| news(ui, view, &colors, commands));
    });
}

/// A row below what takes the place of the images, or below the whole window: filled from the right, where its hints are.
pub(super) fn lower_row(ui: &mut Ui, row: Rect, ground: Color32, content: impl FnOnce(&mut Ui)) {
    let line = Stroke::new(1.0 / ui.pixels_per_point(), colors(ui.ctx()).line);
    fill(ui.painter(), row, ground);
    ui.painter().hline(row.x_range(), row.top(), line);
    let from_right =
        UiBuilder::new().max_rect(row.shrink2(vec2(12.0, 0.0))).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 16.0;
        content(ui);
    });
}

/// The room for what the pointer is over.
fn readout_width(ui: &Ui, view: &ScreenView<'_>) -> f32 {
    let words = view.plan.readout.as_ref();
    let value = words.and_then(|words| words.split(" · ").next()).unwrap_or_default();
    let value = text::line(ui.painter(), value, regular(FONT_SIZE), Color32::PLACEHOLDER).size().x;
    let longer = (value + READOUT_GAP - READOUT_VALUE).max(0.0);
    READOUT + (longer / READOUT_STEP).ceil() * READOUT_STEP
}

/// What the pointer is over: value and place.
fn readout(ui: &mut Ui, view: &ScreenView<'_>, width: f32, colors: &Colors) {
    let words = view.plan.readout.as_ref();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
    let Some(words) = words else { return };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let painter = ui.painter();
    let mut end = rect.left();
    for (place, part) in words.split(" · ").enumerate() {
        let (color, gap) = if place == 0 { (colors.strong, 0.0) } else { (colors.text, READOUT_GAP) };
        let (start, digits) = READOUT_PARTS.get(place).copied().unwrap_or_default();
        // A value that is longer than its room moves what follows.
        let at = egui::pos2((rect.left() + start).max(end + gap), rect.center().y);
        let part = text::padded(part, digits);
        end = at.x + text::tabular(painter, at, &part, &regular(FONT_SIZE), color);
    }
}

/// The hints from the right: what matters most first, since the last ones give way in a narrow window.
fn hints() -> impl Iterator<Item = (&'static str, Command)> {
    let panels = [(words::HINT_EVERYTHING, PanelName::Palette), (words::HINT_KEYS, PanelName::Keys)];
    let panels = panels.map(|(name, panel)| (name, Command::App(AppCommand::Panel(panel))));
    let tools = [ToolName::Scroll, ToolName::Window, ToolName::Length];
    let tools = tools.map(|tool| (words::hint_tool(tool), Command::Tool(ToolCommand::Choose(tool))));
    panels.into_iter().chain(tools.into_iter().rev())
}

/// What a key does, also by a click; left out where less than `spare` points would be left beside it.
pub(super) fn hint(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    name: &str,
    command: Command,
    spare: f32,
    commands: &mut Vec<Command>,
) {
    let Some(key) = view.key(&command) else { return };
    let colors = &colors(ui.ctx());
    let line = |color| {
        Line::new(ui.painter(), &[Piece::Words(name, color), Piece::Key(&key)], &regular(FONT_SIZE), colors)
    };
    let (quiet, loud) = (line(colors.dim), line(colors.strong));
    if ui.available_width() < quiet.size().x + spare {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(quiet.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words::with_key(name, Some(&key))));
    let line = if response.hovered() || response.has_focus() { loud } else { quiet };
    line.paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, colors);
    if response.clicked() {
        commands.push(command);
    }
}

/// What keys do while they go to the strip of series.
fn strip_keys(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let keys = [
        (words::STRIP_NEXT, AppCommand::Choose(1)),
        (words::STRIP_HANG, AppCommand::Accept),
        (words::STRIP_BACK, AppCommand::Cancel),
    ];
    for (name, command) in keys {
        hint(ui, view, name, Command::App(command), 0.0, commands);
    }
}

/// How far an export of frames or the look through files has come, and how to end it.
fn progress(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors, commands: &mut Vec<Command>) {
    Icon::Working.show(ui, colors.text);
    let fetched = view.session.archives.retrievals.iter().rfind(|retrieval| retrieval.is_waited_for());
    let (words, why) = match (view.session.exporting, fetched) {
        (Some(counts), _) => (words::exporting(counts), words::EXPORTING_WHY.to_owned()),
        (None, Some(fetched)) => (words::retrieval(fetched), words::retrieval_why(fetched)),
        (None, None) => (words::indexing(view.session.indexing.files), words::INDEXING_WHY.to_owned()),
    };
    let words = RichText::new(words).font(regular(FONT_SIZE)).color(colors.text);
    ui.add(Label::new(words).extend()).on_hover_text(why);
    // With a panel open it is the panel that the key closes.
    if view.session.panel.is_none() {
        hint(ui, view, words::CANCELS, Command::App(AppCommand::Cancel), 0.0, commands);
    }
}

/// The message to be told.
fn latest<'a>(view: &ScreenView<'a>) -> Option<&'a Message> {
    view.session.messages.last().filter(|_| view.session.has_news)
}

/// The latest message, quietly; a click lists them all.
pub(super) fn news(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors, commands: &mut Vec<Command>) {
    let Some(message) = latest(view) else { return };
    let color = color_of(message.kind, colors);
    let text = RichText::new(&message.text).font(regular(FONT_SIZE)).color(color);
    let label = Label::new(text).truncate().sense(Sense::click());
    if ui.add(label).on_hover_text(&message.text).clicked() {
        commands.push(Command::App(AppCommand::Panel(PanelName::Messages)));
    }
}

const fn color_of(kind: MessageKind, colors: &Colors) -> Color32 {
    match kind {
        MessageKind::Note => colors.text,
        MessageKind::Caution => colors.caution,
    }
}
