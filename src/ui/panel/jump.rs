//! The field for the number of an image, low in the viewport in focus.

use egui::{Align, Align2, Context, Label, Layout, RichText, Ui, vec2};

use crate::command::{AppCommand, Command};

use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular};
use super::super::words;
use super::field;
use super::frame::Place;

const WIDTH: f32 = 300.0;
const FIELD: f32 = 96.0;
const FIELD_HEIGHT: f32 = 34.0;
const FONT_SIZE: f32 = 12.0;
/// From the lower edge of the viewport: the words in its corners stay in sight.
const ABOVE_EDGE: f32 = 64.0;

/// Where it stands: low in the middle of the viewport.
pub(super) fn place(ctx: &Context, view: &ScreenView<'_>) -> Place {
    let viewport = view.viewport_rect(ctx);
    let window = ctx.content_rect();
    let x = viewport
        .center()
        .x
        .clamp(window.left() + WIDTH / 2.0, (window.right() - WIDTH / 2.0).max(WIDTH / 2.0));
    let at = egui::pos2(x, (viewport.bottom() - ABOVE_EDGE).max(viewport.center().y));
    Place { at, align: Align2::CENTER_BOTTOM, width: WIDTH.min(window.width()), height: 120.0, margin: 12 }
}

/// Shows the field, and below it what it does, or why it did not.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let number = view.viewport().and_then(|viewport| viewport.labels.number);
    let (current, of) =
        number.map_or_else(Default::default, |(number, count)| (number.to_string(), words::of_images(count)));
    let line = vec2(ui.available_width(), FIELD_HEIGHT);
    ui.allocate_ui_with_layout(line, Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(RichText::new(words::JUMP_IMAGE).color(colors.text)).extend());
        ui.allocate_ui_with_layout(vec2(FIELD, FIELD_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            field::show(ui, view, words::JUMP_FIELD, &current, commands);
        });
        ui.add(Label::new(RichText::new(of).color(colors.text)).extend());
    });
    ui.add_space(4.0);
    // A line in either case, so that nothing moves.
    let refusal = view.session.messages.last().filter(|_| view.session.has_news);
    if let Some(message) = refusal {
        let why = RichText::new(&message.text).font(regular(FONT_SIZE)).color(colors.caution);
        ui.add(Label::new(why).truncate());
        return;
    }
    let key = |command| view.key(&Command::App(command));
    let (accept, cancel) = (key(AppCommand::Accept), key(AppCommand::Cancel));
    let mut pieces = Vec::new();
    for (key, what) in [(&accept, words::JUMP_ACCEPTS), (&cancel, words::CANCELS)] {
        if let Some(key) = key {
            pieces.extend([Piece::Key(key), Piece::Words(what, colors.dim)]);
        }
    }
    let line = Line::new(ui.painter(), &pieces, &regular(FONT_SIZE), &colors);
    let (rect, _) = ui.allocate_exact_size(line.size(), egui::Sense::hover());
    line.paint(ui.painter(), rect.center(), Align2::CENTER_CENTER, &colors);
}
