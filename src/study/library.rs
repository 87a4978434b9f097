//! What is loaded now: the studies, the frames whose pixels are here, and what could not be read.

use std::collections::HashMap;
use std::sync::Arc;

use crate::dicom::{Frame, FrameKey, ReadError, Source};

use super::catalogue::Studies;
use super::model::{DisplaySet, DisplaySetId, Series, Study};

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The file, or the member of an archive.
    pub source: Source,
    /// Why.
    pub why: ReadError,
}

/// How far the pixels of a frame have come.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameState {
    /// Here.
    Ready(Arc<Frame>),
    /// They cannot be read.
    Failed(ReadError),
}

impl FrameState {
    /// The pixels, when they are here.
    pub fn ready(&self) -> Option<&Frame> {
        match self {
            Self::Ready(frame) => Some(frame),
            Self::Failed(_) => None,
        }
    }
}

/// Everything that is loaded. Cheap to clone: parts are shared.
#[derive(Debug, Clone, Default)]
pub struct Library {
    studies: Arc<Studies>,
    unreadable: Arc<Vec<Unreadable>>,
    frames: HashMap<FrameKey, FrameState>,
    frame_bytes: u64,
}

impl Library {
    /// Takes what a [`Catalogue`](super::Catalogue) holds now, instead of what it held before.
    pub fn take(&mut self, studies: Arc<Studies>, unreadable: Arc<Vec<Unreadable>>) {
        self.studies = studies;
        self.unreadable = unreadable;
    }

    /// Takes the outcome of reading one frame.
    pub fn put_frame(&mut self, key: FrameKey, state: FrameState) {
        let bytes = |state: &FrameState| match state {
            FrameState::Ready(frame) => frame.bytes(),
            FrameState::Failed(_) => 0,
        };
        self.frame_bytes += bytes(&state);
        if let Some(replaced) = self.frames.insert(key, state) {
            self.frame_bytes -= bytes(&replaced);
        }
    }

    /// Forgets the pixels of a frame; they can be read again.
    pub fn drop_frame(&mut self, key: &FrameKey) {
        if let Some(FrameState::Ready(frame)) = self.frames.remove(key) {
            self.frame_bytes -= frame.bytes();
        }
    }

    /// The pixels of a frame, if they were read.
    pub fn frame(&self, key: &FrameKey) -> Option<&FrameState> {
        self.frames.get(key)
    }

    /// The keys of all frames whose pixels are here, in no order.
    pub fn loaded_frames_unsorted(&self) -> impl Iterator<Item = &FrameKey> {
        self.frames.iter().filter(|(_, state)| matches!(state, FrameState::Ready(_))).map(|(key, _)| key)
    }

    /// Memory that loaded frames take, in bytes.
    pub const fn frame_bytes(&self) -> u64 {
        self.frame_bytes
    }

    /// The studies, newest first.
    pub fn studies(&self) -> &[Study] {
        &self.studies
    }

    /// Files that could not be read.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// Every display set with its series and study, in the order in which "next series" walks.
    pub fn display_sets(&self) -> impl Iterator<Item = (&Study, &Series, &Arc<DisplaySet>)> {
        let of_series = |study, series| move |set| (study, series, set);
        self.studies.iter().flat_map(move |study| {
            let of_study = study.series.iter().map(Arc::as_ref);
            of_study.flat_map(move |series: &Series| series.display_sets.iter().map(of_series(study, series)))
        })
    }

    /// The display set that holds a frame, and the frame's place in it.
    pub fn locate(&self, key: &FrameKey) -> Option<(DisplaySetId, usize)> {
        let (_, series) = self.studies.series(&key.study, &key.series)?;
        let (set, image) = series.locate(&key.instance, key.frame)?;
        Some((series.display_sets.get(set)?.id.clone(), image))
    }

    /// A display set with its series and study.
    pub fn find(&self, id: &DisplaySetId) -> Option<(&Study, &Series, &Arc<DisplaySet>)> {
        let (study, series) = self.studies.series(&id.study, &id.series)?;
        let set = series.display_sets.iter().find(|set| set.id.index == id.index)?;
        Some((study, series, set))
    }
}
