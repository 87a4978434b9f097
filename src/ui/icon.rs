//! Small signs beside words: a state is never told by colour alone.

use egui::{Align2, Color32, Painter, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, vec2};

use super::text;
use super::theme::regular;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Icon {
    /// Caution: a triangle.
    Caution,
    /// The display: a square in a square.
    Display,
    /// Work under way: half a disc. It does not turn.
    Working,
    /// It is so.
    Tick,
    /// It is there: a disc.
    Disc,
    /// Somebody: a head above shoulders.
    Person,
}

/// The side of a sign, in points.
pub(super) const SIDE: f32 = 11.0;

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
                let sign = text::line(painter, "⚠", regular(SIDE), color);
                painter.galley(
                    Align2::CENTER_CENTER.align_size_within_rect(sign.size(), rect).min,
                    sign,
                    color,
                );
            }
            Self::Display => {
                painter.rect_stroke(rect.shrink(0.5), 1.0, stroke, StrokeKind::Inside);
                painter.rect_filled(rect.shrink(3.0), 0.5, color);
            }
            Self::Disc => {
                painter.circle_filled(rect.center(), rect.width() * 0.32, color);
            }
            Self::Person => {
                let at = |x: f32, y: f32| rect.min + rect.size() * vec2(x, y);
                painter.circle_stroke(at(0.5, 0.28), rect.width() * 0.2, stroke);
                painter.line(vec![at(0.12, 0.95), at(0.3, 0.66), at(0.7, 0.66), at(0.88, 0.95)], stroke);
            }
            Self::Tick => {
                let at = |x: f32, y: f32| rect.min + rect.size() * vec2(x, y);
                painter.line(vec![at(0.15, 0.55), at(0.4, 0.8), at(0.85, 0.2)], Stroke::new(1.5, color));
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
