//! A window of ours on a monitor, and how its room is divided among viewports.

use std::cmp::Reverse;

use crate::command::{Grid, Side};
use crate::hanging::Cells;

use super::calibrating::ShownPattern;
use super::curtain::Curtain;
use super::monitor::ScreenMonitor;
use super::state::SessionSettings;
use super::viewport::Viewport;

/// Where an image of a viewport stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index in [`Screen::viewports`].
    pub viewport: usize,
    /// Which tile of the viewport, from 0.
    pub tile: usize,
    /// Its part of the window's room for viewports.
    pub rect: DeviceRect,
    /// What is seen of that: all of it, or under a curtain what lies on its side of the edge.
    pub clip: DeviceRect,
}

/// The drawable part of a window that holds viewports, in device pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// Device pixels per point of the interface: 1, 1.25, 2 …
    pub scale: f32,
}

/// One window.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Its identity, never reused while the program runs.
    pub id: u32,
    /// The room for viewports, as last reported.
    pub surface: Surface,
    /// The monitor that it is on, or why that is not known.
    pub monitor: Result<ScreenMonitor, String>,
    /// How the room is divided.
    pub division: Division,
    /// The viewport that fills the room alone, if one does.
    pub full: Option<usize>,
    /// The two viewports that fill the room together, if two do: before one that would alone.
    pub curtain: Option<Curtain>,
    /// Whether the strip of series stands at its left.
    pub has_strip: bool,
    /// Whether title, strip, tools and status are there at all.
    pub has_chrome: bool,
    /// Whether gray between two driving levels is shown by a pattern of both.
    pub is_dithered: bool,
    /// The test pattern that fills it in place of everything else.
    pub pattern: Option<ShownPattern>,
    /// All viewports that were ever shown here; the first [`Division::count`] have a place. The rest come back as
    /// they were.
    pub viewports: Vec<Viewport>,
    /// The viewport that had the focus when another window took it.
    pub(super) last_focused: usize,
}

impl Screen {
    /// It is on a monitor now, or it is not known on which. What the reader chose stays, unless what is said of it was changed.
    pub(super) fn stand_on(&mut self, monitor: &Result<ScreenMonitor, String>) {
        let is_dithered = |on: &Result<ScreenMonitor, String>| on.as_ref().is_ok_and(|on| on.is_dithered);
        if is_dithered(&self.monitor) != is_dithered(monitor) {
            self.is_dithered = is_dithered(monitor);
        }
        self.monitor.clone_from(monitor);
    }

    pub(super) fn new(id: u32, settings: &SessionSettings) -> Self {
        Self {
            id,
            surface: Surface { width: 0, height: 0, scale: 1.0 },
            monitor: Err("No monitor was looked for.".to_owned()),
            division: Division::Grid(settings.grid),
            full: None,
            curtain: None,
            has_chrome: true,
            is_dithered: false,
            pattern: None,
            // Further windows are for images.
            has_strip: id == 0,
            viewports: vec![settings.fresh_viewport(); settings.grid.count()],
            last_focused: 0,
        }
    }

    /// A single viewport makes room for another beside it.
    pub(super) fn make_room(&mut self) {
        if let (1, Some(side_by_side)) = (self.division.count(), Grid::new(1, 2)) {
            self.division = Division::Grid(side_by_side);
        }
    }

    /// No viewport fills the room any more.
    pub(super) fn show_all(&mut self) {
        (self.full, self.curtain) = (None, None);
    }

    /// The viewports on screen, with their indices.
    pub fn visible(&self) -> impl Iterator<Item = (usize, &Viewport)> {
        let placed = self.viewports.iter().enumerate().take(self.division.count());
        let is_visible = |index: usize| match &self.curtain {
            Some(curtain) => curtain.other_of(index).is_some(),
            None => self.full.is_none_or(|full| full == index),
        };
        placed.filter(move |(index, _)| is_visible(*index))
    }

