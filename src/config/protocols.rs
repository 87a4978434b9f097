//! The files of hanging protocols: the site's, its groups' and the reader's, over the shipped ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::color::Palettes;
use crate::grayscale::WindowPresets;
use crate::hanging::{Level, ProtocolError, ProtocolFile, Protocols, Vocabulary, shipped, shipped_fixtures};
use crate::private::read_text;
use crate::volume::Transfers;

use super::load::Config;
use super::sources::Sources;

/// The folder of protocols beside the other files of the site and of the reader.
pub const PROTOCOLS_FOLDER: &str = "hanging-protocols";

/// The folder of fixtures beside protocols.
const FIXTURES: &str = "fixtures";

/// A longer file is no protocol, bytes.
const BYTES_MAX: u64 = 1 << 20;

/// A folder may hold so many.
const FILES_MAX: usize = 5_000;

/// A file of a protocol that cannot be read, or a folder that cannot be looked through.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", .path.display())]
pub struct UnreadableProtocol {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// The protocols that apply, and the files that they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedProtocols {
    /// The protocols.
    pub protocols: Arc<Protocols>,
    /// What is wrong, a sentence each: a file with a fault is left out.
    pub faults: Vec<String>,
    /// Files without a fault.
    good: Vec<ProtocolFile>,
    /// Files with one.
    faulty: Vec<ProtocolFile>,
}

impl LoadedProtocols {
    /// Reads files, which may use these names; `unreadable` are those that could not even be opened.
    pub(super) fn read(
        files: Vec<ProtocolFile>,
        unreadable: &[UnreadableProtocol],
        names: &Vocabulary,
    ) -> Self {
        let (protocols, errors) = Protocols::read_checked(&files, names);
        let is_faulty = |file: &ProtocolFile| {
            file.path.as_ref().is_some_and(|path| errors.iter().any(|error| error.path == *path))
        };
        let (faulty, good) = files.into_iter().partition(is_faulty);
        let unreadable = unreadable.iter().map(ToString::to_string);
        let told = unreadable.chain(errors.iter().map(ProtocolError::to_string)).collect();
        Self { protocols: Arc::new(protocols), faults: told, good, faulty }
    }

    /// The same, with each file that has a fault as it was when it had none; which these are, by their faults.
    pub fn keep(&mut self, before: &Self) {
        let found =
            self.faulty.iter().filter_map(|faulty| before.good.iter().find(|file| file.path == faulty.path));
        let kept: Vec<ProtocolFile> = found.cloned().collect();
        if kept.is_empty() {
            return;
        }
        let files: Vec<ProtocolFile> = self.good.iter().chain(&kept).cloned().collect();
        let (protocols, _) = Protocols::read(&files);
        (self.protocols, self.good) = (Arc::new(protocols), files);
    }
}

/// The names that protocols may use: those of the shipped window presets, and of these.
pub(super) fn vocabulary(palettes: &Palettes, transfers: &Transfers) -> Vocabulary {
    let windows = WindowPresets::parse(include_str!("../../assets/presets/window.toml")).unwrap_or_default();
    let volumes = transfers.all().iter().map(|transfer| transfer.name.clone());
    Vocabulary {
        windows: windows.names().into_iter().map(str::to_owned).collect(),
        palettes: palettes.all().iter().map(|palette| palette.name().to_owned()).collect(),
        volumes: volumes.chain(std::iter::once("mip".to_owned())).collect(),
    }
}

/// The names that protocols may use on this machine. Where its configuration has a fault, which others tell, the shipped ones.
pub fn known_names(sources: &Sources) -> Vocabulary {
    Config::load(sources).map_or_else(
        |_faults| vocabulary(&Palettes::default(), &Transfers::default()),
        |config| vocabulary(&config.palettes, &config.transfers),
    )
}

/// The groups whose protocols apply: those that were named, else those of the settings. Where these have a fault, which others tell,
/// none.
pub fn groups_or_known(named: &[String], sources: &Sources) -> Vec<String> {
    if !named.is_empty() {
        return named.to_vec();
    }
    Config::load(sources).map_or_else(|_faults| Vec::new(), |config| config.settings.viewer.group_names())
}

/// All files of protocols: what is shipped, the site's `hanging-protocols/*.toml`, those of the groups, each in a folder of its
/// name below, and the reader's unless the site has locked them.
pub fn protocol_files(sources: &Sources, groups: &[String]) -> (Vec<ProtocolFile>, Vec<UnreadableProtocol>) {
    let (mut files, mut faults) = (shipped(), Vec::new());
    for (level, folder) in protocol_folders(sources, groups) {
        read_folder(&folder, &level, &mut files, &mut faults);
    }
    (files, faults)
}

