//! Draws slices into the targets of viewports, and the targets onto the panel.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::command::Filter;
use crate::dicom::{Frame, Pixels};

use super::super::frame::{PixelTransform, Sampling, SlicePass};
use super::blocks::{DisplayBlock, SliceBlock};
use super::device::{Gpu, GpuError};
use super::display::DisplayTable;
use super::pipelines::{BITS, COLORS, P_VALUES, Pipelines, group};
use super::residency::{Residency, Usage, is_same, upload_table};
use super::target::{Target, render};

/// Bytes of frames on the card unless the settings say otherwise: some thousand CT slices.
pub const DEFAULT_BUDGET: u64 = 512 << 20;

/// Viewports and thumbnails that keep a target; more than any reader has on screen. The longest unused goes first.
const SLOTS_MAX: usize = 512;

/// Which viewport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The screen.
    pub screen: u32,
    /// The viewport on it.
    pub viewport: u32,
}

/// Executes passes on one card, for all screens.
#[derive(Debug)]
pub struct Engine {
    pub(super) gpu: Gpu,
    pub(super) target_format: wgpu::TextureFormat,
    pub(super) pipelines: Pipelines,
    residency: Residency,
    display: DisplayTable,
    display_group: wgpu::BindGroup,
    slots: HashMap<Slot, Drawn>,
    clock: u64,
}

/// A target with the picture in it.
#[derive(Debug)]
struct Drawn {
    target: Target,
    pass: SlicePass,
    frame: Weak<Frame>,
    used: u64,
}

impl Engine {
    /// For surfaces of one format, with so many bytes of frames on the card at most.
    pub fn new(gpu: &Gpu, target_format: wgpu::TextureFormat, frame_budget: u64) -> Result<Self, GpuError> {
        use wgpu::TextureFormat::{Bgra8Unorm, Rgba8Unorm};
        if !matches!(target_format, Bgra8Unorm | Rgba8Unorm) {
            return Err(GpuError::Format { format: format!("{target_format:?}") });
        }
        let gpu = gpu.clone();
        let display = DisplayTable::identity(256);
        let (pipelines, display_group) = gpu.try_to("the shaders", || {
            let pipelines = Pipelines::new(&gpu, target_format)?;
            let display_group = table_group(&gpu, &pipelines, display.entries());
            Ok((pipelines, display_group))
        })?;
        Ok(Self {
            target_format,
            pipelines,
            residency: Residency::new(frame_budget),
            display,
            display_group,
            slots: HashMap::new(),
            clock: 0,
            gpu,
        })
    }

    /// For pictures that no window shows.
    pub fn headless(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::new(gpu, wgpu::TextureFormat::Rgba8Unorm, DEFAULT_BUDGET)
    }

    /// Puts another monitor's table in place.
    pub fn set_display(&mut self, table: DisplayTable) -> Result<(), GpuError> {
        self.display_group = self
            .gpu
            .try_to("a display table", || Ok(table_group(&self.gpu, &self.pipelines, table.entries())))?;
        self.display = table;
        Ok(())
    }

    /// What is on the card now.
    pub fn usage(&self) -> Usage {
        self.residency.usage(self.slots.len())
    }

    /// Draws a slice into the viewport's own target, unless just that is in it; says whether it drew.
    ///
    /// Commands are submitted at once and not put into the caller's encoder: egui-wgpu throws its encoder away when
    /// the surface is not ready, and then a target that counts as drawn would show the picture before. On an error,
    /// and for a picture without area, the viewport has no picture.
    pub fn prepare(&mut self, slot: Slot, pass: &SlicePass, frame: &Arc<Frame>) -> Result<bool, GpuError> {
        if self.gpu.is_lost() {
            self.slots.clear();
            return Err(GpuError::Lost);
        }
        self.clock += 1;
        if let Some(drawn) = self.slots.get_mut(&slot)
            && drawn.pass == *pass
            && is_same(&drawn.frame, frame)
        {
            drawn.used = self.clock;
            return Ok(false);
        }
        let old = self.slots.remove(&slot).map(|drawn| drawn.target);
        if pass.view_size.0 == 0 || pass.view_size.1 == 0 {
            return Ok(false);
        }
        let target = self.try_to_draw(|engine| engine.draw(old, pass, frame, Values::Picture))?;
        self.make_room_for_a_slot();
        let frame = Arc::downgrade(frame);
        self.slots.insert(slot, Drawn { target, pass: pass.clone(), frame, used: self.clock });
        Ok(true)
    }

    /// Draws the viewport's picture as driving levels; says whether there was one.
    ///
    /// The render pass has the viewport set to the target's size with its corner at `origin`, in device pixels, and
    /// neither depth nor samples. That is what egui-wgpu hands to a paint call-back.
    pub fn paint(&self, slot: Slot, origin: (u32, u32), render_pass: &mut wgpu::RenderPass<'_>) -> bool {
        let drawn = self.slots.get(&slot);
        if let Some(drawn) = drawn {
            self.paint_target(&drawn.target, origin, render_pass);
        }
        drawn.is_some()
    }

    /// Frees the viewport's target.
    pub fn forget(&mut self, slot: Slot) {
        self.slots.remove(&slot);
    }