    /// Where each image stands: the tiles of each viewport on screen, in reading order.
    pub fn places(&self) -> Vec<Place> {
        let Surface { width, height, .. } = self.surface;
        if let Some(curtain) = &self.curtain {
            let rect = DeviceRect { x: 0, y: 0, width, height };
            let (left, right) = curtain.parts(rect);
            let place = |viewport, clip| Place { viewport, tile: 0, rect, clip };
            return vec![place(curtain.viewports.0, left), place(curtain.viewports.1, right)];
        }
        let rects = match &self.division {
            division if self.full.is_none() => division.rects(width, height),
            _ => cells(Grid::ONE, width, height),
        };
        let visible = self.visible().zip(rects);
        visible
            .flat_map(|((viewport, shown), rect)| {
                let tiles = cells(shown.tiles, rect.width, rect.height);
                tiles.into_iter().enumerate().map(move |(tile, part)| {
                    let rect = DeviceRect { x: rect.x + part.x, y: rect.y + part.y, ..part };
                    Place { viewport, tile, rect, clip: rect }
                })
            })
            .collect()
    }

    /// The viewport that lies on a side of one: of those that lie level with it the nearest, and of several the one that shares
    /// most of its edge; else the nearest of all on that side. Where one fills the room, it is that beside its own place.
    pub(super) fn beside(&self, viewport: usize, side: Side) -> Option<usize> {
        let rects = self.division.rects(self.surface.width, self.surface.height);
        // From where to where a rectangle goes towards the side, and across.
        let spans = |rect: &DeviceRect| {
            let across = (rect.x, rect.x + rect.width);
            let down = (rect.y, rect.y + rect.height);
            if matches!(side, Side::Left | Side::Right) { (across, down) } else { (down, across) }
        };
        let (here, level) = spans(rects.get(viewport)?);
        let found = rects.iter().enumerate().filter_map(|(index, rect)| {
            let (there, other) = spans(rect);
            let gap = match side {
                Side::Left | Side::Up => here.0.checked_sub(there.1),
                Side::Right | Side::Down => there.0.checked_sub(here.1),
            }?;
            let shared = level.1.min(other.1).saturating_sub(level.0.max(other.0));
            (index != viewport).then_some(((shared == 0, gap, Reverse(shared)), index))
        });
        found.min_by_key(|(rank, _)| *rank).map(|(_, index)| index)
    }

    /// Where one tile of a viewport stands, if it is on screen.
    pub fn place(&self, viewport: usize, tile: usize) -> Option<DeviceRect> {
        self.place_of(viewport, tile).map(|place| place.rect)
    }

    /// The same, and what is seen of it.
    pub(super) fn place_of(&self, viewport: usize, tile: usize) -> Option<Place> {
        self.places().into_iter().find(|place| (place.viewport, place.tile) == (viewport, tile))
    }
}

/// How the room of a window is divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Division {
    /// A viewport in each cell of rows and columns.
    Grid(Grid),
    /// Viewports that span cells, as a hanging protocol says.
    Areas(Areas),
}

/// Viewports that span cells of rows and columns of equal size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Areas {
    /// How many columns.
    pub columns: usize,
    /// How many rows.
    pub rows: usize,
    /// Which cells each viewport spans.
    pub cells: Vec<Cells>,
}

impl Division {
    /// How many viewports have a place.
    pub const fn count(&self) -> usize {
        match self {
            Self::Grid(grid) => grid.count(),
            Self::Areas(areas) => areas.cells.len(),
        }
    }

    /// Where each stands, in whole device pixels with a gap of one between them.
    fn rects(&self, width: u32, height: u32) -> Vec<DeviceRect> {
        let areas = match self {
            Self::Grid(grid) => return cells(*grid, width, height),
            Self::Areas(areas) => areas,
        };
        let (columns, rows) = (divide(width, areas.columns), divide(height, areas.rows));
        let span = |parts: &[(u32, u32)], first: usize, count: usize| {
            let part = |at: usize| parts.get(at).copied().unwrap_or_default();
            let ((start, _), (last, length)) = (part(first), part((first + count).saturating_sub(1)));
            (start, (last + length).saturating_sub(start))
        };
        let rect = |cells: &Cells| {
            let (x, width) = span(&columns, cells.column, cells.columns);
            let (y, height) = span(&rows, cells.row, cells.rows);
            DeviceRect { x, y, width, height }
        };
        areas.cells.iter().map(rect).collect()
    }
}

