//! One frame of one window: input, then state, then the picture. All windows share the one [`Desk`].

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui_wgpu::RenderState;

use crate::command::{Command, Reader};
use crate::dicom::FrameKey;
use crate::render::{FramePlan, Picture, ViewportPlan, plan};
use crate::session::{Effect, Event, MessageKind};
use crate::ui;
use crate::units::Phi;

use super::about::About;
use super::bench::Bench;
use super::bundler::Bundler;
use super::clock::today;
use super::export::Exporter;
use super::filters::Filters;
use super::ledger::Ledger;
use super::monitors::{SaidOf, ScreenMonitors};
use super::noting::Noting;
use super::reading::Reading;
use super::recent::Recent;
use super::script::{SETTLED, Step};
use super::settings::LiveSettings;
use super::standing::Standing;
use super::trace::{CommandSource, InputKind, TraceEvent};
use super::who_reads::{begin, tell_users};
use super::window_places::WindowPlaces;

/// The longest that a script waits for an event: for one that waits in vain, as a busy machine may take its time.
const WAIT_MAX: Duration = Duration::from_mins(5);

/// The program as its windows see it.
pub struct Desk {
    /// It goes first: what is exported at the end is recorded before the audit trail ends.
    exporter: Exporter,
    /// The program without a window.
    pub reading: Reading,
    pub(super) settings: LiveSettings,
    /// Where what readers leave behind lies.
    pub(super) state_dir: Option<PathBuf>,
    pub(super) recent: Recent,
    pub(super) filters: Filters,
    /// Beside others of the one who reads.
    pub(super) standing: Standing,
    pub(super) noting: Noting,
    pub(super) ledger: Ledger,
    pub(super) bundler: Bundler,
    pub(super) about: About,
    monitors: ScreenMonitors,
    bench: Bench,
    places: WindowPlaces,
    script: Option<ScriptRun>,
    /// What each window showed last, by its id.
    shown: HashMap<u32, Shown>,
    /// Trace events of the frame that is being drawn; they become true when it is on the screen.
    when_presented: Vec<TraceEvent>,
    /// A patch that is to be measured, of the frame that is being drawn.
    drawn_patch: Option<FrameKey>,
    failure: Option<String>,
    /// The window that the desktop gives keys to, by its id.
    desktop_focus: Option<u32>,
    /// The window that the session's focus was in when a frame was last drawn.
    session_focus: u32,
}

/// What is to be done with the picture of the frame just drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterDraw {
    /// Write it as PNG.
    Screenshot(PathBuf),
}

impl ScriptRun {
    fn of(steps: Vec<Step>) -> Self {
        Self {
            steps: steps.into(),
            waited: HashMap::new(),
            waiting_since: None,
            was_over: false,
            pending: None,
            is_writing: false,
        }
    }

    const fn is_drawing(&self) -> bool {
        self.pending.is_some() || self.is_writing
    }
}

/// What a window showed last.
struct Shown {
    plan: FramePlan,
    revision: u64,
}

struct ScriptRun {
    steps: VecDeque<Step>,
    waited: HashMap<String, u64>,
    waiting_since: Option<Duration>,
    /// What it waits for was so when the frame before was drawn.
    was_over: bool,
    pending: Option<AfterDraw>,
    /// The picture was asked for and is not written yet.
    is_writing: bool,
}

impl Desk {
    /// A desk with the settings that apply, the folder of what readers leave behind, where windows stood, and a script to run on it.
    pub fn new(
        mut reading: Reading,
        settings: LiveSettings,
        state_dir: Option<PathBuf>,
        places: WindowPlaces,
        script: Option<Vec<Step>>,
    ) -> Self {
        let (recent, filters, ledger) = begin(&settings, state_dir.as_deref(), &mut reading);
        reading.tell_day(today());
        let script = script.map(ScriptRun::of);
        Self {
            reading,
            settings,
            bench: Bench::new(state_dir.clone()),
            state_dir,
            recent,
            filters,
            // Until somebody says how, it keeps nothing of what is open.
            standing: Standing::take(None, &Reader::account()),
            noting: Noting::default(),
            ledger,
            exporter: Exporter::new(),
            bundler: Bundler::new(),
            about: About::new(),
            monitors: ScreenMonitors::default(),
            places,
            script,
            shown: HashMap::new(),
            when_presented: Vec::new(),
            drawn_patch: None,
            failure: None,
            desktop_focus: None,
            session_focus: 0,
        }
    }

    /// Windows are drawn by this card from now on.
    pub(super) fn set_card(&mut self, card: RenderState) {
        self.about.set_card(&card);
        self.monitors.set_card(card);
    }

