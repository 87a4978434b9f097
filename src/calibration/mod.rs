//! The physicist's mathematics: what was measured on a monitor, and what is found in it. No devices, no files, no clock.
//!
//! A [`Measurement`] is what a photometer told of one monitor, without ambient light. An [`Evaluation`] holds it, with the
//! room's light, against the limits of a named profile: a [`Check`] a quantity, each with the limit it was held against and
//! that limit's source. A [`Certificate`] is both with whose monitor, whose hands and which instrument they were.
//!
//! [`pattern`] draws the test patterns that are measured and looked at.

mod certificate;
mod evaluation;
mod measurement;
pub mod pattern;

pub use certificate::{Certificate, CertifiedMonitor, CertifiedRecords, Instrument};
pub use evaluation::{Check, ContrastStep, Evaluation, JndFit, Limit, Quantity, Verdict};
pub use measurement::{FieldReading, LevelReading, Measurement, PointReading, SignalPath};
