//! Line, fill and text styles. PS3.3 C.10.5.1.3.12 to C.10.5.1.3.14.

use std::sync::Arc;

use dicom_dictionary_std::tags;

use super::super::graphic::Justification;
use super::super::style::{
    Face, FillPattern, FillStyle, LineStyle, Shadow, TextStyle, Tint, VerticalAlignment,
};
use super::graphic::is_place;
use crate::dicom::{Attributes, Tag};

/// The style of a graphic's line, where it has one.
pub(super) fn read_line(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<LineStyle> {
    let item = at.item(tags::LINE_STYLE_SEQUENCE)?;
    let thickness = item.decimal(tags::LINE_THICKNESS);
    let is_thick = |thickness: &f64| is_place(*thickness) && *thickness > 0.0;
    if let Some(thickness) = thickness.filter(|thickness| !is_thick(thickness)) {
        refused.push(format!("line style: Line Thickness (0070,0253) is {thickness}"));
    }
    let dashes = match item.text(tags::LINE_DASHING_STYLE).as_deref() {
        None | Some("SOLID") => None,
        Some("DASHED") => {
            let pattern = item.integer(tags::LINE_PATTERN).and_then(|pattern| u32::try_from(pattern).ok());
            if pattern.is_none() {
                refused.push("line style: Line Pattern (0070,0255) is missing".to_owned());
            }
            pattern
        }
        Some(other) => {
            refused.push(format!("line style: Line Dashing Style (0070,0254) is {other:?}"));
            None
        }
    };
    Some(LineStyle {
        on: tint(&item, tags::PATTERN_ON_COLOR_CIE_LAB_VALUE, tags::PATTERN_ON_OPACITY, refused),
        off: off(&item, refused),
        thickness: thickness.filter(is_thick),
        dashes,
        shadow: read_shadow(&item, refused),
    })
}

/// The style of a graphic's inside, where it has one.
pub(super) fn read_fill(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<FillStyle> {
    let item = at.item(tags::FILL_STYLE_SEQUENCE)?;
    let pattern = match item.text(tags::FILL_MODE).as_deref() {
        None | Some("SOLID") => None,
        // So the standard spells it.
        Some("STIPPELED" | "STIPPLED") => {
            let pattern = fill_pattern(&item);
            if pattern.is_none() {
                refused.push("fill style: Fill Pattern (0070,0256) has not 128 bytes".to_owned());
            }
            pattern
        }
        Some(other) => {
            refused.push(format!("fill style: Fill Mode (0070,0257) is {other:?}"));
            None
        }
    };
    Some(FillStyle {
        on: tint(&item, tags::PATTERN_ON_COLOR_CIE_LAB_VALUE, tags::PATTERN_ON_OPACITY, refused),
        off: off(&item, refused),
        pattern,
    })
}

fn fill_pattern(item: &Attributes<'_>) -> Option<FillPattern> {
    let bytes = item.bytes(tags::FILL_PATTERN)?;
    let rows: Vec<u32> = bytes.as_chunks::<4>().0.iter().map(|row| u32::from_be_bytes(*row)).collect();
    <[u32; 32]>::try_from(rows).ok().map(Arc::new)
}

/// The style of a text or of labels, where they have one.
pub(super) fn read_text(at: &Attributes<'_>, refused: &mut Vec<String>) -> Option<TextStyle> {
    let item = at.item(tags::TEXT_STYLE_SEQUENCE)?;
    // Ours has no serifs. A family comes after names of fonts that others may have.
    let names = item.text(tags::CSS_FONT_NAME).unwrap_or_default();
    let family = names.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase();
    if ["serif", "monospace", "cursive", "fantasy"].contains(&family.as_str()) {
        refused.push(format!("text style: a {family} font, shown in sans-serif"));
    }
    let is_yes = |tag| item.text(tag).as_deref() == Some("Y");
    Some(TextStyle {
        color: color(&item, tags::TEXT_COLOR_CIE_LAB_VALUE),
        horizontal: item.text(tags::HORIZONTAL_ALIGNMENT).as_deref().and_then(Justification::named),
        vertical: match item.text(tags::VERTICAL_ALIGNMENT).as_deref() {
            Some("CENTER") => VerticalAlignment::Center,
            Some("BOTTOM") => VerticalAlignment::Bottom,
            _ => VerticalAlignment::Top,
        },
        shadow: read_shadow(&item, refused),
        face: Face {
            is_bold: is_yes(tags::BOLD),
            is_italic: is_yes(tags::ITALIC),
            is_underlined: is_yes(tags::UNDERLINED),
        },
    })
}

fn read_shadow(item: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Shadow> {
    let is_outline = match item.text(tags::SHADOW_STYLE).as_deref() {
        None | Some("OFF") => return None,
        Some("NORMAL") => false,
        Some("OUTLINED") => true,
        Some(other) => {
            refused.push(format!("shadow: Shadow Style (0070,0244) is {other:?}"));
            return None;
        }
    };
    let offset = [tags::SHADOW_OFFSET_X, tags::SHADOW_OFFSET_Y];
    let offset = offset.map(|tag| item.decimal(tag).unwrap_or_default());
    if !offset.into_iter().all(is_place) {
        refused.push("shadow: its offset is no place in an image".to_owned());
        return None;
    }
    let tint = tint(item, tags::SHADOW_COLOR_CIE_LAB_VALUE, tags::SHADOW_OPACITY, refused);
    Some(Shadow { is_outline, offset, tint })
}

/// The colour of what a pattern leaves, where it is seen.
fn off(item: &Attributes<'_>, refused: &mut Vec<String>) -> Option<Tint> {
    item.has(tags::PATTERN_OFF_COLOR_CIE_LAB_VALUE)
        .then(|| tint(item, tags::PATTERN_OFF_COLOR_CIE_LAB_VALUE, tags::PATTERN_OFF_OPACITY, refused))
        .filter(|tint| tint.opacity > 0.0)
}

fn tint(item: &Attributes<'_>, of_color: Tag, of_opacity: Tag, refused: &mut Vec<String>) -> Tint {
    let stated = item.decimal(of_opacity).unwrap_or(1.0);
    let is_share = (0.0..=1.0).contains(&stated);
    if !is_share {
        refused.push(format!("style: an opacity of {stated}"));
    }
    Tint { color: color(item, of_color), opacity: if is_share { stated } else { 1.0 } }
}

/// L\*, a\* and b\*. PS3.3 C.10.7.1.1.
pub(super) fn color(item: &Attributes<'_>, tag: Tag) -> Option<[u16; 3]> {
    let lab = <[f64; 3]>::try_from(item.decimals(tag)?).ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let lab = lab.map(|part| part as u16);
    Some(lab)
}
