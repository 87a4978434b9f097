//! Pictures along curves through volumes: what decides them, and what they are drawn by.

use std::sync::Arc;

use crate::color::ColorPalette;
use crate::grayscale::Curve;

use super::super::curved::CurvedPass;
use super::blocks::CurvedBlock;
use super::cuts::CutCounts;
use super::device::GpuError;
use super::engine::{Engine, Slot, Values};
use super::in_time::Prepared;
use super::of_volume::{Inputs, Seen, VolumePass};
use super::pipelines::{ReformatKind, SliceEntry, block_buffer, group};
use super::volumes::{texture, write};

/// All that decides what a picture shows, but for its volume, its size and the monitor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CurvedDrawing {
    pub(super) kind: ReformatKind,
    block: CurvedBlock,
    /// Where each row or column of the picture lies.
    lines: Vec<[f32; 4]>,
    /// Behind the window.
    curve: Option<Curve>,
    pub(super) palette: Option<Arc<ColorPalette>>,
}

impl CurvedDrawing {
    /// Of a pass that is drawn pixel for pixel.
    pub(super) fn of(drawn: &CurvedPass, values: Values, seen: &Seen) -> Self {
        let entry = match (values, &drawn.transform.curve) {
            (Values::Modality, _) => SliceEntry::Modality,
            (Values::Picture | Values::Layer, None) => SliceEntry::Formula,
            (Values::Picture | Values::Layer, Some(_)) => SliceEntry::Curve,
        };
        let entry = seen.entry(entry);
        let slab = drawn.slab;
        let projection = (slab.planes > 1).then_some(slab.projection);
        let (block, lines) = CurvedBlock::of(drawn, seen.held.told());
        Self {
            kind: ReformatKind {
                entry,
                voi: entry.voi(&drawn.transform),
                sampling: drawn.sampling,
                projection,
                voxels: seen.voxels,
                cuts: CutCounts::default(),
            },
            block,
            lines,
            curve: drawn.transform.curve.clone().filter(|_| entry == SliceEntry::Curve),
            palette: drawn.palette.clone(),
        }
    }

    /// As far as it decides what is found in the volume.
    pub(super) fn of_found(&self) -> Self {
        Self {
            kind: self.kind.of_found(),
            block: CurvedBlock { slab: self.block.slab.of_found(), ..self.block },
            lines: self.lines.clone(),
            curve: None,
            palette: None,
        }
    }
}

impl Engine {
    /// Draws a picture along a curve into the viewport's own target, unless just that is in it; as [`Engine::prepare_reformat`].
    pub fn prepare_curved(&mut self, slot: Slot, pass: &CurvedPass) -> Result<Prepared, GpuError> {
        self.prepare_of_volume(slot, VolumePass::Curved(pass, Values::Picture))
    }

    pub(super) fn curved_inputs(
        &mut self,
        drawing: &CurvedDrawing,
        [voxels, _, received]: &[wgpu::TextureView; 3],
        before: &wgpu::TextureView,
    ) -> Inputs {
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let curve = drawing.curve.as_ref();
        let curve = curve.map(|curve| pipelines.table_group(gpu, &self.residency.curve(gpu, curve)));
        let block = block_buffer::<CurvedBlock>(gpu, "curved");
        gpu.queue.write_buffer(&block, 0, bytemuck::bytes_of(&drawing.block));
        let size = [CurvedBlock::LINE_TEXELS, drawing.lines.len() / CurvedBlock::LINE_TEXELS];
        #[expect(clippy::cast_possible_truncation, reason = "no more than a picture has sides")]
        let [columns, rows] = size.map(|side| side as u32);
        let flat = wgpu::TextureDimension::D2;
        let lines = texture(gpu, "lines", flat, [columns, rows, 1], wgpu::TextureFormat::Rgba32Float);
        write(gpu, &lines, [0; 3], size, bytemuck::cast_slice(&drawing.lines));
        let lines = lines.create_view(&wgpu::TextureViewDescriptor::default());
        let inputs = [
            block.as_entire_binding(),
            wgpu::BindingResource::TextureView(voxels),
            wgpu::BindingResource::TextureView(received),
            wgpu::BindingResource::TextureView(&lines),
            wgpu::BindingResource::TextureView(before),
        ];
        Inputs {
            pipeline: pipelines.curved(gpu, drawing.kind),
            group: group(gpu, &pipelines.curved_layout, &inputs),
            curve,
        }
    }
}
