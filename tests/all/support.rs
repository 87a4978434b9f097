//! What several suites need: folders of test data, the program under test, foreign programs.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};

use hotlight::phantom::Phantom;
use tempfile::TempDir;

/// A port that was free a moment ago, below those that the system gives to whoever connects: none is taken from under a test. Programs that
/// start one after the other begin far apart.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 20_000 * 61 % 20_000).expect("below 20,000");
    loop {
        let port = 10_000 + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % 22_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// The committed test data.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// A larger folder of real data, when `HOTLIGHT_DATA` names one.
pub(crate) fn more_data() -> Option<PathBuf> {
    std::env::var_os("HOTLIGHT_DATA").map(PathBuf::from)
}

/// A small phantom study and its prior, written once for the whole run.
pub(crate) fn phantom() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = TempDir::new().expect("a temporary folder");
            let current = Phantom::chest_ct().small();
            current.prior().write_into(&folder.path().join("prior")).expect("the prior");
            current.write_into(&folder.path().join("current")).expect("the current study");
            folder
        })
        .path()
}

/// The program as released (built without the test harness): `HOTLIGHT_BIN`, which `make test` sets.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("HOTLIGHT_BIN")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_hotlight")), PathBuf::from)
}

/// Runs the program with no display attached.
pub(crate) fn hotlight(arguments: &[&str]) -> Output {
    hotlight_with(&[], arguments)
}

/// The same with files in the reader's folder of settings.
pub(crate) fn hotlight_with(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    let state = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(state.path().join(name), text).expect("written");
    }
    hotlight_in(state.path(), arguments)
}

/// The same with the reader's settings and state in a folder.
pub(crate) fn hotlight_in(folder: &Path, arguments: &[&str]) -> Output {
    let site = TempDir::new().expect("a temporary folder");
    Command::new(program())
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("HOTLIGHT_USER")
        .env("HOTLIGHT_STATE_DIR", folder)
        .env("HOTLIGHT_CONFIG_DIR", folder)
        .env("HOTLIGHT_SITE_DIR", site.path())
        .output()
        .expect("the program runs")
}

/// A machine of its own: the folders of the site and the reader, and of what the program remembers. No keyring, and no display.
pub(crate) struct Station(TempDir);

impl Station {
    /// With files in `site/`, `user/` and `state/`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let station = Self(TempDir::new().expect("a temporary folder"));
        for folder in ["site", "user", "state"] {
            std::fs::create_dir(station.path(folder)).expect("a folder");
        }
        for (name, text) in files {
            station.write(name, text);
        }
        station
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders that it lies in.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("HOTLIGHT_USER")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("HOTLIGHT_SITE_DIR", self.path("site"))
            .env("HOTLIGHT_CONFIG_DIR", self.path("user"))
            .env("HOTLIGHT_STATE_DIR", self.path("state"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// What was said, with all paths as seen from its own folder.
    pub(crate) fn told(&self, bytes: &[u8]) -> String {
        let folder = format!("{}/", self.0.path().display());
        String::from_utf8_lossy(bytes).replace(&folder, "")
    }
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// dcm2pnm's P-values of a file: an ASCII PGM.
pub(crate) fn dcm2pnm(path: &Path, options: &[&str]) -> Vec<u16> {
    let output = Command::new("dcm2pnm")
        .args(["-q", "-O", "+opw"])
        .args(options)
        .arg(path)
        .output()
        .expect("dcm2pnm runs (make test installs dcmtk)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let words = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    words.skip(4).map(|word| word.parse().expect("a number")).collect()
}

/// The header and the values of an `.npy` file.
pub(crate) fn npy(bytes: &[u8]) -> (String, Vec<f32>) {
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let header_bytes = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(header_bytes % 64, 0);
    let header = String::from_utf8_lossy(&bytes[10..header_bytes]).into_owned();
    let values = bytes[header_bytes..].as_chunks().0.iter().map(|&four| f32::from_le_bytes(four));
    (header, values.collect())
}

/// What a page of the handbook shows between the marks of its name is what was found; `UPDATE=1` writes it there.
pub(crate) fn assert_shown(page: &str, name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(&path).expect("the page");
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).expect("a place for it");
    let (shown, after) = rest.split_once(&end).expect("its end");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{found}{end}{after}")).expect("written");
    } else {
        assert_eq!(shown, found, "{page} is not what happens; UPDATE=1 writes it");
    }
}
