//! Who asks: names, passcodes and tokens. PS3.7 D.3.3.7.

use std::path::Path;
use std::process::Command;

use hotlight::net::dimse::{self, Echoed};
use hotlight::net::serve::{ServeOptions, Server};
use hotlight::net::{NetError, Peer, Secret, Tls, User};
use tempfile::TempDir;

use super::certificates::{Authority, Flaw, write_private};
use super::support::*;

fn of(folder: &Path, user: Option<User>, tls: Option<Tls>) -> u16 {
    serve_by(ServeOptions { user, tls, ..options(folder, vec![known(US, None), known("DCMTK", None)]) })
}

fn echo(port: u16, user: Option<User>, tls: Option<Tls>) -> Result<Echoed, NetError> {
    wait(dimse::echo(&Peer { user, tls, ..peer(port) }))
}

fn name(name: &str) -> User {
    User::Name(name.to_owned())
}

#[test]
fn a_user_is_known_unknown_or_not_taken_notice_of() {
    let folder = TempDir::new().expect("a folder");
    let port = of(folder.path(), Some(name("reader7")), None);
    assert_eq!(echo(port, Some(name("reader7")), None), Ok(Echoed { user_is_known: Some(true) }));
    for (user, words) in
        [(Some(name("reader8")), "Check user and passcode"), (None, "rejected the association")]
    {
        let error = echo(port, user, None).expect_err("turned away");
        assert!(matches!(error, NetError::Rejected { is_transient: false, .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let careless = of(folder.path(), None, None);
    assert_eq!(echo(careless, Some(name("reader7")), None), Ok(Echoed { user_is_known: Some(false) }));
    assert_eq!(echo(careless, None, None), Ok(Echoed { user_is_known: None }));
}

#[test]
fn passcodes_and_tokens_go_by_tls_alone() {
    let folder = TempDir::new().expect("a folder");
    let authority = Authority::new();
    let secret = |file: &str, text: &str| {
        let path = authority.folder.path().join(file);
        write_private(&path, text);
        Secret::File(path)
    };
    let passcode = |name: &str, passcode| Some(User::Passcode { name: name.to_owned(), passcode });
    let right = secret("right", "sesame\n");
    let identity = Some(authority.issue("archive", Flaw::None));
    let tls = Some(Tls { identity, ..Tls::default() });
    let ours = || Some(authority.tls(None));
    let port = of(folder.path(), passcode("reader7", right.clone()), tls.clone());
    let known = Ok(Echoed { user_is_known: Some(true) });
    assert_eq!(echo(port, passcode("reader7", right.clone()), ours()), known);
    for wrong in [
        passcode("reader7", secret("wrong", "simsim")),
        passcode("reader8", right.clone()),
        Some(name("reader7")),
        Some(User::Token(right.clone())),
        None,
    ] {
        let error = echo(port, wrong, ours()).expect_err("turned away");
        assert!(matches!(error, NetError::Rejected { .. }), "{error:?}");
        assert!(!error.to_string().contains("sesame"), "{error}");
    }
    let token = || Some(User::Token(secret("token", "aaa.bbb.ccc")));
    let port = of(folder.path(), token(), tls);
    assert_eq!(echo(port, token(), ours()), known);

    // In clear nothing is sent, and nobody is let in by what everybody could read.
    for user in [passcode("reader7", right.clone()), token()] {
        let error = echo(free_port(), user.clone(), None).expect_err("never in clear");
        assert!(matches!(error, NetError::Setup { .. }), "{error:?}");
        assert!(error.to_string().contains("never sent in clear"), "{error}");
        let clear = ServeOptions { user, ..options(folder.path(), Vec::new()) };
        let listening = wait(Server::listen(clear)).map(drop).expect_err("never in clear");
        assert!(matches!(listening, NetError::Setup { .. }), "{listening:?}");
    }
}

#[test]
fn users_of_dcmtk_are_known_by_their_names() {
    let (folder, here) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    study(here.path());
    let port = of(folder.path(), Some(name("reader7")), None).to_string();
    let run = |user: &[&str]| {
        let at = ["-aet", "DCMTK", "-aec", ARCHIVE, "127.0.0.1", &port, "+sd", "+r"];
        Command::new("storescu").args(user).args(at).arg(here.path()).output().expect("storescu runs")
    };
    assert!(run(&["-usr", "reader7", "-rsp"]).status.success(), "it was not known");
    assert_eq!(data_sets(folder.path()).len(), 6);
    assert!(!run(&["-usr", "reader8", "-rsp"]).status.success(), "another was let in");
    assert!(!run(&[]).status.success(), "nobody was let in");
}
