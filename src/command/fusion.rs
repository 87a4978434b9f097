//! A second series over what the focused viewport shows.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::{TextCommand, finite, ordinal};

/// A second series over what the focused viewport shows.
#[derive(Debug, Clone, PartialEq)]
pub enum FusionCommand {
    /// Whether it is seen.
    Switch(Switch),
    /// Another of those that can lie there, or the first, if none does.
    Next,
    /// One of those that can lie there, from 1.
    With(usize),
    /// How much of it is seen.
    Blend(BlendCommand),
    /// How its values become visible.
    Window(LayerWindow),
    /// Its colours, by the name of a palette.
    Palette(String),
}

/// How much of the series that lies above is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlendCommand {
    /// So much, percent.
    To(u8),
    /// So much more, or less when negative, percent.
    By(i8),
}

/// How the values of the series that lies above become visible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LayerWindow {
    /// One of the images' own windows, from 1.
    Own(usize),
    /// One that fits its middle image.
    Auto,
    /// Center and width in its unit, LINEAR.
    Set {
        /// Window Center.
        center: f64,
        /// Window Width.
        width: f64,
    },
    /// From no uptake to so much: a standardized uptake value.
    Suv(f64),
}

impl BlendCommand {
    const UNDER: Self = Self::To(0);
    const OVER: Self = Self::To(100);
}

static FUSION: Entry = Entry {
    usage: "fusion on | off | toggle | next | with N | blend N | +N | -N | under | over | window own N | auto | set CENTER WIDTH | suv UPPER | palette NAME",
    help: "Lays another series of the patient over the images or the section, in colours: which, how much of it is seen in percent, and how.",
    context: Context::Viewport,
    offers: &[
        offer("Fusion on or off", "fusion toggle"),
        offer("Fuse with the next series", "fusion next"),
        offer("More of the fused series", "fusion blend +5"),
        offer("Less of the fused series", "fusion blend -5"),
        offer("Half of the fused series", "fusion blend 50"),
        offer("Only what lies below", "fusion blend under"),
        offer("Only the fused series", "fusion blend over"),
        offer("The fused series' own window", "fusion window own 1"),
        offer("Window that fits the fused series", "fusion window auto"),
        offer("Fused series from SUV 0 to 5", "fusion window suv 5"),
        offer("Fused series from SUV 0 to 8", "fusion window suv 8"),
        offer("Fused series in Hot Iron", "fusion palette hot-iron"),
        offer("Fused series in PET", "fusion palette pet"),
        offer("Fused series in Hot Metal Blue", "fusion palette hot-metal-blue"),
        offer("Fused series in PET 20 Step", "fusion palette pet-20-step"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&FUSION];

impl TextCommand for FusionCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        let ["fusion", words @ ..] = words else { return None };
        let window = |window| Some(Self::Window(window));
        match *words {
            ["next"] => Some(Self::Next),
            ["with", place] => Some(Self::With(ordinal(place)?)),
            ["blend", "under"] => Some(Self::Blend(BlendCommand::UNDER)),
            ["blend", "over"] => Some(Self::Blend(BlendCommand::OVER)),
            ["blend", steps] if steps.starts_with(['+', '-']) => {
                Some(Self::Blend(BlendCommand::By(steps.parse().ok()?)))
            }
            ["blend", percent] => {
                let percent = percent.parse().ok().filter(|percent| *percent <= 100)?;
                Some(Self::Blend(BlendCommand::To(percent)))
            }
            ["window", "own", place] => window(LayerWindow::Own(ordinal(place)?)),
            ["window", "auto"] => window(LayerWindow::Auto),
            ["window", "set", center, width] => window(LayerWindow::Set {
                center: finite(center)?,
                width: finite(width).filter(|width| *width > 0.0)?,
            }),
            ["window", "suv", upper] => window(LayerWindow::Suv(finite(upper).filter(|upper| *upper > 0.0)?)),
            ["palette", name] => Some(Self::Palette(name.to_owned())),
            [name] => Some(Self::Switch(Switch::named(name)?)),
            _ => None,
        }
    }

    fn entry(&self) -> &'static Entry {
        &FUSION
    }
}

impl fmt::Display for FusionCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(switch) => write!(f, "fusion {}", switch.name()),
            Self::Next => f.write_str("fusion next"),
            Self::With(place) => write!(f, "fusion with {place}"),
            Self::Blend(BlendCommand::UNDER) => f.write_str("fusion blend under"),
            Self::Blend(BlendCommand::OVER) => f.write_str("fusion blend over"),
            Self::Blend(BlendCommand::To(percent)) => write!(f, "fusion blend {percent}"),
            Self::Blend(BlendCommand::By(percent)) => write!(f, "fusion blend {percent:+}"),
            Self::Window(LayerWindow::Own(place)) => write!(f, "fusion window own {place}"),
            Self::Window(LayerWindow::Auto) => f.write_str("fusion window auto"),
            Self::Window(LayerWindow::Set { center, width }) => {
                write!(f, "fusion window set {center} {width}")
            }
            Self::Window(LayerWindow::Suv(upper)) => write!(f, "fusion window suv {upper}"),
            Self::Palette(name) => write!(f, "fusion palette {name}"),
        }
    }
}
