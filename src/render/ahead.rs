//! Pictures that a key brings on screen, to be sent to the card before it is pressed.

use std::sync::Arc;

use crate::dicom::Frame;
use crate::session::Session;
use crate::study::{FrameState, Library};

use super::frame::SlicePass;
use super::plan::slice_pass;

/// Device pixels: the card needs as much for one of them as for a whole picture.
const VIEW_SIZE: (u32, u32) = (1, 1);

/// The images that the stages beside the one on screen begin with, those of the next stage first: of each that has its pixels here, and what
/// lies over them, a picture of one device pixel. There is none of sections and renderings: volumes are sent when they are shown.
pub fn ahead(session: &Session, library: &Library) -> Vec<(SlicePass, Arc<Frame>)> {
    let upcoming = session.upcoming(library).into_iter().filter(|upcoming| upcoming.shows_images);
    let passes = upcoming.flat_map(|upcoming| {
        let images = upcoming.images(library).iter();
        images.filter_map(move |image| {
            let viewport = &upcoming.viewport;
            let applied = session.applied(viewport, image, library);
            let Some(FrameState::Ready(frame)) = library.frame(&applied.key(image)) else { return None };
            if applied.awaits_cover() {
                return None;
            }
            let pass = slice_pass(image, frame, &viewport.view, &viewport.look, &applied, VIEW_SIZE)?;
            Some((pass, Arc::clone(frame)))
        })
    });
    passes.collect()
}
