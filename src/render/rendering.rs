//! A volume as a body under light, as plain data.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::geometry::{Map, Patient, Point, Section, Vector, View, Voxel};
use crate::volume::{Cuts, Lighting, Ray, Transfer, Volume};

use super::pace::Coarseness;

/// A volume rendered into a viewport, by parallel rays.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderingPass {
    /// The voxels: shared, and equal where they are of the same pixels.
    pub volume: Arc<Volume>,
    /// Width and height of the picture in device pixels.
    pub view_size: (u32, u32),
    /// From device pixels to indices of voxels; the third axis is a millimetre away from the viewer, and 0 lies before all
    /// voxels.
    pub voxel_from_view: Map<Voxel, View>,
    /// From one sample of a ray to the next, mm.
    pub step_mm: f64,
    /// Whether it changes from frame to frame: then it is drawn less finely, and says so.
    pub is_moving: bool,
    /// What values look like.
    pub transfer: Arc<Transfer>,
    /// Where light comes from.
    pub lighting: Lighting,
    /// What is cut away.
    pub cuts: Cuts,
    /// From sRGB to the monitor's colours; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
}

impl RenderingPass {
    /// A volume seen in the direction of a section's normal, at so many millimetres a device pixel, with samples no further apart
    /// than its finest voxels, and light that shines along `light` in the directions right, down and away of the picture.
    pub fn new(
        volume: Arc<Volume>,
        section: &Section,
        mm_per_pixel: f64,
        view_size: (u32, u32),
        transfer: Arc<Transfer>,
        [right, down, away]: [f64; 3],
    ) -> Self {
        let room = (f64::from(view_size.0), f64::from(view_size.1));
        let step_mm = volume.finest_mm();
        // Rays start before the nearest corner, so that their samples do not depend on where the section lies.
        let ahead = section.moved(-volume.reach_mm(section.center()));
        let viewer = section.normal() * -1.0;
        let shine = section.right() * right + section.down() * down + section.normal() * away;
        let light = (shine * -1.0).normalized().unwrap_or(viewer);
        Self {
            voxel_from_view: *volume.voxel_from_patient() * ahead.patient_from_view(mm_per_pixel, room),
            volume,
            view_size,
            step_mm,
            is_moving: false,
            transfer,
            lighting: Lighting { light, viewer },
            cuts: Cuts::default(),
            monitor: None,
        }
    }

    /// The side of a device pixel in the patient, mm.
    pub fn mm_per_pixel(&self) -> f64 {
        let right: Vector<Patient> = *self.volume.patient_from_voxel() * self.voxel_from_view.x_axis();
        right.length()
    }

    /// What the card draws of it, so coarsely: fewer pixels, each of them over several, and samples further apart.
    #[must_use]
    pub fn drawn(&self, coarseness: Coarseness) -> Self {
        Self {
            view_size: coarseness.view_size(self.view_size),
            voxel_from_view: coarseness.map(&self.voxel_from_view),
            step_mm: self.step_mm * f64::from(coarseness.steps),
            is_moving: false,
            ..self.clone()
        }
    }

    /// How many values are asked for at most, where nothing is skipped and no ray ends.
    pub fn samples(&self) -> f64 {
        let steps = 2.0 * self.volume.reach_mm(self.volume.middle()) / self.step_mm;
        f64::from(self.view_size.0) * f64::from(self.view_size.1) * steps
    }

    /// The ray of a device pixel.
    pub fn ray(&self, column: u32, row: u32) -> Ray {
        let center = Point::flat(f64::from(column) + 0.5, f64::from(row) + 0.5);
        Ray {
            start: self.voxel_from_view * center,
            step: self.voxel_from_view.z_axis() * self.step_mm,
            step_mm: self.step_mm,
        }
    }
}
