//! Marks on images and on sections of volumes: measured when they are drawn or changed, and kept with their image or volume.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::{
    Measurement, Refusal, Scale, SectionGround, Shape, Values, measure_with, pixels_inside, scale_by_state,
};
use crate::command::ToolName;
use crate::dicom::{FrameKey, StudyUid, Subtraction};
use crate::geometry::{Image, Point, Vector};
use crate::study::{self, FrameState, Library};
use crate::units::MmPerPixel;

use super::reformat::Reformat;

/// Values of a larger region, in pixels, are not counted while it is being drawn: the hand would feel it.
const COUNTED_WHILE_DRAWN: f64 = 500_000.0;

/// So many values of a volume are counted at once; more of them on the decode threads.
const COUNTED_AT_ONCE: f64 = 20_000.0;

/// What marks are kept with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkPlace {
    /// An image.
    Image(FrameKey),
    /// The volume of the display set that this image is one of.
    Volume(FrameKey),
}

/// A mark on an image, or on a section of a volume.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its identity, never given again.
    pub id: u32,
    /// Its geometry, in positions of its image; on a section, in millimetres right and down of its centre.
    pub shape: Shape,
    /// What it measures.
    pub measurement: Measurement,
    /// What was subtracted from the pixels whose values it counts: they are those of the picture that it was drawn on.
    pub subtraction: Option<Arc<Subtraction>>,
    /// What the presentation state of that picture says of the size of a pixel: of an image that does not say it, it is measured by this.
    pub stated: Option<MmPerPixel>,
    /// The section that it lies on, as that was shown when it was drawn; none on an image.
    pub section: Option<Reformat>,
    /// Whether values of a volume are to be counted yet, or once more when all images of it have come.
    pub is_pending: bool,
}

/// What a mark is drawn on.
pub(super) enum MarkGround<'a> {
    /// An image, less its mask where that is subtracted; what its presentation state says of the size of a pixel.
    Image { image: &'a study::Image, subtraction: Option<Arc<Subtraction>>, stated: Option<MmPerPixel> },
    /// A section; whether all images of its volume have come.
    Section { reformat: Reformat, ground: Box<SectionGround>, is_whole: bool },
}

impl Mark {
    /// One that is measured when the pixels of its image come.
    pub(super) const fn unmeasured(id: u32, shape: Shape) -> Self {
        let measurement =
            Measurement { lines: Vec::new(), basis: None, refusal: None, values: Values::Nothing };
        Self { id, shape, subtraction: None, stated: None, measurement, section: None, is_pending: false }
    }
}

/// A mark that is being drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The image or the volume that it is drawn on.
    pub place: MarkPlace,
    /// The section of the volume.
    pub section: Option<Reformat>,
    /// With which tool.
    pub tool: ToolName,
    /// What it measures so far.
    pub mark: Option<Mark>,
    /// The points so far; the last one follows the pointer.
    pub(super) points: Vec<Point<Image>>,
}

/// All marks, by image and by volume.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Marks {
    by_image: BTreeMap<FrameKey, Vec<Mark>>,
    /// By an image of the volume.
    by_volume: BTreeMap<FrameKey, Vec<Mark>>,
    /// What the reader says of the size of pixels.
    calibrated: BTreeMap<FrameKey, Scale>,
    given: u32,
}

impl Marks {
    /// The images that have marks or a scale of the reader's own.
    pub(super) fn images(&self) -> impl Iterator<Item = &FrameKey> {
        let unmarked = self.calibrated.keys().filter(|key| !self.by_image.contains_key(*key));
        self.by_image.keys().chain(unmarked)
    }

    /// The reader's own scale of an image.
    pub(super) fn own_scale(&self, key: &FrameKey) -> Option<&Scale> {
        self.calibrated.get(key)
    }

    /// The marks of an image, in the order in which they were drawn.
    pub fn of(&self, key: &FrameKey) -> &[Mark] {
        self.by_image.get(key).map_or(&[], Vec::as_slice)
    }

