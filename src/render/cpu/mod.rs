//! Executes a [`SlicePass`] exactly and slowly, in `f64`: the oracle of the GPU engine.

mod curved;
mod filter;
mod layer;
mod reformat;
mod rendering;

use crate::command::Filter;
use crate::dicom::{Cover, Frame, Pixels};
use crate::geometry::{Point, Sampling};
use crate::grayscale::{GrayTable, ModalityLut};
use crate::units::{ModalityValue, PValue, StoredValue};

use super::frame::{CoverPass, Over, PixelTransform, Raster, SlicePass};
pub use curved::{curved_modality_values, curved_p_values};
use filter::pixel_values;
pub use layer::layer_p_values;
pub use reformat::{reformat_modality_values, reformat_p_values};
pub use rendering::rendering_colors;

/// The picture of a gray pass in P-values. Outside the image, and where there is no number, it is black.
pub fn p_values(pass: &SlicePass, frame: &Frame) -> Raster<PValue> {
    let PixelTransform::Gray(gray) = &pass.transform else { return raster(pass, |_, _| None) };
    let is_as_stored = (pass.filter, pass.sampling) == (Filter::None, Sampling::Nearest);
    if let (Pixels::Words { is_signed, words }, true) = (&frame.pixels, is_as_stored) {
        let table = GrayTable::of(gray, *is_signed);
        return under_cover(pass, frame, |x, y| Some(table.at(*words.get(index_at(frame, x, y)?)?)));
    }
    let holes = |stored| gray.is_hole(stored);
    under_cover(pass, frame, |x, y| {
        Some(gray.present(modality_at(pass, &gray.modality, holes, frame, x, y)?))
    })
}

/// The picture of a gray pass in modality values, with no window. Outside the image it is not a number, and where the
/// image is infinite.
#[expect(clippy::cast_possible_truncation, reason = "the result is single precision by promise")]
pub fn modality_values(pass: &SlicePass, frame: &Frame) -> Raster<f32> {
    let modality = pass.gray().map_or(&ModalityLut::IDENTITY, |gray| &gray.modality);
    // Padding is written as the value that it has.
    let holes = |stored: StoredValue| !stored.0.is_finite();
    let values = raster(pass, |x, y| Some(Some(modality_at(pass, modality, holes, frame, x, y)?.0 as f32)));
    Raster {
        width: values.width,
        height: values.height,
        values: values.values.into_iter().map(|value| value.unwrap_or(f32::NAN)).collect(),
    }
}

/// The picture of a colour pass: red, green and blue, without what lies over it. Outside the image it is black.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 8 bits")]
pub fn colors(pass: &SlicePass, frame: &Frame) -> Raster<[u8; 3]> {
    let PixelTransform::Color { is_inverted } = pass.transform else { return raster(pass, |_, _| None) };
    let Pixels::Color(colors) = &frame.pixels else { return raster(pass, |_, _| None) };
    let color_of = |index: usize| {
        let [red, green, blue, _] = *colors.get(index)?;
        Some([red, green, blue].map(f64::from))
    };
    let shown = |value: f64| {
        let level = (value.clamp(0.0, 255.0) + 0.5) as u8;
        if is_inverted { 255 - level } else { level }
    };
    let filtered = |place| pixel_values(pass.filter, frame, place, color_of);
    raster(pass, |x, y| Some(sample(pass, frame, (x, y), filtered)?.map(shown)))
}

/// The colours over a picture, of what lies over it and of a supplemental palette: red, green, blue and 255, or four zeros where
/// the picture is seen; `None` where there are none at all. The nearest pixel's: between two places of a table there is nothing.
/// PS3.3 C.7.6.19.
///
/// GPU twin: `shaders/cover.wgsl`.
pub fn tints(pass: &SlicePass, frame: &Frame) -> Option<Raster<[u8; 4]>> {
    let tints = pass.gray().and(frame.cover.as_ref()).and_then(Cover::tints);
    if tints.is_none() && !pass.cover.as_ref().is_some_and(CoverPass::is_colored) {
        return None;
    }
    Some(raster(pass, |x, y| match cover_at(pass, frame, x, y) {
        Some(over) => over.color.map(|[red, green, blue]| [red, green, blue, 255]),
        None => tints?.get(index_at(frame, x, y)?).copied(),
    }))
}

