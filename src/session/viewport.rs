//! What one viewport shows. Who owns what:
//!
//! | what | type | owner | persisted as |
//! | --- | --- | --- | --- |
//! | what is shown | [`Source`] | viewport | reference |
//! | as images, which section, or seen from outside | [`Reformat`], [`Rendering`] | viewport | never |
//! | along the path in place of the section | [`Along`] | viewport | never |
//! | where we look | [`View`]: semantic, never a matrix | viewport | displayed area |
//! | how it looks | [`Look`] | viewport | VOI |
//! | what lies over it | [`Fused`] | viewport | never |
//! | whether it moves | [`Cine`] | viewport | never |
//! | which of its images are gone through | [`KeyImagesOnly`] | viewport | never |
//! | what is computed | a resolved map of image to view | nobody; made in `render::plan` | never |

use std::ops::Range;
use std::sync::Arc;

use crate::color::ColorPalette;
use crate::command::{Command, Filter, Grid, Interpolation, KeyImageCommand, ScrollTarget, ViewCommand};
use crate::dicom::{Frame, Pixels, StudyUid};
use crate::geometry::{Image, Map, Point, Turn, Vector, View as ViewSpace};
use crate::grayscale::{Voi, Window, WindowPreset};
use crate::study::{DisplaySet, DisplaySetId};

use super::cine::Cine;
use super::curve::Along;
use super::fused::{Fused, FusedWith};
use super::key_images::KeyImagesOnly;
use super::presented::{Framing, Presented};
use super::reformat::Reformat;
use super::rendering::Rendering;

/// One viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewport {
    /// What is shown; nothing in an empty viewport.
    pub source: Option<Source>,
    /// The section that is shown in place of the image.
    pub reformat: Option<Reformat>,
    /// The whole of the volume, seen from outside, in place of image and section: there is never both.
    pub rendering: Option<Rendering>,
    /// That the section's place is taken by a picture along the path; see [`Viewport::along`].
    pub along: Option<Along>,
    /// Rows and columns of successive images.
    pub tiles: Grid,
    /// Where we look.
    pub view: View,
    /// How it looks.
    pub look: Look,
    /// The display set over it, as the reader has it; without one what its presentation state lays there.
    pub fused: Option<Fused>,
    /// Which presentation state its images are shown by, and what of it.
    pub presented: Presented,
    /// Its images in time.
    pub cine: Cine,
    /// The key images, where it goes through these alone.
    pub only: Option<KeyImagesOnly>,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            source: None,
            reformat: None,
            rendering: None,
            along: None,
            tiles: Grid::ONE,
            view: View::default(),
            look: Look::default(),
            fused: None,
            presented: Presented::default(),
            cine: Cine::default(),
            only: None,
        }
    }
}

impl Viewport {
    /// The image whose pixels are needed first: the one that time asks for, else the one shown.
    pub fn urgent_index(&self) -> Option<usize> {
        let shown = self.source.as_ref()?.index;
        if self.cine.is_playing { self.index_at(self.cine.target) } else { Some(shown) }
    }

    /// How many images it goes through, of a display set of so many.
    pub fn count_of(&self, images: usize) -> usize {
        self.only.as_ref().map_or(images, KeyImagesOnly::count)
    }

    /// Where an image stands in the display set, by its place among those that it goes through; both from 0.
    pub fn index_at(&self, place: usize) -> Option<usize> {
        self.only.as_ref().map_or(Some(place), |only| only.index(place))
    }

    /// The place of its image among those that it goes through, from 0.
    pub fn place(&self) -> Option<usize> {
        let index = self.source.as_ref()?.index;
        Some(self.only.as_ref().map_or(index, |only| only.nearest(index)))
    }

    /// Where the image of a tile stands in the display set, from 0; beyond its end where the tile stays empty.
    pub fn tile_index(&self, tile: usize) -> Option<usize> {
        self.index_at(self.place()? + tile)
    }

    /// Where the images that it shows stand in a display set of so many, one or one a tile.
    pub fn tile_indices(&self, images: usize) -> impl Iterator<Item = usize> {
        let indices = (0..self.tiles.count()).filter_map(move |tile| self.tile_index(tile));
        indices.filter(move |index| *index < images)
    }

    /// The images that it goes through.
    pub(super) fn images<'a>(&'a self, set: &'a DisplaySet) -> impl Iterator<Item = &'a crate::study::Image> {
        let places = 0..self.count_of(set.images.len());
        places.filter_map(move |place| set.images.get(self.index_at(place)?))
    }

    /// Where the image stands that it can show next to another one, by the place of that in the display set.
    pub(super) fn index_near(&self, index: usize) -> usize {
        let near = self.only.as_ref().and_then(|only| only.index(only.nearest(index)));
        near.unwrap_or(index)
    }