    /// The marks of an image or of a volume, in the order in which they were drawn.
    pub(super) fn at(&self, place: &MarkPlace) -> &[Mark] {
        let (marks, key) = match place {
            MarkPlace::Image(key) => (&self.by_image, key),
            MarkPlace::Volume(key) => (&self.by_volume, key),
        };
        marks.get(key).map_or(&[], Vec::as_slice)
    }

    /// All marks on sections, by an image of their volume.
    pub(super) const fn on_sections(&self) -> &BTreeMap<FrameKey, Vec<Mark>> {
        &self.by_volume
    }

    /// The scale for a mark with these points: the reader's own, else the image's, else what its presentation state says. Rule X-10.
    pub fn scale(
        &self,
        image: &study::Image,
        points: &[Point<Image>],
        stated: Option<MmPerPixel>,
    ) -> Result<Scale, Refusal> {
        let own = self.calibrated.get(&image.key());
        own.map_or_else(|| scale_by_state(image, points, stated), |own| Ok(own.clone()))
    }

    /// Takes the reader's own scale of an image, or forgets it; gives what was.
    pub(super) fn calibrate(&mut self, key: &FrameKey, scale: Option<Scale>) -> Option<Scale> {
        match scale {
            Some(scale) => self.calibrated.insert(key.clone(), scale),
            None => self.calibrated.remove(key),
        }
    }

    /// Measures a shape on an image whole.
    pub(super) fn measured(&self, id: u32, shape: Shape, on: MarkGround<'_>, library: &Library) -> Mark {
        match on {
            MarkGround::Image { image, subtraction, stated } => {
                let key = FrameKey { subtraction: subtraction.clone(), ..image.key() };
                let frame = library.frame(&key).and_then(FrameState::ready);
                let scale = self.scale(image, &shape.handles(), stated);
                let measurement = measure_with(&shape, scale, image, frame);
                Mark { measurement, subtraction, stated, ..Mark::unmeasured(id, shape) }
            }
            MarkGround::Section { reformat, ground, is_whole } => {
                let values = ground.values_in(&shape);
                let is_counted = values <= COUNTED_AT_ONCE;
                Mark {
                    measurement: ground.measure(&shape, is_counted),
                    section: Some(reformat),
                    is_pending: values > 0.0 && !(is_counted && is_whole),
                    ..Mark::unmeasured(id, shape)
                }
            }
        }
    }

    /// The same while the hand is at it.
    pub(super) fn while_drawn(&self, id: u32, shape: Shape, on: MarkGround<'_>, library: &Library) -> Mark {
        match on {
            MarkGround::Image { image, subtraction, stated }
                if pixels_inside(&shape) > COUNTED_WHILE_DRAWN =>
            {
                let scale = self.scale(image, &shape.handles(), stated);
                let measurement = measure_with(&shape, scale, image, None);
                Mark { measurement, subtraction, stated, ..Mark::unmeasured(id, shape) }
            }
            _ => self.measured(id, shape, on, library),
        }
    }

    /// Puts all marks of an image or a volume in place of what it had; gives what it had.
    pub(super) fn replace(&mut self, place: &MarkPlace, marks: Vec<Mark>) -> Vec<Mark> {
        let (all, key) = match place {
            MarkPlace::Image(key) => (&mut self.by_image, key),
            MarkPlace::Volume(key) => (&mut self.by_volume, key),
        };
        let before = if marks.is_empty() { all.remove(key) } else { all.insert(key.clone(), marks) };
        before.unwrap_or_default()
    }

    /// All marks and scales go.
    pub(super) fn clear(&mut self) {
        self.by_image.clear();
        self.by_volume.clear();
        self.calibrated.clear();
    }

