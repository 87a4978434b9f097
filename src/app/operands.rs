//! Frames that others are made of, kept by the decode threads: a mask is decoded once, and not for every frame that it is
//! subtracted from.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::dicom::{
    Frame, FrameKey, Instance, ReadError, StudyUid, Subtraction, read_frame, read_subtracted,
};

/// The most bytes that are kept. A larger frame is not kept at all.
const BYTES_MAX: u64 = 128 << 20;

/// The last used frames, as they are stored.
#[derive(Debug, Default)]
pub(super) struct Operands(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The last used last.
    frames: VecDeque<(FrameKey, Arc<Frame>)>,
    bytes: u64,
}

/// A frame less its mask, and with it the frame itself where that was decoded just now: taking the mask away costs nothing.
pub(super) struct Subtracted {
    pub frame: Arc<Frame>,
    pub stored: Option<Arc<Frame>>,
}

impl Operands {
    /// Makes a frame less its mask.
    pub(super) fn subtract(
        &self,
        instance: &Instance,
        key: &FrameKey,
        subtraction: &Subtraction,
    ) -> Result<Subtracted, ReadError> {
        let mut stored = None;
        let frame = read_subtracted(instance, key.frame, subtraction, |number| {
            let operand = FrameKey { frame: number, ..key.stored() };
            if let Some(frame) = self.take_note(&operand) {
                return Ok(frame);
            }
            let frame = Arc::new(read_frame(instance, number)?);
            self.keep(operand, Arc::clone(&frame));
            if number == key.frame {
                stored = Some(Arc::clone(&frame));
            }
            Ok(frame)
        })?;
        Ok(Subtracted { frame: Arc::new(frame), stored })
    }

    /// A frame that is kept, which is now the last used.
    fn take_note(&self, key: &FrameKey) -> Option<Arc<Frame>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.frames.iter().position(|(known, _)| known == key)?;
        let used = kept.frames.remove(place)?;
        let frame = Arc::clone(&used.1);
        kept.frames.push_back(used);
        Some(frame)
    }

    /// Forgets those of studies that are closed.
    pub(super) fn forget(&self, closed: &[StudyUid]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.frames.retain(|(key, _)| !closed.contains(&key.study));
        kept.bytes = kept.frames.iter().map(|(_, frame)| frame.bytes()).sum();
    }

    fn keep(&self, key: FrameKey, frame: Arc<Frame>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if frame.bytes() > BYTES_MAX || kept.frames.iter().any(|(known, _)| *known == key) {
            return;
        }
        kept.bytes += frame.bytes();
        kept.frames.push_back((key, frame));
        while kept.bytes > BYTES_MAX {
            let Some((_, oldest)) = kept.frames.pop_front() else { return };
            kept.bytes -= oldest.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::{InstanceUid, Pixels, SeriesUid};

    #[test]
    fn of_a_study_that_is_closed_nothing_is_kept() {
        let key = |study: &str| FrameKey {
            study: StudyUid::new(study),
            series: SeriesUid::new("2.25.8"),
            instance: InstanceUid::new("2.25.9"),
            frame: 0,
            subtraction: None,
        };
        let frame = Arc::new(Frame {
            rows: 1,
            columns: 2,
            pixels: Pixels::Words { is_signed: false, words: vec![1, 2] },
            cover: None,
        });
        let operands = Operands::default();
        let [goes, stays] = ["2.25.1", "2.25.2"].map(key);
        for key in [&goes, &stays] {
            operands.keep(key.clone(), Arc::clone(&frame));
        }
        operands.forget(std::slice::from_ref(&goes.study));
        assert!(operands.take_note(&goes).is_none() && operands.take_note(&stays).is_some());
        assert_eq!(operands.0.lock().expect("nobody panics").bytes, frame.bytes());
    }
}
