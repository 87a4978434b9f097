//! Single lines of text, laid out and painted.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align, Color32, FontId, Galley, Painter, Pos2, Rect, Stroke, vec2};

/// One line, as wide as it is.
pub(super) fn line(painter: &Painter, text: &str, font: FontId, color: Color32) -> Arc<Galley> {
    painter.layout_no_wrap(text.to_owned(), font, color)
}

/// The same, italic or underlined.
pub(super) fn in_face(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    (is_italic, is_underlined): (bool, bool),
) -> Arc<Galley> {
    let underline = if is_underlined { Stroke::new(1.0, color) } else { Stroke::NONE };
    let format = TextFormat { italics: is_italic, underline, ..TextFormat::simple(font, color) };
    painter.layout_job(LayoutJob::single_section(text.to_owned(), format))
}

/// A space as wide as a digit.
const FIGURE_SPACE: char = '\u{2007}';

/// Numbers with figure spaces behind them, to so many digits each: what stands between them does not move.
pub(super) fn padded(text: &str, digits: usize) -> String {
    let padded = text.split(' ').map(|word| match word.parse::<f64>() {
        Ok(_) => format!("{word:\u{2007}<digits$}"),
        Err(_) => word.to_owned(),
    });
    padded.collect::<Vec<_>>().join(" ")
}

/// Paints one line from its left middle, every digit as wide as a nought: changing numbers stand still. Gives its width.
pub(super) fn tabular(painter: &Painter, at: Pos2, text: &str, font: &FontId, color: Color32) -> f32 {
    let nought = line(painter, "0", font.clone(), color).size().x;
    let mut x = at.x;
    for letter in text.chars() {
        let mut width = nought;
        if letter != FIGURE_SPACE {
            let glyph = line(painter, letter.encode_utf8(&mut [0; 4]), font.clone(), color);
            let own = glyph.size();
            if !letter.is_ascii_digit() && letter != '-' {
                width = own.x;
            }
            painter.galley(Pos2::new(x + (width - own.x) / 2.0, at.y - own.y / 2.0), glyph, color);
        }
        x += width;
    }
    x - at.x
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

/// Words on an image, on a plate that dims what lies behind them: they can be read on white bone.
pub(super) fn on_plate(painter: &Painter, at: Pos2, text: &Arc<Galley>, color: Color32, plate: Color32) {
    let behind = Rect::from_min_size(at, text.size());
    painter.rect_filled(behind.expand2(vec2(3.0, 0.0)), 0.0, plate);
    painter.galley(at, Arc::clone(text), color);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_room_for_their_digits_and_words_stay() {
        assert_eq!(padded("column 71 row 1560", 4), "column 71\u{2007}\u{2007} row 1560");
        assert_eq!(padded("-1000 HU", 0), "-1000 HU");
    }
}
