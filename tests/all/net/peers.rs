//! Archives by name, on the command line.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::certificates::{Authority, Flaw, write_private};
use super::support::*;
use crate::support::{hotlight, hotlight_in, hotlight_with, program, stderr, stdout};

fn words(output: &std::process::Output) -> String {
    format!("{:?}: {}{}", output.status.code(), stdout(output), stderr(output))
}

#[test]
fn an_archive_is_called_by_its_name() {
    let (held, into) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let study = series(held.path(), 4);
    let store_port = free_port();
    let port = serve(held.path(), vec![known("READER7", Some(store_port))]);
    let peers = format!(
        "[pacs]\nhost = \"127.0.0.1\"\nport = {port}\ncalled = \"{ARCHIVE}\"\ncalling = \"READER7\"\nretrieve = \"move\"\n\
         [receive]\ntitle = \"READER7\"\naddress = \"127.0.0.1\"\nport = {store_port}\n"
    );
    let run = |arguments: &[&str]| hotlight_with(&[("peers.toml", &peers)], arguments);
    let echoed = run(&["echo", "--peer", "pacs"]);
    assert!(echoed.status.success(), "{}", words(&echoed));
    let only = run(&["echo"]);
    assert!(only.status.success(), "the only one: {}", words(&only));
    let usual =
        peers.replace("[receive]", "is_default = true\n[other]\nhost = \"h\"\ncalled = \"A\"\n[receive]");
    let usual = hotlight_with(&[("peers.toml", &usual)], &["echo"]);
    assert!(usual.status.success(), "the usual one: {}", words(&usual));
    let none = hotlight_with(&[], &["echo"]);
    assert_eq!(none.status.code(), Some(2), "{}", words(&none));
    assert!(stderr(&none).contains("an archive is --peer NAME"), "{}", words(&none));
    let found = run(&["find", "--peer", "pacs", "--return", "StudyInstanceUID"]);
    assert!(stdout(&found).contains(&study), "{}", words(&found));
    for command in ["get", "move"] {
        let folder = into.path().join(command);
        let folder = folder.to_str().expect("a path");
        let output = run(&[command, "--peer", "pacs", "--study", &study, "--into", folder]);
        assert!(output.status.success(), "{command}: {}", words(&output));
        assert!(stdout(&output).starts_with("received 24 of 24, failed 0"), "{}", words(&output));
        assert!(data_sets(folder.as_ref()) == data_sets(held.path()), "{command}: other data sets");
    }

    let unknown = run(&["echo", "--peer", "pasc"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        stderr(&unknown).contains("names no archive 'pasc' (did you mean 'pacs'?)"),
        "{}",
        words(&unknown)
    );
    for wrong in [
        &["echo", "--peer", "pacs", "--host", "h"][..],
        &["echo", "--peer", "pacs", "--tls"],
        &["echo", "--tls"],
        &["echo", "--port", "104"],
        &["echo", "--host", "h"],
        &["echo", "--host", "h", "--called", "A", "--tls-ca", "x"],
        &["echo", "--host", "h", "--called", "A", "--user", "u", "--passcode-file", "x"],
        &["echo", "--host", "h", "--called", "A", "--tls", "--tls-cert", "x"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", words(&output));
    }
}

#[test]
fn a_link_fetches_its_study_from_the_archive_that_it_names_or_from_the_usual_one() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    let peers = format!("[pacs]\nhost = \"127.0.0.1\"\nport = {port}\ncalled = \"{ARCHIVE}\"\n");
    for link in [format!("hotlight://open?study={study}&from=pacs"), format!("hotlight://open?study={study}")]
    {
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(at("peers.toml"), &peers).expect("written");
        let script = at("script.txt");
        std::fs::write(&script, format!("wait first-image\nstate {}\nquit\n", at("state.txt")))
            .expect("the script");
        let room = ["--set", "store.free_gib=0"];
        let arguments = ["--offscreen", "640x480", "--script", script.as_str(), "--", link.as_str()];
        let output = hotlight_in(folder.path(), &[&["link"][..], &room, &arguments].concat());
        assert!(output.status.success(), "{link}: {}", words(&output));
        let state = std::fs::read_to_string(at("state.txt")).expect("the state");
        assert!(state.contains("Slice(") && state.contains(&study), "{link}: {state}");
    }
}

#[test]
fn a_check_of_the_configuration_looks_at_certificates_and_secrets() {
    let authority = Authority::new();
    let passcode = authority.folder.path().join("passcode");
    write_private(&passcode, "sesame\n");
    let peers = |ca: &str| {
        format!(
            "[pacs]\nhost = \"h\"\ncalled = \"A\"\ntls = {{ ca = \"{ca}\" }}\nuser = \"u\"\npasscode_file = \"{}\"\n",
            passcode.display()
        )
    };
    let check = |ca: &str| hotlight_with(&[("peers.toml", &peers(ca))], &["config", "check"]);
    let good = check(authority.file().to_str().expect("a path"));
    assert!(good.status.success() && stdout(&good).contains("peers.toml: ok"), "{}", words(&good));
    let bad = check("no-ca.pem");
    assert_eq!(bad.status.code(), Some(1));
    assert!(stderr(&bad).contains("peers.toml:4:7: not connected: "), "{}", words(&bad));
    assert!(stderr(&bad).contains("no-ca.pem cannot be read"), "{}", words(&bad));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&passcode, std::fs::Permissions::from_mode(0o644)).expect("ours");
        let open = check(authority.file().to_str().expect("a path"));
        assert!(stderr(&open).contains("peers.toml:6:17: not connected: "), "{}", words(&open));
        assert!(stderr(&open).contains("chmod 600") && !stderr(&open).contains("sesame"), "{}", words(&open));
    }
}

/// The program against itself: secured, with certificates of both sides and a user with a passcode.
#[test]
fn the_program_serves_and_calls_by_tls() {
    let (held, authority) = (TempDir::new().expect("a folder"), Authority::new());
    study(held.path());
    let passcode = authority.folder.path().join("passcode");
    write_private(&passcode, "sesame\n");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
    let ca = path(&authority.file());
    let secured = |name: &str| {
        let identity = authority.issue(name, Flaw::None);
        let words = [
            "--tls",
            "--tls-ca",
            &ca,
            "--tls-cert",
            &path(&identity.chain),
            "--tls-key",
            &path(&identity.key),
        ];
        words.map(str::to_owned).to_vec()
    };
    let user = ["--user", "reader7", "--passcode-file", &path(&passcode)].map(str::to_owned).to_vec();
    let port = free_port().to_string();
    let state = TempDir::new().expect("a folder");
    let child = Command::new(program())
        .args(["serve", &path(held.path()), "--port", &port, "--aet", ARCHIVE])
        .args(secured("archive"))
        .args(&user)
        .env("HOTLIGHT_STATE_DIR", state.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let _running = Running(child);
    let echo = |more: &[Vec<String>]| {
        let more = more.concat();
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        hotlight(
            &[&["echo", "--host", "127.0.0.1", "--port", &port, "--called", ARCHIVE], &more[..]].concat(),
        )
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(2);
    let ours = secured("reader");
    loop {
        let output = echo(&[ours.clone(), user.clone()]);
        if output.status.success() {
            assert_eq!(stderr(&output), "", "the user is known");
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{}", words(&output));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    for (more, told) in [
        (vec![ours], "rejected the association"),
        (vec![], "Turn TLS on"),
        (vec![vec!["--tls".to_owned(), "--tls-ca".to_owned(), ca.clone()], user], "wants one of us"),
    ] {
        let output = echo(&more);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(told), "{}", words(&output));
    }
}
