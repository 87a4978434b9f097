//! The desk without a window: the same frames, drawn into a picture in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use eframe::egui_wgpu::{RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration};

use crate::command::{AppCommand, Command};
use crate::render::gpu::{Engine, Gpu, GpuError, Usage, read_rgba};

use super::desk::{AfterDraw, Desk};
use super::picture_file::write_rgba;
use super::reading::Reading;
use super::script::Step;
use super::trace::CommandSource;
use super::window::{Appearance, Viewer, WindowError, lock, wgpu_setup};

/// Between two pictures of a script.
pub const OFFSCREEN_REST: Duration = Duration::from_millis(2);

/// What gives a program without a window something to do.
pub trait Day {
    /// A frame was drawn: it took so many milliseconds.
    fn note_frame(&mut self, ms: f64);

    /// What was to be done is done, and this is on the card: what comes next; `None` at the end of the day.
    fn next(&mut self, reading: &mut Reading, usage: Option<Usage>) -> Option<Vec<Step>>;
}

/// Runs the program until its script or the reader ends it, drawing `size` device pixels at `scale` per point.
pub fn run_offscreen(
    desk: Desk,
    appearance: Appearance,
    size: (u32, u32),
    scale: f32,
) -> Result<(), WindowError> {
    run(desk, appearance, (size, scale), None)
}

/// Runs the program as long as a day gives it something to do, drawing `size` device pixels, one per point.
pub fn run_day(
    desk: Desk,
    appearance: Appearance,
    size: (u32, u32),
    day: &mut dyn Day,
) -> Result<(), WindowError> {
    run(desk, appearance, (size, 1.0), Some(day))
}

fn run(
    mut desk: Desk,
    appearance: Appearance,
    picture: ((u32, u32), f32),
    day: Option<&mut dyn Day>,
) -> Result<(), WindowError> {
    let state = open_card()?;
    let ctx = egui::Context::default();
    // There is one picture; a second window is drawn inside it.
    ctx.set_embed_viewports(true);
    desk.has_no_desktop();
    let desk = Arc::new(Mutex::new(desk));
    let viewer = Viewer::new(Arc::clone(&desk), &ctx, &state, appearance)?;
    let outcome = frames(&desk, &viewer, &ctx, &state, picture, day);
    lock(&desk).end();
    outcome
}

/// Opens a card for pictures that no window shows.
pub(super) fn open_card() -> Result<RenderState, WindowError> {
    let configuration = WgpuConfiguration { wgpu_setup: wgpu_setup(), ..WgpuConfiguration::default() };
    let instance = pollster::block_on(configuration.wgpu_setup.new_instance());
    let options = RendererOptions { dithering: false, ..RendererOptions::default() };
    pollster::block_on(RenderState::create(&configuration, &instance, None, options)).or_else(|error| {
        // The likeliest cause has its own words.
        Gpu::headless()?;
        Err(WindowError::Refused(error.to_string()))
    })
}

