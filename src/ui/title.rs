//! The title row: whose images, which study, and what the reader must know of this window.

use std::sync::Arc;

use egui::{
    Align, Color32, Galley, Label, Layout, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::command::{AppCommand, Command, PanelName};
use crate::dicom::ReadError;
use crate::render::{Badge, Tone};
use crate::study::Unreadable;

use super::archives::{self, ArchiveState};
use super::bidi::for_display;
use super::icon::{self, Icon};
use super::shell::ScreenView;
use super::theme::{Colors, colors, regular, strong};
use super::viewport::fill;
use super::{patients, priors, text, words};

const FONT_SIZE: f32 = 13.0;

/// Between a sign and its words.
const ICON_GAP: f32 = 6.0;

/// Words that cannot have this width, in points, are left out.
const WIDTH_MIN: f32 = 40.0;

/// The line below the row while more than one patient is on screen.
const BANNER: f32 = 2.0;

/// Shows the row.
pub(super) fn show(ui: &mut Ui, row: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), row, colors.panel);
    let hairline = 1.0 / ui.pixels_per_point();
    let (height, color) =
        if patients::count(view) > 1 { (BANNER, colors.caution) } else { (hairline, colors.line) };
    let line = Rect::from_min_max(pos2(row.left(), row.bottom() - height), row.max);
    ui.painter().rect_filled(line, 0.0, color);
    let inner = row.shrink2(vec2(12.0, 0.0));
    let from_right = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(from_right, |ui| {
        ui.set_clip_rect(row);
        ui.spacing_mut().item_spacing.x = 20.0;
        states(ui, view, &colors, commands);
        // What is left over belongs to the patient and the study.
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 18.0;
            identity(ui, view, &colors);
        });
    });
}

fn identity(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors) {
    let size = if view.screen == 0 { 14.0 } else { 12.5 };
    let name = |words: &str| RichText::new(words).font(strong(size)).color(colors.strong);
    let labels = view.viewport().map(|viewport| &viewport.labels);
    let Some((first, rest)) = labels.and_then(|labels| labels.identity.split_first()) else {
        ui.add(Label::new(name(words::PRODUCT)).extend());
        ui.add(Label::new(RichText::new(words::NO_STUDY).color(colors.dim)).truncate());
        return;
    };
    // Cut where the row is too short, and whole on each image.
    ui.add(Label::new(name(&for_display(first.reveal()))).truncate());
    for line in rest {
        if ui.available_width() < WIDTH_MIN {
            return;
        }
        ui.add(Label::new(RichText::new(for_display(line.reveal())).color(colors.text)).truncate());
    }
    if let Some(labels) = labels.filter(|_| ui.available_width() >= WIDTH_MIN) {
        if labels.is_prior {
            ui.add(Label::new(RichText::new(words::PRIOR).color(colors.caution)).extend());
        }
        ui.add(Label::new(RichText::new(for_display(&labels.study)).color(colors.dim)).truncate());
    }
}

/// From the right: what the reader must know of this window.
fn states(ui: &mut Ui, view: &ScreenView<'_>, colors: &Colors, commands: &mut Vec<Command>) {
    let caution = colors.caution;
    let tip = |why: &str, panel: &Command| words::with_key(why, view.key(panel).as_deref());
    if let Some(screen) = view.session.screens.get(view.screen) {
        let Badge { tone, text, why } = words::monitor(&screen.monitor);
        let color = if tone == Tone::Quiet { colors.text } else { caution };
        let panel = Command::App(AppCommand::Panel(PanelName::Badges));
        if button(ui, Icon::Display, &text, (color, colors.hovered), &tip(&why, &panel)) {
            commands.push(panel);
        }
    }
    if let Some(name) = view.session.reader.name().filter(|_| view.screen == 0) {
        let panel = Command::App(AppCommand::Panel(PanelName::Users));
        let (color, why) = ((colors.dim, colors.hovered), tip(&words::user_why(name), &panel));
        if button(ui, Icon::Person, &words::user_short(name), color, &why) {
            commands.push(panel);
        }
    }
    let is_failure = |file: &&Unreadable| !matches!(file.why, ReadError::NoImage { .. });
    let unreadable = view.library.unreadable().iter().filter(is_failure).count();
    if unreadable > 0 {
        let panel = Command::App(AppCommand::Panel(PanelName::Messages));
        let why = tip(words::UNREADABLE_WHY, &panel);
        if button(ui, Icon::Caution, &words::unreadable(unreadable), (caution, colors.hovered), &why) {
            commands.push(panel);
        }
    }
    for ArchiveState { icon, badge: Badge { tone, text, why }, command } in
        archives::states(view).into_iter().chain(priors::state(view))
    {
        let color = if tone == Tone::Quiet { colors.text } else { caution };
        match command {
            None => drop(state(ui, icon, &text, color, &why)),
            Some(command) => {
                if button(ui, icon, &text, (color, colors.hovered), &tip(&why, &command)) {
                    commands.push(command);
                }
            }
        }
    }
    let patients = patients::count(view);
    if patients > 1 {
        let what = words::several_patients(patients);
        let plate = state(ui, Icon::Caution, &what, caution, words::SEVERAL_PATIENTS_WHY);
        let plate = plate.expand2(vec2(8.0, 3.0));
        ui.painter().rect_stroke(plate, 3.0, Stroke::new(1.5, caution), StrokeKind::Inside);
    }
}

/// A sign with words; where it stands.
fn state(ui: &mut Ui, icon: Icon, what: &str, color: Color32, why: &str) -> Rect {
    let words = text::line(ui.painter(), what, regular(FONT_SIZE), color);
    let response = place(ui, words.size().x, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, what));
    paint(ui, icon, words, color, response.rect);
    response.on_hover_text(why).rect
}

/// The same, to be clicked, with a ground under the pointer; whether it was.
fn button(ui: &mut Ui, icon: Icon, what: &str, (color, ground): (Color32, Color32), why: &str) -> bool {
    let words = text::line(ui.painter(), what, regular(FONT_SIZE), color);
    let response = place(ui, words.size().x, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, what));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(response.rect.expand2(vec2(6.0, 3.0)), 3.0, ground);
    }
    paint(ui, icon, words, color, response.rect);
    response.on_hover_text(why).clicked()
}

fn place(ui: &mut Ui, words: f32, sense: Sense) -> Response {
    ui.allocate_exact_size(vec2(icon::SIDE + ICON_GAP + words, 18.0), sense).1
}

fn paint(ui: &Ui, icon: Icon, words: Arc<Galley>, color: Color32, rect: Rect) {
    let square = Rect::from_center_size(
        pos2(rect.left() + icon::SIDE / 2.0, rect.center().y),
        Vec2::splat(icon::SIDE),
    );
    icon.paint(ui.painter(), square, color);
    let corner = pos2(rect.right() - words.size().x, rect.center().y - words.size().y / 2.0);
    ui.painter().galley(corner, words, color);
}
