//! Our client against dcmtk's archive, dcmtk's clients against ours.

use std::path::Path;
use std::process::{Command, Output};

use hotlight::dicom::DataSet;
use hotlight::net::dimse::{self, Folder};
use hotlight::net::{Level, NetError, Query};
use tempfile::TempDir;

use super::support::*;
use crate::support::{data, hotlight, stderr, stdout};

/// Sent, found, fetched and moved: what comes back is what went, byte for byte.
#[test]
fn a_study_goes_to_dcmqrscp_and_comes_back_as_it_was() {
    let archive = Dcmqrscp::start();
    let here = TempDir::new().expect("a temporary folder");
    let uid = study(here.path());
    send_all(&peer(archive.port), here.path());

    let query = Query::of(&uid, None, None);
    let with = |level, more: &[&str]| {
        let mut query = Query { level, ..query.clone() };
        query.keys.extend(more.iter().map(|keyword| (tag(keyword), String::new())));
        query
    };
    let mut names = Vec::new();
    let study = with(Level::Study, &["PatientName"]);
    let found = wait(dimse::find(&peer(archive.port), &study, 10, |answer| {
        names.extend(answer.attributes().text(tag("PatientName")));
    }));
    assert_eq!((found.expect("found").count, names.len()), (1, 1));
    assert!(names.iter().all(|name| name.starts_with("ZZCANARY")));

    check_comes_back(&peer(archive.port), archive.store_port, &uid, here.path());
}

/// An archive that does not know us says so, and what to do.
#[test]
fn what_dcmqrscp_refuses_is_said_in_words() {
    let archive = Dcmqrscp::start();
    let here = TempDir::new().expect("a temporary folder");
    let uid = study(here.path());
    let peer = peer(archive.port);
    send_all(&peer, here.path());
    let query = Query::of(&uid, None, None);
    let none = || Folder::new(&here.path().join("none")).expect("a folder");
    let stranger = hotlight::net::Peer { calling: title("STRANGER"), ..peer.clone() };
    let options = dimse::ScpOptions {
        title: title("STRANGER"),
        address: (std::net::Ipv4Addr::LOCALHOST.into(), 0),
        senders: Vec::new(),
        tls: None,
        deadlines: DEADLINES,
    };
    let moved = wait(async {
        let scp = dimse::StorageScp::listen(options).await?;
        dimse::move_to(&scp, "STRANGER", &stranger, &query, none()).await
    });
    let error = moved.expect_err("refused").to_string();
    assert!(error.contains("0xA801") && error.contains("Add our AE title"), "{error}");

    let wrong = hotlight::net::Peer { called: title("WRONG"), ..peer.clone() };
    let error = wait(dimse::echo(&wrong)).expect_err("rejected").to_string();
    assert_eq!(error, "the archive rejected the association: it is not called WRONG. Check its AE title");
    let nothing = wait(dimse::get(&peer, &Query::of("1.2.3", None, None), &mut none()));
    assert_eq!(nothing.expect_err("nothing there"), NetError::NothingThere);
}

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).current_dir(folder).env("TCP_NODELAY", "1").output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", stderr(&output));
    output
}

#[test]
fn the_clients_of_dcmtk_are_served() {
    let (archive, there) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let here = TempDir::new().expect("a third");
    let uid = study(here.path());
    let store_port = free_port();
    let port = serve(archive.path(), vec![known("DCMTK", Some(store_port))]).to_string();
    let at = ["-aet", "DCMTK", "-aec", ARCHIVE, "127.0.0.1", &port];
    run("echoscu", here.path(), &at);
    let folder = here.path().to_str().expect("a path");
    run("storescu", here.path(), &[&at[..], &["+sd", "+r", folder]].concat());
    let sent = data_sets(here.path());
    assert!(data_sets(archive.path()) == sent, "stored otherwise");

    let key = format!("StudyInstanceUID={uid}");
    let level = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", &key];
    let wanted =
        ["-k", "NumberOfStudyRelatedInstances", "-k", "ModalitiesInStudy", "-k", "PatientName=zzcanary*"];
    let found = run("findscu", here.path(), &[&level[..], &wanted, &at].concat());
    let told = format!("{}{}", stdout(&found), stderr(&found));
    for part in ["ZZCANARY", "IS [6 ]", "CS [CT]"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }

    let (got, moved) = (there.path().join("got"), there.path().join("moved"));
    std::fs::create_dir(&got).expect("a folder");
    std::fs::create_dir(&moved).expect("a folder");
    run("getscu", &got, &[&level[..], &at].concat());
    assert!(data_sets(&got) == sent, "fetched otherwise");
    let destination = ["-aem", "DCMTK", "--port", &store_port.to_string()].map(str::to_owned);
    let destination = destination.each_ref().map(String::as_str);
    run("movescu", &moved, &[&level[..], &destination, &at].concat());
    assert!(data_sets(&moved) == sent, "moved otherwise");

    let stranger =
        Command::new("echoscu").args(["-aet", "STRANGER", "-aec", ARCHIVE, "127.0.0.1", &port]).output();
    assert!(!stranger.expect("it runs").status.success(), "a stranger was let in");
}

/// Compressed objects go as they are, each kind in its own context.
#[test]
fn compressed_objects_go_from_archive_to_archive_as_they_are() {
    let (archive, there) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let port = serve(archive.path(), vec![known(US, None)]).to_string();
    let at = ["--host", "127.0.0.1", "--port", &port, "--called", ARCHIVE];
    // Those that a query can lead to.
    let mut sources = sources(&data().join("formats"));
    sources.retain(|source| {
        let has = |header: &DataSet, keyword| header.attributes().has(tag(keyword));
        let header = DataSet::read(source);
        header.is_ok_and(|header| has(&header, "StudyInstanceUID") && has(&header, "SeriesInstanceUID"))
    });
    let peer = peer(port.parse().expect("a port"));
    let mut outcomes = Vec::new();
    wait(dimse::send(&peer, &sources, |sent| outcomes.push(sent.outcome))).expect("sent");
    assert!(outcomes.len() > 20, "{}", outcomes.len());
    assert!(
        outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(dimse::Status::is_done)),
        "{outcomes:?}"
    );
    let found = hotlight(&[&["find"], &at[..], &["--json"]].concat());
    let studies: Vec<serde_json::Value> =
        stdout(&found).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(!studies.is_empty());
    for study in &studies {
        let uid = study["0020000D"]["Value"][0].as_str().expect("its UID");
        let into = there.path().to_str().expect("a path");
        let got = hotlight(&[&["get"], &at[..], &["--study", uid, "--into", into]].concat());
        assert!(got.status.success(), "{}{}", stdout(&got), stderr(&got));
    }
    assert!(data_sets(there.path()) == data_sets(archive.path()), "other data sets");
    let syntaxes: std::collections::BTreeSet<_> =
        data_sets(there.path()).into_values().map(|(uid, _)| uid).collect();
    assert!(syntaxes.len() > 3, "{syntaxes:?}");
}
