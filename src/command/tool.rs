//! The active tool, and the pointer as plain data in view space.

use std::fmt;

use crate::geometry::{Point, View};

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, finite, ordinal};

/// The active tool and the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToolCommand {
    /// What dragging with the left button does.
    Choose(ToolName),
    /// The pointer, in the focused viewport.
    Pointer(PointerCommand),
}

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToolName {
    /// Scrolls.
    #[default]
    Scroll,
    /// Windows: right is wider, down is brighter's opposite, a higher center.
    Window,
    /// Zooms about the point pressed.
    Zoom,
    /// Moves the picture.
    Pan,
    /// Measures a length.
    Length,
    /// Measures an angle: two arms, the middle point between them.
    Angle,
    /// Measures the values in an ellipse.
    Ellipse,
    /// Measures the values in a rectangle.
    Rectangle,
    /// Marks the value at a point.
    Probe,
    /// Shows the place under the pointer larger.
    Magnifier,
    /// Shows the point under the pointer in all viewports of its frame of reference.
    Point,
    /// Places the points of a path.
    Curve,
    /// Cuts a rendering along an outline, drawn in one go or from point to point.
    Scissors,
}

impl ToolName {
    /// All of them, in the order of the tool rail.
    pub const ALL: [Self; 13] = [
        Self::Scroll,
        Self::Window,
        Self::Zoom,
        Self::Pan,
        Self::Length,
        Self::Angle,
        Self::Ellipse,
        Self::Rectangle,
        Self::Probe,
        Self::Magnifier,
        Self::Point,
        Self::Curve,
        Self::Scissors,
    ];

    /// Whether it leaves a mark on the image.
    pub const fn measures(self) -> bool {
        matches!(self, Self::Length | Self::Angle | Self::Ellipse | Self::Rectangle | Self::Probe)
    }

    /// Whether each click places a point: then two of them are no double click.
    pub const fn places_points(self) -> bool {
        self.measures() || matches!(self, Self::Curve)
    }

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scroll => "scroll",
            Self::Window => "window",
            Self::Zoom => "zoom",
            Self::Pan => "pan",
            Self::Length => "length",
            Self::Angle => "angle",
            Self::Ellipse => "ellipse",
            Self::Rectangle => "rectangle",
            Self::Probe => "probe",
            Self::Magnifier => "magnifier",
            Self::Point => "point",
            Self::Curve => "curve",
            Self::Scissors => "scissors",
        }
    }
}

/// A pointer event in the focused viewport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PointerCommand {
    /// A button went down.
    Press {
        /// Which.
        button: PointerButton,
        /// Where.
        at: Point<View>,
    },
    /// The pointer moved with the button down.
    Move {
        /// Where to.
        at: Point<View>,
        /// Shift is held: a tenth of the effect.
        is_fine: bool,
    },
    /// The button went up.
    Release,
    /// The pointer is over an image, whatever has the focus.
    Hover {
        /// The viewport of the focused window, from 1.
        viewport: usize,
        /// The tile in it, from 1.
        tile: usize,
        /// Where in the tile.
        at: Point<View>,
    },
    /// The pointer is over no image.
    Leave,
    /// Moves the pointer over the focused viewport by image pixels, as seen: by keys.
    Step {
        /// To the right.
        right: f64,
        /// Down.
        down: f64,
    },
    /// A click with the active tool where the pointer is: by keys.
    Click,
    /// Zooms by a factor about a point: Ctrl and the wheel.
    ZoomAt {
        /// The factor.
        factor: f64,
        /// The point that stays where it is.
        at: Point<View>,
    },
}

/// A button of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerButton {
    /// The active tool.
    Left,
    /// Pan.
    Middle,
    /// Window.
    Right,
}

impl PointerButton {
    const ALL: [Self; 3] = [Self::Left, Self::Middle, Self::Right];

    const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Middle => "middle",
            Self::Right => "right",
        }
    }
}

