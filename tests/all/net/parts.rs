//! A study over several associations, several moves to one receiver, and the limits around them.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hotlight::net::dimse::{self, Folder, Part, Retrieved, ScpOptions, StorageScp};
use hotlight::net::{Deadlines, NetError, Peer, Places, Query};
use tempfile::TempDir;

use super::proxy::{self, Harm};
use super::support::*;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn keeps(into: &Path, count: usize) -> Vec<Folder> {
    (0..count).map(|_| Folder::new(into).expect("a folder")).collect()
}

fn parts(port: u16, study: &str) -> Vec<Part> {
    let parts = wait(dimse::inventory(&peer(port), &Query::of(study, None, None))).expect("an inventory");
    assert_eq!(parts.iter().map(|part| part.instances.len()).collect::<Vec<_>>(), [6; 4]);
    parts
}

fn fetch(peer: &Peer, study: &str, parts: Vec<Part>, keeps: Vec<Folder>) -> Result<Retrieved, NetError> {
    wait(dimse::get_parts(peer, study, parts, keeps, |_| 0))
}

#[test]
fn a_study_comes_over_several_associations_whole_and_as_it_is() {
    let held = folder();
    let study = series(held.path(), 4);
    let dcmtk = Dcmqrscp::start();
    send_all(&peer(dcmtk.port), held.path());
    for port in [serve(held.path(), vec![known(US, None)]), dcmtk.port] {
        for associations in [1, 3, 9] {
            let into = folder();
            let got = fetch(&peer(port), &study, parts(port, &study), keeps(into.path(), associations));
            let got = got.expect("fetched");
            assert!(got.is_whole(), "{got:?}");
            assert_eq!((got.received, got.expected, got.operations.completed), (24, Some(24), 24));
            assert!(data_sets(into.path()) == data_sets(held.path()), "other data sets");
        }
    }
}

#[test]
fn the_series_that_is_most_wanted_comes_next() {
    let (held, into) = (folder(), folder());
    let study = series(held.path(), 4);
    let port = serve(held.path(), vec![known(US, None)]);
    let parts = parts(port, &study);
    let order: Vec<String> = parts.iter().map(|part| part.series.clone()).collect();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let next = {
        let asked = Arc::clone(&asked);
        move |waiting: &[Part]| {
            let last = waiting.len() - 1;
            asked.lock().expect("nobody fails").push(waiting[last].series.clone());
            last
        }
    };
    let got =
        wait(dimse::get_parts(&peer(port), &study, parts, keeps(into.path(), 1), next)).expect("fetched");
    assert!(got.is_whole(), "{got:?}");
    let asked = asked.lock().expect("nobody fails").clone();
    assert_eq!(asked, order.into_iter().rev().collect::<Vec<_>>());
}

/// What comes twice, and what nobody asked for, stands for nothing that is missing.
#[test]
fn an_object_that_comes_twice_makes_up_for_none_that_is_missing() {
    let (held, into) = (folder(), folder());
    let study = series(held.path(), 4);
    let port = serve(held.path(), vec![known(US, None)]);
    let mut parts = parts(port, &study);
    // The archive lists a second object and sends the first one twice; in another series it sends a stranger.
    parts.truncate(2);
    parts.push(parts[0].clone());
    for (number, instance) in parts[2].instances.iter_mut().enumerate() {
        *instance = format!("1.2.3.{number}");
    }
    parts[1].instances[0] = "1.2.4".to_owned();
    let got = fetch(&peer(port), &study, parts, keeps(into.path(), 3)).expect("fetched");
    assert!(!got.is_whole(), "{got:?}");
    assert_eq!((got.received, got.total(), data_sets(into.path()).len()), (12, 19, 12));
}

/// One of two is cut within its first object: its series is missing, and said to be; all others are here.
#[test]
fn an_association_that_fails_takes_no_other_with_it() {
    let (held, into) = (folder(), folder());
    let study = series(held.path(), 4);
    let port = serve(held.path(), vec![known(US, None)]);
    let harmed = proxy::start_with(port, |number| if number == 0 { Harm::Cut } else { Harm::None });
    let got = fetch(&peer(harmed), &study, parts(port, &study), keeps(into.path(), 3)).expect("most of it");
    assert!(matches!(got.failure, Some(NetError::Lost { .. })), "{got:?}");
    assert!(!got.is_whole());
    assert_eq!((got.received, got.expected, data_sets(into.path()).len()), (18, Some(24), 18));
    // And where all fail, that is an error; the next try brings the rest.
    let error =
        fetch(&peer(free_port()), &study, parts(port, &study), keeps(into.path(), 3)).expect_err("none");
    assert!(matches!(error, NetError::Connect { .. }), "{error:?}");
    let got = fetch(&peer(harmed), &study, parts(port, &study), keeps(into.path(), 3)).expect("all of it");
    assert!(got.is_whole(), "{got:?}");
    assert_eq!(data_sets(into.path()).len(), 24);
}

