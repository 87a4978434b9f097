//! Marks and measurements on anatomy: pure geometry and numbers, no state.
//!
//! A [`Shape`] lies in image positions and [`hit`] finds what of it is under the pointer. [`measure`] says its length,
//! angle, area and pixel values. What a pixel is worth in millimetres, and how far that can be relied on, is [`Scale`]:
//! PS3.3 10.7, rules. On sections of volumes [`SectionGround`] measures, in millimetres of the patient.

mod basis;
mod hit;
mod measure;
mod region;
mod section;
mod shape;
mod spacing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod words;

pub use basis::{Basis, Magnification};
pub use hit::{Part, hit};
pub use measure::{Measurement, Sample, Values, measure, measure_with, sample};
pub use region::{Region, Statistics, pixels_inside};
pub use section::{SectionGround, VolumeUnits, place_words};
pub use shape::Shape;
pub use spacing::{Refusal, Scale, contradicts, scale_by_state, scale_for};
