//! Where configuration and state lie on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::calibration::{Profiles, Schedules};
use crate::color::Palettes;
use crate::command::{Reader, ReaderError};
use crate::corner_text::FOLDER;
use crate::handwritten::Origin;
use crate::priors::PriorRules;
use crate::volume::Transfers;

use super::error::SettingFault;
use super::policy::Policy;
use super::users::reader_folder;
use super::{Settings, displays, peers, protocols};

/// Where layers are looked for. The default is nowhere: only what is shipped applies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The folder of the site's `config.toml` and `keymap.toml`.
    pub site_dir: Option<PathBuf>,
    /// The folder of those of the user of this computer's account. Named users have theirs below.
    pub config_dir: Option<PathBuf>,
    /// Who reads.
    pub reader: Reader,
    /// `KEY=VALUE`, from the command line; of two for one key the later applies.
    pub arguments: Vec<String>,
}

impl Sources {
    /// The folders of this machine. Who reads is said, or `HOTLIGHT_USER` says it; else it is the user of the account.
    pub fn of_this_machine(arguments: Vec<String>, said: Option<Reader>) -> Result<Self, ReaderError> {
        let reader = said.map_or_else(|| reader_in(std::env::var_os("HOTLIGHT_USER")), Ok)?;
        Ok(Self { site_dir: site_dir(), config_dir: config_dir(), reader, arguments })
    }

    /// The folder of the one who reads. A named user's takes the place of the account's.
    pub fn user_dir(&self) -> Option<PathBuf> {
        self.config_dir.as_deref().map(|folder| reader_folder(folder, &self.reader))
    }

