//! The physicist's mathematics: what was measured on a monitor, and what is found in it. No devices, no files, no clock.
//!
//! A [`Measurement`] is what a photometer told of one monitor, without ambient light; a [`MeasuredFile`] is one as text.
//! [`evaluate`] holds it, with the room's light, against the limits of a named [`Profile`] and makes an [`Evaluation`]: a
//! [`Check`] a quantity, each with the limit it was held against and that limit's source. A [`Series`] leads to a measurement, patch by patch.
//! A [`Certificate`] is both with whose monitor, whose hands and which instrument they were.
//!
//! [`pattern`] draws the test patterns that are measured and looked at.

mod ambient_test;
mod certificate;
mod csv;
mod due;
mod evaluate;
mod evaluation;
mod evaluation_error;
mod findings;
mod measurement;
pub mod pattern;
mod profile;
mod profile_file;
mod response;
mod schedule;
mod schedule_file;
mod series;
#[cfg(any(test, feature = "testing"))]
mod simulated;
#[cfg(test)]
pub(crate) mod testing;
mod uniformity;

pub use ambient_test::{AmbientTest, Sighting, Spot};
pub use certificate::{Certificate, CertifiedMonitor, CertifiedRecords, CertifiedUniformity, Instrument};
pub use csv::{CsvError, CsvFault, MeasuredFile};
pub use due::{CalibrationStatus, Conditions, Due, DueState, due, status};
pub use evaluate::{EvaluationContext, evaluate, evaluate_fields, gsdf_deviation};
pub use evaluation::{Check, ContrastStep, Evaluation, JndFit, Limit, Quantity, Verdict};
pub use evaluation_error::EvaluationError;
pub use measurement::{FieldReading, LevelReading, Measurement, PointReading, SignalPath};
pub use profile::{Profile, Profiles};
pub use profile_file::{ProfileError, ProfileFault};
pub use response::grays_kept;
pub use schedule::{Act, Done, Evidence, Schedule, Schedules, Task};
pub use schedule_file::{ScheduleError, ScheduleFault};
pub use series::{Patch, Reading, ReadingError, Series, SeriesKind, SeriesRules, Taken};
#[cfg(any(test, feature = "testing"))]
pub use simulated::{PanelShape, SimulatedPanel};
