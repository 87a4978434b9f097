//! One viewport: picture, words, border, and its name for assistive technology.

use egui::{Painter, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::command::{Command, Grid};
use crate::render::gpu::Slot;
use crate::render::{Picture, ViewportPlan};
use crate::session::DeviceRect;

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors};
use super::super::words;
use super::{labels, notice, overlay, paint, slider};

/// Shows all viewports of the window, whose room for them is `room`.
pub(in super::super) fn show_all(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    room: Rect,
    commands: &mut Vec<Command>,
) {
    for plan in &view.plan.viewports {
        show(ui, view, plan, room, commands);
    }
    let shows_a_picture = |plan: &ViewportPlan| matches!(plan.picture, Picture::Slice(_));
    paint::keep_failures(ui.ctx(), screen_id(view), |viewport| {
        let pictures = view.plan.viewports.iter().filter(|plan| shows_a_picture(plan));
        pictures.map(|plan| slot(view, plan).viewport).any(|shown| shown == viewport)
    });
}

/// Shows a viewport of the window, whose room for viewports is `room`.
fn show(ui: &mut Ui, view: &ScreenView<'_>, plan: &ViewportPlan, room: Rect, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let rect = place(plan.rect, room, ui.pixels_per_point());
    let painter = ui.painter_at(rect.intersect(room));
    painter.rect_filled(rect, 0.0, colors.black);
    let slot = slot(view, plan);
    if let Picture::Slice(pass) = &plan.picture
        && let Some(frame) = view.library.frame(&pass.frame)
    {
        paint::picture(&painter, rect, slot, pass, frame);
        overlay::show(ui, rect, plan, &colors);
        if let Some(lens) = &plan.lens {
            let place = place(overlay::lens_rect(plan.rect, lens), room, ui.pixels_per_point());
            let slot = Slot { viewport: LENS, ..slot };
            paint::picture(&painter, place, slot, &lens.pass, frame);
            overlay::lens_rim(&painter, place, lens, &colors);
        }
    }
    notice::show(&painter, rect, view, plan, paint::failure_of(ui.ctx(), slot).as_ref(), &colors);
    name(ui, rect, plan);
    labels::show(ui, rect, view, plan, &colors, commands);
    if plan.tile == 0 {
        slider::show(ui, rect, view, plan, &colors);
    }
    border(&painter, rect, plan.is_focused, &colors);
}

/// Where a rectangle of the plan stands in the window, in points.
pub(super) fn place(rect: DeviceRect, room: Rect, pixels_per_point: f32) -> Rect {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen: far below 2²⁴")]
    let point = |x: u32, y: u32| vec2(x as f32, y as f32) / pixels_per_point;
    Rect::from_min_size(room.min + point(rect.x, rect.y), point(rect.width, rect.height))
}

fn screen_id(view: &ScreenView<'_>) -> u32 {
    view.session.screens.get(view.screen).map_or(0, |screen| screen.id)
}

/// Viewports and their tiles come first, then the magnifier, of which there is one, then the strip's thumbnails from 1000.
const TILES_MAX: usize = Grid::SIDE_MAX * Grid::SIDE_MAX;
const LENS: u32 = 999;

fn slot(view: &ScreenView<'_>, plan: &ViewportPlan) -> Slot {
    let place = plan.index * TILES_MAX + plan.tile;
    Slot { screen: screen_id(view), viewport: u32::try_from(place).unwrap_or(u32::MAX) }
}

/// One device pixel inside the edge.
fn border(painter: &Painter, rect: Rect, is_focused: bool, colors: &Colors) {
    let pixel = 1.0 / painter.pixels_per_point();
    let color = if is_focused { colors.focus } else { colors.cell };
    for edge in [
        Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + pixel)),
        Rect::from_min_max(pos2(rect.left(), rect.bottom() - pixel), rect.max),
        Rect::from_min_max(rect.min, pos2(rect.left() + pixel, rect.bottom())),
        Rect::from_min_max(pos2(rect.right() - pixel, rect.top()), rect.max),
    ] {
        painter.rect_filled(edge, 0.0, color);
    }
}

/// A node without the patient's name: `Viewport 1, image 31 of 60`.
fn name(ui: &Ui, rect: Rect, plan: &ViewportPlan) {
    let id = ui.scope_id().with(("viewport", plan.index, plan.tile));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words::viewport(plan)));
    ui.ctx().accesskit_node_builder(id, |node| {
        let badges = plan.labels.badges.iter().map(|badge| badge.text.as_str());
        let state = plan.labels.bottom_left.iter().map(String::as_str);
        node.set_description(state.chain(badges).collect::<Vec<_>>().join(", "));
        node.set_selected(plan.is_focused);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stands_on_the_device_pixels_of_its_plan() {
        for scale in [1.0, 1.25, 1.5, 2.0] {
            let room = Rect::from_min_max(pos2(40.0, 34.0), pos2(800.0, 600.0));
            let rect = place(DeviceRect { x: 501, y: 3, width: 99, height: 1001 }, room, scale);
            assert!(((rect.left() - room.left()) * scale - 501.0).abs() < 1e-3);
            assert!((rect.height() * scale - 1001.0).abs() < 1e-3);
        }
    }
}