    /// There is no clipboard and no dialog.
    pub(super) const fn has_no_desktop(&mut self) {
        self.exporter.has_no_desktop();
        self.bundler.has_no_desktop();
        self.about.has_no_desktop();
    }

    /// More for the script to do.
    pub(super) fn give_steps(&mut self, steps: Vec<Step>) {
        match &mut self.script {
            Some(script) => script.steps.extend(steps),
            None => self.script = Some(ScriptRun::of(steps)),
        }
    }

    /// Whether the script has done all it was given.
    pub(super) fn is_script_done(&self) -> bool {
        self.script.as_ref().is_none_or(|script| script.steps.is_empty() && !script.is_drawing())
    }

    /// Why the script could not go on, if it could not.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The program ends. Lets go of the window: it and the services would keep each other alive, and no thread would be joined.
    pub fn end(&mut self) {
        self.ledger.end(&self.reading);
        self.places.end(&self.reading);
        self.bench.end();
        self.monitors = ScreenMonitors::default();
        self.reading.services().set_waker(Arc::new(|| {}));
    }

    /// Whether the program is to end.
    pub fn is_ending(&self) -> bool {
        self.reading.is_quitting() || self.failure.is_some()
    }

    /// Begins a frame of the first window: what the last frame promised is on the screen now; then news, then script.
    pub fn begin(&mut self, ctx: &egui::Context) {
        for event in std::mem::take(&mut self.when_presented) {
            self.reading.trace.note(&event);
        }
        self.reading.frame += 1;
        self.reading.tick();
        self.reading.tell_day(today());
        let now_ms = self.reading.trace.clock().elapsed_ms();
        // What could not be drawn is not to be measured.
        if let Some(key) = self.drawn_patch.take().filter(|_| ui::engine_failure(ctx).is_none()) {
            self.reading.event(&Event::PatchShown { key, now_ms });
        }
        if self.reading.session.is_time_due(now_ms) {
            self.reading.event(&Event::TimePassed { now_ms });
        }
        if self.bench.take_news(&mut self.settings, &mut self.reading, ctx) {
            // Records say something else of a monitor now.
            self.monitors.tell_again();
        }
        self.place_windows(ctx);
        self.advance_script(ctx);
        self.ledger.follow(self.settings.settings().viewer.ledger, &self.reading);
        self.noting.follow(&self.reading);
    }

    /// Follows which monitors there are, opens the windows that belong on them, and remembers where windows stand.
    fn place_windows(&mut self, ctx: &egui::Context) {
        let are_others = self.monitors.take_news(&mut self.reading);
        if let Some(here) = self.monitors.here() {
            let displays = self.settings.displays();
            if are_others {
                self.places.monitors_changed(here, displays);
            }
            self.places.open_at_start(ctx, here, displays, &mut self.reading);
        }
        self.places.keep(&self.reading);
    }

    /// Takes the input of one window: its size, its monitor, its keys, its pointer. To be called before its picture is planned.
    pub fn input(&mut self, ctx: &egui::Context, screen_id: u32) {
        let Some(screen) = self.screen_index(screen_id) else { return };
        self.count_inputs(ctx, screen);
        self.take_size(ctx, screen, screen_id);
        let here = self.monitors.here().unwrap_or_default();
        if !self.places.send(ctx, screen_id, here, &mut self.reading) {
            self.places.note(ctx, screen_id, here);
            let records = self.settings.records_folder();
            let said = SaidOf {
                displays: self.settings.displays(),
                schedules: self.settings.schedules(),
                records: records.as_deref(),
            };
            self.monitors.place(ctx, screen_id, said, &mut self.reading);
        }
        if let Some(news) = ui::font_news(ctx) {
            self.reading.session.tell(MessageKind::Caution, format!("There is {news}."));
        }
        let is_focused = ctx.input(|input| input.focused);
        // Only when the desktop moves the focus: a command may have moved ours elsewhere since.
        if is_focused && self.desktop_focus != Some(screen_id) {
            if screen_id == 0 {
                // The reader may come from an editor.
                self.settings.reload_if_changed(&mut self.reading);
            }
            self.desktop_focus = Some(screen_id);
            self.reading.event(&Event::ScreenFocused { screen: screen_id });
        } else if !is_focused && self.desktop_focus == Some(screen_id) {
            self.desktop_focus = None;
        }
        let dropped: Vec<Phi<PathBuf>> = ctx.input(|input| {
            input.raw.dropped_files.iter().map(|file| Phi::new(file.path().to_path_buf())).collect()
        });
        if !dropped.is_empty() {
            self.reading.event(&Event::FilesChosen(dropped));
        }
        for command in ui::key_commands(ctx, self.settings.keymap(), &self.reading.session) {
            self.reading.command(&command, CommandSource::Key);
        }
        let shown = self.shown.get(&screen_id);
        let wheel_images = self.settings.settings().viewer.wheel_images;
        let pointed =
            shown.map(|shown| ui::pointer_commands(ctx, &self.view(screen, &shown.plan), wheel_images));
        for command in pointed.into_iter().flatten() {
            self.reading.command(&command, CommandSource::Mouse);
        }
        // What was asked for just now should be on its way before the picture is planned.
        self.reading.tick();
        self.carry_out(ctx);
    }

