//! The audit trail on its way to a server, and what of archives is recorded. PS3.15 A.5 and A.6, RFC 5424, RFC 5425.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use hotlight::app::{Auditor, AuditorOptions};
use hotlight::audit::{AuditNode, Delivery, DeliveryError, Happening, check, each_link, verify};
use hotlight::config::Retrieve;
use hotlight::net::{Certificate, ServerAddress, SyslogServer, Tls};
use hotlight::session::{RetrievalState, Urgency};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

use super::certificates::{Authority, Flaw};
use super::opening::{Reader, archive};
use super::support::*;
use crate::session::audit::{events, options, recorded};

/// A server that takes all that is sent, connection by connection, until nobody listens to it.
fn listen(port: u16, certificate: &Certificate) -> Receiver<Vec<u8>> {
    let pem = std::fs::read(&certificate.chain).expect("a certificate");
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let key = PrivateKeyDer::from_pem_slice(&std::fs::read(&certificate.key).expect("a key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain.expect("certificates"), key)
        .expect("a certificate and its key");
    let config = Arc::new(config);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    let (sender, taken) = channel();
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = StreamOwned::new(connection, socket);
            let mut bytes = Vec::new();
            // Whoever hangs up without a word has sent what came before.
            let _ended = stream.read_to_end(&mut bytes);
            drop(stream.flush());
            if !bytes.is_empty() && sender.send(bytes).is_err() {
                return;
            }
        }
    });
    taken
}

/// The messages of frames: `LENGTH HEADER TEXT`.
fn messages(mut frames: &[u8]) -> Vec<String> {
    let mut messages = Vec::new();
    while !frames.is_empty() {
        let space = frames.iter().position(|byte| *byte == b' ').expect("a length");
        let length: usize = std::str::from_utf8(&frames[..space]).expect("digits").parse().expect("a length");
        let (message, rest) = frames[space + 1..].split_at(length);
        messages.push(String::from_utf8(message.to_vec()).expect("UTF-8"));
        frames = rest;
    }
    messages
}

/// What a trail holds, in order.
fn kept(folder: &Path) -> Vec<String> {
    let mut kept = Vec::new();
    each_link(folder, |link| kept.push(link.message.clone())).expect("a trail");
    kept
}

/// Waits until a trail ends with a message of that number: the end of a program waits for a slow disk no longer than a moment.
#[track_caller]
fn until_written(folder: &Path, last: u64) {
    until("it is written", || verify(folder).is_ok_and(|verified| verified.last == Some(last)));
}

/// What a server takes, until it is so many messages and no more come.
fn taken_by(server: &Receiver<Vec<u8>>, count: usize) -> Vec<String> {
    let mut sent = Vec::new();
    while sent.len() < count {
        sent.extend(messages(&server.recv_timeout(Duration::from_mins(2)).expect("messages")));
    }
    while let Ok(more) = server.recv_timeout(Duration::from_secs(2)) {
        sent.extend(messages(&more));
    }
    sent
}

fn at(port: u16, tls: Tls) -> SyslogServer {
    SyslogServer { address: ServerAddress { host: "127.0.0.1".to_owned(), port }, tls }
}

fn with_server(folder: &Path, server: SyslogServer) -> AuditorOptions {
    AuditorOptions { server: Some(server), ..options(folder) }
}

#[test]
fn messages_wait_for_a_server_and_come_in_order_each_once() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    let (authority, port) = (Authority::new(), free_port());
    let server = at(port, authority.tls(None));
    let auditor = Auditor::start(with_server(&place, server.clone())).expect("threads");
    for number in 0..250 {
        auditor.note(Happening::TrailRead { uri: format!("file:///a/{number}") });
    }
    // Nobody listens; the end of the program waits for nobody.
    let begun = Instant::now();
    drop(auditor);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    until_written(&place, 252);
    assert_eq!((kept(&place).len(), verify(&place).expect("readable").sent), (252, None));

    let taken = listen(port, &authority.issue("server", Flaw::None));
    let auditor = Auditor::start(with_server(&place, server)).expect("threads");
    let first = taken.recv_timeout(Duration::from_mins(2)).expect("messages");
    auditor.note(Happening::TrailRead { uri: "file:///a/last".to_owned() });
    drop(auditor);
    let mut sent = messages(&first);
    sent.extend(taken_by(&taken, 255_usize.saturating_sub(sent.len())));
    // The server has them a moment before that is noted.
    until("it is noted", || verify(&place).is_ok_and(|verified| verified.sent == Some(255)));
    let kept = kept(&place);
    assert_eq!(kept.len(), 255);
    assert_eq!(sent.len(), 255);
    for (sent, kept) in sent.iter().zip(&kept) {
        let (header, text) = sent.split_once('\u{feff}').expect("a mark before UTF-8");
        assert_eq!(text, kept);
        let fields: Vec<&str> = header.split(' ').collect();
        assert!(fields.len() == 8 && fields[0] == "<85>1" && fields[3] == "hotlight", "{header}");
        assert!(fields[1].ends_with('Z') && fields[5] == "DICOM+RFC3881" && fields[6] == "-", "{header}");
        assert_eq!(check(text), Ok(()));
    }
    let verified = verify(&place).expect("readable");
    assert_eq!((verified.sent, verified.last), (Some(255), Some(255)));
}

