//! The support bundle: what helps whoever is asked for help, as texts, and nothing else.
//!
//! What goes in is named here, one by one. Lists of what was opened, filters, drafts, presentation states, the store and the audit
//! trail may name patients and are not looked at. Unique identifiers are replaced and the reader's own folder is called `~` in all that
//! does go in.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Cursor, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::write::{SimpleFileOptions, ZipWriter};

use crate::config::{Config, ConfigError, Settings, Sources, audit_folder};
use crate::display::Monitors;
use crate::logging::hash_uids;
use crate::render::gpu::Gpu;
use crate::store::{Store, StoreError};

use super::archives::StorePlace;

/// So much of each file is taken: its end.
const FILE_BYTES_MAX: u64 = 2 << 20;

/// So many logs are taken, the newest, and so many crash reports.
const LOGS_MAX: usize = 14;
const CRASHES_MAX: usize = 10;

/// A part of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePart {
    /// Its name in the zip file.
    pub name: String,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// All of it.
    pub text: String,
}

/// What was collected, to be looked at and then saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The parts, in their order.
    pub parts: Vec<BundlePart>,
}

/// The bundle was not saved.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// There is a file of that name.
    #[error("there is a file of that name already, and it is not written over")]
    Taken,
    /// The system says no.
    #[error("the file cannot be written: {0}")]
    Unwritable(#[from] std::io::Error),
    /// It cannot be packed.
    #[error("it cannot be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
}

impl Bundle {
    /// Collects it from the configuration and the folder of state, and asks the machine. It waits for disks and drivers: not for a
    /// thread that draws.
    pub fn collect(sources: &Sources, state: Option<&Path>) -> Self {
        let config = Config::load(sources);
        let settings =
            config.as_ref().map_or_else(|_faults| Settings::default(), |config| config.settings.clone());
        let mut parts = vec![
            part(
                "facts.txt",
                "Hotlight's version and what this machine is.",
                facts(&config, &settings, state),
            ),
            part(
                "settings.txt",
                "Every setting with its value and who set it, or what is wrong.",
                settings_text(&config),
            ),
            part(
                "keys.txt",
                "The keys that apply, and shipped ones that have none any more.",
                keys_text(&config),
            ),
        ];
        if let Some(state) = state {
            let logs = newest(&state.join("logs"), "hotlight.log", LOGS_MAX);
            let crashes = newest(state, "crash", CRASHES_MAX);
            parts.extend(logs.iter().map(|path| file_part("logs", path, "A day's log.")));
            let about = "Where the program stopped with a defect, and the commands before it.";
            parts.extend(crashes.iter().map(|path| file_part("crash", path, about)));
        }
        let home = dirs::home_dir();
        for part in &mut parts {
            part.text = redacted(&part.text, home.as_deref());
        }
        parts.insert(0, part("README.txt", "What this is.", readme(&parts)));
        Self { parts }
    }

    /// The bundle as a zip file.
    pub fn to_zip(&self) -> Result<Vec<u8>, BundleError> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for part in &self.parts {
            zip.start_file(part.name.as_str(), SimpleFileOptions::default())?;
            zip.write_all(part.text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// Writes it to a file, which its owner alone reads; over another one only where the reader has said so.
    pub fn save(&self, path: &Path, may_replace: bool) -> Result<(), BundleError> {
        let bytes = self.to_zip()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        beside.write_all(&bytes)?;
        let placed = if may_replace { beside.persist(path) } else { beside.persist_noclobber(path) };
        placed.map(drop).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => BundleError::Taken,
            _ => BundleError::Unwritable(error.error),
        })
    }
}

impl BundlePart {
    /// Its lines, for whoever looks before it is saved.
    pub fn lines(&self) -> Arc<[String]> {
        self.text.lines().map(str::to_owned).collect()
    }
}

fn part(name: &str, about: &'static str, text: String) -> BundlePart {
    BundlePart { name: name.to_owned(), about, text }
}

fn readme(parts: &[BundlePart]) -> String {
    let mut text = "Hotlight collected this on request, for whoever helps. It holds no patient data: no images, no lists of studies, \
                    no audit trail. Unique identifiers are replaced by marks; look through it all the same before it leaves the house.\n\n"
        .to_owned();
    for BundlePart { name, about, text: held } in parts {
        // Writing to a String does not fail.
        let _infallible = writeln!(text, "{name}  {} bytes  {about}", held.len());
    }
    text
}

/// Without unique identifiers, and without the name of the reader's own folder.
fn redacted(text: &str, home: Option<&Path>) -> String {
    let home = home.map(|home| home.display().to_string()).filter(|home| home.len() > 1);
    let text = home.map_or_else(|| text.to_owned(), |home| text.replace(&home, "~"));
    hash_uids(&text)
}

