//! 3 × 3 filters over the pixels, before any values are found between them and before the window.
//!
//! Smoothing takes the binomial mean: weights 1 2 1, 2 4 2, 1 2 1 in sixteenths. Sharpening changes a pixel by as much,
//! the other way: an unsharp mask of amount 1. Both work on stored values, as a rescale is linear: sums of words are then
//! exact, and what is flat stays as it is to the bit. The edge is continued. A neighbour that is no number changes
//! nothing, and a pixel that is none stays so: no value is made up, and no hole grows.
//!
//! GPU twin: `shaders/lib/filter.wgsl`.

use crate::command::Filter;
use crate::dicom::Frame;

/// The pixel above or on the left, the pixel itself, the one below or on the right: offset and weight.
const LINE: [(i64, f64); 3] = [(-1, 0.25), (0, 0.5), (1, 0.25)];

/// The values of the pixel at a column and row, filtered; `values_of` tells those before by the pixel's index. Beyond the
/// image its edge is continued.
pub(super) fn pixel_values<const N: usize>(
    filter: Filter,
    frame: &Frame,
    (column, row): (i64, i64),
    values_of: impl Fn(usize) -> Option<[f64; N]>,
) -> Option<[f64; N]> {
    let last = (i64::from(frame.columns) - 1, i64::from(frame.rows) - 1);
    let (column, row) = (column.clamp(0, last.0), row.clamp(0, last.1));
    let values_at = |column: i64, row: i64| {
        let (column, row) = (column.clamp(0, last.0), row.clamp(0, last.1));
        values_of(usize::try_from(row * i64::from(frame.columns) + column).ok()?)
    };
    let mut values = values_at(column, row)?;
    let amount = match filter {
        Filter::None => return Some(values),
        Filter::Smooth => 1.0,
        Filter::Sharpen => -1.0,
    };
    let mut changes = [0.0; N];
    for (dy, weight_y) in LINE {
        for (dx, weight_x) in LINE {
            let neighbours = values_at(column + dx, row + dy)?;
            for ((change, neighbour), own) in changes.iter_mut().zip(neighbours).zip(values) {
                if !neighbour.is_nan() {
                    let weight = weight_x * weight_y;
                    *change += weight * neighbour - weight * own;
                }
            }
        }
    }
    for (value, change) in values.iter_mut().zip(changes) {
        *value += amount * change;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use crate::dicom::{Pixels, Reals};

    use super::*;

    /// A frame of so many columns after the filter.
    fn filtered(filter: Filter, columns: u32, values: &[f64]) -> Vec<f64> {
        let rows = u32::try_from(values.len()).expect("small") / columns;
        let frame = Frame { rows, columns, pixels: Pixels::Reals(Reals::new(values.to_vec())), cover: None };
        let places =
            (0..i64::from(rows)).flat_map(|row| (0..i64::from(columns)).map(move |column| (column, row)));
        let value_of = |index: usize| Some([frame.stored(index)?.0]);
        places.map(|place| pixel_values(filter, &frame, place, value_of).expect("inside")[0]).collect()
    }

    fn same_bits(one: &[f64], other: &[f64]) -> bool {
        one.iter().map(|value| value.to_bits()).eq(other.iter().map(|value| value.to_bits()))
    }

    #[test]
    fn a_single_bright_pixel_becomes_the_kernel() {
        let mut values = [0.0; 25];
        values[12] = 16.0;
        #[rustfmt::skip]
        let kernel = [
            0.0, 0.0, 0.0, 0.0, 0.0,
            0.0, 1.0, 2.0, 1.0, 0.0,
            0.0, 2.0, 4.0, 2.0, 0.0,
            0.0, 1.0, 2.0, 1.0, 0.0,
            0.0, 0.0, 0.0, 0.0, 0.0,
        ];
        assert!(same_bits(&filtered(Filter::None, 5, &values), &values));
        assert!(same_bits(&filtered(Filter::Smooth, 5, &values), &kernel));
        let sharpened: Vec<f64> =
            values.iter().zip(kernel).map(|(value, smooth)| 2.0 * value - smooth).collect();
        assert_eq!(filtered(Filter::Sharpen, 5, &values), sharpened);
    }

    #[test]
    fn a_step_is_softened_or_overshoots_and_the_edge_is_continued() {
        let values = [0.0, 0.0, 16.0, 16.0];
        assert_eq!(filtered(Filter::Smooth, 4, &values), [0.0, 4.0, 12.0, 16.0]);
        assert_eq!(filtered(Filter::Sharpen, 4, &values), [0.0, -4.0, 20.0, 16.0]);
        assert_eq!(filtered(Filter::Smooth, 1, &values), [0.0, 4.0, 12.0, 16.0], "down");
    }

    #[test]
    fn what_is_flat_stays_as_it_is_to_the_bit() {
        for value in [0.1, -1.0e30, f64::MAX, f64::MIN_POSITIVE] {
            for filter in Filter::ALL {
                assert!(same_bits(&filtered(filter, 3, &[value; 9]), &[value; 9]), "{filter:?} {value}");
            }
        }
    }

    #[test]
    fn a_hole_neither_grows_nor_shrinks_nor_lends_a_value() {
        let values = [16.0, f64::NAN, 16.0, 32.0];
        let smoothed = filtered(Filter::Smooth, 2, &values);
        // Of the corner, the row below has 1/4 of the weight: 3/16 of its own value, 1/16 of 32.
        assert_eq!(smoothed[0].to_bits(), 17.0_f64.to_bits());
        assert!(smoothed[1].is_nan());
        assert_eq!(smoothed.iter().filter(|value| value.is_nan()).count(), 1);
        assert_eq!(filtered(Filter::Sharpen, 2, &values)[0].to_bits(), 15.0_f64.to_bits());
    }
}
