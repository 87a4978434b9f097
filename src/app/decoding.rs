//! The threads `decode-N`: frames, what states lay over them, test patterns, values of marks and volumes, small pictures; the most urgent first.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::dicom::{FrameKey, Instance, InstanceUid, ReadError, StudyUid, read_frame};
use crate::presentation::StateCover;
use crate::render::reduced;
use crate::session::{
    CountOrder, CountedMark, CountedValues, CountedVoxels, CoverOrder, Event, PatternOrder, ValuesOrder,
};
use crate::study::{DisplaySetId, MadeCover};

use super::colors::Colors;
use super::operands::{Operands, Subtracted};
use super::pattern::pattern_frame;
use super::services::{Answers, ThreadError, spawn};
use super::watch::{Seat, Watched};

/// What the threads do, in words.
pub(super) const DECODING: &str = "decoding an image";

/// The threads, and what they share.
#[derive(Clone)]
pub(super) struct Decoders {
    queue: Arc<Queue>,
    colors: Arc<Colors>,
    operands: Arc<Operands>,
    answers: Answers,
    watched: Arc<Watched>,
    /// How many there are at first, and how many were started in all.
    wanted: usize,
    started: Arc<AtomicUsize>,
}

/// What is to be decoded, the most urgent first, and what is being decoded.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    wanted: VecDeque<(FrameKey, Arc<Instance>)>,
    under_way: HashSet<FrameKey>,
    covers: VecDeque<CoverOrder>,
    /// The frames that covers are being made over, and of which states.
    covers_under_way: HashSet<(FrameKey, InstanceUid)>,
    /// They are frames, and under way as such.
    patterns: Vec<PatternOrder>,
    counts: VecDeque<CountOrder>,
    /// The marks whose values are being counted.
    counts_under_way: HashSet<u32>,
    values: Option<ValuesOrder>,
    values_under_way: Option<ValuesUnderWay>,
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

/// A volume whose values are being counted, or were and their news was not taken yet: one at most.
struct ValuesUnderWay {
    of: CountedVoxels,
    /// Another one is wanted, or none.
    is_unwanted: Arc<AtomicBool>,
}

/// What a decode thread does next.
enum Job {
    Cover(CoverOrder),
    Pattern(PatternOrder),
    Count(Box<CountOrder>),
    Values(ValuesOrder, Arc<AtomicBool>),
    Frame(FrameJob),
}

/// A frame to decode, and what for: at least one of both.
struct FrameJob {
    key: FrameKey,
    instance: Arc<Instance>,
    is_wanted: bool,
    thumbnail_of: Option<DisplaySetId>,
}

