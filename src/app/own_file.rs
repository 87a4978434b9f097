//! Small files that the program writes for the reader alone, whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::private;

/// A longer file is none that was written here.
const BYTES_MAX: u64 = 16 << 20;

/// Reads a file; `None` where there is none. One that cannot be understood is set aside: then a sentence that says so of
/// `what`.
pub(super) fn read<T: DeserializeOwned>(path: &Path, what: &str) -> Result<Option<T>, String> {
    let why = match private::read_text(path, BYTES_MAX) {
        Ok(text) => match toml::from_str(&text) {
            Ok(file) => return Ok(Some(file)),
            // Not the parser's words: they quote the text, which may name a patient.
            Err(_) => "it is not as Hotlight wrote it".to_owned(),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => error.to_string(),
    };
    let aside = path.with_extension("toml.broken");
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    let where_now = match fs::rename(path, &aside) {
        Ok(()) => format!("It is kept as {name}."),
        Err(_) => "It stays where it is.".to_owned(),
    };
    Err(format!("{what} cannot be read: {why}. {where_now}"))
}

/// Writes the whole file beside the old one, then puts it in its place. On Unix it is its owner's alone.
pub(super) fn write<T: Serialize>(path: &Path, file: &T) -> std::io::Result<()> {
    let text = toml::to_string(file).map_err(std::io::Error::other)?;
    private::write(path, text.as_bytes())
}
