//! How a screen is divided: letters in rows, where a letter that is repeated is one larger view.

use std::collections::BTreeMap;

/// A grid may have so many rows, and so many columns.
pub(super) const SIDE_MAX: usize = 12;

/// A screen divided into rows and columns of equal size; every letter stands for one rectangle of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Rows of equally many letters; `.` is empty.
    rows: Vec<Vec<char>>,
}

/// A rectangle of cells: columns and rows from, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    /// The first column, from 0.
    pub column: usize,
    /// The first row, from 0.
    pub row: usize,
    /// How many columns.
    pub columns: usize,
    /// How many rows.
    pub rows: usize,
}

/// Why rows of letters are no grid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// Nothing.
    #[error("a grid has at least one letter")]
    Empty,
    /// Too much.
    #[error("a grid has at most {SIDE_MAX} rows and {SIDE_MAX} columns")]
    TooLarge,
    /// Rows of different length.
    #[error("row {row} has {found} letters, and the first has {expected}")]
    Uneven {
        /// Which, from 1.
        row: usize,
        /// How many letters it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// Something else than a letter.
    #[error("'{0}' is no letter: a view is A to Z, an empty place is a dot")]
    NoLetter(String),
    /// A letter whose cells are no rectangle.
    #[error("the cells of {0} make no rectangle")]
    NoRectangle(char),
}

impl Grid {
    /// From rows such as `A B`.
    pub fn parse(rows: &[&str]) -> Result<Self, GridError> {
        let mut read = Vec::new();
        for row in rows {
            let words = row.split_whitespace().map(|word| match word.chars().collect::<Vec<_>>()[..] {
                [letter @ ('A'..='Z' | '.')] => Ok(letter),
                _ => Err(GridError::NoLetter(word.chars().take(20).collect())),
            });
            read.push(words.collect::<Result<Vec<char>, GridError>>()?);
        }
        let expected = read.first().map_or(0, Vec::len);
        if expected == 0 {
            return Err(GridError::Empty);
        }
        if read.len() > SIDE_MAX || expected > SIDE_MAX {
            return Err(GridError::TooLarge);
        }
        if let Some((row, letters)) = read.iter().enumerate().find(|(_, row)| row.len() != expected) {
            return Err(GridError::Uneven { row: row + 1, found: letters.len(), expected });
        }
        let grid = Self { rows: read };
        let places = grid.places();
        if places.is_empty() {
            return Err(GridError::Empty);
        }
        for (letter, cells) in places {
            if grid.count(letter) != cells.columns * cells.rows {
                return Err(GridError::NoRectangle(letter));
            }
        }
        Ok(grid)
    }

    /// How many columns and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.width(), self.rows.len())
    }

    /// Its rows as they are written: `A B`.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let spaced = |row: &Vec<char>| row.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
        self.rows.iter().map(spaced)
    }

    /// Each letter once, in their order, and the cells it spans.
    pub fn places(&self) -> BTreeMap<char, Cells> {
        let mut places: BTreeMap<char, Cells> = BTreeMap::new();
        for (row, letters) in self.rows.iter().enumerate() {
            for (column, &letter) in letters.iter().enumerate().filter(|(_, letter)| **letter != '.') {
                let cells = places.entry(letter).or_insert(Cells { column, row, columns: 1, rows: 1 });
                let right = (cells.column + cells.columns).max(column + 1);
                cells.column = cells.column.min(column);
                cells.columns = right - cells.column;
                cells.rows = row + 1 - cells.row;
            }
        }
        places
    }

    /// Where each letter's view lies, as shares of the screen: left, top, width, height.
    pub fn rectangles(&self) -> Vec<(char, [f64; 4])> {
        let (columns, rows) = (self.width(), self.rows.len());
        #[expect(clippy::cast_precision_loss, reason = "at most a few cells")]
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        let places = self.places().into_iter();
        places
            .map(|(letter, cells)| {
                let (x, y) = (share(cells.column, columns), share(cells.row, rows));
                (letter, [x, y, share(cells.columns, columns), share(cells.rows, rows)])
            })
            .collect()
    }

    /// Without the rows and columns that only letters that are not shown need: every other letter is still there. Nothing is
    /// taken away where no letter is shown.
    #[must_use]
    pub fn without(&self, is_shown: impl Fn(char) -> bool) -> Self {
        if !self.places().into_keys().any(&is_shown) {
            return self.clone();
        }
        let rows = without_spare_rows(self.rows.clone(), &is_shown);
        Self { rows: turned(&without_spare_rows(turned(&rows), &is_shown)) }
    }

    /// Both beside each other, for two screens where there is only one: nothing is left out.
    #[must_use]
    pub fn beside(&self, right: &Self) -> Self {
        let rows = least_common_multiple(self.rows.len(), right.rows.len());
        let of = |grid: &Self, row: usize| grid.rows[row * grid.rows.len() / rows].clone();
        Self { rows: (0..rows).map(|row| [of(self, row), of(right, row)].concat()).collect() }
    }

    fn width(&self) -> usize {
        self.rows.first().map_or(1, Vec::len)
    }

    fn count(&self, letter: char) -> usize {
        self.rows.iter().flatten().filter(|found| **found == letter).count()
    }
}

