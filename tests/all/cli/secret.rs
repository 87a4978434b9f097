//! Secrets in the keyring. That of this machine is never touched: here is none, and that is told.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::support::{Station, stderr, stdout};

/// Runs the program with something on its standard input.
fn run(station: &Station, arguments: &[&str], input: &str) -> Output {
    let mut command = station.command(arguments);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the program runs");
    // Where the program has ended before, nobody reads it.
    let _closed_pipe = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keyring_it_is_told_what_is_lacking_and_the_secret_is_not_repeated() {
    let station = Station::with(&[]);
    let none = "error: there is no keyring here: ";
    for arguments in [&["secret", "set", "pacs"][..], &["secret", "delete", "pacs"], &["secret", "list"]] {
        let output = run(&station, arguments, "sesame\n");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let told = stderr(&output);
        assert!(told.starts_with(none) && told.contains("Secret Service"), "{arguments:?}: {told}");
        assert!(!told.contains("sesame") && !stdout(&output).contains("sesame"), "{told}");
    }
    let peers = "[pacs]\nhost = \"127.0.0.1\"\nport = 1\ncalled = \"A\"\ntls = true\nuser = \"u\"\npasscode = \"keyring:pacs\"\n";
    station.write("user/peers.toml", peers);
    let echoed = station.run(&["echo"]);
    assert_eq!(echoed.status.code(), Some(1));
    assert!(stderr(&echoed).contains("not connected: there is no keyring here"), "{}", stderr(&echoed));
    let checked = station.run(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(1));
    let told = station.told(&checked.stderr);
    assert!(told.contains("user/peers.toml:7:12: not connected: there is no keyring here"), "{told}");
}

#[test]
fn a_secret_is_never_an_argument_and_has_a_name_and_a_value() {
    let station = Station::with(&[]);
    for arguments in [
        &["secret", "set", "pacs", "sesame"][..],
        &["secret", "set", "two words"],
        &["secret", "set", "a/b"],
        &["secret", "set"],
    ] {
        let output = run(&station, arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    }
    let long = run(&station, &["secret", "set", "pacs"], &"x".repeat(70_000));
    assert_eq!(long.status.code(), Some(1));
    assert!(stderr(&long).starts_with("error: pacs: it is longer than the 65536 bytes"), "{}", stderr(&long));
    for input in ["", "\n", "\r\nsecond line"] {
        let output = run(&station, &["secret", "set", "pacs"], input);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stderr(&output), "error: pacs: nothing was entered, and nothing is kept\n");
    }
}

#[test]
fn a_secret_in_a_file_of_settings_is_refused_and_not_repeated() {
    for written in ["passcode = \"sesame\"", "token = \"sesame\"", "password = \"sesame\""] {
        let peers = format!("[pacs]\nhost = \"h\"\ncalled = \"A\"\n{written}\n");
        let station = Station::with(&[("user/peers.toml", &peers)]);
        let output = station.run(&["config", "check"]);
        assert_eq!(output.status.code(), Some(1));
        let told = stderr(&output);
        assert!(told.contains("is never written here") && told.contains("keyring:NAME"), "{told}");
        assert!(!told.contains("sesame"), "{told}");
    }
}
