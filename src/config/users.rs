//! The users of a station that several share: each has a folder of settings of their own, and one of what they leave behind.

use std::fs;
use std::path::{Path, PathBuf};

use crate::color::Palettes;
use crate::command::Reader;
use crate::corner_text;
use crate::handwritten::{did_you_mean, nearest};
use crate::priors::PriorRules;
use crate::volume::Transfers;

use super::protocols::PROTOCOLS_FOLDER;
use super::sources::Sources;

/// The folder of all named users, beside the account's own files.
const FOLDER: &str = "users";

/// So many users are listed.
const USERS_MAX: usize = 1000;

/// What users have of their own, and what it is called.
const PARTS: [(&str, &str); 7] = [
    ("config.toml", "settings"),
    ("keymap.toml", "keys"),
    (PROTOCOLS_FOLDER, "hanging protocols"),
    (Transfers::FOLDER, "presets"),
    (corner_text::FOLDER, "corner texts"),
    (Palettes::FOLDER, "palettes"),
    (PriorRules::FILE, "rules for priors"),
];

/// A user of this station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationUser {
    /// Who.
    pub reader: Reader,
    /// What of the configuration is theirs, in words.
    pub own: Vec<&'static str>,
}

/// The folder of a reader in one of the station: for the user of the account that folder itself.
pub fn reader_folder(station: &Path, reader: &Reader) -> PathBuf {
    reader.name().map_or_else(|| station.to_owned(), |name| station.join(FOLDER).join(name))
}

/// Where presentation states and key images are kept in the folder of state: those of all readers, since they are the study's.
pub fn presentations_folder(state: &Path) -> PathBuf {
    state.join("presentations")
}

/// Where a reader's drafts are kept in the folder of state.
pub fn drafts_folder(state: &Path, reader: &Reader) -> PathBuf {
    match reader.name() {
        None => presentations_folder(state),
        Some(_) => reader_folder(state, reader).join("drafts"),
    }
}

impl Sources {
    /// The user of the account, those who have a folder here, and who reads now; by name.
    pub fn users(&self) -> Vec<StationUser> {
        let folder = self.config_dir.as_ref().map(|folder| folder.join(FOLDER));
        let found = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let folders = found.filter(|entry| entry.path().is_dir());
        let named = folders.filter_map(|entry| entry.file_name().to_str()?.parse::<Reader>().ok());
        let mut readers: Vec<Reader> = named.chain([Reader::account(), self.reader.clone()]).collect();
        readers.sort_unstable();
        readers.dedup();
        readers.truncate(USERS_MAX);
        readers.into_iter().map(|reader| self.station_user(reader)).collect()
    }

    fn station_user(&self, reader: Reader) -> StationUser {
        let folder = self.config_dir.as_ref().map(|folder| reader_folder(folder, &reader));
        let is_there = |name: &str| folder.as_ref().is_some_and(|folder| folder.join(name).exists());
        let own = PARTS.into_iter().filter(|(name, _)| is_there(name)).map(|(_, words)| words).collect();
        StationUser { reader, own }
    }

    /// What a named user's folder holds and is the station's, a sentence each: nobody reads it there.
    pub(super) fn misplaced(&self) -> Vec<String> {
        let Some(folder) = self.user_dir().filter(|_| self.reader.name().is_some()) else {
            return Vec::new();
        };
        let paths = Self::OF_STATION.map(|name| folder.join(name)).into_iter().filter(|path| path.exists());
        let told = paths.map(|path| {
            let path = path.display();
            format!(
                "{path}: monitors and archives are the station's, whoever reads: this file belongs beside the account's config.toml"
            )
        });
        told.collect()
    }

