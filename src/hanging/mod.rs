//! Hanging protocols: which display sets stand where, one TOML file a protocol.
//!
//! [`Protocols::read`] reads files, [`hang`] is a pure function from these, the facts of studies and the number of screens to a
//! [`Hanging`], which says why: the winner, each loser, each set, each empty view. A [`Fixture`] tries a protocol on made-up
//! studies, and [`capture()`] writes what is on screen as a protocol. `hanging-protocols/README.md` is the manual of the formats.
//! [`export`] and [`import`] make DICOM objects of protocols, and protocols of these.

mod capture;
mod choose;
mod classes;
mod facts;
mod fault;
mod fixture;
mod grid;
mod hang;
mod object;
mod parse;
mod pattern;
mod pick;
mod protocol;
mod regions;
mod registry;
mod section;
mod shipped;
mod tag_rule;
#[cfg(test)]
mod tests;
mod vocabulary;
mod write;

pub use capture::{CaptureError, Captured, CapturedScreen, CapturedTile, capture, captured_letter};
pub use classes::{Classes, classes};
pub use facts::{Coming, SetFacts, StudyFacts};
pub use fault::{ProtocolError, ProtocolFault};
pub use fixture::{ExpectedSet, Fixture, FixtureCase};
pub use grid::{Cells, Grid, GridError};
pub use hang::{Hanging, HungScreen, HungStage, Loser, PickedSet, Situation, Tile, Winner, hang};
pub use object::{ImportError, Imported, Made, NotSaid, Unsaid, export, import};
pub use pattern::{Pattern, PatternError};
pub use protocol::{
    Across, Condition, FromStudy, Justify, Level, Missing, Mode, PickCondition, Plane, Prefer, PriorRule,
    Projection, Protocol, Same, SetRule, Span, Stage, Start, StatePolicy, Sync, SyncOn, View, ViewWindow,
    Zoom,
};
pub use registry::{ProtocolFile, Protocols};
pub use shipped::{shipped, shipped_fixtures};
pub use tag_rule::{TagRule, TagValue};
pub use vocabulary::Vocabulary;
