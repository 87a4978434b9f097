//! Line, fill and text styles. PS3.3 C.10.5.1.3.12 to C.10.5.1.3.14.

use dicom_dictionary_std::tags;

use super::super::style::{FillStyle, LineStyle, Shadow, TextStyle, Tint, VerticalAlignment};
use super::yes_or_no;
use crate::dicom::{Tag, Writer};

/// Puts the styles of a graphic, where it has any.
pub(super) fn line_and_fill(item: Writer, line: Option<&LineStyle>, fill: Option<&FillStyle>) -> Writer {
    let lines = line.map(|style| {
        let mut of = on_and_off(Writer::item(), style.on, style.off)
            .text(tags::LINE_DASHING_STYLE, if style.dashes.is_some() { "DASHED" } else { "SOLID" });
        if let Some(thickness) = style.thickness {
            of = of.floats(tags::LINE_THICKNESS, &[thickness]);
        }
        if let Some(pattern) = style.dashes {
            of = of.longs(tags::LINE_PATTERN, &[pattern]);
        }
        shadow(of, style.shadow)
    });
    let fills = fill.map(|style| {
        let of = on_and_off(Writer::item(), style.on, style.off);
        match &style.pattern {
            None => of.text(tags::FILL_MODE, "SOLID"),
            Some(rows) => {
                let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_be_bytes()).collect();
                // So the standard spells it.
                of.text(tags::FILL_MODE, "STIPPELED").bytes(tags::FILL_PATTERN, &bytes)
            }
        }
    });
    item.sequence_unless_empty(tags::LINE_STYLE_SEQUENCE, lines.into_iter().collect())
        .sequence_unless_empty(tags::FILL_STYLE_SEQUENCE, fills.into_iter().collect())
}

/// Puts the style of a text, where it has one.
pub(super) fn text(item: Writer, style: Option<&TextStyle>) -> Writer {
    let Some(style) = style else { return item };
    let mut of = Writer::item()
        .text(tags::CSS_FONT_NAME, "sans-serif")
        .text(tags::UNDERLINED, yes_or_no(style.face.is_underlined))
        .text(tags::BOLD, yes_or_no(style.face.is_bold))
        .text(tags::ITALIC, yes_or_no(style.face.is_italic))
        .text(
            tags::VERTICAL_ALIGNMENT,
            match style.vertical {
                VerticalAlignment::Top => "TOP",
                VerticalAlignment::Center => "CENTER",
                VerticalAlignment::Bottom => "BOTTOM",
            },
        );
    if let Some(color) = &style.color {
        of = of.words(tags::TEXT_COLOR_CIE_LAB_VALUE, color);
    }
    if let Some(horizontal) = style.horizontal {
        of = of.text(tags::HORIZONTAL_ALIGNMENT, horizontal.name());
    }
    item.sequence(tags::TEXT_STYLE_SEQUENCE, [shadow(of, style.shadow)])
}

fn on_and_off(item: Writer, on: Tint, off: Option<Tint>) -> Writer {
    let item = tint(item, tags::PATTERN_ON_COLOR_CIE_LAB_VALUE, tags::PATTERN_ON_OPACITY, on);
    match off {
        Some(off) => tint(item, tags::PATTERN_OFF_COLOR_CIE_LAB_VALUE, tags::PATTERN_OFF_OPACITY, off),
        None => item,
    }
}

fn shadow(item: Writer, shadow: Option<Shadow>) -> Writer {
    let Some(Shadow { is_outline, offset: [x, y], tint: of }) = shadow else {
        return item.text(tags::SHADOW_STYLE, "OFF");
    };
    let item = item
        .text(tags::SHADOW_STYLE, if is_outline { "OUTLINED" } else { "NORMAL" })
        .floats(tags::SHADOW_OFFSET_X, &[x])
        .floats(tags::SHADOW_OFFSET_Y, &[y]);
    tint(item, tags::SHADOW_COLOR_CIE_LAB_VALUE, tags::SHADOW_OPACITY, of)
}

fn tint(item: Writer, of_color: Tag, of_opacity: Tag, tint: Tint) -> Writer {
    let item = item.floats(of_opacity, &[tint.opacity]);
    match &tint.color {
        Some(color) => item.words(of_color, color),
        None => item,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::presentation::graphic::Justification;
    use crate::presentation::style::Face;

    /// Single precision is what the file holds.
    fn any_tint() -> impl Strategy<Value = Tint> {
        let color = prop::option::of(any::<[u16; 3]>());
        (color, 0_u8..=4).prop_map(|(color, quarters)| Tint { color, opacity: f64::from(quarters) / 4.0 })
    }

    fn any_off() -> impl Strategy<Value = Option<Tint>> {
        let off = (any::<[u16; 3]>(), 1_u8..=4);
        let off =
            off.prop_map(|(color, quarters)| Tint { color: Some(color), opacity: f64::from(quarters) / 4.0 });
        prop::option::of(off)
    }

    fn any_shadow() -> impl Strategy<Value = Option<Shadow>> {
        let shadow = (any::<bool>(), [-40_i32..40, -40_i32..40], any_tint());
        prop::option::of(shadow.prop_map(|(is_outline, offset, tint)| Shadow {
            is_outline,
            offset: offset.map(|eighths| f64::from(eighths) / 8.0),
            tint,
        }))
    }

    pub(in crate::presentation) fn any_line() -> impl Strategy<Value = LineStyle> {
        let thickness = prop::option::of((1_u16..99).prop_map(|eighths| f64::from(eighths) / 8.0));
        (any_tint(), any_off(), thickness, prop::option::of(any::<u32>()), any_shadow())
            .prop_map(|(on, off, thickness, dashes, shadow)| LineStyle { on, off, thickness, dashes, shadow })
            .boxed()
    }

    pub(in crate::presentation) fn any_fill() -> impl Strategy<Value = FillStyle> {
        let pattern = prop::option::of(any::<[u32; 32]>().prop_map(Arc::new));
        (any_tint(), any_off(), pattern).prop_map(|(on, off, pattern)| FillStyle { on, off, pattern }).boxed()
    }

    pub(in crate::presentation) fn any_text_style() -> impl Strategy<Value = Option<TextStyle>> {
        let sides = [Justification::Left, Justification::Center, Justification::Right];
        let heights = [VerticalAlignment::Top, VerticalAlignment::Center, VerticalAlignment::Bottom];
        let face = any::<[bool; 3]>();
        let places = (prop::option::of(0_usize..3), 0_usize..3);
        let style = (prop::option::of(any::<[u16; 3]>()), places, any_shadow(), face).prop_map(
            move |(color, (horizontal, vertical), shadow, [is_bold, is_italic, is_underlined])| TextStyle {
                color,
                horizontal: horizontal.map(|side| sides[side]),
                vertical: heights[vertical],
                shadow,
                face: Face { is_bold, is_italic, is_underlined },
            },
        );
        prop::option::of(style).boxed()
    }
}
