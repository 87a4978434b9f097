//! What lies over the images: words, marks, lines, planes, shutters.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::TextCommand;

/// What lies over images: words, marks and lines those of all windows, planes and the shutter those of the viewport in focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlayCommand {
    /// How many words stand in the corners.
    Detail(Detail),
    /// The next level of detail, after the last the first.
    NextDetail,
    /// Shows marks, or hides them.
    Marks,
    /// Shows where other images cut the one in focus, or does not.
    ReferenceLines,
    /// Whether overlay planes are drawn. PS3.3 C.9.2.
    Planes(Switch),
    /// Whether the display shutter hides anything. PS3.3 C.7.6.11.
    Shutter(Switch),
}

/// How many words stand in the corners of a viewport. The identity always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Detail {
    /// All.
    #[default]
    Full,
    /// Those that are needed all the time.
    Short,
    /// The identity alone.
    Identity,
}

impl Detail {
    /// All levels, the most words first.
    pub const ALL: [Self; 3] = [Self::Full, Self::Short, Self::Identity];

    /// The name in commands and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
            Self::Identity => "identity",
        }
    }

    /// The next level; after the last comes the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Full => Self::Short,
            Self::Short => Self::Identity,
            Self::Identity => Self::Full,
        }
    }
}

static OVERLAY: Entry = Entry {
    usage: "overlay text full | short | identity | next, overlay marks, overlay lines, \
            overlay planes on | off | toggle, overlay shutter on | off | toggle",
    help: "Chooses how many words stand on images, and whether marks and reference lines do; the identity always does. \
           Overlay planes and the display shutter are the image's own, and switched in the viewport in focus.",
    context: Context::Viewport,
    offers: &[
        offer("More or fewer words on images", "overlay text next"),
        offer("All words on images", "overlay text full"),
        offer("Few words on images", "overlay text short"),
        offer("Only the identity on images", "overlay text identity"),
        offer("Marks on or off", "overlay marks"),
        offer("Reference lines on or off", "overlay lines"),
        offer("Overlay planes on or off", "overlay planes toggle"),
        offer("Display shutter on or off", "overlay shutter toggle"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&OVERLAY];

impl TextCommand for OverlayCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["overlay", "text", "next"] => Self::NextDetail,
            ["overlay", "text", name] => {
                Self::Detail(Detail::ALL.into_iter().find(|detail| detail.name() == name)?)
            }
            ["overlay", "marks"] => Self::Marks,
            ["overlay", "lines"] => Self::ReferenceLines,
            ["overlay", "planes", name] => Self::Planes(Switch::named(name)?),
            ["overlay", "shutter", name] => Self::Shutter(Switch::named(name)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &OVERLAY
    }
}

impl fmt::Display for OverlayCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Detail(detail) => write!(f, "overlay text {}", detail.name()),
            Self::NextDetail => f.write_str("overlay text next"),
            Self::Marks => f.write_str("overlay marks"),
            Self::ReferenceLines => f.write_str("overlay lines"),
            Self::Planes(switch) => write!(f, "overlay planes {}", switch.name()),
            Self::Shutter(switch) => write!(f, "overlay shutter {}", switch.name()),
        }
    }
}
