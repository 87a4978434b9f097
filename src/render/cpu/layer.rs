//! Executes a [`LayerPass`] exactly and slowly, in `f64`.

use crate::units::PValue;

use super::super::frame::Raster;
use super::super::fused::LayerPass;
use super::reformat::raster;

/// The P-values of a layer over a picture of so many device pixels; `None` where the picture is seen as it is.
pub fn layer_p_values(pass: &LayerPass, view_size: (u32, u32)) -> Raster<Option<PValue>> {
    raster(&pass.section(view_size, false), |column, row, found| pass.p_value(found, (column, row)))
}