    /// Tells the trace and the ledger what hands did, before anything comes of it.
    fn count_inputs(&mut self, ctx: &egui::Context, screen: usize) {
        let inputs = ui::inputs(ctx);
        for input in &inputs {
            let kind = match input {
                ui::Input::Key => InputKind::Key,
                ui::Input::Click => InputKind::Click,
                ui::Input::Wheel(_) => InputKind::Wheel,
                ui::Input::Travel(_) => continue,
            };
            self.reading.trace.note(&TraceEvent::Input { kind });
        }
        let session = &self.reading.session;
        let monitor = session.screens.get(screen).and_then(|screen| screen.monitor.as_ref().ok()?.pixel_mm);
        let pixel_mm = monitor.map(|side| side.0).or(session.settings.pixel_mm);
        self.ledger.note(&inputs, pixel_mm);
    }

    /// Does what the session asked the windows for, and shows the settings that apply now.
    fn carry_out(&mut self, ctx: &egui::Context) {
        for request in self.reading.take_requests() {
            let request = self.bench.carry_out(request, &mut self.settings, &mut self.reading, ctx);
            let Some(request) = request else { continue };
            match request {
                Effect::SaveSetting(key, value) => self.settings.save(&key, &value, &mut self.reading),
                Effect::SavePreset(name, file) => {
                    self.settings.save_preset(&name, &file, &mut self.reading);
                }
                Effect::DeletePreset(name) => self.settings.delete_preset(&name, &mut self.reading),
                Effect::ImportPresets(path) => self.settings.import_presets(&path, &mut self.reading, ctx),
                Effect::SaveProtocol(captured) => self.settings.save_protocol(&captured, &mut self.reading),
                Effect::Reload => {
                    self.settings.reload(&mut self.reading);
                    // Somebody may have measured since.
                    self.monitors.tell_again();
                }
                Effect::FindUsers => tell_users(&self.settings, &mut self.reading),
                Effect::SwitchUser(reader) => self.switch_user(&reader),
                Effect::OpenRoles => {
                    let (here, displays) = (self.monitors.here(), self.settings.displays());
                    self.places.open_roles(ctx, here, displays, &mut self.reading);
                }
                Effect::NoteOpened(paths) if self.settings.settings().viewer.recent => {
                    self.noting.note_opened(&paths);
                    self.recent.note(&paths, &mut self.reading);
                }
                Effect::LeftDecided(monitors) => {
                    self.noting.decide(monitors.as_deref(), &mut self.reading);
                }
                Effect::Index(_) | Effect::OpenStored(_) => self.reading.dispatch(vec![request]),
                Effect::AskAgain => self.monitors.tell_again(),
                Effect::SaveFilters(saved) => self.filters.save(&saved, &mut self.reading),
                Effect::Export(export) => {
                    self.exporter.start(&export, &mut self.reading, self.settings.keymap(), ctx);
                }
                Effect::CancelExport => self.exporter.cancel(),
                Effect::TellAbout => self.tell_about(),
                Effect::CopyAbout => self.copy_about(ctx),
                Effect::CollectBundle => self.bundler.collect(self.settings.sources(), ctx),
                Effect::SaveBundle(target) => self.bundler.save(&target, &mut self.reading, ctx),
                _ => {}
            }
        }
        self.exporter.take_outcome(&mut self.reading, ctx);
        self.bundler.take_outcome(&mut self.reading);
        self.settings.take_imported(&mut self.reading);
        let viewer = &self.settings.settings().viewer;
        ui::theme::apply(ctx, viewer.text_size, viewer.dim);
    }

