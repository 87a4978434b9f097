//! Sections of a volume in place of images: which plane, how thick, through which point.

use std::fmt;

use super::catalogue::{Context, Entry, offer};
use super::curve::{CURVE, CurveCommand};
use super::layout::Next;
use super::text::{TextCommand, finite};
use crate::geometry::{CardinalPlane, Patient, Point};
use crate::volume::Projection;

/// Sections of a volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SectionCommand {
    /// A plane that has a name, in place of the images.
    Plane(CardinalPlane),
    /// The images as they were acquired, in place of a section.
    Acquired,
    /// Turns the plane of the focused viewport about the point looked at, degrees.
    Turn(Tilt, f64),
    /// How much around the plane is seen.
    Slab(SlabCommand),
    /// What of a slab is shown.
    Projection(Projection),
    /// The point that all sections go through.
    Crosshair(CrosshairCommand),
    /// A path, and pictures along it.
    Curve(CurveCommand),
    /// The same of another time: a display set of the same series and the same places.
    Phase(Next),
}

/// Which way a plane is turned: its edge on that side goes away from the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tilt {
    /// The left edge.
    Left,
    /// The right edge.
    Right,
    /// The upper edge.
    Up,
    /// The lower edge.
    Down,
}

impl Tilt {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// How much around a plane is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SlabCommand {
    /// A plane alone.
    Off,
    /// So many millimetres.
    To(f64),
    /// So many steps thicker, or thinner when negative.
    By(i32),
}

/// The point that all sections go through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CrosshairCommand {
    /// To a place in the patient, mm.
    At(Point<Patient>),
    /// Moves it in the plane of the focused viewport, mm to the right and down.
    By {
        /// To the right.
        right: f64,
        /// Down.
        down: f64,
    },
    /// Turns the other sections about it and the normal of the focused one, clockwise, degrees.
    Turn(f64),
    /// There is none.
    Off,
}

static PLANE: Entry = Entry {
    usage: "plane axial | coronal | sagittal | acquired | turn left|right|up|down DEGREES",
    help: "Shows a section of the volume in the focused viewport, turns it, or shows the images as they were acquired.",
    context: Context::Viewport,
    offers: &[
        offer("Axial section", "plane axial"),
        offer("Coronal section", "plane coronal"),
        offer("Sagittal section", "plane sagittal"),
        offer("Images as acquired", "plane acquired"),
        offer("Turn section to the left", "plane turn left 5"),
        offer("Turn section to the right", "plane turn right 5"),
        offer("Turn section up", "plane turn up 5"),
        offer("Turn section down", "plane turn down 5"),
    ],
};
static SLAB: Entry = Entry {
    usage: "slab MM | +N | -N | off",
    help: "Makes the section a slab of so many millimetres, so many steps thicker or thinner, or a plane again.",
    context: Context::Viewport,
    offers: &[
        offer("Thicker slab", "slab +1"),
        offer("Thinner slab", "slab -1"),
        offer("Slab of 10 mm", "slab 10"),
        offer("Slab of 20 mm", "slab 20"),
        offer("No slab", "slab off"),
    ],
};
static PROJECTION: Entry = Entry {
    usage: "projection mip | minip | mean",
    help: "Shows the largest, the smallest or the mean of the values through the slab.",
    context: Context::Viewport,
    offers: &[
        offer("Slab shows the maximum (MIP)", "projection mip"),
        offer("Slab shows the minimum (MinIP)", "projection minip"),
        offer("Slab shows the mean", "projection mean"),
    ],
};
static CROSSHAIR: Entry = Entry {
    usage: "crosshair at X Y Z | by RIGHT DOWN | turn DEGREES | off",
    help: "Leads all sections through a point of the patient in mm, moves it in the focused plane by mm, or turns the other sections about it.",
    context: Context::Viewport,
    offers: &[
        offer("Crosshair to the left", "crosshair by -1 0"),
        offer("Crosshair to the right", "crosshair by 1 0"),
        offer("Crosshair up", "crosshair by 0 -1"),
        offer("Crosshair down", "crosshair by 0 1"),
        offer("Turn the other sections clockwise", "crosshair turn 5"),
        offer("Turn the other sections counterclockwise", "crosshair turn -5"),
        offer("No crosshair", "crosshair off"),
    ],
};
static PHASE: Entry = Entry {
    usage: "phase next | previous | N",
    help: "Shows the same place at another time: the next part of the series that lies in the same places.",
    context: Context::Viewport,
    offers: &[offer("Next phase", "phase next"), offer("Previous phase", "phase previous")],
};

