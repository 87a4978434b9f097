//! The edge between two pictures in one place: its line, the handle that the hand holds, and of which study each side is.

use egui::{Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::command::CurtainCommand;
use crate::render::{CurtainPlan, CurtainSide};
use crate::session::DeviceRect;

use super::super::theme::{Colors, strong};
use super::super::{text, words};
use super::cell::place;
use super::gesture::{self, Grip};

/// So many device pixels of the line lie on either side of the edge.
const LINE: f32 = 1.0;
/// The size of the handle, in points.
const HANDLE: Vec2 = vec2(12.0, 36.0);
/// The hand may miss it by so much.
const REACH: f32 = 4.0;
/// How far down it stands: below the slider that blends, above the words in the lower corners.
const DOWN: f32 = 0.78;
/// From the handle down to the words, and between those of the two sides.
const GAP: f32 = 8.0;
/// Around the words.
const PADDING: f32 = 6.0;

/// Where the edge stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// The pictures.
    both: Rect,
    x: f32,
}

impl Edge {
    /// The edge in a window whose room for viewports is `room`.
    pub(super) fn of(plan: &CurtainPlan, room: Rect, pixels_per_point: f32) -> Self {
        let left = DeviceRect { width: plan.edge, ..plan.rect };
        Self {
            both: place(plan.rect, room, pixels_per_point),
            x: place(left, room, pixels_per_point).right(),
        }
    }

    /// Whether the hand at a place takes hold of it.
    pub(super) fn is_at(self, at: Pos2) -> bool {
        self.reach().contains(at)
    }

    /// Whereto a hand at a place draws it, in thousandths of the width.
    pub(super) fn thousandths_at(self, x: f32) -> u16 {
        let share = ((x - self.both.left()) / self.both.width()).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        let thousandths = (share * 1000.0).round() as u16;
        thousandths.clamp(*CurtainCommand::EDGE.start(), *CurtainCommand::EDGE.end())
    }

    fn handle(self) -> Rect {
        let y = self.both.top() + DOWN * self.both.height();
        Rect::from_center_size(pos2(self.x, y), HANDLE)
    }

    fn reach(self) -> Rect {
        self.handle().expand(REACH)
    }
}

/// Shows the edge in a window whose room for viewports is `room`.
pub(super) fn show(ui: &Ui, plan: &CurtainPlan, room: Rect, colors: &Colors) {
    let edge = Edge::of(plan, room, ui.pixels_per_point());
    let id = ui.scope_id().with("curtain");
    let response = ui.interact(edge.reach(), id, Sense::hover());
    let percent = f64::from(plan.thousandths) / 10.0;
    response.widget_info(|| WidgetInfo::slider(true, percent, words::CURTAIN));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Slider);
        node.set_description(words::curtain_edge(percent));
    });
    let is_held = plan.sides.iter().any(|side| gesture::holds(ui.ctx(), side.viewport, Grip::Curtain));
    let color = if is_held || response.hovered() { colors.focus } else { colors.letter };
    let painter = ui.painter_at(edge.both);
    let half = LINE / ui.pixels_per_point();
    let line = Rect::from_x_y_ranges(edge.x - half..=edge.x + half, edge.both.y_range());
    painter.rect_filled(line, 0.0, color);
    painter.rect(edge.handle(), 3.0, colors.plate, Stroke::new(1.0, color), StrokeKind::Inside);
    sides(&painter, edge, &plan.sides, colors);
}

/// Below the handle: when the study on each side was, and whether it is a prior.
fn sides(painter: &Painter, edge: Edge, [left, right]: &[CurtainSide; 2], colors: &Colors) {
    let laid = |side: &CurtainSide| {
        let (words, color) = if side.is_prior {
            (words::curtain_prior(&side.when), colors.warning)
        } else {
            (side.when.clone(), colors.name)
        };
        (text::line(painter, &words, strong(12.5), color), color)
    };
    let ((left, of_left), (right, of_right)) = (laid(left), laid(right));
    let (wide, high) = (left.size().x + GAP + PADDING, left.size().y.max(right.size().y));
    let size = vec2(wide + GAP + PADDING + right.size().x, high + 4.0);
    // Whole, even where a side is narrower than its words.
    let corner = edge.x - wide;
    let corner = corner.min(edge.both.right() - size.x).max(edge.both.left());
    let plate = Rect::from_min_size(pos2(corner, edge.handle().bottom() + GAP), size);
    painter.rect_filled(plate, 0.0, colors.plate);
    let between = Rect::from_min_size(plate.min + vec2(wide, 0.0), vec2(1.0, size.y));
    painter.rect_filled(between, 0.0, colors.letter);
    let right_at = plate.right() - PADDING - right.size().x;
    painter.galley(plate.min + vec2(PADDING, 2.0), left, of_left);
    painter.galley(pos2(right_at, plate.top() + 2.0), right, of_right);
}
