//! Threads and channels, all of them:
//!
//! | thread | how many | asked by | answers with | bound |
//! | --- | --- | --- | --- | --- |
//! | `index`, which also saves | 1 | [`Services::index`], [`Services::ask_for`], [`Services::close`], `network` with what has come | `Indexing`, `Indexed`, `IndexEnded`, `StudiesClosed` | 16 requests |
//! | `network`, with 2 `network-worker`s | 1, where there are archives or a store | [`Services::order`] | `IndexBegun`, `PlacesKnown`, `StudiesFound`, `FindEnded`, `Retrieving`, `StudyChecked`, `ArchiveReached`, `OutgoingChanged` | 256 orders, 64 studies, 64 questions |
//! | `drafts`, which also notes what is open | 1, where there is a folder for them | [`Services::draft`] | `DraftRead`, `DraftNotWritten`, `DraftsGoOn` | 64 orders |
//! | `own-files`, which writes the small files that are kept for the reader | 1 | [`Services::write_file`] | `FileNotWritten` | a job a file, the last one |
//! | `watch` | 1 | itself, every second | `JobStuck`, `JobGoesOn`, `Woke`, `ClockSet` | |
//! | `decode-N` | as configured; one more for each that comes no further, to twice as many | [`Services::want`] | `FrameRead` | the wanted list, replaced whole |
//! | the same, before any frame | | [`Services::want_patterns`] | `FrameRead` | the list, replaced whole |
//! | the same, before any frame | | [`Services::want_covers`] | `CoverMade` | the list, replaced whole |
//! | the same, when nothing is wanted | | [`Services::want_thumbnails`] | `ThumbnailRead` | the list, replaced whole |
//! | `decode-N`, before a colour image; `index`, before a state of colours | | itself | `ColorTransformMade` | 1 at a time |
//! | `color` | 1 a change | [`Services::set_monitor_profiles`] | `ColorTransformMade` | 1 at a time |
//! | `dialog` | 1 at a time | [`Services::pick_files`] | `FilesChosen` | 1 |
//! | `monitors` | 1, for windows | itself, every second | [`Services::monitors`], and wakes | what was found last |
//! | `monitor` | 1 for each monitor that a window comes to | `ScreenMonitors` in `monitors` | itself, to the window | 64 |
//! | `export` | 1 at a time | `Exporter` in `export` | itself, to the window | 1 |
//! | `bundle` | 1 at a time | `Bundler` in `bundler` | itself, to the window | 1 |
//! | `presets` | 1 at a time | `LiveSettings::import_presets` in `presets` | itself, to the window | 1 |
//! | `book` | 1, from the first question on | `Bench` in `bench` | itself, to the window | 32 questions, 128 answers |
//! | `photometer` | 1 that is listened to, and those that end | `Bench` in `bench` | itself, to the window | among these answers |
//! | `audit` | 1, where there is an audit trail | `Auditor` in `auditor` | itself, sentences for the reader | 1,024 events, and 1,024 messages that wait for the disk |
//! | `audit-send` | 1, where it is sent | `audit` | the log | 1 wake |
//!
//! All answers come through one channel of [`EVENTS_IN_FLIGHT_MAX`]. Dropping [`Services`] ends the threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::color::IccProfile;
use crate::dicom::{FrameKey, Instance, StudyUid, Tag};
use crate::session::{CountOrder, CoverOrder, Event, PatternOrder, ValuesOrder};
use crate::units::Phi;

use super::archives::{Archives, ArchivesOptions, Arrivals, Arrived, Order, Shelf};
use super::clock::{Clock, Zone};
use super::colors::Colors;
use super::decoding::{DECODING, Decoders, ThumbnailOrder};
use super::drafts::{self, DraftOrder};
use super::index::Index;
use super::monitors::{FoundMonitors, look_for_monitors};
use super::own_files::{KEEPING, OwnFiles};
use super::watch::{Seat, Watched, watch};

/// Answers under way at once; a worker that has one more waits.
const EVENTS_IN_FLIGHT_MAX: usize = 256;

/// The longest that the end of the program waits for its threads.
const EXIT_PATIENCE: Duration = Duration::from_millis(1_500);

/// Requests to look through files that wait their turn.
const INDEX_REQUESTS_MAX: usize = 16;

/// Orders to look for drafts and to write them that wait their turn.
const DRAFT_ORDERS_MAX: usize = 64;

