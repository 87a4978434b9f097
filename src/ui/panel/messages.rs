//! News, what could not be read, and apart from that what holds no image.

use egui::{Align, RichText, ScrollArea, Sense, Ui, vec2};

use crate::dicom::ReadError;
use crate::session::MessageKind;
use crate::study::Unreadable;

use super::super::icon::Icon;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{keys, text, words};

/// The height of a file's two lines, in points.
const ROW: f32 = 40.0;

/// The most messages that are listed; the files come after them.
const MESSAGES_MAX: usize = 30;

/// Shows the newest messages, then the files.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    ui.label(RichText::new(words::MESSAGES_TITLE).font(strong(14.0)).color(colors.strong));
    ui.add_space(4.0);
    let messages = &view.session.messages;
    let unreadable = view.library.unreadable();
    if messages.is_empty() && unreadable.is_empty() {
        ui.label(RichText::new(words::NO_MESSAGES).color(colors.text));
        if !view.library.studies().is_empty() {
            ui.label(RichText::new(words::NO_MESSAGES_WHY).color(colors.dim));
        }
        return;
    }
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        keys::scroll_by_keys(ui, view.keymap);
        for message in messages.iter().rev().take(MESSAGES_MAX) {
            ui.horizontal_top(|ui| {
                let color = match message.kind {
                    MessageKind::Note => colors.text,
                    MessageKind::Caution => colors.caution,
                };
                if message.kind == MessageKind::Caution {
                    ui.with_layout(egui::Layout::top_down(Align::Min), |ui| {
                        ui.set_max_width(10.0);
                        ui.add_space(3.0);
                        Icon::Caution.show(ui, color);
                    });
                } else {
                    ui.add_space(18.0);
                }
                ui.add(egui::Label::new(RichText::new(&message.text).color(color)).wrap());
            });
        }
        let holds_no_image = |file: &&Unreadable| matches!(file.why, ReadError::NoImage { .. });
        let (without_image, failed): (Vec<_>, Vec<_>) = unreadable.iter().partition(holds_no_image);
        for (heading, listed) in [
            (words::unreadable(failed.len()), failed),
            (words::without_image(without_image.len()), without_image),
        ] {
            if !listed.is_empty() {
                ui.add_space(10.0);
                ui.label(RichText::new(&heading).font(strong(13.0)).color(colors.strong));
                ui.add_space(2.0);
                ui.push_id(heading, |ui| files(ui, &listed, &colors));
            }
        }
    });
}

/// The files, of which only those in sight are laid out: there may be ten thousand.
fn files(ui: &mut Ui, unreadable: &[&Unreadable], colors: &Colors) {
    ui.spacing_mut().item_spacing.y = 0.0;
    #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
    let height = unreadable.len() as f32 * ROW;
    let (all, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let seen = ui.clip_rect().intersect(all);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rows of a list, not negative"
    )]
    let first = ((seen.top() - all.top()) / ROW).max(0.0) as usize;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rows of a list, not negative"
    )]
    let count = (seen.height() / ROW).max(0.0) as usize + 2;
    for (place, file) in unreadable.iter().enumerate().skip(first).take(count) {
        #[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
        let top = all.top() + place as f32 * ROW;
        let row = egui::Rect::from_min_size(egui::pos2(all.left(), top), vec2(all.width(), ROW));
        file_row(ui, row, file, place, colors);
    }
}

fn file_row(ui: &Ui, row: egui::Rect, file: &Unreadable, place: usize, colors: &Colors) {
    let full_name = file.source.name();
    let (folder, name) = match full_name.reveal().rsplit_once(['/', '\\']) {
        Some((folder, name)) => (folder, name),
        None => ("", full_name.reveal().as_str()),
    };
    let why = words::sentence(&file.why.to_string());
    let response = ui.interact(row, ui.scope_id().with(("unreadable", place)), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ListItem, true, format!("{name}: {why}")));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(row, 3.0, colors.raised);
    }
    let inner = row.shrink2(vec2(6.0, 4.0));
    let share = inner.width() * 0.4;
    let name = text::elided(painter, name, regular(13.0), colors.text, share - 12.0);
    painter.galley(inner.min, name, colors.text);
    let folder = text::elided(painter, folder, regular(11.0), colors.dim, inner.width());
    painter.galley(inner.min + vec2(0.0, 17.0), folder, colors.dim);
    let reason = text::elided(painter, &why, regular(13.0), colors.text, inner.width() - share);
    painter.galley(inner.min + vec2(share, 0.0), reason, colors.text);
    response.on_hover_text(format!("{}\n{why}", full_name.reveal()));
}
