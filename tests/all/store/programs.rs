//! Programs that share a store, each filing while the others do.

use std::path::Path;
use std::process::{Child, Command};
use std::time::UNIX_EPOCH;

use hotlight::dicom::{Source, StudyUid};
use hotlight::store::{FilingOptions, Store, Verified};
use tempfile::TempDir;

use super::{ROOMY, object};

const OBJECTS: usize = 40;
const SHARED: &str = "2.25.100";

/// Not a test by itself: one of the programs.
#[test]
fn child() {
    let (Some(store), Some(own)) =
        (std::env::var_os("HOTLIGHT_SHARED_STORE"), std::env::var("HOTLIGHT_SHARED_STUDY").ok())
    else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let store = Store::open(Path::new(&store), ROOMY).expect("a store");
    let mut filing = store.filing(FilingOptions { from: None, now: UNIX_EPOCH }, |_| {}).expect("room");
    for number in 0..OBJECTS {
        for study in [SHARED, &own] {
            filing.import(&Source::file(&object(folder.path(), study, number))).expect("an object");
        }
    }
    let tally = filing.finish();
    assert_eq!((tally.filed + tally.duplicates, tally.refused), (2 * OBJECTS, 0), "{tally:?}");
}

#[test]
fn programs_that_file_and_let_go_at_the_same_time_leave_a_store_that_is_whole() {
    let root = TempDir::new().expect("a folder");
    let start = |own: &str| {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "store::programs::child", "--nocapture"])
            .env("HOTLIGHT_SHARED_STORE", root.path())
            .env("HOTLIGHT_SHARED_STUDY", own)
            .spawn()
            .expect("it runs")
    };
    let owned = ["2.25.101", "2.25.102", "2.25.103"];
    let mut running: Vec<Child> = owned.iter().map(|own| start(own)).collect();
    let store = Store::open(root.path(), ROOMY).expect("a store");
    let mut gone = 0;
    // What arrives is open, and stays; the others read meanwhile.
    while running.iter_mut().any(|child| child.try_wait().expect("a child").is_none()) {
        gone += store.evict(0).expect("an index").studies;
        for study in store.studies().expect("an index") {
            store.objects(&study.study.uid).expect("an index");
        }
    }
    for mut child in running {
        assert!(child.wait().expect("a child").success());
    }
    let verified = store.verify().expect("an index");
    let listed: usize = store.studies().expect("an index").iter().map(|study| study.instances).sum();
    assert_eq!(verified, Verified { objects: listed, ..Verified::default() });
    if gone == 0 {
        assert_eq!(listed, OBJECTS * 4);
        assert_eq!(store.objects(&StudyUid::new(SHARED)).expect("an index").len(), OBJECTS);
    }
    assert_eq!(std::fs::read_dir(root.path().join("incoming")).expect("a folder").count(), 0);
}