    /// How the files are now.
    pub fn stamp(&self) -> Stamp {
        const FOLDERS: [&str; 4] = [FOLDER, Palettes::FOLDER, Transfers::FOLDER, protocols::PROTOCOLS_FOLDER];
        let own = ["config.toml", "keymap.toml", PriorRules::FILE].into_iter().chain(FOLDERS);
        let of_station = Self::OF_STATION.into_iter().flat_map(|name| self.station_files(name));
        let origins = own.flat_map(|name| self.files(name)).chain(of_station);
        let mut paths: Vec<PathBuf> =
            origins.filter_map(|origin| origin.path().map(Path::to_path_buf)).collect();
        let inside = |origin: Origin| std::fs::read_dir(origin.path()?).ok();
        let folders = FOLDERS.into_iter().flat_map(|name| self.files(name));
        let folders = folders.chain(self.station_files(Profiles::FOLDER));
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

    /// The files that say what the station is, whoever reads: its monitors and archives.
    pub(super) const OF_STATION: [&'static str; 4] =
        [displays::FILE, Profiles::FOLDER, Schedules::FILE, peers::FILE];

    /// The site's file of a name, and that of the one who reads unless the site has locked it.
    pub(super) fn files(&self, name: &str) -> impl Iterator<Item = Origin> + use<> {
        let user = self.user_dir().filter(|_| !self.is_locked(name));
        layers(self.site_dir.as_deref(), user.as_deref(), name)
    }

    /// The site's and the account's file of a name, the latter unless the site has locked it.
    pub(super) fn station_files(&self, name: &str) -> impl Iterator<Item = Origin> + use<> {
        let user = self.config_dir.as_deref().filter(|_| !self.is_locked(name));
        layers(self.site_dir.as_deref(), user, name)
    }

    /// Why the user's file or folder of a name is not read, whatever stands in it; none where it is.
    pub fn refusal(&self, name: &str) -> Option<SettingFault> {
        Policy::of(self.site_dir.as_deref()).refusal(name)
    }

    /// Whether the site has locked the user's file or folder of a name.
    pub(super) fn is_locked(&self, name: &str) -> bool {
        Policy::of(self.site_dir.as_deref()).lock(name).is_some()
    }
}

fn layers(site: Option<&Path>, user: Option<&Path>, name: &str) -> impl Iterator<Item = Origin> + use<> {
    let site = site.map(|folder| Origin::Site(folder.join(name)));
    let user = user.map(|folder| Origin::User(folder.join(name)));
    site.into_iter().chain(user)
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

/// The site's configuration, for every reader of this machine; `HOTLIGHT_SITE_DIR` says otherwise where it locks nothing.
fn site_dir() -> Option<PathBuf> {
    let usual = if cfg!(target_os = "windows") {
        std::env::var_os("PROGRAMDATA").map(|folder| PathBuf::from(folder).join("hotlight"))
    } else if cfg!(target_os = "macos") {
        Some(PathBuf::from("/Library/Application Support/hotlight"))
    } else {
        Some(PathBuf::from("/etc/hotlight"))
    };
    site_said_or(std::env::var_os("HOTLIGHT_SITE_DIR"), usual)
}

/// The same for the site's folder: a lock that a variable of the reader's takes off is none.
fn site_said_or(said: Option<OsString>, usual: Option<PathBuf>) -> Option<PathBuf> {
    let is_locked = Policy::of(usual.as_deref()).locks_something();
    said_or(said.filter(|_| !is_locked), usual)
}

/// Who reads, as the environment says: unless it says something, the user of the account.
fn reader_in(said: Option<OsString>) -> Result<Reader, ReaderError> {
    said.filter(|said| !said.is_empty()).map_or(Ok(Reader::account()), |said| said.to_string_lossy().parse())
}

/// The configuration of the account's user; `HOTLIGHT_CONFIG_DIR` says otherwise.
fn config_dir() -> Option<PathBuf> {
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

/// The folder of the records of monitors: what the settings say, or one beside the logs. None where the system names no such
/// folder.
pub fn records_folder(settings: &Settings) -> Option<PathBuf> {
    let said = Some(&settings.displays.records).filter(|folder| !folder.is_empty());
    said.map(PathBuf::from).or_else(|| state_dir().map(|folder| folder.join("displays")))
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
        let sources = Sources { config_dir: Some(folder.path().to_path_buf()), ..Sources::default() };
        let texts = folder.path().join(FOLDER);
        std::fs::create_dir(&texts).expect("a folder");
        std::fs::create_dir(folder.path().join(Palettes::FOLDER)).expect("a folder");
        std::fs::create_dir(folder.path().join(Profiles::FOLDER)).expect("a folder");
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
        after(&|| write(&folder.path().join("display-schedules.toml"), ""));
        after(&|| write(&folder.path().join("peers.toml"), ""));
        after(&|| write(&texts.join("CT.toml"), ""));
        after(&|| write(&folder.path().join(Palettes::FOLDER).join("mine.csv"), ""));
        after(&|| write(&folder.path().join(Profiles::FOLDER).join("mine.toml"), ""));
        after(&|| write(&folder.path().join(Transfers::FOLDER).join("mine.toml"), ""));
        after(&|| std::fs::remove_file(folder.path().join("config.toml")).expect("removed"));
    }

    #[test]
    fn a_named_user_s_files_are_watched_and_the_station_s_and_not_the_account_s() {
        let folder = tempfile::tempdir().expect("a folder");
        let reader = "ann".parse().expect("a name");
        let sources = Sources { config_dir: Some(folder.path().to_path_buf()), reader, ..Sources::default() };
        std::fs::create_dir_all(folder.path().join("users/ann")).expect("a folder");
        let before = sources.stamp();
        let changes = |name: &str| {
            std::fs::write(folder.path().join(name), "").expect("written");
            let changes = sources.stamp() != before;
            std::fs::remove_file(folder.path().join(name)).expect("removed");
            changes
        };
        let watched = ["users/ann/config.toml", "displays.toml", "peers.toml"].map(changes);
        let others = ["config.toml", "keymap.toml", "users/ann/displays.toml"].map(changes);
        assert_eq!((watched, others), ([true; 3], [false; 3]));
    }

    #[test]
    fn the_environment_names_the_reader_unless_it_is_empty_or_no_name() {
        let ann = "ann".parse();
        assert_eq!(reader_in(Some("ann".into())), ann);
        assert_eq!(
            (reader_in(Some("".into())), reader_in(None)),
            (Ok(Reader::account()), Ok(Reader::account()))
        );
        assert_eq!(reader_in(Some("../ann".into())), Err(ReaderError::Letter('/')));
    }

    #[test]
    fn the_environment_does_not_take_the_sites_locks_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let usual = || Some(folder.path().to_path_buf());
        let said = || site_said_or(Some("/said".into()), usual());
        assert_eq!(said(), Some(PathBuf::from("/said")), "nothing is there");
        let write = |text: &str| std::fs::write(folder.path().join("config.toml"), text).expect("written");
        write("locked = []\n[viewer]\ndim = 0.5\n");
        assert_eq!(said(), Some(PathBuf::from("/said")), "nothing is locked");
        write("locked = [\"viewer.dim\"]\n");
        assert_eq!(said(), usual());
        assert_eq!(site_said_or(None, usual()), usual());
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
