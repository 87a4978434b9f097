//! What is drawn in one frame, as plain data: ids and numbers, never pixels. A palette and a transform of colours are tables, but
//! shared ones, and stand for their names.

use std::sync::Arc;

use crate::calibration::SignalPath;
use crate::color::{ColorPalette, ColorTransform, Ink, ProfileId};
use crate::command::Filter;
use crate::dicom::{Cover, Frame, FrameKey, ReadError};
use crate::geometry::{Image, Map, Point, Sampling, View};
use crate::grayscale::GrayTransform;
use crate::session::{DeviceRect, Surface};
use crate::units::{PValue, Phi};

use super::cube::CubeFace;
use super::curtain::CurtainPlan;
use super::curved::CurvedPass;
use super::fused::LayerPass;
use super::graphic_plan::GraphicPlan;
use super::reformat::ReformatPass;
use super::rendering::RenderingPass;

/// One frame of one window.
#[derive(Debug, Clone, PartialEq)]
pub struct FramePlan {
    /// The room it fills.
    pub surface: Surface,
    /// The viewports on screen, row by row.
    pub viewports: Vec<ViewportPlan>,
    /// The edge between two of them that stand in one place.
    pub curtain: Option<CurtainPlan>,
    /// Whether gray between two driving levels is shown by a pattern of both.
    pub is_dithered: bool,
    /// The way of a test pattern to the panel, which is then the only picture; none where images are shown.
    pub pattern: Option<SignalPath>,
    /// What the pointer is over, in words: value, place in the image, place in the patient.
    pub readout: Option<String>,
}

/// One image of a viewport: the viewport itself, or one of its tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewportPlan {
    /// The viewport's index in the screen.
    pub index: usize,
    /// Which of its tiles, from 0.
    pub tile: usize,
    /// Where its picture stands, in device pixels of the surface.
    pub rect: DeviceRect,
    /// What is seen of that: all of it, but for what lies beyond the edge of a curtain.
    pub clip: DeviceRect,
    /// Whether keys go here.
    pub is_focused: bool,
    /// The image.
    pub picture: Picture,
    /// The words on it.
    pub labels: Labels,
    /// What lies over the picture.
    pub overlay: Overlay,
    /// The magnifier.
    pub lens: Option<Lens>,
}

/// What fills a viewport.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Nothing hangs here.
    Empty,
    /// A tile behind the last image.
    Past,
    /// An image hangs here and its pixels are on their way.
    Loading,
    /// An image hangs here and cannot be shown.
    Failed(ReadError),
    /// An image.
    Slice(Box<SlicePass>),
    /// A section of a volume, or its largest values seen from outside.
    Reformat(Box<ReformatPass>),
    /// A volume under light.
    Rendering(Box<RenderingPass>),
    /// A curve through a volume, made straight.
    Curved(Box<CurvedPass>),
}

impl Picture {
    /// Whether it may be drawn less exactly than at rest, as it moves: then a badge says so.
    pub fn may_be_coarse(&self) -> bool {
        match self {
            Self::Reformat(pass) => pass.may_be_coarse(),
            Self::Curved(pass) => pass.may_be_coarse(),
            Self::Rendering(pass) => pass.is_moving,
            Self::Empty | Self::Past | Self::Loading | Self::Failed(_) | Self::Slice(_) => false,
        }
    }
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
    /// From device pixels to image positions: scale, quarter turns and flips, and offset.
    pub image_from_view: Map<Image, View>,
    /// What is done to the values of pixels before any are found between them.
    pub filter: Filter,
    /// How values between pixels are found.
    pub sampling: Sampling,
    /// What makes pixels visible.
    pub transform: PixelTransform,
    /// What is drawn over them, of what lies over the frame.
    pub cover: Option<CoverPass>,
    /// What lies over the frame by a presentation state, in place of what lies over it by itself.
    pub state_cells: Option<Arc<Cover>>,
    /// The colours that gray is shown in; none for gray.
    pub palette: Option<Arc<ColorPalette>>,
    /// What the picture's colours are of, as they were decoded or as the palette has them.
    pub colors: ProfileId,
    /// From the picture's colours to the monitor's; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
    /// A second volume over it.
    pub layer: Option<Box<LayerPass>>,
}

impl SlicePass {
    /// The cells of what lies over a frame: by the state, or by itself.
    pub fn cells<'a>(&'a self, frame: &'a Frame) -> Option<&'a Cover> {
        self.state_cells.as_deref().or(frame.cover.as_ref())
    }