    /// Plans and draws one window.
    pub fn show(&mut self, ui: &mut egui::Ui, screen_id: u32) {
        let Some(screen) = self.screen_index(screen_id) else { return };
        let started = self.reading.trace.clock().elapsed();
        let plan = plan(&self.reading.session, &self.reading.library, screen);
        let commands: Vec<Command> = ui::show(ui, &self.view(screen, &plan));
        let took = self.reading.trace.clock().elapsed().saturating_sub(started);
        self.note_frame(screen, screen_id, plan, took);
        let session = &self.reading.session;
        let is_panel = session.panel.is_some() || session.studies.is_open || session.calibrating.is_open;
        let source = if is_panel { CommandSource::Palette } else { CommandSource::Mouse };
        for command in &commands {
            self.reading.command(command, source);
        }
        self.keep_going(ui.ctx());
    }

    /// What the script wants done with the picture just drawn; it goes on once [`Desk::after_draw_done`] was called.
    pub fn take_after_draw(&mut self) -> Option<AfterDraw> {
        let script = self.script.as_mut()?;
        let work = script.pending.take()?;
        script.is_writing = true;
        Some(work)
    }

    /// Tells how writing the picture went.
    pub fn after_draw_done(&mut self, outcome: Result<(), String>) {
        if let Some(script) = &mut self.script {
            script.is_writing = false;
            script.waiting_since = None;
        }
        if let Err(why) = outcome {
            self.failure = Some(why);
        }
    }

    /// The window that a command has moved the focus to since this was asked last: the desktop should follow.
    pub fn take_focus_moved(&mut self) -> Option<u32> {
        let focused = self.reading.session.focused_screen()?.id;
        let before = std::mem::replace(&mut self.session_focus, focused);
        (before != focused && self.desktop_focus != Some(focused)).then_some(focused)
    }

    /// The ids of all windows after the first.
    pub fn further_screens(&self) -> Vec<u32> {
        self.reading.session.screens.iter().skip(1).map(|screen| screen.id).collect()
    }

    /// Where a window opens, in points of the desktop, if it opens by itself.
    pub fn birth(&self, screen_id: u32) -> Option<egui::Rect> {
        self.places.birth(screen_id)
    }

    /// Whether something has changed since a window was drawn.
    pub fn is_stale(&self, screen_id: u32) -> bool {
        self.shown.get(&screen_id).is_none_or(|shown| shown.revision != self.reading.revision)
    }

    /// Whether the first window, which keeps the trace, the script and the end of the program, has something to do.
    pub fn first_window_is_due(&self) -> bool {
        self.is_stale(0) || self.is_ending() || self.owes_the_trace() || self.drawn_patch.is_some()
    }

    fn view<'a>(&'a self, screen: usize, plan: &'a FramePlan) -> ui::ScreenView<'a> {
        let Reading { session, library, .. } = &self.reading;
        ui::ScreenView { session, library, screen, plan, keymap: self.settings.keymap() }
    }

    fn screen_index(&self, id: u32) -> Option<usize> {
        self.reading.session.screens.iter().position(|screen| screen.id == id)
    }

    fn take_size(&mut self, ctx: &egui::Context, screen: usize, screen_id: u32) {
        let surface =
            ui::shell::surface(ctx.content_rect(), ctx.pixels_per_point(), &self.reading.session, screen);
        let is_new = self.reading.session.screens.get(screen).is_none_or(|known| known.surface != surface);
        if is_new {
            self.reading.event(&Event::ScreenResized { screen: screen_id, surface });
        }
    }

