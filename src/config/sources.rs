//! Where configuration and state lie on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::keymap::Origin;

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

    /// The site's and the user's file of a name.
    pub(super) fn files(&self, name: &str) -> impl Iterator<Item = Origin> + use<> {
        let file = |folder: &Option<PathBuf>| folder.as_deref().map(|folder: &Path| folder.join(name));
        let site = file(&self.site_dir).map(Origin::Site);
        let user = file(&self.user_dir).map(Origin::User);
        site.into_iter().chain(user)
    }
}

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

/// What the environment says, unless it says nothing.
fn said_or(said: Option<OsString>, usual: Option<PathBuf>) -> Option<PathBuf> {
    said.filter(|said| !said.is_empty()).map(PathBuf::from).or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_moves_a_folder_unless_it_is_empty() {
        let usual = || Some(PathBuf::from("/usual"));
        assert_eq!(said_or(Some("/said".into()), usual()), Some(PathBuf::from("/said")));
        assert_eq!(said_or(Some("".into()), usual()), usual());
        assert_eq!(said_or(None, usual()), usual());
        assert_eq!(said_or(None, None), None);
    }
}
