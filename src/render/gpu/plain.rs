//! One colour over a rectangle: behind rows and panels.

use crate::session::DeviceRect;

use super::device::{Gpu, GpuError};
use super::engine::Engine;
use super::kept::Kept;
use super::pipelines::{module, pipeline};
use super::shader::ShaderError;
use super::target::{cut, draw_in};

/// Colours that are kept; the interface has a handful, and others after each change of its brightness.
const COLORS_MAX: usize = 32;

/// A pipeline a colour.
#[derive(Debug)]
pub(super) struct Plains {
    module: wgpu::ShaderModule,
    format: wgpu::TextureFormat,
    made: Kept<[u8; 3], wgpu::RenderPipeline>,
}

impl Plains {
    pub(super) fn new(gpu: &Gpu, format: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        Ok(Self { module: module(gpu, "plain")?, format, made: Kept::new(COLORS_MAX) })
    }

    /// Makes the pipeline of a colour, unless it is there.
    pub(super) fn prepare(&mut self, gpu: &Gpu, color: [u8; 3]) {
        let (module, format) = (&self.module, self.format);
        self.made.of(color, || {
            let [red, green, blue] = color.map(|level| f64::from(level) / 255.0);
            let constants = [("red", red), ("green", green), ("blue", blue)];
            pipeline(gpu, module, "plain", &[], format, &constants)
        });
    }
}

impl Engine {
    /// Makes ready to fill with a colour, as the panel takes it.
    pub fn prepare_fill(&mut self, color: [u8; 3]) -> Result<(), GpuError> {
        let plains = &mut self.plains;
        self.gpu.try_to("a colour", || {
            plains.prepare(&self.gpu, color);
            Ok(())
        })
    }

    /// Fills a rectangle of the surface, cut to `clip`, with a colour that was made ready.
    pub fn fill(
        &self,
        color: [u8; 3],
        rect: DeviceRect,
        clip: DeviceRect,
        render_pass: &mut wgpu::RenderPass<'_>,
    ) {
        if let Some(plain) = self.plains.made.find(&color)
            && let Some(part) = cut(rect, (0, 0), clip)
        {
            render_pass.set_pipeline(plain);
            draw_in(render_pass, [part]);
        }
    }
}
