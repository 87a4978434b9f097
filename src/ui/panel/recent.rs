//! What was opened lately, the newest first.

use egui::{Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::Command;
use crate::session::RecentStudy;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::{text, words};
use super::palette::take;

/// The height of a study's two lines, in points.
const ROW: f32 = 44.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    ui.label(RichText::new(words::RECENT_TITLE).font(strong(14.0)).color(colors.strong));
    ui.add_space(6.0);
    let studies = &view.session.recent;
    if studies.is_empty() {
        ui.label(RichText::new(words::NO_RECENT).color(colors.text));
        ui.label(RichText::new(words::NO_RECENT_WHY).color(colors.dim));
        return;
    }
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let height = (ui.available_height() / ROW).floor().max(1.0) * ROW;
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, study) in studies.iter().enumerate() {
            if row(ui, study, place == chosen, &colors) {
                commands.extend(take(place, chosen));
            }
        }
    });
}

/// Shows a study; `true` when it was clicked.
fn row(ui: &mut Ui, study: &RecentStudy, is_chosen: bool, colors: &Colors) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, words::recent(study)));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        paint(ui, study, is_chosen, response.hovered(), rect, colors);
    }
    response.clicked()
}

fn paint(ui: &Ui, study: &RecentStudy, is_chosen: bool, is_hovered: bool, rect: Rect, colors: &Colors) {
    let painter = ui.painter();
    let (main, quiet) = if is_chosen { (colors.strong, colors.text) } else { (colors.text, colors.dim) };
    if is_chosen {
        painter.rect_filled(rect, 4.0, colors.selected);
    } else if is_hovered {
        painter.rect_filled(rect, 4.0, colors.raised);
    }
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let mut room = inner.width();
    if study.is_gone {
        let gone = text::line(painter, words::RECENT_GONE, regular(12.0), colors.caution);
        room -= gone.size().x + 12.0;
        painter.galley(pos2(inner.right() - gone.size().x, inner.top() + 2.0), gone, colors.caution);
    }
    let what = text::elided(painter, &for_display(&words::recent_study(study)), regular(13.5), main, room);
    painter.galley(inner.min, what, main);
    let path = study.path.reveal().display().to_string();
    let path = text::elided(painter, &for_display(&path), regular(12.0), quiet, inner.width());
    painter.galley(pos2(inner.left(), inner.bottom() - path.size().y), path, quiet);
}
