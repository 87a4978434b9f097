//! What a presentation state draws over its images: layers, graphics, texts. PS3.3 C.10.5, C.10.7; rules S-7 to S-9.

use super::state::Subset;
use super::style::{FillStyle, LineStyle, TextStyle};
use crate::color::Ink;
use crate::units::{PValue, Phi};

/// A layer: what lies in one of a higher order lies on top. PS3.3 C.10.7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphicLayer {
    /// Graphic Layer, by which annotations and overlays name it.
    pub name: String,
    /// Graphic Layer Order.
    pub order: i64,
    /// Graphic Layer Recommended Display Grayscale Value.
    pub gray: Option<PValue>,
    /// Graphic Layer Recommended Display `CIELab` Value: L\*, a\* and b\* of 16 bits each. PS3.3 C.10.7.1.1.
    pub color: Option<[u16; 3]>,
    /// Graphic Layer Description, or empty.
    pub description: String,
}

impl GraphicLayer {
    /// What is drawn in it is drawn in this; `None` where it recommends nothing.
    pub fn ink(&self) -> Option<Ink> {
        Ink::stated(self.gray, self.color)
    }
}

/// Graphics and texts in one layer over some of the images. PS3.3 C.10.5.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphicAnnotation {
    /// The images.
    pub images: Subset,
    /// The layer's name.
    pub layer: String,
    /// Graphic Object Sequence.
    pub graphics: Vec<GraphicObject>,
    /// Text Object Sequence.
    pub texts: Vec<TextObject>,
    /// Compound Graphic Sequence: what can be drawn of it, in place of its plain form.
    pub compounds: Vec<CompoundObject>,
}

impl GraphicAnnotation {
    /// Moves all that counts shares of the displayed area.
    pub fn move_shares(&mut self, to: impl Fn([f64; 2]) -> [f64; 2]) {
        let of_graphics = self.graphics.iter_mut().filter(|graphic| graphic.units == GraphicUnits::Display);
        of_graphics.flat_map(|graphic| &mut graphic.points).for_each(|point| *point = to(*point));
        for text in &mut self.texts {
            if let Some(at) = text.bounding_box.as_mut().filter(|at| at.units == GraphicUnits::Display) {
                (at.top_left, at.bottom_right) = (to(at.top_left), to(at.bottom_right));
            }
            if let Some(anchor) = text.anchor.as_mut().filter(|anchor| anchor.units == GraphicUnits::Display)
            {
                anchor.at = to(anchor.at);
            }
        }
    }
}

/// What coordinates count. PS3.3 C.10.5.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GraphicUnits {
    /// PIXEL: image pixels, column then row; 0.0\0.0 is the outer corner of the first pixel. They turn with the image.
    Pixel,
    /// DISPLAY: shares of the displayed area as it is seen, right then down, 0.0\0.0 to 1.0\1.0. They never turn.
    Display,
}

/// Graphic Type. PS3.3 C.10.5.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GraphicKind {
    /// One point.
    Point,
    /// Straight lines from point to point; closed where the last is the first.
    Polyline,
    /// A curve through the points; closed where the last is the first.
    Interpolated,
    /// The centre, and a point on the circumference.
    Circle,
    /// Both ends of the major axis, then both of the minor one.
    Ellipse,
}

/// A graphic.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphicObject {
    /// What is drawn.
    pub kind: GraphicKind,
    /// What the points count.
    pub units: GraphicUnits,
    /// The points: as many as the kind takes, all finite.
    pub points: Vec<[f64; 2]>,
    /// Whether it is filled; only what is closed ever is.
    pub is_filled: bool,
    /// How its line looks.
    pub line: Option<LineStyle>,
    /// How its inside looks.
    pub fill: Option<FillStyle>,
    /// Compound Graphic Instance ID: it is the plain form of that compound graphic.
    pub compound: Option<u32>,
}

/// A text. It has a box or an anchor, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct TextObject {
    /// Unformatted Text Value: lines, which may name the patient.
    pub text: Phi<String>,
    /// Where it stands.
    pub bounding_box: Option<TextBox>,
    /// What it points to.
    pub anchor: Option<Anchor>,
    /// How it looks.
    pub style: Option<TextStyle>,
    /// Compound Graphic Instance ID: it is the plain form of that compound graphic.
    pub compound: Option<u32>,
}

/// The box of a text. It may be too small for it. PS3.3 C.10.5.1.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextBox {
    /// What the corners count.
    pub units: GraphicUnits,
    /// Bounding Box Top Left Hand Corner, as the text is read.
    pub top_left: [f64; 2],
    /// Bounding Box Bottom Right Hand Corner, as the text is read.
    pub bottom_right: [f64; 2],
    /// Where the lines stand in it.
    pub justification: Justification,
}

