//! What the site has locked: settings, and files that a reader may have of one's own.
//!
//! ```toml
//! locked = ["viewer.unseen", "store.*", "peers.toml"]
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeValue;

use crate::calibration::{Profiles, Schedules};
use crate::color::Palettes;
use crate::corner_text;
use crate::handwritten::{LineColumn, Toml, nearest};
use crate::priors::PriorRules;
use crate::private::read_text;
use crate::volume::Transfers;

use super::error::SettingFault;
use super::layer::found;
use super::loader::TEXT_BYTES_MAX;
use super::protocols::PROTOCOLS_FOLDER;
use super::schema::SETTINGS;
use super::sources::Sources;
use super::{displays, peers};

/// What locks are written as, above the first section of the site's `config.toml`.
pub(super) const KEY: &str = "locked";

/// Files and folders of a reader's own that can be locked.
const FILES: [&str; 10] = [
    "keymap.toml",
    displays::FILE,
    Profiles::FOLDER,
    Schedules::FILE,
    peers::FILE,
    PriorRules::FILE,
    corner_text::FOLDER,
    Palettes::FOLDER,
    Transfers::FOLDER,
    PROTOCOLS_FOLDER,
];

/// What the site has locked, and what of a reader's own does not apply for that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Settings by their keys, files by their names.
    locks: BTreeMap<&'static str, LockPlace>,
    /// What stands in a reader's own files and does not apply, a sentence without its end each.
    pub overruled: Vec<String>,
}

/// Where the site says that something is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockPlace {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub at: LineColumn,
}

impl fmt::Display for LockPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.at)
    }
}

impl Policy {
    /// What the `config.toml` in the site's folder locks. What is wrong with that file is told where it is read.
    pub(super) fn of(site_dir: Option<&Path>) -> Self {
        let mut policy = Self::default();
        let Some(path) = site_dir.map(|folder| folder.join("config.toml")) else { return policy };
        if let Ok(text) = read_text(&path, TEXT_BYTES_MAX) {
            let toml = Toml::read(&text);
            let locked = toml.table.iter().find(|(name, _)| name.get_ref() == KEY);
            if let Some((_, value)) = locked {
                let _told_elsewhere = policy.read(value, &toml, &text, &path);
            }
        }
        policy
    }

    /// Takes what a file of the site locks; gives what is wrong, with offsets in bytes.
    pub(super) fn read(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        toml: &Toml<'_>,
        text: &str,
        path: &Path,
    ) -> Vec<(usize, SettingFault)> {
        let wrong = |value: &Spanned<DeValue<'_>>| {
            let found = found(value.get_ref(), text.get(value.span()).unwrap_or_default());
            let expected =
                "a list of settings, of sections such as \"store.*\", and of files such as \"keymap.toml\""
                    .to_owned();
            (value.span().start, SettingFault::WrongValue { key: KEY, found, expected, nearest: None })
        };
        let DeValue::Array(names) = value.get_ref() else { return vec![wrong(value)] };
        let mut faults = Vec::new();
        for name in names {
            let at = name.span().start;
            let Some(written) = name.get_ref().as_str() else {
                faults.push(wrong(name));
                continue;
            };
            let meant = meant(written);
            if meant.is_empty() {
                let nearest = nearest(written, settings().chain(FILES));
                faults.push((at, SettingFault::UnknownLock { name: written.to_owned(), nearest }));
            }
            let place = LockPlace { path: path.to_owned(), at: toml.line_column(at) };
            self.locks.extend(meant.into_iter().map(|name| (name, place.clone())));
        }
        faults
    }

    /// Whether anything is locked.
    pub(super) fn locks_something(&self) -> bool {
        !self.locks.is_empty()
    }

    /// Where a setting is locked, by its key, or a file or folder of a reader's own, by its name.
    pub fn lock(&self, name: &str) -> Option<&LockPlace> {
        self.locks.get(name)
    }

    /// The files and folders of a reader's own that are locked, each with where.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &LockPlace)> {
        FILES.into_iter().filter_map(move |name| Some((name, self.lock(name)?)))
    }

    /// Why nobody but the site may change something; none where all may.
    pub fn refusal(&self, name: &str) -> Option<SettingFault> {
        let (&key, place) = self.locks.get_key_value(name)?;
        Some(SettingFault::Locked { key, place: place.clone() })
    }

    /// The same with the files of a reader's own that do not apply.
    pub(super) fn with_files_of(mut self, sources: &Sources) -> Self {
        let user_dir = sources.user_dir();
        let files = FILES.into_iter().filter_map(|name| {
            // What is the station's is the account's, whoever reads.
            let is_of_station = Sources::OF_STATION.contains(&name);
            let folder = if is_of_station { sources.config_dir.as_deref() } else { user_dir.as_deref() };
            let path = folder?.join(name);
            let why = self.refusal(name)?;
            path.exists().then(|| format!("{}: {why}", path.display()))
        });
        let files: Vec<String> = files.collect();
        self.overruled.extend(files);
        self
    }
}

