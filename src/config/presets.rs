//! Presets for renderings and hanging protocols, written as files of their own.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::volume::TransferFile;

/// Why a preset was not written.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// There is one of this name.
    #[error("{}: is there already, and is not written over", .0.display())]
    Taken(PathBuf),
    /// The system says no.
    #[error("{}: the file cannot be written: {}", .0.display(), .1)]
    Unwritable(PathBuf, std::io::Error),
}

/// Writes a preset into a folder, which is made when there is none; gives the file. One that is there already is never
/// written over.
pub fn save_preset(folder: &Path, name: &str, file: &TransferFile) -> Result<PathBuf, PresetError> {
    save_new(folder, name, &file.to_toml())
}

/// The same of any TOML text: a preset, a hanging protocol.
pub fn save_new(folder: &Path, name: &str, text: &str) -> Result<PathBuf, PresetError> {
    let path = folder.join(format!("{name}.toml"));
    match write_new(folder, &path, text) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(PresetError::Taken(path)),
        Err(error) => Err(PresetError::Unwritable(path, error)),
    }
}

/// Writes beside the place and then puts the file there, so that there is never half of it.
fn write_new(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    // A site's presets are for every reader.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::volume::Transfers;

    #[test]
    fn a_preset_is_written_once_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("presets/volume");
        let transfers = Transfers::default();
        let [bone, skin] = ["bone", "skin"].map(|name| transfers.named(name).expect(name).file());
        let path = save_preset(&inner, "mine", &bone).expect("written");
        assert!(
            matches!(save_preset(&inner, "mine", &skin), Err(PresetError::Taken(taken)) if taken == path)
        );
        assert_eq!(fs::read_to_string(&path).expect("a file"), bone.to_toml());
        assert_eq!(fs::read_dir(&inner).expect("a folder").count(), 1, "nothing else is left");
    }
}
