//! Hanging protocols: which display sets stand where, one TOML file a protocol.
//!
//! [`Protocols::read`] reads files, [`hang`] is a pure function from these, the facts of studies and the number of screens to a
//! [`Hanging`], which says why: the winner, each loser, each set, each empty view. `hanging-protocols/README.md` is the manual of
//! the format. [`export`] and [`import`] make DICOM objects of protocols, and protocols of these.

mod choose;
mod classes;
mod dicom_object;
mod facts;
mod fault;
mod grid;
mod hang;
mod parse;
mod pattern;
mod pick;
mod protocol;
mod registry;
mod section;
mod shipped;
#[cfg(test)]
mod tests;
mod write;

pub use classes::{Classes, classes};
pub use dicom_object::{ImportError, Imported, Made, NotSaid, Unsaid, export, import};
pub use facts::{SetFacts, StudyFacts};
pub use fault::{ProtocolError, ProtocolFault};
pub use grid::{Cells, Grid, GridError};
pub use hang::{Hanging, HungScreen, HungStage, Loser, PickedSet, Situation, Tile, Winner, hang};
pub use pattern::{Pattern, PatternError};
pub use protocol::{
    Across, Condition, FromStudy, Justify, Level, Missing, Mode, PickCondition, Plane, Prefer, PriorRule,
    Projection, Protocol, Same, SetRule, Span, Stage, Start, StatePolicy, Sync, SyncOn, View, ViewWindow,
    Zoom,
};
pub use registry::{ProtocolFile, Protocols};
pub use shipped::shipped;
