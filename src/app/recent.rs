//! What was opened lately, remembered in `recent.toml` in the state folder, which only its owner may read: paths may name
//! patients.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::dicom::ReadError;
use crate::session::{Event, MessageKind, RecentStudy};
use crate::study::Library;
use crate::units::Phi;

use super::own_file;
use super::reading::Reading;

/// The most studies that are remembered.
const STUDIES_MAX: usize = 20;

const WHAT: &str = "The list of recent studies";

/// The studies that were opened lately, and the file that remembers them.
pub(super) struct Recent {
    /// None where the system names no folder for state: then they are remembered to the end of the program.
    file: Option<PathBuf>,
    /// Another program of the reader remembers.
    is_read_only: bool,
    /// What was opened and is not in the file yet, the newest first.
    unwritten: Arc<Mutex<Vec<RecentStudy>>>,
}

/// `recent.toml`, the newest first.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    study: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    date: String,
    description: String,
    modalities: String,
}

impl Recent {
    /// In the state folder, if there is one.
    pub(super) fn new(state_dir: Option<PathBuf>) -> Self {
        let file = state_dir.map(|folder| folder.join("recent.toml"));
        Self { file, is_read_only: false, unwritten: Arc::default() }
    }

    /// Reads what is remembered and adds nothing to it.
    pub(super) const fn read_only(&mut self) {
        self.is_read_only = true;
    }

    /// Gives what is remembered to the session. A file that cannot be understood is set aside.
    pub(super) fn apply(&self, reading: &mut Reading) {
        let (studies, fault) = self.file.as_deref().map(read).unwrap_or_default();
        if let Some(why) = fault {
            reading.session.tell(MessageKind::Caution, why);
        }
        reading.event(&Event::RecentRead(studies));
    }

    /// Remembers what was opened, as far as images were found there; what is gone is marked. The file follows, beside the frames.
    pub(super) fn note(&self, opened: &[Phi<PathBuf>], reading: &mut Reading) {
        if self.is_read_only {
            return;
        }
        let mut studies = reading.session.recent.clone();
        let mut is_news = false;
        let newest = opened.len().saturating_sub(STUDIES_MAX);
        for path in opened.iter().skip(newest) {
            if let Some(found) = found(path, opened.len() > 1, &reading.library) {
                remember(&mut studies, found.clone());
                remember(&mut lock(&self.unwritten), found);
                is_news = true;
            } else if is_absent(path, &reading.library)
                && let Some(known) = studies.iter_mut().find(|known| known.path == absolute(path))
            {
                known.is_gone = true;
            }
        }
        if let Some(path) = self.file.as_ref().filter(|_| is_news) {
            let unwritten = Arc::clone(&self.unwritten);
            reading.services().write_file(path, move |path| add(path, &unwritten));
        }
        reading.event(&Event::RecentRead(studies));
    }
}

/// A study comes first in a list, where it stands once.
fn remember(studies: &mut Vec<RecentStudy>, study: RecentStudy) {
    studies.retain(|known| known.path != study.path);
    studies.insert(0, study);
    studies.truncate(STUDIES_MAX);
}

/// What a file remembers; and a sentence on why it cannot be understood and where it is now, where that is so.
fn read(path: &Path) -> (Vec<RecentStudy>, Option<String>) {
    match own_file::read::<File>(path, WHAT) {
        Ok(file) => {
            let studies = file.unwrap_or_default().study.into_iter().take(STUDIES_MAX);
            (studies.map(Line::study).collect(), None)
        }
        Err(why) => (Vec::new(), Some(why)),
    }
}

/// Adds to a file what was opened; what another Hotlight remembered meanwhile stays. What cannot be added waits for the next time.
fn add(path: &Path, unwritten: &Mutex<Vec<RecentStudy>>) -> Result<(), String> {
    let opened = std::mem::take(&mut *lock(unwritten));
    let (mut studies, fault) = read(path);
    let paths = |studies: &[RecentStudy]| -> Vec<Phi<PathBuf>> {
        studies.iter().map(|study| study.path.clone()).collect()
    };
    let before = paths(&studies);
    for study in opened.iter().rev() {
        remember(&mut studies, study.clone());
    }
    if before != paths(&studies) {
        let file = File { study: studies.iter().filter_map(Line::of).collect() };
        own_file::write(path, &file).map_err(|error| {
            // What was opened meanwhile is newer.
            let mut unwritten = lock(unwritten);
            let newer = std::mem::replace(&mut *unwritten, opened);
            for study in newer.into_iter().rev() {
                remember(&mut unwritten, study);
            }
            format!("What was opened cannot be remembered: {error}.")
        })?;
    }
    fault.map_or(Ok(()), Err)
}