    fn note_frame(&mut self, screen: usize, screen_id: u32, plan: FramePlan, took: Duration) {
        if self.shown.is_empty() {
            self.when_presented.push(TraceEvent::WindowShown);
        }
        let last = self.shown.get(&screen_id);
        let image_of = |viewport: &ViewportPlan| match viewport.picture {
            Picture::Slice(_) | Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_) => {
                viewport.labels.number.map(|(number, _)| number)
            }
            _ => None,
        };
        if let Some(patch) = self.reading.session.awaited_patch(screen)
            && plan
                .viewports
                .iter()
                .any(|viewport| matches!(&viewport.picture, Picture::Slice(pass) if pass.frame == patch))
        {
            self.drawn_patch = Some(patch);
        }
        // Under the list of studies no image is seen.
        let is_seen = !self.reading.session.hides_images(screen);
        for viewport in plan.viewports.iter().filter(|_| is_seen) {
            let Some(image) = image_of(viewport) else { continue };
            let before = last.and_then(|last| last.plan.viewports.get(viewport.index));
            if before.map(|before| &before.picture) == Some(&viewport.picture) {
                continue;
            }
            if self.reading.trace.count("first-image") == 0
                && !self.when_presented.contains(&TraceEvent::FirstImage)
            {
                self.when_presented.push(TraceEvent::FirstImage);
            }
            self.when_presented.push(TraceEvent::Frame {
                frame: self.reading.frame,
                screen,
                viewport: viewport.index,
                image,
                ms: (took.as_secs_f64() * 1e6).round() / 1e3,
            });
        }
        self.shown.insert(screen_id, Shown { plan, revision: self.reading.revision });
        let open: Vec<u32> = self.reading.session.screens.iter().map(|screen| screen.id).collect();
        self.shown.retain(|id, _| open.contains(id));
    }

    /// Whether somebody waits to be told what is on the screen. Without a listener no frame is drawn for it: the next one
    /// that has a cause tells it.
    fn owes_the_trace(&self) -> bool {
        !self.when_presented.is_empty() && (self.reading.trace.is_written() || self.script.is_some())
    }

    /// Asks for one more frame while there is something to tell, something that plays, or a script to go on with.
    pub fn keep_going(&self, ctx: &egui::Context) {
        if let Some(due_ms) = self.reading.session.next_due_ms() {
            let wait_ms = (due_ms - self.reading.trace.clock().elapsed_ms()).max(0.0);
            // It is the first window that lets time pass.
            ctx.request_repaint_after_for(Duration::from_secs_f64(wait_ms / 1000.0), egui::ViewportId::ROOT);
        }
        if self.drawn_patch.is_some() {
            ctx.request_repaint_of(egui::ViewportId::ROOT);
        }
        if self.owes_the_trace() {
            ctx.request_repaint();
        }
        if let Some(script) =
            self.script.as_ref().filter(|script| !script.steps.is_empty() || script.is_drawing())
        {
            let is_waiting = script.waiting_since.is_some() || script.is_drawing();
            let pause = if is_waiting { Duration::from_millis(5) } else { Duration::ZERO };
            ctx.request_repaint_after(pause);
        }
    }

    /// Runs the script: one command a frame, so that each has its picture; stops at a wait that is not over.
    fn advance_script(&mut self, ctx: &egui::Context) {
        let Some(mut script) = self.script.take() else { return };
        if script.is_drawing() {
            self.check_patience(&mut script, "a screenshot");
        } else {
            self.run_step(&mut script, ctx);
        }
        self.script = Some(script);
    }

    fn run_step(&mut self, script: &mut ScriptRun, ctx: &egui::Context) {
        while let Some(step) = script.steps.front() {
            match step {
                Step::Command(command) => {
                    self.reading.command(command, CommandSource::Script);
                    self.reading.tick();
                    script.steps.pop_front();
                    return;
                }
                Step::Wait(name) => {
                    let is_over = self.is_over(name, &script.waited, ctx);
                    let was_over = std::mem::replace(&mut script.was_over, is_over);
                    // What came to rest just now is drawn as such in this frame, and perhaps in part.
                    if is_over && (was_over || name != SETTLED) {
                        script.was_over = false;
                        script.waited.insert(name.clone(), self.reading.trace.count(name));
                        script.waiting_since = None;
                        script.steps.pop_front();
                        continue;
                    }
                    let name = name.clone();
                    return self.check_patience(script, &name);
                }
                Step::Screenshot(path) => {
                    script.pending = Some(AfterDraw::Screenshot(path.clone()));
                    script.steps.pop_front();
                    return;
                }
                Step::State(path) => {
                    let plan = plan(&self.reading.session, &self.reading.library, 0);
                    let text = format!("{:#?}\n{plan:#?}\n", self.reading.session);
                    if let Err(error) = std::fs::write(path, text) {
                        self.failure = Some(format!("{}: cannot be written: {error}", path.display()));
                        return;
                    }
                    script.steps.pop_front();
                }
            }
        }
    }

    /// A script that waits too long has failed.
    fn check_patience(&mut self, script: &mut ScriptRun, what: &str) {
        let now = self.reading.trace.clock().elapsed();
        let since = *script.waiting_since.get_or_insert(now);
        if now.saturating_sub(since) > WAIT_MAX {
            self.failure = Some(format!("the script waited {} s for {what}", WAIT_MAX.as_secs()));
        }
    }

    fn is_over(&self, name: &str, waited: &HashMap<String, u64>, ctx: &egui::Context) -> bool {
        if name == SETTLED {
            return self.reading.is_settled()
                && self.when_presented.is_empty()
                && !ui::is_drawing_volume(ctx)
                && !self.exporter.is_busy()
                && !self.bundler.is_busy()
                && !self.settings.is_importing();
        }
        self.reading.trace.count(name) > waited.get(name).copied().unwrap_or(0)
    }
}
