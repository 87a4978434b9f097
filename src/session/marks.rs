//! Marks on images: measured when they are drawn or changed, and kept with their image.

use std::collections::BTreeMap;

use crate::annotation::{Measurement, Shape, measure, pixels_inside};
use crate::command::ToolName;
use crate::dicom::FrameKey;
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
    given: u32,
}

impl Marks {
    /// The marks of an image, in the order in which they were drawn.
    pub fn of(&self, key: &FrameKey) -> &[Mark] {
        self.by_image.get(key).map_or(&[], Vec::as_slice)
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

    pub(super) fn get_mut(&mut self, key: &FrameKey, id: u32) -> Option<&mut Mark> {
        self.by_image.get_mut(key)?.iter_mut().find(|mark| mark.id == id)
    }

    /// Measures the marks of an image anew: its pixels have come.
    pub(super) fn measure_again(&mut self, key: &FrameKey, image: &study::Image, library: &Library) {
        for mark in self.by_image.get_mut(key).into_iter().flatten() {
            *mark = Mark::new(mark.id, mark.shape, image, library);
        }
    }
}

impl Mark {
    /// Measures a shape whole.
    pub(super) fn new(id: u32, shape: Shape, image: &study::Image, library: &Library) -> Self {
        let frame = library.frame(&image.key()).and_then(FrameState::ready);
        Self { id, shape, measurement: measure(&shape, image, frame) }
    }

    /// The same while the hand is at it.
    pub(super) fn while_drawn(id: u32, shape: Shape, image: &study::Image, library: &Library) -> Self {
        if pixels_inside(&shape) <= COUNTED_WHILE_DRAWN {
            return Self::new(id, shape, image, library);
        }
        Self { id, shape, measurement: measure(&shape, image, None) }
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
