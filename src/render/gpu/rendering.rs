//! Draws volumes under light into the targets of viewports; from there they go the way of colour images.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::session::DeviceRect;
use crate::volume::Transfer;

use super::super::rendering::RenderingPass;
use super::blocks::RenderingBlock;
use super::device::{Gpu, GpuError};
use super::engine::{Branch, Content, Engine, Slot};
use super::pipelines::{COLORS, VoxelKind, group};
use super::reformat::Prepared;
use super::target::{Target, render, render_onto, target_texture};

/// Device pixels that are drawn at once where nobody waits for a frame: no card is kept for longer than its system allows.
const PIXELS_AT_ONCE: u32 = 1 << 16;

/// All that decides what a picture shows, but for the pixels of its volume.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rendering {
    /// Which volume on the card, and how often it had changed.
    volume: (u64, u64),
    voxels: VoxelKind,
    block: RenderingBlock,
    /// In device pixels, or in twos of them.
    drawn_size: (u32, u32),
    view_size: (u32, u32),
    transfer: Arc<Transfer>,
    monitor: Option<Arc<ColorTransform>>,
}

impl Engine {
    /// Draws a volume under light into the viewport's own target, unless just that is in it; as [`Engine::prepare_reformat`].
    ///
    /// Of planes that cut the first [`RenderingPass::PLANES_MAX`] count. Planes that were not received are clear.
    pub fn prepare_rendering(&mut self, slot: Slot, pass: &RenderingPass) -> Result<Prepared, GpuError> {
        self.prepare_of_volume(slot, pass.view_size, |engine| {
            let (rendering, is_complete, views) = engine.rendering(pass)?;
            let is_there =
                |content: &Content| matches!(content, Content::Rendering(drawn) if **drawn == rendering);
            if engine.keep(slot, is_there) {
                return Ok(Prepared { is_drawn: false, is_complete });
            }
            let (old, _) = engine.take(slot);
            let whole = whole(pass.view_size);
            let target = engine.draw_rendering(old, &rendering, &views, whole)?;
            let branch = engine.branch_of_rendering(pass);
            engine.put(slot, (target, branch, None), Content::Rendering(Box::new(rendering)), Some(whole));
            Ok(Prepared { is_drawn: true, is_complete })
        })
    }

    /// Draws into a target of its own, once all of the volume is on the card.
    pub(super) fn draw_whole_rendering(&mut self, pass: &RenderingPass) -> Result<Target, GpuError> {
        let (rendering, views) = self.whole(|engine| engine.rendering(pass))?;
        let (width, height) = pass.view_size;
        if pass.is_moving {
            return self.draw_rendering(None, &rendering, &views, whole(pass.view_size));
        }
        let rows = (PIXELS_AT_ONCE / width.max(1)).max(1);
        let mut target = None;
        for y in (0..height).step_by(rows as usize) {
            let band = DeviceRect { x: 0, y, width, height: rows.min(height - y) };
            target = Some(self.draw_rendering(target, &rendering, &views, band)?);
            Gpu::wait(&self.gpu.device)?;
        }
        target.map_or_else(|| Target::new(&self.gpu, &self.pipelines, pass.view_size, COLORS), Ok)
    }

    /// What its picture goes through on its way to the panel.
    pub(super) fn branch_of_rendering(&mut self, pass: &RenderingPass) -> Branch {
        self.branch_of_color(pass.monitor.as_ref())
    }

    /// What is to be drawn, with as much of the volume on the card as one picture may send, and what shaders read of it.
    fn rendering(
        &mut self,
        pass: &RenderingPass,
    ) -> Result<(Rendering, bool, [wgpu::TextureView; 3]), GpuError> {
        let (volume, is_complete) = self.residency.volume(&self.gpu, &pass.volume)?;
        let drawn = pass.drawn();
        let rendering = Rendering {
            volume: (volume.id, volume.revision),
            voxels: volume.kind(),
            block: RenderingBlock::of(&drawn),
            drawn_size: drawn.view_size,
            view_size: pass.view_size,
            transfer: Arc::clone(&pass.transfer),
            monitor: pass.monitor.clone(),
        };
        Ok((rendering, is_complete, volume.views()))
    }

    /// Draws a part of the picture; all of one that moves.
    fn draw_rendering(
        &mut self,
        old: Option<Target>,
        rendering: &Rendering,
        [voxels, ranges, received]: &[wgpu::TextureView; 3],
        part: DeviceRect,
    ) -> Result<Target, GpuError> {
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let pipeline = pipelines.rendering(gpu, rendering.voxels);
        let transfer = self.residency.transfer(gpu, &rendering.transfer);
        let target = Target::again(old, gpu, pipelines, rendering.view_size, COLORS)?;
        gpu.queue.write_buffer(&target.rendering_block, 0, bytemuck::bytes_of(&rendering.block));
        let inputs = [
            target.rendering_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(voxels),
            wgpu::BindingResource::TextureView(ranges),
            wgpu::BindingResource::TextureView(received),
            wgpu::BindingResource::TextureView(&transfer),
        ];
        let inputs = group(gpu, &pipelines.rendering_layout, &inputs);
        let draw = |texture: &wgpu::Texture, part: DeviceRect| {
            // Each pixel of the part is written.
            render_onto(gpu, texture, wgpu::LoadOp::Load, |render_pass| {
                let DeviceRect { x, y, width, height } = part;
                render_pass.set_scissor_rect(x, y, width, height);
                render_pass.set_pipeline(&pipeline);
                render_pass.set_bind_group(0, &inputs, &[]);
                render_pass.draw(0..3, 0..1);
            });
        };
        if rendering.drawn_size == rendering.view_size {
            draw(&target.texture, part);
            return Ok(target);
        }
        let small = target_texture(gpu, rendering.drawn_size, COLORS)?;
        draw(&small, whole(rendering.drawn_size));
        let small = small.create_view(&wgpu::TextureViewDescriptor::default());
        let small = pipelines.table_group(gpu, &small);
        render(gpu, &target.texture, |render_pass| {
            render_pass.set_pipeline(&pipelines.enlarge_color);
            render_pass.set_bind_group(0, &small, &[]);
            render_pass.draw(0..3, 0..1);
        });
        Ok(target)
    }
}

const fn whole((width, height): (u32, u32)) -> DeviceRect {
    DeviceRect { x: 0, y: 0, width, height }
}
