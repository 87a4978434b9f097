//! What is fetched goes into the store, unless a folder is named.

use std::path::Path;
use std::process::{Command, Stdio};

use hotlight::net::{NetError, Peer, dimse};
use serde_json::Value;
use tempfile::TempDir;

use super::proxy::{self, Harm};
use super::support::*;
use crate::support::{hotlight_in, program, stderr, stdout};

fn json(folder: &Path, arguments: &[&str]) -> (Value, String) {
    let output = hotlight_in(folder, &[arguments, &["--json", "--set", "store.free_gib=0"]].concat());
    (serde_json::from_str(&stdout(&output)).unwrap_or(Value::Null), stderr(&output))
}

#[test]
fn get_and_move_file_into_the_store_whole_and_once() {
    let (held, state) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let uid = study(held.path());
    let store_port = free_port();
    let port = serve(held.path(), vec![known(US, Some(store_port))]).to_string();
    let at = ["--host", "127.0.0.1", "--port", &port, "--called", ARCHIVE, "--study", &uid];
    let count = files(held.path()).len();
    for command in ["get", "move"] {
        let listening = store_port.to_string();
        let more: &[&str] =
            if command == "move" { &["--listen", "127.0.0.1", "--listen-port", &listening] } else { &[] };
        let (got, words) = json(state.path(), &[&[command], &at[..], more].concat());
        assert_eq!((&got["received"], &got["failed"]), (&count.into(), &0.into()), "{command}: {words}");
        let (listed, _) = json(state.path(), &["store", "list"]);
        assert_eq!((&listed["uid"], &listed["instances"]), (&uid.as_str().into(), &count.into()));
    }
    let (verified, _) = json(state.path(), &["store", "verify"]);
    assert_eq!(verified["objects"], count);
}

/// While it listens, whoever is not asked is turned away.
#[test]
fn only_the_archive_that_is_asked_may_send() {
    let (held, into) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    // It never answers, so that the program waits.
    let port = proxy::start(serve(held.path(), Vec::new()), Harm::Silence).to_string();
    let listening = free_port();
    let child = Command::new(program())
        .args(["move", "--host", "127.0.0.1", "--port", &port, "--called", ARCHIVE, "--study", "1.2"])
        .args(["--listen", "127.0.0.1", "--listen-port", &listening.to_string(), "--into"])
        .arg(into.path())
        .env("HOTLIGHT_CONFIG_DIR", into.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _running = Running(child.expect("it runs"));
    let from = |name| Peer::new("127.0.0.1", listening, title(US), title(name));
    until_answered(&from(ARCHIVE));
    let stranger = wait(dimse::echo(&from("STRANGER")));
    assert!(matches!(stranger, Err(NetError::Rejected { .. })), "{stranger:?}");
}

/// Where the store has no room, the archive hears of it: 0xA700, and nothing is half here.
#[test]
fn a_store_without_room_refuses_what_arrives_in_words() {
    let (held, state) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let uid = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]).to_string();
    let arguments = ["get", "--host", "127.0.0.1", "--port", &port, "--called", ARCHIVE, "--study", &uid];
    let output = hotlight_in(state.path(), &[&arguments[..], &["--set", "store.free_gib=4096"]].concat());
    assert!(!output.status.success());
    assert!(stderr(&output).contains("are kept free"), "{}", stderr(&output));
    assert!(files(&state.path().join("store/objects")).is_empty());
}
