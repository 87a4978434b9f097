//! The book of records of monitors: what was measured, found, applied and looked at, by whom, when. Written once, never changed.
//!
//! [`Book::open`] gives the book of a folder; programs may share one. Each [`Record`] has a hash of the one before it and of its
//! own text, so that [`Book::verify`] finds what somebody changed, put in or took away. A chain that is broken is kept as it is:
//! the next [`Book::append`] begins another, with a record that says where the former broke, and both are told ever after. So it
//! is with a file that is damaged: it is put aside, and the book that follows names it. What a chain cannot find is a book that
//! was written anew, whole or its end; the head in each certificate, which lies elsewhere, can.
//!
//! Nothing here reads a clock: who appends says what time it is.

mod book;
mod chain;
mod error;
mod evidence;
mod record;
mod schema;
mod uniformity;

pub use book::Book;
pub use chain::{Break, Fault, Verified};
pub use error::RecordsError;
pub use evidence::{AmbientLight, Answer, VisualCheck, ambient_since, conditions, done, in_light_since};
pub use record::{BODY_MAX, Kind, NewRecord, Record};
pub use uniformity::{RecordRef, UniformityRecord, fields_beside};

#[cfg(test)]
mod tests;
