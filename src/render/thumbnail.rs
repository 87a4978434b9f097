//! Small pictures of display sets for the strip: a frame reduced once, then drawn like any other.

use std::sync::Arc;

use crate::command::Interpolation;
use crate::dicom::{Cover, Frame, Pixels, Subtraction};
use crate::geometry::{Map, Point};
use crate::session::{Applied, Look, View};
use crate::study::Image;

use super::frame::SlicePass;
use super::plan::slice_pass;

/// A reduced frame is no longer than this on a side, in pixels.
const SIDE_MAX: u32 = 192;

/// A copy of a frame with fewer pixels, each the one in the middle of those that it stands for: no value is invented, and
/// the image's own window applies. A frame that is small already is copied whole.
pub fn reduced(frame: &Frame) -> Frame {
    let (columns, rows) = (frame.columns, frame.rows);
    let step = columns.max(rows).div_ceil(SIDE_MAX).max(1);
    let (across, down) = (columns.div_ceil(step), rows.div_ceil(step));
    let nearest = |place: u32, count: u32| (place * step + step / 2).min(count - 1);
    let indices: Vec<usize> = (0..down)
        .flat_map(|row| (0..across).map(move |column| (row, column)))
        .map(|(row, column)| (nearest(row, rows) * columns + nearest(column, columns)) as usize)
        .collect();
    let pixels = match &frame.pixels {
        Pixels::Words { is_signed, words } => {
            Pixels::Words { is_signed: *is_signed, words: picked(words, &indices) }
        }
        Pixels::Reals(reals) => Pixels::Reals(reals.picked(&indices)),
        Pixels::Color(colors) => Pixels::Color(picked(colors, &indices)),
    };
    let cover = frame.cover.as_ref().map(|cover| {
        let fewer = Cover::new(picked(cover.cells(), &indices));
        match cover.tints() {
            Some(tints) => fewer.with_tints(picked(tints, &indices)),
            None => fewer,
        }
    });
    Frame { rows: down, columns: across, pixels, cover }
}

fn picked<T: Copy>(values: &[T], indices: &[usize]) -> Vec<T> {
    indices.iter().filter_map(|index| values.get(*index).copied()).collect()
}

/// The pass that draws a reduced frame of an image whole into so many device pixels.
/// `subtraction` is what was subtracted from it.
pub fn thumbnail_pass(
    image: &Image,
    subtraction: Option<&Arc<Subtraction>>,
    reduced: &Frame,
    size: (u32, u32),
) -> Option<SlicePass> {
    let look = Look { interpolation: Interpolation::Linear, ..Look::default() };
    let mut applied = Applied::NONE;
    applied.subtraction = subtraction.cloned();
    let pass = slice_pass(image, reduced, &View::default(), &look, &applied, size)?;
    // From the image's own pixels to the fewer of the copy.
    let (columns, rows) = pass.image_size;
    let share = |few: u32, many: u32| f64::from(few) / f64::from(many.max(1));
    let smaller = Map::scale_then_move(
        share(reduced.columns, columns),
        share(reduced.rows, rows),
        Point::flat(0.0, 0.0),
    );
    Some(SlicePass {
        image_size: (reduced.columns, reduced.rows),
        image_from_view: smaller * pass.image_from_view,
        ..pass
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduced_frame_holds_pixels_of_the_whole_one_in_their_places() {
        let words: Vec<u16> = (0..400_u16 * 3).collect();
        let frame =
            Frame { rows: 3, columns: 400, pixels: Pixels::Words { is_signed: false, words }, cover: None };
        let small = reduced(&frame);
        assert_eq!((small.columns, small.rows), (134, 1));
        let Pixels::Words { words, .. } = &small.pixels else { panic!("words") };
        assert_eq!(words.get(..2), Some(&[401, 404][..]));
        assert_eq!(words.last(), Some(&799), "the last column, which has no middle of its own");
        let tiny = Frame {
            rows: 1,
            columns: 2,
            pixels: Pixels::Color(vec![[1, 2, 3, 255], [4, 5, 6, 255]]),
            cover: Some(Cover::new(vec![1, 2])),
        };
        assert_eq!(reduced(&tiny), tiny);
    }
}
