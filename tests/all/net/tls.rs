//! Secured connections: what is wrong with a certificate is told, and dcmtk's tools are talked to both ways.

use std::path::Path;
use std::process::{Command, Stdio};

use hotlight::net::dimse::{self, Folder};
use hotlight::net::serve::ServeOptions;
use hotlight::net::{Certificate, NetError, Peer, Query, Tls};
use tempfile::TempDir;

use super::certificates::{Authority, Flaw, write_private};
use super::support::*;
use crate::support::stderr;

/// An archive of ours with a certificate; with `callers` it wants one of whoever calls.
pub(super) fn secured(folder: &Path, tls: Tls, store_port: Option<u16>) -> u16 {
    serve_by(ServeOptions {
        tls: Some(tls),
        ..options(folder, vec![known(US, store_port), known("DCMTK", None)])
    })
}

fn alone(identity: Certificate) -> Tls {
    Tls { identity: Some(identity), ..Tls::default() }
}

fn echo(port: u16, tls: Option<Tls>) -> Result<dimse::Echoed, NetError> {
    wait(dimse::echo(&Peer { tls, ..peer(port) }))
}

#[track_caller]
fn refused(outcome: Result<dimse::Echoed, NetError>, words: &[&str]) -> NetError {
    let error = outcome.expect_err("refused");
    for part in words {
        assert!(error.to_string().contains(part), "'{part}' is not in: {error}");
    }
    assert!(!error.is_transient(), "{error}");
    error
}

#[test]
fn each_flaw_of_an_archives_certificate_is_told_with_what_to_do() {
    let folder = TempDir::new().expect("a folder");
    let (ours, other) = (Authority::new(), Authority::new());
    let told = |flaw: Flaw, words: &[&str]| {
        let port = secured(folder.path(), alone(ours.issue(&format!("{flaw:?}"), flaw)), None);
        let error = refused(echo(port, Some(ours.tls(None))), words);
        assert!(matches!(error, NetError::Certificate { .. }), "{error:?}");
    };
    told(Flaw::Expired, &["has expired", "renewed", "clock"]);
    told(Flaw::NotYet, &["not valid yet", "clocks"]);
    told(Flaw::OtherName, &["made out to", "other.example", "not to 127.0.0.1", "--tls-name"]);
    told(Flaw::OwnAuthority, &["issued by nobody who is trusted here", "--tls-ca"]);

    let port = secured(folder.path(), alone(ours.issue("good", Flaw::None)), None);
    assert_eq!(echo(port, Some(ours.tls(None))), Ok(dimse::Echoed { user_is_known: None }));
    refused(echo(port, Some(other.tls(None))), &["issued by nobody who is trusted here"]);
    let named = Tls { name: Some("other.example".to_owned()), ..ours.tls(None) };
    refused(echo(port, Some(named.clone())), &["made out to 127.0.0.1, not to other.example"]);
    let port = secured(folder.path(), alone(ours.issue("elsewhere", Flaw::OtherName)), None);
    echo(port, Some(named)).expect("it is called by its name");
}

#[test]
fn who_must_have_a_certificate_and_has_none_that_counts_is_told() {
    let folder = TempDir::new().expect("a folder");
    let (ours, other) = (Authority::new(), Authority::new());
    let port = secured(folder.path(), ours.tls(Some(ours.issue("archive", Flaw::None))), None);
    let with = |identity| echo(port, Some(Tls { identity, ..ours.tls(None) }));
    for (identity, words) in [
        (None, "the archive wants one of us"),
        (Some(other.issue("stranger", Flaw::None)), "does not trust the authority that issued ours"),
        (Some(ours.issue("old", Flaw::Expired)), "ours has expired"),
    ] {
        let error = refused(with(identity), &[words]);
        assert!(matches!(error, NetError::Certificate { .. }), "{error:?}");
    }
    with(Some(ours.issue("reader", Flaw::None))).expect("a certificate that counts");
}

#[test]
fn tls_against_none_and_none_against_tls_are_told_apart_from_a_lost_connection() {
    let folder = TempDir::new().expect("a folder");
    let authority = Authority::new();
    let tls = secured(folder.path(), alone(authority.issue("archive", Flaw::None)), None);
    let plain = serve(folder.path(), vec![known(US, None)]);
    let error = refused(echo(plain, Some(authority.tls(None))), &["TLS"]);
    assert!(matches!(error, NetError::Tls { .. }), "{error:?}");
    let error = refused(echo(tls, None), &["Turn TLS on"]);
    assert!(matches!(error, NetError::Tls { .. }), "{error:?}");
}

