//! Executes a [`SlicePass`](super::SlicePass) on the card. The only module that names `wgpu`.
//!
//! Words of a frame → P-values (one 16-bit target a viewport) → driving levels, in two passes: moving a window to
//! another monitor changes one table. What is drawn from pixel to pixel takes the table of [`crate::grayscale`], so it
//! equals [`super::cpu`] to the bit; what lies between pixels is computed in single precision.
//!
//! WGSL is in `shaders/`, its table of files in `shaders/README.md`.

mod blocks;
mod device;
mod display;
mod engine;
mod pipelines;
mod readback;
mod residency;
pub mod shader;
mod target;

pub use blocks::{DisplayBlock, SliceBlock};
pub use device::{AdapterWords, BACKENDS, Gpu, GpuError, device_descriptor};
pub use display::DisplayTable;
pub use engine::{DEFAULT_BUDGET, Engine, Slot};
pub use readback::read_rgba;
pub use residency::Usage;
