//! Files of TOML that are written once: presets for renderings, hanging protocols.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::edit::show_to_all;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum NewFileError {
    /// There is one of this name.
    #[error("{}: is there already, and is not written over", .0.display())]
    Taken(PathBuf),
    /// The system says no.
    #[error("{}: the file cannot be written: {}", .0.display(), .1)]
    Unwritable(PathBuf, std::io::Error),
}

/// Writes `NAME.toml` into a folder, which is made when there is none; gives the file. One that is there already is never written
/// over.
pub fn save_new(folder: &Path, name: &str, text: &str) -> Result<PathBuf, NewFileError> {
    let path = folder.join(format!("{name}.toml"));
    match write_new(folder, &path, text) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(NewFileError::Taken(path)),
        Err(error) => Err(NewFileError::Unwritable(path, error)),
    }
}

/// Writes beside the place and then puts the file there, so that there is never half of it.
fn write_new(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    // A site's files are for every reader.
    show_to_all(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("presets/volume");
        let path = save_new(&inner, "mine", "a = 1\n").expect("written");
        assert!(
            matches!(save_new(&inner, "mine", "a = 2\n"), Err(NewFileError::Taken(taken)) if taken == path)
        );
        assert_eq!(fs::read_to_string(&path).expect("a file"), "a = 1\n");
        assert_eq!(fs::read_dir(&inner).expect("a folder").count(), 1, "nothing else is left");
    }
}
