//! The view in focus as a picture of its own: to the clipboard, or as PNG; or the views around a rendering.
//!
//! A thread draws it on a card that it opens itself: no frame of a window waits for it, and the windows' card, whose one
//! call-back for loss is taken, is left alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use eframe::egui_wgpu::RenderState;
use egui::ViewportId;

use crate::command::{Export, ExportTarget};
use crate::keymap::Keymap;
use crate::render::gpu::{GpuError, Timer};
use crate::render::{FramePlan, GraphicPlan, Picture, ViewportPlan, plan};
use crate::session::{Event, MessageKind, Session, SessionSettings, Surface};
use crate::study::{FrameState, Library};
use crate::ui;
use crate::units::Phi;

use super::clock::Clock;
use super::frames::{Progress, choose_folder, is_taken, path_of};
use super::offscreen::{Target, open_card, raw_input};
use super::picture_file::{Rgb, write_rgb};
use super::reading::Reading;
use super::window::WindowError;

/// On every picture that leaves the program.
const NOT_FOR_DIAGNOSIS: &str = "Not for diagnosis";

/// Of pixels nobody can say here whose name they spell.
const BURNED_IN: &str =
    "Text that is part of the image itself is still there: look before it leaves the house.";

/// What the dialog suggests: names no patient.
const FILE_NAME: &str = "hotlight-view.png";

/// The longest that a picture waits for fonts of the system, at each pass.
const FONTS_PATIENCE_MS: usize = 2_000;

/// Fonts that are found may lack letters that others have: a picture is drawn this often at most.
const PASSES_MAX: usize = 4;

/// The longest that the end of the program waits for a picture. Under test a CPU plays the card, and does much else.
const EXIT_PATIENCE: Duration = Duration::from_millis(if cfg!(feature = "testing") { 60_000 } else { 1_500 });

/// Makes pictures of the view, one at a time.
pub(super) struct Exporter {
    under_way: Option<UnderWay>,
    /// Whether there is a clipboard and a dialog.
    has_desktop: bool,
}

struct UnderWay {
    outcome: Receiver<Result<Done, ExportError>>,
    has_identity: bool,
    /// Of frames.
    progress: Option<Arc<Progress>>,
}

/// How an export ended well.
enum Done {
    /// The window has to hand it to the clipboard.
    Copy(Rgb),
    /// In a file.
    Saved,
    /// So many frames, in the order of the turn, in a folder; fewer than were asked for where the reader ended it.
    SavedFrames(usize),
    /// By the reader, in the dialog.
    Cancelled,
}

/// Tells the audit trail where pictures go, or that they go to the clipboard, before the first of them is there: whatever becomes of
/// the disk or the program then, it is known what may have left.
type Record<'a> = &'a mut dyn FnMut(Option<&Phi<PathBuf>>);

