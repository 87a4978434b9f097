//! The transfer function of a rendering, point by point.

use std::fmt;
use std::path::{Path, PathBuf};

use super::catalogue::{Context, Entry, offer};
use super::text::{TextCommand, finite, ordinal};
use crate::units::Phi;

/// A change of what values look like in the rendering in focus. Points are counted from 1, from the lowest value on.
#[derive(Debug, Clone, PartialEq)]
pub enum TransferCommand {
    /// A point of the opacity moves, between its neighbours.
    Point {
        /// Which.
        number: usize,
        /// The modality value.
        value: f64,
        /// The share of light that a millimetre takes away.
        opacity: f64,
    },
    /// A new point of the opacity.
    Add {
        /// The modality value.
        value: f64,
        /// The share of light that a millimetre takes away.
        opacity: f64,
    },
    /// A point of the opacity goes.
    Remove(usize),
    /// A point of the colours moves, between its neighbours, or has another colour.
    Color {
        /// Which.
        number: usize,
        /// The modality value.
        value: f64,
        /// Red, green and blue of sRGB.
        color: [u8; 3],
    },
    /// A new point of the colours.
    AddColor {
        /// The modality value.
        value: f64,
        /// Red, green and blue of sRGB.
        color: [u8; 3],
    },
    /// A point of the colours goes.
    RemoveColor(usize),
    /// As the preset has it.
    Reset,
    /// The next preset in the order of their list; after the last comes none.
    Next,
    /// The one before.
    Previous,
    /// Kept as a preset of the reader's own, under a name.
    Save(String),
    /// A preset of the reader's own goes, by its name.
    Delete(String),
    /// The presets of a file of 3D Slicer become the reader's own.
    Import(Phi<PathBuf>),
}

static TRANSFER: Entry = Entry {
    usage: "transfer point N VALUE OPACITY | add VALUE OPACITY | remove N | color N VALUE RED,GREEN,BLUE | color add VALUE RED,GREEN,BLUE | color remove N | reset | next | previous | save NAME | delete NAME | import FILE",
    help: "Changes what values look like in a rendering: points of the opacity, from 0 to 1 for a millimetre, and of the colours, from 0 to 255; goes to the next preset or the previous one, keeps the curves as a preset of your own, takes one of these away, or imports the presets of 3D Slicer from presets.xml or a file .vp. `panel transfer` shows the curves.",
    context: Context::Viewport,
    offers: &[
        offer("Colours and opacities as the preset has them", "transfer reset"),
        offer("Next preset of the rendering", "transfer next"),
        offer("Previous preset of the rendering", "transfer previous"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&TRANSFER];

fn levels(word: &str) -> Option<[u8; 3]> {
    let levels: Vec<u8> = word.split(',').map(|level| level.parse().ok()).collect::<Option<_>>()?;
    levels.try_into().ok()
}

impl TransferCommand {
    /// From the whole text: a path may hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let path = text.strip_prefix("transfer import ")?.trim();
        (!path.is_empty()).then(|| Self::Import(Phi::new(Path::new(path).to_path_buf())))
    }
}

impl TextCommand for TransferCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["transfer", "point", number, value, opacity] => {
                Self::Point { number: ordinal(number)?, value: finite(value)?, opacity: finite(opacity)? }
            }
            ["transfer", "add", value, opacity] => {
                Self::Add { value: finite(value)?, opacity: finite(opacity)? }
            }
            ["transfer", "remove", number] => Self::Remove(ordinal(number)?),
            ["transfer", "color", "add", value, color] => {
                Self::AddColor { value: finite(value)?, color: levels(color)? }
            }
            ["transfer", "color", "remove", number] => Self::RemoveColor(ordinal(number)?),
            ["transfer", "color", number, value, color] => {
                Self::Color { number: ordinal(number)?, value: finite(value)?, color: levels(color)? }
            }
            ["transfer", "reset"] => Self::Reset,
            ["transfer", "next"] => Self::Next,
            ["transfer", "previous"] => Self::Previous,
            ["transfer", "delete", name] => Self::Delete(name.to_owned()),
            ["transfer", "save", name] => Self::Save(name.to_owned()),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &TRANSFER
    }
}

impl fmt::Display for TransferCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point { number, value, opacity } => write!(f, "transfer point {number} {value} {opacity}"),
            Self::Add { value, opacity } => write!(f, "transfer add {value} {opacity}"),
            Self::Remove(number) => write!(f, "transfer remove {number}"),
            Self::Color { number, value, color: [red, green, blue] } => {
                write!(f, "transfer color {number} {value} {red},{green},{blue}")
            }
            Self::AddColor { value, color: [red, green, blue] } => {
                write!(f, "transfer color add {value} {red},{green},{blue}")
            }
            Self::RemoveColor(number) => write!(f, "transfer color remove {number}"),
            Self::Reset => f.write_str("transfer reset"),
            Self::Next => f.write_str("transfer next"),
            Self::Previous => f.write_str("transfer previous"),
            Self::Save(name) => write!(f, "transfer save {name}"),
            Self::Delete(name) => write!(f, "transfer delete {name}"),
            Self::Import(path) => write!(f, "transfer import {path:?}"),
        }
    }
}
