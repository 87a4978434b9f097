//! The physicist's mode, and test patterns.

use std::fmt;
use std::path::PathBuf;

use crate::calibration::{SeriesKind, SignalPath, Spot};

use super::catalogue::{Context, Entry, offer};
use super::layout::Next;
use crate::units::Phi;

/// What is done in the physicist's mode.
#[derive(Debug, Clone, PartialEq)]
pub enum CalibrationCommand {
    /// Opens the mode in place of the images, or goes back to these.
    Toggle,
    /// Shows a part of it.
    Tab(CalibrationTab),
    /// Shows the next or the previous part.
    TabNext(Next),
    /// Whether levels go by the monitor's table.
    Path(SignalPath),
    /// Holds what is measured against the limits of this profile.
    Profile(String),
    /// Begins a series; one of the same kind that was interrupted goes on.
    Measure(SeriesKind),
    /// Interrupts the series; it is kept.
    Stop,
    /// Goes back by a patch.
    Back,
    /// A luminance that the operator read off, as typed.
    Reading(String),
    /// Takes what was typed of a reading.
    Take,
    /// Opens the mode at the check that is due.
    Due,
    /// Puts off until the next start what is asked of checks that are due.
    Later,
    /// Begins the ambient test: bars that are hardly seen are to be found.
    AmbientTest,
    /// Where the bars of the ambient test are seen.
    Seen(Spot),
    /// The luminance that the room's light adds, as typed; `none` where nobody measured it.
    Ambient(String),
    /// Who measures.
    Operator(String),
    /// With what.
    Instrument(String),
    /// Writes what was found into the book of records.
    Record,
    /// Makes a table of the GSDF from what was measured around it.
    Build,
    /// Lets the monitor go by the table that was made.
    Activate,
    /// Goes back to what the monitor went by before.
    Revert,
    /// Says who applies the GSDF on the monitor: `none`, `panel` or `system`.
    Owner(String),
    /// Notes that a task was done by eye, with an outcome and remarks.
    Visual(String),
    /// Takes what was measured elsewhere from a file.
    Import(Phi<PathBuf>),
    /// Writes the certificate, as PDF or JSON by the end of its name, as typed.
    Certificate(String),
    /// Moves the choice.
    Line(i32),
}

/// A part of the physicist's mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CalibrationTab {
    /// Series and their patches.
    #[default]
    Measure,
    /// What was measured, held against limits.
    Evaluate,
    /// The table of the monitor.
    Calibrate,
    /// What is due.
    Schedule,
    /// The book.
    Records,
    /// What images of phantoms are worth.
    Images,
}

impl CalibrationTab {
    /// All, from left to right.
    pub const ALL: [Self; 6] =
        [Self::Measure, Self::Evaluate, Self::Calibrate, Self::Schedule, Self::Records, Self::Images];

    /// The word of commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Evaluate => "evaluate",
            Self::Calibrate => "calibrate",
            Self::Schedule => "schedule",
            Self::Records => "records",
            Self::Images => "images",
        }
    }
}

/// What pattern fills the window in focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternCommand {
    /// The one of this name.
    Show(String),
    /// The next or the previous of the list.
    Step(Next),
    /// Starts the one that moves, or stops it.
    Play,
    /// More frames a second of it.
    Faster,
    /// Fewer.
    Slower,
    /// None.
    Off,
}

static CALIBRATION: Entry = Entry {
    usage: "calibration [tab measure | evaluate | calibrate | schedule | records | images | next | previous | path around | through | profile NAME \
            | measure response | fine | full | uniformity | stop | back | reading CD_M2 | take | due | later | ambient-test | \
            seen 1 to 9 | at X Y | nothing | ambient CD_M2 | none | operator NAME | \
            instrument NAME | record | build | activate | revert | owner none | panel | system | visual pass | fail REMARKS | \
            import FILE | certificate FILE | line +N | -N]",
    help: "The physicist's mode for the monitor under the window: measures what it shows, around the table of the GSDF or through it, \
           holds it against the limits of a profile, makes a table of it, tests whether dark grays are seen in the room's light, and keeps \
           records. `import` takes a response that was measured elsewhere, in the form of `hotlight display evaluate`. `due` begins with the check of the monitor that is due, `later` puts off what is asked until the next start.",
    context: Context::Everywhere,
    offers: &[
        offer("Calibration of this monitor", "calibration"),
        offer("Calibration: measure 18 levels", "calibration measure response"),
        offer("Calibration: measure 52 levels", "calibration measure fine"),
        offer("Calibration: measure all 256 levels", "calibration measure full"),
        offer("Calibration: measure uniformity", "calibration measure uniformity"),
        offer("Calibration: the check that is due", "calibration due"),
        offer("Calibration: ask again at the next start", "calibration later"),
        offer("Calibration: ambient test, find what is hardly seen", "calibration ambient-test"),
        offer("Calibration: levels go around the table", "calibration path around"),
        offer("Calibration: levels go through the table", "calibration path through"),
        offer("Calibration: record what was found", "calibration record"),
        offer("Calibration: make a table", "calibration build"),
        offer("Calibration: let the monitor go by the new table", "calibration activate"),
        offer("Calibration: go back to the table before", "calibration revert"),
    ],
};
static PATTERN: Entry = Entry {
    usage: "pattern NAME | next | previous | play | faster | slower | off",
    help: "Fills the window with a test pattern, a pixel of it to a pixel of the monitor: TG18-OIQ, TG270-sQC, SMPTE and others, which \
           `hotlight display patterns --list` names. `calibration path` says whether it goes by the monitor's table. `play` starts or stops \
           one that moves, and tells how many frames a second were reached.",
    context: Context::Everywhere,
    offers: &[
        offer("Test pattern TG18-OIQ", "pattern TG18-OIQ"),
        offer("Test pattern TG270-sQC", "pattern TG270-sQC"),
        offer("Test pattern TG270-pQC", "pattern TG270-pQC"),
        offer("Test pattern SMPTE", "pattern SMPTE"),
        offer("Test pattern that moves: start or stop", "pattern play"),
        offer("Next test pattern", "pattern next"),
        offer("No test pattern", "pattern off"),
    ],
};

