//! What the badges of the focused viewport mean, one below the other, and that of the window's monitor.

use egui::{Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::render::Badge;

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, regular, strong};
use super::super::viewport::{BADGE_HEIGHT, LaidBadge};
use super::super::{keys, text, words};

/// The share of the width that the badges have; the sentences have the rest.
const BADGE_SHARE: f32 = 0.34;
const GAP: f32 = 14.0;

/// Shows them.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>) {
    let colors = colors(ui.ctx());
    ui.label(RichText::new(words::BADGES_TITLE).font(strong(14.0)).color(colors.strong));
    ui.add_space(8.0);
    let badges = view.viewport().map_or(&[][..], |viewport| viewport.labels.badges.as_slice());
    if badges.is_empty() {
        ui.label(RichText::new(words::NO_BADGES).color(colors.text));
        ui.add_space(GAP);
    }
    let monitor = view.session.screens.get(view.screen).map(|screen| words::monitor(&screen.monitor));
    ScrollArea::vertical().auto_shrink([false, true]).show(ui, |ui| {
        keys::scroll_by_keys(ui, view.keymap);
        ui.spacing_mut().item_spacing.y = GAP;
        for badge in badges.iter().chain(&monitor) {
            row(ui, badge, &colors);
        }
    });
}

fn row(ui: &mut Ui, badge: &Badge, colors: &Colors) {
    let width = ui.available_width();
    let left = (width * BADGE_SHARE).floor();
    let laid = LaidBadge::of(ui.painter(), badge, left - GAP, colors);
    let sentence = text::wrapped(ui.painter(), &badge.why, regular(13.0), colors.text, width - left);
    let height = sentence.size().y.max(BADGE_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response
        .widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{}: {}", badge.text, badge.why)));
    laid.paint(ui.painter(), Rect::from_min_size(rect.min, vec2(laid.width(), BADGE_HEIGHT)), false, colors);
    ui.painter().galley(pos2(rect.left() + left, rect.top()), sentence, colors.text);
}
