//! A picture of the window as PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Writes 8-bit RGBA pixels, row by row.
pub(super) fn write_rgba(path: &Path, width: u32, height: u32, rgba: &[u8]) -> Result<(), String> {
    let write = || -> Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(rgba)
    };
    write().map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}
