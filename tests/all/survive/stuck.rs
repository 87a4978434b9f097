//! A disk that does not answer: a pipe that nobody writes into stands in for it.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hotlight::app::CommandSource;
use hotlight::command::Command as Order;
use hotlight::phantom::Phantom;
use hotlight::session::Session;
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// A program that has read the headers of two studies and shows one; the files of the other, from the feet up.
struct Scene {
    scripted: Scripted,
    files: Vec<PathBuf>,
    _folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        // Of one day: neither is a prior of the other, and hangs beside it.
        let studies = [1, 2].map(|seed| Phantom::chest_ct().small().with_seed(seed));
        let mut files = Vec::new();
        for (number, study) in studies.iter().enumerate() {
            let written = study.write_into(&folder.path().join(number.to_string())).expect("written");
            files.push((study.study_uid(), written));
        }
        let mut scripted = Scripted::open(folder.path());
        scripted.run("viewport 1; layout 1x1");
        let source = scripted.reading.session.focused_viewport().and_then(|viewport| viewport.source.clone());
        let shown = source.expect("a study hangs").display_set.study;
        scripted.reading.services().be_patient_for(Duration::from_millis(300));
        let other = files.into_iter().find(|(study, _)| *study != shown).expect("two studies");
        Self { scripted, files: other.1, _folder: folder }
    }

    fn order(&mut self, command: &str) {
        let command = Order::parse(command).expect(command);
        self.scripted.reading.command(&command, CommandSource::Script);
    }

    /// Takes news until so many images of the study are here.
    fn wait_for(&mut self, file: &Path, count: usize) {
        let study = hotlight::dicom::Instance::read(file).expect("a file").study.uid;
        self.scripted.wait_for("so many images are here", |scripted| {
            let loaded = scripted.reading.library.loaded_frames_unsorted();
            loaded.filter(|key| key.study == study).count() >= count
        });
    }
}

/// From now on whoever opens the file waits.
fn hang(file: &Path) {
    std::fs::remove_file(file).expect("removed");
    assert!(Command::new("mkfifo").arg(file).status().expect("mkfifo runs").success());
}

/// The disk answers: nothing is in the file.
fn answer(file: &Path) {
    drop(OpenOptions::new().write(true).open(file).expect("somebody waits for it"));
}

fn has_told(session: &Session, words: &str) -> bool {
    session.messages.iter().any(|message| message.text.contains(words))
}

#[test]
fn a_disk_that_hangs_is_told_and_other_images_come() {
    let mut scene = Scene::new();
    let files = scene.files.clone();
    // The images that are wanted first: they hold up both decode threads, and one of those that take their place.
    let hung = files.get(3..6).expect("nine files");
    let whole = files.first().expect("nine files");
    for file in hung {
        hang(file);
    }
    scene.order("study next");
    scene.scripted.wait_until("it is told", |session| {
        has_told(session, "A background job has come no further for ")
            && has_told(session, "(decoding an image)")
    });
    scene.wait_for(whole, files.len() - hung.len());
    scene.order("scroll last");
    for file in hung {
        answer(file);
    }
    scene.scripted.wait_until("it goes on", |session| has_told(session, "A background job goes on"));
}

#[test]
fn a_disk_that_hangs_does_not_hold_up_the_end() {
    let mut scene = Scene::new();
    let middle = scene.files.get(4).expect("nine files").clone();
    hang(&middle);
    scene.order("study next");
    scene.scripted.wait_until("it is told", |session| has_told(session, "has come no further"));
    let Scene { scripted, _folder, .. } = scene;
    let begun = Instant::now();
    drop(scripted);
    // The disk would be waited for without an end.
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    answer(&middle);
}
