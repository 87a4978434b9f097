//! A window of ours on a monitor: its viewports in rows and columns.

use crate::command::Grid;

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
    /// Rows and columns.
    pub grid: Grid,
    /// The viewport that fills the room alone, if one does.
    pub full: Option<usize>,
    /// Whether the strip of series stands at its left.
    pub has_strip: bool,
    /// Whether title, strip, tools and status are there at all.
    pub has_chrome: bool,
    /// Whether gray between two driving levels is shown by a pattern of both.
    pub is_dithered: bool,
    /// All viewports that were ever shown here; the first `grid.count()` have a place in the grid. The rest come back as
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
            grid: settings.grid,
            full: None,
            has_chrome: true,
            is_dithered: false,
            // Further windows are for images.
            has_strip: id == 0,
            viewports: vec![settings.fresh_viewport(); settings.grid.count()],
            last_focused: 0,
        }
    }

    /// The viewports on screen, with their indices.
    pub fn visible(&self) -> impl Iterator<Item = (usize, &Viewport)> {
        let in_grid = self.viewports.iter().enumerate().take(self.grid.count());
        in_grid.filter(|(index, _)| self.full.is_none_or(|full| full == *index))
    }

    /// Where each image stands: the tiles of each viewport on screen, in reading order.
    pub fn places(&self) -> Vec<Place> {
        let Surface { width, height, .. } = self.surface;
        let grid = if self.full.is_some() { Grid::ONE } else { self.grid };
        let rects = cells(grid, width, height);
        let visible = self.visible().zip(rects);
        visible
            .flat_map(|((viewport, shown), rect)| {
                let tiles = cells(shown.tiles, rect.width, rect.height);
                tiles.into_iter().enumerate().map(move |(tile, part)| Place {
                    viewport,
                    tile,
                    rect: DeviceRect { x: rect.x + part.x, y: rect.y + part.y, ..part },
                })
            })
            .collect()
    }

    /// Where one tile of a viewport stands, if it is on screen.
    pub fn place(&self, viewport: usize, tile: usize) -> Option<DeviceRect> {
        let places = self.places();
        let place = places.iter().find(|place| (place.viewport, place.tile) == (viewport, tile))?;
        Some(place.rect)
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
}
