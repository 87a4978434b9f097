//! What a presentation state draws over its images: layers, graphics, texts. PS3.3 C.10.5, C.10.7; rules S-7 to S-9.

use super::state::Subset;
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
    /// Compound Graphic Sequence.
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

/// A compound graphic, which plain graphics stand for. PS3.3 C.10.5, Compound Graphic Sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct CompoundObject {
    /// Compound Graphic Type: `ARROW`, `RULER`.
    pub kind: String,
    /// Compound Graphic Instance ID.
    pub id: Option<u32>,
    /// What the points count.
    pub units: GraphicUnits,
    /// Its points.
    pub points: Vec<[f64; 2]>,
    /// Whether it is filled.
    pub is_filled: bool,
}
