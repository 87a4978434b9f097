//! Where configuration and state lie on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::color::Palettes;
use crate::corner_text::FOLDER;
use crate::keymap::Origin;
use crate::priors::PriorRules;
use crate::volume::Transfers;

use super::{Settings, displays, peers, protocols};

/// Where layers are looked for. The default is nowhere: only what is shipped applies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The folder of the site's `config.toml` and `keymap.toml`.
    pub site_dir: Option<PathBuf>,
    /// The folder of the user's.
    pub user_dir: Option<PathBuf>,
    /// `KEY=VALUE`, from the command line; of two for one key the later applies.
    pub arguments: Vec<String>,
}

impl Sources {
    /// The folders of this machine and this reader.
    pub fn of_this_machine(arguments: Vec<String>) -> Self {
        Self { site_dir: site_dir(), user_dir: user_dir(), arguments }
    }

    /// How the files are now.
    pub fn stamp(&self) -> Stamp {
        const FOLDERS: [&str; 4] = [FOLDER, Palettes::FOLDER, Transfers::FOLDER, protocols::PROTOCOLS_FOLDER];
        let own = ["config.toml", "keymap.toml", displays::FILE, peers::FILE, PriorRules::FILE];
        let names = own.into_iter().chain(FOLDERS);
        let origins = names.flat_map(|name| self.files(name));
        let mut paths: Vec<PathBuf> =
            origins.filter_map(|origin| origin.path().map(Path::to_path_buf)).collect();
        let inside = |origin: Origin| std::fs::read_dir(origin.path()?).ok();
        let folders = FOLDERS.into_iter().flat_map(|name| self.files(name));
        let texts = folders.filter_map(inside).flatten();
        let found: Vec<PathBuf> = texts.filter_map(|entry| Some(entry.ok()?.path())).collect();
        // The protocols of groups lie one deeper.
        let deeper = found.iter().filter_map(|path| std::fs::read_dir(path).ok()).flatten();
        paths.extend(deeper.filter_map(|entry| Some(entry.ok()?.path())));
        paths.extend(found);
        paths.sort();
        let changed = |path: &PathBuf| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.modified().ok()?, found.len()))
        };
        Stamp(paths.into_iter().map(|path| (path.clone(), changed(&path))).collect())
    }

    /// The site's and the user's file of a name.
    pub(super) fn files(&self, name: &str) -> impl Iterator<Item = Origin> + use<> {
        let file = |folder: &Option<PathBuf>| folder.as_deref().map(|folder: &Path| folder.join(name));
        let site = file(&self.site_dir).map(Origin::Site);
        let user = file(&self.user_dir).map(Origin::User);
        site.into_iter().chain(user)
    }
}

/// When each file of the configuration was changed last, and its size; none where there is no such file. Two that
/// differ mean that something was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp(Vec<(PathBuf, Option<(SystemTime, u64)>)>);

/// A file that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerFile {
    /// Whose, and where.
    pub origin: Origin,
    /// It is there.
    pub is_there: bool,
}

/// The site's configuration, for every reader of this machine; `HOTLIGHT_SITE_DIR` says otherwise.
fn site_dir() -> Option<PathBuf> {
    let usual = if cfg!(target_os = "windows") {
        std::env::var_os("PROGRAMDATA").map(|folder| PathBuf::from(folder).join("hotlight"))
    } else if cfg!(target_os = "macos") {
        Some(PathBuf::from("/Library/Application Support/hotlight"))
    } else {
        Some(PathBuf::from("/etc/hotlight"))
    };
    said_or(std::env::var_os("HOTLIGHT_SITE_DIR"), usual)
}

/// The reader's own configuration; `HOTLIGHT_CONFIG_DIR` says otherwise.
fn user_dir() -> Option<PathBuf> {
    said_or(std::env::var_os("HOTLIGHT_CONFIG_DIR"), dirs::config_dir().map(|folder| folder.join("hotlight")))
}

/// Where logs and the journal lie; `HOTLIGHT_STATE_DIR` says otherwise. None where the system names no such folder.
pub fn state_dir() -> Option<PathBuf> {
    let usual = dirs::state_dir().or_else(dirs::data_local_dir).map(|folder| folder.join("hotlight"));
    said_or(std::env::var_os("HOTLIGHT_STATE_DIR"), usual)
}

/// The folder of the store: what the settings say, or one beside the logs. None where the system names no such folder.
pub fn store_folder(settings: &Settings) -> Option<PathBuf> {
    let said = Some(&settings.store.folder).filter(|folder| !folder.is_empty());
    said.map(PathBuf::from).or_else(|| state_dir().map(|folder| folder.join("store")))
}

/// The folder of the audit trail: what the settings say, or one beside the logs. None where the system names no such folder.
pub fn audit_folder(settings: &Settings) -> Option<PathBuf> {
    let said = Some(&settings.audit.folder).filter(|folder| !folder.is_empty());
    said.map(PathBuf::from).or_else(|| state_dir().map(|folder| folder.join("audit")))
}

/// What the environment says, unless it says nothing.
fn said_or(said: Option<OsString>, usual: Option<PathBuf>) -> Option<PathBuf> {
    said.filter(|said| !said.is_empty()).map(PathBuf::from).or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_differs_when_a_file_comes_changes_or_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let sources = Sources { user_dir: Some(folder.path().to_path_buf()), ..Sources::default() };
        let texts = folder.path().join(FOLDER);
        std::fs::create_dir(&texts).expect("a folder");
        std::fs::create_dir(folder.path().join(Palettes::FOLDER)).expect("a folder");
        std::fs::create_dir_all(folder.path().join(Transfers::FOLDER)).expect("a folder");
        let mut stamps = vec![sources.stamp()];
        let mut after = |change: &dyn Fn()| {
            change();
            let stamp = sources.stamp();
            assert_eq!(stamp, sources.stamp());
            assert_ne!(Some(&stamp), stamps.last());
            stamps.push(stamp);
        };
        let write = |path: &Path, text: &str| std::fs::write(path, text).expect("written");
        after(&|| write(&folder.path().join("config.toml"), ""));
        after(&|| write(&folder.path().join("config.toml"), "[viewer]\n"));
        after(&|| write(&folder.path().join("keymap.toml"), ""));
        after(&|| write(&folder.path().join("displays.toml"), ""));
        after(&|| write(&folder.path().join("peers.toml"), ""));
        after(&|| write(&texts.join("CT.toml"), ""));
        after(&|| write(&folder.path().join(Palettes::FOLDER).join("mine.csv"), ""));
        after(&|| write(&folder.path().join(Transfers::FOLDER).join("mine.toml"), ""));
        after(&|| std::fs::remove_file(folder.path().join("config.toml")).expect("removed"));
    }

    #[test]
    fn the_environment_moves_a_folder_unless_it_is_empty() {
        let usual = || Some(PathBuf::from("/usual"));
        assert_eq!(said_or(Some("/said".into()), usual()), Some(PathBuf::from("/said")));
        assert_eq!(said_or(Some("".into()), usual()), usual());
        assert_eq!(said_or(None, usual()), usual());
        assert_eq!(said_or(None, None), None);
    }
}