pub(super) static ENTRIES: &[&Entry] = &[&PLANE, &SLAB, &PROJECTION, &CROSSHAIR, &CURVE, &PHASE];

impl TextCommand for SectionCommand {
    fn from_words(words: &[&str]) -> Option<Self> {
        Some(match *words {
            ["plane", "acquired"] => Self::Acquired,
            ["plane", "turn", name, degrees] => {
                Self::Turn(Tilt::ALL.into_iter().find(|tilt| tilt.name() == name)?, finite(degrees)?)
            }
            ["plane", name] => {
                Self::Plane(CardinalPlane::ALL.into_iter().find(|plane| plane.name() == name)?)
            }
            ["slab", "off"] => Self::Slab(SlabCommand::Off),
            ["slab", steps] if steps.starts_with(['+', '-']) => {
                Self::Slab(SlabCommand::By(steps.parse().ok()?))
            }
            ["slab", mm] => Self::Slab(SlabCommand::To(finite(mm).filter(|mm| *mm > 0.0)?)),
            ["projection", name] => {
                Self::Projection(Projection::ALL.into_iter().find(|projection| projection.name() == name)?)
            }
            ["crosshair", "at", x, y, z] => {
                let at = Point::new(finite(x)?, finite(y)?, finite(z)?);
                Self::Crosshair(CrosshairCommand::At(at))
            }
            ["crosshair", "by", right, down] => {
                Self::Crosshair(CrosshairCommand::By { right: finite(right)?, down: finite(down)? })
            }
            ["crosshair", "turn", degrees] => Self::Crosshair(CrosshairCommand::Turn(finite(degrees)?)),
            ["crosshair", "off"] => Self::Crosshair(CrosshairCommand::Off),
            ["curve", ref rest @ ..] => Self::Curve(CurveCommand::from_words(rest)?),
            ["phase", next] => Self::Phase(Next::from_word(next)?),
            _ => return None,
        })
    }

    fn entry(&self) -> &'static Entry {
        match self {
            Self::Plane(_) | Self::Acquired | Self::Turn(..) => &PLANE,
            Self::Slab(_) => &SLAB,
            Self::Projection(_) => &PROJECTION,
            Self::Crosshair(_) => &CROSSHAIR,
            Self::Curve(_) => &CURVE,
            Self::Phase(_) => &PHASE,
        }
    }
}

impl fmt::Display for SectionCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plane(plane) => write!(f, "plane {}", plane.name()),
            Self::Acquired => f.write_str("plane acquired"),
            Self::Turn(tilt, degrees) => write!(f, "plane turn {} {degrees}", tilt.name()),
            Self::Slab(SlabCommand::Off) => f.write_str("slab off"),
            Self::Slab(SlabCommand::To(mm)) => write!(f, "slab {mm}"),
            Self::Slab(SlabCommand::By(steps)) => write!(f, "slab {steps:+}"),
            Self::Projection(projection) => write!(f, "projection {}", projection.name()),
            Self::Crosshair(CrosshairCommand::At(at)) => {
                write!(f, "crosshair at {} {} {}", at.xyz.x, at.xyz.y, at.xyz.z)
            }
            Self::Crosshair(CrosshairCommand::By { right, down }) => write!(f, "crosshair by {right} {down}"),
            Self::Crosshair(CrosshairCommand::Turn(degrees)) => write!(f, "crosshair turn {degrees}"),
            Self::Crosshair(CrosshairCommand::Off) => f.write_str("crosshair off"),
            Self::Curve(command) => command.fmt(f),
            Self::Phase(next) => write!(f, "phase {next}"),
        }
    }
}
