//! Patients, studies, series and the display sets that hang in viewports.
//!
//! [`assemble`] turns headers into studies and findings; [`Library`] is what is loaded now.

mod assemble;
mod finding;
mod library;
mod model;
mod regular;

pub use assemble::assemble;
pub use finding::Finding;
pub use library::{FrameState, Library, Unreadable};
pub use model::{DisplaySet, DisplaySetId, DisplaySetKind, Image, Series, Study};