    /// Runs commands of one picture. When the card fails, nothing on it is trusted any more.
    pub(super) fn try_to_draw<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, GpuError>,
    ) -> Result<T, GpuError> {
        let gpu = self.gpu.clone();
        let result = gpu.try_to("a picture", || run(self));
        if matches!(
            result,
            Err(GpuError::Lost | GpuError::Timeout | GpuError::OutOfMemory { .. } | GpuError::Refused { .. })
        ) {
            self.residency.clear();
        }
        result
    }

    /// Draws into `old` where it fits, else into a new target, and gives it back.
    pub(super) fn draw(
        &mut self,
        old: Option<Target>,
        pass: &SlicePass,
        frame: &Arc<Frame>,
        values: Values,
    ) -> Result<Target, GpuError> {
        check_frame(pass, frame, values)?;
        let pixels = self.residency.frame(&self.gpu, &pass.frame, frame)?;
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let table_group =
            |table| group(gpu, &pipelines.table_layout, &[wgpu::BindingResource::TextureView(table)]);
        let are_stored = (pass.filter, pass.sampling) == (Filter::None, Sampling::Nearest);
        let (pipeline, format, table) = match (values, &pass.transform, &frame.pixels) {
            (Values::Modality, ..) => (pipelines.modality(gpu, pass.filter), BITS, None),
            (Values::Picture, PixelTransform::Color { .. }, _) => {
                (pipelines.color(gpu, pass.filter), COLORS, None)
            }
            (_, PixelTransform::Gray(gray), Pixels::Words { is_signed, .. }) if are_stored => {
                let table = self.residency.table(gpu, gray, *is_signed);
                (&pipelines.by_table, P_VALUES, Some(table_group(&table)))
            }
            (_, PixelTransform::Gray(_), ..) => (pipelines.by_formula(gpu, pass.filter), P_VALUES, None),
        };
        let target = match old {
            Some(target) if target.size == pass.view_size && target.texture.format() == format => target,
            _ => Target::new(gpu, pipelines, pass.view_size, format)?,
        };
        let block = SliceBlock::of(pass, &frame.pixels, values);
        gpu.queue.write_buffer(&target.slice_block, 0, bytemuck::bytes_of(&block));
        let inputs = [target.slice_block.as_entire_binding(), wgpu::BindingResource::TextureView(&pixels)];
        let slice_group = group(gpu, &pipelines.slice_layout, &inputs);
        render(gpu, &target.texture, |render_pass| {
            render_pass.set_pipeline(pipeline);
            render_pass.set_bind_group(0, &slice_group, &[]);
            if let Some(table) = &table {
                render_pass.set_bind_group(1, table, &[]);
            }
            render_pass.draw(0..3, 0..1);
        });
        Ok(target)
    }

    pub(super) fn paint_target(
        &self,
        target: &Target,
        (left, top): (u32, u32),
        render_pass: &mut wgpu::RenderPass<'_>,
    ) {
        let highest = u32::from(self.display.highest().0);
        let is_color = u32::from(target.texture.format() == COLORS);
        let block = DisplayBlock { left, top, highest, is_color };
        self.gpu.queue.write_buffer(&target.display_block, 0, bytemuck::bytes_of(&block));
        render_pass.set_pipeline(&self.pipelines.display);
        render_pass.set_bind_group(0, &target.display_group, &[]);
        render_pass.set_bind_group(1, &self.display_group, &[]);
        render_pass.draw(0..3, 0..1);
    }

    fn make_room_for_a_slot(&mut self) {
        while self.slots.len() >= SLOTS_MAX {
            let oldest = self.slots.iter().min_by_key(|(_, drawn)| drawn.used).map(|(slot, _)| *slot);
            let Some(oldest) = oldest else { break };
            self.slots.remove(&oldest);
        }
    }
}

/// What a slice is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// P-values, or colours.
    Picture,
    /// Modality values, as bits.
    Modality,
}

fn table_group(gpu: &Gpu, pipelines: &Pipelines, entries: &[u16]) -> wgpu::BindGroup {
    let view = upload_table(gpu, "display table", entries);
    group(gpu, &pipelines.table_layout, &[wgpu::BindingResource::TextureView(&view)])
}

fn check_frame(pass: &SlicePass, frame: &Frame, values: Values) -> Result<(), GpuError> {
    let kind = |is_color| if is_color { "colour" } else { "gray" };
    let (columns, rows) = pass.image_size;
    let is_color = matches!(frame.pixels, Pixels::Color(_));
    let wants_color = pass.gray().is_none() && values == Values::Picture;
    let is_planned = (frame.columns, frame.rows, is_color) == (columns, rows, wants_color);
    let count = frame.pixels.count();
    if is_planned && count as u64 == u64::from(columns) * u64::from(rows) && count > 0 {
        return Ok(());
    }
    Err(GpuError::Frame {
        found: format!(
            "{} × {} pixels, {count} of them there, in {}",
            frame.columns,
            frame.rows,
            kind(is_color)
        ),
        planned: format!("{columns} × {rows} pixels in {}", kind(wants_color)),
    })
}
