//! What the world tells us. The enum is closed: this is everything that can happen.

use std::path::PathBuf;
use std::sync::Arc;

use crate::dicom::{Frame, FrameKey, Instance, ReadError};
use crate::study::Unreadable;
use crate::units::Phi;

use super::screen::Surface;

/// News from the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A window has a new size, or moved to a monitor of another scale.
    ScreenResized {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
        /// Its room for viewports.
        surface: Surface,
    },
    /// The desktop gave a window the focus.
    ScreenFocused {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
    },
    /// The desktop closed a window.
    ScreenClosed {
        /// [`Screen::id`](super::Screen::id).
        screen: u32,
    },
    /// Some files were looked at.
    Indexed {
        /// Headers of images, in any order.
        instances: Vec<Arc<Instance>>,
        /// What could not be read.
        unreadable: Vec<Unreadable>,
    },
    /// A run that [`Effect::Index`](super::Effect::Index) asked for ended.
    IndexEnded,
    /// The pixels of a frame were read, or could not be.
    FrameRead {
        /// Which frame.
        key: FrameKey,
        /// Its pixels, or why not.
        result: Result<Arc<Frame>, ReadError>,
    },
    /// The reader chose files in the system's dialog, or dropped them on the window. Paths may name the patient.
    FilesChosen(Vec<Phi<PathBuf>>),
    /// A background job stopped with a panic; the reader goes on.
    JobFailed {
        /// Which job.
        job: &'static str,
    },
}