/// Of these so many may be taken when what is open is to be noted: the others are for drafts.
const NOTED_BEHIND_MAX: usize = DRAFT_ORDERS_MAX / 4;

/// Wakes the screen from another thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Gives the files and folders to look through: at once, or after making them.
pub type MakePaths = Box<dyn FnOnce() -> Vec<PathBuf> + Send>;

/// What the `index` thread is asked for.
pub(super) enum Request {
    /// Look through files; its number, from 1.
    Look(u64, MakePaths),
    /// Take what has come of studies that are open.
    Arrived,
    /// Read images with these attributes, too.
    Ask(Vec<Tag>),
    /// Forget studies.
    Close(Vec<StudyUid>),
}

/// The threads of the program and the channels to them.
pub struct Services {
    index: Option<Sender<Request>>,
    /// Counts requests to look through files.
    asked: AtomicU64,
    /// Requests up to this one are cancelled.
    cancelled: Arc<AtomicU64>,
    /// Its end ends the thread that talks to archives.
    archives: Option<Archives>,
    shelf: Option<Shelf>,
    /// Its end ends the thread, after what waits was written.
    drafts: Option<Sender<DraftOrder>>,
    own_files: Arc<OwnFiles>,
    decoders: Decoders,
    watched: Arc<Watched>,
    /// Its end ends the thread that watches the others.
    watches: Option<Sender<()>>,
    /// What was found last.
    monitors: Arc<Mutex<Option<FoundMonitors>>>,
    /// Its end ends the thread that looks for monitors.
    looks_for_monitors: Option<Sender<()>>,
    events: Receiver<Event>,
    answers: Answers,
    is_dialog_open: Arc<AtomicBool>,
    colors: Arc<Colors>,
    threads: Vec<JoinHandle<()>>,
}

