//! Where the samples of a picture through a volume lie, as the card is told: steps that lose no share of a voxel, however far from
//! the first.

use glam::DVec3;

use crate::geometry::{Map, Point, View, Voxel};
use crate::volume::{Encoding, Slab, Volume};

use super::super::reformat::ReformatPass;
use super::super::rendering::RenderingPass;
use super::blocks::block;

/// The samples of a picture through a volume: along the third axis of a view, behind each device pixel alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rays<'a> {
    pub(super) volume: &'a Volume,
    pub(super) voxel_from_view: &'a Map<Voxel, View>,
    pub(super) view_size: (u32, u32),
    /// Where the first lies along the third axis.
    pub(super) first_mm: f64,
    /// From one to the next.
    pub(super) step_mm: f64,
}

impl<'a> Rays<'a> {
    /// Through the planes of a slab.
    pub(super) fn of_slab(pass: &'a ReformatPass) -> Self {
        Self::through(&pass.volume, &pass.voxel_from_view, pass.view_size, pass.slab)
    }

    /// The same, of any map.
    pub(super) fn through(
        volume: &'a Volume,
        voxel_from_view: &'a Map<Voxel, View>,
        view_size: (u32, u32),
        slab: Slab,
    ) -> Self {
        let first_mm = slab.offsets_mm().next().unwrap_or(0.0);
        Self { volume, voxel_from_view, view_size, first_mm, step_mm: slab.step_mm() }
    }

    /// Of light.
    pub(super) fn of_light(pass: &'a RenderingPass) -> Self {
        let RenderingPass { volume, voxel_from_view, view_size, step_mm, .. } = pass;
        Self { volume, voxel_from_view, view_size: *view_size, first_mm: 0.0, step_mm: *step_mm }
    }

    /// The device pixel that steps count from: the one in the middle.
    fn anchor(self) -> [u32; 2] {
        [self.view_size.0 / 2, self.view_size.1 / 2]
    }

    /// Where its first sample lies.
    pub(super) fn start(self) -> Point<View> {
        let [x, y] = self.anchor().map(|pixel| f64::from(pixel) + 0.5);
        Point::new(x, y, self.first_mm)
    }
}

block! {
    /// What `shaders/lib/walk.wgsl` is told, as a part of other blocks: how positions in a volume follow one another, from device
    /// pixel to device pixel and deeper. Steps are told by their leading digits and what they lack.
    WalkBlock {
        /// Step between voxels from one device pixel to the next on the right: its leading digits.
        right_coarse: [f32; 4],
        /// What they lack.
        right_fine: [f32; 4],
        /// Step to the next device pixel below.
        down_coarse: [f32; 4],
        /// What it lacks.
        down_fine: [f32; 4],
        /// Step from one sample to the next.
        deep_coarse: [f32; 4],
        /// What it lacks.
        deep_fine: [f32; 4],
        /// The voxel that steps count from.
        base: [i32; 4],
        /// How far from it the first sample of the device pixel `anchor` lies.
        rest: [f32; 4],
        /// Columns, rows and planes of the volume.
        size: [i32; 4],
        /// Of its planes the first that samples are taken from, and the one after the last; the first one that is there. Of a picture
        /// that is drawn in parts alone.
        part: [i32; 4],
        /// The device pixel that steps count from.
        anchor: [i32; 2],
        /// The smallest and the largest stored value that is padding.
        padding: [f32; 2],
    }
}

impl WalkBlock {
    /// Of the samples of a picture.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what single precision holds")]
    #[expect(clippy::cast_possible_wrap, reason = "sides of volumes and pictures are small")]
    pub(super) fn of(rays: Rays<'_>) -> Self {
        let map = rays.voxel_from_view;
        let start = (*map * rays.start()).xyz;
        let steps = [map.x_axis().xyz, map.y_axis().xyz, map.z_axis().xyz * rays.step_mm];
        let grain = grain_of(steps);
        let [(right_coarse, right_fine), (down_coarse, down_fine), (deep_coarse, deep_fine)] =
            steps.map(|step| split(step, grain));
        // Further away nothing is seen anyway.
        let base = start.floor().clamp(DVec3::splat(-BASE_MOST), DVec3::splat(BASE_MOST));
        let is_finite = start.is_finite() && steps.iter().all(|step| step.is_finite());
        let size = if is_finite { rays.volume.size() } else { [0; 3] };
        Self {
            right_coarse,
            right_fine,
            down_coarse,
            down_fine,
            deep_coarse,
            deep_fine,
            base: [base.x as i32, base.y as i32, base.z as i32, 0],
            rest: four(start - base),
            size: [size[0] as i32, size[1] as i32, size[2] as i32, 0],
            part: [0; 4],
            anchor: rays.anchor().map(|pixel| pixel as i32),
            padding: padding_of(rays.volume),
        }
    }
}

/// The smallest and the largest stored value of a volume that is padding.
#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
pub(super) fn padding_of(volume: &Volume) -> [f32; 2] {
    match volume.encoding() {
        Encoding::Stored { padding: Some(padding), .. } => [padding.low as f32, padding.high as f32],
        Encoding::Stored { padding: None, .. } | Encoding::Modality => [1.0, -1.0],
    }
}

/// The furthest voxel that steps count from.
const BASE_MOST: f64 = 16_777_216.0;

/// The last digit of the leading parts of steps: eleven binary digits for the largest of them. A picture has no more than
/// thirteen digits of pixels, so that a product keeps all of its digits, and so does the sum wherever a volume can be.
fn grain_of(steps: [DVec3; 3]) -> f64 {
    const DIGITS: i32 = 10;
    let most = steps.into_iter().map(|step| step.abs().max_element()).fold(f64::MIN_POSITIVE, f64::max);
    libm::exp2(libm::floor(libm::log2(most))) * libm::exp2(f64::from(-DIGITS))
}

/// A step as its leading digits and what they lack.
fn split(step: DVec3, grain: f64) -> ([f32; 4], [f32; 4]) {
    let coarse = (step / grain).round() * grain;
    (four(coarse), four(step - coarse))
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
pub(super) const fn four(xyz: DVec3) -> [f32; 4] {
    [xyz.x as f32, xyz.y as f32, xyz.z as f32, 0.0]
}
