//! Renderings: the whole of a volume seen from outside, in place of images.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::{TextCommand, finite};
use crate::geometry::Anatomical;

/// The whole of a volume seen from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum VolumeCommand {
    /// Under light, by what its values look like: the name of a transfer function.
    Preset(String),
    /// The largest values of all of it.
    Maximum,
    /// The images in place of it.
    Off,
    /// The viewer goes so many degrees around the patient, to the patient's left from the front, and up.
    Turn {
        /// Around.
        azimuth: f64,
        /// Up.
        elevation: f64,
    },
    /// From one side of the patient.
    View(Anatomical),
    /// Around the patient in time.
    Turntable(Switch),
    /// Where light comes from: degrees to the right of the viewer, and above.
    Light {
        /// To the right.
        right: f64,
        /// Above.
        above: f64,
    },
    /// Colours and opacities go to values so much higher.
    Shift(f64),
}

static VOLUME: Entry = Entry {
    usage: "volume PRESET | mip | off | turn AZ,EL | view anterior|posterior|left|right|head|feet | turntable on|off|toggle | light RIGHT,ABOVE | shift VALUE",
    help: "Shows the whole of the volume from outside: under light by a preset (bone, cta, lung, mr-angio, skin) or its largest values; turns it by degrees, goes to a side, moves the light by degrees, or shifts the colours to higher values.",
    context: Context::Viewport,
    offers: &[
        offer("Rendering of bone", "volume bone"),
        offer("Rendering of vessels (CTA)", "volume cta"),
        offer("Rendering of the lung", "volume lung"),
        offer("Rendering of the skin", "volume skin"),
        offer("Rendering of vessels (MR)", "volume mr-angio"),
        offer("MIP of the whole volume", "volume mip"),
        offer("Images in place of the rendering", "volume off"),
        offer("Turntable", "volume turntable toggle"),
        offer("Rendering from the front", "volume view anterior"),
        offer("Rendering from behind", "volume view posterior"),
        offer("Rendering from the patient's left", "volume view left"),
        offer("Rendering from the patient's right", "volume view right"),
        offer("Rendering from the head", "volume view head"),
        offer("Rendering from the feet", "volume view feet"),
        offer("Light from the viewer", "volume light 0,0"),
        offer("Light from above on the left", "volume light -45,45"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&VOLUME];

/// Two numbers with a comma between.
fn pair(word: &str) -> Option<(f64, f64)> {
    let (first, second) = word.split_once(',')?;
    Some((finite(first)?, finite(second)?))
}

impl TextCommand for VolumeCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["volume", "mip"] => Self::Maximum,
            ["volume", "off"] => Self::Off,
            ["volume", "turn", degrees] => {
                let (azimuth, elevation) = pair(degrees)?;
                Self::Turn { azimuth, elevation }
            }
            ["volume", "view", name] => {
                Self::View(Anatomical::ALL.into_iter().find(|side| side.name() == name)?)
            }
            ["volume", "turntable", switch] => Self::Turntable(Switch::named(switch)?),
            ["volume", "light", degrees] => {
                let (right, above) = pair(degrees)?;
                Self::Light { right, above }
            }
            ["volume", "shift", value] => Self::Shift(finite(value)?),
            ["volume", "turn" | "view" | "turntable" | "light" | "shift"] => return None,
            ["volume", name] => Self::Preset(name.to_owned()),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        &VOLUME
    }
}

impl fmt::Display for VolumeCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(name) => write!(f, "volume {name}"),
            Self::Maximum => f.write_str("volume mip"),
            Self::Off => f.write_str("volume off"),
            Self::Turn { azimuth, elevation } => write!(f, "volume turn {azimuth},{elevation}"),
            Self::View(side) => write!(f, "volume view {}", side.name()),
            Self::Turntable(switch) => write!(f, "volume turntable {}", switch.name()),
            Self::Light { right, above } => write!(f, "volume light {right},{above}"),
            Self::Shift(by) => write!(f, "volume shift {by}"),
        }
    }
}
