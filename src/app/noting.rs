//! Notes what is open while the program runs, for the next one if this one ends without being asked to.

use std::path::{Path, PathBuf};

use crate::display::Monitor;
use crate::session::{LeftOpen, MessageKind};
use crate::study::Library;
use crate::units::Phi;

use super::drafts::DraftOrder;
use super::open_file;
use super::reading::Reading;

/// The most files and folders that are noted, those opened last.
const PATHS_MAX: usize = 64;

/// A program that has lived so long since it brought back what was open is not ended by that, ms.
const SAFE_AFTER_MS: f64 = 60_000.0;

/// What was noted last.
#[derive(Default)]
pub(super) struct Noting {
    /// None where nobody notes.
    file: Option<PathBuf>,
    /// What an earlier run left, until the reader has said what becomes of it.
    left: Option<LeftOpen>,
    /// Opened by this run.
    paths: Vec<Phi<PathBuf>>,
    noted: Option<LeftOpen>,
    revision: u64,
    /// How many studies there were.
    studies: usize,
    /// Until then, since the start, an end counts as one while something is brought back, ms.
    resumes_until_ms: f64,
}

impl Noting {
    /// Notes in a file what is open, where an earlier run may have left something. What another reader opened in this run is open
    /// still.
    pub(super) fn begin(&mut self, file: Option<PathBuf>, left: Option<LeftOpen>) {
        *self = Self { file, left, paths: std::mem::take(&mut self.paths), ..Self::default() };
    }

    /// The reader has opened these.
    pub(super) fn note_opened(&mut self, paths: &[Phi<PathBuf>]) {
        let absolute = |path: &Phi<PathBuf>| {
            Phi::new(std::path::absolute(path.reveal()).unwrap_or_else(|_refused| path.reveal().clone()))
        };
        for path in paths.iter().map(absolute) {
            self.paths.retain(|known| *known != path);
            self.paths.push(path);
        }
        let surplus = self.paths.len().saturating_sub(PATHS_MAX);
        self.paths.drain(..surplus);
    }

    /// Notes what has changed. As long as nothing was shown, what an earlier run left stays as it is.
    pub(super) fn follow(&mut self, reading: &Reading) {
        let Some(file) = &self.file else { return };
        let now_ms = reading.trace.clock().elapsed_ms();
        let was_resuming = now_ms < self.resumes_until_ms;
        let is_known = self.noted.as_ref().is_some_and(|noted| noted.was_resuming == was_resuming);
        if (is_known && self.revision == reading.revision) || reading.session.is_resuming() {
            return;
        }
        let studies = reading.library.studies().len();
        if std::mem::replace(&mut self.studies, studies) > studies {
            self.paths.retain(|path| holds_images(path, &reading.library));
        }
        let layout = reading.session.open_layout(&reading.library);
        if self.noted.is_none() && layout.is_empty() {
            return;
        }
        let now = LeftOpen { was_resuming, paths: self.paths.clone(), stored: reading.opened(), layout };
        self.revision = reading.revision;
        if self.noted.as_ref() == Some(&now) {
            return;
        }
        if reading.services().draft(DraftOrder::Note(file.clone(), Box::new(now.clone()))) {
            self.noted = Some(now);
        } else {
            // There was no room for it.
            self.revision = 0;
        }
    }

    /// The reader has said what becomes of what was left: it comes back, as its windows stood on these monitors, or it is given up.
    pub(super) fn decide(&mut self, monitors: Option<&[String]>, reading: &mut Reading) {
        let Some((file, left)) = self.file.as_ref().zip(self.left.take()) else { return };
        let Some(monitors) = monitors else {
            // What hangs by now is noted again.
            self.noted = None;
            if let Err(error) = std::fs::remove_file(file) {
                tracing::warn!(%error, "what an earlier run left open stays noted");
            }
            return;
        };
        self.resumes_until_ms = reading.trace.clock().elapsed_ms() + SAFE_AFTER_MS;
        let left = LeftOpen { was_resuming: true, ..left };
        // Before anything is opened: it may be what ended the program.
        if let Err(error) = open_file::write(file, &left) {
            let text = format!("If Hotlight ends again meanwhile, it will not know that: {error}.");
            reading.session.tell(MessageKind::Caution, text);
        }
        self.noted = Some(left);
        let found = reading.services().monitors();
        if let Some(Ok(found)) = found.as_deref() {
            for absent in absent(monitors, found) {
                let text = format!(
                    "A window stood on {absent}, which is not connected now: it opens where the desktop puts it.",
                );
                reading.session.tell(MessageKind::Caution, text);
            }
        }
    }
}

