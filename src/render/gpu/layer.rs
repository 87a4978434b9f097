//! Draws a second volume over a picture. It has a picture of its own, of P-values and where they are seen; on the way to the panel
//! the two become one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::super::fused::LayerPass;
use super::super::pace::Coarseness;
use super::blocks::{DisplayBlock, LayerBlock};
use super::device::{Gpu, GpuError};
use super::engine::{Branch, Engine, Slot, Values};
use super::of_volume::{Prepared, Progress, VolumePass, VolumePicture};
use super::pipelines::{Pipelines, block, block_buffer, group, group_layout, module, pipeline, texture};
use super::shader::ShaderError;
use super::target::Target;

/// What shows a picture and a layer, made when first asked for.
#[derive(Debug)]
pub(super) struct Layers {
    /// A uniform block, the picture, the layer and its palette.
    layout: wgpu::BindGroupLayout,
    module: wgpu::ShaderModule,
    target: wgpu::TextureFormat,
    /// By the constant of [`Branch::constant`].
    panels: Mutex<HashMap<&'static str, wgpu::RenderPipeline>>,
}

/// A layer that lies over a viewport's picture.
#[derive(Debug)]
pub(super) struct Laid {
    /// Its own picture.
    target: Target,
    of: VolumePicture,
    /// What its volume lacks on the card.
    pub(super) progress: Option<Progress>,
    /// What `shaders/layer.wgsl` reads.
    block: wgpu::Buffer,
    group: wgpu::BindGroup,
    /// The share of its colour, and whether its floor is clear.
    told: (f32, bool),
}

impl Layers {
    pub(super) fn new(gpu: &Gpu, target: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        let layout = group_layout(gpu, &[block::<LayerBlock>(0), texture(1), texture(2), texture(3)]);
        Ok(Self { layout, module: module(gpu, "layer")?, target, panels: Mutex::default() })
    }

    pub(super) fn pipeline(
        &self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        constant: &'static str,
    ) -> wgpu::RenderPipeline {
        let make = || {
            let layouts = [Some(&self.layout), Some(&pipelines.table_layout)];
            let all = [(constant, 1.0)];
            let constants = if constant.is_empty() { &[] } else { &all[..] };
            pipeline(gpu, &self.module, "layered_level", &layouts, self.target, constants)
        };
        let mut panels = self.panels.lock().unwrap_or_else(PoisonError::into_inner);
        panels.entry(constant).or_insert_with(make).clone()
    }
}

impl Laid {
    /// What the shader reads, where the picture stands.
    pub(super) fn told(&self, gpu: &Gpu, at: DisplayBlock) -> &wgpu::BindGroup {
        let (opacity, is_floor_clear) = self.told;
        let DisplayBlock { left, top, highest } = at;
        let block = LayerBlock { left, top, highest, is_floor_clear: u32::from(is_floor_clear), opacity };
        gpu.queue.write_buffer(&self.block, 0, bytemuck::bytes_of(&block));
        &self.group
    }
}

impl Engine {
    /// Takes the layer from the viewport's picture.
    pub(super) fn take_layer(&mut self, slot: Slot) -> Option<Laid> {
        self.slots.get_mut(&slot).and_then(|drawn| drawn.layer.take())
    }

    /// Lays a layer over the viewport's picture, which was prepared just now: that of before where it is the same.
    pub(super) fn lay(
        &mut self,
        slot: Slot,
        before: Option<Laid>,
        pass: Option<&LayerPass>,
        (view_size, coarseness): ((u32, u32), Coarseness),
        below: Prepared,
    ) -> Result<Prepared, GpuError> {
        let Some(pass) = pass.filter(|pass| pass.is_seen()) else {
            return Ok(below.and(before.is_some(), true));
        };
        let section = pass.section(view_size, false);
        let section = VolumePass::Reformat(&section, Values::Layer);
        let seen = self.volume_in(slot, &pass.volume, false)?;
        let picture = section.picture(&seen, coarseness);
        let is_same = |laid: &Laid| laid.of == picture;
        let is_drawn = before.as_ref().is_none_or(|laid| !is_same(laid) || laid.told != told(pass));
        let (old, kept) = match before {
            Some(laid) if is_same(&laid) => (None, Some(laid.target)),
            before => (before.map(|laid| laid.target), None),
        };
        let target = match kept {
            Some(target) => target,
            None => self.draw_all(old, &picture, &seen.views, section.samples(coarseness))?,
        };
        let Some(mut drawn) = self.slots.remove(&slot) else { return Ok(below) };
        let laid = self.laid((&drawn.target, &drawn.branch), (target, picture), pass);
        drawn.layer = Some(Laid { progress: seen.progress(), ..laid });
        self.slots.insert(slot, drawn);
        Ok(below.and(is_drawn, seen.is_complete()))
    }

    /// A layer over a picture that no viewport has, once all of its volume is on the card.
    pub(super) fn laid_whole(
        &mut self,
        picture: (&Target, &Branch),
        pass: Option<&LayerPass>,
        is_moving: bool,
    ) -> Result<Option<Laid>, GpuError> {
        let Some(pass) = pass.filter(|pass| pass.is_seen()) else { return Ok(None) };
        let section = pass.section(picture.0.size, is_moving);
        let drawn = self.draw_whole(VolumePass::Reformat(&section, Values::Layer))?;
        Ok(Some(self.laid(picture, drawn, pass)))
    }

    /// The picture of a layer over another; its pipelines are made here, where errors are caught.
    fn laid(
        &mut self,
        (below, branch): (&Target, &Branch),
        (target, of): (Target, VolumePicture),
        pass: &LayerPass,
    ) -> Laid {
        let gpu = &self.gpu;
        let palette = self.residency.palette(gpu, &pass.palette, pass.monitor.as_ref());
        for is_dithered in [false, true] {
            self.layers.pipeline(gpu, &self.pipelines, branch.constant(is_dithered));
        }
        let block = block_buffer::<LayerBlock>(gpu, "layer");
        let [picture, layer] = [&below.texture, &target.texture]
            .map(|texture| texture.create_view(&wgpu::TextureViewDescriptor::default()));
        let views = [&picture, &layer, &palette].map(wgpu::BindingResource::TextureView);
        let [picture, layer, palette] = views;
        let group = group(gpu, &self.layers.layout, &[block.as_entire_binding(), picture, layer, palette]);
        Laid { target, of, progress: None, block, group, told: told(pass) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
const fn told(pass: &LayerPass) -> (f32, bool) {
    (pass.opacity.share() as f32, pass.is_floor_clear)
}

/// Whether a layer is seen, by what its picture says: `LAYER_…` in `shaders/layer.wgsl`.
pub(super) const fn is_seen(what: u16, is_floor_clear: bool) -> bool {
    what == 1 || (what == 2 && !is_floor_clear)
}
