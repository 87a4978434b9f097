//! Quantities as types, so that a wrong unit does not compile.
//!
//! Every stage of the grayscale chain changes type: [`StoredValue`] → [`ModalityValue`] → [`PValue`] → [`Ddl`].
//! What identifies a patient travels in [`Phi`], which logs cannot print.

mod length;
mod light;
mod opacity;
mod phi;
mod value;

pub use length::{Mm, MmPerPixel};
pub use light::{CdPerM2, Chromaticity, Jnd};
pub use opacity::Opacity;
pub use phi::Phi;
pub use value::{Ddl, ModalityValue, PValue, StoredValue};
