//! Marks on images: measured when they are drawn or changed, and kept with their image.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::{Measurement, Refusal, Scale, Shape, Values, measure_with, pixels_inside, scale_for};
use crate::command::ToolName;
use crate::dicom::{FrameKey, Subtraction};
use crate::geometry::{Image, Point, Vector};
use crate::study::{self, FrameState, Library};

/// Values of a larger region, in pixels, are not counted while it is being drawn: the hand would feel it.
const COUNTED_WHILE_DRAWN: f64 = 500_000.0;

/// A mark on an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its identity, never given again.
    pub id: u32,
    /// Its geometry, in positions of its image.
    pub shape: Shape,
    /// What it measures.
    pub measurement: Measurement,
    /// What was subtracted from the pixels whose values it counts: they are those of the picture that it was drawn on.
    pub subtraction: Option<Arc<Subtraction>>,
}

/// Where a mark is drawn: on an image, less its mask where that is subtracted.
pub(super) struct MarkGround<'a> {
    pub(super) image: &'a study::Image,
    pub(super) subtraction: Option<Arc<Subtraction>>,
}

impl Mark {
    /// One that is measured when the pixels of its image come.
    pub(super) const fn unmeasured(id: u32, shape: Shape) -> Self {
        let measurement =
            Measurement { lines: Vec::new(), basis: None, refusal: None, values: Values::Nothing };
        Self { id, shape, subtraction: None, measurement }
    }
}

/// A mark that is being drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The image that it is drawn on.
    pub key: FrameKey,
    /// With which tool.
    pub tool: ToolName,
    /// What it measures so far.
    pub mark: Option<Mark>,
    /// The points so far; the last one follows the pointer.
    pub(super) points: Vec<Point<Image>>,
}

/// All marks, by image.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Marks {
    by_image: BTreeMap<FrameKey, Vec<Mark>>,
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

    /// The scale for a mark with these points: the reader's own, else the image's. Rule X-10.
    pub fn scale(&self, image: &study::Image, points: &[Point<Image>]) -> Result<Scale, Refusal> {
        self.calibrated.get(&image.key()).map_or_else(|| scale_for(image, points), |own| Ok(own.clone()))
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
        let MarkGround { image, subtraction } = on;
        let key = FrameKey { subtraction: subtraction.clone(), ..image.key() };
        let frame = library.frame(&key).and_then(FrameState::ready);
        let scale = self.scale(image, &shape.handles());
        Mark { id, shape, measurement: measure_with(&shape, scale, image, frame), subtraction }
    }

    /// The same while the hand is at it.
    pub(super) fn while_drawn(&self, id: u32, shape: Shape, on: MarkGround<'_>, library: &Library) -> Mark {
        if pixels_inside(&shape) <= COUNTED_WHILE_DRAWN {
            return self.measured(id, shape, on, library);
        }
        let MarkGround { image, subtraction } = on;
        let scale = self.scale(image, &shape.handles());
        Mark { id, shape, measurement: measure_with(&shape, scale, image, None), subtraction }
    }

    /// Puts all marks of an image in place of what it had; gives what it had.
    pub(super) fn replace(&mut self, key: &FrameKey, marks: Vec<Mark>) -> Vec<Mark> {
        let before = if marks.is_empty() {
            self.by_image.remove(key)
        } else {
            self.by_image.insert(key.clone(), marks)
        };
        before.unwrap_or_default()
    }

    /// An identity for a new mark.
    pub(super) const fn next_id(&mut self) -> u32 {
        self.given += 1;
        self.given
    }

    /// The marks of an image count values less this from now on.
    pub(super) fn put_on(&mut self, key: &FrameKey, subtraction: Option<&Arc<Subtraction>>) {
        for mark in self.by_image.get_mut(key).into_iter().flatten() {
            mark.subtraction = subtraction.cloned();
        }
    }

    pub(super) fn get_mut(&mut self, key: &FrameKey, id: u32) -> Option<&mut Mark> {
        self.by_image.get_mut(key)?.iter_mut().find(|mark| mark.id == id)
    }

    /// Measures the marks of an image anew: its pixels have come, or its scale is another.
    pub(super) fn measure_again(&mut self, key: &FrameKey, image: &study::Image, library: &Library) {
        let marks = self.replace(key, Vec::new());
        let again = |mark: &Mark| {
            let on = MarkGround { image, subtraction: mark.subtraction.clone() };
            self.measured(mark.id, mark.shape, on, library)
        };
        let measured = marks.iter().map(again).collect();
        self.replace(key, measured);
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
    pub(super) key: FrameKey,
    pub(super) id: u32,
    /// The handle held; none where the whole is.
    pub(super) handle: Option<usize>,
    pub(super) shape: Shape,
    pub(super) from: Point<Image>,
    /// All marks of the image before.
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