impl Decoders {
    /// No thread yet; 0 threads mean one per core.
    pub(super) fn new(threads: usize, colors: Arc<Colors>, answers: Answers, watched: Arc<Watched>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            queue: Arc::default(),
            colors,
            operands: Arc::default(),
            answers,
            watched,
            wanted: if threads == 0 { cores } else { threads },
            started: Arc::default(),
        }
    }

    /// Starts as many threads as are wanted.
    pub(super) fn start(&self) -> Result<Vec<JoinHandle<()>>, ThreadError> {
        (0..self.wanted).map(|_| self.start_one()).collect()
    }

    fn start_one(&self) -> Result<JoinHandle<()>, ThreadError> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let own = self.clone();
        spawn(&format!("decode-{number}"), move || own.work())
    }

    /// One more in place of one that comes no further, as often as there are threads: what lies elsewhere is decoded meanwhile.
    /// Nobody waits for it at the end.
    pub(super) fn relieve(&self) {
        if self.started.load(Ordering::Relaxed) >= self.wanted * 2 {
            return;
        }
        if let Err(error) = self.start_one() {
            tracing::warn!(%error, "a decode thread that comes no further is not relieved");
        }
    }

    /// Replaces the list of frames to decode, the most urgent first. What is being decoded goes on.
    pub(super) fn want(&self, frames: Vec<(FrameKey, Arc<Instance>)>) {
        self.queue.lock().wanted = frames.into();
        self.queue.changed.notify_all();
    }

    /// The same of covers: before any frame, as their pixels are here already.
    pub(super) fn want_covers(&self, orders: Vec<CoverOrder>) {
        self.queue.lock().covers = orders.into();
        self.queue.changed.notify_all();
    }

    /// The same of test patterns: before any frame.
    pub(super) fn want_patterns(&self, orders: Vec<PatternOrder>) {
        self.queue.lock().patterns = orders;
        self.queue.changed.notify_all();
    }

    /// The same of marks whose values are to be counted: when no frame is wanted.
    pub(super) fn want_counts(&self, orders: Vec<CountOrder>) {
        self.queue.lock().counts = orders.into();
        self.queue.changed.notify_all();
    }

    /// Replaces the volume whose values are to be counted: when no frame is wanted. A count of another one ends.
    pub(super) fn want_values(&self, order: Option<ValuesOrder>) {
        let mut state = self.queue.lock();
        let wanted = order.as_ref().map(|order| &order.of);
        let is_under_way = match &state.values_under_way {
            // One that was not wanted for a while ends all the same.
            Some(ValuesUnderWay { of, is_unwanted })
                if Some(of) == wanted && !is_unwanted.load(Ordering::Relaxed) =>
            {
                true
            }
            Some(under_way) => {
                under_way.is_unwanted.store(true, Ordering::Relaxed);
                false
            }
            None => false,
        };
        state.values = order.filter(|_| !is_under_way);
        drop(state);
        self.queue.changed.notify_all();
    }

    /// The same of thumbnails: each when no frame is wanted, or when its own is.
    pub(super) fn want_thumbnails(&self, orders: Vec<ThumbnailOrder>) {
        self.queue.lock().thumbnails = orders.into();
        self.queue.changed.notify_all();
    }

    /// Whether a thumbnail waits or is being made, or its news was not taken yet.
    pub(super) fn makes_thumbnails(&self) -> bool {
        let state = self.queue.lock();
        !state.thumbnails.is_empty() || !state.thumbnails_under_way.is_empty()
    }

    /// A frame is under way until its news is taken: else it would be asked for twice.
    pub(super) fn note_arrived(&self, news: &[Event]) {
        let mut state = self.queue.lock();
        for event in news {
            match event {
                Event::FrameRead { key, .. } => drop(state.under_way.remove(key)),
                Event::CoverMade(MadeCover { key, state: of, .. }) => {
                    state.covers_under_way.remove(&(key.clone(), of.uid.clone()));
                }
                Event::MarkCounted(counted) => drop(state.counts_under_way.remove(&counted.order.id)),
                Event::ValuesCounted(_) => state.values_under_way = None,
                Event::ThumbnailRead { key, .. } => drop(state.thumbnails_under_way.remove(key)),
                _ => {}
            }
        }
    }

    /// Forgets what is kept of studies to be subtracted: they are closed.
    pub(super) fn forget(&self, closed: &[StudyUid]) {
        self.operands.forget(closed);
    }

    /// The threads end after what they are at.
    pub(super) fn end(&self) {
        {
            let mut state = self.queue.lock();
            state.is_ending = true;
            state.wanted.clear();
            state.covers.clear();
            state.patterns.clear();
            state.counts.clear();
            state.values = None;
            if let Some(under_way) = &state.values_under_way {
                under_way.is_unwanted.store(true, Ordering::Relaxed);
            }
            state.thumbnails.clear();
        }
        self.queue.changed.notify_all();
    }

    fn work(&self) {
        let seat = self.watched.seat(DECODING);
        while let Some(job) = self.queue.next_job() {
            seat.beat();
            let news = match job {
                Job::Frame(job) => {
                    if !self.decode(job, &seat) {
                        return;
                    }
                    continue;
                }
                Job::Cover(order) => Event::CoverMade(made(order)),
                Job::Pattern(order) => Event::FrameRead { result: pattern_frame(&order), key: order.key },
                Job::Count(order) => {
                    let measurement = catch_unwind(AssertUnwindSafe(|| order.count())).ok();
                    Event::MarkCounted(Box::new(CountedMark { order: *order, measurement }))
                }
                Job::Values(order, is_unwanted) => {
                    let Some(counted) = values(&order, &is_unwanted) else {
                        self.queue.lock().values_under_way = None;
                        seat.rest();
                        continue;
                    };
                    Event::ValuesCounted(Box::new(counted))
                }
            };
            // Whoever takes the news may take his time.
            seat.rest();
            if !self.answers.send(news) {
                return;
            }
        }
    }

    /// Decodes a frame and sends what comes of it; `false` when the program is ending.
    fn decode(&self, job: FrameJob, seat: &Seat) -> bool {
        let FrameJob { key, instance, is_wanted, thumbnail_of } = job;
        let read = || match &key.subtraction {
            None => Ok((Arc::new(read_frame(&instance, key.frame)?), None)),
            Some(subtraction) => {
                let Subtracted { frame, stored } = self.operands.subtract(&instance, &key, subtraction)?;
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
        let thumbnail = thumbnail_of.map(|set| {
            let result = result.as_ref().map(|frame| Arc::new(reduced(frame))).map_err(Clone::clone);
            Event::ThumbnailRead { set, key: key.clone(), result }
        });
        seat.rest();
        if instance.pixels.is_color() {
            // Before the pixels: they are never seen in other colours first.
            self.colors.make(instance.usable_profile(), |transform| {
                self.answers.send(Event::ColorTransformMade(transform))
            });
        }
        // A frame that is not wanted goes here.
        let stored = stored.filter(|_| is_wanted);
        let stored = stored.map(|frame| Event::FrameRead { key: key.stored(), result: Ok(frame) });
        let frame = is_wanted.then_some(Event::FrameRead { key, result });
        frame.into_iter().chain(stored).chain(thumbnail).all(|event| self.answers.send(event))
    }
}

/// Counts the values of a volume; nothing where another one is wanted meanwhile. A count that stops with a panic has found nothing.
fn values(order: &ValuesOrder, is_unwanted: &AtomicBool) -> Option<CountedValues> {
    let count = || order.count(|| !is_unwanted.load(Ordering::Relaxed)).ok();
    let nothing = || Some(CountedValues { of: order.of.clone(), histogram: None });
    catch_unwind(AssertUnwindSafe(count)).unwrap_or_else(|_panic| nothing())
}

/// Makes a cover; one that cannot be drawn says so, and the image is shown without.
fn made(CoverOrder { state, key, instance, frame }: CoverOrder) -> MadeCover {
    let draw = || state.cover(&instance, key.frame, &frame);
    let cover = catch_unwind(AssertUnwindSafe(draw)).unwrap_or_else(|_panic| StateCover::not_drawn());
    MadeCover { state, key, frame, cover: Arc::new(cover) }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the most urgent frame that nobody decodes yet; `None` when the program is ending.
    fn next_job(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_ending {
                return None;
            }
            while let Some(order) = state.covers.pop_front() {
                if state.covers_under_way.insert((order.key.clone(), order.state.uid.clone())) {
                    return Some(Job::Cover(order));
                }
            }
            while let Some(order) = state.patterns.pop() {
                if state.under_way.insert(order.key.clone()) {
                    return Some(Job::Pattern(order));
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
            if state.values_under_way.is_none()
                && let Some(order) = state.values.take()
            {
                let is_unwanted = Arc::new(AtomicBool::new(false));
                let under_way =
                    ValuesUnderWay { of: order.of.clone(), is_unwanted: Arc::clone(&is_unwanted) };
                state.values_under_way = Some(under_way);
                return Some(Job::Values(order, is_unwanted));
            }
            while let Some(ThumbnailOrder { set, key, instance }) = state.thumbnails.pop_front() {
                if state.thumbnails_under_way.insert(key.clone()) {
                    let job = FrameJob { key, instance, is_wanted: false, thumbnail_of: Some(set) };
                    return Some(Job::Frame(job));
                }
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use crate::dicom::{Frame, Pixels, SeriesUid, StudyUid};
    use crate::geometry::{Map, Point, Vector};
    use crate::grayscale::ModalityLut;
    use crate::volume::{Layer, Slice, Volume};

    use super::*;

    /// Two planes of 2×2 pixels, of a display set with so many images.
    fn order(images: usize) -> ValuesOrder {
        let plane = |first: u16| {
            let words = (first..first + 4).collect();
            let pixels = Pixels::Words { is_signed: false, words };
            let frame = Arc::new(Frame { rows: 2, columns: 2, pixels, cover: None });
            Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
        };
        let axes = [Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, 1.0)];
        let [x, y, z] = axes;
        let map = Map::from_axes(x, y, z, Point::new(0.0, 0.0, 0.0));
        let volume = Volume::new((2, 2), vec![plane(0), plane(4)], map).expect("a volume");
        let (study, series) = (StudyUid::new("2.25.1"), SeriesUid::new("2.25.2"));
        let set = DisplaySetId { study, series, index: 0 };
        ValuesOrder { of: CountedVoxels { set, images, planes: 2 }, volume: Arc::new(volume) }
    }

    fn next(decoders: &Decoders) -> (ValuesOrder, Arc<AtomicBool>) {
        match decoders.queue.next_job() {
            Some(Job::Values(order, is_unwanted)) => (order, is_unwanted),
            _ => panic!("no values to count"),
        }
    }

    #[test]
    fn a_count_ends_when_the_volume_changes_and_one_goes_on_at_a_time() {
        let (sender, _events) = bounded(1);
        let decoders = Decoders::new(1, Arc::default(), Answers::new(sender), Arc::new(Watched::new()));
        decoders.want_values(Some(order(1)));
        let (first, is_unwanted) = next(&decoders);
        assert_eq!(values(&first, &is_unwanted).and_then(|it| it.histogram).map(|it| it.high), Some(7.0));
        decoders.want_values(Some(order(1)));
        assert!(!is_unwanted.load(Ordering::Relaxed), "the same one goes on");
        assert!(decoders.queue.lock().values.is_none(), "and is not counted twice");
        decoders.want_values(Some(order(2)));
        assert!(is_unwanted.load(Ordering::Relaxed));
        assert_eq!(values(&first, &is_unwanted), None, "it has ended");
        let counted = CountedValues { of: first.of, histogram: None };
        decoders.note_arrived(&[Event::ValuesCounted(Box::new(counted))]);
        assert_eq!(next(&decoders).0.of.images, 2);
        decoders.want_values(None);
        decoders.want_values(Some(order(2)));
        assert!(decoders.queue.lock().values.is_some(), "one that was told to end is no count");
    }
}
