//! Where views lie: grids of letters on each screen, and boxes in the space of all screens. PS3.3 C.23.2, C.23.3.

use dicom_dictionary_std::tags;

use crate::dicom::Attributes;

use super::super::grid::Grid;
use super::{ImportError, Notes, optional_items};

/// There are so many screens at most.
pub(super) const SCREENS_MAX: usize = 16;

/// A grid has so many rows or columns at most.
const SIDE_MAX: usize = 12;

/// Edges of boxes may be so far from the lines of a grid, as shares of the screen: none, and what others round.
const TOLERANCES: [f64; 2] = [1e-6, 0.02];

/// What a position from 0 to 1 may be after others rounded it.
const ROUNDED: std::ops::RangeInclusive<f64> = -0.001..=1.001;

/// Left, top, right and bottom, from 0 to 1, downwards.
pub(super) type Edges = [f64; 4];

/// Display Environment Spatial Position (0072,0108) of a view on one of so many equal screens side by side: left and top, right and
/// bottom, upwards from 0 at the bottom.
pub(super) fn position([x, y, width, height]: [f64; 4], screen: usize, screens: usize) -> [f64; 4] {
    #[expect(clippy::cast_precision_loss, reason = "a few screens")]
    let (screen, screens) = (screen as f64, screens as f64);
    let edges = [(screen + x) / screens, 1.0 - y, (screen + x + width) / screens, 1.0 - (y + height)];
    edges.map(|edge| edge.clamp(0.0, 1.0))
}

/// The position of a screen, or of a box.
pub(super) fn edges(item: &Attributes<'_>) -> Result<Edges, ImportError> {
    let tag = tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION;
    let values = item.decimals(tag).ok_or_else(|| ImportError::missing(tag))?;
    let wrong = || {
        let found = values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\\");
        let expected = "left, top, right and bottom from 0 to 1, where 0 is at the left and at the bottom";
        ImportError::wrong(tag, &found, expected)
    };
    let &[left, top, right, bottom] = values.as_slice() else { return Err(wrong()) };
    if values.iter().any(|value| !ROUNDED.contains(value)) {
        return Err(wrong());
    }
    let [left, top, right, bottom] = [left, top, right, bottom].map(|edge| edge.clamp(0.0, 1.0));
    if left >= right || bottom >= top {
        return Err(wrong());
    }
    Ok([left, 1.0 - top, right, 1.0 - bottom])
}

/// Where the screens lie: as the object says, or side by side.
pub(super) fn screens(at: &Attributes<'_>, notes: &mut Notes) -> Result<Vec<Edges>, ImportError> {
    let named = optional_items(at, tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE, SCREENS_MAX)?;
    if !named.is_empty() {
        let why = "only where screens lie counts, not their pixels, their depth and their speed";
        notes.attribute(tags::NOMINAL_SCREEN_DEFINITION_SEQUENCE, why);
        return named.iter().map(edges).collect();
    }
    let count = at.integer(tags::NUMBER_OF_SCREENS).unwrap_or(1);
    let count = usize::try_from(count).ok().filter(|count| *count <= SCREENS_MAX).ok_or_else(|| {
        let expected = format!("{SCREENS_MAX} screens at most");
        ImportError::wrong(tags::NUMBER_OF_SCREENS, &count.to_string(), &expected)
    })?;
    Ok(beside(count.max(1)))
}

/// Equal screens side by side.
fn beside(count: usize) -> Vec<Edges> {
    #[expect(clippy::cast_precision_loss, reason = "a few screens")]
    let share = |screen: usize| screen as f64 / count as f64;
    (0..count).map(|screen| [share(screen), 0.0, share(screen + 1), 1.0]).collect()
}

/// The role of a screen by its number, from 0.
pub(super) fn role(screen: usize) -> String {
    if screen == 0 { "main".to_owned() } else { format!("screen{}", screen + 1) }
}

/// A grid for each screen that has a box, and the boxes that found no room.
pub(super) fn grids(
    boxes: &[(char, Edges)],
    screens: &[Edges],
    notes: &mut Notes,
) -> (Vec<(String, Grid)>, Vec<char>) {
    let mut on_screens: Vec<Vec<(char, Edges)>> = vec![Vec::new(); screens.len()];
    let mut without_room = Vec::new();
    for (letter, edges) in boxes {
        let middle = [f64::midpoint(edges[0], edges[2]), f64::midpoint(edges[1], edges[3])];
        let holds = |screen: &Edges| {
            (screen[0]..=screen[2]).contains(&middle[0]) && (screen[1]..=screen[3]).contains(&middle[1])
        };
        match screens.iter().position(holds) {
            Some(screen) => on_screens[screen].push((*letter, within(edges, &screens[screen]))),
            None => without_room.push(*letter),
        }
    }
    let mut grids = Vec::new();
    for (screen, boxes) in on_screens.iter().enumerate().filter(|(_, boxes)| !boxes.is_empty()) {
        let (grid, left_out) = grid(boxes, notes);
        without_room.extend(left_out);
        grids.extend(grid.map(|grid| (role(screen), grid)));
    }
    if !without_room.is_empty() {
        let why = "an image box over another one, or beside all screens, is left out with what it shows";
        notes.attribute(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, why);
    }
    (grids, without_room)
}

