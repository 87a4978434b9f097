//! How the gray of the focused viewport is windowed.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, finite, ordinal};

/// How the gray of the focused viewport is windowed.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowCommand {
    /// A preset of the modality by name.
    Preset(String),
    /// The preset at a place in the modality's list, from 1: what a digit key does.
    Slot(usize),
    /// Center and width in the image's units, LINEAR.
    Set {
        /// Window Center.
        center: f64,
        /// Window Width.
        width: f64,
    },
    /// One of the image's own windows, from 1.
    Own(usize),
    /// From the darkest to the lightest tissue of the image shown.
    Auto,
    /// Gray in the colours of a palette, by its name; in gray without one.
    Palette(Option<String>),
    /// Black for white.
    Invert,
    /// Pixels that stand for no tissue.
    Padding(PaddingView),
}

/// How padding is drawn. Rule P-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaddingView {
    /// As the values that it has.
    Show,
    /// Black.
    Black,
    /// The other way.
    Toggle,
}

impl PaddingView {
    const ALL: [Self; 3] = [Self::Show, Self::Black, Self::Toggle];

    const fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Black => "black",
            Self::Toggle => "toggle",
        }
    }
}

static WINDOW: Entry = Entry {
    usage: "window preset NAME | slot N | own N | auto | set CENTER WIDTH | padding show | black | toggle | palette NAME | palette none",
    help: "Chooses a window: a preset of the modality by name or place, the image's own, one that fits the image, or center and width; or a palette, which shows gray in colours.",
    context: Context::Viewport,
    offers: &[
        offer("The image's own window", "window own 1"),
        offer("The image's second own window", "window own 2"),
        offer("Window that fits the image", "window auto"),
        offer("Padding black or as it is", "window padding toggle"),
        offer("Show gray in gray", "window palette none"),
        offer("Palette Hot Iron", "window palette hot-iron"),
        offer("Palette PET", "window palette pet"),
        offer("Palette Hot Metal Blue", "window palette hot-metal-blue"),
        offer("Palette PET 20 Step", "window palette pet-20-step"),
        offer("Palette Spring", "window palette spring"),
        offer("Palette Summer", "window palette summer"),
        offer("Palette Fall", "window palette fall"),
        offer("Palette Winter", "window palette winter"),
    ],
};
static INVERT: Entry = Entry {
    usage: "invert",
    help: "Shows black for white in the focused viewport.",
    context: Context::Viewport,
    offers: &[offer("Invert gray", "invert")],
};

pub(super) static ENTRIES: &[&Entry] = &[&WINDOW, &INVERT];

impl TextCommand for WindowCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["window", "preset", name] => Self::Preset(name.to_owned()),
            ["window", "slot", place] => Self::Slot(ordinal(place)?),
            ["window", "own", place] => Self::Own(ordinal(place)?),
            ["window", "set", center, width] => {
                Self::Set { center: finite(center)?, width: finite(width).filter(|width| *width > 0.0)? }
            }
            ["window", "auto"] => Self::Auto,
            ["window", "padding", name] => {
                Self::Padding(PaddingView::ALL.into_iter().find(|view| view.name() == name)?)
            }
            ["window", "palette", "none"] => Self::Palette(None),
            ["window", "palette", name] => Self::Palette(Some(name.to_owned())),
            ["invert"] => Self::Invert,
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Preset(_)
            | Self::Slot(_)
            | Self::Set { .. }
            | Self::Own(_)
            | Self::Auto
            | Self::Padding(_)
            | Self::Palette(_) => &WINDOW,
            Self::Invert => &INVERT,
        }
    }
}

impl fmt::Display for WindowCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(name) => write!(f, "window preset {name}"),
            Self::Slot(place) => write!(f, "window slot {place}"),
            Self::Set { center, width } => write!(f, "window set {center} {width}"),
            Self::Own(place) => write!(f, "window own {place}"),
            Self::Auto => f.write_str("window auto"),
            Self::Palette(None) => f.write_str("window palette none"),
            Self::Palette(Some(name)) => write!(f, "window palette {name}"),
            Self::Invert => f.write_str("invert"),
            Self::Padding(view) => write!(f, "window padding {}", view.name()),
        }
    }
}