fn facts(config: &Result<Config, Vec<ConfigError>>, settings: &Settings, state: Option<&Path>) -> String {
    let mut lines = vec![
        format!("hotlight {}", env!("CARGO_PKG_VERSION")),
        format!("system: {} {}", std::env::consts::OS, std::env::consts::ARCH),
        format!("cores: {}", std::thread::available_parallelism().map_or(0, usize::from)),
    ];
    lines.push(match Gpu::headless() {
        Ok(gpu) => {
            let words = &gpu.adapter;
            let kind = if words.is_software { ", software" } else { "" };
            format!("graphics: {} by {}, {}{kind}", words.name, words.backend, words.driver)
        }
        Err(why) => format!("graphics: {why}"),
    });
    match Monitors::default().look() {
        Ok(monitors) => lines.extend(monitors.iter().map(|monitor| {
            let (width, height) = monitor.size;
            let name = monitor.name();
            format!("monitor: {} {name} on {}, {width} x {height}", monitor.id.as_str(), monitor.connector)
        })),
        Err(why) => lines.push(format!("monitors: {why}")),
    }
    let there =
        |path: Option<PathBuf>| path.map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    lines.push(format!("state: {}", there(state.map(Path::to_path_buf))));
    lines.push(store_line(settings));
    let audit = &settings.audit;
    lines.push(format!(
        "audit: {}, {} ({})",
        if audit.file { "kept" } else { "not kept" },
        if audit.server.is_empty() { "not sent" } else { "sent" },
        there(audit_folder(settings).filter(|_| audit.is_on()))
    ));
    if let Ok(config) = config {
        lines.extend(config.peers.iter().map(|(name, archive)| {
            let tls = if archive.peer.tls.is_some() { "TLS" } else { "no TLS" };
            format!("archive: {name}, {}, {tls}", archive.peer)
        }));
        lines.extend(config.files().iter().map(|file| {
            format!("file: {}, {}", file.origin, if file.is_there { "there" } else { "not there" })
        }));
    }
    lines.join("\n") + "\n"
}

/// What the store holds, counted and not named.
fn store_line(settings: &Settings) -> String {
    let place = StorePlace::of(settings).filter(|place| Store::is_in(&place.folder));
    let Some(StorePlace { folder, options }) = place else { return "store: none".to_owned() };
    let counted = || -> Result<String, StoreError> {
        let store = Store::look_into(&folder, options)?;
        let (studies, held, waiting) = (store.studies()?.len(), store.bytes()?, store.waiting()?.count);
        Ok(format!("{studies} studies, {} MiB, {waiting} objects wait to be sent", held >> 20))
    };
    format!("store: {}", counted().unwrap_or_else(|why| why.to_string()))
}

fn settings_text(config: &Result<Config, Vec<ConfigError>>) -> String {
    match config {
        Ok(config) => config.entries().iter().fold(String::new(), |mut text, entry| {
            let _infallible = writeln!(text, "{} = {}  ({})", entry.key, entry.value, entry.origin);
            text
        }),
        Err(faults) => faults.iter().fold(String::new(), |mut text, fault| {
            let _infallible = writeln!(text, "{fault}");
            text
        }),
    }
}

fn keys_text(config: &Result<Config, Vec<ConfigError>>) -> String {
    let Ok(config) = config else { return "not known: the settings have faults\n".to_owned() };
    let mut text = String::new();
    for binding in config.keymap.bindings() {
        let (context, chord, command) = (binding.context.name(), &binding.chord, &binding.command);
        let _infallible = writeln!(text, "{context}  {chord}  {command}  {}", binding.origin);
    }
    for (chord, command) in config.keymap.without_key() {
        let _infallible = writeln!(text, "no key any more: {command}; shipped: {chord}");
    }
    text
}

/// The files of a folder whose names begin so, the last by name first, at most so many. Links are not followed.
fn newest(folder: &Path, begins: &str, count: usize) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let named = files.filter(|entry| entry.file_name().to_string_lossy().starts_with(begins));
    let mut paths: Vec<PathBuf> = named.map(|entry| entry.path()).collect();
    paths.sort();
    paths.reverse();
    paths.truncate(count);
    paths
}

fn file_part(folder: &str, path: &Path, about: &'static str) -> BundlePart {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let text = end_of(path).unwrap_or_else(|error| format!("cannot be read: {error}\n"));
    part(&format!("{folder}/{name}"), about, text)
}

