//! Draws slices into the targets of viewports, and the targets onto the panel. Pictures of volumes are drawn in `of_volume`.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::color::{ColorPalette, ColorTransform};
use crate::command::Filter;
use crate::dicom::{Frame, Pixels};
use crate::geometry::Sampling;
use crate::grayscale::DisplayTable;
use crate::session::DeviceRect;

use super::super::frame::{CoverPass, PixelTransform, SlicePass};
use super::ahead::Ahead;
use super::blocks::{CoverBlock, DisplayBlock, SliceBlock, Texels};
use super::device::{Gpu, GpuError};
use super::displays::Displays;
use super::in_time::{Prepared, Timer, Work};
use super::layer::{Laid, Layers};
use super::of_volume::VolumePicture;
use super::pane::{Pane, Panes};
use super::pipelines::{COLORS, P_VALUES, Pipelines, SliceEntry, SliceKind, group};
use super::plain::Plains;
use super::residency::{Residency, Usage, is_same};
use super::shown::Shown;
use super::stopwatch::Stopwatch;
use super::target::{Target, cut, render};

/// Bytes of frames and volumes on the card where no settings say otherwise: some two thousand CT slices.
pub const DEFAULT_BUDGET: u64 = 1 << 30;

/// Viewports and thumbnails that keep a target; more than any reader has on screen. The longest unused goes first.
const SLOTS_MAX: usize = 512;

/// Which viewport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The screen, or [`Slot::AROUND_TABLES`].
    pub screen: u32,
    /// The viewport on it.
    pub viewport: u32,
}

impl Slot {
    /// In place of a screen that pictures go to whose levels are to reach the panel as they are: it never has a table.
    pub const AROUND_TABLES: u32 = u32::MAX;
}

/// Executes passes on one card, for all screens.
#[derive(Debug)]
pub struct Engine {
    pub(super) gpu: Gpu,
    pub(super) target_format: wgpu::TextureFormat,
    pub(super) pipelines: Pipelines,
    pub(super) plains: Plains,
    pub(super) panes: Panes,
    pub(super) residency: Residency,
    displays: Displays,
    pub(super) layers: Layers,
    pub(super) slots: HashMap<Slot, Drawn>,
    /// Of viewports that show a volume, or one over an image.
    pub(super) works: HashMap<Slot, Work>,
    pub(super) shown: Shown,
    pub(super) timer: Option<Timer>,
    pub(super) is_hurried: bool,
    /// Only where pictures are measured.
    pub(super) stopwatch: Option<Stopwatch>,
    pub(super) ahead: Ahead,
    clock: u64,
}

/// A target with the picture in it.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) target: Target,
    pub(super) branch: Branch,
    /// What lies over it of a second volume.
    pub(super) layer: Option<Laid>,
    /// The colours over it: of planes and shutter, and of a supplemental palette.
    pub(super) tints: Option<Target>,
    /// What is drawn in one with it; held by who lays it.
    pub(super) pane: Weak<Pane>,
    pub(super) content: Content,
    /// The part of the picture that is no black around it.
    pub(super) covered: Option<DeviceRect>,
    used: u64,
}

/// What a picture is of.
#[derive(Debug)]
pub(super) enum Content {
    Slice(Box<SlicePass>, Weak<Frame>),
    Volume(Box<VolumePicture>),
}

impl Engine {
    /// For surfaces of one format, with so many bytes of frames and volumes on the card at most.
    pub fn new(gpu: &Gpu, target_format: wgpu::TextureFormat, frame_budget: u64) -> Result<Self, GpuError> {
        use wgpu::TextureFormat::{Bgra8Unorm, Rgba8Unorm};
        if !matches!(target_format, Bgra8Unorm | Rgba8Unorm) {
            return Err(GpuError::Format { format: format!("{target_format:?}") });
        }
        let gpu = gpu.clone();
        let (pipelines, plains, panes, displays, layers) = gpu.try_to("the shaders", || {
            let pipelines = Pipelines::new(&gpu, target_format)?;
            let layers = Layers::new(&gpu, target_format)?;
            let plains = Plains::new(&gpu, target_format)?;
            let panes = Panes::new(&gpu, target_format)?;
            let displays = Displays::new(&gpu, &pipelines);
            Ok((pipelines, plains, panes, displays, layers))
        })?;
        Ok(Self {
            target_format,
            pipelines,
            plains,
            panes,
            residency: Residency::new(frame_budget),
            displays,
            layers,
            slots: HashMap::new(),
            works: HashMap::new(),
            shown: Shown::default(),
            timer: None,
            is_hurried: false,
            stopwatch: None,
            ahead: Ahead::default(),
            clock: 0,
            gpu,
        })
    }

