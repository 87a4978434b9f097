//! Pictures in files: 16-bit gray PNG or PGM, and float32 `.npy`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::render::Raster;
use crate::units::PValue;

/// The format that a file name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// 16-bit gray PNG.
    Png,
    /// 16-bit binary PGM.
    Pgm,
    /// `NumPy` array of float32, C order, shape (rows, columns).
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

/// Writes P-values as PNG or PGM.
pub(super) fn write_p_values(path: &Path, format: Format, picture: &Raster<PValue>) -> Result<(), String> {
    // Both formats are big endian.
    let bytes: Vec<u8> = picture.values.iter().flat_map(|value| value.0.to_be_bytes()).collect();
    let mut file = create(path)?;
    let outcome = if format == Format::Png {
        let mut encoder = png::Encoder::new(&mut file, picture.width, picture.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Sixteen);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&bytes))
            .map_err(|error| error.to_string())
    } else {
        let header = format!("P5\n{} {}\n65535\n", picture.width, picture.height);
        file.write_all(header.as_bytes())
            .and_then(|()| file.write_all(&bytes))
            .map_err(|error| error.to_string())
    };
    outcome.and_then(|()| file.flush().map_err(|error| error.to_string())).map_err(|why| in_file(path, &why))
}

/// Writes modality values as `.npy`, version 1.0.
pub(super) fn write_npy(path: &Path, picture: &Raster<f32>) -> Result<(), String> {
    let (rows, columns) = (picture.height, picture.width);
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // The whole header is a multiple of 64 bytes and ends in a line feed.
    let header_bytes = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let header = format!("{text:<width$}\n", width = header_bytes - 1);
    let length = u16::try_from(header.len()).map_err(|_too_long| "the header is too long".to_owned())?;
    let values: Vec<u8> = picture.values.iter().flat_map(|value| value.to_le_bytes()).collect();
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
