//! What will be on screen soon goes to the card while nothing else does.

use std::sync::Arc;

use crate::dicom::Frame;

use super::super::frame::SlicePass;
use super::device::GpuError;
use super::engine::{Content, Drawn, Engine, Values, check_frame};
use super::volumes::BYTES_A_PICTURE;

/// What is remembered from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// What had been sent to the card by then, in frames and planes.
    sent: u64,
    /// The card refused it once: it is not asked again.
    is_refused: bool,
}

impl Engine {
    /// Sends to the card what pictures will need that are drawn soon, the first ones first: their frames and all else, as if they
    /// were drawn. In one frame of the screen that is 16 MiB or one image; nothing goes in a frame in which pictures on screen send
    /// something, or the reader does something. What has no room beside what is on screen, and beside volumes, is left out.
    ///
    /// Says whether more is to be sent, so that it is to be asked again in the next frame. An error is told once; after it nothing is
    /// sent ahead any more.
    pub fn upload_ahead(&mut self, ahead: &[(SlicePass, Arc<Frame>)]) -> Result<bool, GpuError> {
        if self.ahead.is_refused {
            return Ok(false);
        }
        let outcome = self.send_ahead(ahead);
        self.ahead.is_refused = outcome.is_err();
        self.ahead.sent = self.residency.sent();
        outcome
    }

    fn send_ahead(&mut self, ahead: &[(SlicePass, Arc<Frame>)]) -> Result<bool, GpuError> {
        self.check_lost()?;
        let is_busy = self.is_hurried || self.residency.sent() != self.ahead.sent;
        // What is used from here on stays: what is on screen, though nothing may draw it anew, and what was sent before.
        let since = self.residency.next_use();
        let on_screen: Vec<&Drawn> = self.slots.values().collect();
        for drawn in on_screen {
            if let Content::Slice(pass, frame) = &drawn.content {
                self.residency.touch(&pass.frame, pass.image_size, frame);
            }
        }
        let mut missing = Vec::new();
        for (pass, frame) in ahead {
            let is_there = self.residency.touch(&pass.frame, pass.image_size, &Arc::downgrade(frame));
            let can_be = frame.columns.max(frame.rows) <= self.gpu.side_max();
            if !is_there && can_be && check_frame(pass, frame, Values::Picture).is_ok() {
                missing.push((pass, frame));
            }
        }
        if missing.is_empty() || is_busy {
            return Ok(!missing.is_empty());
        }
        let mut left = BYTES_A_PICTURE;
        for (pass, frame) in missing {
            if left == 0 {
                return Ok(true);
            }
            let bytes = bytes_of(pass, frame);
            if self.residency.make_room_beside(since, bytes) {
                self.try_to_draw(|engine| engine.draw_for_nobody(pass, frame))?;
                left = left.saturating_sub(bytes);
            }
        }
        Ok(false)
    }

    /// Has on the card all that a picture needs.
    fn draw_for_nobody(&mut self, pass: &SlicePass, frame: &Arc<Frame>) -> Result<(), GpuError> {
        self.draw(None, pass, frame, Values::Picture)?;
        self.draw_tints(None, pass, frame)?;
        self.branch(pass);
        Ok(())
    }
}

/// The most bytes that a picture of a frame takes on the card.
fn bytes_of(pass: &SlicePass, frame: &Frame) -> u64 {
    let count = frame.pixels.count() as u64;
    // What a modality table makes of words are real numbers.
    let is_applied = pass.gray().is_some_and(|gray| gray.modality.table().is_some());
    let pixels = if is_applied { count * 8 } else { frame.pixels.bytes() };
    let cover = if pass.cover.is_some() { count } else { 0 };
    let has_tints = frame.cover.as_ref().is_some_and(|cover| cover.tints().is_some());
    let tints = if has_tints { count * 4 } else { 0 };
    pixels + cover + tints
}
