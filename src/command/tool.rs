//! The active tool, and the pointer as plain data in view space.

use std::fmt;

use crate::geometry::{Point, View};

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, finite};

/// The active tool and the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToolCommand {
    /// What dragging with the left button does.
    Choose(ToolName),
    /// The pointer, in the focused viewport.
    Pointer(PointerCommand),
}

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolName {
    /// Scrolls.
    Scroll,
    /// Windows: right is wider, down is brighter's opposite, a higher center.
    Window,
    /// Zooms about the point pressed.
    Zoom,
    /// Moves the picture.
    Pan,
}

impl ToolName {
    /// All of them, in the order of the tool rail.
    pub const ALL: [Self; 4] = [Self::Scroll, Self::Window, Self::Zoom, Self::Pan];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scroll => "scroll",
            Self::Window => "window",
            Self::Zoom => "zoom",
            Self::Pan => "pan",
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
    usage: "tool scroll | window | zoom | pan",
    help: "Chooses what dragging with the left button does.",
    context: Context::Viewport,
    offers: &[
        offer("Scroll tool", "tool scroll"),
        offer("Window tool", "tool window"),
        offer("Zoom tool", "tool zoom"),
        offer("Pan tool", "tool pan"),
    ],
};
static POINTER: Entry = Entry {
    usage: "pointer press left|middle|right X Y | move X Y [fine] | release | zoom FACTOR X Y",
    help: "What the mouse does in the focused viewport, in screen pixels from its top left corner.",
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
            Self::Pointer(PointerCommand::ZoomAt { factor, at }) => {
                write!(f, "pointer zoom {factor} {} {}", at.xyz.x, at.xyz.y)
            }
        }
    }
}
