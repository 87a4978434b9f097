//! What of a volume is cut away: by a box, by a plane, and along outlines.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::switch::Switch;
use super::text::{TextCommand, finite};
use crate::geometry::Anatomical;

/// What of the volume in focus is cut away.
#[derive(Debug, Clone, PartialEq)]
pub enum ClipCommand {
    /// Only what lies in a box is shown, or all.
    Box(Switch),
    /// The box goes around all of the volume again.
    BoxReset,
    /// The face of the box towards a side of the patient goes out by so many millimetres, or in.
    Face {
        /// Which.
        side: Anatomical,
        /// Out.
        by_mm: f64,
    },
    /// What lies before the shared point, as it is looked at, is cut away.
    Plane(Switch),
    /// Cuts along an outline, in the direction of view.
    Cut {
        /// Whether what lies inside is kept, and not what lies outside.
        keeps_inside: bool,
        /// Its points: millimetres to the right and down of the middle of the volume, as it is looked at.
        outline_mm: Vec<[f64; 2]>,
    },
    /// The last cut along an outline is taken back.
    CutBack,
    /// All cuts along outlines are taken back.
    CutReset,
}

static CLIP: Entry = Entry {
    usage: "clip box on|off|toggle|reset | plane on|off|toggle | left|right|anterior|posterior|head|feet MM",
    help: "Shows of a rendering only what lies in a box along the axes of the patient, or behind a plane through the shared point, across the direction of view; moves the face of the box towards a side out by millimetres, or in.",
    context: Context::Viewport,
    offers: &[
        offer("Box around the rendering", "clip box toggle"),
        offer("All of the volume in the box again", "clip box reset"),
        offer("Cut before the crosshair", "clip plane toggle"),
        offer("Box 10 mm smaller on the patient's left", "clip left -10"),
        offer("Box 10 mm smaller on the patient's right", "clip right -10"),
        offer("Box 10 mm smaller in front", "clip anterior -10"),
        offer("Box 10 mm smaller behind", "clip posterior -10"),
        offer("Box 10 mm smaller at the head", "clip head -10"),
        offer("Box 10 mm smaller at the feet", "clip feet -10"),
    ],
};

static CUT: Entry = Entry {
    usage: "cut inside|outside X,Y X,Y X,Y … | back | reset",
    help: "Cuts away what of a rendering lies inside an outline, or outside of it, along the direction of view; its points are millimetres to the right and down of the volume's middle. The scissors draw it: `tool scissors`.",
    context: Context::Viewport,
    offers: &[offer("Last cut back", "cut back"), offer("All cuts back", "cut reset")],
};

pub(super) static ENTRIES: &[&Entry] = &[&CLIP, &CUT];

impl TextCommand for ClipCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["clip", "box", "reset"] => Self::BoxReset,
            ["clip", "box", switch] => Self::Box(Switch::named(switch)?),
            ["clip", "plane", switch] => Self::Plane(Switch::named(switch)?),
            ["clip", name, mm] => Self::Face {
                side: Anatomical::ALL.into_iter().find(|side| side.name() == name)?,
                by_mm: finite(mm)?,
            },
            ["cut", "back"] => Self::CutBack,
            ["cut", "reset"] => Self::CutReset,
            ["cut", away @ ("inside" | "outside"), ref points @ ..] => {
                let point = |word: &&str| {
                    let (right, down) = word.split_once(',')?;
                    Some([finite(right)?, finite(down)?])
                };
                let outline_mm = points.iter().map(point).collect::<Option<Vec<_>>>()?;
                if outline_mm.is_empty() {
                    return None;
                }
                Self::Cut { keeps_inside: away == "outside", outline_mm }
            }
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Box(_) | Self::BoxReset | Self::Face { .. } | Self::Plane(_) => &CLIP,
            Self::Cut { .. } | Self::CutBack | Self::CutReset => &CUT,
        }
    }
}

impl fmt::Display for ClipCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Box(switch) => write!(f, "clip box {}", switch.name()),
            Self::BoxReset => f.write_str("clip box reset"),
            Self::Face { side, by_mm } => write!(f, "clip {} {by_mm}", side.name()),
            Self::Plane(switch) => write!(f, "clip plane {}", switch.name()),
            Self::Cut { keeps_inside, outline_mm } => {
                f.write_str(if *keeps_inside { "cut outside" } else { "cut inside" })?;
                outline_mm.iter().try_for_each(|[right, down]| write!(f, " {right},{down}"))
            }
            Self::CutBack => f.write_str("cut back"),
            Self::CutReset => f.write_str("cut reset"),
        }
    }
}
