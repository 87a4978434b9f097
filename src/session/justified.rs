//! How pictures are turned and whereto they are pushed for a hanging protocol, and views of one size.

use crate::dicom::TechniqueItem;
use crate::geometry::{Turn, opposite_letters};
use crate::hanging::Justify as Wanted;
use crate::study::Image;
use crate::units::MmPerPixel;

use super::viewport::{Justify, Zoom};

/// Whereto a picture is pushed, and how it is turned for that.
pub(super) fn justified(wanted: Wanted, image: &Image) -> (Justify, Turn) {
    match wanted {
        Wanted::Center => (Justify::Center, Turn::default()),
        Wanted::Left => (Justify::Left, Turn::default()),
        Wanted::Right => (Justify::Right, Turn::default()),
        Wanted::ChestWall => chest_wall(image),
    }
}

/// The chest wall of the right breast is at the right edge, that of the left one at the left, where they face each other when the
/// right one hangs on the viewer's left. Rule MG-5; PS3.3 C.8.11.7.
fn chest_wall(image: &Image) -> (Justify, Turn) {
    let side = image.instance.technique(image.frame, TechniqueItem::Laterality);
    // To the right of the picture, and down: the axilla is up in both views.
    let (justify, right, down) = match side.as_deref() {
        Some("L") => (Justify::Left, 'A', ['R', 'F']),
        Some("R") => (Justify::Right, 'P', ['L', 'F']),
        _ => return (Justify::Center, Turn::default()),
    };
    let hangs_so = |turn: &Turn| {
        let letters = image.instance.image.patient_orientation.as_ref().and_then(|axes| seen(axes, *turn));
        letters.is_some_and(|(to_right, below)| to_right == right && down.contains(&below))
    };
    let turns =
        [false, true].into_iter().flat_map(|flips| (0..4).map(move |quarters| Turn::new(quarters, flips)));
    (justify, turns.into_iter().find(hangs_so).unwrap_or_default())
}

/// What is to the right and what is down in a turned picture whose rows and columns lead there: the first letters.
fn seen([row, column]: &[String; 2], turn: Turn) -> Option<(char, char)> {
    let ([row_right, row_down], [column_right, column_down]) = turn.axes();
    let along = |of_row: f64, of_column: f64| {
        let (letters, part) = if of_row.abs() > 0.5 { (row, of_row) } else { (column, of_column) };
        let letters = if part > 0.0 { letters.clone() } else { opposite_letters(letters)? };
        letters.chars().next()
    };
    Some((along(row_right, column_right)?, along(row_down, column_down)?))
}

/// A picture that is to be of one size with others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sheet {
    /// Columns and rows.
    pub(super) size: (f64, f64),
    /// How large its pixels are.
    pub(super) mm: MmPerPixel,
    /// Whether its rows stand upright.
    pub(super) is_upright: bool,
    /// The shares of the window's width and height that its room has.
    pub(super) room: (f64, f64),
}

impl Sheet {
    /// Along rows and along columns, of what is across and what is down.
    const fn turned<T: Copy>(&self, (across, down): (T, T)) -> (T, T) {
        if self.is_upright { (down, across) } else { (across, down) }
    }
}

/// All at one scale, as large as the largest fits the least room. Rule MG-6.
pub(super) fn same_size(sheets: &[Sheet]) -> Vec<Zoom> {
    let of_all = |part: fn(&Sheet) -> f64, pick: fn(f64, f64) -> f64| sheets.iter().map(part).reduce(pick);
    let mm_across = |sheet: &Sheet| {
        let (columns, rows) = sheet.size;
        sheet.turned((columns * sheet.mm.column, rows * sheet.mm.row)).0
    };
    let mm_down = |sheet: &Sheet| {
        let (columns, rows) = sheet.size;
        sheet.turned((columns * sheet.mm.column, rows * sheet.mm.row)).1
    };
    let widest = of_all(mm_across, f64::max).zip(of_all(|sheet| sheet.room.0, f64::min));
    let highest = of_all(mm_down, f64::max).zip(of_all(|sheet| sheet.room.1, f64::min));
    let (Some((width, narrow)), Some((height, low))) = (widest, highest) else { return Vec::new() };
    let zoom = |sheet: &Sheet| {
        // In a larger room the same scale is as if more had to fit.
        let across = width * sheet.room.0 / narrow;
        let down = height * sheet.room.1 / low;
        let (along_rows, along_columns) = sheet.turned((across, down));
        Zoom::FitTo { columns: along_rows / sheet.mm.column, rows: along_columns / sheet.mm.row }
    };
    sheets.iter().map(zoom).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PS3.3 C.7.6.1.1.1: as the four views are meant to hang, and stored in other ways.
    #[test]
    fn a_stored_picture_is_turned_until_its_letters_are_those_of_the_view() {
        let letters = |row: &str, column: &str, turn| seen(&[row.to_owned(), column.to_owned()], turn);
        let upright = Turn::default();
        assert_eq!(letters("A", "R", upright), Some(('A', 'R')));
        assert_eq!(letters("P", "FL", upright), Some(('P', 'F')));
        assert_eq!(letters("P", "R", upright.flipped_horizontally()), Some(('A', 'R')));
        assert_eq!(letters("A", "L", upright.flipped_vertically()), Some(('A', 'R')));
        assert_eq!(letters("P", "L", upright.rotated(2)), Some(('A', 'R')));
        assert_eq!(letters("R", "P", upright.rotated(3)), Some(('P', 'L')), "rows stood upright");
        assert_eq!(letters("?", "R", upright.rotated(2)), None);
    }

    #[test]
    fn pictures_of_detectors_that_differ_have_one_scale() {
        let sheet = |columns, rows, mm, room| Sheet {
            size: (columns, rows),
            mm: MmPerPixel { row: mm, column: mm },
            is_upright: false,
            room,
        };
        let half = (0.5, 0.5);
        let sheets = [sheet(2000.0, 2600.0, 0.1, half), sheet(3000.0, 4000.0, 0.05, half)];
        let mm_per_point = |sheets: &[Sheet]| -> Vec<f64> {
            let zooms = same_size(sheets).into_iter().zip(sheets);
            let scale = |(zoom, sheet): (Zoom, &Sheet)| {
                let Zoom::FitTo { columns, rows } = zoom else { panic!("{zoom:?}") };
                let (width, height) = (1000.0 * sheet.room.0, 800.0 * sheet.room.1);
                sheet.mm.column / (width / columns).min(height / rows)
            };
            zooms.map(scale).collect()
        };
        let scales = mm_per_point(&sheets);
        assert!((scales[0] - 260.0 / 400.0).abs() < 1e-9, "the largest fits: {scales:?}");
        assert!((scales[0] - scales[1]).abs() < 1e-9, "{scales:?}");
        let uneven = [sheet(2000.0, 2600.0, 0.1, (0.5, 1.0)), sheet(3000.0, 4000.0, 0.05, half)];
        let scales = mm_per_point(&uneven);
        assert!((scales[0] - scales[1]).abs() < 1e-9, "{scales:?}");
    }
}
