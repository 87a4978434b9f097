//! Threads and channels, all of them:
//!
//! | thread | how many | asked by | answers with | bound |
//! | --- | --- | --- | --- | --- |
//! | `index`, which also saves | 1 | [`Services::index`], `network` with what has come | `Indexing`, `Indexed`, `IndexEnded` | 16 requests |
//! | `network`, with 2 `network-worker`s | 1, where there are archives or a store | [`Services::order`] | `IndexBegun`, `PlacesKnown`, `StudiesFound`, `FindEnded`, `Retrieving`, `StudyChecked`, `ArchiveReached`, `OutgoingChanged` | 256 orders, 64 studies, 64 questions |
//! | `drafts` | 1, where there is a folder | [`Services::draft`] | `DraftRead`, `DraftNotWritten` | 64 orders |
//! | `decode-N` | as configured | [`Services::want`] | `FrameRead` | the wanted list, replaced whole |
//! | the same, before any frame | | [`Services::want_covers`] | `CoverMade` | the list, replaced whole |
//! | the same, when nothing is wanted | | [`Services::want_thumbnails`] | `ThumbnailRead` | the list, replaced whole |
//! | `decode-N`, before a colour image; `index`, before a state of colours | | itself | `ColorTransformMade` | 1 at a time |
//! | `color` | 1 a change | [`Services::set_monitor_profiles`] | `ColorTransformMade` | 1 at a time |
//! | `dialog` | 1 at a time | [`Services::pick_files`] | `FilesChosen` | 1 |
//! | `monitors` | 1, for windows | itself, every second | [`Services::monitors`], and wakes | what was found last |
//! | `monitor` | 1 for each monitor that a window comes to | `ScreenMonitors` in `monitors` | itself, to the window | 64 |
//! | `export` | 1 at a time | `Exporter` in `export` | itself, to the window | 1 |
//! | `bundle` | 1 at a time | `Bundler` in `bundler` | itself, to the window | 1 |
//! | `audit` | 1, where there is an audit trail | `Auditor` in `auditor` | itself, sentences for the reader | 1,024 events, and 1,024 messages that wait for the disk |
//! | `audit-send` | 1, where it is sent | `audit` | the log | 1 wake |
//!
//! All answers come through one channel of [`EVENTS_IN_FLIGHT_MAX`]. Dropping [`Services`] ends the threads.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::color::IccProfile;
use crate::dicom::{FrameKey, Instance, InstanceUid, ReadError, Tag, read_frame};
use crate::presentation::StateCover;
use crate::render::reduced;
use crate::session::{CountOrder, CountedMark, CoverOrder, Event};
use crate::study::{DisplaySetId, MadeCover};
use crate::units::Phi;

use super::archives::{Archives, ArchivesOptions, Arrivals, Arrived, Order, Shelf};
use super::colors::Colors;
use super::drafts::{self, DraftOrder};
use super::index::Index;
use super::monitors::{FoundMonitors, look_for_monitors};
use super::operands::{Operands, Subtracted};

/// Answers under way at once; a worker that has one more waits.
const EVENTS_IN_FLIGHT_MAX: usize = 256;

/// The longest that the end of the program waits for its threads.
const EXIT_PATIENCE_MS: u32 = 1_500;

/// Requests to look through files that wait their turn.
const INDEX_REQUESTS_MAX: usize = 16;

/// Orders to look for drafts and to write them that wait their turn.
const DRAFT_ORDERS_MAX: usize = 64;

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
    decode: Arc<DecodeQueue>,
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

/// What is to be decoded, the most urgent first, and what is being decoded.
#[derive(Default)]
struct DecodeQueue {
    state: Mutex<DecodeState>,
    changed: Condvar,
}

#[derive(Default)]
struct DecodeState {
    wanted: VecDeque<(FrameKey, Arc<Instance>)>,
    under_way: HashSet<FrameKey>,
    covers: VecDeque<CoverOrder>,
    /// The frames that covers are being made over, and of which states.
    covers_under_way: HashSet<(FrameKey, InstanceUid)>,
    counts: VecDeque<CountOrder>,
    /// The marks whose values are being counted.
    counts_under_way: HashSet<u32>,
    thumbnails: VecDeque<ThumbnailOrder>,
    /// The images that thumbnails are being made of.
    thumbnails_under_way: HashSet<FrameKey>,
    is_ending: bool,
}