fn lock(unwritten: &Mutex<Vec<RecentStudy>>) -> MutexGuard<'_, Vec<RecentStudy>> {
    unwritten.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    /// None for a path that is no text: a file of text cannot hold it.
    fn of(study: &RecentStudy) -> Option<Self> {
        Some(Self {
            path: study.path.reveal().to_str()?.to_owned(),
            date: study.date.clone(),
            description: study.description.clone(),
            modalities: study.modalities.clone(),
        })
    }

    fn study(self) -> RecentStudy {
        RecentStudy {
            path: Phi::new(self.path.into()),
            date: self.date,
            description: self.description,
            modalities: self.modalities,
            is_gone: false,
        }
    }
}

/// The newest study with an image from there. Of one among several files the folder is what can be opened again.
fn found(opened: &Phi<PathBuf>, is_one_of_several: bool, library: &Library) -> Option<RecentStudy> {
    let path = opened.reveal();
    // What a DICOMDIR lists lies beside it.
    let is_directory = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("DICOMDIR"));
    let root = if is_directory { path.parent()? } else { path.as_path() };
    library.studies().iter().find_map(|study| {
        let sets = study.series.iter().flat_map(|series| &series.display_sets);
        let mut sources = sets.flat_map(|set| &set.images).map(|image| image.instance.source.path.reveal());
        let is_file = sources.find(|source| source.starts_with(root))?.as_ref() == path;
        let path = if is_file && is_one_of_several { path.parent()? } else { path };
        let mut modalities: Vec<&str> =
            study.series.iter().map(|series| series.attributes.modality.as_str()).collect();
        modalities.sort_unstable();
        modalities.dedup();
        modalities.retain(|modality| !modality.is_empty());
        Some(RecentStudy {
            path: absolute(&Phi::new(path.to_path_buf())),
            date: study.attributes.date.clone(),
            description: study.attributes.description.clone(),
            modalities: modalities.join(", "),
            is_gone: false,
        })
    })
}

/// Whether the path itself could not be opened.
fn is_absent(opened: &Phi<PathBuf>, library: &Library) -> bool {
    let path = opened.reveal();
    library.unreadable().iter().any(|file| {
        matches!(file.why, ReadError::Open { .. }) && file.source.path.reveal().as_ref() == path.as_path()
    })
}

