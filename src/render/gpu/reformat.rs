//! Planes and slabs through volumes: what decides their picture, and what it is drawn by.

use std::sync::Arc;

use crate::color::ColorPalette;
use crate::grayscale::Curve;

use super::super::reformat::ReformatPass;
use super::blocks::ReformatBlock;
use super::cuts::Cutting;
use super::device::GpuError;
use super::engine::{Engine, Slot, Values};
use super::in_time::Prepared;
use super::of_volume::{Inputs, Seen, VolumePass};
use super::pipelines::{ReformatKind, SliceEntry, group};
use super::target::Target;
use super::walk::Rays;

/// All that decides what a picture shows, but for its volume, its size and the monitor.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawing {
    pub(super) kind: ReformatKind,
    block: ReformatBlock,
    cutting: Cutting,
    curve: Option<Curve>,
    pub(super) palette: Option<Arc<ColorPalette>>,
}

impl Drawing {
    /// Of a pass that is drawn pixel for pixel.
    pub(super) fn of(drawn: &ReformatPass, values: Values, seen: &Seen) -> Self {
        let entry = match (values, &drawn.transform.curve) {
            (Values::Modality, _) => SliceEntry::Modality,
            (Values::Picture, None) => SliceEntry::Formula,
            (Values::Picture, Some(_)) => SliceEntry::Curve,
            (Values::Layer, None) => SliceEntry::LayerFormula,
            (Values::Layer, Some(_)) => SliceEntry::LayerCurve,
        };
        let entry = seen.entry(entry);
        let slab = drawn.slab;
        // What is cut away is no part of a projection, not even of one plane.
        let projection = (slab.planes > 1 || !drawn.cuts.is_empty()).then_some(slab.projection);
        let cutting = Cutting::of(&drawn.cuts, Rays::of_slab(drawn));
        Self {
            kind: ReformatKind {
                entry,
                voi: entry.voi(&drawn.transform),
                sampling: drawn.sampling,
                projection,
                voxels: seen.voxels,
                cuts: cutting.counts,
            },
            block: ReformatBlock::of(drawn, seen.held.told()),
            cutting,
            curve: drawn.transform.curve.clone().filter(|_| entry.has_curve()),
            palette: drawn.palette.clone(),
        }
    }

    /// As far as it decides what is found in the volume.
    pub(super) fn of_found(&self) -> Self {
        Self {
            kind: self.kind.of_found(),
            block: ReformatBlock { slab: self.block.slab.of_found(), ..self.block },
            cutting: self.cutting.clone(),
            curve: None,
            palette: None,
        }
    }
}

impl Engine {
    /// Draws a plane or a slab into the viewport's own target, unless just that is in it; as [`Engine::prepare`].
    ///
    /// Of its volume, no more is sent to the card than a frame has time for. Until all is there, planes that are lacking are
    /// hatched as those that were not received. With a timer no more is drawn than a frame has time for, either. So it is with what
    /// lies over it of a second volume.
    pub fn prepare_reformat(&mut self, slot: Slot, pass: &ReformatPass) -> Result<Prepared, GpuError> {
        self.prepare_of_volume(slot, VolumePass::Reformat(pass, Values::Picture))
    }

    pub(super) fn reformat_inputs(
        &mut self,
        target: &Target,
        drawing: &Drawing,
        [voxels, ranges, received]: &[wgpu::TextureView; 3],
        before: &wgpu::TextureView,
    ) -> Inputs {
        let masks = self.tell_cuts(target, &drawing.cutting, received);
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let curve = drawing.curve.as_ref();
        let curve = curve.map(|curve| pipelines.table_group(gpu, &self.residency.curve(gpu, curve)));
        gpu.queue.write_buffer(&target.reformat_block, 0, bytemuck::bytes_of(&drawing.block));
        let inputs = [
            target.reformat_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(voxels),
            wgpu::BindingResource::TextureView(ranges),
            wgpu::BindingResource::TextureView(received),
            target.cuts_block.as_entire_binding(),
            wgpu::BindingResource::TextureView(&masks),
            wgpu::BindingResource::TextureView(before),
        ];
        Inputs {
            pipeline: pipelines.reformat(gpu, drawing.kind),
            group: group(gpu, &pipelines.reformat_layout, &inputs),
            curve,
        }
    }
}
