//! Pictures as PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use png::{BitDepth, ColorType, Encoder, EncodingError};

/// 8-bit pixels, red, green and blue, row by row.
pub(super) struct Rgb {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: Vec<u8>,
}

impl Rgb {
    /// Leaves out how opaque the pixels are.
    pub(super) fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> Self {
        let (pixels, _) = rgba.as_chunks::<4>();
        let bytes = pixels.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect();
        Self { width, height, bytes }
    }
}

/// Writes 8-bit RGBA pixels, row by row.
pub(super) fn write_rgba(path: &Path, width: u32, height: u32, rgba: &[u8]) -> Result<(), String> {
    write(path, (width, height), ColorType::Rgba, rgba)
        .map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}

/// Writes a picture whole or not at all; a file that is there is replaced.
pub(super) fn write_rgb(path: &Path, picture: &Rgb) -> Result<(), EncodingError> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let size = (picture.width, picture.height);
    let written = write(part, size, ColorType::Rgb, &picture.bytes)
        .and_then(|()| std::fs::rename(part, path).map_err(EncodingError::from));
    if written.is_err() {
        // It may not be there at all.
        drop(std::fs::remove_file(part));
    }
    written
}

fn write(
    path: &Path,
    (width, height): (u32, u32),
    color: ColorType,
    bytes: &[u8],
) -> Result<(), EncodingError> {
    let mut encoder = Encoder::new(BufWriter::new(File::create(path)?), width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(bytes)?;
    // Errors while the last bytes are written count.
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_replaces_a_file_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let path = folder.path().join("view.png");
        std::fs::write(&path, "something else").expect("a file");
        let picture = Rgb::from_rgba(2, 1, &[1, 2, 3, 255, 4, 5, 6, 255]);
        write_rgb(&path, &picture).expect("it can be written");
        let file = std::io::BufReader::new(File::open(&path).expect("the file"));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
        let mut bytes = [0; 6];
        reader.next_frame(&mut bytes).expect("its pixels");
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6]);
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }

    #[test]
    fn a_picture_that_cannot_be_put_in_place_leaves_nothing_behind() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let path = folder.path().join("view.png");
        std::fs::create_dir(&path).expect("a folder in its place");
        let picture = Rgb::from_rgba(1, 1, &[1, 2, 3, 255]);
        assert!(write_rgb(&path, &picture).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }
}