    /// What shows an image of its display set, by its place from 0: where it is none of those that are gone through, all are again.
    pub(super) fn commands_to(&self, index: usize) -> Vec<Command> {
        let place = self.only.as_ref().map_or(Some(index), |only| only.place(index));
        let all = place.is_none().then_some(Command::KeyImage(KeyImageCommand::Only));
        let scroll = Command::View(ViewCommand::Scroll(ScrollTarget::To(place.unwrap_or(index) + 1)));
        all.into_iter().chain([scroll]).collect()
    }

    /// The places of the images that one which goes through all shows, one or one a tile, in a display set of so many.
    pub(super) fn shown_images(&self, count: usize) -> Range<usize> {
        let first = self.source.as_ref().map_or(count, |source| source.index);
        first..(first + self.tiles.count()).min(count)
    }

    /// Whether it shows something of a study.
    pub fn shows_study(&self, study: &StudyUid) -> bool {
        self.source.as_ref().is_some_and(|source| source.display_set.study == *study)
    }

    /// Whether the reader has laid something of a study over what it shows.
    pub(super) fn fuses_study(&self, study: &StudyUid) -> bool {
        let with = self.fused.as_ref().map(|fused| &fused.with);
        matches!(with, Some(FusedWith::Series(series)) if series.display_set.study == *study)
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
    /// From the middle of what is framed to the point in the middle of the viewport, in image pixels.
    pub center_offset: Vector<Image>,
    /// How the picture is turned, beyond what its framing says.
    pub turn: Turn,
    /// Whereto a picture is pushed that leaves room.
    pub justify: Justify,
}

/// Whereto a picture is pushed that is narrower than its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Justify {
    /// It stands in the middle.
    #[default]
    Center,
    /// To the left edge.
    Left,
    /// To the right edge.
    Right,
}

impl Default for View {
    fn default() -> Self {
        Self {
            zoom: Zoom::Fit,
            center_offset: Vector::flat(0.0, 0.0),
            turn: Turn::default(),
            justify: Justify::default(),
        }
    }
}

impl View {
    /// Device pixels per image pixel, along rows and along columns of the image, in so many device pixels of room.
    ///
    /// `None` when there is no room.
    pub fn scale(&self, framing: &Framing, (width, height): (f64, f64)) -> Option<(f64, f64)> {
        let turn = framing.turn.then(self.turn);
        let (width, height) = if turn.swaps_sides() { (height, width) } else { (width, height) };
        self.zoom.scale(framing, width, height)
    }

    /// Where each device pixel looks in the image, in so many device pixels of room; `None` when there is no room.
    pub fn image_from_view(&self, framing: &Framing, room: (f64, f64)) -> Option<Map<Image, ViewSpace>> {
        let (along_row, along_column) = self.scale(framing, room)?;
        let turn = framing.turn.then(self.turn);
        let (row, column) = turn.axes();
        // The inverse of a turn is its transpose.
        let step = |part: usize| {
            let of = |axis: [f64; 2]| axis.get(part).copied().unwrap_or_default();
            Vector::<Image>::flat(of(row) / along_row, of(column) / along_column)
        };
        let (right, down) = (step(0), step(1));
        let (columns, rows) = framing.size;
        let width = if turn.swaps_sides() { rows * along_column } else { columns * along_row };
        let spare = (room.0 - width).max(0.0);
        let left = match self.justify {
            Justify::Center => room.0,
            Justify::Left => room.0 - spare,
            Justify::Right => room.0 + spare,
        };
        let corner = framing.middle + self.center_offset + right * (-left / 2.0) + down * (-room.1 / 2.0);
        let map = |corner| Map::from_axes(right, down, Vector::new(0.0, 0.0, 1.0), corner);
        if is_one_to_one(&map(corner)) {
            // Pixel centres fall on pixel centres: the picture stands up to half a pixel beside the middle instead of blurred.
            return Some(map(Point::flat(corner.xyz.x.round(), corner.xyz.y.round())));
        }
        Some(map(corner))
    }
}

/// Whether each device pixel shows just one image pixel.
pub fn is_one_to_one(image_from_view: &Map<Image, ViewSpace>) -> bool {
    let steps = [image_from_view.x_axis(), image_from_view.y_axis()];
    steps.iter().all(|step| (step.length() - 1.0).abs() < f64::EPSILON)
}

/// How large the image is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Zoom {
    /// What is framed fits the viewport: the whole image, or what a presentation state says.
    Fit,
    /// As if the picture were so many image pixels wide and high: those of the largest picture beside it, at one scale.
    FitTo {
        /// Along rows.
        columns: f64,
        /// Along columns.
        rows: f64,
    },
    /// So many device pixels per image pixel, across; down, as the shape of a pixel asks. Rule P-24.
    DevicePixels(f64),
    /// One device pixel per stored pixel, across and down, whatever the shape of a pixel.
    Stored,
}

