//! Pictures of volumes: what decides them, and how rows of them are drawn, those that no viewport has until all of them are there.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::session::DeviceRect;
use crate::volume::Volume;

use super::super::curved::CurvedPass;
use super::super::fused::LayerPass;
use super::super::pace::Coarseness;
use super::super::reformat::ReformatPass;
use super::super::rendering::RenderingPass;
use super::curved::CurvedDrawing;
use super::device::{Gpu, GpuError, PATIENCE};
use super::engine::{Branch, Engine, Values};
use super::in_time::Progress;
use super::parts::Held;
use super::pipelines::{SliceEntry, VoxelKind};
use super::reformat::Drawing;
use super::rendering::Rendering;
use super::stopwatch::Stopwatch;
use super::target::{Target, render_onto, target_texture};

/// Samples that are drawn at once where nobody waits for a frame: no card is kept for longer than its system allows.
const SAMPLES_AT_ONCE: f64 = 33_554_432.0;

/// A pass through a volume, of whichever kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum VolumePass<'a> {
    Reformat(&'a ReformatPass, Values),
    Curved(&'a CurvedPass, Values),
    Rendering(&'a RenderingPass),
}

/// What the card has of a volume.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Which volume on the card, and how often it had changed.
    pub(super) volume: (u64, u64),
    pub(super) held: Held,
    /// What a coarse copy lies on.
    pub(super) grid: Option<Arc<Volume>>,
    pub(super) voxels: VoxelKind,
    /// What shaders read, in the order of the bindings from 1.
    pub(super) views: [wgpu::TextureView; 3],
    /// Of those that were received, planes that are there.
    pub(super) planes: u32,
    pub(super) planes_received: u32,
}

impl Seen {
    pub(super) const fn is_complete(&self) -> bool {
        self.planes == self.planes_received
    }

    /// The same where a picture is drawn at rest: of a coarse copy what was found in sheaves.
    pub(super) fn at_rest(&self) -> Self {
        let voxels = VoxelKind { is_part: self.grid.is_some(), ..self.voxels };
        Self { held: Held::Whole, grid: None, voxels, ..self.clone() }
    }

    /// How a picture of it is drawn that is to be drawn so in the end.
    pub(super) const fn entry(&self, last: SliceEntry) -> SliceEntry {
        if matches!(self.held, Held::Sheaf(_)) { SliceEntry::Carried } else { last }
    }

    pub(super) fn progress(&self) -> Option<Progress> {
        (!self.is_complete()).then(|| Progress::Loading(self.planes * 100 / self.planes_received.max(1)))
    }
}

/// All that decides what a picture shows, but for the pixels of its volume.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct VolumePicture {
    volume: (u64, u64),
    pub(super) voxels: VoxelKind,
    /// Device pixels along the side of the square that shows one that is drawn.
    pixels: u32,
    pub(super) view_size: (u32, u32),
    monitor: Option<Arc<ColorTransform>>,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Reformat(Box<Drawing>),
    Curved(CurvedDrawing),
    Rendering(Box<Rendering>),
}

/// What is drawn by, other than the target.
pub(super) struct Inputs {
    pub(super) pipeline: wgpu::RenderPipeline,
    pub(super) group: wgpu::BindGroup,
    pub(super) curve: Option<wgpu::BindGroup>,
}

impl<'a> VolumePass<'a> {
    pub(super) fn volume(self) -> Arc<Volume> {
        Arc::clone(match self {
            Self::Reformat(pass, _) => &pass.volume,
            Self::Curved(pass, _) => &pass.volume,
            Self::Rendering(pass) => &pass.volume,
        })
    }

