//! Voxels: slices of a display set as one body, and what is seen of it. PS3.3 C.7.6.2.
//!
//! A [`Volume`] shares the pixels of decoded frames and copies none. [`Volume::sample`], [`Volume::project`] and
//! [`Volume::composite`] are the reference on the processor, in `f64`: the oracle of what the card draws.

mod body;
mod composite;
mod cut;
mod histogram;
mod project;
mod sample;
mod slicer;
mod transfer;
mod transfers;

pub use body::{Encoding, Layer, Slice, Volume};
pub use composite::{Lighting, Ray};
pub use cut::{ClipBox, ClipPlane, CutFault, Cuts, ScissorCut};
pub use histogram::{Histogram, Uncounted};
pub use project::{Projection, Slab};
pub use sample::Found;
pub use slicer::{SLICER_BYTES_MAX, SlicerFault, SlicerPreset, read_slicer};
pub use transfer::{Appearance, Shading, Transfer, TransferFault, TransferFile, levels};
pub use transfers::{Transfers, TransfersFault};
