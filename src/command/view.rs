//! Where the focused viewport looks: scroll, zoom, pan, turn; and what it does to pixels before the window.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, finite, ordinal};

/// Where the focused viewport looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ViewCommand {
    /// Through the images of the display set.
    Scroll(ScrollTarget),
    /// Larger or smaller.
    Zoom(ZoomCommand),
    /// Moves the picture by device pixels, right and down.
    Pan {
        /// To the right.
        right: f64,
        /// Down.
        down: f64,
    },
    /// Turns the picture.
    Rotate(Rotation),
    /// Mirrors the picture.
    Flip(Flip),
    /// Over pixels.
    Filter(Filter),
    /// Back to how the image was hung.
    Reset,
    /// Between pixels.
    Interpolation(Interpolation),
}

/// Where to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScrollTarget {
    /// So many images on, or back when negative.
    By(i32),
    /// The first image.
    First,
    /// The last image.
    Last,
    /// An image by its number, from 1.
    To(usize),
}

/// How to zoom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZoomCommand {
    /// The whole image in the viewport.
    Fit,
    /// One device pixel per image pixel.
    OneToOne,
    /// A millimetre of the patient is one on the monitor.
    TrueSize,
    /// By a factor, about the middle of the viewport.
    By(f64),
}

/// How to turn the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// A quarter clockwise.
    Right,
    /// A quarter the other way.
    Left,
    /// Upside down.
    Half,
}

impl Rotation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::Left, Self::Half];

    const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
            Self::Half => "half",
        }
    }
}

/// How to mirror the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flip {
    /// Left for right.
    Horizontal,
    /// Top for bottom.
    Vertical,
}

impl Flip {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Horizontal, Self::Vertical];

    const fn name(self) -> &'static str {
        match self {
            Self::Horizontal => "horizontal",
            Self::Vertical => "vertical",
        }
    }
}

/// What stands between image pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Interpolation {
    /// The nearest pixel.
    Nearest,
    /// Linear between the four around.
    #[default]
    Linear,
    /// Cubic (Catmull-Rom) between the sixteen around.
    Cubic,
}

impl Interpolation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nearest, Self::Linear, Self::Cubic];

    /// The name in commands and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Linear => "linear",
            Self::Cubic => "cubic",
        }
    }

    /// From its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interpolation| interpolation.name() == name)
    }
}

/// What is done to the values of pixels before the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Filter {
    /// Nothing.
    #[default]
    None,
    /// Less noise, less detail.
    Smooth,
    /// More edge, more noise.
    Sharpen,
}

impl Filter {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Smooth, Self::Sharpen];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Smooth => "smooth",
            Self::Sharpen => "sharpen",
        }
    }
}

static SCROLL: Entry = Entry {
    usage: "scroll +N | -N | first | last | to N",
    help: "Scrolls through the images of the focused viewport.",
    context: Context::Viewport,
    offers: &[
        offer("Next image", "scroll +1"),
        offer("Previous image", "scroll -1"),
        offer("Ten images on", "scroll +10"),
        offer("Ten images back", "scroll -10"),
        offer("First image", "scroll first"),
        offer("Last image", "scroll last"),
    ],
};
static ZOOM: Entry = Entry {
    usage: "zoom fit | 1:1 | true | by FACTOR",
    help: "Fits the image to the viewport, shows one screen pixel per image pixel or true size, or zooms by a factor.",
    context: Context::Viewport,
    offers: &[
        offer("Fit to viewport", "zoom fit"),
        offer("One screen pixel per image pixel", "zoom 1:1"),
        offer("True size", "zoom true"),
        offer("Zoom in", "zoom by 1.25"),
        offer("Zoom out", "zoom by 0.8"),
    ],
};
static PAN: Entry = Entry {
    usage: "pan RIGHT DOWN",
    help: "Moves the picture by so many screen pixels.",
    context: Context::Viewport,
    offers: &[],
};
static ROTATE: Entry = Entry {
    usage: "rotate right | left | half",
    help: "Turns the picture of the focused viewport by a quarter or a half.",
    context: Context::Viewport,
    offers: &[
        offer("Turn right", "rotate right"),
        offer("Turn left", "rotate left"),
        offer("Turn upside down", "rotate half"),
    ],
};
static FLIP: Entry = Entry {
    usage: "flip horizontal | vertical",
    help: "Mirrors the picture of the focused viewport.",
    context: Context::Viewport,
    offers: &[offer("Flip left for right", "flip horizontal"), offer("Flip top for bottom", "flip vertical")],
};
static FILTER: Entry = Entry {
    usage: "filter none | smooth | sharpen",
    help: "Smooths or sharpens the image of the focused viewport; a badge says so.",
    context: Context::Viewport,
    offers: &[
        offer("Smooth", "filter smooth"),
        offer("Sharpen", "filter sharpen"),
        offer("No filter", "filter none"),
    ],
};
static RESET: Entry = Entry {
    usage: "reset",
    help: "Puts zoom, position, turn, window, inversion and filter of the focused viewport back.",
    context: Context::Viewport,
    offers: &[offer("Reset view", "reset")],
};
static INTERPOLATION: Entry = Entry {
    usage: "interpolation nearest | linear | cubic",
    help: "Chooses what stands between image pixels when they are shown larger.",
    context: Context::Viewport,
    offers: &[
        offer("Interpolation off (nearest pixel)", "interpolation nearest"),
        offer("Interpolation linear", "interpolation linear"),
        offer("Interpolation cubic", "interpolation cubic"),
    ],
};

