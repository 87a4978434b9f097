//! Keys as the interface shows them: a small cap with the key's name, alone or between words.

use std::sync::Arc;

use egui::{Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

use super::text;
use super::theme::{Colors, regular};

/// The height of a cap, in points.
pub(super) const HEIGHT: f32 = 17.0;

const FONT_SIZE: f32 = 11.0;
const PADDING: f32 = 5.0;
/// Between words and caps.
const GAP: f32 = 6.0;

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece<'a> {
    /// Words.
    Words(&'a str, Color32),
    /// A key.
    Key(&'a str),
}

/// A line of words and caps, laid out.
pub(super) struct Line {
    parts: Vec<(bool, Arc<Galley>)>,
    size: Vec2,
}

impl Line {
    /// Lays out a line; words in `font`.
    pub(super) fn new(painter: &Painter, pieces: &[Piece<'_>], font: &FontId, colors: &Colors) -> Self {
        let part = |piece: &Piece<'_>| match *piece {
            Piece::Words(words, color) => (false, text::line(painter, words, font.clone(), color)),
            Piece::Key(key) => (true, text::line(painter, key, regular(FONT_SIZE), colors.text)),
        };
        let parts: Vec<_> = pieces.iter().map(part).collect();
        let widths: f32 = parts.iter().map(width).sum();
        let gaps = GAP * parts.iter().skip(1).map(|_| 1.0).sum::<f32>();
        let height = parts.iter().map(|(_, text)| text.size().y).fold(HEIGHT, f32::max);
        Self { parts, size: vec2(widths + gaps, height) }
    }

    /// Its width and height, in points.
    pub(super) const fn size(&self) -> Vec2 {
        self.size
    }

    /// Paints it with its `align` at `at`.
    pub(super) fn paint(&self, painter: &Painter, at: Pos2, align: Align2, colors: &Colors) {
        let rect = align.anchor_size(at, self.size);
        let mut x = rect.left();
        for part in &self.parts {
            let (is_key, text) = part;
            let width = width(part);
            let whole = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
            if *is_key {
                let cap = Rect::from_center_size(whole.center(), vec2(width, HEIGHT));
                painter.rect(cap, 3.0, colors.raised, Stroke::new(1.0, colors.thumb), StrokeKind::Inside);
            }
            let corner = Align2::CENTER_CENTER.align_size_within_rect(text.size(), whole).min;
            painter.galley(corner, Arc::clone(text), colors.text);
            x += width + GAP;
        }
    }
}

fn width((is_key, text): &(bool, Arc<Galley>)) -> f32 {
    let width = text.size().x;
    if *is_key { (width + 2.0 * PADDING).max(HEIGHT) } else { width }
}
