//! The display tables on the card, one a screen: a window that goes to another monitor changes one of them.

use std::collections::HashMap;

use crate::grayscale::DisplayTable;

use super::device::{Gpu, GpuError};
use super::pipelines::Pipelines;
use super::upload::upload_table;

/// Screens with a table; more than anybody has windows on monitors.
const SCREENS_MAX: usize = 64;

/// Driving levels of the surfaces that [`super::Engine`] takes.
const SURFACE_LEVELS: u32 = 256;

/// Tables of screens.
#[derive(Debug)]
pub(super) struct Displays {
    by_screen: HashMap<u32, OnCard>,
    /// Of every screen without one.
    uncalibrated: OnCard,
}

/// A table, ready to be drawn with.
#[derive(Debug)]
pub(super) struct OnCard {
    pub(super) highest: u32,
    pub(super) levels: wgpu::BindGroup,
    /// Between levels.
    pub(super) ideals: wgpu::BindGroup,
}

impl Displays {
    pub(super) fn new(gpu: &Gpu, pipelines: &Pipelines) -> Self {
        let uncalibrated = OnCard::of(gpu, pipelines, &DisplayTable::identity(256));
        Self { by_screen: HashMap::new(), uncalibrated }
    }

    pub(super) fn set(
        &mut self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        screen: u32,
        table: &DisplayTable,
    ) -> Result<(), GpuError> {
        let levels = u32::from(table.highest().0) + 1;
        if levels > SURFACE_LEVELS {
            return Err(GpuError::Levels { levels, most: SURFACE_LEVELS });
        }
        if self.by_screen.len() >= SCREENS_MAX && !self.by_screen.contains_key(&screen) {
            return Err(GpuError::Screens { most: SCREENS_MAX });
        }
        let on_card = gpu.try_to("a display table", || Ok(OnCard::of(gpu, pipelines, table)))?;
        self.by_screen.insert(screen, on_card);
        Ok(())
    }

    pub(super) fn forget(&mut self, screen: u32) {
        self.by_screen.remove(&screen);
    }

    pub(super) fn of(&self, screen: u32) -> &OnCard {
        self.by_screen.get(&screen).unwrap_or(&self.uncalibrated)
    }
}

impl OnCard {
    fn of(gpu: &Gpu, pipelines: &Pipelines, table: &DisplayTable) -> Self {
        let group = |label, entries| {
            let view = upload_table(gpu, label, entries);
            pipelines.table_group(gpu, &view)
        };
        Self {
            highest: u32::from(table.highest().0),
            levels: group("display table", table.entries()),
            ideals: group("display table between levels", table.ideals()),
        }
    }
}
