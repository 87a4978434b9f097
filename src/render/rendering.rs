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

    /// The same of a coarse copy of the volume, as [`ReformatPass::on`](super::ReformatPass).
    #[must_use]
    pub(super) fn on(&self, grid: &Arc<Volume>) -> Self {
        let grid_from_voxel = *grid.voxel_from_patient() * *self.volume.patient_from_voxel();
        Self {
            volume: Arc::clone(grid),
            voxel_from_view: grid_from_voxel * self.voxel_from_view,
            cuts: self.cuts.on(&self.volume, grid),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Camera;
    use crate::render::fused::tests::layer;

    #[test]
    fn rays_go_through_all_of_the_volume_and_light_comes_from_where_it_is_said() {
        let volume = layer(0.5, false).volume;
        let camera = Camera { azimuth_degrees: 33.0, elevation_degrees: -21.0 };
        let section = camera.section(volume.middle()).moved(5.0);
        let bone = Transfer::named("bone").expect("bone");
        let pass =
            |shine| RenderingPass::new(Arc::clone(&volume), &section, 0.7, (31, 41), Arc::clone(bone), shine);
        let ahead = pass([0.0, 0.0, 1.0]);
        let view_from_patient =
            (*volume.patient_from_voxel() * ahead.voxel_from_view).inverse().expect("a map");
        for corner in volume.corners() {
            let at = view_from_patient * corner;
            assert!(at.xyz.z >= 0.0, "{at:?} lies before the first sample");
            let away = corner - section.center();
            let [right, down] = [section.right(), section.down()].map(|side| away.dot(side) / 0.7);
            assert!((at.xyz.x - 15.5 - right).abs() < 1e-9 && (at.xyz.y - 20.5 - down).abs() < 1e-9);
        }
        assert!((ahead.mm_per_pixel() - 0.7).abs() < 1e-12);
        let is_near = |a: Vector<Patient>, b: Vector<Patient>| (a + b * -1.0).length() < 1e-12;
        assert!(is_near(ahead.lighting.viewer, section.normal() * -1.0));
        assert!(is_near(ahead.lighting.light, ahead.lighting.viewer), "from the viewer");
        let aside = pass([2.0, -1.0, 2.0]).lighting.light;
        let shines = section.right() * 2.0 + section.down() * -1.0 + section.normal() * 2.0;
        assert!(is_near(aside, shines * (-1.0 / 3.0)), "{aside:?}");
        let step: Vector<Patient> = *volume.patient_from_voxel() * ahead.ray(3, 4).step;
        assert!(is_near(step, section.normal() * volume.finest_mm()), "{step:?}");
    }
}
