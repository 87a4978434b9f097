//! Small signs beside words: a state is never told by colour alone.

use egui::{Color32, Painter, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    /// Caution: a triangle.
    Caution,
    /// The display: a square in a square.
    Display,
    /// Work under way: half a disc. It does not turn.
    Working,
}

/// The side of a sign, in points.
pub(super) const SIDE: f32 = 10.0;

impl Icon {
    /// Takes room for the sign and paints it.
    pub(super) fn show(self, ui: &mut Ui, color: Color32) -> Response {
        let (rect, response) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::hover());
        self.paint(ui.painter(), rect, color);
        response
    }

    /// Paints the sign into a square.
    pub(super) fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let stroke = Stroke::new(1.2, color);
        match self {
            Self::Caution => {
                let rect = rect.shrink(0.8);
                let (left, right, top, bottom) = (rect.left(), rect.right(), rect.top(), rect.bottom());
                let middle = rect.center().x;
                let corners = vec![pos2(middle, top), pos2(right, bottom), pos2(left, bottom)];
                painter.add(Shape::closed_line(corners, stroke));
                painter.vline(middle, top + 3.2..=bottom - 2.8, stroke);
                painter.circle_filled(pos2(middle, bottom - 1.5), 0.7, color);
            }
            Self::Display => {
                painter.rect_stroke(rect.shrink(0.5), 1.0, stroke, StrokeKind::Inside);
                painter.rect_filled(rect.shrink(3.0), 0.5, color);
            }
            Self::Working => {
                let (center, radius) = (rect.center(), rect.width() * 0.42);
                painter.circle_stroke(center, radius, stroke);
                let half = (0..=12_u8).map(|step| {
                    let angle = std::f32::consts::PI * (0.5 + f32::from(step) / 12.0);
                    center + radius * vec2(angle.cos(), angle.sin())
                });
                painter.add(Shape::convex_polygon(half.collect(), color, Stroke::NONE));
            }
        }
    }
}
