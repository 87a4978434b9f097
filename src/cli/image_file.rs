//! Pictures in files: gray of 8 or 16 bits in PNG or PGM, colour of 8 bits in PNG, and float32 `.npy`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::render::Raster;

/// The format that a file name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// PNG: gray, or 8-bit red, green and blue.
    Png,
    /// Binary PGM.
    Pgm,
    /// `NumPy` array of float32, C order.
    Npy,
}

impl Format {
    /// By the extension.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "pgm" => Some(Self::Pgm),
            "npy" => Some(Self::Npy),
            _ => None,
        }
    }
}

/// Writes gray as PNG or PGM, `white` being the largest value: one byte a pixel up to 255, else two.
pub(super) fn write_gray(
    path: &Path,
    format: Format,
    picture: &Raster<u16>,
    white: u16,
) -> Result<(), String> {
    // Both formats are big endian.
    let (depth, bytes): (_, Vec<u8>) = if white <= u8::MAX.into() {
        (png::BitDepth::Eight, picture.values.iter().map(|value| value.to_be_bytes()[1]).collect())
    } else {
        (png::BitDepth::Sixteen, picture.values.iter().flat_map(|value| value.to_be_bytes()).collect())
    };
    let size = (picture.width, picture.height);
    if format == Format::Png {
        return write_png(path, size, (png::ColorType::Grayscale, depth), &bytes);
    }
    let header = format!("P5\n{} {}\n{white}\n", picture.width, picture.height);
    let mut file = create(path)?;
    file.write_all(header.as_bytes())
        .and_then(|()| file.write_all(&bytes))
        .and_then(|()| file.flush())
        .map_err(|error| in_file(path, &error.to_string()))
}

/// Writes colours as PNG.
pub(super) fn write_colors(path: &Path, picture: &Raster<[u8; 3]>) -> Result<(), String> {
    let size = (picture.width, picture.height);
    write_png(path, size, (png::ColorType::Rgb, png::BitDepth::Eight), picture.values.as_flattened())
}

fn write_png(
    path: &Path,
    (width, height): (u32, u32),
    (color, depth): (png::ColorType, png::BitDepth),
    bytes: &[u8],
) -> Result<(), String> {
    let mut file = create(path)?;
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(bytes))
        .map_err(|error| error.to_string())
        .and_then(|()| file.flush().map_err(|error| error.to_string()))
        .map_err(|why| in_file(path, &why))
}

/// Writes an array of such a shape as `.npy`, version 1.0.
pub(super) fn write_npy(path: &Path, shape: &[u32], values: impl Iterator<Item = f32>) -> Result<(), String> {
    let shape: Vec<String> = shape.iter().map(u32::to_string).collect();
    let shape = shape.join(", ");
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}");
    // The whole header is a multiple of 64 bytes and ends in a line feed.
    let header_bytes = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let header = format!("{text:<width$}\n", width = header_bytes - 1);
    let length = u16::try_from(header.len()).map_err(|_too_long| "the header is too long".to_owned())?;
    let values: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    let mut file = create(path)?;
    file.write_all(b"\x93NUMPY\x01\x00")
        .and_then(|()| file.write_all(&length.to_le_bytes()))
        .and_then(|()| file.write_all(header.as_bytes()))
        .and_then(|()| file.write_all(&values))
        .and_then(|()| file.flush())
        .map_err(|error| in_file(path, &error.to_string()))
}

fn create(path: &Path) -> Result<BufWriter<File>, String> {
    File::create(path).map(BufWriter::new).map_err(|error| in_file(path, &error.to_string()))
}

fn in_file(path: &Path, why: &str) -> String {
    format!("{}: cannot be written: {why}", path.display())
}
