//! From stored value to P-value and on to the panel: the CPU reference of the grayscale chain. PS3.4 N.2, PS3.14.
//!
//! GPU twins are in `shaders/lib/`. [`GrayTransform`] is the chain as plain data, [`GrayTable`] the chain as one table
//! made in `f64`: what is drawn at one device pixel per image pixel comes from the table on both engines. [`DisplayTable`]
//! leads from P-value to driving level: by the [`gsdf`], where a panel's [`CharacteristicCurve`] was measured.

mod characteristic;
mod curve;
mod display;
pub mod gsdf;
mod modality;
mod owner;
mod pipeline;
mod presets;
mod voi;

pub use characteristic::{CharacteristicCurve, CurveError, CurveFault};
pub use curve::{Curve, curve_f32};
pub use display::{DisplayError, DisplayStep, DisplaySystem, DisplayTable};
pub use modality::{ModalityLut, Rescale, SplitReal};
pub use owner::GsdfOwner;
pub use pipeline::{GrayTable, GrayTransform, Polarity};
pub use presets::{PresetError, WindowPreset, WindowPresets};
pub use voi::{Voi, VoiFunction, Window, WindowError};
