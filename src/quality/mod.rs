//! Image quality of phantoms: what a physicist counts in images of known objects. Numbers only: no files, no clock, no patient.
//!
//! A [`Grid`] is an image in its own units, a [`Region`] a rectangle of it. [`measure()`] makes one [`Metric`] of regions:
//! signal and contrast over noise, uniformity, noise power, transfer of an edge. A [`QualityReport`] is that with what it was
//! measured in, as JSON that can be kept, and [`trend()`] what became of the same numbers over the years.
//!
//! ```text
//! grid ─► statistics, piu
//!      ├► nps (squares, detrended, transformed)
//!      └► edge or disc ─► samples by distance ─► mtf
//! ```

mod disc;
mod edge;
mod error;
mod grid;
mod measure;
mod metric;
mod mtf;
mod nps;
mod piu;
mod report;
mod statistics;
#[cfg(test)]
pub(crate) mod testing;
mod trend;

pub use disc::disc_mtf;
pub use edge::edge_mtf;
pub use error::QualityError;
pub use grid::{Grid, Rect, Region};
pub use measure::{Asked, Found, measure};
pub use metric::Metric;
pub use mtf::Mtf;
pub use nps::{NoisePower, noise_power, squares};
pub use piu::{Piu, piu};
pub use report::{Curve, CurvePoint, NamedValue, QualityReport};
pub use statistics::{Contrast, Snr, Statistics, Uniformity, contrasts, snr, uniformity};
pub use trend::{Drift, Measured, Trend, TrendError, course, is_same_measurement, trend};
