//! Executes a [`SlicePass`](super::SlicePass), a [`ReformatPass`](super::ReformatPass) or a
//! [`RenderingPass`](super::RenderingPass) on the card. The only module that names `wgpu`.
//!
//! Pixels of a frame → P-values or colours (one target of integers a viewport) → driving levels, in two passes: moving a
//! window to another monitor changes one table of its screen. Words that are drawn from pixel to pixel take the table of
//! [`crate::grayscale`], and colours are left as they are, so both equal [`super::cpu`] to the bit; real values and what
//! lies between pixels are computed in single precision.
//!
//! WGSL is in `shaders/`, its table of files in `shaders/README.md`.

mod ahead;
mod blocks;
mod bricks;
mod curved;
mod cuts;
mod device;
mod displays;
mod engine;
mod in_parts;
mod in_time;
mod kept;
mod layer;
mod of_volume;
mod pane;
mod parts;
mod pipelines;
mod plain;
mod planes;
mod readback;
mod reformat;
mod rendering;
mod residency;
pub mod shader;
mod shown;
mod stopwatch;
mod target;
mod tiles;
mod upload;
mod volumes;
mod walk;

pub use blocks::{
    CoverBlock, CurvedBlock, DisplayBlock, LayerBlock, ReformatBlock, RenderingBlock, SlabBlock, SliceBlock,
};
pub use cuts::CutsBlock;
pub use device::{AdapterWords, BACKENDS, Gpu, GpuError, device_descriptor};
pub use engine::{DEFAULT_BUDGET, Engine, Slot};
pub use in_time::{Prepared, Progress, Timer};
pub use pane::{Pane, PaneBlock};
pub use readback::read_rgba;
pub use residency::Usage;
pub use walk::WalkBlock;
