//! The menu of the image, at the pointer: what makes sense for the image in focus.

use egui::{Align2, Context, Pos2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::Command;
use crate::render::window_words;
use crate::session::MenuLine;

use super::super::icon::{self, Icon};
use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{colors, regular};
use super::super::{text, words};
use super::frame::Place;
use super::palette::take;

const WIDTH: f32 = 348.0;
const ROW: f32 = 22.0;
/// Between groups.
const GAP: f32 = 7.0;
const MARGIN: i8 = 5;
/// Before the words: a tick stands there.
const TICK: f32 = 24.0;
/// The least room for a key at the right, so that the numbers stand below each other.
const KEY: f32 = 52.0;

/// Where it stands: its corner at the pointer, or its middle in the middle of the viewport. It is shifted into the window.
pub(super) fn place(ctx: &Context, view: &ScreenView<'_>) -> Place {
    let window = ctx.content_rect();
    let lines = view.session.menu_lines(view.library);
    let whole = lines.iter().map(height).sum::<f32>() + 2.0 * (f32::from(MARGIN) + 1.0);
    let (at, align) = match pointed(ctx, view) {
        Some(at) => (at, Align2::LEFT_TOP),
        None => (view.viewport_rect(ctx).center(), Align2::CENTER_CENTER),
    };
    Place { at, align, width: WIDTH.min(window.width()), height: whole.min(window.height()), margin: MARGIN }
}

/// Where the pointer was when the menu was opened, in points of the window.
fn pointed(ctx: &Context, view: &ScreenView<'_>) -> Option<Pos2> {
    let at = view.session.panel.as_ref()?.at.filter(|at| at.screen == view.screen)?;
    let is_it = |tile: &&crate::render::ViewportPlan| (tile.index, tile.tile) == (at.viewport, at.tile);
    let rect = view.rect(ctx, view.plan.viewports.iter().find(is_it)?);
    #[expect(clippy::cast_possible_truncation, reason = "a position on the screen")]
    let in_tile = vec2(at.at.xyz.x as f32, at.at.xyz.y as f32) / ctx.pixels_per_point();
    Some(rect.min + in_tile)
}

fn height(line: &MenuLine) -> f32 {
    if line.begins_group { ROW + GAP } else { ROW }
}

/// Shows the lines.
pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let lines = view.session.menu_lines(view.library);
    let chosen = view.session.panel.as_ref().map_or(0, |panel| panel.chosen);
    let room = ui.available_height();
    ScrollArea::vertical().max_height(room).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, line) in lines.iter().enumerate() {
            if row(ui, view, line, place == chosen) {
                commands.extend(take(place, chosen));
            }
        }
    });
}

fn row(ui: &mut Ui, view: &ScreenView<'_>, line: &MenuLine, is_chosen: bool) -> bool {
    let colors = colors(ui.ctx());
    let width = ui.available_width();
    if line.begins_group {
        let (gap, _) = ui.allocate_exact_size(vec2(width, GAP), Sense::hover());
        let hairline = Rect::from_center_size(gap.center(), vec2(width, 1.0 / ui.pixels_per_point()));
        ui.painter().rect_filled(hairline, 0.0, colors.thumb);
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::click());
    let numbers = line.window.map(window_words);
    let name = words::menu_line(line, numbers.as_deref());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, is_chosen, &name));
    let seen = ui.clip_rect().y_range();
    if is_chosen && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
        response.scroll_to_me(None);
    }
    if ui.is_rect_visible(rect) {
        paint(ui, view, line, numbers.as_deref(), (is_chosen, response.hovered()), rect);
    }
    response.clicked()
}

fn paint(
    ui: &Ui,
    view: &ScreenView<'_>,
    line: &MenuLine,
    numbers: Option<&str>,
    (is_chosen, is_hovered): (bool, bool),
    rect: Rect,
) {
    let colors = colors(ui.ctx());
    let painter = ui.painter();
    let (title_color, quiet) =
        if is_chosen { (colors.strong, colors.text) } else { (colors.text, colors.dim) };
    if is_chosen {
        painter.rect_filled(rect, 3.0, colors.selected);
    } else if is_hovered {
        painter.rect_filled(rect, 3.0, colors.raised);
    }
    if line.is_current {
        let tick = Rect::from_center_size(
            pos2(rect.left() + TICK / 2.0, rect.center().y),
            egui::Vec2::splat(icon::SIDE),
        );
        Icon::Tick.paint(painter, tick, title_color);
    }
    let mut right = rect.right() - 6.0;
    let key = view.key(&line.command);
    let cap = key.as_deref().map(|key| Line::new(painter, &[Piece::Key(key)], &regular(11.0), &colors));
    if let Some(cap) = &cap {
        cap.paint(painter, pos2(right, rect.center().y), Align2::RIGHT_CENTER, &colors);
    }
    if cap.is_some() || numbers.is_some() {
        right -= cap.map_or(KEY, |cap| cap.size().x.max(KEY)) + 8.0;
    }
    if let Some(numbers) = numbers {
        let numbers = text::line(painter, numbers, regular(12.0), quiet);
        right -= numbers.size().x;
        painter.galley(pos2(right, rect.center().y - numbers.size().y / 2.0), numbers, quiet);
        right -= 10.0;
    }
    let left = rect.left() + TICK;
    let title = text::elided(painter, &line.title, regular(13.0), title_color, right - left);
    painter.galley(pos2(left, rect.center().y - title.size().y / 2.0), title, title_color);
}
