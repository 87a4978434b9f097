//! What Hotlight is, what draws it and where its files lie; all of it as text, or the support bundle, for whoever is asked for help.

use egui::{Key, Modifiers, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{AppCommand, Command, SupportCommand};
use crate::session::{AboutLine, NOTICE};

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::support_words as words;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::words::with_key;
use super::super::{keys, text};

/// The share of the width that says of what; the rest is what is known.
const WHAT_SHARE: f32 = 0.3;
const GAP: f32 = 8.0;

/// Shows it.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.label(RichText::new(words::ABOUT_TITLE).font(strong(14.0)).color(colors.strong));
    ui.label(RichText::new(NOTICE).color(colors.strong));
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        let copy = with_key(words::ABOUT_COPY, view.key(&Command::App(AppCommand::Accept)).as_deref());
        if ui.button(copy).on_hover_text(words::ABOUT_COPY_WHY).clicked() {
            commands.push(Command::Support(SupportCommand::Copy));
        }
        let bundle = with_key(words::BUNDLE_TITLE, Some(Key::B.name()));
        let is_clicked = ui.button(bundle).on_hover_text(words::ABOUT_BUNDLE_WHY).clicked();
        if is_clicked || ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, Key::B)) {
            commands.push(Command::Support(SupportCommand::Bundle));
        }
    });
    ui.add_space(GAP);
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        keys::scroll_by_keys(ui, view.keymap);
        ui.spacing_mut().item_spacing.y = GAP;
        for line in &view.session.about {
            row(ui, line, &colors);
        }
    });
}

fn row(ui: &mut Ui, line: &AboutLine, colors: &Colors) {
    let width = ui.available_width();
    let left = (width * WHAT_SHARE).floor();
    let what = text::wrapped(ui.painter(), line.what, regular(13.0), colors.dim, left - GAP);
    let value = for_display(&line.value);
    let value = text::wrapped(ui.painter(), &value, regular(13.0), colors.text, width - left);
    let size = vec2(width, what.size().y.max(value.size().y));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, line.to_string()));
    ui.painter().galley(rect.min, what, colors.dim);
    ui.painter().galley(pos2(rect.left() + left, rect.top()), value, colors.text);
}