/// The end of a file, from the beginning of a line.
fn end_of(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(FILE_BYTES_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match text.split_once('\n') {
        Some((_, rest)) if from > 0 => format!("(the beginning is left out)\n{rest}"),
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of state with what may name a patient in each place where it may.
    fn state() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("written");
        };
        write("recent.toml", "path = \"/a/ZZCANARY^RECENT\"\n");
        write("filters.toml", "text = \"ZZCANARY^FILTER\"\n");
        write("ledger.jsonl", "{\"day\":\"20261128\"}\n");
        write("audit/trail-000000000001.jsonl", "ZZCANARY^AUDIT\n");
        write("presentations/ab/x.dcm", "ZZCANARY^STATE\n");
        write("users/ann/recent.toml", "ZZCANARY^ANN\n");
        write("logs/hotlight.log.2026-11-27", "INFO yesterday\n");
        write("logs/hotlight.log.2026-11-28", "INFO opened study=1.2.826.0.1.3680043.8.498.77\n");
        write("logs/other.txt", "ZZCANARY^OTHER\n");
        write("crash.txt", "Hotlight 0.1.0: a defect at src/x.rs:1\nscroll +1\n");
        folder
    }

    fn names(bundle: &Bundle) -> Vec<&str> {
        bundle.parts.iter().map(|part| part.name.as_str()).collect()
    }

    fn sources(folder: &Path) -> Sources {
        Sources { config_dir: Some(folder.to_owned()), ..Sources::default() }
    }

    #[test]
    fn only_what_is_named_goes_in_and_none_of_it_names_a_patient() {
        let state = state();
        let bundle = Bundle::collect(&sources(state.path()), Some(state.path()));
        let expected = [
            "README.txt",
            "facts.txt",
            "settings.txt",
            "keys.txt",
            "logs/hotlight.log.2026-11-28",
            "logs/hotlight.log.2026-11-27",
            "crash/crash.txt",
        ];
        assert_eq!(names(&bundle), expected);
        let all: Vec<_> = bundle.parts.iter().flat_map(|part| [part.name.as_str(), &part.text]).collect();
        let all = all.join("\n");
        assert!(!all.contains("ZZCANARY"), "{all}");
        for part in
            ["hotlight 0.", "viewer.dim = 1.0  (shipped)", "panel palette", "INFO yesterday", "scroll +1"]
        {
            assert!(all.contains(part), "{part} is missing: {all}");
        }
        assert!(!all.contains("3680043") && all.contains("study=uid-"), "identifiers are marks");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_among_the_logs_leads_nowhere() {
        let state = state();
        let log = state.path().join("logs/hotlight.log.2026-11-29");
        std::os::unix::fs::symlink(state.path().join("recent.toml"), log).expect("a link");
        std::os::unix::fs::symlink(state.path().join("recent.toml"), state.path().join("crash-2"))
            .expect("a link");
        let bundle = Bundle::collect(&sources(state.path()), Some(state.path()));
        assert_eq!(bundle.parts.len(), 7, "{:?}", names(&bundle));
    }

    #[test]
    fn of_a_long_log_the_end_is_taken_and_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hotlight.log.2026-11-28");
        let line = "a line of a log that nobody ends\n";
        let count = usize::try_from(FILE_BYTES_MAX).expect("small") / line.len() + 100;
        fs::write(&path, format!("first\n{}last\n", line.repeat(count))).expect("written");
        let text = file_part("logs", &path, "").text;
        assert!(text.starts_with("(the beginning is left out)\na line") && text.ends_with("last\n"));
        assert!(text.len() as u64 <= FILE_BYTES_MAX + 100);
    }

    #[test]
    fn a_configuration_with_faults_is_told_by_them() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("config.toml"), "[viewer]\ndimm = 0.5\n").expect("written");
        let bundle = Bundle::collect(&sources(folder.path()), None);
        let settings = &bundle.parts[2].text;
        assert!(settings.contains("there is no setting 'viewer.dimm'"), "{settings}");
        assert_eq!(names(&bundle).len(), 4);
    }

    #[test]
    fn the_readers_folder_is_not_named() {
        let home = Path::new("/a/ann");
        assert_eq!(redacted("/a/ann/.config and /a/anna", Some(home)), "~/.config and ~a");
        assert_eq!(redacted("/etc", Some(Path::new("/"))), "/etc");
    }

    #[test]
    fn it_is_saved_whole_for_its_owner_and_never_over_another_unasked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bundle.zip");
        let bundle = Bundle { parts: vec![part("a/b.txt", "", "text".to_owned())] };
        bundle.save(&path, false).expect("saved");
        assert!(matches!(bundle.save(&path, false), Err(BundleError::Taken)));
        bundle.save(&path, true).expect("saved again");
        let mut zip = zip::ZipArchive::new(File::open(&path).expect("a file")).expect("a zip file");
        assert_eq!(zip.len(), 1);
        let mut text = String::new();
        zip.by_name("a/b.txt").expect("a member").read_to_string(&mut text).expect("text");
        assert_eq!(text, "text");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
