//! A leader that waits for the next key, and the hint of what may follow it.

use egui::{Align2, Context as Egui, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::command::Context;
use crate::keymap::{Binding, Chord};

use super::keycap::{Line, Piece};
use super::shell::ScreenView;
use super::theme::{colors, regular};
use super::{keys, words};

const FONT_SIZE: f32 = 12.0;
const ROW: f32 = 23.0;
/// More lines than this go on in another column, where there is room for one.
const ROWS_MAX: usize = 5;
const PADDING: f32 = 10.0;
const COLUMN_GAP: f32 = 20.0;
/// Between keys and words.
const WORDS_GAP: f32 = 10.0;
/// From the lower edge of the room for viewports.
const ABOVE_EDGE: f32 = 14.0;

/// A leader that was pressed. In egui's memory: it is the state of the reader's hands.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    leader: Chord,
    /// Where keys went then. A panel that was opened or closed since gives the next key another meaning.
    context: Context,
}

fn id(ctx: &Egui) -> Id {
    Id::unique(("leader", ctx.viewport_id()))
}

/// The leader that waits, while keys go where they went when it was pressed.
pub(super) fn waiting(ctx: &Egui, context: Context) -> Option<Chord> {
    let id = id(ctx);
    let waiting: Option<Waiting> = ctx.data(|data| data.get_temp(id));
    waiting.filter(|waiting| waiting.context == context).map(|waiting| waiting.leader)
}

/// Lets a leader wait, or none.
pub(super) fn set_waiting(ctx: &Egui, leader: Option<Chord>, context: Context) {
    let (id, waiting) = (id(ctx), leader.map(|leader| Waiting { leader, context }));
    ctx.data_mut(|data| {
        data.remove::<Waiting>(id);
        if let Some(waiting) = waiting {
            data.insert_temp(id, waiting);
        }
    });
}

/// Shows what may follow the leader that waits, near the lower edge of `room`.
pub(super) fn show(ui: &Ui, room: Rect, view: &ScreenView<'_>) {
    let context = keys::context_of(view.session);
    let Some(leader) = waiting(ui.ctx(), context) else { return };
    let followers = view.keymap.followers(leader, context);
    // The key map may have been read again since.
    if followers.is_empty() {
        return;
    }
    let colors = colors(ui.ctx());
    let painter = ui.painter_at(room);
    let font = regular(FONT_SIZE);
    let laid_out = |pieces: &[Piece<'_>]| Line::new(&painter, pieces, &font, &colors);
    let line = |binding: &&Binding| {
        let title = words::command(&binding.command);
        let [first, second] = [leader, binding.chord.chord].map(Chord::label);
        let caps = laid_out(&[Piece::Key(&first), Piece::Key(&second)]);
        let words = laid_out(&[Piece::Words(&title, colors.text)]);
        (caps, words, words::with_key(&title, Some(&binding.chord.label())))
    };
    let lines: Vec<(Line, Line, String)> = followers.iter().map(line).collect();
    let caps_width = lines.iter().map(|(caps, ..)| caps.size().x).fold(0.0, f32::max);
    let words_width = lines.iter().map(|(_, words, _)| words.size().x).fold(0.0, f32::max);
    let column_width = caps_width + WORDS_GAP + words_width;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let fitting =
        ((room.width() - 2.0 * PADDING + COLUMN_GAP) / (column_width + COLUMN_GAP)).max(1.0) as usize;
    let columns = lines.len().div_ceil(ROWS_MAX).min(fitting);
    let rows = lines.len().div_ceil(columns.max(1));
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let offset =
        |column: usize, row: usize| vec2(column as f32 * (column_width + COLUMN_GAP), row as f32 * ROW);
    let inner = offset(columns, rows) - vec2(COLUMN_GAP, 0.0);
    let corner = pos2(room.center().x, room.bottom() - ABOVE_EDGE);
    let plate = Align2::CENTER_BOTTOM.anchor_size(corner, inner + vec2(2.0, 2.0) * PADDING);
    painter.rect(plate, 5.0, colors.panel, Stroke::new(1.0, colors.line), StrokeKind::Inside);
    let group = ui.interact(plate, id(ui.ctx()), Sense::hover());
    let name = words::leader(&leader.label());
    group.widget_info(|| WidgetInfo::labeled(Role::Group, true, &name));
    for (index, (caps, words, name)) in lines.iter().enumerate() {
        let corner = plate.min + vec2(PADDING, PADDING) + offset(index / rows, index % rows);
        let rect = Rect::from_min_size(corner, vec2(column_width, ROW));
        caps.paint(&painter, rect.left_center(), Align2::LEFT_CENTER, &colors);
        let beside = rect.left_center() + vec2(caps_width + WORDS_GAP, 0.0);
        words.paint(&painter, beside, Align2::LEFT_CENTER, &colors);
        let item = ui.interact(rect, group.id.with(index), Sense::hover());
        item.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, name));
    }
}
