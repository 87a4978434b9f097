//! The list of studies: all of the window, in place of the images.

mod foot;
mod head;
mod notice;
mod preview;
mod row;
mod table;

use egui::{Rect, Ui, pos2};

use crate::command::Command;

use super::shell::ScreenView;
use super::theme::colors;
use super::viewport::fill;

/// The height of the title row, in points.
const TITLE: f32 = 34.0;
/// The height of the row with the field.
const FIELD: f32 = 46.0;
/// The height of the row below.
const FOOT: f32 = 28.0;
/// The width of what is known of the chosen study.
const PREVIEW: f32 = 410.0;
/// Windows narrower than this show the table alone.
const PREVIEW_WINDOW_MIN: f32 = 1300.0;

/// Shows the list.
pub(super) fn show(ui: &mut Ui, window: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let scale = ui.pixels_per_point().max(0.1);
    let snap = |points: f32| (points * scale).round() / scale;
    let [title_end, field_end] = [TITLE, TITLE + FIELD].map(|height| snap(window.top() + height));
    let foot = snap(window.bottom() - FOOT).max(field_end);
    let has_preview = window.width() >= PREVIEW_WINDOW_MIN;
    let split = if has_preview { snap(window.right() - PREVIEW) } else { window.right() };
    let rect = |x0, y0, x1, y1| Rect::from_min_max(pos2(x0, y0), pos2(x1, y1));
    let (left, right) = (window.left(), window.right());
    fill(ui.painter(), window, colors.ground);
    head::title(ui, rect(left, window.top(), right, title_end), view);
    head::field(ui, rect(left, title_end, right, field_end), view, commands);
    let table = rect(left, field_end, split, foot);
    if view.session.studies.list.shown_count() > 0 {
        table::show(ui, table, view, commands);
    } else {
        notice::show(ui, table, view);
    }
    if has_preview {
        preview::show(ui, rect(split, field_end, right, foot), view);
    }
    foot::show(ui, rect(left, foot, right, window.bottom()), view, commands);
}
