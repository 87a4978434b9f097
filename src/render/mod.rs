//! From session to pixels: [`plan`] is pure and gives a [`FramePlan`], plain data; two engines execute it.
//!
//! [`cpu`] is exact and slow, the reference. [`gpu`] draws the screen. Passes end in P-values; only the display pass
//! turns them into driving levels.

pub mod cpu;
mod frame;
pub mod gpu;
mod plan;

pub use frame::{
    Badge, FramePlan, Labels, Letters, Picture, Raster, Sampling, SlicePass, Tone, ViewportPlan,
};
pub use plan::{plan, slice_pass};
