//! What is drawn in one frame, as plain data: ids and numbers, never tables or pixels.

use crate::dicom::{FrameKey, ReadError};
use crate::geometry::{Image, Map, View};
use crate::grayscale::GrayTransform;
use crate::session::{DeviceRect, Surface};
use crate::units::Phi;

/// One frame of one window.
#[derive(Debug, Clone, PartialEq)]
pub struct FramePlan {
    /// The room it fills.
    pub surface: Surface,
    /// The viewports on screen, row by row.
    pub viewports: Vec<ViewportPlan>,
}

/// One viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewportPlan {
    /// Its index in the screen.
    pub index: usize,
    /// Where it stands, in device pixels of the surface.
    pub rect: DeviceRect,
    /// Whether keys go here.
    pub is_focused: bool,
    /// The image.
    pub picture: Picture,
    /// The words on it.
    pub labels: Labels,
}

/// What fills a viewport.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Nothing hangs here.
    Empty,
    /// An image hangs here and its pixels are on their way.
    Loading,
    /// An image hangs here and cannot be shown.
    Failed(ReadError),
    /// An image.
    Slice(SlicePass),
}

/// One image drawn into a viewport. PS3.4 N.2.
#[derive(Debug, Clone, PartialEq)]
pub struct SlicePass {
    /// The pixels.
    pub frame: FrameKey,
    /// Columns and rows of the image.
    pub image_size: (u32, u32),
    /// Width and height of the picture in device pixels.
    pub view_size: (u32, u32),
    /// From device pixels to image positions: scale and offset, no rotation yet.
    pub image_from_view: Map<Image, View>,
    /// How values between pixels are found.
    pub sampling: Sampling,
    /// What makes pixels visible.
    pub transform: PixelTransform,
}

impl SlicePass {
    /// The grayscale chain; `None` of a colour image.
    pub const fn gray(&self) -> Option<&GrayTransform> {
        match &self.transform {
            PixelTransform::Gray(gray) => Some(gray),
            PixelTransform::Color { .. } => None,
        }
    }
}

/// What makes pixels visible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PixelTransform {
    /// Stored value to P-value.
    Gray(GrayTransform),
    /// Red, green and blue as they are: no window, and no grayscale function on the way to the panel. Rule G-34.
    Color {
        /// Whether the reader asked for the complement.
        is_inverted: bool,
    },
}

/// How values between pixels are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// The pixel under the device pixel's centre, 16 bits through the one table: exact. Used at 1:1 and when the reader
    /// asks.
    Nearest,
    /// Modality values or colours of the four pixels around, linearly, then the window.
    Linear,
    /// Modality values or colours of the sixteen pixels around, Catmull-Rom, then the window.
    Cubic,
}

/// A picture in memory, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster<T> {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// width × height values.
    pub values: Vec<T>,
}

/// The words on a viewport.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    /// Whom it shows: name, identity, sex and age. Never hidden.
    pub identity: Vec<Phi<String>>,
    /// Study: what and when, below the identity.
    pub study: String,
    /// Whether the study is older than another of this patient that is loaded.
    pub is_prior: bool,
    /// Series and acquisition: top right.
    pub series: Vec<String>,
    /// Image number and how many there are, from 1.
    pub number: Option<(usize, usize)>,
    /// Position, window and zoom: bottom left.
    pub state: Vec<String>,
    /// Which way the patient lies.
    pub letters: Letters,
    /// What the reader must know.
    pub badges: Vec<Badge>,
}

/// Orientation letters at the four edges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letters {
    /// At the left edge.
    pub left: String,
    /// At the right edge.
    pub right: String,
    /// At the top edge.
    pub top: String,
    /// At the bottom edge.
    pub bottom: String,
}

/// A word in a frame that the reader must see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// How grave.
    pub tone: Tone,
    /// The word.
    pub text: String,
    /// What it means for reading, in a sentence.
    pub why: String,
}

/// How grave a badge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Quiet,
    /// The reader could be misled by not knowing.
    Caution,
}
