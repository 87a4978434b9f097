//! Pictures of volumes: at once where there is time, else coarsely first and then exactly, part by part.
//!
//! How long a picture took is told by the card when it is done. What moves is drawn as finely as [`Pace::MOST_MS`] allow, and no
//! part of what rests takes longer; until all parts are there, the coarse picture is seen.

use std::sync::{Arc, OnceLock};

use crate::color::ColorTransform;
use crate::session::DeviceRect;
use crate::volume::Volume;

use super::super::curved::CurvedPass;
use super::super::fused::LayerPass;
use super::super::pace::{Coarseness, Pace};
use super::super::reformat::ReformatPass;
use super::super::rendering::RenderingPass;
use super::curved::CurvedDrawing;
use super::device::{Gpu, GpuError};
use super::engine::{Branch, Content, Engine, Slot, Values};
use super::in_parts::Sheaves;
use super::parts::Held;
use super::pipelines::{SliceEntry, VoxelKind};
use super::reformat::Drawing;
use super::rendering::Rendering;
use super::stopwatch::Stopwatch;
use super::target::{Target, render_onto, target_texture};

/// Samples that are drawn at once where nobody waits for a frame: no card is kept for longer than its system allows.
const SAMPLES_AT_ONCE: f64 = 33_554_432.0;

/// What became of a picture of a volume that was to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prepared {
    /// Whether it was drawn, and not there already.
    pub is_drawn: bool,
    /// Whether all that was received of its volume is in it, as finely as it is to be; if not, it is to be asked for again in the
    /// next frame.
    pub is_complete: bool,
}

impl Prepared {
    /// With what became of another part of the picture.
    #[must_use]
    pub(super) const fn and(self, is_drawn: bool, is_complete: bool) -> Self {
        Self { is_drawn: self.is_drawn || is_drawn, is_complete: self.is_complete && is_complete }
    }
}

/// What a picture of a volume lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Its volume goes to the card: so many of a hundred planes that were received are there.
    Loading(u32),
    /// It is drawn more finely, and seen when all of it is: so many of a hundred rows are drawn.
    Drawing(u32),
    /// It moves, and is coarse.
    Moving,
}

/// Tells the time, ms from whenever.
#[derive(Clone)]
pub struct Timer(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Timer {
    /// By a clock.
    pub fn new(now_ms: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now_ms))
    }
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Timer")
    }
}

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

/// What a viewport's pictures of volumes need from frame to frame.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) pace: Pace,
    asked: Option<Asked>,
    part: Option<Part>,
    pub(super) sheaves: Option<Sheaves>,
    pub(super) progress: Option<Progress>,
}

/// What the card was asked for last.
#[derive(Debug)]
struct Asked {
    samples: f64,
    since_ms: f64,
    /// When it was done.
    done_ms: Arc<OnceLock<f64>>,
}

/// The upper rows of a picture that is not seen yet.
#[derive(Debug)]
struct Part {
    picture: VolumePicture,
    target: Option<Target>,
    rows: u32,
}

impl<'a> VolumePass<'a> {
    pub(super) fn volume(self) -> Arc<Volume> {
        Arc::clone(match self {
            Self::Reformat(pass, _) => &pass.volume,
            Self::Curved(pass, _) => &pass.volume,
            Self::Rendering(pass) => &pass.volume,
        })
    }

