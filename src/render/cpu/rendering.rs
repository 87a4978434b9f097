//! Executes a [`RenderingPass`] exactly and slowly, in `f64`.

use super::super::frame::Raster;
use super::super::rendering::RenderingPass;

/// The picture of a rendering in colours of sRGB, before black.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares are clamped to 8 bits")]
pub fn rendering_colors(pass: &RenderingPass) -> Raster<[u8; 3]> {
    let (width, height) = pass.view_size;
    let pixels = (0..height).flat_map(|row| (0..width).map(move |column| (column, row)));
    let color = |(column, row)| {
        let ray = pass.ray(column, row);
        let [red, green, blue, _] = pass.volume.composite(&ray, &pass.cuts, &pass.transfer, &pass.lighting);
        [red, green, blue].map(|share| (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
    };
    Raster { width, height, values: pixels.map(color).collect() }
}