    /// A sentence without its end where the one who reads is known by name alone: it may be a slip.
    pub fn unknown_user(&self) -> Option<String> {
        let (name, folder) = (self.reader.name()?, self.user_dir()?);
        if folder.is_dir() {
            return None;
        }
        let users = self.users();
        let others = users.iter().filter(|user| user.reader != self.reader);
        let near = did_you_mean(nearest(name, others.filter_map(|user| user.reader.name())));
        let folder = folder.display();
        Some(format!(
            "'{name}' has no folder of settings{near}: {folder} is made when something of theirs is saved"
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::grayscale::GsdfOwner;

    use super::super::load::Config;
    use super::*;

    fn sources(folder: &Path, reader: &str) -> Sources {
        let reader = reader.parse().expect(reader);
        Sources { config_dir: Some(folder.to_owned()), reader, ..Sources::default() }
    }

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    #[test]
    fn named_users_have_layers_of_their_own_and_share_the_station_s() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = |command: &str| format!("[viewport]\nF12 = \"{command}\"\n");
        let monitor = |gsdf: &str| format!("[a]\ngsdf = \"{gsdf}\"\n");
        let files: [(&str, &str); 7] = [
            ("site/config.toml", "[viewer]\ndim = 0.5\nwheel_images = 3\n"),
            ("user/config.toml", "[viewer]\ndim = 0.6\n"),
            ("user/keymap.toml", &key("invert")),
            ("user/displays.toml", &monitor("panel")),
            ("user/users/ann/config.toml", "[viewer]\ndim = 0.7\n"),
            ("user/users/ann/keymap.toml", &key("link all")),
            ("user/users/ann/displays.toml", &monitor("system")),
        ];
        for (name, text) in files {
            write(&folder.path().join(name), text);
        }
        let of = |reader: &str| {
            let site_dir = Some(folder.path().join("site"));
            let sources = Sources { site_dir, ..sources(&folder.path().join("user"), reader) };
            let config = Config::load(&sources).expect("no fault");
            let bindings = config.keymap.bindings();
            let own = bindings.iter().find(|binding| binding.origin.kind() == "user");
            let own = own.map_or_else(String::new, |binding| binding.command.to_string());
            let viewer = &config.settings.viewer;
            let monitor = config.displays.get("a").map(|monitor| monitor.gsdf.owner());
            assert_eq!((viewer.wheel_images, monitor), (3, Some(GsdfOwner::Panel)), "{reader}");
            (format!("{:.1} {own}", viewer.dim), config.left_out)
        };
        assert_eq!(of("account"), ("0.6 invert".to_owned(), Vec::new()));
        assert_eq!(of("bo"), ("0.5 ".to_owned(), Vec::new()), "neither the account's nor ann's");
        let (ann, left_out) = of("ann");
        assert_eq!(ann, "0.7 link all");
        let [told] = left_out.as_slice() else { panic!("{left_out:?}") };
        assert!(told.contains("displays.toml: monitors and archives are the station's"), "{told}");
    }

    #[test]
    fn users_are_those_with_a_folder_the_account_and_who_reads_each_with_what_is_theirs() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["keymap.toml", "users/cem/config.toml", "users/ann/hanging-protocols/a.toml"] {
            write(&at(name), "");
        }
        // No names of users, and no folder.
        for name in ["users/.hidden/a", "users/two words/a", "users/account/a", "users/notes.txt"] {
            write(&at(name), "");
        }
        let found: Vec<(String, Vec<&str>)> = sources(folder.path(), "bo")
            .users()
            .into_iter()
            .map(|user| (user.reader.to_string(), user.own))
            .collect();
        let expected: [(&str, &[&str]); 4] =
            [("account", &["keys"]), ("ann", &["hanging protocols"]), ("bo", &[]), ("cem", &["settings"])];
        assert_eq!(found, expected.map(|(name, own)| (name.to_owned(), own.to_vec())));
        let nowhere: Vec<Reader> = Sources::default().users().into_iter().map(|user| user.reader).collect();
        assert_eq!(nowhere, [Reader::account()]);
    }

    #[test]
    fn a_user_without_a_folder_is_told_with_the_name_that_was_probably_meant() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("users/anna/config.toml"), "");
        let told = |reader| sources(folder.path(), reader).unknown_user();
        assert_eq!((told("account"), told("anna")), (None, None));
        let slip = told("amna").expect("a sentence");
        assert!(
            slip.starts_with("'amna' has no folder of settings (did you mean 'anna'?): ")
                && slip.ends_with(" is made when something of theirs is saved"),
            "{slip}"
        );
        assert!(told("zoe").expect("a sentence").starts_with("'zoe' has no folder of settings: "));
    }

    #[test]
    fn what_readers_leave_behind_lies_apart_but_for_what_is_the_study_s() {
        let state = Path::new("state");
        let ann: Reader = "ann".parse().expect("a name");
        assert_eq!(reader_folder(state, &Reader::account()), Path::new("state"));
        assert_eq!(drafts_folder(state, &Reader::account()), presentations_folder(state));
        assert_eq!(reader_folder(state, &ann), Path::new("state/users/ann"));
        assert_eq!(drafts_folder(state, &ann), Path::new("state/users/ann/drafts"));
    }
}