pub(super) static ENTRIES: &[&Entry] =
    &[&SCROLL, &ZOOM, &PAN, &ROTATE, &FLIP, &FILTER, &RESET, &INTERPOLATION];

impl TextCommand for ViewCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["scroll", "first"] => Self::Scroll(ScrollTarget::First),
            ["scroll", "last"] => Self::Scroll(ScrollTarget::Last),
            ["scroll", "to", number] => Self::Scroll(ScrollTarget::To(ordinal(number)?)),
            ["scroll", steps] if steps.starts_with(['+', '-']) => {
                Self::Scroll(ScrollTarget::By(steps.parse().ok()?))
            }
            ["zoom", "fit"] => Self::Zoom(ZoomCommand::Fit),
            ["zoom", "1:1"] => Self::Zoom(ZoomCommand::OneToOne),
            ["zoom", "true"] => Self::Zoom(ZoomCommand::TrueSize),
            ["zoom", "by", factor] => {
                Self::Zoom(ZoomCommand::By(finite(factor).filter(|factor| *factor > 0.0)?))
            }
            ["pan", right, down] => Self::Pan { right: finite(right)?, down: finite(down)? },
            ["rotate", name] => Self::Rotate(Rotation::ALL.into_iter().find(|turn| turn.name() == name)?),
            ["flip", name] => Self::Flip(Flip::ALL.into_iter().find(|flip| flip.name() == name)?),
            ["filter", name] => Self::Filter(Filter::ALL.into_iter().find(|filter| filter.name() == name)?),
            ["reset"] => Self::Reset,
            ["interpolation", name] => Self::Interpolation(Interpolation::named(name)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Scroll(_) => &SCROLL,
            Self::Zoom(_) => &ZOOM,
            Self::Pan { .. } => &PAN,
            Self::Rotate(_) => &ROTATE,
            Self::Flip(_) => &FLIP,
            Self::Filter(_) => &FILTER,
            Self::Reset => &RESET,
            Self::Interpolation(_) => &INTERPOLATION,
        }
    }
}

impl fmt::Display for ViewCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scroll(ScrollTarget::By(steps)) => write!(f, "scroll {steps:+}"),
            Self::Scroll(ScrollTarget::First) => f.write_str("scroll first"),
            Self::Scroll(ScrollTarget::Last) => f.write_str("scroll last"),
            Self::Scroll(ScrollTarget::To(number)) => write!(f, "scroll to {number}"),
            Self::Zoom(ZoomCommand::Fit) => f.write_str("zoom fit"),
            Self::Zoom(ZoomCommand::OneToOne) => f.write_str("zoom 1:1"),
            Self::Zoom(ZoomCommand::TrueSize) => f.write_str("zoom true"),
            Self::Zoom(ZoomCommand::By(factor)) => write!(f, "zoom by {factor}"),
            Self::Pan { right, down } => write!(f, "pan {right} {down}"),
            Self::Rotate(turn) => write!(f, "rotate {}", turn.name()),
            Self::Flip(flip) => write!(f, "flip {}", flip.name()),
            Self::Filter(filter) => write!(f, "filter {}", filter.name()),
            Self::Reset => f.write_str("reset"),
            Self::Interpolation(interpolation) => write!(f, "interpolation {}", interpolation.name()),
        }
    }
}