    /// The part of the picture that the image covers, in whole device pixels; `None` where it covers none. Around it the
    /// picture is black.
    pub fn covered(&self) -> Option<DeviceRect> {
        let view_from_image = self.image_from_view.inverse()?;
        let (columns, rows) = (f64::from(self.image_size.0), f64::from(self.image_size.1));
        let corners = [(0.0, 0.0), (columns, 0.0), (0.0, rows), (columns, rows)];
        let corners = corners.map(|(x, y)| (view_from_image * Point::flat(x, y)).xyz);
        let side = |of: fn(&glam::DVec3) -> f64, room: u32| {
            let ends = corners.iter().map(of);
            let low = ends.clone().fold(f64::INFINITY, f64::min).floor().clamp(0.0, f64::from(room));
            let high = ends.fold(f64::NEG_INFINITY, f64::max).ceil().clamp(0.0, f64::from(room));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to the picture"
            )]
            let span = (low as u32, (high - low) as u32);
            span
        };
        let (x, width) = side(|corner| corner.x, self.view_size.0);
        let (y, height) = side(|corner| corner.y, self.view_size.1);
        (width > 0 && height > 0).then_some(DeviceRect { x, y, width, height })
    }

    /// Whether it reaches the panel as gray, but for a layer over it.
    pub const fn is_gray(&self) -> bool {
        self.gray().is_some() && self.palette.is_none()
    }

    /// The same under a layer. What lies over the picture lies over the layer too, and so in its colours, as if the monitor were
    /// of sRGB.
    #[must_use]
    pub fn under(self, layer: LayerPass) -> Self {
        let above =
            |over: Over| Over { color: over.color.or_else(|| Some(Ink::of_gray(over.gray).srgb())), ..over };
        let cover = self.cover.map(|cover| CoverPass {
            planes: cover.planes.into_iter().map(above).collect(),
            shutter: cover.shutter.map(above),
        });
        Self { cover, layer: Some(Box::new(layer)), ..self }
    }

    /// The colour on the monitor of a P-value that a palette shows; `None` without a palette.
    pub fn palette_color(&self, p: PValue) -> Option<[u8; 3]> {
        let color = self.palette.as_ref()?.at(p);
        Some(self.monitor_color(color))
    }

    /// The colour on the monitor of one of the picture.
    pub fn monitor_color(&self, color: [u8; 3]) -> [u8; 3] {
        self.monitor.as_ref().map_or(color, |transform| transform.at(color))
    }

    /// The grayscale chain; `None` of a colour image.
    pub const fn gray(&self) -> Option<&GrayTransform> {
        match &self.transform {
            PixelTransform::Gray(gray) => Some(gray),
            PixelTransform::Color { .. } => None,
        }
    }
}

/// What makes pixels visible.
#[derive(Debug, Clone, PartialEq)]
pub enum PixelTransform {
    /// Stored value to P-value.
    Gray(GrayTransform),
    /// Red, green and blue as they are: no window, and no grayscale function on the way to the panel. Rule G-34.
    Color {
        /// Whether the reader asked for the complement.
        is_inverted: bool,
    },
}

/// What is drawn over the pixels of a picture: overlay planes, and the display shutter below them. Neither window
/// nor inversion changes them. PS3.4 N.2, PS3.3 C.7.6.11, C.9.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverPass {
    /// What overlay planes are drawn as, layer by layer from the lowest: white unless a presentation state says otherwise;
    /// none where they are not drawn.
    pub planes: Vec<Over>,
    /// What stands for what the shutter hides; `None` where it hides nothing.
    pub shutter: Option<Over>,
}

/// What is drawn over a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Its P-value in a picture of gray.
    pub gray: PValue,
    /// Its colour on the monitor, which lies over the picture: over colours, and where the gray is not all of it.
    pub color: Option<[u8; 3]>,
}

impl Over {
    /// A gray over gray.
    pub const fn gray(gray: PValue) -> Self {
        Self { gray, color: None }
    }

    /// Over a picture of gray or colours, as if the monitor were of sRGB.
    pub(super) fn of(ink: Ink, is_over_gray: bool) -> Self {
        Self { gray: ink.gray, color: (!is_over_gray || ink.is_colored()).then(|| ink.srgb()) }
    }
}

impl CoverPass {
    /// What is drawn over a pixel, by its cell of the frame's [`Cover`]; `None` where the pixel is seen.
    pub fn over(&self, cell: u8) -> Option<Over> {
        let layer = usize::from(cell & Cover::LAYER).checked_sub(1);
        let plane = layer.and_then(|layer| self.planes.get(layer)).copied();
        plane.or(self.shutter.filter(|_| cell & Cover::SHUTTER != 0))
    }

    /// Whether anything is drawn in a colour.
    pub fn is_colored(&self) -> bool {
        self.planes.iter().chain(&self.shutter).any(|over| over.color.is_some())
    }

