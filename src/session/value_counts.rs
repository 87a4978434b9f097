//! How often values occur in the volume whose transfer function is changed: what is to be counted, and what was.

use std::sync::Arc;

use crate::dicom::StudyUid;
use crate::study::{DisplaySetId, Library};
use crate::volume::{Histogram, Uncounted, Volume};

use super::state::Session;

/// Which voxels are counted: those of a display set, as far as they have come. Equal ones hold equal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedVoxels {
    /// The display set.
    pub set: DisplaySetId,
    /// Its images.
    pub images: usize,
    /// The planes of its volume that have voxels.
    pub planes: usize,
}

/// A volume whose values are to be counted.
#[derive(Debug, Clone)]
pub struct ValuesOrder {
    /// Which voxels.
    pub of: CountedVoxels,
    /// The volume.
    pub volume: Arc<Volume>,
}

/// How often values occur in a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedValues {
    /// Of which voxels.
    pub of: CountedVoxels,
    /// How often; nothing where there are no values, all are alike, or the count stopped with a panic.
    pub histogram: Option<Histogram>,
}

impl ValuesOrder {
    /// Counts, as long as `is_wanted` says so.
    pub fn count(&self, is_wanted: impl Fn() -> bool) -> Result<CountedValues, Uncounted> {
        let histogram = Histogram::of(&self.volume, is_wanted)?;
        Ok(CountedValues { of: self.of.clone(), histogram })
    }
}

impl Session {
    /// The volume whose values are to be counted: that of the rendering whose transfer function the reader changes, unless it was.
    pub fn wanted_values(&self, library: &Library) -> Option<ValuesOrder> {
        let (of, volume) = self.edited_voxels(library)?;
        (self.values.as_ref().map(|counted| &counted.of) != Some(&of)).then_some(ValuesOrder { of, volume })
    }

    /// How often values occur in the volume whose transfer function the reader changes, where they were counted.
    pub fn histogram(&self, library: &Library) -> Option<&Histogram> {
        let (of, _) = self.edited_voxels(library)?;
        self.values.as_ref().filter(|counted| counted.of == of)?.histogram.as_ref()
    }

    fn edited_voxels(&self, library: &Library) -> Option<(CountedVoxels, Arc<Volume>)> {
        self.edited_transfer().filter(|_| self.edits_transfer())?;
        let source = self.focused_viewport()?.source.as_ref()?;
        let (.., set) = library.find(&source.display_set)?;
        let volume = library.volume(set).ok()?;
        let planes = volume.slices().iter().flatten().count();
        Some((CountedVoxels { set: set.id.clone(), images: set.images.len(), planes }, volume))
    }

    /// Takes what was counted, unless other voxels are looked at by now.
    pub(super) fn take_values(&mut self, counted: &CountedValues, library: &Library) {
        if self.edited_voxels(library).is_some_and(|(of, _)| of == counted.of) {
            self.values = Some(counted.clone());
        }
    }

    /// Forgets what was counted in studies that are closed.
    pub(super) fn forget_values(&mut self, closed: &[StudyUid]) {
        self.values = self.values.take().filter(|counted| !closed.contains(&counted.of.set.study));
    }
}
