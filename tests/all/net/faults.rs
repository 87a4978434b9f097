//! Every fault against every operation: one typed error in time, nothing half-filed, and the next try works.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use hotlight::dicom::Source;
use hotlight::net::dimse::{self, Folder, Retrieved};
use hotlight::net::{Deadlines, NetError, Peer, Query, Tls};
use tempfile::TempDir;

use super::certificates::{Authority, Flaw};
use super::proxy::{self, Harm};
use super::support::*;
use super::tls::secured;
use crate::support::assert_shown;

/// No operation lasts longer, whatever the archive does: some deadlines one after the other, on a busy machine.
const LAST: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operation {
    Echo,
    Find,
    Get,
    Move,
    Send,
}

impl Operation {
    const ALL: [Self; 5] = [Self::Echo, Self::Find, Self::Get, Self::Move, Self::Send];
}

/// An archive of ours with a study, what is sent to it, and where we are sent to.
struct Scene {
    archive: u16,
    study: String,
    sources: Vec<Source>,
    store_port: u16,
    /// What the archive held before anything was sent.
    held: BTreeMap<String, (String, Vec<u8>)>,
    folders: (TempDir, TempDir),
}

impl Scene {
    fn set() -> Self {
        let (held, sent) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
        let (study, _) = (study(held.path()), study(sent.path()));
        let store_port = free_port();
        let archive = serve(held.path(), vec![known(US, Some(store_port))]);
        let sources = sources(sent.path()).into_iter().take(2).collect();
        let before = data_sets(held.path());
        Self { archive, study, sources, store_port, held: before, folders: (held, sent) }
    }

    /// Whatever was kept here or there is whole: it is what the archive held, to the byte.
    fn check_whole(&self, into: &Path) {
        for folder in [into, self.folders.0.path()] {
            for (instance, kept) in data_sets(folder) {
                assert!(self.held.get(&instance) == Some(&kept), "{instance} is not as it was");
            }
        }
    }

    fn attempt(&self, operation: Operation, peer: &Peer, into: &Path) -> Result<(), NetError> {
        let query = Query::of(&self.study, None, None);
        let mut keep = Folder::new(into).expect("a folder");
        let whole = |retrieved: Retrieved| {
            let status = retrieved.status.clone();
            if retrieved.is_whole() {
                Ok(())
            } else {
                Err(NetError::Failed { operation: "retrieval", status })
            }
        };
        match operation {
            Operation::Echo => wait(dimse::echo(peer)).map(|_| ()),
            Operation::Find => wait(dimse::find(peer, &query, 10, |_| {})).map(|_| ()),
            Operation::Get => wait(dimse::get(peer, &query, &mut keep)).and_then(whole),
            Operation::Move => wait(move_here(peer, self.store_port, &query, keep)).and_then(whole),
            Operation::Send => {
                let mut outcome = Ok(());
                let tell = |sent: dimse::Sent| match sent.outcome {
                    Ok(status) if status.is_done() => {}
                    Ok(status) => outcome = Err(NetError::Failed { operation: "C-STORE", status }),
                    Err(error) => outcome = Err(error),
                };
                wait(dimse::send(peer, &self.sources, tell)).and(outcome)
            }
        }
    }
}

fn kind(error: &NetError) -> &'static str {
    match error {
        NetError::Connect { .. } => "no connection",
        NetError::Deadline { .. } => "deadline",
        NetError::Rejected { .. } => "rejected",
        NetError::NotAccepted { .. } => "not accepted",
        NetError::NothingThere => "nothing there",
        NetError::Aborted { .. } => "aborted",
        NetError::Lost { .. } => "lost",
        NetError::Protocol { .. } => "protocol",
        NetError::Failed { .. } => "refused",
        NetError::Certificate { .. } => "certificate",
        NetError::Tls { .. } => "TLS",
        NetError::Setup { .. } => "not set up",
        NetError::Object(_) => "object",
        NetError::Keep { .. } => "not kept",
    }
}

/// The whole table; `docs/reliability.md` shows it.
#[test]
fn every_fault_of_every_operation_is_told_in_time_and_the_next_try_works() {
    let scene = Scene::set();
    let mut table = String::from(
        "| the archive … | echo | find | get | move | send |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut row = |words: &str, faulty: &dyn Fn() -> Peer| {
        write!(table, "| {words} |").expect("a string");
        for operation in Operation::ALL {
            let into = TempDir::new().expect("a folder");
            let begun = Instant::now();
            let outcome = scene.attempt(operation, &faulty(), into.path());
            let lasted = begun.elapsed();
            assert!(lasted < LAST, "{words}: {operation:?} lasted {lasted:?}");
            let error = outcome.err();
            write!(table, " {} |", error.as_ref().map_or("done", kind)).expect("a string");
            if let Some(error) = error {
                assert!(!error.to_string().contains("ZZCANARY"), "{error}");
            }
            scene.check_whole(into.path());
            scene
                .attempt(
                    operation,
                    &Peer { deadlines: peer(0).deadlines, ..peer(scene.archive) },
                    into.path(),
                )
                .unwrap_or_else(|error| panic!("after {words}: {operation:?}: {error}"));
            scene.check_whole(into.path());
        }
        table.push('\n');
    };
    row("does not run", &|| peer(free_port()));
    row("has another title", &|| Peer { called: title("OTHER"), ..peer(scene.archive) });
    row("does not know us", &|| Peer { calling: title("STRANGER"), ..peer(scene.archive) });
    let (authority, other) = (Authority::new(), Authority::new());
    let held = TempDir::new().expect("a folder");
    let with = |flaw, callers: bool| {
        let identity = Some(authority.issue(&format!("{flaw:?}{callers}"), flaw));
        let authorities = if callers { vec![authority.file()] } else { Vec::new() };
        secured(held.path(), Tls { authorities, identity, name: None }, None)
    };
    let calling = |port, authority: &Authority| Peer { tls: Some(authority.tls(None)), ..peer(port) };
    let (good, expired) = (with(Flaw::None, false), with(Flaw::Expired, false));
    let (elsewhere, demanding) = (with(Flaw::OtherName, false), with(Flaw::None, true));
    row("has an expired certificate", &|| calling(expired, &authority));
    row("has a certificate that nobody here trusts", &|| calling(good, &other));
    row("has a certificate for another host", &|| calling(elsewhere, &authority));
    row("wants a certificate, and we have none", &|| calling(demanding, &authority));
    row("speaks no TLS, and we do", &|| calling(scene.archive, &authority));
    row("speaks TLS, and we do not", &|| peer(good));
    for harm in Harm::ALL {
        let port = proxy::start(scene.archive, harm);
        // Short where they are what ends it: a busy machine is not taken for a silent archive.
        let deadlines = if matches!(harm, Harm::Silence | Harm::Stall | Harm::Drip) {
            Deadlines { silence: Duration::from_millis(700), answer: Duration::from_millis(900), ..DEADLINES }
        } else {
            DEADLINES
        };
        row(harm.words(), &|| Peer { deadlines, ..peer(port) });
    }
    assert_shown("docs/reliability.md", "faults", &table);
}

/// Without harm the proxy is none.
#[test]
fn the_proxy_alone_does_no_harm() {
    let scene = Scene::set();
    let port = proxy::start(scene.archive, Harm::None);
    for operation in Operation::ALL {
        let into = TempDir::new().expect("a folder");
        scene
            .attempt(operation, &peer(port), into.path())
            .unwrap_or_else(|error| panic!("{operation:?}: {error}"));
    }
}
