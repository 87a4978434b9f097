//! One colour over a rectangle: behind rows and panels.

use std::collections::HashMap;

use super::device::Gpu;
use super::pipelines::{module, pipeline};
use super::shader::ShaderError;

/// Colours that are kept; the interface has a handful, and others after each change of its brightness.
const COLORS_MAX: usize = 32;

/// A pipeline a colour.
#[derive(Debug)]
pub(super) struct Plains {
    module: wgpu::ShaderModule,
    format: wgpu::TextureFormat,
    made: HashMap<[u8; 3], wgpu::RenderPipeline>,
}

impl Plains {
    pub(super) fn new(gpu: &Gpu, format: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        Ok(Self { module: module(gpu, "plain")?, format, made: HashMap::new() })
    }

    /// Makes the pipeline of a colour, unless it is there.
    pub(super) fn prepare(&mut self, gpu: &Gpu, color: [u8; 3]) {
        if self.made.contains_key(&color) {
            return;
        }
        if self.made.len() >= COLORS_MAX {
            self.made.clear();
        }
        let [red, green, blue] = color.map(|level| f64::from(level) / 255.0);
        let constants = [("red", red), ("green", green), ("blue", blue)];
        self.made.insert(color, pipeline(gpu, &self.module, "plain", &[], self.format, &constants));
    }

    pub(super) fn of(&self, color: [u8; 3]) -> Option<&wgpu::RenderPipeline> {
        self.made.get(&color)
    }
}
