//! Frames that follow each other, for the speed of a panel: a square that blinks, and a bar that moves.

use super::area::Area;
use super::canvas::{Canvas, Shade};
use super::catalogue::Pattern;
use super::grid::Grid;

/// Frames until all begins anew.
pub(super) const FRAMES: u8 = 8;

/// How long each is shown: the bar goes its way in a second.
const MILLISECONDS: u16 = 125;

/// A frame of a pattern that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternFrame {
    /// What is drawn.
    pub pattern: Pattern,
    /// For how long.
    pub milliseconds: u16,
}

/// The frames, over and over.
pub(super) fn frames() -> Vec<PatternFrame> {
    (0..FRAMES)
        .map(|frame| PatternFrame { pattern: Pattern::Temporal { frame }, milliseconds: MILLISECONDS })
        .collect()
}

/// Left a square that is dark and bright in turn, right a bright bar that comes down a dark way by its own breadth a frame.
pub(super) fn temporal(canvas: &mut Canvas, frame: u8) {
    let grid = Grid::of(canvas.columns(), canvas.rows());
    let (dark, bright) = (Shade::gray(64), Shade::gray(191));
    canvas.fill(grid.area(128, 320, 384, 384), if frame.is_multiple_of(2) { dark } else { bright });
    let way = grid.area(576, 320, 320, 384);
    canvas.fill(way, dark);
    let rows = [frame, frame + 1].map(|frame| grid.y(320 + 48 * i64::from(frame)));
    canvas.fill(Area::between([way.left, way.right], rows), bright);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_blinks_and_the_bar_goes_on_by_its_breadth() {
        let pictures: Vec<Vec<u16>> = frames()
            .iter()
            .map(|frame| {
                let Pattern::Temporal { frame } = frame.pattern else { panic!("another pattern") };
                let mut canvas = Canvas::new(1024, 1024, 255, Shade::gray(128));
                temporal(&mut canvas, frame);
                canvas.into_levels()
            })
            .collect();
        assert_eq!(pictures.len(), 8);
        for (number, picture) in pictures.iter().enumerate() {
            let at = |x: usize, y: usize| picture[1024 * y + x];
            assert_eq!(at(300, 500), if number.is_multiple_of(2) { 64 } else { 191 }, "{number}");
            let bar: Vec<usize> = (320..704).filter(|y| at(700, *y) == 191).collect();
            assert_eq!((bar.len(), bar.first()), (48, Some(&(320 + 48 * number))), "{number}");
            assert_eq!((at(543, 500), at(64, 64)), (128, 128));
        }
    }
}
