//! Draws planes and slabs through volumes into the targets of viewports; from there they go the way of slices.

use std::sync::Arc;

use crate::color::{ColorPalette, ColorTransform};
use crate::grayscale::Curve;
use crate::session::DeviceRect;

use super::super::reformat::ReformatPass;
use super::blocks::ReformatBlock;
use super::device::{Gpu, GpuError};
use super::engine::{Content, Engine, Slot, Values};
use super::pipelines::{ReformatKind, SliceEntry, group};
use super::target::{Target, render, target_texture};

/// What became of a reformat that was to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prepared {
    /// Whether it was drawn, and not there already.
    pub is_drawn: bool,
    /// Whether all that was received of its volume is in it; if not, it is to be drawn again in the next frame.
    pub is_complete: bool,
}

/// All that decides what a picture shows, but for the pixels of its volume.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawing {
    /// Which volume on the card, and how often it had changed.
    volume: (u64, u64),
    kind: ReformatKind,
    block: ReformatBlock,
    /// In device pixels, or in twos of them.
    drawn_size: (u32, u32),
    view_size: (u32, u32),
    curve: Option<Curve>,
    palette: Option<Arc<ColorPalette>>,
    monitor: Option<Arc<ColorTransform>>,
}

impl Engine {
    /// Draws a plane or a slab into the viewport's own target, unless just that is in it; as [`Engine::prepare`].
    ///
    /// Of its volume, no more is sent to the card than a frame has time for. Until all is there, planes that are lacking are
    /// hatched as those that were not received.
    pub fn prepare_reformat(&mut self, slot: Slot, pass: &ReformatPass) -> Result<Prepared, GpuError> {
        self.prepare_of_volume(slot, pass.view_size, |engine| engine.draw_if_changed(slot, pass))
    }

    /// The same for whatever is drawn of a volume.
    pub(super) fn prepare_of_volume(
        &mut self,
        slot: Slot,
        (width, height): (u32, u32),
        draw: impl FnOnce(&mut Self) -> Result<Prepared, GpuError>,
    ) -> Result<Prepared, GpuError> {
        self.check_lost()?;
        if width == 0 || height == 0 {
            self.take(slot);
            return Ok(Prepared { is_drawn: false, is_complete: true });
        }
        let prepared = self.try_to_draw(draw);
        if prepared.is_err() {
            self.forget(slot);
        }
        prepared
    }

    fn draw_if_changed(&mut self, slot: Slot, pass: &ReformatPass) -> Result<Prepared, GpuError> {
        let (drawing, is_complete, views) = self.drawing(pass, Values::Picture)?;
        let is_there = |content: &Content| matches!(content, Content::Reformat(drawn) if **drawn == drawing);
        if self.keep(slot, is_there) {
            return Ok(Prepared { is_drawn: false, is_complete });
        }
        let (old, _) = self.take(slot);
        let target = self.draw_reformat(old, &drawing, &views)?;
        let branch = self.branch_of_gray(pass.palette.as_ref(), pass.monitor.as_ref());
        let (width, height) = pass.view_size;
        let whole = DeviceRect { x: 0, y: 0, width, height };
        let content = Content::Reformat(Box::new(drawing));
        self.put(slot, (target, branch, None), content, Some(whole));
        Ok(Prepared { is_drawn: true, is_complete })
    }

    /// Draws into a target of its own, once all of the volume is on the card.
    pub(super) fn draw_whole_reformat(
        &mut self,
        pass: &ReformatPass,
        values: Values,
    ) -> Result<Target, GpuError> {
        let (drawing, views) = self.whole(|engine| engine.drawing(pass, values))?;
        self.draw_reformat(None, &drawing, &views)
    }

    /// What is to be drawn of a volume, once all of it is on the card.
    pub(super) fn whole<Drawing>(
        &mut self,
        mut part: impl FnMut(&mut Self) -> Result<(Drawing, bool, [wgpu::TextureView; 3]), GpuError>,
    ) -> Result<(Drawing, [wgpu::TextureView; 3]), GpuError> {
        loop {
            let (drawing, is_complete, views) = part(self)?;
            if is_complete {
                return Ok((drawing, views));
            }
            // What was sent leaves main memory before more follows.
            self.gpu.queue.submit([]);
            Gpu::wait(&self.gpu.device)?;
        }
    }

    /// What is to be drawn, with as much of the volume on the card as one picture may send, and what shaders read of it.
    fn drawing(
        &mut self,
        pass: &ReformatPass,
        values: Values,
    ) -> Result<(Drawing, bool, [wgpu::TextureView; 3]), GpuError> {
        let (volume, is_complete) = self.residency.volume(&self.gpu, &pass.volume)?;
        let entry = match (values, &pass.transform.curve) {
            (Values::Modality, _) => SliceEntry::Modality,
            (Values::Picture, None) => SliceEntry::Formula,
            (Values::Picture, Some(_)) => SliceEntry::Curve,
        };
        let drawn = match values {
            Values::Picture => pass.drawn(),
            Values::Modality => ReformatPass { is_moving: false, ..pass.clone() },
        };
        let slab = drawn.slab;
        let kind = ReformatKind {
            entry,
            sampling: drawn.sampling,
            projection: (slab.planes > 1).then_some(slab.projection),
            voxels: volume.kind(),
        };
        let drawing = Drawing {
            volume: (volume.id, volume.revision),
            kind,
            block: ReformatBlock::of(&drawn),
            drawn_size: drawn.view_size,
            view_size: pass.view_size,
            curve: pass.transform.curve.clone().filter(|_| entry == SliceEntry::Curve),
            palette: pass.palette.clone(),
            monitor: pass.monitor.clone(),
        };
        Ok((drawing, is_complete, volume.views()))
    }

    fn draw_reformat(
        &mut self,
        old: Option<Target>,
        drawing: &Drawing,
        [voxels, ranges, received]: &[wgpu::TextureView; 3],
    ) -> Result<Target, GpuError> {
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let pipeline = pipelines.reformat(gpu, drawing.kind);
        let curve = drawing.curve.as_ref();
        let curve = curve.map(|curve| pipelines.table_group(gpu, &self.residency.curve(gpu, curve)));
        let target = Target::again(old, gpu, pipelines, drawing.view_size, drawing.kind.entry.format())?;
        gpu.queue.write_buffer(&target.reformat_block, 0, bytemuck::bytes_of(&drawing.block));
        let inputs = [
            target.reformat_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(voxels),
            wgpu::BindingResource::TextureView(ranges),
            wgpu::BindingResource::TextureView(received),
        ];
        let inputs = group(gpu, &pipelines.reformat_layout, &inputs);
        let draw = |texture: &wgpu::Texture| {
            render(gpu, texture, |render_pass| {
                render_pass.set_pipeline(&pipeline);
                render_pass.set_bind_group(0, &inputs, &[]);
                if let Some(curve) = &curve {
                    render_pass.set_bind_group(1, curve, &[]);
                }
                render_pass.draw(0..3, 0..1);
            });
        };
        if drawing.drawn_size == drawing.view_size {
            draw(&target.texture);
            return Ok(target);
        }
        let small = target_texture(gpu, drawing.drawn_size, target.texture.format())?;
        draw(&small);
        let view = small.create_view(&wgpu::TextureViewDescriptor::default());
        let small = pipelines.table_group(gpu, &view);
        render(gpu, &target.texture, |render_pass| {
            render_pass.set_pipeline(&pipelines.enlarge);
            render_pass.set_bind_group(0, &small, &[]);
            render_pass.draw(0..3, 0..1);
        });
        Ok(target)
    }
}
