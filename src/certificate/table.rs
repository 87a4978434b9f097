//! Tables: every text wraps in its cell, rows stay whole, and the head comes again on each page.

use super::faces::{Ink, Style, Weight};
use super::sheet::{Align, MARGIN, Place, Sheet, WIDTH};

/// Between the texts of two cells beside each other.
const GAP: f64 = 6.0;

/// Above and below the texts of a row, together.
const PADDING: f64 = 2.5;

/// The head of a column.
const TITLE: Style = Style::new(Weight::Strong, 7.0, Ink::Gray);

/// A column: its share of the width is its part of all parts.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) part: f64,
    pub(super) align: Align,
}

impl Column {
    pub(super) const fn new(title: &'static str, part: f64, align: Align) -> Self {
        Self { title, part, align }
    }
}

/// What stands in a cell.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) style: Style,
}

impl Cell {
    pub(super) fn new(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style }
    }
}

/// Draws a table over the width of the page; texts have so many lines at most. Columns without any title have no head.
pub(super) fn table(
    sheet: &mut Sheet,
    columns: &[Column],
    lines_max: usize,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) {
    let places = places(columns);
    let mut has_head = false;
    for row in rows {
        let lines: Vec<Vec<String>> = row
            .iter()
            .zip(&places)
            .map(|(cell, place)| sheet.faces().wrap(cell.style, &cell.text, place.room, lines_max))
            .collect();
        // All cells begin on one baseline.
        let size = row.iter().map(|cell| cell.style.size).fold(0.0, f64::max);
        let heights = row
            .iter()
            .zip(&lines)
            .map(|(cell, lines)| size - cell.style.size + height(cell.style, lines.len()));
        let height = PADDING + heights.fold(0.0, f64::max);
        let head_height = if has_head { 0.0 } else { height_of_head(columns) };
        if !sheet.has_room(head_height + height) {
            sheet.turn();
            has_head = false;
        }
        if !has_head {
            head(sheet, columns, &places);
            has_head = true;
        }
        for ((cell, lines), place) in row.iter().zip(&lines).zip(&places) {
            let mut baseline = sheet.y() + PADDING / 2.0 + size;
            for line in lines {
                sheet.write(Place { baseline, ..*place }, cell.style, line);
                baseline += cell.style.leading();
            }
        }
        sheet.skip(height);
        rule(sheet);
    }
}

/// The room of each column; baselines are of no row yet.
fn places(columns: &[Column]) -> Vec<Place> {
    let parts: f64 = columns.iter().map(|column| column.part).sum();
    let mut left = MARGIN;
    let place = |column: &Column| {
        let width = WIDTH * column.part / parts;
        let place = Place { left, baseline: 0.0, room: width - GAP, align: column.align };
        left += width;
        place
    };
    columns.iter().map(place).collect()
}

fn height(style: Style, lines: usize) -> f64 {
    style.leading() * f64::from(u32::try_from(lines.max(1)).unwrap_or(u32::MAX))
}

fn has_title(columns: &[Column]) -> bool {
    columns.iter().any(|column| !column.title.is_empty())
}

fn height_of_head(columns: &[Column]) -> f64 {
    if has_title(columns) { height(TITLE, 1) + PADDING } else { 0.0 }
}

fn head(sheet: &mut Sheet, columns: &[Column], places: &[Place]) {
    if !has_title(columns) {
        return;
    }
    let baseline = sheet.y() + PADDING / 2.0 + TITLE.size;
    for (column, place) in columns.iter().zip(places) {
        sheet.write(Place { baseline, ..*place }, TITLE, column.title);
    }
    sheet.skip(height_of_head(columns));
    rule(sheet);
}

fn rule(sheet: &mut Sheet) {
    let y = sheet.y();
    sheet.line(vec![[MARGIN, y], [MARGIN + WIDTH, y]], 0.4, Ink::Hair);
}
