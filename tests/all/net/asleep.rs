//! The machine sleeps while a study comes: connections are dead after that, and nobody is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hotlight::app::Archive;
use hotlight::config::Retrieve;
use hotlight::net::{Deadlines, Peer};
use hotlight::session::{Event, RetrievalState, Urgency};
use tempfile::TempDir;

use super::opening::{Reader, archive};
use super::proxy::{self, Harm};
use super::support::*;

#[test]
fn after_a_sleep_a_study_goes_on_without_waiting_for_dead_connections() {
    let held = TempDir::new().expect("a folder");
    let study = study(held.path());
    let ours = serve(held.path(), vec![known(US, None)]);
    let is_asleep = Arc::new(AtomicBool::new(true));
    let connections = Arc::new(AtomicBool::new(false));
    let (sleeps, reached) = (Arc::clone(&is_asleep), Arc::clone(&connections));
    let port = proxy::start_with(ours, move |_| {
        reached.store(true, Ordering::Release);
        if sleeps.load(Ordering::Acquire) { Harm::Stall } else { Harm::None }
    });
    // Whoever waits for them waits for as long as the proxy says nothing.
    let [connect, silence, answer] = [proxy::SILENT_FOR; 3];
    let deadlines = Deadlines { connect, silence, answer };
    let plain = archive(port, Retrieve::Get);
    let archive = Archive { peer: Peer { deadlines, ..plain.peer.clone() }, ..plain };
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive], store.path(), None);
    reader.fetch(&study, Urgency::Foreground);
    until("somebody calls", || connections.load(Ordering::Acquire));
    // Long enough for the first answer to be cut off.
    std::thread::sleep(Duration::from_millis(500));
    is_asleep.store(false, Ordering::Release);
    let begun = Instant::now();
    reader.program.reading.event(&Event::Woke { slept_s: 3_600 });
    assert_eq!(reader.end_of(&study), RetrievalState::Whole);
    assert!(begun.elapsed() < proxy::SILENT_FOR / 2, "{:?}", begun.elapsed());
    assert_eq!(reader.images(), 6);
}
