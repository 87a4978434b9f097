//! Pictures that are seen through: graphics over an image, drawn once and laid there for as long as nothing of them changes.
//!
//! Where nothing else lies over the image, both are drawn in one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::session::DeviceRect;

use super::blocks::block;
use super::device::{Gpu, GpuError};
use super::engine::{Engine, Slot};
use super::pipelines::{
    Pipelines, block, block_buffer, group, group_layout, module, pipeline, pipeline_onto, texture_of,
};
use super::shader::ShaderError;
use super::target::{cut, draw_in, without};
use super::upload::upload;

/// A picture whose colours are multiplied by their opacity. It goes to the card before it is first shown, and is freed there when it
/// is dropped.
#[derive(Debug)]
pub struct Pane {
    /// In the picture that it lies over.
    place: DeviceRect,
    /// Nothing once the card has them.
    rgba: Mutex<Vec<u8>>,
    on_card: OnceLock<OnCard>,
}

#[derive(Debug)]
struct OnCard {
    block: wgpu::Buffer,
    group: wgpu::BindGroup,
}

impl Pane {
    /// In its place in the picture that it lies over, in device pixels of that; 8-bit RGBA, row by row.
    pub const fn new(place: DeviceRect, rgba: Vec<u8>) -> Self {
        Self { place, rgba: Mutex::new(rgba), on_card: OnceLock::new() }
    }

    /// The bytes it takes, here or on the card.
    pub const fn bytes(&self) -> usize {
        4 * self.place.width as usize * self.place.height as usize
    }

    /// What the shader is told where the picture's corner stands at `origin`.
    fn told(&self, (left, top): (i32, i32)) -> PaneBlock {
        let edge = |origin: i32, start: u32| origin.saturating_add_unsigned(start);
        PaneBlock { left: edge(left, self.place.x), top: edge(top, self.place.y) }
    }
}

block! {
    /// What `shaders/pane.wgsl` is told.
    PaneBlock {
        /// Left edge of the pane on its surface; it may stand outside.
        left: i32,
        /// Top edge of the pane on its surface; it may stand outside.
        top: i32,
    }
}

/// What lays panes onto a surface.
#[derive(Debug)]
pub(super) struct Panes {
    /// A uniform block and colours.
    layout: wgpu::BindGroupLayout,
    module: wgpu::ShaderModule,
    target: wgpu::TextureFormat,
    /// Over what is there.
    blended: wgpu::RenderPipeline,
    /// With the picture below, by the constant of [`super::engine::Branch::constant`]; made when first asked for.
    with_picture: HashMap<&'static str, wgpu::RenderPipeline>,
}

impl Panes {
    pub(super) fn new(gpu: &Gpu, format: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        let colors = wgpu::TextureSampleType::Float { filterable: false };
        let texture = texture_of(1, colors, wgpu::TextureViewDimension::D2);
        let layout = group_layout(gpu, &[block::<PaneBlock>(0), texture]);
        let target = wgpu::ColorTargetState {
            format,
            blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            write_mask: wgpu::ColorWrites::ALL,
        };
        let module = module(gpu, "pane")?;
        let blended = pipeline_onto(gpu, &module, "seen_through", &[Some(&layout)], target, &[]);
        Ok(Self { layout, module, target: format, blended, with_picture: HashMap::new() })
    }

    fn on_card(&self, gpu: &Gpu, pane: &Pane) -> Result<OnCard, GpuError> {
        let (DeviceRect { width, height, .. }, side) = (pane.place, gpu.side_max());
        if width.max(height) > side {
            let limit = format!("{side} pixels a side");
            return Err(GpuError::TooLarge { what: "picture of graphics", width, height, limit });
        }
        let rgba = std::mem::take(&mut *pane.rgba.lock().unwrap_or_else(PoisonError::into_inner));
        let view = upload(gpu, "graphics", (width, height), wgpu::TextureFormat::Rgba8Unorm, &rgba);
        let block = block_buffer::<PaneBlock>(gpu, "pane");
        let inputs = [block.as_entire_binding(), wgpu::BindingResource::TextureView(&view)];
        let group = group(gpu, &self.layout, &inputs);
        Ok(OnCard { block, group })
    }

