//! Executes a [`RenderingPass`] exactly and slowly, in `f64`.

use crate::volume::levels;

use super::super::frame::Raster;
use super::super::rendering::RenderingPass;

/// The picture of a rendering in colours of sRGB, before black.
pub fn rendering_colors(pass: &RenderingPass) -> Raster<[u8; 3]> {
    let (width, height) = pass.view_size;
    let pixels = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
    let color = |(column, row)| {
        let ray = pass.ray(column, row);
        let [red, green, blue, _] = pass.volume.composite(&ray, &pass.cuts, &pass.transfer, &pass.lighting);
        levels([red, green, blue])
    };
    Raster { width, height, values: pixels.map(color).collect() }
}