/// The picture of `value_at`, and what is drawn over it.
fn under_cover(
    pass: &SlicePass,
    frame: &Frame,
    value_at: impl Fn(f64, f64) -> Option<PValue>,
) -> Raster<PValue> {
    raster(pass, |x, y| cover_at(pass, frame, x, y).map_or_else(|| value_at(x, y), |over| Some(over.gray)))
}

/// What is drawn over the pixel at a position; `None` where the pixel is seen.
///
/// GPU twin: `shaders/cover.wgsl`.
fn cover_at(pass: &SlicePass, frame: &Frame, x: f64, y: f64) -> Option<Over> {
    let cells = pass.cells(frame)?.cells();
    pass.cover.as_ref()?.over(*cells.get(index_at(frame, x, y)?)?)
}

/// Calls `value_at` with the image position under each device pixel's centre.
fn raster<T: Default>(pass: &SlicePass, value_at: impl Fn(f64, f64) -> Option<T>) -> Raster<T> {
    let (width, height) = pass.view_size;
    let positions = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
    let values = positions
        .map(|(column, row)| {
            let center = Point::flat(f64::from(column) + 0.5, f64::from(row) + 0.5);
            let at = (pass.image_from_view * center).xyz;
            value_at(at.x, at.y).unwrap_or_default()
        })
        .collect();
    Raster { width, height, values }
}

/// The index of the pixel that holds the position; `None` outside the image.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the image")]
fn index_at(frame: &Frame, x: f64, y: f64) -> Option<usize> {
    let is_inside = x >= 0.0 && y >= 0.0 && x < f64::from(frame.columns) && y < f64::from(frame.rows);
    is_inside.then_some(y as usize * frame.columns as usize + x as usize)
}

/// The modality value at a position; `None` outside the image, not a number where the pixel there is a hole.
fn modality_at(
    pass: &SlicePass,
    modality: &ModalityLut,
    is_hole: impl Fn(StoredValue) -> bool,
    frame: &Frame,
    x: f64,
    y: f64,
) -> Option<ModalityValue> {
    // A table's outputs are filtered and not its inputs, which mean nothing yet.
    let (table, rescale) = (modality.table().is_some(), modality.rescale());
    let stored_of = |index: usize| {
        let stored = frame.stored(index)?;
        Some([match (is_hole(stored), table) {
            (true, _) => f64::NAN,
            (false, true) => modality.to_modality(stored).0,
            (false, false) => stored.0,
        }])
    };
    let modality_of = |place| {
        let [stored] = pixel_values(pass.filter, frame, place, stored_of)?;
        Some([rescale.to_modality(StoredValue(stored)).0])
    };
    let [value] = sample(pass, frame, (x, y), modality_of)?;
    Some(ModalityValue(value))
}

/// The values at a position, from those of the pixels around it, by column and row; `None` outside the image. Beyond the
/// outermost centres, and towards holes, the pixel under the position is continued: no hole grows, none lends a value.
fn sample<const N: usize>(
    pass: &SlicePass,
    frame: &Frame,
    (x, y): (f64, f64),
    values_of: impl Fn((i64, i64)) -> Option<[f64; N]>,
) -> Option<[f64; N]> {
    index_at(frame, x, y)?;
    #[expect(clippy::cast_possible_truncation, reason = "a position in the image is small")]
    let whole = |x: f64, y: f64| (x as i64, y as i64);
    let own = values_of(whole(x, y))?;
    if pass.sampling == Sampling::Nearest || own.iter().any(|value| value.is_nan()) {
        return Some(own);
    }
    // Weights count from pixel centres, which lie at halves.
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let (left_column, top_row) = whole(left, top);
    let (across, down) = (pass.sampling.taps(x - 0.5 - left), pass.sampling.taps(y - 0.5 - top));
    let mut sums = [0.0; N];
    for (dy, weight_y) in down {
        for (dx, weight_x) in across {
            if weight_x != 0.0 && weight_y != 0.0 {
                let values = values_of((left_column + dx, top_row + dy))?;
                for ((sum, value), own) in sums.iter_mut().zip(values).zip(own) {
                    *sum += weight_x * weight_y * if value.is_nan() { own } else { value };
                }
            }
        }
    }
    Some(sums)
}
