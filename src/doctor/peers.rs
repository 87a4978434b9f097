//! The archives: whether each answers. All are asked at once, and none is waited for long.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::Clock;
use crate::config::Peers;
use crate::net::dimse::echo;
use crate::net::{Deadlines, NetError, Peer};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Peers;

/// How long an archive may take for each step.
const STEP: Duration = Duration::from_secs(10);
/// How long it may take for all of them.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn look(peers: &Peers) -> Vec<Finding> {
    let runtime = tokio::runtime::Builder::new_current_thread().thread_name("doctor").enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let remedy = "End other programs: this system gives no more";
            return vec![Finding::fail(CHECK, format!("archives cannot be asked: {error}"), remedy)];
        }
    };
    let mut found = runtime.block_on(async {
        let mut asked = JoinSet::new();
        for (name, archive) in peers.iter() {
            let (name, peer) = (name.to_owned(), hurried(&archive.peer));
            asked.spawn(async move {
                let finding = ask(&name, &peer).await;
                (name, finding)
            });
        }
        let mut found = Vec::new();
        while let Some(answer) = asked.join_next().await {
            found.extend(answer);
        }
        found
    });
    // A keyring that still waits for somebody is not waited for.
    runtime.shutdown_background();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let found: Vec<Finding> = found.into_iter().map(|(_, finding)| finding).collect();
    if found.is_empty() { vec![Finding::ok(CHECK, "peers.toml names no archive")] } else { found }
}

/// The same peer, waited for no longer than a step may take.
fn hurried(peer: &Peer) -> Peer {
    let Deadlines { connect, silence, answer } = peer.deadlines;
    let [connect, silence, answer] = [connect, silence, answer].map(|deadline| deadline.min(STEP));
    Peer { deadlines: Deadlines { connect, silence, answer }, ..peer.clone() }
}

async fn ask(name: &str, peer: &Peer) -> Finding {
    let begun = Clock::start();
    let late = NetError::Deadline { what: "answer", after: PATIENCE };
    match tokio::time::timeout(PATIENCE, echo(peer)).await.unwrap_or(Err(late)) {
        Ok(echoed) => {
            let user = match echoed.user_is_known {
                Some(false) => "; it does not say that it knows the user",
                Some(true) | None => "",
            };
            let what = format!("{name} ({peer}): answered in {:.0} ms{user}", begun.elapsed_ms());
            Finding::ok(CHECK, what)
        }
        Err(error) => Finding::fail(CHECK, format!("{name} ({peer}): {error}"), remedy(&error)),
    }
}

const fn remedy(error: &NetError) -> &'static str {
    match error {
        NetError::Connect { .. } => {
            "See that the archive runs, to `host` and `port` in peers.toml, and to the firewall between"
        }
        NetError::Deadline { .. } | NetError::Aborted { .. } | NetError::Lost { .. } => {
            "Ask whoever runs the archive whether it is busy, and see to the network between"
        }
        NetError::Rejected { .. } => {
            "Have both AE titles and the address of this machine entered at the archive, as `called` and `calling` say in peers.toml"
        }
        NetError::Certificate { .. } | NetError::Tls { .. } => {
            "See to `tls` in peers.toml, and to the certificates of both sides"
        }
        NetError::Setup { .. } => "Mend what is named, in peers.toml or where it points to",
        NetError::NotAccepted { .. }
        | NetError::Protocol { .. }
        | NetError::Failed { .. }
        | NetError::NothingThere
        | NetError::Object(_)
        | NetError::Keep { .. } => "Ask whoever runs the archive: it does not do what DICOM asks of it",
    }
}
