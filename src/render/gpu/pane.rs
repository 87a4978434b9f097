//! Pictures that are seen through: graphics over an image, drawn once and laid there for as long as nothing of them changes.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::session::DeviceRect;

use super::blocks::block;
use super::device::{Gpu, GpuError};
use super::engine::Engine;
use super::pipelines::{block, block_buffer, entry, group, group_layout, module, pipeline_onto, texture_of};
use super::shader::ShaderError;
use super::target::cut;
use super::upload::upload;

/// A picture whose colours are multiplied by their opacity. It goes to the card before it is first shown, and is freed there when it
/// is dropped.
#[derive(Debug)]
pub struct Pane {
    size: (u32, u32),
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
    /// Of so many device pixels, 8-bit RGBA, row by row.
    pub const fn new(size: (u32, u32), rgba: Vec<u8>) -> Self {
        Self { size, rgba: Mutex::new(rgba), on_card: OnceLock::new() }
    }

    /// The bytes it takes, here or on the card.
    pub const fn bytes(&self) -> usize {
        4 * self.size.0 as usize * self.size.1 as usize
    }
}

block! {
    /// What `shaders/pane.wgsl` is told.
    PaneBlock {
        /// What of the pane, from 0 to 1 across it, stands in the middle of the viewport.
        middle: [f32; 2],
        /// How much of it there is from there to the right edge of the viewport, and to the upper one.
        reach: [f32; 2],
    }
}

impl PaneBlock {
    /// Of a pane whose corner stands at `origin`.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what a card has")]
    fn of(size: (u32, u32), origin: (i32, i32), viewport: DeviceRect) -> Self {
        let span = |size: u32, origin: i32, start: u32, length: u32| {
            let (size, half) = (f64::from(size), f64::from(length) / 2.0);
            [(f64::from(start) + half - f64::from(origin)) / size, half / size]
        };
        let [x, right] = span(size.0, origin.0, viewport.x, viewport.width);
        let [y, lower] = span(size.1, origin.1, viewport.y, viewport.height);
        Self { middle: [x as f32, y as f32], reach: [right as f32, -lower as f32] }
    }
}

/// What lays panes onto a surface.
#[derive(Debug)]
pub(super) struct Panes {
    layout: wgpu::BindGroupLayout,
    nearest: wgpu::Sampler,
    pipeline: wgpu::RenderPipeline,
}

impl Panes {
    pub(super) fn new(gpu: &Gpu, format: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        let block =
            wgpu::BindGroupLayoutEntry { visibility: wgpu::ShaderStages::VERTEX, ..block::<PaneBlock>(0) };
        let colors = wgpu::TextureSampleType::Float { filterable: false };
        let texture = texture_of(1, colors, wgpu::TextureViewDimension::D2);
        let sampler = entry(2, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::NonFiltering));
        let layout = group_layout(gpu, &[block, texture, sampler]);
        let target = wgpu::ColorTargetState {
            format,
            blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            write_mask: wgpu::ColorWrites::ALL,
        };
        let module = module(gpu, "pane")?;
        let pipeline = pipeline_onto(gpu, &module, "seen_through", &[Some(&layout)], target, &[]);
        // Neither filtered nor repeated.
        let nearest = gpu.device.create_sampler(&wgpu::SamplerDescriptor::default());
        Ok(Self { layout, nearest, pipeline })
    }

    fn on_card(&self, gpu: &Gpu, pane: &Pane) -> Result<OnCard, GpuError> {
        let ((width, height), side) = (pane.size, gpu.side_max());
        if width.max(height) > side {
            let limit = format!("{side} pixels a side");
            return Err(GpuError::TooLarge { what: "picture of graphics", width, height, limit });
        }
        let rgba = std::mem::take(&mut *pane.rgba.lock().unwrap_or_else(PoisonError::into_inner));
        let view = upload(gpu, "graphics", pane.size, wgpu::TextureFormat::Rgba8Unorm, &rgba);
        let block = block_buffer::<PaneBlock>(gpu, "pane");
        let inputs = [
            block.as_entire_binding(),
            wgpu::BindingResource::TextureView(&view),
            wgpu::BindingResource::Sampler(&self.nearest),
        ];
        let group = group(gpu, &self.layout, &inputs);
        Ok(OnCard { block, group })
    }
}

impl Engine {
    /// Sends a pane to the card, unless it is there.
    pub fn prepare_pane(&self, pane: &Pane) -> Result<(), GpuError> {
        if self.gpu.is_lost() {
            return Err(GpuError::Lost);
        }
        if pane.on_card.get().is_none() {
            let made = self.gpu.try_to("graphics", || self.panes.on_card(&self.gpu, pane))?;
            pane.on_card.get_or_init(|| made);
        }
        Ok(())
    }

    /// Lays a pane that is on the card over what is drawn, as much of it as lies in `clip`; says whether there was one.
    ///
    /// Its corner stands at `origin`, in device pixels, of which some may lie outside of the surface. The render pass has its
    /// viewport set to `viewport`, and neither depth nor samples.
    pub fn lay_pane(
        &self,
        pane: &Pane,
        origin: (i32, i32),
        (viewport, clip): (DeviceRect, DeviceRect),
        render_pass: &mut wgpu::RenderPass<'_>,
    ) -> bool {
        let Some(OnCard { block, group }) = pane.on_card.get() else { return false };
        let whole = DeviceRect { x: 0, y: 0, width: pane.size.0, height: pane.size.1 };
        if let Some(DeviceRect { x, y, width, height }) = cut(whole, origin, clip) {
            let told = PaneBlock::of(pane.size, origin, viewport);
            self.gpu.queue.write_buffer(block, 0, bytemuck::bytes_of(&told));
            render_pass.set_scissor_rect(x, y, width, height);
            render_pass.set_pipeline(&self.panes.pipeline);
            render_pass.set_bind_group(0, group, &[]);
            render_pass.draw(0..3, 0..1);
        }
        true
    }
}
