//! How graphics and texts of a presentation state look, where it says so. PS3.3 C.10.5.1.3.12 to C.10.5.1.3.14.

use std::sync::Arc;

use super::graphic::Justification;

/// A colour that lets something of what lies behind it through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tint {
    /// Its `CIELab` value, as a layer's; `None` for the layer's own.
    pub color: Option<[u16; 3]>,
    /// 0 for nothing, 1 for all of it.
    pub opacity: f64,
}

/// A line: Line Style Sequence. PS3.3 C.10.5.1.3.13.
#[derive(Debug, Clone, PartialEq)]
pub struct LineStyle {
    /// Pattern On: the line, or its dashes.
    pub on: Tint,
    /// Pattern Off: what is drawn between dashes.
    pub off: Option<Tint>,
    /// Line Thickness, in the units of the graphic; `None` for the viewer's own.
    pub thickness: Option<f64>,
    /// Line Pattern of a dashed line: a bit a piece, the highest first.
    pub dashes: Option<u32>,
    /// What it casts.
    pub shadow: Option<Shadow>,
}

/// The inside of a graphic: Fill Style Sequence. PS3.3 C.10.5.1.3.14.
#[derive(Debug, Clone, PartialEq)]
pub struct FillStyle {
    /// Pattern On: the inside, or the set bits of its pattern.
    pub on: Tint,
    /// Pattern Off: the other bits.
    pub off: Option<Tint>,
    /// Fill Pattern of a stippled inside.
    pub pattern: Option<FillPattern>,
}

/// 32 rows of 32 bits, a bit a pixel of the screen, the highest leftmost.
pub type FillPattern = Arc<[u32; 32]>;

/// A text: Text Style Sequence. PS3.3 C.10.5.1.3.12.
#[derive(Debug, Clone, PartialEq)]
pub struct TextStyle {
    /// Text Color; `None` for the layer's own.
    pub color: Option<[u16; 3]>,
    /// Horizontal Alignment, in place of the box's justification.
    pub horizontal: Option<Justification>,
    /// Vertical Alignment.
    pub vertical: VerticalAlignment,
    /// What it casts.
    pub shadow: Option<Shadow>,
    /// Bold, Italic, Underlined.
    pub face: Face,
}

/// Where the lines of a text stand in the height of its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VerticalAlignment {
    /// TOP.
    #[default]
    Top,
    /// CENTER.
    Center,
    /// BOTTOM.
    Bottom,
}

/// How letters stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Face {
    /// Bold.
    pub is_bold: bool,
    /// Italic.
    pub is_italic: bool,
    /// Underlined.
    pub is_underlined: bool,
}

/// What lies behind lines and letters. PS3.3 C.10.5.1.3.13.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shadow {
    /// Shadow Style OUTLINED: all around, as wide as the offset is long; else NORMAL: moved by it.
    pub is_outline: bool,
    /// Shadow Offset X and Y, in the units of the graphic, to the right and down on the screen.
    pub offset: [f64; 2],
    /// Its colour.
    pub tint: Tint,
}