/// The same place wherever the program is started from.
fn absolute(path: &Phi<PathBuf>) -> Phi<PathBuf> {
    Phi::new(std::path::absolute(path.reveal()).unwrap_or_else(|_refused| path.reveal().clone()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use dicom_dictionary_std::{tags, uids};

    use crate::dicom::Writer;
    use crate::session::Effect;

    use super::super::settings::tests::{hold, reading, written};
    use super::*;

    /// A program that remembers in a folder of its own, and folders of studies beside it.
    struct Desk {
        folder: tempfile::TempDir,
        recent: Recent,
        reading: Reading,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let recent = Recent::new(Some(folder.path().join("state")));
            Self { folder, recent, reading: reading() }
        }

        /// Started again.
        fn again(mut self) -> Self {
            written(&mut self.reading);
            let mut reading = reading();
            self.recent.apply(&mut reading);
            Self { reading, ..self }
        }

        fn study(&self, name: &str, modality: &str) -> PathBuf {
            let folder = self.folder.path().join(name);
            fs::create_dir_all(&folder).expect("a folder");
            let (study, series) = (name.len(), if modality == "CT" { 1 } else { 2 });
            Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3{study}.{series}"))
                .text(tags::STUDY_INSTANCE_UID, &format!("2.25.1{study}"))
                .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2{study}.{series}"))
                .text(tags::STUDY_DATE, "20261120")
                .text(tags::STUDY_DESCRIPTION, "chest")
                .text(tags::MODALITY, modality)
                .text(tags::PATIENT_NAME, "NOBODY^ONE")
                .gray_16(2, 2, true)
                .pixels(&[0; 4])
                .write_to(&folder.join(modality))
                .expect("written");
            folder
        }

        fn open(&mut self, path: &Path) {
            self.choose(vec![path.to_path_buf()]);
        }

        fn choose(&mut self, paths: Vec<PathBuf>) {
            let paths = paths.into_iter().map(Phi::new).collect();
            self.reading.event(&Event::FilesChosen(paths));
            self.settle();
        }

        /// Waits until all is looked through, and takes what is asked for then.
        fn settle(&mut self) {
            while self.reading.session.indexing.runs > 0 {
                let event = self.reading.services().wait(Duration::from_mins(2)).expect("news");
                self.reading.event(&event);
            }
            self.take();
        }

        fn take(&mut self) {
            for request in self.reading.take_requests() {
                if let Effect::NoteOpened(paths) = request {
                    self.recent.note(&paths, &mut self.reading);
                }
            }
        }

        /// The last parts of the paths that are remembered.
        fn names(&self) -> Vec<String> {
            let recent = &self.reading.session.recent;
            let name =
                |study: &RecentStudy| study.path.reveal().file_name().map(|name| name.display().to_string());
            recent.iter().filter_map(name).collect()
        }

        fn file(&self) -> PathBuf {
            self.folder.path().join("state/recent.toml")
        }
    }

    #[test]
    fn what_was_opened_is_remembered_without_the_patient_and_for_its_owner_alone() {
        let mut desk = Desk::new();
        let folder = desk.study("a", "CT");
        desk.study("a", "PT");
        desk.open(&folder);
        let desk = desk.again();
        let expected = RecentStudy {
            path: Phi::new(folder),
            date: "20261120".to_owned(),
            description: "chest".to_owned(),
            modalities: "CT, PT".to_owned(),
            is_gone: false,
        };
        assert!(desk.reading.session.recent == [expected], "{:?}", desk.reading.session.recent);
        let text = fs::read_to_string(desk.file()).expect("the file");
        assert!(!text.contains("NOBODY"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(desk.file()).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn the_newest_comes_first_each_once_and_the_oldest_go() {
        let mut desk = Desk::new();
        let mut name = String::new();
        let mut folders = Vec::new();
        for _ in 0..STUDIES_MAX + 2 {
            name.push('a');
            folders.push(desk.study(&name, "CT"));
        }
        for folder in &folders {
            desk.open(folder);
        }
        assert_eq!(desk.names().len(), STUDIES_MAX);
        assert_eq!(desk.names().first(), Some(&name));
        assert_eq!(desk.names().last().map(String::len), Some(3));
        desk.open(&folders[10]);
        let names = desk.again().names();
        assert_eq!(names.len(), STUDIES_MAX);
        assert_eq!(names[..2].iter().map(String::len).collect::<Vec<_>>(), [11, STUDIES_MAX + 2]);
    }

    #[test]
    fn what_holds_no_image_and_what_nobody_opened_is_not_remembered() {
        let mut desk = Desk::new();
        let empty = desk.folder.path().join("empty");
        fs::create_dir(&empty).expect("a folder");
        let made = desk.study("made", "CT");
        desk.reading.open_made(Box::new(move || vec![made]));
        desk.settle();
        desk.open(&empty);
        assert_eq!(desk.reading.library.studies().len(), 1);
        assert_eq!(desk.names(), Vec::<String>::new());
        written(&mut desk.reading);
        assert!(!desk.file().exists());
    }

    #[test]
    fn of_several_files_their_folder_is_remembered_and_of_one_the_file() {
        let mut desk = Desk::new();
        let (a, bb) = (desk.study("a", "CT"), desk.study("bb", "CT"));
        desk.study("a", "PT");
        desk.choose(vec![a.join("CT"), a.join("PT")]);
        assert_eq!(desk.names(), ["a"]);
        desk.choose(vec![bb.join("CT")]);
        assert_eq!(desk.names(), ["CT", "a"]);
    }

    #[test]
    fn what_is_gone_is_marked_and_stays() {
        let mut desk = Desk::new();
        let (a, bb) = (desk.study("a", "CT"), desk.study("bb", "CT"));
        desk.open(&a);
        desk.open(&bb);
        let mut desk = desk.again();
        fs::remove_dir_all(&a).expect("removed");
        desk.open(&a);
        let gone = |desk: &Desk| -> Vec<bool> {
            desk.reading.session.recent.iter().map(|study| study.is_gone).collect()
        };
        assert_eq!((desk.names(), gone(&desk)), (vec!["bb".to_owned(), "a".to_owned()], vec![false, true]));
        // What is opened afterwards does not bring it back.
        desk.open(&bb);
        assert_eq!(gone(&desk), [false, true]);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_set_aside_and_told_without_its_words() {
        for text in ["[[study]]\npath = \"/NOBODY\"\n", "NOBODY", "studies = \"NOBODY\""] {
            let desk = Desk::new();
            fs::create_dir_all(desk.folder.path().join("state")).expect("a folder");
            fs::write(desk.file(), text).expect("written");
            let mut desk = desk.again();
            let messages = &desk.reading.session.messages;
            let [message] = messages.as_slice() else { panic!("{messages:?}") };
            assert!(
                message.text.contains("recent.toml.broken") && !message.text.contains("NOBODY"),
                "{message:?}"
            );
            let aside = fs::read_to_string(desk.file().with_extension("toml.broken")).expect("the file");
            assert_eq!(aside, text);
            let folder = desk.study("a", "CT");
            desk.open(&folder);
            assert_eq!(desk.again().names(), ["a"]);
        }
    }

    #[test]
    fn where_another_program_remembers_nothing_is_written() {
        let mut desk = Desk::new();
        let (a, bb) = (desk.study("a", "CT"), desk.study("bb", "CT"));
        desk.open(&a);
        written(&mut desk.reading);
        let before = fs::read_to_string(desk.file()).expect("the file");
        desk.recent.read_only();
        desk.open(&bb);
        written(&mut desk.reading);
        assert_eq!(fs::read_to_string(desk.file()).expect("the file"), before);
        assert_eq!(desk.again().names(), ["a"], "it is read all the same");
    }

    #[test]
    fn while_the_disk_hangs_no_frame_waits_and_all_that_was_opened_is_remembered_beside_what_others_wrote() {
        let mut desk = Desk::new();
        let folders = ["a", "bb", "ccc"].map(|name| desk.study(name, "CT"));
        desk.open(&folders[0]);
        written(&mut desk.reading);
        let gate = hold(&desk.reading);
        for folder in &folders[1..] {
            desk.open(folder);
        }
        assert_eq!(desk.names(), ["ccc", "bb", "a"], "seen at once");
        // Another Hotlight meanwhile.
        let text = fs::read_to_string(desk.file()).expect("the file");
        assert_eq!(text.matches("[[study]]").count(), 1, "the disk hangs");
        let other = desk.folder.path().join("other");
        let theirs = RecentStudy { path: Phi::new(other), ..desk.reading.session.recent[0].clone() };
        let file = File { study: Line::of(&theirs).into_iter().collect() };
        own_file::write(&desk.file(), &file).expect("written");
        drop(gate);
        assert_eq!(desk.again().names(), ["ccc", "bb", "other"]);
    }

    #[test]
    fn what_cannot_be_remembered_is_told_and_is_with_the_next_that_can() {
        let mut desk = Desk::new();
        let folder = desk.study("a", "CT");
        // Nobody can make a folder in a file.
        fs::write(desk.folder.path().join("state"), "").expect("written");
        desk.open(&folder);
        written(&mut desk.reading);
        let messages = &desk.reading.session.messages;
        assert!(
            messages.iter().any(|message| message.text.starts_with("What was opened cannot be remembered: ")),
            "{messages:?}"
        );
        assert_eq!(desk.names(), ["a"], "to the end of the program");
        // There is a place for it again.
        fs::remove_file(desk.folder.path().join("state")).expect("removed");
        let next = desk.study("bb", "CT");
        desk.open(&next);
        assert_eq!(desk.again().names(), ["bb", "a"]);
    }

    #[test]
    fn without_a_folder_for_state_it_lasts_to_the_end_of_the_program() {
        let mut desk = Desk { recent: Recent::new(None), ..Desk::new() };
        let (a, bb) = (desk.study("a", "CT"), desk.study("bb", "CT"));
        desk.open(&a);
        desk.open(&bb);
        assert_eq!(desk.names(), ["bb", "a"]);
        assert!(!desk.file().exists());
    }
}
