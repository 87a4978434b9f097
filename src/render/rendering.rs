//! A volume as a body under light, as plain data.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::geometry::{CardinalPlane, Map, Patient, Point, Section, Vector, View, Voxel};
use crate::volume::{ClipPlane, Lighting, Ray, Transfer, Volume};

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
    /// What is cut away, at most [`RenderingPass::PLANES_MAX`] planes.
    pub clip: Vec<ClipPlane>,
    /// From sRGB to the monitor's colours; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
}

/// From where a volume is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Around the axis from feet to head: 0 from the front, 90 from the patient's left.
    pub azimuth_degrees: f64,
    /// Above the horizon: 90 from the head.
    pub elevation_degrees: f64,
}

impl Camera {
    /// What is right, down and away in its picture of a point.
    pub fn section(self, center: Point<Patient>) -> Section {
        let front = Section::cardinal(CardinalPlane::Coronal, center);
        let aside = front.turned(Vector::new(0.0, 0.0, 1.0), self.azimuth_degrees);
        aside.turned(aside.right(), -self.elevation_degrees)
    }
}

impl RenderingPass {
    /// The most planes that cut.
    pub const PLANES_MAX: usize = 8;

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
            clip: Vec::new(),
            monitor: None,
        }
    }

    /// What the card draws of it. Of what moves it draws a quarter of the pixels, each of them over four, and samples three
    /// times as far apart.
    #[must_use]
    pub fn drawn(&self) -> Self {
        const LONGER: f64 = 3.0;
        if !self.is_moving {
            return self.clone();
        }
        let map = &self.voxel_from_view;
        Self {
            view_size: (self.view_size.0.div_ceil(2), self.view_size.1.div_ceil(2)),
            voxel_from_view: Map::from_axes(
                map.x_axis() * 2.0,
                map.y_axis() * 2.0,
                map.z_axis(),
                map.origin(),
            ),
            step_mm: self.step_mm * LONGER,
            is_moving: false,
            ..self.clone()
        }
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
    use crate::geometry::orientation_letters;

    #[test]
    fn cameras_stand_where_radiologists_say() {
        let seen = |azimuth_degrees, elevation_degrees| {
            let section = Camera { azimuth_degrees, elevation_degrees }.section(Point::new(0.0, 0.0, 0.0));
            [section.right(), section.down(), section.normal()].map(orientation_letters)
        };
        assert_eq!(seen(0.0, 0.0), ["L", "F", "P"]);
        assert_eq!(seen(90.0, 0.0), ["P", "F", "R"]);
        assert_eq!(seen(180.0, 0.0), ["R", "F", "A"]);
        assert_eq!(seen(0.0, 90.0), ["L", "A", "F"]);
    }
}