pub(super) static ENTRIES: &[&Entry] = &[&CALIBRATION, &PATTERN];

impl CalibrationCommand {
    /// From the whole text: names hold spaces.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("calibration")?;
        if rest.is_empty() {
            return Some(Self::Toggle);
        }
        let rest = rest.strip_prefix(' ')?.trim();
        let (verb, rest) = rest.split_once(' ').map_or((rest, ""), |(verb, rest)| (verb, rest.trim()));
        let word = || (!rest.is_empty()).then(|| rest.to_owned());
        Some(match (verb, rest) {
            ("tab", "next") => Self::TabNext(Next::Next),
            ("tab", "previous") => Self::TabNext(Next::Previous),
            ("tab", name) => Self::Tab(CalibrationTab::ALL.into_iter().find(|tab| tab.name() == name)?),
            ("path", "around") => Self::Path(SignalPath::Around),
            ("path", "through") => Self::Path(SignalPath::Through),
            ("profile", _) => Self::Profile(word()?),
            ("measure", name) => Self::Measure(SeriesKind::ALL.into_iter().find(|kind| kind.name() == name)?),
            ("stop", "") => Self::Stop,
            ("back", "") => Self::Back,
            ("take", "") => Self::Take,
            ("reading", _) => Self::Reading(word()?),
            ("due", "") => Self::Due,
            ("later", "") => Self::Later,
            ("ambient-test", "") => Self::AmbientTest,
            ("seen", spot) => Self::Seen(Spot::parse(spot)?),
            ("ambient", _) => Self::Ambient(word()?),
            ("operator", _) => Self::Operator(word()?),
            ("instrument", _) => Self::Instrument(word()?),
            ("record", "") => Self::Record,
            ("build", "") => Self::Build,
            ("activate", "") => Self::Activate,
            ("revert", "") => Self::Revert,
            ("owner", "none" | "panel" | "system") => Self::Owner(rest.to_owned()),
            ("visual", _) => Self::Visual(word()?),
            ("import", _) => Self::Import(Phi::new(word()?.into())),
            ("certificate", _) => Self::Certificate(word()?),
            ("line", steps) if steps.starts_with(['+', '-']) => Self::Line(steps.parse().ok()?),
            _ => return None,
        })
    }

    /// Its entry in the catalogue.
    pub(super) const fn entry() -> &'static Entry {
        &CALIBRATION
    }
}

impl PatternCommand {
    pub(super) fn from_words(words: &[&str]) -> Option<Self> {
        match *words {
            ["pattern", "off"] => Some(Self::Off),
            ["pattern", "next"] => Some(Self::Step(Next::Next)),
            ["pattern", "previous"] => Some(Self::Step(Next::Previous)),
            ["pattern", "play"] => Some(Self::Play),
            ["pattern", "faster"] => Some(Self::Faster),
            ["pattern", "slower"] => Some(Self::Slower),
            ["pattern", name] => Some(Self::Show(name.to_owned())),
            _ => None,
        }
    }

    /// Its entry in the catalogue.
    pub(super) const fn entry() -> &'static Entry {
        &PATTERN
    }
}

impl fmt::Display for CalibrationCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toggle => f.write_str("calibration"),
            Self::Tab(tab) => write!(f, "calibration tab {}", tab.name()),
            Self::TabNext(next) => write!(f, "calibration tab {next}"),
            Self::Path(SignalPath::Around) => f.write_str("calibration path around"),
            Self::Path(SignalPath::Through) => f.write_str("calibration path through"),
            Self::Profile(name) => write!(f, "calibration profile {name}"),
            Self::Measure(kind) => write!(f, "calibration measure {}", kind.name()),
            Self::Stop => f.write_str("calibration stop"),
            Self::Back => f.write_str("calibration back"),
            Self::Take => f.write_str("calibration take"),
            Self::Reading(typed) => write!(f, "calibration reading {typed}"),
            Self::Due => f.write_str("calibration due"),
            Self::Later => f.write_str("calibration later"),
            Self::AmbientTest => f.write_str("calibration ambient-test"),
            Self::Seen(spot) => write!(f, "calibration seen {spot}"),
            Self::Ambient(typed) => write!(f, "calibration ambient {typed}"),
            Self::Operator(name) => write!(f, "calibration operator {name}"),
            Self::Instrument(name) => write!(f, "calibration instrument {name}"),
            Self::Record => f.write_str("calibration record"),
            Self::Build => f.write_str("calibration build"),
            Self::Activate => f.write_str("calibration activate"),
            Self::Revert => f.write_str("calibration revert"),
            Self::Owner(name) => write!(f, "calibration owner {name}"),
            Self::Visual(remarks) => write!(f, "calibration visual {remarks}"),
            Self::Import(path) => write!(f, "calibration import {path:?}"),
            Self::Certificate(file) => write!(f, "calibration certificate {file}"),
            Self::Line(steps) => write!(f, "calibration line {steps:+}"),
        }
    }
}

impl fmt::Display for PatternCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show(name) => write!(f, "pattern {name}"),
            Self::Step(next) => write!(f, "pattern {next}"),
            Self::Play => f.write_str("pattern play"),
            Self::Faster => f.write_str("pattern faster"),
            Self::Slower => f.write_str("pattern slower"),
            Self::Off => f.write_str("pattern off"),
        }
    }
}
