//! What a presentation state draws over a picture, as plain data.

use crate::geometry::{Point, Vector, View};
use crate::presentation::{Face, FillPattern, Justification, VerticalAlignment};
use crate::units::Phi;

use super::paint::Paint;

/// What is drawn, in device pixels from the corner of the picture.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphicPlan {
    /// Lines, or what they enclose.
    Shape(ShapePlan),
    /// A text.
    Text(TextPlan),
}

impl GraphicPlan {
    /// Points of lines, rows of what is filled, and letters.
    pub fn points(&self) -> usize {
        match self {
            Self::Shape(shape) => shape.lines.iter().map(Vec::len).sum::<usize>() + shape.fill.len(),
            Self::Text(text) => text.lines.iter().map(|line| line.reveal().len()).sum(),
        }
    }
}

/// Lines of one kind, or what they enclose.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapePlan {
    /// In which colour.
    pub paint: Paint,
    /// How thick lines are, in device pixels; `None` for the viewer's own.
    pub thickness: Option<f64>,
    /// Whether something dark around lines makes them visible on white.
    pub has_halo: bool,
    /// Lines from point to point; a single point is one.
    pub lines: Vec<Vec<Point<View>>>,
    /// What is filled, row by row.
    pub fill: Vec<Span>,
    /// Which pixels of what is filled are painted; `None` for all.
    pub pattern: Option<FillPattern>,
}

/// A text in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct TextPlan {
    /// In which colour.
    pub paint: Paint,
    /// Its lines, which may name the patient.
    pub lines: Vec<Phi<String>>,
    /// The box that it begins in, top left and bottom right as seen, and where the lines stand between its sides. The text
    /// may be larger.
    pub in_box: Option<([Point<View>; 2], Justification, VerticalAlignment)>,
    /// What it belongs to, and whether a line leads there.
    pub anchor: Option<(Point<View>, bool)>,
    /// How letters stand out.
    pub face: Face,
    /// What lies behind them.
    pub shadow: Option<ShadowPlan>,
}

/// What lies behind letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShadowPlan {
    /// In which colour.
    pub paint: Paint,
    /// Where to, in device pixels.
    pub offset: Vector<View>,
    /// Whether it is all around, as wide as the offset is long.
    pub is_outline: bool,
}

/// A part of a row of device pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The row, from 0.
    pub row: u32,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}