/// Draws frame after frame until the script or the reader ends the program.
fn frames(
    desk: &Mutex<Desk>,
    viewer: &Viewer,
    ctx: &egui::Context,
    state: &RenderState,
    (size, scale): ((u32, u32), f32),
    mut day: Option<&mut dyn Day>,
) -> Result<(), WindowError> {
    let target = Target::new(state, size);
    let clock = lock(desk).reading.trace.clock();
    loop {
        let begun_ms = clock.elapsed_ms();
        let mut input = raw_input(size, scale);
        // A text size of the settings makes points larger, as the desktop's scale does.
        input.screen_rect = input.screen_rect.map(|rect| rect / ctx.zoom_factor());
        let output = ctx.run_ui(input, |ui| {
            viewer.begin(&ui.ctx().clone());
            viewer.draw(ui);
        });
        let scale_now = output.pixels_per_point;
        target.draw(state, ctx, output, scale_now)?;
        let mut desk = lock(desk);
        if let Some(AfterDraw::Screenshot(path)) = desk.take_after_draw() {
            let rgba = target.read(state)?;
            desk.after_draw_done(write_rgba(&path, size.0, size.1, &rgba));
        }
        if let Some(why) = desk.failure() {
            return Err(WindowError::Script(why.to_owned()));
        }
        if let Some(day) = &mut day {
            day.note_frame(clock.elapsed_ms() - begun_ms);
            if desk.is_script_done() {
                let renderer = state.renderer.read();
                let usage = renderer.callback_resources.get::<Engine>().map(Engine::usage);
                drop(renderer);
                match day.next(&mut desk.reading, usage) {
                    Some(steps) => desk.give_steps(steps),
                    None => desk.reading.command(&Command::App(AppCommand::Quit), CommandSource::Script),
                }
            }
        }
        if desk.is_ending() {
            desk.reading.trace.note(&super::trace::TraceEvent::Quit);
            return Ok(());
        }
        // A short rest between frames; news ends it.
        if let Some(event) = desk.reading.services().wait(OFFSCREEN_REST) {
            desk.reading.event(&event);
        }
    }
}

/// What egui is told of a window of `size` device pixels.
pub(super) fn raw_input(size: (u32, u32), scale: f32) -> egui::RawInput {
    #[expect(clippy::cast_precision_loss, reason = "a picture's side is at most 16384")]
    let points = egui::vec2(size.0 as f32 / scale, size.1 as f32 / scale);
    let mut input = egui::RawInput {
        screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, points)),
        focused: true,
        ..egui::RawInput::default()
    };
    if let Some(viewport) = input.viewports.get_mut(&egui::ViewportId::ROOT) {
        viewport.native_pixels_per_point = Some(scale);
    }
    input
}

/// The picture in memory.
pub(super) struct Target {
    texture: wgpu::Texture,
    size: (u32, u32),
}

impl Target {
    pub(super) fn new(state: &RenderState, (width, height): (u32, u32)) -> Self {
        let texture = state.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("offscreen window"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: state.target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        Self { texture, size: (width, height) }
    }

    /// Draws what egui made of a frame.
    pub(super) fn draw(
        &self,
        state: &RenderState,
        ctx: &egui::Context,
        mut output: egui::FullOutput,
        scale: f32,
    ) -> Result<(), WindowError> {
        let mut renderer = state.renderer.write();
        #[expect(clippy::iter_over_hash_type, reason = "textures do not depend on each other")]
        for (id, deltas) in output.textures_delta.set.drain() {
            for delta in deltas {
                renderer.update_texture(&state.device, &state.queue, id, &delta);
            }
        }
        let screen = ScreenDescriptor { size_in_pixels: [self.size.0, self.size.1], pixels_per_point: scale };
        let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
        let mut encoder = state.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let before = renderer.update_buffers(&state.device, &state.queue, &mut encoder, &shapes, &screen);
        {
            let view = self.texture.create_view(&wgpu::TextureViewDescriptor::default());
            let attachment = wgpu::RenderPassColorAttachment {
                view: &view,
                resolve_target: None,
                depth_slice: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            };
            let mut pass = encoder
                .begin_render_pass(&wgpu::RenderPassDescriptor {
                    label: Some("offscreen window"),
                    color_attachments: &[Some(attachment)],
                    ..wgpu::RenderPassDescriptor::default()
                })
                .forget_lifetime();
            renderer.render(&mut pass, &shapes, &screen);
        }
        state.queue.submit(before.into_iter().chain([encoder.finish()]));
        #[expect(clippy::iter_over_hash_type, reason = "textures do not depend on each other")]
        for id in output.textures_delta.free.drain() {
            renderer.free_texture(&id);
        }
        Gpu::wait(&state.device).map_err(WindowError::from)
    }

    /// The pixels, 8-bit RGBA, row by row.
    pub(super) fn read(&self, state: &RenderState) -> Result<Vec<u8>, GpuError> {
        read_rgba(&state.device, &state.queue, &self.texture)
    }
}
