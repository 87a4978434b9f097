//! The view in focus as a picture of its own: to the clipboard, or as PNG.
//!
//! A thread draws it on a card that it opens itself: no frame of a window waits for it, and the windows' card, whose one
//! call-back for loss is taken, is left alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::ViewportId;

use crate::command::{Export, ExportTarget};
use crate::keymap::Keymap;
use crate::render::gpu::{DEFAULT_BUDGET, GpuError};
use crate::render::{FramePlan, GraphicPlan, Picture, ViewportPlan, plan};
use crate::session::{MessageKind, Session, SessionSettings, Surface};
use crate::study::{FrameState, Library};
use crate::ui;
use crate::units::Phi;

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

/// The longest that the end of the program waits for a picture.
const EXIT_PATIENCE: Duration = Duration::from_millis(1500);

/// Makes pictures of the view, one at a time.
pub(super) struct Exporter {
    under_way: Option<UnderWay>,
    /// Whether there is a clipboard and a dialog.
    has_desktop: bool,
}

struct UnderWay {
    outcome: Receiver<Result<Done, ExportError>>,
    has_identity: bool,
}

/// How an export ended well.
enum Done {
    /// The window has to hand it to the clipboard.
    Copy(Rgb),
    Saved,
    /// By the reader, in the dialog.
    Cancelled,
}