    /// For pictures that no window shows.
    pub fn headless(gpu: &Gpu) -> Result<Self, GpuError> {
        Self::headless_within(gpu, DEFAULT_BUDGET)
    }

    /// The same with so many bytes of frames and volumes on the card at most.
    pub fn headless_within(gpu: &Gpu, frame_budget: u64) -> Result<Self, GpuError> {
        Self::new(gpu, wgpu::TextureFormat::Rgba8Unorm, frame_budget)
    }

    /// Gives a screen the table of the monitor that it is on. Pictures stay; they go through it the next time they are
    /// painted. A screen without one shows P-values spread evenly over its driving levels.
    pub fn set_display(&mut self, screen: u32, table: &DisplayTable) -> Result<(), GpuError> {
        self.displays.set(&self.gpu, &self.pipelines, screen, table)
    }

    /// Frees the table of a screen and the targets of its viewports.
    pub fn forget_screen(&mut self, screen: u32) {
        self.displays.forget(screen);
        self.slots.retain(|slot, _| slot.screen != screen);
        self.works.retain(|slot, _| slot.screen != screen);
    }

    /// What is on the card now.
    pub fn usage(&self) -> Usage {
        self.residency.usage(self.slots.len())
    }

    /// Draws a slice, and what lies over it of a second volume, into the viewport's own target, unless just that is in it. Of the
    /// volume no more is sent to the card and drawn than a frame has time for.
    ///
    /// Commands are submitted at once and not put into the caller's encoder: egui-wgpu throws its encoder away when
    /// the surface is not ready, and then a target that counts as drawn would show the picture before. On an error,
    /// and for a picture without area, the viewport has no picture.
    pub fn prepare(
        &mut self,
        slot: Slot,
        pass: &SlicePass,
        frame: &Arc<Frame>,
    ) -> Result<Prepared, GpuError> {
        let laid = self.take_layer(slot);
        self.prepare_with(slot, pass.view_size, |engine| {
            let below = engine.draw_slice_if_changed(slot, pass, frame)?;
            engine.lay_over_slice(slot, laid, pass, below)
        })
    }

    /// Has a viewport's picture drawn; on an error, and for one without area, there is none.
    pub(super) fn prepare_with(
        &mut self,
        slot: Slot,
        (width, height): (u32, u32),
        draw: impl FnOnce(&mut Self) -> Result<Prepared, GpuError>,
    ) -> Result<Prepared, GpuError> {
        self.check_lost()?;
        self.begin(slot);
        if width == 0 || height == 0 {
            self.forget(slot);
            return Ok(Prepared { is_drawn: false, is_complete: true });
        }
        // Whatever lay over the picture before.
        if let Some(drawn) = self.slots.get_mut(&slot) {
            drawn.pane = Weak::new();
        }
        let prepared = self.try_to_draw(draw);
        if prepared.is_err() {
            self.forget(slot);
        }
        prepared
    }

    /// What lies over it is not looked at.
    fn draw_slice_if_changed(
        &mut self,
        slot: Slot,
        pass: &SlicePass,
        frame: &Arc<Frame>,
    ) -> Result<Prepared, GpuError> {
        let below = SlicePass { layer: None, ..pass.clone() };
        let is_there = |content: &Content| matches!(content, Content::Slice(drawn, of) if **drawn == below && is_same(of, frame));
        if self.keep(slot, is_there) {
            return Ok(Prepared { is_drawn: false, is_complete: true });
        }
        let (old, old_tints) = self.take(slot);
        let target = self.draw(old, pass, frame, Values::Picture)?;
        let tints = self.draw_tints(old_tints, pass, frame)?;
        let branch = self.branch(pass);
        let content = Content::Slice(Box::new(below), Arc::downgrade(frame));
        self.put(slot, (target, branch, tints), content, pass.covered());
        Ok(Prepared { is_drawn: true, is_complete: true })
    }

    /// Without a card there are no pictures.
    pub(super) fn check_lost(&mut self) -> Result<(), GpuError> {
        if self.gpu.is_lost() {
            self.slots.clear();
            self.works.clear();
            return Err(GpuError::Lost);
        }
        self.clock += 1;
        Ok(())
    }

    /// Whether the viewport's picture is the one that is asked for; it then counts as used.
    pub(super) fn keep(&mut self, slot: Slot, is_there: impl FnOnce(&Content) -> bool) -> bool {
        let drawn = self.slots.get_mut(&slot).filter(|drawn| is_there(&drawn.content));
        drawn.map(|drawn| drawn.used = self.clock).is_some()
    }