    /// What is seen over it of a second volume.
    pub(super) fn layer(self) -> Option<&'a LayerPass> {
        match self {
            Self::Reformat(pass, _) => pass.layer.as_deref().filter(|layer| layer.is_seen()),
            Self::Curved(..) | Self::Rendering(_) => None,
        }
    }

    pub(super) const fn view_size(self) -> (u32, u32) {
        match self {
            Self::Reformat(pass, _) => pass.view_size,
            Self::Curved(pass, _) => pass.view_size,
            Self::Rendering(pass) => pass.view_size,
        }
    }

    /// Numbers are those at rest.
    pub(super) const fn is_moving(self) -> bool {
        match self {
            Self::Reformat(pass, values) => pass.is_moving && !matches!(values, Values::Modality),
            Self::Curved(pass, values) => pass.is_moving && !matches!(values, Values::Modality),
            Self::Rendering(pass) => pass.is_moving,
        }
    }

    pub(super) fn samples(self, coarseness: Coarseness) -> f64 {
        match self {
            Self::Reformat(pass, _) => pass.drawn(coarseness).samples(),
            Self::Curved(pass, _) => pass.drawn(coarseness).samples(),
            Self::Rendering(pass) => pass.drawn(coarseness).samples(),
        }
    }

    pub(super) fn picture(self, seen: &Seen, coarseness: Coarseness) -> VolumePicture {
        let (what, monitor) = match self {
            Self::Reformat(pass, values) => {
                let drawn = pass.drawn(coarseness);
                let drawn = match &seen.grid {
                    Some(grid) => drawn.on(grid),
                    None => drawn,
                };
                (What::Reformat(Box::new(Drawing::of(&drawn, values, seen))), &pass.monitor)
            }
            Self::Curved(pass, values) => {
                let drawn = pass.drawn(coarseness);
                let volume = seen.grid.as_ref().unwrap_or(&pass.volume).clone();
                let drawn = CurvedPass { volume, ..drawn };
                (What::Curved(CurvedDrawing::of(&drawn, values, seen)), &pass.monitor)
            }
            Self::Rendering(pass) => {
                let drawn = pass.drawn(coarseness);
                let drawn = match &seen.grid {
                    Some(grid) => drawn.on(grid),
                    None => drawn,
                };
                (What::Rendering(Box::new(Rendering::of(&drawn, seen))), &pass.monitor)
            }
        };
        VolumePicture {
            volume: seen.volume,
            voxels: seen.voxels,
            pixels: coarseness.pixels,
            view_size: self.view_size(),
            monitor: monitor.clone(),
            what,
        }
    }
}

impl Engine {
    /// What a picture goes through on its way to the panel.
    pub(super) fn branch_of_volume(&mut self, picture: &VolumePicture) -> Branch {
        match &picture.what {
            What::Reformat(drawing) => {
                self.branch_of_gray(drawing.palette.as_ref(), picture.monitor.as_ref())
            }
            What::Curved(drawing) => self.branch_of_gray(drawing.palette.as_ref(), picture.monitor.as_ref()),
            What::Rendering(_) => self.branch_of_color(picture.monitor.as_ref()),
        }
    }

    /// Waits until a plane that is to be sent is ready. Not for the thread that draws frames.
    pub(super) fn wait_for_planes(&mut self) -> Result<(), GpuError> {
        self.residency.wait_for_planes(PATIENCE).then_some(()).ok_or(GpuError::Timeout)
    }

    /// Draws into a target of its own, once all of the volume is on the card, part by part.
    pub(super) fn draw_whole(&mut self, pass: VolumePass<'_>) -> Result<(Target, VolumePicture), GpuError> {
        let seen = loop {
            let seen = self.residency.volume(&self.gpu, &pass.volume(), &[])?;
            if seen.is_complete() {
                break seen;
            }
            // What was sent leaves main memory before more follows.
            self.gpu.queue.submit([]);
            Gpu::wait(&self.gpu.device)?;
            self.wait_for_planes()?;
        };
        if seen.grid.is_some() && !pass.is_moving() {
            return self.draw_whole_in_sheaves(pass, &seen);
        }
        let coarseness = if pass.is_moving() { Coarseness::FIRST } else { Coarseness::EXACT };
        let picture = pass.picture(&seen, coarseness);
        let target = self.draw_all(&picture, &seen.views, pass.samples(coarseness))?;
        Ok((target, picture))
    }

    /// Draws a picture of so many samples part by part, and waits for each but the only one.
    fn draw_all(
        &mut self,
        picture: &VolumePicture,
        views: &[wgpu::TextureView; 3],
        samples: f64,
    ) -> Result<Target, GpuError> {
        let (width, height) = picture.view_size;
        let rows = rows_at_once(samples / f64::from(height.max(1)));
        if picture.pixels != 1 || rows >= height {
            return self.draw_rows(None, picture, (views, None), whole(picture.view_size));
        }
        let mut target = None;
        for y in (0..height).step_by(rows as usize) {
            let band = DeviceRect { x: 0, y, width, height: rows.min(height - y) };
            target = Some(self.draw_rows(target, picture, (views, None), band)?);
            Gpu::wait(&self.gpu.device)?;
        }
        target
            .map_or_else(|| Target::new(&self.gpu, &self.pipelines, picture.view_size, picture.format()), Ok)
    }

