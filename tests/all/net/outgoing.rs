//! What the reader saved goes to the archive, whatever happens meanwhile, and stays here until the archive has confirmed it.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hotlight::net::serve::ServeOptions;
use hotlight::store::{Store, StoreOptions};
use tempfile::TempDir;

use super::support::*;
use crate::support::program;

/// The program with a script, a state folder and an archive at a port.
fn start(state: &Path, study: &Path, port: u16, script: &str) -> Running {
    let peers =
        format!("[pacs]\nhost = \"127.0.0.1\"\nport = {port}\ncalled = \"{ARCHIVE}\"\nstore = true\n");
    std::fs::write(state.join("peers.toml"), peers).expect("written");
    std::fs::write(state.join("script"), script).expect("written");
    let child: Child = Command::new(program())
        .arg(study)
        .args(["--offscreen", "320x240", "--script"])
        .arg(state.join("script"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOTLIGHT_STATE_DIR", state)
        .env("HOTLIGHT_CONFIG_DIR", state)
        .env("HOTLIGHT_SITE_DIR", state.join("site"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    Running(child)
}

#[test]
fn what_was_saved_is_sent_by_the_next_run_when_the_program_was_killed() {
    let (state, images) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let (held, port) = (TempDir::new().expect("a folder"), free_port());
    study(images.path());
    // Nobody listens there yet. It waits for what never comes, and is killed.
    let script = "wait settled\nwindow set 50 300\npresentation save KEPT\nwait retrieve\nquit";
    let running = start(state.path(), images.path(), port, script);
    let waiting = || {
        let options = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };
        let folder = state.path().join("store");
        let store = folder.is_dir().then(|| Store::open(&folder, options).ok()).flatten();
        store.and_then(|store| store.waiting().ok()).map_or(0, |waiting| waiting.count)
    };
    until("it waits", || waiting() == 1);
    drop(running);
    assert_eq!(waiting(), 1, "it waits after a kill, too");
    let options = options(held.path(), vec![known(US, None)]);
    serve_by(ServeOptions { address: (Ipv4Addr::LOCALHOST.into(), port), ..options });
    let _running = start(state.path(), images.path(), port, "wait retrieve\nquit");
    until("the archive has it", || !files(held.path()).is_empty());
    until("it does not wait any more", || waiting() == 0);
    let sent = hotlight::dicom::Stored::open(&hotlight::dicom::Source::file(&files(held.path())[0]))
        .expect("an object");
    assert_eq!(sent.sop_class, "1.2.840.10008.5.1.4.1.1.11.1", "a presentation state");
}