/// One is turned away at the door; the other brings all.
#[test]
fn who_is_turned_away_has_lost_nothing_where_others_bring_all() {
    let (held, into) = (folder(), folder());
    let study = series(held.path(), 4);
    let port = serve(held.path(), vec![known(US, None)]);
    let harmed = proxy::start_with(port, |number| if number == 0 { Harm::CloseAtOnce } else { Harm::None });
    let got = fetch(&peer(harmed), &study, parts(port, &study), keeps(into.path(), 3)).expect("all of it");
    assert!(got.is_whole(), "{got:?}");
    assert_eq!(data_sets(into.path()).len(), 24);
}

/// An archive that says nothing keeps a place until the deadline: whoever comes after has to wait for it.
#[test]
fn a_peer_has_no_more_associations_than_it_allows_whatever_is_asked() {
    let silent = proxy::start(serve(folder().path(), Vec::new()), Harm::Silence);
    let silence = Duration::from_millis(400);
    let peer = Peer { places: Places::new(2), deadlines: Deadlines { silence, ..DEADLINES }, ..peer(silent) };
    let begun = Instant::now();
    wait(async {
        let query = Query::of("1.2", None, None);
        let found = async { dimse::find(&peer, &query, 1, |_| {}).await.map(drop) };
        let sent = async { dimse::echo(&peer.clone()).await.map(drop) };
        let (a, b, c, d) = tokio::join!(dimse::echo(&peer), dimse::echo(&peer), found, sent);
        for outcome in [a.map(drop), b.map(drop), c, d] {
            assert!(matches!(outcome, Err(NetError::Deadline { .. })), "{outcome:?}");
        }
    });
    assert!(begun.elapsed() >= silence * 2, "{:?}", begun.elapsed());
}

/// Two studies are moved at once, by our archive and by dcmtk's, to one receiver: each arrives where it was asked for.
#[test]
fn moves_that_share_a_receiver_get_each_their_own() {
    let (first, second) = (folder(), folder());
    let studies = [study(first.path()), {
        let phantom = hotlight::phantom::Phantom::chest_ct().small().with_slices(6).prior();
        phantom.write_into(second.path()).expect("written");
        phantom.study_uid().as_str().to_owned()
    }];
    let dcmtk = Dcmqrscp::start();
    let held = folder();
    for path in files(first.path()).iter().chain(&files(second.path())) {
        std::fs::copy(path, held.path().join(format!("{}.dcm", files(held.path()).len()))).expect("copied");
    }
    send_all(&peer(dcmtk.port), held.path());
    let ours = serve(held.path(), vec![known(US, Some(dcmtk.store_port))]);
    for port in [ours, dcmtk.port] {
        let into = [folder(), folder()];
        let [a, b] = wait(async {
            let scp = StorageScp::listen(receiver(dcmtk.store_port)).await.expect("it listens");
            let peer = peer(port);
            let moving = |index: usize| {
                let keep = Folder::new(into[index].path()).expect("a folder");
                let query = Query::of(&studies[index], None, None);
                let (scp, peer) = (&scp, &peer);
                async move { dimse::move_to(scp, US, peer, &query, keep).await.expect("moved") }
            };
            let (a, b) = tokio::join!(moving(0), moving(1));
            [a, b]
        });
        assert!(a.is_whole() && b.is_whole(), "{a:?} {b:?}");
        assert!(data_sets(into[0].path()) == data_sets(first.path()), "another study");
        assert!(data_sets(into[1].path()) == data_sets(second.path()), "another study");
    }
}

fn receiver(port: u16) -> ScpOptions {
    ScpOptions {
        title: title(US),
        address: (std::net::Ipv4Addr::LOCALHOST.into(), port),
        senders: vec![known(ARCHIVE, None)],
        tls: None,
        deadlines: DEADLINES,
    }
}

/// What nobody asked for, and what a stranger sends, is not kept.
#[test]
fn a_receiver_takes_what_was_asked_for_and_of_whom_it_knows() {
    let here = folder();
    study(here.path());
    let statuses = wait(async {
        let scp = StorageScp::listen(receiver(0)).await.expect("it listens");
        let port = scp.port();
        let folder = here.path().to_owned();
        let run = move |title: &str| {
            let at =
                ["-v", "-aet", title, "-aec", US, "127.0.0.1", &port.to_string(), "+sd"].map(str::to_owned);
            let output = Command::new("storescu").args(at).arg(&folder).output().expect("storescu runs");
            (output.status.success(), crate::support::stderr(&output) + &crate::support::stdout(&output))
        };
        let both = tokio::task::spawn_blocking(move || [run(ARCHIVE), run("STRANGER")]);
        both.await.expect("they run")
    });
    let [(_, asked), (is_let_in, _)] = statuses;
    assert!(!is_let_in, "a stranger was let in");
    assert!(asked.contains("0x124") && !asked.contains("Success"), "{asked}");
}
