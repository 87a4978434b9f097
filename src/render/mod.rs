//! From session to pixels: [`plan`] is pure and gives a [`FramePlan`], plain data; two engines execute it.
//!
//! [`cpu`] is exact and slow, the reference. [`gpu`] draws the screen. Passes end in P-values, or in the colours of the
//! image; only the display pass turns them into driving levels.

pub mod cpu;
mod frame;
pub mod gpu;
mod plan;

pub use frame::{
    Badge, FramePlan, Labels, Letters, Picture, PixelTransform, Raster, Sampling, SlicePass, Tone,
    ViewportPlan,
};
pub use plan::{date_words, plan, short_mm, slice_pass};
