//! Which presentation state the images are shown by, and what of it.

use std::fmt;

use crate::units::Phi;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::TextCommand;

/// The presentation state of the viewport in focus. PS3.3 A.33.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresentationCommand {
    /// The next older one; after the oldest the newest.
    Next,
    /// The next newer one; after the newest the oldest.
    Previous,
    /// One of those of the image, from 1, the newest first.
    Number(usize),
    /// None: as acquired.
    AsAcquired,
    /// As acquired, or with the newest state again.
    Toggle,
    /// Whether a part applies.
    Part(StatePart, Switch),
    /// Whether a layer of its graphics is shown.
    Layer(LayerChoice, Switch),
    /// What is shown is kept as a new one, with this Content Label. What a reader types may name the patient.
    Save(Phi<String>),
}

/// A layer of a presentation state's graphics. PS3.3 C.10.7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerChoice {
    /// By its place, from 1, the lowest first.
    Number(usize),
    /// By its name, which whoever made it chose.
    Named(Phi<String>),
}

/// What of a presentation state applies or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatePart {
    /// Modality LUT, VOI LUT, presentation LUT.
    Gray,
    /// Rotation, flip and displayed area.
    Geometry,
    /// Shutter, overlay planes, graphics and texts.
    Graphics,
}

impl StatePart {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gray, Self::Geometry, Self::Graphics];

    /// The name in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray => "gray",
            Self::Geometry => "geometry",
            Self::Graphics => "graphics",
        }
    }
}

static PRESENTATION: Entry = Entry {
    usage: "presentation next | previous | N | none | toggle, presentation gray on | off | toggle, \
            presentation geometry on | off | toggle, presentation graphics on | off | toggle, \
            presentation layer N | NAME on | off | toggle, presentation save [LABEL]",
    help: "Chooses the presentation state that the images in focus are shown by, the newest being 1, or none of them: as \
           acquired. Gray, geometry and graphics of a state are switched separately, and each layer of its graphics: \
           by its name, or by its place from below. \
           `save` keeps what is shown, marks with their numbers too, as a new state beside the study.",
    context: Context::Viewport,
    offers: &[
        offer("Next presentation state", "presentation next"),
        offer("Previous presentation state", "presentation previous"),
        offer("As acquired, without a presentation state", "presentation none"),
        offer("As acquired, or by the newest presentation state", "presentation toggle"),
        offer("Gray of the presentation state on or off", "presentation gray toggle"),
        offer("Geometry of the presentation state on or off", "presentation geometry toggle"),
        offer("Graphics of the presentation state on or off", "presentation graphics toggle"),
        offer("Save what is shown as a presentation state", "presentation save"),
    ],
};

/// The Content Label of a state that the reader does not name.
const LABEL: &str = "HOTLIGHT";

/// A Content Label: at most 16 capital letters, digits and underscores. PS3.5 6.2, CS.
fn content_label(word: &str) -> Option<String> {
    let label = word.to_ascii_uppercase();
    let is_allowed = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    (label.len() <= 16 && label.chars().all(is_allowed)).then_some(label)
}

pub(super) static ENTRIES: &[&Entry] = &[&PRESENTATION];

impl TextCommand for PresentationCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        let part = |name| StatePart::ALL.into_iter().find(|part| part.name() == name);
        Some(match *words {
            ["presentation", "next"] => Self::Next,
            ["presentation", "previous"] => Self::Previous,
            ["presentation", "none"] => Self::AsAcquired,
            ["presentation", "toggle"] => Self::Toggle,
            ["presentation", "save"] => Self::Save(Phi::new(LABEL.to_owned())),
            ["presentation", "save", label] => Self::Save(Phi::new(content_label(label)?)),
            ["presentation", "layer", ref name @ .., switch] if !name.is_empty() => {
                let number = |word: &str| word.parse().ok().filter(|number| *number > 0);
                let number = if let [word] = name { number(word) } else { None };
                let named = || LayerChoice::Named(Phi::new(name.join(" ")));
                Self::Layer(number.map_or_else(named, LayerChoice::Number), Switch::named(switch)?)
            }
            ["presentation", number] => Self::Number(number.parse().ok().filter(|number| *number > 0)?),
            ["presentation", name, switch] => Self::Part(part(name)?, Switch::named(switch)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &PRESENTATION
    }
}

impl fmt::Display for PresentationCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("presentation next"),
            Self::Previous => f.write_str("presentation previous"),
            Self::Number(number) => write!(f, "presentation {number}"),
            Self::AsAcquired => f.write_str("presentation none"),
            Self::Toggle => f.write_str("presentation toggle"),
            Self::Save(label) if label.reveal() == LABEL => f.write_str("presentation save"),
            Self::Save(label) => write!(f, "presentation save {label:?}"),
            Self::Layer(LayerChoice::Number(number), switch) => {
                write!(f, "presentation layer {number} {}", switch.name())
            }
            Self::Layer(LayerChoice::Named(name), switch) => {
                write!(f, "presentation layer {name:?} {}", switch.name())
            }
            Self::Part(part, switch) => write!(f, "presentation {} {}", part.name(), switch.name()),
        }
    }
}
