//! The support bundle while the program runs: collected on a thread, shown, and saved when the reader says so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::ViewportId;

use crate::command::ExportTarget;
use crate::config::{Sources, state_dir};
use crate::session::{BundleLine, Event, MessageKind};
use crate::units::Phi;

use super::bundle::{Bundle, BundleError, BundlePart};
use super::reading::Reading;

/// What the dialog suggests.
const FILE_NAME: &str = "hotlight-support.zip";

/// Collects and saves support bundles, one at a time.
pub(super) struct Bundler {
    under_way: Option<Receiver<Done>>,
    /// What was collected last.
    bundle: Option<Arc<Bundle>>,
    /// Whether there is a dialog.
    has_desktop: bool,
}

/// What a thread has done.
enum Done {
    Collected(Arc<Bundle>),
    Saved(Result<(), BundleError>),
    /// By the reader, in the dialog.
    Cancelled,
}

impl Bundler {
    pub(super) const fn new() -> Self {
        Self { under_way: None, bundle: None, has_desktop: true }
    }

    pub(super) const fn has_no_desktop(&mut self) {
        self.has_desktop = false;
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// Another reader comes: it has settings and keys of the one before.
    pub(super) fn forget(&mut self) {
        self.bundle = None;
        // Nor is what comes of a thread that collects still.
        self.under_way = None;
    }

    /// Collects a bundle anew.
    pub(super) fn collect(&mut self, sources: &Sources, ctx: &egui::Context) {
        if self.is_busy() {
            return;
        }
        self.bundle = None;
        let sources = sources.clone();
        self.start(ctx, move || Done::Collected(Arc::new(Bundle::collect(&sources, state_dir().as_deref()))));
    }

    /// Saves what was collected last.
    pub(super) fn save(&mut self, target: &ExportTarget, reading: &mut Reading, ctx: &egui::Context) {
        let why = match (target, &self.bundle) {
            _ if self.is_busy() => "it is being collected",
            (_, None) => "`support bundle` collects it first, and shows what is in it",
            (ExportTarget::Dialog, _) if !self.has_desktop => "there is no dialog here; name a file",
            (ExportTarget::Clipboard, _) => "it is a file; name it",
            (_, Some(bundle)) => {
                let (bundle, target) = (Arc::clone(bundle), target.clone());
                return self.start(ctx, move || save(&bundle, &target));
            }
        };
        tell(reading, MessageKind::Caution, &format!("The support bundle is not saved: {why}."));
    }

    fn start(&mut self, ctx: &egui::Context, work: impl FnOnce() -> Done + Send + 'static) {
        let (sender, outcome) = bounded(1);
        let ctx = ctx.clone();
        let work = move || {
            // What a panic leaves is told as one: nothing comes.
            if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
                drop(sender.send(done));
            }
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        // Not joined at exit: a dialog belongs to the desktop and may outlive us.
        match std::thread::Builder::new().name("bundle".to_owned()).spawn(work) {
            Ok(_detached) => self.under_way = Some(outcome),
            Err(error) => tracing::warn!(%error, "no thread for the support bundle"),
        }
    }

    /// Takes what has come, and tells the reader. To be called every frame.
    pub(super) fn take_outcome(&mut self, reading: &mut Reading) {
        let Some(outcome) = &self.under_way else { return };
        let done = match outcome.try_recv() {
            Ok(done) => Some(done),
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => None,
        };
        self.under_way = None;
        match done {
            Some(Done::Collected(bundle)) => {
                let lines = bundle.parts.iter().map(line).collect();
                self.bundle = Some(bundle);
                reading.event(&Event::BundleCollected(lines));
            }
            Some(Done::Saved(Ok(()))) => tell(reading, MessageKind::Note, "The support bundle was saved."),
            Some(Done::Saved(Err(why))) => {
                tell(reading, MessageKind::Caution, &format!("The support bundle is not saved: {why}."));
            }
            Some(Done::Cancelled) => {}
            None => tell(reading, MessageKind::Caution, "The support bundle could not be made."),
        }
    }
}

fn tell(reading: &mut Reading, kind: MessageKind, text: &str) {
    reading.session.tell(kind, text);
    reading.note_change();
}

fn line(part: &BundlePart) -> BundleLine {
    BundleLine { name: part.name.clone(), about: part.about, bytes: part.text.len(), lines: part.lines() }
}

fn save(bundle: &Bundle, target: &ExportTarget) -> Done {
    match target {
        ExportTarget::File(path) => Done::Saved(bundle.save(path.reveal(), false)),
        // The dialog itself asks before a file is replaced.
        ExportTarget::Dialog | ExportTarget::Clipboard => match choose_file() {
            Some(path) => Done::Saved(bundle.save(path.reveal(), true)),
            None => Done::Cancelled,
        },
    }
}

fn choose_file() -> Option<Phi<PathBuf>> {
    let dialog = rfd::FileDialog::new().set_title("Save the support bundle").set_file_name(FILE_NAME);
    dialog.add_filter("zip", &["zip"]).save_file().map(Phi::new)
}