/// Whether an image that is here lies there.
fn holds_images(path: &Phi<PathBuf>, library: &Library) -> bool {
    let root = root_of(path.reveal());
    let mut firsts = library.display_sets().filter_map(|(.., set)| set.images.first());
    firsts.any(|image| {
        let source = image.instance.source.path.reveal();
        std::path::absolute(source).is_ok_and(|source| source.starts_with(root))
    })
}

/// Where what was opened by a path lies: what a DICOMDIR names lies beside it.
fn root_of(path: &Path) -> &Path {
    let is_directory = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("DICOMDIR"));
    path.parent().filter(|_| is_directory && !path.is_dir()).unwrap_or(path)
}

/// The monitors that are not there.
fn absent<'a>(monitors: &'a [String], found: &[Monitor]) -> Vec<&'a String> {
    let is_there = |id: &String| found.iter().any(|monitor| monitor.id.as_str() == id);
    let mut absent: Vec<&String> = monitors.iter().filter(|id| !is_there(id)).collect();
    absent.dedup();
    absent
}

#[cfg(test)]
mod tests {
    use crate::command::{Command, DraftsCommand};
    use crate::display::{Edid, EdidError};
    use crate::session::{Effect, Event};

    use super::super::open_file::tests::left_open;
    use super::super::settings::tests::reading;
    use super::super::trace::CommandSource;
    use super::*;

    #[test]
    fn a_monitor_that_is_not_connected_at_the_start_is_named_once() {
        let edid: Result<Edid, EdidError> = Err(EdidError::Absent);
        let there = Monitor::new("DP-1".to_owned(), edid, (2048, 2560), None, false);
        let gone = "ZZM-0x1234-00204321".to_owned();
        let monitors = [there.id.to_string(), gone.clone(), gone.clone()];
        assert_eq!(absent(&monitors, std::slice::from_ref(&there)), [&gone]);
        assert_eq!(absent(&monitors[..1], &[there]), Vec::<&String>::new());
    }

    #[test]
    fn a_medium_that_was_opened_by_its_dicomdir_stays_noted_as_long_as_something_of_it_is_open() {
        let root = |path| root_of(Path::new(path));
        assert_eq!(root("/a/cd/DICOMDIR"), Path::new("/a/cd"));
        assert_eq!(root("/a/cd/dicomdir"), Path::new("/a/cd"));
        assert_eq!(root("/a/cd/a.dcm"), Path::new("/a/cd/a.dcm"));
    }

    #[test]
    fn before_anything_comes_back_it_is_noted_that_it_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("open.toml");
        open_file::write(&file, &left_open()).expect("written");
        let begun = || Noting { file: Some(file.clone()), left: Some(left_open()), ..Noting::default() };
        let mut noting = begun();
        let mut desk = reading();
        desk.event(&Event::LeftOpen(Box::new(left_open())));
        noting.follow(&desk);
        assert_eq!(open_file::read(&file), Ok(Some(left_open())), "as long as nothing is decided");
        noting.decide(Some(&[]), &mut desk);
        let expected = LeftOpen { was_resuming: true, ..left_open() };
        assert_eq!(open_file::read(&file), Ok(Some(expected)));
        // It is decided once.
        noting.decide(None, &mut desk);
        assert!(file.exists());
        let mut noting = begun();
        noting.decide(None, &mut desk);
        assert!(!file.exists());
    }

    #[test]
    fn nothing_is_opened_before_that_is_noted() {
        let mut desk = reading();
        desk.event(&Event::LeftOpen(Box::new(left_open())));
        desk.command(&Command::Drafts(DraftsCommand::Resume), CommandSource::Script);
        let requests = desk.take_requests();
        let [Effect::LeftDecided(Some(_)), Effect::Index(paths), Effect::OpenStored(study)] =
            requests.as_slice()
        else {
            panic!("{requests:?}");
        };
        assert_eq!((paths, std::slice::from_ref(study)), (&left_open().paths, left_open().stored.as_slice()));
    }

    #[test]
    fn a_path_that_is_opened_again_is_the_last_one_and_the_oldest_go() {
        let mut noting = Noting::default();
        let paths: Vec<Phi<PathBuf>> =
            (0..PATHS_MAX + 3).map(|number| Phi::new(format!("/a/{number}").into())).collect();
        noting.note_opened(&paths);
        noting.note_opened(&paths[5..6]);
        assert_eq!(noting.paths.len(), PATHS_MAX);
        assert_eq!((noting.paths.first(), noting.paths.last()), (paths.get(3), paths.get(5)));
    }
}