/// Why a view was not exported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error("another export is under way; ask again when it is done")]
    Busy,
    #[error("there is no clipboard here")]
    NoClipboard,
    #[error("there is no dialog here; name a file")]
    NoDialog,
    #[error("the folder holds frames of an earlier export; choose another one")]
    Taken,
    #[error("the viewport shows no image now")]
    NoPicture,
    #[error("the system refuses a thread: {0}")]
    NoThread(#[from] std::io::Error),
    #[error("the picture could not be drawn: {0}")]
    NotDrawn(#[from] GpuError),
    #[error(transparent)]
    NoCard(#[from] WindowError),
    #[error("the file cannot be written: {0}")]
    NotWritten(#[from] png::EncodingError),
    #[error("the job failed")]
    Stopped,
}

impl Exporter {
    pub(super) const fn new() -> Self {
        Self { under_way: None, has_desktop: true }
    }

    pub(super) const fn has_no_desktop(&mut self) {
        self.has_desktop = false;
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// Begins an export of the view as it is now.
    pub(super) fn start(
        &mut self,
        export: &Export,
        reading: &mut Reading,
        keymap: &Keymap,
        ctx: &egui::Context,
    ) {
        if let Err(why) = self.try_to_start(export, reading, keymap, ctx) {
            tell_failure(reading, &why);
        }
    }

    fn try_to_start(
        &mut self,
        export: &Export,
        reading: &Reading,
        keymap: &Keymap,
        ctx: &egui::Context,
    ) -> Result<(), ExportError> {
        match export.target {
            _ if self.is_busy() => return Err(ExportError::Busy),
            ExportTarget::Clipboard if !self.has_desktop => return Err(ExportError::NoClipboard),
            ExportTarget::Dialog if !self.has_desktop => return Err(ExportError::NoDialog),
            _ => {}
        }
        let has_identity = export.has_identity;
        let progress = export.frames.map(|frames| Arc::new(Progress::of(frames)));
        let frames = export.frames.unwrap_or(1);
        let view = View::of(&reading.session, &reading.library, has_identity, frames)
            .ok_or(ExportError::NoPicture)?;
        let clock = reading.trace.clock();
        let (of_thread, wake) = (progress.clone(), ctx.clone());
        let note_written = move || wake.request_repaint_of(ViewportId::ROOT);
        let (keymap, target, ctx) = (keymap.clone(), export.target.clone(), ctx.clone());
        let (sender, outcome) = bounded(1);
        let mut exported = reading.exported();
        let work = move || {
            let mut record = |to: Option<&Phi<PathBuf>>| {
                if let Some(exported) = exported.take() {
                    exported.record(to, has_identity, frames);
                }
            };
            let run = AssertUnwindSafe(|| match &of_thread {
                None => carry_out(&view, &keymap, clock, &target, &mut record),
                Some(progress) => {
                    carry_out_frames(&view, &keymap, clock, &target, progress, &note_written, &mut record)
                }
            });
            let outcome = catch_unwind(run).unwrap_or(Err(ExportError::Stopped));
            // Nobody listens at the end of the program.
            drop(sender.send(outcome));
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        // Not joined at exit: its dialog belongs to the desktop and may outlive us.
        std::thread::Builder::new().name("export".to_owned()).spawn(work)?;
        self.under_way = Some(UnderWay { outcome, has_identity, progress });
        Ok(())
    }

    /// Stops an export of frames; what is written stays.
    pub(super) fn cancel(&self) {
        let progress = self.under_way.as_ref().and_then(|under_way| under_way.progress.as_ref());
        if let Some(progress) = progress {
            progress.cancel();
        }
    }

    /// Takes what has come of an export, and tells the reader. To be called every frame.
    pub(super) fn take_outcome(&mut self, reading: &mut Reading, ctx: &egui::Context) {
        let Some(UnderWay { outcome, has_identity, progress }) = &self.under_way else { return };
        let counts = progress.as_ref().map(|progress| progress.counts());
        if reading.session.exporting != counts {
            reading.event(&Event::Exporting(counts));
        }
        let outcome = match outcome.try_recv() {
            Ok(outcome) => outcome,
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => Err(ExportError::Stopped),
        };
        let has_identity = *has_identity;
        self.under_way = None;
        reading.event(&Event::Exporting(None));
        let words = match outcome {
            Ok(Done::Copy(picture)) => {
                let size = [picture.width, picture.height].map(|side| side as usize);
                ctx.copy_image(egui::ColorImage::from_rgb(size, &picture.bytes));
                "The view was copied.".to_owned()
            }
            Ok(Done::Saved) => "The view was saved.".to_owned(),
            Ok(Done::SavedFrames(written)) => {
                let (_, frames) = counts.unwrap_or((written, written));
                format!("{written} of {frames} frames were saved.")
            }
            Ok(Done::Cancelled) => return,
            Err(why) => return tell_failure(reading, &why),
        };
        let words = if has_identity { words } else { format!("{words} {BURNED_IN}") };
        reading.session.tell(MessageKind::Note, words);
        reading.note_change();
    }
}

/// What the reader saved just before the end is not lost.
impl Drop for Exporter {
    fn drop(&mut self) {
        if let Some(under_way) = &self.under_way
            && under_way.outcome.recv_timeout(EXIT_PATIENCE).is_err()
        {
            tracing::warn!("an export was left to the end of the process");
        }
    }
}

fn tell_failure(reading: &mut Reading, why: &ExportError) {
    reading.session.tell(MessageKind::Caution, format!("The view was not exported: {why}."));
    reading.note_change();
}

/// What follows a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Picture,
    Stop,
}

/// What is drawn: the viewport in focus with all its tiles, and nothing of the window around it.
pub(super) struct View {
    session: Session,
    /// The frames that are drawn, and no others.
    library: Library,
    /// A picture each, never none.
    plans: Vec<FramePlan>,
}

impl View {
    /// So many pictures on the way around a rendering, of anything else one; `None` while no image is shown there.
    pub(super) fn of(
        session: &Session,
        library: &Library,
        has_identity: bool,
        pictures: usize,
    ) -> Option<Self> {
        let mut session = session.clone();
        session.rest_all();
        // A file is no panel: it holds P-values, and colours of sRGB whatever monitor they were seen on.
        for screen in &mut session.screens {
            screen.is_dithered = false;
            if let Ok(monitor) = &mut screen.monitor {
                monitor.profile = None;
            }
        }
        if !has_identity {
            // A site may say in any corner what the shipped files say in one.
            session.settings.corner_texts = SessionSettings::default().corner_texts;
        }
        let mut shown = Library::default();
        let mut plans = Vec::new();
        for _ in 0..pictures {
            let mut plan = plan(&session, library, session.focus.screen);
            plan.viewports.retain(|viewport| viewport.index == session.focus.viewport);
            plan.surface = move_to_corner(&mut plan.viewports, plan.surface.scale)?;
            plan.curtain = None;
            for viewport in &mut plan.viewports {
                leave_out(viewport, has_identity);
                if let Picture::Slice(pass) = &viewport.picture {
                    let frame = library.frame(&pass.frame)?;
                    shown.put_frame(pass.frame.clone(), frame.clone());
                }
            }
            plans.push(plan);
            #[expect(clippy::cast_precision_loss, reason = "at most 360")]
            session.go_around_by(1.0 / pictures as f64);
        }
        let is_shown = |viewport: &ViewportPlan| match &viewport.picture {
            Picture::Slice(pass) => matches!(shown.frame(&pass.frame), Some(FrameState::Ready(_))),
            // A section or a rendering has its pixels with it.
            Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_) | Picture::Past => true,
            Picture::Empty | Picture::Loading | Picture::Failed(_) => false,
        };
        let are_shown = plans.iter().flat_map(|plan| &plan.viewports).all(is_shown);
        (are_shown && !plans.is_empty()).then_some(Self { session, library: shown, plans })
    }

    /// Draws one picture after the other and hands each over before the next.
    pub(super) fn draw(
        &self,
        keymap: &Keymap,
        clock: Clock,
        mut take: impl FnMut(Rgb) -> Result<Next, ExportError>,
    ) -> Result<(), ExportError> {
        let state = open_card()?;
        let ctx = egui::Context::default();
        ui::theme::install(&ctx, ui::theme::TEXT_SIZE, 1.0);
        let timer = Timer::new(move || clock.elapsed_ms());
        ui::install_engine(&ctx, &state, self.session.settings.card_budget_bytes, timer)?;
        for plan in &self.plans {
            let picture = self.draw_one(plan, &state, &ctx, keymap)?;
            if take(picture)? == Next::Stop {
                break;
            }
        }
        Ok(())
    }

    fn draw_one(
        &self,
        plan: &FramePlan,
        state: &RenderState,
        ctx: &egui::Context,
        keymap: &Keymap,
    ) -> Result<Rgb, ExportError> {
        let Surface { width, height, scale } = plan.surface;
        let target = Target::new(state, (width, height));
        let (session, library) = (&self.session, &self.library);
        let view = ui::ScreenView { session, library, screen: session.focus.screen, plan, keymap };
        let show = |ui: &mut egui::Ui| ui::show_viewports_alone(ui, &view);
        let draw = || target.draw(state, ctx, ctx.run_ui(raw_input((width, height), scale), show), scale);
        for _ in 0..PASSES_MAX {
            draw()?;
            // As much of a volume goes to the card and is drawn at a time as a frame of a window has room for.
            while ui::is_drawing_volume(ctx) {
                draw()?;
            }
            if !ui::is_looking_for_fonts(ctx) {
                break;
            }
            let mut patience_ms = FONTS_PATIENCE_MS;
            while ui::is_looking_for_fonts(ctx) && patience_ms > 0 {
                std::thread::sleep(Duration::from_millis(1));
                patience_ms -= 1;
            }
        }
        // Never a black picture for the image.
        if let Some(why) = ui::engine_failure(ctx) {
            return Err(why.into());
        }
        Ok(Rgb::from_rgba(width, height, &target.read(state)?))
    }
}

/// Moves viewports to the corner of a surface that just holds them; `None` where there are none.
fn move_to_corner(viewports: &mut [ViewportPlan], scale: f32) -> Option<Surface> {
    let left = viewports.iter().map(|viewport| viewport.rect.x).min()?;
    let top = viewports.iter().map(|viewport| viewport.rect.y).min()?;
    let (mut width, mut height) = (0, 0);
    for viewport in viewports {
        let rect = &mut viewport.rect;
        (rect.x, rect.y) = (rect.x - left, rect.y - top);
        // Under a curtain too it is the whole picture.
        viewport.clip = *rect;
        (width, height) = (width.max(rect.x + rect.width), height.max(rect.y + rect.height));
    }
    (width > 0 && height > 0).then_some(Surface { width, height, scale })
}

/// Leaves out what belongs to the pointer, and whom and which study it shows unless that is asked for.
fn leave_out(viewport: &mut ViewportPlan, has_identity: bool) {
    viewport.lens = None;
    viewport.overlay.caret = None;
    // As exactly as it can be drawn, even while it moves.
    if let Picture::Reformat(pass) = &mut viewport.picture {
        pass.is_moving = false;
    }
    viewport.is_focused = false;
    if !has_identity {
        viewport.labels.identity.clear();
        viewport.labels.study.clear();
        viewport.labels.top_left.clear();
        // Texts of a presentation state may name anybody.
        let is_shape = |graphic: &&GraphicPlan| matches!(graphic, GraphicPlan::Shape(_));
        viewport.overlay.graphics = viewport.overlay.graphics.iter().filter(is_shape).cloned().collect();
    }
    // Where no viewport is too small for words.
    if viewport.tile == 0 {
        viewport.labels.identity.push(Phi::new(NOT_FOR_DIAGNOSIS.to_owned()));
    }
}

fn carry_out(
    view: &View,
    keymap: &Keymap,
    clock: Clock,
    target: &ExportTarget,
    record: Record<'_>,
) -> Result<Done, ExportError> {
    let mut drawn = None;
    view.draw(keymap, clock, |picture| {
        drawn = Some(picture);
        Ok(Next::Stop)
    })?;
    let picture = drawn.ok_or(ExportError::NoPicture)?;
    let path = match target {
        ExportTarget::Clipboard => {
            record(None);
            return Ok(Done::Copy(picture));
        }
        ExportTarget::File(path) => path.clone(),
        ExportTarget::Dialog => match choose_file() {
            Some(path) => path,
            None => return Ok(Done::Cancelled),
        },
    };
    record(Some(&path));
    write_rgb(path.reveal(), &picture)?;
    Ok(Done::Saved)
}

/// Each frame is written before the next is drawn; `note_written` is called after each.
fn carry_out_frames(
    view: &View,
    keymap: &Keymap,
    clock: Clock,
    target: &ExportTarget,
    progress: &Progress,
    note_written: &dyn Fn(),
    record: Record<'_>,
) -> Result<Done, ExportError> {
    let folder = match target {
        ExportTarget::Clipboard => return Err(ExportError::NoClipboard),
        ExportTarget::File(folder) => folder.clone(),
        ExportTarget::Dialog => match choose_folder() {
            Some(folder) => folder,
            None => return Ok(Done::Cancelled),
        },
    };
    let (_, frames) = progress.counts();
    if is_taken(folder.reveal(), frames) {
        return Err(ExportError::Taken);
    }
    record(Some(&folder));
    view.draw(keymap, clock, |picture| {
        let (written, _) = progress.counts();
        if progress.is_cancelled() {
            return Ok(Next::Stop);
        }
        write_rgb(&path_of(folder.reveal(), written + 1), &picture)?;
        progress.note_written();
        note_written();
        Ok(Next::Picture)
    })?;
    Ok(Done::SavedFrames(progress.counts().0))
}

/// The dialog itself asks before a file is replaced.
fn choose_file() -> Option<Phi<PathBuf>> {
    let dialog = rfd::FileDialog::new().set_title("Save the view").set_file_name(FILE_NAME);
    dialog.add_filter("PNG", &["png"]).save_file().map(Phi::new)
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::{tags, uids};

    use crate::color::{ColorTransform, IccProfile};
    use crate::command::Command;
    use crate::dicom::{Instance, Writer, read_frame};
    use crate::session::ScreenMonitor;
    use crate::study::Catalogue;

    use super::*;

    /// A session in a window of 800×600 that shows one CT image of 2×2 pixels, loaded.
    fn reading(folder: &std::path::Path) -> (Session, Library) {
        let path = folder.join("image.dcm");
        let writer = Writer::new(uids::CT_IMAGE_STORAGE, "2.25.3")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::STUDY_DATE, "20261120")
            .text(tags::STUDY_DESCRIPTION, "chest of nobody")
            .text(tags::MODALITY, "CT")
            .text(tags::SERIES_DESCRIPTION, "lung")
            .text(tags::PATIENT_NAME, "NOBODY^ONE")
            .text(tags::PATIENT_ID, "4711")
            .gray_16(2, 2, true)
            .pixels(&[0, 1, 2, 3]);
        writer.write_to(&path).expect("a file");
        let instance = Arc::new(Instance::read(&path).expect("a sound file"));
        let mut catalogue = Catalogue::default();
        catalogue.add(vec![Arc::clone(&instance)], Vec::new());
        let (studies, unreadable) = catalogue.contents();
        let (mut session, mut library) = (Session::new(SessionSettings::default()), Library::default());
        library.take(Arc::clone(&studies), Arc::clone(&unreadable));
        let surface = Surface { width: 800, height: 600, scale: 1.0 };
        drop(session.absorb(&Event::ScreenResized { screen: 0, surface }, &library));
        drop(session.absorb(&Event::Indexed { studies, unreadable }, &library));
        let frame = read_frame(&instance, 0).expect("sound pixels");
        let key = session.shown_images(&library).remove(0).expect("it hangs");
        library.put_frame(key, FrameState::Ready(Arc::new(frame)));
        (session, library)
    }

    fn obey(session: &mut Session, library: &Library, command: &str) {
        drop(session.apply(&Command::parse(command).expect(command), library));
    }

    /// Every word on the picture.
    fn words(view: &View) -> String {
        let of = |viewport: &ViewportPlan| {
            let labels = &viewport.labels;
            let identity = labels.identity.iter().map(|line| line.reveal().clone());
            let corners = [&labels.top_left, &labels.top_right, &labels.bottom_left, &labels.bottom_right];
            let corners = corners.into_iter().flatten().cloned();
            identity.chain([labels.study.clone()]).chain(corners).collect::<Vec<_>>().join("\n")
        };
        view.plans[0].viewports.iter().map(of).collect::<Vec<_>>().join("\n")
    }

    const IDENTITY: [&str; 4] = ["NOBODY", "4711", "2026-11-20", "nobody"];

    #[test]
    fn a_view_says_whom_it_shows_unless_that_is_left_out() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (session, library) = reading(folder.path());
        let with = words(&View::of(&session, &library, true, 1).expect("an image"));
        let without = words(&View::of(&session, &library, false, 1).expect("an image"));
        for identity in IDENTITY {
            assert!(with.contains(identity), "{identity} in {with}");
            assert!(!without.contains(identity), "{identity} in {without}");
        }
        for view in [with, without] {
            assert!(view.contains(NOT_FOR_DIAGNOSIS) && view.contains("lung"), "{view}");
        }
    }

    #[test]
    fn what_a_site_says_in_another_corner_is_left_out_too() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (mut session, library) = reading(folder.path());
        let texts = &mut session.settings.corner_texts;
        let origin = crate::handwritten::Origin::User("corner-text/CT.toml".into());
        let moved = "[full]\nbottom_left = [\"{study_description} {study_date}\"]\n";
        texts.lay(moved, &origin).expect("it is sound");
        let without = words(&View::of(&session, &library, false, 1).expect("an image"));
        assert!(words(&View::of(&session, &library, true, 1).expect("an image")).contains("chest of nobody"));
        assert!(!IDENTITY.iter().any(|identity| without.contains(identity)), "{without}");
    }

    #[test]
    fn a_view_is_of_srgb_whatever_the_monitor_is_of() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (mut session, mut library) = reading(folder.path());
        let bytes = moxcms::ColorProfile::new_display_p3().encode().expect("a profile");
        let monitor = IccProfile::of_monitor(&bytes).expect("usable");
        let transform = ColorTransform::between(None, Some(&monitor)).expect("a transform");
        library.put_color_transform(Arc::new(transform));
        session.screens[0].monitor = Ok(ScreenMonitor { profile: Some(monitor), ..ScreenMonitor::default() });
        obey(&mut session, &library, "window palette hot-iron");
        let transform = |plan: &FramePlan| match plan.viewports.first().map(|viewport| &viewport.picture) {
            Some(Picture::Slice(pass)) => (pass.palette.is_some(), pass.monitor.is_some()),
            other => panic!("no slice: {other:?}"),
        };
        assert_eq!(transform(&plan(&session, &library, 0)), (true, true), "on screen");
        let view = View::of(&session, &library, true, 1).expect("an image");
        assert_eq!(transform(&view.plans[0]), (true, false), "in the file");
    }

    #[test]
    fn a_view_is_the_viewport_in_focus_at_its_own_size_with_nothing_of_the_pointer() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (mut session, mut library) = reading(folder.path());
        for command in ["layout 1x2", "viewport 2", "series next", "tiles 2x1", "pointer step 1 1"] {
            obey(&mut session, &library, command);
        }
        let view = View::of(&session, &library, true, 1);
        let view = view.expect("an image");
        let shown = plan(&session, &library, 0);
        let tiles: Vec<_> = shown.viewports.iter().filter(|viewport| viewport.index == 1).collect();
        assert_eq!(view.plans[0].viewports.len(), tiles.len());
        for (exported, shown) in view.plans[0].viewports.iter().zip(tiles) {
            assert_eq!((exported.rect.width, exported.rect.height), (shown.rect.width, shown.rect.height));
            assert!(exported.rect.x + exported.rect.width <= view.plans[0].surface.width);
            assert!(exported.lens.is_none() && exported.overlay.caret.is_none() && !exported.is_focused);
        }
        assert_eq!((view.plans[0].surface.width <= 400, view.plans[0].surface.height), (true, 600));
        library.put_frame(
            session.shown_images(&library).remove(1).expect("it hangs"),
            FrameState::Failed(crate::dicom::ReadError::Damaged { why: "for the test".to_owned() }),
        );
        assert!(View::of(&session, &library, true, 1).is_none(), "no picture without the image");
    }
}
