//! What is subtracted from the images in focus.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::{TextCommand, finite, ordinal};

/// Mask subtraction in the viewport in focus. PS3.3 C.7.6.10.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaskCommand {
    /// Whether it is done.
    Switch(Switch),
    /// A frame of the object shown becomes its mask, by its number from 1; without one the frame shown.
    Frame(Option<usize>),
    /// The mask is moved further, in pixels.
    Shift {
        /// Towards higher columns.
        right: f64,
        /// Towards higher rows.
        down: f64,
    },
    /// The mask lies as it is stated.
    ResetShift,
    /// All is as it is stated.
    Reset,
}

static MASK: Entry = Entry {
    usage: "mask on | off | toggle, mask frame [N], mask shift RIGHT,DOWN | reset, mask reset",
    help: "Subtracts a mask from the images in focus, as an angiogram or its presentation state says. `frame` makes the \
           frame shown, or frame N of its object, the mask of all its frames; `shift` moves the mask by pixels, further each \
           time, and `reset` returns to what is stated.",
    context: Context::Viewport,
    offers: &[
        offer("Mask subtraction on or off", "mask toggle"),
        offer("The frame shown becomes the mask", "mask frame"),
        offer("Move the mask right by 0.1 pixel", "mask shift 0.1,0"),
        offer("Move the mask left by 0.1 pixel", "mask shift -0.1,0"),
        offer("Move the mask down by 0.1 pixel", "mask shift 0,0.1"),
        offer("Move the mask up by 0.1 pixel", "mask shift 0,-0.1"),
        offer("The mask lies as it is stated", "mask shift reset"),
        offer("Mask subtraction as it is stated", "mask reset"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&MASK];

impl TextCommand for MaskCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["mask", "frame"] => Self::Frame(None),
            ["mask", "frame", number] => Self::Frame(Some(ordinal(number)?)),
            ["mask", "shift", "reset"] => Self::ResetShift,
            ["mask", "shift", pair] => {
                let (right, down) = pair.split_once(',')?;
                Self::Shift { right: finite(right)?, down: finite(down)? }
            }
            ["mask", "reset"] => Self::Reset,
            ["mask", switch] => Self::Switch(Switch::named(switch)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &MASK
    }
}

impl fmt::Display for MaskCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(switch) => write!(f, "mask {}", switch.name()),
            Self::Frame(None) => f.write_str("mask frame"),
            Self::Frame(Some(number)) => write!(f, "mask frame {number}"),
            Self::Shift { right, down } => write!(f, "mask shift {right},{down}"),
            Self::ResetShift => f.write_str("mask shift reset"),
            Self::Reset => f.write_str("mask reset"),
        }
    }
}