    /// Makes what draws a picture and a pane in one.
    fn make_with_picture(&mut self, gpu: &Gpu, pipelines: &Pipelines, constant: &'static str) {
        let layouts = [&self.layout, &pipelines.display_layout, &pipelines.table_layout].map(Some);
        let all = [(constant, 1.0)];
        let constants = if constant.is_empty() { &[] } else { &all[..] };
        let made = pipeline(gpu, &self.module, "picture_below", &layouts, self.target, constants);
        self.with_picture.insert(constant, made);
    }
}

impl Engine {
    /// Sends a pane to the card, unless it is there, and has [`Engine::paint`] draw it and the viewport's picture, which was
    /// prepared just now, in one where nothing else lies over that. The picture has no other pane until it is prepared again.
    pub fn prepare_pane(&mut self, slot: Slot, pane: &Arc<Pane>) -> Result<(), GpuError> {
        if self.gpu.is_lost() {
            return Err(GpuError::Lost);
        }
        let (gpu, pipelines, panes) = (&self.gpu, &self.pipelines, &mut self.panes);
        if pane.on_card.get().is_none() {
            let made = gpu.try_to("graphics", || panes.on_card(gpu, pane))?;
            pane.on_card.get_or_init(|| made);
        }
        let drawn = self.slots.get_mut(&slot);
        let Some(drawn) = drawn.filter(|drawn| drawn.layer.is_none() && drawn.tints.is_none()) else {
            return Ok(());
        };
        for constant in [false, true].map(|is_dithered| drawn.branch.constant(is_dithered)) {
            if !panes.with_picture.contains_key(constant) {
                gpu.try_to("graphics", || {
                    panes.make_with_picture(gpu, pipelines, constant);
                    Ok(())
                })?;
            }
        }
        drawn.pane = Arc::downgrade(pane);
        Ok(())
    }

    /// Lays a pane that is on the card over the viewport's picture, as much of it as lies in `clip`, but for what was painted with
    /// that; says whether there was one.
    ///
    /// The picture's corner stands at `origin`, where it was painted, in device pixels, of which some may lie outside of the surface.
    /// The render pass has its viewport set to as much of the picture as may be painted, and neither depth nor samples.
    pub fn lay_pane(
        &self,
        slot: Slot,
        pane: &Pane,
        origin: (i32, i32),
        clip: DeviceRect,
        render_pass: &mut wgpu::RenderPass<'_>,
    ) -> bool {
        let Some(OnCard { block, group }) = pane.on_card.get() else { return false };
        if let Some(part) = cut(pane.place, origin, clip) {
            let below = self.slots.get(&slot).filter(|drawn| std::ptr::eq(drawn.pane.as_ptr(), pane));
            let painted = below.and_then(|drawn| cut(drawn.covered?, origin, clip));
            self.gpu.queue.write_buffer(block, 0, bytemuck::bytes_of(&pane.told(origin)));
            render_pass.set_pipeline(&self.panes.blended);
            render_pass.set_bind_group(0, group, &[]);
            draw_in(render_pass, without(part, painted));
        }
        true
    }

    /// Draws a picture, for which all is set, in `part` of the surface, and the pane with it where that lies. The picture is what
    /// the groups of `shaders/display.wgsl` hold.
    pub(super) fn draw_below(
        &self,
        (pane, part): (&Pane, DeviceRect),
        origin: (i32, i32),
        constant: &'static str,
        picture: [&wgpu::BindGroup; 2],
        render_pass: &mut wgpu::RenderPass<'_>,
    ) {
        let ready = pane.on_card.get().zip(self.panes.with_picture.get(constant));
        let both = ready.zip(cut(pane.place, origin, part));
        draw_in(render_pass, without(part, both.map(|(_, both)| both)));
        if let Some(((OnCard { block, group }, pipeline), both)) = both {
            let [display, table] = picture;
            self.gpu.queue.write_buffer(block, 0, bytemuck::bytes_of(&pane.told(origin)));
            render_pass.set_pipeline(pipeline);
            render_pass.set_bind_group(0, group, &[]);
            render_pass.set_bind_group(1, display, &[]);
            render_pass.set_bind_group(2, table, &[]);
            draw_in(render_pass, [both]);
        }
    }
}
