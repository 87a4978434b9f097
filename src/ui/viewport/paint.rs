//! The picture of a viewport, drawn by the engine inside egui's own render pass. Besides [`crate::render::gpu`] the only
//! place that names wgpu.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, RenderState, ScreenDescriptor, wgpu};
use egui::epaint::ViewportInPixels;
use egui::{Color32, Context, Id, PaintCallbackInfo, Painter, Rect};

use crate::dicom::Frame;
use crate::grayscale::DisplayTable;
use crate::render::gpu::{Engine, Gpu, GpuError, Pane, Progress, Slot, Timer};
use crate::render::{CurvedPass, ReformatPass, RenderingPass, SlicePass};
use crate::session::DeviceRect;
use crate::study::FrameState;

use super::kept;

/// Makes the engine on egui's own card and leaves it where the call-backs find it; to be called once a window system
/// and a card are there. `frame_budget` is in bytes; pictures of volumes go by the timer.
pub fn install_engine(
    ctx: &Context,
    render_state: &RenderState,
    frame_budget: u64,
    timer: Timer,
) -> Result<(), GpuError> {
    let RenderState { adapter, device, queue, target_format, renderer, .. } = render_state;
    let gpu = Gpu::of(adapter, device.clone(), queue.clone());
    if gpu.adapter.is_software {
        kept::make_at_once(ctx);
    }
    let mut engine = Engine::new(&gpu, *target_format, frame_budget)?;
    engine.set_timer(Some(timer));
    renderer.write().callback_resources.insert(engine);
    Ok(())
}

/// Gives a window the table of the monitor that it is on; without one its P-values are spread evenly.
pub fn set_display(
    render_state: &RenderState,
    screen: u32,
    table: Option<&DisplayTable>,
) -> Result<(), GpuError> {
    let mut renderer = render_state.renderer.write();
    let Some(engine) = renderer.callback_resources.get_mut::<Engine>() else {
        return Err(GpuError::NoAdapter);
    };
    let outcome = table.map_or(Ok(()), |table| engine.set_display(screen, table));
    if table.is_none() || outcome.is_err() {
        // Never the table of the monitor before.
        engine.forget_screen(screen);
    }
    outcome
}

/// Why a picture that is on screen could not be drawn in the last frame; the loss of the card comes first.
pub fn engine_failure(ctx: &Context) -> Option<GpuError> {
    let failures = Failures::of(ctx);
    let failures = failures.lock();
    let lost = failures.why.values().find(|why| **why == GpuError::Lost);
    lost.or_else(|| failures.why.values().next()).cloned()
}

/// Whether the picture of a volume was not whole when it was drawn last, or words beside it still say so, or an image may have been
/// without its graphics since this was asked last: one of the next frames will show it.
pub fn is_drawing_volume(ctx: &Context) -> bool {
    if kept::take_missed(ctx) {
        return true;
    }
    let is_going_on = |progress: &Option<Progress>| *progress != Some(Progress::Moving);
    Failures::of(ctx).lock().progress.values().any(is_going_on)
}

/// What the picture of one viewport lacked in the last frame.
pub(in super::super) fn progress_of(ctx: &Context, slot: Slot) -> Option<Progress> {
    Failures::of(ctx).lock().progress.get(&key(slot)).copied().flatten()
}

/// Why the picture of one viewport or thumbnail could not be drawn in the last frame.
pub(in super::super) fn failure_of(ctx: &Context, slot: Slot) -> Option<GpuError> {
    Failures::of(ctx).lock().why.get(&key(slot)).cloned()
}

/// Forgets the failures of a window's viewports and thumbnails that show no picture now.
pub(in super::super) fn keep_failures(ctx: &Context, screen: u32, is_shown: impl Fn(u32) -> bool) {
    let is_kept = |(of, viewport): &(u32, u32)| *of != screen || is_shown(*viewport);
    let failures = Failures::of(ctx);
    let mut failures = failures.lock();
    failures.why.retain(|slot, _| is_kept(slot));
    failures.progress.retain(|slot, _| is_kept(slot));
}

