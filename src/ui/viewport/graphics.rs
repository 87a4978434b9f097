//! Graphics and texts of a presentation state, painted.

use std::sync::Arc;

use egui::{Align, Color32, Galley, Mesh, Painter, Rect, Shape, Stroke, pos2, vec2};

use crate::presentation::Justification;
use crate::render::{GraphicPlan, Span, TextPlan};

use super::super::text;
use super::super::theme::{Colors, regular};
use super::overlay::{FONT_SIZE, GAP, HALO, LINE, Place, strokes};

/// Paints them in their order.
pub(super) fn show(painter: &Painter, place: Place, graphics: &[GraphicPlan], colors: &Colors) {
    for graphic in graphics {
        match graphic {
            GraphicPlan::Shape { ink, lines, fill } => {
                let color = colors.ink(*ink);
                painter.add(filled(place, fill, color));
                strokes(painter, place, lines, color, colors);
            }
            GraphicPlan::Text(text) => words(painter, place, text, colors),
        }
    }
}

/// What lies inside a shape, a rectangle a row.
fn filled(place: Place, spans: &[Span], color: Color32) -> Shape {
    let mut mesh = Mesh::default();
    for span in spans {
        let row = f64::from(span.row);
        let corners = [(span.from, row), (span.to, row + 1.0)];
        let [from, to] = corners.map(|(x, y)| place.at(crate::geometry::Point::flat(x, y)));
        mesh.add_colored_rect(Rect::from_min_max(from, to), color);
    }
    Shape::mesh(mesh)
}

fn words(painter: &Painter, place: Place, plan: &TextPlan, colors: &Colors) {
    let color = colors.ink(plan.ink);
    let lay =
        |line: &crate::units::Phi<String>| text::line(painter, line.reveal(), regular(FONT_SIZE), color);
    let laid: Vec<Arc<Galley>> = plan.lines.iter().map(lay).collect();
    let width = laid.iter().map(|line| line.size().x).fold(0.0, f32::max);
    let size = vec2(width, laid.iter().map(|line| line.size().y).sum());
    let anchor = plan.anchor.map(|(at, is_visible)| (place.at(at), is_visible));
    let (corner, justified) = match (plan.in_box, anchor) {
        (Some(([top_left, bottom_right], justification)), _) => {
            let around = Rect::from_min_max(place.at(top_left), place.at(bottom_right));
            let justified = match justification {
                Justification::Left => Align::Min,
                Justification::Center => Align::Center,
                Justification::Right => Align::Max,
            };
            (pos2(justified.align_size_within_range(width, around.x_range()).min, around.top()), justified)
        }
        (None, Some((at, _))) => (at + vec2(GAP, -size.y / 2.0), Align::Min),
        (None, None) => return,
    };
    let rect = Rect::from_min_size(corner, size);
    if let Some((at, true)) = anchor {
        let ends = [at, rect.clamp(at)];
        painter.line_segment(ends, Stroke::new(HALO, colors.halo));
        painter.line_segment(ends, Stroke::new(LINE, color));
    }
    let mut top = rect.top();
    for line in laid {
        let left = justified.align_size_within_range(line.size().x, rect.x_range()).min;
        let height = line.size().y;
        text::on_plate(painter, pos2(left, top), &line, color, colors.plate);
        top += height;
    }
}
