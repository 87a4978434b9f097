//! A study that is closed leaves nothing in memory, and comes back with all that was not saved of it.

use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use hotlight::app::{ArchivesOptions, StorePlace};
use hotlight::dicom::Source;
use hotlight::render::Picture;
use hotlight::session::{Event, Retrieval, RetrievalState, RetrieveOrder, Urgency};
use hotlight::store::{FilingOptions, Store, StoreOptions};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::phantom;

const MARK: &str = "scroll first; tool probe; pointer press left 350 222; pointer release; tool scroll";

fn open(scripted: &mut Scripted) {
    scripted.run(&format!("open {}", phantom().join("current").display()));
    scripted.run("viewport 1; layout 1x1; scroll first");
}

fn told(scripted: &Scripted, words: &str) -> bool {
    scripted.reading.session.messages.iter().any(|message| message.text.contains(words))
}

/// Marks on the image in focus.
fn marks(scripted: &Scripted) -> usize {
    scripted.focused().expect("a viewport").overlay.marks.len()
}

/// Closes the study that is read, and waits until it is gone.
fn close(scripted: &mut Scripted) {
    scripted.run("study close");
    wait(scripted);
}

/// Waits until no study is here.
fn wait(scripted: &mut Scripted) {
    scripted.wait_for("it is gone", |scripted| scripted.reading.library.studies().is_empty());
}

fn keeping(kept: &Path) -> Scripted {
    Scripted::keeping(Some(kept.to_path_buf()))
}

#[test]
fn what_is_not_saved_of_a_closed_study_comes_back_with_it() {
    let kept = TempDir::new().expect("a folder");
    let mut scripted = keeping(kept.path());
    open(&mut scripted);
    scripted.run(MARK);
    assert_eq!(marks(&scripted), 1);
    // At once: the draft is not on the disk yet.
    close(&mut scripted);
    let library = &scripted.reading.library;
    assert_eq!((library.frame_bytes(), library.unreadable().len()), (0, 0));
    assert!(library.loaded_frames_unsorted().next().is_none());
    let viewports = scripted.reading.session.screens.iter().flat_map(|screen| &screen.viewports);
    assert!(viewports.clone().all(|viewport| viewport.source.is_none()), "nothing hangs");
    // There is nothing to take back, and nothing is drawn on what is not here.
    scripted.run("undo; redo");
    open(&mut scripted);
    assert!(told(&scripted, "Unsaved work is back: 1 mark on 1 image."));
    assert_eq!(marks(&scripted), 1);
    // Once more, without a mark: nothing comes back.
    scripted.run("mark clear");
    close(&mut scripted);
    open(&mut scripted);
    assert_eq!(marks(&scripted), 0);
}

#[test]
fn the_store_may_let_a_study_go_once_it_is_closed() {
    let root = TempDir::new().expect("a folder");
    let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
    let store = Store::open(root.path(), options).expect("a store");
    let mut filing = store.filing(FilingOptions { from: None, now: UNIX_EPOCH }, |_| {}).expect("room");
    for entry in std::fs::read_dir(phantom().join("current")).expect("the phantom") {
        filing.import(&Source::file(&entry.expect("a file").path())).expect("an object");
    }
    filing.finish();
    let place = StorePlace { folder: root.path().to_path_buf(), options };
    let options = ArchivesOptions { archives: Vec::new(), store: Some(place), receive: None };
    let mut scripted = Scripted::with_archives(None, Some(options));
    scripted.reading.session.settings.study_days = 0;
    scripted.wait_until("the store is known", |session| !session.archives.places.is_empty());
    scripted.run("studies");
    scripted.wait_until("the study is listed", |session| session.studies.list.shown_count() == 1);
    scripted.run("studies line first; studies open");
    scripted.wait_until("it hangs", |session| session.hung.is_some());
    assert_eq!(store.evict(0).expect("an index").studies, 0, "it is open");
    close(&mut scripted);
    scripted.wait_for("the store lets it go", |_| store.evict(0).expect("an index").studies > 0);
}

/// A disk may hang for as long as it takes to close a study.
#[test]
fn pixels_that_come_after_their_study_was_closed_stay_away() {
    let mut scripted = Scripted::empty();
    open(&mut scripted);
    let library = &scripted.reading.library;
    let key = library.loaded_frames_unsorted().next().expect("a frame").clone();
    let Some(FrameState::Ready(frame)) = library.frame(&key) else { panic!("no pixels") };
    let late = Event::FrameRead { key: key.clone(), result: Ok(Arc::clone(frame)) };
    close(&mut scripted);
    scripted.reading.event(&late);
    assert_eq!((scripted.reading.library.frame_bytes(), scripted.reading.library.frame(&key)), (0, None));
    open(&mut scripted);
    scripted.reading.event(&late);
    assert!(scripted.reading.library.frame(&key).is_some());
}

/// The thread that closes it may have much to do first.
#[test]
fn a_mark_that_is_drawn_while_its_study_goes_comes_back() {
    let kept = TempDir::new().expect("a folder");
    let mut scripted = keeping(kept.path());
    open(&mut scripted);
    scripted.run(&format!("study close; hang 1; {MARK}"));
    wait(&mut scripted);
    open(&mut scripted);
    assert_eq!(marks(&scripted), 1);
}

/// What comes after it was closed would hang again, and look like all of it.
#[test]
fn a_study_that_is_still_fetched_stays_open() {
    let mut scripted = Scripted::empty();
    open(&mut scripted);
    let study = scripted.reading.library.studies()[0].attributes.uid.clone();
    let order = RetrieveOrder { study, archive: "pacs".to_owned(), urgency: Urgency::Foreground };
    let retrieving = |state| {
        let retrieval = Retrieval { order: order.clone(), received: 1, expected: Some(2), state };
        Event::Retrieving(Box::new(retrieval))
    };
    scripted.reading.event(&retrieving(RetrievalState::Running));
    scripted.run("study close");
    assert!(told(&scripted, "The study is still being fetched"));
    assert!(scripted.focused().is_some_and(|shown| !matches!(shown.picture, Picture::Empty)));
    scripted.reading.event(&retrieving(RetrievalState::Cancelled));
    close(&mut scripted);
}

#[test]
fn where_no_draft_can_be_kept_a_study_with_marks_stays_open() {
    let mut scripted = Scripted::empty();
    open(&mut scripted);
    scripted.run(MARK);
    scripted.run("study close");
    assert!(told(&scripted, "A study stays open: what is not saved of it cannot be kept as a draft."));
    assert_eq!(scripted.reading.library.studies().len(), 1);
    assert_eq!(marks(&scripted), 1, "nothing has moved, and nothing is lost");
    scripted.run("mark clear");
    close(&mut scripted);
}

#[test]
fn another_study_stays_when_one_is_closed() {
    let mut scripted = Scripted::empty();
    open(&mut scripted);
    let read = scripted.reading.library.studies()[0].attributes.uid.clone();
    scripted.run(&format!("open {}", phantom().join("prior").display()));
    scripted.run("viewport 1; study close");
    scripted.wait_for("it is gone", |scripted| scripted.reading.library.studies().len() == 1);
    let left = &scripted.reading.library.studies()[0].attributes.uid;
    assert_ne!(*left, read);
    assert!(!scripted.reading.session.is_resuming());
    scripted.run("hang 1");
    assert!(scripted.words().contains("/5"), "it can be read: {}", scripted.words());
}