/// Adds the picture of a viewport or a thumbnail, whose corner and size in device pixels are whole. Without pixels there
/// is none. `is_dithered` as in [`Engine::paint`].
pub(in super::super) fn picture(painter: &Painter, rect: Rect, slot: Slot, drawn: Drawn, is_dithered: bool) {
    let ctx = painter.ctx();
    let is_hurried = ctx.input(|input| !input.events.is_empty());
    let picture =
        Picture { slot, drawn, is_dithered, is_hurried, failures: Failures::of(ctx), ctx: ctx.clone() };
    painter.add(Callback::new_paint_callback(rect, picture));
}

/// Has pictures that a key would bring sent to the card, once all pictures of this frame are drawn. `rect` is any part of the window.
pub(in super::super) fn ahead(painter: &Painter, rect: Rect, pictures: Vec<(SlicePass, Arc<Frame>)>) {
    if !pictures.is_empty() {
        let ctx = painter.ctx().clone();
        painter.add(Callback::new_paint_callback(rect, Ahead { pictures, ctx }));
    }
}

struct Ahead {
    pictures: Vec<(SlicePass, Arc<Frame>)>,
    ctx: Context,
}

impl CallbackTrait for Ahead {
    fn finish_prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(engine) = resources.get_mut::<Engine>() else { return Vec::new() };
        match engine.upload_ahead(&self.pictures) {
            Ok(true) => self.ctx.request_repaint(),
            Ok(false) => {}
            // Pictures on screen tell of the card in words.
            Err(error) => tracing::warn!(%error, "no picture is sent to the card ahead of its time any more"),
        }
        Vec::new()
    }

    fn paint(
        &self,
        _info: PaintCallbackInfo,
        _render_pass: &mut wgpu::RenderPass<'static>,
        _resources: &CallbackResources,
    ) {
    }
}

/// What the engine draws.
pub(in super::super) enum Drawn {
    /// An image, or a small one.
    Slice(SlicePass, FrameState),
    /// A section of a volume.
    Reformat(ReformatPass),
    /// A volume under light.
    Rendering(RenderingPass),
    /// A picture along a curve through a volume.
    Curved(CurvedPass),
}

struct Picture {
    slot: Slot,
    drawn: Drawn,
    is_dithered: bool,
    /// Whether the reader is doing something.
    is_hurried: bool,
    failures: Failures,
    ctx: Context,
}

impl CallbackTrait for Picture {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let mut engine = resources.get_mut::<Engine>();
        if let Some(engine) = &mut engine {
            engine.set_hurried(self.is_hurried);
        }
        let outcome = match (engine, &self.drawn) {
            (None, _) => Err(GpuError::NoAdapter),
            (Some(engine), Drawn::Slice(pass, FrameState::Ready(frame))) => {
                engine.prepare(self.slot, pass, frame).map(|_| engine.progress(self.slot))
            }
            // Never the picture from before.
            (Some(engine), Drawn::Slice(_, FrameState::Failed(_))) => {
                engine.forget(self.slot);
                return Vec::new();
            }
            (Some(engine), Drawn::Reformat(pass)) => {
                engine.prepare_reformat(self.slot, pass).map(|_| engine.progress(self.slot))
            }
            (Some(engine), Drawn::Rendering(pass)) => {
                engine.prepare_rendering(self.slot, pass).map(|_| engine.progress(self.slot))
            }
            (Some(engine), Drawn::Curved(pass)) => {
                engine.prepare_curved(self.slot, pass).map(|_| engine.progress(self.slot))
            }
        };
        if self.failures.note(self.slot, outcome) {
            self.ctx.request_repaint();
        }
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        render_pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(engine) = resources.get::<Engine>() {
            let clip = device_rect(&info.clip_rect_in_pixels());
            engine.paint(self.slot, origin(&info), clip, self.is_dithered, render_pass);
        }
    }
}

/// Where it would stand if the screen had no edge: `viewport_in_pixels` ends there.
#[expect(clippy::cast_possible_truncation, reason = "pixels of a screen, and of what is scrolled out of it")]
fn origin(info: &PaintCallbackInfo) -> (i32, i32) {
    let pixel = |edge: f32| (edge * info.pixels_per_point).round() as i32;
    (pixel(info.viewport.left()), pixel(info.viewport.top()))
}

