//! What the program leaves behind, and what it never opens: the promises of docs/security.md that only the whole program can break.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{hotlight_in, phantom, program, stderr, stdout};

/// The texts of a zip file, by name.
fn unzipped(path: &Path) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("a zip file");
    (0..zip.len())
        .map(|place| {
            let mut member = zip.by_index(place).expect("a member");
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            let mut text = String::new();
            member.read_to_string(&mut text).expect("text");
            (name, text)
        })
        .collect()
}

/// A folder of state after a study was read with everything that may be recorded.
fn state_after_reading() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let study = at("ZZCANARY^FOLDER");
    hotlight::phantom::Phantom::chest_ct().small().write_into(&study).expect("a study");
    fs::create_dir(at("state")).expect("a folder");
    let script =
        "wait settled\npresentation save ZZCANARY\nwait settled\nstudies\ntype ZZCANARY\ncancel\nquit\n";
    fs::write(at("script.txt"), script).expect("the script");
    let (study, script) = (study.display().to_string(), at("script.txt").display().to_string());
    let arguments = [
        study.as_str(),
        "--offscreen",
        "640x480",
        "--script",
        &script,
        "--set",
        "logging.level=trace",
        "--set",
        "audit.file=true",
        "--set",
        "viewer.ledger=true",
    ];
    let output = hotlight_in(&at("state"), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

#[test]
fn a_support_bundle_is_shown_first_names_nobody_and_holds_what_it_lists() {
    let folder = state_after_reading();
    let state = folder.path().join("state");
    assert!(state.join("recent.toml").is_file() && state.join("audit").is_dir());
    let listed = hotlight_in(&state, &["support-bundle"]);
    assert_eq!(listed.status.code(), Some(0), "{}", stderr(&listed));
    let out = folder.path().join("bundle.zip");
    let path = out.display().to_string();
    let shown = hotlight_in(&state, &["support-bundle", "--show", "--out", &path]);
    let (listed, shown) = (stdout(&listed), stdout(&shown));
    assert!(
        shown.contains("==> settings.txt <==") && shown.ends_with(&format!("saved as {path}\n")),
        "{shown}"
    );
    let parts = unzipped(&out);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["README.txt", "facts.txt", "settings.txt", "keys.txt"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert_eq!(names.iter().filter(|name| name.starts_with("logs/")).count(), 1, "{names:?}");
    for (name, text) in &parts {
        assert!(listed.contains(name.as_str()), "{name}: {listed}");
        assert!(shown.contains(text.trim_end()), "{name} is shown whole");
        assert!(
            !text.contains("ZZCANARY") && !text.contains("ZZ1234567"),
            "{name} names the patient: {text}"
        );
    }
    assert!(
        !names.iter().any(|name| ["audit", "recent", "filters", "ledger"].iter().any(|it| name.contains(it)))
    );
    let again = hotlight_in(&state, &["support-bundle", "--out", &path]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("is not written over"), "{}", stderr(&again));
}

#[test]
fn the_panel_shows_the_bundle_and_saves_what_it_showed() {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let script = format!(
        "support save {0}\nsupport bundle\nwait settled\nstate {1}\nsupport save {0}\nwait settled\nstate {2}\nquit\n",
        at("bundle.zip").display(),
        at("shown.txt").display(),
        at("saved.txt").display()
    );
    fs::write(at("script.txt"), script).expect("the script");
    let script = at("script.txt").display().to_string();
    let output = hotlight_in(folder.path(), &["--offscreen", "640x480", "--script", &script]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let shown = fs::read_to_string(at("shown.txt")).expect("the state");
    assert!(shown.contains("collects it first"), "nothing was saved before it was shown: {shown}");
    assert!(shown.contains("name: \"facts.txt\"") && shown.contains("name: \"settings.txt\""), "{shown}");
    assert!(
        fs::read_to_string(at("saved.txt")).expect("the state").contains("The support bundle was saved.")
    );
    assert!(unzipped(&at("bundle.zip")).iter().any(|(name, _)| name == "facts.txt"));
}

#[cfg(unix)]
#[test]
fn what_is_left_behind_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a folder");
    let (state, config) = (folder.path().join("own/state"), folder.path().join("own/config"));
    let script = folder.path().join("script.txt");
    fs::write(
        &script,
        "wait settled\npresentation save A\nset viewer.dim 0.5\nstudies save B\nwait settled\nquit\n",
    )
    .expect("the script");
    let input = phantom().join("current");
    let run = |arguments: &[&str]| {
        let output = Command::new(program())
            .args(arguments)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOTLIGHT_STATE_DIR", &state)
            .env("HOTLIGHT_CONFIG_DIR", &config)
            .env("HOTLIGHT_SITE_DIR", folder.path().join("site"))
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    };
    let (input, script) = (input.display().to_string(), script.display().to_string());
    run(&["store", "import", &input, "--set", "store.free_gib=0"]);
    run(&[&input, "--offscreen", "320x240", "--script", &script, "--set", "audit.file=true"]);
    let mut looked_at = 0;
    for entry in walkdir::WalkDir::new(folder.path().join("own")).into_iter().filter_map(Result::ok) {
        let (path, mode) = (entry.path(), entry.metadata().expect("there").permissions().mode() & 0o777);
        if entry.file_type().is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            continue;
        }
        looked_at += 1;
        // What names nobody may be as the system has it, behind folders that nobody else enters.
        let names_nobody = path.starts_with(state.join("logs")) || path.starts_with(state.join("store"));
        assert!(mode == 0o600 || names_nobody, "{}: {mode:o}", path.display());
    }
    assert!(looked_at >= 6, "{looked_at} files");
}

/// The inodes of sockets that a process has open.
#[cfg(target_os = "linux")]
fn sockets_of(process: u32) -> Vec<String> {
    let entries = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let links = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
    links
        .filter_map(|link| {
            let name = link.display().to_string();
            Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect()
}

/// Those of sockets that listen, or that take datagrams from anybody. proc(5), `/proc/net/tcp`.
#[cfg(target_os = "linux")]
fn listening(process: u32) -> Vec<String> {
    const LISTEN: &str = "0A";
    let mut found = Vec::new();
    for (table, is_datagram) in [("tcp", false), ("tcp6", false), ("udp", true), ("udp6", true)] {
        let text = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (Some(state), Some(inode)) = (fields.get(3), fields.get(9)) else { continue };
            if is_datagram || *state == LISTEN {
                found.push((*inode).to_owned());
            }
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[test]
fn the_viewer_listens_to_nobody() {
    use std::net::TcpListener;
    // What is looked for is found where it is.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let own = std::process::id();
    assert!(listening(own).iter().any(|inode| sockets_of(own).contains(inode)), "{listener:?}");

    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    // An archive is known, and nothing of it comes: the program stays.
    fs::write(at("peers.toml"), "[pacs]\nhost = \"127.0.0.1\"\nport = 1\ncalled = \"PACS\"\n")
        .expect("written");
    fs::write(
        at("script.txt"),
        format!("wait settled\nstate {}\nwait retrieve\nquit\n", at("settled").display()),
    )
    .expect("the script");
    let mut child = Command::new(program())
        .arg(phantom())
        .args(["--offscreen", "320x240", "--script"])
        .arg(at("script.txt"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOTLIGHT_STATE_DIR", folder.path())
        .env("HOTLIGHT_CONFIG_DIR", folder.path())
        .env("HOTLIGHT_SITE_DIR", at("site"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let begun = std::time::Instant::now();
    let mut heard = Vec::new();
    // From the first moment until all is shown.
    while !at("settled").exists() && begun.elapsed().as_secs() < 180 {
        let own = sockets_of(child.id());
        heard.extend(listening(child.id()).into_iter().filter(|inode| own.contains(inode)));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (has_settled, own) = (at("settled").exists(), sockets_of(child.id()));
    heard.extend(listening(child.id()).into_iter().filter(|inode| own.contains(inode)));
    let _has_ended = child.kill();
    let _is_reaped = child.wait();
    assert!(has_settled, "it was looked at while it ran");
    assert_eq!(heard, [""; 0], "sockets that listen");
}

/// Files that never end, or are far too long, are refused at once and in words.
#[cfg(target_os = "linux")]
#[test]
fn configuration_that_does_not_end_is_refused() {
    use std::os::unix::fs::symlink;
    for name in ["config.toml", "keymap.toml", "displays.toml", "peers.toml", "priors.toml"] {
        let folder = TempDir::new().expect("a folder");
        symlink("/dev/zero", folder.path().join(name)).expect("a link");
        let output = hotlight_in(folder.path(), &["config", "check"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let words = stderr(&output);
        assert!(words.contains(name) && words.contains("bytes that are read"), "{name}: {words}");
    }
}

#[test]
fn a_store_imports_nothing_that_a_link_leads_to_elsewhere() {
    let (folder, state) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    fs::write(inner.join("words"), "no object").expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(phantom().join("current"), inner.join("others")).expect("a link");
    let output = hotlight_in(
        state.path(),
        &["store", "import", &inner.display().to_string(), "--json", "--set", "store.free_gib=0"],
    );
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["filed"], 0, "{json}");
    #[cfg(unix)]
    assert!(stderr(&output).contains("leads out of the folder"), "{}", stderr(&output));
}