/// Why a view was not exported.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("another export is under way; ask again when it is done")]
    Busy,
    #[error("there is no clipboard here")]
    NoClipboard,
    #[error("there is no dialog here; name a file")]
    NoDialog,
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
        let view =
            View::of(&reading.session, &reading.library, has_identity).ok_or(ExportError::NoPicture)?;
        let (keymap, target, ctx) = (keymap.clone(), export.target.clone(), ctx.clone());
        let (sender, outcome) = bounded(1);
        let work = move || {
            let run = AssertUnwindSafe(|| carry_out(&view, &keymap, &target));
            let outcome = catch_unwind(run).unwrap_or(Err(ExportError::Stopped));
            // Nobody listens at the end of the program.
            drop(sender.send(outcome));
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        // Not joined at exit: its dialog belongs to the desktop and may outlive us.
        std::thread::Builder::new().name("export".to_owned()).spawn(work)?;
        self.under_way = Some(UnderWay { outcome, has_identity });
        Ok(())
    }

    /// Takes what has come of an export, and tells the reader. To be called every frame.
    pub(super) fn take_outcome(&mut self, reading: &mut Reading, ctx: &egui::Context) {
        let Some(UnderWay { outcome, has_identity }) = &self.under_way else { return };
        let outcome = match outcome.try_recv() {
            Ok(outcome) => outcome,
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => Err(ExportError::Stopped),
        };
        let has_identity = *has_identity;
        self.under_way = None;
        let words = match outcome {
            Ok(Done::Copy(picture)) => {
                let size = [picture.width, picture.height].map(|side| side as usize);
                ctx.copy_image(egui::ColorImage::from_rgb(size, &picture.bytes));
                "The view was copied."
            }
            Ok(Done::Saved) => "The view was saved.",
            Ok(Done::Cancelled) => return,
            Err(why) => return tell_failure(reading, &why),
        };
        let words = if has_identity { words.to_owned() } else { format!("{words} {BURNED_IN}") };
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

/// What is drawn: the viewport in focus with all its tiles, and nothing of the window around it.
struct View {
    session: Session,
    /// The frames that are drawn, and no others.
    library: Library,
    plan: FramePlan,
}

impl View {
    /// `None` while no image is shown there.
    fn of(session: &Session, library: &Library, has_identity: bool) -> Option<Self> {
        let mut session = session.clone();
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
        let mut plan = plan(&session, library, session.focus.screen);
        plan.viewports.retain(|viewport| viewport.index == session.focus.viewport);
        plan.surface = move_to_corner(&mut plan.viewports, plan.surface.scale)?;
        let mut shown = Library::default();
        for viewport in &mut plan.viewports {
            leave_out(viewport, has_identity);
            if let Picture::Slice(pass) = &viewport.picture {
                let frame = library.frame(&pass.frame)?;
                shown.put_frame(pass.frame.clone(), frame.clone());
            }
        }
        let is_shown = |viewport: &ViewportPlan| match &viewport.picture {
            Picture::Slice(pass) => matches!(shown.frame(&pass.frame), Some(FrameState::Ready(_))),
            // A section has its pixels with it.
            Picture::Reformat(_) | Picture::Past => true,
            Picture::Empty | Picture::Loading | Picture::Failed(_) => false,
        };
        plan.viewports.iter().all(is_shown).then_some(Self { session, library: shown, plan })
    }

    fn draw(&self, keymap: &Keymap) -> Result<Rgb, ExportError> {
        let Surface { width, height, scale } = self.plan.surface;
        let state = open_card()?;
        let ctx = egui::Context::default();
        ui::theme::install(&ctx, ui::theme::TEXT_SIZE, 1.0);
        ui::install_engine(&state, DEFAULT_BUDGET)?;
        let target = Target::new(&state, (width, height));
        let (session, library, plan) = (&self.session, &self.library, &self.plan);
        let view = ui::ScreenView { session, library, screen: session.focus.screen, plan, keymap };
        for _ in 0..PASSES_MAX {
            let output =
                ctx.run_ui(raw_input((width, height), scale), |ui| ui::show_viewports_alone(ui, &view));
            target.draw(&state, &ctx, output, scale)?;
            // As much of a volume goes to the card at a time as a frame of a window has room for.
            while ui::is_sending_volume(&ctx) {
                let output =
                    ctx.run_ui(raw_input((width, height), scale), |ui| ui::show_viewports_alone(ui, &view));
                target.draw(&state, &ctx, output, scale)?;
            }
            if !ui::is_looking_for_fonts(&ctx) {
                break;
            }
            let mut patience_ms = FONTS_PATIENCE_MS;
            while ui::is_looking_for_fonts(&ctx) && patience_ms > 0 {
                std::thread::sleep(Duration::from_millis(1));
                patience_ms -= 1;
            }
        }
        // Never a black picture for the image.
        if let Some(why) = ui::engine_failure(&ctx) {
            return Err(why.into());
        }
        Ok(Rgb::from_rgba(width, height, &target.read(&state)?))
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
        (width, height) = (width.max(rect.x + rect.width), height.max(rect.y + rect.height));
    }
    (width > 0 && height > 0).then_some(Surface { width, height, scale })
}

/// Leaves out what belongs to the pointer, and whom and which study it shows unless that is asked for.
fn leave_out(viewport: &mut ViewportPlan, has_identity: bool) {
    viewport.lens = None;
    viewport.overlay.caret = None;
    viewport.is_focused = false;
    if !has_identity {
        viewport.labels.identity.clear();
        viewport.labels.study.clear();
        viewport.labels.top_left.clear();
        // Texts of a presentation state may name anybody.
        viewport.overlay.graphics.retain(|graphic| !matches!(graphic, GraphicPlan::Text(_)));
    }
    // Where no viewport is too small for words.
    if viewport.tile == 0 {
        viewport.labels.identity.push(Phi::new(NOT_FOR_DIAGNOSIS.to_owned()));
    }
}

fn carry_out(view: &View, keymap: &Keymap, target: &ExportTarget) -> Result<Done, ExportError> {
    let picture = view.draw(keymap)?;
    let path = match target {
        ExportTarget::Clipboard => return Ok(Done::Copy(picture)),
        ExportTarget::File(path) => path.clone(),
        ExportTarget::Dialog => match choose_file() {
            Some(path) => path,
            None => return Ok(Done::Cancelled),
        },
    };
    write_rgb(path.reveal(), &picture)?;
    Ok(Done::Saved)
}

/// The dialog itself asks before a file is replaced.
fn choose_file() -> Option<Phi<PathBuf>> {
    let dialog = rfd::FileDialog::new().set_title("Save the view").set_file_name(FILE_NAME);
    dialog.add_filter("PNG", &["png"]).save_file().map(Phi::new)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dicom_dictionary_std::{tags, uids};

    use crate::color::{ColorTransform, IccProfile};
    use crate::command::Command;
    use crate::dicom::{Instance, Writer, read_frame};
    use crate::session::{Event, ScreenMonitor};
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
        view.plan.viewports.iter().map(of).collect::<Vec<_>>().join("\n")
    }

    const IDENTITY: [&str; 4] = ["NOBODY", "4711", "2026-11-20", "nobody"];

    #[test]
    fn a_view_says_whom_it_shows_unless_that_is_left_out() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (session, library) = reading(folder.path());
        let with = words(&View::of(&session, &library, true).expect("an image"));
        let without = words(&View::of(&session, &library, false).expect("an image"));
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
        let origin = crate::keymap::Origin::User("corner-text/CT.toml".into());
        let moved = "[full]\nbottom_left = [\"{study_description} {study_date}\"]\n";
        texts.lay(moved, &origin).expect("it is sound");
        let without = words(&View::of(&session, &library, false).expect("an image"));
        assert!(words(&View::of(&session, &library, true).expect("an image")).contains("chest of nobody"));
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
        let view = View::of(&session, &library, true).expect("an image");
        assert_eq!(transform(&view.plan), (true, false), "in the file");
    }

    #[test]
    fn a_view_is_the_viewport_in_focus_at_its_own_size_with_nothing_of_the_pointer() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let (mut session, mut library) = reading(folder.path());
        for command in ["layout 1x2", "viewport 2", "series next", "tiles 2x1", "pointer step 1 1"] {
            obey(&mut session, &library, command);
        }
        let view = View::of(&session, &library, true);
        let view = view.expect("an image");
        let shown = plan(&session, &library, 0);
        let tiles: Vec<_> = shown.viewports.iter().filter(|viewport| viewport.index == 1).collect();
        assert_eq!(view.plan.viewports.len(), tiles.len());
        for (exported, shown) in view.plan.viewports.iter().zip(tiles) {
            assert_eq!((exported.rect.width, exported.rect.height), (shown.rect.width, shown.rect.height));
            assert!(exported.rect.x + exported.rect.width <= view.plan.surface.width);
            assert!(exported.lens.is_none() && exported.overlay.caret.is_none() && !exported.is_focused);
        }
        assert_eq!((view.plan.surface.width <= 400, view.plan.surface.height), (true, 600));
        library.put_frame(
            session.shown_images(&library).remove(1).expect("it hangs"),
            FrameState::Failed(crate::dicom::ReadError::Damaged { why: "for the test".to_owned() }),
        );
        assert!(View::of(&session, &library, true).is_none(), "no picture without the image");
    }
}
