//! From stored value to P-value: the CPU reference of the grayscale chain. PS3.4 N.2.
//!
//! GPU twins are in `shaders/lib/`. [`GrayTransform`] is the chain as plain data, [`GrayTable`] the chain as one table
//! made in `f64`: what is drawn at one device pixel per image pixel comes from the table on both engines.

mod modality;
mod owner;
mod pipeline;
mod presets;
mod voi;

pub use modality::{Rescale, SplitReal};
pub use owner::GsdfOwner;
pub use pipeline::{GrayTable, GrayTransform, Polarity, StoredRange};
pub use presets::{PresetError, WindowPreset, WindowPresets};
pub use voi::{VoiFunction, Window, WindowError};