    /// Forgets those of studies.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        self.by_image.retain(|key, _| !closed.contains(&key.study));
        self.by_volume.retain(|key, _| !closed.contains(&key.study));
        self.calibrated.retain(|key, _| !closed.contains(&key.study));
    }

    /// An identity for a new mark.
    pub(super) const fn next_id(&mut self) -> u32 {
        self.given += 1;
        self.given
    }

    /// The marks of an image count values less this from now on, and go by this size of a pixel where the image has none.
    pub(super) fn put_on(
        &mut self,
        key: &FrameKey,
        subtraction: Option<&Arc<Subtraction>>,
        stated: Option<MmPerPixel>,
    ) {
        for mark in self.by_image.get_mut(key).into_iter().flatten() {
            mark.subtraction = subtraction.cloned();
            mark.stated = stated;
        }
    }

    pub(super) fn get_mut(&mut self, place: &MarkPlace, id: u32) -> Option<&mut Mark> {
        let marks = match place {
            MarkPlace::Image(key) => self.by_image.get_mut(key),
            MarkPlace::Volume(key) => self.by_volume.get_mut(key),
        };
        marks?.iter_mut().find(|mark| mark.id == id)
    }

    /// Marks on sections whose values change with what comes of their volume; `is_growing` tells whether more may come.
    pub(super) fn count_anew(&mut self, is_growing: impl Fn(&FrameKey) -> bool) {
        for (_, marks) in self.by_volume.iter_mut().filter(|(key, _)| is_growing(key)) {
            for mark in marks.iter_mut().filter(|mark| mark.shape.has_values()) {
                mark.is_pending = true;
            }
        }
    }

    /// Measures the marks of an image anew: its pixels have come, or its scale is another.
    pub(super) fn measure_again(&mut self, key: &FrameKey, image: &study::Image, library: &Library) {
        let marks = self.by_image.remove(key).unwrap_or_default();
        let again = |mark: &Mark| {
            let on = MarkGround::Image { image, subtraction: mark.subtraction.clone(), stated: mark.stated };
            self.measured(mark.id, mark.shape, on, library)
        };
        let measured = marks.iter().map(again).collect();
        self.replace(&MarkPlace::Image(key.clone()), measured);
    }
}

impl Draft {
    /// The shape of the points so far; `None` while they make none.
    pub(super) fn shape(&self) -> Option<Shape> {
        match (self.tool, self.points.as_slice()) {
            // The first arm of an angle looks like a length.
            (ToolName::Length | ToolName::Angle, &[a, b]) => Some(Shape::Length([a, b])),
            (ToolName::Angle, &[a, b, c]) => Some(Shape::Angle([a, b, c])),
            (ToolName::Ellipse, &[a, b]) => Some(Shape::Ellipse([a, b])),
            (ToolName::Rectangle, &[a, b]) => Some(Shape::Rectangle([a, b])),
            (ToolName::Probe, &[a, ..]) => Some(Shape::Probe(a)),
            _ => None,
        }
    }

    /// How many points make it whole.
    pub(super) const fn points_needed(&self) -> usize {
        match self.tool {
            ToolName::Probe => 1,
            ToolName::Angle => 3,
            _ => 2,
        }
    }

    /// Whether two points are one: no mark is meant.
    pub(super) fn is_degenerate(&self) -> bool {
        self.points.windows(2).any(|pair| match pair {
            [a, b] => (*b - *a).length() < 1e-6,
            _ => false,
        })
    }
}

/// A mark in the hand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeldMark {
    pub(super) place: MarkPlace,
    pub(super) id: u32,
    /// The handle held; none where the whole is.
    pub(super) handle: Option<usize>,
    pub(super) shape: Shape,
    pub(super) from: Point<Image>,
    /// All marks of the image or the volume before.
    pub(super) before: Vec<Mark>,
}

impl HeldMark {
    /// The shape with the hand at another place.
    pub(super) fn at(&self, to: Point<Image>) -> Shape {
        let by: Vector<Image> = to - self.from;
        match self.handle {
            Some(handle) => self.shape.with_handle(handle, to),
            None => self.shape.moved(by),
        }
    }
}