impl From<&crate::hanging::Grid> for Division {
    /// The viewports in the order of their letters; a plain grid where that is the same.
    fn from(grid: &crate::hanging::Grid) -> Self {
        let (columns, rows) = grid.size();
        let cells: Vec<Cells> = grid.places().into_values().collect();
        let in_order = |(at, cells): (usize, &Cells)| {
            *cells == Cells { column: at % columns, row: at / columns, columns: 1, rows: 1 }
        };
        match Grid::new(rows, columns) {
            Some(grid) if cells.len() == grid.count() && cells.iter().enumerate().all(in_order) => {
                Self::Grid(grid)
            }
            _ => Self::Areas(Areas { columns, rows, cells }),
        }
    }
}

/// A rectangle in device pixels of a window's room for viewports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The cells of a grid, row by row, in whole device pixels with a gap of one between them.
pub(super) fn cells(grid: Grid, width: u32, height: u32) -> Vec<DeviceRect> {
    let columns = divide(width, grid.columns);
    let rows = divide(height, grid.rows);
    rows.iter()
        .flat_map(|&(y, height)| columns.iter().map(move |&(x, width)| DeviceRect { x, y, width, height }))
        .collect()
}

/// Splits a length into parts of nearly equal length with a gap of one between them.
fn divide(length: u32, parts: usize) -> Vec<(u32, u32)> {
    let parts = u32::try_from(parts).unwrap_or(1).max(1);
    let room = u64::from(length.saturating_sub(parts - 1));
    let edge = |part: u32| {
        let before = room * u64::from(part) / u64::from(parts);
        u32::try_from(before).unwrap_or(u32::MAX)
    };
    (0..parts).map(|part| (edge(part) + part, edge(part + 1) - edge(part))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_window_with_one_pixel_between() {
        let grid = Grid::new(1, 2).expect("a grid");
        let rect = |x, width| DeviceRect { x, y: 0, width, height: 50 };
        assert_eq!(cells(grid, 101, 50), [rect(0, 50), rect(51, 50)]);
        assert_eq!(cells(grid, 100, 50), [rect(0, 49), rect(50, 50)]);
        assert_eq!(cells(Grid::ONE, 0, 0).len(), 1);
    }

    #[test]
    fn on_a_side_lies_what_shares_most_of_the_edge_and_else_the_nearest() {
        use Side::{Down, Left, Right, Up};
        let mut screen = Screen::new(0, &SessionSettings::default());
        screen.surface = Surface { width: 300, height: 200, scale: 1.0 };
        screen.division =
            Division::from(&crate::hanging::Grid::parse(&["A B", "A C", "A C"]).expect("a grid"));
        let from = |viewport, side| screen.beside(viewport, side);
        assert_eq!([from(0, Right), from(1, Left), from(2, Left)], [Some(2), Some(0), Some(0)]);
        assert_eq!(
            [from(1, Down), from(2, Up), from(0, Down), from(0, Left)],
            [Some(2), Some(1), None, None]
        );
        screen.division = Division::from(&crate::hanging::Grid::parse(&["A .", ". B"]).expect("a grid"));
        assert_eq!([screen.beside(0, Right), screen.beside(1, Up)], [Some(1), Some(0)], "not level");
    }

    #[test]
    fn a_viewport_that_spans_cells_ends_where_its_neighbours_do() {
        let division = |rows: &[&str]| Division::from(&crate::hanging::Grid::parse(rows).expect("a grid"));
        let rect = |x, y, width, height| DeviceRect { x, y, width, height };
        let spanning = division(&["A B", "A C"]).rects(101, 51);
        assert_eq!(spanning, [rect(0, 0, 50, 51), rect(51, 0, 50, 25), rect(51, 26, 50, 25)]);
        assert_eq!(division(&["A B", "C D"]), Division::Grid(Grid::new(2, 2).expect("a grid")));
        assert!(matches!(division(&["B A"]), Division::Areas(_)), "the first viewport is that of A");
        assert_eq!(division(&["A .", ". B"]).rects(101, 51), [rect(0, 0, 50, 25), rect(51, 26, 50, 25)]);
    }
}
