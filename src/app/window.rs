//! The desk on the desktop: eframe's windows around it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};

use crate::render::gpu::{BACKENDS, Gpu, GpuError, Timer, device_descriptor};
use crate::session::Event;
use crate::ui;

use super::desk::{AfterDraw, Desk};
use super::picture_file::write_rgba;

/// Looks of the interface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Appearance {
    /// Size of the text, points.
    pub text_size: f32,
    /// Brightness of everything that is not an image, 0.3 to 1.
    pub dim: f32,
    /// Texture memory for images on the card, bytes.
    pub texture_budget_bytes: u64,
}

/// Why no window could be shown.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No display.
    #[error(
        "no display is attached (neither DISPLAY nor WAYLAND_DISPLAY is set): start Hotlight on a desktop, or use \
         info, render, keys, config or --offscreen, which need none"
    )]
    NoDisplay,
    /// No graphics adapter, or one that cannot be used.
    #[error(transparent)]
    Graphics(#[from] GpuError),
    /// The desktop or the driver refused.
    #[error("the window cannot be shown: {0}")]
    Refused(String),
    /// The script could not go on.
    #[error("{0}")]
    Script(String),
}

/// The windows of the program.
pub struct Viewer {
    desk: Arc<Mutex<Desk>>,
}

impl Viewer {
    /// Sets up theme, engine and waker for a context that draws with wgpu.
    pub fn new(
        desk: Arc<Mutex<Desk>>,
        ctx: &egui::Context,
        render_state: &eframe::egui_wgpu::RenderState,
        appearance: Appearance,
    ) -> Result<Self, GpuError> {
        // Files were looked through while the card was opened. Asking for pixels now has them here for the first frame.
        lock(&desk).reading.tick();
        ui::theme::install(ctx, appearance.text_size, appearance.dim);
        let clock = lock(&desk).reading.trace.clock();
        let timer = Timer::new(move || clock.elapsed_ms());
        ui::install_engine(ctx, render_state, appearance.texture_budget_bytes, timer)?;
        lock(&desk).set_card(render_state.clone());
        let screen = ctx.clone();
        lock(&desk)
            .reading
            .services()
            .set_waker(Arc::new(move || screen.request_repaint_of(egui::ViewportId::ROOT)));
        Ok(Self { desk })
    }

    /// Begins a frame of the first window.
    pub fn begin(&self, ctx: &egui::Context) {
        let mut desk = lock(&self.desk);
        desk.begin(ctx);
        desk.input(ctx, 0);
        // Also while the window is hidden, when nothing is drawn.
        desk.keep_going(ctx);
        if desk.is_ending() {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Draws the first window and keeps the others open.
    pub fn draw(&self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        let (further, focus_moved) = {
            let mut desk = lock(&self.desk);
            desk.show(ui, 0);
            (desk.further_screens(), desk.take_focus_moved())
        };
        // The lock is free here: an embedded window is drawn at once.
        for id in further {
            self.show_further(&ctx, id);
        }
        if let Some(id) = focus_moved {
            ctx.send_viewport_cmd_to(viewport_id(id), egui::ViewportCommand::Focus);
        }
    }

    fn show_further(&self, ctx: &egui::Context, id: u32) {
        let mut builder =
            egui::ViewportBuilder::default().with_title("Hotlight").with_inner_size([1280.0, 800.0]);
        let birth = lock(&self.desk).birth(id);
        if let Some(birth) = birth {
            builder = builder.with_position(birth.min).with_inner_size(birth.size());
        }
        let desk = Arc::clone(&self.desk);
        ctx.show_viewport_deferred(viewport_id(id), builder, move |ui, _class| {
            let ctx = ui.ctx().clone();
            let mut desk = lock(&desk);
            if ctx.input(|input| input.viewport().close_requested()) {
                desk.reading.event(&Event::ScreenClosed { screen: id });
            } else {
                desk.input(&ctx, id);
                desk.show(ui, id);
            }
            if desk.first_window_is_due() {
                ctx.request_repaint_of(egui::ViewportId::ROOT);
            }
        });
        if lock(&self.desk).is_stale(id) {
            ctx.request_repaint_of(viewport_id(id));
        }
    }
}

fn viewport_id(id: u32) -> egui::ViewportId {
    if id == 0 { egui::ViewportId::ROOT } else { egui::ViewportId::from_hash_of(("screen", id)) }
}

impl eframe::App for Viewer {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.begin(ctx);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        ui::theme::CLEAR
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
        let ctx = ui.ctx().clone();
        let mut desk = lock(&self.desk);
        if let Some(AfterDraw::Screenshot(path)) = desk.take_after_draw() {
            let (shared, waker) = (Arc::clone(&self.desk), ctx.clone());
            ctx.request_screenshot(move |picture| {
                let [width, height] = picture.size.map(|side| u32::try_from(side).unwrap_or(0));
                let outcome = write_rgba(&path, width, height, picture.as_raw());
                lock(&shared).after_draw_done(outcome);
                waker.request_repaint();
            });
        }
    }
}

/// Runs the program in windows until the reader ends it.
pub fn run_windows(mut desk: Desk, appearance: Appearance) -> Result<(), WindowError> {
    let is_headless = cfg!(target_os = "linux")
        && ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()));
    if is_headless {
        return Err(WindowError::NoDisplay);
    }
    // Without it every window says that its monitor is not known.
    if let Err(error) = desk.reading.look_for_monitors() {
        tracing::warn!(%error, "nobody looks for monitors");
    }
    let desk = Arc::new(Mutex::new(desk));
    let shared = Arc::clone(&desk);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Hotlight")
            .with_app_id("hotlight")
            .with_inner_size([1600.0, 1000.0])
            .with_min_inner_size([640.0, 400.0]),
        renderer: eframe::Renderer::Wgpu,
        // What a driving level is must not depend on where it stands.
        dithering: false,
        wgpu_options: WgpuConfiguration { wgpu_setup: wgpu_setup(), ..WgpuConfiguration::default() },
        ..eframe::NativeOptions::default()
    };
    let create = move |creation: &eframe::CreationContext<'_>| {
        let state = creation.wgpu_render_state.as_ref().ok_or("eframe gave no wgpu device")?;
        let viewer = Viewer::new(shared, &creation.egui_ctx, state, appearance)?;
        Ok(Box::new(viewer) as Box<dyn eframe::App>)
    };
    let outcome = eframe::run_native("hotlight", options, Box::new(create));
    let mut desk = lock(&desk);
    desk.end();
    desk.reading.trace.note(&super::trace::TraceEvent::Quit);
    match (desk.failure(), outcome) {
        (Some(why), _) => Err(WindowError::Script(why.to_owned())),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => {
            // The likeliest cause has its own words.
            Gpu::headless()?;
            Err(WindowError::Refused(error.to_string()))
        }
    }
}

/// How the card is set up, for windows and for pictures without one.
pub(super) fn wgpu_setup() -> WgpuSetup {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.instance_descriptor.backends = BACKENDS;
    setup.device_descriptor = Arc::new(device_descriptor);
    WgpuSetup::CreateNew(setup)
}

pub(super) fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}