/// Takes away, one by one, the rows with a letter that is not shown whose other letters stand in further rows, too.
fn without_spare_rows(mut rows: Vec<Vec<char>>, is_shown: impl Fn(char) -> bool) -> Vec<Vec<char>> {
    let is_spare = |rows: &[Vec<char>], at: usize| {
        let stands_elsewhere =
            |letter| rows.iter().enumerate().any(|(other, row)| other != at && row.contains(&letter));
        let mut shown = rows[at].iter().filter(|letter| **letter != '.' && is_shown(**letter));
        rows[at].iter().any(|letter| *letter != '.' && !is_shown(*letter))
            && shown.all(|letter| stands_elsewhere(*letter))
    };
    while let Some(at) = (0..rows.len()).find(|at| is_spare(&rows, *at)) {
        rows.remove(at);
    }
    rows
}

/// Columns for rows.
fn turned(rows: &[Vec<char>]) -> Vec<Vec<char>> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    (a..=a * b).step_by(a).find(|multiple| multiple % b == 0).unwrap_or(a * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&str]) -> Grid {
        Grid::parse(rows).expect("a grid")
    }

    #[track_caller]
    fn check(grid: &Grid, expected: &[(char, [f64; 4])]) {
        assert_eq!(grid.rectangles(), expected);
    }

    #[test]
    fn a_letter_that_is_repeated_is_one_larger_view() {
        check(
            &grid(&["A B", "A C"]),
            &[('A', [0.0, 0.0, 0.5, 1.0]), ('B', [0.5, 0.0, 0.5, 0.5]), ('C', [0.5, 0.5, 0.5, 0.5])],
        );
        check(&grid(&[". A"]), &[('A', [0.5, 0.0, 0.5, 1.0])]);
    }

    #[test]
    fn what_is_no_grid_says_why() {
        let why = |rows: &[&str]| Grid::parse(rows).expect_err("no grid").to_string();
        assert_eq!(why(&[]), "a grid has at least one letter");
        assert_eq!(why(&[". ."]), "a grid has at least one letter");
        assert_eq!(why(&["A B", "A"]), "row 2 has 1 letters, and the first has 2");
        assert_eq!(why(&["AB"]), "'AB' is no letter: a view is A to Z, an empty place is a dot");
        assert_eq!(why(&["A B", "B A"]), "the cells of A make no rectangle");
        assert_eq!(why(&["A B A"]), "the cells of A make no rectangle");
        assert_eq!(why(&["A"; 13]), "a grid has at most 12 rows and 12 columns");
    }

    #[test]
    fn room_of_what_is_not_shown_goes_to_the_neighbours_where_a_whole_row_or_column_is_empty() {
        check(&grid(&["A B"]).without(|letter| letter == 'A'), &[('A', [0.0, 0.0, 1.0, 1.0])]);
        let kept = grid(&["A B", "A C"]);
        assert_eq!(kept.without(|letter| letter != 'C'), grid(&["A B"]));
        assert_eq!(kept.without(|letter| letter != 'A'), grid(&["B", "C"]));
        assert_eq!(grid(&["A B", "C D"]).without(|letter| letter != 'D'), grid(&["A B", "C D"]));
        assert_eq!(kept.without(|_| false), kept);
    }

    #[test]
    fn two_screens_become_one_and_nothing_is_left_out() {
        let both = grid(&["A", "B"]).beside(&grid(&["C C", "D E", "D E"]));
        let places = both.places();
        assert_eq!(places.keys().collect::<String>(), "ABCDE");
        assert_eq!(places[&'A'], Cells { column: 0, row: 0, columns: 1, rows: 3 });
        assert_eq!(places[&'D'], Cells { column: 1, row: 2, columns: 1, rows: 4 });
    }
}
