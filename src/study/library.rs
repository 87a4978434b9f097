//! What is loaded now: the studies, the frames whose pixels are here, and what could not be read.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::dicom::{Frame, FrameKey, Instance, ReadError};
use crate::units::Phi;

use super::assemble::assemble;
use super::model::{DisplaySet, DisplaySetId, Series, Study};

/// A file that could not be read, and why. Its path may name the patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The file.
    pub path: Phi<Arc<Path>>,
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

/// Everything that is loaded. Cheap to clone: parts are shared.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// By file: a file that is opened again replaces itself.
    instances: BTreeMap<Phi<Arc<Path>>, Arc<Instance>>,
    studies: Arc<Vec<Study>>,
    unreadable: Arc<Vec<Unreadable>>,
    frames: HashMap<FrameKey, FrameState>,
    frame_bytes: u64,
}

impl Library {
    /// Adds what an indexing run found.
    pub fn add(
        &mut self,
        instances: impl IntoIterator<Item = Arc<Instance>>,
        unreadable: impl IntoIterator<Item = Unreadable>,
    ) {
        self.instances.extend(instances.into_iter().map(|instance| (instance.path.clone(), instance)));
        self.studies = Arc::new(assemble(self.instances.values().cloned()));
        let known = Arc::make_mut(&mut self.unreadable);
        known.extend(unreadable);
        known.sort_by(|a, b| a.path.cmp(&b.path));
        known.dedup_by(|a, b| a.path == b.path);
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
        self.studies.iter().flat_map(|study| {
            study
                .series
                .iter()
                .flat_map(move |series| series.display_sets.iter().map(move |set| (study, series, set)))
        })
    }

    /// The display set that holds a frame, and the frame's place in it.
    pub fn locate(&self, key: &FrameKey) -> Option<(DisplaySetId, usize)> {
        self.display_sets().find_map(|(_, _, set)| {
            let place = set.images.iter().position(|image| image.key() == *key)?;
            Some((set.id.clone(), place))
        })
    }

    /// A display set with its series and study.
    pub fn find(&self, id: &DisplaySetId) -> Option<(&Study, &Series, &Arc<DisplaySet>)> {
        self.display_sets().find(|(_, _, set)| set.id == *id)
    }
}
