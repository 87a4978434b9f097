//! Marks as a PDF, by krilla.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineJoin, Paint, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use krilla::{Data, Document};

use super::error::CertificateError;
use super::faces::{Ink, REGULAR, STRONG, Weight};
use super::sheet::{Mark, Text};

struct Fonts {
    regular: Font,
    strong: Font,
}

/// A PDF of these pages, A4.
pub(super) fn pdf(pages: &[Vec<Mark>], metadata: Metadata) -> Result<Vec<u8>, CertificateError> {
    let fonts = Fonts { regular: font(REGULAR)?, strong: font(STRONG)? };
    let mut document = Document::new();
    document.set_metadata(metadata);
    for marks in pages {
        let mut page = document.start_page();
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, &fonts, mark);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| CertificateError::Unwritable { why: error.to_string() })
}

fn font(bytes: &'static [u8]) -> Result<Font, CertificateError> {
    let why = || CertificateError::Unwritable { why: "its font cannot be read".to_owned() };
    Font::new(Data::from(bytes), 0).ok_or_else(why)
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text(text) => write(surface, fonts, text),
        Mark::Line { points, width, ink, is_dashed } => {
            let Some(path) = path(points, false) else { return };
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: paint(*ink),
                width: point(*width),
                line_join: LineJoin::Round,
                dash: is_dashed.then(|| StrokeDash { array: vec![3.0, 2.0], offset: 0.0 }),
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
        Mark::Area { points, ink } => {
            let Some(path) = path(points, true) else { return };
            surface.set_fill(Some(fill(*ink)));
            surface.set_stroke(None);
            surface.draw_path(&path);
        }
    }
}

fn write(surface: &mut Surface<'_>, fonts: &Fonts, text: &Text) {
    if text.text.is_empty() {
        return;
    }
    let font = match text.style.weight {
        Weight::Regular => &fonts.regular,
        Weight::Strong => &fonts.strong,
    };
    surface.set_fill(Some(fill(text.style.ink)));
    surface.set_stroke(None);
    let start = Point::from_xy(point(text.left), point(text.place.baseline));
    let (size, direction) = (point(text.style.size), TextDirection::LeftToRight);
    surface.draw_text(start, font.clone(), size, &text.text, false, direction);
}

/// None of points that make no path.
fn path(points: &[[f64; 2]], is_closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (at, [x, y]) in points.iter().enumerate() {
        if at == 0 {
            path.move_to(point(*x), point(*y));
        } else {
            path.line_to(point(*x), point(*y));
        }
    }
    if is_closed {
        path.close();
    }
    path.finish()
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: paint(ink), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn paint(ink: Ink) -> Paint {
    let [red, green, blue] = match ink {
        Ink::Black => [17, 17, 17],
        Ink::White => [255, 255, 255],
        Ink::Gray => [96, 96, 96],
        Ink::Hair => [200, 200, 200],
        Ink::Band => [214, 232, 214],
        Ink::Target => [60, 120, 60],
        Ink::Measured => [20, 70, 140],
        Ink::Pass => [28, 108, 52],
        Ink::Indicative => [146, 96, 0],
        Ink::Fail => [168, 30, 30],
        Ink::Shade(gray) => [gray; 3],
    };
    rgb::Color::new(red, green, blue).into()
}

#[expect(clippy::cast_possible_truncation, reason = "a thousandth of a point is not seen")]
fn point(points: f64) -> f32 {
    points as f32
}
