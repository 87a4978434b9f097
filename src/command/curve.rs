//! A path through the patient, and pictures along it.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::text::finite;
use crate::geometry::{CurveMode, Patient, Point};

/// A path through the patient, and pictures along it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CurveCommand {
    /// Begins a path; the curve tool places its points.
    Start,
    /// Goes on to a place in the patient, mm.
    Add(Point<Patient>),
    /// Takes the last point away.
    Back,
    /// Ends the path and shows the picture along it.
    Close,
    /// There is no path, and no picture along it.
    Off,
    /// Turns the picture about the path, degrees.
    Turn(f64),
    /// How the path becomes straight.
    Mode(CurveMode),
}

pub(super) static CURVE: Entry = Entry {
    usage: "curve start | add X Y Z | back | close | off | turn DEGREES | mode straightened|stretched",
    help: "Draws a path through points of the patient, in mm, and shows the volume along it, made straight.",
    context: Context::Viewport,
    offers: &[
        offer("Draw a path", "curve start"),
        offer("Take the last point of the path away", "curve back"),
        offer("Picture along the path", "curve close"),
        offer("No path", "curve off"),
        offer("Turn the picture about the path", "curve turn 5"),
        offer("Turn the picture back about the path", "curve turn -5"),
        offer("Picture at right angles to the path (straightened)", "curve mode straightened"),
        offer("Path unrolled as it is looked at (stretched)", "curve mode stretched"),
    ],
};

impl CurveCommand {
    /// From the words after the first.
    pub(super) fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["start"] => Self::Start,
            ["add", x, y, z] => Self::Add(Point::new(finite(x)?, finite(y)?, finite(z)?)),
            ["back"] => Self::Back,
            ["close"] => Self::Close,
            ["off"] => Self::Off,
            ["turn", degrees] => Self::Turn(finite(degrees)?),
            ["mode", name] => Self::Mode(CurveMode::ALL.into_iter().find(|mode| mode.name() == name)?),
            _ => return None,
        })
    }
}

impl fmt::Display for CurveCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("curve start"),
            Self::Add(at) => write!(f, "curve add {} {} {}", at.xyz.x, at.xyz.y, at.xyz.z),
            Self::Back => f.write_str("curve back"),
            Self::Close => f.write_str("curve close"),
            Self::Off => f.write_str("curve off"),
            Self::Turn(degrees) => write!(f, "curve turn {degrees}"),
            Self::Mode(mode) => write!(f, "curve mode {}", mode.name()),
        }
    }
}
