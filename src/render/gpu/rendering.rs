//! Volumes under light: what decides their picture, and what it is drawn by. From there it goes the way of colour images.

use std::sync::Arc;

use crate::volume::Transfer;

use super::super::rendering::RenderingPass;
use super::blocks::RenderingBlock;
use super::cuts::Cutting;
use super::device::GpuError;
use super::engine::{Engine, Slot};
use super::in_time::Prepared;
use super::of_volume::{Inputs, Seen, VolumePass};
use super::pipelines::{SliceEntry, VoxelKind, group};
use super::target::Target;
use super::walk::Rays;

/// All that decides what a picture shows, but for its volume, its size and the monitor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rendering {
    pub(super) entry: SliceEntry,
    block: RenderingBlock,
    cutting: Cutting,
    transfer: Arc<Transfer>,
}

impl Rendering {
    /// Of a pass that is drawn pixel for pixel.
    pub(super) fn of(drawn: &RenderingPass, seen: &Seen) -> Self {
        Self {
            entry: seen.entry(SliceEntry::Color),
            block: RenderingBlock::of(drawn, seen.held.told()),
            cutting: Cutting::of(&drawn.cuts, Rays::of_light(drawn)),
            transfer: Arc::clone(&drawn.transfer),
        }
    }
}

impl Engine {
    /// Draws a volume under light into the viewport's own target, unless just that is in it; as [`Engine::prepare_reformat`].
    ///
    /// Planes that were not received are clear.
    pub fn prepare_rendering(&mut self, slot: Slot, pass: &RenderingPass) -> Result<Prepared, GpuError> {
        self.prepare_of_volume(slot, VolumePass::Rendering(pass))
    }

    pub(super) fn rendering_inputs(
        &mut self,
        target: &Target,
        rendering: &Rendering,
        voxel_kind: VoxelKind,
        [voxels, ranges, received]: &[wgpu::TextureView; 3],
        before: &wgpu::TextureView,
    ) -> Inputs {
        let masks = self.tell_cuts(target, &rendering.cutting, received);
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let transfer = self.residency.transfer(gpu, &rendering.transfer);
        gpu.queue.write_buffer(&target.rendering_block, 0, bytemuck::bytes_of(&rendering.block));
        let inputs = [
            target.rendering_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(voxels),
            wgpu::BindingResource::TextureView(ranges),
            wgpu::BindingResource::TextureView(received),
            target.cuts_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(&masks),
            wgpu::BindingResource::TextureView(&transfer),
            wgpu::BindingResource::TextureView(before),
        ];
        Inputs {
            pipeline: pipelines.rendering(gpu, voxel_kind, rendering.cutting.counts, rendering.entry),
            group: group(gpu, &pipelines.rendering_layout, &inputs),
            curve: None,
        }
    }
}
