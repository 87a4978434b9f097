//! A card that is dragged onto a viewport hangs there.

use egui::{
    Align2, Context, DragAndDrop, Id, LayerId, Order, PointerButton, Pos2, Rect, Response, Stroke,
    StrokeKind, ViewportId, vec2,
};

use crate::command::{AppCommand, Command, LayoutCommand, Next, ScreenCommand, StudyCommand};

use super::super::shell::{self, ScreenView};
use super::super::theme::{colors, strong};
use super::super::{text, viewport};

/// What the reader's hand carries: as long as the button is held, in the memory of egui, which lets go at Esc.
struct Carried {
    /// Of which window.
    window: ViewportId,
    /// The place of its card, from 0.
    place: usize,
    title: String,
}

/// Takes a card into the hand when a drag of it has begun.
pub(super) fn take(response: &Response, place: usize, title: &str) {
    if response.drag_started_by(PointerButton::Primary) {
        let carried = Carried { window: response.ctx.viewport_id(), place, title: title.to_owned() };
        DragAndDrop::set_payload(&response.ctx, carried);
    }
}

/// Shows what is carried, and where it would hang; hangs it when it is let go.
pub(super) fn show(ctx: &Context, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let carried = DragAndDrop::payload::<Carried>(ctx).filter(|it| it.window == ctx.viewport_id());
    let Some((carried, at)) = carried.zip(ctx.input(|input| input.pointer.latest_pos())) else { return };
    let target = target(ctx, view, at);
    if ctx.input(|input| input.pointer.any_released()) {
        let is_dropped = ctx.input(|input| input.pointer.primary_released());
        if let Some((viewport, _)) = target.filter(|_| is_dropped) {
            hang(view, Some(viewport), carried.place, commands);
        }
        return;
    }
    let colors = colors(ctx);
    let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::unique("what is carried")));
    if let Some((_, rect)) = target {
        painter.rect_stroke(rect, 0.0, Stroke::new(2.0, colors.focus), StrokeKind::Inside);
    }
    let title = text::line(&painter, &carried.title, strong(12.0), colors.strong);
    let plate = Align2::LEFT_TOP.anchor_size(at + vec2(18.0, 14.0), title.size());
    let border = Stroke::new(1.0, colors.focus);
    painter.rect(plate.expand2(vec2(8.0, 5.0)), 4.0, colors.panel, border, StrokeKind::Inside);
    painter.galley(plate.min, title, colors.strong);
}

/// Hangs a card in a viewport of this window; without one, in that which has the focus.
pub(super) fn hang(
    view: &ScreenView<'_>,
    viewport: Option<usize>,
    place: usize,
    commands: &mut Vec<Command>,
) {
    if view.session.is_in_strip() {
        commands.push(Command::App(AppCommand::Cancel));
    }
    if !view.is_focused() {
        let to_this_window = ScreenCommand::Focus(Next::Number(view.screen + 1));
        commands.push(Command::Layout(LayoutCommand::Screen(to_this_window)));
    }
    let to_viewport = viewport.map(|viewport| LayoutCommand::Focus(Next::Number(viewport + 1)));
    commands.extend(to_viewport.map(Command::Layout));
    commands.push(Command::Study(StudyCommand::Hang(place + 1)));
}

/// The viewport there, all of its tiles.
fn target(ctx: &Context, view: &ScreenView<'_>, at: Pos2) -> Option<(usize, Rect)> {
    let pixels_per_point = ctx.pixels_per_point();
    let room = shell::room(ctx.content_rect(), pixels_per_point, view.session, view.screen);
    let plans = &view.plan.viewports;
    let tiles = plans.iter().map(|plan| (plan.index, viewport::place(plan.rect, room, pixels_per_point)));
    let (index, _) = tiles.clone().find(|(_, rect)| rect.contains(at))?;
    let of_viewport = tiles.filter(|(of, _)| *of == index).map(|(_, rect)| rect);
    Some((index, of_viewport.reduce(Rect::union)?))
}