    /// Takes the viewport's targets from it: it has no picture until it gets another.
    pub(super) fn take(&mut self, slot: Slot) -> (Option<Target>, Option<Target>) {
        self.slots.remove(&slot).map_or((None, None), |drawn| (Some(drawn.target), drawn.tints))
    }

    /// Gives the viewport a picture.
    pub(super) fn put(
        &mut self,
        slot: Slot,
        (target, branch, tints): (Target, Branch, Option<Target>),
        content: Content,
        covered: Option<DeviceRect>,
    ) {
        self.make_room_for_a_slot();
        let (layer, pane, used) = (None, Weak::new(), self.clock);
        self.slots.insert(slot, Drawn { target, branch, layer, tints, pane, content, covered, used });
    }

    /// Draws the viewport's picture as driving levels of its screen, gray dithered between them or not; says whether there
    /// was one.
    ///
    /// The picture's corner stands at `origin`, in device pixels, of which some may lie outside of the surface; of what it
    /// covers, the part in `clip` is painted, and in one with it the pane that was prepared for it. What is around the image
    /// is left as it is. The render pass has its viewport set to as much of the picture as may be painted, and neither depth
    /// nor samples. That is what egui-wgpu hands to a paint call-back.
    pub fn paint(
        &self,
        slot: Slot,
        origin: (i32, i32),
        clip: DeviceRect,
        is_dithered: bool,
        render_pass: &mut wgpu::RenderPass<'_>,
    ) -> bool {
        let Some(drawn) = self.slots.get(&slot) else { return false };
        if let Some(part) = drawn.covered.and_then(|part| cut(part, origin, clip)) {
            let DeviceRect { x, y, width, height } = part;
            render_pass.set_scissor_rect(x, y, width, height);
            let pane = drawn.pane.upgrade();
            let over = pane.as_deref().map(|pane| (pane, part));
            let picture = (&drawn.target, &drawn.branch, drawn.layer.as_ref());
            self.paint_target(picture, slot.screen, origin, is_dithered, over, render_pass);
            if let Some(tints) = &drawn.tints {
                self.paint_tints(tints, slot.screen, origin, render_pass);
            }
        }
        true
    }

    /// Frees the viewport's targets.
    pub fn forget(&mut self, slot: Slot) {
        self.works.remove(&slot);
        self.take(slot);
    }

