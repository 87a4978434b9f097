//! What outlines cut away, as the card reads it: their masks in one texture, and where in them a sample lies.

use std::sync::Arc;

use bytemuck::Zeroable as _;

use crate::geometry::Point;
use crate::volume::{Cuts, ScissorCut};

use super::super::rendering::RenderingPass;
use super::blocks::block;

block! {
    /// What `shaders/rendering.wgsl` is told of the outlines that cut.
    CutsBlock {
        /// Of each the column of its mask that the ray of the pixel `anchor` starts in, and what a device pixel to the right, one
        /// below, and a step add.
        across: [[f32; 4]; Cuts::SCISSORS_MAX],
        /// The row, likewise.
        down: [[f32; 4]; Cuts::SCISSORS_MAX],
        /// Columns and rows of its mask, the word its rows begin at, and whether what lies inside is kept.
        masks: [[i32; 4]; Cuts::SCISSORS_MAX],
        /// How many cut.
        count: [i32; 4],
    }
}

impl CutsBlock {
    /// Of a pass that is drawn pixel for pixel.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    #[expect(clippy::cast_possible_wrap, reason = "eight masks of 1024 cells a side")]
    pub(super) fn of(pass: &RenderingPass) -> Self {
        let mut block = Self::zeroed();
        let patient_from_view = *pass.volume.patient_from_voxel() * pass.voxel_from_view;
        // As `Walk`: from the middle of the pixel in the middle.
        let [x, y] = [pass.view_size.0 / 2, pass.view_size.1 / 2].map(|pixel| f64::from(pixel) + 0.5);
        for (place, cut) in pass.cuts.scissors().iter().enumerate().take(Cuts::SCISSORS_MAX) {
            let map = *cut.cell_from_patient() * patient_from_view;
            let start = map * Point::flat(x, y);
            let deep = map.z_axis() * pass.step_mm;
            let (right, down) = (map.x_axis(), map.y_axis());
            block.across[place] = [start.xyz.x, right.xyz.x, down.xyz.x, deep.xyz.x].map(|part| part as f32);
            block.down[place] = [start.xyz.y, right.xyz.y, down.xyz.y, deep.xyz.y].map(|part| part as f32);
            let (columns, rows) = cut.size();
            let word = place * ScissorCut::ROW_WORDS;
            block.masks[place] = [columns as i32, rows as i32, word as i32, i32::from(cut.keeps_inside())];
        }
        block.count[0] = pass.cuts.scissors().len() as i32;
        block
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