/// Edges as shares of a screen; what lies outside is cut.
fn within(edges: &Edges, screen: &Edges) -> Edges {
    let (width, height) = (screen[2] - screen[0], screen[3] - screen[1]);
    let [left, top, right, bottom] = edges;
    let x = |at: &f64| ((at - screen[0]) / width).clamp(0.0, 1.0);
    let y = |at: &f64| ((at - screen[1]) / height).clamp(0.0, 1.0);
    [x(left), y(top), x(right), y(bottom)]
}

/// The smallest grid on whose lines all edges lie.
fn grid(boxes: &[(char, Edges)], notes: &mut Notes) -> (Option<Grid>, Vec<char>) {
    let sides = [0, 1].map(|axis| {
        let ends: Vec<(f64, f64)> = boxes.iter().map(|(_, edges)| (edges[axis], edges[axis + 2])).collect();
        divided(&ends).unwrap_or_else(|| {
            let why = "an edge of an image box lies between the lines of a grid, and is moved to one";
            notes.attribute(tags::DISPLAY_ENVIRONMENT_SPATIAL_POSITION, why);
            SIDE_MAX
        })
    });
    let [columns, rows] = sides;
    let mut cells = vec![vec!['.'; columns]; rows];
    let mut left_out = Vec::new();
    for (letter, [left, top, right, bottom]) in boxes {
        let (across, down) = (span(*left, *right, columns), span(*top, *bottom, rows));
        let is_free =
            cells[down.clone()].iter().all(|row| row[across.clone()].iter().all(|cell| *cell == '.'));
        if !is_free {
            left_out.push(*letter);
            continue;
        }
        for row in &mut cells[down] {
            row[across.clone()].fill(*letter);
        }
    }
    let rows: Vec<String> =
        cells.iter().map(|row| row.iter().map(char::to_string).collect::<Vec<_>>().join(" ")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    (Grid::parse(&rows).ok(), left_out)
}

/// Into how many parts a side is divided, so that each end lies on a line and no part is empty.
fn divided(ends: &[(f64, f64)]) -> Option<usize> {
    let fits = |parts: usize, tolerance: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a few parts")]
        let count = parts as f64;
        let is_near = |at: f64| (at - (at * count).round() / count).abs() <= tolerance;
        ends.iter()
            .all(|&(from, to)| is_near(from) && is_near(to) && (from * count).round() < (to * count).round())
    };
    TOLERANCES.into_iter().find_map(|tolerance| (1..=SIDE_MAX).find(|parts| fits(*parts, tolerance)))
}

/// The cells from one share to another, at least one.
fn span(from: f64, to: f64, parts: usize) -> std::ops::Range<usize> {
    #[expect(clippy::cast_precision_loss, reason = "a few parts")]
    let count = parts as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a few parts")]
    let line = |at: f64| (at * count).round() as usize;
    let first = line(from).min(parts - 1);
    first..line(to).clamp(first + 1, parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid comes back from the positions of its letters.
    #[track_caller]
    fn check(rows: &[&str]) {
        let written = Grid::parse(rows).expect("a grid");
        for screens_count in 1..=3 {
            let boxes: Vec<(char, Edges)> = written
                .rectangles()
                .into_iter()
                .map(|(letter, rectangle)| {
                    let [left, top, right, bottom] = position(rectangle, screens_count - 1, screens_count);
                    (letter, [left, 1.0 - top, right, 1.0 - bottom])
                })
                .collect();
            let screens = beside(screens_count);
            let mut notes = Notes::default();
            let (grids, left_out) = grids(&boxes, &screens, &mut notes);
            assert_eq!(grids, [(role(screens_count - 1), written.clone())]);
            assert!(left_out.is_empty() && notes.0.is_empty(), "{notes:?}");
        }
    }

    #[test]
    fn grids_come_back_from_the_positions_of_their_views() {
        check(&["A"]);
        check(&["A B", "A C"]);
        check(&[". A"]);
        check(&["A A B", "C D B", "C E E"]);
        check(&["A B C D E F G", "A B C D E F G", "H I J K L M N"]);
        check(&["A B C D E F G H I J K L"]);
    }

    #[test]
    fn what_is_rounded_finds_its_lines_and_what_lies_over_another_is_left_out() {
        let mut notes = Notes::default();
        let screen = [[0.0, 0.0, 1.0, 1.0]];
        let rounded =
            [('A', [0.0, 0.0, 0.33, 1.0]), ('B', [0.33, 0.0, 0.67, 1.0]), ('C', [0.67, 0.0, 1.0, 1.0])];
        let (found, left_out) = grids(&rounded, &screen, &mut notes);
        assert_eq!(found, [("main".to_owned(), Grid::parse(&["A B C"]).expect("a grid"))]);
        assert!(left_out.is_empty() && notes.0.is_empty(), "{notes:?}");
        let over = [('A', [0.0, 0.0, 1.0, 1.0]), ('B', [0.5, 0.0, 1.0, 1.0])];
        let (found, left_out) = grids(&over, &screen, &mut notes);
        assert_eq!((found.len(), left_out), (1, vec!['B']));
        assert_eq!(notes.0.len(), 1);
    }
}