    /// The same with other colours.
    #[must_use]
    pub fn map_colors(self, map: impl Fn([u8; 3]) -> [u8; 3]) -> Self {
        let mapped = |over: Over| Over { color: over.color.map(&map), ..over };
        Self { planes: self.planes.into_iter().map(mapped).collect(), shutter: self.shutter.map(mapped) }
    }
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

/// What lies over a picture, in device pixels from its corner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overlay {
    /// What a presentation state draws, the lowest first; all else lies above.
    pub graphics: Arc<[GraphicPlan]>,
    /// So many graphics of it are not there, or not filled: they would be too many for one picture.
    pub left_out: usize,
    /// Marks, the one that is being drawn last.
    pub marks: Vec<MarkPlan>,
    /// Where the image in focus cuts this one.
    pub lines: Vec<[Point<View>; 2]>,
    /// The sections that go through the shared point.
    pub crosshair: Option<CrosshairPlan>,
    /// The point that all viewports show where it is known where it lies.
    pub point: Option<SharedPointPlan>,
    /// The registration that brings point, crosshair or lines here from another frame of reference, in words.
    pub registered_by: Option<String>,
    /// How the patient stands, of a volume seen from outside.
    pub cube: Vec<CubeFace>,
    /// The path, where it lies in what is shown.
    pub path: Option<PathPlan>,
    /// How a rendering is cut.
    pub cut: CutPlan,
    /// How large things are.
    pub ruler: Option<Ruler>,
    /// The pointer, where keys moved it.
    pub caret: Option<Point<View>>,
}

/// How a rendering is cut.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CutPlan {
    /// The outline that is being drawn.
    pub outline: Vec<Point<View>>,
    /// The edges of the box.
    pub edges: Vec<[Point<View>; 2]>,
    /// What of the box can be dragged.
    pub handles: Vec<Point<View>>,
}

/// A mark.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkPlan {
    /// Its identity; 0 while it is being drawn.
    pub id: u32,
    /// How it stands out.
    pub tone: MarkTone,
    /// Lines from point to point.
    pub outline: Vec<Vec<Point<View>>>,
    /// What can be dragged.
    pub handles: Vec<Point<View>>,
    /// What it measures, line by line.
    pub words: Vec<String>,
    /// The words stand right of this point.
    pub words_at: Point<View>,
    /// What its millimetres rest on, in a sentence.
    pub why: Option<String>,
}

/// How a mark stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkTone {
    /// One of several.
    Plain,
    /// It lies in the slab that is seen, and not in its middle plane.
    Beside,
    /// The one that commands mean.
    Selected,
    /// It is being drawn.
    Draft,
}

/// The shared point on one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedPointPlan {
    /// Where, or above or below which place.
    pub at: Point<View>,
    /// Whether it lies in this image, within half the distance to the next.
    pub is_in_plane: bool,
}

/// The sections that go through the shared point, on one image or section.
#[derive(Debug, Clone, PartialEq)]
pub struct CrosshairPlan {
    /// The point, or above or below which place it lies.
    pub at: Point<View>,
    /// Where other sections cut this one: which of the sections, from 0, and from edge to edge.
    pub lines: Vec<(usize, [Point<View>; 2])>,
    /// Which of the sections this one is; none for an image.
    pub own: Option<usize>,
}

/// The path on one image or section: as much of it as lies there, within half its thickness.
#[derive(Debug, Clone, PartialEq)]
pub struct PathPlan {
    /// Lines from place to place.
    pub lines: Vec<Vec<Point<View>>>,
    /// The points that it was drawn through.
    pub points: Vec<Point<View>>,
    /// The place under the pointer in a picture along it.
    pub here: Option<Point<View>>,
}

/// A ruler.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruler {
    /// Its length down the screen, device pixels.
    pub length: f64,
    /// Its length: `5 cm`.
    pub words: String,
    /// What its millimetres rest on; empty for those of a cross-section.
    pub basis: String,
}

/// The magnifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Lens {
    /// Where it stands in the picture.
    pub rect: DeviceRect,
    /// What it shows: an image or a section.
    pub picture: Picture,
    /// So many times as large as around it.
    pub factor: f64,
}

/// The words on a viewport.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labels {
    /// Whom it shows: name, identity, sex and age. Never hidden.
    pub identity: Vec<Phi<String>>,
    /// Study: what and when, for the title of the window.
    pub study: String,
    /// Whether the study is older than another of this patient that is loaded.
    pub is_prior: bool,
    /// Below the identity.
    pub top_left: Vec<String>,
    /// Of the series and how it was made.
    pub top_right: Vec<String>,
    /// Image number and how many there are, from 1.
    pub number: Option<(usize, usize)>,
    /// Whether these are key images, which alone are gone through.
    pub is_of_key_images: bool,
    /// Number, window and zoom.
    pub bottom_left: Vec<String>,
    /// Above the badges.
    pub bottom_right: Vec<String>,
    /// Which way the patient lies.
    pub letters: Letters,
    /// What lies over the picture, where it is asked for.
    pub fused: Option<FusedLabel>,
    /// What the reader must know.
    pub badges: Vec<Badge>,
}

/// What lies over a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FusedLabel {
    /// Its modality as it is spoken of.
    pub name: String,
    /// How much of it is seen.
    pub percent: u8,
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
