//! What lies over the pixels of a frame: overlay planes and the display shutter. PS3.3 C.9.2, C.7.6.11.

use std::fmt;

use super::instance::Instance;
use super::samples::Samples;

/// What lies over each pixel of a frame, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Cover {
    cells: Vec<u8>,
    tints: Option<Vec<[u8; 4]>>,
}

/// Short: a plan is printed, and what is drawn over an image may name its patient.
impl fmt::Debug for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cover({} cells)", self.cells.len())
    }
}

impl Cover {
    /// The part of a cell that says which overlay planes mark it: 0 for none, else the number of the topmost layer of planes,
    /// from 1. There are 16 groups of overlays, so there are at most as many layers. PS3.5 7.6.
    pub const LAYER: u8 = 0x1F;
    /// The layer of an image's own planes.
    pub const PLANES: u8 = 1;
    /// The bit of a pixel that the shutter hides.
    pub const SHUTTER: u8 = 0x20;
    /// How many kinds of cells there are.
    pub const KINDS: usize = 0x40;

    /// Of a byte a pixel.
    pub const fn new(cells: Vec<u8>) -> Self {
        Self { cells, tints: None }
    }

    /// The same over pixels of which some have a colour: red, green, blue and 255, or four zeros.
    #[must_use]
    pub fn with_tints(self, tints: Vec<[u8; 4]>) -> Self {
        Self { tints: Some(tints), ..self }
    }

    /// Of either or both; `None` where there is neither.
    pub(super) fn joined(cells: Option<Vec<u8>>, tints: Option<Vec<[u8; 4]>>) -> Option<Self> {
        let count = cells.as_ref().map(Vec::len).or_else(|| tints.as_ref().map(Vec::len))?;
        Some(Self { cells: cells.unwrap_or_else(|| vec![0; count]), tints })
    }

    /// The colours of pixels that a supplemental palette shows, where there is one. PS3.3 C.7.6.19.
    pub fn tints(&self) -> Option<&[[u8; 4]]> {
        self.tints.as_deref()
    }

    /// The cells: sums of a layer's number and [`Cover::SHUTTER`].
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.cells.len() as u64 + self.tints.as_ref().map_or(0, |tints| tints.len() as u64 * 4)
    }
}

/// The cells over a frame, whose samples are as they lay in the file; `None` where nothing lies over it.
pub(super) fn cells_of(instance: &Instance, frame: u32, samples: &Samples) -> Option<Vec<u8>> {
    let (rows, columns) = (samples.rows, samples.columns);
    let shutter = instance.frame(frame).shutter.as_ref();
    if instance.overlays.is_empty() && shutter.is_none() {
        return None;
    }
    let mut cells = vec![0; rows as usize * columns as usize];
    let mut add = |row: u32, column: u32, bit: u8| {
        let place = row as usize * columns as usize + column as usize;
        cells.get_mut(place).into_iter().for_each(|cell| *cell |= bit);
    };
    for plane in instance.overlays.iter() {
        plane.draw(frame, (rows, columns), Some(&samples.data), |row, column| {
            add(row, column, Cover::PLANES);
        });
    }
    for (shutter, row) in shutter.into_iter().flat_map(|shutter| (0..rows).map(move |row| (shutter, row))) {
        let visible = shutter.visible(row, columns, instance.image.pixel_aspect);
        let hidden = (0..columns).zip(visible).filter(|(_, is_visible)| !is_visible);
        hidden.for_each(|(column, _)| add(row, column, Cover::SHUTTER));
    }
    cells.iter().any(|cell| *cell != 0).then_some(cells)
}
