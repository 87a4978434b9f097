//! Single lines of text, laid out and painted.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align, Color32, FontId, Galley, Painter, Pos2, Vec2, vec2};

/// One line, as wide as it is.
pub(super) fn line(painter: &Painter, text: &str, font: FontId, color: Color32) -> Arc<Galley> {
    painter.layout_no_wrap(text.to_owned(), font, color)
}

/// One line that ends with `…` where it would be wider than `width`.
pub(super) fn elided(painter: &Painter, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// As many lines as it takes; nothing is left out.
pub(super) fn wrapped(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    painter.layout(text.to_owned(), font, color, width)
}

/// The same, every line in the middle: to be painted with its middle where it is put.
pub(super) fn centered(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.to_owned(), font, color, width);
    job.halign = Align::Center;
    painter.layout_job(job)
}

/// Paints text with a dark rim, so that it is readable on white bone as on black air.
pub(super) fn with_halo(painter: &Painter, at: Pos2, text: &Arc<Galley>, color: Color32, halo: Color32) {
    const RIM: f32 = 1.0;
    const DIAGONAL: f32 = 0.7;
    let around: [Vec2; 8] = [
        vec2(RIM, 0.0),
        vec2(-RIM, 0.0),
        vec2(0.0, RIM),
        vec2(0.0, -RIM),
        vec2(DIAGONAL, DIAGONAL),
        vec2(-DIAGONAL, DIAGONAL),
        vec2(DIAGONAL, -DIAGONAL),
        vec2(-DIAGONAL, -DIAGONAL),
    ];
    for step in around {
        painter.galley_with_override_text_color(at + step, Arc::clone(text), halo);
    }
    painter.galley(at, Arc::clone(text), color);
}
