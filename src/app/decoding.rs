//! What decode threads do: what is wanted, and what is under way.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::dicom::{FrameKey, Instance, InstanceUid, ReadError, read_frame};
use crate::presentation::StateCover;
use crate::render::reduced;
use crate::session::{CountOrder, CountedMark, CoverOrder, Event};
use crate::study::{DisplaySetId, MadeCover};

use super::colors::Colors;
use super::operands::{Operands, Subtracted};
use super::services::Answers;

/// What is to be decoded, the most urgent first, and what is being decoded.
#[derive(Default)]
pub(super) struct DecodeQueue {
    pub(super) state: Mutex<DecodeState>,
    pub(super) changed: Condvar,
}

#[derive(Default)]
pub(super) struct DecodeState {
    pub(super) wanted: VecDeque<(FrameKey, Arc<Instance>)>,
    pub(super) under_way: HashSet<FrameKey>,
    pub(super) covers: VecDeque<CoverOrder>,
    /// The frames that covers are being made over, and of which states.
    pub(super) covers_under_way: HashSet<(FrameKey, InstanceUid)>,
    pub(super) counts: VecDeque<CountOrder>,
    /// The marks whose values are being counted.
    pub(super) counts_under_way: HashSet<u32>,
    pub(super) thumbnails: VecDeque<ThumbnailOrder>,
    /// The images that thumbnails are being made of.
    pub(super) thumbnails_under_way: HashSet<FrameKey>,
    pub(super) is_ending: bool,
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

/// Decodes, draws and counts until the program ends.
pub(super) fn decode_wanted(queue: &DecodeQueue, colors: &Colors, operands: &Operands, answers: &Answers) {
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