/// A thread could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the system refuses a thread: {0}")]
pub struct ThreadError(#[from] std::io::Error);

/// The way back to the session.
#[derive(Clone)]
pub(super) struct Answers {
    events: Sender<Event>,
    waker: Arc<Mutex<Option<Waker>>>,
    is_ending: Arc<AtomicBool>,
}

impl Answers {
    /// Nobody is woken yet.
    pub(super) fn new(events: Sender<Event>) -> Self {
        Self { events, waker: Arc::default(), is_ending: Arc::default() }
    }

    /// Sends an event and wakes the screen; `false` when the program is ending.
    pub(super) fn send(&self, event: Event) -> bool {
        if self.is_ending.load(Ordering::Relaxed) || self.events.send(event).is_err() {
            return false;
        }
        self.wake();
        true
    }

    pub(super) fn wake(&self) {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(wake) = waker {
            wake();
        }
    }
}

impl Services {
    /// Starts the threads. `decode_threads` 0 means one per core; `kept` is where the reader's own objects lie, `drafts` where what is
    /// not saved does; `asked` are attributes that images are read with, among their hints. Without a store and archives nobody talks
    /// to any.
    pub fn start(
        decode_threads: usize,
        kept: Option<PathBuf>,
        drafts: Option<PathBuf>,
        asked: Vec<Tag>,
        archives: Option<ArchivesOptions>,
        zone: Zone,
    ) -> Result<Self, ThreadError> {
        let (sender, events) = bounded(EVENTS_IN_FLIGHT_MAX);
        let answers = Answers::new(sender);
        let (index, requests) = bounded(INDEX_REQUESTS_MAX);
        let arrivals = Arc::new(Arrivals::new(index.clone()));
        let cancelled = Arc::new(AtomicU64::new(0));
        let colors = Arc::new(Colors::default());
        let watched = Arc::new(Watched::new());
        let mut threads = Vec::new();
        let drafts = match drafts {
            None => None,
            Some(folder) => {
                let (drafts, orders) = bounded(DRAFT_ORDERS_MAX);
                let (answers, seat) = (answers.clone(), watched.seat("keeping drafts"));
                let serve = move || drafts::serve(&orders, folder, &seat, |event| answers.send(event));
                threads.push(spawn("drafts", serve)?);
                Some(drafts)
            }
        };
        let own_files = Arc::new(OwnFiles::default());
        threads.push(spawn("own-files", {
            let (own_files, answers) = (Arc::clone(&own_files), answers.clone());
            let seat = watched.seat(KEEPING);
            move || own_files.serve(&seat, |event| answers.send(event))
        })?);
        threads.push(spawn("index", {
            let index = Index::new(kept, Arc::clone(&colors)).asking(asked).in_zone(zone);
            let cancelled = Arc::clone(&cancelled);
            let answers = answers.clone();
            // It ends when nobody can ask it any more.
            let arrivals = Arc::downgrade(&arrivals);
            let seat = watched.seat("reading headers");
            move || index_requests(&requests, index, &cancelled, &arrivals, &answers, &seat)
        })?);
        let shelf = archives.as_ref().and_then(ArchivesOptions::shelf);
        let archives = match archives {
            None => None,
            Some(options) => {
                let watched = Arc::clone(&watched);
                let (archives, serve) =
                    Archives::new(options, shelf.clone(), answers.clone(), arrivals, watched);
                threads.push(spawn("network", serve)?);
                Some(archives)
            }
        };
        let decoders =
            Decoders::new(decode_threads, Arc::clone(&colors), answers.clone(), Arc::clone(&watched));
        threads.extend(decoders.start()?);
        let (stop_watch, end) = bounded(0);
        threads.push(spawn("watch", {
            let (watched, answers, decoders) = (Arc::clone(&watched), answers.clone(), decoders.clone());
            let help = move |job: &'static str| {
                if job == DECODING {
                    decoders.relieve();
                }
            };
            move || watch(&watched, &end, &answers, help)
        })?);
        Ok(Self {
            index: Some(index),
            archives,
            shelf,
            asked: AtomicU64::new(0),
            cancelled,
            drafts,
            own_files,
            decoders,
            watched,
            watches: Some(stop_watch),
            monitors: Arc::default(),
            looks_for_monitors: None,
            events,
            answers,
            is_dialog_open: Arc::default(),
            colors,
            threads,
        })
    }

    /// Looks for the monitors from now on, for windows that stand on them.
    pub fn look_for_monitors(&mut self) -> Result<(), ThreadError> {
        let (looks, end) = bounded(0);
        let (found, answers) = (Arc::clone(&self.monitors), self.answers.clone());
        self.threads.push(spawn("monitors", move || look_for_monitors(&found, &end, &answers))?);
        self.looks_for_monitors = Some(looks);
        Ok(())
    }

    /// The monitors as they were found last; none before, or when nobody looks for them.
    pub fn monitors(&self) -> Option<FoundMonitors> {
        self.monitors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says how to wake the screen.
    pub fn set_waker(&self, waker: Waker) {
        *self.answers.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    /// Wakes the screen: there is more to do in the next frame.
    pub fn wake(&self) {
        self.answers.wake();
    }

    /// Looks through files and folders; `false` when too many requests wait already.
    #[must_use]
    pub fn index(&self, paths: &[Phi<PathBuf>]) -> bool {
        let paths = paths.iter().map(|path| path.reveal().clone()).collect();
        self.index_made(Box::new(|| paths))
    }

    /// The same for files that are made first, on the `index` thread.
    #[must_use]
    pub fn index_made(&self, make: MakePaths) -> bool {
        let Some(index) = &self.index else { return false };
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        !matches!(index.try_send(Request::Look(number, make)), Err(TrySendError::Full(_)))
    }

    /// Has images read with these attributes, too: those to come, and what protocols look at of those that are here. `false` when too many
    /// requests wait already.
    #[must_use]
    pub fn ask_for(&self, tags: Vec<Tag>) -> bool {
        self.index.as_ref().is_some_and(|index| index.try_send(Request::Ask(tags)).is_ok())
    }

    /// Forgets what was found of studies; `false` when too many requests wait already.
    #[must_use]
    pub fn close(&self, studies: Vec<StudyUid>) -> bool {
        self.index.as_ref().is_some_and(|index| index.try_send(Request::Close(studies)).is_ok())
    }

    /// Forgets pixels that are kept of studies to be subtracted.
    pub(super) fn forget_pixels(&self, closed: &[StudyUid]) {
        self.decoders.forget(closed);
    }

    /// Whether there are archives or a store.
    pub const fn has_archives(&self) -> bool {
        self.archives.is_some()
    }

    /// The store, where there is one and what the reader saves goes from there to archives.
    pub(super) fn outbox(&self) -> Option<Shelf> {
        self.shelf.clone().filter(Shelf::sends)
    }

    /// Asks archives or the store for something; `false` when too many orders wait already, or there are none.
    pub(super) fn order(&self, order: Order) -> bool {
        self.archives.as_ref().is_some_and(|archives| archives.order(order))
    }

    /// Looks for a draft, or replaces one; `false` when too many orders wait already, or drafts are kept nowhere.
    pub fn draft(&self, order: DraftOrder) -> bool {
        let is_note = matches!(order, DraftOrder::Note(..));
        let has_room = |drafts: &&Sender<DraftOrder>| !is_note || drafts.len() < NOTED_BEHIND_MAX;
        self.drafts.as_ref().filter(has_room).is_some_and(|drafts| drafts.try_send(order).is_ok())
    }

    /// Whether drafts are kept.
    pub const fn keeps_drafts(&self) -> bool {
        self.drafts.is_some()
    }

    /// Has a small file that is kept for the reader brought up to date, beside the frames: by what was asked last of it, which does
    /// what was asked before and has not begun, too. A sentence on why it cannot be is told.
    pub(super) fn write_file(
        &self,
        file: &Path,
        job: impl FnOnce(&Path) -> Result<(), String> + Send + 'static,
    ) {
        self.own_files.put(file, job);
    }

    /// Whether such a file is being written, or waits for it.
    pub(super) fn writes_files(&self) -> bool {
        self.own_files.is_busy()
    }

    /// Waits until no such file is; `false` where that takes longer than this.
    pub(super) fn wait_for_files(&self, limit: Duration) -> bool {
        self.own_files.wait(limit)
    }

    /// Ends all looks through files that were asked for so far, after the files that are being read.
    pub fn cancel_index(&self) {
        self.cancelled.store(self.asked.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Replaces the list of frames to decode, the most urgent first. What is being decoded goes on.
    pub fn want(&self, frames: Vec<(FrameKey, Arc<Instance>)>) {
        self.decoders.want(frames);
    }

    /// Replaces the list of covers to make, the most urgent first: before any frame, as their pixels are here already.
    pub fn want_covers(&self, orders: Vec<CoverOrder>) {
        self.decoders.want_covers(orders);
    }

    /// Replaces the list of test patterns to draw: before any frame.
    pub fn want_patterns(&self, orders: Vec<PatternOrder>) {
        self.decoders.want_patterns(orders);
    }

    /// Replaces the list of marks whose values are to be counted: when no frame is wanted.
    pub fn want_counts(&self, orders: Vec<CountOrder>) {
        self.decoders.want_counts(orders);
    }

    /// Replaces the volume whose values are to be counted: when no frame is wanted. A count of another one ends.
    pub fn want_values(&self, order: Option<ValuesOrder>) {
        self.decoders.want_values(order);
    }

    /// Replaces the list of thumbnails to make, the most urgent first: each when no frame is wanted, or when its own is.
    pub fn want_thumbnails(&self, orders: Vec<ThumbnailOrder>) {
        self.decoders.want_thumbnails(orders);
    }

    /// Whether a thumbnail waits or is being made, or its news was not taken yet.
    pub fn makes_thumbnails(&self) -> bool {
        self.decoders.makes_thumbnails()
    }

    /// Makes the transforms to the colours of these monitors, of images that are here and of those to come.
    pub fn set_monitor_profiles(&self, monitors: Vec<Arc<IccProfile>>) {
        let (answers, colors) = (self.answers.clone(), Arc::clone(&self.colors));
        // Not joined at exit: it ends by itself.
        let spawned = spawn("color", move || {
            let send = |transform| answers.send(Event::ColorTransformMade(transform));
            let make = || colors.set_monitors(monitors, send);
            if catch_unwind(AssertUnwindSafe(make)).is_err() {
                answers.send(Event::JobFailed { job: "colours of the monitor" });
            }
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "colours are shown as if the monitor were of sRGB");
        }
    }

    /// Shows the system's file dialog, unless it is open.
    pub fn pick_files(&self) -> Result<(), ThreadError> {
        if self.is_dialog_open.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let (answers, is_open) = (self.answers.clone(), Arc::clone(&self.is_dialog_open));
        // Not joined at exit: the dialog belongs to the desktop and may outlive us.
        let spawned = spawn("dialog", move || {
            let pick = || rfd::FileDialog::new().set_title("Open a folder of DICOM files").pick_folder();
            let folder = catch_unwind(pick).ok().flatten();
            is_open.store(false, Ordering::Release);
            if let Some(folder) = folder {
                answers.send(Event::FilesChosen(vec![Phi::new(folder)]));
            }
        });
        if spawned.is_err() {
            self.is_dialog_open.store(false, Ordering::Release);
        }
        spawned.map(|_detached| ())
    }

    /// News that has come, at most `count`.
    pub fn news(&self, count: usize) -> Vec<Event> {
        let news: Vec<Event> = self.events.try_iter().take(count).collect();
        self.decoders.note_arrived(&news);
        news
    }

    /// Waits for the next news, at most for `limit`.
    pub fn wait(&self, limit: Duration) -> Option<Event> {
        let event = self.events.recv_timeout(limit).ok()?;
        self.decoders.note_arrived(std::slice::from_ref(&event));
        Some(event)
    }

    /// How long a job may come no further before the reader is told, in place of 20 s.
    pub fn be_patient_for(&self, patience: Duration) {
        self.watched.be_patient_for(patience);
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.answers.is_ending.store(true, Ordering::Relaxed);
        self.archives = None;
        self.index = None;
        self.drafts = None;
        self.own_files.end();
        self.looks_for_monitors = None;
        self.watches = None;
        self.decoders.end();
        // A worker may be waiting for room in the channel.
        while self.events.try_recv().is_ok() {}
        wait_for(self.threads.drain(..), || {
            while self.events.try_recv().is_ok() {}
            EXIT_PATIENCE
        });
    }
}

/// Waits at the end of the program for threads, all together for as long as there is patience now, which is asked again and again.
pub(super) fn wait_for(
    threads: impl IntoIterator<Item = JoinHandle<()>>,
    patience_now: impl Fn() -> Duration,
) {
    // By the clock: a busy machine sleeps for much longer than it is told to.
    let clock = Clock::start();
    for thread in threads {
        while !thread.is_finished() && clock.elapsed() < patience_now() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if !thread.is_finished() {
            // It waits for a disk or a network; the process ends without it.
            tracing::warn!(name = thread.thread().name(), "a thread was left to the end of the process");
        } else if thread.join().is_err() {
            tracing::warn!("a thread ended with a panic");
        }
    }
}

/// Starts a thread, by its name.
pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, ThreadError> {
    Ok(std::thread::Builder::new().name(name.to_owned()).spawn(work)?)
}

fn index_requests(
    requests: &Receiver<Request>,
    mut index: Index,
    cancelled: &AtomicU64,
    arrivals: &Weak<Arrivals>,
    answers: &Answers,
    seat: &Seat,
) {
    // Whoever takes the news may take his time.
    let tell = |event| {
        seat.rest();
        let is_heard = answers.send(event);
        seat.beat();
        is_heard
    };
    for request in requests {
        seat.beat();
        let is_ending = || answers.is_ending.load(Ordering::Relaxed);
        let (number, ended, make): (_, _, MakePaths) = match request {
            Request::Look(number, make) => (number, 1, make),
            Request::Close(closed) => {
                let (studies, unreadable) = index.close(&closed);
                if !tell(Event::StudiesClosed { closed, studies, unreadable }) {
                    return;
                }
                seat.rest();
                continue;
            }
            Request::Arrived => {
                let Some(Arrived { paths, declared, ended }) = arrivals.upgrade().map(|all| all.take())
                else {
                    seat.rest();
                    continue;
                };
                index.declare(&declared);
                (u64::MAX, ended, Box::new(|| paths))
            }
            // What lacks them is read again at the end of every run, and so of one without files.
            Request::Ask(tags) => {
                index.ask(tags);
                (u64::MAX, 0, Box::new(Vec::<PathBuf>::new))
            }
        };
        // It is asked before each file.
        let is_cancelled = || {
            seat.beat();
            number <= cancelled.load(Ordering::Relaxed) || is_ending()
        };
        let run = || index.run(&make(), is_cancelled, tell);
        let is_cut_short = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_panic| {
            answers.send(Event::JobFailed { job: "reading headers" });
            true
        });
        seat.rest();
        if !(0..ended).all(|_| answers.send(Event::IndexEnded { is_cut_short })) || is_ending() {
            return;
        }
    }
}
