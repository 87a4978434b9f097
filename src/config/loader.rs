//! The files of every layer: their texts, and what each kind of file is laid over.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::calibration::Profiles;
use crate::color::Palettes;
use crate::corner_text::{self, CornerTexts};
use crate::handwritten::Origin;
use crate::keymap::{Keymap, KeymapError, Profile};
use crate::private::read_text;
use crate::volume::Transfers;

use super::error::ConfigError;
use super::sources::{LayerFile, Sources};

/// A longer file is none of a configuration, bytes.
pub(super) const TEXT_BYTES_MAX: u64 = 4 << 20;

/// What is read, file by file.
#[derive(Default)]
pub(super) struct Loader {
    pub(super) errors: Vec<ConfigError>,
    /// All that were looked for.
    pub(super) files: Vec<LayerFile>,
    /// Files with a fault without which all else applies.
    pub(super) left_out: Vec<String>,
}

impl Loader {
    /// The text of a file; none when there is no such file, which is no fault.
    pub(super) fn read(&mut self, origin: &Origin) -> Option<String> {
        let path = origin.path()?;
        let text = read_text(path, TEXT_BYTES_MAX);
        let is_there = !matches!(&text, Err(error) if error.kind() == ErrorKind::NotFound);
        self.files.push(LayerFile { origin: origin.clone(), is_there });
        match text {
            Ok(text) => Some(text),
            Err(error) => {
                if is_there {
                    self.errors.push(ConfigError::Unreadable { path: path.to_owned(), error });
                }
                None
            }
        }
    }

    /// The keys of every layer; none when any has a fault, which is then among the errors.
    pub(super) fn keymap(&mut self, sources: &Sources, profile: Profile) -> Option<Keymap> {
        let mut layers = vec![self.told(Keymap::shipped())];
        layers.extend(profile.file().map(|file| self.told(file)));
        for origin in sources.files("keymap.toml") {
            let Some(text) = self.read(&origin) else { continue };
            layers.push(self.told(Keymap::parse(&text, origin)));
        }
        // A conflict is only told when every layer is whole: the faulty one might settle it.
        let mut layers = layers.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        let shipped = layers.next()?;
        self.told(Keymap::layer(shipped, layers))
    }

    /// The words in the corners: what is shipped, and over it every file that is there.
    pub(super) fn corner_texts(&mut self, sources: &Sources) -> CornerTexts {
        let mut texts = CornerTexts::default();
        for folder in sources.files(corner_text::FOLDER) {
            for origin in self.files_in(&folder, "toml") {
                let Some(text) = self.read(&origin) else { continue };
                if let Err(errors) = texts.lay(&text, &origin) {
                    self.errors.extend(errors.into_iter().map(ConfigError::CornerText));
                }
            }
        }
        texts
    }

    /// Lays files over what is there.
    pub(super) fn lay<E: Into<ConfigError>>(
        &mut self,
        files: impl Iterator<Item = Origin>,
        mut lay: impl FnMut(&str, &Origin) -> Result<(), Vec<E>>,
    ) {
        for origin in files {
            let Some(text) = self.read(&origin) else { continue };
            if let Err(errors) = lay(&text, &origin) {
                self.errors.extend(errors.into_iter().map(Into::into));
            }
        }
    }

    /// The limits of monitors: what is shipped, and over it every file that is there.
    pub(super) fn display_profiles(&mut self, sources: &Sources) -> Profiles {
        let folders = sources.station_files(Profiles::FOLDER);
        let files: Vec<Origin> = folders.flat_map(|folder| self.files_in(&folder, "toml")).collect();
        let mut profiles = Profiles::default();
        self.lay(files.into_iter(), |text, origin| profiles.lay(text, origin));
        profiles
    }

    /// The palettes of the standard, and every file that is there.
    pub(super) fn palettes(&mut self, sources: &Sources) -> Palettes {
        let mut palettes = Palettes::default();
        for folder in sources.files(Palettes::FOLDER) {
            for origin in self.files_in(&folder, "csv") {
                let Some(text) = self.read(&origin) else { continue };
                let Some(path) = origin.path() else { continue };
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                if let Err(fault) = palettes.lay(&name, &text) {
                    self.errors.push(ConfigError::Palette { path: path.to_owned(), fault });
                }
            }
        }
        palettes
    }

    /// The transfer functions of every installation, and every file that is there; one with a fault is left out.
    pub(super) fn transfers(&mut self, sources: &Sources) -> Transfers {
        let mut transfers = Transfers::default();
        for folder in sources.files(Transfers::FOLDER) {
            for origin in self.files_in(&folder, "toml") {
                let Some(text) = self.read(&origin) else { continue };
                let Some(path) = origin.path() else { continue };
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                if let Err(fault) = transfers.lay(&name, &text) {
                    self.left_out.push(format!("{}: {fault}", path.display()));
                }
            }
        }
        transfers
    }

    /// The files of a folder with an ending, by name; none when there is no such folder, which is no fault.
    fn files_in(&mut self, folder: &Origin, ending: &str) -> Vec<Origin> {
        let Some(path) = folder.path() else { return Vec::new() };
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                self.errors.push(ConfigError::Unreadable { path: path.to_owned(), error });
                return Vec::new();
            }
        };
        let is_wanted = |path: &PathBuf| path.extension().is_some_and(|extension| extension == ending);
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_wanted).collect();
        paths.sort();
        paths.into_iter().map(|path| folder.moved_to(path)).collect()
    }

    fn told<T>(&mut self, result: Result<T, Vec<KeymapError>>) -> Option<T> {
        result.map_err(|errors| self.errors.extend(errors.into_iter().map(ConfigError::Keymap))).ok()
    }
}
