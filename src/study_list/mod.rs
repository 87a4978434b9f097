//! The study list: what studies there are, here and in archives, in one table. Pure: it asks nobody.

mod day;
mod entry;
mod filter;
mod list;
mod order;
mod row;
mod saved;
#[cfg(test)]
mod tests;

pub use day::Day;
pub use entry::{Answered, Availability, Entry, Held, Place, StudyQuestion};
pub use filter::Filter;
pub use list::{OtherStudies, PlaceState, StudyList};
pub use order::{Column, Order};
pub use row::{Row, Status};
pub use saved::SavedFilter;