impl Zoom {
    /// Device pixels per image pixel, along rows and columns, in room of `width` along rows and `height` along columns.
    fn scale(self, framing: &Framing, width: f64, height: f64) -> Option<(f64, f64)> {
        let Framing { size: (columns, rows), pixel_aspect: aspect, magnification, .. } = *framing;
        let fit = |columns: f64, rows: f64| (width / columns).min(height / (rows * aspect));
        let across = match self {
            Self::Fit => magnification.unwrap_or_else(|| fit(columns, rows)),
            Self::FitTo { columns, rows } => fit(columns, rows),
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
    /// The colours that gray is shown in; none for gray.
    pub palette: Option<Arc<ColorPalette>>,
    /// Between pixels.
    pub interpolation: Interpolation,
    /// Over pixels.
    pub filter: Filter,
    /// Padding is drawn as the values that it has. Rule P-16.
    pub shows_padding: bool,
    /// What lies over pixels and is not drawn.
    pub hidden: Hidden,
}

/// What lies over the pixels of an image and is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Overlay planes. Rule S-6.
    pub planes: bool,
    /// The display shutter: what it would hide is seen. Rule P-23.
    pub shutter: bool,
}

/// Which window is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum VoiChoice {
    /// One of each image's own windows and tables, from 0; the whole stored range where it states none.
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
    /// One of each image's own tables, from 0 among windows and tables, over a window set by hand. Rule P-13.
    HandOverTable {
        /// Which.
        place: usize,
        /// What it is spread over.
        window: Window,
    },
}

impl Default for VoiChoice {
    fn default() -> Self {
        Self::Own(0)
    }
}

impl From<&WindowPreset> for VoiChoice {
    fn from(preset: &WindowPreset) -> Self {
        Self::Preset { name: preset.name.clone(), window: preset.window }
    }
}

impl VoiChoice {
    /// The window or table for an image, and the words that name it; `None` for a colour image, which has none, and as long
    /// as it must come of pixels that are not here yet. Rule P-10.
    pub fn resolve<'a>(
        &'a self,
        image: &'a crate::study::Image,
        frame: Option<&Frame>,
    ) -> Option<(Voi, &'a str)> {
        if image.instance.pixels.is_color() {
            return None;
        }
        let of_window = Voi::of_window;
        match self {
            Self::Own(place) => image
                .own_voi()
                .nth(*place)
                .or_else(|| Some((of_window(image.full_range_window()?), "full range")))
                .or_else(|| Some((of_window(window_of_pixels(image, frame?)?), "auto"))),
            Self::Preset { name, window } => Some((of_window(*window), name)),
            Self::Hand(window) => Some((of_window(*window), "")),
            Self::HandOverTable { place, window } => {
                let own = image.own_voi().nth(*place);
                let (table, name) = own.map_or((None, ""), |(voi, name)| (voi.table, name));
                Some((Voi { window: *window, table }, name))
            }
        }
    }
}

/// The share of pixels, in each tail, that a fitting window leaves out.
const TAIL_SHARE: f64 = 0.01;

/// The window from the darkest to the lightest pixels of an image, one in a hundred left out at each end, and padding too.
pub(super) fn fitting_window(image: &crate::study::Image, frame: &Frame) -> Option<Window> {
    if matches!(frame.pixels, Pixels::Color(_)) {
        return None;
    }
    let padding = image.padding_of(frame);
    let is_padding = |stored: f64| padding.is_some_and(|padding| padding.contains(stored));
    let stored = (0..frame.pixels.count()).filter_map(|index| frame.stored(index));
    let stored = stored.filter(|stored| stored.0.is_finite() && !is_padding(stored.0));
    let modality = image.units_of(frame, image.shown_lut());
    let mut values: Vec<f64> = stored.map(|stored| modality.to_modality(stored).0).collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a count"
    )]
    let tail = (values.len() as f64 * TAIL_SHARE) as usize;
    let last = values.len().checked_sub(1)?;
    let low = *values.select_nth_unstable_by(tail, f64::total_cmp).1;
    let high = *values.select_nth_unstable_by(last - tail, f64::total_cmp).1;
    if matches!(frame.pixels, Pixels::Reals(_)) {
        return Window::spanning_exactly(low, high).or_else(|_one_value| Window::spanning(low, high)).ok();
    }
    Window::spanning(low, high).ok()
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
    let (low, high) = image.units_of(frame, image.shown_lut()).range(low, high);
    Window::spanning_exactly(low, high).or_else(|_one_value| Window::spanning(low, high)).ok()
}
