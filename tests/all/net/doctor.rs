//! `hotlight doctor` of archives, certificates and secrets.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::certificates::{Authority, Flaw, write_private};
use super::support::*;
use crate::support::{Station, stderr, stdout};

/// What one check finds: a state and a sentence each, and whether the program exits with 1.
fn found(station: &Station, name: &str) -> (Vec<(String, String)>, bool) {
    let output = station.run(&["doctor", "--json", "--only", name]);
    let json: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let list = json.as_array().expect("a list").iter();
    let found = list.map(|finding| {
        assert_eq!(finding["check"], name);
        assert_eq!(finding["remedy"].is_null(), finding["state"] == "ok", "{finding}");
        (text(&finding["state"]), text(&finding["what"]))
    });
    (found.collect(), output.status.code() == Some(1))
}

#[test]
fn archives_are_asked_all_at_once_and_each_is_told_by_its_name() {
    let folder = TempDir::new().expect("a folder");
    let port = serve(folder.path(), vec![known(US, None)]);
    // Four that take the call and say nothing.
    let silent = [(); 4].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"));
    let peer = |name: &str, port: u16| {
        format!("[{name}]\nhost = \"127.0.0.1\"\nport = {port}\ncalled = \"{ARCHIVE}\"\ntimeout = 10\n")
    };
    let [b, c, e, f] = silent.each_ref().map(|listener| listener.local_addr().expect("it listens").port());
    let peers =
        [peer("d", free_port()), peer("c", c), peer("b", b), peer("a", port), peer("f", f), peer("e", e)];
    let peers = peers.concat();
    let station = Station::with(&[("user/peers.toml", &peers)]);
    let begun = Instant::now();
    let (told, fails) = found(&station, "peers");
    // One after the other would take 40 s at least.
    assert!(begun.elapsed() < Duration::from_secs(39), "{:?}", begun.elapsed());
    let states: Vec<&str> = told.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(
        (states.as_slice(), fails),
        (&["ok", "fail", "fail", "fail", "fail", "fail"][..], true),
        "{told:?}"
    );
    assert!(
        told[0].1.starts_with("a (ARCHIVE at 127.0.0.1:") && told[0].1.contains("answered in"),
        "{told:?}"
    );
    assert!(told[1].1.starts_with("b (") && told[1].1.contains("within"), "{told:?}");
    assert!(told[3].1.starts_with("d (") && told[3].1.contains("cannot connect"), "{told:?}");
    let none = found(&Station::with(&[]), "peers");
    assert_eq!((none.0.len(), none.0[0].0.as_str(), none.1), (1, "ok", false), "{none:?}");
}

#[test]
fn certificates_are_well_end_soon_have_expired_or_cannot_be_read() {
    let authority = Authority::new();
    let peers = |flaw: Flaw| {
        let own = authority.issue(&format!("{flaw:?}"), flaw);
        format!(
            "[pacs]\nhost = \"h\"\ncalled = \"A\"\ntls = {{ ca = \"{}\", cert = \"{}\", key = \"{}\" }}\n",
            authority.file().display(),
            own.chain.display(),
            own.key.display()
        )
    };
    let station = Station::with(&[]);
    let (none, fails) = found(&station, "certificates");
    assert_eq!((none.len(), none[0].0.as_str(), fails), (1, "ok", false), "{none:?}");
    for (flaw, state, words) in [
        (Flaw::None, "ok", "more days"),
        (Flaw::EndsSoon, "warn", "counts for 9 more days"),
        (Flaw::Expired, "fail", "has expired"),
        (Flaw::NotYet, "fail", "does not count yet"),
    ] {
        station.write("user/peers.toml", &peers(flaw));
        let (told, fails) = found(&station, "certificates");
        // Of the authority, and of ours.
        assert_eq!((told.len(), told[0].0.as_str()), (2, "ok"), "{told:?}");
        assert_eq!((told[1].0.as_str(), fails), (state, state == "fail"), "{told:?}");
        assert!(told[1].1.starts_with("pacs: ") && told[1].1.contains(words), "{told:?}");
    }
    // An authority that was, beside the one that is: the file is well, and worth a look.
    let old = authority.issue("Authority that was", Flaw::Expired);
    let mut both = std::fs::read_to_string(authority.file()).expect("the authority");
    both.push_str(&std::fs::read_to_string(&old.chain).expect("a certificate"));
    std::fs::write(authority.folder.path().join("both.pem"), both).expect("written");
    station.write("user/peers.toml", &peers(Flaw::None).replace("ca.pem", "both.pem"));
    let (told, fails) = found(&station, "certificates");
    let states: Vec<&str> = told.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!((states.as_slice(), fails), (&["ok", "warn", "ok"][..], false), "{told:?}");
    station.write("user/peers.toml", &peers(Flaw::None).replace("ca.pem", "no-ca.pem"));
    let (told, fails) = found(&station, "certificates");
    assert!(fails && told.len() == 1 && told[0].1.contains("no-ca.pem cannot be read"), "{told:?}");
    // The audit server is called by TLS, too.
    let own = authority.issue("audit", Flaw::EndsSoon);
    let [ca, chain, key] = [authority.file(), own.chain, own.key].map(|path| path.display().to_string());
    let audit = format!(
        "[audit]\nserver = \"127.0.0.1:1\"\nauthorities = '{ca}'\ncertificate = '{chain}'\nkey = '{key}'\n"
    );
    station.write("user/peers.toml", "");
    station.write("user/config.toml", &audit);
    let (told, fails) = found(&station, "certificates");
    assert_eq!((told.len(), told[0].0.as_str(), fails), (2, "ok", false), "{told:?}");
    assert!(told[1].0 == "warn" && told[1].1.starts_with("audit.server: "), "{told:?}");
}

#[test]
fn secrets_are_there_or_not_and_are_never_told() {
    let station = Station::with(&[]);
    let (none, fails) = found(&station, "secrets");
    assert_eq!((none[0].0.as_str(), fails), ("ok", false), "{none:?}");
    write_private(&station.path("user/passcode"), "sesame\n");
    let peer = |name: &str, secret: &str| {
        format!("[{name}]\nhost = \"h\"\ncalled = \"A\"\ntls = true\nuser = \"u\"\n{secret}\n")
    };
    let peers = peer("a", "passcode_file = \"passcode\"") + &peer("b", "passcode_file = \"absent\"");
    station.write("user/peers.toml", &peers);
    let (told, fails) = found(&station, "secrets");
    assert_eq!((told[0].0.as_str(), told[1].0.as_str(), fails), ("ok", "fail", true), "{told:?}");
    assert!(told[0].1.starts_with("a: ") && told[0].1.ends_with("passcode is there"), "{told:?}");
    assert!(told[1].1.contains("absent cannot be read"), "{told:?}");
    assert!(told.iter().all(|(_, what)| !what.contains("sesame")), "{told:?}");
    #[cfg(target_os = "linux")]
    {
        station.write("user/peers.toml", &peer("c", "passcode = \"keyring:c\""));
        let (told, fails) = found(&station, "secrets");
        assert!(fails && told[0].1.contains("there is no keyring here"), "{told:?}");
    }
}
