//! A presentation state as plain data. PS3.3 A.33.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::graphic::{GraphicAnnotation, GraphicLayer};
use super::passport::DisplayPassport;
use crate::color::{ColorPalette, IccProfile, Ink};
use crate::dicom::{
    Creation, InstanceUid, LookupTable, Mask, OverlayPlane, SeriesUid, Shutter, Source, StudyUid,
};
use crate::geometry::Turn;
use crate::grayscale::{ModalityLut, Polarity, Rescale, Window};
use crate::units::{MmPerPixel, Opacity, Phi};

/// How some images of a study are to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentationState {
    /// Where it came from.
    pub source: Source,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// Study Instance UID; of a blending state that of its underlying images.
    pub study: StudyUid,
    /// Series Instance UID: of the state, not of its images.
    pub series: SeriesUid,
    /// Which kind of state it is.
    pub kind: StateKind,
    /// Content Label.
    pub label: String,
    /// Content Description, or empty.
    pub description: String,
    /// Content Creator's Name, or empty.
    pub creator: Phi<String>,
    /// Presentation Creation Date and Time.
    pub created: Creation,
    /// The monitor that its creator saw it on, where Hotlight saved it.
    pub passport: Option<DisplayPassport>,
    /// The images that it is for: Referenced Series Sequence; of a blending state the underlying ones, and so with its gray.
    pub references: Vec<ReferencedSeries>,
    /// Modality LUT. PS3.3 C.11.1.
    pub modality: StateModality,
    /// What is subtracted, between Modality LUT and VOI; nothing where the state does not say so. PS3.3 C.11.13.
    pub mask: Option<Arc<Mask>>,
    /// Softcopy VOI LUT: for each image the first item that names it. PS3.3 C.11.8.
    pub voi: Vec<SoftcopyVoi>,
    /// Presentation LUT. PS3.3 C.11.6.
    pub presentation: PresentationLut,
    /// What makes colours of its gray, and what its colours mean.
    pub colors: StateColors,
    /// What lies over its images in colours, of a blending state. PS3.3 C.11.14.
    pub blending: Option<Arc<Blending>>,
    /// What is hidden.
    pub shutter: StateShutter,
    /// Its own overlay planes, each in place of the image's of the same group. PS3.3 C.9.2.
    pub overlays: Arc<[OverlayPlane]>,
    /// Which overlay planes are drawn, and in which layer: those of the state, and where it has none of that group those
    /// of the image. PS3.3 C.11.7.
    pub activations: Vec<OverlayActivation>,
    /// Which part of the image is shown, and how large: for each image the first that names it. PS3.3 C.10.4.
    pub areas: Vec<DisplayedArea>,
    /// Image Rotation, then Image Horizontal Flip. PS3.3 C.10.6.
    pub turn: Turn,
    /// Its layers, in the order of the file; no two of one name.
    pub layers: Vec<GraphicLayer>,
    /// What it draws.
    pub annotations: Vec<GraphicAnnotation>,
    /// What it asks for and is not done, in words.
    pub not_applied: Vec<String>,
}

/// The kinds of states. PS3.3 A.33.1 to A.33.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StateKind {
    /// Grayscale Softcopy Presentation State.
    Grayscale,
    /// Color Softcopy Presentation State.
    Color,
    /// Pseudo-Color Softcopy Presentation State.
    PseudoColor,
    /// Blending Softcopy Presentation State.
    Blending,
}

/// Images of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedSeries {
    /// Series Instance UID.
    pub series: SeriesUid,
    /// The images; never empty.
    pub images: BTreeMap<InstanceUid, ReferencedImage>,
}

/// An image that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencedImage {
    /// Referenced SOP Class UID.
    pub sop_class: String,
    /// Frames, counted from 0; `None` for all of them.
    pub frames: Option<Vec<u32>>,
}

impl ReferencedImage {
    /// Whether a frame, counted from 0, is meant.
    pub fn has(&self, frame: u32) -> bool {
        self.frames.as_ref().is_none_or(|frames| frames.contains(&frame))
    }

    /// How many images it is: an object of which all frames are meant counts as one.
    pub fn count(&self) -> usize {
        self.frames.as_ref().map_or(1, Vec::len)
    }

    /// Frames that are meant too: of an image that is named twice all count that either names.
    pub(super) fn add(&mut self, frames: Option<Vec<u32>>) {
        self.frames = self.frames.take().zip(frames).map(|(known, frames)| [known, frames].concat());
    }

    /// Whether any frame is meant by both.
    pub fn meets(&self, other: &Self) -> bool {
        match (&self.frames, &other.frames) {
            (Some(frames), _) => frames.iter().any(|frame| other.has(*frame)),
            (None, Some(frames)) => !frames.is_empty(),
            (None, None) => true,
        }
    }
}

/// Some of a state's images; `None` for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subset(pub Option<BTreeMap<InstanceUid, ReferencedImage>>);

impl Subset {
    /// Whether a frame, counted from 0, is among them.
    pub fn has(&self, instance: &InstanceUid, frame: u32) -> bool {
        self.0.as_ref().is_none_or(|images| images.get(instance).is_some_and(|image| image.has(frame)))
    }
}

/// A table whose first input is a word with a sign or without: that of what goes in, which only the image tells.
#[derive(Debug, Clone, PartialEq)]
pub struct StateTable {
    /// The first input as a word without a sign.
    pub unsigned: Arc<LookupTable>,
    /// The first input as a word with a sign; the same table where that makes no difference.
    pub signed: Arc<LookupTable>,
    /// LUT Explanation or Modality LUT Type, or empty.
    pub explanation: String,
}