    /// Draws rows of a picture; all of one that is coarse. Of one that is drawn in parts, after what was found before.
    pub(super) fn draw_rows(
        &mut self,
        old: Option<Target>,
        picture: &VolumePicture,
        (views, before): (&[wgpu::TextureView; 3], Option<&Target>),
        rows: DeviceRect,
    ) -> Result<Target, GpuError> {
        let target = Target::again(old, &self.gpu, &self.pipelines, picture.view_size, picture.format())?;
        // Nothing is read where nothing was found: any texture of integers serves.
        let before = before.map_or_else(
            || views[2].clone(),
            |found| found.texture.create_view(&wgpu::TextureViewDescriptor::default()),
        );
        let Inputs { pipeline, group, curve } = match &picture.what {
            What::Reformat(drawing) => self.reformat_inputs(&target, drawing, views, &before),
            What::Curved(drawing) => self.curved_inputs(drawing, views, &before),
            What::Rendering(rendering) => {
                self.rendering_inputs(&target, rendering, picture.voxels, views, &before)
            }
        };
        let (gpu, stopwatch) = (&self.gpu, &mut self.stopwatch);
        let mut draw = |texture: &wgpu::Texture, part: DeviceRect| {
            // Each pixel of the part is written.
            let times = stopwatch.as_mut().and_then(Stopwatch::next);
            render_onto(gpu, texture, wgpu::LoadOp::Load, times, |render_pass| {
                let DeviceRect { x, y, width, height } = part;
                render_pass.set_scissor_rect(x, y, width, height);
                render_pass.set_pipeline(&pipeline);
                render_pass.set_bind_group(0, &group, &[]);
                if let Some(curve) = &curve {
                    render_pass.set_bind_group(1, curve, &[]);
                }
                render_pass.draw(0..3, 0..1);
            });
        };
        if picture.pixels == 1 {
            draw(&target.texture, rows);
            return Ok(target);
        }
        let coarseness = Coarseness { pixels: picture.pixels, steps: 1 };
        let size = coarseness.view_size(picture.view_size);
        let small = target_texture(gpu, size, picture.format())?;
        draw(&small, whole(size));
        let small = small.create_view(&wgpu::TextureViewDescriptor::default());
        let small = self.pipelines.table_group(gpu, &small);
        let enlarge = self.pipelines.enlarge(gpu, picture.format(), picture.pixels);
        let times = stopwatch.as_mut().and_then(Stopwatch::next);
        let black = wgpu::LoadOp::Clear(wgpu::Color::BLACK);
        render_onto(gpu, &target.texture, black, times, |render_pass| {
            render_pass.set_pipeline(&enlarge);
            render_pass.set_bind_group(0, &small, &[]);
            render_pass.draw(0..3, 0..1);
        });
        Ok(target)
    }
}

impl VolumePicture {
    /// As far as it decides what is found in the volume: the same of all pictures that differ in window, tables and colours alone.
    pub(super) fn of_found(&self) -> Self {
        let what = match &self.what {
            What::Reformat(drawing) => What::Reformat(Box::new(drawing.of_found())),
            What::Curved(drawing) => What::Curved(drawing.of_found()),
            What::Rendering(rendering) => What::Rendering(rendering.clone()),
        };
        let Self { volume, voxels, pixels, view_size, .. } = *self;
        Self { volume, voxels, pixels, view_size, monitor: None, what }
    }

    const fn format(&self) -> wgpu::TextureFormat {
        match &self.what {
            What::Reformat(drawing) => drawing.kind.entry.format(),
            What::Curved(drawing) => drawing.kind.entry.format(),
            What::Rendering(rendering) => rendering.entry.format(),
        }
    }
}

pub(super) const fn whole((width, height): (u32, u32)) -> DeviceRect {
    DeviceRect { x: 0, y: 0, width, height }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub(super) fn rows_at_once(samples_a_row: f64) -> u32 {
    (SAMPLES_AT_ONCE / samples_a_row.max(1.0)).clamp(1.0, 65_536.0) as u32
}
