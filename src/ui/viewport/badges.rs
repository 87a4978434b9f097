//! Badges: what the reader must know of the image, in a bordered word. The words alone say it; the colour only helps.

use std::sync::Arc;

use egui::{Color32, Galley, Painter, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::render::{Badge, Tone};

use super::super::icon::{self, Icon};
use super::super::text;
use super::super::theme::{Colors, regular};

const HEIGHT: f32 = 18.0;
const PADDING: f32 = 6.0;
const GAP: f32 = 5.0;

/// A badge, laid out.
struct Laid {
    words: Arc<Galley>,
    color: Color32,
    has_icon: bool,
}

impl Laid {
    fn of(painter: &Painter, badge: &Badge, width: f32, colors: &Colors) -> Self {
        let (color, has_icon) = match badge.tone {
            Tone::Quiet => (colors.letter, false),
            Tone::Caution => (colors.warning, true),
        };
        let words = text::elided(painter, &badge.text, regular(11.0), color, width - 2.0 * PADDING - 14.0);
        Self { words, color, has_icon }
    }

    fn width(&self) -> f32 {
        let icon = if self.has_icon { icon::SIDE + 4.0 } else { 0.0 };
        self.words.size().x + 2.0 * PADDING + icon
    }

    fn paint(&self, painter: &Painter, rect: Rect, colors: &Colors) {
        painter.rect(rect, 3.0, colors.plate, Stroke::new(1.0, self.color), StrokeKind::Inside);
        let mut x = rect.left() + PADDING;
        if self.has_icon {
            let corner = pos2(x, rect.center().y - icon::SIDE / 2.0);
            Icon::Caution.paint(painter, Rect::from_min_size(corner, Vec2::splat(icon::SIDE)), self.color);
            x += icon::SIDE + 4.0;
        }
        let y = rect.center().y - self.words.size().y / 2.0;
        painter.galley(pos2(x, y), Arc::clone(&self.words), self.color);
    }
}

/// Paints the badges with their corner at the lower right of `within`, in as many rows as it takes; gives their height.
pub(super) fn show(painter: &Painter, within: Rect, badges: &[Badge], colors: &Colors) -> f32 {
    let laid: Vec<Laid> =
        badges.iter().map(|badge| Laid::of(painter, badge, within.width(), colors)).collect();
    let rows = rows(&laid, within.width());
    let mut bottom = within.bottom();
    for row in rows.iter().rev() {
        let mut x = within.right();
        for badge in row.iter().rev() {
            let rect =
                Rect::from_min_size(pos2(x - badge.width(), bottom - HEIGHT), vec2(badge.width(), HEIGHT));
            badge.paint(painter, rect, colors);
            x = rect.left() - GAP;
        }
        bottom -= HEIGHT + GAP;
    }
    within.bottom() - bottom
}

fn rows(badges: &[Laid], width: f32) -> Vec<Vec<&Laid>> {
    let mut rows: Vec<Vec<&Laid>> = Vec::new();
    let mut used = 0.0;
    for badge in badges {
        match rows.last_mut() {
            Some(row) if used + GAP + badge.width() <= width => {
                used += GAP + badge.width();
                row.push(badge);
            }
            _ => {
                used = badge.width();
                rows.push(vec![badge]);
            }
        }
    }
    rows
}