    fn layer(self) -> Option<&'a LayerPass> {
        match self {
            Self::Reformat(pass, _) => pass.layer.as_deref(),
            Self::Curved(..) | Self::Rendering(_) => None,
        }
    }

    const fn view_size(self) -> (u32, u32) {
        match self {
            Self::Reformat(pass, _) => pass.view_size,
            Self::Curved(pass, _) => pass.view_size,
            Self::Rendering(pass) => pass.view_size,
        }
    }

    /// Numbers are those at rest.
    const fn is_moving(self) -> bool {
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

impl Work {
    const fn new(is_software: bool) -> Self {
        Self { pace: Pace::new(is_software), asked: None, part: None, sheaves: None, progress: None }
    }

    /// Notes how long what was asked for took, once it is done.
    pub(super) fn take_time(&mut self, gpu: &Gpu) {
        // The card tells only whoever asks.
        gpu.device.poll(wgpu::PollType::Poll).ok();
        if let Some(Asked { samples, since_ms, done_ms }) = &self.asked
            && let Some(done_ms) = done_ms.get()
        {
            self.pace.note(*samples, done_ms - since_ms);
            self.asked = None;
        }
    }

    /// Has the card tell when it is done with what was just asked for.
    fn ask(&mut self, gpu: &Gpu, timer: Option<&Timer>, samples: f64, since_ms: f64) {
        let Some(timer) = timer.cloned() else { return };
        let done_ms = Arc::new(OnceLock::new());
        self.asked = Some(Asked { samples, since_ms, done_ms: Arc::clone(&done_ms) });
        gpu.queue.on_submitted_work_done(move || {
            done_ms.set((timer.0)()).ok();
        });
    }
}

impl Engine {
    /// Gives pictures of volumes a clock to go by: no part of them takes much longer than a few frames then. Without one each is
    /// drawn at once, and what moves with a quarter of the pixels and half of the planes or samples.
    pub fn set_timer(&mut self, timer: Option<Timer>) {
        self.timer = timer;
    }

    /// Says whether the reader is doing something, so that the next frame is waited for: then it draws one band of what rests.
    pub const fn set_hurried(&mut self, is_hurried: bool) {
        self.is_hurried = is_hurried;
    }

    /// What the viewport's picture lacks yet, of a volume or of one that lies over it.
    pub fn progress(&self, slot: Slot) -> Option<Progress> {
        let of_layer = || self.slots.get(&slot)?.layer.as_ref()?.progress;
        self.works.get(&slot).and_then(|work| work.progress).or_else(of_layer)
    }

    /// How coarsely the viewport's picture of a volume was drawn that moved last.
    pub fn coarseness(&self, slot: Slot) -> Option<Coarseness> {
        self.works.get(&slot).map(|work| work.pace.coarseness())
    }

    /// Draws into the viewport's own target, unless just that is in it.
    pub(super) fn prepare_of_volume(
        &mut self,
        slot: Slot,
        pass: VolumePass<'_>,
    ) -> Result<Prepared, GpuError> {
        let laid = self.take_layer(slot);
        self.prepare_with(slot, pass.view_size(), |engine| {
            let is_software = engine.gpu.adapter.is_software;
            let mut work = engine.works.remove(&slot).unwrap_or_else(|| Work::new(is_software));
            work.take_time(&engine.gpu);
            let prepared = engine.draw_in_time(slot, pass, &mut work)?;
            let coarseness = if pass.is_moving() { work.pace.coarseness() } else { Coarseness::EXACT };
            engine.works.insert(slot, work);
            engine.lay(slot, laid, pass.layer(), (pass.view_size(), coarseness), prepared)
        })
    }

    fn draw_in_time(
        &mut self,
        slot: Slot,
        pass: VolumePass<'_>,
        work: &mut Work,
    ) -> Result<Prepared, GpuError> {
        let seen = self.volume_in(slot, &pass.volume(), true)?;
        let is_moving = pass.is_moving();
        let is_divided = seen.grid.is_some();
        let exact = pass.picture(&seen.at_rest(), Coarseness::EXACT);
        let kept = |work: &mut Work, progress| {
            work.progress = progress;
            Ok(Prepared { is_drawn: false, is_complete: seen.is_complete() })
        };
        if self.shows(slot, &exact) {
            (work.part, work.sheaves) = (None, None);
            return kept(work, seen.progress());
        }
        let is_begun = !is_moving
            && (work.part.as_ref().is_some_and(|part| part.picture == exact)
                || work.sheaves.as_ref().is_some_and(|sheaves| sheaves.picture == exact));
        let samples = pass.samples(Coarseness::EXACT);
        if !is_begun {
            (work.part, work.sheaves) = (None, None);
            let has_time = !is_divided && (self.timer.is_none() || work.pace.fits(samples));
            if !is_moving && has_time {
                self.draw_at_once(slot, &seen, exact, samples, work)?;
                work.progress = seen.progress();
                return Ok(Prepared { is_drawn: true, is_complete: seen.is_complete() });
            }
            let is_coarse = self.shows(slot, &pass.picture(&seen, work.pace.coarseness()));
            if is_moving || !is_coarse {
                let coarseness = match self.timer {
                    Some(_) => work.pace.moving(|coarseness| pass.samples(coarseness)),
                    None => Coarseness::FIRST,
                };
                let picture = pass.picture(&seen, coarseness);
                let at_rest = if is_moving { Progress::Moving } else { Progress::Drawing(0) };
                let is_exact = picture == exact;
                let progress = seen.progress().or_else(|| (!is_exact).then_some(at_rest));
                if self.shows(slot, &picture) {
                    return kept(work, progress);
                }
                self.draw_at_once(slot, &seen, picture, pass.samples(coarseness), work)?;
                work.progress = progress;
                return Ok(Prepared {
                    is_drawn: true,
                    is_complete: (is_moving || is_exact) && seen.is_complete(),
                });
            }
        }
        if is_divided {
            return self.draw_sheaves(slot, pass, &seen, exact, work);
        }
        let part = work.part.take().unwrap_or(Part { picture: exact, target: None, rows: 0 });
        self.draw_part(slot, &seen, part, samples, work)
    }

    /// Draws the next rows, band after band, each of which is waited for, as long as a frame has time for them; shows the picture
    /// when they are the last.
    fn draw_part(
        &mut self,
        slot: Slot,
        seen: &Seen,
        mut part: Part,
        samples: f64,
        work: &mut Work,
    ) -> Result<Prepared, GpuError> {
        let (width, height) = part.picture.view_size;
        let of_row = samples / f64::from(height);
        // Planes that were just sent, and what else the card has to do, say nothing of how fast rows are.
        self.gpu.queue.submit([]);
        Gpu::wait(&self.gpu.device)?;
        work.take_time(&self.gpu);
        let most_ms = if self.is_hurried { Pace::MOST_MS } else { Pace::REST_MS };
        let begun_ms = self.now_ms();
        let mut since_ms = begun_ms;
        while since_ms - begun_ms < most_ms {
            let rows = work.pace.rows(of_row).min(height - part.rows);
            let band = DeviceRect { x: 0, y: part.rows, width, height: rows };
            let target = self.draw_rows(part.target.take(), &part.picture, (&seen.views, None), band)?;
            Gpu::wait(&self.gpu.device)?;
            let now_ms = self.now_ms();
            work.pace.note(of_row * f64::from(rows), now_ms - since_ms);
            since_ms = now_ms;
            part.rows += rows;
            if part.rows == height {
                self.show(slot, target, part.picture);
                work.progress = seen.progress();
                return Ok(Prepared { is_drawn: true, is_complete: seen.is_complete() });
            }
            part.target = Some(target);
        }
        work.progress = seen.progress().or(Some(Progress::Drawing(part.rows * 100 / height)));
        work.part = Some(part);
        Ok(Prepared { is_drawn: false, is_complete: false })
    }

    fn draw_at_once(
        &mut self,
        slot: Slot,
        seen: &Seen,
        picture: VolumePicture,
        samples: f64,
        work: &mut Work,
    ) -> Result<(), GpuError> {
        let (old, _) = self.take(slot);
        let since_ms = self.now_ms();
        let target = self.draw_rows(old, &picture, (&seen.views, None), whole(picture.view_size))?;
        work.ask(&self.gpu, self.timer.as_ref(), samples, since_ms);
        self.show(slot, target, picture);
        Ok(())
    }

    pub(super) fn now_ms(&self) -> f64 {
        self.timer.as_ref().map_or(0.0, |timer| (timer.0)())
    }

    fn shows(&mut self, slot: Slot, picture: &VolumePicture) -> bool {
        self.keep(slot, |content| matches!(content, Content::Volume(drawn) if **drawn == *picture))
    }

    pub(super) fn show(&mut self, slot: Slot, target: Target, picture: VolumePicture) {
        let branch = self.branch_of_volume(&picture);
        let covered = whole(picture.view_size);
        self.put(slot, (target, branch, None), Content::Volume(Box::new(picture)), Some(covered));
    }

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

    /// Draws into a target of its own, once all of the volume is on the card, part by part.
    pub(super) fn draw_whole(&mut self, pass: VolumePass<'_>) -> Result<(Target, VolumePicture), GpuError> {
        let seen = loop {
            let seen = self.residency.volume(&self.gpu, &pass.volume(), &[], true)?;
            if seen.is_complete() {
                break seen;
            }
            // What was sent leaves main memory before more follows.
            self.gpu.queue.submit([]);
            Gpu::wait(&self.gpu.device)?;
            self.residency.wait_for_planes()?;
        };
        if seen.grid.is_some() && !pass.is_moving() {
            return self.draw_whole_in_sheaves(pass, &seen);
        }
        let coarseness = if pass.is_moving() { Coarseness::FIRST } else { Coarseness::EXACT };
        let picture = pass.picture(&seen, coarseness);
        let target = self.draw_all(None, &picture, &seen.views, pass.samples(coarseness))?;
        Ok((target, picture))
    }

    /// Draws a picture of so many samples part by part, and waits for each but the only one.
    pub(super) fn draw_all(
        &mut self,
        mut target: Option<Target>,
        picture: &VolumePicture,
        views: &[wgpu::TextureView; 3],
        samples: f64,
    ) -> Result<Target, GpuError> {
        let (width, height) = picture.view_size;
        let rows = rows_at_once(samples / f64::from(height.max(1)));
        if picture.pixels != 1 || rows >= height {
            return self.draw_rows(target, picture, (views, None), whole(picture.view_size));
        }
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
