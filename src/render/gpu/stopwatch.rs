//! How long pictures of volumes take by the card's own clock: for measurements, as waiting and sending are no part of it.

use std::time::Duration;

use super::device::{Gpu, GpuError};
use super::engine::Engine;
use super::readback::mapped;

/// Passes between two looks at it; more are not counted, and then it says nothing.
const PASSES_MAX: u32 = 256;
const STAMP_BYTES: u64 = 8;

/// A pair of time stamps a pass.
#[derive(Debug)]
pub(super) struct Stopwatch {
    stamps: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    readable: wgpu::Buffer,
    passes: u32,
}

impl Stopwatch {
    /// `None` where the card tells no time.
    fn new(gpu: &Gpu) -> Option<Self> {
        if !gpu.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let buffer = |usage| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("time stamps"),
                size: u64::from(PASSES_MAX) * 2 * STAMP_BYTES,
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let stamps = gpu.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("time stamps"),
            ty: wgpu::QueryType::Timestamp,
            count: PASSES_MAX * 2,
        });
        let resolved = buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC);
        Some(Self { stamps, resolved, readable: buffer(wgpu::BufferUsages::MAP_READ), passes: 0 })
    }

    /// What has the next pass timed.
    pub(super) fn next(&mut self) -> Option<wgpu::RenderPassTimestampWrites<'_>> {
        let first = self.passes.min(PASSES_MAX) * 2;
        self.passes = self.passes.saturating_add(1);
        (first < PASSES_MAX * 2).then_some(wgpu::RenderPassTimestampWrites {
            query_set: &self.stamps,
            beginning_of_pass_write_index: Some(first),
            end_of_pass_write_index: Some(first + 1),
        })
    }

    /// How long the passes since the last look took together, once all are done.
    fn take(&mut self, gpu: &Gpu) -> Result<Option<Duration>, GpuError> {
        let passes = std::mem::take(&mut self.passes);
        if passes == 0 || passes > PASSES_MAX {
            return Ok(None);
        }
        let bytes = u64::from(passes) * 2 * STAMP_BYTES;
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.resolve_query_set(&self.stamps, 0..passes * 2, &self.resolved, 0);
        encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.readable, 0, bytes);
        gpu.queue.submit([encoder.finish()]);
        let view = mapped(&gpu.device, &self.readable, bytes)?;
        let (stamps, _) = view.as_chunks::<16>();
        let ticks = stamps.iter().map(|pair| {
            let [begun, done] = bytemuck::cast::<[u8; 16], [u64; 2]>(*pair);
            done.saturating_sub(begun)
        });
        #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³ ticks")]
        let nanoseconds = ticks.sum::<u64>() as f64 * f64::from(gpu.queue.get_timestamp_period());
        drop(view);
        self.readable.unmap();
        Ok(Some(Duration::from_secs_f64(nanoseconds.max(0.0) * 1.0e-9)))
    }
}

impl Engine {
    /// Has the card's own clock time pictures of volumes from here on; says whether it has one.
    pub fn time_by_card(&mut self) -> bool {
        self.stopwatch = Stopwatch::new(&self.gpu);
        self.stopwatch.is_some()
    }

    /// How long the card worked at pictures of volumes since this was last asked, which waits until they are done; `None` where it
    /// tells no time, drew nothing, or drew in more than 256 passes.
    pub fn take_card_time(&mut self) -> Result<Option<Duration>, GpuError> {
        let gpu = self.gpu.clone();
        let Some(stopwatch) = &mut self.stopwatch else { return Ok(None) };
        gpu.try_to("a time", || stopwatch.take(&gpu))
    }
}