/// A thumbnail to be made.
#[derive(Debug)]
pub struct ThumbnailOrder {
    /// Of what.
    pub set: DisplaySetId,
    /// Of which of its images.
    pub key: FrameKey,
    /// That image's object.
    pub instance: Arc<Instance>,
}

/// What a decode thread does next.
enum Job {
    Cover(CoverOrder),
    Count(Box<CountOrder>),
    Frame(FrameJob),
}

/// A frame to decode, and what for: at least one of both.
struct FrameJob {
    key: FrameKey,
    instance: Arc<Instance>,
    is_wanted: bool,
    thumbnail_of: Option<DisplaySetId>,
}

impl Services {
    /// Starts the threads. `decode_threads` 0 means one per core; `kept` is where the reader's own objects lie; `asked` are
    /// attributes that images are read with, among their hints. Without a store and archives nobody talks to any.
    pub fn start(
        decode_threads: usize,
        kept: Option<PathBuf>,
        asked: Vec<Tag>,
        archives: Option<ArchivesOptions>,
    ) -> Result<Self, ThreadError> {
        let (sender, events) = bounded(EVENTS_IN_FLIGHT_MAX);
        let answers = Answers::new(sender);
        let (index, requests) = bounded(INDEX_REQUESTS_MAX);
        let arrivals = Arc::new(Arrivals::new(index.clone()));
        let cancelled = Arc::new(AtomicU64::new(0));
        let colors = Arc::new(Colors::default());
        let mut threads = Vec::new();
        let drafts = match &kept {
            None => None,
            Some(kept) => {
                let (drafts, orders) = bounded(DRAFT_ORDERS_MAX);
                let (kept, answers) = (kept.clone(), answers.clone());
                let serve = move || drafts::serve(&orders, &kept, |event| answers.send(event));
                threads.push(spawn("drafts", serve)?);
                Some(drafts)
            }
        };
        threads.push(spawn("index", {
            let index = Index::new(kept, Arc::clone(&colors)).asking(asked);
            let cancelled = Arc::clone(&cancelled);
            let answers = answers.clone();
            // It ends when nobody can ask it any more.
            let arrivals = Arc::downgrade(&arrivals);
            move || index_requests(&requests, index, &cancelled, &arrivals, &answers)
        })?);
        let shelf = archives.as_ref().and_then(ArchivesOptions::shelf);
        let archives = match archives {
            None => None,
            Some(options) => {
                let (archives, serve) = Archives::new(options, shelf.clone(), answers.clone(), arrivals);
                threads.push(spawn("network", serve)?);
                Some(archives)
            }
        };
        let decode = Arc::new(DecodeQueue::default());
        let operands = Arc::new(Operands::default());
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let count = if decode_threads == 0 { cores } else { decode_threads };
        for number in 0..count {
            let (queue, colors, answers) = (Arc::clone(&decode), Arc::clone(&colors), answers.clone());
            let operands = Arc::clone(&operands);
            let work = move || decode_wanted(&queue, &colors, &operands, &answers);
            threads.push(spawn(&format!("decode-{number}"), work)?);
        }
        Ok(Self {
            index: Some(index),
            archives,
            shelf,
            asked: AtomicU64::new(0),
            cancelled,
            drafts,
            decode,
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
        self.drafts.as_ref().is_some_and(|drafts| drafts.try_send(order).is_ok())
    }

    /// Ends all looks through files that were asked for so far, after the files that are being read.
    pub fn cancel_index(&self) {
        self.cancelled.store(self.asked.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Replaces the list of frames to decode, the most urgent first. What is being decoded goes on.
    pub fn want(&self, frames: Vec<(FrameKey, Arc<Instance>)>) {
        let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wanted = frames.into();
        self.decode.changed.notify_all();
    }

    /// Replaces the list of covers to make, the most urgent first: before any frame, as their pixels are here already.
    pub fn want_covers(&self, orders: Vec<CoverOrder>) {
        let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.covers = orders.into();
        self.decode.changed.notify_all();
    }

    /// Replaces the list of marks whose values are to be counted: when no frame is wanted.
    pub fn want_counts(&self, orders: Vec<CountOrder>) {
        let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.counts = orders.into();
        self.decode.changed.notify_all();
    }

    /// Replaces the list of thumbnails to make, the most urgent first: each when no frame is wanted, or when its own is.
    pub fn want_thumbnails(&self, orders: Vec<ThumbnailOrder>) {
        let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.thumbnails = orders.into();
        self.decode.changed.notify_all();
    }

    /// Whether a thumbnail waits or is being made, or its news was not taken yet.
    pub fn makes_thumbnails(&self) -> bool {
        let state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        !state.thumbnails.is_empty() || !state.thumbnails_under_way.is_empty()
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
        self.note_arrived(&news);
        news
    }

    /// Waits for the next news, at most for `limit`.
    pub fn wait(&self, limit: Duration) -> Option<Event> {
        let event = self.events.recv_timeout(limit).ok()?;
        self.note_arrived(std::slice::from_ref(&event));
        Some(event)
    }

    /// A frame is under way until its news is taken: else it would be asked for twice.
    fn note_arrived(&self, news: &[Event]) {
        let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
        for event in news {
            match event {
                Event::FrameRead { key, .. } => drop(state.under_way.remove(key)),
                Event::CoverMade(MadeCover { key, state: of, .. }) => {
                    state.covers_under_way.remove(&(key.clone(), of.uid.clone()));
                }
                Event::MarkCounted(counted) => drop(state.counts_under_way.remove(&counted.order.id)),
                Event::ThumbnailRead { key, .. } => drop(state.thumbnails_under_way.remove(key)),
                _ => {}
            }
        }
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.answers.is_ending.store(true, Ordering::Relaxed);
        self.archives = None;
        self.index = None;
        self.drafts = None;
        self.looks_for_monitors = None;
        {
            let mut state = self.decode.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.is_ending = true;
            state.wanted.clear();
            state.covers.clear();
            state.counts.clear();
            state.thumbnails.clear();
        }
        self.decode.changed.notify_all();
        // A worker may be waiting for room in the channel.
        while self.events.try_recv().is_ok() {}
        let mut patience_ms = EXIT_PATIENCE_MS;
        for thread in self.threads.drain(..) {
            while !thread.is_finished() && patience_ms > 0 {
                while self.events.try_recv().is_ok() {}
                std::thread::sleep(Duration::from_millis(1));
                patience_ms -= 1;
            }
            if !thread.is_finished() {
                // It waits for a disk or a network; the process ends without it.
                tracing::warn!(name = thread.thread().name(), "a thread was left to the end of the process");
                continue;
            }
            if thread.join().is_err() {
                tracing::warn!("a thread ended with a panic");
            }
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, ThreadError> {
    Ok(std::thread::Builder::new().name(name.to_owned()).spawn(work)?)
}

fn index_requests(
    requests: &Receiver<Request>,
    mut index: Index,
    cancelled: &AtomicU64,
    arrivals: &Weak<Arrivals>,
    answers: &Answers,
) {
    for request in requests {
        let is_ending = || answers.is_ending.load(Ordering::Relaxed);
        let (number, ended, make): (_, _, MakePaths) = match request {
            Request::Look(number, make) => (number, 1, make),
            Request::Arrived => {
                let Some(Arrived { paths, declared, ended }) = arrivals.upgrade().map(|all| all.take())
                else {
                    continue;
                };
                index.declare(&declared);
                (u64::MAX, ended, Box::new(|| paths))
            }
        };
        let is_cancelled = || number <= cancelled.load(Ordering::Relaxed) || is_ending();
        let run = || index.run(&make(), is_cancelled, |event| answers.send(event));
        let is_cut_short = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_panic| {
            answers.send(Event::JobFailed { job: "reading headers" });
            true
        });
        if !(0..ended).all(|_| answers.send(Event::IndexEnded { is_cut_short })) || is_ending() {
            return;
        }
    }
}

fn decode_wanted(queue: &DecodeQueue, colors: &Colors, operands: &Operands, answers: &Answers) {
    while let Some(job) = next_job(queue) {
        let FrameJob { key, instance, is_wanted, thumbnail_of } = match job {
            Job::Frame(job) => job,
            Job::Cover(order) => {
                if !answers.send(Event::CoverMade(made(order))) {
                    return;
                }
                continue;
            }
            Job::Count(order) => {
                let measurement = catch_unwind(AssertUnwindSafe(|| order.count())).ok();
                if !answers.send(Event::MarkCounted(Box::new(CountedMark { order: *order, measurement }))) {
                    return;
                }
                continue;
            }
        };
        let read = || match &key.subtraction {
            None => Ok((Arc::new(read_frame(&instance, key.frame)?), None)),
            Some(subtraction) => {
                let Subtracted { frame, stored } = operands.subtract(&instance, &key, subtraction)?;
                Ok((frame, stored))
            }
        };
        // A decoder that stops with a panic has failed for good: asking again would only repeat it.
        let result = catch_unwind(AssertUnwindSafe(read))
            .unwrap_or_else(|_panic| Err(ReadError::Damaged { why: "its decoder stopped".to_owned() }));
        let (result, stored) = match result {
            Ok((frame, stored)) => (Ok(frame), stored),
            Err(why) => (Err(why), None),
        };
        if instance.pixels.is_color() {
            // Before the pixels: they are never seen in other colours first.
            colors.make(instance.usable_profile(), |transform| {
                answers.send(Event::ColorTransformMade(transform))
            });
        }
        let thumbnail = thumbnail_of.map(|set| {
            let result = result.as_ref().map(|frame| Arc::new(reduced(frame))).map_err(Clone::clone);
            Event::ThumbnailRead { set, key: key.clone(), result }
        });
        // A frame that is not wanted goes here.
        let stored = stored.filter(|_| is_wanted);
        let stored = stored.map(|frame| Event::FrameRead { key: key.stored(), result: Ok(frame) });
        let frame = is_wanted.then_some(Event::FrameRead { key, result });
        if !frame.into_iter().chain(stored).chain(thumbnail).all(|event| answers.send(event)) {
            return;
        }
    }
}

/// Makes a cover; one that cannot be drawn says so, and the image is shown without.
fn made(CoverOrder { state, key, instance, frame }: CoverOrder) -> MadeCover {
    let draw = || state.cover(&instance, key.frame, &frame);
    let cover = catch_unwind(AssertUnwindSafe(draw)).unwrap_or_else(|_panic| StateCover::not_drawn());
    MadeCover { state, key, frame, cover: Arc::new(cover) }
}

/// Waits for the most urgent frame that nobody decodes yet; `None` when the program is ending.
fn next_job(queue: &DecodeQueue) -> Option<Job> {
    let mut state = queue.state.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if state.is_ending {
            return None;
        }
        while let Some(order) = state.covers.pop_front() {
            if state.covers_under_way.insert((order.key.clone(), order.state.uid.clone())) {
                return Some(Job::Cover(order));
            }
        }
        while let Some((key, instance)) = state.wanted.pop_front() {
            if state.under_way.insert(key.clone()) {
                let place = state.thumbnails.iter().position(|order| order.key == key);
                let order = place.and_then(|place| state.thumbnails.remove(place));
                let thumbnail_of = order.map(|order| order.set);
                if thumbnail_of.is_some() {
                    state.thumbnails_under_way.insert(key.clone());
                }
                return Some(Job::Frame(FrameJob { key, instance, is_wanted: true, thumbnail_of }));
            }
        }
        while let Some(order) = state.counts.pop_front() {
            if state.counts_under_way.insert(order.id) {
                return Some(Job::Count(Box::new(order)));
            }
        }
        while let Some(ThumbnailOrder { set, key, instance }) = state.thumbnails.pop_front() {
            if state.thumbnails_under_way.insert(key.clone()) {
                let job = FrameJob { key, instance, is_wanted: false, thumbnail_of: Some(set) };
                return Some(Job::Frame(job));
            }
        }
        state = queue.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}