/// Lays graphics that were drawn once over the picture of a viewport, which stands in `rect` and was the last that was added.
pub(super) fn pane(painter: &Painter, rect: Rect, slot: Slot, pane: Arc<Pane>) {
    let ctx = painter.ctx().clone();
    painter.add(Callback::new_paint_callback(rect, Laid { slot, pane, ctx }));
}

struct Laid {
    slot: Slot,
    pane: Arc<Pane>,
    ctx: Context,
}

impl CallbackTrait for Laid {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let engine = resources.get_mut::<Engine>().ok_or(GpuError::NoAdapter);
        if let Err(error) = engine.and_then(|engine| engine.prepare_pane(self.slot, &self.pane)) {
            // An image is not without its graphics for longer than this frame.
            tracing::warn!(%error, "graphics are drawn anew for each picture");
            kept::give_up(&self.ctx);
            self.ctx.request_repaint();
        }
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        render_pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(engine) = resources.get::<Engine>() {
            let clip = device_rect(&info.clip_rect_in_pixels());
            engine.lay_pane(self.slot, &self.pane, origin(&info), clip, render_pass);
        }
    }
}

fn device_rect(pixels: &ViewportInPixels) -> DeviceRect {
    let side = |edge: i32| u32::try_from(edge).unwrap_or(0);
    DeviceRect {
        x: side(pixels.left_px),
        y: side(pixels.top_px),
        width: side(pixels.width_px),
        height: side(pixels.height_px),
    }
}

/// Fills a rectangle on whole device pixels with one colour: rows and panels, which cover a good part of a window.
pub(in super::super) fn fill(painter: &Painter, rect: Rect, color: Color32) {
    let [red, green, blue, _] = color.to_array();
    painter.add(Callback::new_paint_callback(rect, Fill([red, green, blue])));
}

struct Fill([u8; 3]);

impl CallbackTrait for Fill {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(Err(error)) = resources.get_mut::<Engine>().map(|engine| engine.prepare_fill(self.0)) {
            // A row without its ground is still read; pictures tell of the card in words.
            tracing::warn!(%error, "a row cannot be filled");
        }
        Vec::new()
    }

    fn paint(
        &self,
        info: PaintCallbackInfo,
        render_pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        let (whole, clip) =
            (device_rect(&info.viewport_in_pixels()), device_rect(&info.clip_rect_in_pixels()));
        if let Some(engine) = resources.get::<Engine>() {
            engine.fill(self.0, whole, clip, render_pass);
        }
    }
}

/// What went wrong while drawing, for the words of the next frame: a viewport is never black without a reason.
#[derive(Debug, Clone, Default)]
struct Failures(Arc<Mutex<Outcomes>>);

/// By window and viewport.
#[derive(Debug, Default)]
struct Outcomes {
    why: BTreeMap<(u32, u32), GpuError>,
    /// What pictures of volumes lack; nothing for one frame more, in which the words go.
    progress: BTreeMap<(u32, u32), Option<Progress>>,
}

const fn key(slot: Slot) -> (u32, u32) {
    (slot.screen, slot.viewport)
}

impl Failures {
    fn of(ctx: &Context) -> Self {
        ctx.data_mut(|data| data.get_temp_mut_or_default::<Self>(Id::NULL).clone())
    }

    fn lock(&self) -> MutexGuard<'_, Outcomes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the outcome: what the picture lacks. Says whether one more frame is to be drawn: this one was not whole, or its words
    /// are no longer those of the last.
    fn note(&self, slot: Slot, outcome: Result<Option<Progress>, GpuError>) -> bool {
        let mut outcomes = self.lock();
        let key = key(slot);
        let (progress, why) = outcome.map_or_else(|why| (None, Some(why)), |progress| (progress, None));
        let before = (outcomes.progress.remove(&key).flatten(), outcomes.why.remove(&key));
        let has_words = progress.or(before.0).is_some_and(|progress| progress != Progress::Moving);
        outcomes.progress.extend((has_words || progress.is_some()).then_some((key, progress)));
        outcomes.why.extend(why.clone().map(|why| (key, why)));
        let is_going_on = progress.is_some_and(|progress| progress != Progress::Moving);
        is_going_on || before != (progress, why)
    }
}