/// Bounding Box Text Horizontal Justification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Justification {
    /// LEFT.
    #[default]
    Left,
    /// CENTER.
    Center,
    /// RIGHT.
    Right,
}

impl Justification {
    /// By its enumerated value.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "LEFT" => Self::Left,
            "CENTER" => Self::Center,
            "RIGHT" => Self::Right,
            _ => return None,
        })
    }

    /// Its enumerated value.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Left => "LEFT",
            Self::Center => "CENTER",
            Self::Right => "RIGHT",
        }
    }
}

/// What a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// What the point counts.
    pub units: GraphicUnits,
    /// Anchor Point.
    pub at: [f64; 2],
    /// Anchor Point Visibility: whether a line leads there.
    pub is_visible: bool,
}

/// A compound graphic, which plain ones stand for where it cannot be drawn. PS3.3 C.10.5.1.3.
#[derive(Debug, Clone, PartialEq)]
pub struct CompoundObject {
    /// What is drawn.
    pub kind: CompoundKind,
    /// Compound Graphic Instance ID.
    pub id: u32,
    /// What the points count.
    pub units: GraphicUnits,
    /// Its points: as many as the kind takes, all finite.
    pub points: Vec<[f64; 2]>,
    /// Whether it is filled; only rectangles and ellipses are.
    pub is_filled: bool,
    /// How its lines look.
    pub line: Option<LineStyle>,
    /// How its inside looks.
    pub fill: Option<FillStyle>,
    /// How its labels look.
    pub text: Option<TextStyle>,
    /// Rotation Angle, degrees counterclockwise.
    pub rotation_degrees: f64,
    /// Rotation Point: the middle of the turn, and of the gap of a line.
    pub rotation_point: Option<[f64; 2]>,
    /// Gap Length: the diameter of a circle without lines, a share of the displayed area.
    pub gap: f64,
    /// Diameter of Visibility: of the circle that a crosshair fills, a share of the displayed area; `None` for all of it.
    pub visible_diameter: Option<f64>,
    /// Its ticks.
    pub ticks: Ticks,
}

/// Compound Graphic Type. PS3.3 C.10.5.1.3.3 to C.10.5.1.3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompoundKind {
    /// Lines of two points each.
    MultiLine,
    /// A line through two points, to the borders of the picture.
    InfiniteLine,
    /// The same, with two arrows that tell from where it is looked at.
    CutLine,
    /// A line from one bar across it to another.
    RangeLine,
    /// A line with ticks.
    Ruler,
    /// A line with ticks that are numbered.
    Axis,
    /// Two lines across each other at a point.
    Crosshair,
    /// A line with a head at the first of its two points.
    Arrow,
    /// By two corners.
    Rectangle,
    /// By two corners of the rectangle around it.
    Ellipse,
}

impl CompoundKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::MultiLine,
        Self::InfiniteLine,
        Self::CutLine,
        Self::RangeLine,
        Self::Ruler,
        Self::Axis,
        Self::Crosshair,
        Self::Arrow,
        Self::Rectangle,
        Self::Ellipse,
    ];

    /// The defined term.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MultiLine => "MULTILINE",
            Self::InfiniteLine => "INFINITELINE",
            Self::CutLine => "CUTLINE",
            Self::RangeLine => "RANGELINE",
            Self::Ruler => "RULER",
            Self::Axis => "AXIS",
            Self::Crosshair => "CROSSHAIR",
            Self::Arrow => "ARROW",
            Self::Rectangle => "RECTANGLE",
            Self::Ellipse => "ELLIPSE",
        }
    }

    /// Whether it has an inside.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Rectangle | Self::Ellipse)
    }
}

/// The ticks of a compound graphic. PS3.3 C.10.5.1.3.8, C.10.5.1.3.9.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ticks {
    /// Major Ticks Sequence: places from 0 at the first point to 1 at the last, and their labels.
    pub major: Vec<(f64, Phi<String>)>,
    /// Tick Alignment.
    pub side: TickSide,
    /// Show Tick Label.
    pub has_labels: bool,
    /// Tick Label Alignment TOP, else BOTTOM.
    pub are_labels_above: bool,
}

/// On which side of a line its ticks are: above and below it where it leads from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TickSide {
    /// BOTTOM.
    Bottom,
    /// CENTER.
    #[default]
    Center,
    /// TOP.
    Top,
}