/// The keys of all settings.
fn settings() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|setting| setting.key)
}

/// The settings or the file that are called so; none where nothing is.
fn meant(written: &str) -> Vec<&'static str> {
    match written.strip_suffix(".*") {
        Some(section) => {
            let is_in = |key: &&str| key.split_once('.').is_some_and(|(own, _)| own == section);
            settings().filter(is_in).collect()
        }
        None => settings().chain(FILES).filter(|name| *name == written).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::handwritten::Origin;

    use super::super::layer::{Entry, Layers};
    use super::*;

    /// The layers of a site and a reader, and arguments.
    fn layers(site: &str, user: &str, arguments: &[&str]) -> (Layers, Vec<String>) {
        let mut layers = Layers::default();
        layers.file(super::super::load::SHIPPED, Origin::Shipped);
        layers.file(site, Origin::Site("site/config.toml".into()));
        layers.file(user, Origin::User("user/config.toml".into()));
        for argument in arguments {
            layers.argument(argument);
        }
        let told = layers.errors.iter().map(ToString::to_string).collect();
        (layers, told)
    }

    fn entry(layers: Layers, key: &str) -> Entry {
        let (_, entries) = layers.finish();
        entries.into_iter().find(|entry| entry.key == key).expect("a setting")
    }

    #[test]
    fn what_a_station_s_monitors_are_held_against_is_locked_as_they_are() {
        for name in super::super::sources::Sources::OF_STATION {
            assert!(FILES.contains(&name), "{name} cannot be locked");
        }
    }

    #[test]
    fn what_the_site_locks_stays_as_it_says_and_the_readers_word_is_told() {
        let site = "locked = [\"viewer.unseen\", \"store.*\"]\n[viewer]\nunseen = \"tell\"\ndim = 0.5\n";
        let user = "[viewer]\nunseen = \"off\"\ndim = 0.6\n[store]\nquota_gib = 7\n";
        let (found, told) = layers(site, user, &[]);
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(
            found.policy.overruled,
            [
                "user/config.toml:2:1: 'viewer.unseen' is locked by the site (site/config.toml:1:11)",
                "user/config.toml:5:1: 'store.quota_gib' is locked by the site (site/config.toml:1:28)",
            ]
        );
        let of = |key: &str| entry(layers(site, user, &[]).0, key);
        let unseen = of("viewer.unseen");
        assert_eq!((unseen.value.bare().as_str(), unseen.origin.kind()), ("tell", "site"));
        assert_eq!(unseen.locked.map(|place| place.to_string()).as_deref(), Some("site/config.toml:1:11"));
        let quota = of("store.quota_gib");
        assert_eq!((quota.value.bare().as_str(), quota.origin.kind()), ("100", "shipped"));
        assert!(quota.locked.is_some() && of("store.folder").locked.is_some(), "all of a section");
        let dim = of("viewer.dim");
        assert_eq!((dim.value.bare().as_str(), dim.locked), ("0.6", None));
    }

    #[test]
    fn the_command_line_is_refused_with_the_file_and_the_line() {
        let (_, told) =
            layers("locked = [\n  \"viewer.dim\",\n]\n", "", &["viewer.dim=0.5", "viewer.recent=false"]);
        assert_eq!(told, ["command line: 'viewer.dim' is locked by the site (site/config.toml:2:3)"]);
    }

    #[test]
    fn locks_that_name_nothing_or_stand_elsewhere_are_refused() {
        let check = |site: &str, user: &str, expected: &[&str]| {
            assert_eq!(layers(site, user, &[]).1, expected);
        };
        check(
            "locked = [\"viewer.unsen\", \"stor.*\", 3, \"keymaps.toml\", \"config.toml\"]\n",
            "",
            &[
                "site/config.toml:1:11: nothing is called 'viewer.unsen' that could be locked (did you mean 'viewer.unseen'?)",
                "site/config.toml:1:27: nothing is called 'stor.*' that could be locked",
                "site/config.toml:1:37: 'locked' is 3; expected a list of settings, of sections such as \"store.*\", and of files \
                 such as \"keymap.toml\"",
                "site/config.toml:1:40: nothing is called 'keymaps.toml' that could be locked (did you mean 'keymap.toml'?)",
                "site/config.toml:1:56: nothing is called 'config.toml' that could be locked",
            ],
        );
        check(
            "locked = \"viewer.dim\"\n",
            "",
            &[
                "site/config.toml:1:10: 'locked' is \"viewer.dim\"; expected a list of settings, of sections such as \"store.*\", \
               and of files such as \"keymap.toml\"",
            ],
        );
        check(
            "[viewer]\nlocked = [\"viewer.dim\"]\n",
            "locked = [\"viewer.dim\"]\n[viewer]\ndim = 0.5\n",
            &[
                "site/config.toml:2:1: 'locked' stands above the first [section]",
                "user/config.toml:1:1: only the site's config.toml can lock settings",
            ],
        );
    }

    #[test]
    fn the_policy_is_read_from_the_sites_folder_and_names_files_of_the_readers_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let (site, user) = (folder.path().join("site"), folder.path().join("user"));
        std::fs::create_dir_all(&site).expect("a folder");
        std::fs::create_dir_all(user.join(PROTOCOLS_FOLDER)).expect("a folder");
        std::fs::write(user.join("keymap.toml"), "").expect("written");
        let locked =
            "locked = [\"keymap.toml\", \"hanging-protocols\", \"peers.toml\", \"none.toml\"]\n[viewer\n";
        std::fs::write(site.join("config.toml"), locked).expect("written");
        let sources = Sources { config_dir: Some(user.clone()), ..Sources::default() };
        let policy = Policy::of(Some(&site)).with_files_of(&sources);
        assert!(policy.lock("peers.toml").is_some() && policy.lock("displays.toml").is_none());
        let shown = format!("{}/", folder.path().display());
        let told: Vec<String> = policy.overruled.iter().map(|told| told.replace(&shown, "")).collect();
        assert_eq!(
            told,
            [
                "user/keymap.toml: 'keymap.toml' is locked by the site (site/config.toml:1:11)",
                "user/hanging-protocols: 'hanging-protocols' is locked by the site (site/config.toml:1:26)",
            ]
        );
        // Of a named user what is the station's lies with the account, and what is locked there is told, too.
        let ann = Sources { reader: "ann".parse().expect("a name"), ..sources };
        std::fs::write(user.join("peers.toml"), "").expect("written");
        let policy = Policy::of(Some(&site)).with_files_of(&ann);
        let [told] = policy.overruled.as_slice() else { panic!("{:?}", policy.overruled) };
        assert!(told.replace(&shown, "").starts_with("user/peers.toml: 'peers.toml' is locked"), "{told}");
        assert_eq!(Policy::of(Some(&user)), Policy::default());
        assert_eq!(Policy::of(None), Policy::default());
    }
}