    /// Runs commands of one picture. When the card fails, nothing on it is trusted any more.
    pub(super) fn try_to_draw<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, GpuError>,
    ) -> Result<T, GpuError> {
        let gpu = self.gpu.clone();
        let result = gpu.try_to("a picture", || run(self));
        if matches!(result, Err(GpuError::OutOfMemory { .. })) {
            self.residency.shrink();
        }
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
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let table_group = |table: &wgpu::TextureView| pipelines.table_group(gpu, table);
        let are_stored = (pass.filter, pass.sampling) == (Filter::None, Sampling::Nearest);
        let gray = pass.gray();
        let padding = gray.and_then(|gray| gray.padding).filter(|_| values == Values::Picture);
        let (pixels, texels, pipeline, format, table) = match (values, gray, &frame.pixels) {
            (Values::Picture, Some(gray), Pixels::Words { is_signed, .. }) if are_stored => {
                let pixels = self.residency.frame(gpu, &pass.frame, frame, None)?;
                let table = self.residency.table(gpu, gray, *is_signed);
                let table = Some(table_group(&table));
                (pixels, Texels::of(&frame.pixels), pipelines.by_table.clone(), P_VALUES, table)
            }
            _ => {
                let modality = gray.and_then(|gray| gray.modality.table());
                let modality = modality.map(|table| (Arc::clone(table), padding));
                let texels = if modality.is_some() { Texels::Real } else { Texels::of(&frame.pixels) };
                let pixels = self.residency.frame(gpu, &pass.frame, frame, modality)?;
                let curve = gray.and_then(|gray| gray.curve.as_ref());
                let entry = match (gray, curve) {
                    _ if values == Values::Modality => SliceEntry::Modality,
                    (None, _) => SliceEntry::Color,
                    (Some(_), None) => SliceEntry::Formula,
                    (Some(_), Some(_)) => SliceEntry::Curve,
                };
                let kind = SliceKind {
                    entry,
                    filter: pass.filter,
                    sampling: pass.sampling,
                    voi: gray.map(|gray| gray.window.function()).unwrap_or_default(),
                    texels,
                    has_holes: texels == Texels::Real || padding.is_some(),
                };
                let curve = curve.filter(|_| entry == SliceEntry::Curve);
                let table = curve.map(|curve| table_group(&self.residency.curve(gpu, curve)));
                (pixels, texels, pipelines.slice(gpu, kind), entry.format(), table)
            }
        };
        let target = Target::again(old, gpu, pipelines, pass.view_size, format)?;
        let block = SliceBlock::of(pass, texels, values);
        gpu.queue.write_buffer(&target.slice_block, 0, bytemuck::bytes_of(&block));
        let inputs = [target.slice_block.as_entire_binding(), wgpu::BindingResource::TextureView(&pixels)];
        let slice_group = group(gpu, &pipelines.slice_layout, &inputs);
        let cover = match pass.cover.as_ref().filter(|_| format == P_VALUES) {
            Some(_) => self.residency.cover(gpu, pass, frame)?.map(|cells| {
                let block = CoverBlock::of(pass);
                gpu.queue.write_buffer(&target.cover_block, 0, bytemuck::bytes_of(&block));
                let inputs =
                    [target.cover_block.as_entire_binding(), wgpu::BindingResource::TextureView(&cells)];
                group(gpu, &pipelines.cover_layout, &inputs)
            }),
            None => None,
        };
        // Around the image a picture is black, as it was cleared to; where there is no value it is not.
        let whole = DeviceRect { x: 0, y: 0, width: pass.view_size.0, height: pass.view_size.1 };
        let covered = if values == Values::Picture { pass.covered() } else { Some(whole) };
        render(gpu, &target.texture, |render_pass| {
            let Some(DeviceRect { x, y, width, height }) = covered else { return };
            render_pass.set_scissor_rect(x, y, width, height);
            render_pass.set_pipeline(&pipeline);
            render_pass.set_bind_group(0, &slice_group, &[]);
            if let Some(table) = &table {
                render_pass.set_bind_group(1, table, &[]);
            }
            render_pass.draw(0..3, 0..1);
            if let Some(cover) = &cover {
                render_pass.set_pipeline(&pipelines.cover);
                render_pass.set_bind_group(0, cover, &[]);
                render_pass.draw(0..3, 0..1);
            }
        });
        Ok(target)
    }

    /// What the picture of a pass goes through on its way to the panel; its pipeline is made here, where errors are caught.
    pub(super) fn branch(&mut self, pass: &SlicePass) -> Branch {
        match (&pass.transform, &pass.monitor) {
            (PixelTransform::Gray(_), monitor) => {
                self.branch_of_gray(pass.palette.as_ref(), monitor.as_ref())
            }
            (PixelTransform::Color { .. }, monitor) => self.branch_of_color(monitor.as_ref()),
        }
    }

    /// The same of a picture in colours.
    pub(super) fn branch_of_color(&mut self, monitor: Option<&Arc<ColorTransform>>) -> Branch {
        let Some(monitor) = monitor else { return Branch::Color };
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        pipelines.display_lattice(gpu);
        Branch::Lattice(pipelines.table_group(gpu, &self.residency.lattice(gpu, monitor)))
    }

    /// The same of a gray picture.
    pub(super) fn branch_of_gray(
        &mut self,
        palette: Option<&Arc<ColorPalette>>,
        monitor: Option<&Arc<ColorTransform>>,
    ) -> Branch {
        let Some(palette) = palette else { return Branch::Gray };
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        pipelines.display_palette(gpu);
        Branch::Palette(pipelines.table_group(gpu, &self.residency.palette(gpu, palette, monitor)))
    }

    /// Draws the colours that lie over a picture, where there are any, as a picture with gaps.
    pub(super) fn draw_tints(
        &mut self,
        old: Option<Target>,
        pass: &SlicePass,
        frame: &Arc<Frame>,
    ) -> Result<Option<Target>, GpuError> {
        let (gpu, pipelines) = (&self.gpu, &self.pipelines);
        let tints = match pass.gray() {
            Some(_) => self.residency.tints(gpu, &pass.frame, frame)?,
            None => None,
        };
        if tints.is_none() && !pass.cover.as_ref().is_some_and(CoverPass::is_colored) {
            return Ok(None);
        }
        let cells = match &pass.cover {
            Some(_) => self.residency.cover(gpu, pass, frame)?,
            None => None,
        };
        let target = Target::again(old, gpu, pipelines, pass.view_size, COLORS)?;
        gpu.queue.write_buffer(&target.cover_block, 0, bytemuck::bytes_of(&CoverBlock::over_tints(pass)));
        let input = |view: &wgpu::TextureView| {
            let inputs = [target.cover_block.as_entire_binding(), wgpu::BindingResource::TextureView(view)];
            group(gpu, &pipelines.cover_layout, &inputs)
        };
        let parts = [(&pipelines.tint, tints), (&pipelines.cover_color, cells)];
        let parts = parts.map(|(pipeline, view)| Some((pipeline, input(&view?))));
        render(gpu, &target.texture, |render_pass| {
            let Some(DeviceRect { x, y, width, height }) = pass.covered() else { return };
            render_pass.set_scissor_rect(x, y, width, height);
            for (pipeline, group) in parts.iter().flatten() {
                render_pass.set_pipeline(pipeline);
                render_pass.set_bind_group(0, group, &[]);
                render_pass.draw(0..3, 0..1);
            }
        });
        Ok(Some(target))
    }

    /// Where the scissor is; under a pane in the part that is told with it.
    pub(super) fn paint_target(
        &self,
        (target, branch, layer): (&Target, &Branch, Option<&Laid>),
        screen: u32,
        (left, top): (i32, i32),
        is_dithered: bool,
        over: Option<(&Pane, DeviceRect)>,
        render_pass: &mut wgpu::RenderPass<'_>,
    ) {
        let table = self.displays.of(screen);
        let block = DisplayBlock { left, top, highest: table.highest };
        let pipelines = &self.pipelines;
        let (pipeline, table) = match (branch, is_dithered) {
            (Branch::Gray, false) => (&pipelines.display, &table.levels),
            (Branch::Gray, true) => (&pipelines.display_dithered, &table.ideals),
            (Branch::Color, _) => (&pipelines.display_color, &table.levels),
            (Branch::Lattice(lattice), _) => (pipelines.display_lattice(&self.gpu), lattice),
            (Branch::Palette(palette), _) => (pipelines.display_palette(&self.gpu), palette),
        };
        if let Some(layer) = layer {
            render_pass.set_pipeline(&self.layers.pipeline(
                &self.gpu,
                pipelines,
                branch.constant(is_dithered),
            ));
            render_pass.set_bind_group(0, layer.told(&self.gpu, block), &[]);
        } else {
            self.gpu.queue.write_buffer(&target.display_block, 0, bytemuck::bytes_of(&block));
            render_pass.set_pipeline(pipeline);
            render_pass.set_bind_group(0, &target.display_group, &[]);
        }
        render_pass.set_bind_group(1, table, &[]);
        let Some(over) = over else { return render_pass.draw(0..3, 0..1) };
        let picture = [&target.display_group, table];
        self.draw_below(over, (left, top), branch.constant(is_dithered), picture, render_pass);
    }

    /// Over the picture, where it has no gap.
    pub(super) fn paint_tints(
        &self,
        tints: &Target,
        screen: u32,
        (left, top): (i32, i32),
        render_pass: &mut wgpu::RenderPass<'_>,
    ) {
        let table = self.displays.of(screen);
        let block = DisplayBlock { left, top, highest: table.highest };
        self.gpu.queue.write_buffer(&tints.display_block, 0, bytemuck::bytes_of(&block));
        render_pass.set_pipeline(&self.pipelines.display_tint);
        render_pass.set_bind_group(0, &tints.display_group, &[]);
        render_pass.set_bind_group(1, &table.levels, &[]);
        render_pass.draw(0..3, 0..1);
    }

    fn make_room_for_a_slot(&mut self) {
        while self.slots.len() >= SLOTS_MAX {
            let oldest = self.slots.iter().min_by_key(|(_, drawn)| drawn.used).map(|(slot, _)| *slot);
            let Some(oldest) = oldest else { break };
            self.forget(oldest);
        }
    }
}

/// What stands between a picture and the panel.
#[derive(Debug)]
pub(super) enum Branch {
    /// The table of the monitor.
    Gray,
    /// Nothing.
    Color,
    /// From the picture's colours to the monitor's.
    Lattice(wgpu::BindGroup),
    /// From P-values to the monitor's colours.
    Palette(wgpu::BindGroup),
}

impl Branch {
    /// The constant of a pipeline that shows a picture so, of `shaders/lib/panel.wgsl`; empty where none is set.
    pub(super) const fn constant(&self, is_dithered: bool) -> &'static str {
        match (self, is_dithered) {
            (Self::Gray, false) => "",
            (Self::Gray, true) => "is_dithered",
            (Self::Color, _) => "is_color",
            (Self::Lattice(_), _) => "has_lattice",
            (Self::Palette(_), _) => "has_palette",
        }
    }
}

/// What a picture is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// P-values, or colours.
    Picture,
    /// Modality values, as bits.
    Modality,
    /// P-values and where they are seen, over another picture: of a section alone.
    Layer,
}

pub(super) fn check_frame(pass: &SlicePass, frame: &Frame, values: Values) -> Result<(), GpuError> {
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
