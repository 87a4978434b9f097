//! Displayed areas. PS3.3 C.10.4; rules S-2, S-3.

use dicom_dictionary_std::tags;

use super::super::state::{AreaSize, DisplayedArea};
use super::read_subset;
use crate::dicom::Attributes;
use crate::geometry::Turn;
use crate::units::MmPerPixel;

/// The areas of a state that turns its images so.
pub(super) fn read_areas(at: &Attributes<'_>, turn: Turn, refused: &mut Vec<String>) -> Vec<DisplayedArea> {
    let mut areas = Vec::new();
    for item in at.items(tags::DISPLAYED_AREA_SELECTION_SEQUENCE) {
        match read_area(&item, turn, refused) {
            Ok(area) => areas.push(area),
            Err(why) => refused.push(format!("displayed area: {why}")),
        }
    }
    areas
}

fn read_area(item: &Attributes<'_>, turn: Turn, refused: &mut Vec<String>) -> Result<DisplayedArea, String> {
    let corner = |tag, name: &str| {
        let values = item.decimals(tag).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "SL values")]
        let values: Vec<i32> = values.into_iter().map(|value| value as i32).collect();
        <[i32; 2]>::try_from(values).map_err(|_count| format!("{name} has not two values"))
    };
    let top_left =
        corner(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, "Displayed Area Top Left Hand Corner (0070,0052)")?;
    let bottom_right = corner(
        tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER,
        "Displayed Area Bottom Right Hand Corner (0070,0053)",
    )?;
    if is_reversed(top_left.map(f64::from), bottom_right.map(f64::from), turn) {
        // The rectangle between them is the same.
        refused.push("displayed area: its corners are not those of the turned image".to_owned());
    }
    let pair = |tag| <[f64; 2]>::try_from(item.decimals(tag)?).ok();
    let spacing = pair(tags::PRESENTATION_PIXEL_SPACING).filter(|pair| pair.iter().copied().all(is_length));
    let spacing = spacing.map(|[row, column]| MmPerPixel { row, column });
    // Whole numbers of any size.
    let stated_aspect = pair(tags::PRESENTATION_PIXEL_ASPECT_RATIO)
        .filter(|[down, across]| *down > 0.0 && *across > 0.0 && is_length(down / across))
        .map(|[down, across]| down / across);
    for (tag, name, is_read) in [
        (tags::PRESENTATION_PIXEL_SPACING, "Presentation Pixel Spacing (0070,0101)", spacing.is_some()),
        (
            tags::PRESENTATION_PIXEL_ASPECT_RATIO,
            "Presentation Pixel Aspect Ratio (0070,0102)",
            stated_aspect.is_some(),
        ),
    ] {
        if item.has(tag) && !is_read {
            refused.push(format!("displayed area: {name} is not that of any pixel"));
        }
    }
    let pixel_aspect = spacing.map(|mm| mm.row / mm.column).or(stated_aspect);
    let size = match item.text(tags::PRESENTATION_SIZE_MODE).as_deref() {
        Some("TRUE SIZE") if spacing.is_some() => AreaSize::TrueSize,
        Some("TRUE SIZE") => {
            refused.push("true size: Presentation Pixel Spacing (0070,0101) is missing".to_owned());
            AreaSize::ScaleToFit
        }
        Some("MAGNIFY") => match item.decimal(tags::PRESENTATION_PIXEL_MAGNIFICATION_RATIO) {
            Some(ratio) if is_length(ratio) => AreaSize::Magnify(ratio),
            _ => {
                let name = "Presentation Pixel Magnification Ratio (0070,0103)";
                refused.push(format!("magnification: {name} is missing"));
                AreaSize::ScaleToFit
            }
        },
        Some("SCALE TO FIT") => AreaSize::ScaleToFit,
        other => {
            refused.push(format!("displayed area: size mode {:?}", other.unwrap_or_default()));
            AreaSize::ScaleToFit
        }
    };
    let images = read_subset(item, refused);
    Ok(DisplayedArea { images, top_left, bottom_right, size, spacing, pixel_aspect })
}

/// Above nothing, and not beyond all reason.
fn is_length(value: f64) -> bool {
    (1e-6..=1e6).contains(&value)
}

/// Whether the corner that is called top left is not that of the image as it is seen.
pub(super) fn is_reversed([left, top]: [f64; 2], [right, bottom]: [f64; 2], turn: Turn) -> bool {
    let (across, down) = (right - left, bottom - top);
    let ([row_right, row_down], [column_right, column_down]) = turn.axes();
    across * row_right + down * column_right < 0.0 || across * row_down + down * column_down < 0.0
}
