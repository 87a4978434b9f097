//! What one viewport shows. Who owns what:
//!
//! | what | type | owner | persisted as |
//! | --- | --- | --- | --- |
//! | what is shown | [`Source`] | viewport | reference |
//! | where we look | [`View`]: semantic, never a matrix | viewport | displayed area |
//! | how it looks | [`Look`] | viewport | VOI |
//! | whether it moves | [`Cine`] | viewport | never |
//! | what is computed | a resolved map of image to view | nobody; made in `render::plan` | never |

use crate::command::Interpolation;
use crate::dicom::{Frame, ImageAttributes, Pixels};
use crate::geometry::{Image, Vector};
use crate::grayscale::Window;
use crate::study::DisplaySetId;
use crate::units::StoredValue;

use super::cine::Cine;

/// One viewport.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Viewport {
    /// What is shown; nothing in an empty viewport.
    pub source: Option<Source>,
    /// Where we look.
    pub view: View,
    /// How it looks.
    pub look: Look,
    /// Its images in time.
    pub cine: Cine,
}

impl Viewport {
    /// The image whose pixels are needed first: the one that time asks for, else the one shown.
    pub fn urgent_index(&self) -> Option<usize> {
        let shown = self.source.as_ref()?.index;
        Some(if self.cine.is_playing { self.cine.target } else { shown })
    }
}

/// What is shown: one image of a display set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The display set.
    pub display_set: DisplaySetId,
    /// The image in it, from 0.
    pub index: usize,
}

/// Where we look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// How large.
    pub zoom: Zoom,
    /// From the middle of the image to the point in the middle of the viewport, in image pixels.
    pub center_offset: Vector<Image>,
}

impl Default for View {
    fn default() -> Self {
        Self { zoom: Zoom::Fit, center_offset: Vector::flat(0.0, 0.0) }
    }
}

/// How large the image is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Zoom {
    /// The whole image fits the viewport.
    Fit,
    /// So many device pixels per image pixel, across; down, as the shape of a pixel asks. Rule P-24.
    DevicePixels(f64),
    /// One device pixel per stored pixel, across and down, whatever the shape of a pixel.
    Stored,
}

impl Zoom {
    /// Device pixels per image pixel, across and down, for an image in a viewport of `width` × `height` device pixels.
    ///
    /// `None` when the viewport has no area.
    pub fn scale(self, image: &ImageAttributes, width: f64, height: f64) -> Option<(f64, f64)> {
        let (columns, rows, aspect) = (f64::from(image.columns), f64::from(image.rows), image.pixel_aspect);
        let across = match self {
            Self::Fit => (width / columns).min(height / (rows * aspect)),
            Self::DevicePixels(scale) => scale,
            Self::Stored => return Some((1.0, 1.0)),
        };
        (across > 0.0 && across.is_finite()).then_some((across, across * aspect))
    }
}

/// How it looks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// The window.
    pub voi: VoiChoice,
    /// Black for white.
    pub is_inverted: bool,
    /// Between pixels.
    pub interpolation: Interpolation,
}

/// Which window is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum VoiChoice {
    /// One of each image's own, from 0; the whole stored range where it states none.
    Own(usize),
    /// A preset of the modality.
    Preset {
        /// Its name.
        name: String,
        /// Its window.
        window: Window,
    },
    /// Set by hand.
    Hand(Window),
}

impl Default for VoiChoice {
    fn default() -> Self {
        Self::Own(0)
    }
}

impl VoiChoice {
    /// The window for an image, and the words that name it; `None` for a colour image, which has none, and as long as it
    /// must come of pixels that are not here yet. Rule P-10.
    pub fn resolve<'a>(
        &'a self,
        image: &'a crate::study::Image,
        frame: Option<&Frame>,
    ) -> Option<(Window, &'a str)> {
        if image.instance.pixels.is_color() {
            return None;
        }
        match self {
            Self::Own(place) => image
                .own_windows()
                .nth(*place)
                .or_else(|| Some((image.full_range_window()?, "full range")))
                .or_else(|| Some((window_of_pixels(image, frame?)?, "auto"))),
            Self::Preset { name, window } => Some((*window, name)),
            Self::Hand(window) => Some((*window, "")),
        }
    }
}

/// From the smallest to the largest finite value: what numbers beyond 16 bits could be says nothing of what they are. Of a
/// codestream with fewer bits than its header states, all that 16 bits hold.
fn window_of_pixels(image: &crate::study::Image, frame: &Frame) -> Option<Window> {
    let (low, high) = match &frame.pixels {
        Pixels::Reals(reals) => reals.range().unwrap_or_default(),
        Pixels::Words { is_signed: true, .. } => (i16::MIN.into(), i16::MAX.into()),
        Pixels::Words { is_signed: false, .. } => (0.0, u16::MAX.into()),
        Pixels::Color(_) => return None,
    };
    let [low, high] = [low, high].map(|stored| image.rescale().to_modality(StoredValue(stored)).0);
    let (low, high) = (low.min(high), low.max(high));
    Window::spanning_exactly(low, high).or_else(|_one_value| Window::spanning(low, high)).ok()
}