static TOOL: Entry = Entry {
    usage: "tool scroll | window | zoom | pan | length | angle | ellipse | rectangle | probe | magnifier | point | curve",
    help: "Chooses what dragging with the left button does.",
    context: Context::Viewport,
    offers: &[
        offer("Scroll tool", "tool scroll"),
        offer("Window tool", "tool window"),
        offer("Zoom tool", "tool zoom"),
        offer("Pan tool", "tool pan"),
        offer("Length tool", "tool length"),
        offer("Angle tool", "tool angle"),
        offer("Ellipse tool", "tool ellipse"),
        offer("Rectangle tool", "tool rectangle"),
        offer("Probe tool", "tool probe"),
        offer("Magnifier", "tool magnifier"),
        offer("Same point in all viewports", "tool point"),
        offer("Points of a path", "tool curve"),
    ],
};
static POINTER: Entry = Entry {
    usage: "pointer press left|middle|right X Y | move X Y [fine] | release | zoom FACTOR X Y | hover VIEWPORT TILE X Y | leave \
            | step RIGHT DOWN | click",
    help: "What the mouse does in the focused viewport, in screen pixels from its top left corner; by keys, steps of image pixels and a click.",
    context: Context::Viewport,
    offers: &[],
};

pub(super) static ENTRIES: &[&Entry] = &[&TOOL, &POINTER];

impl TextCommand for ToolCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        let point = |x: &str, y: &str| Some(Point::flat(finite(x)?, finite(y)?));
        Some(match *words {
            ["tool", name] => Self::Choose(ToolName::ALL.into_iter().find(|tool| tool.name() == name)?),
            ["pointer", "press", button, x, y] => {
                let button = PointerButton::ALL.into_iter().find(|known| known.name() == button)?;
                Self::Pointer(PointerCommand::Press { button, at: point(x, y)? })
            }
            ["pointer", "move", x, y] => {
                Self::Pointer(PointerCommand::Move { at: point(x, y)?, is_fine: false })
            }
            ["pointer", "move", x, y, "fine"] => {
                Self::Pointer(PointerCommand::Move { at: point(x, y)?, is_fine: true })
            }
            ["pointer", "hover", viewport, tile, x, y] => Self::Pointer(PointerCommand::Hover {
                viewport: ordinal(viewport)?,
                tile: ordinal(tile)?,
                at: point(x, y)?,
            }),
            ["pointer", "leave"] => Self::Pointer(PointerCommand::Leave),
            ["pointer", "step", right, down] => {
                Self::Pointer(PointerCommand::Step { right: finite(right)?, down: finite(down)? })
            }
            ["pointer", "click"] => Self::Pointer(PointerCommand::Click),
            ["pointer", "release"] => Self::Pointer(PointerCommand::Release),
            ["pointer", "zoom", factor, x, y] => {
                let factor = finite(factor).filter(|factor| *factor > 0.0)?;
                Self::Pointer(PointerCommand::ZoomAt { factor, at: point(x, y)? })
            }
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Choose(_) => &TOOL,
            Self::Pointer(_) => &POINTER,
        }
    }
}

impl fmt::Display for ToolCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choose(tool) => write!(f, "tool {}", tool.name()),
            Self::Pointer(PointerCommand::Press { button, at }) => {
                write!(f, "pointer press {} {} {}", button.name(), at.xyz.x, at.xyz.y)
            }
            Self::Pointer(PointerCommand::Move { at, is_fine }) => {
                write!(f, "pointer move {} {}", at.xyz.x, at.xyz.y)?;
                f.write_str(if *is_fine { " fine" } else { "" })
            }
            Self::Pointer(PointerCommand::Release) => f.write_str("pointer release"),
            Self::Pointer(PointerCommand::Hover { viewport, tile, at }) => {
                write!(f, "pointer hover {viewport} {tile} {} {}", at.xyz.x, at.xyz.y)
            }
            Self::Pointer(PointerCommand::Leave) => f.write_str("pointer leave"),
            Self::Pointer(PointerCommand::Step { right, down }) => write!(f, "pointer step {right} {down}"),
            Self::Pointer(PointerCommand::Click) => f.write_str("pointer click"),
            Self::Pointer(PointerCommand::ZoomAt { factor, at }) => {
                write!(f, "pointer zoom {factor} {} {}", at.xyz.x, at.xyz.y)
            }
        }
    }
}
