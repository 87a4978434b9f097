//! Patients, studies, series and the display sets that hang in viewports.
//!
//! A [`Catalogue`] collects headers and makes studies of them, with findings; [`Library`] is what is loaded now.

mod alignment;
mod assemble;
mod catalogue;
mod completeness;
mod finding;
mod library;
mod meaning;
mod model;
mod quantity;
mod registration;
mod regular;
mod rule;
mod split;
mod stacked;
mod suv;
#[cfg(test)]
mod tests;

pub use alignment::{Alignment, NotAligned};
pub use catalogue::{Catalogue, Studies};
pub use completeness::{Basis, Completeness, Gap};
pub use finding::Finding;
pub use library::{FrameState, Library, MadeCover, Thumbnail, Unreadable};
pub use model::{DisplaySet, DisplaySetId, DisplaySetKind, Image, Series, Study};
pub use quantity::Quantity;
pub use registration::{RegisteredFrame, Registration};
pub use rule::SplitRule;
pub use stacked::NoVolume;
pub use suv::{NoSuv, Suv};
