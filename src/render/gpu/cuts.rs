//! What is cut away, as the card reads it: planes in steps of rays, masks of outlines in one texture, and where in them a sample
//! lies.

use std::sync::Arc;

use bytemuck::Zeroable as _;

use crate::volume::{Cuts, Ray, ScissorCut};

use super::blocks::block;
use super::engine::Engine;
use super::target::Target;
use super::walk::Rays;

block! {
    /// What `shaders/lib/cut.wgsl` is told.
    CutsBlock {
        /// Of each plane, in steps: how far on its kept side the ray of the pixel `anchor` starts, and what a device pixel to the
        /// right, one below, and a step add, which is 1, -1 or nothing.
        planes: [[f32; 4]; Cuts::PLANES_MAX],
        /// Of each outline the column of its mask that the ray of `anchor` starts in, and what a device pixel to the right, one
        /// below, and a step add.
        across: [[f32; 4]; Cuts::SCISSORS_MAX],
        /// The row, likewise.
        down: [[f32; 4]; Cuts::SCISSORS_MAX],
        /// Columns and rows of its mask, the word its rows begin at, and whether what lies inside is kept.
        masks: [[i32; 4]; Cuts::SCISSORS_MAX],
    }
}

/// What is cut away of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cutting {
    block: CutsBlock,
    pub(super) counts: CutCounts,
    scissors: Vec<Arc<ScissorCut>>,
}

/// How much cuts: constants of `shaders/lib/cut.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct CutCounts {
    planes: u8,
    outlines: u8,
}

impl CutCounts {
    /// Nothing where nothing cuts: along a curve there is nothing to tell.
    pub(super) fn constants(self) -> impl Iterator<Item = (&'static str, f64)> {
        let counts = [("planes_cut", self.planes), ("outlines_cut", self.outlines)];
        counts.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name, f64::from(count)))
    }
}

impl CutsBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    #[expect(clippy::cast_possible_wrap, reason = "eight planes, and eight masks of 1024 cells a side")]
    fn of(cuts: &Cuts, rays: Rays<'_>) -> Self {
        let mut block = Self::zeroed();
        let map = rays.voxel_from_view;
        let step = map.z_axis() * rays.step_mm;
        for (room, plane) in block.planes.iter_mut().zip(cuts.planes()) {
            let step = step.dot(plane.normal);
            let (scale, sign) =
                if step.abs() < Ray::STEP_MIN { (1.0, 0.0) } else { (step.abs().recip(), step.signum()) };
            let [at, right, down] = [*map * rays.start() - plane.point, map.x_axis(), map.y_axis()]
                .map(|way| (way.dot(plane.normal) * scale) as f32);
            *room = [at, right, down, sign as f32];
        }
        let patient_from_view = *rays.volume.patient_from_voxel() * *map;
        for (place, cut) in cuts.scissors().iter().enumerate().take(Cuts::SCISSORS_MAX) {
            let map = *cut.cell_from_patient() * patient_from_view;
            let start = map * rays.start();
            let deep = map.z_axis() * rays.step_mm;
            let (right, down) = (map.x_axis(), map.y_axis());
            block.across[place] = [start.xyz.x, right.xyz.x, down.xyz.x, deep.xyz.x].map(|part| part as f32);
            block.down[place] = [start.xyz.y, right.xyz.y, down.xyz.y, deep.xyz.y].map(|part| part as f32);
            let (columns, rows) = cut.size();
            let word = place * ScissorCut::ROW_WORDS;
            block.masks[place] = [columns as i32, rows as i32, word as i32, i32::from(cut.keeps_inside())];
        }
        block
    }
}

impl Cutting {
    /// Of a pass that is drawn pixel for pixel.
    pub(super) fn of(cuts: &Cuts, rays: Rays<'_>) -> Self {
        let count = |cutting: usize| u8::try_from(cutting).unwrap_or(u8::MAX);
        let counts = CutCounts { planes: count(cuts.planes().len()), outlines: count(cuts.scissors().len()) };
        Self { block: CutsBlock::of(cuts, rays), counts, scissors: cuts.scissors().to_vec() }
    }
}

impl Engine {
    /// Tells the card what is cut away, and gives the masks of outlines. Nothing is read of them where there are none: any texture
    /// of integers serves.
    pub(super) fn tell_cuts(
        &mut self,
        target: &Target,
        cutting: &Cutting,
        any: &wgpu::TextureView,
    ) -> wgpu::TextureView {
        self.gpu.queue.write_buffer(&target.cuts_block, 0, bytemuck::bytes_of(&cutting.block));
        match cutting.scissors.as_slice() {
            [] => any.clone(),
            scissors => self.residency.masks(&self.gpu, scissors),
        }
    }
}

/// The masks beside one another: words of a row, and the rows.
pub(super) fn mask_words(cuts: &[Arc<ScissorCut>]) -> ((u32, u32), Vec<u32>) {
    let width = cuts.len() * ScissorCut::ROW_WORDS;
    let mut words = vec![0; width * ScissorCut::SIDE as usize];
    for (place, cut) in cuts.iter().enumerate() {
        let rows = words.chunks_mut(width.max(1));
        for (row, of_cut) in rows.zip(cut.bits().chunks(ScissorCut::ROW_WORDS)) {
            let room = row.get_mut(place * ScissorCut::ROW_WORDS..).unwrap_or_default();
            for (word, of_cut) in room.iter_mut().zip(of_cut) {
                *word = *of_cut;
            }
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "eight times 32 words")]
    ((width as u32, ScissorCut::SIDE), words)
}