#[test]
fn a_message_that_was_changed_before_it_was_sent_is_left_out_and_that_is_told() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    let (authority, port) = (Authority::new(), free_port());
    let options = with_server(&place, at(port, authority.tls(None)));
    // Nobody listens yet.
    drop(Auditor::start(options.clone()).expect("threads"));
    until_written(&place, 2);
    let path = place.join("trail-000000000001.jsonl");
    let text = std::fs::read_to_string(&path).expect("the trail");
    std::fs::write(&path, text.replacen("Application Start", "Application Stop", 1)).expect("written");
    let taken = listen(port, &authority.issue("server", Flaw::None));
    let delivery = Delivery {
        server: options.server.expect("a server"),
        trail: options.trail,
        host: "station".to_owned(),
        process: 1,
    };
    let delivered = delivery.deliver().expect("it is sent");
    assert_eq!((delivered.count, delivered.missing), (1, 1));
    assert_eq!(taken_by(&taken, 1).len(), 1);
}

#[test]
fn what_only_goes_to_a_server_does_not_stay_here() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    let (authority, port) = (Authority::new(), free_port());
    let taken = listen(port, &authority.issue("server", Flaw::None));
    let mut options = with_server(&place, at(port, authority.tls(None)));
    options.trail.keeps_sent = false;
    drop(Auditor::start(options.clone()).expect("threads"));
    assert_eq!(taken_by(&taken, 2).len(), 2);
    until("what was sent is not here any more", || {
        let mut count = 0;
        // A file may go while it is read.
        each_link(&place, |_| count += 1).is_ok() && count == 0
    });
    // The chain goes on where it ended.
    options.server = None;
    drop(Auditor::start(options).expect("threads"));
    until_written(&place, 4);
    let verified = verify(&place).expect("readable");
    assert_eq!((verified.first, verified.last, verified.faults), (Some(3), Some(4), Vec::new()));
}

#[test]
fn a_server_that_is_not_whom_it_should_be_gets_nothing_and_that_is_recorded() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    let (ours, theirs, port) = (Authority::new(), Authority::new(), free_port());
    let taken = listen(port, &theirs.issue("server", Flaw::None));
    let options = with_server(&place, at(port, ours.tls(None)));
    let auditor = Auditor::start(options.clone()).expect("threads");
    let is_alert = |place: &Path| {
        place.is_dir()
            && events(place).iter().any(|(event, _)| event == "Security Alert: Node Authentication")
    };
    until("it is recorded", || is_alert(&place));
    drop(auditor);
    assert!(taken.try_recv().is_err(), "nothing was sent");
    let delivery = Delivery {
        server: options.server.expect("a server"),
        trail: options.trail,
        host: "station".to_owned(),
        process: 1,
    };
    let Err(DeliveryError::Server { why, is_certificate }) = delivery.deliver() else { panic!("delivered") };
    assert!(is_certificate && why.contains("audit.authorities") && !why.contains("archive"), "{why}");
}

#[test]
fn what_is_asked_fetched_and_sent_is_recorded_with_the_archive() {
    let (held, store) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("audit");
    let study = study(held.path());
    let port = serve(held.path(), vec![known(US, None)]);
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    let node =
        AuditNode { name: ARCHIVE.to_owned(), title: ARCHIVE.to_owned(), host: "127.0.0.1".to_owned() };
    let archives = BTreeMap::from([(ARCHIVE.to_owned(), node)]);
    let auditor = Auditor::start(AuditorOptions { archives, ..options(&place) }).expect("threads");
    reader.program.reading.audit_with(auditor);
    reader.fetch(&study, Urgency::Foreground);
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    reader.runs("presentation save SENT");
    let transferred = |(event, _): &(String, usize)| event == "DICOM Instances Transferred";
    reader.program.wait_until("it is sent", |_| events(&place).into_iter().filter(transferred).count() == 2);
    drop(reader);
    let recorded = recorded(&place);
    let of = |event: &str| recorded.iter().filter(|summary| summary.event == event).collect::<Vec<_>>();
    let begun = of("Begin Transferring DICOM Instances");
    assert_eq!(begun.len(), 1);
    assert_eq!((begun[0].studies.as_slice(), begun[0].others.len()), (std::slice::from_ref(&study), 1));
    let transferred = of("DICOM Instances Transferred");
    assert_eq!(transferred.len(), 2, "the study came, and what was saved of it went");
    for summary in transferred {
        assert_eq!(
            (summary.studies.as_slice(), summary.failure.as_str()),
            (std::slice::from_ref(&study), "")
        );
        assert_eq!(summary.others[0].reveal(), ARCHIVE);
    }
    assert!(!of("Query").is_empty(), "priors were asked for");
    assert_eq!(of("DICOM Instances Accessed: Object of the reader's saved").len(), 1);
}