impl StateTable {
    /// The table for inputs that may be negative, or may not.
    pub const fn of(&self, is_signed: bool) -> &Arc<LookupTable> {
        if is_signed { &self.signed } else { &self.unsigned }
    }
}

/// Modality LUT of a state.
#[derive(Debug, Clone, PartialEq)]
pub enum StateModality {
    /// Rescale Slope and Rescale Intercept; the identity where the state has neither.
    Rescale(Rescale),
    /// A table.
    Table(StateTable),
}

impl StateModality {
    /// What it makes of stored values that may be negative, or may not.
    pub fn of(&self, is_signed: bool) -> ModalityLut {
        match self {
            Self::Rescale(rescale) => ModalityLut::Rescale(*rescale),
            Self::Table(table) => ModalityLut::Table(Arc::clone(table.of(is_signed))),
        }
    }
}

/// Softcopy VOI LUT of some images.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftcopyVoi {
    /// The images.
    pub images: Subset,
    /// What is applied.
    pub voi: StateVoi,
}

/// What makes values of interest visible.
#[derive(Debug, Clone, PartialEq)]
pub enum StateVoi {
    /// The first window of the item. Rule S-10.
    Window(Window),
    /// A table.
    Table(StateTable),
}

/// Presentation LUT. PS3.3 C.11.6.
#[derive(Debug, Clone, PartialEq)]
pub enum PresentationLut {
    /// Presentation LUT Shape: it alone rules, whatever Photometric Interpretation says. Rule P-15.
    Shape(Polarity),
    /// The table of Presentation LUT Sequence.
    Table(Arc<LookupTable>),
}

/// The colours of a state that is not grayscale. PS3.3 A.33.2 to A.33.4.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StateColors {
    /// The palette of a pseudo-colour state: gray goes through it behind the VOI LUT. PS3.3 C.7.9.
    pub palette: Option<Arc<ColorPalette>>,
    /// ICC Profile: what the colours mean, of the images, of the palette or of what is blended. PS3.3 C.11.15.
    pub profile: Option<Arc<IccProfile>>,
}

/// A second set of images, which lies over those that a state is for. PS3.3 C.11.14, PS3.4 N.2.4.
#[derive(Debug, Clone, PartialEq)]
pub struct Blending {
    /// Study Instance UID of the superimposed images.
    pub study: StudyUid,
    /// The superimposed images.
    pub images: Vec<ReferencedSeries>,
    /// Their Modality LUT; the identity where the state has none.
    pub modality: StateModality,
    /// Their Softcopy VOI LUT: for each image the first item that names it.
    pub voi: Vec<SoftcopyVoi>,
    /// Their colours: what the VOI LUT gives goes through it.
    pub palette: Arc<ColorPalette>,
    /// Relative Opacity.
    pub opacity: Opacity,
    /// The Spatial Registrations that say where they lie; empty where the state names none.
    pub registrations: Vec<InstanceUid>,
}

/// What a state hides. PS3.3 C.7.6.11, C.7.6.15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateShutter {
    /// Nothing.
    None,
    /// All outside of shapes.
    Shapes(Arc<Shutter>),
    /// All that the bits of an overlay plane mark.
    Bitmap {
        /// Shutter Overlay Group.
        group: u16,
        /// What is hidden is drawn in it.
        presentation: Ink,
    },
}

/// An overlay plane that is drawn. PS3.3 C.11.7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayActivation {
    /// Its group: 6000H to 601EH.
    pub group: u16,
    /// The layer that it is drawn in.
    pub layer: String,
}

/// The part of an image that is shown. PS3.3 C.10.4.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplayedArea {
    /// The images.
    pub images: Subset,
    /// Column and row of the pixel that is top left as seen, both from 1, and beyond the image too. Rule S-2.
    pub top_left: [i32; 2],
    /// Column and row of the pixel that is bottom right as seen.
    pub bottom_right: [i32; 2],
    /// How large.
    pub size: AreaSize,
    /// Presentation Pixel Spacing.
    pub spacing: Option<MmPerPixel>,
    /// Height of a pixel over its width, of Presentation Pixel Spacing or Presentation Pixel Aspect Ratio; that of the image
    /// where the state has neither.
    pub pixel_aspect: Option<f64>,
}

/// Presentation Size Mode. PS3.3 C.10.4; rule S-3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AreaSize {
    /// As large as it fits.
    ScaleToFit,
    /// A millimetre of the image is a millimetre of the panel: by Presentation Pixel Spacing.
    TrueSize,
    /// So many panel pixels an image pixel, across.
    Magnify(f64),
}

impl PresentationState {
    /// The names of its layers, the lowest first; those that are drawn in and not defined lie on top. Rule S-9.
    pub fn layer_names(&self) -> Vec<&str> {
        let mut layers: Vec<_> = self.layers.iter().collect();
        layers.sort_by_key(|layer| layer.order);
        let defined = layers.into_iter().map(|layer| layer.name.as_str());
        let mut names = Vec::new();
        for name in defined.chain(self.annotations.iter().map(|annotation| annotation.layer.as_str())) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether it is for a frame, counted from 0.
    pub fn is_for(&self, series: &SeriesUid, instance: &InstanceUid, frame: u32) -> bool {
        let mut of_series = self.references.iter().filter(|known| known.series == *series);
        of_series.any(|known| known.images.get(instance).is_some_and(|image| image.has(frame)))
    }
}
