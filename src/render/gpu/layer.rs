//! Draws a second volume over a picture. It has a picture of its own, of P-values and where they are seen; on the way to the panel
//! the two become one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::super::frame::SlicePass;
use super::super::fused::LayerPass;
use super::super::reformat::ReformatPass;
use super::blocks::{DisplayBlock, LayerBlock};
use super::device::{Gpu, GpuError};
use super::engine::{Branch, Engine, Slot, Values};
use super::in_time::{Begun, Face, Prepared, Turn};
use super::of_volume::{VolumePass, VolumePicture};
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

/// The share of its colour that is seen of a layer, and whether its floor is clear.
type Told = (f32, bool);

/// A layer that lies over a viewport's picture.
#[derive(Debug)]
pub(super) struct Laid {
    /// Its own picture.
    target: Target,
    of: VolumePicture,
    /// What is to take its place.
    pub(super) begun: Begun,
    /// What `shaders/layer.wgsl` reads.
    block: wgpu::Buffer,
    group: wgpu::BindGroup,
    told: Told,
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

    /// Lays a layer over the viewport's image, which was prepared just now: that of before where it is the same.
    pub(super) fn lay_over_slice(
        &mut self,
        slot: Slot,
        before: Option<Laid>,
        pass: &SlicePass,
        below: Prepared,
    ) -> Result<Prepared, GpuError> {
        let mut work = self.take_work(slot);
        let Some(layer) = pass.layer.as_deref().filter(|layer| layer.is_seen()) else {
            return Ok(below.and(before.is_some(), true));
        };
        // Of what was there before the image.
        work.begun = Begun::default();
        let section = layer.section(pass.view_size, false);
        let mut above = self.turn_of_layer(slot, &section, before)?;
        self.draw_in_time(slot, [None, Some(&mut above.0)], &mut work)?;
        self.works.insert(slot, work);
        Ok(self.lay(slot, layer, above, below))
    }

    /// The picture of a layer that is to be drawn, in place of the one of before, and what was told of that.
    pub(super) fn turn_of_layer<'a>(
        &mut self,
        slot: Slot,
        section: &'a ReformatPass,
        before: Option<Laid>,
    ) -> Result<(Turn<'a>, Option<Told>), GpuError> {
        let told = before.as_ref().map(|laid| laid.told);
        let (face, begun) = match before {
            Some(Laid { target, of, begun, .. }) => (Some((target, of)), begun),
            None => (None, Begun::default()),
        };
        Ok((self.turn(slot, VolumePass::Reformat(section, Values::Layer), face, begun)?, told))
    }

    /// Lays a layer that was drawn in this frame over the viewport's picture, which was prepared too.
    pub(super) fn lay(
        &mut self,
        slot: Slot,
        pass: &LayerPass,
        (turn, before): (Turn<'_>, Option<Told>),
        below: Prepared,
    ) -> Prepared {
        let Turn { face: Some(face), begun, prepared, .. } = turn else { return below };
        let Some(mut drawn) = self.slots.remove(&slot) else { return below };
        let laid = self.laid((&drawn.target, &drawn.branch), (face, begun), pass);
        let is_drawn = prepared.is_drawn || before != Some(laid.told);
        drawn.layer = Some(laid);
        self.slots.insert(slot, drawn);
        below.and(is_drawn, prepared.is_complete)
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
        Ok(Some(self.laid(picture, (drawn, Begun::default()), pass)))
    }

    /// The picture of a layer over another; its pipelines are made here, where errors are caught.
    fn laid(
        &mut self,
        (below, branch): (&Target, &Branch),
        ((target, of), begun): (Face, Begun),
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
        Laid { target, of, begun, block, group, told: told(pass) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
const fn told(pass: &LayerPass) -> Told {
    (pass.opacity.share() as f32, pass.is_floor_clear)
}

/// Whether a layer is seen, by what its picture says: `LAYER_…` in `shaders/layer.wgsl`.
pub(super) const fn is_seen(what: u16, is_floor_clear: bool) -> bool {
    what == 1 || (what == 2 && !is_floor_clear)
}
