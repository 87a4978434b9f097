//! Graphics and texts of a presentation state, painted.

use std::sync::Arc;

use egui::epaint::TextureId;
use egui::{
    Align, Color32, ColorImage, Context, Galley, Id, Mesh, Painter, Pos2, Rect, Shape, Stroke, TextureHandle,
    TextureOptions, Vec2, pos2, vec2,
};

use crate::presentation::{FillPattern, Justification, VerticalAlignment};
use crate::render::{GraphicPlan, Paint, ShadowPlan, ShapePlan, Span, TextPlan};

use super::super::text;
use super::super::theme::{Colors, regular, strong};
use super::overlay::{FONT_SIZE, GAP, HALO, LINE, Pen, Place, strokes};
use super::raster::Texels;

/// Paints them in their order.
pub(super) fn show(painter: &Painter, place: Place, graphics: &[GraphicPlan], colors: &Colors) {
    for graphic in graphics {
        match graphic {
            GraphicPlan::Shape(plan) => shape(painter, place, plan, colors),
            GraphicPlan::Text(plan) => words(painter, place, plan, colors),
        }
    }
}

fn shape(painter: &Painter, place: Place, plan: &ShapePlan, colors: &Colors) {
    let color = painted(plan.paint, colors);
    if !plan.fill.is_empty() {
        let texture = plan.pattern.as_ref().map(|pattern| texture_of(painter.ctx(), pattern));
        painter.add(filled(place, &plan.fill, color, texture.map(|texture| texture.id())));
    }
    let width = plan.thickness.map_or(LINE, |thickness| place.points(thickness));
    let halo = plan.has_halo.then_some(colors.halo);
    strokes(painter, place, &plan.lines, Pen { width, color, halo });
}

fn painted(paint: Paint, colors: &Colors) -> Color32 {
    let color = colors.ink(paint.ink);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let opacity = paint.opacity as f32;
    if opacity < 1.0 { color.gamma_multiply(opacity) } else { color }
}

/// What lies inside a shape, a rectangle a row.
fn filled(place: Place, spans: &[Span], color: Color32, pattern: Option<TextureId>) -> Shape {
    let mut mesh = pattern.map_or_else(Mesh::default, Mesh::with_texture);
    for span in spans {
        let row = f64::from(span.row);
        let corners = [(span.from, row), (span.to, row + 1.0)];
        let [from, to] = corners.map(|(x, y)| place.at(crate::geometry::Point::flat(x, y)));
        let rect = Rect::from_min_max(from, to);
        if pattern.is_none() {
            mesh.add_colored_rect(rect, color);
            continue;
        }
        // A bit a device pixel, from the corner of the picture on.
        #[expect(clippy::cast_possible_truncation, reason = "a position on the screen")]
        let [from, to] = corners.map(|(x, y)| pos2(x as f32, y as f32) / PATTERN_SIDE);
        mesh.add_rect_with_uv(rect, Rect::from_min_max(from, to), color);
    }
    Shape::mesh(mesh)
}

/// Bits of a row, and rows, of a pattern.
const PATTERN_SIDE: f32 = 32.0;

/// Patterns that were painted last, and so many of them at most.
#[derive(Clone, Default)]
struct Patterns(Vec<(FillPattern, TextureHandle)>);
const PATTERNS_MAX: usize = 16;

fn patterns_id() -> Id {
    Id::unique("fill patterns")
}

fn texture_of(ctx: &Context, pattern: &FillPattern) -> TextureHandle {
    let id = patterns_id();
    let Patterns(mut known) = ctx.data(|data| data.get_temp(id)).unwrap_or_default();
    if let Some((_, texture)) = known.iter().find(|(other, _)| other == pattern) {
        return texture.clone();
    }
    let texture = ctx.load_texture("fill pattern", image_of(pattern), TextureOptions::NEAREST_REPEAT);
    if known.len() == PATTERNS_MAX {
        drop(known.remove(0));
    }
    known.push((Arc::clone(pattern), texture.clone()));
    ctx.data_mut(|data| data.insert_temp(id, Patterns(known)));
    texture
}

fn image_of(pattern: &FillPattern) -> ColorImage {
    let bits = pattern.iter().flat_map(|row| (0..32).map(move |bit| row << bit >> 31 == 1));
    let pixels = bits.map(|is_set| if is_set { Color32::WHITE } else { Color32::TRANSPARENT }).collect();
    ColorImage::new([32, 32], pixels)
}

/// The pixels of the patterns that were painted last.
pub(super) fn pattern_texels(ctx: &Context) -> Vec<Texels> {
    let Patterns(known) = ctx.data(|data| data.get_temp(patterns_id())).unwrap_or_default();
    let texels = |(pattern, texture): (FillPattern, TextureHandle)| Texels {
        id: texture.id(),
        image: image_of(&pattern),
        is_pattern: true,
    };
    known.into_iter().map(texels).collect()
}

fn words(painter: &Painter, place: Place, plan: &TextPlan, colors: &Colors) {
    let color = painted(plan.paint, colors);
    let font = if plan.face.is_bold { strong(FONT_SIZE) } else { regular(FONT_SIZE) };
    let lay = |line: &crate::units::Phi<String>| {
        text::in_face(
            painter,
            line.reveal(),
            font.clone(),
            color,
            (plan.face.is_italic, plan.face.is_underlined),
        )
    };
    let laid: Vec<Arc<Galley>> = plan.lines.iter().map(lay).collect();
    let width = laid.iter().map(|line| line.size().x).fold(0.0, f32::max);
    let size = vec2(width, laid.iter().map(|line| line.size().y).sum());
    let anchor = plan.anchor.map(|(at, is_visible)| (place.at(at), is_visible));
    let (corner, justified) = match (plan.in_box, anchor) {
        (Some(([top_left, bottom_right], horizontal, vertical)), _) => {
            let around = Rect::from_min_max(place.at(top_left), place.at(bottom_right));
            let justified = match horizontal {
                Justification::Left => Align::Min,
                Justification::Center => Align::Center,
                Justification::Right => Align::Max,
            };
            let aligned = match vertical {
                VerticalAlignment::Top => Align::Min,
                VerticalAlignment::Center => Align::Center,
                VerticalAlignment::Bottom => Align::Max,
            };
            let left = justified.align_size_within_range(width, around.x_range()).min;
            (pos2(left, aligned.align_size_within_range(size.y, around.y_range()).min), justified)
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
        let (at, height) = (pos2(left, top), line.size().y);
        match plan.shadow {
            None => text::on_plate(painter, at, &line, color, colors.plate),
            Some(cast) => {
                shadow(painter, place, at, &line, cast, colors);
                painter.galley(at, line, color);
            }
        }
        top += height;
    }
}

/// What letters cast: once, or all around.
fn shadow(
    painter: &Painter,
    place: Place,
    at: Pos2,
    line: &Arc<Galley>,
    shadow: ShadowPlan,
    colors: &Colors,
) {
    let color = painted(shadow.paint, colors);
    let cast = |by: Vec2| painter.galley_with_override_text_color(at + by, Arc::clone(line), color);
    let [x, y] = [shadow.offset.xyz.x, shadow.offset.xyz.y].map(|part| place.points(part));
    if !shadow.is_outline {
        return cast(vec2(x, y));
    }
    let radius = vec2(x, y).length();
    for eighth in 0_u8..8 {
        cast(Vec2::angled(f32::from(eighth) * std::f32::consts::FRAC_PI_4) * radius);
    }
}
