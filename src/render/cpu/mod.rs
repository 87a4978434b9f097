//! Executes a [`SlicePass`] exactly and slowly, in `f64`: the oracle of the GPU engine.

use crate::dicom::Frame;
use crate::geometry::Point;
use crate::grayscale::GrayTable;
use crate::units::{ModalityValue, PValue, StoredValue};

use super::frame::{Raster, Sampling, SlicePass};

/// The picture in P-values. Outside the image it is black.
pub fn p_values(pass: &SlicePass, frame: &Frame) -> Raster<PValue> {
    let table = GrayTable::of(&pass.gray);
    raster(pass, |x, y| match pass.sampling {
        Sampling::Nearest => nearest(frame, x, y).map(|word| table.at(word)),
        Sampling::Linear | Sampling::Cubic => {
            modality_at(pass, frame, x, y).map(|value| pass.gray.present(value))
        }
    })
}

/// The picture in modality values, with no window. Outside the image it is not a number.
#[expect(clippy::cast_possible_truncation, reason = "the result is single precision by promise")]
pub fn modality_values(pass: &SlicePass, frame: &Frame) -> Raster<f32> {
    let values = raster(pass, |x, y| Some(Some(modality_at(pass, frame, x, y)?.0 as f32)));
    Raster {
        width: values.width,
        height: values.height,
        values: values.values.into_iter().map(|value| value.unwrap_or(f32::NAN)).collect(),
    }
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

/// The word of the pixel that holds the position; `None` outside the image.
fn nearest(frame: &Frame, x: f64, y: f64) -> Option<u16> {
    let (column, row) = pixel_at(frame, x, y)?;
    frame.words.get(row * frame.columns as usize + column).copied()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the image")]
fn pixel_at(frame: &Frame, x: f64, y: f64) -> Option<(usize, usize)> {
    let is_inside = x >= 0.0 && y >= 0.0 && x < f64::from(frame.columns) && y < f64::from(frame.rows);
    is_inside.then_some((x as usize, y as usize))
}

/// The modality value at a position; `None` outside the image. Beyond the outermost centres the edge is continued.
fn modality_at(pass: &SlicePass, frame: &Frame, x: f64, y: f64) -> Option<ModalityValue> {
    let (column, row) = pixel_at(frame, x, y)?;
    let stored = |column: i64, row: i64| {
        let column = column.clamp(0, i64::from(frame.columns) - 1);
        let row = row.clamp(0, i64::from(frame.rows) - 1);
        let index = usize::try_from(row * i64::from(frame.columns) + column).ok()?;
        Some(pass.gray.rescale.to_modality(StoredValue(frame.stored(index)?)).0)
    };
    let (column, row) = (i64::try_from(column).ok()?, i64::try_from(row).ok()?);
    if pass.sampling == Sampling::Nearest {
        return stored(column, row).map(ModalityValue);
    }
    // Weights count from pixel centres, which lie at halves.
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    #[expect(clippy::cast_possible_truncation, reason = "a position in the image is small")]
    let (left_column, top_row) = (left as i64, top as i64);
    let (across, down) = (taps(pass.sampling, x - 0.5 - left), taps(pass.sampling, y - 0.5 - top));
    let mut sum = 0.0;
    for (dy, weight_y) in down {
        for (dx, weight_x) in across {
            if weight_x != 0.0 && weight_y != 0.0 {
                sum += weight_x * weight_y * stored(left_column + dx, top_row + dy)?;
            }
        }
    }
    Some(ModalityValue(sum))
}

/// Offsets and weights of the pixels on a line around a position `t` of the way from one centre to the next.
fn taps(sampling: Sampling, t: f64) -> [(i64, f64); 4] {
    match sampling {
        Sampling::Nearest | Sampling::Linear => [(-1, 0.0), (0, 1.0 - t), (1, t), (2, 0.0)],
        Sampling::Cubic => {
            let (t2, t3) = (t * t, t * t * t);
            [
                (-1, 0.5 * (-t3 + 2.0 * t2 - t)),
                (0, 0.5 * (3.0 * t3 - 5.0 * t2 + 2.0)),
                (1, 0.5 * (-3.0 * t3 + 4.0 * t2 + t)),
                (2, 0.5 * (t3 - t2)),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_meet_the_pixels() {
        for sampling in [Sampling::Linear, Sampling::Cubic] {
            for t in [0.0, 0.25, 0.5, 0.9] {
                let sum: f64 = taps(sampling, t).iter().map(|(_, weight)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{sampling:?} {t}");
            }
            let at_a_pixel: Vec<_> =
                taps(sampling, 0.0).into_iter().filter(|(_, weight)| *weight != 0.0).collect();
            assert!(
                matches!(at_a_pixel.as_slice(), [(0, weight)] if (weight - 1.0).abs() < 1e-12),
                "{at_a_pixel:?}"
            );
        }
    }
}