/// Where these lie but for what is shipped, each with whose it is.
pub fn protocol_folders(sources: &Sources, groups: &[String]) -> Vec<(Level, PathBuf)> {
    let mut folders = Vec::new();
    if let Some(site) = sources.site_dir.as_ref().map(|site| site.join(PROTOCOLS_FOLDER)) {
        let of_groups = groups.iter().map(|group| (Level::Group(group.clone()), site.join(group)));
        folders.extend(std::iter::once((Level::Site, site.clone())).chain(of_groups));
    }
    let own = sources.user_dir().filter(|_| !sources.is_locked(PROTOCOLS_FOLDER));
    folders.extend(own.map(|user| (Level::User, user.join(PROTOCOLS_FOLDER))));
    folders
}

/// Reads a protocol's file, or all in a folder.
pub fn read_protocols(path: &Path, level: &Level) -> (Vec<ProtocolFile>, Vec<UnreadableProtocol>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    if path.is_dir() {
        read_folder(path, level, &mut files, &mut faults);
    } else {
        read_file(path, level, &mut files, &mut faults);
    }
    (files, faults)
}

/// The fixtures of protocols, `fixtures/NAME.toml` beside each `NAME.toml`; a protocol may have none.
pub fn fixture_files(protocols: &[ProtocolFile]) -> (Vec<ProtocolFile>, Vec<UnreadableProtocol>) {
    let (mut files, mut faults) = (shipped_fixtures(), Vec::new());
    for protocol in protocols {
        let Some(path) = &protocol.path else { continue };
        let fixture = path.with_file_name(FIXTURES).join(path.file_name().unwrap_or_default());
        if fixture.exists() {
            read_file(&fixture, &protocol.level, &mut files, &mut faults);
        }
    }
    (files, faults)
}

fn read_folder(
    folder: &Path,
    level: &Level,
    files: &mut Vec<ProtocolFile>,
    faults: &mut Vec<UnreadableProtocol>,
) {
    let mut found: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            faults.push(UnreadableProtocol { path: folder.to_owned(), why: error.to_string() });
            return;
        }
    };
    found.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    found.sort();
    if found.len() > FILES_MAX {
        let why = format!("it holds {} protocols, and only the first {FILES_MAX} are read", found.len());
        faults.push(UnreadableProtocol { path: folder.to_owned(), why });
        found.truncate(FILES_MAX);
    }
    for path in found {
        read_file(&path, level, files, faults);
    }
}

fn read_file(
    path: &Path,
    level: &Level,
    files: &mut Vec<ProtocolFile>,
    faults: &mut Vec<UnreadableProtocol>,
) {
    let text = match fs::metadata(path) {
        Ok(found) if found.len() > BYTES_MAX => Err(format!("it is larger than {BYTES_MAX} bytes")),
        Ok(_) => read_text(path, BYTES_MAX).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match text {
        Ok(text) => {
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(ProtocolFile { id, level: level.clone(), path: Some(path.to_owned()), text });
        }
        Err(why) => faults.push(UnreadableProtocol { path: path.to_owned(), why }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_come_of_the_site_its_groups_and_the_reader() {
        let folder = tempfile::tempdir().expect("a folder");
        let sources = Sources {
            site_dir: Some(folder.path().join("site")),
            config_dir: Some(folder.path().join("user")),
            ..Sources::default()
        };
        for path in ["site", "site/chest", "site/other", "user"] {
            let below = path.strip_prefix("site").map_or_else(
                || folder.path().join(path).join(PROTOCOLS_FOLDER),
                |rest| folder.path().join("site").join(PROTOCOLS_FOLDER).join(rest.trim_start_matches('/')),
            );
            fs::create_dir_all(&below).expect("a folder");
            fs::write(below.join(format!("{}.toml", path.replace('/', "-"))), "schema = 1").expect("written");
            fs::write(below.join("notes.txt"), "").expect("written");
        }
        let (files, faults) = protocol_files(&sources, &["chest".to_owned(), "absent".to_owned()]);
        assert!(faults.is_empty(), "{faults:?}");
        let own: Vec<String> = files
            .iter()
            .filter(|file| file.level != Level::Shipped)
            .map(|file| format!("{} {}", file.level, file.id))
            .collect();
        assert_eq!(own, ["site site", "group chest site-chest", "user user"]);
        let fixtures = folder.path().join("user").join(PROTOCOLS_FOLDER).join(FIXTURES);
        fs::create_dir_all(&fixtures).expect("a folder");
        fs::write(fixtures.join("user.toml"), "schema = 1").expect("written");
        fs::write(fixtures.join("other.toml"), "schema = 1").expect("written");
        let (fixtures, faults) = fixture_files(&files);
        assert!(faults.is_empty(), "{faults:?}");
        let own: Vec<&ProtocolFile> = fixtures.iter().filter(|file| file.path.is_some()).collect();
        assert_eq!(
            own.iter().map(|file| (file.id.as_str(), &file.level)).collect::<Vec<_>>(),
            [("user", &Level::User)]
        );
        let (_, faults) = read_protocols(&folder.path().join("absent.toml"), &Level::User);
        assert!(
            faults[0].to_string().ends_with("absent.toml: No such file or directory (os error 2)"),
            "{faults:?}"
        );
    }
}
