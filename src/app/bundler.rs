//! The support bundle while the program runs: collected on a thread, shown, and saved when the reader says so.

use std::path::PathBuf;
use std::sync::Arc;

use crate::command::ExportTarget;
use crate::config::{Sources, state_dir};
use crate::session::{BundleLine, Event, MessageKind};
use crate::units::Phi;

use super::beside::{Beside, Stopped};
use super::bundle::{Bundle, BundleError, BundlePart};
use super::reading::Reading;

/// What the dialog suggests.
const FILE_NAME: &str = "hotlight-support.zip";

const THREAD: &str = "bundle";

/// Collects and saves support bundles, one at a time.
pub(super) struct Bundler {
    under_way: Beside<Done>,
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
        Self { under_way: Beside::new(), bundle: None, has_desktop: true }
    }

    pub(super) const fn has_no_desktop(&mut self) {
        self.has_desktop = false;
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.under_way.is_busy()
    }

    /// Another reader comes: it has settings and keys of the one before.
    pub(super) fn forget(&mut self) {
        self.bundle = None;
        // Nor is what comes of a thread that collects still.
        self.under_way.forget();
    }

    /// Collects a bundle anew.
    pub(super) fn collect(&mut self, sources: &Sources, ctx: &egui::Context) {
        if self.is_busy() {
            return;
        }
        self.bundle = None;
        let sources = sources.clone();
        let collect = move || Done::Collected(Arc::new(Bundle::collect(&sources, state_dir().as_deref())));
        self.under_way.start(THREAD, ctx, collect);
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
                return self.under_way.start(THREAD, ctx, move || save(&bundle, &target));
            }
        };
        tell(reading, MessageKind::Caution, &format!("The support bundle is not saved: {why}."));
    }

    /// Takes what has come, and tells the reader. To be called every frame.
    pub(super) fn take_outcome(&mut self, reading: &mut Reading) {
        match self.under_way.take() {
            Some(Ok(Done::Collected(bundle))) => {
                let lines = bundle.parts.iter().map(line).collect();
                self.bundle = Some(bundle);
                reading.event(&Event::BundleCollected(lines));
            }
            Some(Ok(Done::Saved(Ok(())))) => {
                tell(reading, MessageKind::Note, "The support bundle was saved.");
            }
            Some(Ok(Done::Saved(Err(why)))) => {
                tell(reading, MessageKind::Caution, &format!("The support bundle is not saved: {why}."));
            }
            Some(Ok(Done::Cancelled)) | None => {}
            Some(Err(Stopped)) => {
                tell(reading, MessageKind::Caution, "The support bundle could not be made.");
            }
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
