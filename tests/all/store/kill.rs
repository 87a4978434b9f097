//! A program is killed after every step of writing, one after the other: the store opens, and all in it is whole.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use hotlight::dicom::StudyUid;
use hotlight::store::{Step, Store, Verified};
use tempfile::TempDir;

use super::{ROOMY, file_one_by_one, object};
use crate::support::assert_shown;

/// A study that is there before, one that is filed and goes again, and one that is filed after it.
const STAYS: &str = "2.25.10";
const GOES: &str = "2.25.20";
const COMES: &str = "2.25.30";

/// The objects of the three, in a folder.
struct Objects {
    stays: Vec<PathBuf>,
    goes: Vec<PathBuf>,
    comes: Vec<PathBuf>,
}

impl Objects {
    fn write(folder: &Path) -> Self {
        let study = |uid, count| (0..count).map(|number| object(folder, uid, number)).collect();
        Self { stays: study(STAYS, 1), goes: study(GOES, 2), comes: study(COMES, 2) }
    }

    /// What the program does that is killed.
    fn work(&self, store: &Path) {
        let store = Store::open(store, ROOMY).expect("the store");
        file_one_by_one(&store, &self.goes);
        store.evict(0).expect("an index");
        file_one_by_one(&store, &self.comes);
    }
}

/// Not a test by itself: the program that is killed.
#[test]
fn child() {
    let (Some(store), Some(objects)) =
        (std::env::var_os("HOTLIGHT_KILLED_STORE"), std::env::var_os("HOTLIGHT_KILLED_OBJECTS"))
    else {
        return;
    };
    Objects::write(Path::new(&objects)).work(Path::new(&store));
}

/// Objects of a study that are in the index, each with its whole file.
fn whole(store: &Store, study: &str) -> usize {
    let objects = store.objects(&StudyUid::new(study)).expect("an index");
    for object in &objects {
        hotlight::dicom::DataSet::read_whole(&object.source).expect("whole");
    }
    let counted = store.study(&StudyUid::new(study)).expect("an index").map_or(0, |study| study.instances);
    assert_eq!(objects.len(), counted, "the list counts what is there");
    objects.len()
}

/// The table; `docs/reliability.md` shows it.
#[test]
fn killed_after_every_step_of_writing_the_store_opens_with_nothing_half_filed() {
    let folder = TempDir::new().expect("a folder");
    let objects = Objects::write(folder.path());
    let told = folder.path().join("step");
    let mut killed = Step::ALL.map(|step| (step.words(), 0, [0, usize::MAX]));
    for count in 1.. {
        assert!(count < 1000, "it never comes to its end");
        let root = TempDir::new().expect("a folder");
        let store_folder = root.path().join("store");
        {
            let store = Store::open(&store_folder, ROOMY).expect("a store");
            file_one_by_one(&store, &objects.stays);
            store.pin(&StudyUid::new(STAYS), true).expect("a study");
        }
        let ended = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "store::kill::child", "--nocapture"])
            .env("HOTLIGHT_KILLED_STORE", &store_folder)
            .env("HOTLIGHT_KILLED_OBJECTS", root.path())
            .env("HOTLIGHT_STORE_ABORT", format!("{count}:{}", told.display()))
            .output()
            .expect("it runs");
        if ended.status.success() {
            break;
        }
        let step = std::fs::read_to_string(&told).expect("it was killed at a step");
        let store = Store::open(&store_folder, ROOMY).expect("it opens");
        assert_eq!(whole(&store, STAYS), 1, "after: {step}");
        let here = whole(&store, GOES) + whole(&store, COMES);
        // Opened, it was mended: there is nothing left to mend, no file beside the index and no index beside a file.
        assert_eq!(
            store.verify(),
            Ok(Verified { objects: 1 + here, ..Verified::default() }),
            "after: {step}"
        );
        let left = std::fs::read_dir(store_folder.join("incoming")).expect("a folder").count();
        assert_eq!(left, 0, "after: {step}");
        drop(store);
        objects.work(&store_folder);
        let store = Store::open(&store_folder, ROOMY).expect("it opens");
        let now = [STAYS, GOES, COMES].map(|study| whole(&store, study));
        assert_eq!(now, [1, 0, 2], "done again after: {step}");
        let all = Verified { objects: 3, ..Verified::default() };
        assert_eq!(store.verify(), Ok(all), "done again after: {step}");
        let row = killed.iter_mut().find(|(words, ..)| *words == step).expect("a known step");
        row.1 += 1;
        row.2 = [row.2[0].max(here), row.2[1].min(here)];
    }
    let mut table = String::from(
        "| killed as soon as … | times | objects of five in the store then | half-filed | done again |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for (words, times, [most, least]) in killed {
        assert!(times > 0, "never killed after: {words}");
        writeln!(table, "| {words} | {times} | {} to {} | none | whole |", least + 1, most + 1)
            .expect("a string");
    }
    assert_shown("docs/reliability.md", "kills", &table);
}
