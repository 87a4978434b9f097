//! Voxels: slices of a display set as one body, and what is seen of it. PS3.3 C.7.6.2.
//!
//! A [`Volume`] shares the pixels of decoded frames and copies none. [`Volume::sample`], [`Volume::project`] and
//! [`Volume::composite`] are the reference on the processor, in `f64`: the oracle of what the card draws.

mod body;
mod composite;
mod project;
mod sample;
mod transfer;

pub use body::{Encoding, Layer, Slice, Volume};
pub use composite::{ClipPlane, Lighting, Ray};
pub use project::{Projection, Slab};
pub use sample::Found;
pub use transfer::{Appearance, Shading, Transfer, TransferFault};