#[test]
fn what_is_missing_here_is_told_before_anybody_is_called() {
    let authority = Authority::new();
    let good = authority.issue("good", Flaw::None);
    let at = |name: &str| authority.folder.path().join(name);
    // Nothing listens there: whoever calls would be told so.
    let port = free_port();
    let told = |tls: Tls, words: &[&str]| {
        let error = refused(echo(port, Some(tls)), words);
        assert!(matches!(error, NetError::Setup { .. }), "{error:?}");
    };
    told(Tls { authorities: vec![at("none.pem")], ..Tls::default() }, &["none.pem cannot be read"]);
    std::fs::write(at("empty.pem"), "nothing").expect("written");
    told(Tls { authorities: vec![at("empty.pem")], ..Tls::default() }, &["empty.pem holds no certificate"]);
    let with_key = |name: &str| authority.tls(Some(Certificate { key: at(name), ..good.clone() }));
    write_private(
        &at("locked.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    told(with_key("locked.key"), &["locked.key is locked by a passphrase"]);
    write_private(
        &at("other.key"),
        &std::fs::read_to_string(authority.issue("other", Flaw::None).key).expect("it"),
    );
    told(with_key("other.key"), &["our certificate and key cannot be used"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&good.key, std::fs::Permissions::from_mode(0o644)).expect("ours");
        told(authority.tls(Some(good)), &["good.key is open to others (mode 644)", "chmod 640"]);
    }
}

/// Whoever is called reads its files for each who calls.
#[test]
fn a_certificate_that_was_renewed_counts_from_the_next_caller_on() {
    let folder = TempDir::new().expect("a folder");
    let (old, new) = (Authority::new(), Authority::new());
    let used = old.issue("archive", Flaw::None);
    let port = secured(folder.path(), alone(used.clone()), None);
    echo(port, Some(old.tls(None))).expect("the old one counts");
    let renewed = new.issue("archive", Flaw::None);
    std::fs::copy(&renewed.chain, &used.chain).expect("copied");
    std::fs::copy(&renewed.key, &used.key).expect("copied");
    echo(port, Some(new.tls(None))).expect("the new one counts");
}

/// Sent, fetched and moved over secured connections alone, certificates of both sides checked.
#[test]
fn a_study_goes_to_an_archive_and_back_by_tls() {
    let (held, here, there) = three_folders();
    let uid = study(here.path());
    let authority = Authority::new();
    let store_port = free_port();
    let port =
        secured(held.path(), authority.tls(Some(authority.issue("archive", Flaw::None))), Some(store_port));
    let ours = authority.tls(Some(authority.issue("reader", Flaw::None)));
    let peer = Peer { tls: Some(ours.clone()), ..peer(port) };
    send_all(&peer, here.path());
    let query = Query::of(&uid, None, None);
    let mut keep = Folder::new(&there.path().join("got")).expect("a folder");
    assert!(wait(dimse::get(&peer, &query, &mut keep)).expect("fetched").is_whole());
    let keep = Folder::new(&there.path().join("moved")).expect("a folder");
    let moved = wait(move_by(&peer, store_port, &query, keep, Some(ours))).expect("moved");
    assert!(moved.is_whole(), "{moved:?}");
    let sent = data_sets(here.path());
    assert!(data_sets(&there.path().join("got")) == sent, "other data sets");
    assert!(data_sets(&there.path().join("moved")) == sent, "other data sets");
}

fn three_folders() -> (TempDir, TempDir, TempDir) {
    let folder = || TempDir::new().expect("a folder");
    (folder(), folder(), folder())
}

/// What dcmtk's tools are told of a certificate.
fn dcmtk_tls(authority: &Authority, identity: &Certificate) -> Vec<String> {
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    let words = ["+tls", &path(&identity.key), &path(&identity.chain), "+cf", &path(&authority.file())];
    words.map(str::to_owned).into()
}

#[test]
fn dcmtk_is_sent_to_by_tls() {
    let (here, there) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    study(here.path());
    let authority = Authority::new();
    let port = free_port();
    let child = Command::new("storescp")
        .args(dcmtk_tls(&authority, &authority.issue("storescp", Flaw::None)))
        .args(["-aet", ARCHIVE, "-od"])
        .arg(there.path())
        .arg(port.to_string())
        .env("TCP_NODELAY", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("storescp runs");
    let _running = Running(child);
    let ours = authority.tls(Some(authority.issue("reader", Flaw::None)));
    let secured = Peer { tls: Some(ours), ..peer(port) };
    until_answered(&secured);
    send_all(&secured, here.path());
    assert_eq!(files(there.path()).len(), 6);

    // It wants a certificate of us, and TLS.
    let error = refused(echo(port, Some(authority.tls(None))), &[]);
    assert!(matches!(error, NetError::Certificate { .. }), "{error:?}");
    let error = echo(port, None).expect_err("it speaks TLS");
    assert!(matches!(error, NetError::Tls { .. } | NetError::Lost { .. }), "{error:?}");
}

#[test]
fn the_clients_of_dcmtk_are_served_by_tls() {
    let (held, here, _) = three_folders();
    study(here.path());
    let (authority, other) = (Authority::new(), Authority::new());
    let port = secured(held.path(), authority.tls(Some(authority.issue("archive", Flaw::None))), None);
    let port = port.to_string();
    let run = |program: &str, tls: &[String], more: &[&str]| {
        let at = ["-aet", "DCMTK", "-aec", ARCHIVE, "127.0.0.1", &port];
        let output = Command::new(program).args(tls).args(at).args(more).env("TCP_NODELAY", "1").output();
        output.unwrap_or_else(|error| panic!("{program}: {error}"))
    };
    let known = dcmtk_tls(&authority, &authority.issue("dcmtk", Flaw::None));
    let output = run("echoscu", &known, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let output = run("storescu", &known, &["+sd", "+r", here.path().to_str().expect("a path")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(data_sets(held.path()) == data_sets(here.path()), "stored otherwise");
    // Whoever has a certificate of somebody else, or none, or no TLS.
    let stranger = dcmtk_tls(&authority, &other.issue("stranger", Flaw::None));
    let ca = authority.file();
    let nobody = ["+tla", "+cf", ca.to_str().expect("a path")].map(str::to_owned);
    for tls in [&stranger[..], &nobody[..], &[]] {
        assert!(!run("echoscu", tls, &[]).status.success(), "{tls:?} was let in");
    }
}
